"""The note for the ticket: whole notes in both languages, and laws that hold for every note.

`python -m tests.test_note` writes today's notes into `tests/gold`: read the difference before keeping it.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from engine.case import CANNOT_LOOK, Answered, Ask, CaseError, Escalated, Propose, Resolved, Saved, Tried
from engine.explain import still_read
from engine.inference import Inference
from engine.session import Session
from kb import words
from kb.model import Remedy
from kb.site import Host, Site
from kb.store import Opened
from kb.texts import Texts
from tests import shipped, small
from tests.small import COUNT, KEY
from voltriage.markdown import code, fenced, link, plain
from voltriage.note import note_of, write_note
from voltriage.opening import Reader
from voltriage.safety import holds_key, neutral, without_keys
from voltriage.wording import Wording

GOLD = Path(__file__).resolve().parent / "gold"
ROOT = GOLD.parent.parent
LANGUAGES = ("en", "de")
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
"""With the two additions that ticket systems know most often."""
SITE = Site(
    "voltriage.yaml",
    kms_hosts=(Host("kms1.corp.example"), Host("kms2.corp.example", 1690)),
    domains=("corp.example",),
    contacts={"kms_host": "KMS team, phone 4711", "host_admin": "hosts@corp.example", "network": "Firewall desk"},
    forbidden={"install_key": "Keys are installed by the licence office only."},
    lines={("contacts", "kms_host"): 7, ("forbidden", "install_key"): 9},
)


def reader(opened: Opened, language: str) -> Reader:
    return Reader(opened.kb, Texts(language, opened.translations), Wording(language), opened.folder, True)


def reading(note: str) -> list[Token]:
    """The note as a Markdown reader sees it."""
    return [token for block in MARKDOWN.parse(note) for token in (block, *(block.children or ()))]


def rendered(note: str) -> str:
    """The words that a Markdown reader shows, without the markup."""
    seen = (token.content for token in reading(note) if token.type in ("text", "text_special", "code_inline", "fence"))
    return "".join(seen)


# Whole notes ----------------------------------------------------------------------------------------------------------


def at_a_question() -> tuple[Session, Site | None]:
    case = Session(small.knowledge(), COUNT)
    case.answer("office")
    return case, None


def at_a_remedy() -> tuple[Session, Site | None]:
    case = Session(small.knowledge(), COUNT, [Answered("place", "home", "answers.yaml, line 3")])
    case.answer(words.NO)
    return case, SITE


def at_a_remedy_to_agree_to() -> tuple[Session, Site | None]:
    case = Session(small.knowledge(), KEY)
    case.answer(words.NO)
    return case, None


def waiting() -> tuple[Session, Site | None]:
    case = Session(small.knowledge(), COUNT, [Answered("place", "office", "--answer")])
    case.answer(words.YES)
    case.answer(words.NO)
    case.answer(18)
    case.answer(words.NO)
    case.outcome(words.PENDING)
    return case, None


def resolved() -> tuple[Session, Site | None]:
    case = Session(small.knowledge(), KEY)
    case.go_to(COUNT)
    case.answer("office")
    case.answer(words.NO)
    case.outcome(words.FIXED)
    return case, None


def handed_over_without_a_cause() -> tuple[Session, Site | None]:
    """Somebody who cannot do or see much, at a site that forbids what would help."""
    case = Session(small.knowledge(), KEY, [Tried("install_key", words.DECLINED, "voltriage.yaml, line 9")])
    case.answer(words.NO)
    case.go_to(COUNT)
    case.answer("office")
    case.answer(words.NO)
    case.outcome(words.BLOCKED)
    case.outcome(words.NOT_FIXED)
    case.cannot_look("kms_host")
    while isinstance(case.next(), Ask):
        case.answer(words.UNKNOWN)
    return case, SITE


def handed_over_with_a_cause() -> tuple[Session, Site | None]:
    case = Session(small.knowledge(), COUNT)
    case.answer("cloud")
    return case, SITE


def shipped_count() -> tuple[Session, Site | None]:
    """A server whose host has counted three machines; somebody on the phone cannot let more of them ask."""
    facts = [
        Answered("failing_product", "windows", "--answer"),
        Answered("location", "own_network", "--answer"),
        Answered("registered_host", words.NO, "--answer"),
        Answered("lookup_domain_registered", words.NO, "--answer"),
        Answered("windows_server", words.YES),
        Answered("kms_count", 3),
    ]
    case = Session(shipped.knowledge(), "0xC004F038", facts)
    for _ in range(60):
        step = case.next()
        if isinstance(step, Ask):
            case.answer(words.UNKNOWN)
        elif isinstance(step, Propose):
            case.outcome(words.BLOCKED)
    return case, None


def shipped_unreachable() -> tuple[Session, Site | None]:
    """No KMS host answers, and nobody can look at the machine."""
    case = Session(shipped.knowledge(), "0xC004F074")
    case.cannot_look("affected_machine")
    return case, None


CASES: dict[str, Callable[[], tuple[Session, Site | None]]] = {
    "question": at_a_question,
    "remedy": at_a_remedy,
    "consent": at_a_remedy_to_agree_to,
    "waiting": waiting,
    "resolved": resolved,
    "handed-over": handed_over_without_a_cause,
    "handed-over-cause": handed_over_with_a_cause,
    "shipped-count": shipped_count,
    "shipped-unreachable": shipped_unreachable,
}


def gold_note(name: str, language: str) -> str:
    """A case's note, with the hash of the knowledge base left out."""
    case, site = CASES[name]()
    opened = shipped.opened() if name.startswith("shipped") else small.opened()
    return note_of(case, reader(opened, language), site=site).replace(opened.kb.manifest.sha256, "…")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", CASES)
