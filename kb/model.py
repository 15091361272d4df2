"""The frozen, typed model of a knowledge base: what the loader yields and the image stores.

Nothing here reads files. Every text for people is a `Text`: its English wording and the key under which a
translation is filed. Identifiers are plain strings; the loader has already checked that each one exists.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct


class Text(NamedTuple):
    """A text for people. `key` is "kind.id field", the context under which translations file it."""

    key: str
    en: str


class Record(Struct, frozen=True, omit_defaults=True):
    """Base of all model types: immutable, compared and hashed by value."""


class Source(Record, frozen=True):
    """A document a rule rests on. `url` and `dated` (ISO date) where known."""

    id: str
    title: str
    url: str = ""
    dated: str = ""


class SourceRef(Record, frozen=True):
    """A place in a document and the ISO date on which somebody last compared it with the rule."""

    source: str
    section: str
    checked: str


class Owner(Record, frozen=True):
    """Somebody who can be asked to act. `bring`: what to have at hand; `where`: the place they look after, or empty."""

    id: str
    title: Text
    bring: Text | None = None
    where: str = ""


class Measure(Record, frozen=True):
    """An integer the operator may give instead of yes or no; `decides`: the questions it answers."""

    id: str
    text: Text
    unit: Text
    min: int | None = None
    max: int | None = None
    decides: tuple[str, ...] = ()


class Variant(Record, frozen=True):
    """The same command for another shell or tool."""

    shell: str
    command: str


class Lookup(Record, frozen=True):
    """One step of finding an answer out."""

    text: Text | None = None
    command: str = ""
    shell: str = ""
    elevated: bool = False
    variants: tuple[Variant, ...] = ()


class Label(Record, frozen=True):
    """What Windows shows, in English and German. `verified`: the German form was seen on a screen."""

    en: str
    de: str
    verified: bool = True


class Look(Record, frozen=True):
    """What one answer looks like."""

    text: Text | None = None
    labels: tuple[Label, ...] = ()


class Threshold(Record, frozen=True):
    """A yes/no question that a measure answers: yes from `at_least` up, or up to `at_most`."""

    measure: str
    at_least: int | None = None
    at_most: int | None = None

    def holds(self, value: int) -> bool:
        """Whether the question's answer is yes for this value of the measure."""
        if self.at_least is not None:
            return value >= self.at_least
        assert self.at_most is not None
        return value <= self.at_most


class Choice(Record, frozen=True):
    """One of the closed list of answers of a choice question."""

    value: str
    text: Text


class Follows(Record, frozen=True):
    """The answer `value` to `question` entails the answer `then` to the question that holds this."""

    question: str
    value: str
    then: str


class Entails(Record, frozen=True):
    """The answer `value` to the question that holds this entails the answer `then` to `question`."""

    value: str
    question: str
    then: str


class Naming(Record, frozen=True):
    """What a host's name, given in place of an answer, says: for each case, values by question.

    `named` holds whatever the name is; the others hold by what the site's list of KMS hosts makes of it: it is on the
    list, on the list with another port, or outside the site's domains. `providers` are names that every organisation
    may use, so that standing outside its domains means nothing.
    """

    named: dict[str, str] = {}
    listed: dict[str, str] = {}
    other_port: dict[str, str] = {}
    outside: dict[str, str] = {}
    providers: tuple[str, ...] = ()


class ReadFrom(Record, frozen=True):
    """Which part of a pasted output says the answer.

    `event` and `field` (from 1; both 0 for none): the field that is the code. `product`: the question that names the
    product whose lines count where an output lists several, or empty.
    """

    event: int = 0
    field: int = 0
    product: str = ""


class Question(Record, frozen=True):
    """One proposition about the case, and the way to find out.

    `tokens`: for an answer, what in a pasted output says it. `follows` and `entails` are the same implications, seen
    from either end, and transitively closed.
    """

    id: str
    text: Text
    kind: str
    where: str
    effort: str
    how: tuple[Lookup, ...] = ()
    choices: tuple[Choice, ...] = ()
    phone: Text | None = None
    looks: dict[str, Look] = {}
    tokens: dict[str, tuple[str, ...]] = {}
    read_from: ReadFrom | None = None
    threshold: Threshold | None = None
    host: Naming | None = None
    follows: tuple[Follows, ...] = ()
    entails: tuple[Entails, ...] = ()
    undo: Text | None = None

    @property
    def answers(self) -> tuple[str, ...]:
        """Every answer that can be given, `unknown` last; for kind code the open list's fixed words only."""
        if self.kind == "choice":
            return (*(choice.value for choice in self.choices), "unknown")
        return ("none", "unknown") if self.kind == "code" else ("yes", "no", "unknown")

    def __hash__(self) -> int:
        return hash(self.id)


