"""The graph says what the engines do: every edge, with the key recomputed from the engine's own facts on arrival.

Replaying shortest paths alone would miss states that were merged although they differ; comparing keys does not, and
seeded unsound merges prove it. Random walks to the end compare experta, CLIPS, the reference and the graph at every
step. Seeded changes of the rules on one side must be noticed.
"""

from __future__ import annotations

import random
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import pytest
from msgspec.structs import replace

from engine.inference import Answer, Inference, Number, Outcome
from engine.plan import Line, Plan, as_seen, plan_of
from engine.productions import AskIt, End, Go, ProposeIt
from engine.unfold import ANOTHER_CODE, ASK, CONTINUE, ESCALATE, PROPOSE, FlatGraph, Key, Node, Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from tests import reference, rulesets, shipped
from tests.clips_engine import ClipsInference
from trees.minimal import difference

SOME_CODE = "0x8000EEEE"
"""A code that no plan names."""

Machine = Inference | ClipsInference
Steps = tuple[str, ...]


@dataclass
class Unfolded:
    """A plan, its graph, and the way from the start to every node."""

    kb: KnowledgeBase
    plan: Plan
    unfolder: Unfolder
    graph: FlatGraph
    ways: list[tuple[tuple[Node, str], ...]]
    known: Mapping[str, str | int]
    done: Mapping[str, str]

    @classmethod
    def of(
        cls,
        kb: KnowledgeBase,
        plan: Plan,
        known: Mapping[str, str | int] = MappingProxyType({}),
        done: Mapping[str, str] = MappingProxyType({}),
    ) -> Unfolded:
        """Unfolded from a start at which these facts are known."""
        unfolder = Unfolder(kb, plan)
        begin = Inference(kb, plan)
        tell_start(begin, known, done)
        begin.step()
        graph = unfolder.unfold({**known, **begin.derived}, done)
        ways: dict[int, tuple[tuple[Node, str], ...]] = {0: ()}
        queue = deque([0])
        while queue:
            node = graph.nodes[queue.popleft()]
            for label, target in node.edges:
                if target not in ways:
                    ways[target] = (*ways[node.number], (node, label))
                    queue.append(target)
        return cls(kb, plan, unfolder, graph, [ways[number] for number in range(len(graph.nodes))], known, done)

    def edges(self) -> Iterator[tuple[Node, str, Node]]:
        """Every edge that an engine of one code can follow (another code is the session's business)."""
        for node in self.graph.nodes:
            for label, target in node.edges:
                if not (node.kind == PROPOSE and label == ANOTHER_CODE):
                    yield node, label, self.graph.nodes[target]


def tell_start(machine: Machine, known: Mapping[str, str | int], done: Mapping[str, str]) -> None:
    machine.forget()
    for subject, value in known.items():
        machine.know(subject, as_seen(value, machine.plan.code))
    for remedy, outcome in done.items():
        machine.know_outcome(remedy, outcome)


def tell(machine: Machine, node: Node, label: str) -> None:
    if node.kind == ASK:
        machine.know(node.subject, SOME_CODE if label == ANOTHER_CODE else label)
    else:
        machine.know_outcome(node.subject, label)


def key_of(machine: Machine, unfolder: Unfolder) -> Key:
    """The key of the state, recomputed from the facts in the engine's own working memory."""
    values: dict[str, str | int] = {}
    outcomes: dict[str, str] = {}
    if isinstance(machine, ClipsInference):
        for fact in machine.facts():
            (outcomes if fact.kind == "outcome" else values)[fact.subject] = fact.value  # type: ignore[assignment]
    else:
        for fact in machine._engine.facts.values():
            if isinstance(fact, Outcome):
                outcomes[fact["subject"]] = fact["value"]
            elif isinstance(fact, Answer | Number):
                values[fact["subject"]] = fact["value"]
    return unfolder.key(values, outcomes)


