"""Unwritten text: what a skeleton left for its author to write."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import Check, Finding, at
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Texts that still begin as skeletons write them."""
    for problem in material.unwritten:
        yield at(problem, "")


CHECK = Check("unwritten-text", "A text is still as the skeleton wrote it.", look)
