"""Which edges of a code's graph of all ways were taken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from engine.feasible import Ways
from engine.unfold import ANOTHER_CODE
from kb import words

Met = tuple[str, str, str]
"""Kind, question or remedy, and what was said, as `engine.coverage.Met`."""


@dataclass(frozen=True, slots=True)
class Edges:
    """The edges of one code's graph: those that sessions took, and those that a session can take."""

    code: str
    covered: int
    total: int


def edges_of(code: str, ways: Ways, taken: Iterable[tuple[Met, ...]]) -> Edges:
    """Follow ways through the graph of a code, as far as they begin with nothing known.

    A way that facts from elsewhere led off the graph is followed as far as the graph goes.
    """
    possible = {(position[0], label) for position, row in ways.rows.items() for label, _ in row}
    found = {edge for way in set(taken) for edge in _followed(ways, code, way)}
    return Edges(code, len(found), len(possible | found))


def _followed(ways: Ways, code: str, way: tuple[Met, ...]) -> set[tuple[int, str]]:
    edges: set[tuple[int, str]] = set()
    node = ways.graph.nodes[0]
    for _, subject, said in way:
        if node.subject != subject or not said:
            break
        label = said
        if said.startswith("0x") and said == code:
            label = words.NOT_FIXED  # the same code again: the case goes on in it
        labels = dict(node.edges)
        if label not in labels and said.startswith("0x"):
            label = ANOTHER_CODE
        if label not in labels:
            break
        edges.add((node.number, label))
        node = ways.graph.nodes[labels[label]]
    return edges
