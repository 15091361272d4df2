"""The coverage report as plain data: what there is to cover, what covered it, and exact totals.

Every format is written from this, so the same numbers stand in all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from engine.coverage import (
    ANSWER,
    CAUSE,
    CODE,
    DECISION,
    FALSE,
    OUTCOME,
    REMEDY,
    RULE,
    TRUE,
    Item,
    Marks,
    Met,
)
from engine.decisions import decisions_of
from engine.feasible import Ways, all_ways
from engine.obligations import obligations
from kb import words
from kb.knowledge import KnowledgeBase
from kb.places import Places

from .edges import Edges, edges_of

LINES, EDGES, TOTAL = "lines", "edges", "total"
KINDS_OF: Mapping[str, tuple[str, ...]] = {
    "codes": (CODE,),
    "rules": (RULE,),
    "conditions": (TRUE, FALSE),
    "decisions": (DECISION, FALSE),
    "answers": (ANSWER,),
    "outcomes": (OUTCOME,),
    "causes": (CAUSE,),
    "remedies": (REMEDY,),
}
"""What each measure counts. `decisions` is MC/DC in its masking form: each `when` true, and each condition false."""
MEASURES = (*KINDS_OF, LINES, EDGES, TOTAL)

FIRED, TRIED, UNTRIED = "fired", "tried", "untried"


@dataclass(frozen=True, slots=True)
class Count:
    """So many of so many."""

    covered: int
    total: int

    @property
    def hundredths(self) -> int:
        """Hundredths of a percent, rounded down: 10,000 only where nothing is missing."""
        return 10_000 * self.covered // self.total if self.total else 10_000

    @property
    def percent(self) -> str:
        """The percentage with two decimals, rounded down: "99.99"."""
        return f"{self.hundredths // 100}.{self.hundredths % 100:02}"


@dataclass(frozen=True, slots=True)
class Source:
    """A session that was looked at. `kind`: `scenario`, `journal` or `test`; `remarks`: slugs, see the manual."""

    name: str
    kind: str
    code: str
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Observed:
    """A session and what it covered."""

    source: Source
    marks: Marks


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to cover: where it stands, which sessions covered it (numbers, from 0), and why it cannot be, or ""."""

    item: Item
    file: str
    line: int
    covered_by: tuple[int, ...]
    infeasible: str = ""

    @property
    def counts(self) -> bool:
        """Whether it is among what is to be covered: what was covered could be, whatever was worked out."""
        return not self.infeasible or bool(self.covered_by)


@dataclass(frozen=True, slots=True)
class Failed:
    """A condition at which a rule failed, and in which sessions."""

    decision: str
    subject: str
    sessions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class RuleState:
    """How a rule fared: `fired`; `tried`, with the conditions that failed; `untried`, with the reason.

    `spent`: the sessions in which it held when nothing was left for it to propose. `why`: `code-not-entered`,
    `stopped-before` (most often at the rule `stopped_at`, in `stopped` of `sessions` times that its turn could have
    come), or why it cannot be covered.
    """

    id: str
    file: str
    line: int
    state: str
    fired_by: tuple[int, ...] = ()
    failed: tuple[Failed, ...] = ()
    spent: tuple[int, ...] = ()
    why: str = ""
    stopped_at: str = ""
    stopped: int = 0
    sessions: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """Everything about the coverage of one knowledge base by some sessions."""

    version: str
    released: str
    sha256: str
    sources: tuple[Source, ...]
    marks: tuple[Marks, ...]
    entries: tuple[Entry, ...]
    rules: tuple[RuleState, ...]
    edges: tuple[Edges, ...]
    counts: Mapping[str, Count]


def report_of(
    kb: KnowledgeBase, observed: Iterable[Observed], places: Places, ways: Mapping[str, Ways] | None = None
) -> Report:
    """Compare what sessions covered with what there is.

    Raises `PlanTooLargeError`.
    """
    ways = ways or all_ways(kb)
    seen = tuple(observed)
    by: dict[Item, list[int]] = {}
    for number, one in enumerate(seen):
        for item in one.marks.items:
            by.setdefault(item, []).append(number)
    lines = _Lines(kb, places)
    entries = tuple(
        Entry(item, *lines.of(item), tuple(by.get(item, ())), reason) for item, reason in obligations(kb, ways).items()
    )
    taken = _ways_by_code(kb, seen)
    edges = tuple(edges_of(code, ways[code], taken.get(code, ())) for code in kb.codes)
    manifest = kb.manifest
    return Report(
        manifest.version,
        manifest.released,
        manifest.sha256,
        tuple(one.source for one in seen),
        tuple(one.marks for one in seen),
        entries,
        tuple(_rules(kb, ways, seen, entries)),
        edges,
        _counts(entries, edges),
    )