class Cause(Record, frozen=True):
    """What is wrong. `excludes`: causes that cannot hold at the same time."""

    id: str
    title: Text
    excludes: tuple[str, ...] = ()


class Step(Record, frozen=True):
    """One step of a remedy: what to do, where, in which shell, and how to take it back."""

    text: Text
    where: str
    command: str = ""
    shell: str = ""
    elevated: bool = False
    risk: str = "harmless"
    undo: Text | None = None
    variants: tuple[Variant, ...] = ()


class Verify(Record, frozen=True):
    """How to see that a remedy worked."""

    text: Text
    command: str = ""
    shell: str = ""
    where: str = ""


class Wait(Record, frozen=True):
    """What to wait for after a remedy, and when to look again."""

    what: Text
    look_again: Text


class Remedy(Record, frozen=True):
    """Ordered steps against a cause. `consent`: the operator must agree in full words first."""

    id: str
    title: Text
    risk: str
    steps: tuple[Step, ...]
    verify: Verify
    consent: bool = False
    changes: tuple[str, ...] = ()
    wait: Wait | None = None


class Condition(Record, frozen=True):
    """A question (or ``code``, ``symptom``), the values it accepts, and why it is asked."""

    subject: str
    accepts: tuple[str, ...]
    because: Text


class Treat(Record, frozen=True, tag="treat"):
    """Conclusion: a cause and its remedies, to try in order."""

    cause: str
    remedies: tuple[str, ...]


class Continue(Record, frozen=True, tag="continue"):
    """Conclusion: the case goes on as another code, or as the code that answers `answer_of`."""

    code: str = ""
    answer_of: str = ""


class Escalate(Record, frozen=True, tag="escalate"):
    """Conclusion: hand the case over."""

    to: str
    reason: str
    cause: str = ""


Conclusion = Treat | Continue | Escalate


class Rule(Record, frozen=True, tag="rule"):
    """When all conditions hold, read from left to right, then the conclusion.

    `disagreement`: for reviewers, what sources contradict each other in.
    """

    id: str
    when: tuple[Condition, ...]
    then: Conclusion
    because: Text
    sources: tuple[SourceRef, ...]
    disagreement: Text | None = None


class Use(Record, frozen=True, tag="use"):
    """A plan entry: a procedure, used whole, under the conditions of its guard."""

    procedure: str
    guard: tuple[Condition, ...] = ()


class Group(Record, frozen=True, tag="group"):
    """A plan entry: several entries under one guard."""

    id: str
    guard: tuple[Condition, ...]
    plan: tuple[Entry, ...]


Entry = Rule | Use | Group


class Procedure(Record, frozen=True):
    """A named plan that several codes share."""

    id: str
    title: Text
    plan: tuple[Entry, ...]


class Escalation(Record, frozen=True):
    """Where a case goes when its plan is exhausted, and what to collect first."""

    to: tuple[str, ...]
    collect: tuple[Text, ...]


class Code(Record, frozen=True):
    """An error code: what it says, what it means, and the plan for it."""

    id: str
    types: tuple[str, ...]
    message_en: str
    message_de: str
    meaning: Text
    plan: tuple[Entry, ...]
    escalation: Escalation
    symbol: str = ""
    also: tuple[str, ...] = ()
    status_en: str = "screen"
    status_de: str = "screen"
    aliases: tuple[str, ...] = ()
    symptoms: tuple[str, ...] = ()
    outer: bool = False
    frequent: tuple[str, ...] = ()
    sources: tuple[SourceRef, ...] = ()
    notes: tuple[str, ...] = ()


def rules_of(plan: tuple[Entry, ...]) -> Iterator[Rule]:
    """The rules written in this plan itself, in order; procedures it uses are not entered."""
    for entry in plan:
        if isinstance(entry, Rule):
            yield entry
        elif isinstance(entry, Group):
            yield from rules_of(entry.plan)
