"""experta's session against the reference, step by step, over random rules, starts and walks.

The two share the types of the model and nothing else. After the start and after every event they must agree about
the next step, why it is asked, who is to act, the way taken and every value known. The last part proves that the
comparison can fail: it finds every rule that was mutated on one side only and matters to the case.
"""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Callable, Iterator, Mapping
from random import Random
from typing import Any, NamedTuple

import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from engine.case import (
    CANNOT_LOOK,
    Answered,
    Ask,
    CaseError,
    CodeChanged,
    Escalated,
    Propose,
    Saved,
    Step,
    Tried,
    Unseen,
)
from engine.session import Session
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Choice, Condition, Continue, Entry, Escalate, Group, Question, Rule, Text, Threshold, Treat
from tests import reference, rulesets
from tests.reference import State
from tests.rulesets import Case, Event, cases

slow = [HealthCheck.too_slow, HealthCheck.filter_too_much]
few = settings(max_examples=300, deadline=None, suppress_health_check=slow)
fewer = settings(few, max_examples=120)
many = settings(few, max_examples=2000)


class Seen(NamedTuple):
    """What can be seen of a case between two events."""

    step: reference.Step
    codes: tuple[str, ...]
    values: Mapping[str, str]
    because: Text | None
    owners: tuple[str, ...]


def seen_in_reference(kb: KnowledgeBase, state: State) -> Seen:
    step = reference.step(kb, state)
    owners = reference.owners(kb, state) if step[0] == "escalated" else ()
    values = _of_the_plan(kb, state.code, state.values, reference.values(kb, state))
    return Seen(step, reference.codes(state), values, reference.because(kb, state), owners)


def seen_in_session(session: Session) -> Seen:
    step = session.next()
    because = step.because if isinstance(step, Ask) else None
    owners = step.to if isinstance(step, Escalated) else ()
    known = {subject: str(value) for subject, value in session.values.items()}
    given = {subject: answered for subject, answered in session.given.items() if not given_up(answered)}
    values = _of_the_plan(session.kb, session.code, given, known)
    return Seen(in_words(step), session.codes, values, because, owners)


def _of_the_plan(
    kb: KnowledgeBase, code: str, given: Mapping[str, object], known: Mapping[str, str]
) -> Mapping[str, str]:
    """What was given, and what is known about the questions of the current plan; the session derives no others."""
    named = {condition.subject for _, conditions in reference.plan(kb, code) for condition in conditions}
    return {subject: value for subject, value in known.items() if subject in given or subject in named}


def given_up(answered: Answered) -> bool:
    """Whether this is only unknown because nobody can look there."""
    return answered.source.startswith(CANNOT_LOOK)


def in_words(step: Step) -> reference.Step:
    if isinstance(step, Ask):
        return ("ask", step.question)
    if isinstance(step, Propose):
        return ("propose", step.remedy, step.cause, step.rule)
    if isinstance(step, Escalated):
        return ("escalated", step.reason, step.rule)
    return ("saved" if isinstance(step, Saved) else "resolved", step.remedy)


def started(case: Case) -> State:
    return reference.start(case.kb, case.code, case.answers, case.outcomes, case.waiting)


def opened(case: Case, kb: KnowledgeBase | None = None) -> Session:
    answers = [Answered(subject, value) for subject, value in case.answers.items()]
    outcomes = [Tried(key, value, when_proposed=key in case.waiting) for key, value in case.outcomes.items()]
    return Session(kb or case.kb, case.code, [*answers, *outcomes])


def happen(session: Session, event: Event) -> None:
    """The event, in the session, as an operator would say it: what is expected needs no name."""
    step = session.next()
    if event.kind == "code":
        session.go_to(event.value)
    elif event.kind == "unseen":
        session.cannot_look(event.value)
    elif event.kind == "answer" and isinstance(step, Ask) and step.question == event.subject:
        session.answer(event.value)
    elif event.kind == "answer":
        session.tell(event.subject, event.value)
    elif isinstance(step, Propose | Saved) and step.remedy == event.subject:
        session.outcome(event.value)
    else:
        session.outcome(event.value, event.subject)


