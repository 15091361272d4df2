"""Which earlier rule already concludes all that a rule concludes."""

from __future__ import annotations

from dataclasses import dataclass

from engine.plan import Line
from kb import words
from kb.model import Conclusion, Condition, Treat

from .material import Material


@dataclass(frozen=True, slots=True)
class Covering:
    """An earlier rule that covers another one; `same`: the other covers it, too."""

    rule: str
    same: bool


def covering(material: Material, rule: str) -> Covering | None:
    """The first rule that stands before this one in every code that uses it, and covers it in each of them.

    A rule covers another one when it holds whenever the other holds, and its conclusion holds all of the other's.
    """
    found: dict[str, bool] | None = None
    for code, line in material.lines[rule].items():
        here: dict[str, bool] = {}
        for other in material.plans[code]:
            if other.rule.id == rule:
                break
            if covers(other, line, code):
                here[other.rule.id] = covers(line, other, code)
        found = here if found is None else {key: both and here[key] for key, both in found.items() if key in here}
    return next((Covering(key, same) for key, same in (found or {}).items()), None)


def covers(general: Line, special: Line, code: str) -> bool:
    """Whether under a code one line holds whenever the other holds, and concludes at least the same."""
    if general.refused or special.refused:
        return False
    mine, other = narrowed(general.conditions, code), narrowed(special.conditions, code)
    if not all(other.values()):  # a rule that can never hold is unreachable, and covered by none
        return False
    weaker = all(subject in other and _within(other[subject], accepts) for subject, accepts in mine.items())
    return weaker and _concludes(general.rule.then, special.rule.then)


def narrowed(conditions: tuple[Condition, ...], code: str) -> dict[str, frozenset[str]]:
    """For each question, the values that all its conditions accept; the current code itself is no answer."""
    found: dict[str, frozenset[str]] = {}
    for condition in conditions:
        accepts = frozenset(condition.accepts) - {code}
        if words.ANY_CODE in accepts:  # any code at all: the codes named beside it say nothing more
            accepts = frozenset(value for value in accepts if not value.startswith("0x"))
        before = found.get(condition.subject)
        found[condition.subject] = accepts if before is None else _both(before, accepts)
    return found


def _within(special: frozenset[str], general: frozenset[str]) -> bool:
    return all(value in general or (value.startswith("0x") and words.ANY_CODE in general) for value in special)


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    """What both sets accept; a code is among those that "code" stands for."""
    codes = {v for v in one | other if v.startswith("0x") and all(v in s or words.ANY_CODE in s for s in (one, other))}
    return frozenset((one & other) | codes)


def _concludes(general: Conclusion, special: Conclusion) -> bool:
    if isinstance(general, Treat) and isinstance(special, Treat):
        return general.cause == special.cause and set(special.remedies) <= set(general.remedies)
    return general == special
