"""unused-procedure: No code uses the procedure."""

from __future__ import annotations

from tests.checks.base import Seed, rule, treat
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "unused-procedure",
        "door",
        (
            (
                (
                    "      - procedure: door\n"
                    "        when: {place: [office, home]}\n"
                    "        because: Only machines in the office and at home use our host.\n"
                ),
                "",
            ),
            ("      - procedure: door\n      - procedure: handing_over\n", "      - procedure: handing_over\n"),
        ),
    ),
    Seed(
        "unused-procedure",
        "spare",
        (
            (
                "  handing_over:\n    title: Handing over\n",
                "  spare:\n    title: Spare\n    plan:\n"
                + rule("spare_rule", "log_saved: yes", treat("key_wrong", "ask_again"))
                + "  handing_over:\n    title: Handing over\n",
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
