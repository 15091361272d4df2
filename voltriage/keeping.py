"""Where sessions are kept, and the keeper that writes a session's journal while it is led.

Journals live in the user's data folder, one for each session, named by its start and its code:
`2026-11-22T214428Z-C004F074.jsonl`. A session whose journal cannot be written goes on all the same; that is said once.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from engine.case import Act, CaseError, Step
from engine.session import Session

if TYPE_CHECKING:
    from engine.journal import Clock, Journal, Record

Notice = Callable[[CaseError], None]
"""Tells the operator that the session cannot be kept, and why."""

SUFFIX = ".jsonl"
KEPT_DAYS = 90
"""How long the journal of a case that has ended stays in the data folder."""


def now() -> datetime:
    """The time, to the second."""
    return datetime.now(UTC).replace(microsecond=0)


def sessions_folder() -> Path:
    """Where sessions are kept that were not given a file of their own; it need not exist yet."""
    from platformdirs import user_data_path

    return user_data_path("voltriage", appauthor=False) / "sessions"


# Keeping one session --------------------------------------------------------------------------------------------------


class Keeper:
    """Writes what is done in a session to its journal; a context that closes the journal.

    Made by `begin`, or, for a session that was resumed, from its open journal and what was remembered.
    """

    def __init__(
        self, session: Session, notice: Notice, journal: Journal | None, remembered: Mapping[str, str] | None = None
    ) -> None:
        self._session = session
        self._notice = notice
        self._journal = journal
        self._remembered = dict(remembered or {})
        session.watch(self._note)

    @property
    def path(self) -> Path | None:
        """The journal, or None when the session is not kept (any more)."""
        return self._journal.path if self._journal else None

    @property
    def remembered(self) -> Mapping[str, str]:
        """What was remembered about this session besides the case, by key."""
        return self._remembered

    @property
    def worth_resuming(self) -> bool:
        """Whether the journal holds anything that somebody would have to type again."""
        return self._journal is not None and not self._journal.is_empty

    @property
    def resume_command(self) -> str:
        """The command line that goes on with this session later; empty when it is not kept."""
        return command_to_resume(self._journal.path, self._journal.context.get("kb", "")) if self._journal else ""

    def remember(self, key: str, value: str) -> None:
        """Keep something that is no part of the case, such as the shell that works; `key` is written as ids are."""
        if self._remembered.get(key) != value:
            self._remembered[key] = value
            self._write(lambda journal: journal.remember(key, value, self._session))

    def _note(self, act: Act, _step: Step) -> None:
        self._write(lambda journal: journal.note(act, self._session))

    def _write(self, write: Callable[[Journal], None]) -> None:
        if self._journal is None:
            return
        try:
            write(self._journal)
        except FileNotFoundError as error:
            self._begin_anew(error)
        except OSError as error:
            self._give_up(error)

    def _begin_anew(self, error: OSError) -> None:
        """The file was removed while the session went on: everything is still known here."""
        assert self._journal is not None
        try:
            self._journal = self._journal.anew(self._session, self._remembered)
        except (OSError, CaseError):
            self._give_up(error)
        else:
            self._notice(
                CaseError(
                    "the file of this session was removed; all of it has been written anew: {file}",
                    "written-anew",
                    file=self._journal.path,
                )
            )

    def _give_up(self, error: OSError) -> None:
        journal, self._journal = self._journal, None
        if journal is not None:
            journal.close()
            self._notice(
                CaseError(
                    "from here on this session cannot be kept ({reason}); what came before is in {file}",
                    "not-kept",
                    reason=error.strerror or error,
                    file=journal.path,
                )
            )

    def close(self) -> None:
        """Close the journal; one in which there is nothing to resume is removed."""
        if self._journal is None:
            return
        if self.worth_resuming:
            self._journal.close()
        else:
            self._journal.discard()
            self._journal = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()


def begin(
    session: Session,
    notice: Notice,
    *,
    file: Path | None = None,
    context: Mapping[str, str] | None = None,
    clock: Clock = now,
) -> Keeper:
    """Keep a session from its start on, in `file` or in the user's data folder.

    `context`: what `resume` needs besides the case, such as the language; keys are written as ids are.

    Raises `CaseError` when `file` is not empty or is in use, `OSError` when it cannot be written. Where the data folder
    cannot be written, the operator is told so, and the session is not kept.
    """
    from engine.journal import Journal

    journal: Journal | None = None
    if file:
        journal = Journal.create(file.absolute(), session, context or {}, clock)
    else:
        try:
            journal = _in_data_folder(session, context or {}, clock)
        except OSError as error:
            notice(
                CaseError(
                    "this session cannot be kept in {place} ({reason}); it goes on, and cannot be resumed later",
                    "not-kept",
                    place=error.filename or sessions_folder(),
                    reason=error.strerror or error,
                )
            )
    return Keeper(session, notice, journal)


def _in_data_folder(session: Session, context: Mapping[str, str], clock: Clock) -> Journal:
    from engine.journal import Journal

    path = _new_file(sessions_folder(), f"{clock():%Y-%m-%dT%H%M%SZ}-{session.opened_as[2:]}")
    try:
        return Journal.create(path, session, context, clock)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _new_file(folder: Path, stem: str) -> Path:
    """A new, empty file; a number is added to the name where it is taken."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in count(1):
        path = folder / f"{stem}{'' if number == 1 else f'-{number}'}{SUFFIX}"
        with suppress(FileExistsError):
            path.touch(mode=0o600, exist_ok=False)
            return path
    raise AssertionError("there is always a next number")


