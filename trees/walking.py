"""Walks through composed charts as a reader does: descends into boxes, comes back, passes what is known.

A place is the way from the code's own chart down to the shape one stands at: for each chart on it, the box one is in.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from engine.plan import as_seen, code_or_unknown
from engine.unfold import GOES_ON
from kb import words
from kb.knowledge import KnowledgeBase

from . import shapes
from .chart import code_chart, procedure_chart
from .knowing import known_of
from .shapes import Chart, ChartNode

Value = str | int

Place = tuple[tuple[str, str], ...]
"""(Chart id, node id) for each chart one is in; the last is where one stands."""

Arrow = tuple[str, str, str]
"""Chart id, source and target of an edge that was taken."""


class LostError(LookupError):
    """A chart does not say where to go on: it is drawn wrong, or the answer cannot be given there."""


@dataclass(slots=True)
class Walker:
    """Walks one code's charts. `charts` draws a procedure; each is drawn once.

    Answers are given as they are known, error codes included; `values` and `tried` are the reader's to carry.
    """

    kb: KnowledgeBase
    code: str
    own: Chart
    charts: Callable[[str], Chart]
    _drawn: dict[str, Ways] = field(default_factory=dict)

    @classmethod
    def of(cls, kb: KnowledgeBase, code: str) -> Walker:
        """A walker through the charts as they are drawn."""
        return cls(kb, code, code_chart(kb, code), lambda procedure: procedure_chart(kb, procedure))

    def start(self, values: Mapping[str, Value], tried: Mapping[str, str]) -> tuple[Place, list[Arrow]]:
        """Where a reader stands who begins with this known, and the arrows taken."""
        return self._settle(((self.own.id, self.own.nodes[0].id),), values, tried)

    def follow(
        self, place: Place, answer: str, values: Mapping[str, Value], tried: Mapping[str, str]
    ) -> tuple[Place, list[Arrow]]:
        """Where an answer or outcome at this place leads, once `values` and `tried` hold it and what follows from it.

        Raises `LostError`.
        """
        place, arrow = self._step(place, answer)
        further, arrows = self._settle(place, values, tried)
        return further, [arrow, *arrows]

    def node(self, place: Place) -> ChartNode:
        """The shape one stands at."""
        chart, ident = place[-1]
        return self.ways(chart).nodes[ident]

    def answers(self, place: Place) -> frozenset[str]:
        """The answers or outcomes that arrows from here name."""
        chart, ident = place[-1]
        return frozenset(answer for answer in self.ways(chart).ways.get(ident, {}) if answer)

    def _settle(self, place: Place, values: Mapping[str, Value], tried: Mapping[str, str]) -> tuple[Place, list[Arrow]]:
        """On to the first shape that asks, proposes or ends."""
        arrows: list[Arrow] = []
        while True:
            node = self.node(place)
            if node.kind == shapes.PROCEDURE:
                chart = self.ways(node.subject).chart
                place = (*place, (chart.id, chart.nodes[0].id))
            elif node.kind == shapes.GO_ON:
                place, arrow = self._step(place[:-1], "")
                arrows.append(arrow)
            elif (answer := self.known(node, values, tried)) is not None:
                place, arrow = self._step(place, answer)
                arrows.append(arrow)
            else:
                return place, arrows

    def known(self, node: ChartNode, values: Mapping[str, Value], tried: Mapping[str, str]) -> str | None:
        """The answer with which a shape is passed by a reader who knows this; None where one stops."""
        if node.kind == shapes.START:
            return ""
        if node.kind == shapes.REMEDY:
            outcome = tried.get(node.subject, "")
            # One after which another code appeared is over as well, if the case has gone on as that code.
            return words.NOT_FIXED if outcome in GOES_ON or outcome.startswith("0x") else None
        if node.kind not in (shapes.QUESTION, shapes.CONDITION):
            return None
        if node.subject in words.FIXED_SUBJECTS:
            return known_of(self.code, code_or_unknown(self.kb, self.code).symptoms, node.subject, node.accepts)
        value = values.get(node.subject)
        return None if value is None else str(as_seen(value, self.code))

    def _step(self, place: Place, answer: str) -> tuple[Place, Arrow]:
        chart, ident = place[-1]
        target = self.ways(chart).target(ident, answer)
        if target is None:
            raise LostError(f"{chart}: no way from {ident} for {answer!r}")
        return (*place[:-1], (chart, target)), (chart, ident, target)

    def ways(self, chart: str) -> Ways:
        """A chart by its id, as something to walk through."""
        if chart not in self._drawn:
            self._drawn[chart] = Ways.of(self.own if chart == self.own.id else self.charts(chart))
        return self._drawn[chart]


@dataclass(frozen=True, slots=True)
class Ways:
    """A chart, its nodes by id, and for each where its answers lead; "" is the way that is always taken."""

    chart: Chart
    nodes: Mapping[str, ChartNode]
    ways: Mapping[str, Mapping[str, str]]

    def target(self, ident: str, answer: str) -> str | None:
        """Where an answer leads from a node; a code that is not named there leads where any other code does."""
        ways = self.ways.get(ident, {})
        is_code = answer.startswith("0x") or self.nodes[ident].subject == words.CODE_SUBJECT
        return ways.get(answer, ways.get(words.ANY_CODE) if is_code else None)

    @classmethod
    def of(cls, chart: Chart) -> Ways:
        """A chart's ways."""
        ways: dict[str, dict[str, str]] = {}
        for edge in chart.edges:
            ways.setdefault(edge.source, {}).update(dict.fromkeys(edge.answers or ("",), edge.target))
        return cls(chart, {node.id: node for node in chart.nodes}, ways)
