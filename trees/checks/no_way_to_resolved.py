"""No way to resolved: no session of a code can end with the case resolved."""

from __future__ import annotations

from collections.abc import Iterator

from engine.unfold import CONTINUE, RESOLVED
from kb import words

from ..checking.findings import CODE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import Ways


def look(material: Material) -> Iterator[Finding]:
    """Codes under which nothing is ever proposed, nor under any code that they lead to."""
    helped = _helped(material)
    for code in material.ways:
        if code not in helped:
            yield Finding(
                "no-way-to-resolved",
                Place(CODE, code, ("plan",)),
                f"{code}: no session can end resolved, as no remedy is ever proposed",
                "add a rule with a remedy, or one that continues as a code that has some",
                code,
            )


def _helped(material: Material) -> set[str]:
    """The codes with a way to resolved; a code too large to be looked at counts as one."""
    helped = set(material.too_large)
    while True:
        more = {code for code, ways in material.ways.items() if code not in helped and _leads(material, ways, helped)}
        if not more:
            return helped
        helped |= more


def _leads(material: Material, ways: Ways, helped: set[str]) -> bool:
    for state in ways.states:
        if state.node.kind == RESOLVED:
            return True
        if state.node.kind == CONTINUE and state.node.rule:
            target = state.node.subject
            codes = _any_other(material, ways) if target == words.ANY_CODE else {target}
            if any((code if code in material.kb.codes else words.UNKNOWN_CODE) in helped for code in codes):
                return True
    return False


def _any_other(material: Material, ways: Ways) -> set[str]:
    """The codes that an answer "another code" may stand for: those that the plan does not name."""
    named = {value for line in ways.plan.lines for condition in line.conditions for value in condition.accepts}
    return set(material.kb.codes) - named


CHECK = Check("no-way-to-resolved", "No session of the code can end with the case resolved.", look)
