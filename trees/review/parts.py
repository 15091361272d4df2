"""What a report for reviewers is made of: plain frozen data, all texts in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from ..book.parts import Card, Reference
from .sentences import Clause, Sentence


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule in the order of its plan, or a procedure that is gone through there (then without `sentence`).

    - `number`: its place in the plan, from 1. `order`: after what it is tried.
    - `marks`: the views that name it. `state`: one of `standing.STATES`, told in `standing`.
    - `reviews`: what reviewers say. `meaning`: the hash to be signed.
    - `disagreement`: what sources contradict each other in. `remedies`: where its remedies are written down.
    - `clauses` and `leads`: for a procedure, its guard and where its rules stand.
    """

    number: int
    name: str
    place: str
    order: str = ""
    sentence: Sentence | None = None
    marks: tuple[Reference, ...] = ()
    state: str = ""
    standing: str = ""
    reviews: tuple[str, ...] = ()
    meaning: str = ""
    disagreement: str = ""
    remedies: tuple[Reference, ...] = ()
    clauses: tuple[Clause, ...] = ()
    leads: Reference | None = None


@dataclass(frozen=True, slots=True)
class Chapter:
    """The rules of a code or procedure. `told`: lines about it; `notes`: for reviewers, in English only."""

    title: str
    place: str
    told: tuple[str, ...]
    entries: tuple[Entry, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A rule in a view: what it concludes, how it stands, and what else the view says of it, line by line."""

    rule: Reference
    conclusion: str
    standing: str
    told: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class View:
    """Some of the rules, for one reason. `told` says which; `rows` may be empty."""

    title: str
    place: str
    told: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class RemedyCard:
    """A remedy, the rules that propose it, and the questions that it makes an old answer of."""

    card: Card
    rules: tuple[Reference, ...]
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of rules, or of findings, in words; `place`: where they stand."""

    name: str
    number: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """The first page: the state in a sentence, the figures behind it, what is missing, and what to do next."""

    state: str
    figures: tuple[Figure, ...]
    missing: tuple[str, ...]
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """A whole report. `facts`: names and values of what it is about; `foot` stands at the foot of every page."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    foot: str
    summary: Summary
    views: tuple[View, ...]
    codes: tuple[Chapter, ...]
    procedures: tuple[Chapter, ...]
    remedies: tuple[RemedyCard, ...]
