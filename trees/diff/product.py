"""Walks the same case through two knowledge bases, in step, and finds where they do not do the same.

Breadth first over pairs of places, so that the first session that shows a difference is a shortest one. After a
difference the walk goes on: what the one asks or proposes and the other does not is told to both, and the other waits
until they are in step again. So one step put in front of a plan is one difference, and not the end of the comparison.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from engine.unfold import ASK, PROPOSE
from kb import words
from kb.knowledge import KnowledgeBase

from .changes import (
    ANSWER_ADDED,
    ANSWER_REMOVED,
    CAUSE_CHANGED,
    END_CHANGED,
    STEP_ADDED,
    STEP_MOVED,
    STEP_REMOVED,
    Example,
    Session,
    Stand,
    StepChange,
)
from .side import Answer, Place, Side, identity_of

MOST_PAIRS = 20_000
"""After so many pairs of places the walk through one code stops; what was found until then is told."""

OLD, NEW = "old", "new"
QUIETLY, SHORTLY, ALOUD = "quietly", "shortly", "aloud"
"""How a detour is told. Quietly: only steps that are new to the whole code, because the one has come to an end and all
of the other's way would differ; shortly: its remedies and ends, too; aloud: everything, because it began so."""


@dataclass(frozen=True, slots=True)
class _Pair:
    """The same case in both.

    `waiting`: which of the two waits for the other to come to the step it stands at, or empty; `how` the detour of the
    other is told.
    """

    old: Place
    new: Place
    session: Session
    waiting: str = ""
    how: str = ""


