"""The guided session with the real program in a pseudo-terminal, as somebody sees it who has to get on with it.

`python -m tests.test_console` writes today's transcripts into `tests/gold`: read the difference before keeping it.
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
from typing import Any

import pytest

from kb.knowledge import KnowledgeBase
from tests import shipped, small
from tests.small import COUNT, KEY, call
from voltriage import exits

GOLD = Path(__file__).resolve().parent / "gold"
ROOT = GOLD.parent.parent
_BEGINNINGS = "y / n|j / n|1-\\d|0x\\.|fixed|behoben|Do this|Ausführen|[Cc]ode>|c / |Does this form|Gibt diese"
PROMPT = re.compile(rf"(?:^|\n)(?:{_BEGINNINGS})[^\n]*(?<=> )$")
"""A prompt at the end of what was printed so far."""
END = re.compile(r"(?:^|\n)c / [^\n]*(?<=> )$")
"""The prompt at the end of a case."""

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="pseudo-terminals are POSIX's; Windows has no pexpect.spawn"
)


@dataclass(frozen=True)
class Talk:
    """A session in a terminal: all that was on the screen, what was printed for each line typed, the exit code."""

    screen: str
    replies: tuple[str, ...]
    code: int

    @property
    def last(self) -> str:
        """What was printed at the end."""
        return self.replies[-1]


def environment(**variables: str) -> dict[str, str]:
    """Of this process, with a terminal that only writes lines, no size of it, and in no language of its own."""
    kept = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES", "NO_COLOR")}
    return {**kept, "LC_ALL": "C.UTF-8", "TERM": "dumb", **variables}


def spawn(*arguments: object, width: int, variables: Mapping[str, str]) -> Any:
    """The program in a terminal of this width."""
    import pexpect

    command = ["-m", "voltriage", *map(str, arguments)]
    where = {"env": environment(**variables), "cwd": str(ROOT), "dimensions": (50, width)}
    return pexpect.spawn(sys.executable, command, encoding="utf-8", timeout=10, **where)


def talk(
    *arguments: object, lines: tuple[str, ...], width: int = 80, variables: Mapping[str, str] | None = None
) -> Talk:
    """Type these lines, each when there is a prompt, until it ends; `^C` and `^D` are those keys.

    What was typed stands at the beginning of the reply to it, as it does on the screen.
    """
    import pexpect

    child = spawn(*arguments, width=width, variables=variables or {})
    child.delaybeforesend = None
    replies = []
    for line in lines:
        if child.expect([PROMPT, pexpect.EOF]):
            break
        replies.append(child.before + child.after)
        if line in ("^C", "^D"):
            (child.sendintr if line == "^C" else child.sendeof)()
        else:
            child.sendline(line)
    else:
        if child.expect([END, pexpect.EOF]) == 0:
            replies.append(child.before + child.after)
            child.sendline("")
            child.expect(pexpect.EOF)
            child.before = replies.pop() + child.before
    replies.append(child.before)
    child.close()
    shown = tuple(reply.replace("\r\n", "\n") for reply in replies)
    return Talk(without_name("".join(shown)), shown, child.exitstatus)


def without_name(screen: str) -> str:
    """The name of a journal, which is a time, left out."""
    return re.sub(r"voltriage resume \S+", "voltriage resume JOURNAL", screen)


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base as a folder."""
    return small.write(tmp_path_factory.mktemp("small") / "kb")


# Whole transcripts

SESSIONS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    # a number, a second thought, and a remedy that takes its time
    "count.en": (
        "en",
        COUNT,
        (
            *("2", "?", "perhaps", "n", "why", "y", "n", "back", "status", "causes", "change 2 y", "y", "stauts"),
            *("set count=18", "why 2", "change 4 3", "how", "pending"),
        ),
    ),
    "count.de": (
        "de",
        COUNT,
        (
            *("2", "?", "vielleicht", "n", "warum", "j", "n", "zurück", "stand", "ursachen", "ändere 2 j", "j", "stnd"),
            *("setze count=18", "warum 2", "ändere 4 3", "wie", "wartet"),
        ),
    ),
    # a remedy that needs consent
    "key.en": ("en", KEY, ("help", "?", "n", "how", "y", "fixed", "I agree", "?", "fixed")),
    "key.de": ("de", KEY, ("hilfe", "?", "n", "wie", "j", "behoben", "Ich stimme zu", "?", "behoben")),
}


