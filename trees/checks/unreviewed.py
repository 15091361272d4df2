"""Unreviewed: a rule of which no reviewer has said anything yet."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import NOTE, RULE, Check, Finding, Place
from ..checking.material import Material
from ..review.standing import UNREVIEWED


def look(material: Material) -> Iterator[Finding]:
    """Rules without any review."""
    for rule, standing in material.standings.items():
        if standing.state == UNREVIEWED:
            mend = f"read it with voltriage review -o DIR, then sign it with --sign {rule}"
            yield Finding("unreviewed", Place(RULE, rule), f"nobody has reviewed {rule}", mend)


CHECK = Check("unreviewed", "Nobody has reviewed the rule.", look, NOTE)
