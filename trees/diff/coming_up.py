"""Where a changed thing comes up: the codes, and a shortest session that comes to it."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import replace

from engine.unfold import ASK, ESCALATE, PROPOSE
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Entry, Use

from .changes import Example, Session, ThingChange
from .details import entries_of
from .side import Place, Side, identity_of


def with_codes(sides: Mapping[str, Side], things: list[ThingChange]) -> list[ThingChange]:
    """The changed things with the codes in which they can come up, and examples for what is done otherwise."""
    used = {code: _used(side) for code, side in sides.items()}
    wanted = {(thing.kind, thing.id) for thing in things if thing.acts and thing.kind in (ASK, PROPOSE)}
    examples = _shortest(sides, used, wanted)
    placed = [
        replace(
            thing,
            codes=tuple(sorted(code for code in sides if (thing.kind, thing.id) in used[code])),
            example=examples.get((thing.kind, thing.id)) if thing.acts else None,
        )
        for thing in things
    ]
    return sorted(placed, key=lambda thing: (-len(thing.codes), thing.codes))


def _used(side: Side) -> frozenset[tuple[str, str]]:
    """Everything that can come up under a code, as (kind, id)."""
    kb, code = side.kb, side.code
    nodes = side.begun.graph.graph.nodes
    found = {("code", code), *_entries(kb, code, kb.codes[code].plan)}
    for node in nodes:
        found |= {(node.kind, node.subject), ("rule", node.rule), ("cause", node.cause)}
        if node.kind == ESCALATE:
            found |= {("owner", owner) for owner in node.subject.split(", ")}
        elif node.kind == ASK and (threshold := kb.questions[node.subject].threshold):
            found.add(("measure", threshold.measure))
    return frozenset(found)


def _entries(kb: KnowledgeBase, owner: str, plan: tuple[Entry, ...]) -> Iterator[tuple[str, str]]:
    """The guards and procedures of a plan, and those within."""
    for kind, ident, entry in entries_of(owner, plan):
        if kind == "guard":
            yield kind, ident
        if isinstance(entry, Use):
            yield "procedure", entry.procedure
            yield from _entries(kb, entry.procedure, kb.procedures[entry.procedure].plan)


def _shortest(
    sides: Mapping[str, Side], used: Mapping[str, frozenset[tuple[str, str]]], wanted: set[tuple[str, str]]
) -> dict[tuple[str, str], Example]:
    """For each question or remedy wanted, a shortest session of any of the codes that comes to it."""
    found: dict[tuple[str, str], Example] = {}
    for code, things in used.items():
        for thing, example in _ways_to(sides[code], wanted & things):
            if thing not in found or len(example.session) < len(found[thing].session):
                found[thing] = example
    return found


def _ways_to(side: Side, wanted: set[tuple[str, str]]) -> Iterator[tuple[tuple[str, str], Example]]:
    """A shortest session to each of these steps."""
    left = set(wanted)
    todo: deque[tuple[Place, Session]] = deque([(side.begun, ())])
    seen: set[object] = set()
    while todo and left:
        place, session = todo.popleft()
        barred = frozenset(answer for answer in place.barred if (ASK, answer[0]) in place.ahead)
        if (place.identity, barred) in seen or not place.stand.goes_on:
            continue
        seen.add((place.identity, barred))
        stand = place.stand
        if identity_of(stand) in left:
            left.discard(identity_of(stand))
            yield identity_of(stand), Example(side.code, session, stand, stand)
        for answer in side.answers(place) if stand.kind == ASK else (words.NOT_FIXED,):
            further = side.told(place, stand.subject, answer)
            if further is not None:
                todo.append((further, (*session, (stand.subject, answer))))
