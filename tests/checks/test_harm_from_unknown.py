"""harm-from-unknown: A changing remedy is proposed where all that it rests on is unknown."""

from __future__ import annotations

from tests.checks.base import WRONG_KEY, Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "harm-from-unknown", "wrong_key", ((WRONG_KEY, WRONG_KEY.replace("key_fits: no", "key_fits: [no, unknown]")),)
    ),
    Seed(
        "harm-from-unknown",
        "door_is_closed",
        (("        when: {door_open: no}\n", "        when: {door_open: [no, unknown]}\n"),),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
