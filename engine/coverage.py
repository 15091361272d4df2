"""What a case went through: an observer that looks at a session when it is over, and changes nothing about it.

A case's *way* under one code is read off what was known when it left that code, by the meaning of a plan: rule after
rule, each rule's conditions from left to right, until something is not known. What was known from the start counts as
if it had been answered where it would have been asked, and a remedy known to be done as if it had been proposed there;
so a scenario that tells all its facts at once goes the same way as the dialogue with the same facts. That the way is
the one that experta took is tested over random rules and cases (tests/test_coverage.py).

Nothing is recorded while the session runs: a session that is observed takes the same time as one that is not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import NamedTuple

from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Continue, Escalate, Treat

from .case import Tried
from .decisions import Chain, Chains, Part
from .leaving import Left, left_by
from .plan import accepted, as_seen, sort_of
from .session import Session

CODE, RULE, DECISION, TRUE, FALSE, ANSWER, OUTCOME, CAUSE, REMEDY = (
    "code",
    "rule",
    "decision",
    "true",
    "false",
    "answer",
    "outcome",
    "cause",
    "remedy",
)
KINDS = (CODE, RULE, DECISION, TRUE, FALSE, ANSWER, OUTCOME, CAUSE, REMEDY)

Item = tuple[str, str, str]
"""Something that can be covered: a kind, whose it is, and a detail.

    (CODE, code, "")                       the case was under this code
    (RULE, rule, "")                       the rule fired: it proposed a remedy, went on as another code, or escalated
    (DECISION, decision, "")               every condition of this `when` held when its turn came
    (TRUE | FALSE, decision, subject)      this condition was read, and held or did not hold
    (ANSWER, question, answer)             the case was at this question and had this answer; any code is `code`
    (OUTCOME, remedy, outcome)             the remedy was proposed and had this outcome, as `outcome_sort` tells them
    (CAUSE, cause, ""), (REMEDY, remedy, "")  a rule that fired concluded it, or proposed it
