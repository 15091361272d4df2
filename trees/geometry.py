"""The shapes of a chart: how large each kind is around its text, and its outline.

Lengths are points, y grows downwards. Every outline has a flat top and bottom in the middle, where arrows meet it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from . import fonts
from .shapes import CONDITION, ESCALATED, GO_ON, OTHER_CODE, PROCEDURE, QUESTION, REMEDY, RESOLVED, SAVED, START

ENTRY = "entry"
EXIT = "exit"
"""Kinds of connectors: where the way comes from another sheet, and where it goes on on another one."""

TITLE_SIZE = 10.0
TEXT_SIZE = 9.0
"""Font sizes; a sheet may make all smaller, down to `SMALLEST`."""
NOTE_SIZE = 8.5
SMALLEST = 8.0

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height."""

    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: its left and upper edge, width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """Its lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> float:
        """Half way from left to right."""
        return self.x + self.width / 2

    def overlaps(self, other: Box, apart: float = 0.0) -> bool:
        """Whether both have a point in common, or are nearer to each other than `apart`."""
        return (
            self.x < other.right + apart
            and other.x < self.right + apart
            and self.y < other.bottom + apart
            and other.y < self.bottom + apart
        )


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text: its middle, its baseline, and how wide it is."""

    text: str
    x: float
    baseline: float
    size: float
    weight: int
    width: float

    @property
    def box(self) -> Box:
        """Where its letters are."""
        top = self.baseline - fonts.ASCENT * self.size
        return Box(self.x - self.width / 2, top, self.width, (fonts.ASCENT + fonts.DESCENT) * self.size)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Text that belongs together, in one size: its lines from top to bottom."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """The text of a shape: paragraphs placed from (0, 0) on, centred."""

    width: float
    height: float
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Path:
    """A drawn line: move, line, curve (cubic) and close commands with absolute points."""

    commands: tuple[tuple[str, tuple[Point, ...]], ...]


# Text -----------------------------------------------------------------------------------------------------------------

_WIDTHS = (96.0, 120.0, 148.0, 180.0, 220.0, 270.0, 340.0, 430.0)
_FLATTEST = 0.3
"""Text is wrapped at the first of these widths at which its block is not higher than this part of its width."""
_WIDE = 220.0
"""No block is made wider than this only because a word would be broken."""


def block(title: str, texts: tuple[str, ...] = ()) -> Block:
    """The text of a shape: a title, and texts in smaller letters below it."""
    styled = [(text, *style) for text, style in _styled(title, texts) if text.strip()]
    for most in _WIDTHS:
        made = _block(styled, most)
        if made.height <= _FLATTEST * most and (most >= _WIDE or not _breaks_words(styled, most)):
            break
    return made


def caption(text: str) -> Block:
    """The text beside an arrow."""
    if not text.strip():
        return Block(0.0, 0.0, ())
    for most in _CAPTION_WIDTHS:
        made = _block([(text, TEXT_SIZE, fonts.REGULAR)], most)
        if len(made.paragraphs[0].lines) <= _CAPTION_LINES:
            break
    return made


_CAPTION_WIDTHS = (110.0, 160.0, 240.0)
_CAPTION_LINES = 4


def _breaks_words(styled: list[tuple[str, float, int]], most: float) -> bool:
    return any(fonts.width(word, size, weight) > most for text, size, weight in styled for word in text.split())


def note(text: str, most: float) -> Block:
    """What stands below a chart."""
    return _block([(text, NOTE_SIZE, fonts.REGULAR)], max(most, _WIDE)) if text.strip() else Block(0.0, 0.0, ())


def _styled(title: str, texts: tuple[str, ...]) -> list[tuple[str, tuple[float, int]]]:
    return [(title, (TITLE_SIZE, fonts.SEMIBOLD)), *((text, (TEXT_SIZE, fonts.REGULAR)) for text in texts)]


def _block(styled: list[tuple[str, float, int]], most: float) -> Block:
    broken = [(fonts.wrapped(text, most, size, weight), size, weight) for text, size, weight in styled]
    widths = [[fonts.width(line, size, weight) for line in lines] for lines, size, weight in broken]
    widest = max((max(row) for row in widths if row), default=0.0)
    paragraphs: list[Paragraph] = []
    y = 0.0
    for (lines, size, weight), row in zip(broken, widths, strict=True):
        if paragraphs:
            y += _BETWEEN
        baselines = [y + (number + _FIRST) * fonts.LINE * size for number in range(len(lines))]
        placed = zip(lines, baselines, row, strict=True)
        paragraphs.append(Paragraph(tuple(Line(text, widest / 2, base, size, weight, w) for text, base, w in placed)))
        y += len(lines) * fonts.LINE * size
    return Block(widest, y, tuple(paragraphs))


_BETWEEN = 2.0
_FIRST = 0.77
"""Where in its line box, as a part of its height, a baseline is."""


# Outlines -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Form:
    """How a kind of shape stands around its text.

    `side`, `above`, `below`: from the text to the outermost points; `symbol`: room for a sign at the left of the text.
    `outline` makes the outer line, `inner` lines drawn inside it.
    """

    side: float
    above: float
    below: float
    outline: Callable[[Box], tuple[Point, ...] | Path]
    inner: Callable[[Box], tuple[Path, ...]] = lambda _box: ()
    symbol: float = 0.0
    dashed: bool = False


def size_of(kind: str, text: Block) -> Size:
    """The size of a shape with this text."""
    form = FORMS[kind]
    width = text.width + 2 * form.side + form.symbol
    return Size(max(width, _LEAST_WIDTH), text.height + form.above + form.below)


_LEAST_WIDTH = 40.0


def text_corner(kind: str, box: Box, text: Block) -> Point:
    """Where the text's upper left corner is, in a shape at this place."""
    form = FORMS[kind]
    return box.x + form.symbol + (box.width - form.symbol - text.width) / 2, box.y + form.above


