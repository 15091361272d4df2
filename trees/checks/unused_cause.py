"""Unused cause: no rule of any code concludes it."""

from __future__ import annotations

from collections.abc import Iterator

from kb.model import Continue

from ..checking.findings import CAUSE, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Causes that are written and never used."""
    for ident in sorted(material.kb.causes.keys() - _used(material)):
        yield Finding(
            "unused-cause",
            Place(CAUSE, ident),
            f"the cause {ident} is never used: no rule of any code concludes it",
            "use it in a rule, or remove it",
        )


def _used(material: Material) -> set[str]:
    conclusions = [material.rules[rule].then for rule in material.lines]
    return {then.cause for then in conclusions if not isinstance(then, Continue)}


CHECK = Check("unused-cause", "No rule of any code concludes the cause.", look)
