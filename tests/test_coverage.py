"""What is counted as covered, against brute force over random rules; and what can be covered at all."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.case import Answered, Ask, Propose, Tried
from engine.coverage import Marks, Observer
from engine.feasible import Ways, feasible
from engine.leaving import left_by
from engine.session import Session
from tests import brute, reference, rulesets
from tests.rulesets import Case, cases, draw_knowledge_base
from tests.test_engine_agreement import happen, opened

slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
few = settings(max_examples=150, deadline=None, suppress_health_check=slow)
many = settings(few, max_examples=1500)


def covered(session: Session) -> Marks:
    return Observer(session.kb).marks(session)


# What happened


def dialogue(case: Case) -> tuple[Session, list[reference.State]]:
    """A case of which nothing is known at the start, led step by step with what the case knows in the end.

    In experta and in the reference; the states of the reference are those that it went through.
    """
    kb = case.kb
    session, state = Session(kb, case.code), reference.State(case.code)
    states = [state]
    while True:
        state = states[-1]
        live = None if brute.over(state) else reference._first_live(kb, state)
        step = session.next()
        if session.code != case.code:
            return led_on(case, session), states
        if live is None:
            return session, states
        if live[1] is not None:
            assert isinstance(step, Ask)
            assert step.question == live[1].subject
            value = case.answers.get(step.question)
            if value is None:
                return session, states
            session.answer(value)
            states.append(reference._given(kb, state, step.question, value))
        elif isinstance(live[0].then, rulesets.Treat):
            assert isinstance(step, Propose)
            outcome = case.outcomes.get(step.remedy)
            if outcome is None:
                return session, states
            session.outcome(outcome)
            states.append(reference.replace(state, outcomes={**state.outcomes, step.remedy: outcome}))
        else:
            return session, states


def led_on(case: Case, session: Session) -> Session:
    """The session, led on under further codes with what the case knows."""
    for _ in range(100):
        step = session.next()
        if isinstance(step, Ask) and step.question in case.answers:
            session.answer(case.answers[step.question])
        elif isinstance(step, Propose) and step.remedy in case.outcomes:
            session.outcome(case.outcomes[step.remedy])
        else:
            break
    return session


def draw_known(seed: int) -> Case:
    """A knowledge base, a code, and consistent answers to most questions, and outcomes of most remedies."""
    random = Random(seed)
    kb = draw_knowledge_base(random.choice)
    code = random.choice([*rulesets.kb_codes(kb), rulesets.NO_SUCH_CODE])
    answers: dict[str, str] = {}
    for question in kb.questions:
        if random.random() < 0.85:
            told = {question: random.choice(rulesets.sayable(kb, question, code))}
            answers |= told if rulesets.consistent(kb, answers | told) else {}
    outcomes = {
        remedy: random.choice([*["not-fixed", "blocked", "declined"] * 2, "fixed", "pending", *rulesets.kb_codes(kb)])
        for remedy in rulesets.REMEDIES
        if random.random() < 0.85
    }
    return Case(kb, code, answers, outcomes)


def check_dialogue(seed: int) -> None:
    case = draw_known(seed)
    session, states = dialogue(case)
    expected = brute.covered_by(case.kb, states)
    left = [left for left in left_by(session) if left.code == case.code][:1]
    found = set().union(*(items(case, left_one) for left_one in left))
    assert found == expected, (case, sorted(found ^ expected))
    assert {item[1] for item in found if item[0] == "rule"} <= set(session.fired)
    if session.code == case.code:
        assert {item[1] for item in covered(session).items if item[0] == "rule"} == set(session.fired), (
            case,
            session.trail,
        )


def items(case: Case, left) -> set[brute.Item]:
    from engine.coverage import items_of

    return items_of(case.kb, Observer(case.kb).way(left))


@few
@given(st.integers(0, 2**32))
def test_a_dialogue_covers_what_brute_force_finds_in_its_states(seed):
    check_dialogue(seed)


@pytest.mark.exhaustive
@many
@given(st.integers(0, 2**32))
def test_a_dialogue_covers_what_brute_force_finds_in_its_states_many(seed):
    check_dialogue(seed)


def check_facts_from_the_start(seed: int) -> None:
    case = draw_known(seed)
    led, _ = dialogue(case)
    facts = [event for event in led.events if isinstance(event, Answered | Tried)]
    told = Session(case.kb, case.code, facts)
    assert covered(told) == covered(led), (case, led.trail)


@few
@given(st.integers(0, 2**32))
def test_a_scenario_covers_what_the_dialogue_with_the_same_facts_covers(seed):
    check_facts_from_the_start(seed)


def check_any_case(case: Case) -> None:
    """Whatever happens, in turn or out of turn: what is known at the end, and where the case stands."""
    session = opened(case)
    for event in case.events:
        happen(session, event)
    left = left_by(session)
    assert tuple(one.code for one in left) == session.codes
    step = session.next()
    way = Observer(case.kb).ways(session)[-1]
    if isinstance(step, Ask):
        assert {q: left[-1].values.get(q) for q in session.plan.questions} == {
            q: session.values.get(q) for q in session.plan.questions
        }
        assert way.stands
        assert way.turns[-1].chain.parts[way.turns[-1].at].subject == step.question
    if isinstance(step, Propose):
        assert way.stands
        assert way.steps[-1] == ("outcome", step.remedy, "")


@few
@given(cases())
def test_the_way_ends_where_the_case_stands_whatever_happened(case):
    check_any_case(case)


@pytest.mark.exhaustive
@many
@given(cases())
def test_the_way_ends_where_the_case_stands_whatever_happened_many(case):
    check_any_case(case)


# What can happen


def small_base(seed: int):
    """A knowledge base of few rules about few questions, so that every dialogue can be led."""
    random = Random(seed)
    while True:
        kb = draw_knowledge_base(random.choice)
        if len(kb.questions) <= 5:
            return kb


def check_feasible(seed: int, most: int) -> int:
    kb = small_base(seed)
    compared = 0
    for code in kb.codes:
        expected = brute.all_covered(kb, code, most)
        if expected is not None:
            compared += 1
            found = feasible(Ways(kb, code))
            assert found == expected, (code, "\n".join(rulesets.described(kb)), sorted(found ^ expected))
    return compared


def test_what_is_feasible_is_what_some_dialogue_covers():
    assert sum(check_feasible(seed, 300) for seed in range(25)) > 25


@pytest.mark.exhaustive
def test_what_is_feasible_is_what_some_dialogue_covers_many():
    assert sum(check_feasible(seed, 2000) for seed in range(1000, 1150)) > 200
