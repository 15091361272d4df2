"""A picture as plain strokes and texts in drawing order, the same for every output format.

Colours are named by what they are for (`palette`). A reader who goes through the texts in drawing order meets each
shape after those that lead to it, and the captions of its arrows right behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from .geometry import (
    FORMS,
    Box,
    Paragraph,
    Path,
    Point,
    circle,
    inner_lines,
    outline_of,
    polygon,
    polyline,
    symbol_box,
)
from .palette import LINE, MARK, PAPER
from .picture import Picture, Shape, Way
from .shapes import ESCALATED, GO_ON, OTHER_CODE, RESOLVED, SAVED
from .usual import Ends
from .worded import ADDED, CHANGED, MISSED, REMOVED, TAKEN


@dataclass(frozen=True, slots=True)
class Stroke:
    """A drawn line or area. `fill` and `line` name colours, empty for none; `dash`: lengths of dash and gap."""

    path: Path
    fill: str = ""
    line: str = ""
    width: float = 1.0
    dash: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Group:
    """What is drawn for one shape, for one arrow's line, or for one arrow's caption, from back to front."""

    kind: str
    subject: str | Ends
    strokes: tuple[Stroke, ...]
    paragraphs: tuple[Paragraph, ...] = ()
    link: str = ""
    box: Box | None = None


WAY = "way"
CAPTION = "caption"


def painted(picture: Picture) -> Iterator[Group]:
    """Everything to draw, in order: lines first, then each shape with the captions of its arrows."""
    for way in sorted(picture.ways, key=lambda way: bool(way.mark)):  # marked lines lie above the others
        yield Group(WAY, (way.source, way.target), tuple(_line(way)))
    captions: dict[str, list[Way]] = {}
    for way in picture.ways:
        captions.setdefault(way.source, []).append(way)
    for shape in picture.shapes:
        yield Group(shape.kind, shape.id, tuple(_shape(shape)), shape.paragraphs, shape.link, shape.box)
        for way in captions.get(shape.id, ()):
            if way.caption:
                yield Group(CAPTION, (way.source, way.target), tuple(_caption(way)), way.paragraphs, "", way.caption)


# Shapes ---------------------------------------------------------------------------------------------------------------

_THIN = 1.1
_THICK = 2.8
_DASH = (4.0, 2.5)


def _shape(shape: Shape) -> Iterator[Stroke]:
    fill, line = f"{shape.kind}-fill", f"{shape.kind}-line"
    dash = _DASH if FORMS[shape.kind].dashed or shape.mark == REMOVED else None
    outline = outline_of(shape.kind, shape.box)
    if shape.mark:
        yield Stroke(outline, fill, MARK, _THICK, dash)
    else:
        yield Stroke(outline, fill, line, _THIN, dash)
    for inner in inner_lines(shape.kind, shape.box):
        yield Stroke(inner, "", line, _THIN)
    sign = symbol_box(shape.kind, shape.box)
    if sign:
        yield from _symbol(shape.kind, sign, line)
    if shape.mark:
        yield from _badge(shape.mark, (shape.box.x + 3, shape.box.y + 1))


def _symbol(kind: str, box: Box, line: str) -> Iterator[Stroke]:
    """The sign of an end: a tick, an arrow upwards, two bars, an arrow to the right, an arrow downwards."""
    x, y = box.middle, box.y + box.height / 2
    yield Stroke(circle(x, y, box.width / 2), line)
    for points in _SIGNS[kind]:
        yield Stroke(polyline(tuple((x + dx, y + dy) for dx, dy in points)), "", f"{kind}-fill", 1.5)


_SIGNS: dict[str, tuple[tuple[Point, ...], ...]] = {
    RESOLVED: (((-2.9, 0.2), (-0.9, 2.3), (3.0, -2.2)),),
    ESCALATED: (((0, 3.2), (0, -3.0)), ((-2.4, -0.6), (0, -3.2), (2.4, -0.6))),
    SAVED: (((-1.7, -2.8), (-1.7, 2.8)), ((1.7, -2.8), (1.7, 2.8))),
    OTHER_CODE: (((-3.2, 0), (3.0, 0)), ((0.6, -2.4), (3.2, 0), (0.6, 2.4))),
    GO_ON: (((0, -3.2), (0, 3.0)), ((-2.4, 0.6), (0, 3.2), (2.4, 0.6))),
}


def _badge(mark: str, at: Point) -> Iterator[Stroke]:
    """A round badge on the corner of what is marked, with a sign for each mark."""
    x, y = at
    yield Stroke(circle(x, y, 6.0), MARK, PAPER, 1.2)
    for points in _BADGES[mark]:
        yield Stroke(polyline(tuple((x + dx, y + dy) for dx, dy in points)), "", PAPER, 1.5)


_BADGES: dict[str, tuple[tuple[Point, ...], ...]] = {
    TAKEN: (((-2.6, 0.1), (-0.8, 2.0), (2.7, -2.0)),),
    ADDED: (((-2.8, 0), (2.8, 0)), ((0, -2.8), (0, 2.8))),
    REMOVED: (((-2.8, 0), (2.8, 0)),),
    CHANGED: (((-2.6, -1.2), (2.6, -1.2)), ((-2.6, 1.4), (2.6, 1.4)), ((1.6, -3.2), (-1.6, 3.2))),
    MISSED: (((-2.0, -2.0), (2.0, 2.0)), ((-2.0, 2.0), (2.0, -2.0))),
}


# Arrows ---------------------------------------------------------------------------------------------------------------

_CORNER = 4.0
_HEAD = (3.6, 7.0)
"""Half the width of an arrow's head, and its length."""


def _line(way: Way) -> Iterator[Stroke]:
    colour = MARK if way.mark else LINE
    width = _THICK if way.mark else _THIN
    *before, (x, y) = way.points
    half, length = (side * (1.35 if way.mark else 1.0) for side in _HEAD)
    yield Stroke(_rounded((*before, (x, y - length + 1))), "", colour, width, _DASH if way.mark == REMOVED else None)
    yield Stroke(polygon(((x, y), (x - half, y - length), (x + half, y - length))), colour)


def _caption(way: Way) -> Iterator[Stroke]:
    assert way.caption is not None
    yield Stroke(_rectangle(way.caption), PAPER, MARK if way.mark else "", 1.2)


def _rectangle(box: Box) -> Path:
    return polygon(((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)))


def _rounded(points: tuple[Point, ...]) -> Path:
    """A line in right angles with its corners rounded."""
    commands: list[tuple[str, tuple[Point, ...]]] = [("M", (points[0],))]
    for before, corner, after in zip(points, points[1:], points[2:], strict=False):
        radius = min(_CORNER, _distance(before, corner) / 2, _distance(corner, after) / 2)
        start, end = _towards(corner, before, radius), _towards(corner, after, radius)
        commands.append(("L", (start,)))
        commands.append(("C", (_towards(corner, before, radius * 0.45), _towards(corner, after, radius * 0.45), end)))
    commands.append(("L", (points[-1],)))
    return Path(tuple(commands))


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])  # along an axis


def _towards(start: Point, end: Point, length: float) -> Point:
    """The point this far from one point on the way to another."""
    whole = _distance(start, end)
    if not whole:
        return start
    part = length / whole
    return start[0] + (end[0] - start[0]) * part, start[1] + (end[1] - start[1]) * part
