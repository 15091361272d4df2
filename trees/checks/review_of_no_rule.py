"""Review of no rule: a review names a rule that is not there, or no longer."""

from __future__ import annotations

from collections.abc import Iterator

from kb.problems import did_you_mean
from kb.store import REVIEWS

from ..checking.findings import FILE, NOTE, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Reviews of unknown rules, at their places in the file of reviews."""
    for review in material.reviews or ():
        if review.rule not in material.rules:
            yield Finding(
                "review-of-no-rule",
                Place(FILE, REVIEWS),
                f'there is no rule "{review.rule}"{did_you_mean(review.rule, material.rules)}',
                "correct the name, or remove the entry if the rule is gone",
                about=(review.rule, review.meaning, review.by, review.date),
                line=review.line,
                column=review.column,
            )


CHECK = Check("review-of-no-rule", "A review names a rule that does not exist.", look, NOTE)
