"""What is alike after every remedy, said once beside the chart instead of drawn at each.

A remedy that fixes it ends the case, one that takes time has it wait, and when another code appears its chart goes on.
Drawn, these are three arrows from every remedy across the whole chart; in a sentence they leave the way that matters.
"""

from __future__ import annotations

from collections.abc import Container
from dataclasses import replace

from kb import words

from .reading import Say
from .shapes import OTHER_CODE, REMEDY, RESOLVED, SAVED, Chart, ChartEdge, ChartNode

Ends = tuple[str, str]
"""An arrow, as the ids of the shapes it leads from and to."""

USUAL: dict[tuple[str, ...], tuple[str, str]] = {
    (words.FIXED,): (RESOLVED, ""),
    (words.PENDING,): (SAVED, ""),
    (words.ANY_CODE,): (OTHER_CODE, words.ANY_CODE),
}
"""For outcomes of a remedy, the kind of end they lead to, and what it stands for where that matters."""


def shortened(chart: Chart, kept: Container[str | Ends] = ()) -> Chart:
    """The chart without the usual ends of remedies; arrows and shapes in `kept` stay.

    Where nothing is left out it is the same chart.
    """
    nodes = {node.id: node for node in chart.nodes}
    edges = tuple(edge for edge in chart.edges if (edge.source, edge.target) in kept or not _is_usual(edge, nodes))
    reached = {edge.target for edge in edges}
    left = tuple(node for place, node in enumerate(chart.nodes) if not place or node.id in reached or node.id in kept)
    return replace(chart, nodes=left, edges=edges)


def usual_note(say: Say) -> str:
    """The sentence that stands for what `shortened` leaves out."""
    return say(
        "After every remedy: when it is fixed, the case is resolved. When it takes time, wait, then look again. When "
        "another code appears, go on with the chart of that code."
    )


def _is_usual(edge: ChartEdge, nodes: dict[str, ChartNode]) -> bool:
    target = nodes[edge.target]
    kind, subject = USUAL.get(edge.answers, ("", ""))
    return nodes[edge.source].kind == REMEDY and target.kind == kind and (not subject or target.subject == subject)
