"""One chart of what was and what is: the old and the new chart laid over each other, and what differs marked."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter

from kb.knowledge import KnowledgeBase
from kb.model import Text

from .. import shapes
from ..chart import code_chart, procedure_chart, procedures_in
from ..reading import Reading
from ..shapes import Chart, ChartEdge, ChartNode
from ..usual import Ends, shortened
from ..worded import ADDED, CHANGED, REMOVED, Worded, worded
from .aligned import aligned
from .changes import Difference

Marks = Mapping[str | Ends, str]
_BEFORE = ".before"
"""Stands behind the id of a shape of the old chart that is drawn besides that of the new one."""


@dataclass(frozen=True, slots=True)
class Marked:
    """The shapes and arrows of both charts, and which of them are added, removed or changed.

    `steps`: the ways through it differ, or a cause; otherwise only what is said or done in a step.
    """

    chart: Chart
    marks: Marks
    steps: bool


def marked_charts(old: KnowledgeBase, new: KnowledgeBase, difference: Difference) -> list[Marked]:
    """The charts in which something differs: of each code that does something else, then of its procedures, once each.

    A box whose own chart differs is marked as changed.
    """
    old = aligned(old, new)
    things = {(thing.kind, thing.id) for thing in difference.things if thing.acts}
    boxes: dict[str, Marked] = {}
    found: dict[str, Marked] = {}
    for code in _codes(difference):
        own = code_chart(old, code), code_chart(new, code)
        used = dict.fromkeys((*procedures_in(new, own[1]), *procedures_in(old, own[0])))
        for procedure in reversed(used):  # what a procedure uses comes behind it
            if procedure not in boxes and procedure in old.procedures and procedure in new.procedures:
                both = procedure_chart(old, procedure), procedure_chart(new, procedure)
                boxes[procedure] = laid_over(*both, things | _differing(boxes))
            elif procedure not in boxes and procedure in new.procedures:
                drawn = procedure_chart(new, procedure)
                boxes[procedure] = laid_over(replace(drawn, nodes=drawn.nodes[:1], edges=()), drawn, ())
        found[code] = laid_over(*own, things | _differing(boxes))
        found |= {procedure: boxes[procedure] for procedure in used if procedure in boxes}
    return [one for one in found.values() if one.marks]


def telling(marked: Marked) -> bool:
    """Whether something differs in this chart itself, not only in a procedure that it has a box for."""
    boxes = {node.id for node in marked.chart.nodes if node.kind == shapes.PROCEDURE}
    return any(mark != CHANGED or subject not in boxes for subject, mark in marked.marks.items())


def _codes(difference: Difference) -> list[str]:
    places = [change.codes for change in difference.steps]
    places += [thing.codes for thing in difference.things if thing.acts]
    return sorted({code for codes in places for code in codes})


def _differing(boxes: Mapping[str, Marked]) -> set[tuple[str, str]]:
    return {(shapes.PROCEDURE, procedure) for procedure, marked in boxes.items() if marked.marks}


def laid_over(old: Chart, new: Chart, changed: Collection[tuple[str, str]]) -> Marked:
    """Both charts in one. `changed`: (kind, subject) of what says or does something else, though it stands there still.

    What both have is drawn once, in the order of the new chart; steps that changed places are drawn at both.
    """
    old = _with_same_ids(old, new)
    while (cycle := _cycle(old, new)) is not None:
        old = _renamed(old, {ident: ident + _BEFORE for ident in cycle})
    before, after = {node.id: node for node in old.nodes}, {node.id: node for node in new.nodes}
    marks: dict[str | Ends, str] = {}
    edges = _edges(old, new, marks)
    for ident, node in {**before, **after}.items():
        if ident not in before:
            marks[ident] = ADDED
        elif ident not in after:
            marks[ident] = REMOVED
        elif before[ident].cause != node.cause:
            marks[ident] = CHANGED
    steps = bool(marks)
    for ident, node in after.items():
        if (node.kind, node.subject) in changed:
            marks.setdefault(ident, CHANGED)
    order = _order({**after, **before}, [*new.edges, *old.edges])
    nodes = {**before, **after}
    return Marked(Chart(new.id, tuple(nodes[ident] for ident in order), edges), marks, steps)


def _edges(old: Chart, new: Chart, marks: dict[str | Ends, str]) -> tuple[ChartEdge, ...]:
    before = {(edge.source, edge.target): edge for edge in old.edges}
    after = {(edge.source, edge.target): edge for edge in new.edges}
    edges: list[ChartEdge] = []
    for ends in {**after, **before}:
        was, now = before.get(ends), after.get(ends)
        if was is None or now is None:
            marks[ends] = REMOVED if now is None else ADDED
            edges += [edge for edge in (was, now) if edge is not None]
        else:
            if set(was.answers) != set(now.answers):
                marks[ends] = CHANGED
            edges.append(now)
    return tuple(edges)


# The same shapes under the same ids


def _with_same_ids(old: Chart, new: Chart) -> Chart:
    """The old chart, with the ids of the new one for shapes that stand for the same, and no others of its ids."""
    there = {node.id: node for node in new.nodes}
    taken = {node.id for node in old.nodes}
    free: dict[tuple[str, ...], list[str]] = {}
    for node in new.nodes:
        if node.id not in taken:
            free.setdefault(_stands_for(node), []).append(node.id)
    names: dict[str, str] = {}
    for node in old.nodes:
        same = free.get(_stands_for(node))
        if node.id not in there and same:
            names[node.id] = same.pop(0)
        elif node.id in there and not _alike(node, there[node.id]):
            names[node.id] = node.id + _BEFORE
    return _renamed(old, names)


def _alike(one: ChartNode, other: ChartNode) -> bool:
    """Whether two shapes are one that at most has another cause."""
    return (one.kind, one.subject, one.accepts) == (other.kind, other.subject, other.accepts)


def _stands_for(node: ChartNode) -> tuple[str, ...]:
    return node.kind, node.subject, node.cause, *node.accepts


def _renamed(chart: Chart, names: Mapping[str, str]) -> Chart:
    nodes = tuple(replace(node, id=names.get(node.id, node.id)) for node in chart.nodes)
    edges = tuple(
        replace(edge, source=names.get(edge.source, edge.source), target=names.get(edge.target, edge.target))
        for edge in chart.edges
    )
    return replace(chart, nodes=nodes, edges=edges)


# In an order in which every arrow leads on


def _cycle(old: Chart, new: Chart) -> list[str] | None:
    """Shapes of both charts on a circle that they make together, or None where there is none."""
    shared = {node.id for node in old.nodes} & {node.id for node in new.nodes}
    try:
        _order({node.id: node for node in (*new.nodes, *old.nodes)}, [*new.edges, *old.edges])
    except CycleError as error:
        return sorted(shared.intersection(error.args[1]))
    return None


def _order(nodes: Mapping[str, ChartNode], edges: list[ChartEdge]) -> tuple[str, ...]:
    """The ids so that every edge leads to a later one. Raises `CycleError`."""
    sorter: TopologicalSorter[str] = TopologicalSorter(dict.fromkeys(nodes, ()))
    for edge in edges:
        sorter.add(edge.target, edge.source)
    return tuple(sorter.static_order())


# In words


def both(old: Reading, new: Reading) -> Reading:
    """A reader of the new knowledge base who knows what the old one had, too, in its words."""
    sections = {name: {**getattr(old.kb, name), **getattr(new.kb, name)} for name in _SECTIONS}
    kb = KnowledgeBase(new.kb.manifest, sections)

    def texts(text: Text) -> str:
        said = new.texts(text)
        return old.texts(text) if said == text.en else said

    return Reading(kb, texts, new.say, new.language)


_SECTIONS = ("sources", "owners", "measures", "questions", "causes", "remedies", "procedures", "codes")


def drawn(marked: list[Marked], reading: Reading) -> Iterator[Worded]:
    """The charts in words, with a note that says what the marks mean."""
    legend = reading.say(
        "A plus marks what is added, a minus and broken lines what is removed, a crossed equals sign what is changed."
    )
    for one in marked:
        chart = worded(one.chart, reading, marks=_worth_showing(one))
        yield replace(chart, note=f"{legend} {chart.note}".strip())


def _worth_showing(marked: Marked) -> Marks:
    """The marks without those on arrows that are alike after every remedy; the note of the chart stands for them."""
    plain = shortened(marked.chart)
    shown: set[str | Ends] = {node.id for node in plain.nodes}
    shown |= {(edge.source, edge.target) for edge in plain.edges}
    return {subject: mark for subject, mark in marked.marks.items() if subject in shown}
