"""masked-rule: No session fires the rule, because earlier rules always come first."""

from __future__ import annotations

from tests.checks.base import KEY_END, Seed, in_key_plan, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "masked-rule",
        "too_late",
        (
            (
                KEY_END,
                KEY_END.replace(
                    "      - procedure: handing_over\n",
                    "      - procedure: handing_over\n"
                    + rule("too_late", "key_fits: yes", treat("key_wrong", "ask_again")),
                ),
            ),
        ),
    ),
    Seed(
        "masked-rule",
        "used_up",
        (in_key_plan(rule("used_up", "key_fits: yes, key_used_up: yes", treat("key_wrong", "order_key"))),),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