def stands_at(machine: Machine, action: object, plan: Plan) -> Steps:
    """The engine's step in the words of the graph."""
    if isinstance(action, AskIt):
        line = plan.lines[action.line]
        return ASK, line.conditions[action.index].subject, line.rule.id
    if isinstance(action, ProposeIt):
        line = plan.lines[action.line]
        return PROPOSE, line.remedies[action.index], line.rule.id
    if isinstance(action, Go):
        return "go", "", plan.lines[action.line].rule.id
    assert isinstance(action, End)
    return "end", action.how, ""


def drawn_at(node: Node) -> Steps:
    """The node in the same words."""
    if node.kind in (ASK, PROPOSE):
        return node.kind, node.subject, node.rule
    if node.kind in (ESCALATE, CONTINUE):
        return ("go", "", node.rule) if node.rule else ("end", "exhausted", "")
    return "end", words.FIXED if node.kind == "resolved" else words.PENDING, ""


def mistakes(
    unfolded: Unfolded, machine: Machine, edges: Iterator[tuple[Node, str, Node]], *, step_by_step: bool = False
) -> Iterator[str]:
    """What differs on arrival at the end of each edge, replayed after the way to its beginning.

    `step_by_step`: run after each fact of the way, too. Where answers may contradict each other through a third
    question (a session refuses that), what follows depends on which was told first.
    """
    for node, label, target in edges:
        tell_start(machine, unfolded.known, unfolded.done)
        for before, before_label in unfolded.ways[node.number]:
            if step_by_step:
                machine.step()
            tell(machine, before, before_label)
        here = stands_at(machine, machine.step(), machine.plan)
        if here != drawn_at(node):
            yield f"{here} instead of {drawn_at(node)} at the beginning"
            continue
        tell(machine, node, label)
        there = stands_at(machine, machine.step(), machine.plan)
        if there != drawn_at(target):
            yield f"{node.subject}={label}: {there} instead of {drawn_at(target)}"
        elif target.key is not None and key_of(machine, unfolded.unfolder) != target.key:
            yield f"{node.subject}={label}: the key differs at {drawn_at(target)}"


MACHINES = [pytest.param(Inference, id="experta"), pytest.param(ClipsInference, id="CLIPS")]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("code", shipped.codes())
def test_a_sample_of_every_code_s_edges_leads_where_the_graph_says(code: str, machine: type[Machine]) -> None:
    kb = shipped.knowledge()
    unfolded = Unfolded.of(kb, plan_of(kb, code))
    edges = list(unfolded.edges())
    sample = random.Random(code).sample(edges, min(60, len(edges)))
    assert list(mistakes(unfolded, machine(kb, unfolded.plan), iter(sample))) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("code", shipped.codes())
def test_every_edge_of_every_code_leads_where_the_graph_says(
    code: str, machine: type[Machine], capsys: pytest.CaptureFixture[str]
) -> None:
    kb = shipped.knowledge()
    unfolded = Unfolded.of(kb, plan_of(kb, code))
    edges = list(unfolded.edges())
    assert list(mistakes(unfolded, machine(kb, unfolded.plan), iter(edges))) == []
    with capsys.disabled():
        print(f"\n{code}: {len(edges)} edges replayed in {machine.__name__}")


@pytest.mark.parametrize("seed", range(0, 120, 20))
def test_every_edge_of_generated_plans_leads_where_the_graph_says_from_any_start(seed: int) -> None:
    _generated(range(seed, seed + 20))


@pytest.mark.exhaustive
@pytest.mark.parametrize("seed", range(1000, 1500, 100))
def test_every_edge_of_many_more_generated_plans_leads_where_the_graph_says(seed: int) -> None:
    _generated(range(seed, seed + 100))


def _generated(seeds: range) -> None:
    """Random rule sets, each from a case with nothing known and from one with random facts known."""
    edges = 0
    for seed in seeds:
        dice = random.Random(f"generated {seed}")
        kb = rulesets.draw_knowledge_base(dice.choice)
        code, answers, done = rulesets.draw_start(dice.choice, kb, ("not-fixed", "blocked", "declined"))
        known: dict[str, str | int] = {
            subject: int(value) if subject in kb.measures and value != words.UNKNOWN else value
            for subject, value in answers.items()
        }
        helped_not = {remedy: outcome for remedy, outcome in done.items() if not outcome.startswith("0x")}
        plan = plan_of(kb, code)
        for unfolded in (Unfolded.of(kb, plan), Unfolded.of(kb, plan, known, helped_not)):
            for machine in (Inference(kb, plan), ClipsInference(kb, plan)):
                found = list(unfolded.edges())
                edges += len(found)
                assert list(mistakes(unfolded, machine, iter(found), step_by_step=True)) == [], f"seed {seed}"
    assert edges > 10 * len(seeds)


