"""Builds the session of a journal again, and says in what it differs from the one that was kept."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

from kb.knowledge import KnowledgeBase

from .case import Act, Answered, CaseError, Changed, Event, TakenBack
from .history import Fact, History
from .journal import Record
from .journal_lines import MOST_EVENTS, Reached, Remember, act_of, begun_with, knowledge_used, reached
from .session import Session, checked_fact


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
    done = [act_of(entry) for entry in record.entries]
    history, since = _edited(record.file, begun_with(base), done, start)
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
    return Resumed(session, remembered, base.kb != knowledge_used(kb), gone, tuple(misfits), departure)


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
