"""Stale answer: a rule concludes from an answer that a remedy may have changed since."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from engine.unfold import PROPOSE
from kb import words

from ..checking.findings import RULE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State, Ways, fires


def look(material: Material) -> Iterator[Finding]:
    """Rules that fire on an answer given before a remedy that changes it was tried."""
    reported: set[tuple[str, str, str]] = set()
    for code, ways in material.ways.items():
        numbers = {line.rule.id: number for number, line in enumerate(ways.plan.lines)}
        later = ways.ahead(partial(_firing, numbers))
        for state in ways.states:
            for target in [target for label, target in state.edges if label == words.NOT_FIXED]:
                for line, question in _resting(material, ways, state):
                    rule = ways.plan.lines[line].rule.id
                    found = (state.node.subject, rule, question)
                    if found in reported or not later[target] >> line & 1:
                        continue
                    reported.add(found)
                    rest = ways.shortest(partial(_fires, rule), start=target)
                    yield Finding(
                        "stale-answer",
                        Place(RULE, rule),
                        f"{rule} concludes from {question} as it was before {state.node.subject}, which changes it",
                        "ask about the new state with a question of its own, or place the rule before the remedy",
                        code,
                        (*ways.session(state.number), (state.node.subject, words.NOT_FIXED), *(rest or ())),
                        about=(state.node.subject, question),
                    )


def _firing(numbers: Mapping[str, int], state: State) -> int:
    """The bit of the rule that fires in this state."""
    return 1 << numbers[state.node.rule] if fires(state.node) else 0


def _fires(rule: str, state: State) -> bool:
    return fires(state.node) and state.node.rule == rule


def _resting(material: Material, ways: Ways, state: State) -> Iterator[tuple[int, str]]:
    """The lines that can still act and rest on a known answer that the remedy proposed here changes."""
    if state.node.kind != PROPOSE:
        return
    changed = material.kb.remedies[state.node.subject].changes
    for one in state.node.key or ():
        line = ways.plan.lines[one.line]
        if one.action and line.rule.id != state.node.rule:
            for question in changed:
                if question not in one.questions and any(c.subject == question for c in line.conditions):
                    yield one.line, question


CHECK = Check("stale-answer", "A rule concludes from an answer that a remedy has changed in the meantime.", look)