def test_a_note_is_as_it_was_last_read(name: str, language: str) -> None:
    gold = (GOLD / f"note-{name}.{language}.md").read_text(encoding="utf-8")
    assert gold_note(name, language) == gold, "python -m tests.test_note writes today's notes"


def test_the_whole_notes_show_every_state() -> None:
    states = {type(make()[0].next()) for make in CASES.values()}
    assert states == {Ask, Propose, Saved, Resolved, Escalated}


# Laws -----------------------------------------------------------------------------------------------------------------

CODES = ["0xC004F074", "0xC004F038", "0x8007232B", "0x80070005", "0xC004C008", "0xC004F050", "0x8000FFFF"]
NUMBERS = st.sampled_from(range(2**10))
MOVES = st.integers(0, 20).flatmap(lambda count: st.lists(NUMBERS, min_size=count, max_size=count))
walks = settings(max_examples=60, deadline=None)
ENGINES: dict[str, Inference] = {}
"""Loaded plans, for one session after the other."""


def walked(start: str, moves: list[int]) -> Session:
    """A session in which each number chooses one of the things that can be done at that step."""
    counted = [Answered("kms_count", moves[0] % 40)] if len(moves) % 2 else []
    case = Session(shipped.knowledge(), start, counted, engines=ENGINES)
    for move in moves:
        if isinstance(case.next(), Ask | Propose | Saved):
            with suppress(CaseError):  # an answer may contradict another one
                _move(case, move)
    return case


