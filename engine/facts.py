"""Checks what an operator says before it becomes a fact: known names, possible values, no contradictions.

Every error names the thing, what was found and what is possible.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Question
from kb.problems import closest_word
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
    raise CaseError(
        'unknown question or measure "{subject}"',
        "unknown-question",
        closest=closest_word(subject, known),
        subject=subject,
    )


def check_outcome(kb: KnowledgeBase, remedy: str, outcome: str) -> str:
    """The outcome in its canonical form.

    Raises `CaseError` for an unknown remedy or a word that is no outcome and no code.
    """
    if remedy not in kb.remedies:
        closest = closest_word(remedy, kb.remedies)
        raise CaseError('unknown remedy "{remedy}"', "unknown-remedy", closest=closest, remedy=remedy)
    word = outcome.strip().casefold().replace("_", "-")
    if word in words.OUTCOMES:
        return word
    codes = find_codes(outcome)
    if codes:
        return codes[0]
    raise CaseError(
        '"{outcome}" is no outcome; possible: {possible}, or a code',
        "not-an-outcome",
        closest=closest_word(word, words.OUTCOMES),
        outcome=outcome,
        possible=", ".join(words.OUTCOMES),
    )


def _check_answer(question: Question, value: str) -> str:
    word = value.strip()
    if word.casefold() in question.answers:
        return word.casefold()
    if question.kind == words.CODE:
        codes = find_codes(word)
        if codes:
            return codes[0]
    possible = (*question.answers, "0x........") if question.kind == words.CODE else question.answers
    raise CaseError(
        '"{value}" is no answer to {question}; possible: {possible}',
        "not-an-answer",
        closest=closest_word(word, question.answers),
        value=value,
        question=question.id,
        possible=", ".join(possible),
    )


def _check_number(kb: KnowledgeBase, subject: str, value: Value) -> Value:
    measure = kb.measures[subject]
    if str(value).strip().casefold() == words.UNKNOWN:
        return words.UNKNOWN
    try:
        number = int(str(value).strip())
    except ValueError:
        raise CaseError(
            '"{value}" is no value for {subject}; give a whole number, or unknown',
            "not-a-number",
            value=value,
            subject=subject,
        ) from None
    if (measure.min is not None and number < measure.min) or (measure.max is not None and number > measure.max):
        low = "-∞" if measure.min is None else measure.min
        high = "∞" if measure.max is None else measure.max
        raise CaseError(
            "{number} cannot be: {subject} lies between {low} and {high}",
            "number-out-of-range",
            number=number,
            subject=subject,
            low=low,
            high=high,
        )
    return number


def contradiction(kb: KnowledgeBase, known: Mapping[str, Value], subject: str, value: Value) -> str:
    """The known answer that this value cannot stand beside ("kms_count=18"), or an empty string."""
    for question, needed, reason in _entailed_by(kb, known, subject, value):
        found = value if question == subject else known.get(question)
        if found is not None and found not in (needed, words.UNKNOWN):
            return reason
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
