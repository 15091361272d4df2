"""How well scenarios guard the rules: each rule is changed in small ways, and some scenario should notice.

A changed knowledge base (a mutant) is killed when a scenario that passes on the rules as they are fails on it. A mutant
that no session can tell from the rules as they are (the minimal graphs are the same, as far as sessions reach that
contradict nothing) changes nothing and is not counted. For every other survivor there is a session that would kill it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from msgspec.structs import replace

from engine.plan import plan_of
from engine.unfold import PlanTooLargeError, Unfolder
from engine.walks import Session
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Condition, Continue, Entry, Rule, Treat

from .altering import Spot, conditions_of, entries_of, procedures_in, with_conditions, with_entries
from .checking.findings import Place
from .checking.spots import name_at, place_at
from .checking.ways import contradictions
from .minimal import difference
from .playing import Player, Stand, Value

NEGATED = "negated"
DROPPED = "dropped"
WIDENED = "widened"
SWAPPED = "swapped"
REORDERED = "reordered"


@dataclass(frozen=True, slots=True)
class Case:
    """A scenario: its facts, and whether where they lead is what it expects."""

    name: str
    code: str
    answers: Mapping[str, Value]
    outcomes: Mapping[str, str]
    passes: Callable[[Stand], bool]


@dataclass(frozen=True, slots=True)
class Mutant:
    """The knowledge base with one change: of which kind, at which entry.

    `subject`: the question whose condition is changed, the remedy proposed instead, or the entry exchanged with.
    """

    kind: str
    spot: Spot
    entry: Entry
    subject: str
    kb: KnowledgeBase

    @property
    def place(self) -> Place:
        """Where the change is."""
        at_condition = self.kind in (NEGATED, DROPPED, WIDENED)
        return place_at(self.spot, self.entry, self.subject if at_condition else "")


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no scenario notices, and the shortest session that shows the difference."""

    mutant: Mutant
    code: str
    session: Session


@dataclass(frozen=True, slots=True)
class Score:
    """How many mutants were killed, how many change nothing that a session could show, and those that survive."""

    killed: int
    alike: int
    survivors: tuple[Survivor, ...]

    @property
    def counted(self) -> int:
        """The mutants that some session can tell from the rules as they are."""
        return self.killed + len(self.survivors)

    @property
    def percent(self) -> float:
        """How many of these are killed, in hundredths, rounded down to tenths: 1,999 of 2,000 is not 100."""
        return 1000 * self.killed // self.counted / 10 if self.counted else 100.0


def score(kb: KnowledgeBase, cases: Sequence[Case], mutants: Iterable[Mutant] | None = None) -> Score:
    """The score of these scenarios; those that fail on the rules as they are kill nothing."""
    judge = _Judge(kb, cases)
    killed = alike = 0
    survivors: list[Survivor] = []
    for mutant in all_mutants(kb) if mutants is None else mutants:
        codes = judge.codes(mutant.spot)
        if judge.kills(mutant, codes):
            killed += 1
        elif (shown := judge.shown(mutant, codes)) is None:
            alike += 1
        else:
            survivors.append(Survivor(mutant, *shown))
    return Score(killed, alike, tuple(survivors))


def all_mutants(kb: KnowledgeBase) -> Iterator[Mutant]:
    """Every mutant, in the order of the files."""
    entries = list(entries_of(kb))
    for spot, entry in entries:
        yield from _of_conditions(kb, spot, entry)
        if isinstance(entry, Rule) and isinstance(entry.then, Treat):
            yield from _of_remedies(kb, spot, entry, entry.then)
    for (spot, entry), (other, after) in pairwise(sorted(entries, key=lambda one: (_plan(one[0]), one[0].path[-1]))):
        if _plan(spot) == _plan(other):
            moved = with_entries(with_entries(kb, spot, (after,)), other, (entry,))
            yield Mutant(REORDERED, spot, entry, name_at(other, after), moved)


def _plan(spot: Spot) -> tuple[str, str, tuple[int, ...]]:
    """The list in which an entry stands."""
    return spot.section, spot.ident, spot.path[:-1]


