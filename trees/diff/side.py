"""One of two knowledge bases while they are walked in step: where a case stands, and where an answer leads it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from engine.plan import Plan, plan_of
from engine.unfold import ANOTHER_CODE, ASK, CONTINUE, PROPOSE, FlatGraph, Key, Node, Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Continue

from .changes import Stand

Answer = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a case stands: the node, its graph, all that is known, and the answers that would contradict it."""

    node: Node
    graph: Mapped
    stand: Stand
    values: Mapping[str, str]
    tried: Mapping[str, str]
    barred: frozenset[Answer]

    @property
    def identity(self) -> object:
        """What everything that comes next depends on, apart from `barred`."""
        return self.node.key if self.stand.goes_on else self.stand

    @property
    def ahead(self) -> frozenset[Answer]:
        """Every step from here on, this one included, as (kind, subject)."""
        return self.graph.ahead[self.node.number]


class Mapped:
    """A flat graph, and for each node the steps that can come up from it on."""

    def __init__(self, graph: FlatGraph) -> None:
        self.graph = graph

    @cached_property
    def ahead(self) -> list[frozenset[Answer]]:
        """For each node, itself and every node behind it, as `identity_of` them."""
        ahead: list[frozenset[Answer]] = [frozenset()] * len(self.graph.nodes)
        for number in self.graph.backwards():
            node = self.graph.nodes[number]
            mine = frozenset({identity_of(_stand(node))})
            ahead[number] = mine.union(*(ahead[target] for _, target in node.edges))
        return ahead


def identity_of(stand: Stand) -> Answer:
    """A step as it is recognised elsewhere, whatever cause a remedy is proposed against."""
    if stand.goes_on:
        return stand.kind, stand.subject
    return stand.kind, f"{stand.subject} {stand.cause} {stand.reason} {stand.concluded}"


def _stand(node: Node) -> Stand:
    if node.kind in (ASK, CONTINUE):
        return Stand(node.kind, node.subject)
    if node.kind == PROPOSE:
        return Stand(node.kind, node.subject, node.cause)
    return Stand(node.kind, node.subject, node.cause, node.reason, bool(node.rule))