def _ways_by_code(kb: KnowledgeBase, seen: tuple[Observed, ...]) -> dict[str, list[tuple[Met, ...]]]:
    """The ways of all sessions by the code whose plan they went through."""
    found: dict[str, list[tuple[Met, ...]]] = {}
    for one in seen:
        for code, way in one.marks.ways:
            found.setdefault(_plan_of(kb, code), []).append(way)
    return found


def _counts(entries: tuple[Entry, ...], edges: tuple[Edges, ...]) -> dict[str, Count]:
    counts = {name: count_of(entry for entry in entries if entry.item[0] in kinds) for name, kinds in KINDS_OF.items()}
    counts[LINES] = count_of(entry for entry in entries if is_line(entry.item))
    counts[EDGES] = Count(sum(one.covered for one in edges), sum(one.total for one in edges))
    counts[TOTAL] = count_of(entries)
    return counts


def is_line(item: Item) -> bool:
    """Whether this is what a line of a report on files stands for: a rule that fires, a guard that holds."""
    return item[0] == RULE or (item[0] == DECISION and "/" in item[1])


def count_of(entries: Iterable[Entry]) -> Count:
    """How many of these were covered, of those that count."""
    counting = [entry for entry in entries if entry.counts]
    return Count(sum(bool(entry.covered_by) for entry in counting), len(counting))


class _Lines:
    """Where each item stands."""

    def __init__(self, kb: KnowledgeBase, places: Places) -> None:
        self._places = places
        self._decisions = {decision.id: decision.place for decision in decisions_of(kb)}

    def of(self, item: Item) -> tuple[str, int]:
        kind, subject, detail = item
        if kind in (RULE, DECISION):
            return self._places.line(self._decisions[subject])
        if kind in (TRUE, FALSE):
            return self._places.line((*self._decisions[subject], "when", detail))
        section = {CODE: "codes", ANSWER: "questions", CAUSE: "causes"}.get(kind, "remedies")
        return self._places.line((section, subject))


def _rules(
    kb: KnowledgeBase, ways: Mapping[str, Ways], seen: tuple[Observed, ...], entries: tuple[Entry, ...]
) -> Iterator[RuleState]:
    failed: dict[Item, list[int]] = {}
    spent: dict[str, list[int]] = {}
    for number, one in enumerate(seen):
        for failure in one.marks.failed:
            failed.setdefault(failure, []).append(number)
        for rule in one.marks.spent:
            spent.setdefault(rule, []).append(number)
    stops = _stops(kb, seen)
    stood = {stop for stopped in stops.values() for stop in stopped}
    by_rule: dict[str, list[Failed]] = {}
    for (rule, decision, subject), sessions in sorted(failed.items()):
        by_rule.setdefault(rule, []).append(Failed(decision, subject, tuple(sessions)))
    for entry in entries:
        if entry.item[0] != RULE:
            continue
        rule = entry.item[1]
        failures, held = tuple(by_rule.get(rule, ())), tuple(spent.get(rule, ()))
        place = (rule, entry.file, entry.line)
        if entry.covered_by:
            yield RuleState(*place, FIRED, entry.covered_by, failures, held)
        elif failures or held or rule in stood:
            yield RuleState(*place, TRIED, (), failures, held, entry.infeasible)
        elif entry.infeasible:
            yield RuleState(*place, UNTRIED, why=entry.infeasible)
        else:
            stopped = (found for code, found in stops.items() if rule in ways[code].number)
            yield _untried(place, sum(stopped, Counter()))


def _stops(kb: KnowledgeBase, seen: tuple[Observed, ...]) -> dict[str, Counter[str]]:
    """For each code's plan, how many sessions stopped at which rule."""
    stops: dict[str, Counter[str]] = {}
    for one in seen:
        for code, stop in one.marks.stops:
            stops.setdefault(_plan_of(kb, code), Counter())[stop] += 1
    return stops


def _untried(place: tuple[str, str, int], stops: Counter[str]) -> RuleState:
    if not stops:
        return RuleState(*place, UNTRIED, why="code-not-entered")
    stop, count = min(stops.items(), key=lambda found: (-found[1], found[0]))
    return RuleState(*place, UNTRIED, why="stopped-before", stopped_at=stop, stopped=count, sessions=stops.total())


def _plan_of(kb: KnowledgeBase, code: str) -> str:
    return code if code in kb.codes else words.UNKNOWN_CODE
