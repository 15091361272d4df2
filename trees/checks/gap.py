"""Gap: everything is answered, and still nothing is proposed."""

from __future__ import annotations

from collections.abc import Iterator

from engine.unfold import ASK, ESCALATE, PROPOSE
from kb import words

from ..checking.findings import CODE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State


def look(material: Material) -> Iterator[Finding]:
    """Codes with an end by exhaustion that is reached without any remedy proposed and without any answer unknown."""
    for code, ways in material.ways.items():
        session = ways.shortest(_exhausted, _definite)
        if session is not None:
            yield Finding(
                "gap",
                Place(CODE, code, ("plan",)),
                f"{code}: every question is answered, and the plan ends without any remedy or a rule that hands over",
                "add the rule for this case, or one that hands it over to somebody who can act",
                code,
                session,
            )


def _exhausted(state: State) -> bool:
    return state.node.kind == ESCALATE and not state.node.rule


def _definite(state: State, label: str) -> bool:
    return state.node.kind != PROPOSE and not (state.node.kind == ASK and label == words.UNKNOWN)


CHECK = Check("gap", "Every question is answered, and no remedy is proposed.", look)
