"""Nothing is lost: the real program is killed, interrupted, cut off, and goes on where it stopped.

What must be known afterwards is told by a session of the library in which the same was done without any interruption.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

import pytest

from engine.case import Ask, CaseError, Escalated, Propose, Resolved
from engine.journal import read
from engine.resuming import resume
from engine.session import Session
from kb import words
from kb.knowledge import KnowledgeBase
from tests import shipped, small
from tests.small import COUNT, KEY
from tests.test_console import environment
from voltriage import exits

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 30
"""How long a program may take to the next prompt on a busy machine."""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals and pseudo-terminals are POSIX's")


# The real program on a pipe


class Program:
    """The real program, with its sessions in a folder of their own; closed (killed) at the end of the context."""

    def __init__(self, data: Path, *arguments: object, **variables: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "voltriage", *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment(XDG_DATA_HOME=str(data), **variables),
            cwd=ROOT,
            bufsize=0,
        )

    def __enter__(self) -> Program:
        return self

    def __exit__(self, *_error: object) -> None:
        self._process.kill()
        self._process.__exit__(None, None, None)

    def until_prompt(self) -> str:
        """What it prints up to the next prompt, or to its end."""
        assert self._process.stdout is not None
        shown = b""
        end = time.monotonic() + SECONDS
        with selectors.DefaultSelector() as selector:
            selector.register(self._process.stdout, selectors.EVENT_READ)
            while not shown.endswith(b" > "):
                assert selector.select(end - time.monotonic()), f"no prompt came after {shown.decode()!r}"
                chunk = self._process.stdout.read(65536)
                if not chunk:
                    break
                shown += chunk
        return shown.decode()

    def type(self, line: str) -> str:
        """Type a line; returns what is printed up to the next prompt, or to the end."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n".encode())
        return self.until_prompt()

    def send(self, number: int) -> None:
        """Send it a signal."""
        self._process.send_signal(number)

    def stop_listening(self) -> None:
        """Close what it prints to."""
        assert self._process.stdout is not None
        self._process.stdout.close()

    def end_unheard(self, typed: str) -> tuple[int, str]:
        """Type and end its input, when nobody listens any more; its exit code and standard error."""
        assert self._process.stdin is not None
        assert self._process.stderr is not None
        self._process.stdin.write(typed.encode())
        self._process.stdin.close()
        err = self._process.stderr.read().decode()
        return self._process.wait(SECONDS), err

    def end(self) -> tuple[int, str, str]:
        """End its input; its exit code and what it still printed on standard output and standard error."""
        out, err = self._process.communicate(timeout=SECONDS)
        return self._process.returncode, out.decode(), err.decode()


def journals(data: Path) -> list[Path]:
    """The journals in a data folder."""
    return sorted((data / "voltriage" / "sessions").glob("*.jsonl"))


def known(data: Path, kb: KnowledgeBase) -> Session:
    """The session that the only journal holds."""
    (path,) = journals(data)
    return resume(kb, read(path)).session


def whole(session: Session) -> tuple[Any, ...]:
    """All that can be seen of a case."""
    return session.state, session.next(), session.facts, session.events, list(session.given.items()), session.trail


# Killed at every prompt


@dataclass
class Operator:
    """Somebody who types at random, and does the same in a session that nothing interrupts."""

    session: Session
    random: Random
    typed: list[str] = field(default_factory=list)

    def line(self) -> str:
        """The next line to type, when it is done in the session."""
        for _ in range(50):
            line, act = self._input()
            try:
                act()
            except CaseError:
                continue
            self.typed.append(line)
            return line
        raise AssertionError(f"nothing more to type after {self.typed}")

    def _input(self) -> tuple[str, Callable[[], object]]:
        session, choice = self.session, self.random.random()
        if choice < 0.08 and session.events:
            return "back", session.back
        if choice < 0.14 and session.given:
            number = self.random.randint(1, len(session.given))
            subject = list(session.given)[number - 1]
            value = self._value(subject)
            return f"change {number} {value}", lambda: session.change(number, value)
        if choice < 0.18:
            subject = self.random.choice(session.plan.questions)
            value = self._value(subject)
            return f"set {subject}={value}", lambda: session.tell(subject, value)
        step = session.next()
        if isinstance(step, Ask) and choice < 0.22:
            return "x", session.cannot_look
        if isinstance(step, Ask):
            value = self._value(step.question)
            return value, lambda: session.answer(value)
        outcome = self.random.choice((words.BLOCKED, words.BLOCKED, words.DECLINED, "0xC004F009", words.BLOCKED))
        return outcome, lambda: session.outcome(outcome)

    def _value(self, subject: str) -> str:
        question = self.session.kb.questions.get(subject)
        return self.random.choice(question.answers) if question else words.UNKNOWN


