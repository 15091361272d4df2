"""What is to be covered: everything that a knowledge base says, and why some of it cannot be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Question

from .coverage import ANSWER, CAUSE, CODE, DECISION, FALSE, NO_HELP, OUTCOME, REMEDY, RULE, TRUE, Item
from .decisions import Decision, decisions_of
from .feasible import Ways, feasible_anywhere

FEASIBLE = ""
NEVER_REACHED = "never-reached"
CONTRADICTORY = "contradictory"
ACCEPTS_ALL = "accepts-all"
SETTLED = "settled"
NOTHING_TO_WAIT_FOR = "nothing-to-wait-for"
UNUSED = "unused"
REASONS = (NEVER_REACHED, CONTRADICTORY, ACCEPTS_ALL, SETTLED, NOTHING_TO_WAIT_FOR, UNUSED)
"""Why something cannot be covered.

- `never-reached`: no way of a case leads to its turn, or to this conclusion
- `contradictory`: only ways on which answers contradict each other lead there
- `accepts-all`: the condition accepts every answer that its question has
- `settled`: wherever its turn comes, what is known by then leaves no other result
- `nothing-to-wait-for`: the remedy says nothing to wait for, so it is never pending
- `unused`: no rule names it
"""
ANSWERS_OF_CODE = (words.ANY_CODE, words.NONE, words.UNKNOWN)
OUTCOMES = (words.FIXED, NO_HELP, words.PENDING, words.ANY_CODE)


def obligations(kb: KnowledgeBase, ways: Mapping[str, Ways]) -> dict[Item, str]:
    """Everything there is to cover, in the order of the knowledge base; for each, why it cannot be, or nothing.

    `ways`: of every code of the knowledge base.

    Raises `PlanTooLargeError`.
    """
    can = feasible_anywhere(ways)
    items = everything(kb)
    left = frozenset(item[1] for item in items if item not in can)
    in_any_way = feasible_anywhere(
        {code: way.with_contradictions() for code, way in ways.items() if not left.isdisjoint(_names(way))}
    )
    decisions = {decision.id: decision for decision in decisions_of(kb)}
    used = frozenset(_used(ways))

    def reason(item: Item) -> str:
        if item in can:
            return FEASIBLE
        if item in in_any_way:
            return CONTRADICTORY
        return _reason(kb, item, decisions, can, used)

    return {item: reason(item) for item in items}


def _names(way: Ways) -> Iterator[str]:
    """Whatever a case under this code can cover something of: the code, rules, decisions, and what they name."""
    yield way.code
    for chain in way.chains:
        yield chain.rule.id
        yield getattr(chain.rule.then, "cause", "")
        yield from getattr(chain.rule.then, "remedies", ())
        for part in chain.parts:
            yield part.decision.id
            yield part.subject


def everything(kb: KnowledgeBase) -> tuple[Item, ...]:
    """All that a knowledge base says, each once, codes and rules first."""
    return tuple(dict.fromkeys(_everything(kb)))


def _everything(kb: KnowledgeBase) -> Iterator[Item]:
    for code in kb.codes:
        yield (CODE, code, "")
    for decision in decisions_of(kb):
        if decision.rule:
            yield (RULE, decision.rule, "")
        yield (DECISION, decision.id, "")
        for condition in decision.conditions:
            yield (TRUE, decision.id, condition.subject)
            yield (FALSE, decision.id, condition.subject)
    for question in kb.questions.values():
        for answer in answers_of(question):
            yield (ANSWER, question.id, answer)
    for cause in kb.causes:
        yield (CAUSE, cause, "")
    for remedy in kb.remedies:
        yield (REMEDY, remedy, "")
        for outcome in OUTCOMES:
            yield (OUTCOME, remedy, outcome)


def answers_of(question: Question) -> tuple[str, ...]:
    """The answers of a question that are told apart: any code is one of them."""
    return ANSWERS_OF_CODE if question.kind == words.CODE else question.answers


def _used(ways: Mapping[str, Ways]) -> Iterator[Item]:
    """Questions, causes and remedies that some plan names."""
    for way in ways.values():
        for chain in way.chains:
            yield (CAUSE, getattr(chain.rule.then, "cause", ""), "")
            for remedy in getattr(chain.rule.then, "remedies", ()):
                yield (REMEDY, remedy, "")
            for part in chain.parts:
                yield (ANSWER, part.subject, "")


def _reason(
    kb: KnowledgeBase, item: Item, decisions: Mapping[str, Decision], can: frozenset[Item], used: frozenset[Item]
) -> str:
    kind, subject, detail = item
    if kind in (ANSWER, CAUSE, REMEDY, OUTCOME):
        named = (REMEDY if kind == OUTCOME else kind, subject, "")
        if named not in used:
            return UNUSED
        waits = kind != OUTCOME or detail != words.PENDING or kb.remedies[subject].wait
        return NEVER_REACHED if waits else NOTHING_TO_WAIT_FOR
    if kind not in (TRUE, FALSE):
        return NEVER_REACHED
    if kind == FALSE and (TRUE, subject, detail) in can:
        condition = next(one for one in decisions[subject].conditions if one.subject == detail)
        return ACCEPTS_ALL if _accepts_all(kb, condition) else SETTLED
    return SETTLED if (FALSE, subject, detail) in can else NEVER_REACHED


def _accepts_all(kb: KnowledgeBase, condition: Condition) -> bool:
    question = kb.questions.get(condition.subject)
    return question is not None and set(answers_of(question)) <= set(condition.accepts)
