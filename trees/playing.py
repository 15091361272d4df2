"""Where told facts lead, found from the keys of states alone: fast enough to be asked a hundred thousand times.

It is the same as telling a session everything at once (tests compare the two over all scenarios); only the place is
found, no trail and no explanations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.plan import plan_of
from engine.unfold import Residual, Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Continue, Escalate, Treat

Value = str | int
_ON = frozenset({words.NOT_FIXED, words.BLOCKED, words.DECLINED})


@dataclass(frozen=True, slots=True)
class Stand:
    """Where a case stands, in the words of a scenario's `expect`; `rules` are those that fired on the way."""

    state: str
    question: str | None = None
    cause: str | None = None
    remedy: str | None = None
    tried: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    reason: str | None = None
    rules: frozenset[str] = frozenset()


class Player:
    """Plays facts against one knowledge base; plans that are the same as another player's are shared with it."""

    def __init__(self, kb: KnowledgeBase, shared: Mapping[str, Unfolder] | None = None) -> None:
        self._kb = kb
        self._unfolders: dict[str, Unfolder] = dict(shared or {})

    @property
    def unfolders(self) -> Mapping[str, Unfolder]:
        """The plans that were needed so far."""
        return self._unfolders

    def play(self, code: str, answers: Mapping[str, Value], outcomes: Mapping[str, str]) -> Stand:
        """Where these facts lead, from this code on."""
        return _Run(self, self._kb, code, answers, outcomes).stand()

    def unfolder(self, code: str) -> Unfolder:
        """The plan of a code, ready to be asked for keys."""
        found = self._unfolders.get(code)
        if found is None:
            found = self._unfolders[code] = Unfolder(self._kb, plan_of(self._kb, code))
        return found


@dataclass(slots=True)
class _Run:
    player: Player
    kb: KnowledgeBase
    code: str
    answers: Mapping[str, Value]
    told: Mapping[str, str]
    left: list[str] = field(default_factory=list)
    outcomes: dict[str, str] = field(default_factory=dict)
    causes: dict[str, str] = field(default_factory=dict)
    fired: set[str] = field(default_factory=set)

    def stand(self) -> Stand:
        self.outcomes = {remedy: outcome for remedy, outcome in self.told.items() if outcome in _ON}
        while True:
            unfolder = self.player.unfolder(self.code)
            key = unfolder.key(_values(self.kb, unfolder.plan.questions, self.answers), self.outcomes)
            if not key:
                return self._at("escalated", reason=self._reason())
            stand = self._step(unfolder, key[0])
            if stand is not None:
                return stand

    def _step(self, unfolder: Unfolder, first: Residual) -> Stand | None:
        """Where the case stands at what comes first; None where it goes on from there."""
        if first.open:
            return self._at("question", question=first.first)
        rule = unfolder.plan.lines[first.line].rule
        self.fired.add(rule.id)
        then = rule.then
        if isinstance(then, Escalate):
            return self._at("escalated", cause=then.cause or None, reason=then.reason)
        if isinstance(then, Continue):
            target = then.code or str(self.answers[then.answer_of])
            return self._go_to(target) if target != self.code else self._at("escalated", reason=words.CIRCLE)
        return self._propose(first.remedies[0], then)

    def _propose(self, remedy: str, then: Treat) -> Stand | None:
        self.causes[remedy] = then.cause
        outcome = self.told.get(remedy)
        if outcome is None:
            return self._at("remedy", cause=then.cause, remedy=remedy)
        self.outcomes[remedy] = outcome
        if outcome in (words.FIXED, words.PENDING):
            state = "resolved" if outcome == words.FIXED else "saved"
            return self._at(state, cause=self.causes[remedy], remedy=remedy)
        return None if outcome == self.code else self._go_to(outcome)

    def _go_to(self, code: str) -> Stand | None:
        if code in self.left:
            return self._at("escalated", reason=words.CIRCLE)
        self.left.append(self.code)
        self.code = code
        return None

    def _reason(self) -> str:
        done = self.outcomes.values()
        if words.DECLINED in done:
            return words.DECLINED_REASON
        return words.OWNER_MUST_ACT if words.BLOCKED in done else words.CAUSE_UNKNOWN

    def _at(
        self,
        state: str,
        *,
        question: str | None = None,
        cause: str | None = None,
        remedy: str | None = None,
        reason: str | None = None,
    ) -> Stand:
        tried, codes = tuple(self.outcomes), (*self.left, self.code)
        return Stand(state, question, cause, remedy, tried, codes, reason, frozenset(self.fired))


def _values(kb: KnowledgeBase, questions: tuple[str, ...], answers: Mapping[str, Value]) -> dict[str, Value]:
    """What is known about the questions of a plan: what was told, and what follows from it."""
    known = dict(answers)
    found = True
    while found:
        found = False
        for ident in questions:
            if ident not in known and (value := _derived(kb, ident, known)) is not None:
                known[ident] = value
                found = True
    return known


def _derived(kb: KnowledgeBase, ident: str, known: Mapping[str, Value]) -> Value | None:
    question = kb.questions[ident]
    if question.threshold is not None and question.threshold.measure in known:
        number = known[question.threshold.measure]
        if str(number) == words.UNKNOWN:
            return words.UNKNOWN
        return words.YES if question.threshold.holds(int(number)) else words.NO
    return next((follows.then for follows in question.follows if known.get(follows.question) == follows.value), None)
