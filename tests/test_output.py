"""Output survives the consoles of Windows: what their code pages lack is written in ASCII, never as an exception."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import small
from tests.small import COUNT, KEY
from voltriage.output import WIDTH, line_width, showable

ROOT = Path(__file__).resolve().parent.parent
ENCODINGS = ("cp850", "cp1252", "ascii", "latin-1")


# Our own texts


def our_characters() -> set[str]:
    """Every character beyond ASCII in the knowledge base, its translations, and the program's sentences."""
    files = [*(ROOT / "kb" / "data").rglob("*.yaml"), *(ROOT / "kb" / "data").rglob("*.po")]
    files += (ROOT / "voltriage" / "locale").rglob("*.po")
    for package in ("kb", "engine", "trees", "voltriage"):
        files += (ROOT / package).glob("*.py")
    files = [
        file for file in files if file.name not in ("output.py", "safety.py", "spelling.py")
    ]  # tables of characters
    return {character for file in files for character in file.read_text(encoding="utf-8") if not character.isascii()}


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_no_character_of_our_own_texts_becomes_a_question_mark(encoding: str) -> None:
    characters = our_characters()
    assert {"ü", "„"} <= characters
    lost = {character: unicodedata.name(character) for character in characters if "?" in showable(character, encoding)}
    assert lost == {}


@pytest.mark.parametrize(
    ("encoding", "shown"),
    [
        ("utf-8", "„Schlüssel“ – ‚größer‘ … ≥ 25 → ∞ × 2 • é ½ 🎉"),
        ("cp1252", "„Schlüssel“ – ‚größer‘ … >= 25 -> infinite × 2 • é ½ ?"),
        ("cp850", "\"Schlüssel\" - 'größer' ... >= 25 -> infinite × 2 * é ½ ?"),
        ("latin-1", "\"Schlüssel\" - 'größer' ... >= 25 -> infinite × 2 * é ½ ?"),
        ("ascii", "\"Schluessel\" - 'groesser' ... >= 25 -> infinite x 2 * e 1/2 ?"),
    ],
)
def test_a_code_page_shows_what_it_has_and_the_rest_in_ascii(encoding: str, shown: str) -> None:
    assert showable("„Schlüssel“ – ‚größer‘ … ≥ 25 → ∞ × 2 • é ½ 🎉", encoding) == shown


@given(st.text(st.characters(exclude_categories=())), st.sampled_from([*ENCODINGS, "utf-8", "cp437", "utf-16"]))
def test_any_text_can_be_shown_anywhere(text: str, encoding: str) -> None:
    shown = showable(text, encoding)
    assert showable(shown, encoding) == shown
    assert showable(text.encode("ascii", "ignore").decode(), encoding) == text.encode("ascii", "ignore").decode()


# The real program

SESSIONS = {
    "en": ("n", "?", "why", "status", "causes", "i agree", "fixed"),
    "de": ("n", "?", "warum", "stand", "ursachen", "ich stimme zu", "behoben"),
}
"""To the end of the case, where no name of a journal is told, in which there is a time."""
CALLS = [
    ("codes",),
    ("explain", COUNT),
    ("explain", KEY),
    ("diagnose", COUNT, "--no-input"),
    ("diagnose", KEY),
    ("diagnose", "no such thing „“…→"),
]


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return small.write(tmp_path_factory.mktemp("small") / "kb")


def called(kb: Path, lang: str, encoding: str, arguments: tuple[str, ...]) -> tuple[int, str]:
    """The exit code and everything printed, by the real program in a console of this encoding."""
    kept = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "PYTHONUTF8", "COLUMNS")}
    typed = "".join(f"{line}\n" for line in SESSIONS[lang]).encode(encoding)
    result = subprocess.run(
        [sys.executable, "-m", "voltriage", "--kb", str(kb), "--lang", lang, *arguments],
        input=typed,
        capture_output=True,
        env={**kept, "PYTHONIOENCODING": encoding, "XDG_DATA_HOME": str(kb.parent / "data")},
        cwd=ROOT,
        check=False,
        timeout=120,
    )
    assert b"Traceback" not in result.stderr
    return result.returncode, (result.stdout + result.stderr).decode(encoding).replace("\r\n", "\n")


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "ascii"])
@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("arguments", CALLS, ids=" ".join)
def test_the_program_says_the_same_in_every_console(
    kb: Path, lang: str, encoding: str, arguments: tuple[str, ...]
) -> None:
    code, everywhere = called(kb, lang, "utf-8", arguments)
    assert called(kb, lang, encoding, arguments) == (code, showable(everywhere, encoding))


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "ascii"])
def test_json_is_exact_in_every_console(kb: Path, encoding: str) -> None:
    arguments = ("diagnose", KEY, "--json")
    _, printed = called(kb, "de", encoding, arguments)
    assert json.loads(printed) == json.loads(called(kb, "de", "utf-8", arguments)[1])
    assert re.search(r"\\u00[ef]", printed)


def test_an_error_shows_no_escape_sequence_and_no_key_of_what_was_typed(kb: Path) -> None:
    typed = "red \x1b[31m\x1b]0;title\x07\u202e BT289-PN344-W3M64-4P9V3-8K6XV"
    code, printed = called(kb, "en", "utf-8", ("diagnose", typed, "--no-input"))
    assert code == 2
    assert '"red  XXXXX-XXXXX-XXXXX-XXXXX-8K6XV" holds no error code' in printed
    assert "\x1b" not in printed


@pytest.mark.parametrize(
    ("columns", "width"),
    [("40", 40), ("120", 120), ("200", 200)]
    + [(said, WIDTH) for said in ("", "39", "201", "0120", "-50", "wide", "9" * 5000)],
)
def test_columns_say_how_long_lines_are_on_a_pipe(columns: str, width: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    monkeypatch.setattr("sys.stdout", io.StringIO())
    assert line_width() == width
