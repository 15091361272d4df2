"""Unused question: no rule of any code asks it."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan import plan_of

from ..checking.findings import QUESTION, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Questions that are written and never used."""
    for ident in sorted(material.kb.questions.keys() - _used(material)):
        yield Finding(
            "unused-question",
            Place(QUESTION, ident),
            f"the question {ident} is never used: no rule of any code asks it",
            "use it in a rule, or remove it",
        )


def _used(material: Material) -> set[str]:
    """The questions of all plans, and those that tell from which lines of an output others are read."""
    used: set[str] = set()
    for code in material.kb.codes:
        used.update(plan_of(material.kb, code).questions)
    named = {question.read_from.product for ident in used if (question := material.kb.questions[ident]).read_from}
    return used | named


CHECK = Check("unused-question", "No rule of any code asks the question.", look)
