"""What a chart is made of: plain frozen data, without layout and without texts."""

from __future__ import annotations

from dataclasses import dataclass

START = "start"
QUESTION = "question"
REMEDY = "remedy"
PROCEDURE = "procedure"
CONDITION = "condition"
RESOLVED = "resolved"
ESCALATED = "escalated"
OTHER_CODE = "other-code"
SAVED = "saved"
GO_ON = "go-on"
KINDS = (START, QUESTION, CONDITION, REMEDY, PROCEDURE, RESOLVED, SAVED, ESCALATED, OTHER_CODE, GO_ON)
"""Every kind of node."""
ENDS = frozenset({RESOLVED, SAVED, ESCALATED, OTHER_CODE, GO_ON})
"""Kinds without a way on: the case ends there, goes on as another code, or leaves the procedure."""


@dataclass(frozen=True, slots=True)
class ChartNode:
    """One shape.

    - `id`: unique in the chart, ASCII, made of the ids of what it stands for and of the rule or guard it serves.
    - `kind`: one of `KINDS`. A condition is a question that has been answered by then, or is about the code.
    - `subject`: the question or remedy or procedure; ``code`` or ``symptom`` for a condition on the code; the code of
      a start or of another code, or the question whose answer is that code, or ``code`` for any that appeared; of an
      escalation the owners, joined by ", ".
    - `rule`: the rule that concludes it, empty for what no rule concludes; `also`: further rules that conclude the same
      and go on alike, drawn as one. `cause`: the cause they conclude.
    - `accepts`: the symptoms that a condition on the symptom looks for.
    """

    id: str
    kind: str
    subject: str
    rule: str = ""
    cause: str = ""
    also: tuple[str, ...] = ()
    accepts: tuple[str, ...] = ()

    @property
    def rules(self) -> tuple[str, ...]:
        """Every rule that concludes it."""
        return (self.rule, *self.also) if self.rule else ()


@dataclass(frozen=True, slots=True)
class ChartEdge:
    """One arrow, and the answers or outcomes that take it; none: always."""

    source: str
    target: str
    answers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """One drawing. Its first node is the start, every edge leads to a later node, no two edges join the same two."""

    id: str
    nodes: tuple[ChartNode, ...]
    edges: tuple[ChartEdge, ...]

    def node(self, ident: str) -> ChartNode:
        """The node of this id. Raises `KeyError`."""
        for node in self.nodes:
            if node.id == ident:
                return node
        raise KeyError(ident)