def transcript(name: str, kb: Path) -> Talk:
    lang, code, lines = SESSIONS[name]
    return talk("diagnose", code, "--kb", kb, "--lang", lang, lines=lines)


@pytest.mark.parametrize("name", SESSIONS)
def test_a_session_looks_as_it_is_kept_in_gold(name: str, kb: Path) -> None:
    session = transcript(name, kb)
    assert session.screen == (GOLD / f"{name}.txt").read_text(encoding="utf-8")
    assert session.code == (exits.DONE if name.startswith("key") else exits.OPEN)


@pytest.mark.parametrize("name", SESSIONS)
def test_a_pipe_shows_the_same_as_the_terminal_without_what_was_typed(name: str, kb: Path) -> None:
    lang, code, lines = SESSIONS[name]
    command = [sys.executable, "-m", "voltriage", "diagnose", code, "--kb", str(kb), "--lang", lang]
    typed = "".join(f"{line}\n" for line in lines).encode()
    piped = subprocess.run(
        command, input=typed, capture_output=True, env=environment(), cwd=ROOT, check=False, timeout=60
    )
    gold = (GOLD / f"{name}.txt").read_text(encoding="utf-8")
    on_screen = re.sub(r"\nc (?:copies|kopiert) [^>]*> \n", "", gold).splitlines()  # nobody is there to be asked
    rest = iter(lines)
    for number, line in enumerate(on_screen):
        if " > " in line:
            on_screen[number] = line.removesuffix(next(rest))
    assert (without_name(piped.stdout.decode()).splitlines(), piped.stderr) == (on_screen, b"")


# A case from the code to its end, with every command


def test_a_whole_case_of_the_shipped_knowledge_from_the_code_to_resolved() -> None:
    case = ("0xC004F038", "1", "1", "n", "n", "y", "?", "?", "back", "5", "fixed")
    session = talk("--lang", "en", lines=case)
    assert session.code == exits.DONE
    assert "Type or paste the error code" in session.replies[0]
    assert "0xC004F038 (C004 F038): " in session.replies[1]
    assert "Which product fails to activate?" in session.replies[1]
    assert "Is the current count on the KMS host at least 5?" in session.replies[6]
    assert "Answer now, or type ? again" in session.replies[7]
    assert "at least 5?" not in session.replies[8]  # the second ? went on without knowing
    assert "at least 5?" in session.replies[9]
    assert session.last.startswith("fixed\n\nResolved by: Trigger activation and read the result\n\nc copies the note")


def replies(kb: Path, lang: str, code: str, *lines: str) -> tuple[str, ...]:
    """What was printed for each line, the first being what stood there before."""
    return talk("diagnose", code, "--kb", kb, "--lang", lang, lines=(*lines, "quit")).replies


