"""The YAML of a rule or guard, cut out of its file, with the place of each condition in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import dropwhile
from pathlib import Path

from engine.decisions import Decision
from kb.places import Places


@dataclass(frozen=True, slots=True)
class Spot:
    """Where the name of a condition stands in a listing: number of the line and column, both from 0."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of a file. `first`: the number of the first one in it, from 1; `spots`: of conditions, by their subject."""

    file: str
    first: int
    lines: tuple[str, ...]
    spots: dict[str, Spot]


class Listings:
    """Cuts listings out of the files of a knowledge base."""

    def __init__(self, folder: Path, places: Places) -> None:
        self._folder = folder
        self._places = places
        self._lines = cache(self._read)

    def of(self, decision: Decision) -> Listing:
        """The entry that a decision is about: a rule whole, of a guard all but the plan behind it.

        Raises `OSError` where the file cannot be read any more.
        """
        document = self._places.documents[decision.place[:2]]
        number, column = document.values[decision.place]
        lines = self._lines(document.file)
        start, indent = number - 1, _indent(lines[number - 1], column - 1)
        end = _end(lines, start, indent)
        plan = document.keys.get((*decision.place, "plan"))
        if plan is not None:
            end = max(start + 1, min(end, plan[0] - 1))
        shown = tuple(line[min(indent, _depth(line)) :] for line in lines[start:end])
        spots = {
            condition.subject: _spot(document.keys.get((*decision.place, "when", condition.subject)), start, indent)
            for condition in decision.conditions
        }
        return Listing(document.file, number, shown, {name: _within(spot, shown) for name, spot in spots.items()})

    def _read(self, file: str) -> Sequence[str]:
        return (self._folder / file).read_text(encoding="utf-8-sig").splitlines()


def _indent(line: str, column: int) -> int:
    """Where an entry of a list begins: at its dash; of a list in brackets, where the line does."""
    before = line[:column].rstrip()
    return len(before) - 1 if before.endswith("-") else len(line) - len(line.lstrip())


def _end(lines: Sequence[str], start: int, indent: int) -> int:
    """The number of the line behind the last one that belongs to the entry."""
    end = start + 1
    while end < len(lines) and (_says_nothing(lines[end]) or _depth(lines[end]) > indent):
        end += 1
    left = list(dropwhile(_says_nothing, reversed(lines[start + 1 : end])))
    return start + 1 + len(left)


def _depth(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _says_nothing(line: str) -> bool:
    text = line.strip()
    return not text or text.startswith("#")


def _spot(place: tuple[int, int] | None, start: int, indent: int) -> Spot:
    return Spot(place[0] - 1 - start, place[1] - 1 - indent) if place else Spot(0, 0)


def _within(spot: Spot, lines: Sequence[str]) -> Spot:
    """The spot; the first line for what stands elsewhere, as behind an alias."""
    return spot if 0 <= spot.line < len(lines) and spot.column >= 0 else Spot(0, 0)
