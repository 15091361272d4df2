"""What a rule does and says, as plain data with a hash: a signature is for exactly this (docs/review.md).

Into it goes what the report of `voltriage review` shows of a rule, in English and German; neither ids, nor where the
rule stands and in which order its file has its fields. What is empty is left out, so that a field that is added to the
knowledge format later changes no hash.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Continue, Escalate, Remedy, Rule, SourceRef, Step, Text, Threshold, Treat, Variant

from .applied import Applied, Conditions, applied_rules

LANGUAGES = ("de",)
"""Besides English, the languages of the report."""
DIGITS = 16

CONDITIONS = "conditions"
CONCLUSION = "conclusion"
REASON = "reason"
SOURCES = "sources"
DISAGREEMENT = "disagreement"
PARTS = (CONDITIONS, CONCLUSION, REASON, SOURCES, DISAGREEMENT)
"""What a meaning consists of."""

Plain = str | bool | int | list["Plain"] | dict[str, "Plain"]
Translate = Callable[[Text], str]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a rule does and says: for each of `PARTS` its canonical JSON, and the hash of the whole."""

    parts: Mapping[str, str]
    hash: str


def meanings(kb: KnowledgeBase, languages: Mapping[str, Translate]) -> Mapping[str, Meaning]:
    """The meaning of every rule, by its id. `languages`: what renders a text in each language besides English."""
    return {ident: meaning_of(kb, rule, languages) for ident, rule in applied_rules(kb).items()}


def meaning_of(kb: KnowledgeBase, applied: Applied, languages: Mapping[str, Translate]) -> Meaning:
    """The meaning of a rule."""
    whole = _Plainly(kb, {name: languages[name] for name in LANGUAGES if name in languages}).rule(applied)
    parts = {part: _canonical(whole[part]) for part in PARTS if part in whole}
    return Meaning(parts, hashlib.sha256(_canonical(whole).encode()).hexdigest()[:DIGITS])


def changed_parts(old: Meaning, new: Meaning) -> tuple[str, ...]:
    """The parts that differ."""
    return tuple(part for part in PARTS if old.parts.get(part) != new.parts.get(part))


def codes_with(symptoms: Iterable[str], kb: KnowledgeBase) -> list[str]:
    """The codes that have one of these symptoms, sorted."""
    wanted = set(symptoms)
    return sorted(code.id for code in kb.codes.values() if not wanted.isdisjoint(code.symptoms))


def _canonical(data: Plain) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _without_empty(**fields: Plain | None) -> dict[str, Plain]:
    return {name: value for name, value in fields.items() if value not in (None, "", False, [], {})}


@dataclass(frozen=True, slots=True)
class _Plainly:
    """Turns parts of the model into plain data that depend on nothing but what they say."""

    kb: KnowledgeBase
    languages: Mapping[str, Translate]

    def rule(self, applied: Applied) -> dict[str, Plain]:
        rule = applied.rule
        ways: list[Plain] = [
            json.loads(way) for way in sorted({_canonical(self._all(way.guards)) for way in applied.ways})
        ]
        own = self._all(applied.conditions, rule.because)
        conditions = _without_empty(own=own, ways=[] if ways == [[]] else ways)
        return _without_empty(
            conditions=conditions,
            conclusion=self._conclusion(rule),
            reason=self._text(rule.because),
            sources=[self._source(ref) for ref in rule.sources],
            disagreement=self._text(rule.disagreement),
        )

    def _text(self, text: Text | None) -> Plain:
        """A text in every language; one that has no translation of its own only in English."""
        if text is None:
            return {}
        said: dict[str, Plain] = {"en": text.en}
        return said | {name: own for name, say in self.languages.items() if (own := say(text)) != text.en}

    def _all(self, conditions: Conditions, reason: Text | None = None) -> list[Plain]:
        return [self._condition(condition, reason) for condition in conditions]

    def _condition(self, condition: Condition, reason: Text | None) -> Plain:
        """A condition: what is asked, what counts, in any order, and why, where that is not the rule's `reason`."""
        because = {} if condition.because == reason else self._text(condition.because)
        if condition.subject == words.CODE_SUBJECT:
            return _without_empty(codes=list[Plain](sorted(condition.accepts)), because=because)
        if condition.subject == words.SYMPTOM_SUBJECT:
            return _without_empty(codes=list[Plain](codes_with(condition.accepts, self.kb)), because=because)
        question = self.kb.questions[condition.subject]
        choices = {choice.value: self._text(choice.text) for choice in question.choices}
        threshold = question.threshold
        return _without_empty(
            question=self._text(question.text),
            accepts={value: choices.get(value, "") for value in condition.accepts},
            threshold={name: value for name, value in _bounds(threshold) if value is not None} if threshold else None,
            because=because,
        )

    def _conclusion(self, rule: Rule) -> Plain:
        then = rule.then
        if isinstance(then, Treat):
            remedies: list[Plain] = [self._remedy(self.kb.remedies[remedy]) for remedy in then.remedies]
            return _without_empty(cause=self._cause(then.cause), remedies=remedies)
        if isinstance(then, Escalate):
            owner = self.kb.owners[then.to]
            return _without_empty(cause=self._cause(then.cause), to=self._text(owner.title), reason=then.reason)
        return self._continue(then)

    def _continue(self, then: Continue) -> Plain:
        question = self._text(self.kb.questions[then.answer_of].text) if then.answer_of else {}
        return _without_empty(code=then.code, answer_of=question)

    def _cause(self, cause: str) -> Plain:
        return self._text(self.kb.causes[cause].title) if cause else {}

    def _remedy(self, remedy: Remedy) -> Plain:
        verify, wait = remedy.verify, remedy.wait
        return _without_empty(
            title=self._text(remedy.title),
            risk=remedy.risk,
            consent=remedy.consent,
            steps=[self._step(step) for step in remedy.steps],
            verify=_without_empty(
                text=self._text(verify.text), command=verify.command, shell=verify.shell, where=verify.where
            ),
            wait=_without_empty(what=self._text(wait.what), look_again=self._text(wait.look_again)) if wait else None,
            changes=[self._text(self.kb.questions[question].text) for question in remedy.changes],
        )

    def _step(self, step: Step) -> Plain:
        return _without_empty(
            text=self._text(step.text),
            where=step.where,
            command=step.command,
            shell=step.shell,
            elevated=step.elevated,
            risk=step.risk,
            undo=self._text(step.undo),
            variants=[_variant(variant) for variant in step.variants],
        )

    def _source(self, ref: SourceRef) -> Plain:
        """A place in a document. When it was last compared says nothing about the rule, and is left out."""
        if ref.source == words.GENERAL_SOURCE:
            return _without_empty(section=ref.section)
        source = self.kb.sources[ref.source]
        return _without_empty(title=source.title, url=source.url, section=ref.section)


def _bounds(threshold: Threshold) -> tuple[tuple[str, int | None], ...]:
    return ("at_least", threshold.at_least), ("at_most", threshold.at_most)


def _variant(variant: Variant) -> Plain:
    return _without_empty(shell=variant.shell, command=variant.command)