def killed_at_every_prompt(data: Path, code: str, seed: int, prompts: int) -> int:
    """Kill the program at each of so many prompts (or until the case ends), resume it, and compare; their number."""
    kb = shipped.knowledge()
    operator = Operator(Session(kb, code), Random(seed))
    start: tuple[object, ...] = ("diagnose", code, "--lang", "en")
    for prompt in range(prompts):
        with Program(data, *start) as program:
            program.until_prompt()
            line = operator.line()
            program.type(line)
            program.send(signal.SIGKILL)
        session = known(data, kb)
        assert whole(session) == whole(operator.session), operator.typed
        if isinstance(session.next(), Resolved | Escalated):
            return prompt + 1
        start = ("resume",)
    return prompts


@pytest.mark.parametrize("code", ["0xC004F074", "0xC004F038", "0xC004C003"])
def test_a_session_that_is_killed_at_every_prompt_loses_no_answer(code: str, tmp_path: Path) -> None:
    assert killed_at_every_prompt(tmp_path, code, seed=1, prompts=4) >= 2


SESSIONS = [(code, seed) for seed, code in enumerate(shipped.codes()) if code != words.UNKNOWN_CODE]


@pytest.mark.exhaustive
@pytest.mark.parametrize(("code", "seed"), SESSIONS)
def test_sessions_over_all_codes_that_are_killed_at_every_prompt_lose_no_answer(
    code: str, seed: int, tmp_path: Path
) -> None:
    assert len(SESSIONS) >= 20
    assert killed_at_every_prompt(tmp_path, code, seed, prompts=12) >= 1


