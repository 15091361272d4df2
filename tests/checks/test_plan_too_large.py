"""plan-too-large: The code has more states than can be looked at; no other check sees its sessions."""

from __future__ import annotations

from tests.checks.base import LAST_QUESTION, MANY_OPEN, Seed, in_count_plan, in_key_plan, lamps
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "plan-too-large",
        "0xC00D0001",
        (
            (LAST_QUESTION, lamps(16) + lamps(16, "late") + LAST_QUESTION),
            in_count_plan(MANY_OPEN),
        ),
    ),
    Seed(
        "plan-too-large",
        "0xC00D0002",
        (
            (LAST_QUESTION, lamps(16) + lamps(16, "late") + LAST_QUESTION),
            in_key_plan(MANY_OPEN),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
