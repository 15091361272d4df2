"""unused-remedy: No rule of any code proposes the remedy."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed("unused-remedy", "read_key", (("remedies: [read_key, install_key]", "remedies: [install_key]"),)),
    Seed("unused-remedy", "ask_again", (("remedies: [open_door, ask_again]", "remedies: [open_door]"),)),
)

test_the_defects_are_found = seeded(SEEDS)
