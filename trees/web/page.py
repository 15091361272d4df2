"""The page as one file: texts, styles, program, data and drawings put together."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from kb import words
from kb.client_keys import CLIENT_KEYS
from kb.knowledge import KnowledgeBase
from kb.site import Site

from ..drawing import stylesheet
from ..reading import Reading
from ..shapes import Chart
from ..worded import worded
from .data import Numbered, chart_data, charts, knowledge, site_data
from .sentences import sentences
from .shell import Page, Plain, html_file, packed_drawing, program, read

_STYLES = ("base", "charts", "runbook")
_SCRIPTS = (
    *("saying", "words", "spelling", "plan", "walker", "session", "explain"),
    *("keys", "markdown", "errands", "note", "dom", "copying", "theme", "drawings", "chart", "views", "app"),
)
"""The parts of the program, in the order in which they build on one another."""


@dataclass(frozen=True, slots=True)
class About:
    """What the page says of itself.

    - `version`: of the program. `stamp`: the fingerprint of all that the page was made from, for `runbook --check`.
    - `date`: when it was made, as it is to be shown; empty where no date is wanted.
    - `site`: site facts, baked in.
    - `language`: the one in which it opens, whatever the browser speaks; empty: the browser's, where it can.
    """

    version: str = ""
    stamp: str = ""
    date: str = ""
    site: Site | None = None
    language: str = ""


def runbook_html(
    kb: KnowledgeBase,
    readings: Mapping[str, Reading],
    codes: Sequence[str],
    about: About | None = None,
    *,
    drawn: Callable[[], object] = lambda: None,
) -> str:
    """The interactive runbook as the text of one HTML file; the same input gives the same text.

    `codes` are those offered at the start; any other code of the knowledge base can be typed, or appear on the way.
    `drawn` is called after each of the `drawings_of` drawings.

    Raises `NoLayoutEngineError`.
    """
    about = about or About()
    first = next(iter(readings.values()))
    page = Page(
        language=first.language,
        title=first.say("Activation runbook"),
        skip=first.say("Skip to the case"),
        without=first.say("This page needs JavaScript. It loads nothing and sends nothing."),
        meta={"generator": f"Voltriage {about.version}".strip(), "voltriage-stamp": about.stamp},
        style="".join(read(f"{name}.css") for name in _STYLES) + stylesheet(),
        script=program(*(read(f"{name}.js") for name in _SCRIPTS)),
        data=_data(kb, readings, codes, about, drawn),
    )
    return html_file(page)


def drawings_of(kb: KnowledgeBase, readings: Mapping[str, Reading]) -> int:
    """How many charts are drawn for the page."""
    return len(readings) * (len(kb.codes) + len(kb.procedures))


def _data(
    kb: KnowledgeBase, readings: Mapping[str, Reading], codes: Sequence[str], about: About, drawn: Callable[[], object]
) -> Plain:
    texts = Numbered()
    known = knowledge(kb, about.site, texts)
    every = charts(kb)
    return {
        "languages": list(readings),
        "codes": [code for code in codes if code != words.UNKNOWN_CODE],
        "manifest": {"version": kb.manifest.version, "released": kb.manifest.released, "sha256": kb.manifest.sha256},
        "about": {"version": about.version, "date": about.date, "language": about.language},
        "consent": [reading.say("I agree").casefold() for reading in readings.values()],
        "site": site_data(kb, about.site) if about.site else None,
        "client_keys": [known.key for known in CLIENT_KEYS],
        "sentences": {language: sentences(reading.say) for language, reading in readings.items()},
        "texts": {language: texts.rendered(reading) for language, reading in readings.items()},
        "kb": known,
        "charts": {ident: chart_data(chart) for ident, chart in every.items()},
        "drawings": {language: _drawings(every, reading, drawn) for language, reading in readings.items()},
    }


def _drawings(every: Mapping[str, Chart], reading: Reading, drawn: Callable[[], object]) -> dict[str, Plain]:
    """Each chart, drawn and packed."""
    made: dict[str, Plain] = {}
    for ident, chart in every.items():
        made[ident] = packed_drawing(worded(chart, reading), f"chart-{ident}-")
        drawn()
    return made
