"""Not approved: a reviewer rejects a rule as it is, or wants work done on it."""

from __future__ import annotations

from collections.abc import Iterator

from kb import words

from ..checking.findings import NOTE, RULE, Check, Finding, Place
from ..checking.material import Material
from ..review.standing import NOT_APPROVED


def look(material: Material) -> Iterator[Finding]:
    """Rules of which somebody's last word is no approval."""
    for rule, standing in material.standings.items():
        for review in standing.reviews if standing.state == NOT_APPROVED else ():
            if review.verdict != words.APPROVED:
                said = "rejects" if review.verdict == words.REJECTED else "wants work done on"
                note = f": {review.note}" if review.note else ""
                yield Finding(
                    "not-approved",
                    Place(RULE, rule),
                    f"{review.by} {said} {rule} ({review.date}){note}",
                    "mend the rule, or have it approved as it is by whoever said so",
                    about=(review.by,),
                )


CHECK = Check("not-approved", "A reviewer has not approved the rule as it is.", look, NOTE)
