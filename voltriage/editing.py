"""A terminal with line editing, history and colours; the only module that knows prompt_toolkit.

Everything typed is echoed by this program, so product keys never appear in full. Nothing is erased or redrawn but the
line being edited: what was said stays on the screen and in its scrollback.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager

from prompt_toolkit import PromptSession
from prompt_toolkit.application import Application, get_app
from prompt_toolkit.document import Document
from prompt_toolkit.filters import Condition
from prompt_toolkit.formatted_text import fragment_list_to_text
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.key_binding import KeyBindings, KeyPress, KeyPressEvent
from prompt_toolkit.keys import Keys
from prompt_toolkit.layout.processors import Processor, Transformation, TransformationInput
from prompt_toolkit.output import Output, create_output

from .keyboard import PASTE_BEGINS, PASTE_ENDS, QUIET, SETTLE
from .output import showable
from .safety import holds_key, masked, neutral
from .terminal import Line, as_line, write_line
from .wording import Wording

LONG = 80
"""Most characters that arrive at once and still count as typed: a program that drives a session sends whole lines."""
LONGEST_SHOWN = 2000
"""Most characters of a line that are pasted into the line being edited; more is handed over at once."""


class NotPossible(Exception):  # noqa: N818  # an answer, not an error: another terminal is taken
    """There is a terminal, but none that lines can be edited on."""


class RichTerminal:
    """Reads with prompt_toolkit and writes in colours (see `voltriage.terminal.Terminal`).

    Raises `NotPossible` in a Windows window that is no console.
    """

    def __init__(self, say: Wording, *, colours: bool) -> None:
        self._say = say
        self._colours = colours
        self._history = InMemoryHistory()
        self._entry = _Entry(say)
        try:
            self._session: PromptSession[str] = PromptSession(
                history=self._history,
                input=_Keyboard(_input()),
                output=_output(),
                key_bindings=_bindings(lambda: self._entry),
                input_processors=[_KeysMasked()],
                enable_suspend=True,
            )
        except Exception as error:
            if type(error).__name__ == "NoConsoleScreenBufferError":  # it can be imported on Windows only
                raise NotPossible from error
            raise
        self._session.default_buffer.on_text_changed += lambda buffer: self._entry.text_changed(buffer.text)

    def read(self, prompt: str) -> Line:
        """A typed line, or a paste as a whole."""
        self._entry = _Entry(self._say)
        try:
            message = showable(prompt, sys.stdout.encoding)
            text = self._session.prompt([("bg:default", message)])  # a style, or its last blank would not be written
        finally:
            self._entry.stop()
        if not self._entry.pasted and text.strip() and not holds_key(text):
            self._history.append_string(text.rstrip("\n"))
        return as_line(text, self._say, pasted=self._entry.pasted)

    def write(self, text: str, role: str = "") -> None:
        """Show one line."""
        write_line(text, role, colours=self._colours)


class _Entry:
    """One input while it comes in.

    Enter does not end it at once: what follows faster than anybody types makes it a paste. `parts` is what has been
    read, from the first line end on.
    """

    def __init__(self, say: Wording) -> None:
        self.pasted = False
        self.parts: list[str] = []
        self._say = say
        self._timer: asyncio.TimerHandle | None = None

    def text_changed(self, text: str) -> None:
        """A line that was emptied is not pasted any more."""
        self.pasted = self.pasted and bool(text or self.parts)

    def line_ended(self, app: Application[str]) -> None:
        if not self.parts:
            self.parts = [app.current_buffer.text]
        self.followed_by(app, "\n")

    def followed_by(self, app: Application[str], text: str) -> None:
        self.parts.append(text)
        self._wait(app, QUIET if any(part.strip() for part in self.parts[1:]) else SETTLE)

    def paste(self, app: Application[str], text: str) -> None:
        """One line is put where the cursor is, to be looked at and sent with Enter; several are an input already."""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        self.pasted = True
        line = app.current_buffer.document
        if self.parts:
            self.followed_by(app, text)
        elif _several(text) or len(text) > LONGEST_SHOWN:
            self.parts = [line.text_before_cursor]
            self.followed_by(app, text + line.text_after_cursor)
        else:
            app.current_buffer.insert_text(neutral(text.rstrip("\n")))

    def stop(self) -> None:
        if self._timer:
            self._timer.cancel()

    def _wait(self, app: Application[str], seconds: float) -> None:
        self.stop()
        self._timer = asyncio.get_running_loop().call_later(seconds, self._finish, app)

    def _finish(self, app: Application[str]) -> None:
        text = "".join(self.parts)
        self.pasted = self.pasted or _several(text)
        if self.pasted and (_several(text) or len(text) > LONGEST_SHOWN):
            count = text.rstrip("\n").count("\n") + 1
            notice = self._say.many("({count} line pasted)", "({count} lines pasted)", count)
            app.current_buffer.set_document(Document(showable(notice, sys.stdout.encoding)))
        app.exit(result=text)


def _several(text: str) -> bool:
    return "\n" in text.rstrip("\n")


def _bindings(entry: Callable[[], _Entry]) -> KeyBindings:
    """What differs from the usual keys of prompt_toolkit.

    Enter waits a moment, pastes are never answers, and Ctrl-C and Ctrl-D leave the line as it is, without colours and
    without blanks up to the margin.
    """
    keys = KeyBindings()
    ended = Condition(lambda: bool(entry().parts))
    empty = Condition(lambda: not get_app().current_buffer.text)

    @keys.add("enter")
    @keys.add("c-j")
    def _(event: KeyPressEvent) -> None:
        entry().line_ended(event.app)

    @keys.add("c-c")
    @keys.add("<sigint>")
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=KeyboardInterrupt())

    @keys.add("c-d", filter=empty & ~ended)
    def _(event: KeyPressEvent) -> None:
        event.app.exit(exception=EOFError())

    @keys.add("tab", filter=~ended)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text(" ")

    @keys.add("tab", filter=ended)
    @keys.add(Keys.Any, filter=ended)
    def _(event: KeyPressEvent) -> None:
        entry().followed_by(event.app, event.data)

    @keys.add(Keys.BracketedPaste)
    def _(event: KeyPressEvent) -> None:
        entry().paste(event.app, event.data)

    return keys


class _KeysMasked(Processor):
    """Shows the characters of product keys as `X` in the line being edited."""

    def apply_transformation(self, transformation_input: TransformationInput) -> Transformation:
        text = fragment_list_to_text(transformation_input.fragments)
        hidden = masked(text)
        return Transformation(transformation_input.fragments if hidden == text else [("", hidden)])


class _Keyboard(Input):
    """An input of prompt_toolkit in which what arrives at once, and is more than a typed line, is a paste."""

    def __init__(self, keyboard: Input) -> None:
        self._keyboard = keyboard

    def read_keys(self) -> list[KeyPress]:
        return _with_pastes(self._keyboard.read_keys())

    def flush_keys(self) -> list[KeyPress]:
        return _with_pastes(self._keyboard.flush_keys())

    def flush(self) -> None:
        self._keyboard.flush()

    @property
    def closed(self) -> bool:
        return self._keyboard.closed

    def fileno(self) -> int:
        return self._keyboard.fileno()

    def typeahead_hash(self) -> str:
        return self._keyboard.typeahead_hash()

    def raw_mode(self) -> AbstractContextManager[None]:
        return self._keyboard.raw_mode()

    def cooked_mode(self) -> AbstractContextManager[None]:
        return self._keyboard.cooked_mode()

    def attach(self, input_ready_callback: Callable[[], None]) -> AbstractContextManager[None]:
        return self._keyboard.attach(input_ready_callback)

    def detach(self) -> AbstractContextManager[None]:
        return self._keyboard.detach()

    def close(self) -> None:
        self._keyboard.close()


_TEXT = frozenset({Keys.ControlI, Keys.ControlJ, Keys.ControlM})
_EDITING = frozenset({
    Keys.Backspace, Keys.ControlH, Keys.Delete, Keys.Left, Keys.Right, Keys.Up, Keys.Down, Keys.Home, Keys.End,
    Keys.ControlLeft, Keys.ControlRight, Keys.ControlA, Keys.ControlB, Keys.ControlE, Keys.ControlF, Keys.ControlK,
    Keys.ControlN, Keys.ControlP, Keys.ControlU, Keys.ControlW, Keys.ControlY,
    Keys.ControlC, Keys.ControlD, Keys.ControlZ, Keys.SIGINT, Keys.BracketedPaste,
})  # fmt: skip
"""Nothing else is a key here: what a paste without marks may hold (colours, reports of a mouse, Ctrl-R, Escape) must
not search, record, or take the next character away."""


def _with_pastes(keys: list[KeyPress]) -> list[KeyPress]:
    """The keys of one reading, with every run of text that nobody types at once made one paste."""
    result: list[KeyPress] = []
    run: list[KeyPress] = []
    for key in keys:
        if not isinstance(key.key, Keys) or key.key in _TEXT:
            run.append(key)
        elif key.key in _EDITING:
            result += [*_as_paste(run), key]
            run = []
    return [*result, *_as_paste(run)]


def _as_paste(run: list[KeyPress]) -> list[KeyPress]:
    text = "".join(key.data for key in run).replace("\r\n", "\n").replace("\r", "\n")
    if not _several(text) and len(text) <= LONG:
        return run
    enter = [KeyPress(Keys.ControlM, "\r")] if text.endswith("\n") else []
    return [KeyPress(Keys.BracketedPaste, text.rstrip("\n")), *enter]


if sys.platform == "win32":

    def _input() -> Input:
        """Without the guessing of prompt_toolkit, for which one typed line would be a paste."""
        keyboard = create_input()
        reader = getattr(keyboard, "console_input_reader", None)
        if reader is not None and hasattr(reader, "recognize_paste"):
            reader.recognize_paste = False
        return keyboard

    def _output() -> Output:
        return create_output()

else:
    from prompt_toolkit.input.posix_utils import PosixStdinReader
    from prompt_toolkit.input.vt100 import Vt100Input
    from prompt_toolkit.output.vt100 import Vt100_Output

    class _Reader(PosixStdinReader):
        """Reads more at a time, ends where the terminal is gone, and lets Ctrl-C out of a paste that never ends."""

        _tail = ""
        _in_paste = False

        def read(self, count: int = 65536) -> str:
            text = super().read(count)
            if not text and not os.isatty(self.stdin_fd):
                self.closed = True
            seen = self._tail + text
            begins, ends = seen.rfind(PASTE_BEGINS), seen.rfind(PASTE_ENDS)
            if begins != ends:  # else neither was seen
                self._in_paste = begins > ends
            self._tail = seen[1 - len(PASTE_ENDS) :]
            return text.replace("\x03", PASTE_ENDS + "\x03") if self._in_paste else text

    def _input() -> Input:
        keyboard = Vt100Input(sys.stdin)
        keyboard.stdin_reader = _Reader(keyboard.fileno(), encoding=sys.stdin.encoding)
        return keyboard

    def _output() -> Output:
        """Without asking the terminal where its cursor is: not every terminal answers, and the answer is input."""
        output = Vt100_Output.from_pty(sys.stdout, term=os.environ.get("TERM"))
        output.enable_cpr = False
        return output
