"""review-of-no-rule: A review names a rule that does not exist."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import reviews, seeded

SEEDS = (
    Seed("review-of-no-rule", 'did you mean "few_servers"?', files=reviews(("few_server", "approved"))),
    Seed("review-of-no-rule", 'there is no rule "gone_long_ago"', files=reviews(("gone_long_ago", "approved"))),
)

test_the_reviews_are_noted = seeded(SEEDS)
