"""The interactive runbook as a reader meets it: by mouse and keyboard, on wide and narrow screens, both languages."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Container, Iterator
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.case import Answered, Tried
from engine.session import Session
from engine.unfold import ASK, PROPOSE
from kb import words
from kb.client_keys import CLIENT_KEYS
from kb.model import Question
from kb.site import Host, Runbook, Site
from kb.spelling import find_codes
from kb.texts import Texts
from tests import npm, shipped, small
from tests.browser import chromium
from tests.hostile import PASTES, PIECES
from tests.web_pages import console_readers, opened, shipped_page, small_page, ways_to
from trees.reading import Reading, plainly
from trees.web import About, runbook_html
from trees.web.page import _SCRIPTS
from trees.web.sentences import sentences
from trees.web.shell import STATIC
from voltriage.naming import outcome_name
from voltriage.note import note_of
from voltriage.safety import without_keys
from voltriage.wording import Wording

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.slow
DESK = {"width": 1280, "height": 900}
PHONE = {"width": 360, "height": 740}
CODE = "0xC004F074"
AXE_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
SITE = Site(
    file="voltriage.yaml",
    kms_hosts=(Host("kms1.corp.example"), Host("kms2.corp.example", 1689)),
    contacts={"kms_host": "Key team, ext. 4711", "dns_server": "<b>names</b> & `hosts`"},
    answers={"kms_count": "18"},
    forbidden={"create_srv_record": "Only the DNS team writes <records>."},
    runbook=Runbook("IT-42", "Key team", "", "2027-01-31", "internal"),
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    return shipped_page(tmp_path_factory)


@pytest.fixture
def page(browser: Browser, text: str, tmp_path: Path) -> Iterator[Page]:
    with opened(browser, text, tmp_path, viewport=DESK) as page:
        yield page


def step_of(page: Page) -> Any:
    return page.evaluate("app.session && app.session.step")


# By mouse and keyboard ------------------------------------------------------------------------------------------------


def test_a_code_in_any_spelling_opens_its_case(page: Page) -> None:
    page.fill("#search", "Fehler: c004 f074")
    page.keyboard.press("Enter")
    assert page.locator("h1").inner_text().startswith("0xC004F074 (C004 F074)")
    assert page.title() == "0xC004F074 – Activation runbook"


def test_words_of_a_message_find_its_code(page: Page) -> None:
    page.fill("#search", "Key Management Service (KMS) konnte nicht erreicht werden")
    assert page.locator(".code-item .code").first.inner_text() == CODE
    page.fill("#search", "no such words anywhere at all")
    assert page.locator(".code-item").count() == 0


def test_a_code_that_is_not_in_the_knowledge_is_helped_too(page: Page) -> None:
    page.fill("#search", "0x8000EEEE")
    page.click(".code-item")
    assert "0x8000EEEE is not in this knowledge base." in page.locator("h1").inner_text()
    assert step_of(page)["state"] == "question"


def test_a_case_can_be_led_with_the_keyboard_alone(page: Page) -> None:
    page.keyboard.type("0xC004F038")
    page.keyboard.press("Enter")
    for _ in range(3):
        assert page.evaluate("document.activeElement.id") == "step"
        before = step_of(page)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.matches('.answers .button')")
        page.keyboard.press("Enter")
        assert step_of(page) != before
    page.focus("#back")
    page.keyboard.press("Enter")
    assert page.evaluate("app.session.events.length") == 2


def test_every_kind_of_answer_can_be_clicked(page: Page) -> None:
    page.goto(f"{page.url.split('#')[0]}#{CODE}")
    page.evaluate("app.open('0xC004F074')")
    asked = set()
    for _ in range(30):
        step = step_of(page)
        if step["state"] != "question":
            break
        kind = page.evaluate("question(app.session.step.question).kind")
        asked.add(kind)
        page.locator(".card .button.answer").last.click()
        assert step_of(page) != step
    assert {"choice", "yes-no"} <= asked
    assert page.locator(".so-far li").count() == page.evaluate("app.session.events.length")


def test_a_number_answers_all_questions_about_its_measure(page: Page) -> None:
    to_a(page, ASK, {key for key, question in shipped.knowledge().questions.items() if question.threshold})
    page.fill("#number", "eighteen")
    page.press("#number", "Enter")
    assert page.locator("#number-problem").inner_text() == "Type a whole number."
    page.fill("#number", "18")
    page.press("#number", "Enter")
    measure = [event for event in page.evaluate("app.session.events") if event["value"] == 18]
    assert len(measure) == 1


def to_a(page: Page, kind: str, subjects: Container[str]) -> None:
    """Open a case that has such a question or remedy, and go there."""
    game = next(ways_to(shipped.knowledge(), kind, subjects))
    page.evaluate("code => app.open(code)", game.code)
    for what, value, _ in game.acts:
        page.evaluate("([what, value]) => app[what](value)", [what, value])


def questions_at(place: str) -> set[str]:
    return {key for key, question in shipped.knowledge().questions.items() if question.where == place}


def test_what_nobody_can_look_at_is_not_asked_and_goes_on_the_list(page: Page) -> None:
    to_a(page, ASK, questions_at("kms_host"))
    page.get_by_role("button", name="I can't look there").click()
    assert "KMS host" in page.locator(".notice").inner_text()
    assert "To be looked up: KMS host" in page.locator("#note").text_content()
    for _ in range(80):
        step = step_of(page)
        if step["state"] == "escalated":
            return
        if step["state"] == "question":
            assert page.evaluate("question(app.session.step.question).where") != "kms_host"
            page.evaluate("app.answer('unknown')")
        else:
            page.evaluate("app.outcome('not-fixed')")
    raise AssertionError("the case does not end")


def test_another_code_goes_on_there_and_the_first_one_again_is_a_circle(page: Page) -> None:
    page.evaluate("app.open('0xC004F074')")
    page.get_by_text("Another code is shown now").click()
    page.fill("#shown-code", "0xC004F038")
    page.press("#shown-code", "Enter")
    assert page.locator("h1").inner_text().startswith("0xC004F038")
    page.fill("#shown-code", "nothing")
    page.press("#shown-code", "Enter")
    assert "no error code" in page.locator("#shown-code-problem").inner_text()
    page.fill("#shown-code", "c004f074")
    page.press("#shown-code", "Enter")
    assert "The case came back to a code it had already left." in page.locator(".card").inner_text()


def to_a_grave_remedy(page: Page) -> None:
    to_a(page, PROPOSE, {key for key, remedy in shipped.knowledge().remedies.items() if remedy.consent})


def test_a_grave_remedy_shows_no_command_before_somebody_agrees_in_full_words(page: Page) -> None:
    to_a_grave_remedy(page)
    commands = page.locator(".card .command")
    assert commands.count() == 0
    page.fill("#consent", "yes")
    page.press("#consent", "Enter")
    assert page.locator("#consent-problem").inner_text() == "Not agreed; nothing was noted."
    page.fill("#consent", "I agree")
    page.press("#consent", "Enter")
    assert page.locator(".button.outcome").count() == 5
    page.get_by_role("button", name="Declined").click()
    assert page.evaluate("app.session.events.at(-1).outcome") == "declined"


def test_note_and_commands_are_copied_exactly(browser: Browser, text: str, tmp_path: Path) -> None:
    with opened(browser, text, tmp_path, permissions=["clipboard-read", "clipboard-write"]) as page:
        page.evaluate("app.open('0xC004F074')")
        page.locator(".copy").first.click()
        page.get_by_text("Copied.").wait_for()
        command = page.locator(".command code").first.text_content()
        assert page.evaluate("navigator.clipboard.readText()") == command
        page.click("#copy-note")
        page.wait_for_function("navigator.clipboard.readText().then((text) => text.startsWith('# '))")
        session = Session(shipped.knowledge(), CODE)
        assert page.evaluate("navigator.clipboard.readText()") == note_of(session, console_readers()["en"])


def test_the_browsers_own_back_and_forward_lead_through_the_case(page: Page) -> None:
    page.evaluate("app.open('0xC004F074')")
    first = step_of(page)
    page.locator(".button.answer").first.click()
    second = step_of(page)
    page.go_back()
    assert step_of(page) == first
    page.go_forward()
    assert step_of(page) == second
    page.go_back()
    page.go_back()
    assert step_of(page) is None


def test_a_shape_of_the_chart_is_marked_and_a_way_behind_it(page: Page) -> None:
    page.evaluate("app.open('0xC004F074')")
    page.locator(".button.answer").first.click()
    page.wait_for_selector(".chart-box .here")
    here = page.locator(".chart-box .here").get_attribute("id")
    assert page.evaluate("'chart-' + app.session.course.walked.place.at(-1).join('-')") == here
    assert page.locator(".chart-box .passed").count() > 1


def test_language_and_colours_turn_in_place(page: Page) -> None:
    page.evaluate("app.open('0xC004F074')")
    page.locator(".button.answer").first.click()
    step = step_of(page)
    page.click("#speak-de")
    assert page.evaluate("document.documentElement.lang") == "de"
    assert step_of(page) == step
    assert page.evaluate("document.activeElement.id") == "speak-de"
    assert page.locator("h2#step").inner_text() == page.evaluate("texts(question(app.session.step.question).text)")
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.click("#theme")
    assert page.evaluate(ground) != light


@pytest.mark.parametrize(("locale", "language"), [("de-AT", "de"), ("en-GB", "en"), ("fr-FR", "en")])
def test_it_opens_in_the_browser_s_language(
    locale: str, language: str, browser: Browser, text: str, tmp_path: Path
) -> None:
    with opened(browser, text, tmp_path, locale=locale) as page:
        assert page.evaluate("document.documentElement.lang") == language


def test_the_language_that_was_asked_for_goes_before_the_browser_s_and_the_reader_s_choice_before_both(
    browser: Browser, tmp_path: Path
) -> None:
    kb = small.knowledge()
    texts = {each: Reading(kb, Texts(each, small.opened().translations), Wording(each), each) for each in ("de", "en")}
    text = runbook_html(kb, texts, list(kb.codes), About("1.0", language="de"))
    with opened(browser, text, tmp_path, locale="en-GB") as page:
        assert page.evaluate("document.documentElement.lang") == "de"
        page.click("#speak-en")
        page.reload()
        assert page.evaluate("document.documentElement.lang") == "en"


@pytest.mark.parametrize("language", ["en", "de"])
def test_buttons_name_outcomes_as_the_console_does(language: str) -> None:
    say = Wording(language)
    buttons = {"Fixed": words.FIXED, "Not fixed": words.NOT_FIXED, "Pending": words.PENDING}
    buttons |= {"Blocked": words.BLOCKED, "Declined": words.DECLINED}
    for sentence, outcome in buttons.items():
        assert sentences(say)[sentence].casefold() == outcome_name(say, outcome).casefold()


# What it holds --------------------------------------------------------------------------------------------------------


def test_codes_are_found_in_whatever_people_paste_as_the_program_finds_them(page: Page) -> None:
    known = list(shipped.knowledge().codes)
    values = [int(code, 16) for code in known if code != words.UNKNOWN_CODE]
    forms = ["0x{:08x}", "{:08X}", "0X{:08X}", "Ox{:08X}.", "error {:08x}!", "HRESULT=0x{:08X}UL"]
    written = [form.format(value) for form, value in product(forms, values)]
    written += [f"({value - 2**32})" for value in values] + [f" {value} " for value in values]
    written += [f"{value:08X}"[:4] + " " + f"{value:08X}"[4:] for value in values]
    written += [*PASTES, *(piece for piece in PIECES if not re.search("[\ud800-\udfff]", piece))]
    written += ["call 8007 0005 now", "2024-10-01 80070005", "0x00000000", "80070005 bytes", "-2147024891, 3"]
    assert page.evaluate("all => all.map((one) => findCodes(one))", written) == [
        list(find_codes(one)) for one in written
    ]


def test_what_a_site_knows_counts_and_what_it_forbids_is_declined_when_its_turn_comes(
    browser: Browser, tmp_path: Path
) -> None:
    kb = shipped.knowledge()
    reader, text = console_readers()["en"], small_page(kb, SITE)
    facts = [
        Answered("kms_count", 18, "voltriage.yaml"),
        Tried("create_srv_record", "declined", "voltriage.yaml", when_proposed=True),
    ]
    with opened(browser, text, tmp_path) as page:
        for code in ("0x8007232B", "0xC004F038", CODE):
            page.evaluate(f"app.open('{code}')")
            session = Session(kb, code, facts)
            for _ in range(80):
                note = note_of(session, reader, site=SITE)
                assert page.evaluate("noteOf(app.session)") == note
                step = session.next()
                if hasattr(step, "question"):
                    answer = "no" if "no" in kb.questions[step.question].answers else "unknown"
                    page.evaluate("one => app.answer(one)", answer)
                    session.answer(answer)
                elif hasattr(step, "remedy"):
                    page.evaluate("app.outcome('not-fixed')")
                    session.outcome("not-fixed")
                else:
                    break
        assert "IT-42" in page.locator("#foot").inner_text()


HOSTILE = (
    "<script>window.bad = 1</script><img src=x onerror=window.bad=1>",
    "</script><script>window.bad = 1</script>",
    "<!-- ]]> --> &lt;b&gt; {{data}} ${x} `x` \\",
    '"><svg onload=window.bad=1>',
    "javascript:window.bad=1",
)


def test_hostile_texts_are_shown_and_never_become_markup(browser: Browser, tmp_path: Path) -> None:
    kb = small.knowledge()
    things = (*kb.questions.values(), *kb.remedies.values())
    keys = [thing.text.key if isinstance(thing, Question) else thing.title.key for thing in things]
    texts = {key: HOSTILE[number % len(HOSTILE)] for number, key in enumerate(keys)}
    with opened(browser, small_page(kb, None, texts), tmp_path) as page:
        for code in kb.codes:
            page.evaluate("code => app.open(code)", code)
            while step_of(page)["state"] in ("question", "remedy"):
                assert page.locator("h2#step").text_content() in HOSTILE
                page.evaluate("app.session.step.state === 'question' ? app.answer('unknown') : app.outcome('blocked')")
        assert page.evaluate("window.bad") is None
        assert page.locator("main script, main img, main svg[onload]").count() == 0


def test_a_word_that_is_wider_than_a_phone_is_broken(browser: Browser, tmp_path: Path) -> None:
    kb = small.knowledge()
    titles = [one.title.key for one in (*kb.remedies.values(), *kb.procedures.values(), *kb.causes.values())]
    texts = dict.fromkeys([*titles, *(one.text.key for one in kb.questions.values())], "W" * 120)
    with opened(browser, small_page(kb, None, texts), tmp_path, viewport=PHONE) as page:
        for code in kb.codes:
            page.evaluate("code => app.open(code)", code)
            while step_of(page)["state"] in ("question", "remedy"):
                assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
                page.evaluate("app.session.step.state === 'question' ? app.answer('unknown') : app.outcome('blocked')")
            assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_no_product_key_gets_into_the_note(browser: Browser, tmp_path: Path) -> None:
    key = "BCDFG-HJKMN-PQRTV-VWXY2-34678"
    site = Site(file="voltriage.yaml", contacts=dict.fromkeys(words.PLACES, f"Ask for {key}"))
    kb = small.knowledge()
    with opened(browser, small_page(kb, site), tmp_path) as page:
        page.evaluate("code => app.open(code)", next(iter(kb.codes)))
        note = page.evaluate("noteOf(app.session)")
        assert "Ask for XXXXX-XXXXX-XXXXX-XXXXX-34678" in note
        assert key not in note


GROUPS = st.text("BCDFGHJKMNPQRTVWXY2346789", min_size=5, max_size=5)
SECRETS = st.lists(GROUPS, min_size=5, max_size=5).map("-".join)
KEYS = st.one_of(SECRETS, SECRETS.map(str.lower), st.sampled_from([known.key for known in CLIENT_KEYS]))
BETWEEN = ["-", "\u2013", " - ", "\uff0d", "\n", " ", "\xa0", "\x1f", "\ufeff", "_", ".", "é", "²", "\u0301", "0", ""]
WORDS = ["0xC004F074", "0xC004F06C: ", "holds", "WORDS", "12345", "XXXXX", "XXXXX-" * 4, "ist es ", "Å", "\U0001f511"]
BESIDE_KEYS = st.lists(
    st.one_of(
        st.builds(lambda key, dash: key.replace("-", dash), KEYS, st.sampled_from(BETWEEN)),
        st.builds(lambda key: "".join(chr(ord(one) + 0xFEE0) if one != "-" else one for one in key), KEYS),
        GROUPS,
        st.sampled_from([*BETWEEN, *WORDS]),
        st.text(st.characters(max_codepoint=0x4FF), max_size=6),  # letters beyond may be newer than one of the two
    ),
    max_size=8,
).map("".join)


def test_product_keys_are_found_as_the_console_finds_them(page: Page) -> None:
    @settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
    @given(st.lists(BESIDE_KEYS, min_size=10, max_size=40))
    def same(written: list[str]) -> None:
        assert page.evaluate("all => all.map(withoutKeys)", written) == [without_keys(one) for one in written]

    same()


def test_a_key_behind_a_code_is_no_part_of_it_and_published_keys_are_shown(page: Page) -> None:
    key, published = "BCDFG-HJKMN-PQRTV-VWXY2-34678", CLIENT_KEYS[0].key
    written = [f"0xC004F074 {key}", f"slmgr /ipk {published}", f"https://example.com/{key}"]
    blanked = "XXXXX-XXXXX-XXXXX-XXXXX-34678"
    assert page.evaluate("([a, b, c]) => [plain(a), plain(b), link(c)]", written) == [
        f"0xC004F074 {blanked}",
        f"slmgr /ipk {published}",
        f"https://example.com/{blanked}",
    ]


def test_the_stamp_is_where_the_check_looks_for_it(text: str) -> None:
    assert '<meta name="voltriage-stamp" content="a stamp">' in text


def test_the_page_loads_nothing_and_allows_only_its_own_program(text: str) -> None:
    assert not re.search("<(?:link|img|script|iframe)[^>]* (?:src|href)=", text)
    assert "default-src 'none'" in text
    assert "unsafe" not in text[:2000]
    assert len(text.encode()) < 3_000_000


def test_the_same_knowledge_gives_the_same_bytes() -> None:
    program = (
        "import hashlib; from tests.web_pages import small_page; "
        "print(hashlib.sha256(small_page().encode()).hexdigest())"
    )
    hashes = set()
    for seed, zone in (("1", "UTC"), ("7", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(shipped.FOLDER.parents[1])}
        done = subprocess.run(
            [sys.executable, "-c", program], env=environment, capture_output=True, encoding="utf-8", check=True
        )
        hashes.add(done.stdout)
    assert len(hashes) == 1


def test_every_sentence_that_the_page_says_is_there_and_no_other() -> None:
    said: set[str] = set()
    for name in _SCRIPTS:
        program = (STATIC / f"{name}.js").read_text(encoding="utf-8")
        said |= {one[1:-1] for one in re.findall(r"""say\(\s*("[^"]*"|'[^']*')""", program)}
    assert said == set(sentences(plainly))


