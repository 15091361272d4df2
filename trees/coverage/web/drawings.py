"""The charts of the page: one for each code and procedure, marked where nothing was covered, linked to its cards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from kb.knowledge import KnowledgeBase
from trees.reading import Reading
from trees.shapes import CONDITION, OTHER_CODE, PROCEDURE, QUESTION, Chart, ChartNode
from trees.web.data import charts
from trees.web.shell import Plain, packed_drawing
from trees.worded import worded

from ..marks import missed
from ..report import Report
from . import addresses


def drawings_of(kb: KnowledgeBase) -> int:
    """How many charts are drawn for the page."""
    return len(kb.codes) + len(kb.procedures)


def drawings(report: Report, reading: Reading, drawn: Callable[[], object]) -> Mapping[str, Plain]:
    """Each chart, drawn and packed, by the address of its code or procedure.

    Raises `NoLayoutEngineError`.
    """
    covered = frozenset().union(*(marks.items for marks in report.marks))
    made: dict[str, Plain] = {}
    for ident, chart in charts(reading.kb).items():
        told = worded(chart, reading, marks=missed(chart, covered), links=dict(_links(chart, reading.kb)))
        made[addresses.plan(reading.kb, ident)] = packed_drawing(told, f"chart-{ident}-")
        drawn()
    return made


def _links(chart: Chart, kb: KnowledgeBase) -> Iterator[tuple[str, str]]:
    for node in chart.nodes:
        address = _address(node, kb)
        if address:
            yield node.id, f"#{address}"


def _address(node: ChartNode, kb: KnowledgeBase) -> str:
    """Where a shape leads: a rule's conclusion to the rule, a question to its answers, a box to what is in it."""
    if node.rule:
        return addresses.rule(node.rule)
    if node.kind == PROCEDURE or (node.kind == OTHER_CODE and node.subject in kb.codes):
        return addresses.plan(kb, node.subject)
    if node.kind in (QUESTION, CONDITION) and node.subject in kb.questions:
        return addresses.question(node.subject)
    return ""