# Stopped in every other way


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base as a folder."""
    return small.write(tmp_path_factory.mktemp("small") / "kb")


SAVED = re.compile(r"\n  voltriage resume (\S+)\n$")

STOPS: dict[str, Callable[[Program], object]] = {
    "the end of input": lambda _: None,
    "quit": lambda program: program.type("quit"),
    "Ctrl-C": lambda program: program.send(signal.SIGINT),
    "a closed terminal": lambda program: program.send(signal.SIGHUP),
    "the end of the system": lambda program: program.send(signal.SIGTERM),
}


@pytest.mark.parametrize("how", STOPS)
def test_however_a_session_is_stopped_the_command_to_resume_it_is_printed_and_works(
    how: str, kb: Path, tmp_path: Path
) -> None:
    with Program(tmp_path, "diagnose", COUNT, "--kb", kb, "--lang", "en") as program:
        program.until_prompt()
        program.type("1")
        shown = STOPS[how](program) or ""
        code, out, err = program.end()
    assert (code, err) == (exits.OPEN, "")
    assert "Stopped; the case is open.\n" in str(shown) + out
    found = SAVED.search(str(shown) + out)
    assert found
    with Program(tmp_path, "resume", found[1]) as program:
        assert "1 answer is known." in (again := program.until_prompt())
        assert "Does the host accept a connection?" in again
        assert "In the office" not in again  # what the code means and what was answered is not gone through again


@pytest.mark.parametrize("how", STOPS)
def test_of_a_session_in_which_nothing_was_answered_nothing_is_kept(how: str, kb: Path, tmp_path: Path) -> None:
    with Program(tmp_path, "diagnose", COUNT, "--kb", kb, "--lang", "en") as program:
        program.until_prompt()
        assert len(journals(tmp_path)) == 1
        STOPS[how](program)
        code, out, _ = program.end()
    assert code == exits.OPEN
    assert "resume" not in out
    assert list((tmp_path / "voltriage" / "sessions").iterdir()) == []


def test_where_hang_ups_are_ignored_they_stay_so(kb: Path, tmp_path: Path) -> None:
    command = ["nohup", sys.executable, "-m", "voltriage", "diagnose", COUNT, "--kb", str(kb), "--lang", "en"]
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment(XDG_DATA_HOME=str(tmp_path)),
        cwd=ROOT,
        bufsize=0,
    )
    with process:
        assert process.stdout is not None
        while not process.stdout.read(65536).endswith(b" > "):
            pass
        process.send_signal(signal.SIGHUP)
        out, _ = process.communicate(b"1\nn\nfixed\n", timeout=SECONDS)
    assert process.returncode == exits.DONE
    assert b"Resolved by: Open the door" in out


def terminal(data: Path, *arguments: object) -> Any:
    """The program in a pseudo-terminal."""
    import pexpect

    child = pexpect.spawn(
        sys.executable,
        ["-m", "voltriage", *map(str, arguments)],
        env=environment(XDG_DATA_HOME=str(data)),
        cwd=str(ROOT),
        encoding="utf-8",
        timeout=SECONDS,
        dimensions=(50, 100),
    )
    child.delaybeforesend = None
    return child


@pytest.mark.parametrize("plain", [["--plain"], []], ids=["plain", "with line editing"])
@pytest.mark.parametrize("key", ["sendintr", "sendeof"])
def test_in_a_terminal_ctrl_c_and_ctrl_d_save_too(plain: list[str], key: str, kb: Path, tmp_path: Path) -> None:
    import pexpect

    child = terminal(tmp_path, "diagnose", COUNT, "--kb", kb, "--lang", "en", *plain)
    child.expect("1-3 / ")
    child.sendline("1")
    child.expect("accept a connection")
    child.expect("y / n ")
    getattr(child, key)()
    child.expect("Stopped; the case is open.")
    child.expect(r"voltriage resume (\S+)")
    name = child.match[1]
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == exits.OPEN
    assert journals(tmp_path)[0].stem == name


@pytest.mark.parametrize("plain", [["--plain"], []], ids=["plain", "with line editing"])
def test_a_terminal_that_is_closed_loses_nothing(plain: list[str], kb: Path, tmp_path: Path) -> None:
    child = terminal(tmp_path, "diagnose", COUNT, "--kb", kb, "--lang", "en", *plain)
    child.expect("1-3 / ")
    child.sendline("1")
    child.expect("accept a connection")
    child.expect("y / n ")
    os.close(child.child_fd)  # the window is gone: there is nobody to read or to type
    child.closed, child.child_fd = True, -1
    assert os.waitstatus_to_exitcode(os.waitpid(child.pid, 0)[1]) == exits.OPEN
    child.ptyproc.terminated = True
    with Program(tmp_path, "resume") as program:
        assert "1 answer is known." in program.until_prompt()


# Where it is kept


def test_a_session_is_kept_in_a_file_that_is_named_and_resumed_from_there(kb: Path, tmp_path: Path) -> None:
    path = tmp_path / "my case.jsonl"
    with Program(tmp_path, "diagnose", COUNT, "--kb", kb, "--lang", "de", "--journal", path) as program:
        program.until_prompt()
        program.type("1")
        code, out, _ = program.end()
    assert code == exits.OPEN
    assert f"  voltriage resume '{path}' --kb {kb}\n" in out
    assert journals(tmp_path) == []
    with Program(tmp_path, "resume", path) as program:
        code, out, err = program.end()
    assert code == exits.USAGE
    assert f'"{kb}"' in err
    assert "[journal-other-kb]" in err  # a file from anywhere must not make this program open a folder anywhere
    with Program(tmp_path, "resume", path, "--kb", kb) as program:
        assert "Nimmt der Host eine Verbindung an?" in program.until_prompt()
    with Program(tmp_path, "resume", path, "--kb", kb, "--lang", "en") as program:
        assert "Does the host accept a connection?" in program.until_prompt()


def call(data: Path, *arguments: object) -> tuple[int, str, str]:
    """Call the program without input."""
    with Program(data, *arguments) as program:
        return program.end()


def test_a_file_that_is_not_empty_is_refused_with_the_hint_to_resume_it(kb: Path, tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("mine", encoding="utf-8")
    code, _, err = call(tmp_path, "diagnose", COUNT, "--kb", kb, "--lang", "en", "--journal", path)
    assert code == exits.USAGE
    assert "is not empty; go on in it with voltriage resume" in err
    assert path.read_text(encoding="utf-8") == "mine"
    for option in ("--json", "--no-input", "--skeleton"):
        code, _, err = call(tmp_path, "diagnose", COUNT, "--kb", kb, "--journal", tmp_path / "new", option)
        assert (code, (tmp_path / "new").exists()) == (exits.USAGE, False)


@pytest.mark.parametrize("option", ["--json", "--no-input", "--skeleton"])
def test_without_a_guided_session_nothing_is_kept(option: str, kb: Path, tmp_path: Path) -> None:
    call(tmp_path, "diagnose", COUNT, "--kb", kb, "--answer", "place=office", option)
    assert journals(tmp_path) == []


def test_names_tell_the_time_and_the_code_and_are_numbered_where_they_are_taken(kb: Path, tmp_path: Path) -> None:
    for _ in range(4):
        call(tmp_path, "diagnose", COUNT, "--kb", kb, "--answer", "place=office")
    names = [path.name for path in journals(tmp_path)]
    assert len(names) == 4
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT\d{6}Z-C00D0001(-\d)?\.jsonl", name) for name in names)


def test_a_session_goes_on_where_nothing_can_be_kept_and_says_so_once(kb: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("no folder", encoding="utf-8")
    with Program(tmp_path / "data", "diagnose", COUNT, "--kb", kb, "--lang", "en") as program:
        program.until_prompt()
        program.type("1")
        program.type("n")
        out = program.type("fixed")
        code, _, err = program.end()
    assert code == exits.DONE
    assert "Resolved by: Open the door" in out
    assert err.count("cannot be kept") == err.count("[not-kept]") == 1


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
sys.argv[:] = ["voltriage", *sys.argv[2:]]
from voltriage.cli import main
main()
"""


