"""A chart on sheets of paper: in one piece where it can be read so, and else cut between shapes.

What is cut is joined by connectors: where an arrow leaves a sheet stands an exit ("to 3B"), and where it arrives an
entry ("from 2A"), both with a letter of their own on their sheet. Arrows from one sheet to the same shape share their
exit, and all that arrive at a shape share its entry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kb.problems import VoltriageError

from .geometry import ENTRY, EXIT, SMALLEST, TEXT_SIZE, Block, block
from .layout import BUNDLED, Layout
from .picture import Joint, Picture, Piece, drawn, joints_of, laid_out, piece, pieces_of
from .reading import Say
from .worded import TAKEN, Worded


@dataclass(frozen=True, slots=True)
class Area:
    """Room for a chart, in points."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Connector:
    """Where a way is cut. `shape`: the shape it leads to; `places`: the other ends of the cut, as "2A"."""

    id: str
    kind: str
    sheet: int
    letter: str
    shape: str
    places: tuple[str, ...]

    @property
    def place(self) -> str:
        """How other sheets name it."""
        return f"{self.sheet}{self.letter}"


@dataclass(frozen=True, slots=True)
class Sheet:
    """One page of a chart. `area`: which of the areas it fits; `scale`: how much smaller it is drawn (at most 1)."""

    number: int
    area: int
    scale: float
    picture: Picture
    connectors: tuple[Connector, ...]


class ChartTooLargeError(VoltriageError):
    """A shape alone is too large for a sheet.

    `sentence` has places for `values`, so that the rim can say it in the reader's language.
    """

    slug = "chart-too-large"

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values


def sheets_of(worded: Worded, areas: Sequence[Area], say: Say, engine: str = BUNDLED) -> tuple[Sheet, ...]:
    """The chart on as few sheets as possible, each fitting one of the areas with letters of at least 8 pt.

    The first area is preferred. Without areas the chart is one sheet of its own size.

    Raises `ChartTooLargeError`, `NoLayoutEngineError`.
    """
    chart = _Chart(pieces_of(worded), list(joints_of(worded).values()), say, engine)
    if not areas:
        whole = chart.part(chart.order, ())
        layout = laid_out(whole.pieces, whole.joints, engine)
        return (Sheet(1, 0, 1.0, drawn(whole.pieces, whole.joints, layout), ()),)
    return tuple(_finished(chart, _cut(chart, areas)))


# Cutting --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands on one sheet: shapes with their connectors, in reading order, and arrows."""

    number: int
    shapes: tuple[str, ...]
    pieces: list[Piece]
    joints: list[Joint]
    connectors: list[Connector]


@dataclass(frozen=True, slots=True)
class _Fitted:
    """A part that fits an area."""

    part: _Part
    layout: Layout
    area: int
    scale: float


