"""How much is ahead, and which questions come: figures and lists that are read off the graph of a plan."""

from __future__ import annotations

import random
import time
from collections import deque
from collections.abc import Iterator

import pytest

from engine.case import Answered, Ask, Propose, Tried
from engine.explain import for_owner, open_at, same_command, soon
from engine.inference import Inference
from engine.session import Session
from engine.unfold import ASK, PROPOSE, FlatGraph
from kb import words
from tests import small
from tests.shipped import codes, knowledge

ANOTHER = "0x8000FFFF"
"""A code that no plan names."""

each_code = pytest.mark.parametrize("code", codes())


def graph_of(code: str) -> FlatGraph:
    return Session(knowledge(), code)._graph()[1]


def cases(code: str, walks: int = 2) -> Iterator[Session]:
    """The sessions of some random walks, at each of their steps; remedies never help."""
    engines: dict[str, Inference] = {}
    chance = random.Random(code)
    for _ in range(walks):
        session = Session(knowledge(), code, engines=engines)
        while isinstance(step := session.next(), Ask | Propose) and session.code == code:
            yield session
            if isinstance(step, Ask):
                session.answer(chance.choice(knowledge().questions[step.question].answers))
            else:
                session.outcome(words.NOT_FIXED)


def way_to(session: Session, question: str) -> list[str] | None:
    """Answers that lead from where a session stands to a question, with no remedy between."""
    unfolder, whole = session._graph()
    graph, here = unfolder.here(whole, session.values, session.outcomes)
    ways: dict[int, list[str]] = {here: []}
    todo = deque([here])
    while todo:
        node = graph.nodes[todo.popleft()]
        if node.kind == ASK and node.subject == question:
            return ways[node.number]
        for label, target in node.edges if node.kind == ASK else ():
            if target not in ways:
                ways[target] = [*ways[node.number], ANOTHER if label == words.ANY_CODE else label]
                todo.append(target)
    return None


# How much is ahead


@each_code
def test_the_usual_number_of_steps_lies_between_the_fewest_and_the_most_at_every_node(code: str) -> None:
    graph = graph_of(code)
    for node, fewest, usual, most in zip(graph.nodes, graph.shortest(), graph.usual(), graph.longest(), strict=True):
        assert fewest <= int(usual + 0.5) <= most, node
        assert (usual == 0) == (not node.edges), node


@each_code
def test_the_status_says_fewest_usual_and_most_at_every_step_of_a_case(code: str) -> None:
    for session in cases(code):
        status = session.status()
        assert 1 <= status.fewest <= status.usual <= status.most


def test_usual_counts_definite_answers_alike_and_remedies_as_helping_in_one_case_of_two() -> None:
    case = Session(small.knowledge(), small.KEY)
    assert (case.status().fewest, case.status().usual, case.status().most) == (1, 2, 2)

    graph = Session(small.knowledge(), small.COUNT)._graph()[1]
    usual = graph.usual()
    for node in graph.nodes:
        ahead = dict(node.edges)
        if node.kind == PROPOSE:
            assert usual[node.number] == 1 + usual[ahead[words.NOT_FIXED]] / 2
        elif node.kind == ASK:
            definite = [usual[ahead[label]] for label in ahead if label != words.UNKNOWN]
            assert usual[node.number] == 1 + sum(definite) / len(definite)


def test_nothing_is_ahead_at_an_end() -> None:
    case = Session(small.knowledge(), small.KEY)
    case.answer("yes")
    case.answer("no")
    status = case.status()
    assert (status.fewest, status.usual, status.most) == (0, 0, 0)
    assert same_command(case) == open_at(case, "affected_machine") == ()


# Which questions come


@each_code
def test_the_questions_of_the_same_command_are_really_asked_on_a_way_from_here(code: str) -> None:
    engines: dict[str, Inference] = {}
    for session in cases(code, walks=1):
        for question in same_command(session):
            way = way_to(session, question)
            assert way, question  # not empty: it is not the current question
            known = [*session.given.values(), *(Tried(*outcome) for outcome in session.outcomes.items())]
            again = Session(knowledge(), code, known, engines=engines)
            for answer in way:
                again.answer(answer)
            step = again.next()
            assert isinstance(step, Ask)
            assert step.question == question


@each_code
def test_the_questions_of_the_same_command_share_it_their_place_and_the_order_of_the_plan(code: str) -> None:
    for session in cases(code):
        found = same_command(session)
        step = session.next()
        if not isinstance(step, Ask):
            assert found == ()
            continue
        current = knowledge().questions[step.question]
        assert list(found) == [question for question in session.plan.questions if question in found]
        assert step.question not in found
        assert session.values.keys().isdisjoint(found)
        for other in map(knowledge().questions.__getitem__, found):
            assert other.where == current.where
            assert commands(other) & commands(current)