@dataclass(slots=True)
class Walk:
    """A walk through one code. `found`: the differences, shortest session first; `finished`: none was left out."""

    old: Side
    new: Side
    found: dict[object, StepChange] = field(default_factory=dict)
    finished: bool = True
    pairs: int = 0

    @classmethod
    def through(cls, old: KnowledgeBase, new: KnowledgeBase, code: str) -> Walk:
        """The finished walk through a code that both have."""
        return cls.of(Side(old, code), Side(new, code))

    @classmethod
    def of(cls, old: Side, new: Side) -> Walk:
        """The finished walk through both sides of a code."""
        walk = cls(old, new)
        walk.go()
        return walk

    def go(self) -> None:
        """Walk until nothing is left to see."""
        todo = deque([_Pair(self.old.begun, self.new.begun, ())])
        seen: set[object] = set()
        while todo:
            pair = todo.popleft()
            identity = self._identity(pair)
            if identity in seen:
                continue
            seen.add(identity)
            if len(seen) > MOST_PAIRS:
                self.finished = False
                return
            todo.extend(self._behind(pair))
        self.pairs = len(seen)

    def _identity(self, pair: _Pair) -> object:
        """What everything behind a pair depends on."""
        ahead = pair.old.ahead | pair.new.ahead
        barred = [
            frozenset(answer for answer in place.barred if (ASK, answer[0]) in ahead) for place in (pair.old, pair.new)
        ]
        return pair.old.identity, pair.new.identity, *barred, pair.waiting, pair.how

    def _behind(self, pair: _Pair) -> Iterator[_Pair]:
        old, new = pair.old.stand, pair.new.stand
        if identity_of(old) == identity_of(new):
            if old.kind == PROPOSE and old.cause != new.cause:
                self._note(pair, _Found(CAUSE_CHANGED, new, before=old))
            yield from self._in_step(pair)
        elif not (old.goes_on or new.goes_on):
            if pair.how != QUIETLY or identity_of(new) not in self.old.everything:
                self._note(pair, _Found(END_CHANGED, new, before=old))
        else:
            yield from self._apart(pair)

    # In step

    def _in_step(self, pair: _Pair) -> Iterator[_Pair]:
        step = pair.new.stand
        if step.kind == PROPOSE:
            yield from self._told(pair, step.subject, words.NOT_FIXED)
        elif step.kind == ASK:
            old, new = self.old.answers(pair.old), self.new.answers(pair.new)
            for answer in dict.fromkeys((*new, *old)):
                if answer in new and answer not in old and not answer.startswith("0x"):
                    self._note(pair, _Found(ANSWER_ADDED, step, answer=answer))
                elif answer in old and answer not in new and not answer.startswith("0x"):
                    self._note(pair, _Found(ANSWER_REMOVED, step, answer=answer))
                else:
                    yield from self._told(pair, step.subject, answer)

    # Not in step

    def _apart(self, pair: _Pair) -> Iterator[_Pair]:
        """Tells the difference, and goes on with the side that has something to do first."""
        old, new = pair.old.stand, pair.new.stand
        added = identity_of(new) not in pair.old.ahead
        removed = identity_of(old) not in pair.new.ahead
        unheard = False
        if added and (new.goes_on or new.concluded or new.continues):
            unheard = self._note_step(STEP_ADDED, new, pair, self.old.everything)
        if removed and (old.goes_on or old.concluded or old.continues):
            unheard = self._note_step(STEP_REMOVED, old, pair, self.new.everything) or unheard
        if not added and not removed and not pair.waiting:
            self._note(pair, _Found(STEP_MOVED, new, before=old))
        ahead = self._goes_first(pair, added, removed)
        waiting = OLD if ahead == NEW else NEW
        how = pair.how if pair.waiting == waiting else _begun(old, new, ahead, unheard=unheard)
        yield from self._follow(pair, ahead, waiting, how)

    def _goes_first(self, pair: _Pair, added: bool, removed: bool) -> str:
        """The side whose step is done next; the other one waits."""
        if not pair.new.stand.goes_on:
            return OLD
        if not pair.old.stand.goes_on or added or not removed:
            return NEW
        return OLD

    def _note_step(self, what: str, step: Stand, pair: _Pair, elsewhere: frozenset[Answer]) -> bool:
        """Tell that a step comes or goes; returns whether the other one has it nowhere under this code."""
        partly = identity_of(step) in elsewhere
        if not partly or not pair.waiting or pair.how == ALOUD or (pair.how == SHORTLY and step.kind != ASK):
            self._note(pair, _Found(what, step, partly=partly))
        return not partly

    def _follow(self, pair: _Pair, ahead: str, waiting: str, how: str) -> Iterator[_Pair]:
        place, side, other = (pair.new, self.new, self.old) if ahead == NEW else (pair.old, self.old, self.new)
        step = place.stand
        if step.kind == PROPOSE:
            answers: tuple[str, ...] = (words.NOT_FIXED,)
        else:
            answers = side.answers(place)
            if words.ANY_CODE in answers:
                answers = tuple(dict.fromkeys((*answers, *other.codes_named(step.subject))))
        for answer in answers:
            yield from self._told(pair, step.subject, answer, waiting, how)

    def _told(self, pair: _Pair, subject: str, value: str, waiting: str = "", how: str = "") -> Iterator[_Pair]:
        old, new = self.old.told(pair.old, subject, value), self.new.told(pair.new, subject, value)
        if old is not None and new is not None:
            yield _Pair(old, new, (*pair.session, (subject, value)), waiting, how)

    # What was found

    def _note(self, pair: _Pair, found: _Found) -> None:
        if found.what == STEP_MOVED and any(found.about_same(change) for change in self.found.values()):
            return  # one step that is moved past several is one difference
        if found.identity not in self.found:
            example = Example(self.new.code, pair.session, pair.old.stand, pair.new.stand)
            self.found[found.identity] = found.change(example)


def _begun(old: Stand, new: Stand, ahead: str, *, unheard: bool) -> str:
    """How a detour is told that begins where these stand; `unheard`: with a step that the other one has nowhere."""
    if not (old.goes_on and new.goes_on):
        return ALOUD if unheard and ahead == NEW else QUIETLY
    return ALOUD if unheard else SHORTLY


@dataclass(frozen=True, slots=True)
class _Found:
    """What differs at a pair; the fields as in `StepChange`."""

    what: str
    step: Stand
    before: Stand | None = None
    answer: str = ""
    partly: bool = False

    @property
    def identity(self) -> object:
        """The same difference, wherever it shows."""
        if self.what in (STEP_ADDED, STEP_REMOVED):
            return self.what, identity_of(self.step)
        if self.what == CAUSE_CHANGED and self.before:
            return self.what, self.step.cause, self.before.cause  # once, whatever remedies are tried against it
        before = identity_of(self.before) if self.before else None
        return self.what, identity_of(self.step), before, self.answer

    def about_same(self, change: StepChange) -> bool:
        """Whether a change moves one of the same two steps."""
        return change.what == self.what and bool({self.step, self.before} & {change.step, change.before})

    def change(self, example: Example) -> StepChange:
        """The change that this example shows."""
        instead = {STEP_ADDED: example.old, STEP_REMOVED: example.new}.get(self.what)
        codes = (example.code,)
        return StepChange(self.what, self.step, example, codes, self.before, self.answer, self.partly, instead)
