"""Stale source: a statement was last compared with its source too long ago, or before the source changed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from kb.model import SourceRef

from ..checking.findings import CODE, RULE, Check, Finding, Place
from ..checking.material import Material

MOST_DAYS = 730
"""A comparison is good for two years."""


def look(material: Material) -> Iterator[Finding]:
    """Rules and codes whose comparison with a source is stale on the day that is asked about."""
    things: list[tuple[str, str, tuple[SourceRef, ...]]] = [
        *((RULE, ident, rule.sources) for ident, rule in material.rules.items()),
        *((CODE, ident, code.sources) for ident, code in material.kb.codes.items()),
    ]
    for kind, ident, sources in things:
        for number, ref in enumerate(sources):
            why = _stale(material, ref)
            if why:
                yield Finding(
                    "stale-source",
                    Place(kind, ident, ("sources", number, "checked")),
                    f"{ident} was compared with {ref.source} on {ref.checked}, {why}",
                    "compare it with the source again, and write the new date",
                    about=(ref.source, ref.section),
                )


def _stale(material: Material, ref: SourceRef) -> str:
    """Why a comparison is stale, or an empty string."""
    source = material.kb.sources.get(ref.source)
    if source is not None and source.dated > ref.checked:
        return f"and the source changed on {source.dated}"
    days = (date.fromisoformat(material.as_of) - date.fromisoformat(ref.checked)).days
    return f"{days} days before {material.as_of}" if days > MOST_DAYS else ""


CHECK = Check("stale-source", "A rule or code was compared with its source too long ago.", look)
