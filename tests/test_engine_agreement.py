"""experta's session against the reference, step by step, over random rules, starts and walks.

The two share the types of the model and nothing else. After the start and after every event they must agree about
the next step, why it is asked, who is to act, the way taken and every value known. The last part proves that the
comparison can fail: it finds every rule that was mutated on one side only and matters to the case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import pytest
from hypothesis import HealthCheck, given, settings

from engine.case import Answered, Ask, CaseError, Escalated, Propose, Saved, Step, Tried
from engine.session import Session
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Text
from tests import reference, rulesets
from tests.reference import State
from tests.rulesets import Case, Event, cases

HELPLESS = (words.NOT_FIXED, words.BLOCKED, words.DECLINED)
"""Outcomes known from the start about which the session and the sentences agree; see `known_disagreements`."""

few = settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
many = settings(few, max_examples=3000)


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
    return Seen(step, reference.codes(state), reference.values(kb, state), reference.because(kb, state), owners)


def seen_in_session(session: Session) -> Seen:
    step = session.next()
    because = step.because if isinstance(step, Ask) else None
    owners = step.to if isinstance(step, Escalated) else ()
    values = {subject: str(value) for subject, value in session.values.items()}
    return Seen(in_words(step), session.codes, values, because, owners)


def in_words(step: Step) -> reference.Step:
    if isinstance(step, Ask):
        return ("ask", step.question)
    if isinstance(step, Propose):
        return ("propose", step.remedy, step.cause, step.rule)
    if isinstance(step, Escalated):
        return ("escalated", step.reason, step.rule)
    return ("saved" if isinstance(step, Saved) else "resolved", step.remedy)


def started(case: Case) -> State:
    return reference.start(case.kb, case.code, case.answers, case.outcomes)


def opened(case: Case, kb: KnowledgeBase | None = None) -> Session:
    answers = [Answered(subject, value) for subject, value in case.answers.items()]
    return Session(kb or case.kb, case.code, [*answers, *(Tried(*outcome) for outcome in case.outcomes.items())])


def happen(session: Session, event: Event) -> None:
    """The event, in the session, as an operator would say it: what is expected needs no name."""
    step = session.next()
    if event.kind == "code":
        session.go_to(event.value)
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
@given(cases(HELPLESS))
def test_session_and_reference_agree_at_every_step(case: Case) -> None:
    assert not disagreement(case)


@pytest.mark.exhaustive
@many
@given(cases(HELPLESS))
def test_session_and_reference_agree_at_every_step_of_many_cases(case: Case) -> None:
    assert not disagreement(case)
