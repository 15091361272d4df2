"""condition-never-matters: Without the condition every session goes the same way."""

from __future__ import annotations

from tests.checks.base import FEW_SERVERS, LAST_QUESTION, WRONG_KEY, Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "condition-never-matters",
        "at_least_25",
        (
            (FEW_SERVERS, FEW_SERVERS.replace("at_least_5: no", "at_least_5: no, at_least_25: [no, unknown]")),
            (
                "    measure: {id: count, at_least: 5}\n",
                "    measure: {id: count, at_least: 5}\n    implies: {no: {at_least_25: no}}\n",
            ),
        ),
    ),
    Seed(
        "condition-never-matters",
        "clients",
        (("            when: {at_least_25: no}\n", "            when: {at_least_25: no, is_server: no}\n"),),
    ),
    Seed(
        "condition-never-matters",
        "wrong_key",
        (
            (WRONG_KEY, WRONG_KEY.replace("key_fits: no", "key_fits: no, key_fits_too: no")),
            (
                LAST_QUESTION,
                (
                    "  key_fits_too:\n"
                    "    text: Is the key really one for this edition?\n"
                    "    where: licence_owner\n"
                    "    effort: minutes\n"
                )
                + LAST_QUESTION,
            ),
            (
                "    text: Is the key one for this edition?\n",
                "    text: Is the key one for this edition?\n    implies: {no: {key_fits_too: no}}\n",
            ),
        ),
    ),
)

test_the_defects_are_found = seeded(SEEDS)
