"""implied-question: A question is asked where only one answer is possible."""

from __future__ import annotations

from tests.checks.base import Seed, in_count_plan, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "implied-question",
        "at_least_5",
        (
            in_count_plan(rule("more", "is_server: no, at_least_5: no", treat("count_too_low", "ask_again"))),
            ("    measure: {id: count, at_least: 5}\n", "    implies: {no: {at_least_25: no}}\n"),
        ),
    ),
    Seed(
        "implied-question",
        "key_used_up",
        (
            (
                "    text: Have all activations of the key been used?\n",
                "    text: Have all activations of the key been used?\n    implies: {yes: {key_fits: no}}\n",
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
