"""Graphs hold all of a chart, and the dependencies of the rules; one module knows how."""

from __future__ import annotations

import re
from pathlib import Path

import networkx as nx
import pytest

from engine.plan import plan_of
from engine.unfold import Unfolder
from kb.model import Treat
from tests import shipped, small
from trees import graph
from trees.chart import Chart, code_chart, flat_chart, procedure_chart
from trees.graph import Dependency, Thing

ROOT = Path(__file__).resolve().parents[1]


def charts() -> list[Chart]:
    kb = shipped.knowledge()
    own = [code_chart(kb, code) for code in kb.codes]
    return own + [procedure_chart(kb, p) for p in kb.procedures] + [flat_chart(kb, code) for code in kb.codes]


def test_the_graph_of_a_chart_holds_all_of_it() -> None:
    for chart in charts():
        made = graph.graph_of(chart)
        assert isinstance(made, nx.DiGraph)
        assert nx.is_directed_acyclic_graph(made)
        assert nx.descendants(made, chart.nodes[0].id) == {node.id for node in chart.nodes[1:]}
        assert graph.chart_of(made) == chart


@pytest.mark.parametrize("code", shipped.codes())
def test_the_longest_way_through_the_flat_graph_is_the_longest_session(code: str) -> None:
    kb = shipped.knowledge()
    longest = Unfolder(kb, plan_of(kb, code)).unfold().longest()[0]
    assert nx.dag_longest_path_length(graph.graph_of(flat_chart(kb, code)), default_weight=1) == longest + 1


def test_texts_are_put_on_a_copy() -> None:
    plain = graph.graph_of(code_chart(small.knowledge(), small.KEY))
    worded = graph.with_texts(plain, {"start": "Here"}, {("start", "question.key_fits.wrong_key"): "always"})
    assert graph.LABEL not in plain.nodes["start"]
    assert worded.nodes["start"][graph.LABEL] == "Here"
    assert graph.chart_of(worded) == graph.chart_of(plain)


def test_dependencies_of_a_small_knowledge_base_in_full() -> None:
    found = graph.dependencies(graph.dependency_graph(small.knowledge()))
    assert [f"{d.source.id} {d.relation} {d.target.id}" for d in found if d.source.id in MINE] == [
        "0xC00D0002 uses back_to_the_count",
        "0xC00D0002 uses wrong_key",
        "door uses door_is_closed",
        "install_key changes key_fits",
        "back_to_the_count asks is_server",
        "back_to_the_count asks key_fits",
        "back_to_the_count continues-as 0xC00D0001",
        "cloud_machine asks place",
        "cloud_machine concludes not_ours",
        "door_is_closed asks door_open",
        "door_is_closed concludes door_closed",
        "door_is_closed proposes ask_again",
        "door_is_closed proposes open_door",
        "other_code asks inner_code",
        "other_code reads inner_code",
    ]
    assert Dependency(Thing(graph.CODE, small.COUNT), graph.USES, Thing(graph.PROCEDURE, "door")) in found
    assert Dependency(Thing(graph.CODE, small.COUNT), graph.READS, Thing(graph.QUESTION, "place")) in found


MINE = {small.KEY, "door", "install_key", "back_to_the_count", "cloud_machine", "door_is_closed", "other_code"}


def test_what_a_change_touches_is_found_through_procedures() -> None:
    made = graph.dependency_graph(small.knowledge())
    touched = graph.needing(made, Thing(graph.REMEDY, "open_door"))
    assert Thing(graph.A_RULE, "door_is_closed") in touched
    assert Thing(graph.CODE, small.COUNT) in touched
    assert Thing(graph.QUESTION, "key_fits") not in graph.needed_by(made, Thing(graph.A_RULE, "few_clients"))
    with pytest.raises(nx.NetworkXError):
        graph.needed_by(made, Thing(graph.CODE, "0x00000000"))


def test_every_relation_and_every_thing_of_the_shipped_knowledge_is_there() -> None:
    kb = shipped.knowledge()
    made = graph.dependency_graph(kb)
    found = graph.dependencies(made)
    assert {d.relation for d in found} >= set(graph.RELATIONS) - {graph.EXCLUDES}
    assert {d.relation for d in found if d.relation == graph.EXCLUDES} == (
        {graph.EXCLUDES} if any(cause.excludes for cause in kb.causes.values()) else set()
    )
    things = {thing for d in found for thing in (d.source, d.target)} | set(graph.unused(made))
    for kind, section in ((graph.QUESTION, kb.questions), (graph.REMEDY, kb.remedies), (graph.CODE, kb.codes)):
        assert {thing.id for thing in things if thing.kind == kind} == set(section)
    for code in kb.codes:
        below = graph.needed_by(made, Thing(graph.CODE, code))
        for line in plan_of(kb, code).lines:
            assert Thing(graph.A_RULE, line.rule.id) in below
            if isinstance(line.rule.then, Treat):
                assert {Thing(graph.REMEDY, remedy) for remedy in line.remedies} <= below


def test_only_one_module_knows_networkx_and_the_attributes() -> None:
    for path in [p for room in ("kb", "engine", "trees", "voltriage") for p in (ROOT / room).rglob("*.py")]:
        if path != ROOT / "trees" / "graph.py":
            assert not re.search(r"^\s*(import|from) networkx", path.read_text(encoding="utf-8"), re.MULTILINE), path
