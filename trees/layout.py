"""Where the shapes and arrows of a chart stand: rows from top to bottom, arrows in right angles.

Every shape stands in a row below all that lead to it. Between two rows of shapes is a row of captions: an arrow goes
from its shape down to its caption, and from there on to where it leads. Arrows that lead over several rows to the same
shape run together as one line as soon as their captions are passed. So every arrow is a chain of *slots*, one in each
row it passes (a shape, a caption, or a gap kept free for a line), and no line ever meets a shape or a text that it
does not belong to: across rows it runs in a slot of its own, from side to side only between rows.

Graphviz chooses the order in each row and the places from left to right. It is given bare boxes of fixed size and no
text at all, so nothing can be lost in its escapes, and no font of another system matters.
"""

from __future__ import annotations

import sys
import sysconfig
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path

from kb.problems import VoltriageError

from .channels import Net, clashes, depth_of, height_of, tracks_of
from .geometry import Box, Point, Size

BUNDLED = "graphviz-pure"
"""The layout engine that is installed with Voltriage."""
SYSTEM = "dot"
"""The Graphviz of the system, where it is installed."""
ENGINES = (BUNDLED, SYSTEM)


class NoLayoutEngineError(VoltriageError):
    """The program that lays charts out is not there, or does not run.

    `sentence` has places for `values`, so that the rim can say it in the reader's language.
    """

    slug = "no-layout-engine"

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values


