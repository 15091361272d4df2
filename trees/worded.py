"""A chart together with the words to draw: what a picture is made from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from .chart import answer_labels, labels
from .reading import Reading
from .shapes import ENDS, PROCEDURE, QUESTION, REMEDY, Chart
from .usual import Ends, shortened, usual_note

TAKEN = "taken"
ADDED = "added"
REMOVED = "removed"
CHANGED = "changed"
MISSED = "missed"
MARKS = (TAKEN, ADDED, REMOVED, CHANGED, MISSED)
"""What a shape or arrow can be marked as: a session's way, what differs between two charts, what nothing reached."""


class Text(Protocol):
    """The text of a shape: a title, and lines below it."""

    @property
    def title(self) -> str:
        """What stands first, in heavier letters."""

    @property
    def lines(self) -> tuple[str, ...]:
        """What stands below, each a paragraph."""


@dataclass(frozen=True, slots=True)
class Worded:
    """A chart and its words in one language.

    - `title`: its heading; `description`: what it shows, for readers who do not see it.
    - `labels`: the text of each shape, by id; `answers`: the text beside each arrow, where there is one.
    - `note`: what is to be read beside the chart.
    - `marks`: one of `MARKS` for shapes (by id) and arrows; `links`: where a shape leads when it is clicked.
    """

    chart: Chart
    title: str
    description: str
    language: str
    labels: Mapping[str, Text]
    answers: Mapping[Ends, str]
    note: str = ""
    marks: Mapping[str | Ends, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


def worded(
    chart: Chart,
    reading: Reading,
    *,
    marks: Mapping[str | Ends, str] | None = None,
    links: Mapping[str, str] | None = None,
    whole: bool = False,
) -> Worded:
    """A chart in the words of a reader.

    What is alike after every remedy is said in a note instead of drawn, unless the `whole` chart is wanted; what is
    marked is always drawn.
    """
    marks = marks or {}
    drawn = chart if whole else shortened(chart, marks)
    texts = labels(drawn, reading)
    title = texts[drawn.nodes[0].id].title
    answers = {ends: ", ".join(words) for ends, words in answer_labels(drawn, reading).items()}
    notes = [] if drawn == chart else [usual_note(reading.say)]
    if TAKEN in marks.values():
        notes.insert(0, reading.say("Thick lines, and shapes with a tick, show the way that the session took."))
    if MISSED in marks.values():
        notes.insert(0, reading.say("Thick lines, and shapes with a cross, show what no session reached."))
    description = _description(drawn, title, reading)
    return Worded(drawn, title, description, reading.language, texts, answers, " ".join(notes), marks, links or {})


def _description(chart: Chart, title: str, reading: Reading) -> str:
    kinds = [node.kind for node in chart.nodes]
    return reading.say(
        "Flowchart of {title}. Questions: {questions}, remedies: {remedies}, procedures: {procedures}, ends: {ends}.",
        title=title,
        questions=kinds.count(QUESTION),
        remedies=kinds.count(REMEDY),
        procedures=kinds.count(PROCEDURE),
        ends=sum(kind in ENDS for kind in kinds),
    )
