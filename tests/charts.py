"""Charts to draw in tests: random ones, hostile texts, and what must hold wherever a chart is drawn."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise

from hypothesis import strategies as st

from trees.geometry import Box, Paragraph, Path, Point, outline_of
from trees.picture import Picture, Way
from trees.reading import Reading, plainly
from trees.shapes import CONDITION, ENDS, KINDS, PROCEDURE, QUESTION, REMEDY, START, Chart, ChartEdge, ChartNode
from trees.worded import Worded

LONG_WORD = "Softwarelizenzierungsdienst" * 11 + "abc"
"""300 characters without a blank."""
HOSTILE = (
    r"C:\Windows\System32\slmgr.vbs",
    r"\N \G \L \l \n \r \\",
    "<KMS & host>",
    "&amp; &lt;b&gt; <!-- --> ]]>",
    "%windir% ${x} {place} $x^2$ #let *bold* _it_ @ref <label> // no",
    "\"straight\" 'single' „deutsch“ ‚einfach‘ “english” ‘one’",
    "Größe ≥ 25 → ≤ 5 – … äöüÄÖÜß §©®™°²³½×",
    "a\u0308o\u0308u\u0308 e\u0301 n\u0303 combined",
    LONG_WORD,
    "cscript.exe //nologo %windir%\\System32\\slmgr.vbs /skms kms-01.corp.example.com:1688 " * 4,
    "two  blanks   three and one at the end ",
    "first line\nsecond line",
    "office fi ffl AVAVA To.",
    "x",
)


@dataclass(frozen=True, slots=True)
class Label:
    """The text of a shape."""

    title: str
    lines: tuple[str, ...] = ()


def worded_of(
    chart: Chart, labels: Mapping[str, Label], answers: Mapping[tuple[str, str], str], **more: object
) -> Worded:
    return Worded(chart, "A title", "A description", "en", labels, answers, **more)  # type: ignore[arg-type]


def hostile() -> Worded:
    """A chart of every kind of shape, with every hostile text in shapes and beside arrows."""
    kinds = [START, *(QUESTION, CONDITION, REMEDY, PROCEDURE) * 4, *sorted(ENDS)]
    nodes = tuple(ChartNode(f"n{number}", kind, "x") for number, kind in enumerate(kinds))
    inner = [node for node in nodes if node.kind not in ENDS]
    edges = [ChartEdge(one.id, other.id, ("yes",)) for one, other in pairwise(inner)]
    ends = [node for node in nodes if node.kind in ENDS]
    edges += [ChartEdge(inner[-1 - number].id, end.id, ("no",)) for number, end in enumerate(ends)]
    texts = {
        node.id: Label(HOSTILE[number % len(HOSTILE)], (HOSTILE[(number + 5) % len(HOSTILE)],))
        for number, node in enumerate(nodes)
    }
    answers = {(e.source, e.target): HOSTILE[number % len(HOSTILE)] for number, e in enumerate(edges)}
    return worded_of(Chart("hostile", nodes, tuple(edges)), texts, answers)


_WORDS = ("Does", "the", "KMS", "host", "answer", "Lizenzierungsdienst", "on", "port", "1688", "slmgr.vbs /dlv", "?")
_ANSWERS = ("", "yes", "no, don't know", "not fixed or not done")


def charts(most: int = 150) -> st.SearchStrategy[Worded]:
    """Random charts of up to so many shapes."""
    return st.builds(random_chart, st.integers(2, most), st.integers(1, 30), st.integers(0, 10**6))


def random_chart(count: int, near: int, seed: int) -> Worded:
    """A chart in which every shape but the start is reached; arrows lead at most `near` shapes further."""
    dice = random.Random(f"{count} {near} {seed}")
    edges: dict[tuple[str, str], ChartEdge] = {}
    left = [dice.randint(1, 5) for _ in range(count)]
    for target in range(1, count):
        sources = dice.sample(range(max(0, target - near), target), min(dice.randint(1, 3), near, target))
        free = [source for source in sources if left[source] > 0] or [target - 1]
        for source in free:
            left[source] -= 1
            ends = f"n{source}", f"n{target}"
            edges[ends] = ChartEdge(*ends, dice.choice([("yes",), ("no",), ("no", "unknown"), ()]))
    answers = {ends: dice.choice(_ANSWERS) for ends in edges}
    leading_on = {source for source, _ in edges}
    inner = [kind for kind in KINDS if kind not in ENDS]
    nodes = [ChartNode("n0", START, "x")]
    for number in range(1, count):
        kinds = inner if f"n{number}" in leading_on else sorted(ENDS)
        nodes.append(ChartNode(f"n{number}", dice.choice(kinds), "x"))
    labels = {node.id: Label(_text(dice), (_text(dice),) if dice.random() < 0.5 else ()) for node in nodes}
    return worded_of(Chart("random", tuple(nodes), tuple(edges.values())), labels, answers)


def _text(dice: random.Random) -> str:
    return " ".join(dice.choice(_WORDS) for _ in range(dice.randint(1, 14)))


# What must hold -------------------------------------------------------------------------------------------------------


def faults(picture: Picture) -> Iterator[str]:
    """Everything that overlaps, sticks out, or crosses what it does not belong to."""
    yield from _overlapping(picture)
    yield from _sticking_out(picture)
    for way in picture.ways:
        yield from _crossed(way, picture)
    for one, other in combinations(picture.ways, 2):
        if one.source != other.source and one.target != other.target and _run_together(one, other):
            yield f"{one.source}-{one.target} runs along {other.source}-{other.target}"


def _overlapping(picture: Picture) -> Iterator[str]:
    shapes = [(shape.id, shape.box) for shape in picture.shapes]
    captions = [(f"{way.source}-{way.target}", way.caption) for way in picture.ways if way.caption]
    for (one, box), (other, second) in combinations(shapes + captions, 2):
        if box.overlaps(second, apart=3.0):
            yield f"{one} overlaps {other}"


def _sticking_out(picture: Picture) -> Iterator[str]:
    whole = Box(-0.1, -0.1, picture.width + 0.2, picture.height + 0.2)
    for shape in picture.shapes:
        if not _inside(shape.box, whole):
            yield f"{shape.id} is outside of the chart"
        yield from _too_wide(shape.id, shape.paragraphs, polygon_of(outline_of(shape.kind, shape.box)))
    for way in picture.ways:
        name = f"{way.source}-{way.target}"
        if not all(_holds(whole, point) for point in way.points):
            yield f"{name} is outside of the chart"
        if way.caption and not _inside(way.caption, whole):
            yield f"caption of {name} is outside of the chart"
        yield from _too_wide(name, way.paragraphs, list(corners(way.caption)) if way.caption else [])


def _too_wide(name: str, paragraphs: tuple[Paragraph, ...], area: list[Point]) -> Iterator[str]:
    for paragraph in paragraphs:
        for line in paragraph.lines:
            if not all(within(corner, area) for corner in corners(line.box)):
                yield f"text of {name} is outside of its shape: {line.text}"


def _crossed(way: Way, picture: Picture) -> Iterator[str]:
    for start, end in pairwise(way.points):
        stretch = Box(min(start[0], end[0]), min(start[1], end[1]), abs(start[0] - end[0]), abs(start[1] - end[1]))
        for shape in picture.shapes:
            if shape.id not in (way.source, way.target) and stretch.overlaps(shape.box):
                yield f"{way.source}-{way.target} crosses {shape.id}"
        for other in picture.ways:
            if other.caption and stretch.overlaps(other.caption) and other is not way:
                yield f"{way.source}-{way.target} crosses the caption of {other.source}-{other.target}"


def _run_together(one: Way, other: Way) -> bool:
    return any(_along(first, second) for first in pairwise(one.points) for second in pairwise(other.points))


def _along(first: tuple[Point, Point], second: tuple[Point, Point]) -> bool:
    for axis in (0, 1):
        across = 1 - axis
        if (
            first[0][across] == first[1][across]
            and second[0][across] == second[1][across]
            and abs(first[0][across] - second[0][across]) < 1.5
        ):
            start = max(min(first[0][axis], first[1][axis]), min(second[0][axis], second[1][axis]))
            end = min(max(first[0][axis], first[1][axis]), max(second[0][axis], second[1][axis]))
            if end - start > 0.5:
                return True
    return False


def _inside(inner: Box, outer: Box) -> bool:
    return all(_holds(outer, corner) for corner in corners(inner))


def _holds(box: Box, point: Point) -> bool:
    return box.x <= point[0] <= box.right and box.y <= point[1] <= box.bottom


def corners(box: Box) -> tuple[Point, ...]:
    return (box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)


def polygon_of(path: Path) -> list[Point]:
    """An outline with its curves as short straight lines."""
    points: list[Point] = []
    for name, given in path.commands:
        if name == "C":
            start = points[-1]
            for step in range(1, 9):
                t = step / 8
                weights = ((1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3)
                four = (start, *given)
                points.append(
                    (
                        sum(w * p[0] for w, p in zip(weights, four, strict=True)),
                        sum(w * p[1] for w, p in zip(weights, four, strict=True)),
                    )
                )
        else:
            points += given
    return points


def within(point: Point, area: list[Point]) -> bool:
    """Whether a point is inside a polygon."""
    x, y = point
    inside = False
    for (x1, y1), (x2, y2) in pairwise([*area, area[0]]):
        if (y1 > y) != (y2 > y) and x < (x2 - x1) * (y - y1) / (y2 - y1) + x1:
            inside = not inside
    return inside


def english(kb: object) -> Reading:
    """A reader of English."""
    return Reading(kb, lambda text: text.en, plainly, "en")  # type: ignore[arg-type]
