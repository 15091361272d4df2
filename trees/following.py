"""The way that a session took, as marks on the charts it went through.

What a session knows in the end leads a reader of the charts to where the session stands: answers and outcomes stay,
so every shape on the way is passed by what is known, also by what was known before it was asked. Each code that the
session left is read with what was known when it was left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.case import Escalated, Event, Tried
from engine.inference import Inference
from engine.plan import Plan, as_seen, plan_of, plan_of_procedure
from engine.session import Session
from kb import words
from kb.knowledge import KnowledgeBase

from .chart import code_chart, flat_chart, procedure_chart
from .shapes import ESCALATED, PROCEDURE, REMEDY, START, Chart, ChartEdge, ChartNode
from .usual import Ends
from .walking import Arrow, Value, Walker
from .worded import TAKEN

Marks = Mapping[str | Ends, str]
"""For shapes (by id) and arrows of one chart, how they are marked."""


def marks_of(session: Session, *, unfolded: bool = False) -> Mapping[str, Marks]:
    """For each chart that a session went through, by its id, the shapes and arrows of its way; in the order met.

    A session that was restricted to a procedure begins in that procedure's chart. `unfolded`: in the unfolded charts
    of its codes instead, where there are no procedures to go into.

    Raises `PlanTooLargeError` when a code cannot be unfolded.
    """
    marks: dict[str, dict[str | Ends, str]] = {}
    for stretch in _stretches(session):
        for chart, source, target in _arrows(session.kb, stretch, unfolded=unfolded):
            marks.setdefault(chart, {}).update({source: TAKEN, (source, target): TAKEN, target: TAKEN})
    marks.pop(_AROUND, None)
    return marks


# Stretches ------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Stretch:
    """The way under one code: what was given and tried in the end, and the code that appeared after a remedy, or ""."""

    code: str
    procedure: str
    given: Mapping[str, Value]
    outcomes: Mapping[str, str]
    appeared: str


def _stretches(session: Session) -> Iterator[_Stretch]:
    """The same case again, event by event, cut where its code changed."""
    again = Session(session.kb, session.opened_as, session.facts, session.procedure)
    seen = 0
    for event in (None, *session.events):
        if event is not None:
            again.repeat(event)
        *left, _ = codes = again.codes
        for number in range(seen, len(left)):
            yield _stretch(again, codes[number], number, codes[number + 1])
        seen = len(left)
    yield _stretch(again, again.code, seen, _in_circle(again, session.events))


def _stretch(session: Session, code: str, number: int, appeared: str) -> _Stretch:
    given = {subject: answered.value for subject, answered in session.given.items()}
    return _Stretch(code, "" if number else session.procedure, given, dict(session.outcomes), appeared)


def _in_circle(session: Session, events: Iterable[Event]) -> str:
    """The code at which a case went in a circle, where it appeared after a remedy."""
    step = session.next()
    if not isinstance(step, Escalated) or step.reason != words.CIRCLE:
        return ""
    appeared = [event.outcome for event in events if isinstance(event, Tried) and event.outcome.startswith("0x")]
    return appeared[-1] if appeared else ""


# Arrows ---------------------------------------------------------------------------------------------------------------


def _arrows(kb: KnowledgeBase, stretch: _Stretch, *, unfolded: bool) -> Iterator[Arrow]:
    """The arrows of a stretch, in order."""
    walker = _walker(kb, stretch, unfolded=unfolded)
    values = _known(kb, stretch)
    tried = {remedy: outcome for remedy, outcome in stretch.outcomes.items() if outcome != stretch.appeared}
    place, arrows = walker.start(values, tried)
    yield from arrows
    node = walker.node(place)
    outcome = stretch.outcomes.get(node.subject, "") if node.kind == REMEDY else ""
    if outcome:
        yield from walker.follow(place, outcome, values, tried)[1]


_AROUND = "around a procedure"
"""The id of a chart that nobody sees: it leads through one procedure alone."""


def _walker(kb: KnowledgeBase, stretch: _Stretch, *, unfolded: bool) -> Walker:
    def drawn(procedure: str) -> Chart:
        return procedure_chart(kb, procedure)

    if stretch.procedure:
        nodes = ChartNode("start", START, stretch.code), ChartNode("box", PROCEDURE, stretch.procedure)
        end = ChartNode("end", ESCALATED, "")
        return Walker(
            kb,
            stretch.code,
            Chart(_AROUND, (*nodes, end), (ChartEdge("start", "box"), ChartEdge("box", "end"))),
            drawn,
        )
    return Walker(kb, stretch.code, (flat_chart if unfolded else code_chart)(kb, stretch.code), drawn)


def _known(kb: KnowledgeBase, stretch: _Stretch) -> dict[str, Value]:
    """What was given, and what follows from it for the plan of that code."""
    plan = _plan(kb, stretch)
    machine = Inference(kb, plan)
    for subject, value in stretch.given.items():
        machine.know(subject, as_seen(value, stretch.code))
    machine.step()
    return {**stretch.given, **machine.derived}


def _plan(kb: KnowledgeBase, stretch: _Stretch) -> Plan:
    if stretch.procedure:
        return plan_of_procedure(kb, stretch.procedure, stretch.code)
    return plan_of(kb, stretch.code)
