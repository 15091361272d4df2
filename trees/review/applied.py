"""When a rule is tried: its own conditions, those of the groups around it, and the guards on the way to its plan."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Code, Condition, Entry, Group, Rule, Use

Conditions = tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Way:
    """For these codes a case comes to a rule through these guards; none where nothing guards it."""

    guards: Conditions
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Applied:
    """A rule where it is written.

    `conditions`: of the groups around it, then its own. `ways`: in a procedure, how the codes that use it come to it; a
    code that meets it twice counts with the first place, one that refuses a guard not at all.
    """

    rule: Rule
    conditions: Conditions
    ways: tuple[Way, ...]


def applied_rules(kb: KnowledgeBase) -> Mapping[str, Applied]:
    """Every rule that is written, by its id, in the order of the plans."""
    codes: dict[str, dict[Conditions, list[str]]] = {}
    for code in kb.codes.values():
        met: set[str] = set()
        for rule, guards in _met(kb, code.plan, ()):
            if rule.id not in met:
                met.add(rule.id)
                if not _refused(guards, code):
                    codes.setdefault(rule.id, {}).setdefault(guards, []).append(code.id)
    plans = [*(code.plan for code in kb.codes.values()), *(procedure.plan for procedure in kb.procedures.values())]
    return {
        rule.id: Applied(rule, conditions, _ways(codes.get(rule.id, {})))
        for plan in plans
        for rule, conditions in written(plan)
    }


def written(plan: Iterable[Entry], around: Conditions = ()) -> Iterator[tuple[Rule, Conditions]]:
    """The rules that stand in a plan itself, each with the conditions of the groups around it and its own."""
    for entry in plan:
        if isinstance(entry, Rule):
            yield entry, (*around, *entry.when)
        elif isinstance(entry, Group):
            yield from written(entry.plan, (*around, *entry.guard))


def _met(kb: KnowledgeBase, plan: Iterable[Entry], guards: Conditions) -> Iterator[tuple[Rule, Conditions]]:
    """The rules of an expanded plan, each with the guards on the way to the procedure that has it."""
    for entry, around in _entries(plan, ()):
        if isinstance(entry, Use):
            yield from _met(kb, kb.procedures[entry.procedure].plan, (*guards, *around, *entry.guard))
        else:
            yield entry, guards


def _entries(plan: Iterable[Entry], around: Conditions) -> Iterator[tuple[Rule | Use, Conditions]]:
    for entry in plan:
        if isinstance(entry, Group):
            yield from _entries(entry.plan, (*around, *entry.guard))
        else:
            yield entry, around


def _refused(guards: Conditions, code: Code) -> bool:
    """Whether a guard on the code or its symptoms does not hold for a code."""
    return any(
        (guard.subject == words.CODE_SUBJECT and code.id not in guard.accepts)
        or (guard.subject == words.SYMPTOM_SUBJECT and set(guard.accepts).isdisjoint(code.symptoms))
        for guard in guards
    )


def _ways(found: Mapping[Conditions, list[str]]) -> tuple[Way, ...]:
    return tuple(sorted((Way(guards, tuple(codes)) for guards, codes in found.items()), key=lambda way: way.codes))
