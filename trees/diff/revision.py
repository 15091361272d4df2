"""A few sentences about what changed, for the revision history of a runbook."""

from __future__ import annotations

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


def revision(old: Reading, new: Reading) -> Revision:
    """What changed, in the words of the reader of the new one; texts that are gone in those of the old one."""
    difference = compare(old.kb, new.kb)
    teller = Teller(old, new)
    entries = tuple(Revised(codes, tuple(sentences)) for codes, sentences in teller.summary(difference))
    manifest = difference.new
    return Revision(difference.old.version, manifest.version, manifest.released, entries)
