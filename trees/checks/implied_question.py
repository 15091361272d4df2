"""Implied question: by then only one answer is possible."""

from __future__ import annotations

from collections.abc import Iterator

from engine.unfold import ASK
from kb import words

from ..checking.findings import QUESTION, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Questions that are asked where every answer but one would contradict what is known."""
    reported: set[str] = set()
    for code, ways in material.ways.items():
        for state in ways.states:
            if state.node.kind != ASK or state.node.subject in reported:
                continue
            possible = {label for label, _ in state.edges if label != words.UNKNOWN}
            if len(possible) == 1:
                reported.add(state.node.subject)
                (only,) = possible
                yield Finding(
                    "implied-question",
                    Place(QUESTION, state.node.subject),
                    f"{state.node.subject} is asked by {state.node.rule}, and only {only} is possible there",
                    f"declare that {state.node.subject}: {only} follows (implies), or ask the question earlier",
                    code,
                    ways.session(state.number),
                )


CHECK = Check("implied-question", "A question is asked where only one answer is possible.", look)
