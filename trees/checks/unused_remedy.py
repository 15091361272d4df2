"""Unused remedy: no rule of any code proposes it."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import REMEDY, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Remedies that are written and never used."""
    for ident in sorted(material.kb.remedies.keys() - _used(material)):
        yield Finding(
            "unused-remedy",
            Place(REMEDY, ident),
            f"the remedy {ident} is never used: no rule of any code proposes it",
            "use it in a rule, or remove it",
        )


def _used(material: Material) -> set[str]:
    lines = [next(iter(lines.values())) for lines in material.lines.values()]
    return {remedy for line in lines for remedy in line.remedies}


CHECK = Check("unused-remedy", "No rule of any code proposes the remedy.", look)