WORDING = {
    # command in English, in German: what must be in its answer
    "too far back": ("back", "zurück", "this is the first step", "Das ist der erste Schritt"),
    "first ?": ("?", "?", "Answer now, or type ? again", "Antworten Sie jetzt, oder geben Sie noch einmal ?"),
    "why": ("why", "warum", "A machine in a cloud is activated by", "Ein Computer in einer Cloud wird"),
    "how": ("how", "wie", "There is no command for this", "Dafür gibt es keinen Befehl"),
    "causes": ("causes", "ursachen", "1 The cloud provider looks after", "1 Der Cloudanbieter kümmert sich"),
    "cause": ("why 1", "warum 1", "Where does the machine stand? In a cloud", "Wo steht der Computer? In einer Cloud"),
    "status": ("status", "stand", "Still ahead: at least 1, usually 4,", "Noch mindestens 1, meist 4, höchstens"),
    "help": ("help", "hilfe", "undo the last answer", "die letzte Antwort"),
    "set": ("set is_server=y", "setze is_server=j", "Noted; the next step stays the same.", "Vermerkt; es bleibt beim"),
    "nothing": ("", "", "1-3 / ? / x > ", "1-3 / ? / x > "),
    "wrong set": ("set is_server", "setze is_server", "write: set ID=VALUE", "Schreiben Sie: setze ID=WERT"),
    "wrong change": ("change x", "ändere x", "write: change NUMBER VALUE", "Schreiben Sie: ändere NUMMER WERT"),
    "no such answer": ("change 7 y", "ändere 7 j", "there is no answer 7", "Es gibt keine Antwort 7"),
    "wrong code": ("code 12", "code 12", "write: code 0xC004F074", "Schreiben Sie: code 0xC004F074"),
    "no such cause": ("why me", "warum ich", 'unknown cause "me"', "Unbekannte Ursache „ich“"),
    "wrong number": ("4", "4", "Type a number from 1 to 3, or ?", "Geben Sie eine Zahl von 1 bis 3 ein"),
}


@pytest.mark.parametrize("german", [False, True], ids=["English", "German"])
def test_every_command_answers_at_every_prompt_in_the_reader_s_language(kb: Path, german: bool) -> None:
    lines = [row[1 if german else 0] for row in WORDING.values()]
    found = replies(kb, "de" if german else "en", COUNT, *lines)
    for what, row, reply in zip(WORDING, WORDING.values(), found[1:], strict=False):
        told = " ".join(reply.split()) + " "
        assert row[3 if german else 2] in told, what
        assert "1-3 / ? / x > " in told  # and the question is still open


@pytest.mark.parametrize("lang", ["en", "de"])
def test_both_languages_answers_are_understood_whatever_the_reader_s_is(kb: Path, lang: str) -> None:
    for yes, no, fixed in (("y", "n", "fixed"), ("ja", "nein", "behoben"), ("YES", "No", "Fixed")):
        session = talk("diagnose", COUNT, "--kb", kb, "--lang", lang, lines=("1", yes, yes, no, fixed))
        assert session.code == exits.DONE


def test_a_choice_is_changed_by_the_number_of_the_answer_and_of_the_choice(kb: Path) -> None:
    after = replies(kb, "en", COUNT, "1", "y", "change 1 3")
    assert "Escalate to: Administrators of the host" in after[3]
    after = replies(kb, "en", COUNT, "1", "y", "y", "change 1 2", "set place=3")
    assert "Noted; the next step stays the same." in after[4]
    assert "Escalate to" in after[5]


def test_answers_that_a_change_makes_superfluous_are_named(kb: Path) -> None:
    after = replies(kb, "en", COUNT, "?", "?", "y", "3", "change 2 n")
    assert "No longer needed, but still known:\n  - Machines counted by the host: 3" not in after[-2]
    assert "Has the host counted at least 25 machines?" not in after[-2]  # 3 machines answer this, too


def test_another_code_is_introduced_and_keeps_the_answers(kb: Path) -> None:
    after = replies(kb, "en", COUNT, "1", f"code {KEY}", "status")
    assert f"{KEY} (C00D 0002): The product key was refused" in after[2]
    assert "Is the key one for this edition?" in after[2]
    assert f"Codes: {COUNT} (C00D 0001) -> {KEY} (C00D 0002)" in " ".join(after[3].split())
    assert "1  Where does the machine stand? In the office" in after[3]


COMMAND = r"slmgr.vbs /ipk <MAK>"


def test_what_cannot_be_taken_back_is_not_shown_before_consent_in_full_words(kb: Path) -> None:
    lines = ("n", "y", "yes", "ok", "agree", "i agre", "fixed", "how", "?", "why", "status", "i agree")
    after = replies(kb, "en", KEY, *lines)
    for line, reply in zip(("", *lines), after, strict=False):
        assert (COMMAND in reply) is (line in ("how", "i agree")), line
        assert ("Nothing of it may be run before that." in reply) is (line == "how"), line
    assert all("Not agreed; nothing was noted." in reply for reply in after[2:8])
    assert "fixed / n / pending" in after[12]


