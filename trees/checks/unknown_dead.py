"""Unknown is dead: whoever knows nothing gets neither a harmless remedy nor a hint what to find out."""

from __future__ import annotations

from collections.abc import Iterator

from engine.unfold import ASK, CONTINUE, PROPOSE
from kb import words

from ..checking.findings import CODE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State


def look(material: Material) -> Iterator[Finding]:
    """Codes under which, with every answer unknown, nothing harmless is proposed and nothing is named to collect."""
    for code, ways in material.ways.items():
        if material.kb.codes[code].escalation.collect:
            continue
        way, state = [], ways.states[0]
        offered = False
        while state.edges:
            offered = offered or _harmless(material, state)
            label = words.UNKNOWN if state.node.kind == ASK else words.NOT_FIXED
            way.append((state.node.subject, label))
            state = ways.states[dict(state.edges)[label]]
        if not offered and state.node.kind != CONTINUE:
            yield Finding(
                "unknown-dead",
                Place(CODE, code, ("escalation",)),
                f"{code}: with every answer unknown, nothing harmless is proposed and nothing is named to collect",
                "add a harmless remedy for the case that nothing is known, or say what to collect before handing over",
                code,
                tuple(way),
            )


def _harmless(material: Material, state: State) -> bool:
    return state.node.kind == PROPOSE and material.kb.remedies[state.node.subject].risk == words.HARMLESS


CHECK = Check("unknown-dead", "With every answer unknown there is nothing harmless to do and nothing to collect.", look)
