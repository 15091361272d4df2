"""Charts and rules as networkx graphs: the only module that imports networkx, and that knows the attributes' names.

The graph of a chart holds all of the chart, so what was written from it can be read back: `chart_of(graph_of(chart))`
is the chart. The graph of dependencies says what in the knowledge needs what, for those who review it.

Attributes are strings, so that every format can hold them. Where there are several (answers, rules), they stand in one
string with blanks between: no id and no answer contains one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import networkx as nx

from kb.knowledge import KnowledgeBase
from kb.model import Code, Continue, Entry, Group, Procedure, Rule, Treat, Use, rules_of

from .shapes import Chart, ChartEdge, ChartNode

CHART = "chart"
KIND = "kind"
SUBJECT = "subject"
RULE = "rule"
ALSO = "also"
CAUSE = "cause"
ACCEPTS = "accepts"
ANSWERS = "answers"
LABEL = "label"
RELATION = "relation"
NAME = "name"

# Charts


def graph_of(chart: Chart) -> nx.DiGraph[str]:
    """The graph of a chart (`code_chart`, `procedure_chart`, `flat_chart`): node ids are the chart's."""
    graph: nx.DiGraph[str] = nx.DiGraph(**{CHART: chart.id})
    for node in chart.nodes:
        graph.add_node(node.id, **_attributes(node))
    for edge in chart.edges:
        graph.add_edge(edge.source, edge.target, **{ANSWERS: _joined(edge.answers)})
    return graph


def chart_of(graph: nx.DiGraph[str]) -> Chart:
    """The chart that such a graph was made from, nodes and edges in the graph's order.

    Raises `KeyError` for a graph without these attributes.
    """
    nodes = tuple(node_of(graph, ident) for ident in graph)
    return Chart(graph.graph[CHART], nodes, tuple(edge_of(graph, *ends) for ends in graph.edges))


def node_of(graph: nx.DiGraph[str], ident: str) -> ChartNode:
    """One node of a chart's graph. Raises `KeyError`."""
    found = graph.nodes[ident]
    return ChartNode(
        ident,
        found[KIND],
        found[SUBJECT],
        found[RULE],
        found[CAUSE],
        _apart(found[ALSO]),
        _apart(found[ACCEPTS]),
    )


def edge_of(graph: nx.DiGraph[str], source: str, target: str) -> ChartEdge:
    """One edge of a chart's graph. Raises `KeyError`."""
    return ChartEdge(source, target, _apart(graph.edges[source, target][ANSWERS]))


def with_texts(
    graph: nx.DiGraph[str], texts: Mapping[str, str], answers: Mapping[tuple[str, str], str]
) -> nx.DiGraph[str]:
    """The same graph with texts for people on its nodes and edges."""
    worded: nx.DiGraph[str] = nx.DiGraph(graph)
    for ident, text in texts.items():
        worded.nodes[ident][LABEL] = text
    for ends, text in answers.items():
        worded.edges[ends][LABEL] = text
    return worded


def as_graphml(graph: nx.DiGraph[str]) -> str:
    """The graph as a GraphML document."""
    return "\n".join(('<?xml version="1.0" encoding="UTF-8"?>', *nx.generate_graphml(graph))) + "\n"


def from_graphml(text: str) -> nx.DiGraph[str]:
    """The directed graph of a GraphML document."""
    graph = nx.parse_graphml(text.removeprefix('<?xml version="1.0" encoding="UTF-8"?>\n'))
    return nx.DiGraph(graph)


def _attributes(node: ChartNode) -> dict[str, str]:
    return {
        KIND: node.kind,
        SUBJECT: node.subject,
        RULE: node.rule,
        ALSO: _joined(node.also),
        CAUSE: node.cause,
        ACCEPTS: _joined(node.accepts),
    }


def _joined(words_: tuple[str, ...]) -> str:
    return " ".join(words_)


def _apart(joined: str) -> tuple[str, ...]:
    return tuple(joined.split())


# Dependencies

CODE = "code"
PROCEDURE = "procedure"
QUESTION = "question"
A_RULE = "rule"
A_CAUSE = "cause"
REMEDY = "remedy"
KINDS = (CODE, PROCEDURE, A_RULE, QUESTION, A_CAUSE, REMEDY)
"""What can depend on something, or be depended on."""

USES = "uses"
READS = "reads"
ASKS = "asks"
CONCLUDES = "concludes"
PROPOSES = "proposes"
CHANGES = "changes"
CONTINUES_AS = "continues-as"
EXCLUDES = "excludes"
RELATIONS = (USES, READS, ASKS, CONCLUDES, PROPOSES, CHANGES, CONTINUES_AS, EXCLUDES)
"""How one thing depends on another.

- uses: a code or procedure lists a procedure or rule in its plan.
- asks: a rule has a condition on a question. reads: a rule rests on an answer without asking for it itself, because of
  a guard of the plan it is written in, or because it goes on as the code that is the answer.
- concludes: a rule says a cause. proposes: a rule says a remedy. changes: a remedy makes an answer outdated.
- continues-as: a rule goes on as a code. excludes: a cause cannot hold together with another.
"""


@dataclass(frozen=True, slots=True, order=True)
class Thing:
    """A code, procedure, rule, question, cause or remedy: one of `KINDS`, and its id."""

    kind: str
    id: str


@dataclass(frozen=True, slots=True, order=True)
class Dependency:
    """`source` depends on `target`; `relation` is one of `RELATIONS`."""

    source: Thing
    relation: str
    target: Thing


