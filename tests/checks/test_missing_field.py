"""missing-field: A remedy has no verify, or a rule no source."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed("missing-field", "verify", (("    verify: {text: The connection is accepted.}\n", ""),)),
    Seed("missing-field", "verify", (("    verify: {text: The count is high enough.}\n", ""),)),
    Seed(
        "missing-field",
        "sources",
        (
            (
                (
                    "        because: Nothing works while the door is closed.\n"
                    "        sources: [{source: guide, section: Doors, checked: 2026-01-10}]\n"
                ),
                "        because: Nothing works while the door is closed.\n",
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