@dataclass
class Side:
    """A code's plan in one knowledge base."""

    kb: KnowledgeBase
    code: str
    _mapped: dict[Key, tuple[Mapped, Node]] = field(default_factory=dict)

    @cached_property
    def plan(self) -> Plan:
        """The expanded plan."""
        return plan_of(self.kb, self.code)

    @cached_property
    def everything(self) -> frozenset[Answer]:
        """Every step that a case with nothing known can come to, as (kind, subject)."""
        return self.begun.ahead

    @cached_property
    def begun(self) -> Place:
        """Where a case with nothing known stands."""
        return self._at({}, {}, frozenset())

    def answers(self, place: Place) -> tuple[str, ...]:
        """The answers that the question at hand can have here, contradictory ones left out."""
        labels = (label for label, _ in place.node.edges)
        return tuple(label for label in labels if (place.stand.subject, label) not in place.barred)

    def codes_named(self, question: str) -> tuple[str, ...]:
        """The codes that conditions on this question name, sorted."""
        return tuple(sorted(self._named.get(question, ())))

    def told(self, place: Place, subject: str, value: str) -> Place | None:
        """Where a case stands once it is told this; the same place where that means nothing here, or is known.

        None: it would contradict what is known.
        """
        if subject in self.kb.remedies:
            if subject in place.tried:
                return place
            tried = {**place.tried, subject: value}
            return self._next(place, subject, value) or self._at(place.values, tried, place.barred)
        question = self.kb.questions.get(subject)
        if question is None or not (value in question.answers or (question.kind == words.CODE and _is_code(value))):
            return place
        if (subject, value) in place.barred:
            return None
        if subject in place.values:
            return place
        values = {**place.values, subject: value}
        for entails in question.entails:
            if entails.value == value:
                values.setdefault(entails.question, entails.then)
        barred = place.barred | self._bars.get((subject, value), frozenset())
        return self._next(place, subject, value, values, barred) or self._at(values, place.tried, barred)

    def _next(
        self,
        place: Place,
        subject: str,
        value: str,
        values: Mapping[str, str] | None = None,
        barred: frozenset[Answer] | None = None,
    ) -> Place | None:
        """Along an edge of the graph, where the case stands at this very step."""
        node = place.node
        if not place.stand.goes_on or node.subject != subject:
            return None
        edges = dict(node.edges)
        target = place.graph.graph.nodes[edges[value] if value in edges else edges[ANOTHER_CODE]]
        tried = place.tried if node.kind == ASK else {**place.tried, subject: value}
        known = place.values if values is None else values
        return self._place(place.graph, target, known, tried, place.barred if barred is None else barred)

    def _at(self, values: Mapping[str, str], tried: Mapping[str, str], barred: frozenset[Answer]) -> Place:
        """The place of a state, in a graph that has it."""
        key = self._unfolder.key(values, tried)
        if key not in self._mapped:
            mapped = Mapped(self._unfolder.unfold(values, tried))
            for node in mapped.graph.nodes:
                if node.key is not None:
                    self._mapped.setdefault(node.key, (mapped, node))
            self._mapped.setdefault(key, (mapped, mapped.graph.nodes[0]))
        return self._place(*self._mapped[key], values, tried, barred)

    def _place(
        self,
        mapped: Mapped,
        node: Node,
        values: Mapping[str, str],
        tried: Mapping[str, str],
        barred: frozenset[Answer],
    ) -> Place:
        stand = _stand(node)
        if node.kind == CONTINUE and (question := self._answered_by.get(node.rule)):
            code = values[question]
            stand = Stand(node.kind, question if code == words.ANY_CODE else code)
        return Place(node, mapped, stand, values, tried, barred)

    # What the plan and the knowledge base say once and for all

    @cached_property
    def _unfolder(self) -> Unfolder:
        return Unfolder(self.kb, self.plan)

    @cached_property
    def _answered_by(self) -> dict[str, str]:
        """For each rule that goes on as the answer to a question, that question."""
        thens = {line.rule.id: line.rule.then for line in self.plan.lines}
        return {rule: then.answer_of for rule, then in thens.items() if isinstance(then, Continue) and then.answer_of}

    @cached_property
    def _named(self) -> dict[str, set[str]]:
        named: dict[str, set[str]] = {}
        for line in self.plan.lines:
            for condition in line.conditions:
                codes = {value for value in condition.accepts if value.startswith("0x") and value != self.code}
                named.setdefault(condition.subject, set()).update(codes)
        return named

    @cached_property
    def _bars(self) -> dict[Answer, frozenset[Answer]]:
        return barring(self.kb)


def barring(kb: KnowledgeBase) -> dict[Answer, frozenset[Answer]]:
    """For each answer, those that cannot stand beside it: the two entail different values of one question."""
    entailed: dict[Answer, list[Answer]] = {}
    for question in kb.questions.values():
        for entails in question.entails:
            answer = question.id, entails.value
            entailed.setdefault(answer, [answer]).append((entails.question, entails.then))
    linked = {ident for answers in entailed.values() for ident, _ in answers}
    for ident in linked:
        for value in kb.questions[ident].answers:
            if value != words.UNKNOWN:
                entailed.setdefault((ident, value), [(ident, value)])
    saying: dict[str, list[tuple[Answer, str]]] = {}
    for answer, said in entailed.items():
        for ident, then in said:
            saying.setdefault(ident, []).append((answer, then))
    return {
        answer: frozenset(
            other
            for ident, then in said
            for other, otherwise in saying[ident]
            if otherwise != then and other[0] != answer[0]
        )
        for answer, said in entailed.items()
    }


def _is_code(value: str) -> bool:
    return value.startswith("0x") or value == words.ANY_CODE
