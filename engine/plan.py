"""A code's expanded plan: its rules in order, each with the conditions of its guards before its own.

What a condition on the code or its symptoms says is settled here, because a plan is for one code.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Code, Condition, Continue, Entry, Group, Rule, Treat, Use


class Line(Struct, frozen=True):
    """One rule at its place in a plan.

    `conditions` are questions only, in reading order. `refused`: after them stands a condition on the code or the
    symptom that this code does not meet, so the rule asks its questions but can never fire.
    """

    rule: Rule
    conditions: tuple[Condition, ...]
    refused: bool

    @property
    def remedies(self) -> tuple[str, ...]:
        """The remedies this rule proposes, in order; empty for other conclusions."""
        return self.rule.then.remedies if isinstance(self.rule.then, Treat) else ()


class Plan(Struct, frozen=True):
    """The expanded plan of one code.

    `behind`: questions that stand only behind a refused condition on code or symptom; they are never asked here, but
    what is known about them may follow and entail.
    """

    code: str
    lines: tuple[Line, ...]
    behind: tuple[str, ...] = ()

    @property
    def questions(self) -> tuple[str, ...]:
        """Every question this plan names, once each: those of its open conditions first, in order of appearance."""
        ids: dict[str, None] = {}
        for line in self.lines:
            ids.update((condition.subject, None) for condition in line.conditions)
            if isinstance(line.rule.then, Continue) and line.rule.then.answer_of:
                ids[line.rule.then.answer_of] = None
        return tuple(dict.fromkeys((*ids, *self.behind)))


def code_or_unknown(kb: KnowledgeBase, code_id: str) -> Code:
    """The code of this id, or `unknown_code` when the knowledge base does not have it."""
    return kb.codes[code_id if code_id in kb.codes else words.UNKNOWN_CODE]


def plan_of(kb: KnowledgeBase, code_id: str) -> Plan:
    """The expanded plan of a code of the knowledge base, or of `unknown_code` for any other code."""
    return _plan(kb, code_id, code_or_unknown(kb, code_id).plan)


def plan_of_procedure(kb: KnowledgeBase, procedure_id: str, code_id: str) -> Plan:
    """The plan of one procedure alone, as it stands in the plan of this code."""
    return _plan(kb, code_id, kb.procedures[procedure_id].plan)


def _plan(kb: KnowledgeBase, code_id: str, entries: tuple[Entry, ...]) -> Plan:
    """These entries, expanded for a code; a rule met twice keeps its first place."""
    code = code_or_unknown(kb, code_id)
    lines: dict[str, Line] = {}
    named: dict[str, None] = {}
    for rule, conditions in _expanded(kb, entries, ()):
        if rule.id not in lines:
            lines[rule.id] = _line(code, code_id, rule, conditions)
            named.update(dict.fromkeys(c.subject for c in conditions if c.subject not in words.FIXED_SUBJECTS))
    asked = {condition.subject for line in lines.values() for condition in line.conditions}
    return Plan(code_id, tuple(lines.values()), tuple(subject for subject in named if subject not in asked))


def _expanded(
    kb: KnowledgeBase, entries: tuple[Entry, ...], guard: tuple[Condition, ...]
) -> Iterator[tuple[Rule, tuple[Condition, ...]]]:
    for entry in entries:
        if isinstance(entry, Rule):
            yield entry, (*guard, *entry.when)
        elif isinstance(entry, Use):
            yield from _expanded(kb, kb.procedures[entry.procedure].plan, (*guard, *entry.guard))
        elif isinstance(entry, Group):
            yield from _expanded(kb, entry.plan, (*guard, *entry.guard))


def _line(code: Code, code_id: str, rule: Rule, conditions: tuple[Condition, ...]) -> Line:
    asked: list[Condition] = []
    for condition in conditions:
        if condition.subject == words.CODE_SUBJECT:
            holds = code_id in condition.accepts
        elif condition.subject == words.SYMPTOM_SUBJECT:
            holds = not set(condition.accepts).isdisjoint(code.symptoms)
        else:
            asked.append(condition)
            continue
        if not holds:
            return Line(rule, tuple(asked), refused=True)
    return Line(rule, tuple(asked), refused=False)


def sort_of(value: str) -> str:
    """`code` for an answer that is an error code, else the answer itself."""
    return words.ANY_CODE if value.startswith("0x") else value


def as_seen(value: str | int, code: str) -> str | int:
    """A value as the plan of a code sees it: the code itself again is no other code."""
    return words.NONE if value == code else value


def accepted(condition: Condition, value: str) -> bool:
    """Whether a known value satisfies a condition."""
    return value in condition.accepts or (words.ANY_CODE in condition.accepts and value.startswith("0x"))
