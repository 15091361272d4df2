"""How much of what no session covered yet stands on the edges of a code's graph, and the ways that have most of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping

from .coverage import ANSWER, DECISION, FALSE, OUTCOME, TRUE, Item, outcome_sort
from .feasible import Position, Ways, on_node
from .plan import accepted, sort_of
from .unfold import ASK, CONTINUE, Node

Allowed = Callable[[Node, str], bool]
"""Whether an answer or outcome may be given at a node."""

OWN = 100_000
"""More than can be gained beyond the code at hand."""

_Place = tuple[int, str]
"""A node and one of its edges; the node itself with an empty label."""


class Gains:
    """How much of what is missing the nodes and edges of one code's graph cover."""

    def __init__(self, ways: Ways, missing: set[Item]) -> None:
        self._ways = ways
        self.start: Position = next(iter(ways.rows))
        self._gains: dict[_Place, int] = {}
        self._where: dict[Item, list[_Place]] = {}
        for node in ways.graph.nodes:
            self._take((node.number, ""), _node_items(ways, node) & missing)
            for label, _ in node.edges:
                self._take((node.number, label), _edge_items(ways, node, label) & missing)
        self._backwards = list(reversed(ways.rows))

    def _take(self, place: _Place, items: frozenset[Item]) -> None:
        self._gains[place] = len(items)
        for item in items:
            self._where.setdefault(item, []).append(place)

    def forget(self, items: Iterable[Item]) -> None:
        """These are covered now."""
        for item in items:
            for place in self._where.pop(item, ()):
                self._gains[place] -= 1

    def shortest_over(self, item: Item) -> tuple[list[tuple[Node, str]], Position] | None:
        """The shortest way that covers this on its last edge, or at the node behind it."""
        places = set(self._where.get(item, ()))
        before: dict[Position, tuple[Position, str]] = {}
        queue = deque([self.start])
        while queue and places:
            position = queue.popleft()
            for label, target in self._ways.rows[position]:
                new = target not in before
                if new:
                    before[target] = (position, label)
                    queue.append(target)
                if (position[0], label) in places or (target[0], "") in places:
                    steps = [*self._traced(position, before), (self._ways.node(position), label)]
                    return steps, target
        return None

    def _traced(self, position: Position, before: Mapping[Position, tuple[Position, str]]) -> list[tuple[Node, str]]:
        steps: list[tuple[Node, str]] = []
        while position != self.start:
            position, label = before[position]
            steps.append((self._ways.node(position), label))
        return steps[::-1]

    def most(self) -> int:
        """What the best way gains, from the start to an end."""
        return self.best(0)[self.start] // OWN

    def best(self, beyond: int, allowed: Allowed | None = None) -> dict[Position, int]:
        """For each position, what the best way from it to an end gains, `OWN` for each thing.

        `beyond`: what may be gained under another code after that; it decides between ways that gain the same here.
        """
        gains, nodes = self._gains, self._ways.graph.nodes
        best: dict[Position, int] = {}
        for position in self._backwards:
            node = nodes[position[0]]
            ahead = [
                OWN * gains[node.number, label] + best[target]
                for label, target in self._ways.rows[position]
                if allowed is None or allowed(node, label)
            ]
            after = beyond if node.kind == CONTINUE else max(ahead, default=0)
            best[position] = OWN * gains[node.number, ""] + after
        return best

    def step(
        self, position: Position, best: Mapping[Position, int], allowed: Allowed | None
    ) -> tuple[str, Position] | None:
        """The answer or outcome with which the best way goes on; None at an end."""
        node = self._ways.node(position)
        found: tuple[int, str, Position] | None = None
        for label, target in self._ways.rows[position]:
            if allowed is None or allowed(node, label):
                gain = OWN * self._gains[node.number, label] + best[target]
                if found is None or gain > found[0]:
                    found = (gain, label, target)
        return found[1:] if found else None


def _node_items(ways: Ways, node: Node) -> frozenset[Item]:
    items = set(on_node(ways, node))
    if items and node.rule:
        items.add((DECISION, node.rule, ""))
    return frozenset(items)


def _edge_items(ways: Ways, node: Node, label: str) -> frozenset[Item]:
    if node.kind != ASK:
        return frozenset({(OUTCOME, node.subject, outcome_sort(label))})
    items: set[Item] = {(ANSWER, node.subject, sort_of(label))}
    for part in ways.chains[ways.number[node.rule]].parts:
        if part.condition == node.condition:
            result = TRUE if accepted(part.condition, label) else FALSE
            items.add((result, part.decision.id, part.subject))
            break
    return frozenset(items)
