"""The matcher made for flat rules does what experta's own does; and what is told at once counts as if told in turn."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine import inference
from engine.case import CaseError
from engine.coverage import Observer
from engine.inference import Inference
from engine.plan import plan_of
from engine.scenarios import play
from engine.session import Session
from kb.scenarios import read_scenarios, shipped_scenarios
from tests import rulesets, shipped
from tests.rulesets import Case
from tests.test_clips_agreement import ExpertaMachine, differences, random_play
from tests.test_coverage import draw_known
from tests.test_engine_agreement import happen, opened

slow = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large]
few = settings(max_examples=60, deadline=None, suppress_health_check=slow)


class AsPublished(inference._ReteMatcher):  # type: ignore[misc]  # experta has no types
    """experta's own matcher, given the same rules; it makes them anew in its normal form."""

    @staticmethod
    def prepare_ruleset(engine: Any) -> set[Any]:
        return {_prepared(rule) for rule in engine.flat_rules}


def _prepared(rule: Any) -> Any:
    made = inference._rete.prepare_rule(rule)
    made.production, made.body = rule.production, rule.body
    return made


@pytest.fixture
def published(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """experta's own matcher is used, until `undo` is called."""
    monkeypatch.setattr(inference._PlanEngine, "__matcher__", AsPublished)
    return monkeypatch


@pytest.mark.parametrize("seed", range(60))
def test_in_random_histories_both_matchers_do_the_same(seed: int, published: pytest.MonkeyPatch) -> None:
    play = random_play(seed)
    own = ExpertaMachine(play.program)
    published.undo()

    assert list(differences(play, ExpertaMachine(play.program), own)) == []


def stands(session: Session) -> tuple[object, ...]:
    """All that can be seen of a session, and what it covered."""
    return session.next(), session.codes, session.values, session.fired, Observer(session.kb).marks(session)


def led(case: Case) -> list[tuple[object, ...]]:
    """What a case looks like after each event."""
    session = opened(case)
    seen = [stands(session)]
    for event in case.events:
        happen(session, event)
        seen.append(stands(session))
    return seen


@few
@given(rulesets.cases())
def test_in_random_cases_both_matchers_lead_to_the_same_steps_and_marks(case: Case) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inference._PlanEngine, "__matcher__", AsPublished)
        expected = led(case)

    assert led(case) == expected


@few
@given(st.integers(0, 2**32))
def test_facts_told_at_once_lead_where_they_lead_when_told_one_after_the_other(seed: int) -> None:
    case = draw_known(seed)
    plan = plan_of(case.kb, case.code)
    at_once, in_turn = Inference(case.kb, plan), Inference(case.kb, plan)

    at_once.begin(case.answers, case.outcomes)
    in_turn.forget()
    for question, value in case.answers.items():
        in_turn.know(question, value)
    for remedy, outcome in case.outcomes.items():
        in_turn.know_outcome(remedy, outcome)

    assert at_once.agenda() == in_turn.agenda()
    assert at_once.step() == in_turn.step()
    assert at_once.derived == in_turn.derived


@few
@given(rulesets.cases())
def test_a_plan_that_is_used_again_leads_as_a_new_one_does(case: Case) -> None:
    used: dict[str, Inference] = {}
    first = opened(case)
    facts = first.facts
    for others in (facts[:1], facts[1:], facts):
        try:
            expected = stands(Session(case.kb, case.code, others))
        except CaseError:
            continue

        assert stands(Session(case.kb, case.code, others, engines=used)) == expected


@pytest.mark.exhaustive
def test_every_shipped_scenario_covers_the_same_with_either_matcher(published: pytest.MonkeyPatch) -> None:
    kb = shipped.knowledge()
    scenarios, _ = read_scenarios(shipped_scenarios(shipped.FOLDER), shipped.FOLDER)
    scenarios.sort(key=lambda scenario: scenario.form.code)

    def seen() -> list[tuple[object, ...]]:
        engines: dict[str, Inference] = {}
        return [stands(session) for one in scenarios if (session := play(kb, one, engines).session)]

    expected = seen()
    published.undo()

    assert len(expected) > 1000
    assert seen() == expected
