"""What is known for certain at a place of a chart: for each subject, the values it can have there.

`NOT_KNOWN` among them says that it may still have to be asked or done. A subject that is not mentioned can have any
value or none, so the empty knowledge is what a reader brings who comes from anywhere.

A subject is a question, ``code``, "symptom a|b" (whether the code has one of these) or "remedy x".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.plan import accepted
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Entry, Rule, Use

NOT_KNOWN = ""
DONE = "done"

Knowledge = Mapping[str, frozenset[str]]

_NO_CODES = frozenset({words.ANY_CODE, words.NONE, words.UNKNOWN})
_REMEDY = "remedy "
_SYMPTOM = words.SYMPTOM_SUBJECT + " "


def subject_of(condition: Condition) -> str:
    """What a condition asks about."""
    if condition.subject == words.SYMPTOM_SUBJECT:
        return _SYMPTOM + "|".join(condition.accepts)
    return condition.subject


def holds(condition: Condition, value: str) -> bool:
    """Whether a value of its subject satisfies a condition."""
    return value == words.YES if condition.subject == words.SYMPTOM_SUBJECT else accepted(condition, value)


def known_of(code: str, symptoms: tuple[str, ...], subject: str, accepts: tuple[str, ...]) -> str:
    """The value of ``code``, or of ``symptom`` for a condition that accepts these, for a code with these symptoms."""
    if subject == words.CODE_SUBJECT:
        return code
    return words.NO if set(symptoms).isdisjoint(accepts) else words.YES


def merged(one: Knowledge, other: Knowledge) -> Knowledge:
    """What is known where two ways meet."""
    return {subject: one[subject] | other[subject] for subject in one if subject in other}


@dataclass(slots=True)
class Subjects:
    """The subjects of one chart, and the values they can have.

    `named`: the codes that conditions name, for questions of kind code and for ``code`` itself.
    """

    kb: KnowledgeBase
    named: dict[str, set[str]] = field(default_factory=dict)
    _values: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def take_in(self, entries: tuple[Entry, ...]) -> None:
        """Note the codes that are named in a plan and in the procedures it uses."""
        for entry in entries:
            for condition in entry.when if isinstance(entry, Rule) else entry.guard:
                codes = set(condition.accepts) - _NO_CODES
                if condition.subject == words.CODE_SUBJECT or self._answered_by_codes(condition.subject):
                    self.named.setdefault(condition.subject, set()).update(codes)
            if not isinstance(entry, Rule):
                self.take_in(self.kb.procedures[entry.procedure].plan if isinstance(entry, Use) else entry.plan)

    def _answered_by_codes(self, subject: str) -> bool:
        return subject in self.kb.questions and self.kb.questions[subject].kind == words.CODE

    def values(self, subject: str) -> tuple[str, ...]:
        """Every value that a subject can have, in the order in which a chart lists them."""
        if subject not in self._values:
            self._values[subject] = self._values_of(subject)
        return self._values[subject]

    def _values_of(self, subject: str) -> tuple[str, ...]:
        if subject.startswith(_SYMPTOM):
            return (words.YES, words.NO)
        if subject.startswith(_REMEDY):
            return (DONE,)
        codes = (*sorted(self.named.get(subject, ())), words.ANY_CODE)
        if subject == words.CODE_SUBJECT:
            return codes
        question = self.kb.questions[subject]
        return (*codes, *question.answers) if question.kind == words.CODE else question.answers

    def possible(self, knowledge: Knowledge, subject: str) -> frozenset[str]:
        """The values a subject can have here, `NOT_KNOWN` among them if it may still be open."""
        found = knowledge.get(subject)
        if found is not None:
            return found
        always = subject == words.CODE_SUBJECT or subject.startswith(_SYMPTOM)
        return frozenset(self.values(subject) if always else (*self.values(subject), NOT_KNOWN))

    def decided(self, knowledge: Knowledge, condition: Condition) -> bool | None:
        """Whether a condition holds whichever way one came, or on no way; None: it depends, or must be asked."""
        possible = self.possible(knowledge, subject_of(condition))
        verdicts = {None if value == NOT_KNOWN else holds(condition, value) for value in possible}
        return verdicts.pop() if len(verdicts) == 1 else None

    def answered(self, knowledge: Knowledge, subject: str, value: str) -> Knowledge:
        """What is known when a subject is seen to have this value, whether it is asked here or was known before.

        Where it was known before, what follows from it had followed already; so afterwards it has in either case.
        """
        after = {**knowledge, subject: frozenset({value})}
        if NOT_KNOWN in self.possible(knowledge, subject):
            for entails in self.kb.questions[subject].entails:
                before = self.possible(knowledge, entails.question)
                if entails.value == value and NOT_KNOWN in before:
                    after[entails.question] = before - {NOT_KNOWN} | {entails.then}
        return after

    def is_done(self, knowledge: Knowledge, remedy: str) -> bool:
        """Whether a remedy has been tried whichever way one came."""
        return NOT_KNOWN not in self.possible(knowledge, _REMEDY + remedy)

    def done(self, knowledge: Knowledge, remedy: str) -> Knowledge:
        """What is known when a remedy has not helped."""
        return {**knowledge, _REMEDY + remedy: frozenset({DONE})}
