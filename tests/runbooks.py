"""Runbooks for tests: of the small knowledge base and of the shipped one, and what is read back from their PDFs."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

import pikepdf
import pypdf

from kb.site import Host, Runbook, Site
from kb.store import Opened
from kb.texts import Texts
from tests import shipped, small
from trees.book.chapters import Plan
from trees.book.pages import INDENT, SIDE, Edition, Printing, runbook_pdf
from trees.book.parts import Book, Command, Revision
from trees.book.whole import Order, book_of, plan_for
from trees.pdf import PAPERS
from trees.reading import Reading
from voltriage.wording import Wording

CREATED = 1_700_000_000
WIDTH = PAPERS["a4"].width - 2 * SIDE - INDENT
"""Points that a command has on A4."""
STAMP = "voltriage-runbook/1;knowledge=abc;site=none;language=en;codes=all"
SITE = Site(
    "voltriage.yaml",
    kms_hosts=(Host("kms1.corp.example"), Host("kms2.corp.example")),
    contacts=MappingProxyType({"host_admin": "extension 4711"}),
    answers=MappingProxyType({"place": "office"}),
    forbidden=MappingProxyType({"ask_again": "The network is slow."}),
    runbook=Runbook("IT-RB-017", "Server team", "Head of IT", "2027-03-31", "internal"),
)
"""Made up, for the small knowledge base."""
HISTORY = (Revision("2026.1", "2026-01-15", ("A step was added.",)), Revision("2025.9", "2025-09-01"))


def reading(opened: Opened, language: str = "en") -> Reading:
    return Reading(opened.kb, Texts(language, opened.translations), Wording(language), language)


@dataclass(frozen=True)
class Printed:
    """A runbook as it was printed: its data, and the file."""

    printing: Printing
    data: bytes

    @property
    def plan(self) -> Plan:
        return self.printing.plan

    @property
    def book(self) -> Book:
        printing = self.printing
        width = PAPERS[printing.edition.paper].width - 2 * SIDE - INDENT
        return book_of(printing.order, printing.plan, printing.reading, printing.site, width)

    def pages(self) -> list[pypdf.PageObject]:
        return list(pypdf.PdfReader(io.BytesIO(self.data)).pages)


def printed(of: Reading, order: Order = Order(), site: Site | None = None, paper: str = "a4") -> Printed:  # noqa: B008
    printing = Printing(order, plan_for(order, of), of, site, Edition(paper, CREATED, STAMP))
    return Printed(printing, runbook_pdf(printing))


@cache
def small_one(language: str = "en", paper: str = "a4", *, pocket: bool = False) -> Printed:
    """The small runbook with a site and a history."""
    return printed(reading(small.opened(), language), Order((), pocket, HISTORY), SITE, paper)


@cache
def shipped_one(language: str) -> Printed:
    """The whole shipped runbook."""
    return printed(reading(shipped.opened(), language))


def commands_of(book: Book) -> Iterator[Command]:
    """Every command of a book."""
    for chapter in (*book.codes, *book.procedures):
        for entry in chapter.flow:
            for told in entry.finding:
                yield from told.commands
        for card in chapter.cards:
            yield from card.verify.commands
            for action in card.actions:
                yield from action.commands


def structure(document: pikepdf.Pdf) -> Iterator[pikepdf.Dictionary]:
    """All elements of the structure tree, in reading order."""
    waiting = [document.Root.StructTreeRoot]
    while waiting:
        element = waiting.pop()
        if "/S" in element:
            yield element
        children = element.get("/K", [])
        listed = list(children) if isinstance(children, pikepdf.Array) else [children]
        waiting += reversed([child for child in listed if isinstance(child, pikepdf.Dictionary)])
