"""What became of the reviews of a rule: signed, refused, out of date, or none."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from kb import words
from kb.reviews import Review

SIGNED = "signed"
NOT_APPROVED = "not-approved"
CHANGED = "changed"
UNREVIEWED = "unreviewed"
STATES = (SIGNED, NOT_APPROVED, CHANGED, UNREVIEWED)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a rule stands.

    `state` is one of `STATES`; `reviews` are those it rests on, newest first: for `SIGNED` and `NOT_APPROVED` the last
    word of each reader on the rule as it is, for `CHANGED` all that was said of the rule as it was.
    """

    state: str
    reviews: tuple[Review, ...] = ()


def standing(meaning: str, reviews: Iterable[Review]) -> Standing:
    """How a rule of this meaning stands, given all reviews of the rule in the order of the file.

    A reader's last word counts: by date, then by the order in which it was written down. One who does not approve is
    not outvoted by others.
    """
    newest = sorted(reviews, key=lambda review: (review.date, review.line), reverse=True)
    last: dict[str, Review] = {}
    for review in newest:
        if review.meaning == meaning:
            last.setdefault(review.by, review)
    if last:
        approved = all(review.verdict == words.APPROVED for review in last.values())
        return Standing(SIGNED if approved else NOT_APPROVED, tuple(last.values()))
    return Standing(CHANGED, tuple(newest)) if newest else Standing(UNREVIEWED)