def test_a_session_goes_on_when_the_disk_is_full_and_says_so_once(kb: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, "700", "diagnose", COUNT, "--kb", str(kb), "--lang", "en"],
        input=b"1\ny\ny\ny\nnone\n",
        capture_output=True,
        env=environment(XDG_DATA_HOME=str(tmp_path)),
        cwd=ROOT,
        check=False,
        timeout=SECONDS,
    )
    assert done.returncode == exits.FINDINGS, done.stderr
    assert done.stderr.count(b"[not-kept]") == 1
    assert b"from here on this session cannot be kept" in done.stderr
    assert 0 < len(known(tmp_path, small.knowledge()).events) < 5


def test_a_session_whose_folder_is_removed_goes_on_and_is_written_anew(kb: Path, tmp_path: Path) -> None:
    with Program(tmp_path / "data", "diagnose", COUNT, "--kb", kb, "--lang", "en") as program:
        program.until_prompt()
        program.type("1")
        shutil.rmtree(tmp_path / "data")
        program.type("n")
        out = program.type("n")
        code, rest, err = program.end()
    assert code == exits.OPEN
    assert SAVED.search(out + rest)
    assert err.count("[written-anew]") == 1
    session = Session(small.knowledge(), COUNT)
    session.answer("office")
    session.answer("no")
    session.outcome("not-fixed")
    assert whole(known(tmp_path / "data", small.knowledge())) == whole(session)


