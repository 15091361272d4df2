"""What nothing reached, as marks on a chart."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from engine.coverage import ANSWER, OUTCOME, RULE, Item, outcome_sort
from engine.plan import sort_of
from trees.shapes import ESCALATED, OTHER_CODE, QUESTION, REMEDY, Chart, ChartEdge, ChartNode
from trees.usual import Ends
from trees.worded import MISSED

from .formats.whole import read


def covered_in(text: str) -> frozenset[Item]:
    """Everything that the sessions of a JSON report covered.

    Raises `NoCoverageError` for a text that is no such report.
    """
    _, observed = read(text)
    return frozenset().union(*(one.marks.items for one in observed))


def missed(chart: Chart, covered: Collection[Item]) -> dict[str | Ends, str]:
    """The shapes and arrows of a chart that stand for nothing that was covered.

    A question is missed when it never had an answer, an arrow when no answer or outcome on it was ever given, and what
    a rule concludes when none of its rules ever fired. What stands in several charts counts as covered in all of them.
    A shape that says nothing of its own (a procedure, an end) is missed when every arrow to it is, and an arrow without
    an answer when the shape that it comes from is.
    """
    found: dict[str | Ends, str] = {}
    arrows: dict[str, list[ChartEdge]] = {node.id: [] for node in chart.nodes}
    for edge in chart.edges:
        arrows[edge.source].append(edge)
    reached = {chart.nodes[0].id}
    for node in chart.nodes:  # in the order of the plan: every arrow leads on
        if _is_missed(node, covered) if _tells(node) else node.id not in reached:
            found[node.id] = MISSED
        for edge in arrows[node.id]:
            said = set(_said(node, edge))
            if said.isdisjoint(covered) if said else node.id in found:
                found[edge.source, edge.target] = MISSED
            else:
                reached.add(edge.target)
    return found


def _tells(node: ChartNode) -> bool:
    """Whether what was covered says of the shape itself whether it was reached."""
    return node.kind == QUESTION or (node.kind in (REMEDY, ESCALATED, OTHER_CODE) and bool(node.rules))


def _is_missed(node: ChartNode, covered: Collection[Item]) -> bool:
    if node.kind == QUESTION:
        return not any(kind == ANSWER and subject == node.subject for kind, subject, _ in covered)
    return not any((RULE, rule, "") in covered for rule in node.rules)


def _said(node: ChartNode, edge: ChartEdge) -> Iterator[Item]:
    for answer in edge.answers:
        if node.kind == QUESTION:
            yield (ANSWER, node.subject, sort_of(answer))
        elif node.kind == REMEDY:
            yield (OUTCOME, node.subject, outcome_sort(answer))
