"""Which earlier rules keep a rule from ever firing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from engine.plan import Line, Plan
from engine.walks import Session
from kb.model import Treat

from .material import Material
from .ways import Ways


@dataclass(frozen=True, slots=True)
class Masking:
    """The smallest set of earlier rules without whose conclusions the rule fires; the session in which it would."""

    rules: tuple[str, ...]
    code: str
    session: Session


def masking(material: Material, rule: str) -> Masking | None:
    """What masks a rule that never fires: the smallest set over all codes, or None where nothing does.

    Earlier rules mask a rule when they escalate, continue as another code, or propose one of its remedies. Without
    their conclusions they still ask their questions, so nothing but what they do is taken away.
    """
    found = [one for code in material.lines[rule] if (one := _under(material, rule, code)) is not None]
    return min(found, key=lambda one: len(one.rules), default=None)


def _under(material: Material, rule: str, code: str) -> Masking | None:
    ways = material.ways.get(code)
    if ways is None or material.lines[rule][code].refused:
        return None
    lines = ways.plan.lines
    place = next(number for number, line in enumerate(lines) if line.rule.id == rule)
    suspects = [line.rule.id for line in lines[:place] if not line.refused and _masks(line, lines[place])]
    if _without(material, ways.plan, suspects, rule) is None:
        return None
    enough = _thinned(material, ways.plan, suspects, rule)
    for size in range(1, len(enough)):
        for some in combinations(suspects, size):
            session = _without(material, ways.plan, some, rule)
            if session is not None:
                return Masking(some, code, session)
    return Masking(tuple(enough), code, _without(material, ways.plan, enough, rule) or ())


def _masks(line: Line, masked: Line) -> bool:
    """Whether a rule could keep a later one from firing: it ends the case here, or proposes one of its remedies."""
    then = line.rule.then
    return not isinstance(then, Treat) or not set(then.remedies).isdisjoint(masked.remedies)


def _thinned(material: Material, plan: Plan, suspects: list[str], rule: str) -> list[str]:
    """A set of which none can be spared; not always a smallest one."""
    needed = list(suspects)
    for one in suspects:
        fewer = [other for other in needed if other != one]
        if _without(material, plan, fewer, rule) is not None:
            needed = fewer
    return needed


def _without(material: Material, plan: Plan, silent: Iterable[str], rule: str) -> Session | None:
    """A session that fires the rule when these rules only ask."""
    quiet = Plan(plan.code, tuple(_silenced(plan.lines, frozenset(silent))), plan.behind)
    ways = Ways(material.kb, quiet, material.impossible)
    return ways.session(ways.fired[rule]) if rule in ways.fired else None


def _silenced(lines: tuple[Line, ...], silent: frozenset[str]) -> Iterator[Line]:
    for line in lines:
        yield Line(line.rule, line.conditions, refused=True) if line.rule.id in silent else line
