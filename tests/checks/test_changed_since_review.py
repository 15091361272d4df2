"""changed-since-review: The rule has changed since it was reviewed."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import reviews, seeded

SIGNED = reviews(("few_servers", "approved"), ("door_is_closed", "rejected"))
SEEDS = (
    Seed("changed-since-review", "few_servers", (("because: Servers need five machines.", "because: So."),), SIGNED),
    Seed("changed-since-review", "door_is_closed", (("    title: Open the door\n", "    title: Open it\n"),), SIGNED),
)

test_the_rules_are_noted = seeded(SEEDS)
