"""Unfolds a plan into its decision graph: every way a case can go under one code, states with equal keys merged.

What is left of a rule, once some values and outcomes are known, is its *residual*: the conditions still open, in
reading order, and what it still can do after them (propose the remedies that have no outcome yet, continue, escalate,
or nothing: then it only asks). A known value that a condition accepts takes the condition away; one that it does not
accept takes away the condition with all that follows it. A residual that can neither ask nor do anything is gone.

The key of a state is the list of its residuals. The next step and the next key depend on the key alone (the lemma in
docs/architecture.md): the next step is the first residual's first open question or, if none is open, its conclusion;
an answer or outcome changes each residual by itself. Two things are left out of the key because they cannot matter:
the values that the last question of an only-asking residual would accept, and an only-asking residual whose one
question an earlier residual asks first anyway.

The three outcomes that do not help (not-fixed, blocked, declined) lead to the same key. Which of them occurred only
decides the reason given at the end of an exhausted plan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Continue, Escalate
from kb.problems import VoltriageError

from .plan import Line, Plan, accepted, as_seen, code_or_unknown

NODE_LIMIT = 20_000

ASK = "question"
PROPOSE = "remedy"
CONTINUE = "code"
ESCALATE = "escalated"
RESOLVED = "resolved"
SAVED = "saved"
GOES_ON = (words.NOT_FIXED, words.BLOCKED, words.DECLINED)
ANOTHER_CODE = words.ANY_CODE
"""Edge label and node subject for a code that the plan does not name."""


class PlanTooLargeError(VoltriageError):
    """A plan unfolds into more states than can be checked or drawn."""

    slug = "plan-too-large"


class Residual:
    """What is left of one line. Compared by identity: an `Unfolder` makes each one once."""

    __slots__ = ("action", "after", "first", "line", "open", "questions", "remedies", "target")

    def __init__(self, line: int, open_: tuple[int, ...], remedies: tuple[str, ...], action: bool, target: str) -> None:
        self.line = line
        self.open = open_
        self.remedies = remedies
        self.action = action
        self.target = target
        self.first = ""
        self.questions: frozenset[str] = frozenset()
        self.after: dict[tuple[str, str], Residual | None] = {}

    def __repr__(self) -> str:
        return f"Residual(line={self.line}, open={self.open}, remedies={self.remedies}, action={self.action})"


Key = tuple[Residual, ...]
_Met = tuple[object, "Node"]
"""What a node is merged by, and the node where it is met for the first time."""


@dataclass(slots=True)
class Node:
    """One state: the step it stands at, and where each answer or outcome leads.

    `kind` is one of the words above; `subject` the question, remedy, code or owner; `rule` the rule's id, empty for
    the end of an exhausted plan. `edges` are (label, node number), labels being answers or outcomes.
    """

    number: int
    kind: str
    subject: str
    rule: str = ""
    cause: str = ""
    condition: Condition | None = None
    reason: str = ""
    edges: list[tuple[str, int]] = field(default_factory=list)
    key: Key | None = None

    def usual_targets(self) -> list[int]:
        """Where the case usually goes on: the definite answers of a question; of a remedy, help and no help."""
        if self.kind == PROPOSE:
            return [target for label, target in self.edges if label in (words.FIXED, words.NOT_FIXED)]
        definite = [target for label, target in self.edges if label != words.UNKNOWN]
        return definite or [target for _, target in self.edges]


@dataclass(slots=True)
class FlatGraph:
    """The unfolded plan; node 0 is where it starts. Acyclic: every step makes something known."""

    code: str
    nodes: list[Node]

    def node(self, number: int) -> Node:
        """A node with its edges."""
        return self.nodes[number]

    def longest(self) -> list[int]:
        """For each node, the most steps (questions and remedies) from it to an end."""
        return self._steps(max)

    def shortest(self) -> list[int]:
        """For each node, the fewest steps from it to an end."""
        return self._steps(min)

    def usual(self) -> list[float]:
        """For each node, the steps from it to an end on average.

        By convention each definite answer of a question is as likely as another, *unknown* counts only where nothing
        else is possible, and a remedy helps in one case of two.
        """
        steps = [0.0] * len(self.nodes)
        for number in self.backwards():
            ahead = [steps[target] for target in self.nodes[number].usual_targets()]
            steps[number] = 1 + sum(ahead) / len(ahead) if ahead else 0.0
        return steps

    def reached(self, start: int, through: Collection[str]) -> set[int]:
        """The nodes that are reached from this one through nodes of these kinds; it is among them."""
        reached = {start}
        todo = [start]
        while todo:
            node = self.nodes[todo.pop()]
            if node.kind in through:
                new = {target for _, target in node.edges} - reached
                reached |= new
                todo += new
        return reached

    def _steps(self, choose: Callable[[list[int]], int]) -> list[int]:
        steps = [-1] * len(self.nodes)
        for number in self.backwards():
            node = self.nodes[number]
            ahead = [steps[target] for _, target in node.edges]
            steps[number] = 1 + choose(ahead) if ahead else 0
        return steps

    def backwards(self) -> list[int]:
        """Node numbers so that each comes after all nodes it leads to."""
        order: list[int] = []
        seen = [False] * len(self.nodes)
        stack: list[tuple[int, int]] = [(0, 0)]
        seen[0] = True
        while stack:
            number, position = stack.pop()
            edges = self.nodes[number].edges
            while position < len(edges) and seen[edges[position][1]]:
                position += 1
            if position == len(edges):
                order.append(number)
            else:
                target = edges[position][1]
                seen[target] = True
                stack += [(number, position + 1), (target, 0)]
        return order


class GrowingGraph:
    """A graph of which only those nodes are unfolded that somebody looked at; node 0 is where it starts."""

    def __init__(self, code: str, start: _Met, ways: Callable[[Node], Iterable[tuple[str, _Met]]]) -> None:
        self.nodes: list[Node] = []
        self._code = code
        self._ways = ways
        self._numbers: dict[object, int] = {}
        self._todo: list[int] = []
        self._number_of(*start)

    def node(self, number: int) -> Node:
        """A node with its edges.

        Raises `PlanTooLargeError` beyond `NODE_LIMIT` nodes.
        """
        node = self.nodes[number]
        if node.key is not None and not node.edges:
            self._unfold(node)
        return node

    def grow(self) -> None:
        """Unfold all of it.

        Raises `PlanTooLargeError` beyond `NODE_LIMIT` nodes.
        """
        while self._todo:
            self.node(self._todo.pop())

    def _unfold(self, node: Node) -> None:
        if len(self.nodes) > NODE_LIMIT:
            raise PlanTooLargeError(
                f"the plan of {self._code} unfolds into more than {NODE_LIMIT} states; put its most telling question "
                "first, or guard procedures so that fewer rules stay open at once"
            )
        node.edges = [(label, self._number_of(*target)) for label, target in self._ways(node)]

    def _number_of(self, identity: object, node: Node) -> int:
        known = self._numbers.get(identity)
        if known is None:
            known = self._numbers[identity] = node.number = len(self.nodes)
            self.nodes.append(node)
            if node.key is not None:
                self._todo.append(known)
        return known


class Unfolder:
    """Unfolds one plan; also tells the key of any state of it.

    `like`: the unfolder of a plan with the same lines, some of them with other conditions. What is left of the lines
    that are equal is then the same residual in both, and what is known about it is used again.
    """

    def __init__(self, kb: KnowledgeBase, plan: Plan, like: Unfolder | None = None) -> None:
        self._kb = kb
        self.plan = plan
        self._conditions: list[Condition] = like._conditions if like else []
        self._residuals: dict[tuple[object, ...], Residual | None] = like._residuals if like else {}
        questions = plan.questions
        self._follows = _forward(kb, questions)
        self._values = {question: self._values_of(question) for question in questions}
        self._elsewhere = FlatGraph(plan.code, [])
        self._wholes: list[Residual | None] = [
            like._wholes[number] if like and like.plan.lines[number] == line else self._whole(number, line)
            for number, line in enumerate(plan.lines)
        ]

    def open_in(self, residual: Residual) -> list[Condition]:
        """The conditions that a residual leaves open."""
        return [self._conditions[index] for index in residual.open]

    def key(self, values: Mapping[str, str | int], outcomes: Mapping[str, str]) -> Key:
        """The key of the state in which exactly these values and outcomes are known."""
        key = [residual for residual in self._wholes if residual is not None]
        for question in self._values:
            if question in values:
                key = self._assigned(key, question, self.label(question, values[question]))
        for remedy in outcomes:
            key = self._without(key, remedy)
        return _canonical(key)

    def label(self, question: str, value: str | int) -> str:
        """A known value as the edges are labelled: a code that the plan does not name is any other code."""
        seen = str(as_seen(value, self.plan.code))
        return ANOTHER_CODE if seen.startswith("0x") and seen not in self._values[question] else seen

    def unfold(
        self, values: Mapping[str, str | int] | None = None, outcomes: Mapping[str, str] | None = None
    ) -> FlatGraph:
        """The graph of every way from this state (by default: nothing known).

        Raises `PlanTooLargeError` beyond `NODE_LIMIT` nodes.
        """
        graph = self.growing(values, outcomes)
        graph.grow()
        return FlatGraph(self.plan.code, graph.nodes)

    def growing(
        self, values: Mapping[str, str | int] | None = None, outcomes: Mapping[str, str] | None = None
    ) -> GrowingGraph:
        """The same graph, unfolded only where somebody looks."""
        return GrowingGraph(self.plan.code, self._node(self.key(values or {}, outcomes or {})), self._ways)

    def here(
        self, whole: FlatGraph, values: Mapping[str, str | int], outcomes: Mapping[str, str]
    ) -> tuple[FlatGraph, int]:
        """The node of this state: in the graph of the whole plan, or in one that begins at a state on no way of it.

        Such a state comes of facts from elsewhere. Its graph is kept, because the next states are mostly in it, too.
        """
        key = self.key(values, outcomes)
        for graph in (whole, self._elsewhere):
            number = next((node.number for node in graph.nodes if node.key == key), None)
            if number is not None:
                return graph, number
        self._elsewhere = self.unfold(values, outcomes)
        return self._elsewhere, 0

    # Residuals

    def _whole(self, number: int, line: Line) -> Residual | None:
        first = len(self._conditions)
        self._conditions += line.conditions
        open_ = tuple(range(first, len(self._conditions)))
        then = line.rule.then
        target = then.code if isinstance(then, Continue) else ""
        return self._residual(number, open_, line.remedies, not line.refused, target)

    def _residual(
        self, line: int, open_: tuple[int, ...], remedies: tuple[str, ...], action: bool, target: str
    ) -> Residual | None:
        """The one residual like this, or None when nothing is left. `action`: it still concludes something."""
        if action and self.plan.lines[line].remedies and not remedies:
            action = False
        if not action:
            remedies, target = (), ""
            if not open_:
                return None
        identity: tuple[object, ...] = (line, open_, remedies, action, target)
        if not action:  # what the last question accepts no longer matters, only that it is asked
            last = self._conditions[open_[-1]]
            identity = (line, open_[:-1], last.subject, last.because)
        if identity not in self._residuals:
            residual = Residual(line, open_, remedies, action, target)
            then = self.plan.lines[line].rule.then
            subjects = {self._conditions[index].subject for index in open_}
            if action and isinstance(then, Continue) and then.answer_of and not target:
                subjects.add(then.answer_of)
            residual.questions = frozenset(subjects)
            residual.first = self._conditions[open_[0]].subject if open_ else ""
            self._residuals[identity] = residual
        return self._residuals[identity]

    def _after(self, residual: Residual, question: str, value: str) -> Residual | None:
        """What is left of a residual when this question has this value."""
        memo = residual.after
        found = memo.get((question, value), residual)
        if found is not residual:
            return found
        open_: list[int] = []
        action = residual.action
        for index in residual.open:
            condition = self._conditions[index]
            if condition.subject != question:
                open_.append(index)
            elif not accepted(condition, value):
                action = False
                break
        target = residual.target
        then = self.plan.lines[residual.line].rule.then
        if isinstance(then, Continue) and then.answer_of == question:
            target = value
        result = memo[question, value] = self._residual(residual.line, tuple(open_), residual.remedies, action, target)
        return result

    def _assigned(self, key: list[Residual], question: str, value: str) -> list[Residual]:
        left: list[Residual] = []
        for residual in key:
            if question in residual.questions:
                after = self._after(residual, question, value)
                if after is not None:
                    left.append(after)
            else:
                left.append(residual)
        return left

    def _without(self, key: list[Residual], remedy: str) -> list[Residual]:
        """What is left when a remedy has an outcome."""
        left: list[Residual] = []
        for residual in key:
            if remedy not in residual.remedies:
                left.append(residual)
                continue
            remedies = tuple(other for other in residual.remedies if other != remedy)
            after = self._residual(residual.line, residual.open, remedies, residual.action, residual.target)
            if after is not None:
                left.append(after)
        return left

    # Steps

    def _node(self, key: Key) -> _Met:
        """The node at which a state stands, and what it is merged by."""
        if not key:
            owners = code_or_unknown(self._kb, self.plan.code).escalation.to
            return ESCALATE, Node(0, ESCALATE, ", ".join(owners), reason=words.CAUSE_UNKNOWN)
        first = key[0]
        rule = self.plan.lines[first.line].rule
        if first.open:
            condition = self._conditions[first.open[0]]
            return key, Node(0, ASK, condition.subject, rule.id, condition=condition, key=key)
        if first.remedies:
            return key, Node(0, PROPOSE, first.remedies[0], rule.id, cause=getattr(rule.then, "cause", ""), key=key)
        if isinstance(rule.then, Escalate):
            then = rule.then
            return (ESCALATE, rule.id), Node(0, ESCALATE, then.to, rule.id, then.cause, reason=then.reason)
        return (CONTINUE, rule.id, first.target), Node(0, CONTINUE, first.target, rule.id)

    def _ways(self, node: Node) -> Iterator[tuple[str, _Met]]:
        assert node.key is not None
        if node.kind == ASK:
            for value in self._values[node.subject]:
                key = self._assigned(list(node.key), node.subject, value)
                for question, then in self._follows.get((node.subject, value), ()):
                    key = self._assigned(key, question, then)
                yield value, self._node(_canonical(key))
            return
        yield words.FIXED, ((RESOLVED,), Node(0, RESOLVED, ""))
        after = self._node(_canonical(self._without(list(node.key), node.subject)))
        for outcome in GOES_ON:
            yield outcome, after
        yield words.PENDING, ((SAVED, node.subject), Node(0, SAVED, node.subject))
        yield ANOTHER_CODE, ((CONTINUE, "", ANOTHER_CODE), Node(0, CONTINUE, ANOTHER_CODE))

    def _values_of(self, question: str) -> tuple[str, ...]:
        """The answers that can make a difference; for kind code: those named anywhere in the plan, and any other."""
        thing = self._kb.questions[question]
        if thing.kind != words.CODE:
            return thing.answers
        named = {
            value
            for line in self.plan.lines
            for condition in line.conditions
            if condition.subject == question
            for value in condition.accepts
            if value.startswith("0x") and value != self.plan.code
        }
        return (*sorted(named), ANOTHER_CODE, *thing.answers)


def _canonical(key: list[Residual]) -> Key:
    """Without only-asking residuals of one question that an earlier residual asks first anyway."""
    asked_first: set[str] = set()
    kept: list[Residual] = []
    for residual in key:
        if not residual.action and len(residual.open) == 1 and residual.first in asked_first:
            continue
        kept.append(residual)
        asked_first.add(residual.first)
    return tuple(kept)


def _forward(kb: KnowledgeBase, questions: tuple[str, ...]) -> dict[tuple[str, str], list[tuple[str, str]]]:
    """For each answer, the values it gives others of these questions, in the order in which they are derived."""
    forward: dict[tuple[str, str], list[tuple[str, str]]] = {}
    for ident in questions:
        for follows in kb.questions[ident].follows:
            forward.setdefault((follows.question, follows.value), []).append((ident, follows.then))
    return forward