def played(case: Case) -> Session:
    session = opened(case)
    for event in case.events:
        happen(session, event)
    return session


def disagreement(case: Case, kb: KnowledgeBase | None = None) -> str:
    """Where the session (of this other knowledge base, if one is given) first parts from the reference, or nothing."""
    state, session = started(case), opened(case, kb)
    for number, event in enumerate([None, *case.events]):
        if event is not None:
            state = rulesets.happen(case.kb, state, event)
            try:
                happen(session, event)
            except CaseError as error:
                return f"event {number} {event}: the session refuses it: {error}"
        expected, found = seen_in_reference(case.kb, state), seen_in_session(session)
        if expected != found:
            return f"after event {number} {event}:\n  reference {expected}\n  session   {found}"
    return ""


# Agreement


@few
@given(cases())
def test_session_and_reference_agree_at_every_step(case: Case) -> None:
    assert_agreement(case)


@pytest.mark.exhaustive
@many
@given(cases())
def test_session_and_reference_agree_at_every_step_of_many_cases(case: Case) -> None:
    assert_agreement(case)


def assert_agreement(case: Case) -> None:
    assert not disagreement(case)


# Laws of `back` and `change`


def whole(session: Session) -> tuple[Any, ...]:
    """All that two equal sessions have in common."""
    state = dataclasses.replace(session.state, outcomes=dict(session.outcomes))
    return state, session.next(), session.facts, session.events, list(session.given), session.fired


@fewer
@given(cases())
def test_back_undoes_one_event_after_the_other(case: Case) -> None:
    session = opened(case)
    before = [whole(session)]
    for event in case.events:
        happen(session, event)
        before.append(whole(session))
    while before.pop() and before:
        session.back()
        assert whole(session) == before[-1]
    with pytest.raises(CaseError):
        session.back()


@fewer
@given(cases())
def test_a_session_rebuilt_from_its_facts_and_events_is_the_same(case: Case) -> None:
    session = played(case)
    assert whole(rebuilt(session)) == whole(session)


def rebuilt(session: Session) -> Session:
    again = Session(session.kb, session.opened_as, session.facts)
    for event in session.events:
        if isinstance(event, Answered):
            again.tell(event.subject, event.value, event.source)
        elif isinstance(event, Tried):
            again.outcome(event.outcome, event.remedy)
        elif isinstance(event, CodeChanged):
            again.go_to(event.code)
        elif isinstance(event, Unseen):
            again.cannot_look(event.place)
    return again


@pytest.mark.slow
@few
@given(cases(), st.integers(0, 5), st.integers(0, 20))
def test_change_replaces_one_answer_and_changing_back_restores_the_case(case: Case, number: int, choice: int) -> None:
    assert_change(case, number, choice)


@pytest.mark.exhaustive
@many
@given(cases(), st.integers(0, 5), st.integers(0, 20))
def test_change_and_changing_back_in_many_cases(case: Case, number: int, choice: int) -> None:
    assert_change(case, number, choice)


def assert_change(case: Case, number: int, choice: int) -> None:
    change = drawn_change(case, number, choice)
    if change is None:
        reject()
    assert not disagreement_about_change(case, *change)


def drawn_change(case: Case, number: int, choice: int) -> tuple[int, str] | None:
    """The number of an answer given, from 1, and another value for it that contradicts no other answer."""
    session = played(case)
    values = {subject: str(answered.value) for subject, answered in session.given.items()}
    if not values:
        return None
    number %= len(values)
    subject = list(values)[number]
    others = [
        value
        for value in rulesets.sayable(case.kb, subject, session.code)
        if value != values[subject] and rulesets.consistent(case.kb, {**values, subject: value})
    ]
    return (number + 1, others[choice % len(others)]) if others else None