NO_CAPTION = Size(0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Arrow:
    """A way from one shape to another. `main`: straight down where possible; `caption`: the size of its text."""

    source: str
    target: str
    caption: Size = NO_CAPTION
    main: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything stands, in points from the upper left corner.

    `shapes` and `captions` are boxes, by shape id and by (source, target); `lines` the corners of each arrow from its
    source to its target. An arrow without text has no caption.
    """

    width: float
    height: float
    shapes: Mapping[str, Box]
    captions: Mapping[tuple[str, str], Box]
    lines: Mapping[tuple[str, str], tuple[Point, ...]]


def lay_out(sizes: Mapping[str, Size], arrows: Sequence[Arrow], engine: str = BUNDLED) -> Layout:
    """Place shapes of these sizes, given so that every arrow leads to a later one.

    Raises `NoLayoutEngineError`.
    """
    grid = _Grid.of(sizes, arrows)
    columns = _kept_apart(grid, _straightened(grid, _columns(grid, engine)))
    return _placed(grid, columns, arrows)


# Slots ----------------------------------------------------------------------------------------------------------------

Slot = tuple[str, ...]
"""What stands in a row: ("shape", id), ("caption", source, target), ("stem", source, target, row) of an arrow above its
caption, or ("line", target, row) of all arrows to a shape below theirs."""
_Link = tuple[Slot, Slot]
"""Two slots of neighbouring rows that an arrow joins, the upper one first."""


@dataclass(frozen=True, slots=True)
class _Grid:
    """The rows of slots; `links` join slots of neighbouring rows, with the weight of being in line."""

    rows: list[list[Slot]]
    sizes: dict[Slot, Size]
    links: dict[_Link, int]
    chains: dict[tuple[str, str], list[Slot]]
    below: dict[Slot, list[Slot]]

    @classmethod
    def of(cls, sizes: Mapping[str, Size], arrows: Sequence[Arrow]) -> _Grid:
        depths = _depths(arrows)
        ranks = _ranks(sizes, arrows, depths)
        grid = cls([[] for _ in range(2 * max(ranks.values()) + 1)], {}, {}, {}, {})
        for shape, size in sizes.items():
            grid._add(("shape", shape), 2 * ranks[shape], size)
        for arrow in arrows:
            ends = arrow.source, arrow.target
            grid._lead(arrow, 2 * ranks[arrow.source], 2 * ranks[arrow.target], 2 * depths[ends] + 1)
        return grid

    def links_below(self, number: int) -> list[_Link]:
        """The links from the row of this number to the next."""
        return [(upper, lower) for upper in self.rows[number] for lower in self.below[upper]]

    def _add(self, slot: Slot, row: int, size: Size) -> None:
        if slot not in self.sizes:
            self.rows[row].append(slot)
            self.sizes[slot] = size
            self.below[slot] = []

    def _lead(self, arrow: Arrow, start: int, end: int, depth: int) -> None:
        chain: list[Slot] = [("shape", arrow.source)]
        for row in range(start + 1, end):
            if row < start + depth:
                chain.append(("stem", arrow.source, arrow.target, str(row)))
            elif row == start + depth:
                chain.append(("caption", arrow.source, arrow.target))
            else:
                chain.append(("line", arrow.target, str(row)))
            self._add(chain[-1], row, arrow.caption if row == start + depth else _GAP)
        chain.append(("shape", arrow.target))
        self.chains[arrow.source, arrow.target] = chain
        for upper, lower in pairwise(chain):
            straight = _weight(upper, lower, arrow)
            if (upper, lower) not in self.links:
                self.below[upper].append(lower)
            self.links[upper, lower] = max(straight, self.links.get((upper, lower), 0))


def _weight(upper: Slot, lower: Slot, arrow: Arrow) -> int:
    """How much it matters that two slots stand in line."""
    if upper[0] == lower[0]:
        return 40  # a line over several rows
    if "line" in (upper[0], lower[0]) or upper[0] == "stem":
        return 3
    return 5 if arrow.main else 1


_GAP = Size(4.0, 0.0)


def _depths(arrows: Sequence[Arrow]) -> dict[tuple[str, str], int]:
    """In which row of captions below its shape each arrow has its own: 0, or deeper where they are too many for one."""
    fans: dict[str, list[Arrow]] = {}
    for arrow in arrows:
        fans.setdefault(arrow.source, []).append(arrow)
    depths: dict[tuple[str, str], int] = {}
    for fan in fans.values():
        rows = 1 + int(sum(arrow.caption.width + _BESIDE for arrow in fan) / _WIDEST_FAN)
        for number, arrow in enumerate(fan):
            depths[arrow.source, arrow.target] = number % rows
    return depths


_WIDEST_FAN = 480.0
"""How wide the captions below one shape may be before they are put in several rows."""


def _ranks(sizes: Mapping[str, Size], arrows: Sequence[Arrow], depths: Mapping[tuple[str, str], int]) -> dict[str, int]:
    """The row of each shape: right below the lowest that leads to it; the first ones right above what they lead to."""
    before: dict[str, list[tuple[str, int]]] = {shape: [] for shape in sizes}
    after: dict[str, list[tuple[str, int]]] = {shape: [] for shape in sizes}
    for arrow in arrows:
        steps = depths[arrow.source, arrow.target] + 1
        before[arrow.target].append((arrow.source, steps))
        after[arrow.source].append((arrow.target, steps))
    ranks: dict[str, int] = {}
    for shape in sizes:
        ranks[shape] = max((ranks[other] + steps for other, steps in before[shape]), default=0)
    for shape in sizes:
        if not before[shape]:
            ranks[shape] = min((ranks[other] - steps for other, steps in after[shape]), default=0)
    top = min(ranks.values())
    return {shape: rank - top for shape, rank in ranks.items()}


# From left to right: Graphviz -----------------------------------------------------------------------------------------


def _columns(grid: _Grid, engine: str) -> dict[Slot, float]:
    """The middle of each slot, from the left edge of the chart."""
    import graphviz

    numbers = {slot: f"s{number}" for number, slot in enumerate(slot for row in grid.rows for slot in row)}
    graph = graphviz.Digraph(
        graph_attr={"nodesep": f"{_BESIDE / 72:.4f}", "ranksep": "0.1", "splines": "none"},
        node_attr={"shape": "box", "fixedsize": "true", "label": "", "height": "0.1"},
        edge_attr={"arrowhead": "none"},
    )
    for slot, name in numbers.items():
        graph.node(name, width=f"{max(grid.sizes[slot].width, _GAP.width) / 72:.4f}")
    for (upper, lower), weight in grid.links.items():
        graph.edge(numbers[upper], numbers[lower], weight=str(weight))
    _hold_together(graph, grid, numbers)
    middles = _middles(_plain(graph.source, engine))
    return {slot: middles[name] for slot, name in numbers.items()}


_BESIDE = 15.0
"""Points between two slots of a row."""


def _hold_together(graph: object, grid: _Grid, numbers: Mapping[Slot, str]) -> None:
    """Join parts that nothing joins, so that all count their rows from the same one."""
    tops = _tops(grid)
    if len(tops) > 1:
        for slot, row in tops:
            graph.edge("top", numbers[slot], weight="0", minlen=str(row + 1), style="invis")  # type: ignore[attr-defined]


def _tops(grid: _Grid) -> list[tuple[Slot, int]]:
    """Of each connected part, a slot of its uppermost row, and that row."""
    parts: dict[Slot, Slot] = {}

    def root(slot: Slot) -> Slot:
        while parts.setdefault(slot, slot) != slot:
            slot = parts[slot]
        return slot

    for upper, lower in grid.links:
        parts[root(lower)] = root(upper)
    tops: dict[Slot, tuple[Slot, int]] = {}
    for number, row in enumerate(grid.rows):
        for slot in row:
            tops.setdefault(root(slot), (slot, number))
    return list(tops.values())


def _middles(plain: str) -> dict[str, float]:
    """The places from left to right in Graphviz' plain output, in points."""
    words = (line.split() for line in plain.splitlines())
    return {word[1]: float(word[2]) * 72 for word in words if word and word[0] == "node"}


def _plain(source: str, engine: str) -> str:
    """Graphviz' answer."""
    import subprocess

    command = [_bundled() if engine == BUNDLED else SYSTEM, "-Kdot", "-Tplain"]
    try:
        done = subprocess.run(command, input=source.encode(), capture_output=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        raise _no_engine(engine, error) from error
    return done.stdout.decode()


def _no_engine(engine: str, error: Exception) -> NoLayoutEngineError:
    said = getattr(error, "stderr", b"") or b""
    reason = said.decode(errors="replace").strip() or getattr(error, "strerror", "") or str(error)
    if engine == SYSTEM:
        return NoLayoutEngineError(
            'Graphviz\' program "dot" does not run here ({reason}); install Graphviz (https://graphviz.org/download/) '
            "and see that dot is on the PATH, or leave --layout-engine out",
            reason=reason,
        )
    return NoLayoutEngineError(
        "the layout engine graphviz-pure does not run here ({reason}); install it with "
        '"{python} -m pip install graphviz-pure", or install Graphviz and use --layout-engine dot',
        reason=reason,
        python=sys.executable or "python",
    )


@cache
def _bundled() -> str:
    """The program that the package graphviz-pure brings, wherever pip has put it."""
    name = f"{BUNDLED}.exe" if sys.platform == "win32" else BUNDLED
    usual = Path(sysconfig.get_path("scripts"), name)
    if usual.is_file():
        return str(usual)
    from importlib.metadata import PackageNotFoundError, files

    try:
        installed: Iterable[object] = files(BUNDLED) or ()
    except PackageNotFoundError:
        installed = ()
    places = (Path(str(file.locate())) for file in installed if Path(str(file)).name == name)  # type: ignore[attr-defined]
    return next((str(place) for place in places if place.is_file()), BUNDLED)


# Straight lines -------------------------------------------------------------------------------------------------------


def _straightened(grid: _Grid, columns: dict[Slot, float]) -> dict[Slot, float]:
    """Bring captions, lines and last shapes that stand nearly below or above their neighbour exactly into line with it.

    Nothing moves far enough to meet what stands beside it. Slots of a row that are in different arrows never come to
    stand exactly below each other by this, since each takes its place from a neighbour of its own arrow.
    """
    placed = dict(columns)
    links = _links_of(grid)
    for row in grid.rows:
        for slot in row:
            if slot[0] == "shape" and len(links[slot]) > 1:
                continue
            for upper, lower in links[slot]:
                other = upper if lower == slot else lower
                if 0 < abs(placed[other] - placed[slot]) < _NEARLY:
                    placed[slot] = placed[other]
                    break
    return placed


_NEARLY = 5.0


def _links_of(grid: _Grid) -> dict[Slot, list[_Link]]:
    """The links of each slot, the heaviest first."""
    found: dict[Slot, list[_Link]] = {slot: [] for slot in grid.sizes}
    for link in sorted(grid.links, key=lambda link: -grid.links[link]):
        for slot in link:
            found[slot].append(link)
    return found


def _kept_apart(grid: _Grid, columns: Mapping[Slot, float]) -> dict[Slot, float]:
    """Move captions and gaps a little aside where the lines of two arrows would run along each other."""
    placed = dict(columns)
    for _ in range(_ROUNDS):
        found = {
            slot: place
            for number in range(len(grid.rows) - 1)
            for slot, place in _Channel.below(grid, number, placed).clashes()
        }
        for slot, place in found.items():
            side = _ASIDE if placed[slot] >= place else -_ASIDE
            placed[slot] += side if _free(grid, placed, slot, side) else -side
        if not found:
            break
    return placed


_ROUNDS = 5
_ASIDE = 5.0


def _free(grid: _Grid, placed: Mapping[Slot, float], slot: Slot, side: float) -> bool:
    """Whether a slot can be moved to a side without coming too near to its neighbour."""
    row = next(row for row in grid.rows if slot in row)
    return all(
        abs(placed[slot] + side - placed[other]) >= (grid.sizes[slot].width + grid.sizes[other].width) / 2 + _ASIDE
        for other in row
        if other != slot
    )


# From top to bottom ---------------------------------------------------------------------------------------------------


def _placed(grid: _Grid, columns: Mapping[Slot, float], arrows: Sequence[Arrow]) -> Layout:
    """Rows one below the other, with as much room between two as the lines there need."""
    left = min(columns[slot] - grid.sizes[slot].width / 2 for slot in columns)
    middles = {slot: middle - left for slot, middle in columns.items()}
    boxes: dict[Slot, Box] = {}
    turns: dict[_Link, float] = {}
    y = 0.0
    for number, row in enumerate(grid.rows):
        height = max(grid.sizes[slot].height for slot in row)
        for slot in row:
            size = grid.sizes[slot]
            boxes[slot] = Box(middles[slot] - size.width / 2, y + (height - size.height) / 2, size.width, size.height)
        y += height
        if number + 1 < len(grid.rows):
            channel = _Channel.below(grid, number, middles)
            turns |= {link: y + turn for link, turn in channel.turns().items()}
            y += channel.depth()
    lines = {ends: _line(chain, boxes, turns) for ends, chain in grid.chains.items()}
    captions = {
        (arrow.source, arrow.target): boxes["caption", arrow.source, arrow.target]
        for arrow in arrows
        if arrow.caption.width
    }
    shapes = {slot[1]: box for slot, box in boxes.items() if slot[0] == "shape"}
    return Layout(max(box.right for box in boxes.values()), y, shapes, captions, lines)


@dataclass(frozen=True, slots=True)
class _Channel:
    """The links between two rows.

    Below shapes the links of one shape leave it as one line, below captions those to one place arrive as one line.
    """

    fans_out: bool
    nets: list[tuple[Net, list[_Link]]]
    tracks: list[int]

    @classmethod
    def below(cls, grid: _Grid, number: int, middles: Mapping[Slot, float]) -> _Channel:
        """The links from the row of this number to the next."""
        fans_out = number % 2 == 0
        nets: dict[Slot, list[_Link]] = {}
        for upper, lower in grid.links_below(number):
            nets.setdefault(upper if fans_out else lower, []).append((upper, lower))
        made = [
            Net(middles[trunk], tuple(middles[lower if fans_out else upper] for upper, lower in branches))
            for trunk, branches in nets.items()
        ]
        return cls(fans_out, list(zip(made, nets.values(), strict=True)), tracks_of(made, trunks_above=fans_out))

    def turns(self) -> dict[_Link, float]:
        """How far below the upper row each link turns."""
        tracked = zip(self.nets, self.tracks, strict=True)
        return {link: height_of(track) for (_, links), track in tracked for link in links}

    def depth(self) -> float:
        """How far below the upper row the lower one is."""
        return depth_of(max(self.tracks, default=0) + 1, arrows=not self.fans_out)

    def clashes(self) -> list[tuple[Slot, float]]:
        """Captions and gaps at which a line would run along another one's, and where that one is."""
        found = clashes([net for net, _ in self.nets], self.tracks, trunks_above=self.fans_out)
        return [(self.nets[net][1][branch][1 if self.fans_out else 0], place) for net, branch, place in found]


def _line(
    chain: Sequence[Slot], boxes: Mapping[Slot, Box], turns: Mapping[tuple[Slot, Slot], float]
) -> tuple[Point, ...]:
    """The corners of an arrow."""
    points: list[Point] = [(boxes[chain[0]].middle, boxes[chain[0]].bottom)]
    for upper, lower in pairwise(chain):
        start, end = boxes[upper].middle, boxes[lower].middle
        if abs(start - end) > 0.01:
            points += [(start, turns[upper, lower]), (end, turns[upper, lower])]
    points.append((boxes[chain[-1]].middle, boxes[chain[-1]].y))
    return tuple((round(x, 2), round(y, 2)) for x, y in points)
