"""The page as one file: texts, styles, program, data and drawings put together."""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

from kb import words
from kb.knowledge import KnowledgeBase
from kb.site import Site

from ..drawing import Look, stylesheet, svg
from ..picture import picture
from ..reading import Reading
from ..shapes import Chart
from ..worded import worded
from .data import Numbered, Plain, chart_data, charts, knowledge, site_data
from .sentences import sentences

_STATIC = Path(__file__).resolve().parent / "static"
_SCRIPTS = (
    *("words", "spelling", "plan", "walker", "session", "explain"),
    *("markdown", "errands", "note", "dom", "chart", "views", "app"),
)
"""The parts of the program, in the order in which they build on one another."""
_ON_THE_PAGE = re.compile(r' (?:style="white-space:pre"|font-variant-ligatures="none"|(?<!:)lang="\w+")')
"""What drawings say for themselves in files of their own, and the page's style and language say here."""


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
    style = _read("style.css") + stylesheet()
    script = '"use strict";\n' + "\n".join(_read(f"{name}.js") for name in _SCRIPTS)
    title = first.say("Activation runbook")
    parts = {
        "language": first.language,
        "policy": _policy(style, script),
        "generator": f"Voltriage {about.version}".strip(),
        "stamp": about.stamp,
        "title": title,
        "skip": first.say("Skip to the case"),
        "noscript": first.say("This page needs JavaScript. It loads nothing and sends nothing."),
    }
    filled = {name: escape(text, quote=False).replace('"', "&quot;") for name, text in parts.items()}
    data = _data(kb, readings, codes, about, drawn)
    return _filled(_read("page.html"), filled | {"style": style, "script": script, "data": _in_a_script(data)})


def drawings_of(kb: KnowledgeBase, readings: Mapping[str, Reading]) -> int:
    """How many charts are drawn for the page."""
    return len(readings) * (len(kb.codes) + len(kb.procedures))


def _read(name: str) -> str:
    return (_STATIC / name).read_text(encoding="utf-8")


def _filled(template: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


def _policy(style: str, script: str) -> str:
    """Nothing is loaded and nothing is sent; only this style and this program count."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {_hash(script)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _in_a_script(data: Plain) -> str:
    """JSON that nothing in it can end."""
    return json.dumps(data, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


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
        "sentences": {language: sentences(reading.say) for language, reading in readings.items()},
        "texts": {language: texts.rendered(reading) for language, reading in readings.items()},
        "kb": known,
        "charts": {ident: chart_data(chart) for ident, chart in every.items()},
        "drawings": {language: _drawings(every, reading, drawn) for language, reading in readings.items()},
    }


def _drawings(every: Mapping[str, Chart], reading: Reading, drawn: Callable[[], object]) -> dict[str, Plain]:
    """Each chart as SVG, packed; unpacked they would be most of the page."""
    made: dict[str, Plain] = {}
    for ident, chart in every.items():
        told = worded(chart, reading)
        text = svg(told, picture(told), Look(own_font=False, own_style=False, prefix=f"chart-{ident}-"))
        made[ident] = b64encode(zlib.compress(_ON_THE_PAGE.sub("", text).encode(), 9)).decode()
        drawn()
    return made
