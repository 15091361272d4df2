"""What sessions can cover at all: exactly, over every way through a code's graph that begins with nothing known.

The graph's own keys do not say which of its conditions a finished rule failed at, nor whether a rule that is gone was
false or had nothing left to propose: that is why its states merge. So what the conditions of each rule came to is
carried along the ways, for every rule apart, as sets of bits: one bit for each combination of one rule's conditions
that occurs. Ways on which an answer contradicts an earlier one are left out, because a session refuses the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass, field

from kb import words
from kb.knowledge import KnowledgeBase

from .coverage import ANSWER, CODE, DECISION, FALSE, OUTCOME, REMEDY, Item, concluded, held_items, outcome_sort
from .decisions import Chain, chains_of
from .facts import contradiction
from .plan import Plan, accepted, plan_of, sort_of
from .unfold import ASK, CONTINUE, ESCALATE, PROPOSE, FlatGraph, Node, Unfolder

Answer = tuple[str, str]
"""A question and its answer."""
Position = tuple[int, frozenset[Answer]]
"""A node of the graph, and the answers ahead of it that would contradict what was said on the way to it."""


class Ways:
    """A code's graph with what contradicts what. `rows`: for each position, in topological order, where it leads.

    Ways with answers that contradict each other are left out.

    Raises `PlanTooLargeError`.
    """

    def __init__(self, kb: KnowledgeBase, code: str) -> None:
        self.kb = kb
        self.code = code
        self.plan: Plan = plan_of(kb, code)
        self.chains = chains_of(kb, code)
        self.graph: FlatGraph = Unfolder(kb, self.plan).unfold()
        self.number = {chain.rule.id: number for number, chain in enumerate(self.chains)}
        self._clashes = clashes(kb, self.plan)
        self._ahead = questions_ahead(self.graph) if self._clashes else []
        self.rows = self._rows()

    def with_contradictions(self) -> Ways:
        """The same ways and those on which answers contradict each other; itself where no answers here can."""
        if not self._clashes:
            return self
        others = copy(self)
        others._clashes, others._ahead = {}, []
        others.rows = others._rows()
        return others

    def node(self, position: Position) -> Node:
        """The node of a position."""
        return self.graph.nodes[position[0]]

    def front(self, node: Node) -> int:
        """How many rules of the plan have had their turn at a node, the one that it belongs to included."""
        if node.key:
            return node.key[0].line + 1
        if node.rule:
            return self.number[node.rule] + 1
        return len(self.chains) if node.kind == ESCALATE else 0

    def _rows(self) -> dict[Position, tuple[tuple[str, Position], ...]]:
        rows: dict[Position, tuple[tuple[str, Position], ...]] = {}
        start: Position = (0, frozenset())
        stack = [start]
        order: list[Position] = []
        done: set[Position] = set()
        while stack:
            position = stack[-1]
            if position not in rows:
                rows[position] = tuple(self._edges(position))
            new = [target for _, target in rows[position] if target not in rows]
            if new:
                stack += new[:1]
                continue
            stack.pop()
            if position not in done:
                done.add(position)
                order.append(position)
        return {position: rows[position] for position in reversed(order)}

    def _edges(self, position: Position) -> Iterator[tuple[str, Position]]:
        number, barred = position
        node = self.graph.nodes[number]
        for label, target in node.edges:
            answer = (node.subject, label)
            if answer not in barred:
                now = barred | self._clashes[answer] if answer in self._clashes else barred
                yield label, (target, self._still(now, target) if now else now)

    def _still(self, barred: frozenset[Answer], target: int) -> frozenset[Answer]:
        """Those of the answers whose questions can come up from a node on."""
        ahead = self._ahead[target]
        return frozenset(answer for answer in barred if answer[0] in ahead)


def clashes(kb: KnowledgeBase, plan: Plan) -> dict[Answer, frozenset[Answer]]:
    """For each answer to a question of a plan, the answers to others that cannot stand beside it."""
    tied = [ident for ident in plan.questions if kb.questions[ident].entails or kb.questions[ident].follows]
    answers = [(ident, value) for ident in tied for value in kb.questions[ident].answers if value != words.UNKNOWN]
    found: dict[Answer, frozenset[Answer]] = {}
    for ident, value in answers:
        others = frozenset(
            other for other in answers if other[0] != ident and contradiction(kb, {ident: value}, *other)
        )
        if others:
            found[ident, value] = others
    return found


def questions_ahead(graph: FlatGraph) -> list[frozenset[str]]:
    """For each node, the questions that can come up from it on."""
    ahead: list[frozenset[str]] = [frozenset()] * len(graph.nodes)
    for number in graph.backwards():
        node = graph.nodes[number]
        mine = frozenset({node.subject}) if node.kind == ASK else frozenset()
        ahead[number] = mine.union(*(ahead[target] for _, target in node.edges))
    return ahead


# What each rule's conditions came to --------------------------------------------------------------------------------

Came = tuple[bool | None, ...]
"""What the conditions of one rule came to: held, did not hold, not known (None). It ends behind one that did not."""


@dataclass(slots=True)
class Tracks:
    """The combinations of every rule of one plan that occur, numbered as bits of an integer."""

    kb: KnowledgeBase
    chains: tuple[Chain, ...]
    combinations: list[tuple[int, Came]] = field(default_factory=list)
    _bits: dict[tuple[int, Came], int] = field(default_factory=dict)
    _waiting: dict[str, int] = field(default_factory=dict)
    _after: dict[tuple[int, str, str], int] = field(default_factory=dict)
    _said: dict[Answer, tuple[Answer, ...]] = field(default_factory=dict)

    def start(self) -> int:
        """The combinations where nothing is known."""
        mask = 0
        for line, chain in enumerate(self.chains):
            mask |= 1 << self._bit(line, _cut(tuple(part.holds for part in chain.parts)))
        return mask

    def after(self, mask: int, question: str, value: str) -> int:
        """The combinations after an answer, and what follows from it."""
        for subject, then in self._answers(question, value):
            touched = mask & self._waiting.get(subject, 0)
            mask ^= touched
            while touched:
                bit = touched & -touched
                touched ^= bit
                mask |= self._moved(bit.bit_length() - 1, subject, then)
        return mask

    def _answers(self, question: str, value: str) -> tuple[Answer, ...]:
        key = (question, value)
        if key not in self._said:
            entails = self.kb.questions[question].entails
            self._said[key] = (key, *((e.question, e.then) for e in entails if e.value == value))
        return self._said[key]

    def _moved(self, number: int, subject: str, value: str) -> int:
        key = (number, subject, value)
        if key not in self._after:
            line, came = self.combinations[number]
            parts = self.chains[line].parts
            now = tuple(
                accepted(parts[at].condition, value) if known is None and parts[at].subject == subject else known
                for at, known in enumerate(came)
            )
            self._after[key] = 1 << self._bit(line, _cut(now))
        return self._after[key]

    def _bit(self, line: int, came: Came) -> int:
        key = (line, came)
        if key not in self._bits:
            number = self._bits[key] = len(self.combinations)
            self.combinations.append(key)
            for at, known in enumerate(came):
                if known is None:
                    subject = self.chains[line].parts[at].subject
                    self._waiting[subject] = self._waiting.get(subject, 0) | 1 << number
        return self._bits[key]


def _cut(came: Came) -> Came:
    return came[: came.index(False) + 1] if False in came else came


def read_of(chain: Chain, came: Came) -> Iterator[Item]:
    """What is covered when a rule's turn comes and its conditions have come to this."""
    held = next((at for at, known in enumerate(came) if not known), len(came))
    yield from held_items(chain.parts[:held])
    if held == len(chain.parts):
        yield (DECISION, chain.rule.id, "")
    elif came[held] is False:
        part = chain.parts[held]
        yield (FALSE, part.decision.id, part.subject)


