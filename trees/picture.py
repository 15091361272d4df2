"""A chart with every shape, arrow and line of text at its place: what the SVG and the PDF are drawn from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kb import words

from .geometry import Block, Box, Paragraph, Point, Size, block, caption, size_of, text_corner
from .layout import BUNDLED, Arrow, Layout, lay_out
from .usual import Ends
from .worded import Worded


@dataclass(frozen=True, slots=True)
class Shape:
    """A shape at its place; `paragraphs` are its text. `link` is empty where it leads nowhere."""

    id: str
    kind: str
    box: Box
    paragraphs: tuple[Paragraph, ...]
    mark: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """An arrow: its corners from source to target, and its caption, if it has one."""

    source: str
    target: str
    points: tuple[Point, ...]
    caption: Box | None
    paragraphs: tuple[Paragraph, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything to be drawn, in points from the upper left corner; shapes in reading order."""

    width: float
    height: float
    shapes: tuple[Shape, ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """A shape to be laid out."""

    id: str
    kind: str
    text: Block
    size: Size
    mark: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Joint:
    """An arrow to be laid out."""

    source: str
    target: str
    text: Block
    main: bool
    mark: str = ""


def pieces_of(worded: Worded) -> dict[str, Piece]:
    """The shapes of a chart with the sizes that their texts need, in the chart's order."""
    made: dict[str, Piece] = {}
    for node in worded.chart.nodes:
        label = worded.labels[node.id]
        text = block(label.title, tuple(label.lines))
        made[node.id] = piece(node.id, node.kind, text, worded.marks.get(node.id, ""), worded.links.get(node.id, ""))
    return made


def piece(ident: str, kind: str, text: Block, mark: str = "", link: str = "") -> Piece:
    """A shape of this kind around this text."""
    return Piece(ident, kind, text, size_of(kind, text), mark, link)


def joints_of(worded: Worded) -> dict[Ends, Joint]:
    """The arrows of a chart with the sizes that their captions need, in the chart's order."""
    made: dict[Ends, Joint] = {}
    for edge in worded.chart.edges:
        ends = edge.source, edge.target
        text = caption(worded.answers.get(ends, ""))
        main = words.YES in edge.answers or words.NOT_FIXED in edge.answers or not edge.answers
        made[ends] = Joint(*ends, text, main, worded.marks.get(ends, ""))
    return made


def picture(worded: Worded, engine: str = BUNDLED) -> Picture:
    """The whole chart as one picture.

    Raises `NoLayoutEngineError`.
    """
    pieces, joints = pieces_of(worded), joints_of(worded)
    return drawn(list(pieces.values()), list(joints.values()), laid_out(pieces.values(), joints.values(), engine))


def laid_out(pieces: Iterable[Piece], joints: Iterable[Joint], engine: str) -> Layout:
    """The layout of these shapes and arrows; every arrow leads to a later shape."""
    arrows = [Arrow(joint.source, joint.target, _caption_size(joint), joint.main) for joint in joints]
    return lay_out({piece.id: piece.size for piece in pieces}, arrows, engine)


def drawn(pieces: Sequence[Piece], joints: Sequence[Joint], layout: Layout) -> Picture:
    """Shapes and arrows put where the layout says."""
    shapes = tuple(_shape(piece, layout.shapes[piece.id]) for piece in pieces)
    ways = tuple(_way(joint, layout.lines, layout.captions) for joint in joints)
    return Picture(layout.width, layout.height, shapes, ways)


_AROUND = Size(4.0, 0.5)
"""Room at the sides of a caption, and above and below it."""


def _caption_size(joint: Joint) -> Size:
    if not joint.text.paragraphs:
        return Size(0.0, 0.0)
    return Size(joint.text.width + 2 * _AROUND.width, joint.text.height + 2 * _AROUND.height)


def _shape(piece: Piece, box: Box) -> Shape:
    corner = text_corner(piece.kind, box, piece.text)
    return Shape(piece.id, piece.kind, box, moved(piece.text, corner), piece.mark, piece.link)


def _way(joint: Joint, lines: Mapping[Ends, tuple[Point, ...]], captions: Mapping[Ends, Box]) -> Way:
    ends = joint.source, joint.target
    box = captions.get(ends)
    text = moved(joint.text, (box.x + _AROUND.width, box.y + _AROUND.height)) if box else ()
    return Way(*ends, lines[ends], box, text, joint.mark)


def moved(text: Block, corner: Point) -> tuple[Paragraph, ...]:
    """The paragraphs of a block whose upper left corner is here."""
    x, y = corner
    return tuple(
        Paragraph(tuple(replace(line, x=line.x + x, baseline=line.baseline + y) for line in paragraph.lines))
        for paragraph in text.paragraphs
    )
