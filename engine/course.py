"""The course of one case: facts at its start, then one event after the other, each followed to the next step.

While an event answers the step the case stands at, experta runs on with the new fact. Anything else (a fact that was
not asked for, another code) starts experta afresh and tells it all facts again, because an activation fires once.
So does an answer from which something may follow about a place nobody can look at: that goes before *unknown* there.
Nothing is ever undone here: to go back or to change something, `engine.session` lets a new course happen.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Continue, Escalate, Rule, Treat

from .case import (
    CANNOT_LOOK,
    Answered,
    Ask,
    CodeChanged,
    Entered,
    Escalated,
    Event,
    Fired,
    Mark,
    Propose,
    Resolved,
    Saved,
    Step,
    Tried,
    Unseen,
)
from .history import Fact
from .inference import Inference
from .plan import Plan, as_seen, code_or_unknown, plan_of, plan_of_procedure
from .productions import AskIt, End, Go, ProposeIt

_NO_HELP = frozenset({words.NOT_FIXED, words.BLOCKED, words.DECLINED})


class Course:
    """A case as it runs; see `engine.session.Session` for what the constructor's arguments mean.

    Public attributes are for reading: `code` and `left` (the codes of the case), `given` (answers by subject),
    `unseen` (places nobody can look at) and `given_up` (answers that are unknown for that reason), `outcomes` (by
    remedy), `fired` (rules, in order), `treated` (for each remedy proposed, the cause), `trail` (all that happened),
    `step` (where the case stands) and `inference` (experta, loaded with the current plan).
    """

    inference: Inference
    step: Step

    def __init__(
        self, kb: KnowledgeBase, code: str, facts: Iterable[Fact], procedure: str, engines: dict[str, Inference]
    ) -> None:
        self._kb = kb
        self._procedure = procedure
        self._engines = engines
        self._held_back: dict[str, Tried] = {}
        self.code = code
        self.left: list[str] = []
        self.given: dict[str, Answered] = {}
        self.given_up: dict[str, Answered] = {}
        self.outcomes: dict[str, str] = {}
        self.unseen: dict[str, None] = {}
        self.fired: dict[str, None] = {}
        self.treated: dict[str, str] = {}
        self.trail: list[Mark] = list(facts)
        for fact in facts:
            self._begin_with(fact)
        self._start_afresh()

    @property
    def foregone(self) -> Mapping[str, str]:
        """The outcomes of remedies that will not be carried out, though they have not been proposed yet."""
        return {key: fact.outcome for key, fact in self._held_back.items() if fact.outcome in _NO_HELP}

    def happen(self, event: Event) -> None:
        """Let an event happen and follow the rules to the next step that needs somebody."""
        self.trail.append(event)
        if isinstance(event, CodeChanged):
            self._enter(event.code, shown_again=True)
        elif isinstance(event, Tried):
            self._happen_outcome(event)
        elif isinstance(event, Unseen):
            self.unseen[event.place] = None
            self._happen_unexpectedly()
        else:
            self._happen_answer(event)

    def _begin_with(self, fact: Fact) -> None:
        """A fact of the start; an outcome that ends the case or changes its code waits for its remedy's turn.

        So does one that says so itself: what a site forbids is not declined in cases that never come to it.
        """
        if isinstance(fact, Answered):
            self.given[fact.subject] = fact
        elif fact.outcome in _NO_HELP and not fact.when_proposed:
            self.outcomes[fact.remedy] = fact.outcome
        else:
            self._held_back[fact.remedy] = fact

    def _happen_answer(self, event: Answered) -> None:
        asked = self.step
        expected = isinstance(asked, Ask) and event.subject not in self.given and self._decides(event, asked.question)
        self.given[event.subject] = event
        self.given_up.pop(event.subject, None)
        if expected and not self._replaces_given_up(event.subject):
            self.inference.know(event.subject, as_seen(event.value, self.code))
            self._settle()
        else:
            self._happen_unexpectedly()

    def _happen_unexpectedly(self) -> None:
        """Follow a fact that was not asked for to the next step."""
        if self._in_circle:
            self._tell_all()
            self.inference.step()  # for what follows from the fact; the step itself stays as it is
        else:
            self._start_afresh()

    def _replaces_given_up(self, subject: str) -> bool:
        """Whether something may follow from an answer about a question that is unknown because nobody can look."""
        if not self.given_up:
            return False
        measure = self._kb.measures.get(subject)
        answered = measure.decides if measure else (subject,)
        follows = {entails.question for ident in answered for entails in self._kb.questions[ident].entails}
        return not self.given_up.keys().isdisjoint(follows.union(answered))

    def _decides(self, event: Answered, question: str) -> bool:
        """Whether this event answers the question that was asked, so that experta may simply run on."""
        if event.subject in self._kb.measures and event.value == words.UNKNOWN:
            return False  # may take back what followed from another answer
        threshold = self._kb.questions[question].threshold
        return event.subject == question or (threshold is not None and event.subject == threshold.measure)

    @property
    def _in_circle(self) -> bool:
        """A case that came back to a code it had left stays handed over, whatever is told afterwards."""
        return isinstance(self.step, Escalated) and self.step.reason == words.CIRCLE

    def _happen_outcome(self, event: Tried) -> None:
        asked = self.step
        waited = event.remedy in self.outcomes
        self.outcomes[event.remedy] = event.outcome
        if event.outcome.startswith("0x"):
            self._enter(event.outcome, shown_again=True)
        elif isinstance(asked, Propose) and asked.remedy == event.remedy and not waited:
            self.inference.know_outcome(event.remedy, event.outcome)
            self._settle()
        elif not self._in_circle:
            self._start_afresh()

    def _enter(self, code: str, *, shown_again: bool) -> None:
        """Go on as another code; one that was left already (or a rule that leads to the same one) is a circle."""
        if shown_again and self._in_circle:
            return
        if code == self.code and shown_again:
            self._start_afresh()
        elif code in self.left or code == self.code:
            self.step = Escalated(words.CIRCLE, self._owners())
        else:
            self.left.append(self.code)
            self.code = code
            self.trail.append(Entered(code))
            self._start_afresh()

    def _owners(self) -> tuple[str, ...]:
        return code_or_unknown(self._kb, self.code).escalation.to

    def _start_afresh(self) -> None:
        """Tell experta every fact again, and follow the rules to the next step."""
        self._tell_all()
        self._settle()

    def _tell_all(self) -> None:
        engine = self._engines.get(self.code)
        if engine is None:
            engine = self._engines[self.code] = Inference(self._kb, self._plan())
        self.inference = engine
        if self.unseen:
            engine.begin(self._seen(self.given), {})
            engine.step()
            self._give_up(engine.derived)
        engine.begin(self._seen({**self.given, **self.given_up}), self.outcomes)

    def _seen(self, answers: Mapping[str, Answered]) -> dict[str, str | int]:
        """Answers as the plan of the current code sees them."""
        return {subject: as_seen(answered.value, self.code) for subject, answered in answers.items()}

    def _give_up(self, derived: Mapping[str, str]) -> None:
        """Make unknown what is unknown about places nobody can look at; what follows from answers needs no look."""
        for question in self.inference.plan.questions:
            place = self._kb.questions[question].where
            if question in derived:
                self.given_up.pop(question, None)
            elif question not in self.given and place in self.unseen:
                self.given_up[question] = Answered(question, words.UNKNOWN, CANNOT_LOOK + place)

    def _plan(self) -> Plan:
        if self._procedure and not self.left:
            return plan_of_procedure(self._kb, self._procedure, self.code)
        return plan_of(self._kb, self.code)

    def _settle(self) -> None:
        """Run experta to the next step that needs somebody."""
        action = self.inference.step()
        lines = self.inference.plan.lines
        if isinstance(action, AskIt):
            line = lines[action.line]
            condition = line.conditions[action.index]
            self.step = Ask(condition.subject, line.rule.id, condition)
        elif isinstance(action, ProposeIt):
            self._settle_remedy(lines[action.line].rule, lines[action.line].remedies[action.index])
        elif isinstance(action, Go):
            self._settle_conclusion(lines[action.line].rule)
        else:
            assert isinstance(action, End)
            self.step = self._ended(action.how)

    def _settle_remedy(self, rule: Rule, remedy: str) -> None:
        assert isinstance(rule.then, Treat)
        self._fire(rule)
        self.treated[remedy] = rule.then.cause
        self.step = Propose(remedy, rule.id, rule.then.cause)
        if remedy in self._held_back:
            self._happen_outcome(self._held_back.pop(remedy))

    def _settle_conclusion(self, rule: Rule) -> None:
        self._fire(rule)
        if isinstance(rule.then, Escalate):
            self.step = Escalated(rule.then.reason, (rule.then.to,), rule.id, rule.then.cause)
            return
        assert isinstance(rule.then, Continue)
        self._enter(rule.then.code or str(self.given[rule.then.answer_of].value), shown_again=False)

    def _fire(self, rule: Rule) -> None:
        if rule.id not in self.fired:
            self.fired[rule.id] = None
            self.trail.append(Fired(rule.id, rule.because))

    def _ended(self, how: str) -> Step:
        if how == words.FIXED:
            return Resolved(next(key for key, outcome in self.outcomes.items() if outcome == words.FIXED))
        if how == words.PENDING:
            return Saved(next(key for key, outcome in self.outcomes.items() if outcome == words.PENDING))
        return Escalated(self._reason(), self._owners())

    def _reason(self) -> str:
        """Why an exhausted plan escalates: somebody declined, somebody else must act first, or nobody knows."""
        outcomes = set(self.outcomes.values())
        if words.DECLINED in outcomes:
            return words.DECLINED_REASON
        return words.OWNER_MUST_ACT if words.BLOCKED in outcomes else words.CAUSE_UNKNOWN
