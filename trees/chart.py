"""Charts for people: a code's own, with a box for each procedure; each procedure once; and a code unfolded.

How to read one: begin at the start and follow the arrows. A question whose answer is known, a condition, and a remedy
that has been tried are passed without stopping. A box stands for the chart of its procedure, whose end leads on behind
the box. That gives the sessions that the rules give, whatever is known at the start (`tests/test_chart.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from engine.plan import code_or_unknown, plan_of
from engine.unfold import ASK, CONTINUE, ESCALATE, PROPOSE, RESOLVED, SAVED, FlatGraph, Node, Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Continue, Entry, Rule, Use

from . import shapes
from .draft import END_OF_PROCEDURE, draw
from .knowing import Knowledge, Subjects, known_of, subject_of
from .labels import Label, answer_labels, labels
from .outline import outline
from .shapes import Chart, ChartEdge, ChartNode

__all__ = [
    "Chart",
    "ChartEdge",
    "ChartNode",
    "Label",
    "answer_labels",
    "code_chart",
    "flat_chart",
    "labels",
    "procedure_chart",
    "procedures_in",
]


def code_chart(kb: KnowledgeBase, code: str) -> Chart:
    """The own chart of a code; with the plan of `unknown_code` for a code that the knowledge base does not have."""
    entry = code_or_unknown(kb, code)
    end = ChartNode("escalated", shapes.ESCALATED, ", ".join(entry.escalation.to))
    return _drawn(kb, code, entry.plan, _known_of_the_code(kb, code, entry.plan), end)


def procedure_chart(kb: KnowledgeBase, procedure: str) -> Chart:
    """The chart of a procedure, right for every use of it. Raises `KeyError` for an unknown one."""
    return _drawn(kb, procedure, kb.procedures[procedure].plan, {}, END_OF_PROCEDURE)


def procedures_in(kb: KnowledgeBase, chart: Chart) -> tuple[str, ...]:
    """Every procedure that a chart has a box for, and those in their charts; in the order in which they are met."""
    found: dict[str, None] = {}
    for node in chart.nodes:
        if node.kind == shapes.PROCEDURE:
            found[node.subject] = None
            found |= dict.fromkeys(procedures_in(kb, procedure_chart(kb, node.subject)))
    return tuple(found)


def _drawn(kb: KnowledgeBase, ident: str, plan: tuple[Entry, ...], known: Knowledge, end: ChartNode) -> Chart:
    subjects = Subjects(kb)
    subjects.take_in(plan)
    return draw(kb, subjects, outline(kb, plan), known, (ChartNode("start", shapes.START, ident), end))


def _known_of_the_code(kb: KnowledgeBase, code: str, plan: tuple[Entry, ...]) -> Knowledge:
    """What the plan's conditions on code and symptom come to for this code."""
    symptoms = code_or_unknown(kb, code).symptoms
    return {
        subject_of(condition): frozenset({known_of(code, symptoms, condition.subject, condition.accepts)})
        for condition in _conditions(kb, plan)
        if condition.subject in words.FIXED_SUBJECTS
    }


def _conditions(kb: KnowledgeBase, plan: tuple[Entry, ...]) -> Iterator[Condition]:
    for entry in plan:
        if isinstance(entry, Rule):
            yield from entry.when
        else:
            yield from entry.guard
            yield from _conditions(kb, kb.procedures[entry.procedure].plan if isinstance(entry, Use) else entry.plan)


def flat_chart(kb: KnowledgeBase, code: str) -> Chart:
    """The decision graph of a code as a chart: no boxes, and every state of a case once.

    Raises `PlanTooLargeError`.
    """
    plan = plan_of(kb, code)
    graph = Unfolder(kb, plan).unfold()
    answered_by = {
        line.rule.id: line.rule.then.answer_of for line in plan.lines if isinstance(line.rule.then, Continue)
    }
    order = graph.backwards()[::-1]
    taken: dict[str, int] = {}
    nodes: dict[int, ChartNode] = {}
    for number in order:
        node = _flat_node(graph.nodes[number], answered_by)
        count = taken[node.id] = taken.get(node.id, 0) + 1
        nodes[number] = node if count == 1 else replace(node, id=f"{node.id}.{count}")
    start = ChartNode("start", shapes.START, code)
    edges = [ChartEdge(start.id, nodes[0].id)]
    for number in order:
        edges += _flat_edges(graph, number, nodes)
    return Chart(code, (start, *nodes.values()), tuple(edges))


_FLAT_KINDS = {
    ASK: shapes.QUESTION,
    PROPOSE: shapes.REMEDY,
    CONTINUE: shapes.OTHER_CODE,
    ESCALATE: shapes.ESCALATED,
    RESOLVED: shapes.RESOLVED,
    SAVED: shapes.SAVED,
}


def _flat_node(node: Node, answered_by: dict[str, str]) -> ChartNode:
    kind = _FLAT_KINDS[node.kind]
    rule = "" if kind == shapes.QUESTION else node.rule
    subject = node.subject
    if subject == words.ANY_CODE and rule:
        subject = answered_by[rule]
    ident = ".".join(part for part in (kind, subject if kind != shapes.ESCALATED else "", rule) if part)
    return ChartNode(ident, kind, subject, rule, node.cause)


def _flat_edges(graph: FlatGraph, number: int, nodes: dict[int, ChartNode]) -> Iterator[ChartEdge]:
    answers: dict[int, list[str]] = {}
    for label, target in graph.nodes[number].edges:
        answers.setdefault(target, []).append(label)
    for target, labels_ in answers.items():
        yield ChartEdge(nodes[number].id, nodes[target].id, tuple(labels_))