def dependency_graph(kb: KnowledgeBase) -> nx.MultiDiGraph[str]:
    """The graph of all dependencies. Nodes are named "kind id"; an edge's key is its relation."""
    graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
    for thing in sorted(_things(kb)):
        graph.add_node(_name(thing), **{KIND: thing.kind, NAME: thing.id})
    for found in sorted(set(_dependencies(kb))):
        graph.add_edge(_name(found.source), _name(found.target), key=found.relation, **{RELATION: found.relation})
    return graph


def dependencies(graph: nx.MultiDiGraph[str], *relations: str) -> tuple[Dependency, ...]:
    """All dependencies of these relations, or of all, sorted."""
    found = (
        Dependency(_thing(graph, source), relation, _thing(graph, target))
        for source, target, relation in graph.edges(keys=True)
    )
    return tuple(sorted(one for one in found if not relations or one.relation in relations))


def needed_by(graph: nx.MultiDiGraph[str], thing: Thing) -> frozenset[Thing]:
    """Everything that a thing depends on, directly or through others. Raises `networkx.NetworkXError` if unknown."""
    return frozenset(_thing(graph, name) for name in nx.descendants(graph, _name(thing)))


def needing(graph: nx.MultiDiGraph[str], thing: Thing) -> frozenset[Thing]:
    """Everything that depends on a thing: what has to be looked at again when it changes."""
    return frozenset(_thing(graph, name) for name in nx.ancestors(graph, _name(thing)))


def unused(graph: nx.MultiDiGraph[str]) -> tuple[Thing, ...]:
    """Procedures, rules, questions, causes and remedies that nothing depends on, sorted."""
    things = (_thing(graph, name) for name in graph if not graph.in_degree(name))
    return tuple(sorted(thing for thing in things if thing.kind != CODE))


def _name(thing: Thing) -> str:
    return f"{thing.kind} {thing.id}"


def _thing(graph: nx.MultiDiGraph[str], name: str) -> Thing:
    found = graph.nodes[name]
    return Thing(found[KIND], found[NAME])


def _things(kb: KnowledgeBase) -> Iterator[Thing]:
    for kind, section in (
        (CODE, kb.codes),
        (PROCEDURE, kb.procedures),
        (QUESTION, kb.questions),
        (A_CAUSE, kb.causes),
        (REMEDY, kb.remedies),
    ):
        yield from (Thing(kind, ident) for ident in section)
    holders: list[Code | Procedure] = [*kb.codes.values(), *kb.procedures.values()]
    for holder in holders:
        yield from (Thing(A_RULE, rule.id) for rule in rules_of(holder.plan))


def _dependencies(kb: KnowledgeBase) -> Iterator[Dependency]:
    plans: list[tuple[str, Code | Procedure]] = [(CODE, code) for code in kb.codes.values()]
    plans += [(PROCEDURE, procedure) for procedure in kb.procedures.values()]
    for kind, holder in plans:
        yield from _of_plan(kb, Thing(kind, holder.id), holder.plan, ())
    for cause in kb.causes.values():
        for other in cause.excludes:
            yield Dependency(Thing(A_CAUSE, cause.id), EXCLUDES, Thing(A_CAUSE, other))
    for remedy in kb.remedies.values():
        for question in remedy.changes:
            yield Dependency(Thing(REMEDY, remedy.id), CHANGES, Thing(QUESTION, question))


def _of_plan(
    kb: KnowledgeBase, holder: Thing, plan: tuple[Entry, ...], guards: tuple[str, ...]
) -> Iterator[Dependency]:
    for entry in plan:
        if isinstance(entry, Rule):
            yield Dependency(holder, USES, Thing(A_RULE, entry.id))
            yield from _of_rule(kb, entry, guards)
            continue
        own = tuple(condition.subject for condition in entry.guard)
        if isinstance(entry, Use):
            yield Dependency(holder, USES, Thing(PROCEDURE, entry.procedure))
            # A guard before a procedure is not its rules' own: they stand elsewhere, too. The plan itself rests on it.
            yield from _answers(kb, holder, READS, own)
        elif isinstance(entry, Group):
            yield from _of_plan(kb, holder, entry.plan, (*guards, *own))


def _of_rule(kb: KnowledgeBase, rule: Rule, guards: tuple[str, ...]) -> Iterator[Dependency]:
    me = Thing(A_RULE, rule.id)
    yield from _answers(kb, me, READS, guards)
    yield from _answers(kb, me, ASKS, tuple(condition.subject for condition in rule.when))
    if isinstance(rule.then, Continue):
        yield from _answers(kb, me, READS, (rule.then.answer_of,))
        if rule.then.code:
            yield Dependency(me, CONTINUES_AS, Thing(CODE, rule.then.code))
        return
    if rule.then.cause:
        yield Dependency(me, CONCLUDES, Thing(A_CAUSE, rule.then.cause))
    if isinstance(rule.then, Treat):
        for remedy in rule.then.remedies:
            yield Dependency(me, PROPOSES, Thing(REMEDY, remedy))


def _answers(kb: KnowledgeBase, me: Thing, relation: str, subjects: tuple[str, ...]) -> Iterator[Dependency]:
    """Dependencies on questions; code and symptom are none."""
    yield from (Dependency(me, relation, Thing(QUESTION, subject)) for subject in subjects if subject in kb.questions)
