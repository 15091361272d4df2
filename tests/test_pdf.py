"""Charts as PDF and PNG: exact texts, tags, links, fonts, and the same bytes everywhere."""

from __future__ import annotations

import hashlib
import io
import re
import shutil
import subprocess
import sys
import unicodedata
from dataclasses import replace
from functools import cache
from pathlib import Path

import pikepdf
import pypdf
import pytest

from tests import charts, shipped
from trees import pdf
from trees.chart import code_chart, procedure_chart
from trees.paging import sheets_of
from trees.pdf import About, NotTypesetError, Setup, areas_of, charts_pdf, charts_png, compiled_pdf, created
from trees.reading import plainly
from trees.worded import TAKEN, Worded, worded

ROOT = Path(__file__).parent.parent
PRINTABLE = 17
"""Points from the edge of the paper that every printer reaches: 6 mm."""
ABOUT = About("Flowcharts <of & all>", "en", 1_700_000_000, foot="Knowledge 2026.1", keywords=("KMS",))
A4 = Setup("a4", plainly)


@cache
def shipped_charts() -> tuple[Worded, ...]:
    """A small one, one on several sheets, and a procedure."""
    kb = shipped.knowledge()
    reading = charts.english(kb)
    codes = [worded(code_chart(kb, code), reading) for code in ("0xC004F06C", "0xC004F074")]
    return (*codes, worded(procedure_chart(kb, "clock"), reading))


@cache
def made(paper: str = "a4") -> bytes:
    return charts_pdf(shipped_charts(), ABOUT, Setup(paper, plainly))


def squeezed(text: str) -> str:
    """Without blanks, since lines are broken; accents composed, since fonts have them so."""
    return unicodedata.normalize("NFC", re.sub(r"\s+", "", text))


def text_of(data: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)


def test_every_text_can_be_taken_out_of_the_pdf_as_it_is() -> None:
    chart = charts.hostile()
    text = squeezed(text_of(charts_pdf([chart], ABOUT, Setup("fit", plainly))))
    for label in chart.labels.values():
        assert squeezed(label.title) in text
        assert all(squeezed(line) in text for line in label.lines)
    for answer in chart.answers.values():
        assert squeezed(answer) in text


def test_words_stay_apart_and_in_order() -> None:
    text = re.sub(r"\s+", " ", text_of(made()))
    for chart in shipped_charts():
        for label in chart.labels.values():
            assert label.title in text


@pytest.mark.parametrize("paper", ["a4", "letter", "fit"])
def test_each_sheet_is_a_page_and_the_chart_stays_inside_its_margins(paper: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(made(paper)))
    areas = areas_of(pdf.PAPERS[paper])
    sheets = [sheet for chart in shipped_charts() for sheet in sheets_of(chart, areas, plainly)]
    assert len(reader.pages) == len(sheets)
    for page in reader.pages:
        drawn = drawn_on(page)
        assert len(drawn) > 5
        width, height = float(page.mediabox.width), float(page.mediabox.height)
        assert all(pdf.MARGIN - 1 <= x <= width - pdf.MARGIN for _, x, _, _ in drawn)
        assert all(PRINTABLE <= y <= height - PRINTABLE for _, _, y, _ in drawn)


@pytest.mark.parametrize("paper", ["a4", "letter", "fit"])
def test_a_long_note_stays_where_every_printer_reaches(paper: str) -> None:
    chart = replace(charts.random_chart(3, 2, 1), note="Thick lines show the way. After every remedy, look again. " * 5)
    about = replace(ABOUT, foot="Knowledge 2026.11 of 2026-11-22")
    for page in pypdf.PdfReader(io.BytesIO(charts_pdf([chart], about, Setup(paper, plainly)))).pages:
        assert min(y for *_, y, _ in drawn_on(page)) >= PRINTABLE


def drawn_on(page: pypdf.PageObject) -> list[tuple[str, float, float, float]]:
    """Pieces of text on a page: the text, where it begins, and its size in points."""
    found: list[tuple[str, float, float, float]] = []

    def note(text: str, outer: list[float], inner: list[float], _font: object, size: float) -> None:
        if text.strip():
            whole = pypdf.mult(inner, outer)
            found.append((text, whole[4], whole[5], round(size * abs(whole[3]), 3)))

    page.extract_text(visitor_text=note)
    return found


def test_no_letters_are_smaller_than_8_points() -> None:
    sizes = {size for page in pypdf.PdfReader(io.BytesIO(made())).pages for *_, size in drawn_on(page)}
    assert len(sizes) > 3
    assert min(sizes) >= 8


def test_it_is_tagged_named_and_has_bookmarks() -> None:
    with pikepdf.open(io.BytesIO(made())) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == "en"
        assert root.ViewerPreferences.DisplayDocTitle
        assert str(document.docinfo.Title) == ABOUT.title
        assert document.open_metadata()["pdfuaid:part"] == "1"
        with document.open_outline() as outline:
            assert [item.title for item in outline.root] == [chart.title for chart in shipped_charts()]


def test_every_chart_has_an_alternative_text() -> None:
    with pikepdf.open(io.BytesIO(made())) as document:
        figures = [node for node in structure(document.Root.StructTreeRoot) if node.get("/S") == "/Figure"]
        assert len(figures) == len(document.pages)
        alternatives = [str(figure.Alt) for figure in figures]
    assert alternatives[0] == shipped_charts()[0].description
    assert alternatives[1] == f"{shipped_charts()[1].description} Sheet 1 of 3."


