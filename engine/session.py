"""A session: what an operator does, checked, and the step that follows. A library; it prints nothing, reads nothing.

The session keeps the facts of the start and the events since; `engine.course` lets them happen. `back` and `change`
edit that history and let it happen again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from kb.knowledge import KnowledgeBase
from kb.problems import closest_word

from .case import Answered, Ask, CaseError, CodeChanged, Event, Mark, Propose, Saved, State, Step, Tried
from .course import Course, Fact
from .facts import check_outcome, check_value, contradiction
from .inference import Inference
from .plan import Plan

if TYPE_CHECKING:  # imported only when somebody asks for an explanation
    from . import explain
    from .unfold import FlatGraph, Unfolder


class Session:
    """One case from its code to *resolved* or *escalated*.

    `facts` are known from the start, in any order: questions, measures and outcomes, each with its source. A remedy
    that did not help is done at once; an outcome that ends the case or changes its code (fixed, pending, a code)
    takes effect when the rules propose its remedy. `procedure` restricts the plan of the first code to one procedure.
    `engines` keeps loaded plans for sessions that follow one another; only the last of them may be asked.

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
        self._procedure = procedure
        self._engines: dict[str, Inference] = {} if engines is None else engines
        self._graphs: dict[str, tuple[Unfolder, FlatGraph]] = {}
        self._facts: tuple[Fact, ...] = ()
        self._events: list[Event] = []
        known: dict[str, Answered] = {}
        for fact in facts:
            checked = self._checked(fact, known)
            self._facts = (*self._facts, checked)
            if isinstance(checked, Answered):
                known[checked.subject] = checked
        self._course = self._let_happen()

    # What is known

    @property
    def facts(self) -> tuple[Answered | Tried, ...]:
        """What was known from the start."""
        return self._facts

    @property
    def events(self) -> tuple[Event, ...]:
        """What has happened since the start; replaying it gives this session again."""
        return tuple(self._events)

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
        """Each value that somebody gave, by question or measure id, in the order first given."""
        return self._course.given

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
    def plan(self) -> Plan:
        """The expanded plan of the current code."""
        return self._course.inference.plan

    @property
    def state(self) -> State:
        """Everything the next step depends on."""
        return State(self.code, tuple(self._course.left), self.values, dict(self.outcomes))

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
        event = self._checked(Answered(subject, value, source), self.given)
        if isinstance(event, Answered) and event.subject in self.given:
            return self._rewrite(*self._with_value(event))
        return self._happen(event)

    def outcome(self, outcome: str, remedy: str = "", source: str = "operator") -> Step:
        """Say what became of the remedy proposed (or waited for); a code means that it appeared instead.

        Raises `CaseError` when no remedy is open, or the word is not an outcome.
        """
        step = self.next()
        remedy = remedy or (step.remedy if isinstance(step, Propose | Saved) else "")
        if not remedy:
            raise CaseError("no remedy is open now", "nothing-proposed")
        return self._happen(self._checked(Tried(remedy, outcome, source), self.given))

    def go_to(self, code: str) -> Step:
        """Another code is shown now: go on with its plan; a code already left escalates."""
        return self._happen(CodeChanged(code))

    def back(self) -> Step:
        """Undo the last event.

        Raises `CaseError` at the first step.
        """
        if not self._events:
            raise CaseError("this is the first step; there is nothing to go back to", "nothing-to-undo")
        return self._rewrite(self._facts, self._events[:-1])

    def change(self, number: int, value: str | int) -> Step:
        """Replace the answer with this number (from 1, in the order of `given`); all others stay known."""
        given = list(self.given.values())
        if not 1 <= number <= len(given):
            raise CaseError(
                "there is no answer {number}; answers are numbered 1 to {last}",
                "no-such-answer",
                number=number,
                last=len(given),
            )
        event = self._checked(replace(given[number - 1], value=value), self.given)
        assert isinstance(event, Answered)
        return self._rewrite(*self._with_value(event))

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

    def _checked(self, fact: Fact, known: Mapping[str, Answered]) -> Fact:
        """The fact in canonical form, if it may stand beside what is known."""
        if isinstance(fact, Tried):
            return replace(fact, outcome=check_outcome(self.kb, fact.remedy, fact.outcome))
        value = check_value(self.kb, fact.subject, fact.value)
        others = {key: answered.value for key, answered in known.items() if key != fact.subject}
        clash = contradiction(self.kb, others, fact.subject, value)
        if clash:
            raise CaseError(
                "{subject}={value} contradicts {other}", "contradiction", subject=fact.subject, value=value, other=clash
            )
        return replace(fact, value=value)

    def _with_value(self, event: Answered) -> tuple[tuple[Fact, ...], list[Event]]:
        """The facts and events with this subject's value replaced where it was given."""

        def replaced(old: Event) -> Event:
            return event if isinstance(old, Answered) and old.subject == event.subject else old

        facts = tuple(fact for old in self._facts if isinstance(fact := replaced(old), Answered | Tried))
        return facts, [replaced(old) for old in self._events]

    def _happen(self, event: Event) -> Step:
        self._events.append(event)
        self._course.happen(event)
        return self.next()

    def _rewrite(self, facts: tuple[Fact, ...], events: list[Event]) -> Step:
        """Take another history for this case's, and let it happen from the start."""
        self._facts, self._events = facts, events
        self._course = self._let_happen()
        return self.next()

    def _let_happen(self) -> Course:
        course = Course(self.kb, self.opened_as, self._facts, self._procedure, self._engines)
        for event in self._events:
            course.happen(event)
        return course
