"""two-propositions: A yes/no question holds two propositions, joined by "and"."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "two-propositions",
        "log_saved",
        (("    text: Has the event log been saved?", "    text: Has the event log been saved and read?"),),
    ),
    Seed(
        "two-propositions",
        "und",
        files={
            "locale/de/all.po": (
                'msgctxt "question.log_saved text"\n'
                'msgid "Has the event log been saved?"\n'
                'msgstr "Ist das Protokoll gespeichert und gelesen?"\n'
            )
        },
    ),
)

test_the_defects_are_found = seeded(SEEDS)
