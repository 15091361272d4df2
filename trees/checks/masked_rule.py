"""Masked rule: it would fire, but for what earlier rules do."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.covering import covering
from ..checking.findings import RULE, Check, Finding, Place
from ..checking.masking import masking
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """Rules that fire in no session, only because earlier ones escalate, continue or use up their remedies.

    A rule that another one covers is reported as that (duplicate or subsumed) and not once more.
    """
    for rule in material.unfired:
        found = masking(material, rule)
        if found is None or covering(material, rule) is not None:
            continue
        yield Finding(
            "masked-rule",
            Place(RULE, rule),
            f"{rule} never fires, because of what comes first: {', '.join(found.rules)} (escalate, continue as another "
            "code, or use up its remedy)",
            "move it up, narrow the conditions of the rules that mask it, or remove it",
            found.code,
            found.session,
            about=found.rules,
        )


CHECK = Check("masked-rule", "No session fires the rule, because earlier rules always come first.", look)
