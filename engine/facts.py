"""Checks what an operator says before it becomes a fact: known names, possible values, no contradictions.

Every error names the thing, what was found and what is possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Question
from kb.problems import did_you_mean
from kb.spelling import find_codes

from .case import CaseError

Value = str | int


def check_value(kb: KnowledgeBase, subject: str, value: Value) -> Value:
    """The value in its canonical form: an answer word, a code, or an integer for a measure.

    Raises `CaseError` for an unknown question or measure, or a value it cannot have.
    """
    if subject in kb.questions:
        return _check_answer(kb.questions[subject], str(value))
    if subject in kb.measures:
        return _check_number(kb, subject, value)
    known = [*kb.questions, *kb.measures]
    raise CaseError(f'unknown question or measure "{subject}"{did_you_mean(subject, known)}', "unknown-question")


def check_outcome(kb: KnowledgeBase, remedy: str, outcome: str) -> str:
    """The outcome in its canonical form.

    Raises `CaseError` for an unknown remedy or a word that is no outcome and no code.
    """
    if remedy not in kb.remedies:
        raise CaseError(f'unknown remedy "{remedy}"{did_you_mean(remedy, kb.remedies)}', "unknown-remedy")
    word = outcome.strip().casefold().replace("_", "-")
    if word in words.OUTCOMES:
        return word
    codes = find_codes(outcome)
    if codes:
        return codes[0]
    possible = ", ".join(words.OUTCOMES)
    hint = did_you_mean(word, words.OUTCOMES)
    raise CaseError(f'"{outcome}" is no outcome; possible: {possible}, or a code{hint}', "not-an-outcome")


def _check_answer(question: Question, value: str) -> str:
    word = value.strip()
    if word.casefold() in question.answers:
        return word.casefold()
    if question.kind == words.CODE:
        codes = find_codes(word)
        if codes:
            return codes[0]
    possible = ", ".join(question.answers) + (", or a code" if question.kind == words.CODE else "")
    hint = did_you_mean(word, question.answers)
    raise CaseError(f'"{value}" is no answer to {question.id}; possible: {possible}{hint}', "not-an-answer")


def _check_number(kb: KnowledgeBase, subject: str, value: Value) -> Value:
    measure = kb.measures[subject]
    if str(value).strip().casefold() == words.UNKNOWN:
        return words.UNKNOWN
    try:
        number = int(str(value).strip())
    except ValueError:
        text = f'"{value}" is no value for {subject}; give a whole number of {measure.unit.en}, or unknown'
        raise CaseError(text, "not-a-number") from None
    if (measure.min is not None and number < measure.min) or (measure.max is not None and number > measure.max):
        low = "" if measure.min is None else f" from {measure.min}"
        high = "" if measure.max is None else f" up to {measure.max}"
        raise CaseError(f"{number} cannot be: {subject} is a number{low}{high}", "number-out-of-range")
    return number


def contradiction(kb: KnowledgeBase, known: Mapping[str, Value], subject: str, value: Value) -> str:
    """Why this value cannot stand beside what is known, or an empty string."""
    for question, needed, reason in _entailed_by(kb, known, subject, value):
        found = value if question == subject else known.get(question)
        if found is not None and found not in (needed, words.UNKNOWN):
            return f"{subject}={value} contradicts {reason}"
    return ""


def _entailed_by(
    kb: KnowledgeBase, known: Mapping[str, Value], subject: str, value: Value
) -> Iterator[tuple[str, str, str]]:
    """What must hold: for the subject because of what is known, and for the known because of the subject."""
    if subject in kb.questions:
        question = kb.questions[subject]
        yield from ((subject, then, reason) for then, reason in _givers(question, known))
    for other in known:
        if other in kb.questions:
            for then, _ in _givers(kb.questions[other], {subject: value}):
                yield other, then, f"{other}={known[other]}"


def _givers(question: Question, known: Mapping[str, Value]) -> Iterator[tuple[str, str]]:
    """The values that the known answers give this question, and which answer does."""
    threshold = question.threshold
    if threshold is not None:
        number = known.get(threshold.measure)
        if isinstance(number, int):
            yield words.YES if threshold.holds(number) else words.NO, f"{threshold.measure}={number}"
    for follows in question.follows:
        if known.get(follows.question) == follows.value:
            yield follows.then, f"{follows.question}={follows.value}"
