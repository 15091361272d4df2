"""A window of a terminal with the real program in it: what a person sees there, and the bytes that made it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
HEIGHT = 45
PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"
KEYS = {"^C": "\x03", "^D": "\x04", "^?": "\x7f"}
_READS = "\x1b[?2004h"
"""What a prompt of the program sends when it begins to read."""
_NOT_HERE = frozenset({
    "COLUMNS", "LINES", "NO_COLOR", "TMUX", "STY", "DISPLAY", "WAYLAND_DISPLAY", "SSH_TTY", "SSH_CONNECTION",
    "WSL_DISTRO_NAME", "PYTHONIOENCODING",
})  # fmt: skip


def environment(**variables: str) -> dict[str, str]:
    """Of this process, in a terminal that can do everything, without size, language and clipboard of its own."""
    kept = {key: value for key, value in os.environ.items() if key not in _NOT_HERE}
    return {**kept, "LC_ALL": "C.UTF-8", "TERM": "xterm-256color", **variables}


class Window:
    """The program in an emulated terminal; a context that ends both.

    `raw` is everything the program sent, `exit` its exit code once it has ended.
    """

    def __init__(
        self,
        *arguments: object,
        width: int = 80,
        cwd: Path = ROOT,
        encoding: str = "utf-8",
        variables: Mapping[str, str] | None = None,
    ) -> None:
        import pexpect
        import pyte

        self.raw = ""
        self.exit: int | None = None
        self._screen = pyte.HistoryScreen(width, HEIGHT, history=100_000, ratio=0.5)
        self._stream = pyte.Stream(self._screen)
        self._plain = "--plain" in arguments or (variables or {}).get("TERM") == "dumb"
        self._child = pexpect.spawn(
            sys.executable,
            ["-m", "voltriage", *map(str, arguments)],
            encoding=encoding,
            timeout=30,
            env=environment(PYTHONPATH=str(ROOT), **(variables or {})),
            cwd=str(cwd),
            dimensions=(HEIGHT, width),
        )
        self._child.delaybeforesend = None
        self._prompts = 0
        self._until_prompt()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._child.close(force=True)

    def type(self, *lines: str) -> str:
        """Type lines, each when there is a prompt; returns what stands on the screen for the last of them."""
        before = ""
        for line in lines:
            before = self.text.rstrip("\n")
            self.send(KEYS.get(line, f"{line}\r"))
        return self.text.removeprefix(before)

    def paste(self, text: str, *, marked: bool = True) -> str:
        """Paste, as terminals do it that mark pastes, or as others do; returns what stands on the screen for it."""
        before = self.text.rstrip("\n")
        several = "\n" in text.rstrip("\n")
        sent = text.replace("\n", "\r")
        self.send(f"{PASTE_BEGINS}{sent}{PASTE_ENDS}" if marked else sent, wait=several)
        if not several:
            self.send("\r")
        return self.text.removeprefix(before)

    def send(self, characters: str, *, wait: bool = True) -> None:
        """Send characters as a keyboard does, and wait for the next prompt or the end."""
        self._child.send(characters)
        if wait:
            self._until_prompt()

    def wait_for(self, text: str) -> None:
        """Wait until this is on the screen."""
        while text not in self.text:
            self._take()

    @property
    def text(self) -> str:
        """Everything that stands on the screen and in what one can scroll back to."""
        above = [self._line(line) for line in self._screen.history.top]
        lines = [*above, *(line.rstrip() for line in self._screen.display)]
        return "\n".join(lines).rstrip("\n") + "\n"

    @property
    def ended(self) -> bool:
        """Whether the program has ended."""
        return self.exit is not None

    def cells(self, text: str) -> set[tuple[str, bool]]:
        """Colour and boldness of the characters of a text that stands on the screen."""
        for number, line in enumerate(self._screen.display):
            column = line.find(text)
            if column >= 0:
                row = self._screen.buffer[number]
                return {(row[at].fg, row[at].bold) for at in range(column, column + len(text))}
        raise AssertionError(f"{text!r} is not on the screen")

    def _line(self, line: Mapping[int, Any]) -> str:
        return "".join(line[column].data for column in range(self._screen.columns)).rstrip()

    def _until_prompt(self) -> None:
        self._prompts += 1
        begins = len(self.raw)
        while not self.ended and not self._asks(self.raw[begins:]):
            self._take()

    def _asks(self, news: str) -> bool:
        """Whether there is the next prompt; where no sequence says so, behind the end of the line typed."""
        if self._plain:
            return bool(re.search(r"\n[^\n]*> \Z", news))
        cursor = self._screen.cursor
        before = self._screen.display[cursor.y][: cursor.x]
        return self.raw.count(_READS) == self._prompts and before.endswith("> ")

    def _take(self) -> None:
        import pexpect

        try:
            piece = self._child.read_nonblocking(65536, timeout=30)
        except pexpect.EOF:
            self._child.wait()
            self._child.close()
            self.exit = self._child.exitstatus if self._child.exitstatus is not None else -self._child.signalstatus
            return
        self.raw += piece
        self._stream.feed(piece)