def disagreement_about_change(case: Case, number: int, value: str) -> str:
    session = played(case)
    before, (subject, old) = whole(session), list(session.given.items())[number - 1]
    session.change(number, value)
    state = list(replayed(case, subject, value))[-1]
    state = reference.answer(case.kb, state, subject, value) if given_up(old) else state
    expected = seen_in_reference(case.kb, state)
    found = seen_in_session(session)
    if expected != found:
        return f"after {subject}={value}:\n  reference {expected}\n  session   {found}"
    if whole(rebuilt(session)) != whole(session):
        return f"after {subject}={value}: rebuilt {whole(rebuilt(session))} but was {whole(session)}"
    session.change(list(session.given).index(subject) + 1, old.value)
    if given_up(old):  # a value of its own now, though the same one
        return "" if whole(session)[:2] == before[:2] else f"{subject} is not unknown again: {whole(session)[:2]}"
    return "" if whole(session) == before else f"after {subject}={value} and back: {whole(session)} but was {before}"


def replayed(case: Case, subject: str, value: str) -> Iterator[State]:
    """The states of the case in the reference, with another answer from the beginning."""
    answers = {key: value if key == subject else old for key, old in case.answers.items()}
    yield (state := reference.start(case.kb, case.code, answers, case.outcomes, case.waiting))
    for event in case.events:
        about = told_about(case.kb, event)
        state = rulesets.happen(case.kb, state, Event("answer", subject, value) if about == subject else event)
        yield state


def told_about(kb: KnowledgeBase, event: Event) -> str:
    """The question or measure that an event gives a value; a number in answer to a question is about its measure."""
    threshold = kb.questions[event.subject].threshold if event.subject in kb.questions else None
    is_number = event.value.lstrip("-").isdecimal()
    return "" if event.kind != "answer" else threshold.measure if threshold and is_number else event.subject


# Small cases, each of which was once a disagreement


A, B, _ = rulesets.CODES


def question(
    ident: str, kind: str = words.YES_NO, threshold: Threshold | None = None, where: str = "network"
) -> Question:
    return Question(ident, rulesets.text(ident), kind, where, "glance", threshold=threshold)


def rule(ident: str, when: Mapping[str, str], then: Treat | Continue | Escalate) -> Rule:
    because = rulesets.text(ident)
    return Rule(ident, tuple(Condition(key, (value,), because) for key, value in when.items()), then, because, ())


def small(
    questions: list[Question], plans: Mapping[str, list[Rule]], *implies: tuple[str, str, str, str]
) -> KnowledgeBase:
    codes = {code: rulesets.code_of(code, tuple(plan)) for code, plan in plans.items()}
    unknown_code = {words.UNKNOWN_CODE: rulesets.code_of(words.UNKNOWN_CODE, ())}
    linked = rulesets.linked({question.id: question for question in questions}, implies)
    return rulesets.knowledge_base(linked, {}, codes | unknown_code)


TREAT = Treat("c1", ("r1",))
ONE_RULE = small([question("q1")], {A: [rule("R1", {"q1": "yes"}, TREAT)]})
BEHIND_REFUSAL = small(
    [question("q1", threshold=Threshold("m1", at_least=1)), question("q2")],
    {A: [rule("R1", {"symptom": "s1", "q1": "yes"}, TREAT), rule("R2", {"q2": "yes"}, TREAT)]},
    ("q1", "yes", "q2", "yes"),
)
SAME_CODE = small([question("q1", words.CODE)], {A: [rule("R1", {"q1": "code"}, Continue(answer_of="q1"))]})
CIRCLE = small([question("q1")], {A: [rule("R1", {"q1": "yes"}, Continue(A))], B: [rule("R2", {"q1": "no"}, TREAT)]})
CIRCLE_WITH_MEASURE = small(
    [question("q1"), question("q2", threshold=Threshold("m1", at_least=1))],
    {A: [rule("R1", {"q1": "yes"}, Continue(A)), rule("R2", {"q2": "yes"}, TREAT)]},
)
OTHER_PLACE = small(
    [question("q1"), question("q2", where="kms_host")],
    {A: [rule("R1", {"q1": "yes", "q2": "yes"}, TREAT)]},
    ("q1", "yes", "q2", "yes"),
)


