"""unreviewed: Nobody has reviewed the rule."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import reviews, seeded

SEEDS = (
    Seed("unreviewed", "few_servers"),
    Seed("unreviewed", "wrong_key", files=reviews(("few_servers", "approved"))),
)

test_the_rules_are_noted = seeded(SEEDS)
