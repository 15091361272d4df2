"""subsumed-rule: A more general rule before it already concludes all that it concludes."""

from __future__ import annotations

from tests.checks.base import Seed, in_count_plan, in_key_plan, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "subsumed-rule",
        "special",
        (in_key_plan(rule("special", "key_fits: no, is_server: yes", treat("key_wrong", "install_key"))),),
    ),
    Seed(
        "subsumed-rule",
        "few_small_servers",
        (
            in_count_plan(
                rule(
                    "few_small_servers",
                    "is_server: yes, at_least_5: no, place: office",
                    treat("count_too_low", "add_machines"),
                )
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
