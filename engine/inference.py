"""The only place that knows experta: productions in, the next step out.

experta 1.9.4 needs care (see docs/architecture.md): it imports only with an alias that Python 3.10 removed, it
configures the root logger, and its default strategy leaves activations on the agenda that no longer hold. All three
are mended here, with experta as published. Rule bodies only record; they never raise and never ask.
"""

from __future__ import annotations

import collections
import collections.abc
import logging
from bisect import bisect_left, insort
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Self

from msgspec.structs import replace

from kb.knowledge import KnowledgeBase

from .plan import Plan, sort_of
from .productions import ANSWER, NUMBER, Action, Derive, Pattern, Production, productions


def _import_experta() -> Any:
    """experta, imported without a trace left in `collections` or in the root logger."""
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    missing = not hasattr(collections, "Mapping")
    if missing:
        collections.Mapping = collections.abc.Mapping  # type: ignore[attr-defined]  # what frozendict 1.2 looks for
    try:
        import experta
        from experta import abstract
        from experta.matchers import rete
    finally:
        if missing:
            del collections.Mapping  # type: ignore[attr-defined]  # the alias set above
        root.handlers[:] = handlers
        root.setLevel(level)
    return experta, abstract, rete


experta, _abstract, _rete = _import_experta()
_Rule: Any = experta.Rule
_ReteMatcher: Any = _rete.ReteMatcher
_Fact: Any = experta.Fact
_Strategy: Any = _abstract.Strategy
_KnowledgeEngine: Any = experta.KnowledgeEngine


class Answer(_Fact):  # type: ignore[misc]  # experta has no types
    """A known value: question (or measure that is unknown), value, sort."""


class Number(_Fact):  # type: ignore[misc]  # experta has no types
    """A known measure: subject, value (an integer)."""


class Outcome(_Fact):  # type: ignore[misc]  # experta has no types
    """What became of a remedy: subject, value."""


_FACTS = {ANSWER: Answer, NUMBER: Number}


class UniqueSalience(_Strategy):  # type: ignore[misc]  # experta has no types
    """Keeps the agenda in a total order and removes exactly the activation that no longer holds.

    An activation is known by its rule's salience (unique) and the ids of its facts; experta's own comparison also
    looks at a key that removal has already cleared.
    """

    def _update_agenda(self, agenda: Any, added: Any, removed: Any) -> None:
        for activation in removed:
            key = _key(activation)
            index = bisect_left(agenda.activations, key, key=_key)
            if index < len(agenda.activations) and _key(agenda.activations[index]) == key:
                del agenda.activations[index]
        for activation in added:
            insort(agenda.activations, activation, key=_key)


class ProductionRule(_Rule):  # type: ignore[misc]  # experta has no types
    """An experta rule that is compared by identity; experta would hash all its patterns at every activation."""

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class FlatMatcher(_ReteMatcher):  # type: ignore[misc]  # experta has no types
    """experta's matcher for rules that are flat already: patterns, and absences of one pattern, joined by "and".

    experta first rewrites every rule into disjunctive normal form and gives every rule its own joins, which took nine
    tenths of the time to build a plan's network. Flat rules need no rewriting, and rules that begin with the same
    patterns (all those of one line of a plan do) share the joins of that beginning.
    """

    @staticmethod
    def prepare_ruleset(engine: Any) -> set[Any]:
        """The rules as they are."""
        return set(engine.flat_rules)

    @staticmethod
    def build_beta_part(ruleset: set[Any], alpha_terminals: Any) -> None:
        """Join each rule's patterns from left to right, sharing equal beginnings."""
        joins: dict[tuple[int, ...], Any] = {}
        for rule in sorted(ruleset, key=lambda rule: int(rule.salience)):
            node = alpha_terminals[rule[0]]
            beginning: tuple[int, ...] = (id(rule[0]),)
            for element in rule[1:]:
                beginning = (*beginning, id(element))
                node = joins.get(beginning) or joins.setdefault(beginning, _joined(node, element, alpha_terminals))
            last = _rete.ConflictSetNode(rule)
            node.add_child(last, last.activate)


def _joined(left: Any, element: Any, alpha_terminals: Any) -> Any:
    """A join of what came so far with one more pattern, or with its absence."""
    absent = isinstance(element, experta.NOT)
    node = (_rete.nodes.NotNode if absent else _rete.nodes.OrdinaryMatchNode)(_rete.check.SameContextCheck())
    right = alpha_terminals[element[0] if absent else element]
    left.add_child(node, node.activate_left)
    right.add_child(node, node.activate_right)
    return node


def _key(activation: Any) -> tuple[int, tuple[int, ...]]:
    return activation.rule.salience, tuple(sorted(fact["__factid__"] for fact in activation.facts))


