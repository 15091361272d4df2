"""Cause unreached: a cause that no session of definite answers finds."""

from __future__ import annotations

from collections.abc import Iterator

from engine.unfold import ASK, PROPOSE
from kb import words
from kb.model import Treat

from ..checking.findings import CODE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State, Ways


def look(material: Material) -> Iterator[Finding]:
    """Causes that a code can treat, and that only answers of unknown lead to."""
    for code, ways in material.ways.items():
        reached = _reached(ways)
        causes = [
            line.rule.then.cause for line in ways.plan.lines if isinstance(line.rule.then, Treat) and not line.refused
        ]
        for cause in dict.fromkeys(causes):
            if cause not in reached:
                yield Finding(
                    "cause-unreached",
                    Place(CODE, code, ("plan",)),
                    f"{code}: no session with definite answers reaches the cause {cause} and proposes its remedy",
                    "change the order or the conditions of the rules, or remove the rule",
                    code,
                    about=(cause,),
                )


def _reached(ways: Ways) -> set[str]:
    """The causes whose remedies are proposed in sessions without any unknown."""
    seen = {0}
    todo = [ways.states[0]]
    causes: set[str] = set()
    while todo:
        state = todo.pop()
        if state.node.kind == PROPOSE:
            causes.add(state.node.cause)
        for label, target in state.edges:
            if target not in seen and _definite(state, label):
                seen.add(target)
                todo.append(ways.states[target])
    return causes


def _definite(state: State, label: str) -> bool:
    return not (state.node.kind == ASK and label == words.UNKNOWN)


CHECK = Check("cause-unreached", "No session with definite answers finds the cause.", look)
