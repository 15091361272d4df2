"""Charts as files for other programs: one module for each format, each with `written(chart, reading) -> str`."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

from trees.reading import Reading
from trees.shapes import Chart

FORMATS: Mapping[str, str] = {"dot": "dot", "mermaid": "mermaid", "graphml": "graphml", "json": "node_link"}
"""The formats, by the name of their module: only the one that is wanted is imported."""


def written(name: str, chart: Chart, reading: Reading) -> str:
    """A chart in one of `FORMATS`, in the words of a reader. The same chart gives the same text.

    Raises `KeyError` for an unknown format.
    """
    module: ModuleType = import_module(f"{__name__}.{FORMATS[name]}")
    text: str = module.written(chart, reading)
    return text
