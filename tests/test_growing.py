"""A graph that is unfolded only where somebody looks is the whole graph wherever one looks."""

from __future__ import annotations

from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.plan import plan_of
from engine.unfold import Node, Unfolder
from kb import words
from tests import small
from tests.rulesets import draw_knowledge_base, kb_codes
from trees.minimal import difference

few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def shown(node: Node) -> tuple[object, ...]:
    return node.kind, node.subject, node.rule, node.cause, node.reason, [label for label, _ in node.edges]


@few
@given(st.integers(0, 2**32))
def test_whatever_way_one_goes_a_growing_graph_shows_what_the_whole_graph_shows(seed: int) -> None:
    random = Random(seed)
    kb = draw_knowledge_base(random.choice)
    code = random.choice([*kb_codes(kb), words.UNKNOWN_CODE])
    whole = Unfolder(kb, plan_of(kb, code)).unfold()
    growing = Unfolder(kb, plan_of(kb, code)).growing()
    for _ in range(20):
        at, there = whole.nodes[0], growing.node(0)
        while at.edges:
            assert shown(there) == shown(at)
            turn = random.randrange(len(at.edges))
            at, there = whole.nodes[at.edges[turn][1]], growing.node(there.edges[turn][1])
        assert shown(there) == shown(at)
    assert len(growing.nodes) <= len(whole.nodes)
    assert difference(whole, growing) is None


def test_what_nobody_looks_at_is_not_unfolded() -> None:
    kb = small.opened().kb
    unfolder = Unfolder(kb, plan_of(kb, small.COUNT))
    growing = unfolder.growing()

    growing.node(0)

    assert len(growing.nodes) == 1 + len({target for _, target in growing.nodes[0].edges})
    assert len(growing.nodes) < len(unfolder.unfold().nodes)
