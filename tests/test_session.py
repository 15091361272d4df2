"""What a session does, on the small knowledge base of `tests.small`, without a command line and without a screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import product

import pytest

from engine.case import (
    Act,
    Answered,
    Ask,
    CaseError,
    Changed,
    CodeChanged,
    Entered,
    Escalated,
    Fired,
    Propose,
    Resolved,
    Saved,
    Step,
    TakenBack,
    Tried,
    Unseen,
)
from engine.explain import ESTABLISHED, OPEN, RULED_OUT, CauseStanding, HandOver, Needed, standings, unneeded
from engine.session import Session
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Question
from tests import reference, small
from tests.small import COUNT, KEY, UNKNOWN

Facts = Mapping[str, str | int]


def session(code: str = COUNT, facts: Facts | None = None, **outcomes: str) -> Session:
    """A case with these answers, then these outcomes, known from the start."""
    known: list[Answered | Tried] = [Answered(key, value) for key, value in (facts or {}).items()]
    return Session(small.knowledge(), code, [*known, *(Tried(key, value) for key, value in outcomes.items())])


def at(step: Step) -> tuple[str, ...]:
    """A step in few words."""
    match step:
        case Ask(question=question):
            return ("ask", question)
        case Propose(remedy=remedy):
            return ("propose", remedy)
        case Saved(remedy=remedy):
            return ("saved", remedy)
        case Resolved(remedy=remedy):
            return ("resolved", remedy)
        case Escalated(reason=reason):
            return ("escalated", reason)


def whole(case: Session) -> dict[str, object]:
    """All that can be seen of a case."""
    return {
        "step": case.next(),
        "codes": case.codes,
        "given": dict(case.given),
        "values": dict(case.values),
        "outcomes": dict(case.outcomes),
        "fired": case.fired,
        "trail": case.trail,
        "facts": case.facts,
        "events": case.events,
    }


def refuses(case: Session, act: Callable[[], object]) -> CaseError:
    """The error that an act raises; the case is unchanged by it."""
    before = whole(case)
    with pytest.raises(CaseError) as caught:
        act()
    assert whole(case) == before
    return caught.value


# Asking, answering, proposing


def test_next_twice_is_the_same_step() -> None:
    case = session()
    assert case.next() is case.next()
    case.answer("office")
    before = whole(case)
    assert at(case.next()) == at(case.next()) == ("ask", "door_open")
    assert whole(case) == before


def test_answers_and_outcomes_lead_through_the_plan_in_order() -> None:
    case = session()
    assert at(case.next()) == ("ask", "place")
    assert at(case.answer("office")) == ("ask", "door_open")
    assert at(case.answer("no")) == ("propose", "open_door")
    assert at(case.outcome("not-fixed")) == ("propose", "ask_again")
    assert at(case.outcome("blocked")) == ("ask", "is_server")
    assert at(case.answer("no")) == ("ask", "at_least_25")
    assert at(case.answer("no")) == ("ask", "host_is_new")
    assert at(case.answer("no")) == ("propose", "add_machines")
    assert at(case.outcome("fixed")) == ("resolved", "add_machines")
    assert case.fired == ("door_is_closed", "few_clients")
    assert case.causes_treated == {
        "open_door": "door_closed",
        "ask_again": "door_closed",
        "add_machines": "count_too_low",
    }


def test_a_question_is_asked_with_the_reason_of_the_guard_or_rule_whose_condition_it_is() -> None:
    case = session(facts={"place": "unknown"})
    assert at(case.next()) == ("ask", "is_server")  # an unknown place opens neither the cloud nor the door
    case = session()
    step = case.next()
    assert isinstance(step, Ask)
    assert step.because.key == "rule.cloud_machine because"
    step = case.answer("home")
    assert isinstance(step, Ask)
    assert (step.rule, step.because.key) == ("door_is_closed", "rule.door_is_closed because")


def test_known_answers_skip_questions_and_do_not_reorder_them() -> None:
    case = session(facts={"host_is_new": "yes", "is_server": "no", "place": "home"})
    assert at(case.next()) == ("ask", "door_open")
    assert at(case.answer("yes")) == ("ask", "at_least_25")
    assert at(case.answer("no")) == ("propose", "add_machines")


def test_unknown_is_an_answer_and_satisfies_no_condition_that_does_not_name_it() -> None:
    case = session()
    for question in ("place", "is_server", "inner_code"):
        assert at(case.next()) == ("ask", question)
        case.answer("unknown")
    assert at(case.next()) == ("escalated", "cause_unknown")
    assert case.hand_over().unknown == ("place", "is_server", "inner_code")


# Numbers


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(0, "no", id="the least possible"),
        pytest.param(4, "no", id="just below"),
        pytest.param(5, "yes", id="the bound itself"),
        pytest.param(1000, "yes", id="the most possible"),
    ],
)
def test_a_number_answers_the_question_of_its_threshold(number: int, expected: str) -> None:
    case = session(facts={"place": "unknown", "is_server": "yes"})
    assert at(case.next()) == ("ask", "at_least_5")
    case.answer(number)
    assert case.values["at_least_5"] == expected
    assert (case.given["count"].value, "at_least_5" in case.given) == (number, False)
    again = session(facts={"place": "unknown", "is_server": "yes"})
    again.answer(str(number))
    assert whole(again) == whole(case)


def test_one_number_decides_every_threshold_of_its_measure() -> None:
    case = session(facts={"count": 18})
    assert case.derived == {"at_least_5": "yes", "at_least_25": "no"}
    assert session(facts={"count": "unknown"}).derived == {"at_least_5": "unknown", "at_least_25": "unknown"}


def test_an_answer_to_one_threshold_entails_the_other_and_what_is_declared() -> None:
    assert session(facts={"at_least_25": "yes"}).derived == {"at_least_5": "yes", "host_is_new": "no"}
    assert session(facts={"at_least_5": "no"}).derived == {"at_least_25": "no"}
    assert session(facts={"at_least_5": "yes"}).derived == {}


def test_an_unknown_number_takes_nothing_back_that_was_answered() -> None:
    case = session(facts={"at_least_5": "yes", "count": "unknown"})
    assert case.values == {"at_least_5": "yes", "count": "unknown", "at_least_25": "unknown"}


# What is refused, with the case unchanged


@pytest.mark.parametrize(
    ("facts", "subject", "value", "other"),
    [
        pytest.param({"count": 18}, "at_least_25", "yes", "count=18", id="an answer against a number"),
        pytest.param({"at_least_25": "yes"}, "count", 18, "at_least_25=yes", id="a number against an answer"),
        pytest.param({"at_least_25": "yes"}, "at_least_5", "no", "at_least_25=yes", id="two thresholds"),
        pytest.param({"at_least_25": "yes"}, "host_is_new", "yes", "at_least_25=yes", id="what is implied"),
        pytest.param({"host_is_new": "yes"}, "at_least_25", "yes", "host_is_new=yes", id="what implies it"),
        pytest.param({"host_is_new": "yes"}, "count", 30, "host_is_new=yes", id="what a number implies"),
    ],
)
def test_an_answer_that_contradicts_another_is_refused(facts: Facts, subject: str, value: str, other: str) -> None:
    case = session(facts=facts)
    error = refuses(case, lambda: case.tell(subject, value))
    assert (error.slug, error.values["other"]) == ("contradiction", other)
    with pytest.raises(CaseError):
        session(facts={**facts, subject: value})


def test_what_cannot_be_said_is_refused_with_what_can() -> None:
    case = session(facts={"place": "office"})
    errors = {
        "not-an-answer": refuses(case, lambda: case.answer("maybe")),
        "not-a-measure": refuses(case, lambda: case.answer("7")),
        "unknown-question": refuses(case, lambda: case.tell("is_sever", "yes")),
        "not-a-number": refuses(case, lambda: case.tell("count", "many")),
        "number-out-of-range": refuses(case, lambda: case.tell("count", -1)),
        "unknown-remedy": refuses(case, lambda: case.outcome("fixed", "open_dor")),
        "not-an-outcome": refuses(case, lambda: case.outcome("fixd", "open_door")),
        "nothing-proposed": refuses(case, lambda: case.outcome("fixed")),
        "no-such-answer": refuses(case, lambda: case.change(2, "no")),
        "unknown-cause": refuses(case, lambda: case.why_not("count_to_low")),
        "nothing-to-undo": refuses(case, case.back),
    }
    assert {slug: error.slug for slug, error in errors.items()} == {slug: slug for slug in errors}
    assert {slug: error.closest for slug, error in errors.items() if error.closest} == {
        "unknown-question": "is_server",
        "unknown-remedy": "open_door",
        "not-an-outcome": "fixed",
        "unknown-cause": "count_too_low",
    }
    assert str(errors["not-an-answer"]) == '"maybe" is no answer to door_open; possible: yes, no, unknown'
    case.answer("no")
    assert refuses(case, lambda: case.answer("yes")).slug == "nothing-asked"


def test_answers_are_taken_in_any_letter_case_and_codes_in_any_spelling() -> None:
    case = session(facts={"place": " Unknown ", "is_server": "UNKNOWN"})
    assert at(case.answer("c00d 0002")) == ("ask", "key_fits")
    assert case.given["inner_code"].value == KEY


# Places nobody can look at


def test_what_is_unknown_about_a_place_nobody_can_look_at_is_unknown_at_once() -> None:
    case = session(facts={"place": "office", "door_open": "yes", "is_server": "yes"})
    assert at(case.next()) == ("ask", "at_least_5")
    assert at(case.cannot_look()) == ("ask", "inner_code")
    given_up = {key: told for key, told in case.given.items() if told.source == "cannot look: kms_host"}
    assert list(given_up) == ["at_least_5", "at_least_25", "host_is_new"]
    assert {told.value for told in given_up.values()} == {"unknown"}
    assert case.unseen == case.state.unseen == ("kms_host",)
    assert case.trail[-1] == Unseen("kms_host")


def test_a_place_may_be_named_and_one_back_takes_all_of_it_back() -> None:
    case = session(facts={"count": 18})
    before = whole(case)
    assert at(case.cannot_look("affected_machine")) == ("escalated", "cause_unknown")
    assert [key for key, told in case.given.items() if told.value == "unknown"] == ["place", "is_server", "inner_code"]
    case.back()
    assert whole(case) == before


def test_under_another_code_its_questions_are_unknown_too() -> None:
    case = session()
    case.cannot_look("licence_owner")
    assert "key_fits" not in case.given
    assert at(case.go_to(KEY)) == ("escalated", "cause_unknown")
    assert case.given["key_fits"] == Answered("key_fits", "unknown", "cannot look: licence_owner")
    case.back()
    assert "key_fits" not in case.given


def test_what_is_told_or_follows_later_takes_the_place_of_unknown() -> None:
    case = session(facts={"place": "office", "door_open": "yes", "is_server": "yes"})
    case.cannot_look("kms_host")
    assert at(case.tell("count", 3)) == ("propose", "add_machines")
    assert case.values["at_least_5"] == case.values["at_least_25"] == "no"
    assert "at_least_5" not in case.given
    assert case.values["host_is_new"] == "unknown"
    case.tell("host_is_new", "no")
    assert case.given["host_is_new"] == Answered("host_is_new", "no")
    case.back()
    case.back()
    number = list(case.given).index("at_least_5") + 1
    assert at(case.change(number, "no")) == ("propose", "add_machines")
    number = list(case.given).index("at_least_5") + 1  # an answer of its own now, behind the others that were told
    assert at(case.change(number, "unknown")) == ("ask", "inner_code")


def test_numbers_of_answers_do_not_shift_when_less_or_more_is_unknown() -> None:
    case = session()
    case.cannot_look("kms_host")
    case.answer("office")
    case.tell("count", 30)
    assert list(case.given)[:2] == ["place", "count"]
    case.change(2, "unknown")
    assert list(case.given)[:2] == ["place", "count"]
    case.change(2, 3)
    assert case.values["at_least_5"] == "no"


def test_what_was_known_before_stays_known() -> None:
    case = session(facts={"count": 18, "host_is_new": "yes"})
    case.cannot_look("kms_host")
    assert case.derived == {"at_least_5": "yes", "at_least_25": "no"}
    assert case.given["host_is_new"].value == "yes"


def test_a_place_that_does_not_exist_or_is_not_named_is_refused() -> None:
    case = session(facts={"place": "cloud"})
    assert refuses(case, case.cannot_look).slug == "nothing-asked"
    error = refuses(case, lambda: case.cannot_look("kms_hots"))
    assert (error.slug, error.closest) == ("unknown-place", "kms_host")


# Watching and repeating


def test_a_watcher_is_told_everything_in_canonical_form_before_the_step_is_returned() -> None:
    case = session()
    seen: list[tuple[Act, Step]] = []
    case.watch(lambda act, step: seen.append((act, step)))
    case.answer("HOME")
    case.answer("No")
    case.outcome("NOT_FIXED")
    case.change(1, "Office")
    case.back()
    case.cannot_look("network")
    case.go_to(KEY)
    refuses(case, lambda: case.tell("count", "many"))
    assert [act for act, _ in seen] == [
        Answered("place", "home"),
        Answered("door_open", "no"),
        Tried("open_door", "not-fixed"),
        Changed("place", "office"),
        TakenBack(),
        Unseen("network"),
        CodeChanged(KEY),
    ]
    assert seen[-1][1] is case.next()


def test_repeating_what_was_done_gives_the_same_case() -> None:
    case, again = session(), session()
    case.watch(lambda act, _step: again.repeat(act))
    for act in (
        lambda: case.answer("home"),
        lambda: case.answer("no"),
        lambda: case.outcome("not-fixed"),
        lambda: case.cannot_look("kms_host"),
        lambda: case.change(3, "no"),
        lambda: case.change(1, "office"),
        case.back,
    ):
        act()
    assert whole(again) == whole(case)


# Going back, changing


def test_back_undoes_the_last_event_whatever_it_was() -> None:
    case = session()
    stages = [whole(case)]
    acts: list[Callable[[], object]] = [
        lambda: case.answer("home"),
        lambda: case.answer("no"),
        lambda: case.outcome("not-fixed"),
        lambda: case.tell("count", 18),
        lambda: case.go_to(KEY),
        lambda: case.answer("unknown"),
    ]
    for act in acts:
        act()
        stages.append(whole(case))
    assert len({str(stage) for stage in stages}) == len(stages)
    for stage in reversed(stages[:-1]):
        case.back()
        assert whole(case) == stage


def test_change_replaces_one_answer_and_keeps_all_else() -> None:
    case = session()
    for answer in ("office", "yes", "yes", "no"):
        case.answer(answer)
    case.outcome("not-fixed")
    assert at(case.next()) == ("ask", "inner_code")
    assert at(case.change(2, "no")) == ("propose", "open_door")
    assert {key: answered.value for key, answered in case.given.items()} == {
        "place": "office",
        "door_open": "no",
        "is_server": "yes",
        "at_least_5": "no",
    }
    assert case.outcomes == {"add_machines": "not-fixed"}
    assert at(case.change(2, "yes")) == ("ask", "inner_code")


def test_change_reaches_facts_of_the_start_and_what_follows_from_them() -> None:
    case = session(facts={"place": "unknown", "is_server": "yes", "count": 3})
    assert at(case.next()) == ("propose", "add_machines")
    assert at(case.change(3, "7")) == ("ask", "inner_code")
    assert case.derived["at_least_5"] == "yes"
    assert case.facts[2] == Answered("count", 7, "changed from 3: operator")


def test_an_answer_that_was_changed_says_what_it_was_at_first_until_it_is_that_again() -> None:
    case = Session(small.knowledge(), COUNT, [Answered("place", "home", "a file, line 3")])
    case.change(1, "office")
    case.change(1, "cloud")
    assert case.given["place"] == Answered("place", "cloud", "changed from home: a file, line 3")
    case.change(1, "home")
    assert case.given["place"] == Answered("place", "home", "a file, line 3")


def test_there_is_nothing_to_change_before_the_first_answer() -> None:
    with pytest.raises(CaseError, match="there is no answer yet"):
        session().change(1, "office")


def test_telling_a_known_answer_again_changes_it() -> None:
    case = session(facts={"place": "office"})
    assert at(case.tell("place", "cloud")) == ("escalated", "owner_must_act")
    assert (len(case.facts), case.events) == (1, ())


def test_answers_that_nothing_reads_any_more_are_named() -> None:
    case = session(facts={"place": "office", "door_open": "yes", "is_server": "yes", "count": 3})
    assert unneeded(case) == ()
    case.change(1, "cloud")
    assert unneeded(case) == ("door_open", "is_server", "count")
    case.change(1, "home")
    case.change(3, "no")
    assert (at(case.next()), unneeded(case)) == (("ask", "host_is_new"), ())


# Remedies


def test_a_remedy_that_needs_consent_is_proposed_like_any_other() -> None:
    case = session(KEY, {"key_fits": "no"})
    step = case.next()
    assert at(step) == ("propose", "install_key")
    assert case.kb.remedies["install_key"].consent
    assert at(case.outcome("declined")) == ("escalated", "declined")


def test_declined_and_blocked_decide_the_reason_of_the_escalation_and_are_handed_over() -> None:
    case = session(KEY, {"key_fits": "no"})
    case.outcome("declined")
    assert case.hand_over() == HandOver("declined", ("key_owner",), (), ("key_wrong",), ("install_key",), ())
    case = session(KEY, {"key_fits": "no"}, install_key="blocked")
    assert case.hand_over().reason == "owner_must_act"
    assert session(KEY, {"key_fits": "no"}, install_key="not-fixed").hand_over().not_ruled_out == ()


def test_pending_saves_the_case_and_a_later_outcome_goes_on() -> None:
    known = {"place": "unknown", "is_server": "yes", "at_least_5": "no"}
    case = session(facts=known)
    assert at(case.outcome("pending")) == ("saved", "add_machines")
    assert at(case.outcome("not-fixed")) == ("ask", "inner_code")
    case.back()
    assert at(case.outcome("fixed")) == ("resolved", "add_machines")
    case.back()
    assert at(case.outcome(KEY)) == ("ask", "key_fits")
    assert case.codes == (COUNT, KEY)


def test_no_remedy_is_proposed_twice() -> None:
    case = session(facts={"place": "home"}, open_door="declined")
    assert at(case.answer("no")) == ("propose", "ask_again")
    case.go_to(UNKNOWN)
    assert at(case.next()) == ("propose", "ask_again")
    case.outcome("not-fixed")
    assert at(case.next()) == ("escalated", "declined")


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        pytest.param("fixed", ("resolved", "open_door"), id="fixed"),
        pytest.param("pending", ("saved", "open_door"), id="pending"),
        pytest.param(KEY, ("ask", "key_fits"), id="another code"),
        pytest.param("not-fixed", ("propose", "ask_again"), id="not fixed"),
        pytest.param("blocked", ("propose", "ask_again"), id="blocked"),
        pytest.param("declined", ("propose", "ask_again"), id="declined"),
    ],
)
def test_an_outcome_known_from_the_start_takes_effect_when_its_remedy_is_proposed(
    outcome: str, expected: tuple[str, ...]
) -> None:
    case = session(facts={"place": "home"}, open_door=outcome)
    assert at(case.next()) == ("ask", "door_open")  # whatever the outcome: it waits for its remedy's turn
    assert at(case.answer("no")) == expected
    assert case.outcomes == {"open_door": outcome}
    assert case.trail[1] == Tried("open_door", outcome)
    case.back()
    assert at(case.answer("yes")) == ("ask", "is_server")  # its turn never comes


def test_an_outcome_that_counts_when_proposed_says_nothing_in_a_case_that_never_comes_to_it() -> None:
    forbidden = Tried("open_door", "declined", "a file, line 3", when_proposed=True)
    case = Session(small.knowledge(), COUNT, [forbidden])
    case.answer("home")
    case.answer("yes")
    while isinstance(case.next(), Ask):
        case.answer("unknown")
    assert isinstance(case.next(), Escalated)
    assert at(case.next()) != ("escalated", "declined")
    assert case.outcomes == {}
    assert case.hand_over().not_done == ()

    case = Session(small.knowledge(), COUNT, [Answered("place", "home"), forbidden])
    assert at(case.answer("no")) == ("propose", "ask_again")  # it is declined now, and the next remedy proposed
    assert case.outcomes == {"open_door": "declined"}
    assert case.hand_over().not_done == ("open_door",)


# Codes


def test_another_code_keeps_answers_and_outcomes() -> None:
    case = session(facts={"is_server": "yes"})
    case.answer("home")
    case.answer("no")
    case.outcome("not-fixed")
    assert at(case.go_to(KEY)) == ("ask", "key_fits")
    assert (case.code, case.codes) == (KEY, (COUNT, KEY))
    assert case.outcomes == {"open_door": "not-fixed"}
    assert set(case.given) == {"is_server", "place", "door_open"}


def test_the_same_code_again_is_no_other_code() -> None:
    case = session(facts={"place": "home"})
    assert at(case.go_to(COUNT)) == ("ask", "door_open")
    assert case.codes == (COUNT,)
    case.answer("no")
    assert at(case.outcome(COUNT)) == ("propose", "ask_again")


def test_a_rule_continues_as_the_code_that_was_answered() -> None:
    case = session(facts={"place": "unknown", "is_server": "unknown"})
    assert at(case.answer(UNKNOWN)) == ("ask", "door_open")
    assert (case.code, case.fired) == (UNKNOWN, ("other_code",))
    assert case.trail[-2:] == (Fired("other_code", case.trail[-2].because), Entered(UNKNOWN))  # type: ignore[union-attr]


def test_a_code_already_left_escalates_as_a_circle_and_stays_there() -> None:
    case = session(facts={"place": "unknown", "is_server": "yes", "at_least_5": "yes", "inner_code": KEY})
    assert case.codes == (COUNT, KEY)
    assert at(case.answer("yes")) == ("escalated", "circle")
    assert case.codes == (COUNT, KEY)
    assert case.hand_over().to == ("key_owner",)
    assert at(case.tell("host_is_new", "no")) == ("escalated", "circle")
    assert at(case.go_to(UNKNOWN)) == ("escalated", "circle")
    case = session(KEY)
    case.go_to(UNKNOWN)
    assert at(case.go_to(KEY)) == ("escalated", "circle")
    case.back()
    assert at(case.next()) == ("ask", "door_open")


def test_a_code_that_is_not_known_has_a_plan_too() -> None:
    case = session(UNKNOWN)
    assert (case.code, at(case.next())) == (UNKNOWN, ("ask", "door_open"))
    assert at(case.answer("unknown")) == ("escalated", "cause_unknown")
    assert [text.en for text in case.hand_over().collect] == ["The whole message"]


def test_one_procedure_alone_can_be_worked_through() -> None:
    kb = small.knowledge()
    case = Session(kb, COUNT, procedure="door")
    assert at(case.next()) == ("ask", "door_open")
    assert at(case.answer("yes")) == ("escalated", "cause_unknown")
    case.back()
    assert at(case.go_to(KEY)) == ("ask", "key_fits")  # another code has its whole plan


# Explaining


def test_why_names_the_rule_its_reason_what_holds_and_what_it_would_show() -> None:
    case = session(facts={"place": "home", "count": 3})
    why = case.why()
    assert why is not None
    assert (why.rule, why.because.en) == ("door_is_closed", "Nothing works while the door is closed.")
    assert (why.held, why.cause, why.remedies) == ((("place", "home"),), "door_closed", ("open_door", "ask_again"))
    assert [(ref.source, ref.section) for ref in why.sources] == [("guide", "Doors")]
    case.answer("yes")
    case.answer("yes")
    proposed = case.why()
    assert proposed is not None
    assert proposed.held == (("is_server", "yes"), ("at_least_5", "no"))


def test_why_at_an_end_is_the_rule_that_concluded_it_or_nothing() -> None:
    by_rule = session(facts={"place": "cloud"}).why()
    assert by_rule is not None
    assert (by_rule.rule, by_rule.cause, by_rule.remedies) == ("cloud_machine", "not_ours", ())
    assert session(KEY, {"key_fits": "unknown"}).why() is None
    assert session(KEY, {"key_fits": "no"}, install_key="fixed").why() is None


def test_how_gives_the_steps_of_finding_out_the_question_asked() -> None:
    case = session(facts={"place": "home"})
    how = case.how()
    assert how is not None
    assert [(step.command, step.shell) for step in how.steps] == [
        ("Test-NetConnection <KMS_HOST> -Port 1688", "powershell")
    ]
    case.answer("no")
    assert case.how() is None


def test_causes_are_open_established_or_ruled_out_by_definite_answers() -> None:
    case = session(facts={"place": "home", "door_open": "no", "is_server": "unknown", "count": 30})
    assert standings(case) == (
        CauseStanding("not_ours", RULED_OUT, (("place", "home"),)),
        CauseStanding("door_closed", ESTABLISHED, (("place", "home"), ("door_open", "no"))),
        CauseStanding("count_too_low", RULED_OUT, (("at_least_5", "yes"), ("at_least_25", "yes"))),
    )
    assert {c.standing for c in standings(session(facts={"place": "unknown"}))} == {OPEN}


ANSWER_SETS: tuple[Facts, ...] = (
    {},
    {"place": "cloud"},
    {"place": "office", "door_open": "yes", "is_server": "yes"},
    {"place": "unknown", "is_server": "no", "at_least_25": "yes"},
    {"is_server": "no", "host_is_new": "unknown"},
    {"count": 30, "is_server": "yes"},
    {"place": "home", "door_open": "no", "count": 18},
    {"inner_code": KEY, "place": "unknown", "is_server": "unknown"},
)
CAUSES = ("door_closed", "count_too_low", "key_wrong", "not_ours")


def possible(question: Question) -> tuple[str, ...]:
    """Every answer there is to a question; of codes, one of each sort."""
    return (KEY, UNKNOWN, *question.answers) if question.kind == words.CODE else question.answers


def ways(kb: KnowledgeBase, state: reference.State, code: str) -> Iterator[tuple[dict[str, str], str]]:
    """Every way to a cause under this code, by the reference: the answers on it, and the cause."""
    if state.code != code or state.ended:
        return
    step = reference.step(kb, state)
    if step[0] == "ask":
        for value in possible(kb.questions[step[1]]):
            for answers, cause in ways(kb, reference.answer(kb, state, step[1], value), code):
                yield {step[1]: value, **answers}, cause
    elif step[0] == "propose":
        yield {}, step[2]
        yield from ways(kb, reference.outcome(kb, state, step[1], "not-fixed"), code)
    else:
        cause = next(
            (getattr(rule.then, "cause", "") for rule, _ in reference.plan(kb, code) if rule.id == step[2]), ""
        )
        if cause:
            yield {}, cause


@pytest.mark.parametrize("given", ANSWER_SETS, ids=str)
@pytest.mark.parametrize("code", [COUNT, KEY])
def test_why_not_is_as_small_as_any_set_of_answers_that_leads_to_the_cause(code: str, given: Facts) -> None:
    kb = small.knowledge()
    case = Session(kb, code, [Answered(key, value) for key, value in given.items() if key != "inner_code"])
    if case.code != code:
        pytest.skip("these answers lead to another code at once")
    values = {key: str(value) for key, value in case.values.items()}
    least: dict[str, int] = {}
    for answers, cause in ways(kb, reference.start(kb, code, {}, {}), code):
        cost = sum(values.get(question) != value for question, value in answers.items())
        least[cause] = min(cost, least.get(cause, cost))
    found = {cause: case.why_not(cause) for cause in CAUSES}
    assert {cause: len(needed) for cause, needed in found.items() if needed is not None} == least
    for cause, needed in found.items():
        assert needed is None or leads_to(case, cause, needed)


def leads_to(case: Session, cause: str, needed: tuple[Needed, ...]) -> bool:
    """Whether the case would come to the cause with these answers, if no remedy helped on the way."""
    values = {key: str(value) for key, value in case.values.items() if key not in case.kb.measures}
    for need in needed:
        assert (values.get(need.question, ""), need.value != need.now) == (need.now, True)
        values[need.question] = need.value
    again = Session(case.kb, case.opened_as)
    while True:
        step = again.next()
        if getattr(step, "cause", "") == cause:
            return True
        if isinstance(step, Propose):
            again.outcome("not-fixed")
        elif isinstance(step, Ask) and step.question in values:
            again.answer(values[step.question])
        else:
            return False


@pytest.mark.parametrize("given", ANSWER_SETS, ids=str)
@pytest.mark.parametrize("code", [COUNT, KEY, UNKNOWN])
def test_status_counts_the_fewest_and_the_most_steps_that_can_be_ahead(code: str, given: Facts) -> None:
    kb = small.knowledge()
    case = Session(kb, code, [Answered(key, value) for key, value in given.items()])
    state = reference.start(kb, code, {key: str(value) for key, value in given.items()}, {})
    ends = set(lengths(kb, state))
    status = case.status()
    assert (status.fewest, status.most) == (min(ends), max(ends))


def lengths(kb: KnowledgeBase, state: reference.State) -> Iterator[int]:
    """How many questions and remedies each way has, to its end."""
    step = reference.step(kb, state)
    if step[0] not in ("ask", "propose"):
        yield 0
        return
    if step[0] == "ask":
        afters = [reference.answer(kb, state, step[1], value) for value in possible(kb.questions[step[1]])]
    else:
        afters = [reference.outcome(kb, state, step[1], outcome) for outcome in words.OUTCOMES]
        yield 1  # another code appears
    for after in afters:
        if after.code != state.code or after.ended:
            yield 1
        else:
            yield from (1 + length for length in lengths(kb, after))


def test_status_lists_answers_outcomes_and_codes() -> None:
    case = session(facts={"place": "home", "count": 18})
    case.answer("no")
    case.outcome("not-fixed")
    status = case.status()
    assert (status.code, status.codes) == (COUNT, (COUNT,))
    assert [(answered.subject, answered.value) for answered in status.answers] == [
        ("place", "home"),
        ("count", 18),
        ("door_open", "no"),
    ]
    assert status.outcomes == {"open_door": "not-fixed"}
    assert status.causes == standings(case)


def test_hand_over_names_the_owners_what_to_collect_and_what_is_left() -> None:
    case = session(facts={"place": "home", "door_open": "no", "count": "unknown", "is_server": "yes"})
    case.outcome("not-fixed")
    case.outcome("blocked")
    case.answer("none")
    over = case.hand_over()
    assert at(case.next()) == ("escalated", "owner_must_act")
    assert (over.reason, over.to) == ("owner_must_act", ("host_admin", "key_owner"))
    assert [text.en for text in over.collect] == ["The event log of today", "The count of the host"]
    assert over.not_ruled_out == ("count_too_low",)  # the door was tried in vain
    assert (over.not_done, over.unknown) == (("ask_again",), ("count", "at_least_5"))


# The library itself


def test_events_replayed_give_the_same_session() -> None:
    kb = small.knowledge()
    for first, second, third in product(("home", "unknown"), ("no", "unknown"), ("pending", "blocked", KEY)):
        case = session(facts={"host_is_new": "no"})
        case.answer(first)
        if isinstance(case.next(), Ask):
            case.answer(second)
        if isinstance(case.next(), Propose):
            case.outcome(third)
        case.tell("count", 18)
        case.go_to(UNKNOWN)
        again = Session(kb, case.opened_as, case.facts)
        for event in case.events:
            if isinstance(event, Answered):
                again.tell(event.subject, event.value, event.source)
            elif isinstance(event, Tried):
                again.outcome(event.outcome, event.remedy, event.source)
            elif isinstance(event, CodeChanged):
                again.go_to(event.code)
        assert whole(again) == whole(case)


def test_the_trail_tells_all_that_happened_in_order() -> None:
    case = session(facts={"place": "home"})
    case.answer("no")
    case.outcome("not-fixed")
    case.go_to(KEY)
    because = small.knowledge().procedures["door"].plan[0].because  # type: ignore[union-attr]
    assert case.trail == (
        Answered("place", "home"),
        Answered("door_open", "no"),
        Fired("door_is_closed", because),
        Tried("open_door", "not-fixed"),
        CodeChanged(KEY),
        Entered(KEY),
    )


def test_sources_of_answers_are_kept_and_never_matter() -> None:
    kb = small.knowledge()
    one = Session(kb, COUNT, [Answered("place", "home", "a file, line 3")])
    other = session(facts={"place": "home"})
    assert one.next() == other.next()
    assert one.given["place"].source == "a file, line 3"
    one.answer("no", "the network")
    assert one.given["door_open"].source == "the network"


def test_nothing_prints(capfd: pytest.CaptureFixture[str]) -> None:
    case = session(facts={"place": "home", "count": 18})
    case.answer("no")
    for ask in (case.next, case.why, case.how, case.status, case.hand_over, lambda: case.why_not("not_ours")):
        ask()
    case.outcome("not-fixed")
    case.change(1, "office")
    case.back()
    case.go_to(KEY)
    with pytest.raises(CaseError):
        case.answer("maybe")
    assert capfd.readouterr() == ("", "")
