"""The coverage report as lines for a terminal: the totals, then what lacks most, worst first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.coverage import ANSWER, DECISION, FALSE, OUTCOME, RULE, TRUE, Item
from engine.obligations import ACCEPTS_ALL, CONTRADICTORY, NEVER_REACHED, NOTHING_TO_WAIT_FOR, SETTLED, UNUSED
from trees.reading import Say

from .report import FIRED, MEASURES, TRIED, Entry, Report, RuleState

MOST = 25
"""So many places are shown; the page and the JSON report have all of them."""


@dataclass(frozen=True, slots=True)
class Told:
    """Something to cover, and what there is to say about it."""

    item: Item
    sentence: str


def lines_of(report: Report, say: Say, most: int = MOST) -> Iterator[str]:
    """The report in the reader's words."""
    yield from totals(report, say)
    places = [told.sentence for told in missing(report, say)]
    if places:
        yield ""
        yield say("What is missing, worst first:")
        yield from places[:most]
    if len(places) > most:
        yield say(
            "{count} more places lack something; --html FILE and --json FILE have them all.", count=len(places) - most
        )
    left_out = [entry for entry in report.entries if not entry.counts]
    if left_out:
        yield ""
        yield say("{count} more cannot be covered; --infeasible lists them with the reason.", count=len(left_out))


def totals(report: Report, say: Say) -> Iterator[str]:
    """What was looked at, and a row for each measure."""
    yield say(
        "Coverage of knowledge base {version}; sessions: {count}", version=report.version, count=len(report.sources)
    )
    yield ""
    names = measures(say)
    width = max(map(len, names.values()))
    for measure in MEASURES:
        count = report.counts[measure]
        yield f"  {names[measure]:{width}}  {count.covered:6} / {count.total:<6} {count.percent:>6} %"


def measures(say: Say) -> dict[str, str]:
    """What each measure is called."""
    return {
        "codes": say("codes entered"),
        "rules": say("rules fired"),
        "conditions": say("conditions true and false"),
        "decisions": say("decisions (MC/DC)"),
        "answers": say("answers of questions"),
        "outcomes": say("outcomes of remedies"),
        "causes": say("causes concluded"),
        "remedies": say("remedies proposed"),
        "lines": say("lines (rules and guards)"),
        "edges": say("edges of the graphs"),
        "total": say("all but the edges"),
    }


def missing(report: Report, say: Say) -> list[Told]:
    """What lacks something, worst first: a sentence for each rule, guard, question and remedy."""
    return [told for _, told in sorted(_places(report, say), key=lambda place: place[0])]


_Rank = tuple[int, int, str, int]
"""How bad it is, how much is missing (negative: most first), and the place."""


def _places(report: Report, say: Say) -> Iterator[tuple[_Rank, Told]]:
    lacking: dict[tuple[str, str], list[Entry]] = {}
    for entry in report.entries:
        kind, subject, _ = entry.item
        if entry.counts and not entry.covered_by and kind in (TRUE, FALSE, DECISION, ANSWER, OUTCOME):
            lacking.setdefault((kind if kind in (ANSWER, OUTCOME) else DECISION, subject), []).append(entry)
    for rule in report.rules:
        entries = lacking.pop((DECISION, rule.id), [])
        if rule.state != FIRED and not rule.why.startswith(_CANNOT):
            rank = (0 if rule.state != TRIED else 1, 0, rule.file, rule.line)
            yield rank, Told((RULE, rule.id, ""), unfired(rule, say))
        elif entries:
            yield (2, -len(entries), rule.file, rule.line), _incomplete(entries, say)
    for (kind, _), entries in lacking.items():
        first = entries[0]
        yield (2 if kind == DECISION else 3, -len(entries), first.file, first.line), _incomplete(entries, say)


_CANNOT = (ACCEPTS_ALL, CONTRADICTORY, NEVER_REACHED, NOTHING_TO_WAIT_FOR, SETTLED, UNUSED)


def unfired(rule: RuleState, say: Say) -> str:
    """How a rule that never fired fared."""
    place = f"{rule.file}:{rule.line}"
    if rule.state == TRIED and rule.failed:
        conditions = ", ".join(f"{one.subject} ({len(one.sessions)})" for one in rule.failed)
        return say("{place}: {rule} was tried and false; it failed at {conditions}", **_named(place, rule, conditions))
    if rule.state == TRIED and rule.spent:
        return say("{place}: {rule} held only when its remedies had been tried already", **_named(place, rule))
    if rule.state == TRIED:
        return say("{place}: {rule} was tried, and the session ended at its question", **_named(place, rule))
    if rule.why == "code-not-entered":
        return say("{place}: {rule} was never tried: no session was under a code that uses it", **_named(place, rule))
    return say(
        "{place}: {rule} was never tried: all cases ended before its turn, most at {stop} ({count} of {sessions})",
        place=place,
        rule=rule.id,
        stop=rule.stopped_at,
        count=rule.stopped,
        sessions=rule.sessions,
    )


def _named(place: str, rule: RuleState, conditions: str = "") -> dict[str, str]:
    named = {"place": place, "rule": rule.id}
    return {**named, "conditions": conditions} if conditions else named


def _incomplete(entries: list[Entry], say: Say) -> Told:
    first = entries[0]
    what = ", ".join(_detail(entry) for entry in entries)
    values = {"place": f"{first.file}:{first.line}", "subject": first.item[1], "what": what}
    if first.item[0] == ANSWER:
        return Told(first.item, say("{place}: {subject} never had the answer {what}", **values))
    if first.item[0] == OUTCOME:
        return Told(first.item, say("{place}: {subject} never had the outcome {what}", **values))
    return Told(first.item, say("{place}: {subject} was never {what}", **values))


def _detail(entry: Entry) -> str:
    kind, _, detail = entry.item
    if kind in (TRUE, FALSE):
        return f"{detail}={kind}"
    return "true" if kind == DECISION else detail


def infeasible(report: Report, say: Say) -> Iterator[Told]:
    """What cannot be covered, each with the reason."""
    for entry in report.entries:
        if not entry.counts:
            place, what = f"{entry.file}:{entry.line}", f"{entry.item[1]} {_detail(entry)}"
            told = say("{place}: {what}: {reason}", place=place, what=what, reason=reason(entry.infeasible, say))
            yield Told(entry.item, told)


def reason(slug: str, say: Say) -> str:
    """Why something cannot be covered, in the reader's words."""
    return {
        NEVER_REACHED: say("no way of a case leads there"),
        CONTRADICTORY: say("only answers that contradict each other lead there"),
        ACCEPTS_ALL: say("the condition accepts every answer"),
        SETTLED: say("whenever its turn comes, what is known leaves no other result"),
        NOTHING_TO_WAIT_FOR: say("the remedy names nothing to wait for, so it is never pending"),
        UNUSED: say("no rule names it"),
    }[slug]
