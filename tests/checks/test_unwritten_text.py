"""unwritten-text: A text is still as the skeleton wrote it."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "unwritten-text", "still to be written", (("    title: Open the door\n", '    title: "(write: what helps)"\n'),)
    ),
    Seed(
        "unwritten-text",
        "still to be written",
        files={
            "scenarios/a.scenario.yaml": (
                'scenario: "(write: one story in a line)"\ncode: "0xC00D0001"\nexpect: {state: question}\n'
            )
        },
    ),
)

test_the_defects_are_found = seeded(SEEDS)