SMALL_CASES: dict[str, Case] = {
    # An outcome that ends the case waits until a rule proposes its remedy.
    "fixed from the start": Case(ONE_RULE, A, {}, {"r1": "fixed"}),
    "fixed from the start, proposed": Case(ONE_RULE, A, {"q1": "yes"}, {"r1": "fixed"}),
    "pending from the start": Case(ONE_RULE, A, {}, {"r1": "pending"}),
    # m1=1 gives q1, q1 gives q2, although q1 stands behind a symptom that the code does not have.
    "derived behind a refused symptom": Case(BEHIND_REFUSAL, A, {"m1": "1"}, {}),
    # The answer names the code the case is in: no other code.
    "an answer names the current code": Case(SAME_CODE, A, {}, {}, (Event("answer", "q1", A),)),
    # A circle ends the case.
    "another code after a circle": Case(CIRCLE, A, {"q1": "yes"}, {}, (Event("code", "", B),)),
    # What follows from a fact told after the end is known too.
    "a fact after a circle": Case(CIRCLE_WITH_MEASURE, A, {"q1": "yes"}, {}, (Event("answer", "m1", "1"),)),
    # The answer to the question asked entails one about a place that nobody can look at.
    "what follows goes before what cannot be looked at": Case(
        OTHER_PLACE, A, {}, {}, (Event("unseen", "", "kms_host"), Event("answer", "q1", "yes"))
    ),
    # The plan is exhausted; now a remedy turns out to have helped.
    "fixed after an escalation": Case(ONE_RULE, A, {"q1": "no"}, {}, (Event("outcome", "r1", "fixed"),)),
}


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in SMALL_CASES.items()])
def test_session_and_reference_agree_in_these_small_cases(case: Case) -> None:
    assert not disagreement(case)


def test_answers_that_contradict_each_other_about_a_third_question_are_refused() -> None:
    implies = (("q1", "yes", "q3", "yes"), ("q2", "yes", "q3", "no"))
    kb = small([question("q1"), question("q2"), question("q3")], {A: [rule("R1", {"q3": "yes"}, TREAT)]}, *implies)
    with pytest.raises(CaseError):
        Session(kb, A, [Answered("q1", "yes"), Answered("q2", "yes")])


def test_a_state_once_taken_does_not_change() -> None:
    session = Session(ONE_RULE, A, [Answered("q1", "yes")])
    state = session.state
    session.outcome(words.NOT_FIXED)
    assert state.outcomes == {}


def test_a_choice_may_be_a_number() -> None:
    choices = tuple(Choice(value, rulesets.text(value)) for value in ("10", "11"))
    with_numbers = replace(question("q1", words.CHOICE), choices=choices)
    session = Session(small([with_numbers], {A: [rule("R1", {"q1": "11"}, TREAT)]}), A)
    session.answer("11")
    assert in_words(session.next()) == ("propose", "r1", "c1", "R1")


# The comparison can fail: one rule is mutated on the session's side only. Where the mutant makes a difference to the
# reference in a case, the comparison must see it in this case; where it makes none, it must see nothing.

MUTANTS = 150
STARTS = 40

Mutate = Callable[[KnowledgeBase, Random], KnowledgeBase | None]


@pytest.mark.slow
def test_the_comparison_notices_every_mutated_rule_that_matters() -> None:
    random = Random(20261122)
    counts: dict[str, collections.Counter[str]] = {kind.__name__: collections.Counter() for kind in MUTATIONS}
    while sum(count["mutants"] for count in counts.values()) < MUTANTS:
        original = rulesets.draw_knowledge_base(random.choice)
        for mutate in MUTATIONS:
            mutant = mutate(original, random)
            if mutant is None:
                continue
            walks = [random_case(original, random) for _ in range(STARTS)]
            telling = [case for case in walks if seen_along(case, original) != seen_along(case, mutant)]
            noticed = [case for case in telling[:2] if disagreement(case, mutant)]
            assert noticed == telling[:2], f"{mutate.__name__}: not noticed in {telling}"
            false_alarms = [case for case in walks[:2] if case not in telling and disagreement(case, mutant)]
            assert not false_alarms, f"{mutate.__name__}: nothing changed in {false_alarms}"
            counts[mutate.__name__].update(mutants=1, matter=bool(telling), noticed=bool(noticed))
    for kind, count in counts.items():
        print(f"{kind}: {count['mutants']} mutants, {count['matter']} matter, {count['noticed']} noticed")
    assert all(count["matter"] > 0 for count in counts.values())


