"""What is read from a terminal, plain lines and a pipe, in real pseudo-terminals."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.terminal_driver import LONG_COMMAND, ROLES

ROOT = Path(__file__).resolve().parent.parent
KEY = "BT289-PN344-W3M64-4P9V3-8K6XV"
HIDDEN = "XXXXX-XXXXX-XXXXX-XXXXX-8K6XV"
PUBLISHED = "W269N-WFGWX-YVC9B-4J6C9-T83GX"
BEGIN, END = "\x1b[200~", "\x1b[201~"
READ = re.compile(r"(TYPED|PASTED) '(.*?)'\.\r\n|(STOPPED|END)\r\n")
COLOUR = re.compile(r"\x1b\[[0-9;]*m")
SEQUENCE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")

on_posix = pytest.mark.skipif(
    sys.platform == "win32", reason="pseudo-terminals are POSIX's; Windows has no pexpect.spawn"
)
RICH: tuple[str, ...] = ()
PLAIN = ("--plain",)
both = pytest.mark.parametrize("arguments", [RICH, PLAIN], ids=["rich", "plain"])


def environment(**variables: str) -> dict[str, str]:
    kept = {key: value for key, value in os.environ.items() if key not in ("COLUMNS", "LINES", "NO_COLOR")}
    return {**kept, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **variables}


@contextlib.contextmanager
def driven(*arguments: str, width: int = 80, **variables: str) -> Iterator[Any]:
    """The driver at its first prompt."""
    import pexpect

    child = pexpect.spawn(
        sys.executable,
        ["-m", "tests.terminal_driver", *arguments],
        encoding="utf-8",
        timeout=20,
        env=environment(**variables),
        cwd=str(ROOT),
        dimensions=(24, width),
    )
    child.delaybeforesend = None
    try:
        child.expect_exact("prompt> ")
        child.shown = child.before
        yield child
    finally:
        child.close(force=True)


def reading(child: Any) -> tuple[str, str]:
    """How the next input was read, and what it was; afterwards there is a prompt again, if there will be."""
    import pexpect

    child.expect(READ)
    how, text, ended = child.match.groups()
    child.shown = child.before + child.after
    if ended != "END":
        child.expect([re.escape("prompt> "), pexpect.EOF])
    return (ended, "") if ended else (how, text.encode().decode("unicode_escape"))


def nothing_is_left(child: Any) -> bool:
    """Whether the next input is what is typed now, alone."""
    child.send("next\r")
    return reading(child) == ("TYPED", "next")


# What counts as typed


@on_posix
@both
@pytest.mark.parametrize("line", ["y", "why", "set kms_count=18", "ändere 2 j", "", "0xC004F074", "x" * 79])
@pytest.mark.parametrize("end", ["\r", "\n", "\r\n"], ids=["CR", "LF", "CRLF"])
def test_a_line_sent_in_one_go_is_typed(arguments: tuple[str, ...], line: str, end: str) -> None:
    with driven(*arguments) as child:
        child.send(line + end)
        assert reading(child) == ("TYPED", line)
        assert nothing_is_left(child)


@on_posix
@both
def test_lines_sent_by_a_program_that_waits_for_each_prompt_are_typed(arguments: tuple[str, ...]) -> None:
    with driven(*arguments) as child:
        for line in ("y", "n", "back", "y"):
            child.sendline(line)
            assert reading(child) == ("TYPED", line)


@on_posix
def test_a_line_is_edited_before_it_is_sent() -> None:
    with driven() as child:
        child.send("set kms_countt\x7f=17\x7f8\x1b[H\x1b[Co\x08\r")
        assert reading(child) == ("TYPED", "set kms_count=18")


@on_posix
def test_the_arrow_brings_back_what_was_typed_but_no_paste_and_no_key() -> None:
    with driven() as child:
        for text in ("why\r", "y\ny\ny\n", f"{BEGIN}pasted{END}\r", f"{KEY}\r"):
            child.send(text)
            reading(child)
        child.send("\x1b[A\r")
        assert reading(child) == ("TYPED", "why")


# What counts as pasted

BURSTS = {
    "lines": ("y\ny\ny\n", "y\ny\ny"),
    "lines as terminals send them": ("y\rn\r", "y\nn"),
    "an unfinished last line": ("y\nn\nno", "y\nn\nno"),
    "one line and the beginning of another": ("y\nn", "y\nn"),
    "an empty line before": ("\n\ny\n", "\n\ny"),
    "tabs and colours": ("\x1b[31mState:\x1b[0m\tok\ny\n", "State:\tok\ny"),
    "a key": (f"ipk\n{KEY}\n", f"ipk\n{HIDDEN}"),
    "a published key": (f"ipk\n{PUBLISHED}\n", f"ipk\n{PUBLISHED}"),
}
"""What is sent, and what is read of it."""


@on_posix
@both
@pytest.mark.parametrize("marked", [False, True], ids=["burst", "marked"])
@pytest.mark.parametrize("name", BURSTS)
def test_several_lines_are_one_paste_and_nothing_of_it_is_left(
    arguments: tuple[str, ...], marked: bool, name: str
) -> None:
    sent, read = BURSTS[name]
    with driven(*arguments) as child:
        child.send(f"{BEGIN}{sent}{END}" if marked else sent)
        assert reading(child) == ("PASTED", read)
        assert nothing_is_left(child)


@on_posix
@both
def test_lines_in_quick_succession_are_one_paste_even_if_they_do_not_come_at_once(arguments: tuple[str, ...]) -> None:
    """Up to ten times, because a busy machine may be as slow as somebody who types."""
    with driven(*arguments) as child:
        for _ in range(10):
            child.send("y\r")
            child.expect_exact("y")  # its echo: it has been read, or is about to be
            child.send("n\r")
            how, text = reading(child)
            if how == "PASTED":
                break
            reading(child)
        assert (how, text) == ("PASTED", "y\nn")
        assert nothing_is_left(child)


@on_posix
@both
def test_a_large_output_is_one_paste(arguments: tuple[str, ...]) -> None:
    text = "".join(f"Output line {number}: 0xC004F074\n" for number in range(3000))
    with driven(*arguments) as child:
        sending = threading.Thread(target=child.send, args=(text,))  # the terminal takes it in pieces
        sending.start()
        assert reading(child) == ("PASTED", text.rstrip("\n"))
        sending.join()
        assert nothing_is_left(child)


@on_posix
def test_one_pasted_line_waits_for_enter_and_is_no_typed_answer() -> None:
    with driven() as child:
        child.send(f"{BEGIN}y\n{END}")
        child.expect_exact("y")
        child.send("\r")
        assert reading(child) == ("PASTED", "y")
        child.send("set {}=\r".format(f"{BEGIN}kms_count{END}"))
        assert reading(child) == ("PASTED", "set kms_count=")


@on_posix
def test_a_line_typed_after_a_paste_was_taken_back_is_typed() -> None:
    with driven() as child:
        child.send(f"{BEGIN}no{END}")
        child.expect_exact("no")
        child.send("\x7f\x7fy\r")
        assert reading(child) == ("TYPED", "y")


@on_posix
def test_a_long_line_that_nobody_types_at_once_is_pasted() -> None:
    with driven() as child:
        child.send("x" * 81 + "\r")
        assert reading(child) == ("PASTED", "x" * 81)


@on_posix
@pytest.mark.parametrize(("language", "notice"), [("en", "(23 lines pasted)"), ("de", "(23 Zeilen eingefügt)")])
def test_the_screen_shows_how_much_was_pasted(language: str, notice: str) -> None:
    with driven(language) as child:
        child.send("slmgr says\n" * 23)
        reading(child)
        assert notice in child.shown


@on_posix
def test_a_paste_that_never_ends_is_left_with_ctrl_c() -> None:
    with driven() as child:
        child.send(f"{BEGIN}y\ny\n")
        child.send("\x03")
        assert reading(child) == ("STOPPED", "")
        assert nothing_is_left(child)


@on_posix
@both
def test_control_characters_are_neither_keys_nor_part_of_a_line(arguments: tuple[str, ...]) -> None:
    hostile = "y\x1b[31m\x1b[<0;1;1M\x1b[6;1R\x1b]0;title\x07\x12\x18(\x01\u202ees\u200b"
    with driven(*arguments) as child:
        child.send(hostile.replace("\x12", "").replace("\x01", "") if arguments else hostile)
        child.send("\r")
        how, text = reading(child)
        assert how == "TYPED"
        assert re.fullmatch(r"[ -~]*", text)
        assert nothing_is_left(child)


# The end


@on_posix
@both
def test_ctrl_c_interrupts_and_the_next_line_is_read_as_ever(arguments: tuple[str, ...]) -> None:
    with driven(*arguments) as child:
        child.send("ye")
        child.send("\x03")
        assert reading(child) == ("STOPPED", "")
        assert nothing_is_left(child)


@on_posix
@both
def test_a_signal_interrupts_like_ctrl_c(arguments: tuple[str, ...]) -> None:
    with driven(*arguments) as child:
        child.kill(signal.SIGINT)
        assert reading(child) == ("STOPPED", "")


@on_posix
@both
def test_ctrl_d_on_an_empty_line_ends_the_input(arguments: tuple[str, ...]) -> None:
    with driven(*arguments) as child:
        child.send("y\r")
        assert reading(child) == ("TYPED", "y")
        child.send("\x04")
        assert reading(child) == ("END", "")


@on_posix
def test_ctrl_d_right_behind_a_line_ends_the_input_after_it() -> None:
    with driven("--plain") as child:
        child.send("y\r\x04")
        child.expect_exact("TYPED 'y'.")
        child.expect_exact("END")


@on_posix
@both
def test_a_terminal_that_is_closed_ends_the_program(arguments: tuple[str, ...]) -> None:
    import pty

    child, terminal = pty.fork()
    if not child:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)  # as under nohup: only the terminal itself can tell
        os.chdir(ROOT)
        os.environ.update(environment())
        os.execv(sys.executable, [sys.executable, "-m", "tests.terminal_driver", *arguments])
    shown = b""
    while b"prompt> " not in shown:
        shown += os.read(terminal, 4096)
    os.close(terminal)
    gone = threading.Timer(20, os.kill, (child, signal.SIGKILL))
    gone.start()
    _, status = os.waitpid(child, 0)
    gone.cancel()
    assert os.WIFEXITED(status)


# What is on the screen


@on_posix
@pytest.mark.parametrize("pieces", [[KEY], [f"{BEGIN}{KEY}{END}"], list(KEY), list(f"ipk {KEY.lower()}")], ids=len)
def test_a_product_key_is_never_echoed(pieces: list[str]) -> None:
    with driven() as child:
        for piece in pieces:
            child.send(piece)
        child.send("\r")
        _, text = reading(child)
        screen = SEQUENCE.sub("", child.shown).upper()
    assert text.upper().endswith(HIDDEN)
    assert "XXXXX-XXXXX-XXXXX-XXXXX-" in screen
    for group in KEY.split("-")[1:4]:
        assert group not in screen
        assert group[1:] not in screen


@on_posix
def test_a_published_client_setup_key_may_be_seen() -> None:
    with driven() as child:
        child.send(PUBLISHED + "\r")
        assert reading(child)[1] == PUBLISHED
        assert PUBLISHED in SEQUENCE.sub("", child.shown)


@on_posix
def test_where_the_terminal_echoes_a_key_itself_a_notice_says_so() -> None:
    with driven("--plain", "de") as child:
        child.send(f"{PUBLISHED}\r")
        reading(child)
        assert "Product Key" not in child.shown
        child.send(f"{KEY}\r")
        assert reading(child) == ("TYPED", HIDDEN)
        assert "Darin steht ein Product Key." in child.shown


def everything_shown(*arguments: str, width: int = 80, **variables: str) -> str:
    with driven(*arguments, width=width, **variables) as child:
        shown = str(child.shown)
        for text in (*ROLES, "long", "y\ny\nn"):
            child.send(f"{text}\r")
            reading(child)
            shown += child.shown
        child.send("\x03")
        reading(child)
        return shown + str(child.shown)


@on_posix
@pytest.mark.parametrize(("arguments", "variables"), [(PLAIN, {}), (RICH, {"TERM": "dumb"}), (RICH, {"TERM": ""})])
def test_plain_lines_are_nothing_but_text(arguments: tuple[str, ...], variables: dict[str, str]) -> None:
    shown = everything_shown(*arguments, **variables)
    assert not re.search(r"[\x00-\x09\x0b\x0c\x0e-\x1f]|\r(?!\n)", shown)


@on_posix
def test_no_colour_is_used_where_none_is_wanted() -> None:
    shown = everything_shown(NO_COLOR="1")
    assert set(COLOUR.findall(shown)) <= {"\x1b[0m"}
    assert len(set(COLOUR.findall(everything_shown(NO_COLOR="")))) > 4


@on_posix
@pytest.mark.parametrize("width", [60, 200])
@both
def test_a_long_command_is_one_unbroken_line_without_blanks_at_its_end(arguments: tuple[str, ...], width: int) -> None:
    with driven(*arguments, width=width) as child:
        child.send("long\r")
        reading(child)
        line = next(line for line in child.shown.split("\r\n") if "cscript" in line)
    assert SEQUENCE.sub("", line).lstrip("\r") == LONG_COMMAND.rstrip()
    assert COLOUR.sub("", line).endswith(LONG_COMMAND.rstrip())


@on_posix
def test_a_line_longer_than_the_terminal_is_read_whole() -> None:
    with driven(width=60) as child:
        for _ in range(3):
            child.send("0123456789" * 3)
            child.expect_exact("9")
        child.send("\r")
        _, text = reading(child)
    assert text == "0123456789" * 9


@on_posix
def test_nothing_that_was_said_is_erased() -> None:
    """The cursor goes up nowhere, no screen is cleared, and nothing is asked of the terminal that it would type in."""
    shown = everything_shown(width=60)
    assert "\x1b[6n" not in shown
    assert not re.search(r"\x1b\[[0-9]*A|\x1b\[[0-9;]*H|\x1b\[[123]J|\x1b\[\?1049h", shown)


# The pipe


def piped(data: bytes, *arguments: str, **variables: str) -> list[str]:
    result = subprocess.run(
        [sys.executable, "-m", "tests.terminal_driver", *arguments],
        input=data,
        capture_output=True,
        env=environment(**variables),
        cwd=ROOT,
        check=False,
        timeout=60,
    )
    assert (result.returncode, result.stderr) == (0, b"")
    return result.stdout.decode().splitlines()


@pytest.mark.parametrize("arguments", [RICH, PLAIN], ids=["rich", "plain"])
def test_on_a_pipe_each_line_is_one_input_and_never_a_paste(arguments: tuple[str, ...]) -> None:
    assert piped(b"y\nset kms_count=18\n\nlast", *arguments) == [
        *("prompt> ", "TYPED 'y'."),
        *("prompt> ", "TYPED 'set kms_count=18'."),
        *("prompt> ", "TYPED ''."),
        *("prompt> ", "TYPED 'last'."),
        "prompt> END",
    ]


@pytest.mark.parametrize(
    ("data", "read"),
    [
        (b"y\r\n", "y"),
        (b"\xff\xfey\n", "\\ufffd\\ufffdy"),
        (b"\xef\xbb\xbfy\n", "y"),  # PowerShell writes a mark before the first line
        (b"y\x00\x00\n", "y"),
        (b"y\x1b[2J\x1b]52;c;YQ==\x07\n", "y"),
        (b"y\xe2\x80\xa8n\n", "y n"),
        (b"a\tb\n", "a b"),
        (KEY.encode() + b"\n", HIDDEN),
    ],
)
def test_bytes_of_any_kind_are_read_as_a_harmless_line(data: bytes, read: str) -> None:
    assert piped(data) == ["prompt> ", f"TYPED '{read}'.", "prompt> END"]


def test_a_line_of_any_length_is_read_and_what_is_too_much_left_out() -> None:
    lines = piped(b"z" * (2**20 + 100_000) + b"\nnext\n")
    assert lines[1] == "That was too long; only its first 1048576 characters are used."
    assert lines[2] == f"TYPED '{'z' * 2**20}'."
    assert lines[3:] == ["prompt> ", "TYPED 'next'.", "prompt> END"]


def test_without_any_input_the_prompt_is_shown_and_the_input_ends() -> None:
    assert piped(b"") == ["prompt> END"]


def test_what_only_a_terminal_needs_is_not_imported_on_a_pipe() -> None:
    code = "import sys; from voltriage.terminal import open_terminal; from voltriage.wording import Wording\n"
    code += "open_terminal(False, Wording('en')); print([name for name in sys.modules if 'prompt_toolkit' in name])"
    result = subprocess.run(
        [sys.executable, "-c", code], stdin=subprocess.DEVNULL, capture_output=True, cwd=ROOT, check=True, timeout=60
    )
    assert result.stdout.strip() == b"[]"
