"""stale-answer: A rule concludes from an answer that a remedy has changed in the meantime."""

from __future__ import annotations

from tests.checks.base import Seed, in_count_plan, in_key_plan, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "stale-answer",
        "closed_for_all",
        (in_count_plan(rule("closed_for_all", "door_open: no, is_server: no", treat("door_closed", "add_machines"))),),
    ),
    Seed(
        "stale-answer",
        "key_misread",
        (in_key_plan(rule("key_misread", "key_fits: no, key_used_up: no", treat("key_empty", "order_key"))),),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
