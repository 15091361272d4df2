"""missing-source: A rule or code has no source."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "missing-source",
        "0xC00D0001",
        (
            (
                (
                    "    escalation: {to: [host_admin], collect: [The event log of today]}\n"
                    "    sources: [{source: guide, section: Codes, checked: 2026-01-10}]\n"
                ),
                "    escalation: {to: [host_admin], collect: [The event log of today]}\n",
            ),
        ),
    ),
    Seed(
        "missing-source",
        "0xC00D0002",
        (
            (
                (
                    "    escalation: {to: [key_owner], collect: [The label with the key]}\n"
                    "    sources: [{source: guide, section: Codes, checked: 2026-01-10}]\n"
                ),
                "    escalation: {to: [key_owner], collect: [The label with the key]}\n",
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
