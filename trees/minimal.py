"""The minimal graph of a plan: the flat graph without anything that a case cannot tell apart.

Two nodes of a flat graph are alike when they show the same step and each answer or outcome leads to nodes that are
alike. The minimal graph has one node for each class of such nodes (the bisimulation quotient; flat graphs have no
circles, so classes are found from the ends backwards). It says all that can be seen of a plan from outside, and
nothing of how its rules are written: two plans with equal minimal graphs cannot be told apart by any session.

A step is what is asked, proposed or concluded: its kind, the question, remedy, code or owner, the cause and the
reason; the end of an exhausted plan differs from an escalation by a rule. Which rule a step comes from, and why it is
asked, is not part of it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from heapq import heappop, heappush

from engine.unfold import ANOTHER_CODE, ASK, CONTINUE, ESCALATE, FlatGraph, GrowingGraph, Node
from engine.walks import Session

Step = tuple[str, str, str, str]
"""What is seen of a node: kind, subject, cause, reason."""
Answer = tuple[str, str]
_NONE: frozenset[Answer] = frozenset()


@dataclass(frozen=True, slots=True)
class MinimalNode:
    """One class of nodes: its step, and for each answer or outcome, sorted, the number of the class it leads to."""

    step: Step
    edges: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class MinimalGraph:
    """Nodes in the order in which a walk from the start (number 0) first meets them: equal graphs are equal data."""

    nodes: tuple[MinimalNode, ...]


def step_of(node: Node) -> Step:
    """What can be seen of a node from outside."""
    exhausted = node.kind == ESCALATE and not node.rule  # its reason depends on the outcomes on the way there
    return node.kind, node.subject, node.cause, "" if exhausted else node.reason


def minimal(graph: FlatGraph) -> MinimalGraph:
    """The minimal graph of a flat graph."""
    classes: dict[tuple[Step, tuple[tuple[str, int], ...]], int] = {}
    of: list[int] = [0] * len(graph.nodes)
    for number in graph.backwards():
        node = graph.nodes[number]
        edges = {label: of[target] for label, target in node.edges}
        other = edges.get(ANOTHER_CODE, -1)  # a code that leads where any code leads is not named
        kept = sorted((label, target) for label, target in edges.items() if not (_code(label) and target == other))
        of[number] = classes.setdefault((step_of(node), tuple(kept)), len(classes))
    return _renumbered(list(classes), of[0])


def _renumbered(classes: list[tuple[Step, tuple[tuple[str, int], ...]]], start: int) -> MinimalGraph:
    numbers = {start: 0}
    queue = deque([start])
    met: list[int] = []
    while queue:
        current = queue.popleft()
        met.append(current)
        for _, target in classes[current][1]:
            if target not in numbers:
                numbers[target] = len(numbers)
                queue.append(target)
    return MinimalGraph(
        tuple(
            MinimalNode(classes[one][0], tuple((label, numbers[target]) for label, target in classes[one][1]))
            for one in met
        )
    )


@dataclass(frozen=True, slots=True)
class Begin:
    """Where a comparison begins: the node of the first graph, and the answers that are impossible there."""

    node: int = 0
    barred: frozenset[Answer] = _NONE


def _anywhere(_one: Node, _other: Node) -> int:
    return 0


def difference(
    one: FlatGraph,
    other: FlatGraph | GrowingGraph,
    impossible: Mapping[Answer, frozenset[Answer]] | None = None,
    begin: Begin = Begin(),
    ahead: Callable[[Node, Node], int | None] = _anywhere,
) -> Session | None:
    """A shortest session that tells two flat graphs apart: after it they show different steps. None: there is none.

    `impossible`: for each answer, the answers that contradict it; a session holds no two of these. Without it every
    way counts, and there is a difference exactly where the minimal graphs differ. `begin`: where in the first graph,
    if the second one begins in the middle, too. `ahead`: how far two nodes seem to be from a difference, None where
    they are known to lead to none. The nearest are looked at first; the session is then not always a shortest one.

    Raises `PlanTooLargeError` where a growing graph does.
    """
    first = _Pair(begin.node, 0, begin.barred)
    before: dict[_Pair, tuple[_Pair, Answer]] = {}
    queue = [(0, 0, first)]
    seen = {first}
    while queue:
        _, _, pair = heappop(queue)
        left, right = one.nodes[pair.one], other.nodes[pair.other]
        if not _alike(left, right, pair.named):
            return _way(pair, before)
        for label, target, opposite in _steps(one.node(pair.one), other.node(pair.other)):
            answer = (left.subject, label)
            far = None if answer in pair.barred else ahead(one.nodes[target], other.nodes[opposite])
            if far is None:
                continue
            more = impossible.get(answer, _NONE) if impossible and left.kind == ASK else _NONE
            still = _still(pair.barred | more, one.nodes[target], other.nodes[opposite])
            after = _Pair(target, opposite, still, pair.named | {label} if _code(label) else pair.named)
            if after not in seen:
                seen.add(after)
                before[after] = (pair, answer)
                heappush(queue, (far, len(seen), after))
    return None


@dataclass(frozen=True, slots=True)
class _Pair:
    """A state of both graphs after the same session.

    `barred`: the answers that are impossible by then; `named`: the codes that were answered, which one of the graphs
    may know only as another code.
    """

    one: int
    other: int
    barred: frozenset[Answer]
    named: frozenset[str] = frozenset()


def _code(label: str) -> bool:
    return label.startswith("0x")


def _alike(left: Node, right: Node, named: frozenset[str]) -> bool:
    """Whether both show the same step; a code that was answered is the same whether a plan names it or not."""
    if step_of(left) == step_of(right):
        return True
    both = {left.subject, right.subject}
    return (
        left.kind == right.kind == CONTINUE and ANOTHER_CODE in both and not (both - {ANOTHER_CODE}).isdisjoint(named)
    )


def _steps(left: Node, right: Node) -> Iterator[tuple[str, int, int]]:
    """Each answer or outcome with its targets on both sides; a code that one side does not name is another code."""
    ours, theirs = dict(left.edges), dict(right.edges)
    for label in dict.fromkeys((*ours, *theirs)):
        target, opposite = (edges.get(label, edges.get(ANOTHER_CODE)) for edges in (ours, theirs))
        assert target is not None, "nodes of equal steps have the same answers, but for the codes they name"
        assert opposite is not None, "nodes of equal steps have the same answers, but for the codes they name"
        yield label, target, opposite


def _still(barred: frozenset[Answer], one: Node, other: Node) -> frozenset[Answer]:
    """Those of the impossible answers whose questions can still come up."""
    if not barred:
        return barred
    asked = {question for node in (one, other) for residual in node.key or () for question in residual.questions}
    return frozenset(answer for answer in barred if answer[0] in asked)


def _way(pair: _Pair, before: Mapping[_Pair, tuple[_Pair, Answer]]) -> Session:
    way: list[Answer] = []
    while pair in before:
        pair, answer = before[pair]
        way.append(answer)
    return tuple(reversed(way))
