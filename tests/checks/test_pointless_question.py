"""pointless-question: A question is asked although no rule that can still act needs the answer."""

from __future__ import annotations

from tests.checks.base import Seed, in_count_plan, in_key_plan, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "pointless-question",
        "late_guess",
        (
            in_key_plan(
                rule("late_guess", "key_used_up: no, is_server: no, key_fits: no", treat("key_empty", "order_key"))
            ),
        ),
    ),
    Seed(
        "pointless-question",
        "again_after",
        (in_count_plan(rule("again_after", "at_least_25: yes, place: cloud", treat("door_closed", "ask_again"))),),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
