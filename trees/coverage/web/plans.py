"""Codes and procedures: their numbers, and what stands in their plans, in order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from engine.coverage import CODE, DECISION, FALSE, RULE, TRUE, Item
from engine.decisions import Decision, Place
from kb import words
from kb.model import Code, Entry, Procedure, Rule, Use
from trees.reading import Reading
from trees.web.shell import Plain

from ..edges import Edges
from ..report import KINDS_OF, Count
from . import addresses
from .found import Found, counted


def plans_of(found: Found) -> dict[str, Plain]:
    """Every code and procedure, by its address."""
    kb, made = found.reading.kb, _Made(found)
    codes = {addresses.plan(kb, ident): made.plan(("codes", ident), code) for ident, code in kb.codes.items()}
    procedures = {
        addresses.plan(kb, ident): made.plan(("procedures", ident), procedure)
        for ident, procedure in kb.procedures.items()
    }
    return codes | procedures


def items_in(decision: Decision) -> Iterator[Item]:
    """What there is to cover of one decision."""
    if decision.rule:
        yield (RULE, decision.rule, "")
    yield (DECISION, decision.id, "")
    for condition in decision.conditions:
        yield (TRUE, decision.id, condition.subject)
        yield (FALSE, decision.id, condition.subject)


class _Made:
    def __init__(self, found: Found) -> None:
        self._found = found
        self._edges: Mapping[str, Edges] = {edges.code: edges for edges in found.report.edges}
        self._within: dict[Place, list[Decision]] = {}
        for decision in found.decisions.values():
            self._within.setdefault(decision.place[:2], []).append(decision)

    def plan(self, place: Place, thing: Code | Procedure) -> Plain:
        found, items = self._found, [item for one in self._within.get(place, ()) for item in items_in(one)]
        measures = {name: self._measure(name, items) for name in ("rules", "conditions", "decisions")}
        plain: dict[str, Plain] = {
            "name": _name(thing, found.reading),
            "title": _title(thing, found.reading),
            "parts": list(_parts(thing.plan, (*place, "plan"), found)),
        }
        if isinstance(thing, Procedure):
            return {**plain, "count": found.count(items), "measures": measures}
        entered: Item = (CODE, thing.id, "")
        edges = self._edges[thing.id]
        measures["edges"] = counted(Count(edges.covered, edges.total))
        return {
            **plain,
            "count": found.count([entered, *items]),
            "measures": measures,
            "entered": found.covered(entered),
        }

    def _measure(self, name: str, items: list[Item]) -> dict[str, Plain]:
        return self._found.count(item for item in items if item[0] in KINDS_OF[name])


def _name(thing: Code | Procedure, reading: Reading) -> str:
    return reading.say("Any other code") if thing.id == words.UNKNOWN_CODE else thing.id


def _title(thing: Code | Procedure, reading: Reading) -> str:
    if isinstance(thing, Procedure):
        return reading.texts(thing.title)
    return thing.message_de if reading.language == "de" else thing.message_en


def _parts(entries: tuple[Entry, ...], place: Place, found: Found) -> Iterator[Plain]:
    """The entries of a plan, in order: cards by their address, procedures that are used, and groups with their own."""
    for number, entry in enumerate(entries):
        here = (*place, number)
        if isinstance(entry, Rule):
            yield {"card": addresses.rule(entry.id)}
            continue
        guard = {"card": "/".join(map(str, here))} if entry.guard else {}
        if isinstance(entry, Use):
            yield {**guard, "use": addresses.plan(found.reading.kb, entry.procedure)}
        else:
            yield {**guard, "group": entry.id, "parts": list(_parts(entry.plan, (*here, "plan"), found))}
