"""What every walk through a code's graph must satisfy, exhaustively, from a case with nothing known.

A finding names the code, what is wrong, and the shortest session that shows it where there is one.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Treat

from .plan import Plan, plan_of
from .unfold import ASK, CONTINUE, PROPOSE, FlatGraph, Node, Unfolder

MOST_STEPS = 80
"""No session under one code may take more steps than this."""

Session = tuple[tuple[str, str], ...]
"""A session as the answers and outcomes given: (question or remedy, value)."""


@dataclass(frozen=True)
class Finding:
    """Something wrong with a code's plan. `slug` is its heading in the manual."""

    slug: str
    code: str
    subject: str
    text: str
    session: Session = ()


@dataclass(frozen=True)
class Measured:
    """The figures of one code's graph."""

    code: str
    nodes: int
    edges: int
    longest: int
    causes: int


def examine(kb: KnowledgeBase, code_id: str) -> tuple[Measured, list[Finding]]:
    """The figures of a code and all findings about its walks.

    Raises `PlanTooLargeError`.
    """
    plan = plan_of(kb, code_id)
    graph = Unfolder(kb, plan).unfold()
    longest = graph.longest()[0]
    causes = _causes(plan)
    measured = Measured(code_id, len(graph.nodes), sum(len(node.edges) for node in graph.nodes), longest, len(causes))
    findings = [
        *_too_long(graph, longest),
        *_asked_twice(graph),
        *_unreached(kb, graph, causes),
        *_blind(kb, graph),
    ]
    return measured, findings


def _causes(plan: Plan) -> dict[str, tuple[str, ...]]:
    """Each cause the plan can treat, and the remedies its rules propose."""
    causes: dict[str, tuple[str, ...]] = {}
    for line in plan.lines:
        if isinstance(line.rule.then, Treat) and not line.refused:
            causes[line.rule.then.cause] = (*causes.get(line.rule.then.cause, ()), *line.remedies)
    return causes


def _too_long(graph: FlatGraph, longest: int) -> Iterator[Finding]:
    if longest > MOST_STEPS:
        text = f"a session can take {longest} steps; at most {MOST_STEPS} are allowed"
        yield Finding("walk-too-long", graph.code, graph.code, text)


def _asked_twice(graph: FlatGraph) -> Iterator[Finding]:
    """Questions that a walk can meet a second time: nodes from which a node with the same question is reachable."""
    bits: dict[str, int] = {}
    ahead = [0] * len(graph.nodes)
    for number in graph.backwards():
        node = graph.nodes[number]
        later = 0
        for _, target in node.edges:
            later |= ahead[target]
        mine = 1 << bits.setdefault(f"{node.kind} {node.subject}", len(bits)) if node.kind in (ASK, PROPOSE) else 0
        if mine & later:
            text = f"{node.kind} {node.subject} can come up twice in one session"
            yield Finding("asked-twice", graph.code, node.subject, text)
        ahead[number] = mine | later


def _unreached(kb: KnowledgeBase, graph: FlatGraph, causes: dict[str, tuple[str, ...]]) -> Iterator[Finding]:
    """Causes that no session of definite, consistent answers reaches."""
    reached = definite_sessions(kb, graph)
    for cause in causes:
        if cause not in reached:
            text = f"no session with definite answers reaches the cause {cause} and proposes its remedy"
            yield Finding("cause-unreached", graph.code, cause, text)


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


def _blind(kb: KnowledgeBase, graph: FlatGraph) -> Iterator[Finding]:
    """With everything unknown: something harmless is proposed or there is something to find out, and nothing harms."""
    way: list[tuple[str, str]] = []
    node = graph.nodes[0]
    offered = False
    asked = False
    while node.edges:
        if node.kind == PROPOSE:
            remedy = kb.remedies[node.subject]
            offered = offered or remedy.risk == words.HARMLESS
            elsewhere = any(step.where not in _OWN_PLACES and step.command for step in remedy.steps)
            if remedy.risk in words.GRAVE_RISKS or (remedy.risk != words.HARMLESS and elsewhere):
                text = f"with everything unknown, {remedy.id} ({remedy.risk}) is proposed by {node.rule}"
                yield Finding("harm-from-unknown", graph.code, node.rule, text, tuple(way))
        asked = asked or node.kind == ASK
        label = words.UNKNOWN if node.kind == ASK else words.NOT_FIXED
        way.append((node.subject, label))
        node = graph.nodes[dict(node.edges)[label]]
    collects = node.kind == CONTINUE or bool(asked)
    if not offered and not collects:
        text = "with everything unknown, nothing harmless is proposed and nothing is named to find out"
        yield Finding("unknown-dead", graph.code, graph.code, text, tuple(way))


_OWN_PLACES = frozenset({"affected_machine", "admin_workstation", "licence_owner"})
"""Where a reversible step changes no machine but the one at hand."""
