"""A session: events in, the next step out. A library; it prints nothing and reads nothing.

The session keeps the events of its case and tells their facts to `engine.inference`. While the operator answers what
is asked, experta runs on with each new fact; everything else (`back`, `change`, a fact that was not asked for,
another code) starts experta afresh and tells it all facts again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Continue, Escalate, Question, Rule, Treat
from kb.problems import closest_word

from . import explain
from .case import (
    Answered,
    Ask,
    CaseError,
    CodeChanged,
    Entered,
    Escalated,
    Event,
    Fired,
    Mark,
    Propose,
    Resolved,
    Saved,
    State,
    Step,
    Tried,
)
from .facts import check_outcome, check_value, contradiction
from .inference import Inference
from .plan import Plan, code_or_unknown, plan_of, plan_of_procedure
from .productions import AskIt, End, Go, ProposeIt
from .unfold import FlatGraph, Unfolder

_NO_HELP = frozenset({words.NOT_FIXED, words.BLOCKED, words.DECLINED})


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
        self._given: dict[str, Answered] = {}
        self._code = code
        self._facts: tuple[Answered | Tried, ...] = ()
        for fact in facts:
            checked = self._checked(fact)
            self._facts = (*self._facts, checked)
            if isinstance(checked, Answered):
                self._given[checked.subject] = checked
        self._events: list[Event] = []
        self._step: Step
        self._inferences: dict[str, Inference] = {} if engines is None else engines
        self._graphs: dict[str, tuple[Unfolder, FlatGraph]] = {}
        self._replay()

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
        return self._code

    @property
    def codes(self) -> tuple[str, ...]:
        """The way taken: every code of this case, the current one last."""
        return (*self._left, self._code)

    @property
    def given(self) -> Mapping[str, Answered]:
        """Each value that somebody gave, by question or measure id, in the order first given."""
        return self._given

    @property
    def values(self) -> Mapping[str, str | int]:
        """Each known value: given, and what follows from the given for the current plan."""
        return {**{key: answered.value for key, answered in self._given.items()}, **self._inference.derived}

    @property
    def derived(self) -> Mapping[str, str]:
        """Values that follow from the given ones, for the current plan."""
        return self._inference.derived

    @property
    def outcomes(self) -> Mapping[str, str]:
        """The outcome of each remedy that has one."""
        return self._outcomes

    @property
    def fired(self) -> tuple[str, ...]:
        """Ids of the rules that fired, in order, once each."""
        return tuple(self._fired)

    @property
    def trail(self) -> tuple[Mark, ...]:
        """All that happened, in order: facts and events, rules that fired, codes entered."""
        return tuple(self._trail)

    @property
    def causes_treated(self) -> Mapping[str, str]:
        """For each remedy proposed so far, the cause it was proposed against."""
        return self._treated

    @property
    def plan(self) -> Plan:
        """The expanded plan of the current code."""
        return self._inference.plan

    @property
    def state(self) -> State:
        """Everything the next step depends on."""
        return State(self._code, tuple(self._left), self.values, self._outcomes)

    # What comes next, and what is done

    def next(self) -> Step:
        """The step the case stands at; asking twice gives the same step."""
        return self._step

    def answer(self, value: str | int, source: str = "operator") -> Step:
        """Answer the question asked; an integer answers the measure that decides it.

        Raises `CaseError` when nothing is asked, or the value is not possible.
        """
        step = self._step
        if not isinstance(step, Ask):
            raise CaseError("no question is open now", "nothing-asked")
        question = self.kb.questions[step.question]
        if isinstance(value, int) or value.lstrip("+-").isdigit():
            if question.threshold is None:
                raise CaseError('"{question}" has no number as its answer', "not-a-measure", question=step.question)
            return self.tell(question.threshold.measure, value, source)
        return self.tell(step.question, value, source)

    def tell(self, subject: str, value: str | int, source: str = "operator") -> Step:
        """Give any question or measure a value, whether asked now or not; a known one is changed."""
        event = self._checked(Answered(subject, value, source))
        assert isinstance(event, Answered)
        if event.subject in self._given:
            return self._rewrite(self._with_value(event))
        self._happen(event)
        return self._step

    def outcome(self, outcome: str, remedy: str = "", source: str = "operator") -> Step:
        """Say what became of the remedy proposed (or waited for); a code means that it appeared instead.

        Raises `CaseError` when no remedy is open, or the word is not an outcome.
        """
        open_remedy = self._step.remedy if isinstance(self._step, Propose | Saved) else ""
        if not (remedy or open_remedy):
            raise CaseError("no remedy is open now", "nothing-proposed")
        self._happen(self._checked(Tried(remedy or open_remedy, outcome, source)))
        return self._step

    def go_to(self, code: str) -> Step:
        """Another code is shown now: go on with its plan; a code already left escalates."""
        self._happen(CodeChanged(code))
        return self._step

    def back(self) -> Step:
        """Undo the last event.

        Raises `CaseError` at the first step.
        """
        if not self._events:
            raise CaseError("this is the first step; there is nothing to go back to", "nothing-to-undo")
        return self._rewrite((self._facts, self._events[:-1]))

    def change(self, number: int, value: str | int) -> Step:
        """Replace the answer with this number (from 1, in the order of `given`); all others stay known."""
        given = list(self._given.values())
        if not 1 <= number <= len(given):
            raise CaseError(
                "there is no answer {number}; answers are numbered 1 to {last}",
                "no-such-answer",
                number=number,
                last=len(given),
            )
        event = self._checked(replace(given[number - 1], value=value))
        assert isinstance(event, Answered)
        return self._rewrite(self._with_value(event))

    # What explains it

    def why(self) -> explain.Why | None:
        """Why this question is asked or this remedy proposed; None at an end that no rule concluded."""
        return explain.why(self)

    def how(self) -> explain.How | None:
        """How to find out the answer to the question asked; None when none is."""
        return explain.how(self)

    def why_not(self, cause: str) -> tuple[explain.Needed, ...] | None:
        """The smallest set of answers that would have led to this cause; None when nothing here leads to it.

        Raises `CaseError` for an unknown cause.
        """
        if cause not in self.kb.causes:
            closest = closest_word(cause, self.kb.causes)
            raise CaseError('unknown cause "{cause}"', "unknown-cause", closest=closest, cause=cause)
        return explain.why_not(self, cause, self._graph()[1])

    def status(self) -> explain.Status:
        """Where the case stands: answers, outcomes, causes, steps still ahead."""
        return explain.status(self, *self._graph())

    def hand_over(self) -> explain.HandOver:
        """What goes with this case when it is handed over."""
        return explain.hand_over(self)

    # How it works

    def _graph(self) -> tuple[Unfolder, FlatGraph]:
        """The unfolded plan of the current code."""
        if self._code not in self._graphs:
            unfolder = Unfolder(self.kb, self.plan)
            self._graphs[self._code] = unfolder, unfolder.unfold()
        return self._graphs[self._code]

    def _checked(self, fact: Answered | Tried) -> Answered | Tried:
        if isinstance(fact, Tried):
            return replace(fact, outcome=check_outcome(self.kb, fact.remedy, fact.outcome))
        value = check_value(self.kb, fact.subject, fact.value)
        if value == self._code:
            value = words.NONE  # the same code again is no other code
        others = {known.subject: known.value for known in self._given.values() if known.subject != fact.subject}
        clash = contradiction(self.kb, others, fact.subject, value)
        if clash:
            raise CaseError(
                "{subject}={value} contradicts {other}", "contradiction", subject=fact.subject, value=value, other=clash
            )
        return replace(fact, value=value)

    def _with_value(self, event: Answered) -> tuple[tuple[Answered | Tried, ...], list[Event]]:
        """The facts and events with this subject's value replaced where it was given."""

        def replaced(old: Event) -> Event:
            return event if isinstance(old, Answered) and old.subject == event.subject else old

        facts = tuple(fact for old in self._facts if isinstance(fact := replaced(old), Answered | Tried))
        return facts, [replaced(old) for old in self._events]

    def _rewrite(self, history: tuple[tuple[Answered | Tried, ...], list[Event]]) -> Step:
        self._facts, self._events = history
        self._replay()
        return self._step

    def _replay(self) -> None:
        """Start from the first code with the facts, then let every event happen again, in order."""
        events, self._events = self._events, []
        self._code = self.opened_as
        self._left: list[str] = []
        self._given = {}
        self._outcomes: dict[str, str] = {}
        self._held_back: dict[str, str] = {}
        self._fired: dict[str, None] = {}
        self._trail: list[Mark] = list(self._facts)
        self._treated: dict[str, str] = {}
        for fact in self._facts:
            if isinstance(fact, Answered):
                self._given[fact.subject] = fact
            elif fact.outcome in _NO_HELP:
                self._outcomes[fact.remedy] = fact.outcome
            else:
                self._held_back[fact.remedy] = fact.outcome
        self._start_afresh()
        for event in events:
            self._happen(event)

    def _happen(self, event: Event) -> None:
        self._events.append(event)
        self._trail.append(event)
        if isinstance(event, CodeChanged):
            self._enter(event.code, shown_again=True)
        elif isinstance(event, Tried):
            self._happen_outcome(event)
        else:
            self._happen_answer(event)

    def _happen_answer(self, event: Answered) -> None:
        asked = self._step
        expected = isinstance(asked, Ask) and event.subject not in self._given and self._decides(event, asked.question)
        self._given[event.subject] = event
        if expected:
            self._inference.know(event.subject, event.value)
            self._settle()
        elif not self._in_circle:
            self._start_afresh()

    @property
    def _in_circle(self) -> bool:
        """A case that came back to a code it had left stays handed over, whatever is told afterwards."""
        return isinstance(self._step, Escalated) and self._step.reason == words.CIRCLE

    def _decides(self, event: Answered, question: str) -> bool:
        """Whether this event answers the question that was asked, so that experta may simply run on."""
        if event.subject in self.kb.measures and event.value == words.UNKNOWN:
            return False  # may take back what followed from another answer
        threshold = self.kb.questions[question].threshold
        return event.subject == question or (threshold is not None and event.subject == threshold.measure)

    def _happen_outcome(self, event: Tried) -> None:
        asked = self._step
        waited = event.remedy in self._outcomes
        self._outcomes[event.remedy] = event.outcome
        if event.outcome.startswith("0x"):
            self._enter(event.outcome, shown_again=True)
        elif isinstance(asked, Propose) and asked.remedy == event.remedy and not waited:
            self._inference.know_outcome(event.remedy, event.outcome)
            self._settle()
        elif not self._in_circle:
            self._start_afresh()

    def _enter(self, code: str, *, shown_again: bool) -> None:
        """Go on as another code; one that was left already (or a rule that leads to the same one) is a circle."""
        if code == self._code and shown_again:
            self._start_afresh()
        elif code in self._left or code == self._code:
            self._step = Escalated(words.CIRCLE, self._owners())
        else:
            self._left.append(self._code)
            self._code = code
            self._trail.append(Entered(code))
            self._start_afresh()

    def _owners(self) -> tuple[str, ...]:
        return code_or_unknown(self.kb, self._code).escalation.to

    def _start_afresh(self) -> None:
        """Tell experta every fact again; needed whenever something other than the step asked for is told."""
        inference = self._inferences.get(self._code)
        if inference is None:
            inference = self._inferences[self._code] = Inference(self.kb, self._plan())
        else:
            inference.forget()
        self._inference = inference
        for subject, answered in self._given.items():
            inference.know(subject, answered.value)
        for remedy, outcome in self._outcomes.items():
            inference.know_outcome(remedy, outcome)
        self._settle()

    def _plan(self) -> Plan:
        if self._procedure and not self._left:
            return plan_of_procedure(self.kb, self._procedure, self._code)
        return plan_of(self.kb, self._code)

    def _settle(self) -> None:
        """Run experta to the next step that needs somebody."""
        action = self._inference.step()
        lines = self._inference.plan.lines
        if isinstance(action, AskIt):
            line = lines[action.line]
            condition = line.conditions[action.index]
            self._step = Ask(condition.subject, line.rule.id, condition)
        elif isinstance(action, ProposeIt):
            self._settle_remedy(lines[action.line].rule.id, lines[action.line].remedies[action.index], action.line)
        elif isinstance(action, Go):
            self._settle_conclusion(action.line)
        else:
            assert isinstance(action, End)
            self._step = self._ended(action.how)

    def _settle_remedy(self, rule: str, remedy: str, line: int) -> None:
        then = self._inference.plan.lines[line].rule.then
        assert isinstance(then, Treat)
        self._fire(self._inference.plan.lines[line].rule)
        self._treated[remedy] = then.cause
        self._step = Propose(remedy, rule, then.cause)
        if remedy in self._held_back:
            self._happen_outcome(Tried(remedy, self._held_back.pop(remedy)))

    def _settle_conclusion(self, line: int) -> None:
        rule = self._inference.plan.lines[line].rule
        self._fire(rule)
        if isinstance(rule.then, Escalate):
            self._step = Escalated(rule.then.reason, (rule.then.to,), rule.id, rule.then.cause)
        else:
            assert isinstance(rule.then, Continue)
            code = rule.then.code or str(self.values.get(rule.then.answer_of, words.UNKNOWN_CODE))
            self._enter(code, shown_again=False)

    def _fire(self, rule: Rule) -> None:
        if rule.id not in self._fired:
            self._fired[rule.id] = None
            self._trail.append(Fired(rule.id, rule.because))

    def _ended(self, how: str) -> Step:
        if how == words.FIXED:
            return Resolved(next(key for key, outcome in self._outcomes.items() if outcome == words.FIXED))
        if how == words.PENDING:
            return Saved(next(key for key, outcome in self._outcomes.items() if outcome == words.PENDING))
        return Escalated(self._reason(), self._owners())

    def _reason(self) -> str:
        """Why an exhausted plan escalates: somebody declined, somebody else must act first, or nobody knows."""
        outcomes = set(self._outcomes.values())
        if words.DECLINED in outcomes:
            return words.DECLINED_REASON
        return words.OWNER_MUST_ACT if words.BLOCKED in outcomes else words.CAUSE_UNKNOWN


def question_of(session: Session) -> Question | None:
    """The question asked now, if one is."""
    step = session.next()
    return session.kb.questions[step.question] if isinstance(step, Ask) else None


__all__ = ["Session", "question_of"]
