"""Where the shapes of charts lead when they are clicked: to another chart at hand, or to the source they rest on.

Procedure boxes lead to the chart of their procedure, whose start and way back lead to the box again; ends that go on
with another code lead to its chart. Everything else leads to the first document behind its rule that has an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from engine.plan import plan_of, plan_of_procedure
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Rule, SourceRef

from .shapes import CONDITION, GO_ON, OTHER_CODE, PROCEDURE, QUESTION, START, Chart, ChartNode

Place = Callable[[str, str], str]
"""The address of a shape: of a chart, by its id, and of a shape in it, by its own."""


def links_of(kb: KnowledgeBase, charts: Iterable[Chart], place: Place | None = None) -> Mapping[str, Mapping[str, str]]:
    """For each chart, by its id, the address that each shape leads to; shapes that lead nowhere are left out.

    `place` says at which address a shape of one of these charts is; without it they cannot be reached from one another,
    and only sources are linked.
    """
    drawn = {chart.id: chart for chart in charts}
    between = _between(drawn, place) if place else {}
    return {ident: {**_sources(kb, chart), **between.get(ident, {})} for ident, chart in drawn.items()}


# From chart to chart --------------------------------------------------------------------------------------------------


def _between(charts: Mapping[str, Chart], place: Place) -> dict[str, dict[str, str]]:
    links: dict[str, dict[str, str]] = {ident: {} for ident in charts}
    for chart in charts.values():
        for node in chart.nodes:
            if node.kind not in (PROCEDURE, OTHER_CODE) or node.subject not in charts:
                continue
            target = charts[node.subject]
            links[chart.id][node.id] = place(target.id, target.nodes[0].id)
            if node.kind == PROCEDURE:
                back = place(chart.id, node.id)
                for other in target.nodes:
                    if other.kind in (START, GO_ON):
                        links[target.id].setdefault(other.id, back)  # to the first box of several
    return links


# To sources -----------------------------------------------------------------------------------------------------------


def _sources(kb: KnowledgeBase, chart: Chart) -> dict[str, str]:
    rules, asking = _rules_of(kb, chart)
    found: dict[str, str] = {}
    for node in chart.nodes:
        address = next(_addresses(kb, _references(kb, node, rules, asking)), "")
        if address:
            found[node.id] = address
    return found


def _references(
    kb: KnowledgeBase, node: ChartNode, rules: Mapping[str, Rule], asking: Mapping[str, list[Rule]]
) -> Iterator[SourceRef]:
    """What a shape rests on, nearest first."""
    if node.kind == START and node.subject in kb.codes:
        yield from kb.codes[node.subject].sources
    if node.kind in (QUESTION, CONDITION):
        serving = [rules[part] for part in node.id.split(".") if part in rules]
        for rule in (*serving, *asking.get(node.subject, ())):
            yield from rule.sources
    for ident in node.rules:
        yield from rules[ident].sources


def _addresses(kb: KnowledgeBase, references: Iterable[SourceRef]) -> Iterator[str]:
    for reference in references:
        source = kb.sources.get(reference.source)
        if source is not None and source.url:
            yield source.url


def _rules_of(kb: KnowledgeBase, chart: Chart) -> tuple[dict[str, Rule], dict[str, list[Rule]]]:
    """The rules that a chart is drawn from, by id, and those that ask each question, themselves or by their guard."""
    procedure = chart.id in kb.procedures
    plan = plan_of_procedure(kb, chart.id, words.UNKNOWN_CODE) if procedure else plan_of(kb, chart.id)
    asking: dict[str, list[Rule]] = {}
    for line in plan.lines:
        for condition in line.conditions:
            asking.setdefault(condition.subject, []).append(line.rule)
    return {line.rule.id: line.rule for line in plan.lines}, asking
