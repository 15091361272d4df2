"""The lines of a journal: their types, and how acts and sessions become lines and lines become acts again.

What is read is checked against these types: sizes, forms, and no character that a terminal would obey. What is written
is made to fit them, so that every journal can be read again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from kb.knowledge import KnowledgeBase

from .case import (
    STATES,
    Act,
    Answered,
    Ask,
    Changed,
    CodeChanged,
    Escalated,
    Event,
    TakenBack,
    Tried,
    Unseen,
)
from .history import Fact, History
from .session import Session

FORMAT = 1
"""Version of the file format; a journal of a higher one is refused."""
MOST_BYTES = 4 * 2**20
"""A larger file is refused, and none is written; thousands of answers take less."""
MOST_EVENTS = 1000
"""More that stand at a time are refused, and not written: a file of somebody's making must not take hours."""


_CONTROL = "\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff"
"""What a terminal or an editor would obey instead of showing, and halves of characters."""
_Id = Annotated[str, Meta(pattern=r"\A[a-z][a-z0-9_]*\Z", max_length=60)]
_Code = Annotated[str, Meta(pattern=r"\A(0x[0-9A-F]{8}|unknown_code)\Z")]
_MOST_CHARACTERS = 4096
_Text = Annotated[str, Meta(pattern=rf"\A[^{_CONTROL}]*\Z", max_length=_MOST_CHARACTERS)]
_Procedure = Annotated[str, Meta(pattern=r"\A[a-z0-9_]*\Z", max_length=60)]
_Context = Annotated[dict[_Id, _Text], Meta(max_length=50)]
_Time = Annotated[datetime, Meta(tz=True)]


# Types ----------------------------------------------------------------------------------------------------------------


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


class KnownOutcome(Struct, frozen=True, tag_field="what", tag="outcome", omit_defaults=True):
    """An outcome known from the start. `when_proposed`: it counts from when its remedy is proposed."""

    remedy: _Id
    outcome: _Text
    source: _Text
    when_proposed: bool = False


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


# To lines and back ----------------------------------------------------------------------------------------------------


def plain(text: object) -> str:
    """What can be shown of it on a terminal, and kept in a journal."""
    return re.sub(f"[{_CONTROL}]", "?", str(text))[:_MOST_CHARACTERS]


_KEY = re.compile("[0-9A-Za-z]{5}(?:[-\u2010-\u2015\u2212][0-9A-Za-z]{5}){4}")
"""A product key, wherever it stands."""


def encoded(line: Opened | Entry) -> bytes:
    """The line as it is written, with its line end and without anything like a product key."""
    return _KEY.sub("-".join(["*****"] * 5), msgspec.json.encode(line).decode()).encode() + b"\n"


def reached(session: Session) -> Reached:
    """Where a session stands, as a journal writes it."""
    step = session.next()
    ident = step.question if isinstance(step, Ask) else step.reason if isinstance(step, Escalated) else step.remedy
    return Reached(STATES[type(step)], ident, len(session.given))


def knowledge_used(kb: KnowledgeBase) -> KnowledgeUsed:
    """What a journal says of a knowledge base."""
    return KnowledgeUsed(plain(kb.manifest.version), kb.manifest.sha256)


def opened_line(session: Session, context: Mapping[str, str], time: datetime) -> Opened:
    """The first line, for a session to which nothing has happened yet."""
    return Opened(
        format=FORMAT,
        time=time,
        kb=knowledge_used(session.kb),
        code=session.opened_as,
        procedure=session.procedure,
        facts=tuple(map(_known_fact, session.facts)),
        context={key: plain(value) for key, value in context.items()},
        step=reached(session),
    )


def went_on_line(session: Session, context: Mapping[str, str], time: datetime) -> WentOn:
    """The line from which on only this session counts."""
    return WentOn(
        time=time,
        kb=knowledge_used(session.kb),
        procedure=session.procedure,
        facts=tuple(map(_known_fact, session.facts)),
        events=tuple(map(_known_event, session.events)),
        context={key: plain(value) for key, value in context.items()},
        step=reached(session),
    )


def _known_fact(fact: Fact) -> KnownAnswer | KnownOutcome:
    if isinstance(fact, Answered):
        return KnownAnswer(fact.subject, fact.value, plain(fact.source))
    return KnownOutcome(fact.remedy, fact.outcome, plain(fact.source), fact.when_proposed)


def _known_event(event: Event) -> KnownAnswer | KnownOutcome | KnownCode | KnownPlace:
    if isinstance(event, CodeChanged):
        return KnownCode(event.code)
    return KnownPlace(event.place) if isinstance(event, Unseen) else _known_fact(event)


def begun_with(base: Opened | WentOn) -> History:
    """The history that a session began with or went on from."""
    return History(tuple(map(_fact, base.facts)), tuple(map(_event, base.events)) if isinstance(base, WentOn) else ())


def _fact(fact: KnownAnswer | KnownOutcome) -> Fact:
    if isinstance(fact, KnownAnswer):
        return Answered(fact.question, fact.value, fact.source)
    return Tried(fact.remedy, fact.outcome, fact.source, fact.when_proposed)


def _event(event: KnownAnswer | KnownOutcome | KnownCode | KnownPlace) -> Event:
    if isinstance(event, KnownCode):
        return CodeChanged(event.code)
    return Unseen(event.place) if isinstance(event, KnownPlace) else _fact(event)


def line_of(act: Act, time: datetime, step: Reached) -> Entry:
    """The line for something that was done."""
    match act:
        case Answered(subject, value, source):
            return Answer(time=time, step=step, question=subject, value=value, source=plain(source))
        case Tried(remedy=remedy, outcome=outcome, source=source):
            return Outcome(time=time, step=step, remedy=remedy, outcome=outcome, source=plain(source))
        case CodeChanged(code):
            return CodeShown(time=time, step=step, code=code)
        case Unseen(place):
            return CannotLook(time=time, step=step, place=place)
        case TakenBack():
            return Back(time=time, step=step)
        case Changed(subject, value):
            return Change(time=time, step=step, question=subject, value=value)


def act_of(entry: Entry) -> Act | None:
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
