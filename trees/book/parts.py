"""What a runbook is made of: plain frozen data, all texts in the reader's language.

A *place* is a name that can be linked to. `PAGE` in a text stands for the number of the page where its place is.
"""

from __future__ import annotations

from dataclasses import dataclass

PAGE = "\ue000"
"""In a text: the page of the place it leads to, which only the typesetter knows."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A text that leads to a place; to none where `place` is empty."""

    text: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Command:
    """A command to be copied: the shell it is typed in, said as a heading, and its lines.

    More than one line only where it does not fit. Joined together the lines are the command; `exact` says that each
    line ends where the shell reads a new line as it reads a blank, so that the lines may be pasted as they stand.
    `size` is in points, `stretch` in percent of the normal width of letters.
    """

    shell: str
    lines: tuple[str, ...]
    size: float
    stretch: float
    exact: bool = True


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Something told, with a word in front that says what it is about (may be empty), and its commands."""

    head: str
    text: str
    commands: tuple[Command, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """One numbered entry of a flow.

    - `number`: "3" for questions and boxes, "R3" for remedies; `kind`: one of `trees.shapes.KINDS`.
    - `place`: of the entry itself; `shape`: of its shape in the chart. `leads`: what the title leads to.
    - `finding`: how to find the answer out. `ways`: where each answer leads.
    """

    number: str
    kind: str
    title: str
    place: str
    shape: str
    leads: Reference | None = None
    lines: tuple[str, ...] = ()
    finding: tuple[Paragraph, ...] = ()
    ways: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """One step of a remedy. `marks`: where it is done, with which rights, and its risk."""

    text: str
    marks: str
    commands: tuple[Command, ...] = ()
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A remedy to be carried out with pen in hand. `numbers`: those of its entries in the flow, with their places."""

    numbers: tuple[Reference, ...]
    title: str
    place: str
    risk: str
    grave: bool
    warnings: tuple[str, ...]
    actions: tuple[Action, ...]
    verify: Paragraph
    wait: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """What Windows shows, in one language."""

    language: str
    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A code or a procedure: what it is, its flow in words, its remedies.

    `ident`: its id, and that of its chart. `number`: of a procedure, as "P7"; empty for a code. `start`: the entry of
    the flow to begin with. `note`: what holds for all remedies of the flow.
    """

    ident: str
    place: str
    number: str = ""
    title: str = ""
    subtitle: str = ""
    types: str = ""
    meaning: str = ""
    messages: tuple[Message, ...] = ()
    causes: tuple[str, ...] = ()
    flow: tuple[Entry, ...] = ()
    start: Reference = Reference("")
    note: str = ""
    cards: tuple[Card, ...] = ()
    escalation: tuple[Paragraph, ...] = ()
    used_by: tuple[Reference, ...] = ()
    sources: tuple[Reference, ...] = ()


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody who can act. `reach`: what the site file says of how to reach them, or empty."""

    title: str
    reach: str
    bring: str
    used_by: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class SourceEntry:
    """A document: its date, what was read in it and when, and who rests on it."""

    title: str
    place: str
    url: str
    dated: str
    checked: str
    used_by: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """A version of the knowledge, its date (ISO), and in whole sentences what it changed."""

    version: str
    date: str
    changes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cover:
    """The title page: names and values of the document, and the history of what it holds.

    `foot` stands at the foot of every page.
    """

    title: str
    subtitle: str
    classification: str
    foot: str
    facts: tuple[tuple[str, str], ...]
    revisions: tuple[Revision, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """A code in the table of all codes."""

    code: str
    place: str
    symbol: str
    types: str
    message: str


@dataclass(frozen=True, slots=True)
class Messages:
    """A part of the index: wordings of messages in one language, or in several (`language` is empty then)."""

    title: str
    language: str
    entries: tuple[Reference, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """A whole runbook."""

    cover: Cover
    guide: tuple[Paragraph, ...]
    table: tuple[Row, ...]
    codes: tuple[Chapter, ...]
    procedures: tuple[Chapter, ...]
    contacts: tuple[Contact, ...]
    by_code: tuple[Reference, ...]
    by_message: tuple[Messages, ...]
    sources: tuple[SourceEntry, ...]
