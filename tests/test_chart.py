"""Composed charts give the sessions that the rules give, and they say so in shapes that can be read.

The law: a walk through a code's own chart and its procedures' charts, carrying answers and outcomes and passing what
is known, stands at every moment where the flat graph stands, offers the same answers, and each of them leads both to
the same next step. It is checked as a product: every pair of a flat node and a place in the charts (with what is known
of what the charts still look at) that any walk can reach, and every answer there.
"""

from __future__ import annotations

import contextlib
import random
from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from hypothesis import given, settings

from engine.case import Ask, CaseError, Escalated, Propose
from engine.inference import Inference
from engine.plan import as_seen, plan_of
from engine.session import Session
from engine.unfold import ASK, CONTINUE, ESCALATE, GOES_ON, PROPOSE, RESOLVED, FlatGraph, Node, Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Procedure, Question, Rule, Treat, Use
from kb.texts import Texts
from tests import rulesets, shipped, small
from trees import shapes
from trees.chart import (
    Chart,
    ChartEdge,
    ChartNode,
    Label,
    answer_labels,
    code_chart,
    flat_chart,
    labels,
    procedure_chart,
    procedures_in,
)
from trees.reading import Reading, plainly
from trees.walking import LostError, Place, Walker
from voltriage.wording import Wording

# The law


@dataclass
class Product:
    """Walks through the flat graph and the charts of one code at once.

    `whole`: every pair of a node and a place is visited with everything that can be known there and is still looked
    at ahead; else once, with what was known when it was first reached. The former grows too fast for large codes.
    """

    kb: KnowledgeBase
    walker: Walker
    graph: FlatGraph
    known: Mapping[str, str]
    tried: Mapping[str, str]
    whole: bool = True
    walked: set[tuple[int, str]] = field(default_factory=set)
    arrows: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    pairs: int = 0

    @classmethod
    def of(
        cls,
        kb: KnowledgeBase,
        code: str,
        known: Mapping[str, str] | None = None,
        tried: Mapping[str, str] | None = None,
        walker: Walker | None = None,
        *,
        whole: bool = True,
    ) -> Product:
        graph = Unfolder(kb, plan_of(kb, code)).unfold(known or {}, tried or {})
        return cls(kb, walker or Walker.of(kb, code), graph, known or {}, tried or {}, whole)

    def mistakes(self) -> Iterator[str]:
        """What differs, at any pair that a walk can reach."""
        try:
            place, arrows = self.walker.start(self.known, self.tried)
        except LostError as error:
            yield str(error)
            return
        self.arrows.update(arrows)
        todo = deque([(0, place, dict(self.known), dict(self.tried))])
        seen = set()
        while todo:
            number, place, values, tried = todo.popleft()
            identity = number, place, ahead(self.walker, place, values, tried) if self.whole else frozenset()
            if identity in seen:
                continue
            seen.add(identity)
            node = self.graph.nodes[number]
            drawn = self.walker.node(place)
            difference = differs(node, drawn, self.walker.answers(place), values, self.walker.code)
            if difference:
                yield f"{place}: {difference}"
                continue
            for label, target in node.edges:
                self.walked.add((number, label))
                after, done = (
                    (answered(self.kb, values, node.subject, label), tried)
                    if node.kind == ASK
                    else (values, {**tried, node.subject: label})
                )
                try:
                    further, arrows = self.walker.follow(place, label, after, done)
                except LostError as error:
                    yield str(error)
                    continue
                self.arrows.update(arrows)
                todo.append((target, further, after, done))
        self.pairs = len(seen)

    def edges(self) -> set[tuple[int, str]]:
        return {(node.number, label) for node in self.graph.nodes for label, _ in node.edges}


def answered(kb: KnowledgeBase, values: Mapping[str, str], question: str, value: str) -> dict[str, str]:
    """What is known after an answer: a value that there is stays, whatever follows from another."""
    known = {**values, question: value}
    for entails in kb.questions[question].entails:
        if entails.value == value:
            known.setdefault(entails.question, entails.then)
    return known