def walk(unfolded: Unfolded, experta: Inference, clips: ClipsInference, dice: random.Random) -> int:
    """One random walk to its end in the graph, experta, CLIPS and the reference; returns its steps."""
    kb, code = unfolded.kb, unfolded.plan.code
    state = reference.start(kb, code, {}, {})
    experta.forget()
    clips.forget()
    node = unfolded.graph.nodes[0]
    length = 0
    while True:
        expected = drawn_at(node)
        assert stands_at(experta, experta.step(), experta.plan) == expected
        assert stands_at(clips, clips.step(), clips.plan) == expected
        assert node.key is None or key_of(experta, unfolded.unfolder) == node.key
        assert _told_by_reference(kb, code, state, node)
        edges = [edge for edge in node.edges if not (node.kind == PROPOSE and edge[0] == ANOTHER_CODE)]
        if not edges:
            return length
        label, target = dice.choice(edges)
        tell(experta, node, label)
        tell(clips, node, label)
        value = SOME_CODE if label == ANOTHER_CODE else label
        happen = reference.answer if node.kind == ASK else reference.outcome
        state = happen(kb, state, node.subject, value)
        node = unfolded.graph.nodes[target]
        length += 1


def _told_by_reference(kb: KnowledgeBase, code: str, state: reference.State, node: Node) -> bool:
    """Whether the reference stands where the graph does; it follows a rule into another code at once."""
    if node.kind == CONTINUE and node.rule:
        return state.code != code or reference.step(kb, state) == ("escalated", "circle", "")
    step = reference.step(kb, state)
    if node.kind == ASK:
        return step == ("ask", node.subject)
    if node.kind == PROPOSE:
        return step == ("propose", node.subject, node.cause, node.rule)
    return step[0] == {ESCALATE: "escalated", "resolved": "resolved", "saved": "saved"}[node.kind]


@pytest.mark.parametrize("code", shipped.codes())
def test_random_walks_agree_in_graph_experta_clips_and_reference(code: str) -> None:
    _walks(code, 6)


