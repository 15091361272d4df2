"""Changed since review: a rule that does or says something else than when it was reviewed."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import NOTE, RULE, Check, Finding, Place
from ..checking.material import Material
from ..review.standing import CHANGED


def look(material: Material) -> Iterator[Finding]:
    """Rules of which every review is of another meaning."""
    for rule, standing in material.standings.items():
        if standing.state == CHANGED:
            last = standing.reviews[0]
            yield Finding(
                "changed-since-review",
                Place(RULE, rule),
                f"{rule} has changed since {last.by} reviewed it on {last.date}",
                f"read it again, with voltriage review --since the version of then, and sign it with --sign {rule}",
            )


CHECK = Check("changed-since-review", "The rule has changed since it was reviewed.", look, NOTE)