"""

NO_HELP = "no-help"
"""Stands for not-fixed, blocked and declined, which lead a case to one and the same place."""


def outcome_sort(outcome: str) -> str:
    """What a remedy came to, as far as it makes a difference to the way: fixed, no-help, pending, or code."""
    return NO_HELP if outcome in _NO_HELP else sort_of(outcome)


_NO_HELP = (words.NOT_FIXED, words.BLOCKED, words.DECLINED)

FIRED, SPENT, FALSE_AT, OPEN_AT = "fired", "spent", "false", "open"


@dataclass(frozen=True, slots=True)
class Turn:
    """One rule's turn: how it was decided. `at`: the number of the condition that ended the reading, from 0.

    - `fired`: all conditions held, and it concluded something; `spent`: all held, but its remedies had been proposed
    - `false`: this condition does not hold; `open`: it is not known whether it does
    """

    chain: Chain
    verdict: str
    at: int


class Met(NamedTuple):
    """A question (kind `answer`) or remedy (kind `outcome`) on the way, and what was said; empty: nothing yet."""

    kind: str
    subject: str
    said: str


@dataclass(slots=True)
class Way:
    """What happened under one code: turns in plan order, and questions and remedies met, each with what was said.

    `stands`: it ended at something not known or not done yet; else at an end of the case or of the plan.
    """

    code: str
    procedure: str
    turns: list[Turn] = field(default_factory=list)
    steps: list[Met] = field(default_factory=list)
    stands: bool = False

    def leads_to(self, values: Mapping[str, str | int]) -> str:
        """The code that the case went on as by itself, with these values known; empty where it did not."""
        last = self.turns[-1] if self.turns and not self.stands else None
        if last is None or last.verdict != FIRED:
            return ""
        then = last.chain.rule.then
        if isinstance(then, Continue):
            return then.code or str(values[then.answer_of])
        said = self.steps[-1].said if isinstance(then, Treat) else ""
        return said if said.startswith("0x") else ""


@dataclass(frozen=True, slots=True)
class Marks:
    """Everything that one session covered.

    - `failed`: for each rule whose turn came and that was false, the condition: (rule, decision, subject)
    - `spent`: rules that held when nothing was left for them to propose
    - `stops`: for each code it was under, the rule at which it stopped (empty: the plan was exhausted)
    - `ways`: for each code, the questions and remedies met and what was said, in order: a way through its graph
    """

    items: frozenset[Item]
    failed: frozenset[Item] = frozenset()
    spent: frozenset[str] = frozenset()
    stops: tuple[tuple[str, str], ...] = ()
    ways: tuple[tuple[str, tuple[Met, ...]], ...] = ()


class Observer:
    """Looks at sessions of one knowledge base; keeps its expanded plans, and what each turn of a rule covers."""

    def __init__(self, kb: KnowledgeBase) -> None:
        self._kb = kb
        self._chains: dict[tuple[str, str], Chains] = {}
        self._covered: dict[tuple[int, str, int], frozenset[Item]] = {}

    def marks(self, session: Session) -> Marks:
        """What this session covered so far."""
        ways = self.ways(session)
        items: set[Item] = {(OUTCOME, remedy, word) for remedy, word in _told(session, ways)}
        failed: set[Item] = set()
        spent: set[str] = set()
        for way in ways:
            items |= items_of(self._kb, way, self._of_turn)
            for turn in way.turns:
                if turn.verdict == FALSE_AT:
                    part = turn.chain.parts[turn.at]
                    failed.add((turn.chain.rule.id, part.decision.id, part.subject))
                elif turn.verdict == SPENT:
                    spent.add(turn.chain.rule.id)
        stops = tuple((way.code, _stop(way)) for way in ways)
        whole = tuple((way.code, tuple(way.steps)) for way in ways if not way.procedure)
        return Marks(frozenset(items), frozenset(failed), frozenset(spent), stops, whole)

    def ways(self, session: Session) -> list[Way]:
        """The ways of a session under each of its codes; what was proposed under one is not proposed again later."""
        ways: list[Way] = []
        proposed: set[str] = set()
        for left in left_by(session):
            ways.append(self.way(left, proposed | left.done))
            proposed.update(met.subject for met in ways[-1].steps if met.kind == OUTCOME and met.said)
        return ways

    def way(self, left: Left, proposed: AbstractSet[str] = frozenset()) -> Way:
        """The way of a case under one code, with what was known when it left that code."""
        key = (left.code, left.procedure)
        if key not in self._chains:
            self._chains[key] = Chains(self._kb, *key)
        return _walked(self._kb, self._chains[key], left, set(proposed))

    def _of_turn(self, turn: Turn) -> frozenset[Item]:
        key = (id(turn.chain), turn.verdict, turn.at)
        if key not in self._covered:
            self._covered[key] = items_of_turn(turn)
        return self._covered[key]


def items_of_turn(turn: Turn) -> frozenset[Item]:
    """What one rule's turn covers, apart from its remedies."""
    parts = turn.chain.parts
    items = set(held_items(parts if turn.verdict in (FIRED, SPENT) else parts[: turn.at]))
    if turn.verdict == FALSE_AT:
        items.add((FALSE, parts[turn.at].decision.id, parts[turn.at].subject))
    elif turn.verdict != OPEN_AT:
        items.add((DECISION, turn.chain.rule.id, ""))
    if turn.verdict == FIRED:
        items.update(concluded(turn.chain))
    return frozenset(items)


def items_of(kb: KnowledgeBase, way: Way, of_turn: Callable[[Turn], frozenset[Item]] = items_of_turn) -> set[Item]:
    """What a way covers. `of_turn`: `items_of_turn`, or what remembers its answers."""
    items: set[Item] = {(CODE, way.code if way.code in kb.codes else words.UNKNOWN_CODE, "")}
    items.update(*map(of_turn, way.turns))
    for met in way.steps:
        if met.said:
            items.add((met.kind, met.subject, outcome_sort(met.said) if met.kind == OUTCOME else sort_of(met.said)))
        if met.kind == OUTCOME:
            items.add((REMEDY, met.subject, ""))
    return items


