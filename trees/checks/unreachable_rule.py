"""Unreachable rule: no session fires it, and no earlier rule is to blame."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import RULE, Check, Finding, Place
from ..checking.masking import masking
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Rules that fire in no session of any code, even if every earlier rule let the case pass."""
    for rule in material.unfired:
        if masking(material, rule) is None:
            codes = ", ".join(material.lines[rule])
            yield Finding(
                "unreachable-rule",
                Place(RULE, rule),
                f"{rule} never fires: its conditions cannot all hold under {codes}",
                "mend the condition that can never hold beside the others, or remove the rule",
                about=tuple(material.lines[rule]),
            )


CHECK = Check("unreachable-rule", "No session fires the rule: its conditions cannot all hold.", look)