def differs(node: Node, drawn: ChartNode, answers: frozenset[str], values: Mapping[str, str], code: str) -> str:
    """How a place in the charts differs from a node of the flat graph; empty when it does not."""
    expected = stands_for(node)
    subject = drawn.subject
    if drawn.kind == shapes.OTHER_CODE and drawn.rule and subject in values:
        subject = values[subject]
    if drawn.kind == shapes.SAVED:
        subject = node.subject
    if (drawn.kind, subject, drawn.cause) != expected:
        return f"{(drawn.kind, subject, drawn.cause)} instead of {expected}"
    if node.kind != ASK and (node.rule or drawn.rule) and node.rule not in drawn.rules:
        return f"rules {drawn.rules} instead of {node.rule}"
    offered = {label for label, _ in node.edges}
    drawn_codes = {answer for answer in answers if answer.startswith("0x")}
    if not drawn_codes <= {*offered, code} or answers - drawn_codes != {a for a in offered if not a.startswith("0x")}:
        return f"answers {sorted(answers)} instead of {sorted(offered)}"
    return ""


def stands_for(node: Node) -> tuple[str, str, str]:
    kinds = {ASK: shapes.QUESTION, PROPOSE: shapes.REMEDY, CONTINUE: shapes.OTHER_CODE, ESCALATE: shapes.ESCALATED}
    other = {RESOLVED: shapes.RESOLVED}
    return kinds.get(node.kind) or other.get(node.kind, shapes.SAVED), node.subject, node.cause


def ahead(walker: Walker, place: Place, values: Mapping[str, str], tried: Mapping[str, str]) -> frozenset[str]:
    """What is known and still looked at somewhere ahead of a place: values ("question=answer") and remedies.

    Where an answer is known, only the way that it takes is ahead. So two cases at the same place that agree in this
    go on alike.
    """
    found: set[str] = set()
    seen: set[tuple[str, str]] = set()
    todo = [place[-1]]
    todo += [(chart, target) for chart, box in place[:-1] for target in walker.ways(chart).ways.get(box, {}).values()]
    while todo:
        chart, ident = step = todo.pop()
        if step in seen:
            continue
        seen.add(step)
        ways = walker.ways(chart)
        node = ways.nodes[ident]
        targets = set(ways.ways.get(ident, {}).values())
        if node.kind == shapes.PROCEDURE:
            inner = walker.ways(node.subject)
            todo.append((node.subject, inner.chart.nodes[0].id))
        elif node.kind in (shapes.QUESTION, shapes.CONDITION):
            answer = walker.known(node, values, tried)
            if answer is not None:
                found.add(f"{node.subject}={answer}")
                targets = {ways.target(ident, answer)} - {None}
        elif node.kind == shapes.REMEDY and node.subject in tried:
            found.add(node.subject)
        elif node.kind == shapes.OTHER_CODE and node.subject in values:
            found.add(f"{node.subject}={values[node.subject]}")
        todo += [(chart, target) for target in targets]
    return frozenset(found)


@pytest.mark.parametrize("code", shipped.codes())
def test_walking_the_composed_charts_of_every_code_gives_exactly_the_flat_graph_s_walks(
    code: str, capsys: pytest.CaptureFixture[str]
) -> None:
    product = Product.of(shipped.knowledge(), code, whole=False)
    assert list(product.mistakes()) == []
    assert product.walked == product.edges()
    with capsys.disabled():
        print(f"\n{code}: {len(product.edges())} edges, {product.pairs} pairs")


# Other starts, other rules


def from_any_start(kb: KnowledgeBase, code: str, answers: Mapping[str, str], outcomes: Mapping[str, str]) -> Product:
    """The product for a case that starts with these facts and all that follows from them."""
    plan = plan_of(kb, code)
    machine = Inference(kb, plan)
    known: dict[str, str | int] = {
        subject: int(value) if subject in kb.measures and value != words.UNKNOWN else value
        for subject, value in answers.items()
    }
    for subject, value in known.items():
        machine.know(subject, as_seen(value, code))
    machine.step()
    unfolder = Unfolder(kb, plan)
    values = {**known, **machine.derived}
    questions = [question for question in plan.questions if question in values]
    labelled = {question: unfolder.label(question, values[question]) for question in questions}
    others = {q: str(as_seen(v, code)) for q, v in values.items() if q not in labelled and q in kb.questions}
    tried = {remedy: outcome for remedy, outcome in outcomes.items() if outcome in GOES_ON}
    return Product.of(kb, code, {**others, **labelled}, tried)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(rulesets.cases(GOES_ON))
