"""Draws a chart from the steps of a plan: which step needs a shape, and where each answer leads.

**What is known on every way.** The steps are gone through from top to bottom. At each step stands what is known there,
whichever way one came (`trees.knowing`): of two ways that meet, only what both know. From a shape each answer goes
straight to the next step that this answer, with all that is known, does not decide: a rule that it rules out is
skipped, a condition that it meets needs no shape, a procedure that would have nothing to say is left out. A step that
no answer leads to gets no shape. All ways lead downwards, so what is known at a step is complete when its turn comes.

**Less ink.** A condition whose answers all lead to one place is left out. Shapes that say the same and lead to the
same places are drawn once, for all their rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from engine.unfold import GOES_ON
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Continue, Escalate

from . import shapes
from .knowing import NOT_KNOWN, Knowledge, Subjects, merged, subject_of
from .outline import Box, Finish, Step, Test, Try, outline
from .shapes import Chart, ChartEdge, ChartNode

RESOLVED = ChartNode("resolved", shapes.RESOLVED, "")
SAVED = ChartNode("saved", shapes.SAVED, "")
ANOTHER_CODE = ChartNode("code", shapes.OTHER_CODE, words.ANY_CODE)
END_OF_PROCEDURE = ChartNode("go-on", shapes.GO_ON, "")

Place = int | ChartNode
"""Where an answer leads: to a step, or to an end."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """A step that needs a shape. `ways`: where each answer or outcome leads; "" is the only way out of a box."""

    node: ChartNode
    ways: Mapping[str, Place]
    reason: str = ""


def draw(
    kb: KnowledgeBase,
    subjects: Subjects,
    steps: tuple[Step, ...],
    known: Knowledge,
    ends: tuple[ChartNode, ChartNode],
) -> Chart:
    """The chart of these steps for a reader who knows `known`, from the first of `ends` to the second."""
    start, end = ends
    drawing = _Drawing(kb, subjects, steps, end)
    first = drawing.go_through(known)
    needed, moved = _simplified(drawing.shapes)
    return _chart(start, moved.get(first, first), needed)


@dataclass(slots=True)
class _Drawing:
    """`known`: what is known at each step that is led to; `outlines`: those of procedures, each made once."""

    kb: KnowledgeBase
    subjects: Subjects
    steps: tuple[Step, ...]
    end: ChartNode
    outlines: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    known: dict[int, Knowledge] = field(default_factory=dict)
    shapes: dict[int, _Shape] = field(default_factory=dict)

    def go_through(self, known: Knowledge) -> Place:
        """Find the shapes; returns where one begins."""
        first = self.lead(0, known)
        for number, step in enumerate(self.steps):
            if number in self.known:
                self.shapes[number] = self._shape(number, step, self.known[number])
        return first

    def lead(self, number: int, known: Knowledge) -> Place:
        """Where a way leads that has come to this step: down to the first one that is not decided."""
        while number < len(self.steps) and (further := self._passed(number, known)) is not None:
            number = further
        before = self.known.get(number)
        self.known[number] = known if before is None else merged(before, known)
        return number if number < len(self.steps) else self.end

    def _passed(self, number: int, known: Knowledge) -> int | None:
        """The step after this one for somebody to whom it has nothing to say; None: it has."""
        step = self.steps[number]
        if isinstance(step, Test):
            holds = self.subjects.decided(known, step.condition)
            return None if holds is None else number + 1 if holds else step.refused
        if isinstance(step, Try):
            silent = self.subjects.is_done(known, step.remedy)
        else:
            silent = isinstance(step, Box) and self._inside(step).lead(0, known) is END_OF_PROCEDURE
        return number + 1 if silent else None

    def _shape(self, number: int, step: Step, known: Knowledge) -> _Shape:
        if isinstance(step, Test):
            return self._test(number, step, known)
        if isinstance(step, Try):
            return self._try(number, step, known)
        if isinstance(step, Box):
            return self._box(number, step, known)
        return _conclusion(step)

    def _test(self, number: int, test: Test, known: Knowledge) -> _Shape:
        condition = test.condition
        subject = subject_of(condition)
        possible = self.subjects.possible(known, subject)
        ways: dict[str, Place] = {}
        for value in self.subjects.values(subject):
            if value in possible or NOT_KNOWN in possible:
                after = self.subjects.answered(known, subject, value)
                accepted = self.subjects.decided(after, condition)
                ways[value] = self.lead(number + 1 if accepted else test.refused, after)
        kind = shapes.QUESTION if NOT_KNOWN in possible else shapes.CONDITION
        symptoms = condition.accepts if condition.subject == words.SYMPTOM_SUBJECT else ()
        ident = f"{kind}.{condition.subject}.{test.place}"
        return _Shape(ChartNode(ident, kind, condition.subject, accepts=symptoms), ways)

    def _try(self, number: int, step: Try, known: Knowledge) -> _Shape:
        node = ChartNode(f"remedy.{step.remedy}.{step.rule}", shapes.REMEDY, step.remedy, step.rule, step.cause)
        on = self.lead(number + 1, self.subjects.done(known, step.remedy))
        ways = {words.FIXED: RESOLVED, **dict.fromkeys(GOES_ON, on)}
        return _Shape(node, {**ways, words.PENDING: SAVED, words.ANY_CODE: ANOTHER_CODE})

    def _box(self, number: int, box: Box, known: Knowledge) -> _Shape:
        node = ChartNode(f"procedure.{box.procedure}", shapes.PROCEDURE, box.procedure)
        inside = self._inside(box)
        inside.go_through(known)
        after = inside.known.get(len(inside.steps))
        return _Shape(node, {} if after is None else {"": self.lead(number + 1, after)})

    def _inside(self, box: Box) -> _Drawing:
        """The steps of a procedure, to see what it makes of what is known."""
        if box.procedure not in self.outlines:
            self.outlines[box.procedure] = outline(self.kb, self.kb.procedures[box.procedure].plan)
        return _Drawing(self.kb, self.subjects, self.outlines[box.procedure], END_OF_PROCEDURE, self.outlines)


def _conclusion(step: Finish) -> _Shape:
    rule = step.rule
    if isinstance(rule.then, Escalate):
        node = ChartNode(f"escalated.{rule.id}", shapes.ESCALATED, rule.then.to, rule.id, rule.then.cause)
        return _Shape(node, {}, rule.then.reason)
    assert isinstance(rule.then, Continue)
    return _Shape(ChartNode(f"code.{rule.id}", shapes.OTHER_CODE, rule.then.code or rule.then.answer_of, rule.id), {})


def _simplified(found: Mapping[int, _Shape]) -> tuple[dict[int, _Shape], dict[Place, Place]]:
    """The shapes that are needed, and which place stands for one that is not.

    From the bottom up, so that where a shape leads is settled before it. Of equal shapes the lowest is kept, so that
    all ways still lead downwards; it gets the name of the highest.
    """
    needed: dict[int, _Shape] = {}
    moved: dict[Place, Place] = {}
    alike: dict[object, int] = {}
    for number in sorted(found, reverse=True):
        shape = found[number]
        node = shape.node
        ways = {answer: moved.get(place, place) for answer, place in shape.ways.items()}
        if node.kind == shapes.CONDITION and len(set(ways.values())) == 1:
            moved[number] = next(iter(ways.values()))
            continue
        likeness = (node.kind, node.subject, node.cause, node.accepts, shape.reason, tuple(ways.items()))
        kept = alike.setdefault(likeness, number)
        if kept != number:
            moved[number] = kept
            later = [rule for rule in needed[kept].node.rules if rule != node.rule]
            node = replace(node, also=tuple(later))
        needed[kept] = _Shape(node, ways)
    return {number: needed[number] for number in sorted(needed)}, moved


def _chart(start: ChartNode, first: Place, needed: Mapping[int, _Shape]) -> Chart:
    """The shapes, then the ends behind them, as nodes and edges."""
    named: dict[Place, ChartNode] = {}
    ids: set[str] = set()
    for number, shape in needed.items():
        named[number] = _named_once(shape.node, ids)
    places = [first, *(place for shape in needed.values() for place in shape.ways.values())]
    ends = {place.id: place for place in places if isinstance(place, ChartNode)}
    named |= {ends[ident]: ends[ident] for ident in sorted(ends, key=_rank)}
    edges = [ChartEdge(start.id, named[first].id)]
    for number, shape in needed.items():
        edges += [ChartEdge(named[number].id, named[place].id, answers) for place, answers in _arrows(shape)]
    return Chart(start.subject, (start, *named.values()), tuple(edges))


def _rank(end: str) -> int:
    """The order of the ends: those that every remedy has, then where one comes out below."""
    common = [RESOLVED.id, SAVED.id, ANOTHER_CODE.id]
    return common.index(end) if end in common else len(common)


def _arrows(shape: _Shape) -> list[tuple[Place, tuple[str, ...]]]:
    """Where a shape leads, each place once. A code that leads where any other code leads is not named."""
    other = shape.ways.get(words.ANY_CODE)
    arrows: dict[Place, list[str]] = {}
    for answer, place in shape.ways.items():
        if not (answer.startswith("0x") and place == other):
            arrows.setdefault(place, []).append(answer)
    return [(place, tuple(answer for answer in answers if answer)) for place, answers in arrows.items()]


def _named_once(node: ChartNode, ids: set[str]) -> ChartNode:
    """The node under an id that no other has, which it joins to the ids given."""
    ident, count = node.id, 1
    while ident in ids:
        count += 1
        ident = f"{node.id}.{count}"
    ids.add(ident)
    return replace(node, id=ident)
