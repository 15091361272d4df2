"""GraphML, as networkx, yEd and Gephi read it: the whole chart, with the texts in the reader's language."""

from __future__ import annotations

from trees import graph
from trees.labels import answer_labels, labels
from trees.reading import Reading
from trees.shapes import Chart


def written(chart: Chart, reading: Reading) -> str:
    """The chart as a GraphML file. `read` gives the chart back."""
    texts = {ident: "\n".join((label.title, *label.lines)) for ident, label in labels(chart, reading).items()}
    arrows = {ends: " / ".join(said) for ends, said in answer_labels(chart, reading).items()}
    return graph.as_graphml(graph.with_texts(graph.graph_of(chart), texts, arrows))


def read(text: str) -> Chart:
    """The chart in a GraphML file written here. Raises `KeyError` for another graph."""
    return graph.chart_of(graph.from_graphml(text))
