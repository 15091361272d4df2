"""PDF and PNG, made by Typst. Only this module imports it.

A PDF is tagged (PDF/UA-1): with language, title, bookmarks, an alternative text for every chart, and its fonts. Same
input, same bytes: the time is given, no name of a folder or machine gets in, and only the fonts that Voltriage brings
are used, never those of the system.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kb.problems import VoltriageError

from . import fonts
from .geometry import Line
from .layout import BUNDLED
from .paging import Area, Connector, Sheet, sheets_of
from .painting import Group, Stroke, painted
from .palette import LIGHT
from .reading import Say
from .worded import Worded

if TYPE_CHECKING:
    import typst

HERE = Path(__file__).resolve().parent
"""The folder of the Typst files; what is compiled can import `chart.typ` from it."""


@dataclass(frozen=True, slots=True)
class Paper:
    """A paper upright, in points. Without a size: as large as what is on it."""

    width: float = 0.0
    height: float = 0.0


PAPERS = {"a4": Paper(595.28, 841.89), "letter": Paper(612.0, 792.0), "fit": Paper()}
"""Papers by name."""
MARGIN = 40.0
"""Points on each side of a page, and on the average of top and bottom."""
_HIGHER = 12.0
"""Points by which everything stands higher than in the middle, for the lines at the foot."""
_HEADING = 40.0
"""Points that the heading of a page of charts takes."""
_FOOT = 8.0
"""Points between a chart and what stands at the foot of its page."""
_NARROWEST = 515.0
"""Points that heading and foot need from side to side, on paper that fits its chart."""


class NotTypesetError(VoltriageError):
    """Typst refuses what it is given. `sentence` and `values` as in other errors of the rim."""

    slug = "not-typeset"

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True, slots=True)
class About:
    """What a document says about itself.

    `foot` stands at the foot of every page (the version of the knowledge, for example); `created`: seconds since 1970.
    """

    title: str
    language: str
    created: int
    foot: str = ""
    keywords: tuple[str, ...] = ()


def created(released: str, environ: Mapping[str, str]) -> int:
    """The time that a document bears, in seconds since 1970: SOURCE_DATE_EPOCH, or the release (ISO date) it shows.

    Raises `NotTypesetError` when SOURCE_DATE_EPOCH is no such number.
    """
    given = environ.get("SOURCE_DATE_EPOCH", "").strip()
    if not given:
        return int(datetime.combine(date.fromisoformat(released), time(), UTC).timestamp())
    if not given.isascii() or not given.isdigit():
        raise NotTypesetError(
            'SOURCE_DATE_EPOCH is "{given}"; it must be a whole number of seconds since 1970, or not be set',
            given=given,
        )
    return int(given)


# Documents of charts --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Setup:
    """How charts are put on pages: on one of `PAPERS`, with the program's words, by one of `layout.ENGINES`."""

    paper: str
    say: Say
    engine: str = BUNDLED


def charts_pdf(charts: Iterable[Worded], about: About, setup: Setup) -> bytes:
    """A PDF of these charts, each beginning on a new page.

    Raises `ChartTooLargeError`, `NoLayoutEngineError`, `NotTypesetError`.
    """
    return compiled_pdf("charts.typ", {"book": book_data(charts, about, setup)}, about.created)


def charts_png(charts: Iterable[Worded], about: About, setup: Setup, ppi: float = 144.0) -> tuple[bytes, ...]:
    """The pages of the same document as PNG files, of so many dots to the inch.

    Raises as `charts_pdf`.
    """
    return compiled_png("charts.typ", {"book": book_data(charts, about, setup)}, about.created, ppi)


def areas_of(paper: Paper) -> tuple[Area, ...]:
    """The room for a chart on a page of a document of charts: upright, then across. None for paper that fits."""
    if not paper.width:
        return ()
    sides, ends = 2 * MARGIN, 2 * MARGIN + _HEADING + _FOOT
    return Area(paper.width - sides, paper.height - ends), Area(paper.height - sides, paper.width - ends)


def place_in_document(chart: str, shape: str) -> str:
    """The name of a shape of a chart (both by id) in a document of charts, to be linked to; of the first such chart."""
    return place_of(_name(chart, 1), shape)


def _name(chart: str, number: int) -> str:
    """How a chart is called in a document that may have it several times."""
    return f"{chart}-{number}"


def book_data(charts: Iterable[Worded], about: About, setup: Setup) -> str:
    """What `charts.typ` reads as `book`: the sheets of these charts, for a document that includes it."""
    sheets: list[dict[str, Any]] = []
    names: Counter[str] = Counter()
    for worded in charts:
        names[worded.chart.id] += 1
        sheets += _pages(worded, _name(worded.chart.id, names[worded.chart.id]), about, setup)
    book = {
        "title": about.title,
        "lang": about.language,
        "author": "Voltriage",
        "keywords": list(about.keywords),
        "margin": {"top": MARGIN - _HIGHER, "bottom": MARGIN + _HIGHER, "x": MARGIN},
        "heading": _HEADING,
        "sheets": sheets,
    }
    return json.dumps(book, ensure_ascii=False)


def _pages(worded: Worded, name: str, about: About, setup: Setup) -> list[dict[str, Any]]:
    paper, say = PAPERS[setup.paper], setup.say
    sheets = sheets_of(worded, areas_of(paper), say, setup.engine)
    return [
        {
            "paper": _paper_of(sheet, paper),
            "title": worded.title,
            "part": ""
            if len(sheets) == 1
            else say("Sheet {number} of {count}", number=sheet.number, count=len(sheets)),
            "note": worded.note,
            "foot": about.foot,
            "first": sheet.number == 1,
            "chart": sheet_data(worded, sheet, len(sheets), say, name),
        }
        for sheet in sheets
    ]


