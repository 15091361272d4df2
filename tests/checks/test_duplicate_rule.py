"""duplicate-rule: An earlier rule has the same conditions and the same conclusion."""

from __future__ import annotations

from tests.checks.base import Seed, in_count_plan, in_key_plan, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "duplicate-rule",
        "twice",
        (in_key_plan(rule("twice", "key_used_up: yes, key_fits: yes", treat("key_empty", "order_key"))),),
    ),
    Seed(
        "duplicate-rule",
        "few_servers_again",
        (
            in_count_plan(
                rule("few_servers_again", "at_least_5: no, is_server: yes", treat("count_too_low", "add_machines"))
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
