"""The way that a session took, marked on the charts: where it went, from the first shape to where it stands."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from engine.case import Answered, Ask, Escalated, Propose, Tried
from engine.inference import Inference
from engine.session import Session
from kb import words
from kb.knowledge import KnowledgeBase
from tests import shipped, small
from tests.small import COUNT, KEY
from trees import shapes
from trees.chart import Chart, code_chart, flat_chart, procedure_chart
from trees.following import Marks, marks_of
from trees.worded import TAKEN


def arrows(marks: Marks) -> list[str]:
    """The marked arrows, in order; every shape at their ends must be marked, and no other."""
    ends = [key for key in marks if isinstance(key, tuple)]
    assert {key for key in marks if isinstance(key, str)} == {shape for pair in ends for shape in pair}
    assert set(marks.values()) == {TAKEN}
    return [f"{source} > {target}" for source, target in ends]


def ways(session: Session, *, unfolded: bool = False) -> dict[str, list[str]]:
    return {chart: arrows(marks) for chart, marks in marks_of(session, unfolded=unfolded).items()}


def test_a_session_that_was_just_begun_stands_at_its_first_question() -> None:
    assert ways(Session(small.knowledge(), COUNT)) == {COUNT: ["start > question.place.cloud_machine"]}


def test_the_way_goes_into_procedures_and_on_behind_their_boxes() -> None:
    session = Session(small.knowledge(), COUNT)
    for answer in ("office", "yes", "yes"):
        session.answer(answer)
    assert ways(session) == {
        COUNT: [
            "start > question.place.cloud_machine",
            "question.place.cloud_machine > procedure.door",
            "procedure.door > question.is_server.few_servers",
            "question.is_server.few_servers > question.at_least_5.few_servers",
        ],
        "door": ["start > question.door_open.door_is_closed", "question.door_open.door_is_closed > go-on"],
    }


def test_the_way_ends_at_what_the_remedy_came_to() -> None:
    session = Session(small.knowledge(), COUNT)
    for answer in ("office", "no"):
        session.answer(answer)
    session.outcome(words.NOT_FIXED)
    session.outcome(words.FIXED)
    assert ways(session)["door"] == [
        "start > question.door_open.door_is_closed",
        "question.door_open.door_is_closed > remedy.open_door.door_is_closed",
        "remedy.open_door.door_is_closed > remedy.ask_again.door_is_closed",
        "remedy.ask_again.door_is_closed > resolved",
    ]


def test_a_waiting_case_stands_at_the_wait() -> None:
    session = Session(small.knowledge(), KEY)
    session.answer("no")
    session.outcome(words.PENDING)
    assert ways(session)[KEY][-1] == "remedy.install_key.wrong_key > saved"


def test_what_was_known_before_is_passed_and_marked_too() -> None:
    facts = [
        Answered("place", "office"),
        Answered("door_open", "yes"),
        Answered("count", 30),
        Answered("is_server", "no"),
    ]
    session = Session(small.knowledge(), COUNT, facts)
    assert isinstance(session.next(), Ask)
    assert "question.is_server.few_servers > question.at_least_25.few_clients" in ways(session)[COUNT]
    assert session.next().question == "inner_code"
    assert ways(session)[COUNT][-1] == "question.at_least_25.few_clients > question.inner_code.other_code"


def test_a_remedy_that_was_done_before_is_passed() -> None:
    session = Session(small.knowledge(), KEY, [Tried("install_key", words.NOT_FIXED), Answered("key_fits", "no")])
    assert ways(session)[KEY][-1] == "remedy.install_key.wrong_key > escalated"


def test_each_code_of_a_case_is_marked_with_what_was_known_when_it_was_left() -> None:
    session = Session(small.knowledge(), KEY)
    session.answer("yes")
    session.answer("yes")
    assert session.codes == (KEY, COUNT)
    session.answer("home")
    found = ways(session)
    assert list(found) == [KEY, COUNT, "door"]
    assert found[KEY][-1] == "question.is_server.back_to_the_count > code.back_to_the_count"
    assert found[COUNT][-1] == "question.place.cloud_machine > procedure.door"
    assert found["door"] == ["start > question.door_open.door_is_closed"]


def test_a_code_that_appeared_after_a_remedy_is_where_its_chart_ends() -> None:
    session = Session(small.knowledge(), COUNT)
    for answer in ("office", "no"):
        session.answer(answer)
    session.outcome(KEY)
    found = ways(session)
    assert found["door"][-1] == "remedy.open_door.door_is_closed > code"
    assert found[KEY] == ["start > question.key_fits.wrong_key"]


def test_a_code_that_was_shown_out_of_turn_breaks_the_way_off_where_it_stood() -> None:
    session = Session(small.knowledge(), COUNT)
    session.answer("office")
    session.go_to(KEY)
    assert ways(session) == {
        COUNT: ["start > question.place.cloud_machine", "question.place.cloud_machine > procedure.door"],
        "door": ["start > question.door_open.door_is_closed"],
        KEY: ["start > question.key_fits.wrong_key"],
    }


def test_what_is_told_later_does_not_lengthen_the_way_under_a_code_that_was_left() -> None:
    session = Session(small.knowledge(), COUNT)
    session.go_to(KEY)
    session.tell("place", "office")
    assert ways(session)[COUNT] == ["start > question.place.cloud_machine"]


def test_a_circle_ends_where_the_old_code_appeared() -> None:
    session = Session(small.knowledge(), KEY)
    session.answer("no")
    session.outcome(COUNT)
    for answer in ("office", "no"):
        session.answer(answer)
    session.outcome(KEY)
    step = session.next()
    assert isinstance(step, Escalated)
    assert step.reason == words.CIRCLE
    assert ways(session)["door"][-1] == "remedy.open_door.door_is_closed > code"


def test_a_session_of_one_procedure_goes_through_its_chart_alone() -> None:
    session = Session(small.knowledge(), COUNT, procedure="door")
    session.answer("yes")
    assert ways(session) == {
        "door": ["start > question.door_open.door_is_closed", "question.door_open.door_is_closed > go-on"]
    }


def test_what_nobody_can_look_at_is_passed_as_unknown() -> None:
    session = Session(small.knowledge(), COUNT)
    session.answer("office")
    session.cannot_look()
    assert "question.door_open.door_is_closed > go-on" in ways(session)["door"]


# The law: one unbroken line through every step, along the answers that are known --------------------------------------


ENGINES: dict[str, Inference] = {}


@pytest.mark.parametrize("code", ["0xC004F074", "0x8007232B", "0xC004F042", "unknown_code"])
def test_the_way_of_a_session_is_unbroken_and_leads_through_all_its_steps(code: str) -> None:
    holds_for(code, 1)


@pytest.mark.exhaustive
@pytest.mark.parametrize("code", shipped.codes())
def test_the_ways_of_many_sessions_are_unbroken_and_lead_through_all_their_steps(code: str) -> None:
    holds_for(code, 2)


def holds_for(code: str, count: int) -> None:
    kb = shipped.knowledge()
    dice = random.Random(f"following {code}")
    for _ in range(count):
        session = Session(kb, code, engines=ENGINES)
        passed = play(session, dice)
        for unfolded in (False, True):
            leads_through(passed, session, unfolded=unfolded)


def leads_through(passed: set[tuple[str, str]], session: Session, *, unfolded: bool) -> None:
    marks = marks_of(session, unfolded=unfolded)
    seen: set[tuple[str, str]] = set()
    for ident, found in marks.items():
        chart = chart_of(session.kb, ident, unfolded=unfolded)
        follows_the_answers(chart, found, session, several=len(session.codes) > 1)
        seen |= {(node.kind, node.subject) for node in chart.nodes if node.id in found}
    assert passed <= seen


def play(session: Session, dice: random.Random) -> set[tuple[str, str]]:
    """Go on to the end, or for 60 steps; returns the steps met."""
    met: set[tuple[str, str]] = set()
    for _ in range(60):
        step = session.next()
        if isinstance(step, Ask):
            met.add((shapes.QUESTION, step.question))
            session.answer(dice.choice(session.kb.questions[step.question].answers))
        elif isinstance(step, Propose):
            met.add((shapes.REMEDY, step.remedy))
            session.outcome(dice.choice((words.NOT_FIXED, words.BLOCKED, words.DECLINED, "0xC004F042")))
        else:
            break
    return met


def chart_of(kb: KnowledgeBase, ident: str, *, unfolded: bool) -> Chart:
    if ident in kb.procedures:
        return procedure_chart(kb, ident)
    return flat_chart(kb, ident) if unfolded else code_chart(kb, ident)


def follows_the_answers(chart: Chart, marks: Marks, session: Session, *, several: bool) -> None:
    """One way down; only a procedure used by several codes of the case may have more than one."""
    edges = {(edge.source, edge.target): edge for edge in chart.edges}
    onward: dict[str, list[str]] = {}
    for ends in marks:
        if isinstance(ends, tuple):
            edge = edges[ends]
            onward.setdefault(ends[0], []).append(ends[1])
            value = value_at(chart, ends[0], session.values)
            assert value is None or not edge.answers or is_among(value, edge.answers), (chart.id, ends)
    reached = {chart.nodes[0].id}
    for node in chart.nodes:
        if node.id in onward:
            assert node.id in reached, f"{chart.id}: the way to {node.id} is broken"
            assert several or len(onward[node.id]) == 1
            reached.update(onward[node.id])


def value_at(chart: Chart, ident: str, values: Mapping[str, object]) -> str | None:
    value = values.get(chart.node(ident).subject)
    return None if value is None else str(value)


def is_among(value: str, answers: tuple[str, ...]) -> bool:
    return value in answers or (value.startswith("0x") and not {words.ANY_CODE, words.NONE}.isdisjoint(answers))
