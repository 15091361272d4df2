"""How the answer to a question is found out, and what is known of it already."""

from __future__ import annotations

from collections.abc import Iterator

from kb import words
from kb.model import Look, Question
from kb.site import Site

from ..names import answer_name, place_name
from ..reading import Reading
from ..shapes import ChartNode
from .commands import Typing
from .parts import Paragraph


def found_out(node: ChartNode, reading: Reading, typing: Typing) -> Iterator[Paragraph]:
    """What is to be done to answer the question of a shape, and how the answers look."""
    if node.subject in words.FIXED_SUBJECTS:
        return
    question, say, texts = reading.kb.questions[node.subject], reading.say, reading.texts
    yield Paragraph(say("Where"), place_name(say, question.where))
    for lookup in question.how:
        commands = typing.forms(lookup.shell, lookup.command, lookup.variants, elevated=lookup.elevated)
        yield Paragraph("", texts(lookup.text) if lookup.text else "", commands)
        for choice in typing.choices(lookup.command):
            yield Paragraph("", choice)
    for value, look in question.looks.items():
        yield Paragraph(_answer(question, value, reading), _look(look, reading))
    if question.threshold:
        measure = reading.kb.measures[question.threshold.measure]
        yield Paragraph("", say("Measure: {measure} ({unit})", measure=texts(measure.text), unit=texts(measure.unit)))
    if question.phone:
        yield Paragraph(say("On the phone"), texts(question.phone))
    if question.undo:
        yield Paragraph(say("Undo the test"), texts(question.undo))


def known_here(subject: str, reading: Reading, site: Site | None) -> Iterator[str]:
    """What the site file says of a question."""
    if site is not None and subject in site.answers:
        question = reading.kb.questions.get(subject)
        value = site.answers[subject]
        shown = _answer(question, value, reading) if question else value
        yield reading.say("Known here: {answer}", answer=shown)


def _answer(question: Question, value: str, reading: Reading) -> str:
    for choice in question.choices:
        if choice.value == value:
            return reading.texts(choice.text)
    return answer_name(reading.say, value)


def _look(look: Look, reading: Reading) -> str:
    unproved = reading.say("(German form not verified)")
    parts = [f'"{label.en}" / "{label.de}"{"" if label.verified else f" {unproved}"}' for label in look.labels]
    if look.text:
        parts.append(reading.texts(look.text))
    return "; ".join(parts)
