"""dead-end: A question, or a change of code, after which nothing can come."""

from __future__ import annotations

from tests.checks.base import CLOUD, UNKNOWN_END, Seed, before, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "dead-end",
        "hopeless",
        (
            (
                UNKNOWN_END,
                UNKNOWN_END.replace(
                    "      - procedure: handing_over\n",
                    rule("hopeless", "key_fits: no, key_used_up: yes", treat("key_empty", "order_key")),
                ),
            ),
            (
                "    text: Is the key one for this edition?\n",
                "    text: Is the key one for this edition?\n    implies: {no: {key_used_up: no}}\n",
            ),
        ),
    ),
    Seed("dead-end", "round", (before(CLOUD, rule("round", "log_saved: no", 'continue_as: "0xC00D0001"')),)),
)

test_the_defects_are_found = seeded(SEEDS)
