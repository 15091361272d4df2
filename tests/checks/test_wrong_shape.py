"""wrong-shape: A grave remedy asks for no consent."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "wrong-shape",
        "consent",
        (("    risk: spends_activation\n    consent: yes\n", "    risk: spends_activation\n"),),
    ),
    Seed(
        "wrong-shape",
        "consent",
        (("    risk: changes_entitlement\n    consent: yes\n", "    risk: changes_entitlement\n"),),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
