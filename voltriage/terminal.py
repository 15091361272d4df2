"""Where a session is read and shown: a terminal, plain lines, or a pipe.

What is read is an answer only if it was typed. A paste or a burst of lines is handed over as one input and marked, so
that a pasted output never answers the questions to come; on a pipe every line is one input. Whatever is read is made
harmless here (`voltriage.safety`), before anybody can show it or keep it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import click

from . import keyboard
from .safety import holds_key, neutral, without_keys
from .wording import Wording

LONGEST = 2**20
"""Most characters of one input; the rest is left out, with a notice."""


@dataclass(frozen=True, slots=True)
class Line:
    """One input, without its last line end: a line, or everything that was pasted at once.

    Without control characters, and with product keys blanked; several lines are parted by newlines.
    """

    text: str
    pasted: bool


class Terminal(Protocol):
    """Reads inputs and shows lines."""

    def read(self, prompt: str) -> Line:
        """Show the prompt and return one input.

        Raises `EOFError` at the end of input (Ctrl-D), `KeyboardInterrupt` for Ctrl-C.
        """

    def write(self, text: str, role: str = "") -> None:
        """Show one line as it is, however long.

        `role` colours it where there are colours: "heading", "question", "command", "warning", "quiet", "good".
        """


def open_terminal(plain: bool, say: Wording) -> Terminal:
    """The terminal of this process: with line editing and colours, as plain lines, or a pipe.

    `plain` asks for plain lines, which suit screen readers: nothing but text is written, the terminal itself edits.
    """
    if sys.stdin is None or not sys.stdin.isatty():
        return Pipe(say)
    if plain or sys.stdout is None or not sys.stdout.isatty() or _dumb():
        return PlainTerminal(say)
    from .editing import NotPossible, RichTerminal

    try:
        return RichTerminal(say, colours=not os.environ.get("NO_COLOR"))
    except NotPossible:
        return PlainTerminal(say)


def _dumb() -> bool:
    """Whether the terminal cannot place its cursor; Windows names no terminal, and its consoles can."""
    return os.environ.get("TERM", "windows" if sys.platform == "win32" else "") in ("", "dumb", "unknown")


def as_line(text: str, say: Wording, *, pasted: bool) -> Line:
    """What was read, as it may be used: harmless, not too long, and without line ends at the end."""
    if len(text) > LONGEST:
        click.echo(say("That was too long; only its first {count} characters are used.", count=LONGEST))
    return Line(without_keys(neutral(text[:LONGEST], lines=True).rstrip("\n")), pasted)


class Pipe:
    """Standard input that is no terminal: each line is one input, and a prompt ends with its line."""

    def __init__(self, say: Wording) -> None:
        self._say = say

    def read(self, prompt: str) -> Line:
        """The next line (see `Terminal`)."""
        click.echo(prompt, nl=False)
        line = sys.stdin.readline(LONGEST + 1) if sys.stdin else ""
        if not line:
            raise EOFError
        click.echo("")
        rest = line
        while rest and not rest.endswith("\n"):
            rest = sys.stdin.readline(LONGEST)
        return as_line(neutral(line.rstrip("\r\n")), self._say, pasted=False)

    def write(self, text: str, role: str = "") -> None:
        """Show one line (see `Terminal`)."""
        write_line(text, role, colours=False)


class PlainTerminal:
    """A terminal that edits and echoes lines itself; nothing but text is written to it."""

    def __init__(self, say: Wording) -> None:
        self._say = say
        self._ended = False

    def read(self, prompt: str) -> Line:
        """A line, or the lines that arrived at once (see `Terminal`)."""
        if self._ended:
            self._ended = False
            raise EOFError
        click.echo(prompt, nl=False)
        line = keyboard.line()
        rest = keyboard.rest_of_burst()
        self._ended = rest.endswith(keyboard.ENDS)
        rest = rest.rstrip("".join(keyboard.ENDS))
        text = line + rest
        if not text.endswith("\n"):
            click.echo("")  # the cursor stands behind what was echoed
        if holds_key(neutral(text, lines=True)):
            click.echo(
                self._say("That holds a product key. It is not kept, but the terminal has shown it: clear the screen.")
            )
        return as_line(text, self._say, pasted=bool(rest.strip("\n")) or keyboard.PASTE_BEGINS in text)

    def write(self, text: str, role: str = "") -> None:
        """Show one line (see `Terminal`)."""
        write_line(text, role, colours=False)


_STYLES: Mapping[str, Mapping[str, Any]] = {
    "heading": {"bold": True},
    "question": {"bold": True},
    "command": {"fg": "magenta"},
    "warning": {"fg": "red", "bold": True},
    "quiet": {"dim": True},
    "good": {"fg": "green"},
}
"""Of the colours only those that can be read on a dark and on a light background."""


def write_line(text: str, role: str, *, colours: bool) -> None:
    """Write one line to standard output, with no blanks at its end that would be copied along."""
    text = text.rstrip(" ")
    click.echo(click.style(text, **_STYLES[role]) if colours and text and role in _STYLES else text)