class Inference:
    """experta, loaded with one plan's productions.

    Facts are told with `know_*`; `step()` then fires what follows from them and returns the step that was chosen.
    After a step only facts that answer it may be told; for anything else `forget()` first and tell all again,
    because an activation fires once.
    """

    def __init__(self, kb: KnowledgeBase, plan: Plan) -> None:
        self._load(plan, productions(kb, plan))

    @classmethod
    def of(cls, given: Iterable[Production]) -> Self:
        """experta, loaded with productions that belong to no plan (for comparison with CLIPS)."""
        inference = cls.__new__(cls)
        inference._load(Plan("", ()), given)
        return inference

    def _load(self, plan: Plan, given: Iterable[Production]) -> None:
        self.plan = plan
        self.fired: list[str] = []
        self._chosen: Action | None = None
        self._derived: dict[str, str] = {}
        elements = _Elements()
        rules = tuple(self._rule(production, elements) for production in given)
        self._engine = type("PlanEngine", (_PlanEngine,), {"flat_rules": rules})()
        self._engine.reset()

    @property
    def derived(self) -> Mapping[str, str]:
        """Values that followed from the answers, in the order in which they were derived."""
        return self._derived

    def forget(self) -> None:
        """Start again with no facts."""
        self._derived = {}
        self._engine.reset()

    def know(self, subject: str, value: str | int) -> None:
        """A question's value, or a measure's (an integer, or `unknown`)."""
        if isinstance(value, int):
            self._engine.declare(Number(subject=subject, value=value))
        else:
            self._engine.declare(Answer(subject=subject, value=value, sort=sort_of(value)))

    def know_outcome(self, remedy: str, outcome: str) -> None:
        """What became of a remedy."""
        self._engine.declare(Outcome(subject=remedy, value=outcome))

    def step(self) -> Action:
        """Fire what follows, then the first step; returns that step's action."""
        self._chosen = None
        self._engine.run()
        if self._chosen is None:
            raise RuntimeError("no step was left on the agenda; tell all facts again after forget()")
        return self._chosen

    def agenda(self) -> list[str]:
        """Names of the active productions, next one first (for comparison with CLIPS)."""
        return [activation.rule.production for activation in reversed(self._engine.agenda.activations)]

    def _rule(self, production: Production, elements: _Elements) -> Any:
        patterns = [elements[pattern] for pattern in production.patterns]
        if not production.patterns or production.patterns[0].absent:
            patterns.insert(0, elements.initial)  # experta needs a fact before an absence
        rule = ProductionRule(*patterns, salience=production.salience)(self._body(production))
        rule.production = production.name
        return rule

    def _body(self, production: Production) -> Callable[[Any], None]:
        action = production.action

        def derive(engine: Any) -> None:
            self.fired.append(production.name)
            assert isinstance(action, Derive)
            self._derived[action.question] = action.value
            engine.declare(Answer(subject=action.question, value=action.value, sort=sort_of(action.value)))

        def choose(engine: Any) -> None:
            self.fired.append(production.name)
            self._chosen = action
            engine.halt()

        return derive if isinstance(action, Derive) else choose


class _PlanEngine(_KnowledgeEngine):  # type: ignore[misc]  # experta has no types
    __matcher__ = FlatMatcher
    __strategy__ = UniqueSalience


class _Elements(dict[Pattern, Any]):
    """One experta element for each pattern, so that equal patterns share their part of the network."""

    def __init__(self) -> None:
        super().__init__()
        self.initial = experta.InitialFact()

    def __missing__(self, pattern: Pattern) -> Any:
        absent = pattern.absent
        self[pattern] = experta.NOT(self[replace(pattern, absent=False)]) if absent else _element(pattern)
        return self[pattern]


def _element(pattern: Pattern) -> Any:
    """A pattern as an experta fact pattern."""
    slots: dict[str, Any] = {}
    if pattern.subject:
        slots["subject"] = pattern.subject
    if pattern.values:
        slots["sort" if pattern.by_sort else "value"] = _any_of(pattern.values)
    elif pattern.at_least is not None or pattern.at_most is not None:
        slots["value"] = experta.P(_bounded(pattern.at_least, pattern.at_most))
    return _FACTS.get(pattern.fact, Outcome)(**slots)


def _any_of(values: tuple[str, ...]) -> Any:
    literals = [experta.L(value) for value in values]
    element = literals[0]
    for literal in literals[1:]:
        element = element | literal
    return element


def _bounded(low: int | None, high: int | None) -> Callable[[int], bool]:
    return lambda value: (low is None or value >= low) and (high is None or value <= high)


__all__ = ["Inference", "UniqueSalience"]
