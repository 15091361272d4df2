"""Pointless question: nothing that can still happen depends on its answer."""

from __future__ import annotations

from collections.abc import Iterator

from engine.unfold import ASK

from ..checking.findings import RULE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State


def look(material: Material) -> Iterator[Finding]:
    """Questions that a rule asks though it can do nothing any more, and no other rule that can needs the answer."""
    reported: set[tuple[str, str]] = set()
    for code, ways in material.ways.items():
        for state in ways.states:
            asked = (state.node.rule, state.node.subject)
            if asked not in reported and pointless(state):
                reported.add(asked)
                yield Finding(
                    "pointless-question",
                    Place(RULE, state.node.rule),
                    f"{state.node.rule} asks {state.node.subject}, and no rule that can still act needs the answer",
                    "put the condition that has failed by then before this question, in the rule or in a guard",
                    code,
                    ways.session(state.number),
                    about=(state.node.subject,),
                )


def pointless(state: State) -> bool:
    """Whether a question is asked here that only rules wait for which are refused or spent."""
    if state.node.kind != ASK:
        return False
    return not any(one.action and state.node.subject in one.questions for one in state.node.key or ())


CHECK = Check("pointless-question", "A question is asked although no rule that can still act needs the answer.", look)
