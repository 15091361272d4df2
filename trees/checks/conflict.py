"""Conflict: two rules hold in one case, and their causes exclude each other."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import combinations

from engine.plan import Line
from engine.walks import Session
from kb.knowledge import KnowledgeBase
from kb.model import Continue

from ..checking.findings import RULE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State, Ways, fires


def look(material: Material) -> Iterator[Finding]:
    """Pairs of rules that one session satisfies both, though their causes are declared to exclude each other."""
    reported: set[tuple[str, str]] = set()
    for code, ways in material.ways.items():
        for first, second in _excluding(material.kb, ways.plan.lines):
            pair = (ways.plan.lines[first].rule.id, ways.plan.lines[second].rule.id)
            if pair not in reported and (session := _both(ways, first, second)) is not None:
                reported.add(pair)
                one, other = (_cause(ways.plan.lines[number]) for number in (first, second))
                yield Finding(
                    "conflict",
                    Place(RULE, pair[1]),
                    f"{pair[0]} and {pair[1]} hold in one session; their causes {one} and {other} exclude each other",
                    "add the condition that tells the two causes apart, or take the excludes back",
                    code,
                    session,
                    about=(pair[0],),
                )


def _excluding(kb: KnowledgeBase, lines: tuple[Line, ...]) -> Iterator[tuple[int, int]]:
    """Pairs of places in a plan whose causes exclude each other."""
    causes = [(number, cause) for number, line in enumerate(lines) if (cause := _cause(line))]
    for (first, one), (second, other) in combinations(causes, 2):
        if other in kb.causes[one].excludes or one in kb.causes[other].excludes:
            yield first, second


def _cause(line: Line) -> str:
    then = line.rule.then
    return "" if isinstance(then, Continue) else then.cause


def _both(ways: Ways, first: int, second: int) -> Session | None:
    """A session on which both lines are satisfied, one after the other or at once."""

    def satisfied(state: State) -> int:
        return int(_satisfied(ways, first, state)) | int(_satisfied(ways, second, state)) << 1

    marks = ways.ahead(satisfied)
    found = []
    for state in ways.states if marks[0] == 3 else ():
        here = satisfied(state)
        if here and marks[state.number] == 3:
            wanted = second if here == 1 else first
            rest = ways.shortest(partial(_satisfied, ways, wanted), start=state.number)
            if rest is not None:
                found.append((*ways.session(state.number), *rest))
    return min(found, key=len, default=None)


def _satisfied(ways: Ways, line: int, state: State) -> bool:
    """Whether this line is satisfied here and still has something to conclude: now, or when its turn comes."""
    if state.node.key is None:
        return fires(state.node) and state.node.rule == ways.plan.lines[line].rule.id
    return any(one.line == line and one.action and not one.open for one in state.node.key)


CHECK = Check("conflict", "Two rules hold in one session, and their causes exclude each other.", look)