def commands(question: object) -> set[str]:
    how = getattr(question, "how")  # noqa: B009
    return {command for step in how for command in (step.command, *(v.command for v in step.variants)) if command}


def test_one_output_answers_several_questions() -> None:
    kb = knowledge()
    facts = [
        Answered("failing_product", "windows"),
        Answered("location", "own_network"),
        Answered("inner_code", "none"),
    ]
    session = Session(kb, "0xC004F074", facts)
    met: dict[str, tuple[str, ...]] = {}
    while isinstance(step := session.next(), Ask | Propose):
        if isinstance(step, Propose):
            session.outcome(words.NOT_FIXED)
            continue
        met[step.question] = same_command(session)
        session.answer("kms_client" if step.question == "channel" else words.UNKNOWN)
    assert "lookup_domain_registered" in met["registered_host"]


def test_a_question_about_the_state_after_a_remedy_is_not_soon_once_the_remedy_comes_first() -> None:
    session = Session(knowledge(), "0x8004FE21")
    while (step := session.next()) and not (isinstance(step, Ask) and step.question == "system_files_damaged"):
        assert isinstance(step, Ask)
        session.answer("yes" if step.question == "shown_by_activation" else "no")
    assert "fe21_still_altered" in soon(session)
    session.answer("yes")
    assert "fe21_still_altered" not in soon(session)


@each_code
def test_what_is_open_at_a_place_is_looked_up_there_and_not_known(code: str) -> None:
    kb = knowledge()
    for session in cases(code, walks=1):
        step = session.next()
        for place in words.PLACES:
            for ident in open_at(session, place):
                assert kb.questions[ident].where == place
                assert session.values.get(ident, words.UNKNOWN) == words.UNKNOWN
        if isinstance(step, Ask):
            assert step.question in open_at(session, kb.questions[step.question].where)


def test_the_list_for_an_owner_holds_all_that_stands_unknown_at_a_place() -> None:
    case = Session(small.knowledge(), small.COUNT, [Answered("count", words.UNKNOWN)])
    case.answer("office")
    case.answer("yes")
    assert open_at(case, "kms_host") == ("at_least_5", "at_least_25")  # nothing asks whether the host is new any more
    assert open_at(Session(small.knowledge(), small.COUNT), "kms_host") == ("at_least_5", "at_least_25", "host_is_new")
    assert for_owner(case, "kms_host") == ("at_least_5", "at_least_25")
    case.tell("host_is_new", words.UNKNOWN)
    assert for_owner(case, "kms_host") == ("at_least_5", "at_least_25", "host_is_new")
    assert for_owner(case, "affected_machine") == ()

    case.tell("key_fits", words.UNKNOWN)  # no plan of this case reads it
    assert for_owner(case, "licence_owner") == ()


def test_nobody_is_sent_to_look_up_what_the_answers_have_made_pointless() -> None:
    case = Session(knowledge(), "0xC004F038", [Answered("failing_product", "windows")])
    case.cannot_look("affected_machine")
    assert "esu_updates_present" in case.given  # of a rule about another product
    listed = for_owner(case, "affected_machine")
    assert "windows_server" in listed
    assert "esu_updates_present" not in listed


def test_a_state_on_no_way_from_the_start_has_figures_and_lists_too() -> None:
    case = Session(knowledge(), "0xC004F074", [Answered("inner_code", "none"), Answered("registered_host", "yes")])
    unfolder, whole = case._graph()
    graph, here = unfolder.here(whole, case.values, case.outcomes)
    assert graph is not whole
    assert (unfolder.here(whole, case.values, case.outcomes)) == (graph, here)
    case.answer("windows")
    assert unfolder.here(whole, case.values, case.outcomes)[0] is graph  # kept for the steps that follow
    assert case.status().fewest <= case.status().usual <= case.status().most
    assert "inner_code" not in soon(case)


def test_none_of_it_takes_long_under_the_largest_code() -> None:
    case = Session(knowledge(), "0xC004F074")
    case.status()  # unfolds the plan, once for the session
    for explain in (
        Session.status,
        same_command,
        soon,
        lambda s: open_at(s, "kms_host"),
        lambda s: for_owner(s, "dns"),
    ):
        best = min(_seconds(explain, case) for _ in range(5))
        assert best < 0.02, explain


def _seconds(explain: object, case: Session) -> float:
    assert callable(explain)
    start = time.perf_counter()
    explain(case)
    return time.perf_counter() - start
