"""not-approved: A reviewer has not approved the rule as it is."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import reviews, seeded

SEEDS = (
    Seed("not-approved", "few_servers", files=reviews(("few_servers", "rejected"))),
    Seed("not-approved", "wants work done on wrong_key", files=reviews(("wrong_key", "needs-work"))),
)

test_the_rules_are_noted = seeded(SEEDS)
