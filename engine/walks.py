"""Sessions as walks through a code's graph, from a case with nothing known."""

from __future__ import annotations

from collections import deque

from kb import words
from kb.knowledge import KnowledgeBase

from .unfold import ASK, PROPOSE, FlatGraph, Node

MOST_STEPS = 80
"""No session under one code may take more steps than this."""

Session = tuple[tuple[str, str], ...]
"""A session as the answers and outcomes given: (question or remedy, value)."""


def definite_sessions(kb: KnowledgeBase, graph: FlatGraph) -> dict[str, Session]:
    """For each cause, a shortest session that proposes one of its remedies, with no unknown and no contradiction.

    Contradictions can arise only where an answer rules out a later one that would entail the opposite, so only such
    answers are carried along, and only while the later question can still come up.
    """
    found: dict[str, Session] = {}
    forbids = _forbidden(kb, graph)
    ahead = _questions_ahead(graph)
    start: _Position = (0, frozenset())
    before: dict[_Position, tuple[_Position, tuple[str, str]]] = {}
    queue = deque([start])
    seen = {start}
    while queue:
        position = queue.popleft()
        number, barred = position
        node = graph.nodes[number]
        if node.kind == PROPOSE and node.cause not in found:
            found[node.cause] = _way_to(position, before)
        for label, target in _definite(node):
            if (node.subject, label) in barred:
                continue
            now = barred | forbids.get((node.subject, label), frozenset())
            after = target, frozenset(answer for answer in now if answer[0] in ahead[target])
            if after not in seen:
                seen.add(after)
                before[after] = (position, (node.subject, label))
                queue.append(after)
    return found


_Position = tuple[int, frozenset[tuple[str, str]]]
"""A node, and the answers that would contradict what was said on the way to it."""


def _forbidden(kb: KnowledgeBase, graph: FlatGraph) -> dict[tuple[str, str], frozenset[tuple[str, str]]]:
    """For each answer, the answers that would entail its opposite."""
    asked = {node.subject for node in graph.nodes if node.kind == ASK}
    forbids: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for ident in asked:
        for follows in kb.questions[ident].follows:
            if follows.question in asked:
                for value in kb.questions[ident].answers:
                    if value not in (follows.then, words.UNKNOWN):
                        forbids.setdefault((ident, value), set()).add((follows.question, follows.value))
    return {answer: frozenset(others) for answer, others in forbids.items()}


def _questions_ahead(graph: FlatGraph) -> list[frozenset[str]]:
    """For each node, the questions that can come up from it on."""
    ahead: list[frozenset[str]] = [frozenset()] * len(graph.nodes)
    for number in graph.backwards():
        node = graph.nodes[number]
        mine = frozenset({node.subject}) if node.kind == ASK else frozenset()
        ahead[number] = mine.union(*(ahead[target] for _, target in node.edges))
    return ahead


def _definite(node: Node) -> list[tuple[str, int]]:
    if node.kind == PROPOSE:
        return [edge for edge in node.edges if edge[0] == words.NOT_FIXED]
    return [edge for edge in node.edges if edge[0] != words.UNKNOWN]


def _way_to(position: _Position, before: dict[_Position, tuple[_Position, tuple[str, str]]]) -> Session:
    way: list[tuple[str, str]] = []
    while position in before:
        position, step = before[position]
        way.append(step)
    return tuple(reversed(way))