@pytest.mark.parametrize("words", ["i agree", "I AGREE", '"I agree."', "ich  stimme zu", "„Ich stimme zu“"])
@pytest.mark.parametrize("lang", ["en", "de"])
def test_consent_is_taken_in_either_language_and_any_letter_case(kb: Path, words: str, lang: str) -> None:
    called = call("diagnose", KEY, "--kb", kb, "--lang", lang, lines=["n", words, "quit"])
    assert COMMAND in called.out


@pytest.mark.parametrize("word", ["declined", "n", "no", "abgelehnt", "nein", "d"])
def test_a_remedy_declined_at_the_question_of_consent_is_noted(kb: Path, word: str) -> None:
    session = talk("diagnose", KEY, "--kb", kb, "--lang", "en", lines=("n", word))
    assert session.code == exits.FINDINGS
    assert "A remedy was declined." in session.last
    assert "- Install the right key" in session.last
    assert COMMAND not in session.screen


@pytest.mark.parametrize("typed", ["b", "a", "1", "sure"])
def test_what_could_be_meant_otherwise_is_no_outcome(kb: Path, typed: str) -> None:
    called = call("diagnose", COUNT, "--kb", kb, "--lang", "en", lines=["1", "n", typed])
    assert called.code == exits.OPEN
    assert "Type fixed, n, pending, blocked, declined, or the code that appeared." in called.out


@pytest.mark.parametrize("typed", ["y", "yes", "j", "ja", "ok", "done", "Erledigt"])
def test_whoever_says_that_it_is_done_is_asked_whether_it_helped(kb: Path, typed: str) -> None:
    called = call("diagnose", COUNT, "--kb", kb, "--lang", "en", lines=["1", "n", typed])
    assert called.code == exits.OPEN
    assert "Did it help, as the check shows? Type fixed, or n if it did not." in called.out


CHANGE = ("1", "change 1")
"""A choice is asked once more."""


def replies_on_a_pipe(kb: Path, *lines: str) -> list[str]:
    """What was printed for each line, with the next prompt behind it."""
    shown = call("diagnose", COUNT, "--kb", kb, "--lang", "en", lines=lines).out
    return re.split(r"(?<=> )\n", shown)


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("?", "There is no command for this; ask whoever knows."),
        ("how", "There is no command for this; ask whoever knows."),
        ("status", "Where does the machine stand? In the office"),
        ("why 99", 'unknown cause "99"'),
        ("perhaps", "Type a number from 1 to 3"),
    ],
)
def test_a_change_without_a_value_explains_and_asks_again(kb: Path, typed: str, told: str) -> None:
    replies = replies_on_a_pipe(kb, *CHANGE, typed, "2", "status")
    assert told in replies[3]
    assert "Where does the machine stand? At home" in replies[-2]


@pytest.mark.parametrize("typed", ["back", "zurück", "", "set count=18", "change 7 y", "code 0xC00D0002", "nothing"])
def test_a_change_without_a_value_is_left_with_any_other_command(kb: Path, typed: str) -> None:
    shown = "".join(replies_on_a_pipe(kb, *CHANGE, typed, "status"))
    assert "Answer 1 stays as it is." in shown
    assert "Where does the machine stand? In the office" in shown
    assert ("Machines counted by the host" in shown) is typed.startswith("set")
    assert ("Codes: 0xC00D0001 (C00D 0001) -> 0xC00D0002 (C00D 0002)" in shown) is typed.startswith("code")


def test_a_change_to_what_nobody_can_look_up(kb: Path) -> None:
    assert "Where does the machine stand? unknown" in replies_on_a_pipe(kb, *CHANGE, "x", "status")[-2]


def test_quit_leaves_a_session_from_within_a_change(kb: Path) -> None:
    assert "Stopped; the case is open." in replies_on_a_pipe(kb, *CHANGE, "quit", "2")[-1]


