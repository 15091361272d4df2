"""Finds a small set of sessions that cover what no session covered yet.

Whole sessions are chosen one after the other, each time the one that covers most of what is still missing (a greedy
set cover). A code's graph has no circles, so the way with most on its edges is found by one pass from its ends to its
start. What shows on no edge, because an earlier question had settled it, is looked for by itself: a shortest way on
which one rule's conditions come to it.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Escalate, rules_of

from .coverage import ANSWER, OUTCOME, RULE, Item, Observer, items_of
from .decisions import Chain
from .facts import contradiction
from .feasible import Came, Position, Tracks, Ways, read_of
from .gains import Allowed, Gains
from .leaving import Left, derived
from .plan import as_seen
from .unfold import ANOTHER_CODE, ASK, CONTINUE, PROPOSE, Node

UNLISTED = "0x8000FFFF"
"""A code that any plan can be left to: nothing is known about it but that it is a code."""
MOST_CODES = 3
"""A suggested session goes on under so many codes at most: longer ones nobody can judge."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A session: its code, what is answered and what becomes of remedies; `covers`: what was missing of it."""

    code: str
    answers: Mapping[str, str]
    outcomes: Mapping[str, str]
    covers: frozenset[Item]


@dataclass(slots=True)
class _Facts:
    answers: dict[str, str] = field(default_factory=dict)
    outcomes: dict[str, str] = field(default_factory=dict)
    codes: list[str] = field(default_factory=list)
    most: int = MOST_CODES


def suggest(kb: KnowledgeBase, ways: Mapping[str, Ways], missing: frozenset[Item]) -> list[Suggestion]:
    """Sessions that together cover all that is missing, as far as it can be covered; the most telling first."""
    suggester = _Suggester(kb, ways, set(missing))
    return _needed([*suggester.by_gain(), *suggester.one_by_one()])


def _needed(suggestions: list[Suggestion]) -> list[Suggestion]:
    """Without those that cover nothing but what the others cover, too."""
    times = Counter(item for suggestion in suggestions for item in suggestion.covers)
    kept: list[Suggestion] = []
    for suggestion in reversed(suggestions):
        if all(times[item] > 1 for item in suggestion.covers):
            times.subtract(suggestion.covers)
        else:
            kept.append(suggestion)
    return kept[::-1]


def lower_bound(kb: KnowledgeBase, missing: frozenset[Item]) -> int:
    """So many further sessions are needed at least: of some things one session can cover one only.

    A session ends once: with a remedy that helped or is pending, or with a rule that hands it over. And a question has
    one answer in it.
    """
    rules = frozenset(_handing_over(kb))
    ends = sum(
        (kind == OUTCOME and detail in (words.FIXED, words.PENDING)) or (kind == RULE and subject in rules)
        for kind, subject, detail in missing
    )
    answers: dict[str, int] = {}
    for kind, subject, _ in missing:
        if kind == ANSWER:
            answers[subject] = answers.get(subject, 0) + 1
    return max([ends, *answers.values(), 1 if missing else 0])


def _handing_over(kb: KnowledgeBase) -> Iterator[str]:
    for things in (kb.codes, kb.procedures):
        for thing in things.values():
            for rule in rules_of(thing.plan):
                if isinstance(rule.then, Escalate):
                    yield rule.id


