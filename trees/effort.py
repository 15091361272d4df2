"""How many steps it takes to come to each remedy, and which neighbours in a plan would better change places.

The figures stand on weights, which are stated and not measured: how often each code is met, and how often each answer
is given. By default all codes, and all definite answers to a question, are equally frequent; *unknown* is given only
where nothing else can be; and a remedy helps in one case of two.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise

from engine.plan import plan_of
from engine.unfold import ASK, PROPOSE, FlatGraph, Node, Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Entry, Rule, Treat

from .altering import Spot, entries_of, procedures_in, with_entries

_HELPS = 0.5
_LEAST = 1e-9
"""A difference of so many steps is none."""


@dataclass(frozen=True, slots=True)
class Weights:
    """How frequent something is, compared with its like; what is not named counts 1 (an answer of unknown: 0)."""

    codes: Mapping[str, float] = field(default_factory=dict)
    answers: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def of_code(self, code: str) -> float:
        """How frequent a code is."""
        return self.codes.get(code, 1.0)

    def of_edges(self, node: Node) -> list[tuple[float, int]]:
        """The probability of each way on from a node."""
        if node.kind == PROPOSE:
            targets = dict(node.edges)
            return [(_HELPS, targets[words.FIXED]), (1 - _HELPS, targets[words.NOT_FIXED])]
        weighed = [
            (self.answers.get((node.subject, label), float(label != words.UNKNOWN)), target)
            for label, target in node.edges
        ]
        total = sum(weight for weight, _ in weighed)
        if not total:
            return [(1 / len(weighed), target) for _, target in weighed]
        return [(weight / total, target) for weight, target in weighed]


@dataclass(frozen=True, slots=True)
class Steps:
    """Steps (questions and remedies) up to a remedy and with it: on average where it is proposed, and at most."""

    remedy: str
    mean: float
    most: int


@dataclass(frozen=True, slots=True)
class Swap:
    """Two neighbours that would better change places: steps of a session on average, now and then."""

    spot: Spot
    first: str
    second: str
    now: float
    then: float


def steps_to_remedies(kb: KnowledgeBase, weights: Weights) -> list[Steps]:
    """The steps to each remedy that is ever proposed, the farthest first."""
    chance: dict[str, float] = {}
    steps: dict[str, float] = {}
    most: dict[str, int] = {}
    for code in kb.codes:
        graph = _graph(kb, code)
        for node, (probability, expected, longest) in zip(graph.nodes, _forward(graph, weights), strict=True):
            if node.kind == PROPOSE:
                weight = weights.of_code(code)
                chance[node.subject] = chance.get(node.subject, 0.0) + weight * probability
                steps[node.subject] = steps.get(node.subject, 0.0) + weight * (expected + probability)
                most[node.subject] = max(most.get(node.subject, 0), longest + 1)
    means = {remedy: steps[remedy] / total if total else float(most[remedy]) for remedy, total in chance.items()}
    found = [Steps(remedy, means[remedy], most[remedy]) for remedy in sorted(most)]
    return sorted(found, key=lambda one: -one.mean)


def mean_steps(kb: KnowledgeBase, weights: Weights) -> float:
    """The steps of a session on average, over all codes."""
    return _mean({code: _expected(kb, code, weights) for code in kb.codes}, weights)


def better_swaps(kb: KnowledgeBase, weights: Weights) -> Iterator[Swap]:
    """Each swap of neighbouring rules of one risk class after which sessions are shorter on average."""
    now = {code: _expected(kb, code, weights) for code in kb.codes}
    used = {code: procedures_in(kb, thing.plan) for code, thing in kb.codes.items()}
    entries = sorted(entries_of(kb), key=lambda one: (one[0].section, one[0].ident, one[0].path[:-1], one[0].path[-1]))
    for (spot, entry), (other, after) in pairwise(entries):
        same_list = (spot.section, spot.ident, spot.path[:-1]) == (other.section, other.ident, other.path[:-1])
        if not same_list or not isinstance(entry, Rule) or not isinstance(after, Rule):
            continue
        if _risk(kb, entry) is None or _risk(kb, entry) != _risk(kb, after):
            continue
        altered = with_entries(with_entries(kb, spot, (after,)), other, (entry,))
        codes = [code for code in kb.codes if spot.ident in (code, *used[code])]
        then = {**now, **{code: _expected(altered, code, weights) for code in codes}}
        if _mean(then, weights) < _mean(now, weights) - _LEAST:
            yield Swap(spot, entry.id, after.id, _mean(now, weights), _mean(then, weights))


def _risk(kb: KnowledgeBase, entry: Entry) -> int | None:
    """The class of the gravest remedy of a rule; None for what proposes none."""
    if isinstance(entry, Rule) and isinstance(entry.then, Treat):
        return max(words.RISKS.index(kb.remedies[remedy].risk) for remedy in entry.then.remedies)
    return None


def _mean(steps: Mapping[str, float], weights: Weights) -> float:
    total = sum(weights.of_code(code) for code in steps)
    return sum(weights.of_code(code) * expected for code, expected in steps.items()) / total if total else 0.0


def _graph(kb: KnowledgeBase, code: str) -> FlatGraph:
    return Unfolder(kb, plan_of(kb, code)).unfold()


def _expected(kb: KnowledgeBase, code: str, weights: Weights) -> float:
    """The steps of a session of this code on average."""
    graph = _graph(kb, code)
    steps = [0.0] * len(graph.nodes)
    for number in graph.backwards():
        node = graph.nodes[number]
        if node.kind in (ASK, PROPOSE):
            steps[number] = 1 + sum(chance * steps[target] for chance, target in weights.of_edges(node))
    return steps[0]


def _forward(graph: FlatGraph, weights: Weights) -> list[tuple[float, float, int]]:
    """For each node: how probable it is, its probability times the steps to it, and the most steps to it."""
    chance, expected, most = ([0.0] * len(graph.nodes), [0.0] * len(graph.nodes), [0] * len(graph.nodes))
    chance[0] = 1.0
    for number in reversed(graph.backwards()):
        node = graph.nodes[number]
        for part, target in weights.of_edges(node) if node.kind in (ASK, PROPOSE) else ():
            chance[target] += part * chance[number]
            expected[target] += part * (expected[number] + chance[number])
        for _, target in node.edges:
            most[target] = max(most[target], most[number] + 1)
    return list(zip(chance, expected, most, strict=True))
