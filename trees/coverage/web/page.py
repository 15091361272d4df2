"""The page as one file: styles, program, data and drawings put together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from trees.drawing import stylesheet
from trees.reading import Reading
from trees.web.shell import Page, Plain, html_file, program, read

from ..lines import lines_of
from ..report import Report
from .data import page_data
from .drawings import drawings, drawings_of
from .listing import Listings
from .sentences import sentences
from .showing import all_shown, shown

STATIC = Path(__file__).resolve().parent / "static"
SHARED = ("saying", "dom", "theme", "drawings")
"""Parts of the program that stand in `trees/web/static`."""
SCRIPTS = ("words", "tables", "cards", "overview", "details", "app")


def coverage_html(
    report: Report,
    reading: Reading,
    listings: Listings,
    *,
    drawn: Callable[[], object] = lambda: None,
) -> str:
    """The report as the text of one HTML file; the same input gives the same text.

    `drawn` is called after each of the `drawings_of` drawings.

    Raises `NoLayoutEngineError`; `OSError` where a file of the knowledge base cannot be read any more.
    """
    say, language = reading.say, reading.language
    scripts = [read(f"{name}.js") for name in SHARED] + [read(f"{name}.js", STATIC) for name in SCRIPTS]
    data: dict[str, Plain] = {
        "languages": [language],
        "sentences": {language: sentences(say)},
        "drawings": {language: drawings(report, reading, drawn)},
        "report": all_shown(page_data(report, reading, listings)),
    }
    page = Page(
        language=language,
        title=say("Coverage of the knowledge base"),
        skip=say("Skip to the content"),
        without=say("Without JavaScript this page shows no more than this. It loads nothing and sends nothing."),
        meta={"generator": "Voltriage"},
        style=read("base.css") + read("charts.css") + read("coverage.css", STATIC) + stylesheet(),
        script=program(*scripts),
        data=data,
        told=tuple(map(shown, lines_of(report, say))),
    )
    return html_file(page)


__all__ = ["SCRIPTS", "SHARED", "STATIC", "coverage_html", "drawings_of"]
