"""conflict: Two rules hold in one session, and their causes exclude each other."""

from __future__ import annotations

from tests.checks.base import Seed, in_key_plan, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "conflict",
        "empty_or_wrong",
        (in_key_plan(rule("empty_or_wrong", "key_fits: no, key_used_up: yes", treat("key_empty", "order_key"))),),
    ),
    Seed(
        "conflict",
        "door_is_closed",
        (
            (
                "  door_closed: {title: The door to the host is closed}\n",
                "  door_closed: {title: The door to the host is closed, excludes: [count_too_low]}\n",
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
