"""Lines from a terminal that edits them itself, and whatever else has arrived with a line.

A paste without marks is nothing but lines in quick succession. Who types needs longer for the next key than `SETTLE`.
"""

from __future__ import annotations

import codecs
import os
import sys

SETTLE = 0.04
"""Seconds after a line within which more belongs to the same paste."""
QUIET = 0.2
"""Seconds without anything new after which a paste is over; on a slow line it comes in parts."""
ENDS = ("\x04", "\0")
"""The end of input (Ctrl-D) among other characters, as the terminal hands it over while it does not edit lines."""
PASTE_BEGINS = "\x1b[200~"
PASTE_ENDS = "\x1b[201~"
"""How terminals mark a paste; while they edit lines themselves, only where a program before has asked for it."""
_PIECE = 65536


def line() -> str:
    """The next line with its line end; at the end of input, what there is of it.

    Raises `EOFError` where there is nothing, or the terminal is gone; `KeyboardInterrupt` for Ctrl-C.
    """
    text = _line()
    if not text:
        raise EOFError
    return text


def rest_of_burst() -> str:
    """Everything that came with the line just read, down to a line that has no end yet; empty for a typed line.

    Nothing of it stays behind to be read as the next answer.
    """
    return _rest()


if sys.platform == "win32":

    def _line() -> str:
        return sys.stdin.readline()

    def _rest() -> str:
        import msvcrt
        import time

        pressed: list[str] = []
        until = time.monotonic() + SETTLE
        while time.monotonic() < until:
            if not msvcrt.kbhit():
                time.sleep(0.005)
                continue
            key = msvcrt.getwch()
            if key == "\x03":
                raise KeyboardInterrupt
            if key in "\0\xe0":  # announces a key without a character
                msvcrt.getwch()
            else:
                pressed.append(key)
            until = time.monotonic() + QUIET
        return "".join(pressed).replace("\r\n", "\n").replace("\r", "\n")

else:

    def _line() -> str:
        """By the descriptor: lines that Python has read ahead would be missing from the rest."""
        data = b""
        while not data.endswith(b"\n"):
            piece = _read()
            if not piece:
                break
            data += piece
        return _decoded(data)

    def _rest() -> str:
        data = _while_it_comes(SETTLE)
        return _decoded(data + _without_end())

    def _while_it_comes(seconds: float) -> bytes:
        """What can be read until nothing has come for so long; `QUIET` once there is something."""
        import select

        data = b""
        while select.select([sys.stdin.fileno()], [], [], QUIET if data else seconds)[0]:
            piece = _read()
            data += piece or ENDS[0].encode()
            if not piece:
                break
        return data

    def _without_end() -> bytes:
        """A last line without its end, which the terminal keeps back as long as it edits lines.

        It edits them until here, because otherwise it would echo line ends as ^J.
        """
        import termios

        descriptor = sys.stdin.fileno()
        try:
            edited = termios.tcgetattr(descriptor)
        except termios.error:  # the terminal is gone
            return b""
        unedited = [*edited]
        unedited[3] &= ~termios.ICANON
        termios.tcsetattr(descriptor, termios.TCSANOW, unedited)
        try:
            return _while_it_comes(0)
        finally:
            termios.tcsetattr(descriptor, termios.TCSANOW, edited)

    def _read() -> bytes:
        try:
            return os.read(sys.stdin.fileno(), _PIECE)
        except OSError:  # the terminal is gone
            return b""

    def _decoded(data: bytes) -> str:
        return codecs.decode(data, sys.stdin.encoding or "utf-8", "replace")
