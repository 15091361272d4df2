"""The decisions of a knowledge base: each `when` that an author wrote, and where in a plan each of them is taken.

A decision is the `when` of one rule, or of one guard (of a group, or of a procedure's use). It is one decision however
many codes use it. A rule at its place in a plan is decided by a chain: the guards around it, outermost first, then its
own `when`; conditions are read from left to right, and the first that does not hold ends the reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Code, Condition, Entry, Group, Rule, Use

from .plan import code_or_unknown

Place = tuple[str | int, ...]
"""Where something stands in the YAML: ("procedures", "dns", "plan", 3)."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One `when`. `rule` is empty for a guard; `place` is that of the entry that holds the `when`."""

    place: Place
    conditions: tuple[Condition, ...]
    rule: str = ""

    @property
    def id(self) -> str:
        """The rule's id, or the guard's place, which no rule's id can be equal to."""
        return self.rule or "/".join(map(str, self.place))


@dataclass(frozen=True, slots=True)
class Part:
    """A condition where it is read.

    `holds` is settled for a condition on the code or symptom, else None; `last`: of its decision.
    """

    decision: Decision
    condition: Condition
    holds: bool | None
    last: bool

    @property
    def subject(self) -> str:
        """What the condition is about."""
        return self.condition.subject


@dataclass(frozen=True, slots=True)
class Chain:
    """A rule at its place in a plan, with all conditions that are read before it concludes anything."""

    rule: Rule
    parts: tuple[Part, ...]


def decisions_of(kb: KnowledgeBase) -> Iterator[Decision]:
    """Every decision of the knowledge base, codes first, in the order of their plans.

    A rule is a decision even where it has no `when` of its own: it then holds as soon as it is reached.
    """
    for section, things in (("codes", kb.codes), ("procedures", kb.procedures)):
        for ident, thing in things.items():
            yield from _within(thing.plan, (section, ident, "plan"))


def _within(entries: tuple[Entry, ...], place: Place) -> Iterator[Decision]:
    for number, entry in enumerate(entries):
        here = (*place, number)
        if isinstance(entry, Rule):
            yield Decision(here, entry.when, entry.id)
            continue
        if entry.guard:
            yield Decision(here, entry.guard)
        if isinstance(entry, Group):
            yield from _within(entry.plan, (*here, "plan"))


def chains_of(kb: KnowledgeBase, code_id: str, procedure: str = "") -> tuple[Chain, ...]:
    """The rules of a code's expanded plan (or of one procedure in it), in plan order: as `engine.plan` expands it."""
    return tuple(_chains(kb, code_id, procedure))


class Chains:
    """The same rules, each expanded when its turn first comes: most cases end before they came to many of them."""

    def __init__(self, kb: KnowledgeBase, code_id: str, procedure: str = "") -> None:
        self._expanded: list[Chain] = []
        self._more = _chains(kb, code_id, procedure)

    def __iter__(self) -> Iterator[Chain]:
        """The rules in plan order."""
        number = 0
        while number < len(self._expanded) or self._expand():
            yield self._expanded[number]
            number += 1

    def _expand(self) -> bool:
        """Expand one more rule, if there is one."""
        chain = next(self._more, None)
        if chain is not None:
            self._expanded.append(chain)
        return chain is not None


def _chains(kb: KnowledgeBase, code_id: str, procedure: str) -> Iterator[Chain]:
    code = code_or_unknown(kb, code_id)
    start: Place = ("procedures", procedure, "plan") if procedure else ("codes", code.id, "plan")
    entries = kb.procedures[procedure].plan if procedure else code.plan
    seen: set[str] = set()
    for decision, rule, guards in _expanded(kb, entries, start, ()):
        if rule.id not in seen:
            seen.add(rule.id)
            yield Chain(rule, tuple(_parts(code, code_id, (*guards, decision))))


def _expanded(
    kb: KnowledgeBase, entries: tuple[Entry, ...], place: Place, guards: tuple[Decision, ...]
) -> Iterator[tuple[Decision, Rule, tuple[Decision, ...]]]:
    for number, entry in enumerate(entries):
        here = (*place, number)
        if isinstance(entry, Rule):
            yield Decision(here, entry.when, entry.id), entry, guards
            continue
        inside = (*guards, Decision(here, entry.guard)) if entry.guard else guards
        if isinstance(entry, Use):
            start: Place = ("procedures", entry.procedure, "plan")
            yield from _expanded(kb, kb.procedures[entry.procedure].plan, start, inside)
        else:
            yield from _expanded(kb, entry.plan, (*here, "plan"), inside)


def _parts(code: Code, code_id: str, decisions: tuple[Decision, ...]) -> Iterator[Part]:
    for decision in decisions:
        for number, condition in enumerate(decision.conditions, 1):
            last = number == len(decision.conditions)
            yield Part(decision, condition, _settled(code, code_id, condition), last)


def _settled(code: Code, code_id: str, condition: Condition) -> bool | None:
    if condition.subject == words.CODE_SUBJECT:
        return code_id in condition.accepts
    if condition.subject == words.SYMPTOM_SUBJECT:
        return not set(condition.accepts).isdisjoint(code.symptoms)
    return None
