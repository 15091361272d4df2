"""Untraced cell: a table that the knowledge was made from says something of which nobody knows what became of it."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import FILE, Check, Finding, Place, at
from ..checking.material import Material
from ..tracing.accounts import accounts_of


def look(material: Material) -> Iterator[Finding]:
    """Cells without an account, and accounts of what does not exist; nothing where there is no trace file."""
    traces = material.traces
    if traces is None:
        return
    for problem in traces.problems:
        yield at(problem, "")
    if traces.problems:
        return  # cells and tables are missing then, so what is said about the others would be wrong
    for fault in accounts_of(material.kb, traces).all_faults:
        spot = fault.spot
        place = Place(FILE, spot.file)
        yield Finding(
            "untraced-cell", place, fault.text, fault.mend, about=fault.about, line=spot.line, column=spot.column
        )


CHECK = Check("untraced-cell", "Nobody knows what became of a cell of a table that the knowledge was made from.", look)
