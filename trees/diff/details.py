"""What a thing says, detail by detail: what one version is compared with the next by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import (
    Cause,
    Code,
    Condition,
    Entry,
    Group,
    Lookup,
    Measure,
    Owner,
    Procedure,
    Question,
    Remedy,
    Rule,
    Step,
    Text,
    Use,
    Variant,
)

Value = Text | str


@dataclass(frozen=True, slots=True)
class Detail:
    """One detail of a thing: its name, the number of the step it belongs to (from 1, or 0), and what it says.

    `acts`: another value means that something else is done.
    """

    name: str
    value: Value
    number: int = 0
    acts: bool = False


Details = Callable[[Any], Iterator[Detail]]


def things(kb: KnowledgeBase) -> Iterator[tuple[str, str, Any]]:
    """Everything that has details: its kind, its id, and itself."""
    for kind, section in SECTIONS.items():
        for ident, thing in getattr(kb, section).items():
            yield kind, ident, thing
    for plans in (kb.procedures, kb.codes):
        for owner, thing in plans.items():
            yield from entries_of(owner, thing.plan)


SECTIONS: Mapping[str, str] = {
    "code": "codes",
    "procedure": "procedures",
    "question": "questions",
    "measure": "measures",
    "remedy": "remedies",
    "cause": "causes",
    "owner": "owners",
}
"""For each kind of thing, its section of a knowledge base."""


def entries_of(owner: str, plan: tuple[Entry, ...]) -> Iterator[tuple[str, str, Entry]]:
    """The entries of a plan of this code or procedure, as kind, id and itself; procedures are not entered.

    A use has the id of its plan and its procedure, and a number where it is not the first.
    """
    uses: Counter[str] = Counter()
    todo = list(plan)
    while todo:
        entry = todo.pop(0)
        if isinstance(entry, Rule):
            yield "rule", entry.id, entry
        elif isinstance(entry, Use):
            uses[entry.procedure] += 1
            number = uses[entry.procedure]
            yield "guard", f"{owner} {entry.procedure}" + (f" {number}" if number > 1 else ""), entry
        else:
            yield "guard", entry.id, entry
            todo = [*entry.plan, *todo]


def details_of(kind: str, thing: Any) -> Iterator[Detail]:
    """The details of a thing, in the order in which they are told; steps are not among them."""
    for detail in _DETAILS[kind](thing):
        if detail.value != "":
            yield detail


def step_details(number: int, step: Step | Lookup) -> Iterator[Detail]:
    """The details of one step of a remedy, or of finding an answer out."""
    found = [
        Detail("step", _text(step.text), number),
        Detail("command", step.command, number, acts=True),
        Detail("shell", step.shell, number, acts=True),
        Detail("elevated", _word(step.elevated), number, acts=True),
        Detail("other tools", _variants(step.variants), number, acts=True),
    ]
    if isinstance(step, Step):
        found += [Detail("place", step.where, number, acts=True), Detail("undo", _text(step.undo), number)]
    return (detail for detail in found if detail.value != "")


def _remedy(remedy: Remedy) -> Iterator[Detail]:
    yield Detail("title", remedy.title)
    yield Detail("consent", _word(remedy.consent), acts=True)
    yield Detail("risk", remedy.risk, acts=True)
    yield Detail("verify", remedy.verify.text)
    yield Detail("verify command", remedy.verify.command, acts=True)
    if remedy.wait:
        yield Detail("wait", remedy.wait.what)
        yield Detail("look again", remedy.wait.look_again)


def _question(question: Question) -> Iterator[Detail]:
    yield Detail("text", question.text)
    yield Detail("looked up", question.where, acts=True)
    yield Detail("effort", question.effort)
    if question.threshold:
        threshold = question.threshold
        bound = f">= {threshold.at_least}" if threshold.at_least is not None else f"<= {threshold.at_most}"
        yield Detail("threshold", f"{threshold.measure} {bound}", acts=True)
    yield Detail("phone", _text(question.phone))
    for answer, look in question.looks.items():
        yield Detail(f"look {answer}", _text(look.text))
        yield Detail(f"labels {answer}", "; ".join(f"{label.en} / {label.de}" for label in look.labels))
    for choice in question.choices:
        yield Detail(f"choice {choice.value}", choice.text)
    yield Detail("undo test", _text(question.undo))


def _code(code: Code) -> Iterator[Detail]:
    yield Detail("symbol", code.symbol)
    yield Detail("message en", code.message_en)
    yield Detail("message de", code.message_de)
    yield Detail("meaning", code.meaning)
    yield Detail("types", ", ".join(code.types))
    yield Detail("other messages", "; ".join(code.also))
    yield Detail("aliases", ", ".join(code.aliases))
    yield Detail("frequent", ", ".join(code.frequent))
    for number, text in enumerate(code.escalation.collect, 1):
        yield Detail("collect", text, number)
    yield Detail("sources", _sources(code.sources))


def _titled(thing: Cause | Procedure) -> Iterator[Detail]:
    yield Detail("title", thing.title)


def _owner(owner: Owner) -> Iterator[Detail]:
    yield Detail("title", owner.title)
    yield Detail("bring", _text(owner.bring))
    yield Detail("where", owner.where)


def _measure(measure: Measure) -> Iterator[Detail]:
    yield Detail("text", measure.text)
    yield Detail("unit", measure.unit)
    yield Detail("range", f"{measure.min}..{measure.max}", acts=True)


def _rule(rule: Rule) -> Iterator[Detail]:
    yield Detail("because", rule.because)
    yield Detail("sources", _sources(rule.sources))
    yield Detail("disagreement", _text(rule.disagreement))


def _guard(entry: Use | Group) -> Iterator[Detail]:
    guard: tuple[Condition, ...] = entry.guard
    for number, because in enumerate(dict.fromkeys(condition.because for condition in guard), 1):
        yield Detail("because", because, number)


_DETAILS: Mapping[str, Details] = {
    "code": _code,
    "procedure": _titled,
    "question": _question,
    "measure": _measure,
    "remedy": _remedy,
    "cause": _titled,
    "owner": _owner,
    "rule": _rule,
    "guard": _guard,
}


def _text(text: Text | None) -> Value:
    return text or ""


def _word(holds: bool) -> str:
    return words.YES if holds else ""


def _variants(variants: tuple[Variant, ...]) -> str:
    return "; ".join(f"{variant.shell}: {variant.command}" for variant in variants)


def _sources(references: tuple[Any, ...]) -> str:
    return "; ".join(f"{ref.source}, {ref.section}, {ref.checked}" for ref in references)