def test_the_law_holds_for_generated_rules_from_nothing_and_from_any_start(case: rulesets.Case) -> None:
    holds_for(case)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(0, 600, 100))
def test_the_law_holds_for_many_generated_rules(seed: int) -> None:
    edges = 0
    for number in range(seed, seed + 100):
        dice = random.Random(f"charts {number}")
        edges += holds_for(rulesets.draw_case(dice.choice, GOES_ON))
    assert edges > 1000


def holds_for(case: rulesets.Case) -> int:
    edges = 0
    for code in (case.code, *case.kb.codes):
        for product in (Product.of(case.kb, code), from_any_start(case.kb, code, case.answers, case.outcomes)):
            assert list(product.mistakes()) == []
            assert product.walked == product.edges()
            edges += len(product.walked)
    return edges


# Real sessions: other codes, numbers, facts told out of turn


@pytest.mark.parametrize("code", shipped.codes())
def test_a_reader_of_the_charts_stands_where_the_session_stands(code: str) -> None:
    sessions(shipped.knowledge(), code, 12)


@pytest.mark.exhaustive
@pytest.mark.parametrize("code", shipped.codes())
def test_a_reader_of_the_charts_stands_where_many_sessions_stand(code: str) -> None:
    sessions(shipped.knowledge(), code, 300)


def sessions(kb: KnowledgeBase, code: str, count: int) -> None:
    dice = random.Random(f"sessions {code}")
    walkers: dict[str, Walker] = {}
    for _ in range(count):
        session = Session(kb, code, engines=ENGINES)
        for _ in range(120):
            step = session.next()
            if session.code not in walkers:
                walkers[session.code] = Walker.of(kb, session.code)
            walker = walkers[session.code]
            if isinstance(step, Escalated) and step.reason == words.CIRCLE:
                break
            place, _ = walker.start(session.values, session.outcomes)
            assert seen_at(walker.node(place)) == seen_in(step), session.trail
            if not isinstance(step, Ask | Propose):
                break
            happen(session, step, dice)


ENGINES: dict[str, Inference] = {}


def happen(session: Session, step: Ask | Propose, dice: random.Random) -> None:
    """Mostly what is expected; sometimes a number, a fact out of turn, or another code."""
    kb = session.plan and shipped.knowledge()
    with contextlib.suppress(CaseError):  # an answer that contradicts another is refused, and the session stays
        if dice.random() < 0.08:
            question = kb.questions[dice.choice(session.plan.questions)]
            session.tell(question.id, dice.choice(question.answers))
        elif isinstance(step, Propose):
            outcomes = [*GOES_ON] * 3 + ["0xC004F074", "0x8000EEEE"]
            session.outcome(dice.choice(outcomes))
        else:
            question = kb.questions[step.question]
            answers: list[str | int] = [*question.answers]
            if question.kind == words.CODE:
                answers += ["0xC004F042", "0x8000EEEE", session.code]
            if question.threshold:
                answers += [dice.randrange(0, 40)]
            session.answer(dice.choice(answers))


def seen_at(node: ChartNode) -> tuple[str, ...]:
    if node.kind == shapes.QUESTION:
        return "ask", node.subject
    if node.kind == shapes.REMEDY:
        return "propose", node.subject, node.cause
    return node.kind, node.subject, node.cause


def seen_in(step: object) -> tuple[str, ...]:
    if isinstance(step, Ask):
        return "ask", step.question
    if isinstance(step, Propose):
        return "propose", step.remedy, step.cause
    assert isinstance(step, Escalated)
    return shapes.ESCALATED, ", ".join(step.to), step.cause


# The law can fail


@dataclass(frozen=True)
class Mutant:
    """A chart with one mistake in it."""

    what: str
    chart: Chart


