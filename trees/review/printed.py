"""The report as a PDF (PDF/UA-1): `trees/review.typ` sets it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import msgspec

from ..book.pages import BOTTOM, SIDE, TOP
from ..pdf import PAPERS, compiled_pdf
from ..reading import Reading
from .parts import Report
from .words import fixed_words

INDENT = 30.0
"""Points by which commands are narrower than the page, edges included."""


@dataclass(frozen=True, slots=True)
class Edition:
    """How a report is printed: on a paper of `PAPERS`, bearing this time (seconds since 1970)."""

    paper: str
    created: int


def command_width(paper: str) -> float:
    """How many points a command has on such paper."""
    return PAPERS[paper].width - 2 * SIDE - INDENT


def review_pdf(report: Report, reading: Reading, edition: Edition) -> bytes:
    """The PDF of a report.

    Raises `NotTypesetError`.
    """
    data = msgspec.json.encode(_data(report, reading, edition)).decode()
    return compiled_pdf("review.typ", {"report": data}, edition.created)


def _data(report: Report, reading: Reading, edition: Edition) -> dict[str, Any]:
    paper = PAPERS[edition.paper]
    frame = {
        "language": reading.language,
        "author": "Voltriage",
        "paper": [paper.width, paper.height],
        "side": SIDE,
        "top": TOP,
        "bottom": BOTTOM,
        "words": dict(fixed_words(reading.say)),
    }
    return {**msgspec.to_builtins(report), **frame}
