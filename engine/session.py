"""A session: what an operator does, checked, and the step that follows. A library; it prints nothing, reads nothing.

The session keeps the facts of the start and the events since (`engine.history`); `engine.course` lets them happen.
`back` and `change` edit that history; it then happens again when somebody next looks.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, overload

from kb import words
from kb.knowledge import KnowledgeBase
from kb.problems import closest_word
from kb.spelling import find_codes

from .case import (
    Act,
    Answered,
    Ask,
    CaseError,
    Changed,
    CodeChanged,
    Event,
    Mark,
    Propose,
    Saved,
    State,
    Step,
    TakenBack,
    Tried,
    Unseen,
)
from .course import Course
from .facts import check_outcome, check_value, contradiction
from .history import Fact, History
from .inference import Inference
from .plan import Plan

if TYPE_CHECKING:  # imported only when somebody asks for an explanation
    from . import explain
    from .unfold import FlatGraph, Unfolder

Watcher = Callable[[Act, Step], None]
"""Is told each thing somebody did, checked and in canonical form, and the step it led to."""


class Session:
    """One case from its code to *resolved* or *escalated*.

    `facts` are known from the start, in any order: questions, measures and outcomes, each with its source. A remedy
    that did not help is done at once; an outcome that ends the case or changes its code (fixed, pending, a code), or
    that says so itself (`Tried.when_proposed`), takes effect when the rules propose its remedy. `procedure` restricts
    the plan of the first code to one procedure. `engines` keeps loaded plans for sessions that follow one another; only
    the last of them may be asked.

    Raises `CaseError` for a fact that names an unknown question, remedy or value, or contradicts another.
    """

    def __init__(
        self,
        kb: KnowledgeBase,
        code: str,
        facts: Iterable[Answered | Tried] = (),
        procedure: str = "",
        engines: dict[str, Inference] | None = None,
    ) -> None:
        self.kb = kb
        self.opened_as = code
        self.procedure = procedure
        self._engines: dict[str, Inference] = {} if engines is None else engines
        self._graphs: dict[str, tuple[Unfolder, FlatGraph]] = {}
        self._watcher: Watcher | None = None
        known: dict[str, Answered] = {}
        begun: list[Fact] = []
        for fact in facts:
            begun.append(checked := checked_fact(kb, fact, known))
            known |= {checked.subject: checked} if isinstance(checked, Answered) else {}
        self._history = History(tuple(begun))
        self._happened: Course | None = None

    # What is known

    @property
    def facts(self) -> tuple[Answered | Tried, ...]:
        """What was known from the start."""
        return self._history.facts

    @property
    def events(self) -> tuple[Event, ...]:
        """What has happened since the start; replaying it gives this session again."""
        return self._history.events

    @property
    def code(self) -> str:
        """The current code."""
        return self._course.code

    @property
    def codes(self) -> tuple[str, ...]:
        """The way taken: every code of this case, the current one last."""
        return (*self._course.left, self._course.code)

    @property
    def given(self) -> Mapping[str, Answered]:
        """Each value that somebody gave, by question or measure id, in the order first given.

        Behind them stands what is unknown because nobody can look there; so the numbers of answers do not shift.
        """
        return {**self._course.given, **self._course.given_up}

    @property
    def values(self) -> Mapping[str, str | int]:
        """Each known value: given, and what follows from the given for the current plan."""
        return {**{key: answered.value for key, answered in self.given.items()}, **self.derived}

    @property
    def derived(self) -> Mapping[str, str]:
        """Values that follow from the given ones, for the current plan."""
        return self._course.inference.derived

    @property
    def outcomes(self) -> Mapping[str, str]:
        """The outcome of each remedy that has one."""
        return self._course.outcomes

    @property
    def foregone(self) -> Mapping[str, str]:
        """For each remedy that will not be carried out once it is proposed (a site forbids it), its outcome then."""
        return self._course.foregone

    @property
    def fired(self) -> tuple[str, ...]:
        """Ids of the rules that fired, in order, once each."""
        return tuple(self._course.fired)

    @property
    def trail(self) -> tuple[Mark, ...]:
        """All that happened, in order: facts and events, rules that fired, codes entered."""
        return tuple(self._course.trail)

    @property
    def causes_treated(self) -> Mapping[str, str]:
        """For each remedy proposed so far, the cause it was proposed against."""
        return self._course.treated

    @property
    def unseen(self) -> tuple[str, ...]:
        """The places nobody can look at, in the order in which that was said."""
        return tuple(self._course.unseen)

    @property
    def plan(self) -> Plan:
        """The expanded plan of the current code."""
        return self._course.inference.plan

    @property
    def state(self) -> State:
        """Everything the next step depends on."""
        return State(self.code, tuple(self._course.left), self.values, dict(self.outcomes), self.unseen)

    # What comes next, and what is done

    def next(self) -> Step:
        """The step the case stands at; asking twice gives the same step."""
        return self._course.step

    def answer(self, value: str | int, source: str = "operator") -> Step:
        """Answer the question asked; an integer answers the measure that decides it.

        Raises `CaseError` when nothing is asked, or the value is not possible.
        """
        step = self.next()
        if not isinstance(step, Ask):
            raise CaseError("no question is open now", "nothing-asked")
        question = self.kb.questions[step.question]
        if isinstance(value, int) or (value not in question.answers and value.lstrip("+-").isdigit()):
            if question.threshold is None:
                raise CaseError('"{question}" has no number as its answer', "not-a-measure", question=step.question)
            return self.tell(question.threshold.measure, value, source)
        return self.tell(step.question, value, source)

    def tell(self, subject: str, value: str | int, source: str = "operator") -> Step:
        """Give any question or measure a value, whether asked now or not; a known one is changed."""
        return self._do(Answered(subject, value, source))

    def outcome(self, outcome: str, remedy: str = "", source: str = "operator") -> Step:
        """Say what became of the remedy proposed (or waited for); a code means that it appeared instead.

        Raises `CaseError` when no remedy is open, or the word is not an outcome.
        """
        step = self.next()
        remedy = remedy or (step.remedy if isinstance(step, Propose | Saved) else "")
        if not remedy:
            raise CaseError("no remedy is open now", "nothing-proposed")
        return self._do(Tried(remedy, outcome, source))

    def go_to(self, code: str) -> Step:
        """Another code is shown now: go on with its plan; a code already left escalates.

        Raises `CaseError` for what is no code.
        """
        return self._do(CodeChanged(code))

    def cannot_look(self, place: str = "") -> Step:
        """Nobody can look at this place (by default, where the question asked is looked at).

        Each of its questions in the plan that has no value becomes *unknown*, and in every plan entered later. What
        is told or follows later takes the place of that.

        Raises `CaseError` for an unknown place, or when none is named and no question is asked.
        """
        if not place:
            step = self.next()
            if not isinstance(step, Ask):
                raise CaseError("no question is open now", "nothing-asked")
            place = self.kb.questions[step.question].where
        return self._do(Unseen(place))

    def back(self) -> Step:
        """Undo the last event.

        Raises `CaseError` at the first step.
        """
        return self._do(TakenBack())

    def change(self, number: int, value: str | int) -> Step:
        """Replace the answer with this number (from 1, in the order of `given`); all others stay known."""
        given = list(self.given.values())
        if not given:
            raise CaseError("there is no answer yet that could be changed", "no-such-answer")
        if not 1 <= number <= len(given):
            raise CaseError(
                "there is no answer {number}; answers are numbered 1 to {last}",
                "no-such-answer",
                number=number,
                last=len(given),
            )
        subject = given[number - 1].subject
        return self._do(Changed(subject, value) if subject in self._history.told else Answered(subject, value))

    # What was done, for others to keep and to do again

    def watch(self, watcher: Watcher) -> None:
        """From now on, tell this watcher everything that is done, before the step it leads to is returned."""
        self._watcher = watcher

    def repeat(self, act: Act) -> Act:
        """Do something that was done in another session; returns it in canonical form. No watcher is told.

        What it leads to is worked out when somebody asks, so a long history is repeated quickly.

        Raises `CaseError` when it does not fit; the case is unchanged.
        """
        act = self._checked(act)
        history = self._history.after(act)
        course, self._happened = self._happened, None  # if Ctrl-C comes now, the case happens again from the start
        longer = len(history.events) > len(self._history.events)
        self._history = history
        if course is not None and longer:
            course.happen(history.events[-1])
            self._happened = course
        return act

    # What explains it

    def why(self) -> explain.Why | None:
        """Why this question is asked or this remedy proposed; None at an end that no rule concluded."""
        from . import explain

        return explain.why(self)

    def how(self) -> explain.How | None:
        """How to find out the answer to the question asked; None when none is."""
        from . import explain

        return explain.how(self)

    def why_not(self, cause: str) -> tuple[explain.Needed, ...] | None:
        """The smallest set of answers that would have led to this cause; None when nothing here leads to it.

        Raises `CaseError` for an unknown cause.
        """
        from . import explain

        if cause not in self.kb.causes:
            closest = closest_word(cause, self.kb.causes)
            raise CaseError('unknown cause "{cause}"', "unknown-cause", closest=closest, cause=cause)
        return explain.why_not(self, cause, self._graph()[1])

    def status(self) -> explain.Status:
        """Where the case stands: answers, outcomes, causes, steps still ahead."""
        from . import explain

        return explain.status(self, *self._graph())

    def hand_over(self) -> explain.HandOver:
        """What goes with this case when it is handed over."""
        from . import explain

        return explain.hand_over(self)

    # How it works

    def _graph(self) -> tuple[Unfolder, FlatGraph]:
        """The unfolded plan of the current code."""
        from .unfold import Unfolder

        if self.code not in self._graphs:
            unfolder = Unfolder(self.kb, self.plan)
            self._graphs[self.code] = unfolder, unfolder.unfold()
        return self._graphs[self.code]

    @property
    def _course(self) -> Course:
        """The case as it happened; after its history was edited it happens again from the start."""
        if self._happened is None:
            course = Course(self.kb, self.opened_as, self.facts, self.procedure, self._engines)
            for event in self.events:
                course.happen(event)
            self._happened = course
        return self._happened

    def _do(self, act: Act) -> Step:
        done = self.repeat(act)
        step = self.next()
        if self._watcher is not None:
            self._watcher(done, step)
        return step

    def _checked(self, act: Act) -> Act:
        """The act in canonical form, if it fits what is known."""
        if isinstance(act, Answered | Tried):
            return checked_fact(self.kb, act, self._history.told)
        if isinstance(act, Changed):
            checked = checked_fact(self.kb, Answered(act.subject, act.value), self._history.told)
            return replace(act, value=checked.value)
        if isinstance(act, CodeChanged):
            codes = (act.code,) if act.code == words.UNKNOWN_CODE else find_codes(act.code)
            if not codes:
                raise CaseError('"{text}" is no error code; a code looks like 0xC004F074', "not-a-code", text=act.code)
            return CodeChanged(codes[0])
        if isinstance(act, Unseen) and act.place not in words.PLACES:
            closest = closest_word(act.place, words.PLACES)
            known = ", ".join(words.PLACES)
            raise CaseError(
                'unknown place "{place}"; known: {known}',
                "unknown-place",
                closest=closest,
                place=act.place,
                known=known,
            )
        return act


@overload
def checked_fact(kb: KnowledgeBase, fact: Answered, told: Mapping[str, Answered]) -> Answered: ...
@overload
def checked_fact(kb: KnowledgeBase, fact: Tried, told: Mapping[str, Answered]) -> Tried: ...
def checked_fact(kb: KnowledgeBase, fact: Fact, told: Mapping[str, Answered]) -> Fact:
    """The fact in canonical form, if it may stand beside the answers told.

    Raises `CaseError` for an unknown question, remedy or value, or a contradiction.
    """
    if isinstance(fact, Tried):
        return replace(fact, outcome=check_outcome(kb, fact.remedy, fact.outcome))
    value = check_value(kb, fact.subject, fact.value)
    others = {key: answered.value for key, answered in told.items() if key != fact.subject}
    clash = contradiction(kb, others, fact.subject, value)
    if clash:
        raise CaseError(
            "{subject}={value} contradicts {other}", "contradiction", subject=fact.subject, value=value, other=clash
        )
    return replace(fact, value=value)
