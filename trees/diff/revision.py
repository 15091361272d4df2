"""A few sentences about what changed, for the revision history of a runbook."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..reading import Reading
from .comparing import compare
from .sentences import Teller


@dataclass(frozen=True, slots=True)
class Revised:
    """What changed in these codes, one whole sentence each; no codes: in the knowledge as a whole."""

    codes: tuple[str, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """What changed from one version to the next, in one language.

    `old_version`, `new_version` and `released` (ISO date of the new one) as the knowledge bases say.
    """

    old_version: str
    new_version: str
    released: str
    entries: tuple[Revised, ...]


def revision(old: Reading, new: Reading, codes: Iterable[str] = ()) -> Revision:
    """What changed, in the words of the reader of the new one; texts that are gone in those of the old one.

    With `codes`, what changed only in others is left out.
    """
    difference = compare(old.kb, new.kb)
    entries = tuple(_of_these(frozenset(codes), Teller(old, new).summary(difference)))
    manifest = difference.new
    return Revision(difference.old.version, manifest.version, manifest.released, entries)


def _of_these(chosen: frozenset[str], told: Iterable[tuple[tuple[str, ...], list[str]]]) -> Iterator[Revised]:
    for codes, sentences in told:
        mine = tuple(code for code in codes if code in chosen) if chosen else codes
        if mine or not codes:
            yield Revised(mine, tuple(sentences))
