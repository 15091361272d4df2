"""What sessions cover, found by brute force: every dialogue is led, answer by answer, in the reference.

Written from the definitions in docs/coverage.md; of the program it knows only the words for the items.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Entry, Escalate, Group, Rule, Treat, Use
from tests import reference, rulesets
from tests.reference import State

Item = tuple[str, str, str]
When = tuple[str, tuple[Condition, ...]]
"""A decision: its name, and its conditions."""


def covered_by(kb: KnowledgeBase, states: list[State]) -> set[Item]:
    """What is covered by a dialogue that was in these states, one after the other, under one code or several."""
    items: set[Item] = set()
    for state in states:
        items |= set() if over(state) else _in(kb, state)
    for before, after in pairwise(states):
        items |= _between(kb, before, after)
    return items


def _in(kb: KnowledgeBase, state: State) -> set[Item]:
    """What is covered by being in a state: each rule, up to the one that makes the next step, had its turn."""
    known = reference.values(kb, state)
    items: set[Item] = {("code", state.code if state.code in kb.codes else "unknown_code", "")}
    for rule, whens in chains(kb, state.code):
        verdict = _read(kb, state, known, whens, items)
        if verdict == "open":
            break
        if verdict == "false":
            continue
        items.add(("decision", rule.id, ""))
        if isinstance(rule.then, Treat) and all(remedy in state.outcomes for remedy in rule.then.remedies):
            continue
        items.add(("rule", rule.id, ""))
        if isinstance(rule.then, Treat | Escalate) and rule.then.cause:
            items.add(("cause", rule.then.cause, ""))
        if isinstance(rule.then, Treat):
            items.add(("remedy", next(r for r in rule.then.remedies if r not in state.outcomes), ""))
        break
    return items


def _read(kb: KnowledgeBase, state: State, known: dict[str, str], whens: list[When], items: set[Item]) -> str:
    for name, conditions in whens:
        for condition in conditions:
            if condition.subject not in {*known, "code", "symptom"}:
                return "open"
            holds = reference._holds(kb, state.code, known, condition)
            items.add(("true" if holds else "false", name, condition.subject))
            if not holds:
                return "false"
        if "/" in name:
            items.add(("decision", name, ""))
    return "true"


def _between(kb: KnowledgeBase, before: State, after: State) -> set[Item]:
    """What is covered by the answer to the question asked, or the outcome of the remedy proposed."""
    step = reference.step(kb, before)
    if step[0] == "ask" and step[1] in (known := reference.values(kb, replace_code(after, before.code))):
        value = "none" if known[step[1]] == before.code else known[step[1]]
        return {("answer", step[1], "code" if value.startswith("0x") else value)}
    if step[0] == "propose" and step[1] in after.outcomes:
        outcome = after.outcomes[step[1]]
        sort = "no-help" if outcome in reference.NO_HELP else "code" if outcome.startswith("0x") else outcome
        return {("outcome", step[1], sort)}
    return set()


def replace_code(state: State, code: str) -> State:
    return State(code, (), state.values, state.outcomes, {}, state.ended, state.unseen)


# Every dialogue ----------------------------------------------------------------------------------------------------


def all_covered(kb: KnowledgeBase, code: str, most: int) -> set[Item] | None:
    """What dialogues that stay under this code can cover; None where there are more than `most` of them."""
    items: set[Item] = set()
    for count, states in enumerate(_dialogues(kb, [State(code)]), 1):
        if count > most:
            return None
        items |= covered_by(kb, states)
    return items


def _dialogues(kb: KnowledgeBase, states: list[State]) -> Iterator[list[State]]:
    """Every dialogue from here to its end; each answer and outcome is tried, numbers and free codes excepted."""
    state = states[-1]
    live = None if over(state) else reference._first_live(kb, state)
    if live is None:
        yield states
    elif live[1] is not None:
        question = kb.questions[live[1].subject]
        values = [*question.answers, *(kb.codes if question.kind == words.CODE else ())]
        values += [rulesets.NO_SUCH_CODE] if question.kind == words.CODE else []
        for value in values:
            given = {**state.values, question.id: value}
            if value not in (words.UNKNOWN_CODE, state.code) and rulesets.consistent(kb, given):
                yield from _dialogues(kb, [*states, State(state.code, (), given, state.outcomes)])
    elif isinstance(live[0].then, Treat):
        remedy = reference._next_remedy(live[0].then, state)
        for outcome in (*words.OUTCOMES, rulesets.NO_SUCH_CODE):
            if outcome != words.PENDING or kb.remedies[remedy].wait:
                yield from _dialogues(
                    kb, [*states, State(state.code, (), state.values, {**state.outcomes, remedy: outcome})]
                )
    else:
        yield states


def over(state: State) -> bool:
    """Whether the last outcome ended the case under this code."""
    last = next(reversed(state.outcomes.values()), "")
    return last in (words.FIXED, words.PENDING) or (last.startswith("0x") and last != state.code)


# Plans -------------------------------------------------------------------------------------------------------------


def chains(kb: KnowledgeBase, code: str) -> list[tuple[Rule, list[When]]]:
    """The rules of a plan with the decisions before them and their own."""
    entry = kb.codes[code if code in kb.codes else "unknown_code"]
    found: dict[str, tuple[Rule, list[When]]] = {}
    for rule, whens in _expanded(kb, entry.plan, f"codes/{entry.id}/plan", []):
        found.setdefault(rule.id, (rule, whens))
    return list(found.values())


def _expanded(
    kb: KnowledgeBase, plan: tuple[Entry, ...], place: str, before: list[When]
) -> Iterator[tuple[Rule, list[When]]]:
    for number, entry in enumerate(plan):
        here = f"{place}/{number}"
        if isinstance(entry, Rule):
            yield entry, [*before, (entry.id, entry.when)]
            continue
        inside = [*before, (here, entry.guard)] if entry.guard else before
        if isinstance(entry, Use):
            yield from _expanded(kb, kb.procedures[entry.procedure].plan, f"procedures/{entry.procedure}/plan", inside)
        else:
            assert isinstance(entry, Group)
            yield from _expanded(kb, entry.plan, f"{here}/plan", inside)
