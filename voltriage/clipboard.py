"""Copies a text to the clipboard of whoever sits at the terminal, or says why that is not possible.

Where the program runs on that person's own machine, pyperclip copies, and the text is read back: its tools fail
silently. Over SSH that would be the wrong clipboard; there, and where no tool is, the terminal is asked to copy (the
escape sequence OSC 52). Whether a terminal obeys cannot be known, so that is said.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import TextIO

from .wording import Wording

SECONDS = 5.0
"""How long a clipboard tool may take; one whose display does not answer would wait for ever."""
MOST_BYTES = 74_994
"""What fits into one OSC 52 sequence: terminals read at most 100,000 bytes of it."""

_MUTE_TERMINALS = frozenset({"", "dumb", "unknown", "linux"})
_SCREEN_CHUNK = 76
"""GNU screen hands on only short pieces."""


@dataclass(frozen=True, slots=True)
class Copied:
    """Whether a text was copied (or the terminal was asked to), and the sentence that says how or why not."""

    done: bool
    told: str


def copy(
    text: str,
    say: Wording,
    stream: TextIO | None = None,
    environment: Mapping[str, str] | None = None,
    seconds: float = SECONDS,
) -> Copied:
    """Copy a text; never waits longer than `seconds` for a tool, never raises.

    `stream` is the terminal that may be asked to copy (default: standard output).
    """
    stream = sys.stdout if stream is None else stream
    environment = os.environ if environment is None else environment
    if _has_own_clipboard(environment, stream) and _in_time(lambda: _with_pyperclip(text), seconds):
        return Copied(True, say("Copied to the clipboard."))
    if not _reads_sequences(environment, stream):
        return Copied(
            False, say("Not copied: no clipboard can be reached from here. Write the note to a file: note FILE")
        )
    if len(text.encode()) > MOST_BYTES:
        return Copied(False, say("Not copied: the note is too long for this terminal. Write it to a file: note FILE"))
    if "TMUX" in environment and _in_time(lambda: _with_tmux(text, seconds), seconds):
        return Copied(True, say("Handed to tmux to copy. If it cannot be pasted, write it to a file: note FILE"))
    stream.write(sequence(text, environment))
    stream.flush()
    return Copied(True, say("The terminal was asked to copy. If it cannot be pasted, write it to a file: note FILE"))


def sequence(text: str, environment: Mapping[str, str]) -> str:
    """The escape sequence that asks the terminal to copy, wrapped so that tmux or GNU screen hands it on."""
    bare = f"\x1b]52;c;{base64.b64encode(text.encode()).decode('ascii')}\x07"
    if "TMUX" in environment:
        return f"\x1bPtmux;{bare.replace(chr(27), chr(27) * 2)}\x1b\\"
    if "STY" in environment:
        pieces = [bare[start : start + _SCREEN_CHUNK] for start in range(0, len(bare), _SCREEN_CHUNK)]
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return bare


def _has_own_clipboard(environment: Mapping[str, str], stream: TextIO) -> bool:
    """Whether pyperclip can reach the clipboard of the person at the terminal.

    The tools for X11 and Wayland stay in the background and keep the standard output open: whatever reads a pipe
    would wait for them, so they are for terminals only.
    """
    far_away = bool(environment.get("SSH_CONNECTION") or environment.get("SSH_TTY"))
    if sys.platform in ("win32", "darwin", "cygwin"):
        return not far_away
    on_display = bool(
        (environment.get("WAYLAND_DISPLAY") and shutil.which("wl-copy") and shutil.which("wl-paste"))
        or (environment.get("DISPLAY") and (shutil.which("xclip") or shutil.which("xsel")))
    )
    in_windows = bool(environment.get("WSL_DISTRO_NAME")) and not far_away
    return stream.isatty() and (on_display or in_windows)


def _in_time(work: Callable[[], bool], seconds: float) -> bool:
    """Whether some work is done well and in time; work that is late is left to itself."""
    good = threading.Event()

    def attempt() -> None:
        with suppress(Exception):  # whatever a tool does wrong, there is another way to copy
            if work():
                good.set()

    worker = threading.Thread(target=attempt, daemon=True)
    worker.start()
    worker.join(seconds)
    return good.is_set()


def _with_pyperclip(text: str) -> bool:
    import pyperclip

    put, get = pyperclip.determine_clipboard()
    put(text.replace("\n", "\r\n") if sys.platform == "win32" else text)
    return bool(get().splitlines() == text.splitlines())


def _with_tmux(text: str, seconds: float) -> bool:
    """From 3.2 on, tmux hands its own buffer to the terminal also where programs in it must not."""
    tmux = shutil.which("tmux")
    if tmux is None:
        return False
    command = [tmux, "load-buffer", "-w", "-"]
    done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=seconds, check=False)  # noqa: S603  # no word of it comes from outside
    return done.returncode == 0


def _reads_sequences(environment: Mapping[str, str], stream: TextIO) -> bool:
    return stream.isatty() and environment.get("TERM", "") not in _MUTE_TERMINALS
