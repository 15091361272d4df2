"""Makes the report for the people who review the rules: a page and a PDF in each language."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kb.problems import KnowledgeError

from .not_drawn import in_the_reader_s_words
from .opening import Reader, open_for
from .progress import progress

if TYPE_CHECKING:
    from kb.reviews import Review
    from trees.reading import Reading
    from trees.review.material import Known, Reviewed
    from trees.review.whole import Order

HTML = "html"
PDF = "pdf"


@dataclass(frozen=True)
class Wanted:
    """Which report: of the knowledge base in a folder (none: the shipped one), in these languages, on this paper.

    `older`: the folder of a knowledge base to tell the changes since.
    """

    folder: Path | None
    languages: tuple[str, ...]
    paper: str = "a4"
    older: Path | None = None


def known_rules(folder: Path | None) -> Known:
    """The rules of a knowledge base, with what they mean. Raises `KnowledgeError`."""
    from trees.review.material import Known
    from trees.review.meaning import LANGUAGES

    reader = open_for(folder, "en")
    others = {language: open_for(folder, language) for language in LANGUAGES}
    return Known(reader.kb, {language: other.texts for language, other in others.items() if other.translated})


def reports(wanted: Wanted) -> Iterator[tuple[str, bytes]]:
    """The files of a report, each with its name.

    Raises `KnowledgeError` when a knowledge base or its reviews cannot be read, and `CaseError` when a file cannot be
    made.
    """
    from trees.review.material import Reviewed

    from .checking import check_folder

    readers = [open_for(wanted.folder, language) for language in wanted.languages]
    first = readers[0]
    reviewed = Reviewed(known_rules(wanted.folder), _reviews(first.folder))
    with progress(first.say("Making the report"), 1 + 2 * len(readers)) as step:
        findings = len(check_folder(first.folder).found)
        step()
        for reader in readers:
            for ending, content in _made(reviewed, reader, findings, wanted).items():
                step()
                yield f"review.{reader.say.language}.{ending}", content


def _reviews(folder: Path) -> tuple[Review, ...]:
    from kb.reviews import read_reviews

    reviews, problems = read_reviews(folder)
    if problems:
        raise KnowledgeError(problems)
    return reviews


def _made(reviewed: Reviewed, reader: Reader, findings: int, wanted: Wanted) -> Mapping[str, bytes]:
    """The report in the language of a reader, in each format."""
    from trees.pdf import created
    from trees.review.page import review_html
    from trees.review.printed import Edition, review_pdf
    from trees.review.whole import report_of

    reading = _reading(reader)
    with in_the_reader_s_words():
        edition = Edition(wanted.paper, created(reader.kb.manifest.released, os.environ))
        report = report_of(reviewed, reading, _order(reader, findings, wanted))
        return {HTML: review_html(report, reading).encode(), PDF: review_pdf(report, reading, edition)}


def _order(reader: Reader, findings: int, wanted: Wanted) -> Order:
    from trees.review.differing import Older
    from trees.review.printed import command_width
    from trees.review.whole import Order

    older = None
    if wanted.older is not None:
        older = Older(known_rules(wanted.older), _reading(open_for(wanted.older, reader.say.language)))
    folder = wanted.folder.resolve().name if wanted.folder else "FOLDER"
    return Order(findings, folder, command_width(wanted.paper), older)


def _reading(reader: Reader) -> Reading:
    from trees.reading import Reading

    return Reading(reader.kb, reader.texts, reader.say, reader.say.language)
