"""A code's expanded plan: its rules in order, each with the conditions of its guards before its own.

What a condition on the code or its symptoms says is settled here, because a plan is for one code.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Code, Condition, Continue, Entry, Group, Rule, Treat, Use


@dataclass(frozen=True, slots=True)
class Line:
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


@dataclass(frozen=True, slots=True)
class Plan:
    """The expanded plan of one code."""

    code: str
    lines: tuple[Line, ...]

    @property
    def questions(self) -> tuple[str, ...]:
        """Every question this plan can ask or continue by, once each, in order of first appearance."""
        ids: dict[str, None] = {}
        for line in self.lines:
            ids.update((condition.subject, None) for condition in line.conditions)
            if isinstance(line.rule.then, Continue) and line.rule.then.answer_of:
                ids[line.rule.then.answer_of] = None
        return tuple(ids)


def code_or_unknown(kb: KnowledgeBase, code_id: str) -> Code:
    """The code of this id, or `unknown_code` when the knowledge base does not have it."""
    return kb.codes[code_id if code_id in kb.codes else words.UNKNOWN_CODE]


def plan_of(kb: KnowledgeBase, code_id: str) -> Plan:
    """The expanded plan of a code of the knowledge base, or of `unknown_code` for any other code."""
    code = code_or_unknown(kb, code_id)
    return Plan(code_id, tuple(_lines(kb, code, code_id, code.plan)))


def plan_of_procedure(kb: KnowledgeBase, procedure_id: str, code_id: str) -> Plan:
    """The plan of one procedure alone, as it stands in the plan of this code."""
    code = code_or_unknown(kb, code_id)
    entries = kb.procedures[procedure_id].plan
    return Plan(code_id, tuple(_lines(kb, code, code_id, entries)))


def _lines(kb: KnowledgeBase, code: Code, code_id: str, entries: tuple[Entry, ...]) -> Iterator[Line]:
    """The lines of a plan; a rule met twice keeps its first place."""
    seen: set[str] = set()
    for rule, conditions in _expanded(kb, entries, ()):
        if rule.id in seen:
            continue
        seen.add(rule.id)
        yield _line(code, code_id, rule, conditions)


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


def accepted(condition: Condition, value: str) -> bool:
    """Whether a known value satisfies a condition."""
    return value in condition.accepts or (words.ANY_CODE in condition.accepts and value.startswith("0x"))