def _paper_of(sheet: Sheet, paper: Paper) -> list[float]:
    if not paper.width:
        room = 2 * MARGIN
        return [max(sheet.picture.width, _NARROWEST) + room, sheet.picture.height + room + _HEADING + _FOOT]
    return [paper.width, paper.height] if sheet.area == 0 else [paper.height, paper.width]


# One chart ------------------------------------------------------------------------------------------------------------


def sheet_data(worded: Worded, sheet: Sheet, count: int, say: Say, name: str = "") -> dict[str, Any]:
    """One of so many sheets of a chart as `chart` in `chart.typ` takes it; ready for JSON.

    Every shape and connector has a name that can be linked to (`place_of`). `name`: how the chart is called in them,
    by default its id; no two charts of a document may have the same.
    """
    name = name or worded.chart.id
    alt = worded.description
    if count > 1:
        alt = say("{description} Sheet {number} of {count}.", description=alt, number=sheet.number, count=count)
    own = {connector.id: (connector.place, _other_end(connector)) for connector in sheet.connectors}
    groups = []
    for group in painted(sheet.picture):
        ident = group.subject if isinstance(group.subject, str) else ""
        place, other = own.get(ident, (ident, ""))
        link = f"#{place_of(name, other)}" if other else group.link
        groups.append(_group(group, sheet.scale, place_of(name, place) if place else "", link))
    return {
        "width": sheet.picture.width * sheet.scale,
        "height": sheet.picture.height * sheet.scale,
        "alt": alt,
        "lang": worded.language,
        "colours": LIGHT,
        "groups": groups,
    }


def place_of(chart: str, shape: str) -> str:
    """The name of a shape (by its id) or connector (by its place, as "2A") of a chart, to be linked to."""
    return f"{chart}/{shape}"


def _other_end(connector: Connector) -> str:
    """Where a connector leads; an entry leads back to the first of its exits."""
    return connector.places[0]


def _group(group: Group, scale: float, name: str, link: str) -> dict[str, Any]:
    box = group.box
    return {
        "name": name,
        "link": link,
        "box": [value * scale for value in (box.x, box.y, box.width, box.height)] if box and (name or link) else None,
        "strokes": [_stroke(stroke, scale) for stroke in group.strokes],
        "lines": [_line(line, scale) for paragraph in group.paragraphs for line in paragraph.lines],
    }


def _stroke(stroke: Stroke, scale: float) -> dict[str, Any]:
    commands = [[name, [[x * scale, y * scale] for x, y in points]] for name, points in stroke.path.commands]
    dash = [length * scale for length in stroke.dash] if stroke.dash else None
    return {"path": commands, "fill": stroke.fill, "line": stroke.line, "width": stroke.width * scale, "dash": dash}


def _line(line: Line, scale: float) -> dict[str, Any]:
    return {
        "text": unicodedata.normalize("NFC", line.text),  # else one "a¨" in a file makes every "ä" be copied so
        "x": line.x * scale,
        "baseline": line.baseline * scale,
        "size": line.size * scale,
        "weight": line.weight,
        "room": (line.width + 20) * scale,  # more than it takes, so that it is never broken again
    }


# Typst ----------------------------------------------------------------------------------------------------------------


def compiled_pdf(main: str | bytes, inputs: Mapping[str, str], created: int) -> bytes:
    """A tagged PDF (PDF/UA-1) of a Typst document: the name of a file in this folder, or the document itself.

    `inputs`: what it reads from `sys.inputs`; `created`: the time it bears, in seconds since 1970.

    Raises `NotTypesetError`.
    """
    made = _compiled(main, inputs, format="pdf", pdf_standards=["ua-1"], timestamp=created)
    assert isinstance(made, bytes)
    return made


def compiled_png(main: str | bytes, inputs: Mapping[str, str], created: int, ppi: float) -> tuple[bytes, ...]:
    """The pages of a Typst document as PNG files, of so many dots to the inch.

    Raises `NotTypesetError`.
    """
    made = _compiled(main, inputs, format="png", ppi=ppi, timestamp=created)
    return (made,) if isinstance(made, bytes) else tuple(made)


def _compiled(main: str | bytes, inputs: Mapping[str, str], **options: Any) -> bytes | list[bytes]:
    import typst

    source: Any = HERE / main if isinstance(main, str) else main
    try:
        compiler = typst.Compiler(
            source, root=HERE, font_paths=_typefaces(), ignore_system_fonts=True, sys_inputs=dict(inputs)
        )
        made = compiler.compile(**options)
    except typst.TypstError as error:
        raise _refused(error) from error
    assert made is not None
    return made


@cache
def _typefaces() -> typst.Fonts:
    """The sans family of the charts, the face of commands, and what Typst brings itself (rare characters)."""
    import typst

    folders = [str(fonts.FILES), str(fonts.TYPEWRITER_FILES)]
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=folders)


def _refused(error: typst.TypstError) -> NotTypesetError:
    """What Typst said, as a sentence with a next step."""
    missing = re.search('the text [`"]+(.*?)[`"]+ could not be displayed with', error.message)
    if missing:
        return NotTypesetError(
            'there is no font for the characters "{characters}"; write them otherwise', characters=missing[1]
        )
    return NotTypesetError(
        "the document could not be typeset ({reason}); please report this with the command that you gave",
        reason=error.message,
    )
