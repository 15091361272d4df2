"""unused-cause: No rule of any code concludes the cause."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed("unused-cause", "spare", (("  not_ours:", "  spare: {title: Something else}\n  not_ours:"),)),
    Seed("unused-cause", "not_ours", (("        cause: not_ours\n", ""),)),
)

test_the_defects_are_found = seeded(SEEDS)