def random_case(kb: KnowledgeBase, random: Random) -> Case:
    code, answers, outcomes = rulesets.draw_start(random.choice, kb, words.OUTCOMES)
    state = reference.start(kb, code, answers, outcomes)
    return Case(kb, code, answers, outcomes, rulesets.draw_walk(random.choice, kb, state))


def seen_along(case: Case, kb: KnowledgeBase) -> list[Seen]:
    """What can be seen of the case in the reference, step by step, with the rules of this knowledge base."""
    state = reference.start(kb, case.code, case.answers, case.outcomes)
    seen = [seen_in_reference(kb, state)]
    for event in case.events:
        state = rulesets.happen(kb, state, event)
        seen.append(seen_in_reference(kb, state))
    return seen


def drop_a_condition(kb: KnowledgeBase, random: Random) -> KnowledgeBase | None:
    return _with_conditions(kb, random, lambda conditions, place: (*conditions[:place], *conditions[place + 1 :]))


def widen_a_value_set(kb: KnowledgeBase, random: Random) -> KnowledgeBase | None:
    def widened(conditions: tuple[Condition, ...], place: int) -> tuple[Condition, ...]:
        condition = conditions[place]
        values = rulesets.acceptable(condition.subject, kb.questions, rulesets.kb_codes(kb))
        others = [value for value in values if value not in condition.accepts]
        wider = replace(condition, accepts=(*condition.accepts, *others[:1]))
        return (*conditions[:place], wider, *conditions[place + 1 :])

    return _with_conditions(kb, random, widened)


def swap_two_rules(kb: KnowledgeBase, random: Random) -> KnowledgeBase | None:
    rules = all_rules(kb)
    if len(rules) < 2:
        return None
    one, other = random.sample(rules, 2)
    return rewritten(kb, {one.id: other, other.id: one})


def swap_two_remedies(kb: KnowledgeBase, random: Random) -> KnowledgeBase | None:
    rules = [rule for rule in all_rules(kb) if isinstance(rule.then, Treat) and len(rule.then.remedies) > 1]
    if not rules:
        return None
    chosen = random.choice(rules)
    assert isinstance(chosen.then, Treat)
    first, second, *rest = chosen.then.remedies
    return rewritten(kb, {chosen.id: replace(chosen, then=Treat(chosen.then.cause, (second, first, *rest)))})


MUTATIONS: tuple[Mutate, ...] = (drop_a_condition, widen_a_value_set, swap_two_rules, swap_two_remedies)


def _with_conditions(
    kb: KnowledgeBase, random: Random, change: Callable[[tuple[Condition, ...], int], tuple[Condition, ...]]
) -> KnowledgeBase | None:
    """One condition of one rule changed; not the one that a rule needs to continue as an answer."""
    places = [
        (rule, place)
        for rule in all_rules(kb)
        for place, condition in enumerate(rule.when)
        if not (isinstance(rule.then, Continue) and rule.then.answer_of == condition.subject)
    ]
    if not places:
        return None
    chosen, place = random.choice(places)
    return rewritten(kb, {chosen.id: replace(chosen, when=change(chosen.when, place))})


def all_rules(kb: KnowledgeBase) -> list[Rule]:
    """Every rule of a knowledge base, once."""
    rules = (rule for code in kb.codes for rule, _ in reference.plan(kb, code))
    return list({rule.id: rule for rule in rules}.values())


def rewritten(kb: KnowledgeBase, rules: Mapping[str, Rule]) -> KnowledgeBase:
    """The knowledge base with other rules in the places of these."""

    def plan(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(
            rules.get(entry.id, entry)
            if isinstance(entry, Rule)
            else replace(entry, plan=plan(entry.plan))
            if isinstance(entry, Group)
            else entry
            for entry in entries
        )

    procedures = {key: replace(procedure, plan=plan(procedure.plan)) for key, procedure in kb.procedures.items()}
    codes = {key: replace(code, plan=plan(code.plan)) for key, code in kb.codes.items()}
    return rulesets.knowledge_base(kb.questions, procedures, codes)
