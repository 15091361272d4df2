"""unreachable-rule: No session fires the rule: its conditions cannot all hold."""

from __future__ import annotations

from tests.checks.base import Seed, in_count_plan, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "unreachable-rule",
        "never",
        (in_count_plan(rule("never", "at_least_25: yes, at_least_5: no", treat("count_too_low", "ask_again"))),),
    ),
    Seed(
        "unreachable-rule",
        "few_clients",
        (("            when: {at_least_25: no}\n", '            when: {at_least_25: no, code: "0xC00D0002"}\n'),),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
