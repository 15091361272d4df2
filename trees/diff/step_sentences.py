"""What changed in the steps of sessions, in whole sentences for the reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.unfold import ASK, CONTINUE, ESCALATE, PROPOSE

from .changes import (
    ANSWER_ADDED,
    ANSWER_REMOVED,
    CAUSE_CHANGED,
    END_CHANGED,
    STEP_ADDED,
    STEP_MOVED,
    STEP_REMOVED,
    Stand,
    StepChange,
    ThingChange,
)
from .names import Names


@dataclass(frozen=True, slots=True)
class StepTeller(Names):
    """Tells changes of steps to the reader of the new knowledge base."""

    def step(self, change: StepChange) -> str:
        """The sentence that says what changed."""
        return _TOLD[change.what](self, change)

    def further(self, changes: Sequence[StepChange]) -> list[str]:
        """One sentence for all of these remedies that are proposed in more cases now, and one for those in fewer."""
        say = self.new.say
        names = {
            what: "; ".join(
                dict.fromkeys(self.remedy(change.step.subject) for change in changes if change.what == what)
            )
            for what in (STEP_ADDED, STEP_REMOVED)
        }
        more = [say("Further remedies proposed in more cases now: {names}", names=names[STEP_ADDED])]
        fewer = [say("Further remedies proposed in fewer cases now: {names}", names=names[STEP_REMOVED])]
        return (more if names[STEP_ADDED] else []) + (fewer if names[STEP_REMOVED] else [])

    def place(self, change: StepChange) -> str:
        """Before what it stands, or what comes in its place; empty where that is not the same everywhere."""
        if change.instead is None:
            return ""
        if change.what == STEP_ADDED:
            return self._before(change.instead)
        return self._instead(change.instead)

    def answers(self, change: StepChange | ThingChange) -> list[str]:
        """The answers and outcomes of the example, in the order in which they are given."""
        session = change.example.session if change.example else ()
        return [self._given(subject, value) for subject, value in session]

    def stands(self, change: StepChange) -> tuple[str, ...]:
        """What the old knowledge base does after the example, and what the new one does; none where both ask alike."""
        if change.what in (ANSWER_ADDED, ANSWER_REMOVED):
            return ()
        return self._old_does(change.example.old), self._new_does(change.example.new)

    def _added(self, change: StepChange) -> str:
        say, step = self.new.say, change.step
        if step.kind == ASK:
            question = self.question(step.subject)
            if change.partly:
                return say('The question "{question}" is asked in more cases now.', question=question)
            return say('The question "{question}" is asked now.', question=question)
        if step.kind == PROPOSE:
            remedy, cause = self.remedy(step.subject), self.cause(step.cause)
            if change.partly:
                return say(
                    'The remedy "{remedy}" is proposed in more cases now, against the cause "{cause}".',
                    remedy=remedy,
                    cause=cause,
                )
            return say(
                'The remedy "{remedy}" is proposed now, against the cause "{cause}".', remedy=remedy, cause=cause
            )
        if step.kind == CONTINUE:
            return say("The case goes on as {code} now.", code=self.code(step.subject))
        if step.cause:
            cause, owners = self.cause(step.cause), self.owners(step.subject)
            return say('For the cause "{cause}" the case is handed over to {owners} now.', cause=cause, owners=owners)
        return say("A rule hands the case over to {owners} now.", owners=self.owners(step.subject))

    def _removed(self, change: StepChange) -> str:
        say, step = self.new.say, change.step
        if step.kind == ASK:
            question = self.question(step.subject)
            if change.partly:
                return say('The question "{question}" is asked in fewer cases now.', question=question)
            return say('The question "{question}" is no longer asked.', question=question)
        if step.kind == PROPOSE:
            remedy, cause = self.remedy(step.subject), self.cause(step.cause)
            if change.partly:
                return say(
                    'The remedy "{remedy}" is proposed in fewer cases now, against the cause "{cause}".',
                    remedy=remedy,
                    cause=cause,
                )
            return say(
                'The remedy "{remedy}" is no longer proposed against the cause "{cause}".', remedy=remedy, cause=cause
            )
        if step.kind == CONTINUE:
            return say("The case no longer goes on as {code}.", code=self.code(step.subject))
        if step.cause:
            cause, owners = self.cause(step.cause), self.owners(step.subject)
            return say(
                'For the cause "{cause}" the case is no longer handed over to {owners}.', cause=cause, owners=owners
            )
        return say("A rule no longer hands the case over to {owners}.", owners=self.owners(step.subject))

    def _moved(self, change: StepChange) -> str:
        say, step, other = self.new.say, change.step, change.before
        assert other is not None
        one, two = self.title(step), self.title(other)
        if step.kind == ASK and other.kind == ASK:
            return say('The question "{one}" comes before the question "{other}" now.', one=one, other=two)
        if step.kind == ASK:
            return say('The question "{one}" comes before the remedy "{other}" now.', one=one, other=two)
        if other.kind == ASK:
            return say('The remedy "{one}" comes before the question "{other}" now.', one=one, other=two)
        return say('The remedy "{one}" comes before the remedy "{other}" now.', one=one, other=two)

    def _ended(self, change: StepChange) -> str:
        say, was, now = self.new.say, change.before, change.step
        assert was is not None
        if was.hands_over and now.hands_over:
            if was.subject != now.subject:
                old, new = self.owners(was.subject), self.owners(now.subject)
                return say("The case is handed over to {new} now, no longer to {old}.", new=new, old=old)
            if was.cause != now.cause and now.cause:
                return say('The case is handed over for the cause "{cause}" now.', cause=self.cause(now.cause))
            if was.concluded != now.concluded:
                if now.concluded:
                    return say("A rule hands the case over now, where the plan was exhausted before.")
                return say("The plan is exhausted now, where a rule handed the case over before.")
            return say("The case is handed over for another reason now.")
        if now.hands_over:
            return say(
                "The case is handed over to {owners} now; before, it went on as {code}.",
                owners=self.owners(now.subject),
                code=self.code(was.subject),
            )
        if was.hands_over:
            return say(
                "The case goes on as {code} now; before, it was handed over to {owners}.",
                code=self.code(now.subject),
                owners=self.owners(was.subject),
            )
        old, new = self.code(was.subject), self.code(now.subject)
        return say("The case goes on as {new} now, no longer as {old}.", new=new, old=old)

    def _other_cause(self, change: StepChange) -> str:
        assert change.before is not None
        new, old = self.cause(change.step.cause), self.cause(change.before.cause)
        return self.new.say('The cause is "{new}" now, no longer "{old}".', new=new, old=old)

    def _answer_added(self, change: StepChange) -> str:
        question, answer = self.question(change.step.subject), self.answer(change.step.subject, change.answer)
        return self.new.say(
            'The question "{question}" can be answered with "{answer}" now.', question=question, answer=answer
        )

    def _answer_removed(self, change: StepChange) -> str:
        question, answer = self.question(change.step.subject), self.answer(change.step.subject, change.answer)
        return self.new.say(
            'The question "{question}" can no longer be answered with "{answer}".', question=question, answer=answer
        )

    def _before(self, stand: Stand) -> str:
        say = self.new.say
        if stand.kind == ASK:
            return say('It comes before the question "{question}".', question=self.question(stand.subject))
        if stand.kind == PROPOSE:
            return say('It comes before the remedy "{remedy}".', remedy=self.remedy(stand.subject))
        if stand.kind == ESCALATE:
            return say("Before, the case was handed over to {owners} at this point.", owners=self.owners(stand.subject))
        return say("Before, the case went on as {code} at this point.", code=self.code(stand.subject))

    def _instead(self, stand: Stand) -> str:
        say = self.new.say
        if stand.kind == ASK:
            return say('The question "{question}" comes in its place.', question=self.question(stand.subject))
        if stand.kind == PROPOSE:
            return say('The remedy "{remedy}" comes in its place.', remedy=self.remedy(stand.subject))
        if stand.kind == ESCALATE:
            return say("The case is handed over to {owners} at this point.", owners=self.owners(stand.subject))
        return say("The case goes on as {code} at this point.", code=self.code(stand.subject))

    def _old_does(self, stand: Stand) -> str:
        say = self.new.say
        if stand.kind == ASK:
            return say('Before: asks "{question}"', question=self.question(stand.subject, self.old))
        if stand.kind == PROPOSE:
            return say(
                'Before: proposes "{remedy}", against "{cause}"',
                remedy=self.remedy(stand.subject, self.old),
                cause=self.cause(stand.cause, self.old),
            )
        if stand.kind == ESCALATE:
            return say("Before: hands the case over to {owners}", owners=self.owners(stand.subject))
        return say("Before: goes on as {code}", code=self.code(stand.subject))

    def _new_does(self, stand: Stand) -> str:
        say = self.new.say
        if stand.kind == ASK:
            return say('Now: asks "{question}"', question=self.question(stand.subject))
        if stand.kind == PROPOSE:
            return say(
                'Now: proposes "{remedy}", against "{cause}"',
                remedy=self.remedy(stand.subject),
                cause=self.cause(stand.cause),
            )
        if stand.kind == ESCALATE:
            return say("Now: hands the case over to {owners}", owners=self.owners(stand.subject))
        return say("Now: goes on as {code}", code=self.code(stand.subject))

    def _given(self, subject: str, value: str) -> str:
        say = self.new.say
        if subject in self.new.kb.remedies or subject in self.old.kb.remedies:
            return say('"{remedy}": did not help', remedy=self.remedy(subject))
        return say('"{question}": {answer}', question=self.question(subject), answer=self.answer(subject, value))


SHOWN_EACH = 2
"""So many remedies of which a code's cases are only more or fewer are told each by itself; the others are named."""


def told_apart(changes: Sequence[StepChange]) -> tuple[list[StepChange], list[StepChange]]:
    """The changes that are told each by itself, and remedies that are only named, so that one cut does not drown all.

    Where an early end cuts many ways off, each remedy behind it is proposed in fewer cases.
    """
    each: list[StepChange] = []
    named: list[StepChange] = []
    counts: Counter[str] = Counter()
    for change in changes:
        if change.partly and change.step.kind == PROPOSE:
            counts[change.what] += 1
            (each if counts[change.what] <= SHOWN_EACH else named).append(change)
        else:
            each.append(change)
    return each, named


_TOLD: Mapping[str, Callable[[StepTeller, StepChange], str]] = {
    STEP_ADDED: StepTeller._added,
    STEP_REMOVED: StepTeller._removed,
    STEP_MOVED: StepTeller._moved,
    END_CHANGED: StepTeller._ended,
    CAUSE_CHANGED: StepTeller._other_cause,
    ANSWER_ADDED: StepTeller._answer_added,
    ANSWER_REMOVED: StepTeller._answer_removed,
}
