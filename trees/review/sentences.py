"""A rule as one sentence: if ... and ... then ..., because ... [source, date].

The sentence is set line by line, a condition in each, so that it can be read at a glance; every line is a whole clause
in the reader's language, and the lines in their order are the sentence.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kb import words
from kb.model import Condition, Continue, Escalate, Remedy, Rule, SourceRef, Text, Treat

from ..names import answer_name, risk_name
from ..reading import Reading
from .applied import Applied, Conditions, Way
from .joining import Joining
from .meaning import codes_with


@dataclass(frozen=True, slots=True)
class Clause:
    """A condition. `why`: the reason of a guard that it comes from; `ways`: of several ways, what each is."""

    text: str
    why: str = ""
    ways: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sentence:
    """A rule in words, with the marks that make one sentence of them. `sources` stand in brackets behind the reason."""

    conditions: tuple[Clause, ...]
    conclusion: str
    reason: str
    sources: str

    @property
    def text(self) -> str:
        """The sentence in one line, without the reasons of guards."""
        heads = [part for clause in self.conditions for part in (clause.text, "; ".join(clause.ways)) if part]
        return " ".join([*heads, self.conclusion, self.reason, self.sources])


@dataclass(frozen=True, slots=True)
class Telling:
    """Tells rules to a reader."""

    reading: Reading
    joining: Joining

    def sentence(self, applied: Applied) -> Sentence:
        """A rule, with all guards that apply to it."""
        *before, last = self._clauses(applied)
        reason = self.joining.joined(self.reading.texts(applied.rule.because))
        return Sentence(
            (*before, replace(last, text=f"{last.text},")),
            f"{self.conclusion(applied.rule)},",
            self.reading.say("because {reason}", reason=reason),
            f"[{'; '.join(self.source(ref) for ref in applied.rule.sources)}].",
        )

    def guard(self, guard: Conditions) -> tuple[Clause, ...]:
        """The guard before a procedure."""
        clauses = [self._condition(one, first=number == 0, reason=None) for number, one in enumerate(guard)]
        return (*clauses[:-1], *(replace(last, text=f"{last.text},") for last in clauses[-1:]))

    def _clauses(self, applied: Applied) -> list[Clause]:
        ways = applied.ways
        only = ways[0].guards if len(ways) == 1 else ()
        clauses = [self._ways(ways)] if len(ways) > 1 else []
        for condition in (*only, *applied.conditions):
            clauses.append(self._condition(condition, first=not clauses, reason=applied.rule.because))
        return clauses

    def _ways(self, ways: Sequence[Way]) -> Clause:
        say = self.reading.say
        told = []
        for way in ways:
            codes = ", ".join(code_name(self.reading, code) for code in way.codes)
            if way.guards:
                guards = _joined(say("{first} and {last}"), [self._answered(one) for one in way.guards])
                told.append(say("for {codes}: {conditions}", codes=codes, conditions=guards))
            else:
                told.append(say("for {codes}: in any case", codes=codes))
        return Clause(say("If the case has come here in one of these ways:"), ways=tuple(told))

    # Conditions

    def _condition(self, condition: Condition, *, first: bool, reason: Text | None) -> Clause:
        """A condition, with the reason why it is asked where that is not the rule's own."""
        say = self.reading.say
        told = self._answered(condition)
        text = say("If {condition}", condition=told) if first else say("and {condition}", condition=told)
        return Clause(text, "" if condition.because == reason else self.reading.texts(condition.because))

    def _answered(self, condition: Condition) -> str:
        """What must hold, as it stands behind "if"."""
        say, subject = self.reading.say, condition.subject
        if subject in words.FIXED_SUBJECTS:
            symptoms = subject == words.SYMPTOM_SUBJECT
            codes = codes_with(condition.accepts, self.reading.kb) if symptoms else condition.accepts
            names = [code_name(self.reading, code) for code in codes]
            return say("the code is {codes}", codes=_joined(say("{first} or {last}"), names))
        question = self.reading.kb.questions[subject]
        text = self.reading.texts(question.text)
        if set(question.answers) <= set(condition.accepts):
            return say('"{question}" has been asked, whatever the answer', question=text)
        answers = [say('"{text}"', text=self.answer(subject, value)) for value in condition.accepts]
        return say(
            '"{question}" is answered with {answers}',
            question=text,
            answers=_joined(say("{first} or {last}"), answers),
        )

    def answer(self, question: str, value: str) -> str:
        """An answer as people say it."""
        for choice in self.reading.kb.questions[question].choices:
            if choice.value == value:
                return self.reading.texts(choice.text)
        return answer_name(self.reading.say, value)

    # Conclusions

    def conclusion(self, rule: Rule) -> str:
        """What happens: a cause with its remedies, another code, or a handing over."""
        then = rule.then
        if isinstance(then, Treat):
            return self._treat(then)
        if isinstance(then, Escalate):
            return self._escalate(then)
        return self._continue(then)

    def _treat(self, then: Treat) -> str:
        say, cause = self.reading.say, self._cause(then.cause)
        remedies = [self._remedy(self.reading.kb.remedies[ident]) for ident in then.remedies]
        if len(remedies) == 1:
            return say('then the cause is "{cause}", and the remedy is {remedy}', cause=cause, remedy=remedies[0])
        return say(
            'then the cause is "{cause}", and the remedies are, until one helps, {remedies}',
            cause=cause,
            remedies=_joined(say("{first}, then {last}"), remedies),
        )

    def _remedy(self, remedy: Remedy) -> str:
        say = self.reading.say
        title, risk = self.reading.texts(remedy.title), risk_name(say, remedy.risk)
        if remedy.consent:
            return say('"{remedy}" ({risk}; only with consent)', remedy=title, risk=risk)
        return say('"{remedy}" ({risk})', remedy=title, risk=risk)

    def _escalate(self, then: Escalate) -> str:
        say = self.reading.say
        owner = self.reading.texts(self.reading.kb.owners[then.to].title)
        must_act = then.reason == words.OWNER_MUST_ACT
        if then.cause and must_act:
            return say(
                'then the cause is "{cause}", and the case is handed over to {owner}, who must act',
                cause=self._cause(then.cause),
                owner=owner,
            )
        if then.cause:
            return say(
                'then the cause is "{cause}", and the case is handed over to {owner}',
                cause=self._cause(then.cause),
                owner=owner,
            )
        if must_act:
            return say("then the case is handed over to {owner}, who must act", owner=owner)
        return say("then the case is handed over to {owner}, as the cause is unknown", owner=owner)

    def _continue(self, then: Continue) -> str:
        say = self.reading.say
        if then.answer_of:
            question = self.reading.texts(self.reading.kb.questions[then.answer_of].text)
            return say('then the case goes on as the code that answers "{question}"', question=question)
        return say("then the case goes on as {code}", code=code_name(self.reading, then.code))

    def _cause(self, cause: str) -> str:
        return self.reading.texts(self.reading.kb.causes[cause].title)

    def source(self, ref: SourceRef) -> str:
        """A place in a document, and when it was last compared."""
        say = self.reading.say
        if ref.source == words.GENERAL_SOURCE:
            title = say("general Windows administration knowledge")
        else:
            title = self.reading.kb.sources[ref.source].title
        return say("{title}, {section} (checked {date})", title=title, section=ref.section, date=ref.checked)


def code_name(reading: Reading, code: str) -> str:
    """A code as people say it."""
    return reading.say("any other code") if code == words.UNKNOWN_CODE else code


def _joined(template: str, parts: Sequence[str]) -> str:
    """Parts as a list in a sentence; `template` has places for all but the last one, and for the last."""
    if len(parts) == 1:
        return parts[0]
    return template.format(first=", ".join(parts[:-1]), last=parts[-1])