class _Suggester:
    def __init__(self, kb: KnowledgeBase, ways: Mapping[str, Ways], missing: set[Item]) -> None:
        self._kb = kb
        self._ways = ways
        self._wanted = frozenset(missing)
        self._missing = missing
        self._observer = Observer(kb)
        self._gains = {code: Gains(way, missing) for code, way in ways.items()}
        self._bounds = {code: gains.most() for code, gains in self._gains.items()}

    def by_gain(self) -> Iterator[Suggestion]:
        """The session with most on its edges, again and again, while one gains something.

        What a code's best way gains only falls, so only the codes that looked best are looked at again.
        """
        while any(self._bounds.values()):
            code = max(self._bounds, key=lambda one: (self._bounds[one], one))
            gain = self._gains[code].most()
            if gain < self._bounds[code]:
                self._bounds[code] = gain
                continue
            found = max(
                (self._led(code, most) for most in (MOST_CODES, 1)), key=lambda one: len(one.covers & self._missing)
            )
            if found.covers & self._missing:
                yield self._taken(found)
            else:
                self._bounds[code] = 0

    def _new(self, suggestion: Suggestion) -> int:
        return len(suggestion.covers & self._missing)

    def _led(self, code: str, most: int) -> Suggestion:
        """The best session that begins under this code and goes on under so many codes at most."""
        facts = _Facts(most=most)
        self._lead(facts, code, self._gains[code].start)
        return self._told(facts)

    def one_by_one(self) -> Iterator[Suggestion]:
        """A session for each thing that is still missing."""
        for item in sorted(self._missing):
            for code in self._ways:
                found = self._towards(code, item) if item in self._missing else None
                if found is not None and item in found.covers:
                    yield self._taken(found)

    def _towards(self, code: str, item: Item) -> Suggestion | None:
        """A session under this code that covers this, if there is one."""
        way = self._ways[code]
        for line, chain in enumerate(way.chains):
            if item[1] in (chain.rule.id, *(part.decision.id for part in chain.parts)):
                found = shortest_to(way, line, chain, item)
                if found is not None:
                    return self._from_there(code, *found)
        found = self._gains[code].shortest_over(item)
        return self._from_there(code, *found) if found is not None else None

    def _from_there(self, code: str, steps: list[tuple[Node, str]], position: Position) -> Suggestion:
        facts = _Facts(codes=[code])
        for node, label in steps:
            self._say(facts, node, label)
        self._lead_from(facts, code, position)
        return self._told(facts)

    def _lead(self, facts: _Facts, code: str, position: Position) -> None:
        facts.codes.append(code)
        self._lead_from(facts, code, position)

    def _lead_from(self, facts: _Facts, code: str, position: Position) -> None:
        """Go on along the best way to its end, and under the code that it leads to."""
        way, gains = self._ways[code], self._gains[code]
        allowed = self._fitting(facts, code) if facts.answers or facts.outcomes else None
        best = gains.best(self._beyond(facts), allowed)
        while True:
            node = way.node(position)
            step = gains.step(position, best, allowed)
            if step is None:
                break
            label, position = step
            self._say(facts, node, label)
        node = way.node(position)
        if node.kind == CONTINUE:
            self._go_on(facts, code, node)

    def _beyond(self, facts: _Facts) -> int:
        """What the case may gain under another code that it goes on as."""
        others = (bound for code, bound in self._bounds.items() if code not in facts.codes)
        return max(others, default=0) if len(facts.codes) < facts.most else 0

    def _say(self, facts: _Facts, node: Node, label: str) -> None:
        """Answer the question, or give the remedy its outcome; codes are named later."""
        target = facts.answers if node.kind == ASK else facts.outcomes
        target.setdefault(node.subject, label)

    def _go_on(self, facts: _Facts, code: str, node: Node) -> None:
        """Name the code that is shown now, and lead the case on under it, if it has not been there yet."""
        open_ = [key for key, label in (*facts.answers.items(), *facts.outcomes.items()) if label == ANOTHER_CODE]
        target = self._most_telling(facts, code) if node.subject == ANOTHER_CODE else node.subject
        for key in open_:
            (facts.answers if key in facts.answers else facts.outcomes)[key] = target
        if len(facts.codes) < facts.most and target not in facts.codes and target in self._ways:
            self._lead(facts, target, self._gains[target].start)

    def _most_telling(self, facts: _Facts, code: str) -> str:
        """The code under which the case, as it is known, would cover most."""
        named = {label for node in self._ways[code].graph.nodes for label, _ in node.edges if label.startswith("0x")}
        if len(facts.codes) >= facts.most:
            return UNLISTED
        found = (0, UNLISTED)
        for other in sorted(self._bounds, key=lambda one: -self._bounds[one]):
            if self._bounds[other] <= found[0]:
                break
            if other not in (*facts.codes, words.UNKNOWN_CODE, *named):
                gains = self._gains[other]
                found = max(found, (gains.best(0, self._fitting(facts, other))[gains.start], other))
        return found[1]

    def _fitting(self, facts: _Facts, code: str) -> Allowed:
        """What can still be said beside these facts."""
        given = {key: value for key, value in facts.answers.items() if value != ANOTHER_CODE}
        known: dict[str, str] = {key: str(as_seen(value, code)) for key, value in facts.answers.items()}
        known |= derived(self._kb, given, code)
        clashing: dict[tuple[str, str], bool] = {}

        def allowed(node: Node, label: str) -> bool:
            subject = node.subject
            if node.kind == PROPOSE:
                return label == facts.outcomes.get(subject, label) or (
                    label == ANOTHER_CODE and facts.outcomes[subject].startswith("0x")
                )
            if subject in known:
                return label == known[subject] or (label == ANOTHER_CODE and known[subject].startswith("0x"))
            if (subject, label) not in clashing:
                clashing[subject, label] = label != ANOTHER_CODE and bool(
                    contradiction(self._kb, given, subject, label)
                )
            return not clashing[subject, label]

        return allowed

    def _told(self, facts: _Facts) -> Suggestion:
        """The session of these facts, and what its way covers of what was missing at first."""
        answers = {key: _code(value) for key, value in facts.answers.items()}
        outcomes = {key: _code(value) for key, value in facts.outcomes.items()}
        proposed: set[str] = set()
        items: set[Item] = set()
        code = _shown(facts.codes[0])
        been: list[str] = []
        while code and code not in been:
            been.append(code)
            values = {**derived(self._kb, answers, code), **answers}
            way = self._observer.way(Left(code, "", values, outcomes), proposed)
            items |= items_of(self._kb, way)
            proposed.update(met.subject for met in way.steps if met.kind == OUTCOME)
            code = way.leads_to(values)
        return Suggestion(_shown(facts.codes[0]), answers, outcomes, self._wanted & items)

    def _taken(self, suggestion: Suggestion) -> Suggestion:
        new = suggestion.covers & self._missing
        self._missing -= new
        for gains in self._gains.values():
            gains.forget(new)
        return suggestion