# Checkers -------------------------------------------------------------------------------------------------------------


SHOWN = """() => {
  const copy = document.documentElement.cloneNode(true);
  for (const one of copy.querySelectorAll("script, style")) one.remove();
  return copy.outerHTML;
}"""
"""The page as it stands, without its program and data: those are checked once, in the file."""
MISTAKEN = "Inline script violates Content Security Policy"
"""What the checker says of any script of several lines whose hash the policy has; the browser runs it (see above)."""


def test_the_policy_lets_no_other_program_run(text: str, browser: Browser, tmp_path: Path) -> None:
    (tmp_path / "runbook.html").write_text(
        text.replace("<footer", "<script>window.bad = 1</script><footer"), encoding="utf-8"
    )
    page = browser.new_page()
    page.goto((tmp_path / "runbook.html").as_uri())
    assert page.locator("#search").count() == 1
    assert page.evaluate("window.bad") is None
    page.close()


def test_the_page_is_valid_html(text: str, browser: Browser, tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("Java is not installed")
    checker = npm.folder_with("vnu-jar@26") / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    files = [tmp_path / "page.html"]
    files[0].write_text(text, encoding="utf-8")
    with opened(browser, text, tmp_path) as page:
        for number, _ in enumerate(shown_steps(page)):
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


def shown_steps(page: Page) -> Iterator[str]:
    """The start, a question, a remedy, a grave one, a handover: each while it is shown."""
    yield "start"
    page.evaluate(f"app.open('{CODE}')")
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    page.wait_for_selector(".chart-box svg")
    yield "question"
    to_a_grave_remedy(page)
    page.wait_for_selector(".chart-box svg")
    yield "grave remedy"
    page.fill("#consent", "I agree")
    page.press("#consent", "Enter")
    page.wait_for_selector(".chart-box svg")
    yield "remedy"
    page.evaluate("app.outcome('pending')")
    page.wait_for_selector(".chart-box svg")
    yield "saved"
    page.evaluate("app.outcome('blocked')")
    to_the_end(page)
    yield "escalated"


def to_the_end(page: Page) -> None:
    for _ in range(80):
        state = step_of(page)["state"]
        if state not in ("question", "remedy"):
            page.wait_for_selector(".chart-box svg")
            return
        page.evaluate("app.session.step.state === 'question' ? app.answer('unknown') : app.outcome('declined')")


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
    browser: Browser, text: str, tmp_path: Path, screen: dict[str, int], colours: str
) -> None:
    axe = npm.folder_with("axe-core@4") / "node_modules" / "axe-core" / "axe.min.js"
    with opened(browser, text, tmp_path, viewport=screen, color_scheme=colours) as page:
        page.evaluate(axe.read_text(encoding="utf-8") + "; 0")
        for name in shown_steps(page):
            found = page.evaluate("rules => axe.run(document, {runOnly: rules})", AXE_RULES)
            broken = [(one["id"], one["nodes"][0]["html"][:300]) for one in found["violations"]]
            assert broken == [], name
            assert page.evaluate("document.documentElement.scrollWidth") <= screen["width"], name
