"""What stops a guided session from outside: signals, and terminals that are gone."""

from __future__ import annotations

import errno
import os
import signal
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import NoReturn

import click

_NAMES = ("SIGHUP", "SIGTERM", "SIGBREAK")
"""The terminal was closed (on Windows the last), or the system shuts down."""


@contextmanager
def signals_as_ctrl_c() -> Iterator[None]:
    """Meanwhile, a signal that ends the program raises `KeyboardInterrupt`; one that is ignored (nohup) stays so."""
    before = {}
    if threading.current_thread() is threading.main_thread():
        for number in [getattr(signal, name) for name in _NAMES if hasattr(signal, name)]:
            if signal.getsignal(number) == signal.SIG_DFL:
                before[number] = signal.signal(number, _interrupt)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _interrupt(_number: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt


def is_gone(error: OSError) -> bool:
    """Whether an error says that the terminal, or whoever read the output, is not there any more."""
    return error.errno in (errno.EIO, errno.ENXIO, errno.EBADF, errno.EPIPE)


def last_words(lines: Iterable[str]) -> None:
    """Print lines where somebody can still read them; where nobody can, nothing is printed any more."""
    try:
        for line in lines:
            click.echo(line)
    except (OSError, ValueError):
        _fall_silent()


def _fall_silent() -> None:
    """Send what is still to be printed nowhere, so that the end of the program does not stumble over it."""
    with suppress(OSError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for number in (1, 2):
            os.dup2(nowhere, number)