def _code(label: str) -> str:
    return UNLISTED if label == ANOTHER_CODE else label


def _shown(code: str) -> str:
    """A code that has this plan."""
    return UNLISTED if code == words.UNKNOWN_CODE else code


def shortest_to(ways: Ways, line: int, chain: Chain, item: Item) -> tuple[list[tuple[Node, str]], Position] | None:
    """The shortest way on which one rule of the plan covers this, and the position it leads to."""
    tracks = Tracks(ways.kb, (chain,))
    start = (next(iter(ways.rows)), tracks.start())
    before: dict[tuple[Position, int], tuple[tuple[Position, int], str]] = {}
    queue, seen = deque([start]), {start}
    while queue:
        state = queue.popleft()
        position, mask = state
        node = ways.node(position)
        came: Came = tracks.combinations[mask.bit_length() - 1][1]
        if line < ways.front(node) and item in set(read_of(chain, came)):
            return _traced(ways, state, before), position
        for label, target in ways.rows[position]:
            after = (target, tracks.after(mask, node.subject, label) if node.kind == ASK else mask)
            if after not in seen:
                seen.add(after)
                before[after] = (state, label)
                queue.append(after)
    return None


def _traced(
    ways: Ways, state: tuple[Position, int], before: Mapping[tuple[Position, int], tuple[tuple[Position, int], str]]
) -> list[tuple[Node, str]]:
    steps: list[tuple[Node, str]] = []
    while state in before:
        state, label = before[state]
        steps.append((ways.node(state[0]), label))
    return steps[::-1]
