"""no-way-to-resolved: No session of the code can end with the case resolved."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "no-way-to-resolved",
        "unknown_code",
        (
            (
                (
                    "      - procedure: door\n"
                    "      - procedure: handing_over\n"
                    "    escalation: {to: [host_admin], collect: [The whole message]}\n"
                ),
                ("      - procedure: handing_over\n    escalation: {to: [host_admin], collect: [The whole message]}\n"),
            ),
        ),
    ),
    Seed(
        "no-way-to-resolved",
        "0xC00D0003",
        (
            (
                "  unknown_code:\n    types: []\n",
                (
                    '  "0xC00D0003":\n'
                    "    types: [mak]\n"
                    "    messages: {en: Nothing at all., de: Gar nichts.}\n"
                    "    meaning: Nothing can be done.\n"
                    "    plan:\n"
                    "      - procedure: handing_over\n"
                    "    escalation: {to: [key_owner], collect: [Something]}\n"
                    "    sources: [{source: guide, section: Codes, checked: 2026-01-10}]\n"
                    "  unknown_code:\n"
                    "    types: []\n"
                ),
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
