"""The journal of a case: a file of JSON lines from which the session can be built again, whatever ended the program.

The first line says what the case began with; each line after it is one thing the operator did, and the step that it
led to. A line is on the disk before that step is returned. A line counts once its line end is written: what stands
behind the last line end was torn off by a crash, is reported, and is cut away before anything is appended.

A journal is read with suspicion, because it may come from anybody: everything in it is checked for type, size and
form before it is used, and the session then checks every value as if it had just been typed.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct

from .case import Act, CaseError
from .journal_lines import (
    FORMAT,
    MOST_BYTES,
    MOST_EVENTS,
    Entry,
    Opened,
    Reached,
    Remember,
    WentOn,
    encoded,
    line_of,
    opened_line,
    plain,
    reached,
    went_on_line,
)
from .session import Session

if TYPE_CHECKING:
    from filelock import BaseFileLock

Clock = Callable[[], datetime]
"""Yields the time, with its zone."""


class _Versioned(Struct):
    format: int


@dataclass(frozen=True)
class Record:
    """What a journal says. `size`: bytes of its whole lines; `torn`: bytes of an unfinished line behind them."""

    file: str
    opened: Opened
    entries: tuple[Entry, ...]
    size: int
    torn: int

    @property
    def step(self) -> Reached:
        """The step reached last."""
        return self.entries[-1].step if self.entries else self.opened.step

    @property
    def time(self) -> datetime:
        """When something was done last."""
        return self.entries[-1].time if self.entries else self.opened.time

    @property
    def base(self) -> tuple[Opened | WentOn, int]:
        """What the session began with or last went on from, and how many entries that comes after."""
        for number in range(len(self.entries), 0, -1):
            entry = self.entries[number - 1]
            if isinstance(entry, WentOn):
                return entry, number
        return self.opened, 0

    @property
    def context(self) -> Mapping[str, str]:
        """What the caller needs to go on."""
        return self.base[0].context

    @property
    def ended(self) -> bool:
        """Whether the case was resolved or escalated."""
        return self.step.kind in ("resolved", "escalated")


# Reading --------------------------------------------------------------------------------------------------------------


def read(path: Path) -> Record:
    """What a journal says.

    Raises `CaseError` when it is none, is damaged, or is of a newer format; `OSError` when it cannot be read.
    """
    if not path.is_file():
        raise CaseError('there is no journal "{file}"', "no-journal", file=plain(path))
    with path.open("rb") as file:
        return _read(plain(path), file.read(MOST_BYTES + 1))


def _read(name: str, content: bytes) -> Record:
    if len(content) > MOST_BYTES:
        size = MOST_BYTES // 2**20
        raise CaseError('"{file}" is no journal: it has more than {size} MiB', "no-journal", file=name, size=size)
    *lines, rest = content.split(b"\n")
    if not lines:
        raise CaseError(
            '"{file}" holds no session: its first line was never finished; begin anew with voltriage diagnose',
            "no-journal",
            file=name,
        )
    _check_format(name, lines[0])
    opened = _decoded(name, 1, lines[0], _OPENED)
    entries = tuple(_decoded(name, number, line, _ENTRY) for number, line in enumerate(lines[1:], 2))
    return Record(name, opened, entries, len(content) - len(rest), len(rest))


def _check_format(name: str, line: bytes) -> None:
    found = _decoded(name, 1, line, _VERSIONED).format
    if found > FORMAT:
        raise CaseError(
            '"{file}" was written by a newer Voltriage (format {found}; this one reads {known}); use that one, '
            "or install it here",
            "journal-newer",
            file=name,
            found=found,
            known=FORMAT,
        )


_Any = TypeVar("_Any")
_VERSIONED = msgspec.json.Decoder(_Versioned)
_OPENED = msgspec.json.Decoder(Opened)
_ENTRY: msgspec.json.Decoder[Entry] = msgspec.json.Decoder(Entry)


def _decoded(name: str, number: int, line: bytes, decoder: msgspec.json.Decoder[_Any]) -> _Any:
    try:
        return decoder.decode(line)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:  # a ValueError: text that is not UTF-8
        reason = plain(error)[:200]
        if number == 1:
            raise CaseError(
                '"{file}" is no journal, or its first line is damaged ({reason}); name another file',
                "no-journal",
                file=name,
                reason=reason,
            ) from None
        raise CaseError(
            "{file}:{line}: this line of the journal is damaged ({reason}); mend it, or delete it and what follows",
            "journal-damaged",
            file=name,
            line=number,
            reason=reason,
        ) from None


# Writing --------------------------------------------------------------------------------------------------------------


class Journal:
    """An open journal, locked for this process until it is closed or the process dies.

    Made by `create` or `reopen`. Methods that write raise `OSError` when the line could not be brought to the disk;
    the file then ends with the line before; `FileNotFoundError` when somebody has removed it (see `anew`). `path`,
    `context` and `is_empty` (nothing was known from the start, and nothing done) are for reading.
    """

    def __init__(self, path: Path, clock: Clock) -> None:
        self.path = path
        self.context: Mapping[str, str] = {}
        self.is_empty = True
        self._first: WentOn | None = None
        self._clock = clock
        self._lock = _locked(path)
        self._size = 0
        try:
            self._file = FileIO(path, "a+")
        except BaseException:
            self._lock.release()
            raise

    @classmethod
    def create(cls, path: Path, session: Session, context: Mapping[str, str], clock: Clock) -> Journal:
        """Begin the journal of a session to which nothing has happened yet, in a file that is new or empty.

        Raises `CaseError` when the file is not empty or another process writes it; `OSError`.
        """
        _check_empty(path)
        journal = cls(path, clock)
        try:
            _check_empty(path)
            opened = opened_line(session, context, clock())
            journal.context, journal.is_empty = opened.context, not opened.facts
            journal._write(opened)
            _sync_folder(path.parent)
        except BaseException:
            journal.close()
            raise
        return journal

    @classmethod
    def reopen(cls, path: Path, clock: Clock) -> tuple[Journal, Record]:
        """Open a journal to go on in it, and what it says; a torn line at its end is cut away.

        Raises as `read` does, and `CaseError` when another process writes it.
        """
        read(path)  # nothing is locked, and no file made for it, that is no journal
        journal = cls(path, clock)
        try:
            journal._file.seek(0)
            record = _read(plain(path), journal._file.readall() or b"")
            journal.context, journal.is_empty = record.context, not (record.opened.facts or record.entries)
            journal._size = record.size
            journal._file.truncate(record.size)
        except BaseException:
            journal.close()
            raise
        return journal, record

    def go_on_from(self, session: Session, context: Mapping[str, str]) -> None:
        """What is done from now on is done in this session, which differs from the one that was kept.

        That is written together with the first thing done: whoever only looks changes nothing.
        """
        self._first = went_on_line(session, context, self._clock())
        self.context = self._first.context

    def note(self, act: Act, session: Session) -> None:
        """Write what was done, and the step that the session has reached."""
        if len(session.events) > MOST_EVENTS:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        self._append(line_of(act, self._clock(), reached(session)))

    def remember(self, key: str, value: str, session: Session) -> None:
        """Write something that is no part of the case."""
        self._append(Remember(time=self._clock(), step=reached(session), key=key, value=plain(value)))

    def anew(self, session: Session, remembered: Mapping[str, str]) -> Journal:
        """Close this journal, whose file was removed, and write another in its place: all that is known of its session.

        Raises `OSError` when that is not possible, `CaseError` when something else is there now.
        """
        self.close()
        self.path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        journal = Journal.create(self.path, session, self.context, self._clock)
        try:
            journal._write(went_on_line(session, self.context, self._clock()))
            journal.is_empty = False
            for key, value in remembered.items():
                journal.remember(key, value, session)
        except BaseException:
            journal.close()
            raise
        return journal

    def close(self) -> None:
        """Close the file and release the lock; what was written stays."""
        self._file.close()
        self._lock.release()

    def discard(self) -> None:
        """Remove the journal."""
        self._file.close()
        with suppress(OSError):
            self.path.unlink()
        self._lock.release()
        with suppress(OSError):
            _lock_path(self.path).unlink()

    def _append(self, line: Entry) -> None:
        self._write(*([self._first] if self._first else []), line)
        self._first, self.is_empty = None, False

    def _write(self, *lines: Opened | Entry) -> None:
        rest = memoryview(b"".join(encoded(line) for line in lines))
        size = self._size + len(rest)
        if size > MOST_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        try:
            self._file.truncate(self._size)  # what an interrupted write may have left
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
            self._check_there()
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
            raise
        self._size = size

    def _check_there(self) -> None:
        """A file whose name was removed can be written, and is lost when it is closed."""
        if not os.path.samestat(self.path.stat(), os.fstat(self._file.fileno())):
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(self.path))


def _check_empty(path: Path) -> None:
    if path.exists() and (not path.is_file() or path.stat().st_size):
        raise CaseError(
            '"{file}" is not empty; go on in it with voltriage resume, or name another file',
            "journal-not-empty",
            file=plain(path),
        )


def _lock_path(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")


def _locked(path: Path) -> BaseFileLock:
    from filelock import FileLock, Timeout

    lock = FileLock(_lock_path(path))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CaseError(
            '"{file}" is in use: its session is open in another window; go on there, or end it first',
            "journal-in-use",
            file=plain(path),
        ) from None
    return lock


def _sync_folder(folder: Path) -> None:
    """Bring a new file's name to the disk, where the system can (Windows cannot, and does so by itself)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
