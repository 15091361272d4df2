"""cause-unreached: No session with definite answers finds the cause."""

from __future__ import annotations

from tests.checks.base import EMPTY_KEY, Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed("cause-unreached", "key_empty", ((EMPTY_KEY, EMPTY_KEY.replace("key_used_up: yes", "key_used_up: unknown")),)),
    Seed(
        "cause-unreached", "door_closed", (("        when: {door_open: no}\n", "        when: {door_open: unknown}\n"),)
    ),
)

test_the_defects_are_found = seeded(SEEDS)
