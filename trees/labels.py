"""The texts of a chart, in the reader's words: what stands in its shapes and on its arrows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from engine.unfold import GOES_ON
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Question

from . import shapes
from .reading import Reading
from .shapes import Chart, ChartEdge, ChartNode

MANY_ANSWERS = 3
"""From so many answers on, the arrow that takes most of a choice says "anything else" instead of naming them.

Of two that take as many, it is the one for "unknown".
"""


@dataclass(frozen=True, slots=True)
class Label:
    """What stands in a shape: the title, and smaller lines under it."""

    title: str
    lines: tuple[str, ...] = ()


def labels(chart: Chart, reading: Reading) -> Mapping[str, Label]:
    """The text of each node, by its id."""
    return {node.id: _LABELS[node.kind](node, reading) for node in chart.nodes}


def answer_labels(chart: Chart, reading: Reading) -> Mapping[tuple[str, str], tuple[str, ...]]:
    """The texts of each edge, by source and target; none where the way always leads on."""
    kinds = {node.id: node for node in chart.nodes}
    widest: dict[str, ChartEdge] = {}
    for edge in chart.edges:
        widest[edge.source] = max(widest.get(edge.source, edge), edge, key=_width)
    return {
        (edge.source, edge.target): _on_edge(kinds[edge.source], edge, reading, widest=edge is widest[edge.source])
        for edge in chart.edges
    }


def _width(edge: ChartEdge) -> tuple[int, bool]:
    return len(edge.answers), words.UNKNOWN in edge.answers


def _on_edge(source: ChartNode, edge: ChartEdge, reading: Reading, *, widest: bool) -> tuple[str, ...]:
    say = reading.say
    if source.kind == shapes.REMEDY:
        helped_not = set(GOES_ON) <= set(edge.answers)
        others = [answer for answer in edge.answers if not (helped_not and answer in GOES_ON)]
        outcomes = {
            words.FIXED: say("fixed"),
            words.NOT_FIXED: say("not fixed"),
            words.BLOCKED: say("blocked"),
            words.DECLINED: say("declined"),
            words.PENDING: say("pending"),
            words.ANY_CODE: say("another code"),
        }
        return (*([say("not fixed or not done")] if helped_not else []), *(outcomes[other] for other in others))
    question = reading.kb.questions.get(source.subject)
    if question is not None and question.kind == words.YES_NO:
        return tuple(_answer(question, answer, reading) for answer in edge.answers)
    if widest and len(edge.answers) >= MANY_ANSWERS:
        return (say("anything else"),)
    return tuple(_answer(question, answer, reading) for answer in edge.answers)


def _answer(question: Question | None, answer: str, reading: Reading) -> str:
    say = reading.say
    for choice in question.choices if question is not None else ():
        if choice.value == answer:
            return reading.texts(choice.text)
    names = {
        words.YES: say("yes"),
        words.NO: say("no"),
        words.UNKNOWN: say("unknown"),
        words.NONE: say("none"),
        words.ANY_CODE: say("another code"),
    }
    return names.get(answer, answer)


def _start(node: ChartNode, reading: Reading) -> Label:
    kb = reading.kb
    if node.subject in kb.procedures:
        return Label(reading.texts(kb.procedures[node.subject].title))
    if node.subject not in kb.codes:
        return Label(node.subject)
    code = kb.codes[node.subject]
    if code.id == words.UNKNOWN_CODE:
        return Label(reading.say("Any other code"))
    return Label(code.id, (code.symbol,) if code.symbol else ())


def _question(node: ChartNode, reading: Reading) -> Label:
    say = reading.say
    if node.subject == words.CODE_SUBJECT:
        return Label(say("Which code is it?"))
    if node.subject == words.SYMPTOM_SUBJECT:
        return Label(say("Is it one of these codes: {codes}?", codes=", ".join(_codes_with(node.accepts, reading.kb))))
    return Label(reading.texts(reading.kb.questions[node.subject].text))


def _codes_with(symptoms: tuple[str, ...], kb: KnowledgeBase) -> list[str]:
    return sorted(code.id for code in kb.codes.values() if not set(symptoms).isdisjoint(code.symptoms))


def _remedy(node: ChartNode, reading: Reading) -> Label:
    say = reading.say
    remedy = reading.kb.remedies[node.subject]
    risks = {
        words.REVERSIBLE: say("can be undone"),
        words.SPENDS_ACTIVATION: say("spends a limited activation"),
        words.CHANGES_ENTITLEMENT: say("changes what the machine is licensed for"),
        words.IRREVERSIBLE: say("cannot be undone"),
    }
    return Label(reading.texts(remedy.title), (risks[remedy.risk],) if remedy.risk in risks else ())


def _procedure(node: ChartNode, reading: Reading) -> Label:
    return Label(reading.texts(reading.kb.procedures[node.subject].title))


def _resolved(_: ChartNode, reading: Reading) -> Label:
    return Label(reading.say("Resolved"))


def _saved(_: ChartNode, reading: Reading) -> Label:
    return Label(reading.say("Wait, then look again"))


def _escalated(node: ChartNode, reading: Reading) -> Label:
    owners = ", ".join(reading.texts(reading.kb.owners[owner].title) for owner in node.subject.split(", "))
    causes = (reading.texts(reading.kb.causes[node.cause].title),) if node.cause else ()
    return Label(reading.say("Hand over to: {owners}", owners=owners), causes)


def _other_code(node: ChartNode, reading: Reading) -> Label:
    say = reading.say
    if node.subject == words.ANY_CODE:
        return Label(say("Go on with the code that appeared"))
    question = reading.kb.questions.get(node.subject)
    if question is not None:
        return Label(say("Go on with the code that was found"), (reading.texts(question.text),))
    return Label(say("Go on with {code}", code=node.subject))


def _go_on(_: ChartNode, reading: Reading) -> Label:
    return Label(reading.say("Go back and continue"))


_LABELS: Mapping[str, Callable[[ChartNode, Reading], Label]] = {
    shapes.START: _start,
    shapes.QUESTION: _question,
    shapes.CONDITION: _question,
    shapes.REMEDY: _remedy,
    shapes.PROCEDURE: _procedure,
    shapes.RESOLVED: _resolved,
    shapes.SAVED: _saved,
    shapes.ESCALATED: _escalated,
    shapes.OTHER_CODE: _other_code,
    shapes.GO_ON: _go_on,
}