@dataclass
class _Chart:
    """A chart, and the order in which its shapes are put on sheets."""

    pieces: Mapping[str, Piece]
    joints: Sequence[Joint]
    say: Say
    engine: str
    order: tuple[str, ...] = ()
    into: dict[str, list[Joint]] = field(default_factory=dict)
    out_of: dict[str, list[Joint]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for joint in self.joints:
            self.into.setdefault(joint.target, []).append(joint)
            self.out_of.setdefault(joint.source, []).append(joint)
        self.order = tuple(_reading_order(self.pieces, self.out_of))

    def part(self, shapes: Sequence[str], before: Sequence[_Fitted]) -> _Part:
        """The sheet with these shapes, after those sheets."""
        made = _Part(len(before) + 1, tuple(shapes), [], [], [])
        here = set(shapes)
        last_source = {joint.target: shape for shape in shapes for joint in self.out_of.get(shape, ())}
        exits: dict[str, list[str]] = {}
        for target, source in last_source.items():
            if target not in here:
                exits.setdefault(source, []).append(target)
        for shape in shapes:
            self._enter(made, shape, here, before)
            made.pieces.append(self.pieces[shape])
            for target in exits.get(shape, ()):
                self._leave(made, target, here)
            for joint in self.out_of.get(shape, ()):
                target = joint.target if joint.target in here else _exit_id(joint.target)
                made.joints.append(replace(joint, target=target))
        return made

    def _enter(self, part: _Part, shape: str, here: set[str], before: Sequence[_Fitted]) -> None:
        cut = [joint for joint in self.into.get(shape, ()) if joint.source not in here]
        if cut:
            exits = [c for fitted in before for c in fitted.part.connectors if c.kind == EXIT and c.shape == shape]
            mark = next((joint.mark for joint in cut if joint.mark), "")
            places = tuple(connector.place for connector in exits)
            self._connect(part, Connector(_entry_id(shape), ENTRY, part.number, "", shape, places), cut)
            part.joints.append(Joint(_entry_id(shape), shape, block(""), True, mark))

    def _leave(self, part: _Part, target: str, here: set[str]) -> None:
        cut = [joint for joint in self.into[target] if joint.source in here]
        places = (f"{'8' * len(str(len(self.order)))}MM",)  # as wide as any that will stand there
        self._connect(part, Connector(_exit_id(target), EXIT, part.number, "", target, places), cut)

    def _connect(self, part: _Part, connector: Connector, cut: Sequence[Joint]) -> None:
        connector = replace(connector, letter=_letter(len(part.connectors)))
        part.connectors.append(connector)
        mark = TAKEN if any(joint.mark == TAKEN for joint in cut) else ""  # a way goes through it; other marks do not
        part.pieces.append(piece(connector.id, connector.kind, _connector_text(connector, self.say), mark))


def _entry_id(shape: str) -> str:
    return f"{ENTRY}.{shape}"


def _exit_id(shape: str) -> str:
    return f"{EXIT}.{shape}"


def _reading_order(shapes: Iterable[str], out_of: Mapping[str, list[Joint]]) -> Iterator[str]:
    """Each shape after all that lead to it, and where possible right behind one of them: branch after branch."""
    seen: set[str] = set()
    finished: list[str] = []
    for start in reversed(list(shapes)):
        stack = [(start, False)]
        while stack:
            shape, done = stack.pop()
            if done:
                finished.append(shape)
            elif shape not in seen:
                seen.add(shape)
                stack.append((shape, True))
                onward = sorted(out_of.get(shape, ()), key=lambda joint: joint.main)
                stack += [(joint.target, False) for joint in reversed(onward)]
    return reversed(finished)


def _cut(chart: _Chart, areas: Sequence[Area]) -> list[_Fitted]:
    """The chart in parts that fit, each as large as possible, cut where few arrows are."""
    parts: list[_Fitted] = []
    rest = chart.order
    while rest:
        fits = _Fits(chart, rest, tuple(parts), areas)
        most = _longest(len(rest), fits)
        if not most:
            _refuse(chart, rest[0])
        fitted = next(fitted for count in _good_cuts(chart, rest, most) if (fitted := fits(count)))
        parts.append(fitted)
        rest = rest[len(fitted.part.shapes) :]
    return parts


@dataclass
class _Fits:
    """Whether so many of the next shapes fit on a sheet, and how; each number is tried once."""

    chart: _Chart
    rest: tuple[str, ...]
    before: tuple[_Fitted, ...]
    areas: Sequence[Area]
    tried: dict[int, _Fitted | None] = field(default_factory=dict)

    def __call__(self, count: int) -> _Fitted | None:
        if count not in self.tried:
            self.tried[count] = self._try(count)
        return self.tried[count]

    def _try(self, count: int) -> _Fitted | None:
        part = self.chart.part(self.rest[:count], self.before)
        covered = sum(piece.size.width * piece.size.height for piece in part.pieces)
        if covered > max(area.width * area.height for area in self.areas) / LEAST_SCALE**2:
            return None
        layout = laid_out(part.pieces, part.joints, self.chart.engine)
        scales = [min(1.0, area.width / layout.width, area.height / layout.height) for area in self.areas]
        best = max(range(len(scales)), key=lambda index: (scales[index], -index))
        return _Fitted(part, layout, best, scales[best]) if scales[best] >= LEAST_SCALE else None


LEAST_SCALE = SMALLEST / TEXT_SIZE
"""How much smaller than designed a chart may be drawn."""
_FIRST_GUESS = 12


def _longest(count: int, fits: Callable[[int], object | None]) -> int:
    """A largest number of shapes that fit, found by doubling and halving steps; 0 if not even one does."""
    if count <= 2 * _FIRST_GUESS and fits(count):
        return count
    low, high = 0, min(count, _FIRST_GUESS)
    while fits(high):
        low = high
        if low == count:
            return count
        high = min(count, high + max(2, high // 3))
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return low


def _good_cuts(chart: _Chart, rest: tuple[str, ...], most: int) -> list[int]:
    """How many shapes to take, best first: few arrows cut, and not much less than what fits."""
    if most == len(rest):
        return [most]

    def cost(count: int) -> tuple[int, int]:
        here = set(rest[:count])
        cut = {joint.target for shape in here for joint in chart.out_of.get(shape, ()) if joint.target not in here}
        return len(cut) * 3 + (most - count), -count

    return sorted(range(max(1, most * 2 // 3), most + 1), key=cost)


def _refuse(chart: _Chart, shape: str) -> None:
    text = "".join(line.text for part in chart.pieces[shape].text.paragraphs for line in part.lines)
    raise ChartTooLargeError(
        'the shape "{text}" does not fit on a sheet, with all its arrows and letters of 8 pt; use larger paper, or '
        "--paper fit",
        text=text if len(text) <= 60 else f"{text[:59]}…",
    )


# Connectors -----------------------------------------------------------------------------------------------------------


def _finished(chart: _Chart, parts: Sequence[_Fitted]) -> Iterator[Sheet]:
    """The parts with the places written into their exits."""
    entries = {c.shape: c for fitted in parts for c in fitted.part.connectors if c.kind == ENTRY}
    for fitted in parts:
        connectors = tuple(
            replace(connector, places=(entries[connector.shape].place,)) if connector.kind == EXIT else connector
            for connector in fitted.part.connectors
        )
        texts = {connector.id: _connector_text(connector, chart.say) for connector in connectors}
        pieces = [replace(p, text=texts.get(p.id, p.text)) for p in fitted.part.pieces]
        picture = drawn(pieces, fitted.part.joints, fitted.layout)
        yield Sheet(fitted.part.number, fitted.area, fitted.scale, picture, connectors)


def _connector_text(connector: Connector, say: Say) -> Block:
    if connector.kind == EXIT:
        return block(connector.letter, (say("to {place}", place=connector.places[0]),))
    return block(connector.letter, (say("from {places}", places=", ".join(connector.places)),))


def _letter(number: int) -> str:
    """A, B, ... Z, AA, AB, ..."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters
