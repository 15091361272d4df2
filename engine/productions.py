"""From a plan to productions: the neutral form that both experta and CLIPS are given.

A rule with the conditions c1 ... cn becomes n asking productions and one concluding production for each remedy:

    ask i      c1 ... c(i-1) hold, nothing is known about the question of ci        -> ask that question
    propose k  c1 ... cn hold, remedies 1 ... k-1 have outcomes, remedy k has none  -> propose remedy k
    go         c1 ... cn hold                                                       -> continue as a code, or escalate

At any time at most one production of a rule is active, and it is active exactly while the rule is open or satisfied.
Salience falls along the plan and is unique, so the active production of highest salience belongs to the first rule
that is open or satisfied: the next step. Deriving productions stand above all of these, so what follows from the
answers is complete before a step is chosen; end productions stand between.

Patterns are literals or sets of values, and the absence of one such pattern; a comparison occurs only where a measure
decides a threshold. That is the part of experta that agrees with CLIPS.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Question, Treat

from .plan import Line, Plan, sort_of

ANSWER = "answer"
NUMBER = "number"
OUTCOME = "outcome"


class Pattern(Struct, frozen=True):
    """A fact to be matched.

    `fact` is answer (subject, value, sort), number (subject, value) or outcome (subject, value). `values` empty:
    any value. `by_sort`: compare the sort instead of the value. `at_least`/`at_most` bound a number.
    """

    fact: str
    subject: str = ""
    values: tuple[str, ...] = ()
    by_sort: bool = False
    absent: bool = False
    at_least: int | None = None
    at_most: int | None = None


class Derive(Struct, frozen=True):
    """Action: the question has this value."""

    question: str
    value: str


class AskIt(Struct, frozen=True):
    """Action: ask the question of the rule's condition number `index` (from 0)."""

    line: int
    index: int


class ProposeIt(Struct, frozen=True):
    """Action: propose remedy number `index` (from 0) of a rule."""

    line: int
    index: int


class Go(Struct, frozen=True):
    """Action: continue as another code, or escalate, as the rule says."""

    line: int


class End(Struct, frozen=True):
    """Action: the case is `fixed`, `pending`, or its plan is `exhausted`."""

    how: str


Action = Derive | AskIt | ProposeIt | Go | End
EXHAUSTED = "exhausted"


class Production(Struct, frozen=True):
    """A condition-action pair; `name` is unique and `salience` is unique."""

    name: str
    salience: int
    patterns: tuple[Pattern, ...]
    action: Action


def productions(kb: KnowledgeBase, plan: Plan) -> tuple[Production, ...]:
    """All productions of a plan, highest salience first."""
    unsalient = [*_deriving(kb, plan), *_ending(), *_stepping(plan), _exhausted()]
    top = len(unsalient)
    return tuple(
        Production(name, top - position, patterns, action)
        for position, (name, patterns, action) in enumerate(unsalient)
    )


_Draft = tuple[str, tuple[Pattern, ...], Action]


def _deriving(kb: KnowledgeBase, plan: Plan) -> Iterator[_Draft]:
    for ident in _derivable(kb, plan):
        question = kb.questions[ident]
        nothing_known = Pattern(ANSWER, ident, absent=True)
        for patterns, value in _premises(question):
            name = f"derive:{ident}={value}:{patterns.subject}={'|'.join(patterns.values) or 'number'}"
            yield name, (patterns, nothing_known), Derive(ident, value)


def _derivable(kb: KnowledgeBase, plan: Plan) -> tuple[str, ...]:
    """The plan's questions, and the thresholds elsewhere from which their values follow.

    Implications are transitively closed, so nothing else can stand between a given answer and the plan.
    """
    ids = dict.fromkeys(plan.questions)
    for ident in plan.questions:
        for follows in kb.questions[ident].follows:
            if kb.questions[follows.question].threshold is not None:
                ids[follows.question] = None
    return tuple(ids)


def _premises(question: Question) -> Iterator[tuple[Pattern, str]]:
    """What gives a question its value without asking: its measure first, then other answers in authoring order."""
    threshold = question.threshold
    if threshold is not None:
        low, high = threshold.at_least, threshold.at_most
        above = Pattern(NUMBER, threshold.measure, at_least=low if low is not None else (high or 0) + 1)
        below = Pattern(NUMBER, threshold.measure, at_most=high if high is not None else (low or 0) - 1)
        yield (above, words.YES if low is not None else words.NO)
        yield (below, words.NO if low is not None else words.YES)
        yield Pattern(ANSWER, threshold.measure, (words.UNKNOWN,)), words.UNKNOWN
    for follows in question.follows:
        yield Pattern(ANSWER, follows.question, (follows.value,)), follows.then


def _ending() -> Iterator[_Draft]:
    yield "end:fixed", (Pattern(OUTCOME, values=(words.FIXED,)),), End(words.FIXED)
    yield "end:pending", (Pattern(OUTCOME, values=(words.PENDING,)),), End(words.PENDING)


def _exhausted() -> _Draft:
    return "end:exhausted", (), End(EXHAUSTED)


def _stepping(plan: Plan) -> Iterator[_Draft]:
    for number, line in enumerate(plan.lines):
        held: tuple[Pattern, ...] = ()
        for index, condition in enumerate(line.conditions):
            nothing_known = Pattern(ANSWER, condition.subject, absent=True)
            yield f"ask:{line.rule.id}:{index + 1}", (*held, nothing_known), AskIt(number, index)
            held = (*held, _holds(condition))
        if not line.refused:
            yield from _concluding(number, line, held)


def _concluding(number: int, line: Line, held: tuple[Pattern, ...]) -> Iterator[_Draft]:
    if not isinstance(line.rule.then, Treat):
        yield f"go:{line.rule.id}", held, Go(number)
        return
    done: tuple[Pattern, ...] = ()
    for index, remedy in enumerate(line.remedies):
        not_yet = Pattern(OUTCOME, remedy, absent=True)
        yield f"propose:{line.rule.id}:{remedy}", (*held, *done, not_yet), ProposeIt(number, index)
        done = (*done, Pattern(OUTCOME, remedy))


def _holds(condition: Condition) -> Pattern:
    if words.ANY_CODE in condition.accepts:
        sorts = tuple(dict.fromkeys(sort_of(value) for value in condition.accepts))
        return Pattern(ANSWER, condition.subject, sorts, by_sort=True)
    return Pattern(ANSWER, condition.subject, condition.accepts)
