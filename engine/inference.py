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
_BusNode: Any = _rete.BusNode
_ConflictSetNode: Any = _rete.ConflictSetNode
_Token: Any = _rete.nodes.Token
_Activation: Any = _rete.nodes.Activation
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
    """An experta rule that is compared by identity; experta would hash all its patterns at every activation.

    Its `body` takes the engine and nothing else; experta would look at the signature of every one.
    """

    body: Callable[[Any], None]
    production: str

    @property
    def __name__(self) -> str:
        return self.production

    def __call__(self, engine: Any) -> None:
        """Fire."""
        self.body(engine)

    __hash__ = object.__hash__

    def __eq__(self, other: object) -> bool:
        return self is other


class FlatMatcher(_ReteMatcher):  # type: ignore[misc]  # experta has no types
    """experta's matcher for rules that are flat already: patterns, and absences of one pattern, joined by "and".

    experta first rewrites every rule into disjunctive normal form and gives every rule its own joins, which took nine
    tenths of the time to build a plan's network. Flat rules need no rewriting, and rules that begin with the same
    patterns (all those of one line of a plan do) share the joins of that beginning.

    experta then offers every fact to every pattern, and asks every rule after every fact what has changed. Here a fact
    goes to the patterns about its subject, and only rules that something reached are asked.
    """

    def build_network(self) -> None:
        """As experta does, from a root that knows which patterns a fact concerns."""
        self.root_node = _Sorter()
        self._reached: dict[Any, None] = {}
        self._memories: list[Any] = []
        rules = sorted(self.engine.flat_rules, key=lambda rule: int(rule.salience))
        self._build_joins(rules, {id(fact): self.root_node.leaf(fact) for fact in _patterns(rules)})

    def changes(self, adding: Iterable[Any] = (), deleting: Iterable[Any] = ()) -> tuple[list[Any], list[Any]]:
        """The activations that these facts add and remove."""
        for fact in deleting:
            self.root_node.remove(fact)
        for fact in adding:
            self.root_node.add(fact)
        added: list[Any] = []
        removed: list[Any] = []
        for terminal in self._reached:
            more, fewer = terminal.get_activations()
            added += more
            removed += fewer
        self._reached.clear()
        return added, removed

    def reset(self) -> None:
        """Forget every fact."""
        for node in self._memories:
            node._reset()

    def _build_joins(self, rules: list[Any], leaves: dict[int, Any]) -> None:
        """Join each rule's patterns from left to right, sharing equal beginnings."""
        joins: dict[tuple[int, ...], Any] = {}
        for rule in rules:
            node = leaves[id(rule[0])]
            beginning: tuple[int, ...] = (id(rule[0]),)
            for element in rule[1:]:
                beginning = (*beginning, id(element))
                if beginning not in joins:
                    joins[beginning] = self._joined(node, element, leaves)
                node = joins[beginning]
            last = _Terminal(rule, self._reached)
            self._memories.append(last)
            node.add_child(last, last._activate)

    def _joined(self, left: Any, element: Any, leaves: dict[int, Any]) -> Any:
        """A join of what came so far with one more pattern, or with its absence."""
        absent = isinstance(element, experta.NOT)
        node = (_rete.nodes.NotNode if absent else _rete.nodes.OrdinaryMatchNode)(_rete.check.SameContextCheck())
        right = leaves[id(_pattern(element))]
        left.add_child(node, node._activate_left)
        right.add_child(node, node._activate_right)
        self._memories.append(node)
        return node


def _patterns(rules: Iterable[Any]) -> Iterable[Any]:
    """Every pattern of these rules once."""
    return {id(fact): fact for rule in rules for fact in map(_pattern, rule)}.values()


def _pattern(element: Any) -> Any:
    """The pattern that a rule's element asks for, or whose absence it asks for."""
    return element[0] if isinstance(element, experta.NOT) else element