def command_to_resume(path: Path, kb_folder: str = "") -> str:
    """The command line that resumes this journal, written for the shell of this system.

    A journal outside the data folder may not name the folder of its knowledge base, so the command does.
    """
    words = ["voltriage", "resume", path.stem if is_ours(path) else str(path)]
    if kb_folder and not is_ours(path):
        words += ["--kb", kb_folder]
    if sys.platform == "win32":
        from subprocess import list2cmdline as joined
    else:
        from shlex import join as joined
    return joined(words)


# Finding sessions that were kept --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Kept:
    """A journal in the data folder: what it says, or why it cannot be read."""

    path: Path
    record: Record | None
    problem: CaseError | OSError | None = None


def kept_sessions() -> Iterator[Kept]:
    """The journals in the data folder, the one that was written last first; read one by one as they are asked for."""
    from engine.journal import read

    found = []
    with suppress(OSError):
        found = [(path.stat().st_mtime_ns, path.name, path) for path in sessions_folder().glob(f"*{SUFFIX}")]
    for _, _, path in sorted(found, reverse=True):
        try:
            yield Kept(path, read(path))
        except (CaseError, OSError) as error:
            yield Kept(path, None, error)


def prune(clock: Clock = now) -> None:
    """Remove the journals in the data folder whose cases were resolved or escalated more than `KEPT_DAYS` ago.

    A journal that is open, damaged or in use stays.
    """
    from engine.journal import Journal, read

    oldest = clock() - timedelta(days=KEPT_DAYS)
    with suppress(OSError):
        for path in sorted(sessions_folder().glob(f"*{SUFFIX}")):
            with suppress(CaseError, OSError):
                record = read(path)
                if record.ended and record.time < oldest:
                    Journal.reopen(path, clock)[0].discard()


def is_ours(path: Path) -> bool:
    """Whether a journal lies in the data folder, where only this program writes."""
    return path.suffix == SUFFIX and path.parent == sessions_folder()


def named(name: str) -> Path:
    """The journal that is meant: a file, or the name of one in the data folder.

    Raises `CaseError` when there is none.
    """
    kept = sessions_folder() / f"{name.removesuffix(SUFFIX)}{SUFFIX}"
    for path in (Path(name), kept):
        with suppress(OSError, ValueError):  # a name that no file can have
            if path.is_file():
                return path.absolute()
    raise CaseError(
        'there is no journal "{file}"; voltriage resume --list shows the open ones', "no-journal", file=name
    )


def reopen(path: Path) -> tuple[Journal, Record]:
    """Open a journal to go on in it.

    Raises `CaseError` when it cannot be used or another process writes it; `OSError`.
    """
    from engine.journal import Journal

    return Journal.reopen(path, now)


def reopen_newest() -> tuple[Journal, Record]:
    """Open the journal that was written last, of those whose case is open and that no other process writes.

    Raises `CaseError` when there is none; `OSError`.
    """
    in_use: CaseError | None = None
    for kept in kept_sessions():
        if kept.record is None or kept.record.ended:
            continue
        try:
            return reopen(kept.path)
        except CaseError as error:
            if error.slug != "journal-in-use":
                raise
            in_use = in_use or error
    raise in_use or CaseError("there is no open session; begin one with voltriage diagnose", "no-journal")
