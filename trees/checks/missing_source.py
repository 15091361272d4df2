"""Missing source: a rule or code that rests on nothing that could be looked up."""

from __future__ import annotations

from collections.abc import Iterator

from kb import words

from ..checking.findings import CODE, RULE, Check, Finding, Place
from ..checking.material import Material

_MEND = "name the document and the place in it that this rests on, with the date of the comparison"


def look(material: Material) -> Iterator[Finding]:
    """Rules without any source, and codes without any (the plan for unknown codes needs none)."""
    for ident, rule in material.rules.items():
        if not rule.sources:
            yield Finding("missing-source", Place(RULE, ident), f"{ident} has no source", _MEND)
    for ident, code in material.kb.codes.items():
        if not code.sources and ident != words.UNKNOWN_CODE:
            yield Finding("missing-source", Place(CODE, ident), f"{ident} has no source", _MEND)


CHECK = Check("missing-source", "A rule or code has no source.", look)
