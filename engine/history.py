"""The history of a case: the facts of its start and the events since, and what an act makes of them.

Only here is it said what *taken back* and *changed* mean, so that a session and its journal cannot differ about it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from .case import CHANGED, Act, Answered, CaseError, Changed, Event, TakenBack, Tried

Fact = Answered | Tried


@dataclass(frozen=True, slots=True)
class History:
    """Facts known from the start, and events in the order in which they happened."""

    facts: tuple[Fact, ...] = ()
    events: tuple[Event, ...] = ()

    @property
    def told(self) -> Mapping[str, Answered]:
        """The answers that somebody gave, by question or measure, in the order first given."""
        return {told.subject: told for told in (*self.facts, *self.events) if isinstance(told, Answered)}

    def after(self, act: Act) -> History:
        """The history after this act; a value told anew takes the place of the old one.

        Raises `CaseError` when there is nothing to take back.
        """
        if isinstance(act, TakenBack):
            return self._shorter()
        if isinstance(act, Changed):
            act = _replaced(self.told.get(act.subject, Answered(act.subject, act.value)), act.value)
        if isinstance(act, Answered) and act.subject in self.told:
            return self._with(act)
        return History(self.facts, (*self.events, act))

    def _shorter(self) -> History:
        if not self.events:
            raise CaseError("this is the first step; there is nothing to go back to", "nothing-to-undo")
        return History(self.facts, self.events[:-1])

    def _with(self, answer: Answered) -> History:
        """With this answer wherever its question or measure was given a value."""

        def concerns(old: object) -> bool:
            return isinstance(old, Answered) and old.subject == answer.subject

        return History(
            tuple(answer if concerns(fact) else fact for fact in self.facts),
            tuple(answer if concerns(event) else event for event in self.events),
        )


def _replaced(old: Answered, value: str | int) -> Answered:
    """The answer with another value; its source says what it was at first, until it is that again."""
    first, source = str(old.value), old.source
    if source.startswith(CHANGED):
        first, _, source = source.removeprefix(CHANGED).partition(": ")
    return replace(old, value=value, source=source if str(value) == first else f"{CHANGED}{first}: {source}")
