"""What follows from an answer: thresholds of one measure, and declared `implies`, closed transitively.

The closure is taken here, once, so that at run time every derived answer follows in one step from a given one, and
what follows can never depend on the order in which answers were given.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import permutations
from typing import Any

from msgspec.structs import replace

from . import words
from .model import Entails, Follows, Measure, Question

Answer = tuple[str, str]
"""A question and one of its values."""


def entailments(questions: Mapping[str, Any]) -> dict[Answer, dict[Answer, None]]:
    """For each answer, every answer that follows from it, directly or through others; keeps authoring order.

    `questions` maps ids to authored questions (`.form` is a `QuestionForm`, or None where the form is broken).
    """
    direct: dict[Answer, list[Answer]] = {}
    forms = {key: authored.form for key, authored in questions.items() if authored.form is not None}
    for key, form in forms.items():
        for value, entailed in form.implies.items():
            direct.setdefault((key, value), []).extend(entailed.items())
    for premise, conclusion in _between_thresholds(forms):
        direct.setdefault(premise, []).append(conclusion)
    return {start: _reachable(start, direct) for start in direct}


def with_implications(authored: Mapping[str, Any], questions: Mapping[str, Question]) -> dict[str, Question]:
    """The questions, each knowing which other answers give its own, and which its own give."""
    follows: dict[str, list[Follows]] = {}
    entails: dict[str, list[Entails]] = {}
    for (premise, value), entailed in entailments(authored).items():
        for question, then in entailed:
            follows.setdefault(question, []).append(Follows(premise, value, then))
            entails.setdefault(premise, []).append(Entails(value, question, then))
    return {
        key: replace(question, follows=tuple(follows.get(key, ())), entails=tuple(entails.get(key, ())))
        for key, question in questions.items()
    }


def with_decisions(measures: Mapping[str, Measure], questions: Mapping[str, Question]) -> dict[str, Measure]:
    """The measures, each knowing which questions it answers."""
    return {
        key: replace(
            measure, decides=tuple(q.id for q in questions.values() if q.threshold and q.threshold.measure == key)
        )
        for key, measure in measures.items()
    }


def _reachable(start: Answer, direct: dict[Answer, list[Answer]]) -> dict[Answer, None]:
    found: dict[Answer, None] = {}
    todo = list(direct.get(start, ()))
    while todo:
        answer = todo.pop(0)
        if answer != start and answer not in found:
            found[answer] = None
            todo += direct.get(answer, ())
    return found


def _between_thresholds(forms: Mapping[str, Any]) -> Iterator[tuple[Answer, Answer]]:
    """At least 25 entails at least 5; not at least 5 entails not at least 25; and the mirror image for at most."""
    bounded = [(key, form.measure) for key, form in forms.items() if form.measure is not None]
    for (one, first), (other, second) in permutations(bounded, 2):
        if first.id != second.id:
            continue
        for value in (words.YES, words.NO):
            low, high = _range(first, value)
            for then in (words.YES, words.NO):
                other_low, other_high = _range(second, then)
                if other_low <= low and high <= other_high:
                    yield (one, value), (other, then)


def _range(threshold: Any, value: str) -> tuple[float, float]:
    """The measure's values for which the threshold question has this answer, as an inclusive range."""
    infinite = float("inf")
    if threshold.at_least is not None:
        return (threshold.at_least, infinite) if value == words.YES else (-infinite, threshold.at_least - 1)
    return (-infinite, threshold.at_most) if value == words.YES else (threshold.at_most + 1, infinite)
