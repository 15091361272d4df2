"""stale-source: A rule or code was compared with its source too long ago."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "stale-source",
        "door_is_closed",
        (("section: Doors, checked: 2026-01-10", "section: Doors, checked: 2023-01-10"),),
    ),
    Seed("stale-source", "hand_over", (("section: Logs, checked: 2026-01-10", "section: Logs, checked: 2025-11-30"),)),
    Seed("stale-source", "few_servers", as_of="2028-02-01"),
)

test_the_defects_are_found = seeded(SEEDS)
