"""Harm from unknown: something is changed on the strength of answers that nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from engine.plan import Line, accepted
from engine.unfold import ASK, PROPOSE
from engine.walks import Session
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Remedy

from ..checking.findings import RULE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State, Ways


def look(material: Material) -> Iterator[Finding]:
    """Rules that propose a changing remedy in a session where every answer they rest on is unknown."""
    reported: set[tuple[str, str]] = set()
    for code, ways in material.ways.items():
        for line in ways.plan.lines:
            for remedy in line.remedies:
                found = (line.rule.id, remedy)
                if found in reported or not changing(material.kb.remedies[remedy]):
                    continue
                session = _unknowing(material.kb, ways, line, remedy)
                if session is not None:
                    reported.add(found)
                    yield Finding(
                        "harm-from-unknown",
                        Place(RULE, line.rule.id),
                        f"{line.rule.id} proposes {remedy} ({material.kb.remedies[remedy].risk}) where all that it "
                        "rests on is unknown",
                        "take unknown out of its conditions; let unknown lead to a question or to a harmless test",
                        code,
                        session,
                        about=(remedy,),
                    )


def changing(remedy: Remedy) -> bool:
    """Whether a remedy is grave, or changes another machine than the one at hand."""
    elsewhere = any(step.where not in _OWN_PLACES and step.command for step in remedy.steps)
    return remedy.risk in words.GRAVE_RISKS or (remedy.risk != words.HARMLESS and elsewhere)


_OWN_PLACES = frozenset({"affected_machine", "admin_workstation", "licence_owner"})
"""Where a reversible step changes no machine but the one at hand."""


def _unknowing(kb: KnowledgeBase, ways: Ways, line: Line, remedy: str) -> Session | None:
    """A shortest session in which this line proposes the remedy and each of its questions is unknown."""
    subjects = {condition.subject for condition in line.conditions}
    place = ways.plan.lines.index(line)
    if line.refused or not all(accepted(condition, words.UNKNOWN) for condition in line.conditions):
        return None

    def unknown(state: State, label: str) -> bool:
        node = state.node
        if node.kind != ASK:
            return True
        open_ = {question for one in node.key or () if one.line == place for question in one.questions} & subjects
        follows = {e.question for e in kb.questions[node.subject].entails if e.value == label}
        return (node.subject not in subjects or label == words.UNKNOWN) and follows.isdisjoint(open_)

    def proposed(state: State) -> bool:
        node = state.node
        return node.kind == PROPOSE and node.rule == line.rule.id and node.subject == remedy

    return ways.shortest(proposed, unknown)


CHECK = Check("harm-from-unknown", "A changing remedy is proposed where all that it rests on is unknown.", look)
