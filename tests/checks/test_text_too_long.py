"""text-too-long: A text is too long for its shape in a chart."""

from __future__ import annotations

from tests.checks.base import LONG, Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "text-too-long",
        "log_saved",
        (
            (
                "    text: Has the event log been saved?",
                "    text: Has the event log " + LONG.replace(" and ", " or ") + " been saved?",
            ),
        ),
    ),
    Seed("text-too-long", "open_door", (("    title: Open the door\n", "    title: Open the door " + LONG + "\n"),)),
)

test_the_defects_are_found = seeded(SEEDS)
