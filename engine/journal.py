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
import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import msgspec
from msgspec import Meta, Struct

from kb.knowledge import KnowledgeBase

from .case import (
    STATES,
    Act,
    Answered,
    Ask,
    CaseError,
    Changed,
    CodeChanged,
    Escalated,
    Event,
    TakenBack,
    Tried,
    Unseen,
)
from .history import Fact, History
from .session import Session, checked_fact

if TYPE_CHECKING:
    from filelock import BaseFileLock

FORMAT = 1
"""Version of the file format; a journal of a higher one is refused."""
MOST_BYTES = 4 * 2**20
"""A larger file is refused, and none is written; thousands of answers take less."""
MOST_EVENTS = 1000
"""More that stand at a time are refused, and not written: a file of somebody's making must not take hours."""

Clock = Callable[[], datetime]
"""Yields the time, with its zone."""

_CONTROL = "\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""What a terminal or an editor would obey instead of showing, and halves of characters."""
_Id = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]*\Z", max_length=60)]
_Code = Annotated[str, Meta(pattern=r"\A(0x[0-9A-F]{8}|unknown_code)\Z")]
_MOST_CHARACTERS = 4096
_Text = Annotated[str, Meta(pattern=rf"\A[^{_CONTROL}]*\Z", max_length=_MOST_CHARACTERS)]
_Procedure = Annotated[str, Meta(pattern=r"\A[a-z0-9_]*\Z", max_length=60)]
_Context = Annotated[dict[_Id, _Text], Meta(max_length=50)]
_Time = Annotated[datetime, Meta(tz=True)]


# The lines ------------------------------------------------------------------------------------------------------------


class Reached(Struct, frozen=True):
    """A step: its kind as in `STATES`, and the question, the remedy, or the reason of an escalation.

    `known`: how many answers had been given on the way to it.
    """

    kind: _Text
    id: _Text
    known: Annotated[int, Meta(ge=0)] = 0


class Line(Struct, frozen=True, tag_field="what", kw_only=True):
    """Something that was done, when, and what it led to."""

    time: _Time
    step: Reached


class Answer(Line, frozen=True, tag="answer"):
    """A question or measure was given a value."""

    question: _Id
    value: _Text | int
    source: _Text


class Outcome(Line, frozen=True, tag="outcome"):
    """A remedy has an outcome."""

    remedy: _Id
    outcome: _Text
    source: _Text


class CodeShown(Line, frozen=True, tag="code shown"):
    """Another code is shown."""

    code: _Code


class CannotLook(Line, frozen=True, tag="cannot look"):
    """Nobody can look at a place."""

    place: _Id


class Back(Line, frozen=True, tag="back"):
    """The last event was undone."""


class Change(Line, frozen=True, tag="change"):
    """An answer was replaced."""

    question: _Id
    value: _Text | int


class Remember(Line, frozen=True, tag="remember"):
    """Something that is no part of the case, such as the shell that works there."""

    key: _Id
    value: _Text


class KnownAnswer(Struct, frozen=True, tag_field="what", tag="answer"):
    """An answer known from the start."""

    question: _Id
    value: _Text | int
    source: _Text


class KnownOutcome(Struct, frozen=True, tag_field="what", tag="outcome"):
    """An outcome known from the start."""

    remedy: _Id
    outcome: _Text
    source: _Text


class KnownCode(Struct, frozen=True, tag_field="what", tag="code shown"):
    """Another code that was shown."""

    code: _Code


class KnownPlace(Struct, frozen=True, tag_field="what", tag="cannot look"):
    """A place nobody could look at."""

    place: _Id


class KnowledgeUsed(Struct, frozen=True):
    """The knowledge base that a case is led with."""

    version: _Text
    sha256: Annotated[str, Meta(pattern=r"\A[0-9a-f]*\Z", max_length=64)]


class Opened(Struct, frozen=True, tag_field="what", tag="opened", kw_only=True):
    """The first line: what the case began with. `context`: what the caller needs to go on, such as the language."""

    format: int
    time: _Time
    kb: KnowledgeUsed
    code: _Code
    procedure: _Procedure = ""
    facts: tuple[KnownAnswer | KnownOutcome, ...] = ()
    context: _Context = {}
    step: Reached


class WentOn(Line, frozen=True, tag="went on"):
    """The session went on with another knowledge base, or without what did not fit; this is what it went on from."""

    kb: KnowledgeUsed
    procedure: _Procedure = ""
    facts: tuple[KnownAnswer | KnownOutcome, ...] = ()
    events: Annotated[
        tuple[KnownAnswer | KnownOutcome | KnownCode | KnownPlace, ...], Meta(max_length=MOST_EVENTS)
    ] = ()
    context: _Context = {}


Entry = Answer | Outcome | CodeShown | CannotLook | Back | Change | Remember | WentOn


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
        raise CaseError('there is no journal "{file}"', "no-journal", file=_plain(path))
    with path.open("rb") as file:
        return _read(_plain(path), file.read(MOST_BYTES + 1))


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
        reason = _plain(error)[:200]
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


