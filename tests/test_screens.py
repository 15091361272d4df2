"""Whole screens of the real program, as they stand in the window of a terminal that can do everything.

`python -m tests.test_screens` writes today's screens into `tests/gold/screens`: read the difference before keeping it.
The knowledge is the shipped one, so its authors see here what a change of theirs looks like.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from kb.model import Question, Variant
from tests import shipped
from tests.emulator import ROOT, Window, environment
from tests.test_pasting import dlv, german_dlv
from voltriage import exits
from voltriage.output import showable

GOLD = Path(__file__).resolve().parent / "gold" / "screens"
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
KEY = "BT289-PN344-W3M64-4P9V3-8K6XV"
COUNT, UNREACHED, EDITION = "0xC004F038", "0xC004F074", "0xC004F014"

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="pseudo-terminals are POSIX's; Windows has no pexpect.spawn"
)

# What is typed and pasted

IN_GERMAN = {
    "y": "j", "help": "hilfe", "why": "warum", "how": "wie", "nothing": "nichts", "back": "zurück", "change": "ändere",
    "set": "setze", "causes": "ursachen", "status": "stand", "save": "speichern", "note": "notiz", "quit": "ende",
    "fixed": "behoben", "pending": "wartet", "declined": "abgelehnt", "blocked": "verhindert", "none": "keiner",
    "I agree": "Ich stimme zu", "perhaps": "vielleicht",
}  # fmt: skip
"""What somebody types who works in German."""


@dataclass(frozen=True)
class Paste:
    """Pasted in one go; `marked` by the terminal, or not."""

    english: str
    german: str = ""
    marked: bool = True

    def text(self, lang: str) -> str:
        return self.german if self.german and lang == "de" else self.english


Input = str | Paste


def typed(line: str, lang: str) -> str:
    if lang == "en" or line in IN_GERMAN:
        return line if lang == "en" else IN_GERMAN[line]
    return " ".join(IN_GERMAN.get(word, word) for word in line.split(" "))


def do(window: Window, inputs: tuple[Input, ...], lang: str = "en") -> str:
    """Type and paste; what stands on the screen for the last input."""
    shown = ""
    for one in inputs:
        if isinstance(one, Paste):
            shown = window.paste(one.text(lang), marked=one.marked)
        else:
            shown = window.type(typed(one, lang))
    return shown


ATO = """Activating Windows(R), Enterprise edition (73111121-5638-40f6-bc11-f1d7b0d64300) ...
Error: {} The Software Licensing Service reported that the computer could not be activated.
"""
GERMAN_ATO = """Windows(R), Enterprise edition wird aktiviert (73111121-5638-40f6-bc11-f1d7b0d64300) ...
Fehler: {} Vom Softwarelizenzierungsdienst wurde gemeldet, dass der Computer nicht aktiviert werden konnte.
"""
EVENT = (
    "2026-11-20 08:15:31Z 12288 0x800706BA | 0x00000000 | kms1.corp.example:1688 | 36f27b39-2fd5-440b-be67-a09996d27a38"
    " | 2026/11/20 08:15 | 0 | 5 | 10080 | 73111121-5638-40f6-bc11-f1d7b0d64300 | 25\n"
)
OUTPUT = Paste(dlv("VOLUME_KMSCLIENT"), german_dlv("VOLUME_KMSCLIENT"))
BURST = Paste("y\nn\ny\nn\ny\n")
UNMARKED_BURST = Paste(BURST.english, marked=False)
SITE = """format: 1
kms_hosts:
  - kms1.corp.example
  - {host: kms2.emea.corp.example, port: 1699}
domains: [corp.example, corp-lab.example]
contacts:
  affected_machine: Client team, extension 4200
  security_team: "Hotline 4999, day and night"
answers:
  kms_host_exists: yes
forbidden:
  set_registered_host: No machine is tied to a host here.
