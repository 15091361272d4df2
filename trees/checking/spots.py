"""What the place of a plan entry is called in findings."""

from __future__ import annotations

from kb.model import Entry, Group, Rule

from ..altering import Spot
from .findings import CODE, GROUP, PROCEDURE, RULE, Place


def place_at(spot: Spot, entry: Entry, subject: str = "") -> Place:
    """The place of an entry, or of its condition on a subject; the use of a procedure has no id of its own."""
    when = ("when", subject) if subject else ()
    if isinstance(entry, Rule):
        return Place(RULE, entry.id, when)
    if isinstance(entry, Group):
        return Place(GROUP, entry.id, when)
    path = tuple(step for number in spot.path for step in ("plan", number))
    return Place(CODE if spot.section == "codes" else PROCEDURE, spot.ident, (*path, *when))


def name_at(spot: Spot, entry: Entry) -> str:
    """What an entry is called in a sentence."""
    if isinstance(entry, Rule):
        return entry.id
    if isinstance(entry, Group):
        return f"the group {entry.id}"
    return f"the use of {entry.procedure} in {spot.ident}"
