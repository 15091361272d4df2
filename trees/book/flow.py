"""A chart as numbered text: the same shapes in the same order, and where each answer leads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kb import words

from .. import shapes
from ..labels import Label
from ..pdf import place_of
from ..reading import Reading, Say
from ..shapes import ChartNode
from ..worded import Worded
from .commands import Typing
from .finding import found_out, known_here
from .parts import PAGE, Entry, Paragraph, Reference


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers of a chart's shapes by id, and of all procedures by their ids ("P7")."""

    shapes: Mapping[str, str]
    procedures: Mapping[str, str]


def numbers_of(drawn: Worded, procedures: Mapping[str, str]) -> Numbers:
    """Questions, conditions and boxes are numbered 1, 2 ...; remedies R1, R2 ...; ends have no number."""
    steps = remedies = 0
    found: dict[str, str] = {}
    for node in drawn.chart.nodes[1:]:
        if node.kind == shapes.REMEDY:
            remedies += 1
            found[node.id] = f"R{remedies}"
        elif node.kind not in shapes.ENDS:
            steps += 1
            found[node.id] = str(steps)
    return Numbers(found, procedures)


def numbered(drawn: Worded, numbers: Numbers, say: Say) -> Worded:
    """The chart with the numbers in front of its texts; each shape leads to its entry in the flow."""
    labels = dict(drawn.labels)
    for node in drawn.chart.nodes:
        label = labels[node.id]
        title, lines = label.title, tuple(label.lines)
        if node.kind == shapes.PROCEDURE and node.subject in numbers.procedures:
            title = say("{number}: {title}", number=numbers.procedures[node.subject], title=title)
        if node.id in numbers.shapes:
            title = f"{numbers.shapes[node.id]}. {title}"
        labels[node.id] = Label(title, lines)
    links = {ident: f"#{entry_place(drawn.chart.id, ident)}" for ident in numbers.shapes}
    return replace(drawn, labels=labels, links=links)


def entry_place(chart: str, shape: str) -> str:
    """The place of the entry of a shape."""
    return f"flow/{chart}/{shape}"


def chapter_place(ident: str) -> str:
    """The place of the chapter of a code or procedure."""
    return f"chapter/{ident}"


def card_place(chart: str, remedy: str) -> str:
    """The place of a remedy in a chapter."""
    return f"remedy/{chart}/{remedy}"


# Entries --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Telling:
    """What tells a flow: a drawn chart with its own texts, its numbers, a reader, and how commands are written.

    `included`: the codes that have a chapter, so that they can be linked to.
    """

    drawn: Worded
    numbers: Numbers
    reading: Reading
    typing: Typing
    included: frozenset[str]

    def entries(self) -> tuple[Entry, ...]:
        """Every numbered shape, in the chart's order."""
        return tuple(self._entry(node) for node in self.drawn.chart.nodes if node.id in self.numbers.shapes)

    def start(self) -> Reference:
        """Where to begin."""
        start = self.drawn.chart.nodes[0].id
        return next(iter(self._ways(start)))

    def _entry(self, node: ChartNode) -> Entry:
        number, label = self.numbers.shapes[node.id], self.drawn.labels[node.id]
        title = label.title
        if node.kind == shapes.PROCEDURE:
            called = self.numbers.procedures[node.subject]
            title = self.reading.say("{number}: {title}", number=called, title=title)
        return Entry(
            number,
            node.kind,
            title,
            entry_place(self.drawn.chart.id, node.id),
            place_of(self.drawn.chart.id, node.id),
            self._leads(node),
            (*label.lines, *self._told(node)),
            self._finding(node),
            tuple(self._ways(node.id)),
        )

    def _leads(self, node: ChartNode) -> Reference | None:
        """Where what an entry names is written down."""
        say = self.reading.say
        if node.kind == shapes.REMEDY:
            return Reference(say("Steps on page {page}", page=PAGE), card_place(self.drawn.chart.id, node.subject))
        if (asked := self._asked_before(node)) is not None:
            place = entry_place(self.drawn.chart.id, asked.id)
            return Reference(say("Find it out as at {step}", step=self.numbers.shapes[asked.id]), place)
        if node.kind == shapes.PROCEDURE:
            number = self.numbers.procedures[node.subject]
            text = say("Go through {number}, page {page}, and come back", number=number, page=PAGE)
            return Reference(text, chapter_place(node.subject))
        return None

    def _finding(self, node: ChartNode) -> tuple[Paragraph, ...]:
        """How to find the answer to a question out; where it is asked a second time, the first says so."""
        if node.kind != shapes.QUESTION or self._asked_before(node) is not None:
            return ()
        return tuple(found_out(node, self.reading, self.typing))

    def _asked_before(self, node: ChartNode) -> ChartNode | None:
        """The first shape with the same question, where that is another one."""
        if node.kind != shapes.QUESTION or node.subject in words.FIXED_SUBJECTS:
            return None
        same = (one for one in self.drawn.chart.nodes if one.kind == shapes.QUESTION and one.subject == node.subject)
        first = next(same)
        return None if first == node else first

    def _told(self, node: ChartNode) -> Iterator[str]:
        say = self.reading.say
        if node.kind == shapes.CONDITION and node.subject not in words.FIXED_SUBJECTS:
            yield say("Known by now; nothing is to be found out.")
        if node.kind == shapes.QUESTION:
            yield from known_here(node.subject, self.reading, self.typing.site)
        if node.kind == shapes.REMEDY and self.typing.site and node.subject in self.typing.site.forbidden:
            reason = self.typing.site.forbidden[node.subject]
            yield say("Never done here; go on as after a remedy that did not help. Reason: {reason}", reason=reason)

    def _ways(self, ident: str) -> Iterator[Reference]:
        nodes = {node.id: node for node in self.drawn.chart.nodes}
        for edge in self.drawn.chart.edges:
            if edge.source == ident:
                answer = self.drawn.answers.get((edge.source, edge.target), "")
                yield self._way(answer, nodes[edge.target])

    def _way(self, answer: str, target: ChartNode) -> Reference:
        say = self.reading.say
        if target.id in self.numbers.shapes:
            number = self.numbers.shapes[target.id]
            place = entry_place(self.drawn.chart.id, target.id)
            if target.kind == shapes.REMEDY:
                whole = say("{answer}: do {step}", answer=answer, step=number)
                return Reference(whole if answer else say("Do {step}", step=number), place)
            whole = say("{answer}: go to {step}", answer=answer, step=number)
            return Reference(whole if answer else say("Go to {step}", step=number), place)
        label = self.drawn.labels[target.id]
        place = chapter_place(target.subject) if target.subject in self.included else ""
        end = _with(label.title, label.lines)
        return Reference(say("{answer}: {end}", answer=answer, end=end) if answer else end, place)


def _with(title: str, lines: Iterable[str]) -> str:
    """A title and what stands below it, in one line."""
    return " – ".join([title, *lines])