"""

# Whole screens


@dataclass(frozen=True)
class Case:
    """A session: how it is started, in how wide a window, with or without a site file, and what is done in it."""

    arguments: tuple[str, ...]
    inputs: tuple[Input, ...]
    width: int = 80
    site: bool = False


WHOLE = (
    *("help", "1", "1", "?", "n", "", "5", "", "why", "causes", "why 2", "set kms_count=18", "back"),
    *(
        "set kms_count=18",
        "status",
        "change 3 y",
        "x",
        "status",
        "back",
        f"code {EDITION}",
        "perhaps",
        "y",
        "back",
        "y",
        "y",
        "y",
        "how",
    ),
    *("I agree", "save", "pending", "status", "back", "I agree", "pending", "note", "c", ""),
)
CASES = {
    # from the code to a remedy that needs consent and time
    "whole": Case(("diagnose", COUNT), WHOLE),
    # in a narrow window
    "narrow": Case(("diagnose", COUNT), ("1", "1", "?", "n", "y", "1", "n", "n", "causes", "quit"), 60),
    # from a pasted output to the answer of a remedy that names another code
    "paste": Case(
        (),
        (
            *("?", "hello", Paste(ATO.format(UNREACHED) + EVENT, GERMAN_ATO.format(UNREACHED) + EVENT), "status"),
            *("1", "1", BURST, UNMARKED_BURST, OUTPUT, OUTPUT, "n", BURST),
            *(Paste(ATO.format(COUNT), GERMAN_ATO.format(COUNT)), COUNT, "status", "quit"),
        ),
    ),
    # an event alone, at the first prompt and where its code is asked for
    "event": Case((), (Paste(EVENT * 2, marked=False), "status", "quit")),
    "code-question": Case(("diagnose", UNREACHED), ("1", "1", "n", "1", "n", Paste(EVENT), "status", "quit")),
    # a command that printed nothing
    "nothing": Case(("diagnose", COUNT), ("1", "1", "nothing", "perhaps", "y", "?", "n", "nothing", "status", "quit")),
    # the names of hosts where the site lists some; all of what one says is taken back at once
    "site": Case(
        ("diagnose", COUNT),
        (
            *("1", "1", "status", "kms1.corp.example:1688", "back", "kms2.emea.corp.example:1688", "back"),
            *("old.corp.example:1688", "n", "y", "n", "back", "back", "back", "back", OUTPUT),
            *(Paste("Registered KMS machine name: kms.example.test:1688\nend"), "quit"),
        ),
        site=True,
    ),
    # names that the site fills in, and whom to ask
    "filled": Case(("diagnose", UNREACHED), ("1", "1", "n", "1", "n", "x", "quit"), site=True),
    # product keys, typed and pasted
    "key": Case(
        ("diagnose", COUNT),
        (KEY, f"set {KEY}", Paste(KEY), Paste(f"ipk\n{KEY}\n"), f"why {KEY}", "1", "status", "quit"),
    ),
}


def screen_of(name: str, lang: str, folder: Path) -> tuple[str, int | None]:
    """What stands in the window at the end, and the exit code."""
    case = CASES[name]
    if case.site:
        (folder / "voltriage.yaml").write_text(SITE, encoding="utf-8")
    with Window(*case.arguments, "--lang", lang, width=case.width, cwd=folder) as window:
        do(window, case.inputs, lang)
        return normal(window.text), window.exit


def normal(screen: str) -> str:
    """Without what changes: the name of a journal, which is a time, and the hash of the knowledge base."""
    screen = re.sub(r"voltriage resume \S+", "voltriage resume JOURNAL", screen)
    return re.sub(r"SHA-256 [0-9a-f\n]{64,66}", "SHA-256 HASH\n", screen)


def gold(name: str, lang: str) -> str:
    return (GOLD / f"{name}.{lang}.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("name", CASES)
def test_the_screen_looks_as_it_is_kept_in_gold(name: str, lang: str, tmp_path: Path) -> None:
    screen, code = screen_of(name, lang, tmp_path)
    assert screen == gold(name, lang)
    assert code == (exits.FINDINGS if name == "site" else exits.OPEN)


@pytest.mark.parametrize("lang", ["en", "de"])
def test_blocks_are_parted_by_one_empty_line_in_every_window(lang: str) -> None:
    for name in CASES:
        assert "\n\n\n" not in gold(name, lang), name


# Pastes


@pytest.mark.parametrize("marked", [True, False], ids=["marked", "burst"])
def test_no_line_of_a_paste_answers_this_question_or_a_later_one(marked: bool) -> None:
    burst = Paste(BURST.english, marked=marked)
    with Window("diagnose", UNREACHED, "--lang", "en") as window:
        do(window, ("1", "1"))
        shown = do(window, (burst,))
        assert "(5 lines pasted)\nPasted text is not taken as an answer" in shown
        assert "3  Is the machine outside" not in do(window, ("status",))
        assert "Which key channel" in do(window, ("n",))
        assert "4  Which key channel" not in do(window, (burst, "status"))
        assert window.text.endswith("1-9 / ? / x >\n")


@pytest.mark.parametrize("marked", [True, False], ids=["marked", "burst"])
def test_what_a_paste_says_is_taken_and_named_while_the_question_stays(marked: bool) -> None:
    with Window("diagnose", UNREACHED, "--lang", "en") as window:
        shown = do(window, ("1", "1", Paste(dlv("VOLUME_KMSCLIENT"), marked=marked)))
        assert 'Read from the paste ("VOLUME_KMSCLIENT channel"): Which key channel' in shown
        assert shown.endswith("y / n / ? / x >\n")
        assert "Cause: The fault may have been passing" in do(window, ("n",))  # the channel is not asked for


def test_everything_that_came_in_one_paste_is_taken_back_at_once() -> None:
    with Window("diagnose", UNREACHED, "--lang", "en") as window:
        do(window, ("1", "1", "n", Paste(dlv("VOLUME_KMSCLIENT") + EVENT)))
        assert "Which key channel" in do(window, ("back",))
        assert "0x800706BA" not in do(window, ("status",))


def test_a_paste_at_the_question_of_consent_agrees_to_nothing() -> None:
    with Window("diagnose", EDITION, "--lang", "en") as window:
        shown = do(window, ("1", "y", "y", Paste("I agree"), Paste("i agree\ni agree\n", marked=False)))
        assert "changepk.exe" not in window.text
        assert shown.endswith('Do this? Type "i agree" in full, or declined >\n')


@pytest.mark.parametrize("paste", [Paste("back"), Paste("note x\nback\n", marked=False)], ids=["line", "lines"])
def test_a_paste_at_the_end_is_no_command(paste: Paste, tmp_path: Path) -> None:
    with Window("diagnose", EDITION, "--lang", "en", cwd=tmp_path) as window:
        do(window, ("1", "y", "y", "I agree", "pending", paste))
        assert not window.ended
        assert "Do the steps" not in window.text.partition("Saved; pending")[2]
        assert not list(tmp_path.iterdir())
        window.type("")
        assert window.exit == exits.OPEN


@pytest.mark.parametrize("way", ["answer", "outcome", "command"])
def test_a_case_that_goes_on_as_another_code_says_what_that_code_means(way: str) -> None:
    inputs = {"answer": ("n", "0x800706BA"), "outcome": ("0x800706BA",), "command": ("code 800706ba",)}
    with Window("diagnose", UNREACHED, "--lang", "en") as window:
        shown = do(window, ("1", "1", "n", "1", *inputs[way]))
        assert "\n\n0x800706BA (8007 06BA): The RPC server is unavailable." in shown
        assert "(8007 06BA): " not in do(window, ("why",))


def test_a_second_event_that_says_something_else_is_named_and_does_not_count() -> None:
    other = EVENT.replace("0x800706BA", "0x80070005")
    with Window("diagnose", UNREACHED, "--lang", "en") as window:
        do(window, ("1", "1", "n", "1", "n", Paste(EVENT)))
        shown = do(window, (Paste(other),))
        assert "The paste says something else (" in " ".join(shown.split())
        assert "The answer given before counts: 0x800706BA." in " ".join(shown.split())
        (told,) = re.findall(r"type: (change \d+ 0x80070005)", " ".join(shown.split()))
        do(window, (told,))
        assert "attempt? 0x80070005" in " ".join(do(window, ("status",)).split())


# A command that printed nothing


def test_the_form_that_works_here_comes_first_from_then_on_and_after_resume(tmp_path: Path) -> None:
    with Window("diagnose", COUNT, "--lang", "en", variables={"XDG_DATA_HOME": str(tmp_path)}) as window:
        assert first_shell(do(window, ("1", "1", "?"))) == "Command Prompt:"
        do(window, ("nothing", "y"))
        assert first_shell(do(window, ("how",))) == "PowerShell:"
        window.type("quit")
    with Window("resume", "--lang", "en", variables={"XDG_DATA_HOME": str(tmp_path)}) as window:
        assert first_shell(do(window, ("?",))) == "PowerShell:"


def first_shell(shown: str) -> str:
    """The window that the first command is for."""
    found = re.search(r"^ +(?:or )?(Command Prompt:|PowerShell:)$", shown, re.MULTILINE)
    assert found, shown
    return found[1]


@pytest.mark.parametrize("command", ["quit", "status", "back"])
def test_commands_are_understood_where_the_other_form_is_asked_about(command: str) -> None:
    with Window("diagnose", COUNT, "--lang", "en") as window:
        shown = do(window, ("1", "1", "nothing", command))
        expected = {"quit": "Stopped", "status": "Codes: ", "back": "Where does the affected machine run?"}
        assert expected[command] in shown


def test_an_output_pasted_where_the_other_form_is_asked_about_is_read() -> None:
    with Window("diagnose", COUNT, "--lang", "en") as window:
        shown = do(window, ("1", "1", "nothing", OUTPUT))
        assert "Noted: PowerShell works here" in shown
        assert 'Read from the paste ("VOLUME_KMSCLIENT channel")' in shown


# Site facts


def test_a_remedy_that_the_site_forbids_is_not_proposed(tmp_path: Path) -> None:
    tied = ("1", "1", "old.corp.example", "n", "y", "n")  # it is wrong, and automatic discovery did not help
    with Window("diagnose", COUNT, "--lang", "en", cwd=tmp_path) as window:
        assert "Remedy: Tie the machine to the right KMS host" in do(window, tied)
    (tmp_path / "voltriage.yaml").write_text(SITE, encoding="utf-8")
    with Window("diagnose", COUNT, "--lang", "en", cwd=tmp_path) as window:
        assert "Remedy: Tie the machine to the right KMS host" not in do(window, tied)
        assert "Remedy: Return the machine to automatic discovery" in window.text


# Product keys


@pytest.mark.parametrize("inputs", [(KEY,), (Paste(KEY),), (Paste(f"slmgr /ipk {KEY}\nok\n", marked=False),)], ids=str)
def test_a_product_key_is_nowhere(inputs: tuple[Input, ...], tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    data = {"XDG_DATA_HOME": str(tmp_path)}
    with Window("diagnose", COUNT, "--lang", "en", "--note", note, variables=data) as window:
        do(window, ("1", *inputs, f"set {KEY}=y", f"why {KEY}", f"change 1 {KEY}", "1", "note", *inputs, "quit"))
    written = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(written) >= 2  # the note and the journal
    for text in (COLOUR.sub("", window.raw), window.text, *written):
        assert not [group for group in KEY.split("-")[:4] if group in text.upper()]


# Bytes


def commands_of(ident: str) -> Iterator[Variant]:
    """Every form of every command of a question."""
    question: Question = shipped.knowledge().questions[ident]
    for lookup in question.how:
        if lookup.command:
            yield from (Variant(lookup.shell, lookup.command), *lookup.variants)


@pytest.mark.parametrize("width", [60, 80])
def test_a_command_is_one_unbroken_line_of_one_colour(width: int) -> None:
    with Window("diagnose", COUNT, "--lang", "en", width=width) as window:
        do(window, ("1", "1", "?"))
    forms = list(commands_of("registered_host"))
    assert len(forms) > 2
    for form in forms:
        line = rf"^ *\x1b\[35m *{re.escape(form.command)}\x1b\[0m\r?$"
        assert re.search(line, window.raw, re.MULTILINE), form.command


def test_colours_tell_question_command_warning_and_result_apart() -> None:
    with Window("diagnose", COUNT, "--lang", "en") as window:
        assert window.cells("Which product fails") == {("default", True)}
        do(window, ("1", "1", "?"))
        assert window.cells("cscript //nologo") == {("magenta", False)}
        do(window, ("n", "y", "1", "n", "n"))
        assert window.cells("Cause: The machine looks") == {("default", True)}
        assert window.cells("Risk: can be undone") == {("red", True)}
        do(window, ("fixed",))
        assert window.cells("Resolved by:") == {("green", False)}


WALK = ("1", "1", "?", "n", "y", "1", "n", "n", "causes", "n")


def test_there_are_no_colours_where_none_are_wanted() -> None:
    with Window("diagnose", COUNT, "--lang", "en", variables={"NO_COLOR": "1"}) as window:
        do(window, WALK)
        assert set(COLOUR.findall(window.raw)) <= {"\x1b[0m"}


@pytest.mark.parametrize(
    ("arguments", "variables"), [(("--plain",), {}), ((), {"TERM": "dumb"})], ids=["--plain", "TERM=dumb"]
)
def test_plain_lines_hold_no_escape_sequence_and_the_same_words(
    arguments: tuple[str, ...], variables: Mapping[str, str]
) -> None:
    with Window("diagnose", COUNT, "--lang", "de", *arguments, variables=variables) as plain:
        do(plain, (*WALK, "quit"), "de")
    with Window("diagnose", COUNT, "--lang", "de") as rich:
        do(rich, (*WALK, "quit"), "de")
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f]", plain.raw)
    assert normal(plain.text) == normal(rich.text)


# The pipe, and consoles that show less


def piped(lines: tuple[str, ...], lang: str, encoding: str = "utf-8") -> str:
    """What the program prints where its input is a pipe."""
    result = subprocess.run(
        [sys.executable, "-m", "voltriage", "diagnose", COUNT, "--lang", lang],
        input=showable("".join(f"{typed(line, lang)}\n" for line in lines), encoding).encode(encoding),
        capture_output=True,
        env=environment(PYTHONIOENCODING=encoding),
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (exits.OPEN, b"")
    return normal(result.stdout.decode(encoding)).replace("\r\n", "\n")


ASKED = ("1", "1", "?", "n", "", "1", "n", "why", "causes", "set kms_count=18", "change 3 y", "back", "status", "quit")


@pytest.mark.parametrize("lang", ["en", "de"])
def test_a_pipe_is_asked_the_same_as_somebody_at_a_terminal(lang: str) -> None:
    with Window("diagnose", COUNT, "--lang", lang, width=400) as window:  # nothing of it is broken by the window
        do(window, ASKED, lang)
    screen = normal(window.text).splitlines()
    rest = iter(typed(line, lang) for line in ASKED)
    shown = [line.removesuffix(next(rest)).rstrip() if " / x >" in line else line for line in screen]
    assert [line.rstrip() for line in piped(ASKED, lang).splitlines()] == shown


@pytest.mark.parametrize("encoding", ["cp850", "cp1252", "ascii"])
def test_what_a_console_cannot_show_is_written_in_other_letters(encoding: str) -> None:
    lines = (*ASKED[:-1], "help", "quit")
    everything = piped(lines, "de")
    shown = piped(lines, "de", encoding)
    assert shown == showable(everything, encoding)
    assert shown.count("?") == everything.count("?")
    assert ("ä" in shown) is (encoding != "ascii")


@pytest.mark.parametrize("encoding", ["cp850", "cp1252"])
def test_a_terminal_with_another_code_page_reads_and_shows_umlauts(encoding: str) -> None:
    variables = {"PYTHONIOENCODING": encoding}
    with Window("diagnose", COUNT, "--lang", "de", encoding=encoding, variables=variables) as window:
        do(window, ("1", "1", "ändere 2 3", "zurück", "quit"), "de")
        assert "Häufigste Ursachen" in window.text
        assert "> ändere 2 3\n" in window.text
        assert window.exit == exits.OPEN


if __name__ == "__main__":
    GOLD.mkdir(exist_ok=True)
    for case_name in CASES:
        for language in ("en", "de"):
            with tempfile.TemporaryDirectory() as work:
                os.environ["XDG_DATA_HOME"] = str(Path(work) / "data")
                today, _ = screen_of(case_name, language, Path(work))
                (GOLD / f"{case_name}.{language}.txt").write_text(today, encoding="utf-8")
