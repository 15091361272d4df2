"""Duplicate rule: an earlier rule has the same conditions and concludes the same."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.covering import covering
from ..checking.findings import RULE, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Rules that say what an earlier rule says, in every code that uses them."""
    for rule in material.lines:
        found = covering(material, rule)
        if found is not None and found.same:
            yield Finding(
                "duplicate-rule",
                Place(RULE, rule),
                f"{rule} says the same as {found.rule}, which comes first",
                "remove one of the two",
                about=(found.rule,),
            )


CHECK = Check("duplicate-rule", "An earlier rule has the same conditions and the same conclusion.", look)