def structure(node: pikepdf.Object) -> list[pikepdf.Object]:
    """All structure elements below one."""
    found: list[pikepdf.Object] = []
    children = node.get("/K", [])
    for child in children if isinstance(children, pikepdf.Array) else [children]:
        if isinstance(child, pikepdf.Dictionary) and "/S" in child:
            found += [child, *structure(child)]
    return found


def test_all_fonts_are_embedded_and_the_text_is_in_the_sans() -> None:
    names: set[str] = set()
    for page in pypdf.PdfReader(io.BytesIO(made())).pages:
        for font in page["/Resources"]["/Font"].values():
            described = font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"].get_object()
            assert "/FontFile2" in described or "/FontFile3" in described
            names.add(str(described["/FontName"]).partition("+")[2])
    assert {name.partition("-")[0] for name in names} == {"SourceSans3"}


def test_connectors_lead_to_their_other_end_and_shapes_where_they_should() -> None:
    chart = shipped_charts()[1]
    first = chart.chart.nodes[0].id
    data = charts_pdf([replace(chart, links={first: "https://example.org/a?b=1&c=2"})], ABOUT, A4)
    with pikepdf.open(io.BytesIO(data)) as document:
        pages = {page.obj.objgen: number for number, page in enumerate(document.pages)}
        links = [(number, link) for number, page in enumerate(document.pages) for link in page.get("/Annots", [])]
        addresses = [str(link.A.URI) for _, link in links if "/A" in link]
        jumps = {(number, pages[link.Dest[0].objgen]) for number, link in links if "/Dest" in link}
    assert addresses == ["https://example.org/a?b=1&c=2"]
    assert jumps == {(0, 1), (1, 0), (1, 2), (2, 1)}


def test_two_charts_of_the_same_name_can_stand_in_one_document() -> None:
    chart = shipped_charts()[1]
    assert len(pypdf.PdfReader(io.BytesIO(charts_pdf([chart, chart], ABOUT, A4))).pages) == 6


def test_the_same_input_gives_the_same_bytes_wherever_it_is_made(tmp_path: Path) -> None:
    script = (
        "import hashlib; from tests import test_pdf as t; print(hashlib.sha256(t.made()).hexdigest());"
        "print(hashlib.sha256(b''.join(t.charts_png(t.shipped_charts()[:1], t.ABOUT, t.A4))).hexdigest())"
    )
    copy = tmp_path / "another folder"
    for room in ("kb", "engine", "trees", "tests", "voltriage"):
        shutil.copytree(ROOT / room, copy / room, ignore=shutil.ignore_patterns("__pycache__"))
    printed = {
        subprocess.run(
            [sys.executable, "-c", script],
            capture_output=True,
            encoding="utf-8",
            check=True,
            cwd=folder,
            env={"PYTHONHASHSEED": seed, "TZ": zone, "PATH": "", "HOME": str(tmp_path), "SYSTEMROOT": "C:\\Windows"},
        ).stdout
        for folder, seed, zone in ((ROOT, "1", "UTC"), (copy, "2", "Asia/Tokyo"))
    }
    assert len(printed) == 1
    assert hashlib.sha256(made()).hexdigest() in printed.pop()


def test_no_path_of_this_machine_is_in_the_file() -> None:
    with pikepdf.open(io.BytesIO(made())) as document:
        plain = io.BytesIO()
        document.save(plain, compress_streams=False, stream_decode_level=pikepdf.StreamDecodeLevel.all)
    for place in (str(ROOT), str(Path.home()), sys.prefix):
        assert place.encode() not in plain.getvalue()


def test_the_time_in_the_file_is_the_one_given() -> None:
    with pikepdf.open(io.BytesIO(made())) as document:
        assert str(document.docinfo.CreationDate) == "D:20231114221320Z"


def test_the_time_is_the_release_or_what_the_builder_of_packages_says() -> None:
    assert created("2026-01-15", {}) == 1_768_435_200
    assert created("2026-01-15", {"SOURCE_DATE_EPOCH": "12"}) == 12
    with pytest.raises(NotTypesetError, match='SOURCE_DATE_EPOCH is "soon"'):
        created("2026-01-15", {"SOURCE_DATE_EPOCH": "soon"})


def test_png_has_a_picture_for_each_page() -> None:
    pictures = charts_png(shipped_charts()[:2], ABOUT, A4, ppi=40)
    assert len(pictures) == 4
    assert all(data.startswith(b"\x89PNG") for data in pictures)


def test_a_marked_way_is_drawn() -> None:
    chart = shipped_charts()[0]
    marked = replace(chart, marks={node.id: TAKEN for node in chart.chart.nodes})
    assert charts_png([marked], ABOUT, A4, ppi=40) != charts_png([chart], ABOUT, A4, ppi=40)


def test_a_character_without_a_font_is_named() -> None:
    chart = shipped_charts()[0]
    labels = {**chart.labels, "start": charts.Label("\U0001f600 smile")}
    with pytest.raises(NotTypesetError, match=r"no font for the characters .*\U0001f600") as caught:
        charts_pdf([replace(chart, labels=labels)], ABOUT, A4)
    assert caught.value.slug == "not-typeset"


def test_a_document_of_one_s_own_can_draw_charts_too() -> None:
    source = b"""#import "chart.typ": chart
#set document(title: "Mine")
#set text(lang: "en")
= Mine
#chart(json(bytes(sys.inputs.sheet)))
"""
    import json

    chart = charts.random_chart(4, 2, 3)
    (sheet,) = sheets_of(chart, areas_of(pdf.PAPERS["a4"]), plainly)
    data = compiled_pdf(source, {"sheet": json.dumps(pdf.sheet_data(chart, sheet, 1, plainly))}, 0)
    assert all(squeezed(label.title) in squeezed(text_of(data)) for label in chart.labels.values())
