"""Subsumed rule: an earlier rule holds whenever it holds, and concludes all that it concludes."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.covering import covering
from ..checking.findings import RULE, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Rules that a more general earlier rule makes superfluous, in every code that uses them."""
    for rule in material.lines:
        found = covering(material, rule)
        if found is not None and not found.same:
            yield Finding(
                "subsumed-rule",
                Place(RULE, rule),
                f"{rule} adds nothing: {found.rule} comes first, holds whenever it holds, and concludes the same",
                "remove it, or put the more special rule first where it should decide otherwise",
                about=(found.rule,),
            )


CHECK = Check("subsumed-rule", "A more general rule before it already concludes all that it concludes.", look)