class _Sorter(_BusNode):  # type: ignore[misc]  # experta has no types
    """Where facts enter: each goes to the patterns about its subject, and to those about any, of its type."""

    def __init__(self) -> None:
        super().__init__()
        self._about: dict[tuple[type, object], list[Any]] = {}

    def leaf(self, pattern: Any) -> Any:
        """The node of a new pattern, which tests all but type and subject.

        Nothing is captured, because no rule has variables.
        """
        checks = [check for check in _rete.generate_checks(pattern) if isinstance(check, _rete.FeatureCheck)]
        left = [check for check in checks if check.what != "subject"]
        node = _rete.FeatureTesterNode(lambda fact: all(check(fact) for check in left))
        self._about.setdefault((type(pattern), pattern.get("subject")), []).append(node._activate)
        return node

    def add(self, fact: Any) -> None:
        """A new fact."""
        self._send(fact, _Token.valid(fact))

    def remove(self, fact: Any) -> None:
        """A fact that is none any more."""
        self._send(fact, _Token.invalid(fact))

    def _send(self, fact: Any, token: Any) -> None:
        kind, subject = type(fact), fact.get("subject")
        for about in (subject, None) if subject else (None,):
            for activate in self._about.get((kind, about), ()):
                activate(token)


class _Terminal(_ConflictSetNode):  # type: ignore[misc]  # experta has no types
    """The end of a rule: the sets of facts that satisfy it. It says when something reached it.

    As nothing is captured, the facts alone tell one activation from another.
    """

    def __init__(self, rule: Any, reached: dict[Any, None]) -> None:
        super().__init__(rule)
        self._reached = reached
        self._changed: dict[frozenset[Any], bool] = {}

    def _activate(self, token: Any) -> None:
        self._reached[self] = None
        facts, valid = frozenset(token.data), token.is_valid()
        if valid == (facts in self.memory):
            return
        (self.memory.add if valid else self.memory.remove)(facts)
        if self._changed.pop(facts, None) is None:  # else it is as it was before
            self._changed[facts] = valid

    def get_activations(self) -> tuple[list[Any], list[Any]]:
        """The activations that were added and removed since somebody asked."""
        changed, self._changed = self._changed, {}
        both: tuple[list[Any], list[Any]] = ([], [])
        for facts, valid in changed.items():
            both[not valid].append(_Activation(self.rule, facts))
        return both


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
        self.begin({}, {})

    def begin(self, values: Mapping[str, str | int], outcomes: Mapping[str, str]) -> None:
        """Start again with these facts, all at once: values by question or measure, outcomes by remedy."""
        self._derived = {}
        facts = [_known(subject, value) for subject, value in values.items()]
        facts += [Outcome(subject=remedy, value=outcome) for remedy, outcome in outcomes.items()]
        self._engine.reset_with(facts)

    def know(self, subject: str, value: str | int) -> None:
        """A question's value, or a measure's (an integer, or `unknown`)."""
        self._engine.declare(_known(subject, value))

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
        rule = ProductionRule(*patterns, salience=production.salience)
        rule.production = production.name
        rule.body = self._body(production)
        return rule

    def _body(self, production: Production) -> Callable[[Any], None]:
        action = production.action

        def derive(engine: Any) -> None:
            self.fired.append(production.name)
            assert isinstance(action, Derive)
            self._derived[action.question] = action.value
            engine.declare(_known(action.question, action.value))

        def choose(engine: Any) -> None:
            self.fired.append(production.name)
            self._chosen = action
            engine.halt()

        return derive if isinstance(action, Derive) else choose


def _known(subject: str, value: str | int) -> Any:
    """The fact that a question or measure has this value."""
    if isinstance(value, int):
        return Number(subject=subject, value=value)
    return Answer(subject=subject, value=value, sort=sort_of(value))


class _PlanEngine(_KnowledgeEngine):  # type: ignore[misc]  # experta has no types
    __matcher__ = FlatMatcher
    __strategy__ = UniqueSalience

    _start: tuple[Any, ...] = ()

    def reset_with(self, facts: Iterable[Any]) -> None:
        """Reset to these facts; the agenda is worked out once, when all of them are there."""
        self._start = tuple(facts)
        self.reset()

    def get_deffacts(self) -> list[Any]:
        """What a reset declares; experta looks through all attributes of the engine for it."""
        return [self._facts_of_the_start]

    def _facts_of_the_start(self) -> tuple[Any, ...]:
        """The initial fact comes last: what begins with it is then worked out once, with all the rest there."""
        return (*self._start, experta.InitialFact())


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
