"""JSON in the node-link form of networkx and d3, with a format version; `chart.schema.json` beside it describes it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from trees.labels import answer_labels, labels
from trees.reading import Reading
from trees.shapes import Chart, ChartEdge, ChartNode

FORMAT = 1
SCHEMA = Path(__file__).with_name("chart.schema.json")


def written(chart: Chart, reading: Reading) -> str:
    """The chart as a JSON file. `read` gives the chart back."""
    return json.dumps(as_data(chart, reading), ensure_ascii=False, indent=2) + "\n"


def as_data(chart: Chart, reading: Reading) -> dict[str, Any]:
    """The chart as plain data."""
    texts, answers = labels(chart, reading), answer_labels(chart, reading)
    nodes = [
        {
            "id": node.id,
            "kind": node.kind,
            "subject": node.subject,
            "rules": list(node.rules),
            "cause": node.cause or None,
            "accepts": list(node.accepts),
            "title": texts[node.id].title,
            "lines": list(texts[node.id].lines),
        }
        for node in chart.nodes
    ]
    edges = [
        {
            "source": edge.source,
            "target": edge.target,
            "answers": list(edge.answers),
            "labels": list(answers[edge.source, edge.target]),
        }
        for edge in chart.edges
    ]
    return {
        "format": FORMAT,
        "directed": True,
        "multigraph": False,
        "graph": {"chart": chart.id, "language": reading.language},
        "nodes": nodes,
        "edges": edges,
    }


def read(text: str) -> Chart:
    """The chart in a JSON file written here. Raises `ValueError` for another format."""
    data = json.loads(text)
    if data.get("format") != FORMAT:
        raise ValueError(f"format {data.get('format')!r} is not {FORMAT}")
    return Chart(
        data["graph"]["chart"],
        tuple(_node(node) for node in data["nodes"]),
        tuple(ChartEdge(edge["source"], edge["target"], tuple(edge["answers"])) for edge in data["edges"]),
    )


def _node(data: dict[str, Any]) -> ChartNode:
    rule, *also = data["rules"] or [""]
    accepts = tuple(data["accepts"])
    return ChartNode(data["id"], data["kind"], data["subject"], rule, data["cause"] or "", tuple(also), accepts)
