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

MOST = 10**15
"""Bound of numbers whose measure has none; nothing that is counted on a screen is more."""


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
        number = int(str(value).strip().replace("_", " "))  # Python would read 1_8 as eighteen
    except ValueError:
        raise CaseError(
            '"{value}" is no value for {subject}; give a whole number, or unknown',
            "not-a-number",
            value=value,
            subject=subject,
        ) from None
    low = -MOST if measure.min is None else measure.min
    high = MOST if measure.max is None else measure.max
    if not low <= number <= high:
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
    """The known answer that this value cannot stand beside ("kms_count=18"), or an empty string.

    Two answers contradict each other when they entail different values of one question, be it a third one.
    """
    held: dict[str, str] = dict(_entailed(kb, subject, value))
    for other, other_value in known.items():
        for question, then in _entailed(kb, other, other_value):
            if held.get(question, then) != then:
                return f"{other}={other_value}"
    return ""


def _entailed(kb: KnowledgeBase, subject: str, value: Value) -> Iterator[tuple[str, str]]:
    """An answer itself, and every answer that follows from it; nothing follows from `unknown`."""
    if value == words.UNKNOWN:
        return
    question = kb.questions.get(subject)
    if question is not None:
        yield subject, str(value)
        for entails in question.entails:
            if entails.value == value:
                yield entails.question, entails.then
        return
    for ident in kb.measures[subject].decides:
        threshold = kb.questions[ident].threshold
        if threshold is not None and isinstance(value, int):
            yield from _entailed(kb, ident, words.YES if threshold.holds(value) else words.NO)