# All of it ----------------------------------------------------------------------------------------------------------


def feasible(ways: Ways) -> frozenset[Item]:
    """Everything that a session which stays under this code can cover.

    A remedy that names nothing to wait for counts as one that cannot be pending.
    """
    code = ways.code if ways.code in ways.kb.codes else words.UNKNOWN_CODE
    return frozenset({(CODE, code, ""), *_on_edges(ways), *_in_turns(ways)})


def _on_edges(ways: Ways) -> Iterator[Item]:
    for position, row in ways.rows.items():
        node = ways.node(position)
        yield from on_node(ways, node)
        for label, _ in row:
            if node.kind == ASK:
                yield (ANSWER, node.subject, sort_of(label))
            elif node.kind == PROPOSE and (label != words.PENDING or ways.kb.remedies[node.subject].wait):
                yield (OUTCOME, node.subject, outcome_sort(label))


def on_node(ways: Ways, node: Node) -> Iterator[Item]:
    """What is covered by arriving at a node where a rule concludes something."""
    if node.rule and node.kind in (PROPOSE, CONTINUE, ESCALATE):
        yield from concluded(ways.chains[ways.number[node.rule]])
        if node.kind == PROPOSE:
            yield (REMEDY, node.subject, "")


def _in_turns(ways: Ways) -> Iterator[Item]:
    tracks = Tracks(ways.kb, ways.chains)
    masks = came_to(ways, tracks)
    at_front: dict[int, int] = {}
    for position, mask in masks.items():
        front = ways.front(ways.node(position))
        at_front[front] = at_front.get(front, 0) | mask
    turned = 0
    for number, (line, _) in enumerate(tracks.combinations):
        if any(mask >> number & 1 for front, mask in at_front.items() if line < front):
            turned |= 1 << number
    for number, (line, came) in enumerate(tracks.combinations):
        if turned >> number & 1:
            yield from read_of(ways.chains[line], came)


def came_to(ways: Ways, tracks: Tracks) -> dict[Position, int]:
    """For each position, the combinations of each rule's conditions with which a way arrives there."""
    masks: dict[Position, int] = {next(iter(ways.rows)): tracks.start()}
    for position, row in ways.rows.items():
        mask, node = masks[position], ways.node(position)
        for label, target in row:
            after = tracks.after(mask, node.subject, label) if node.kind == ASK else mask
            masks[target] = masks.get(target, 0) | after
    return masks


def all_ways(kb: KnowledgeBase) -> Mapping[str, Ways]:
    """The ways of every code.

    Raises `PlanTooLargeError`.
    """
    return {code: Ways(kb, code) for code in kb.codes}


def feasible_anywhere(ways: Mapping[str, Ways]) -> frozenset[Item]:
    """Everything that a session can cover under any of these codes."""
    return frozenset().union(*map(feasible, ways.values()))


__all__ = ["Position", "Tracks", "Ways", "all_ways", "came_to", "feasible", "feasible_anywhere", "read_of"]
