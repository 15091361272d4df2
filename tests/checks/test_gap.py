"""gap: Every question is answered, and no remedy is proposed."""

from __future__ import annotations

from tests.checks.base import COUNT_END, Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed("gap", "0xC00D0001", ((COUNT_END, COUNT_END.replace("      - procedure: handing_over\n", "")),)),
    Seed("gap", "0xC00D0002", (("when: {log_saved: [yes, no, unknown]}", "when: {log_saved: [no, unknown]}"),)),
)

test_the_defects_are_found = seeded(SEEDS)