def mutants(chart: Chart, dice: random.Random, each: int) -> Iterator[Mutant]:
    """Charts with a seeded mistake; of every sort up to `each`."""
    sorts: dict[str, list[Callable[[], Chart]]] = {}
    for what, make in (*mistakes_at_arrows(chart, dice), *mistakes_at_shapes(chart, dice)):
        sorts.setdefault(what, []).append(make)
    for what, makers in sorted(sorts.items()):
        for make in dice.sample(makers, min(each, len(makers))):
            yield Mutant(what, make())


def mistakes_at_arrows(chart: Chart, dice: random.Random) -> Iterator[tuple[str, Callable[[], Chart]]]:
    places = {node.id: number for number, node in enumerate(chart.nodes)}
    for edge in chart.edges:
        others = [n.id for n in chart.nodes[places[edge.source] + 1 :] if n.id != edge.target]
        if others and edge.answers:
            wrong = replace(edge, target=dice.choice(others))
            yield "wrong jump", partial(changed, chart, edge, wrong)
        if len(edge.answers) > 1:
            yield "answer lost", partial(changed, chart, edge, replace(edge, answers=edge.answers[1:]))


def mistakes_at_shapes(chart: Chart, dice: random.Random) -> Iterator[tuple[str, Callable[[], Chart]]]:
    for number, node in enumerate(chart.nodes):
        out = [edge for edge in chart.edges if edge.source == node.id]
        later = chart.nodes[number + 1 :]  # no circles
        twins = [n for n in later if (n.kind, n.subject) == (node.kind, node.subject)]
        if node.kind in (shapes.CONDITION, shapes.QUESTION, shapes.REMEDY):
            yield f"missing {node.kind}", partial(without, chart, node.id, dice.choice(out).target)
        if node.kind == shapes.PROCEDURE and out:
            yield "procedure skipped", partial(without, chart, node.id, out[0].target)
        if twins:
            yield "merged states", partial(without, chart, node.id, dice.choice(twins).id)
        if len(out) > 1 and node.kind in (shapes.CONDITION, shapes.QUESTION):
            yield "answers swapped", partial(swapped, chart, *out[:2])


def changed(chart: Chart, old: ChartEdge, new: ChartEdge) -> Chart:
    return replace(chart, edges=tuple(new if edge is old else edge for edge in chart.edges))


def swapped(chart: Chart, one: ChartEdge, other: ChartEdge) -> Chart:
    return changed(changed(chart, one, replace(one, target=other.target)), other, replace(other, target=one.target))


def without(chart: Chart, ident: str, instead: str) -> Chart:
    return replace(
        chart,
        edges=tuple(replace(e, target=instead) if e.target == ident else e for e in chart.edges if e.source != ident),
    )


def with_mistake(kb: KnowledgeBase, code: str, mutant: Mutant) -> Walker:
    """A reader of the code's charts, one of which has the mistake."""
    own = mutant.chart if mutant.chart.id == code else code_chart(kb, code)
    return Walker(kb, code, own, lambda p: mutant.chart if mutant.chart.id == p else procedure_chart(kb, p))


@pytest.mark.slow
def test_every_seeded_mistake_in_a_chart_that_changes_a_walk_is_caught(capsys: pytest.CaptureFixture[str]) -> None:
    """What no walk notices must be without effect: then no session of the engine notices it either."""
    kb = shipped.knowledge()
    dice = random.Random("mistakes")
    counts: Counter[str] = Counter()
    for code in ("0xC004F02C", "0xC004F038", "0xC004C008", "0xC004F06C", "0xC004F064", "0xC004F041"):
        own = code_chart(kb, code)
        drawn = [own, *(procedure_chart(kb, procedure) for procedure in procedures_in(kb, own))]
        for chart in drawn:
            for mutant in mutants(chart, dice, 4 if chart is own else 2):
                walker = with_mistake(kb, code, mutant)
                if next(Product.of(kb, code, walker=walker).mistakes(), None) is not None:
                    counts[mutant.what, "caught"] += 1
                else:
                    assert not strays(kb, code, walker, dice), mutant
                    counts[mutant.what, "without effect"] += 1
    with capsys.disabled():
        print()
        for what in sorted({what for what, _ in counts}):
            print(f"{what}: {counts[what, 'caught']} caught, {counts[what, 'without effect']} without effect")
    caught = sum(count for (_, how), count in counts.items() if how == "caught")
    assert caught >= 200
    assert caught > 5 * (counts.total() - caught)