def test_what_cannot_be_written_is_told_in_the_reader_s_language(kb: Path, tmp_path: Path) -> None:
    called = call("diagnose", COUNT, "--kb", kb, "--lang", "de", lines=[f"notiz {tmp_path}"])
    assert "ist ein Ordner; geben Sie eine Datei darin an" in " ".join(called.out.split())


def test_a_session_without_a_code_takes_the_options_of_one_with_a_code(kb: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    called = call("--kb", kb, "--lang", "en", "--plain", "--note", note, lines=[COUNT])
    assert called.code == exits.OPEN
    assert note.read_text(encoding="utf-8").startswith(f"# Activation error {COUNT}")


def test_an_option_before_the_command_counts_for_it(kb: Path, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    call("--note", note, "diagnose", COUNT, "--kb", kb, "--no-input")
    assert note.is_file()


@pytest.mark.parametrize("typed", [f"{COUNT} {KEY}", f"{KEY} first, then {COUNT}"])
def test_the_other_code_of_a_text_is_named(kb: Path, typed: str) -> None:
    first, other = sorted([COUNT, KEY], key=typed.index)
    shown = " ".join(call("--kb", kb, "--lang", "en", lines=[typed]).out.split())
    assert f"The text names the code {other} too; the case begins with {first}." in shown
    assert f"type: code {other}" in shown


@pytest.mark.parametrize("typed", [COUNT, f"{COUNT}, once more {COUNT.lower()}"])
def test_where_a_text_has_one_code_no_other_is_named(kb: Path, typed: str) -> None:
    assert "names the code" not in call("--kb", kb, "--lang", "en", lines=[typed]).out


def test_status_says_where_an_answer_came_from(kb: Path, tmp_path: Path) -> None:
    (tmp_path / "site.yaml").write_text("format: 1\nanswers:\n  place: office\n", encoding="utf-8", newline="\n")
    shown = call(
        "diagnose", COUNT, "--kb", kb, "--lang", "en", "--site", tmp_path / "site.yaml", lines=["y", "status"]
    ).out
    assert "1  Where does the machine stand? In the office (site.yaml, line 3)" in shown
    assert "2  Does the host accept a connection? yes\n" in shown


def test_what_came_of_a_remedy_can_be_said_while_it_is_waited_for(kb: Path) -> None:
    session = talk("diagnose", KEY, "--kb", kb, "--lang", "en", lines=("n", "i agree", "pending", "yes", "fixed"))
    assert "Resolved by: " in session.last
    assert session.code == exits.DONE


def test_consent_that_was_taken_back_is_asked_for_again(kb: Path) -> None:
    after = replies(kb, "en", KEY, "n", "I agree", "back", "n", "how", "I agree", "pending", "back")
    assert [COMMAND in reply for reply in after[1:]] == [False, True, False, False, True, True, False, False, False]


def test_each_form_of_a_command_is_tried_once_before_nothing_is_left() -> None:
    called = call("diagnose", "0xC004F074", "--lang", "en", lines=["1", "x", "nothing", "n", "y", "nothing"])
    first, second = called.out.split("No output says nothing about the case.")[1:]
    assert first.count("Does this form print something?") == 2
    assert "-MethodName Activate" in first
    assert "Noted: PowerShell works here" in first
    assert "No other form of this command is left" in second


@pytest.mark.parametrize("typed", ["azure_vm", "Model: AZURE_VM"])
def test_a_word_copied_off_the_screen_is_an_answer_where_it_is_asked_for(typed: str, tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb", german=False)
    choices = "    choices: {office: In the office, home: At home, cloud: In a cloud}\n"
    file = folder / "all.yaml"
    text = file.read_text(encoding="utf-8").replace(choices, f"{choices}    tokens: {{cloud: [AZURE_VM]}}\n")
    file.write_text(text, encoding="utf-8")
    session = talk("diagnose", COUNT, "--kb", folder, "--lang", "en", lines=(typed, "status", "quit"))
    assert "1  Where does the machine stand? In a cloud\n" in session.replies[2]


def test_a_word_of_one_letter_is_not_what_was_meant(kb: Path) -> None:
    session = talk("diagnose", COUNT, "--kb", kb, "--lang", "en", lines=("5h", "stauts", "quit"))
    assert session.replies[1].startswith("5h\nType a number from 1 to 3, or ? to see how to find out.\n")
    assert 'Did you mean "status"?' in session.replies[2]


def test_before_the_first_answer_there_is_nothing_to_change(kb: Path) -> None:
    called = call("diagnose", COUNT, "--kb", kb, "--lang", "en", lines=["change 1 home"])
    assert "there is no answer yet that could be changed" in called.out


def test_of_many_causes_the_frequent_ones_come_first_and_the_rest_is_counted() -> None:
    called = call("diagnose", "0xC004F074", "--lang", "en", lines=["causes", "causes all"])
    few, everything = called.out.split("0xC004F074", 1)[1].split("Open:\n")[1:]
    frequent = [
        shipped.knowledge().causes[cause].title.en for cause in shipped.knowledge().codes["0xC004F074"].frequent
    ]
    listed = re.findall(r"^ +\d+  (.+)$", few, re.MULTILINE)
    assert [title for title in listed if title in frequent] == listed[: len(frequent)]
    assert len(listed) == 8
    (more,) = re.findall(r"and (\d+) more", few)
    assert len(re.findall(r"^ +\d+  ", everything, re.MULTILINE)) == 8 + int(more)
    assert "more" not in everything


def test_what_nobody_can_look_at_is_listed_by_command_and_the_rest_counted() -> None:
    called = call("diagnose", "0xC004F074", "--lang", "en", lines=["1", "x"])
    listed = called.out.partition("For whoever can look there")[2].partition("are in the note")[0]
    assert "- Which key channel does the line Description name?" in listed
    assert len(re.findall("^  - ", listed, re.MULTILINE)) < 10
    assert re.search(r"\d+ more questions ", listed)


def test_what_was_asked_comes_first_in_the_list_for_its_place() -> None:
    called = call("diagnose", "0xC004F074", "--lang", "en", lines=["x"])
    listed = called.out.partition("For whoever can look there")[2]
    assert listed.partition("  - ")[2].startswith("Which product fails to activate?\n")


def test_a_question_mark_explains_again_when_the_question_comes_up_again(kb: Path) -> None:
    after = replies(kb, "en", COUNT, "1", "?", "y", "back", "?")
    assert "Answer now, or type ? again" in after[5]


# Stopping


@pytest.mark.parametrize("key", ["^C", "^D"])
@pytest.mark.parametrize("arguments", [[], ["diagnose", COUNT], ["diagnose", "hello"]], ids=str)
def test_ctrl_c_and_ctrl_d_leave_the_case_open_without_a_traceback(kb: Path, key: str, arguments: list[str]) -> None:
    session = talk("--kb", kb, "--lang", "en", *arguments, lines=(key,))
    assert session.code == exits.OPEN
    assert "Traceback" not in session.screen
    assert "Stopped; the case is open." in session.last or COUNT not in arguments


@pytest.mark.parametrize(("lang", "word"), [("en", "quit"), ("de", "ende"), ("en", "q")])
def test_quit_leaves_at_every_prompt(kb: Path, lang: str, word: str) -> None:
    for lines in (("n",), ("n", "i agree"), ()):
        session = talk("diagnose", KEY, "--kb", kb, "--lang", lang, lines=(*lines, word))
        assert session.code == exits.OPEN
        stopped = "Stopped; the case is open." if lang == "en" else "Unterbrochen; der Fall bleibt offen."
        assert stopped in session.last
        assert ("  voltriage resume " in session.last) is bool(lines)
    assert talk("--kb", kb, "--lang", lang, lines=(word,)).code == exits.OPEN


# Asking for the code


def test_the_code_is_asked_for_until_one_is_found(kb: Path) -> None:
    lines = ("what?", "", "the count of machines is quite low", "Error: 0xC00D0002 somewhere", "quit")
    session = talk("--kb", kb, "--lang", "en", lines=lines)
    assert "No error code and no known message in that" in session.replies[1]
    assert "Did you mean one of these? Type its code.\n  0xC00D0001  The count of machines" in session.replies[3]
    assert "Is the key one for this edition?" in session.replies[4]


def test_a_code_that_is_not_known_is_said_to_be_so_and_leads_on(kb: Path) -> None:
    session = talk("diagnose", small.UNKNOWN, "--kb", kb, "--lang", "de", lines=("n", "ende"))
    assert f"{small.UNKNOWN} steht nicht in dieser Wissensbasis." in session.replies[0]
    assert "Abhilfe: Die Tür öffnen" in session.replies[1]


def test_a_code_that_is_treated_like_another_is_named_with_it_wherever_it_is_typed() -> None:
    told = "0xC004F069 is treated here like 0xC004F050."
    assert talk("diagnose", "0xC004F069", "--lang", "en", lines=("quit",)).replies[0].startswith(told)
    assert told in talk("--lang", "en", lines=("c004f069", "quit")).replies[1]
    after = talk("diagnose", "0xC004F009", "--lang", "en", lines=("code 0xC004F069", "quit")).replies
    assert told in after[1]
    assert "0xC004F050 (C004 F050): " in after[1]
    shown = (
        "--answer",
        "channel=kms_client",
        "--answer",
        "failing_product=windows",
        "--answer",
        "location=own_network",
    )
    shown = (*shown, "--answer", "away_from_network=no", "--answer", "inner_code=none", "--lang", "en")
    tried = talk("diagnose", "0xC004F074", *shown, lines=("c004f069", "quit"))
    assert "Trigger activation" in tried.replies[0]
    assert told in tried.replies[1]
    assert "0xC004F050 (C004 F050): " in tried.replies[1]


# The look

LOOKED_AT = (
    *("1", "1", "hilfe", "?", "warum", "wie", "n", "n", "n", "ursachen", "stand", "warum 19", "foo", "7", "99999"),
    *("n", "n", "n", "ursachen", "n", "stand", "n", "n", "n", "n", "n", "n", "n", "n", "n"),
)


@pytest.mark.parametrize("variables", [{}, {"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=str)
def test_there_are_no_escape_sequences(variables: dict[str, str]) -> None:
    session = talk("diagnose", "0xC004F038", "--lang", "de", lines=(*LOOKED_AT, "ende"), variables=variables)
    assert "\x1b" not in session.screen
    assert not re.search(r"[^\S\n ]|[\x00-\x08\x0b-\x1f]", session.screen)


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("code", ["0xC004F038", "0xC004C003", "0x80070005"])
@pytest.mark.parametrize("width", [60, 80, 200])
def test_no_line_of_text_is_wider_than_the_terminal(width: int, code: str, lang: str) -> None:
    session = talk("diagnose", code, "--lang", lang, lines=(*LOOKED_AT, "ende"), width=width)
    typed = max(map(len, LOOKED_AT))
    commands = set(commands_of(shipped.knowledge()))
    for line in session.screen.splitlines():
        too_wide = len(line) > min(78, width - 1) + (typed if " > " in line else 0)
        assert not too_wide or line.strip() in commands or " " not in line.strip(), line


def commands_of(kb: KnowledgeBase) -> Iterator[str]:
    """Every command of a knowledge base, which is never wrapped."""
    for question in kb.questions.values():
        for how in question.how:
            yield from (how.command, *(variant.command for variant in how.variants))
    for remedy in kb.remedies.values():
        yield remedy.verify.command
        for step in remedy.steps:
            yield from (step.command, *(variant.command for variant in step.variants))


def test_blocks_are_parted_by_one_empty_line_and_no_line_ends_in_blanks(kb: Path) -> None:
    for name in SESSIONS:
        screen = (GOLD / f"{name}.txt").read_text(encoding="utf-8")
        assert "\n\n\n" not in screen
        assert not [line for line in screen.splitlines() if line.endswith(" ") and not END.match(line)]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        base = small.write(Path(folder) / "kb")
        for session_name in SESSIONS:
            (GOLD / f"{session_name}.txt").write_text(transcript(session_name, base).screen, encoding="utf-8")
