"""Every way a case of one code can go from nothing known, without answers that contradict each other.

The flat graph merges states that go on alike, so some of its ways hold answers that the session refuses, because
they contradict each other. Here a state is a node of the flat graph together with the answers that are impossible by
then, as far as their questions can still come up. Most knowledge has hardly more of these states than nodes.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.plan import Plan
from engine.unfold import ASK, FlatGraph, Node, Unfolder
from engine.walks import Session
from kb import words
from kb.knowledge import KnowledgeBase

Answer = tuple[str, str]
"""A question and one of its values."""
Impossible = frozenset[Answer]
_NOTHING: Impossible = frozenset()


@dataclass(frozen=True, slots=True)
class State:
    """One state: its node, where each possible answer or outcome leads, and a shortest way back to the start.

    `before` is the number of the state before it and `label` the answer or outcome given there; -1 at the start.
    """

    number: int
    node: Node
    before: int
    label: str
    edges: list[tuple[str, int]] = field(default_factory=list)


class Ways:
    """The states of one code; number 0 is the start, and a state is never further from it than the states after it."""

    def __init__(self, kb: KnowledgeBase, plan: Plan, impossible: Mapping[Answer, Impossible]) -> None:
        """The ways of a plan; `impossible` are the `contradictions` of the knowledge base.

        Raises `PlanTooLargeError`.
        """
        self.code = plan.code
        self.plan = plan
        self.unfolder = Unfolder(kb, plan)
        self.graph = self.unfolder.unfold()
        self.states = _walked(self.graph, impossible)

    @cached_property
    def fired(self) -> dict[str, int]:
        """For each rule that some session fires, the nearest state in which it does."""
        return {state.node.rule: state.number for state in reversed(self.states) if fires(state.node)}

    @cached_property
    def longest(self) -> list[int]:
        """For each node of the flat graph, the most steps from it to an end."""
        return self.graph.longest()

    def session(self, number: int) -> Session:
        """A shortest session that leads from the start to this state."""
        given: list[Answer] = []
        state = self.states[number]
        while state.before >= 0:
            before = self.states[state.before]
            given.append((before.node.subject, state.label))
            state = before
        return tuple(reversed(given))

    def shortest(
        self, goal: Callable[[State], bool], allowed: Callable[[State, str], bool] | None = None, start: int = 0
    ) -> Session | None:
        """A shortest session from a state to one that meets the goal, over the allowed answers and outcomes only."""
        before: dict[int, tuple[int, str]] = {start: (-1, "")}
        queue = deque([start])
        while queue:
            number = queue.popleft()
            state = self.states[number]
            if goal(state):
                return self._given(number, before)
            for label, target in state.edges:
                if target not in before and (allowed is None or allowed(state, label)):
                    before[target] = (number, label)
                    queue.append(target)
        return None

    def ahead(self, mark: Callable[[State], int]) -> list[int]:
        """For each state, the marks (bits) of itself and of every state that can come after it."""
        marks = [0] * len(self.states)
        for number in self.backwards():
            marks[number] = mark(self.states[number])
            for _, target in self.states[number].edges:
                marks[number] |= marks[target]
        return marks

    def backwards(self) -> list[int]:
        """The numbers of all states, each after all that it leads to."""
        return self._order

    @cached_property
    def _order(self) -> list[int]:
        order: list[int] = []
        seen = [False] * len(self.states)
        stack = [(0, iter(self.states[0].edges))]
        while stack:
            number, edges = stack[-1]
            target = next((target for _, target in edges if not seen[target]), None)
            if target is None:
                stack.pop()
                order.append(number)
            else:
                seen[target] = True
                stack.append((target, iter(self.states[target].edges)))
        return order

    def _given(self, number: int, before: dict[int, tuple[int, str]]) -> Session:
        given: list[Answer] = []
        while before[number][0] >= 0:
            number, label = before[number]
            given.append((self.states[number].node.subject, label))
        return tuple(reversed(given))


def fires(node: Node) -> bool:
    """Whether a rule concludes something at this node."""
    return bool(node.rule) and node.kind != ASK


def contradictions(kb: KnowledgeBase) -> dict[Answer, Impossible]:
    """For each answer, the answers to other questions that it makes impossible.

    Two answers contradict each other when they entail different values of one question.
    """
    claims: dict[Answer, dict[str, str]] = {}
    claiming: dict[str, dict[str, list[Answer]]] = {}
    for ident, question in kb.questions.items():
        for value in question.answers if question.kind != words.CODE else ():
            if value == words.UNKNOWN:
                continue  # nothing follows from it, and it contradicts nothing
            claims[ident, value] = {ident: value} | {e.question: e.then for e in question.entails if e.value == value}
            for about, then in claims[ident, value].items():
                claiming.setdefault(about, {}).setdefault(then, []).append((ident, value))
    found: dict[Answer, Impossible] = {}
    for answer, claim in claims.items():
        others = {
            other
            for about, then in claim.items()
            for value, opposed in claiming[about].items()
            if value != then
            for other in opposed
            if other[0] != answer[0]
        }
        if others:
            found[answer] = frozenset(others)
    return found


def _walked(graph: FlatGraph, barred_by: Mapping[Answer, Impossible]) -> list[State]:
    """Breadth first, so that the way by which a state is first met is a shortest one."""
    ahead = _questions_ahead(graph)
    states = [State(0, graph.nodes[0], -1, "")]
    numbers: dict[tuple[int, Impossible], int] = {(0, _NOTHING): 0}
    queue: deque[tuple[int, Impossible]] = deque([(0, _NOTHING)])
    while queue:
        number, barred = queue.popleft()
        state = states[number]
        for label, target, after in _steps(state.node, barred, barred_by, ahead):
            known = numbers.get((target, after))
            if known is None:
                known = numbers[target, after] = len(states)
                states.append(State(known, graph.nodes[target], number, label))
                queue.append((known, after))
            state.edges.append((label, known))
    return states


def _steps(
    node: Node, barred: Impossible, barred_by: Mapping[Answer, Impossible], ahead: list[frozenset[str]]
) -> Iterator[tuple[str, int, Impossible]]:
    for label, target in node.edges:
        answer = (node.subject, label)
        if answer in barred:
            continue
        after = barred | barred_by.get(answer, _NOTHING) if node.kind == ASK else barred
        yield label, target, frozenset(a for a in after if a[0] in ahead[target]) if after else _NOTHING


def _questions_ahead(graph: FlatGraph) -> list[frozenset[str]]:
    """For each node, the questions that can come up from it on."""
    ahead: list[frozenset[str]] = [frozenset()] * len(graph.nodes)
    for number in graph.backwards():
        node = graph.nodes[number]
        mine = frozenset({node.subject}) if node.kind == ASK else frozenset()
        ahead[number] = mine.union(*(ahead[target] for _, target in node.edges))
    return ahead