def strays(kb: KnowledgeBase, code: str, walker: Walker, dice: random.Random) -> bool:
    """Whether any of many sessions of the engine under this code leads elsewhere than the charts."""
    machine = Session(kb, code, engines=ENGINES)
    for _ in range(60):
        machine = Session(kb, code, engines=ENGINES)
        while isinstance(step := machine.next(), Ask | Propose) and machine.code == code:
            try:
                place, _ = walker.start(machine.values, machine.outcomes)
            except LostError:
                return True
            if seen_at(walker.node(place)) != seen_in(step):
                return True
            with contextlib.suppress(CaseError):
                if isinstance(step, Ask):
                    machine.answer(dice.choice(kb.questions[step.question].answers))
                else:
                    machine.outcome(dice.choice(GOES_ON))
    return False


# What charts look like


def every_chart(kb: KnowledgeBase) -> list[Chart]:
    return [*(code_chart(kb, code) for code in kb.codes), *(procedure_chart(kb, p) for p in kb.procedures)]


def test_charts_are_small_enough_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    sizes = sorted((len(chart.nodes), chart.id) for chart in every_chart(shipped.knowledge()))
    with capsys.disabled():
        print(f"\ncharts of {sizes[0][0]} to {sizes[-1][0]} nodes; half have at most {sizes[len(sizes) // 2][0]}")
    assert sizes[len(sizes) // 2][0] <= 25
    assert sum(size > 30 for size, _ in sizes) <= len(sizes) // 5
    assert sizes[-1][0] <= 60


@pytest.mark.parametrize("kb", [shipped.knowledge(), small.knowledge()], ids=["shipped", "small"])
def test_charts_are_well_made(kb: KnowledgeBase) -> None:
    for chart in [*every_chart(kb), *(flat_chart(kb, code) for code in kb.codes)]:
        ids = [node.id for node in chart.nodes]
        order = {ident: place for place, ident in enumerate(ids)}
        assert len(order) == len(ids)
        assert all(ident.isascii() and " " not in ident for ident in ids)
        assert [node.kind for node in chart.nodes].index(shapes.START) == 0
        ends = [(edge.source, edge.target) for edge in chart.edges]
        assert len(set(ends)) == len(ends)
        assert all(order[source] < order[target] for source, target in ends)
        assert {target for _, target in ends} == set(ids[1:])
        assert [order[source] for source, _ in ends] == sorted(order[source] for source, _ in ends)
        for node in chart.nodes:
            leads_on = node.id in {source for source, _ in ends}
            assert leads_on != (node.kind in shapes.ENDS) or node.kind == shapes.PROCEDURE


def test_every_shape_and_arrow_of_the_shipped_charts_is_on_some_session_s_way(
    capsys: pytest.CaptureFixture[str],
) -> None:
    """A chart draws nothing that no case reaches, but for answers that could be known from another code."""
    kb = shipped.knowledge()
    taken: Counter[tuple[str, str, str]] = Counter()
    for code in kb.codes:
        product = Product.of(kb, code)
        assert not list(product.mistakes())
        taken += product.arrows
    drawn = {(chart.id, edge.source, edge.target) for chart in every_chart(kb) for edge in chart.edges}
    never = drawn - set(taken)
    with capsys.disabled():
        print(f"\n{len(drawn)} arrows, {len(never)} of them only for answers known from elsewhere")
    assert len(never) <= len(drawn) // 50


def test_a_procedure_that_would_ask_what_its_rules_asked_before_is_drawn_in_place() -> None:
    """Its rules were met first behind a guard that need not have held; as a box it would ask them all the same."""
    question, other = yes_no("q1"), yes_no("q2")
    rule = Rule("R1", (when("q2", "yes"),), Treat("c1", ("r1",)), rulesets.text("R1"), ())
    extra = Rule("R2", (when("q1", "no"), when("q2", "no")), Treat("c1", ("r2",)), rulesets.text("R2"), ())
    inner = Procedure("p1", rulesets.text("p1"), (rule,))
    outer = Procedure("p2", rulesets.text("p2"), (Use("p1"), extra))
    plan = (Use("p1", (when("q1", "yes"),)), Use("p2"))
    codes = {code: rulesets.code_of(code, plan) for code in (rulesets.CODES[0], words.UNKNOWN_CODE)}
    kb = rulesets.knowledge_base({"q1": question, "q2": other}, {"p1": inner, "p2": outer}, codes)
    chart = code_chart(kb, rulesets.CODES[0])
    assert [node.subject for node in chart.nodes if node.kind == shapes.PROCEDURE] == ["p1"]
    assert list(Product.of(kb, rulesets.CODES[0]).mistakes()) == []


def yes_no(ident: str) -> Question:
    return Question(ident, rulesets.text(ident), words.YES_NO, "network", "glance")


def when(question: str, *accepts: str) -> Condition:
    return Condition(question, accepts, rulesets.text(question))


def test_the_flat_chart_is_the_flat_graph() -> None:
    kb = shipped.knowledge()
    for code in kb.codes:
        graph, chart = Unfolder(kb, plan_of(kb, code)).unfold(), flat_chart(kb, code)
        assert len(chart.nodes) == len(graph.nodes) + 1
        assert sum(len(edge.answers) for edge in chart.edges) == sum(len(node.edges) for node in graph.nodes)


def test_the_chart_of_a_small_code_in_full() -> None:
    chart = code_chart(small.knowledge(), small.COUNT)
    assert [f"{e.source} -{'/'.join(e.answers)}-> {e.target}" for e in chart.edges if "remedy" not in e.source] == [
        "start --> question.place.cloud_machine",
        "question.place.cloud_machine -office/home-> procedure.door",
        "question.place.cloud_machine -cloud-> escalated.cloud_machine",
        "question.place.cloud_machine -unknown-> question.is_server.few_servers",
        "procedure.door --> question.is_server.few_servers",
        "question.is_server.few_servers -yes-> question.at_least_5.few_servers",
        "question.is_server.few_servers -no-> question.at_least_25.few_clients",
        "question.is_server.few_servers -unknown-> question.inner_code.other_code",
        "question.at_least_5.few_servers -yes/unknown-> question.inner_code.other_code",
        "question.at_least_5.few_servers -no-> remedy.add_machines.few_servers",
        "question.at_least_25.few_clients -yes/unknown-> question.inner_code.other_code",
        "question.at_least_25.few_clients -no-> question.host_is_new.few_clients",
        "question.host_is_new.few_clients -yes/no-> remedy.add_machines.few_servers",
        "question.host_is_new.few_clients -unknown-> question.inner_code.other_code",
        "question.inner_code.other_code -code-> code.other_code",
        "question.inner_code.other_code -none/unknown-> escalated",
    ]


# The words


@pytest.mark.parametrize("language", ["en", "de"])
def test_every_shape_and_every_choice_has_its_words(language: str) -> None:
    opened = shipped.opened()
    reading = Reading(opened.kb, Texts(language, opened.translations), Wording(language), language)
    for chart in every_chart(opened.kb):
        said, arrows = labels(chart, reading), answer_labels(chart, reading)
        assert list(said) == [node.id for node in chart.nodes]
        assert all(label.title and all(label.lines) for label in said.values())
        for node in chart.nodes:
            out = [edge for edge in chart.edges if edge.source == node.id]
            texts = [arrows[edge.source, edge.target] for edge in out]
            assert all(texts) or len(out) == 1
            assert len(set(texts)) == len(texts)


def test_labels_say_what_is_drawn() -> None:
    opened = small.opened()
    reading = Reading(opened.kb, Texts("de", opened.translations), plainly, "de")
    chart = code_chart(opened.kb, small.KEY)
    said = labels(chart, reading)
    assert said["question.key_fits.wrong_key"] == Label("Ist der Schlüssel einer für diese Edition?")
    assert said["remedy.install_key.wrong_key"] == Label(
        "Den richtigen Schlüssel installieren", ("spends a limited activation",)
    )
    assert said["escalated"].title == "Hand over to: Besitzer der Schlüssel"
    assert said["code.back_to_the_count"].title == f"Go on with {small.COUNT}"
