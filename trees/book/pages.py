"""The runbook as a PDF: charts are laid out, the rest is set by `runbook.typ`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from kb.site import Site

from ..layout import BUNDLED
from ..paging import Area, Sheet, sheets_of
from ..pdf import PAPERS, Paper, compiled_pdf, sheet_data
from ..reading import Reading, Say
from .chapters import Plan
from .parts import Book, SourceEntry
from .whole import Order, book_of

SIDE, TOP, BOTTOM = 36.0, 54.0, 46.0
"""Margins of a page, in points."""
_CAPTION = 34.0
"""Points that heading and sheet number above a chart take."""
INDENT = 24.0
"""Points by which commands are narrower than the page, edges included."""
_GUTTER = 14.0


@dataclass(frozen=True, slots=True)
class Edition:
    """How a runbook is printed.

    `paper`: a name of `PAPERS`; `created`: seconds since 1970; `stamp`: what `trees.stale` reads; `drawn` is called
    after each chart.
    """

    paper: str
    created: int
    stamp: str
    drawn: Callable[[], None] = lambda: None
    engine: str = BUNDLED


@dataclass(frozen=True, slots=True)
class Printing:
    """What a runbook is printed from: what is wanted, its chapters, the reader, the site, and how."""

    order: Order
    plan: Plan
    reading: Reading
    site: Site | None
    edition: Edition

    @property
    def paper(self) -> Paper:
        """The size of a page."""
        return PAPERS[self.edition.paper]


def runbook_pdf(printing: Printing) -> bytes:
    """The PDF (PDF/UA-1) of a runbook.

    Raises `ChartTooLargeError`, `NoLayoutEngineError`, `NotTypesetError`.
    """
    return compiled_pdf("runbook.typ", {"book": typeset(printing)}, printing.edition.created)


def typeset(printing: Printing) -> str:
    """What `runbook.typ` reads, as JSON, with all charts laid out. Raises as `runbook_pdf`, but for the last."""
    plan, pocket = printing.plan, printing.order.pocket
    width = printing.paper.width - 2 * SIDE
    room = (width - _GUTTER - INDENT) / 2 if pocket else width - INDENT
    book = book_of(printing.order, plan, printing.reading, printing.site, room)
    data = msgspec.to_builtins(book)
    sheets = {} if pocket else {ident: _sheets(printing, ident) for ident in plan.drawings}
    for chapter in (*data["codes"], *data["procedures"]):
        chapter["sheets"] = sheets.get(chapter["ident"], [])
    for source, entry in zip(data["sources"], book.sources, strict=True):
        source["told"] = list(_dates(entry, printing.reading.say))
    return msgspec.json.encode({**data, **_frame(book, printing)}).decode()


def _frame(book: Book, printing: Printing) -> dict[str, Any]:
    """What concerns the document as a whole."""
    paper = printing.paper
    return {
        "title": book.cover.title,
        "description": book.cover.subtitle,
        "author": "Voltriage",
        "language": printing.reading.language,
        "keywords": [printing.edition.stamp] if printing.edition.stamp else [],
        "paper": [paper.width, paper.height],
        "side": SIDE,
        "top": TOP,
        "bottom": BOTTOM,
        "room": paper.height - TOP - BOTTOM,
        "pocket": printing.order.pocket,
        "words": _words(printing.reading.say),
    }


def _dates(source: SourceEntry, say: Say) -> Iterator[str]:
    if source.dated:
        yield say("Of {date}. Last compared on {checked}.", date=source.dated, checked=source.checked)
    else:
        yield say("Without a date. Last compared on {checked}.", checked=source.checked)


def _sheets(printing: Printing, ident: str) -> list[dict[str, Any]]:
    """The chart of a chapter, laid out; each sheet as `chart.typ` takes it."""
    shown, say = printing.plan.drawings[ident].shown, printing.reading.say
    sheets = sheets_of(shown, areas_of(printing.paper), say, printing.edition.engine)
    printing.edition.drawn()
    return [
        {
            "across": sheet.area == 1,
            "part": _part(sheet, len(sheets), say),
            "chart": sheet_data(shown, sheet, len(sheets), say),
        }
        for sheet in sheets
    ]


def _part(sheet: Sheet, count: int, say: Say) -> str:
    return "" if count == 1 else say("Sheet {number} of {count}", number=sheet.number, count=count)


def areas_of(paper: Paper) -> tuple[Area, Area]:
    """The room for a chart on a page of a runbook: upright, then across."""
    ends = TOP + BOTTOM + _CAPTION
    return Area(paper.width - 2 * SIDE, paper.height - ends), Area(paper.height - 2 * SIDE, paper.width - ends)


def _words(say: Say) -> dict[str, str]:
    """The headings of the document."""
    return {
        "history": say("Revision history"),
        "version": say("Version"),
        "date": say("Date"),
        "changes": say("Changes"),
        "unchanged": say("This version of the knowledge"),
        "contents": say("Contents"),
        "guide": say("How to use this runbook"),
        "table": say("All codes"),
        "code": say("Code"),
        "message": say("Message"),
        "types": say("Types"),
        "page": say("Page"),
        "procedures": say("Procedures"),
        "number": say("Number"),
        "name": say("Name"),
        "chart": say("Chart"),
        "flow": say("Step by step"),
        "begin": say("Begin here"),
        "remedies": say("Remedies"),
        "commands-cut": say("Commands that are not on this page stand in the full runbook."),
        "steps-cut": say("Steps and commands of the remedies are not on this page; they stand in the full runbook."),
        "done": say("Tick"),
        "step": say("Step"),
        "time": say("Time"),
        "initials": say("Initials"),
        "causes": say("Causes"),
        "used-by": say("Used by"),
        "escalation": say("When nothing has helped"),
        "contacts": say("Whom to call"),
        "who": say("Who"),
        "reach": say("How to reach"),
        "bring": say("Have ready"),
        "index": say("Index"),
        "index-codes": say("Codes and symbols"),
        "sources": say("Sources"),
    }
