"""The coverage page as a reader meets it: by mouse and keyboard, on wide and narrow screens, light and dark."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock

from tests import npm, shipped, small
from tests.browser import chromium
from tests.coverage_pages import (
    NAMES,
    data_in,
    hostile_kb,
    hostile_sessions,
    page_of,
    report_in,
    shipped_report,
    written_kb,
)
from tests.test_web_page import AXE_RULES, DESK, MISTAKEN, PHONE, SHOWN
from tests.web_pages import opened
from trees.coverage.formats import written
from trees.coverage.web.showing import shown

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the shipped knowledge with some of its scenarios; made once for all processes of a run."""
    here = tmp_path_factory.getbasetemp()
    kept = (here.parent if "PYTEST_XDIST_WORKER" in os.environ else here) / "shipped-coverage.html"
    with FileLock(kept.with_suffix(".lock")):
        if not kept.is_file():
            report = shipped_report()
            kept.with_suffix(".json").write_text(written("json", report), encoding="utf-8", newline="\n")
            kept.write_text(page_of(shipped.FOLDER, report), encoding="utf-8", newline="\n")
    return kept.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def report(text: str) -> Any:
    return data_in(text)["report"]


@pytest.fixture
def page(browser: Browser, text: str, tmp_path: Path) -> Iterator[Page]:
    with opened(browser, text, tmp_path, viewport=DESK) as page:
        yield page


def go(page: Page, address: str) -> None:
    """Follow a link of the page."""
    page.evaluate("address => { location.hash = address; }", address)
    wait_until(page, "address => shownAt === address", address)


def wait_until(page: Page, holds: str, argument: object = None) -> None:
    """Look again and again; the page's policy forbids playwright to wait inside the page."""
    for _ in range(200):
        if page.evaluate(holds, argument):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never held: {holds}")


def first_column(page: Page) -> list[str]:
    return page.locator(".table-box tbody th a").all_inner_texts()


# Numbers --------------------------------------------------------------------------------------------------------------


