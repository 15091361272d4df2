"""unused-suppression: A suppression suppresses nothing."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "unused-suppression",
        "gap",
        (("    title: Handing over\n", "    title: Handing over\n    suppress: {gap: It is meant so.}\n"),),
    ),
    Seed(
        "unused-suppression",
        "there is no such check",
        (
            (
                "    text: Has the event log been saved?\n",
                "    text: Has the event log been saved?\n    suppress: {pointles-question: It is meant so.}\n",
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