def test_a_session_whose_folder_cannot_be_made_again_goes_on_and_says_so_once(kb: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Program(data, "diagnose", COUNT, "--kb", kb, "--lang", "en") as program:
        program.until_prompt()
        program.type("1")
        shutil.rmtree(data)
        data.write_text("no folder", encoding="utf-8")
        program.type("n")
        program.type("n")
        code, rest, err = program.end()
    assert code == exits.OPEN
    assert err.count("[not-kept]") == 1
    assert "the note keeps what was found out" in " ".join(rest.split())


def test_journals_of_cases_that_ended_long_ago_are_removed_when_another_ends(kb: Path, tmp_path: Path) -> None:
    ended, still_open = stopped(tmp_path, kb, "3"), stopped(tmp_path, kb, "1")
    old = [path.with_name(path.name.replace(path.name[:4], "2020")) for path in (ended, still_open)]
    for path, moved in zip((ended, still_open), old, strict=True):
        content = path.read_text(encoding="utf-8").replace(f'"time":"{path.name[:4]}', '"time":"2020')
        moved.write_text(content, encoding="utf-8")
    assert set(journals(tmp_path)) == {ended, still_open, *old}

    newest = stopped(tmp_path, kb, "3")

    assert set(journals(tmp_path)) == {ended, still_open, old[1], newest}


# resume


def stopped(data: Path, kb: Path, *lines: str, code: str = COUNT) -> Path:
    """A session that was stopped after these lines; its journal."""
    before = set(journals(data))
    with Program(data, "diagnose", code, "--kb", kb, "--lang", "en") as program:
        program.until_prompt()
        for line in lines:
            program.type(line)
        program.end()
    (path,) = set(journals(data)) - before
    return path


def test_without_a_name_the_open_session_that_was_worked_on_last_goes_on(kb: Path, tmp_path: Path) -> None:
    first = stopped(tmp_path, kb, "1")
    second = stopped(tmp_path, kb, "n", code=KEY)
    stopped(tmp_path, kb, "3")  # escalated: not open
    with Program(tmp_path, "resume") as program:
        assert f"{KEY}, begun on" in program.until_prompt()
        with Program(tmp_path, "resume") as other:  # that one is in use
            assert f"{COUNT}, begun on" in other.until_prompt()
        code, _, err = call(tmp_path, "resume", second.stem)
        assert code == exits.USAGE
        assert "is in use" in err
    code, out, _ = call(tmp_path, "resume", "--list", "--kb", kb, "--lang", "en")
    assert code == exits.DONE
    listed = out.splitlines()
    assert {listed[0], listed[3]} == {first.stem, second.stem}
    assert len(listed) == 6
    assert re.search(rf"{COUNT}, last on \d{{4}}-\d\d-\d\d \d\d:\d\d, 1 answer\n  next: .*accept a connection", out)


def test_with_the_wrong_knowledge_base_nothing_is_lost_by_looking(kb: Path, tmp_path: Path) -> None:
    path = stopped(tmp_path, kb, "1", "y")
    content = path.read_bytes()
    code, out, _ = call(tmp_path, "resume", "--kb", ROOT / "kb" / "data")
    assert code == exits.OPEN
    assert "left out: place=office" in out
    assert path.read_bytes() == content
    with Program(tmp_path, "resume") as program:
        assert "2 answers are known." in program.until_prompt()


def test_a_reader_who_has_enough_loses_nothing(kb: Path, tmp_path: Path) -> None:
    with Program(tmp_path, "diagnose", COUNT, "--kb", kb, "--lang", "en") as program:
        program.until_prompt()
        program.type("1")
        program.stop_listening()
        code, err = program.end_unheard("y\n")
    assert (code, err) == (exits.OPEN, "")
    assert [told.value for told in known(tmp_path, small.knowledge()).given.values()] == ["office"]


def test_there_may_be_nothing_to_resume(tmp_path: Path) -> None:
    assert call(tmp_path, "resume", "--list", "--lang", "en") == (exits.DONE, "There is no open session.\n", "")
    for arguments in ([], ["nonsense"], [str(tmp_path)], ["a\x1b[31m"], [""], ["../../etc/passwd"]):
        code, out, err = call(tmp_path, "resume", "--lang", "en", *arguments)
        assert (code, out) == (exits.USAGE, "")
        assert "[no-journal]" in err
        assert "\x1b" not in err


def test_a_pending_case_asks_what_came_of_the_remedy(kb: Path, tmp_path: Path) -> None:
    with Program(tmp_path, "diagnose", COUNT, "--kb", kb, "--lang", "en") as program:
        program.until_prompt()
        program.type("1")
        program.type("n")
        out = program.type("pending")
        code, rest, _ = program.end()
    assert code == exits.OPEN
    assert SAVED.search(out + rest)
    with Program(tmp_path, "resume") as program:
        out = program.until_prompt()
        assert "pending: Open the door" in out
        assert "What was begun:\n  1. [" in out
        assert "Check: [" in out
        assert "Resolved by: Open the door" in program.type("fixed")
        assert program.end()[0] == exits.DONE
    assert known(tmp_path, small.knowledge()).next() == Resolved("open_door")


@pytest.mark.parametrize(
    ("lines", "code", "shown"),
    [
        pytest.param(["3"], exits.FINDINGS, "Escalate to: Administrators of the host", id="escalated"),
        pytest.param(["1", "n", "fixed"], exits.DONE, "Resolved by: Open the door", id="resolved"),
    ],
)
def test_a_case_that_has_ended_only_shows_its_end(
    lines: list[str], code: int, shown: str, kb: Path, tmp_path: Path
) -> None:
    path = stopped(tmp_path, kb, *lines)
    content = path.read_bytes()
    found, out, err = call(tmp_path, "resume", path.stem)
    assert (found, err) == (code, "")
    assert shown in out
    assert path.read_bytes() == content


def test_a_torn_line_is_reported_and_the_rest_is_there(kb: Path, tmp_path: Path) -> None:
    path = stopped(tmp_path, kb, "1")
    with path.open("ab") as file:
        file.write(b'{"what":"answer","question":"door_o')
    with Program(tmp_path, "resume") as program:
        shown = program.until_prompt()
        assert "what was typed last is not known. Type it again." in " ".join(shown.split())
        assert "1 answer is known." in shown
        program.type("n")
    assert known(tmp_path, small.knowledge()).next() == Propose("open_door", "door_is_closed", "door_closed")


def test_a_damaged_line_is_an_error_in_the_reader_s_language_without_a_traceback(kb: Path, tmp_path: Path) -> None:
    path = stopped(tmp_path, kb, "1", "y")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join([lines[0], b"\xff\x1b[2J\n", *lines[2:]]))
    for lang, sentence in (("en", "delete it and what follows"), ("de", "löschen Sie sie und alles danach")):
        code, _, err = call(tmp_path, "resume", path.stem, "--lang", lang)
        assert code == exits.USAGE
        assert f"{path}:2: " in err
        assert sentence in err
        assert "\x1b" not in err
    code, out, err = call(tmp_path, "resume", "--list", "--lang", "en")
    assert (code, err) == (exits.DONE, "")
    assert f"{path.stem}\n  cannot be used: " in out


