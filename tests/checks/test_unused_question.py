"""unused-question: No rule of any code asks the question."""

from __future__ import annotations

from tests.checks.base import EMPTY_KEY, LAST_QUESTION, Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "unused-question",
        "spare",
        (
            (
                LAST_QUESTION,
                ("  spare:\n    text: Is it warm?\n    where: network\n    effort: glance\n") + LAST_QUESTION,
            ),
        ),
    ),
    Seed("unused-question", "key_used_up", ((EMPTY_KEY, EMPTY_KEY.replace(", key_used_up: yes", "")),)),
)

test_the_defects_are_found = seeded(SEEDS)