@pytest.mark.exhaustive
@pytest.mark.parametrize("code", shipped.codes())
def test_1000_random_walks_agree_in_graph_experta_clips_and_reference(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = _walks(code, 1000)
    with capsys.disabled():
        print(f"\n{code}: 1000 walks, {steps} steps")


def _walks(code: str, count: int) -> int:
    kb = shipped.knowledge()
    plan = plan_of(kb, code)
    unfolded = Unfolded.of(kb, plan)
    experta, clips = Inference(kb, plan), ClipsInference(kb, plan)
    dice = random.Random(f"walks {code}")
    return sum(walk(unfolded, experta, clips, dice) for _ in range(count))


def test_every_seeded_unsound_merge_is_caught(capsys: pytest.CaptureFixture[str]) -> None:
    """An edge redirected to another state that looks alike: the same kind, the same subject, the same rule."""
    kb = shipped.knowledge()
    dice = random.Random("unsound merges")
    caught = seeded = 0
    for code in shipped.codes():
        unfolded = Unfolded.of(kb, plan_of(kb, code))
        alike: dict[Steps, list[Node]] = {}
        for node in unfolded.graph.nodes:
            if node.key is not None:
                alike.setdefault(drawn_at(node), []).append(node)
        candidates = [(n, label, t) for n, label, t in unfolded.edges() if len(alike.get(drawn_at(t), ())) > 1]
        machine = Inference(kb, unfolded.plan)
        for node, label, target in dice.sample(candidates, min(4, len(candidates))):
            wrong = dice.choice([other for other in alike[drawn_at(target)] if other is not target])
            seeded += 1
            caught += bool(list(mistakes(unfolded, machine, iter([(node, label, wrong)]))))
    with capsys.disabled():
        print(f"\n{caught} of {seeded} seeded unsound merges caught")
    assert seeded >= 63
    assert caught == seeded


def strays(unfolded: Unfolded, machine: Machine, way: Iterable[tuple[str, str]]) -> bool:
    """Whether a session through the graph leads the engine elsewhere."""
    machine.forget()
    node = unfolded.graph.nodes[0]
    for _, label in way:
        if stands_at(machine, machine.step(), machine.plan) != drawn_at(node):
            return True
        tell(machine, node, label)
        node = unfolded.graph.nodes[dict(node.edges)[label]]
    return stands_at(machine, machine.step(), machine.plan) != drawn_at(node)


def mutants(plan: Plan) -> Iterator[tuple[str, Plan]]:
    """The plan with one rule changed."""
    for number, line in enumerate(plan.lines):
        changes: list[tuple[str, Line]] = []
        for index in range(len(line.conditions)):
            fewer = (*line.conditions[:index], *line.conditions[index + 1 :])
            changes.append(("condition dropped", replace(line, conditions=fewer)))
            condition = line.conditions[index]
            if condition.accepts != (words.UNKNOWN,):
                wider = type(condition)(condition.subject, (*condition.accepts, words.UNKNOWN), condition.because)
                conditions = (*line.conditions[:index], wider, *line.conditions[index + 1 :])
                changes.append(("unknown accepted", replace(line, conditions=conditions)))
        for what, changed in changes:
            yield what, Plan(plan.code, (*plan.lines[:number], changed, *plan.lines[number + 1 :]))
        if number:
            before = plan.lines[number - 1]
            swapped = (*plan.lines[: number - 1], line, before, *plan.lines[number + 1 :])
            yield "neighbours swapped", Plan(plan.code, swapped)
        yield "rule lost", Plan(plan.code, (*plan.lines[:number], *plan.lines[number + 1 :]))


Classes = dict[tuple[Steps, tuple[tuple[str, int], ...]], int]


def behaviour(graph: FlatGraph, classes: Classes) -> int:
    """The number of what a session can see of a graph: the same number in `classes` means the same sessions."""
    of: dict[int, int] = {}
    for number in graph.backwards():
        node = graph.nodes[number]
        seen = drawn_at(node), tuple((label, of[target]) for label, target in node.edges)
        of[number] = classes.setdefault(seen, len(classes))
    return of[0]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("codes", "fewest"),
    [
        pytest.param(("0xC004F06C", "0x80092328"), 25, id="two"),
        pytest.param(("0xC004C008", "0xC004F02C"), 60, id="two larger", marks=pytest.mark.exhaustive),
    ],
)
def test_every_changed_rule_that_changes_sessions_is_noticed(
    codes: tuple[str, ...], fewest: int, capsys: pytest.CaptureFixture[str]
) -> None:
    kb = shipped.knowledge()
    counts: Counter[str] = Counter()
    for code in codes:
        plan = plan_of(kb, code)
        unfolded = Unfolded.of(kb, plan)
        classes: Classes = {}
        whole = behaviour(unfolded.graph, classes)
        for what, mutated in mutants(plan):
            changed = Unfolder(kb, mutated).unfold()
            if behaviour(changed, classes) == whole:
                counts["without effect"] += 1
                continue
            counts[what] += 1
            machine = Inference(kb, mutated)
            if next(mistakes(unfolded, machine, unfolded.edges()), None) is not None:
                counts["by the edges"] += 1
            elif strays(unfolded, machine, difference(unfolded.graph, changed) or ()):
                counts["by a walk"] += 1  # a way to a merged state that the edges' replay does not take
            else:
                counts[f"NOT noticed: {what}"] += 1
    with capsys.disabled():
        print(f"\nmutants: {dict(sorted(counts.items()))}")
    assert not [what for what in counts if what.startswith("NOT")]
    assert counts["by the edges"] + counts["by a walk"] >= fewest
