"""The same knowledge with one plan entry written otherwise: what checks and mutations try out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from msgspec.structs import replace

from kb.knowledge import KnowledgeBase
from kb.model import Code, Condition, Entry, Group, Procedure, Rule, Use


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """Where a plan entry stands: in the plan of a code or procedure, and there the positions from the outside in."""

    section: str
    ident: str
    path: tuple[int, ...]


def entries_of(kb: KnowledgeBase) -> Iterator[tuple[Spot, Entry]]:
    """Every plan entry that is written, groups before what stands in them."""
    for section, things in _sections(kb).items():
        for ident, thing in things.items():
            for path, entry in _inside(thing.plan, ()):
                yield Spot(section, ident, path), entry


def _inside(plan: tuple[Entry, ...], path: tuple[int, ...]) -> Iterator[tuple[tuple[int, ...], Entry]]:
    for number, entry in enumerate(plan):
        yield (*path, number), entry
        if isinstance(entry, Group):
            yield from _inside(entry.plan, (*path, number))


def conditions_of(entry: Entry) -> tuple[Condition, ...]:
    """The conditions written at an entry itself: a rule's own, or those of a guard."""
    return entry.when if isinstance(entry, Rule) else entry.guard


def with_conditions(entry: Entry, conditions: tuple[Condition, ...]) -> Entry:
    """The entry with other conditions."""
    if isinstance(entry, Rule):
        return replace(entry, when=conditions)
    return replace(entry, guard=conditions)


def with_entries(kb: KnowledgeBase, spot: Spot, entries: tuple[Entry, ...]) -> KnowledgeBase:
    """The knowledge base with these entries in place of the one that stands at this spot."""
    sections = _sections(kb)
    thing = sections[spot.section][spot.ident]
    altered = {**sections[spot.section], spot.ident: replace(thing, plan=_placed(thing.plan, spot.path, entries))}
    return KnowledgeBase(
        kb.manifest,
        {
            "sources": kb.sources,
            "owners": kb.owners,
            "measures": kb.measures,
            "questions": kb.questions,
            "causes": kb.causes,
            "remedies": kb.remedies,
            **sections,
            spot.section: altered,
        },
    )


def _placed(plan: tuple[Entry, ...], path: tuple[int, ...], entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    first, rest = path[0], path[1:]
    if not rest:
        return (*plan[:first], *entries, *plan[first + 1 :])
    group = plan[first]
    assert isinstance(group, Group), "only groups hold entries"
    return (*plan[:first], replace(group, plan=_placed(group.plan, rest, entries)), *plan[first + 1 :])


def _sections(kb: KnowledgeBase) -> dict[str, Mapping[str, Code] | Mapping[str, Procedure]]:
    return {"procedures": kb.procedures, "codes": kb.codes}


def procedures_in(kb: KnowledgeBase, plan: tuple[Entry, ...]) -> frozenset[str]:
    """The procedures that a plan uses, directly or through others."""
    found: set[str] = set()
    for entry in plan:
        if isinstance(entry, Use):
            found |= {entry.procedure} | procedures_in(kb, kb.procedures[entry.procedure].plan)
        elif isinstance(entry, Group):
            found |= procedures_in(kb, entry.plan)
    return frozenset(found)
