"""missing-translation: A text has no current translation."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed(
        "missing-translation",
        "remedy.open_door title",
        files={
            "locale/de/all.po": (
                'msgctxt "owner.host_admin title"\nmsgid "Administrators of the host"\nmsgstr "Administratoren"\n'
            )
        },
        release=True,
    ),
    Seed(
        "missing-translation",
        "question.log_saved text is fuzzy",
        files={
            "locale/de/all.po": (
                "#, fuzzy\n"
                'msgctxt "question.log_saved text"\n'
                'msgid "Has the event log been saved?"\n'
                'msgstr "Protokoll?"\n'
            )
        },
        release=True,
    ),
)

test_the_defects_are_found = seeded(SEEDS)