def _of_conditions(kb: KnowledgeBase, spot: Spot, entry: Entry) -> Iterator[Mutant]:
    conditions = conditions_of(entry)
    for number, condition in enumerate(conditions):
        then = entry.then if isinstance(entry, Rule) else None
        if condition.subject in words.FIXED_SUBJECTS:
            continue  # what a rule is written for is not asked of anybody
        if isinstance(then, Continue) and then.answer_of == condition.subject:
            continue  # it names the code to continue as
        for kind, changed in _changed(kb, condition):
            others = (*conditions[:number], *changed, *conditions[number + 1 :])
            altered = with_entries(kb, spot, (with_conditions(entry, others),))
            yield Mutant(kind, spot, entry, condition.subject, altered)


def _changed(kb: KnowledgeBase, condition: Condition) -> Iterator[tuple[str, tuple[Condition, ...]]]:
    question = kb.questions[condition.subject]
    values = [*question.answers, *([words.ANY_CODE] if question.kind == words.CODE else [])]
    refused = tuple(value for value in values if value not in condition.accepts)
    definite = tuple(value for value in refused if value != words.UNKNOWN)
    if definite or refused:
        yield NEGATED, (replace(condition, accepts=definite or refused),)
    yield DROPPED, ()
    if refused:
        yield WIDENED, (replace(condition, accepts=(*condition.accepts, refused[-1])),)


def _of_remedies(kb: KnowledgeBase, spot: Spot, rule: Rule, then: Treat) -> Iterator[Mutant]:
    """The first two remedies in the other order; a single one is exchanged for the next in the alphabet."""
    if len(then.remedies) > 1:
        swapped = (then.remedies[1], then.remedies[0], *then.remedies[2:])
    else:
        known = sorted(kb.remedies)
        swapped = (known[(known.index(then.remedies[0]) + 1) % len(known)],)
    if swapped != then.remedies:
        altered = with_entries(kb, spot, (replace(rule, then=Treat(then.cause, swapped)),))
        yield Mutant(SWAPPED, spot, rule, swapped[0], altered)


class _Judge:
    """Plays the scenarios once on the rules as they are, then as few as needed on each mutant."""

    def __init__(self, kb: KnowledgeBase, cases: Sequence[Case]) -> None:
        self._kb = kb
        self._player = Player(kb)
        played = [(case, self._player.play(case.code, case.answers, case.outcomes)) for case in cases]
        self._passing = [(case, stand) for case, stand in played if case.passes(stand)]
        self._impossible = contradictions(kb)
        self._used = {code: procedures_in(kb, thing.plan) for code, thing in kb.codes.items()}

    def codes(self, spot: Spot) -> list[str]:
        """The codes in whose plans a change at this spot is met."""
        if spot.section == "codes":
            return [spot.ident]
        return [code for code, used in self._used.items() if spot.ident in used]

    def kills(self, mutant: Mutant, codes: list[str]) -> bool:
        """Whether a scenario notices; those in which the rule fires are played first."""
        affected = {code if code in self._kb.codes else words.UNKNOWN_CODE for code in codes}
        shared = {code: one for code, one in self._player.unfolders.items() if _entry(self._kb, code) not in affected}
        player = Player(mutant.kb, shared)
        met = [one for one in self._passing if any(_entry(self._kb, code) in affected for code in one[1].codes)]
        rule = mutant.entry.id if isinstance(mutant.entry, Rule) else ""
        met.sort(key=lambda one: rule not in one[1].rules)
        return any(not case.passes(player.play(case.code, case.answers, case.outcomes)) for case, _ in met)

    def shown(self, mutant: Mutant, codes: list[str]) -> tuple[str, Session] | None:
        """The shortest session that shows the difference, and its code; None where there is none."""
        found: list[tuple[int, str, Session]] = []
        for code in codes:
            session = self._difference(mutant, code)
            if session is not None:
                found.append((len(session), code, session))
        return min(found)[1:] if found else None

    def _difference(self, mutant: Mutant, code: str) -> Session | None:
        try:
            before = Unfolder(self._kb, plan_of(self._kb, code)).unfold()
            after = Unfolder(mutant.kb, plan_of(mutant.kb, code)).unfold()
        except PlanTooLargeError:
            return ()
        return difference(before, after, self._impossible)


def _entry(kb: KnowledgeBase, code: str) -> str:
    return code if code in kb.codes else words.UNKNOWN_CODE
