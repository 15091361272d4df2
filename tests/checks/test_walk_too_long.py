"""walk-too-long: A session of the code can take too many steps."""

from __future__ import annotations

from tests.checks.base import LAST_QUESTION, Seed, in_count_plan, in_key_plan, lamps, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "walk-too-long",
        "0xC00D0001",
        (
            (LAST_QUESTION, lamps(90) + LAST_QUESTION),
            in_count_plan(
                "".join(rule(f"lamp_{i}", f"many_{i}: unknown", treat("door_closed", "ask_again")) for i in range(90))
            ),
        ),
    ),
    Seed(
        "walk-too-long",
        "0xC00D0002",
        (
            (LAST_QUESTION, lamps(80) + LAST_QUESTION),
            in_key_plan(
                "".join(rule(f"lamp_{i}", f"many_{i}: unknown", treat("door_closed", "ask_again")) for i in range(80))
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
