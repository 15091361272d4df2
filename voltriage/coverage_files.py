"""A coverage report in the format of a file: for the command, and for pytest."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .opening import Reader

if TYPE_CHECKING:
    from kb.places import Places
    from trees.coverage.report import Report

HTML = "html"


def content(
    name: str, report: Report, reader: Reader, places: Places, *, drawn: Callable[[], object] = lambda: None
) -> str:
    """The text of the file: `html` in the reader's language, or one of `trees.coverage.formats.FORMATS`.

    `drawn` is called after each chart of a page.

    Raises `NoLayoutEngineError`.
    """
    if name == HTML:
        from trees.coverage.web import Listings, coverage_html
        from trees.reading import Reading

        reading = Reading(reader.kb, reader.texts, reader.say, reader.say.language)
        return coverage_html(report, reading, Listings(reader.folder, places), drawn=drawn)
    from trees.coverage.formats import written

    return written(name, report)
