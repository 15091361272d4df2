"""Unused procedure: no code uses it."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import PROCEDURE, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Procedures that are written and never used."""
    for ident in sorted(material.kb.procedures.keys() - _used(material)):
        yield Finding(
            "unused-procedure",
            Place(PROCEDURE, ident),
            f"the procedure {ident} is never used: no code uses it",
            "use it in the plan of a code, or remove it",
        )


def _used(material: Material) -> set[str]:
    return {procedure for used in material.used_procedures.values() for procedure in used}


CHECK = Check("unused-procedure", "No code uses the procedure.", look)
