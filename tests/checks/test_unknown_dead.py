"""unknown-dead: With every answer unknown there is nothing harmless to do and nothing to collect."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "unknown-dead",
        "0xC00D0002",
        (
            (
                "    escalation: {to: [key_owner], collect: [The label with the key]}",
                "    escalation: {to: [key_owner]}",
            ),
        ),
    ),
    Seed(
        "unknown-dead",
        "unknown_code",
        (("    escalation: {to: [host_admin], collect: [The whole message]}", "    escalation: {to: [host_admin]}"),),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
