"""Coverage reports as files: one module for each format."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import ModuleType

from trees.coverage.report import Report

FORMATS: Mapping[str, str] = {"cobertura": "cobertura", "json": "whole", "lcov": "lcov"}
"""The formats that are one file, by the name of their module: only the one that is wanted is imported."""


def written(name: str, report: Report) -> str:
    """A report in one of `FORMATS`. The same report gives the same text.

    Raises `KeyError` for an unknown format.
    """
    module: ModuleType = import_module(f"{__name__}.{FORMATS[name]}")
    text: str = module.written(report)
    return text