def held_items(parts: tuple[Part, ...]) -> Iterator[Item]:
    """What conditions that all hold cover."""
    for part in parts:
        yield (TRUE, part.decision.id, part.subject)
        if part.last and not part.decision.rule:
            yield (DECISION, part.decision.id, "")


def concluded(chain: Chain) -> Iterator[Item]:
    """What a rule covers when it fires, apart from its remedies."""
    yield (RULE, chain.rule.id, "")
    if isinstance(chain.rule.then, Treat | Escalate) and chain.rule.then.cause:
        yield (CAUSE, chain.rule.then.cause, "")


def _walked(kb: KnowledgeBase, chains: Iterable[Chain], left: Left, proposed: set[str]) -> Way:
    """Rule after rule, until something is not known, or a rule or an outcome ends it."""
    way = Way(left.code, left.procedure)
    settled: set[str] = set()
    for chain in chains:
        at, open_ = _read(kb, chain, left, way, settled)
        if at < len(chain.parts):
            way.turns.append(Turn(chain, OPEN_AT if open_ else FALSE_AT, at))
            if open_:
                way.stands = True
                return way
            continue
        if not isinstance(chain.rule.then, Treat):
            way.turns.append(Turn(chain, FIRED, at))
            return way
        new = [remedy for remedy in chain.rule.then.remedies if remedy not in proposed]
        way.turns.append(Turn(chain, FIRED if new else SPENT, at))
        if _try(new, proposed, left.outcomes, way):
            return way
    return way


def _read(kb: KnowledgeBase, chain: Chain, left: Left, way: Way, settled: set[str]) -> tuple[int, bool]:
    """How far the conditions hold, and whether the next one is open; questions met on the way are noted."""
    for at, part in enumerate(chain.parts):
        if part.holds is not None:
            if not part.holds:
                return at, False
            continue
        value = left.values.get(part.subject)
        if value is None:
            return at, True
        seen = str(as_seen(value, left.code))
        _meet(kb, part.subject, seen, way, settled)
        if not accepted(part.condition, seen):
            return at, False
    return len(chain.parts), False


def _meet(kb: KnowledgeBase, question: str, seen: str, way: Way, settled: set[str]) -> None:
    """A question is met when nothing that was met before answers it."""
    if question not in settled:
        settled.add(question)
        settled.update(entails.question for entails in kb.questions[question].entails if entails.value == seen)
        way.steps.append(Met(ANSWER, question, seen))


def _try(remedies: list[str], proposed: set[str], outcomes: Mapping[str, str], way: Way) -> bool:
    """Propose remedies one after the other; whether the way ends at one of them."""
    for remedy in remedies:
        proposed.add(remedy)
        outcome = outcomes.get(remedy, "")
        way.steps.append(Met(OUTCOME, remedy, outcome))
        if not outcome:
            way.stands = True
            return True
        if outcome in (words.FIXED, words.PENDING) or (outcome.startswith("0x") and outcome != way.code):
            return True
    return False


def _told(session: Session, ways: list[Way]) -> Iterator[tuple[str, str]]:
    """Outcomes that were replaced later: the remedy was pending first, then something else."""
    met = {met.subject for way in ways for met in way.steps if met.kind == OUTCOME}
    for event in session.events:
        if isinstance(event, Tried) and event.remedy in met:
            yield event.remedy, outcome_sort(event.outcome)


def _stop(way: Way) -> str:
    """The rule at which a way ended; empty where its plan was exhausted."""
    last = way.turns[-1] if way.turns else None
    if last is None or last.verdict in (FALSE_AT, SPENT):
        return ""
    if last.verdict == FIRED and isinstance(last.chain.rule.then, Treat) and not way.stands:
        said = way.steps[-1].said
        return last.chain.rule.id if said in (words.FIXED, words.PENDING) or said.startswith("0x") else ""
    return last.chain.rule.id
