"""What changed as a PDF: sentences first, then the charts with the differences marked."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict

from ..pdf import PAPERS, About, Setup, book_data, compiled_pdf
from ..worded import Worded
from .report import Section


def changes_pdf(sections: Iterable[Section], charts: Iterable[Worded], about: About, setup: Setup) -> bytes:
    """The document. `setup` names a paper that has a size.

    Raises `ChartTooLargeError`, `NoLayoutEngineError`, `NotTypesetError`.
    """
    paper = PAPERS[setup.paper]
    told = [asdict(section) for section in sections]
    report = {
        "title": about.title,
        "lang": about.language,
        "foot": about.foot,
        "paper": [paper.width, paper.height],
        "opening": [] if told else [setup.say("Nothing differs.")],
        "sections": told,
    }
    inputs = {"report": json.dumps(report, ensure_ascii=False), "book": book_data(charts, about, setup)}
    return compiled_pdf("changes.typ", inputs, about.created)
