"""Remedies as cards: steps with exact commands, what they risk, how they are undone, how to see that they helped."""

from __future__ import annotations

from collections.abc import Iterator

from kb import words
from kb.model import Remedy, Step

from .. import shapes
from ..names import place_name, risk_name
from ..reading import Reading
from ..worded import Worded
from .commands import Typing
from .flow import Numbers, card_place, entry_place
from .parts import Action, Card, Paragraph, Reference


def cards_of(drawn: Worded, numbers: Numbers, reading: Reading, typing: Typing) -> tuple[Card, ...]:
    """A card for each remedy of a chart, in its order; one that has several shapes has one card."""
    found: dict[str, list[Reference]] = {}
    for node in drawn.chart.nodes:
        if node.kind == shapes.REMEDY:
            reference = Reference(numbers.shapes[node.id], entry_place(drawn.chart.id, node.id))
            found.setdefault(node.subject, []).append(reference)
    return tuple(
        card_of(reading.kb.remedies[remedy], card_place(drawn.chart.id, remedy), tuple(references), reading, typing)
        for remedy, references in found.items()
    )


def card_of(remedy: Remedy, place: str, numbers: tuple[Reference, ...], reading: Reading, typing: Typing) -> Card:
    """A remedy as a card. `numbers`: those of its entries in a flow, if there are any."""
    say, texts = reading.say, reading.texts
    wait: tuple[str, ...] = ()
    if remedy.wait:
        wait = (
            say("If this takes time, wait for: {what}", what=texts(remedy.wait.what)),
            say("Look again: {when}", when=texts(remedy.wait.look_again)),
        )
    return Card(
        numbers,
        texts(remedy.title),
        place,
        say("Risk: {risk}", risk=risk_name(say, remedy.risk)) if remedy.risk != words.HARMLESS else "",
        remedy.risk in words.GRAVE_RISKS,
        tuple(_warnings(remedy, reading, typing)),
        tuple(_action(step, remedy, reading, typing) for step in remedy.steps),
        _verify(remedy, reading, typing),
        wait,
    )


def _warnings(remedy: Remedy, reading: Reading, typing: Typing) -> Iterator[str]:
    say = reading.say
    if typing.site and remedy.id in typing.site.forbidden:
        yield say("Never done here. Reason: {reason}", reason=typing.site.forbidden[remedy.id])
    if remedy.consent:
        yield say("Before anything is done, somebody who may decide that must agree.")


def _action(step: Step, remedy: Remedy, reading: Reading, typing: Typing) -> Action:
    say, texts = reading.say, reading.texts
    marks = [place_name(say, step.where)]
    if step.elevated:
        marks.append(say("as administrator"))
    if step.risk != words.HARMLESS and any(other.risk != step.risk for other in remedy.steps):
        marks.append(risk_name(say, step.risk))
    notes = typing.choices(step.command)
    if step.undo:
        notes += (say("Undo: {undo}", undo=texts(step.undo)),)
    commands = typing.forms(step.shell, step.command, step.variants, elevated=step.elevated)
    return Action(texts(step.text), "; ".join(marks), commands, notes)


def _verify(remedy: Remedy, reading: Reading, typing: Typing) -> Paragraph:
    say, verify = reading.say, remedy.verify
    place = place_name(say, verify.where)
    head = (
        say("Check: [{place}] {check}", place=place, check=reading.texts(verify.text))
        if verify.where
        else (say("Check: {check}", check=reading.texts(verify.text)))
    )
    commands = typing.forms(verify.shell, verify.command, (), elevated=False)
    return Paragraph("", head, commands)
