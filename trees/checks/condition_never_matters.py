"""Condition that never matters: without it every session goes the same way."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from engine.plan import plan_of
from engine.unfold import ASK, Node, PlanTooLargeError, Unfolder
from engine.walks import Session
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Continue, Entry, Rule

from ..altering import Spot, conditions_of, entries_of, with_conditions, with_entries
from ..checking.findings import Check, Finding
from ..checking.material import Material
from ..checking.spots import name_at, place_at
from ..checking.ways import State, Ways
from ..minimal import Begin, difference


def look(material: Material) -> Iterator[Finding]:
    """Conditions of rules and guards without which no session of any code that has them is different."""
    for spot, entry in entries_of(material.kb):
        codes = _codes(material, spot)
        conditions = conditions_of(entry)
        for number, condition in enumerate(conditions if codes else ()):
            if _names_code(entry, condition):
                continue
            fewer = with_conditions(entry, (*conditions[:number], *conditions[number + 1 :]))
            altered = with_entries(material.kb, spot, (fewer,))
            if not any(matters(material, altered, code, condition) for code in codes):
                yield _finding(spot, entry, condition)


def _names_code(entry: Entry, condition: Condition) -> bool:
    """Whether a rule continues as the code that this condition asks for; without it there would be none."""
    then = entry.then if isinstance(entry, Rule) else None
    return isinstance(then, Continue) and then.answer_of == condition.subject


def _codes(material: Material, spot: Spot) -> list[str]:
    """The codes whose plans have this entry, the smallest first: where it matters, one code is enough to see it."""
    used = [spot.ident] if spot.section == "codes" else material.users.get(spot.ident, ())
    if any(code in material.too_large for code in used):
        return []
    return sorted(used, key=lambda code: len(material.ways[code].states))


_LATE = 2
"""How many late states to try before the whole plan is unfolded."""


def matters(material: Material, altered: KnowledgeBase, code: str, condition: Condition) -> bool:
    """Whether a session of this code goes another way where only this condition is altered.

    Most conditions are seen to matter in what follows a state that asks their question. The later that is, the less
    there is to unfold, so the latest such states are tried first.
    """
    ways = material.ways[code]
    unfolder = Unfolder(altered, plan_of(altered, code), ways.unfolder)
    ahead = _Ahead(ways.unfolder, unfolder)
    try:
        for state in islice(_asking(ways, condition), _LATE):
            given = ways.session(state.number)
            graph = unfolder.growing(*_known(material, given))
            begin = Begin(state.node.number, _barred(material, given))
            if difference(ways.graph, graph, material.impossible, begin, ahead):
                return True
        return difference(ways.graph, unfolder.growing(), material.impossible, ahead=ahead) is not None
    except PlanTooLargeError:
        return True


class _Ahead:
    """How many lines have their turn before one that was altered; None where the same is left of those on both sides.

    What is left of any other line depends on what is known alone, and that is the same on both sides.
    """

    def __init__(self, one: Unfolder, other: Unfolder) -> None:
        self._one, self._other = one, other
        lines = zip(one.plan.lines, other.plan.lines, strict=True)
        self._altered = frozenset(number for number, (left, right) in enumerate(lines) if left != right)

    def __call__(self, one: Node, other: Node) -> int | None:
        """How far these nodes are from a difference; ends are to be looked at."""
        if one.key is None or other.key is None:
            return 0
        left, right = self._altered_in(one, self._one), self._altered_in(other, self._other)
        if [what for _, what in left] == [what for _, what in right]:
            return None
        return min(turn for turn, _ in (*left, *right))

    def _altered_in(self, node: Node, unfolder: Unfolder) -> list[tuple[int, object]]:
        """What is left of the altered lines, each with the number of lines before it."""
        return [
            (turn, (one.line, unfolder.open_in(one), one.remedies, one.action, one.target))
            for turn, one in enumerate(node.key or ())
            if one.line in self._altered
        ]


def _asking(ways: Ways, condition: Condition) -> Iterator[State]:
    """The states that ask the question of a condition while a rule still has it open, those nearest to an end first."""
    longest = ways.longest
    lines = {number for number, line in enumerate(ways.plan.lines) if condition in line.conditions}
    for state in sorted(ways.states, key=lambda state: longest[state.node.number]):
        node = state.node
        if node.kind != ASK or node.subject != condition.subject:
            continue
        if any(one.line in lines and one.action and node.subject in one.questions for one in node.key or ()):
            yield state


def _known(material: Material, given: Session) -> tuple[dict[str, str | int], dict[str, str]]:
    """The values and outcomes that are known after a session."""
    values: dict[str, str | int] = {}
    outcomes: dict[str, str] = {}
    for subject, value in given:
        if subject in material.kb.remedies:
            outcomes[subject] = value
            continue
        values[subject] = value
        for entails in material.kb.questions[subject].entails:
            if entails.value == value:
                values.setdefault(entails.question, entails.then)  # what is known already stays, be it unknown
    return values, outcomes


def _barred(material: Material, given: Session) -> frozenset[tuple[str, str]]:
    """The answers that are impossible after a session."""
    return frozenset(answer for told in given for answer in material.impossible.get(told, ()))


def _finding(spot: Spot, entry: Entry, condition: Condition) -> Finding:
    name = name_at(spot, entry)
    text = f"the condition on {condition.subject} in {name} changes nothing: every session goes the same way without it"
    place = place_at(spot, entry, condition.subject)
    return Finding("condition-never-matters", place, text, "remove the condition, or mend what makes it idle")


CHECK = Check("condition-never-matters", "Without the condition every session goes the same way.", look)
