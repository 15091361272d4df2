"""Graphviz' language. Every text is drawn exactly as it is: nothing in it is an escape, an entity or HTML."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from graphviz import Digraph, escape, nohtml

from trees import shapes
from trees.labels import Label, answer_labels, labels
from trees.reading import Reading
from trees.shapes import Chart

WIDTH = 32
"""Characters after which a line is broken at the next blank. A command has no end that could be broken off."""

SHAPES: Mapping[str, Mapping[str, str]] = {
    shapes.START: {"shape": "box", "style": "rounded"},
    shapes.QUESTION: {"shape": "hexagon"},
    shapes.CONDITION: {"shape": "hexagon", "style": "dashed"},
    shapes.REMEDY: {"shape": "box"},
    shapes.PROCEDURE: {"shape": "box", "peripheries": "2"},
    shapes.RESOLVED: {"shape": "box", "style": "rounded", "peripheries": "2"},
    shapes.SAVED: {"shape": "note"},
    shapes.ESCALATED: {"shape": "octagon"},
    shapes.OTHER_CODE: {"shape": "cds"},
    shapes.GO_ON: {"shape": "circle"},
}
"""The shape of each kind of node."""


def written(chart: Chart, reading: Reading) -> str:
    """The chart as a DOT file, nodes and edges in the order of the chart."""
    graph = Digraph(escape(chart.id), graph_attr={"rankdir": "TB"}, node_attr={"fontname": "sans-serif"})
    texts, answers = labels(chart, reading), answer_labels(chart, reading)
    for node in chart.nodes:
        graph.node(node.id, _text(texts[node.id]), _attributes=SHAPES[node.kind])
    for edge in chart.edges:
        said = " / ".join(answers[edge.source, edge.target])
        graph.edge(edge.source, edge.target, exactly(said) if said else None)
    source: str = graph.source
    return source


def exactly(text: str) -> str:
    r"""A text as a label that is drawn as it stands, on lines of about `WIDTH` characters.

    Graphviz reads `\N` and other escapes, entities such as `&amp;`, and `<...>` as HTML.
    """
    return _not_html(_line(line) for line in _broken(text))


def _text(label: Label) -> str:
    return _not_html(exactly(paragraph) for paragraph in (label.title, *label.lines))


def _not_html(lines: Iterable[str]) -> str:
    label: str = nohtml(r"\n".join(lines))
    return label


def _line(text: str) -> str:
    line: str = escape(text.replace("&", "&amp;"))
    return line


def _broken(text: str) -> Iterator[str]:
    """The text in lines; a blank at which it is broken stays at the end of its line."""
    line = ""
    for character in text:
        if character == "\n":
            yield line
            line = ""
            continue
        line += character
        if character == " " and len(line) >= WIDTH:
            yield line
            line = ""
    yield line