def _plain(text: object) -> str:
    """What can be shown of it on a terminal, and kept in a journal."""
    return re.sub(f"[{_CONTROL}]", "?", str(text))[:_MOST_CHARACTERS]


# Building the session again -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Misfit:
    """Something told in the journal that the knowledge base of today refuses, and why."""

    told: Event
    reason: CaseError


@dataclass(frozen=True)
class Departure:
    """The first place where another step follows than was recorded. `line`: in the journal, from 1."""

    line: int
    recorded: Reached
    now: Reached


@dataclass(frozen=True)
class Resumed:
    """The session of a journal, and in what it differs from the one that was kept.

    `other_kb`: it was kept with another knowledge base. `without_procedure`: the procedure it was restricted to does
    not exist any more (or empty).
    """

    session: Session
    remembered: Mapping[str, str]
    other_kb: bool = False
    without_procedure: str = ""
    misfits: tuple[Misfit, ...] = ()
    departure: Departure | None = None

    @property
    def differs(self) -> bool:
        """Whether what is done from now on is not done in the session that was kept."""
        return self.other_kb or bool(self.without_procedure or self.misfits)


def resume(kb: KnowledgeBase, record: Record) -> Resumed:
    """Build the session of a journal again, as far as the knowledge base of today allows it.

    What was taken back or replaced later is not done again. So steps can be compared with those recorded from the
    last such place on, and there they are.

    Raises `CaseError` when there is more in it than can be in a session.
    """
    base, start = record.base
    done = [_act(entry) for entry in record.entries]
    history, since = _edited(record.file, _begun_with(base), done, start)
    gone = base.procedure if base.procedure and base.procedure not in kb.procedures else ""
    session, misfits = _begun(kb, record.opened.code, history.facts, "" if gone else base.procedure)
    new = sum(act is not None for act in done[since:])
    for event in history.events[: len(history.events) - new]:
        misfits += _tried(session, event)
    departure = _departure(session, since + 1, record.entries[since - 1].step if since else record.opened.step)
    for number, (entry, act) in enumerate(zip(record.entries[since:], done[since:], strict=True), since + 2):
        if act is not None:
            misfits += _tried(session, act)
            departure = departure or _departure(session, number, entry.step)
    remembered = {entry.key: entry.value for entry in record.entries if isinstance(entry, Remember)}
    return Resumed(session, remembered, base.kb != _used(kb), gone, tuple(misfits), departure)


def _edited(name: str, history: History, done: list[Act | None], start: int) -> tuple[History, int]:
    """The history in the end, and the number of lines to the last one that took back or replaced something."""
    since = start
    for number, act in enumerate(done[start:], start + 1):
        if act is None:
            continue
        before = len(history.events)
        with suppress(CaseError):  # a journal of somebody else's making may take back what never was
            history = history.after(act)
        if isinstance(act, Changed) or len(history.events) <= before:
            since = number
        if len(history.events) > MOST_EVENTS:
            raise CaseError(
                '"{file}" is no journal: no session has more than {count} events',
                "no-journal",
                file=name,
                count=MOST_EVENTS,
            )
    return history, since


def _begun(kb: KnowledgeBase, code: str, facts: tuple[Fact, ...], procedure: str) -> tuple[Session, list[Misfit]]:
    """A session with those facts that still fit, and the others."""
    kept: list[Fact] = []
    told: dict[str, Answered] = {}
    misfits: list[Misfit] = []
    for fact in facts:
        try:
            kept.append(checked_fact(kb, fact, told))
        except CaseError as error:
            misfits.append(Misfit(fact, error))
        else:
            told |= {fact.subject: fact} if isinstance(fact, Answered) else {}
    return Session(kb, code, kept, procedure), misfits


def _tried(session: Session, act: Act) -> list[Misfit]:
    """Let it happen again, if it still fits."""
    assert not isinstance(act, TakenBack | Changed)
    try:
        session.repeat(act)
    except CaseError as error:
        return [Misfit(act, error)]
    return []


def _departure(session: Session, line: int, recorded: Reached) -> Departure | None:
    now = reached(session)
    return None if (now.kind, now.id) == (recorded.kind, recorded.id) else Departure(line, recorded, now)


def reached(session: Session) -> Reached:
    """Where a session stands, as a journal writes it."""
    step = session.next()
    ident = step.question if isinstance(step, Ask) else step.reason if isinstance(step, Escalated) else step.remedy
    return Reached(STATES[type(step)], ident, len(session.given))


# Writing --------------------------------------------------------------------------------------------------------------


