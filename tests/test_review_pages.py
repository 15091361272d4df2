"""The report for reviewers as its readers meet it: the page in a real browser, the PDF read back."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from itertools import pairwise, product
from pathlib import Path
from typing import TYPE_CHECKING

import pikepdf
import pypdf
import pytest

from kb.model import Text
from kb.reviews import Review
from kb.texts import Texts
from tests import npm, runbooks, shipped, small
from tests.browser import chromium
from tests.hostile import PIECES
from tests.web_pages import opened
from trees.reading import Reading, plainly
from trees.review.material import Known, Reviewed
from trees.review.page import review_html
from trees.review.parts import Report
from trees.review.printed import Edition, command_width, review_pdf
from trees.review.whole import Order, report_of
from voltriage.wording import Wording

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.slow
CREATED = 1_700_000_000
LANGUAGES = ("en", "de")
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
HOSTILE = "<b onclick=x()>&amp;\"'</style></script><script>x()</script>]]> \u2028 #let \\n @x $y$ *z* _w_ -- ~ `q`"


def made(base: str, language: str) -> tuple[Report, Reading]:
    """The report of a knowledge base with made-up reviews of every kind."""
    kept = {"small": small.opened, "shipped": shipped.opened}[base]()
    texts = {name: Texts(name, kept.translations) for name in LANGUAGES}
    known = Known(kept.kb, {"de": texts["de"]})
    reading = Reading(kept.kb, texts[language], Wording(language), language)
    return report_of(Reviewed(known, reviews(known)), reading, Order(2, "my-knowledge", command_width("a4"))), reading


def reviews(known: Known) -> Sequence[Review]:
    """The first rule is approved, the second rejected, the third has changed."""
    verdicts = ("approved", "rejected", "approved")
    made_up = [
        Review(rule, known.meanings[rule].hash, "Owner of the keys", "2026-01-12", verdict, "So.", line)
        for line, (rule, verdict) in enumerate(zip(known.rules, verdicts, strict=False), 1)
    ]
    return [*made_up[:2], replace(made_up[2], meaning="0" * 16)]


@cache
def page(base: str, language: str) -> str:
    return review_html(*made(base, language))


@cache
def pdf(base: str, language: str) -> bytes:
    return review_pdf(*made(base, language), Edition("a4", CREATED))


def hostile() -> tuple[Report, Reading]:
    """A report in which every text of the knowledge, and every word of a reviewer, wants to be markup."""
    kb = small.knowledge()

    def texts(text: Text | None) -> str:
        return f"{HOSTILE} {text.en}" if text else ""

    known = Known(kb, {})
    said = [replace(review, by=HOSTILE, note=HOSTILE) for review in reviews(known)]
    return report_of(Reviewed(known, said), Reading(kb, texts, plainly, "en"), Order(0, HOSTILE, 400.0)), Reading(
        kb, texts, plainly, "en"
    )


# The page -------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as one:
        yield one


MISTAKEN = "Inline style violates Content Security Policy"
"""What the checker says of a style of several lines whose hash the policy has; the browser heeds it (`opened`)."""


def test_the_checker_of_html_finds_nothing(tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("Java is not installed")
    checker = npm.folder_with("vnu-jar@26") / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    texts = {"small": page("small", "en"), "shipped": page("shipped", "en"), "hostile": review_html(*hostile())}
    files = [tmp_path / f"{name}.html" for name in texts]
    for file, text in zip(files, texts.values(), strict=True):
        file.write_text(text, encoding="utf-8", newline="\n")
    command = [java, "-jar", str(checker), "--format", "json", *map(str, files)]
    done = subprocess.run(command, capture_output=True, timeout=240, check=False)
    assert [one for one in json.loads(done.stderr)["messages"] if not one["message"].startswith(MISTAKEN)] == []


SCREENS = {"wide": {"width": 1200, "height": 900}, "narrow": {"width": 390, "height": 844}}


@pytest.mark.parametrize(("screen", "colours", "language"), [*product(SCREENS, ("light", "dark"), LANGUAGES)])
def test_axe_finds_nothing_and_nothing_is_wider_than_the_screen(
    browser: Browser, screen: str, colours: str, language: str, tmp_path: Path
) -> None:
    axe = npm.folder_with("axe-core@4") / "node_modules" / "axe-core" / "axe.min.js"
    size = SCREENS[screen]
    with opened(browser, page("small", language), tmp_path, viewport=size, color_scheme=colours) as shown:
        shown.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert shown.evaluate("document.documentElement.scrollWidth") <= size["width"]
        shown.evaluate(axe.read_text(encoding="utf-8") + "; 0")
        found = shown.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
        assert [(one["id"], one["nodes"][0]["html"][:300]) for one in found["violations"]] == []


def test_no_shipped_word_is_wider_than_a_phone(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, page("shipped", "de"), tmp_path, viewport=SCREENS["narrow"]) as shown:
        shown.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        assert shown.evaluate("document.documentElement.scrollWidth") <= SCREENS["narrow"]["width"]
        assert shown.evaluate("getComputedStyle(document.querySelector('.told')).fontWeight") == "600"


@pytest.mark.parametrize("base", ["small", "shipped"])
def test_every_link_leads_to_its_place_and_no_place_is_there_twice(base: str, browser: Browser, tmp_path: Path) -> None:
    with opened(browser, page(base, "en"), tmp_path) as shown:
        places = shown.evaluate("[...document.querySelectorAll('[id]')].map(one => one.id)")
        links = shown.evaluate("[...document.querySelectorAll('a')].map(one => one.getAttribute('href'))")
    assert len(places) == len(set(places))
    assert {link.removeprefix("#") for link in links} <= set(places)
    assert len(links) > len(made(base, "en")[0].views)


def test_hostile_texts_are_shown_and_never_become_markup(browser: Browser, tmp_path: Path) -> None:
    with opened(browser, review_html(*hostile()), tmp_path) as shown:
        assert shown.evaluate("document.querySelectorAll('script, b, [onclick]').length") == 0
        assert shown.inner_text("main").count("<b onclick=x()>&amp;") > 50


def test_any_piece_of_text_fits_into_a_page() -> None:
    kb = small.knowledge()
    reading = Reading(kb, lambda text: "".join(PIECES) if text else "", plainly, "en")
    text = review_html(report_of(Reviewed(Known(kb, {}), ()), reading, Order(0, "x", 400.0)), reading)
    assert text.encode()


# The PDF --------------------------------------------------------------------------------------------------------------


def text_of(data: bytes) -> str:
    return "".join("".join(one.extract_text().split()) for one in pypdf.PdfReader(io.BytesIO(data)).pages)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_is_in_the_pdf(language: str) -> None:
    report, _ = made("small", language)
    text = text_of(pdf("small", language))
    for chapter in (*report.codes, *report.procedures):
        for entry in chapter.entries:
            if entry.sentence:
                sentence = entry.sentence
                heads = [part for clause in sentence.conditions for part in (clause.text, *clause.ways, clause.why)]
                parts = [*heads, sentence.conclusion, sentence.reason, sentence.sources, entry.meaning, entry.standing]
                assert [part for part in (*parts, *entry.reviews) if "".join(part.split()) not in text] == []
    for told in (report.summary.state, *report.summary.missing, *report.summary.steps):
        assert "".join(told.split()) in text


@pytest.mark.parametrize(("base", "language"), [("small", "en"), ("small", "de"), ("shipped", "de")])
def test_the_pdf_is_tagged_in_its_language(base: str, language: str) -> None:
    with pikepdf.open(io.BytesIO(pdf(base, language))) as document:
        root = document.Root
        assert root.MarkInfo.Marked
        assert str(root.Lang) == language
        assert str(document.docinfo.Title) == made(base, language)[0].title
        assert document.open_metadata()["pdfuaid:part"] == "1"
        kinds = [str(element.S) for element in runbooks.structure(document)]
        with document.open_outline() as outline:
            assert len(outline.root) == 5
    assert {"/H1", "/H2", "/Table", "/TH", "/Link", "/Code"} <= set(kinds)
    headings = [int(kind[2:]) for kind in kinds if kind[1:2] == "H" and kind[2:].isdigit()]
    assert all(later <= earlier + 1 for earlier, later in pairwise(headings))


@pytest.mark.parametrize("base", ["small", "shipped"])
def test_the_checker_for_pdf_ua_finds_nothing(base: str, tmp_path: Path) -> None:
    file = tmp_path / "review.pdf"
    file.write_bytes(pdf(base, "de"))
    command = [sys.executable, "-m", "pdfua", "check", str(file)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_hostile_texts_are_set_as_they_stand() -> None:
    text = text_of(review_pdf(*hostile(), Edition("letter", CREATED)))
    assert text.count("<bonclick=x()>&amp;\"'</style></script><script>x()") > 50
    assert "#let\\n@x$y$*z*_w_--~`q`" in text
