"""Copying a text: with the tools of the desktop, through the terminal, or not, and then with the reason."""

from __future__ import annotations

import base64
import io
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from voltriage.clipboard import MOST_BYTES, Copied, copy, sequence
from voltriage.wording import Wording

SAY = Wording("en")
TEXT = "# Activation error\n\nGröße – 漢字\n"
posix = pytest.mark.skipif(sys.platform == "win32", reason="shell scripts stand in for the tools of X11")
ROOT = Path(__file__).resolve().parent.parent


class Screen(io.StringIO):
    """What a terminal received."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def desktop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that is searched for programs before all others; the environment of a local X11 desktop."""
    for name in ("WAYLAND_DISPLAY", "SSH_CONNECTION", "SSH_TTY", "TMUX", "STY", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PATH", f"{tmp_path}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("DISPLAY", ":7")
    monkeypatch.setenv("TERM", "xterm-256color")
    return tmp_path


def install_xclip(folder: Path, *, paste: str, take: str) -> None:
    """A program `xclip`: what it does with a text, and how it gives it back."""
    program = folder / "xclip"
    program.write_text(f'#!/bin/sh\nif [ "$3" = -o ]; then {paste}; else {take}; fi\n', encoding="utf-8")
    program.chmod(0o755)


def asked_of(screen: str) -> str:
    """The text that a terminal was asked to copy."""
    [found] = re.findall(r"\x1b\]52;c;([A-Za-z0-9+/=]*)\x07", screen)
    return base64.b64decode(found).decode()


@posix
def test_on_a_desktop_the_text_is_in_its_clipboard_and_the_terminal_is_left_alone(desktop: Path) -> None:
    install_xclip(desktop, take=f"cat > '{desktop}/board'", paste=f"cat '{desktop}/board'")
    screen = Screen()
    assert copy(TEXT, SAY, screen) == Copied(True, "Copied to the clipboard.")
    assert (desktop / "board").read_text(encoding="utf-8") == TEXT
    assert not screen.getvalue()


@posix
def test_a_tool_that_fails_silently_is_noticed_and_the_terminal_is_asked(desktop: Path) -> None:
    install_xclip(desktop, take="cat > /dev/null", paste="true")
    screen = Screen()
    copied = copy(TEXT, SAY, screen)
    assert copied.done
    assert copied.told.startswith("The terminal was asked to copy.")
    assert asked_of(screen.getvalue()) == TEXT


@posix
def test_a_tool_that_never_ends_is_left_behind(desktop: Path) -> None:
    os.mkfifo(desktop / "never")
    install_xclip(desktop, take=f"read line < '{desktop}/never'", paste="true")
    screen = Screen()
    try:
        assert copy(TEXT, SAY, screen, seconds=0.5).done
        assert asked_of(screen.getvalue()) == TEXT
    finally:
        os.close(os.open(desktop / "never", os.O_RDWR | os.O_NONBLOCK))  # lets the tool end


@posix
def test_over_ssh_without_a_display_the_far_machine_s_clipboard_is_not_used(
    desktop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install_xclip(desktop, take=f"cat > '{desktop}/board'", paste=f"cat '{desktop}/board'")
    monkeypatch.delenv("DISPLAY")
    monkeypatch.setenv("SSH_CONNECTION", "192.0.2.1 50000 192.0.2.2 22")
    monkeypatch.delitem(sys.modules, "pyperclip", raising=False)
    screen = Screen()
    assert copy(TEXT, SAY, screen).done
    assert asked_of(screen.getvalue()) == TEXT
    assert not (desktop / "board").exists()
    assert "pyperclip" not in sys.modules


@pytest.mark.parametrize("terminal", ["dumb", "", "linux"])
def test_a_terminal_that_reads_no_sequences_gets_none(
    terminal: str, desktop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    screen = Screen()
    copied = copy(TEXT, SAY, screen, {"TERM": terminal, "SSH_TTY": "/dev/pts/1"})
    assert copied == Copied(
        False, "Not copied: no clipboard can be reached from here. Write the note to a file: note FILE"
    )
    assert not screen.getvalue()


def test_a_pipe_gets_no_sequences() -> None:
    pipe = io.StringIO()
    assert not copy(TEXT, SAY, pipe, {"TERM": "xterm", "SSH_TTY": "/dev/pts/1"}).done
    assert not pipe.getvalue()


def test_a_text_that_no_terminal_would_take_whole_is_not_sent() -> None:
    here = {"TERM": "xterm", "SSH_TTY": "/dev/pts/1"}
    screen = Screen()
    copied = copy("ä" * (MOST_BYTES // 2 + 1), SAY, screen, here)
    assert not copied.done
    assert "too long for this terminal" in copied.told
    assert not screen.getvalue()
    assert copy("ä" * (MOST_BYTES // 2), SAY, screen, here).done


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])), st.sampled_from(["", "TMUX", "STY"]))
def test_what_the_terminal_is_asked_is_the_text_also_through_tmux_and_screen(text: str, around: str) -> None:
    sent = sequence(text, {around: "1"})
    if around == "TMUX":
        assert sent.startswith("\x1bPtmux;")
        assert sent.endswith("\x1b\\")
        sent = sent[7:-2].replace("\x1b\x1b", "\x1b")
    elif around == "STY":
        pieces = re.findall(r"\x1bP(.{1,76}?)\x1b\\", sent, re.DOTALL)
        assert len("".join(pieces)) + 4 * len(pieces) == len(sent)
        sent = "".join(pieces)
    assert asked_of(sent) == text


@pytest.mark.skipif(shutil.which("tmux") is None, reason="needs tmux")
def test_in_tmux_the_text_is_in_its_buffer_and_reaches_the_terminal_around_it(tmp_path: Path) -> None:
    import pexpect

    program = tmp_path / "copying.py"
    program.write_text(
        "from voltriage.clipboard import copy\nfrom voltriage.wording import Wording\n"
        f"print(copy({TEXT!r}, Wording('en')).told)\n",
        encoding="utf-8",
    )
    environment = {key: value for key, value in os.environ.items() if key not in ("TMUX", "DISPLAY", "WAYLAND_DISPLAY")}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "xterm-256color", "SHELL": "/bin/sh"}
    tmux = ["tmux", "-S", str(tmp_path / "socket"), "-f", os.devnull]
    run = f"'{sys.executable}' '{program}'; exec tmux wait-for end"
    child = pexpect.spawn(
        tmux[0], [*tmux[1:], "new-session", run], env=environment, dimensions=(20, 150), encoding="utf-8", timeout=20
    )
    try:
        child.expect(r"\x1b\]52;c?;([A-Za-z0-9+/=]+)(?:\x07|\x1b\\)")
        assert base64.b64decode(child.match[1]).decode() == TEXT
        child.expect("Handed to tmux to copy.")
        shown = subprocess.run([*tmux, "show-buffer"], env=environment, capture_output=True, check=True, timeout=20)
        assert shown.stdout.decode() == TEXT
    finally:
        subprocess.run([*tmux, "kill-server"], env=environment, capture_output=True, check=False, timeout=20)
        child.close(force=True)
