"""irreversible-before-harmless: Against one cause, a grave remedy comes before a milder one."""

from __future__ import annotations

from tests.checks.base import Seed, in_key_plan, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "irreversible-before-harmless",
        "install_key",
        (("remedies: [read_key, install_key]", "remedies: [install_key, read_key]"),),
    ),
    Seed(
        "irreversible-before-harmless",
        "order_key",
        (in_key_plan(rule("then_look", "key_used_up: yes", treat("key_empty", "read_key"))),),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