def outline_of(kind: str, box: Box) -> Path:
    """The outer line of a shape, closed."""
    made = FORMS[kind].outline(box)
    return made if isinstance(made, Path) else polygon(made)


def inner_lines(kind: str, box: Box) -> tuple[Path, ...]:
    """The lines inside a shape that belong to its kind."""
    return FORMS[kind].inner(box)


def symbol_box(kind: str, box: Box) -> Box | None:
    """Where the sign of a shape is drawn, if its kind has one."""
    form = FORMS[kind]
    if not form.symbol:
        return None
    return Box(box.x + form.side - 3, box.y + box.height / 2 - SYMBOL / 2, SYMBOL, SYMBOL)


SYMBOL = 12.0


def polygon(points: tuple[Point, ...]) -> Path:
    """A closed line through these points."""
    first, *others = points
    return Path((("M", (first,)), *(("L", (point,)) for point in others), ("Z", ())))


def polyline(points: tuple[Point, ...]) -> Path:
    """An open line through these points."""
    first, *others = points
    return Path((("M", (first,)), *(("L", (point,)) for point in others)))


def circle(x: float, y: float, radius: float) -> Path:
    """A closed circle."""
    return _rounded(Box(x - radius, y - radius, 2 * radius, 2 * radius), radius)


def _rounded(box: Box, radius: float) -> Path:
    """A rectangle with round corners."""
    r = min(radius, box.height / 2, box.width / 2)
    k = r * (1 - 0.5523)  # a quarter circle as a cubic curve
    left, top, right, bottom = box.x, box.y, box.right, box.bottom
    return Path(
        (
            ("M", ((left + r, top),)),
            ("L", ((right - r, top),)),
            ("C", ((right - k, top), (right, top + k), (right, top + r))),
            ("L", ((right, bottom - r),)),
            ("C", ((right, bottom - k), (right - k, bottom), (right - r, bottom))),
            ("L", ((left + r, bottom),)),
            ("C", ((left + k, bottom), (left, bottom - k), (left, bottom - r))),
            ("L", ((left, top + r),)),
            ("C", ((left, top + k), (left + k, top), (left + r, top))),
            ("Z", ()),
        )
    )


_SLANT = 13.0
_CUT = 8.0
_BAR = 6.0
_ROUND = 15.0
_POINT = 9.0


def _hexagon(box: Box) -> tuple[Point, ...]:
    half = box.y + box.height / 2
    return (
        (box.x, half),
        (box.x + _SLANT, box.y),
        (box.right - _SLANT, box.y),
        (box.right, half),
        (box.right - _SLANT, box.bottom),
        (box.x + _SLANT, box.bottom),
    )


def _cut(box: Box) -> tuple[Point, ...]:
    return (
        (box.x + _CUT, box.y),
        (box.right - _CUT, box.y),
        (box.right, box.y + _CUT),
        (box.right, box.bottom - _CUT),
        (box.right - _CUT, box.bottom),
        (box.x + _CUT, box.bottom),
        (box.x, box.bottom - _CUT),
        (box.x, box.y + _CUT),
    )


def _rectangle(box: Box) -> tuple[Point, ...]:
    return (box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)


def _bars(box: Box) -> tuple[Path, ...]:
    return tuple(polyline(((x, box.y), (x, box.bottom))) for x in (box.x + _BAR, box.right - _BAR))


def _stadium(box: Box) -> Path:
    return _rounded(box, _ROUND)


def _double(box: Box) -> tuple[Path, ...]:
    return (_rounded(Box(box.x + 2.5, box.y + 2.5, box.width - 5, box.height - 5), _ROUND - 2.5),)


def _arrow(box: Box) -> tuple[Point, ...]:
    half = box.y + box.height / 2
    return (
        (box.x, box.y),
        (box.right - _SLANT, box.y),
        (box.right, half),
        (box.right - _SLANT, box.bottom),
        (box.x, box.bottom),
    )


def _pointed(box: Box) -> tuple[Point, ...]:
    return (
        (box.x, box.y),
        (box.right, box.y),
        (box.right, box.bottom - _POINT),
        (box.middle, box.bottom),
        (box.x, box.bottom - _POINT),
    )


def _notched(box: Box) -> tuple[Point, ...]:
    return (
        (box.x, box.y),
        (box.middle, box.y + _POINT),
        (box.right, box.y),
        (box.right, box.bottom),
        (box.x, box.bottom),
    )


FORMS: dict[str, Form] = {
    START: Form(15, 8, 8, _stadium, _double),
    QUESTION: Form(_SLANT + 3, 7, 7, _hexagon),
    CONDITION: Form(12, 7, 7, _cut, dashed=True),
    REMEDY: Form(10, 7, 7, _rectangle),
    PROCEDURE: Form(_BAR + 8, 7, 7, _rectangle, _bars),
    RESOLVED: Form(12, 7, 7, _stadium, symbol=SYMBOL + 3),
    SAVED: Form(12, 7, 7, _stadium, symbol=SYMBOL + 3),
    ESCALATED: Form(12, 7, 7, _stadium, symbol=SYMBOL + 3),
    GO_ON: Form(12, 7, 7, _stadium, symbol=SYMBOL + 3),
    OTHER_CODE: Form(13, 7, 7, _arrow, symbol=SYMBOL + 3),
    ENTRY: Form(8, _POINT + 3, 4, _notched),
    EXIT: Form(8, 4, _POINT + 3, _pointed),
}
"""Every kind of shape."""