def _move(case: Session, move: int) -> None:
    step = case.next()
    if isinstance(step, Ask) and move % 5 == 0:
        case.cannot_look(words.PLACES[move // 5 % len(words.PLACES)])
    elif isinstance(step, Ask):
        question = case.kb.questions[step.question]
        answers = [*question.answers, *(("0xC004F06C", "0x80070035") if question.kind == words.CODE else ())]
        case.answer(answers[move % len(answers)])
    else:
        outcomes = [*words.OUTCOMES[1:], words.NOT_FIXED, words.BLOCKED, "0xC004F035"]
        if isinstance(step, Saved):
            outcomes = [words.FIXED, words.NOT_FIXED]
        case.outcome(outcomes[move % len(outcomes)])


def commands_of(remedy: Remedy) -> Iterator[str]:
    for step in remedy.steps:
        yield from filter(None, [step.command, *(variant.command for variant in step.variants)])
    if remedy.verify.command:
        yield remedy.verify.command


def notes(case: Session, site: Site | None = None) -> Iterator[tuple[Reader, str]]:
    for language in LANGUAGES:
        one = reader(shipped.opened(), language)
        yield one, note_of(case, one, site=site)


@walks
@given(st.sampled_from(CODES), MOVES)
def test_every_note_is_plain_lines_and_nothing_but_the_markup_meant(start: str, moves: list[int]) -> None:
    for _, note in notes(walked(start, moves)):
        assert note.endswith("\n")
        assert not note.endswith("\n\n")
        assert "\n\n\n" not in note
        assert not [c for c in note if unicodedata.category(c)[0] == "C" and c != "\n"]
        assert not holds_key(note)
        kinds = {token.type for token in reading(note)}
        assert not kinds & {"html_block", "html_inline", "image", "code_block", "hr", "blockquote_open", "table_open"}
        assert not kinds & {"em_open", "strong_open", "s_open", "softbreak", "hardbreak"}
        addresses = {source.url for source in shipped.knowledge().sources.values()}
        assert {token.attrs["href"] for token in reading(note) if token.type == "link_open"} <= addresses


@walks
@given(st.sampled_from(CODES), MOVES)
def test_every_command_of_a_remedy_to_do_stands_in_a_block_of_its_own_byte_by_byte(
    start: str, moves: list[int]
) -> None:
    case = walked(start, moves)
    step = case.next()
    to_do = [step.remedy] if isinstance(step, Propose | Saved) else []
    if not isinstance(step, Resolved):
        to_do += [remedy for remedy, outcome in case.outcomes.items() if outcome == words.BLOCKED]
    for site in (None, SITE):
        for _, note in notes(case, site):
            blocks = [token.content for token in reading(note) if token.type == "fence"]
            for remedy in to_do:
                for command in commands_of(case.kb.remedies[remedy]):
                    exact = site.fill(command) if site else command
                    assert f"{exact}\n" in blocks
                    assert f"\n{exact}\n" in note


@walks
@given(st.sampled_from(CODES), MOVES)
def test_every_answer_stands_in_the_record_with_its_question_and_where_it_came_from(
    start: str, moves: list[int]
) -> None:
    case = walked(start, moves)
    read = still_read(case)
    for one, note in notes(case):
        record = rendered(note[note.rindex("\n## ") :])
        for subject, answered in case.given.items():
            if answered.source.startswith(CANNOT_LOOK) and subject not in read:
                continue  # nobody looked, and nobody needs to
            thing = case.kb.questions.get(subject) or case.kb.measures[subject]
            assert f" ({subject}; " in record
            assert one.texts(thing.text) in record
            if answered.source == "operator":
                assert f" ({subject}; {one.say('operator')})" in record
        assert all(f" ({subject}; " in record for subject in case.derived)
        assert all(f"{rule}: " in record for rule in case.fired)
        assert case.kb.manifest.sha256 in record


def test_what_nobody_could_look_up_and_no_answer_leaves_a_need_for_is_not_in_the_note() -> None:
    case = Session(shipped.knowledge(), "0xC004F074")
    case.answer("windows")
    case.cannot_look("affected_machine")
    assert case.given["office_m365_apps"].value == case.given["channel"].value == words.UNKNOWN
    note = note_of(case, reader(shipped.opened(), "en"))
    assert "(`channel`; nobody could look there)" in note
    assert "office_m365_apps" not in note


@walks
@given(st.sampled_from(CODES), MOVES)
def test_every_question_left_unknown_is_named_with_the_command_to_find_out(start: str, moves: list[int]) -> None:
    case = walked(start, moves)
    read = still_read(case)  # what no answer can make matter again is left out
    unknown = [key for key, value in case.values.items() if value == words.UNKNOWN and key in read]
    for one, note in notes(case):
        title = f"\n## {one.say('Not looked at')}\n"
        assert (title in note) == bool(unknown)
        part = note[note.index(title) : note.rindex("\n## ")] if unknown else ""
        told, blocks = rendered(part), [token.content for token in reading(part) if token.type == "fence"]
        measured: set[str] = set()
        for question in (case.kb.questions[key] for key in unknown):
            if question.threshold and question.threshold.measure in measured:
                continue  # one number answers several
            measured.update([question.threshold.measure] if question.threshold else [])
            assert one.texts(question.text) in told
            forms = [form for step in question.how if step.command for form in (step, *step.variants)]
            assert all(f"{form.command}\n" in blocks for form in forms)


def test_a_note_is_the_same_whatever_the_hash_seed() -> None:
    program = "from tests.test_note import gold_note; print(*map(gold_note, ('handed-over', 'waiting'), ('en', 'de')))"
    printed = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
            cwd=ROOT,
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(printed) == 1


# Texts from outside ---------------------------------------------------------------------------------------------------

NASTY = [
    "<script>alert(1)</script>", "](http://bad.example)", "[x](http://bad.example)", "![x](y)", "<http://bad.example>",
    "`", "``", "```", "~~~", "~~a~~", "|", "| a |", "|---|", "#", "# a", "###### ", "> ", ">", "- ", "-", "---", "===",
    "+ ", "* ", "**a**", "*a*", "_a_", "__a__", "_", "1. ", "12) ", "    ", "\t", "\n", "\n\n", "\r\n", "\u2028",
    "\x85", "\\", "\\\n", "&amp;", "&#35;", "&", "<!-- ", "-->", "<a href=x>", "</div>", "[a]: http://bad.example",
    "[^1]", "\x1b[31m", "\x1b]52;c;AAAA\x07", "\x00", "\u202e", "\u200b", "a", "B", " ", ":",
    "AAAAA-BBBBB-CCCCC-DDDDD-EEEEE", "\ud800", "ä", "_.", "._a",
]  # fmt: skip
hostile = st.one_of(st.text(), st.lists(st.sampled_from(NASTY)).map("".join))
often = settings(max_examples=600, deadline=None)


def shown(text: str) -> str:
    """What is left of a text from outside."""
    return without_keys(" ".join(neutral(text).split()))


@often
@given(hostile)
@example("# a\n- b")
@example("_vlmcs._tcp and OEM_. and _a_")
@example("AAAAA    -BBBBB-CCCCC-DDDDD-EEEEE")
@example("#######")
def test_a_text_from_outside_is_shown_as_it_is_wherever_it_stands(text: str) -> None:
    for around, frame in (
        ("{}", "p"),
        ("- {}", "li"),
        ("7. {}", "li"),
        ("## {}", "h"),
        ("a: {} (b)", "p"),
        ("({})", "p"),
    ):
        written = around.format(plain(text))
        assert "\n" not in written
        blocks = MARKDOWN.parse(f"before\n\n{written}\n\nafter")
        inside = [token for token in blocks if token.type == "inline"][1:-1]
        expected = around.removeprefix("- ").removeprefix("7. ").removeprefix("## ").format(shown(text)).strip()
        assert len(inside) == bool(expected) or frame == "h"
        words_ = [child for token in inside for child in token.children or ()]
        assert {child.type for child in words_} <= {"text", "text_special"}
        assert "".join(child.content for child in words_) == expected
        assert not holds_key("".join(child.content for child in words_))


@often
@given(hostile)
def test_a_word_as_code_and_a_command_in_its_block_are_exact_and_stay_inside(text: str) -> None:
    [inline] = [token for token in MARKDOWN.parse(f"a {code(text)} b") if token.type == "inline"]
    assert [child.content for child in inline.children or () if child.type == "code_inline"] == [shown(text)] * bool(
        shown(text)
    )
    tokens = MARKDOWN.parse(f"a\n\n{fenced(text, 'cmd')}\n\nb")
    [block] = [token for token in tokens if token.type == "fence"]
    assert [token.type for token in tokens if token.level == 0] == [
        "paragraph_open", "paragraph_close", "fence", "paragraph_open", "paragraph_close",
    ]  # fmt: skip
    assert block.content == without_keys(neutral(text, lines=True)) + "\n"


def test_an_address_is_a_link_and_a_strange_one_only_words() -> None:
    assert link("https://example.org/a?b=c&d") == "<https://example.org/a?b=c&d>"
    assert link("javascript:alert(1)") == "javascript:alert(1)"
    assert link("https://example.org/ <b>") == r"https://example.org/ \<b>"


@walks
@given(hostile, hostile, hostile)
def test_hostile_site_facts_change_no_more_than_their_own_words(contact: str, reason: str, file: str) -> None:
    def blocks(contact: str, reason: str, source: str) -> list[tuple[str, str]]:
        case, _ = handed_over_without_a_cause()
        case.tell("door_open", words.NO, source)
        site = Site(
            file=source, contacts={"host_admin": contact, "kms_host": contact}, forbidden={"install_key": reason}
        )
        note = note_of(case, reader(small.opened(), "en"), site=site)
        assert not [c for c in note if unicodedata.category(c) in ("Cc", "Cf", "Cs") and c != "\n"]
        return [(token.type, token.tag) for token in MARKDOWN.parse(note)]

    assert blocks(contact or "x", reason or "x", file) == blocks("x", "x", "x")


# Writing it -----------------------------------------------------------------------------------------------------------


def test_a_note_is_written_as_utf_8_with_the_line_ends_it_has(tmp_path: Path) -> None:
    path = tmp_path / "new" / "note.md"
    write_note(path, "Größe\nEnde\n")
    assert path.read_bytes() == "Größe\nEnde\n".encode()


def test_a_note_for_the_file_dash_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    write_note(Path("-"), "Größe\n")
    assert capsys.readouterr().out == "Größe\n"


def test_a_note_that_cannot_be_written_names_the_file_and_the_next_step(tmp_path: Path) -> None:
    with pytest.raises(OSError, match=re.escape(str(tmp_path)) + ".*name a file in it"):
        write_note(tmp_path, "x\n")


if __name__ == "__main__":
    for case_name in CASES:
        for language_name in LANGUAGES:
            target = GOLD / f"note-{case_name}.{language_name}.md"
            target.write_text(gold_note(case_name, language_name), encoding="utf-8")
