"""What `trees.diff` finds between two knowledge bases is what differs in their sessions, and is shown by its example.

The law: it finds a difference under a code exactly where some session differs, and the shortest of its examples is as
short as any. The oracle tries every session in `tests/reference.py`, which knows no graph. And every example, played in
two real sessions, stands in the end where it says.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from msgspec.structs import replace

from engine.case import Ask, Escalated, Propose
from engine.inference import Inference
from engine.plan import plan_of
from engine.session import Session
from engine.unfold import ASK, CONTINUE, ESCALATE, PROPOSE, Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Entry, Group, Rule, Treat, Use
from tests import reference, rulesets, shipped
from tests.reference import State
from tests.rulesets import NO_SUCH_CODE
from tests.test_engine_agreement import MUTATIONS, all_rules, rewritten
from trees.diff import compare
from trees.diff.changes import Example, Stand, StepChange
from trees.diff.product import Walk

# The law

Pair = tuple[KnowledgeBase, KnowledgeBase]


def pairs() -> object:
    """Two small random knowledge bases that may differ in one rule, in several, or altogether."""
    from hypothesis import strategies as st

    return st.builds(lambda seed: pair_of(random.Random(f"diff {seed}")), st.integers(0, 10**9))


def pair_of(dice: random.Random) -> Pair:
    old = rulesets.draw_knowledge_base(dice.choice)
    if dice.random() < 0.1:
        return old, rulesets.draw_knowledge_base(dice.choice)
    new = old
    for _ in range(dice.choice((0, 1, 1, 1, 2, 3))):
        new = dice.choice((*MUTATIONS, another_question))(new, dice) or new
    return old, new


def another_question(kb: KnowledgeBase, dice: random.Random) -> KnowledgeBase | None:
    """One question has other choices, or nothing follows from it any more."""
    chosen = kb.questions[dice.choice(list(kb.questions))]
    if chosen.kind == words.CHOICE:
        questions = {**kb.questions, chosen.id: replace(chosen, choices=chosen.choices[1:])}
    else:
        questions = rulesets.linked(kb.questions, ())
    return rulesets.knowledge_base(questions, kb.procedures, kb.codes)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(pairs())
def test_a_difference_is_found_exactly_where_sessions_differ_and_no_shorter_session_shows_one(pair: Pair) -> None:
    law_holds(*pair)


@pytest.mark.exhaustive
@pytest.mark.parametrize("part", range(4))
def test_a_difference_is_found_exactly_where_sessions_differ_in_many_pairs(
    part: int, capsys: pytest.CaptureFixture[str]
) -> None:
    counts: Counter[str] = Counter()
    for number in range(35):
        counts.update(law_holds(*pair_of(random.Random(f"law {part} {number}"))))
    assert counts["equal"] > 20
    assert counts["differ"] > 20
    with capsys.disabled():
        print(f"\n{dict(counts)}")


def law_holds(old: KnowledgeBase, new: KnowledgeBase) -> list[str]:
    counts = []
    for code in [code for code in old.codes if code in new.codes]:
        found = list(Walk.through(old, new, code).found.values())
        shortest = shortest_difference(old, new, code)
        assert (min((len(change.example.session) for change in found), default=None)) == shortest, code
        counts.append("equal" if shortest is None else "differ")
        for change in found:
            assert_shown(old, new, change)
    return counts


def test_nothing_differs_from_itself_whatever_it_is() -> None:
    for number in range(30):
        kb = rulesets.draw_knowledge_base(random.Random(f"self {number}").choice)
        assert compare(kb, kb).empty


def test_the_shipped_knowledge_does_not_differ_from_itself() -> None:
    difference = compare(shipped.knowledge(), shipped.knowledge(), shipped.opened().translations, {})
    assert (difference.steps, difference.things, difference.listed) == ((), (), {})
    assert list(difference.translations) == ["de"]
    assert compare(shipped.knowledge(), shipped.knowledge()).empty


def test_other_ids_of_rules_groups_causes_and_remedies_make_no_difference() -> None:
    for number in range(30):
        kb = rulesets.draw_knowledge_base(random.Random(f"renamed {number}").choice)
        other = with_other_ids(kb)
        difference = compare(kb, other)
        assert (difference.steps, difference.things, difference.listed) == ((), (), {}), rulesets.described(kb)


def with_other_ids(kb: KnowledgeBase) -> KnowledgeBase:
    """Every rule, group, cause and remedy under another id; texts stay."""

    def plan(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(entry if isinstance(entry, Use) else renamed(entry) for entry in entries)

    def renamed(entry: Rule | Group) -> Entry:
        if isinstance(entry, Group):
            return replace(entry, id=f"new_{entry.id}", plan=plan(entry.plan))
        then = entry.then
        if isinstance(then, Treat):
            then = Treat(f"new_{then.cause}", tuple(f"new_{remedy}" for remedy in then.remedies))
        return replace(entry, id=f"new_{entry.id}", then=then)

    def section(things: Mapping[str, object]) -> dict[str, object]:
        return {f"new_{key}": replace(thing, id=f"new_{key}") for key, thing in things.items()}

    return KnowledgeBase(
        kb.manifest,
        {
            "sources": kb.sources,
            "owners": kb.owners,
            "measures": kb.measures,
            "questions": kb.questions,
            "causes": section(kb.causes),
            "remedies": section(kb.remedies),
            "procedures": {key: replace(thing, plan=plan(thing.plan)) for key, thing in kb.procedures.items()},
            "codes": {key: replace(thing, plan=plan(thing.plan)) for key, thing in kb.codes.items()},
        },
    )


# Mutated rules of the shipped knowledge


@pytest.mark.parametrize("seed", range(3))
def test_a_mutated_rule_of_the_shipped_knowledge_is_found_in_its_codes_and_shown(seed: int) -> None:
    mutated_rules_are_found(random.Random(f"shipped {seed}"), 2)


@pytest.mark.exhaustive
def test_many_mutated_rules_of_the_shipped_knowledge_are_found_in_their_codes_and_shown() -> None:
    mutated_rules_are_found(random.Random("many shipped"), 15)


def mutated_rules_are_found(dice: random.Random, count: int) -> None:
    kb = shipped.knowledge()
    rules = [rule for rule in all_rules(kb) if isinstance(rule.then, Treat)]
    for rule in dice.sample(rules, count):
        mutant = with_rule(kb, replace(rule, then=Treat(rule.then.cause, (ANOTHER,))))
        difference = compare(kb, mutant)
        using = {code for code in kb.codes if any(line.rule.id == rule.id for line in plan_of(kb, code).lines)}
        found = {code for change in difference.steps for code in change.codes}
        assert found == {code for code in using if rule_can_fire(kb, code, rule.id)}, rule.id
        for change in difference.steps:
            assert_shown(kb, mutant, change)


ANOTHER = "another_remedy"


def rule_can_fire(kb: KnowledgeBase, code: str, rule: str) -> bool:
    """Whether this rule proposes anything under this code; then another remedy in its place shows."""
    graph = Unfolder(kb, plan_of(kb, code)).unfold()
    return any(node.rule == rule and node.kind == PROPOSE for node in graph.nodes)


def with_rule(kb: KnowledgeBase, rule: Rule) -> KnowledgeBase:
    """The knowledge base with this rule in place of the one of its name."""
    changed = rewritten(kb, {rule.id: rule})
    sections = {
        name: getattr(kb, name) for name in ("sources", "owners", "measures", "questions", "causes", "remedies")
    }
    return KnowledgeBase(kb.manifest, {**sections, "procedures": changed.procedures, "codes": changed.codes})


# The oracle


def shortest_difference(old: KnowledgeBase, new: KnowledgeBase, code: str) -> int | None:
    """The fewest answers after which the two do not do the same; None where no session differs."""
    begun = reference.start(old, code, {}, {}), reference.start(new, code, {}, {})
    level, seen = [begun], set()
    length = 0
    while level:
        further = []
        for states in level:
            seen_now = [seen_at(kb, state, code) for kb, state in zip((old, new), states, strict=True)]
            if seen_now[0] != seen_now[1]:
                return length
            identity = tuple((frozenset(state.values.items()), frozenset(state.outcomes)) for state in states)
            if identity not in seen:
                seen.add(identity)
                further += after(old, new, code, states)
        level, length = further, length + 1
    return None


def seen_at(kb: KnowledgeBase, state: State, code: str) -> tuple[object, ...]:
    way = reference.codes(state)
    if way[1:] or state.ended:
        return "code", way[min(1, len(way) - 1)]
    step = reference.step(kb, state)
    if step[0] == "ask":
        return *step, frozenset(sayable(kb, state, step[1]))
    if step[0] == "propose":
        return step[:3]
    return step[1], reference.owners(kb, state), bool(step[2])


def sayable(kb: KnowledgeBase, state: State, question: str) -> list[str]:
    codes = [] if kb.questions[question].kind != words.CODE else [*rulesets.CODES, NO_SUCH_CODE]
    answers = [*kb.questions[question].answers, *(code for code in codes if code != state.code)]
    return [answer for answer in answers if rulesets.consistent(kb, {**state.values, question: answer})]


def after(old: KnowledgeBase, new: KnowledgeBase, code: str, states: tuple[State, State]) -> list[tuple[State, State]]:
    step = reference.step(old, states[0])
    if states[0].code != code or states[0].ended or step[0] not in ("ask", "propose"):
        return []
    kbs = old, new
    if step[0] == "propose":
        outcomes = [reference.outcome(kb, s, step[1], "not-fixed") for kb, s in zip(kbs, states, strict=True)]
        return [(outcomes[0], outcomes[1])]
    return [
        (reference.answer(old, states[0], step[1], answer), reference.answer(new, states[1], step[1], answer))
        for answer in sayable(old, states[0], step[1])
    ]


# The examples, played


def assert_shown(old: KnowledgeBase, new: KnowledgeBase, change: StepChange) -> None:
    """Two real sessions, given the answers of the example, stand where it says, and not at the same."""
    example = change.example
    played = played_to(old, example), played_to(new, example)
    assert played == (told(old, example.old), told(new, example.new)), change


def played_to(kb: KnowledgeBase, example: Example) -> tuple[object, ...]:
    engines: dict[str, Inference] = {}
    session = Session(kb, example.code, engines=engines)
    for subject, value in example.session:
        if session.code != example.code:
            break
        said = NO_SUCH_CODE if value == words.ANY_CODE else value
        if subject in kb.remedies:
            if subject not in session.outcomes:
                session.outcome(said, subject)
        elif subject in kb.questions and subject not in session.values and can_be(kb, subject, said):
            session.tell(subject, said)
    step = session.next()
    way = session.codes
    if way[1:] or (isinstance(step, Escalated) and step.reason == words.CIRCLE):
        return CONTINUE, way[min(1, len(way) - 1)]
    if isinstance(step, Ask):
        return ASK, step.question
    if isinstance(step, Propose):
        return PROPOSE, step.remedy, step.cause
    assert isinstance(step, Escalated)
    return ESCALATE, ", ".join(step.to), step.cause, step.reason, bool(step.rule)


def can_be(kb: KnowledgeBase, question: str, value: str) -> bool:
    return value in kb.questions[question].answers or (
        kb.questions[question].kind == words.CODE and value.startswith("0x")
    )


def told(kb: KnowledgeBase, stand: Stand) -> tuple[object, ...]:
    if stand.kind == ASK:
        return ASK, stand.subject
    if stand.kind == PROPOSE:
        return PROPOSE, stand.subject, stand.cause
    if stand.kind == ESCALATE:
        return ESCALATE, stand.subject, stand.cause, stand.reason, stand.concluded
    return CONTINUE, NO_SUCH_CODE if stand.subject in kb.questions else stand.subject