@pytest.mark.parametrize("said", ["by \u00ad\u2060phone", f"key {'-'.join(['BCDFG'] * 5)}"])
def test_what_a_journal_names_as_a_source_works_on_no_screen(said: str, kb: Path, tmp_path: Path) -> None:
    path = stopped(tmp_path, kb, "1", "y")
    path.write_bytes(path.read_bytes().replace(b'"operator"', json.dumps(said).encode()))
    with Program(tmp_path, "resume") as program:
        program.until_prompt()
        shown = " ".join(program.type("status").split())
    assert "In the office (by phone)" in shown or "In the office (key XXXXX-" in shown
    assert not re.search("[\u00ad\u2060]|BCDFG-BCDFG", shown)


def test_another_knowledge_base_is_said_with_what_changed(kb: Path, tmp_path: Path) -> None:
    stopped(tmp_path, kb, "1", "y", "y")
    text = small.YAML
    for old, new in (("is_server", "runs_server"), ("office: In the office, ", ""), ("[office, home]", "[home]")):
        text = text.replace(old, new)
    other = small.write(tmp_path / "other", german=False)
    (other / "all.yaml").write_text(text, encoding="utf-8")
    with Program(tmp_path, "resume", "--kb", other) as program:
        shown = " ".join(program.until_prompt().split())
    assert "1 answer is known." in shown
    assert re.search(r"The knowledge base is another one than then \(2026\.1 \w{8} then, 2026\.1 \w{8} now\)", shown)
    assert 'left out: place=office ("office" is no answer to place; possible: home, cloud, unknown)' in shown
    assert 'left out: is_server=yes (unknown question or measure "is_server"; did you mean "runs_server"?)' in shown
    assert (
        "From line 2 of the journal on, the rules lead elsewhere: "
        'then to "Does the host accept a connection?", now to "Where does the machine stand?".' in shown
    )
