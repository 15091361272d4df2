"""missing-undo: A step with a command that changes something has no undo."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed("missing-undo", "spends_activation", ((", undo: Install the old key again.", ""),)),
    Seed("missing-undo", "reversible", ((", undo: Remove the rule.", ""),)),
)

test_the_defects_are_found = seeded(SEEDS)