def test_the_numbers_on_the_page_are_those_of_the_json_report(
    page: Page, text: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    here = tmp_path_factory.getbasetemp()
    folder = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    measures = json.loads((folder / "shipped-coverage.json").read_text(encoding="utf-8"))["measures"]
    rows = [row.inner_text().split("\t") for row in page.locator(".overview tbody tr").all()]
    names = {one["name"]: one["id"] for one in data_in(text)["report"]["measures"]}
    assert {names[name.strip()] for name, *_ in rows} == set(measures)
    for name, covered, missing, percent in rows:
        count = measures[names[name.strip()]]
        assert covered.strip() == f"{count['covered']} / {count['total']}"
        assert missing.strip() == str(count["total"] - count["covered"])
        assert percent.strip() == f"{count['percent']:.2f} %"
    percents = [float(row[3].split()[0]) for row in rows]
    assert percents == sorted(percents)


# Filter and sort ------------------------------------------------------------------------------------------------------


def test_each_table_begins_with_what_is_worst(page: Page, report: Any) -> None:
    for name, rows in (("plans", report["plans"]), ("rules", report["cards"]), ("things", report["things"])):
        go(page, name)
        counts = [row["count"] for row in rows.values()]
        worst = sorted(counts, key=lambda count: (count["hundredths"], -count["missing"]))
        assert page.locator(".table-box td.percent").all_inner_texts() == [f"{one['percent']} %" for one in worst]
        assert page.locator(".table-box th[aria-sort=ascending]").inner_text().startswith("Percent")


def test_a_click_on_a_heading_sorts_and_another_one_turns_it_round(page: Page) -> None:
    go(page, "rules")
    heading = page.locator(".table-box thead th").first
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "ascending"
    ascending = first_column(page)
    heading.get_by_role("button").click()
    assert heading.get_attribute("aria-sort") == "descending"
    assert page.locator(".table-box th[aria-sort]").count() == 1
    descending = first_column(page)
    assert ascending != descending
    assert sorted(ascending) == sorted(descending)
    assert [one for one in reversed(descending) if "Guard" not in one] == [
        one for one in ascending if "Guard" not in one
    ]


def test_words_leave_the_rows_that_have_them_all(page: Page, report: Any) -> None:
    go(page, "rules")
    page.fill("#filter", "CHANNEL 0xc004f074.YAML")
    expected = [
        card["name"]
        for card in report["cards"].values()
        if "channel" in "\n".join([*card["lines"], card["because"]]) and card["file"].endswith("0xC004F074.yaml")
    ]
    assert expected
    assert sorted(first_column(page)) == sorted(expected)
    assert page.locator("#shown").inner_text() == f"Shown: {len(expected)} of {len(report['cards'])}"
    page.fill("#filter", "no such words anywhere")
    assert first_column(page) == []


def test_only_what_is_missing_leaves_out_what_is_covered(page: Page, report: Any) -> None:
    go(page, "plans")
    page.get_by_label("Only what is missing").check()
    missing = [plan["name"] for plan in report["plans"].values() if plan["count"]["missing"]]
    assert 0 < len(missing) < len(report["plans"])
    assert sorted(first_column(page)) == sorted(missing)
    go(page, "rules")  # it stays
    assert all(number != "0" for number in page.locator(".table-box td.number:nth-last-child(2)").all_inner_texts())
    go(page, "sessions")
    assert page.get_by_label("Only what is missing").count() == 0
    assert len(first_column(page)) == len(report["sessions"])


def test_the_keyboard_alone_filters_sorts_opens_a_rule_and_comes_back(page: Page) -> None:
    def tab_to(selector: str) -> Locator:
        for _ in range(60):
            page.keyboard.press("Tab")
            if page.evaluate("one => document.activeElement.matches(one)", selector):
                return page.locator(":focus")
        raise AssertionError(f"{selector} cannot be reached")

    tab_to("a.tab[href='#rules']").press("Enter")
    wait_until(page, "document.activeElement.id === 'top'")
    tab_to("#filter").press_sequentially("few_")
    page.keyboard.press("Backspace")
    page.keyboard.press("Control+A")
    page.keyboard.type("f074")
    tab_to("#only-missing").press("Space")
    tab_to(".sort").press("Enter")
    assert page.locator(".table-box th[aria-sort=ascending]").inner_text().startswith("Rule or guard")
    tab_to(".table-box tbody a")
    name = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("Enter")
    wait_until(page, "document.activeElement.tagName === 'H3'")
    assert page.evaluate("document.activeElement.textContent") == name
    assert page.evaluate("document.activeElement.getBoundingClientRect().top") < DESK["height"] / 2
    tab_to("summary").press("Enter")
    page.go_back()
    page.wait_for_selector("#filter")
    assert page.input_value("#filter") == "f074"
    assert page.is_checked("#only-missing")


def test_the_skip_link_leads_to_the_heading(page: Page) -> None:
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "top"


def test_colours_turn_in_place_and_stay_so(page: Page) -> None:
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#theme")
    dark = page.evaluate(ground)
    assert dark != light
    assert page.evaluate("document.activeElement.id") == "theme"
    page.reload()
    assert page.evaluate(ground) == dark


# Rules, charts, sessions ----------------------------------------------------------------------------------------------


def test_a_rule_shows_its_yaml_as_it_stands_with_what_each_condition_was(page: Page, report: Any) -> None:
    address = next(
        address
        for address, card in report["cards"].items()
        if card.get("state") == "tried" and len(card["conditions"]) > 1 and card["failed"]
    )
    card = report["cards"][address]
    go(page, address)
    part = page.locator("article", has=page.locator(f"h3:text-is('{card['name']}')"))
    in_file = (shipped.FOLDER / card["file"]).read_text(encoding="utf-8").splitlines()[card["first"] - 1 :]
    lines = part.locator(".line code").all_text_contents()
    assert [line.strip() for line in lines] == [line.strip() for line in in_file[: len(lines)]]
    assert part.locator(".name").all_text_contents() == [one["subject"] for one in card["conditions"]]
    assert part.locator(".pills .pill").inner_text() == "✗never fired"
    assert card["told"] in part.inner_text()
    for condition, result in zip(card["conditions"], part.locator(".result").all(), strict=True):
        sides = [(condition[side]["by"], side) for side in ("true", "false")]
        said = [f"✓{side}: {len(by)}" if by else f"✗never {side}" for by, side in sides]
        assert result.locator(".pill").all_inner_texts() == said
    failed = card["failed"][0]
    part.locator(".failures summary").first.click()
    part.locator(".failures .sessions").first.wait_for()
    names = [report["sessions"][number]["name"] for number in failed["by"]]
    assert part.locator(".failures .sessions").first.locator("a").all_inner_texts() == names


def test_what_cannot_be_says_why(page: Page, report: Any) -> None:
    address, reason = next(
        (address, one["false"]["cannot"])
        for address, card in report["cards"].items()
        for one in card["conditions"]
        if one["false"].get("cannot")
    )
    go(page, address)
    part = page.locator("article", has=page.locator(".pill.cannot")).first
    part.locator("details > summary").last.click()
    assert part.get_by_text(reason).count() == 1


def test_sources_are_links_with_their_dates(page: Page, report: Any) -> None:
    address, source = next(
        (address, source)
        for address, card in report["cards"].items()
        for source in card.get("sources", [])
        if "url" in source and "(of " in source["text"]
    )
    go(page, address)
    link = page.get_by_role("link", name=source["text"]).first
    assert link.get_attribute("href") == source["url"]
    assert re.search(r"\(of \d{4}-\d\d-\d\d, checked \d{4}-\d\d-\d\d\)$", source["text"])


def test_the_chart_of_a_code_is_drawn_with_what_was_missed_and_leads_to_rules(page: Page) -> None:
    go(page, "codes/0xC004F074")
    page.wait_for_selector(".chart-box svg")
    assert page.locator(".chart-box svg path.vt-s-mark").count() > 0
    assert "what no session reached" in page.locator(".chart-box svg").text_content()
    page.locator(".chart-box svg a[href='#rules/f074_retry']").first.click()
    wait_until(page, "document.activeElement.textContent === 'f074_retry'")


def test_a_session_tells_what_it_covered(page: Page, report: Any) -> None:
    rules = [card for card in report["cards"].values() if card.get("fired")]
    number = next(card["fired"]["by"][0] for card in rules if card["fired"]["by"])
    go(page, f"sessions/{number}")
    assert page.locator("h1").inner_text() == report["sessions"][number]["name"]
    fired = [card["name"] for card in rules if number in card["fired"]["by"]]
    assert page.locator("section", has_text="Rules that fired").locator("a").all_inner_texts() == fired
    said = [item for thing in report["things"].values() for item in thing["items"] if number in item["by"]]
    assert page.locator("section", has_text="Answers, remedies and causes").locator("a").count() == len(said)


def test_an_address_of_nothing_shows_the_start(page: Page) -> None:
    for address in ("rules/none", "sessions/99999", "sessions/x", "%", "constructor", "__proto__"):
        page.evaluate("address => { location.hash = address; show(true); }", address)
        assert page.locator("h1").inner_text().startswith("Coverage of the knowledge base")


def test_where_no_program_runs_the_totals_are_read(browser: Browser, text: str, tmp_path: Path) -> None:
    with opened(browser, text, tmp_path, java_script_enabled=False) as page:
        assert "Coverage of knowledge base" in page.locator("noscript, main").first.inner_text()


# Texts ----------------------------------------------------------------------------------------------------------------


def test_hostile_texts_are_shown_and_never_become_markup(browser: Browser, tmp_path: Path) -> None:
    folder = hostile_kb(tmp_path / "kb")
    text = page_of(folder, report_in(folder, hostile_sessions()))
    report = data_in(text)["report"]
    with opened(browser, text, tmp_path) as page:
        addresses = ["plans", "rules", "things", "sessions", *report["plans"], *report["cards"], *report["things"]]
        for address in [*addresses, *(f"sessions/{number}" for number in range(len(report["sessions"])))]:
            go(page, address)
            page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
            assert page.locator("main script, main img, main svg[onload]").count() == 0
        go(page, "rules/few_servers")
        page.wait_for_selector(".chart-box svg")
        assert "# </script> ]]> ⟨U+202E⟩ -->" in page.locator(".line code").all_text_contents()[-1] or any(
            "⟨U+202E⟩" in line for line in page.locator(".line code").all_text_contents()
        )
        go(page, "sessions")
        assert set(first_column(page)) >= {shown(name) for name in NAMES}
        assert page.evaluate("window.bad") is None


def test_the_page_speaks_the_reader_s_language(browser: Browser, tmp_path: Path) -> None:
    folder = written_kb(tmp_path / "kb")
    text = page_of(folder, report_in(folder), "de")
    with opened(browser, text, tmp_path) as page:
        assert page.evaluate("document.documentElement.lang") == "de"
        go(page, "questions/place")
        assert page.locator("h1").inner_text() == "Wo steht der Computer?"


# Checkers -------------------------------------------------------------------------------------------------------------

TABLES = ("plans", "rules", "things", "sessions")
SMALL = (*TABLES, f"codes/{small.COUNT}", "rules/wrong_key", "questions/place", "remedies/open_door", "sessions/1")
SHIPPED = (*TABLES, "codes/0xC004F074", "rules/f074_no_event", "questions/channel", "sessions/1")


def shown_views(page: Page, views: tuple[str, ...]) -> Iterator[str]:
    """Each of these views while it is shown, with everything in it opened."""
    for view in views:
        go(page, view)
        if page.locator(".chart-box").count():
            page.wait_for_selector(".chart-box svg")
        page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
        yield view


@pytest.fixture(scope="module")
def small_text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The page of the small knowledge base: it has everything once, and is checked quickly."""
    folder = written_kb(tmp_path_factory.mktemp("small") / "kb")
    return page_of(folder, report_in(folder))


def test_the_page_is_valid_html(small_text: str, browser: Browser, tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("Java is not installed")
    checker = npm.folder_with("vnu-jar@26") / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    files = [tmp_path / "page.html"]
    files[0].write_text(small_text, encoding="utf-8")
    with opened(browser, small_text, tmp_path) as page:
        for number, _ in enumerate(shown_views(page, SMALL)):
            files.append(tmp_path / f"shown{number}.html")
            files[-1].write_text(f"<!DOCTYPE html>\n{page.evaluate(SHOWN)}", "utf-8")
    done = subprocess.run(
        [java, "-jar", str(checker), "--format", "json", *map(str, files)],
        capture_output=True,
        timeout=240,
        check=False,
    )
    messages = [one for one in json.loads(done.stderr)["messages"] if not one["message"].startswith(MISTAKEN)]
    assert messages == []


def broken_rules(page: Page) -> list[tuple[str, str]]:
    """What stands in the way of some readers, as axe tells."""
    found = page.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
    return [(one["id"], one["nodes"][0]["html"][:300]) for one in found["violations"]]


@pytest.mark.parametrize(
    ("screen", "colours"),
    [
        pytest.param(DESK, "light", id="desk-light"),
        pytest.param(PHONE, "dark", id="phone-dark"),
        pytest.param(DESK, "dark", id="desk-dark", marks=pytest.mark.exhaustive),
        pytest.param(PHONE, "light", id="phone-light", marks=pytest.mark.exhaustive),
    ],
)
def test_everybody_can_use_the_page(
    browser: Browser, small_text: str, tmp_path: Path, screen: dict[str, int], colours: str
) -> None:
    axe = npm.folder_with("axe-core@4") / "node_modules" / "axe-core" / "axe.min.js"
    with opened(browser, small_text, tmp_path, viewport=screen, color_scheme=colours) as page:
        page.evaluate(axe.read_text(encoding="utf-8") + "; 0")
        for name in shown_views(page, SMALL):
            assert broken_rules(page) == [], name


@pytest.mark.exhaustive
@pytest.mark.parametrize(("screen", "colours"), [(DESK, "light"), (PHONE, "dark")], ids=["desk-light", "phone-dark"])
def test_everybody_can_use_a_large_page(
    browser: Browser, text: str, tmp_path: Path, screen: dict[str, int], colours: str
) -> None:
    axe = npm.folder_with("axe-core@4") / "node_modules" / "axe-core" / "axe.min.js"
    with opened(browser, text, tmp_path, viewport=screen, color_scheme=colours) as page:
        page.evaluate(axe.read_text(encoding="utf-8") + "; 0")
        for name in shown_views(page, SHIPPED):
            assert broken_rules(page) == [], name


def test_nothing_is_wider_than_a_phone(browser: Browser, text: str, tmp_path: Path) -> None:
    with opened(browser, text, tmp_path, viewport=PHONE) as page:
        for name in shown_views(page, SHIPPED):
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], name
