"""The traceability page as a reader meets it: in a real browser, filtered, light and dark, narrow, printed."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import npm, small
from tests.browser import chromium
from tests.small import call
from tests.test_tracing import ROWS, TABLES, write

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MARKUP = '</script><script>window.bad = 1</script><img src=x onerror="window.bad = 1">&lt;b>'
MISTAKEN = "Inline script violates Content Security Policy"
"""What the checker says of any script of several lines whose hash the policy has; the browser runs it (see below)."""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def shipped_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("trace") / "trace.html"
    assert call("check", "--trace", file, "--lang", "en").code == 0
    return file


def opened(browser: Browser, file: Path, **options: object) -> Page:
    page = browser.new_page(**{"viewport": DESK, **options})  # type: ignore[arg-type]
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("request", lambda request: errors.append(request.url) if not request.url.startswith("file:") else None)
    page.goto(file.as_uri())
    page.wait_for_selector("table.trace")
    assert errors == []
    return page


def shown(page: Page) -> list[str]:
    """What the visible rows say."""
    rows: list[str] = page.eval_on_selector_all(
        "table.trace tr:not(.group)",
        "rows => rows.slice(1).filter(row => row.offsetHeight).map(row => row.cells[1].innerText)",
    )
    return rows


def test_a_reader_finds_a_cell_by_what_it_says_by_its_code_and_by_a_rule(browser: Browser, shipped_file: Path) -> None:
    page = opened(browser, shipped_file)
    assert len(shown(page)) == 396
    page.fill("#search", "0xC004F06C directory SERVICES")
    assert shown(page) == ["Or from Active Directory Domain Services."] * 2
    page.select_option("#in-table", "seed")
    assert shown(page) == ["Or from Active Directory Domain Services."]
    assert page.inner_text("#found") == "Cells shown: 1 of 396"
    assert page.locator("table.trace .group:visible").count() == 1
    page.select_option("#in-table", "")
    page.fill("#search", "f92328_othr")
    assert shown(page) == []
    page.fill("#search", "F92328_OTHER")
    assert shown(page) == ["Follow the common procedures for KMS and DNS."]
    page.fill("#search", "")
    page.select_option("#standing", "left-out")
    assert len(shown(page)) == 3
    page.select_option("#in-column", "cause")
    assert shown(page) == ["Synchronised clocks matter for system and network security."]
    page.close()


def test_what_stands_behind_a_cell_can_be_read(browser: Browser, shipped_file: Path) -> None:
    page = opened(browser, shipped_file)
    page.fill("#search", "0xC004F014 pid.txt")
    page.select_option("#in-table", "microsoft")
    row = page.locator("table.trace tr:not(.group):visible").nth(1)
    assert row.locator("th").inner_text() == "Remedy"
    assert "f014_gvlk" in row.locator(".chains").inner_text()
    assert "→ Install the KMS client setup key of the installed edition" in row.locator(".chains").inner_text()
    link = row.locator(".sources a").first
    assert (link.get_attribute("href") or "").startswith("https://")
    assert "checked 20" in link.inner_text()
    row.locator("summary").first.focus()
    page.keyboard.press("Enter")
    row.locator("details li").first.wait_for()
    assert ".scenario.yaml" in row.locator("details").first.inner_text()
    page.close()


def test_no_text_becomes_markup_and_no_address_a_program(browser: Browser, tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    rows = ROWS.replace("The door is closed.", json.dumps(MARKUP)).replace("=Refused", MARKUP.replace('"', '\\"'))
    write(
        folder,
        {
            "trace/tables.yaml": TABLES.replace("https://example.org/codes", "javascript:alert(1)"),
            "trace/rows.yaml": rows,
        },
    )
    file = tmp_path / "trace.html"
    assert call("check", "--kb", folder, "--trace", file, "--lang", "en").code == 0
    page = opened(browser, file)
    assert page.evaluate("window.bad") is None
    assert [text for text in shown(page) if text.startswith("</script>")] == [MARKUP] * 2
    assert page.locator("main img").count() == 0
    assert page.locator('a[href^="javascript:"]').count() == 0
    page.close()


def test_the_page_speaks_german(browser: Browser, tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    write(folder, {"trace/tables.yaml": TABLES, "trace/rows.yaml": ROWS})
    assert call("check", "--kb", folder, "--trace", tmp_path / "trace.html", "--lang", "de").code == 0
    page = opened(browser, tmp_path / "trace.html")
    assert page.get_attribute("html", "lang") == "de"
    assert "Die Tür ist zu." in shown(page)
    page.close()


def test_the_colours_can_be_changed(browser: Browser, shipped_file: Path) -> None:
    page = opened(browser, shipped_file, color_scheme="light")
    page.click("#theme")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    assert page.evaluate("document.activeElement.id") == "theme"
    page.close()


def test_paper_has_the_whole_table_and_nothing_to_press(browser: Browser, shipped_file: Path) -> None:
    page = opened(browser, shipped_file)
    page.fill("#search", "0xC004C008")
    page.emulate_media(media="print")
    assert len(shown(page)) == 12
    assert page.locator("form:visible, button:visible, summary:visible").count() == 0
    assert page.evaluate("getComputedStyle(document.querySelector('.trace thead')).display") == "table-header-group"
    page.close()


def test_the_page_is_valid_html(browser: Browser, shipped_file: Path, tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("Java is not installed")
    checker = npm.folder_with("vnu-jar@26") / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    page = opened(browser, shipped_file)
    made = tmp_path / "made.html"
    made.write_text(
        f"<!DOCTYPE html>\n{page.evaluate('document.documentElement.outerHTML')}", encoding="utf-8", newline="\n"
    )
    page.close()
    done = subprocess.run(
        [java, "-jar", str(checker), "--format", "json", str(shipped_file), str(made)],
        capture_output=True,
        timeout=240,
        check=False,
    )
    messages = [one for one in json.loads(done.stderr)["messages"] if not one["message"].startswith(MISTAKEN)]
    assert messages == []


@pytest.mark.parametrize(
    ("screen", "colours"),
    [
        pytest.param(DESK, "light", id="desk-light"),
        pytest.param(PHONE, "dark", id="phone-dark"),
        pytest.param(DESK, "dark", id="desk-dark", marks=pytest.mark.exhaustive),
        pytest.param(PHONE, "light", id="phone-light", marks=pytest.mark.exhaustive),
    ],
)
def test_everybody_can_use_the_page(browser: Browser, shipped_file: Path, screen: dict[str, int], colours: str) -> None:
    axe = npm.folder_with("axe-core@4") / "node_modules" / "axe-core" / "axe.min.js"
    page = opened(browser, shipped_file, viewport=screen, color_scheme=colours)
    page.fill("#search", "0xC004F0")
    page.select_option("#in-table", "seed")
    page.locator("table.trace summary:visible").first.click()
    page.evaluate(axe.read_text(encoding="utf-8") + "; 0")
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
    assert [(one["id"], one["nodes"][0]["html"][:300]) for one in found["violations"]] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"]
    page.close()
