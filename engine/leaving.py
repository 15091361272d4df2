"""What was known when a case left each of its codes, worked out from its trail when it is over."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Question

from .case import Answered, CodeChanged, Entered, Mark, Tried, Unseen
from .plan import Plan, as_seen, plan_of, plan_of_procedure
from .session import Session

_CLOSING = (words.FIXED, words.PENDING)


@dataclass(frozen=True, slots=True)
class Left:
    """A code of the case, and the values and outcomes that were known when the case left it, or last.

    `procedure`: the one that the plan was restricted to, or empty; `done`: remedies after which another code was shown
    before the case came to this one.
    """

    code: str
    procedure: str
    values: Mapping[str, str | int]
    outcomes: Mapping[str, str]
    done: frozenset[str] = frozenset()


def left_by(session: Session) -> list[Left]:
    """Each code of a session in order, with what was known at its end there.

    What was said after the case had ended does not count: it decided nothing.
    """
    if len(session.codes) == 1 and not _closed_before_the_end(session):
        outcomes = {**_held_back(session), **session.outcomes}
        return [Left(session.code, session.procedure, session.values, outcomes)]
    return _Retold(session).told()


def _closed_before_the_end(session: Session) -> bool:
    """Whether something was said after an outcome that ends a case, or after it came round in a circle."""
    closing = [n for n, event in enumerate(session.events) if isinstance(event, Tried) and event.outcome in _CLOSING]
    circle = any(isinstance(event, CodeChanged) for event in session.events)
    return circle or bool(closing and closing[0] < len(session.events) - 1)


def _held_back(session: Session) -> dict[str, str]:
    """Outcomes known from the start, those included that wait for their remedy's turn."""
    return {fact.remedy: fact.outcome for fact in session.facts if isinstance(fact, Tried)}


@dataclass(slots=True)
class _Known:
    given: dict[str, str | int] = field(default_factory=dict)
    given_up: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()

    def copy(self) -> _Known:
        return _Known(dict(self.given), dict(self.given_up), dict(self.outcomes), self.unseen)


class _Retold:
    """Goes through a trail and keeps what is known, as `engine.course` does; experta is not asked again."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._kb = session.kb
        self._code = session.opened_as
        self._known = _Known()
        self._end: _Known | None = None
        self._left: list[Left] = []
        self._done: frozenset[str] = frozenset()

    def told(self) -> list[Left]:
        marks = self._session.trail
        facts = len(self._session.facts)
        for mark in marks[:facts]:
            self._take(mark)
        for number, mark in enumerate(marks[facts:], facts):
            if isinstance(mark, Entered):
                self._leave()
                self._code = mark.code
                self._done = frozenset(self._shown_codes())
            elif isinstance(mark, CodeChanged):
                entered = number + 1 < len(marks) and marks[number + 1] == Entered(mark.code)
                if not entered and mark.code != self._code:
                    self._end = self._end or self._known.copy()  # a circle: the case stays handed over
            else:
                self._take(mark)
                self._close(mark)
        self._leave()
        return self._left

    def _shown_codes(self) -> Iterator[str]:
        """The remedies for which somebody said that another code appeared."""
        for event in self._session.events:
            if isinstance(event, Tried) and self._known.outcomes.get(event.remedy, "").startswith("0x"):
                yield event.remedy

    def _take(self, mark: Mark) -> None:
        if isinstance(mark, Answered):
            self._known.given[mark.subject] = mark.value
            self._known.given_up.pop(mark.subject, None)
        elif isinstance(mark, Tried):
            self._known.outcomes[mark.remedy] = mark.outcome
        elif isinstance(mark, Unseen):
            self._known.unseen = (*self._known.unseen, mark.place)

    def _close(self, mark: Mark) -> None:
        """What is known when an outcome ends the case; a later outcome of the remedy opens it again."""
        if isinstance(mark, Tried):
            told = {event.remedy for event in self._session.events if isinstance(event, Tried)}
            closed = any(self._known.outcomes.get(remedy) in _CLOSING for remedy in told)
            self._end = (self._end or self._known.copy()) if closed else None

    def _leave(self) -> None:
        known = self._end or self._known
        first = self._code == self._session.opened_as and not self._left
        procedure = self._session.procedure if first else ""
        plan = plan_of_procedure(self._kb, procedure, self._code) if procedure else plan_of(self._kb, self._code)
        values = _values(self._kb, plan, known)
        self._known.given_up.update(known.given_up)
        self._left.append(Left(self._code, procedure, values, dict(known.outcomes), self._done))


def _values(kb: KnowledgeBase, plan: Plan, known: _Known) -> dict[str, str | int]:
    """What was given, what follows from it, and what is unknown because nobody can look there."""
    follows = derived(kb, known.given, plan.code)
    for question in plan.questions:
        if question in follows:
            known.given_up.pop(question, None)
        elif question not in known.given and kb.questions[question].where in known.unseen:
            known.given_up[question] = words.UNKNOWN
    given = {**known.given, **known.given_up}
    return {**derived(kb, given, plan.code), **given}


def derived(kb: KnowledgeBase, given: Mapping[str, str | int], code: str) -> dict[str, str]:
    """Every value that follows from the given ones, as this code sees them, and is not given itself.

    Implications are transitively closed, so each follows in one step from what is given or measured.
    """
    known: dict[str, str | int] = {subject: as_seen(value, code) for subject, value in given.items()}
    for subject, value in given.items():
        if subject in kb.measures:
            for ident in kb.measures[subject].decides:
                known.setdefault(ident, _by_measure(kb.questions[ident], value))
    for subject, value in list(known.items()):
        if subject in kb.questions:
            for entails in kb.questions[subject].entails:
                if entails.value == value:
                    known.setdefault(entails.question, entails.then)
    return {question: str(value) for question, value in known.items() if question not in given}


def _by_measure(question: Question, measured: str | int) -> str:
    """The answer that a measure gives to a question whose threshold it decides."""
    if question.threshold is None or not isinstance(measured, int):
        return words.UNKNOWN
    return words.YES if question.threshold.holds(measured) else words.NO


__all__ = ["Left", "derived", "left_by"]
