"""Lines between two rows of a chart: which one turns at which height, so that they stay apart and cross seldom.

A *net* is what leaves or reaches one place as one line: a trunk, and branches beside it, joined by a stretch from side
to side. Stretches that would meet are put on different *tracks*, one below the other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

_LEAD = 7.0
"""From a shape or caption to the first track."""
_ARROW = 12.0
"""From the last track to a shape: room for the head of an arrow."""
_TRACK = 7.0
"""From one track to the next."""
_APART = 4.0
"""How near to each other two lines may come."""


@dataclass(frozen=True, slots=True)
class Net:
    """A trunk and its branches, as places from left to right."""

    trunk: float
    branches: tuple[float, ...]

    @property
    def left(self) -> float:
        """Where the stretch from side to side begins."""
        return min(self.trunk, *self.branches)

    @property
    def right(self) -> float:
        """Where it ends."""
        return max(self.trunk, *self.branches)

    @property
    def straight(self) -> bool:
        """Whether it has no such stretch."""
        return self.right - self.left < 0.01


def tracks_of(nets: Sequence[Net], *, trunks_above: bool) -> list[int]:
    """The track of each net, counted from above; straight ones have none and get 0.

    `trunks_above`: trunks come from the row above and branches go to the row below, or the other way round.
    """
    order: list[int] = []
    for number, net in enumerate(nets):
        if not net.straight:
            places = range(len(order) + 1)
            order.insert(min(places, key=lambda place: _cost(nets, order, place, number, trunks_above)), number)
    tracks = [0] * len(nets)
    for place, number in enumerate(order):
        above = (tracks[other] + 1 for other in order[:place] if _meet(nets[other], nets[number]))
        tracks[number] = max(above, default=0)
    return tracks


def clashes(nets: Sequence[Net], tracks: Sequence[int], *, trunks_above: bool) -> list[tuple[int, int, float]]:
    """Where lines still run along each other: (net, number of its branch, the place of the other one's trunk)."""
    found: list[tuple[int, int, float]] = []
    for number, net in enumerate(nets):
        for branch, place in enumerate(net.branches):
            for index, other in enumerate(nets):
                if index == number or abs(place - other.trunk) >= _APART:
                    continue
                high, low = (number, index) if trunks_above else (index, number)
                if net.straight or other.straight or tracks[high] <= tracks[low]:
                    found.append((number, branch, other.trunk))
    return found


def height_of(track: int) -> float:
    """How far below the upper row a track is."""
    return _LEAD + track * _TRACK


def depth_of(tracks: int, *, arrows: bool) -> float:
    """How far below the upper row the lower one is, with so many tracks between; `arrows`: with heads at its shapes."""
    return height_of(tracks - 1) + (_ARROW if arrows else _LEAD)


def _meet(one: Net, other: Net) -> bool:
    return one.left < other.right + _APART and other.left < one.right + _APART


def _cost(nets: Sequence[Net], order: list[int], place: int, number: int, trunks_above: bool) -> tuple[int, int]:
    """How often a net at this place of the order would run along another one, and cross one."""
    along = crossing = 0
    for index, other in enumerate(order):
        upper, lower = (nets[other], nets[number]) if index < place else (nets[number], nets[other])
        overlaps, crosses = _between(upper, lower, trunks_above)
        along += overlaps
        crossing += crosses
    return along, crossing


def _between(upper: Net, lower: Net, trunks_above: bool) -> tuple[int, int]:
    """With one net's track above the other's: how often they run along each other, and how often they cross."""
    down = upper.branches if trunks_above else (upper.trunk,)
    up = (lower.trunk,) if trunks_above else lower.branches
    along = sum(abs(a - b) < _APART for a in down for b in up)
    crossing = sum(lower.left < x < lower.right for x in down) + sum(upper.left < x < upper.right for x in up)
    return along, crossing
