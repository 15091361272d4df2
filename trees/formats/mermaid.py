"""Mermaid's flowcharts, as Markdown pages show them. Every text is shown exactly as it is."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trees import shapes
from trees.labels import answer_labels, labels
from trees.reading import Reading
from trees.shapes import Chart

SHAPES: Mapping[str, tuple[str, str]] = {
    shapes.START: ("([", "])"),
    shapes.QUESTION: ("{{", "}}"),
    shapes.CONDITION: ("{", "}"),
    shapes.REMEDY: ("[", "]"),
    shapes.PROCEDURE: ("[[", "]]"),
    shapes.RESOLVED: ("(((", ")))"),
    shapes.SAVED: ("[(", ")]"),
    shapes.ESCALATED: ("[/", "\\]"),
    shapes.OTHER_CODE: (">", "]"),
    shapes.GO_ON: ("((", "))"),
}
"""What stands before and after the text of each kind of node."""

_MEANT_OTHERWISE = re.compile(r"[^\w ,.?!()/-]|[_ﬂ°¶]")
"""Characters that Mermaid or HTML could read as something else. Letters of any language are none of them."""


def written(chart: Chart, reading: Reading) -> str:
    """The chart as a Mermaid file, nodes and edges in the order of the chart."""
    texts, answers = labels(chart, reading), answer_labels(chart, reading)
    lines = ["flowchart TD"]
    for node in chart.nodes:
        label = texts[node.id]
        before, after = SHAPES[node.kind]
        text = "<br/>".join(exactly(paragraph) for paragraph in (label.title, *label.lines))
        lines.append(f'  {node.id}{before}"{text}"{after}')
    for edge in chart.edges:
        said = " / ".join(answers[edge.source, edge.target])
        arrow = f'-->|"{exactly(said)}"|' if said else "-->"
        lines.append(f"  {edge.source} {arrow} {edge.target}")
    return "\n".join(lines) + "\n"


def exactly(text: str) -> str:
    """A text in which every character that means something is written as its number."""
    return _MEANT_OTHERWISE.sub(lambda found: f"#{ord(found[0])};", text)
