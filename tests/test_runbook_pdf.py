"""The runbook as a PDF, read back: texts, links, bookmarks, tags, fonts, sizes, geometry, bytes."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
from functools import cache
from itertools import pairwise
from pathlib import Path

import pikepdf
import pypdf
import pytest

from tests import runbooks, shipped
from tests.runbooks import Printed, small_one
from tests.small import COUNT, KEY
from tests.test_pdf import drawn_on
from trees.book.pages import SIDE
from trees.book.whole import Order
from trees.pdf import PAPERS

pytestmark = pytest.mark.slow
ROOT = Path(__file__).resolve().parent.parent
SMALLEST = 8.0
"""Points; every letter of the full runbook is at least as large."""
SMALLEST_IN_POCKET = 6.5
EDITIONS = [("en", "a4", False), ("de", "letter", False), ("en", "letter", True), ("de", "a4", True)]


@pytest.fixture(params=EDITIONS, ids=lambda edition: f"{edition[0]}-{edition[1]}{'-pocket' if edition[2] else ''}")
def edition(request: pytest.FixtureRequest) -> Printed:
    language, paper, pocket = request.param
    return small_one(language, paper, pocket=pocket)


def flat(text: str) -> str:
    """Without blanks and line ends, which a reader puts where lines end."""
    return "".join(text.split())


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


# Texts ----------------------------------------------------------------------------------------------------------------


def test_all_texts_of_the_book_are_on_its_pages(edition: Printed) -> None:
    book, text = edition.book, flat(text_of(edition.data))
    for one in (*book.codes, *book.procedures):
        assert all(flat(message.text) in text for message in one.messages)
        assert flat(one.title) in text
        assert all(flat(entry.title) in text for entry in one.flow)
        assert all(flat(way.text) in text for entry in one.flow for way in entry.ways)
        for card in one.cards:
            assert flat(card.title) in text
            assert all(flat(action.text) in text for action in card.actions)
            assert flat(card.verify.text) in text
    for contact in book.contacts:
        assert flat(contact.title) in text
        assert flat(contact.reach) in text
    for source in book.sources:
        assert flat(source.title) in text
        assert flat(source.url) in text
        assert source.checked in text
    assert all(flat(name) in text and flat(value) in text for name, value in book.cover.facts)
    assert "A step was added." in text_of(edition.data)


def test_each_line_of_a_command_is_a_line_of_the_page() -> None:
    one = small_one()
    lines = {line.rstrip() for line in text_of(one.data).splitlines()}
    wanted = {line.rstrip() for command in runbooks.commands_of(one.book) for line in command.lines}
    assert len(wanted) >= 4
    assert wanted <= lines


def test_page_numbers_in_the_text_are_those_of_the_pages() -> None:
    one = small_one()
    pages = one.pages()
    heads = [page.extract_text()[:200] for page in pages]
    chapter = next(number for number, head in enumerate(heads, 1) if "· P1 The door to the host" in head)
    told = flat(text_of(one.data))
    assert flat(f"Go through P1, page {chapter}, and come back") in told
    assert f"{chapter} / {len(pages)}" in pages[chapter - 1].extract_text()


def test_pocket_has_one_page_for_each_code_and_procedure() -> None:
    one = small_one("en", "a4", pocket=True)
    chapters = len(one.book.codes) + len(one.book.procedures)
    titles = [page.extract_text().splitlines()[0] for page in one.pages()]
    assert sum("·" in title and (COUNT in title or KEY in title or "P1" in title) for title in titles) == 3
    # Title page, how to use, two tables, contacts, index, sources.
    assert len(titles) == chapters + 7


# Links, bookmarks, tags -----------------------------------------------------------------------------------------------


def test_bookmarks_lead_to_every_chapter(edition: Printed) -> None:
    book = edition.book
    with pikepdf.open(io.BytesIO(edition.data)) as document, document.open_outline() as outline:
        parts = {item.title: [child.title for child in item.children] for item in outline.root}
    procedures = [f"{one.number} {one.title}" for one in book.procedures]
    found = list(parts.values())
    assert [one.title for one in book.codes] in found
    assert procedures in found


def test_every_link_leads_somewhere_and_charts_and_text_lead_to_one_another() -> None:
    one = small_one()
    with pikepdf.open(io.BytesIO(one.data)) as document:
        pages = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        links = [(number, link) for number, page in enumerate(document.pages) for link in page.get("/Annots", [])]
        jumps = [(number, target) for number, link in links if (target := _target(document, link, pages)) is not None]
        addresses = {str(link.A.URI) for _, link in links if "/A" in link and "/URI" in link.A}
        assert len(jumps) + sum("/A" in link and "/URI" in link.A for _, link in links) == len(links)
        assert all("/Contents" in link or "/StructParent" in link for _, link in links)
    assert addresses == {source.url for source in one.book.sources if source.url}
    assert len(jumps) > 60
    shapes = sum(len(drawing.shown.links) for drawing in one.plan.drawings.values())
    texts = text_of(one.data)
    assert shapes == sum(len(chapter.flow) for chapter in (*one.book.codes, *one.book.procedures))
    assert texts


def _target(document: pikepdf.Pdf, link: pikepdf.Dictionary, pages: dict[tuple[int, int], int]) -> int | None:
    """The page that a link inside the document leads to."""
    place = link.get("/Dest") or (link.A.get("/D") if "/A" in link else None)
    if place is None:
        return None
    if not isinstance(place, pikepdf.Array):
        place = _named(document, place)
    return pages[place[0].objgen]


def _named(document: pikepdf.Pdf, name: pikepdf.Object) -> pikepdf.Object:
    found = document.Root.Names.Dests
    tree = pikepdf.NameTree(found)
    value = tree[str(name)]
    return value.D if isinstance(value, pikepdf.Dictionary) else value


def test_it_is_tagged_in_its_language_with_headings_tables_links_and_code(edition: Printed) -> None:
    with pikepdf.open(io.BytesIO(edition.data)) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == edition.printing.reading.language
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo.Title) == edition.book.cover.title
        assert document.open_metadata()["pdfuaid:part"] == "1"
        kinds = [str(element.S) for element in runbooks.structure(document)]
    assert {"/H1", "/H2", "/Table", "/TH", "/TD", "/Link", "/Code"} <= set(kinds)
    headings = [int(kind[2:]) for kind in kinds if kind[1:2] == "H" and kind[2:].isdigit()]
    assert all(later <= earlier + 1 for earlier, later in pairwise(headings))


def test_every_chart_has_an_alternative_text() -> None:
    one = small_one()
    with pikepdf.open(io.BytesIO(one.data)) as document:
        texts = [str(element.Alt) for element in runbooks.structure(document) if element.S == "/Figure"]
    assert texts == [drawing.shown.description for drawing in one.plan.drawings.values()]


def test_messages_in_the_other_language_are_marked_as_such() -> None:
    for language, other in (("en", "de"), ("de", "en")):
        with pikepdf.open(io.BytesIO(small_one(language).data)) as document:
            drawn = b"".join(page.Contents.read_bytes() for page in document.pages)
        assert drawn.count(f"/Lang({other})".encode()) >= 2


# Letters and paper ----------------------------------------------------------------------------------------------------


def test_letters_are_large_enough_and_nothing_is_outside_of_the_page(edition: Printed) -> None:
    smallest = SMALLEST_IN_POCKET if edition.printing.order.pocket else SMALLEST
    _check_pages(edition, edition.pages(), smallest)


def _check_pages(edition: Printed, pages: list[pypdf.PageObject], smallest: float) -> None:
    paper = PAPERS[edition.printing.edition.paper]
    sizes = {(round(paper.width), round(paper.height)), (round(paper.height), round(paper.width))}
    for page in pages:
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert (round(width), round(height)) in sizes
        drawn = drawn_on(page)
        assert drawn
        assert min(size for *_, size in drawn) >= smallest
        assert all(SIDE - 1 <= x <= width - SIDE and 10 <= y <= height - 10 for _, x, y, _ in drawn)


def test_fonts_are_embedded_and_only_those_of_voltriage(edition: Printed) -> None:
    names: set[str] = set()
    for page in edition.pages():
        for font in page["/Resources"].get("/Font", {}).values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in described or "/FontFile3" in described
            names.add(str(described["/FontName"]).partition("+")[2].partition("-")[0])
    assert names == {"SourceSans3", "Inconsolata"}


# Bytes ----------------------------------------------------------------------------------------------------------------


def test_the_stamp_stands_in_the_bytes_of_the_file(edition: Printed) -> None:
    assert runbooks.STAMP.encode() in edition.data


def test_the_same_input_gives_the_same_bytes_wherever_it_is_made(tmp_path: Path) -> None:
    script = (
        "import hashlib; from tests.runbooks import small_one;"
        "print(hashlib.sha256(small_one().data + small_one('de', 'letter', pocket=True).data).hexdigest())"
    )
    copy = tmp_path / "another folder"
    for room in ("kb", "engine", "trees", "tests", "voltriage"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__", "data", "gold"))
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            encoding="utf-8",
            check=True,
            cwd=folder,
            env={
                "PYTHONHASHSEED": seed,
                "TZ": zone,
                "PATH": "",
                "HOME": str(tmp_path),
                "SYSTEMROOT": "C:\\Windows",
                "XDG_CACHE_HOME": str(tmp_path / "cache"),
            },
        ).stdout
        for folder, seed, zone in ((ROOT, "1", "UTC"), (copy, "2", "Asia/Tokyo"))
    }
    here = small_one().data + small_one("de", "letter", pocket=True).data
    assert printed == {hashlib.sha256(here).hexdigest() + "\n"}


def test_no_path_of_this_machine_is_in_the_file() -> None:
    with pikepdf.open(io.BytesIO(small_one().data)) as document:
        plain = io.BytesIO()
        document.save(plain, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    for place in (str(ROOT), str(Path.home()), sys.prefix):
        assert place.encode() not in plain.getvalue()


# PDF/UA ---------------------------------------------------------------------------------------------------------------


def findings(data: bytes, folder: Path) -> str:
    """What the checker for PDF/UA finds; empty for nothing."""
    file = folder / "runbook.pdf"
    file.write_bytes(data)
    done = subprocess.run(
        [sys.executable, "-m", "pdfua", "check", str(file)], capture_output=True, encoding="utf-8", check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_the_checker_for_pdf_ua_finds_nothing(edition: Printed, tmp_path: Path) -> None:
    assert findings(edition.data, tmp_path) == ""


def test_the_checker_for_pdf_ua_finds_what_is_missing(tmp_path: Path) -> None:
    with pikepdf.open(io.BytesIO(small_one().data)) as document:
        del document.Root.Lang
        for element in runbooks.structure(document):
            if element.S == "/Figure":
                del element.Alt
        broken = io.BytesIO()
        document.save(broken)
    assert findings(broken.getvalue(), tmp_path).count("UA-") >= 2


# The whole shipped runbook --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Printed:
    """In German, whose words are longer."""
    return runbooks.shipped_one("de")


@pytest.mark.exhaustive
def test_the_whole_runbook_has_every_command_line_by_line_and_all_messages() -> None:
    one = runbooks.shipped_one("en")
    copied = text_of(one.data)
    lines = {line.rstrip() for line in copied.splitlines()}
    wanted = {line.rstrip() for command in runbooks.commands_of(one.book) for line in command.lines}
    assert len(wanted) > 300
    assert wanted <= lines
    text = flat(copied)
    for code in shipped.knowledge().codes.values():
        assert code.id == "unknown_code" or (flat(code.message_en) in text and flat(code.message_de) in text)


@pytest.mark.exhaustive
def test_the_whole_runbook_has_a_bookmark_for_each_chapter_and_describes_its_charts(whole: Printed) -> None:
    with pikepdf.open(io.BytesIO(whole.data)) as document, document.open_outline() as outline:
        titles = [child.title for item in outline.root for child in item.children]
        figures = [element for element in runbooks.structure(document) if element.S == "/Figure"]
        described = [str(figure.Alt) for figure in figures]
    assert {one.title for one in whole.book.codes} <= set(titles)
    for drawing in whole.plan.drawings.values():
        assert any(text.startswith(drawing.shown.description) for text in described)


@pytest.mark.exhaustive
def test_the_whole_runbook_has_nothing_too_small_or_outside(whole: Printed) -> None:
    pages = whole.pages()
    _check_pages(whole, pages[:8] + pages[8::17], SMALLEST)


@pytest.mark.exhaustive
def test_the_checker_finds_nothing_in_the_whole_runbook(whole: Printed, tmp_path: Path) -> None:
    assert findings(whole.data, tmp_path) == ""


@pytest.mark.exhaustive
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="only pdftotext says where words end")
def test_no_word_of_the_whole_runbook_reaches_into_the_margin(whole: Printed, tmp_path: Path) -> None:
    pocket = runbooks.printed(whole.printing.reading, Order((), pocket=True))
    assert _sticking_out(whole.data, tmp_path) == []
    assert _sticking_out(pocket.data, tmp_path) == []


def _sticking_out(data: bytes, folder: Path) -> list[str]:
    file = folder / "runbook.pdf"
    file.write_bytes(data)
    done = subprocess.run(["pdftotext", "-bbox", file, "-"], capture_output=True, encoding="utf-8", check=True)
    words = 0
    width = 0.0
    found = []
    for line in done.stdout.splitlines():
        if page := re.search(r'<page width="([\d.]+)"', line):
            width = float(page[1])
        if word := re.search(r'<word xMin="([\d.-]+)".* xMax="([\d.-]+)".*>(.*)</word>', line):
            words += 1
            if float(word[1]) < SIDE - 1 or float(word[2]) > width - SIDE + 1:
                found.append(word[3])
    assert words > 1000
    return found


@cache
def pocket_edition() -> Printed:
    """The whole one in German, on the shorter paper."""
    return runbooks.printed(runbooks.reading(shipped.opened(), "de"), Order((), pocket=True), None, "letter")


@pytest.mark.exhaustive
def test_the_whole_pocket_edition_has_a_page_for_each_chapter() -> None:
    one = pocket_edition()
    with pikepdf.open(io.BytesIO(one.data)) as document, document.open_outline() as outline:
        pages = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        starts = [pages[child.destination[0].objgen] for item in outline.root for child in item.children]
        following = pages[outline.root[-3].destination[0].objgen]  # contacts
    codes = len(one.book.codes)
    assert starts[:codes] == list(range(starts[0], starts[0] + codes))
    assert starts[codes:] == list(range(starts[codes], following))


@pytest.mark.exhaustive
def test_no_row_of_the_table_of_all_codes_is_on_two_pages() -> None:
    one = pocket_edition()
    heading = one.printing.reading.say("All codes")
    pages = [page.extract_text() for page in one.pages()]
    pages = [flat(text) for text in pages if text.splitlines()[0].endswith(f"· {heading}")]
    assert len(pages) > 1
    for row in one.book.table:
        assert any(flat(f"{row.code} {row.symbol} {row.message}") in page for page in pages), row.code


@pytest.mark.exhaustive
def test_a_pocket_page_without_a_command_of_its_chapter_says_where_it_stands() -> None:
    one = pocket_edition()
    say = one.printing.reading.say
    cut = [
        flat(say("Commands that are not on this page stand in the full runbook.")),
        flat(say("Steps and commands of the remedies are not on this page; they stand in the full runbook.")),
    ]
    pages = [page.extract_text() for page in one.pages()]
    for chapter in one.book.codes:
        page = flat(next(text for text in pages if text.splitlines()[0].endswith(f"· {chapter.title}")))
        commands = [action.commands for card in chapter.cards for action in card.actions if action.commands]
        whole = all(any(flat("".join(form.lines)) in page for form in forms) for forms in commands)
        assert whole or any(sentence in page for sentence in cut), chapter.ident