class Journal:
    """An open journal, locked for this process until it is closed or the process dies.

    Made by `create` or `reopen`. Methods that write raise `OSError` when the line could not be brought to the disk;
    the file then ends with the line before. `path`, `context` and `is_empty`
    (nothing was known from the start, and nothing done) are for reading.
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
            opened = _opened(session, context, clock())
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
            record = _read(_plain(path), journal._file.readall() or b"")
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
        self._first = _went_on(session, context, self._clock())
        self.context = self._first.context

    def note(self, act: Act, session: Session) -> None:
        """Write what was done, and the step that the session has reached."""
        if len(session.events) > MOST_EVENTS:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        self._append(_entry(act, self._clock(), reached(session)))

    def remember(self, key: str, value: str, session: Session) -> None:
        """Write something that is no part of the case."""
        self._append(Remember(time=self._clock(), step=reached(session), key=key, value=_plain(value)))

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
        rest = memoryview(b"".join(_without_keys(msgspec.json.encode(line)) + b"\n" for line in lines))
        size = self._size + len(rest)
        if size > MOST_BYTES:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        try:
            self._file.truncate(self._size)  # what an interrupted write may have left
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError:
            with suppress(OSError):
                self._file.truncate(self._size)
            raise
        self._size = size


def _check_empty(path: Path) -> None:
    if path.exists() and (not path.is_file() or path.stat().st_size):
        raise CaseError(
            '"{file}" is not empty; go on in it with voltriage resume, or name another file',
            "journal-not-empty",
            file=_plain(path),
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
            file=_plain(path),
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


_KEY = re.compile("[0-9A-Za-z]{5}(?:[-\u2010-\u2015\u2212][0-9A-Za-z]{5}){4}")
"""A product key, wherever it stands."""


def _without_keys(line: bytes) -> bytes:
    return _KEY.sub("-".join(["*****"] * 5), line.decode()).encode()


def _used(kb: KnowledgeBase) -> KnowledgeUsed:
    return KnowledgeUsed(_plain(kb.manifest.version), kb.manifest.sha256)


def _opened(session: Session, context: Mapping[str, str], time: datetime) -> Opened:
    return Opened(
        format=FORMAT,
        time=time,
        kb=_used(session.kb),
        code=session.opened_as,
        procedure=session.procedure,
        facts=tuple(map(_known_fact, session.facts)),
        context={key: _plain(value) for key, value in context.items()},
        step=reached(session),
    )


def _went_on(session: Session, context: Mapping[str, str], time: datetime) -> WentOn:
    return WentOn(
        time=time,
        kb=_used(session.kb),
        procedure=session.procedure,
        facts=tuple(map(_known_fact, session.facts)),
        events=tuple(map(_known_event, session.events)),
        context={key: _plain(value) for key, value in context.items()},
        step=reached(session),
    )


def _known_fact(fact: Fact) -> KnownAnswer | KnownOutcome:
    if isinstance(fact, Answered):
        return KnownAnswer(fact.subject, fact.value, _plain(fact.source))
    return KnownOutcome(fact.remedy, fact.outcome, _plain(fact.source))


def _known_event(event: Event) -> KnownAnswer | KnownOutcome | KnownCode | KnownPlace:
    if isinstance(event, CodeChanged):
        return KnownCode(event.code)
    return KnownPlace(event.place) if isinstance(event, Unseen) else _known_fact(event)


def _begun_with(base: Opened | WentOn) -> History:
    """The history that a session began with or went on from."""
    return History(tuple(map(_fact, base.facts)), tuple(map(_event, base.events)) if isinstance(base, WentOn) else ())


def _fact(fact: KnownAnswer | KnownOutcome) -> Fact:
    if isinstance(fact, KnownAnswer):
        return Answered(fact.question, fact.value, fact.source)
    return Tried(fact.remedy, fact.outcome, fact.source)


def _event(event: KnownAnswer | KnownOutcome | KnownCode | KnownPlace) -> Event:
    if isinstance(event, KnownCode):
        return CodeChanged(event.code)
    return Unseen(event.place) if isinstance(event, KnownPlace) else _fact(event)


def _entry(act: Act, time: datetime, step: Reached) -> Entry:
    match act:
        case Answered(subject, value, source):
            return Answer(time=time, step=step, question=subject, value=value, source=_plain(source))
        case Tried(remedy, outcome, source):
            return Outcome(time=time, step=step, remedy=remedy, outcome=outcome, source=_plain(source))
        case CodeChanged(code):
            return CodeShown(time=time, step=step, code=code)
        case Unseen(place):
            return CannotLook(time=time, step=step, place=place)
        case TakenBack():
            return Back(time=time, step=step)
        case Changed(subject, value):
            return Change(time=time, step=step, question=subject, value=value)


def _act(entry: Entry) -> Act | None:
    """What was done; None where it was nothing that concerns the case."""
    match entry:
        case Answer(question=question, value=value, source=source):
            return Answered(question, value, source)
        case Outcome(remedy=remedy, outcome=outcome, source=source):
            return Tried(remedy, outcome, source)
        case CodeShown(code=code):
            return CodeChanged(code)
        case CannotLook(place=place):
            return Unseen(place)
        case Back():
            return TakenBack()
        case Change(question=question, value=value):
            return Changed(question, value)
        case Remember() | WentOn():
            return None
