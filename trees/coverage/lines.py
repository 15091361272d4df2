"""The coverage report as lines for a terminal: the totals, then what lacks most, worst first."""

from __future__ import annotations

from collections.abc import Iterator

from engine.coverage import ANSWER, DECISION, FALSE, OUTCOME, TRUE
from engine.obligations import ACCEPTS_ALL, CONTRADICTORY, NEVER_REACHED, NOTHING_TO_WAIT_FOR, SETTLED, UNUSED
from trees.reading import Say

from .report import FIRED, MEASURES, TRIED, Entry, Report, RuleState

MOST = 25
"""So many places are shown; the JSON report has all of them."""


def lines_of(report: Report, say: Say, most: int = MOST) -> Iterator[str]:
    """The report in the reader's words."""
    yield from totals(report, say)
    places = [line for _, line in sorted(_places(report, say), key=lambda place: place[0])]
    if places:
        yield ""
        yield say("What is missing, worst first:")
        yield from places[:most]
    if len(places) > most:
        yield say("{count} more places lack something; --json FILE has them all.", count=len(places) - most)
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


_Rank = tuple[int, int, str, int]
"""How bad it is, how much is missing (negative: most first), and the place."""


def _places(report: Report, say: Say) -> Iterator[tuple[_Rank, str]]:
    missing: dict[str, list[Entry]] = {}
    for entry in report.entries:
        if entry.counts and not entry.covered_by and entry.item[0] in (TRUE, FALSE, DECISION, ANSWER, OUTCOME):
            missing.setdefault(entry.item[1], []).append(entry)
    for rule in report.rules:
        entries = missing.pop(rule.id, [])
        if rule.state != FIRED and not rule.why.startswith(_CANNOT):
            yield (0 if rule.state != TRIED else 1, 0, rule.file, rule.line), _unfired(rule, say)
        elif entries:
            yield (2, -len(entries), rule.file, rule.line), _incomplete(rule.id, entries, say)
    for subject, entries in missing.items():
        first = entries[0]
        rank = 3 if first.item[0] in (ANSWER, OUTCOME) else 2
        yield (rank, -len(entries), first.file, first.line), _incomplete(subject, entries, say)


_CANNOT = (ACCEPTS_ALL, CONTRADICTORY, NEVER_REACHED, NOTHING_TO_WAIT_FOR, SETTLED, UNUSED)


def _unfired(rule: RuleState, say: Say) -> str:
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


def _incomplete(subject: str, entries: list[Entry], say: Say) -> str:
    first = entries[0]
    what = ", ".join(_detail(entry) for entry in entries)
    values = {"place": f"{first.file}:{first.line}", "subject": subject, "what": what}
    if first.item[0] == ANSWER:
        return say("{place}: {subject} never had the answer {what}", **values)
    if first.item[0] == OUTCOME:
        return say("{place}: {subject} never had the outcome {what}", **values)
    return say("{place}: {subject} was never {what}", **values)


def _detail(entry: Entry) -> str:
    kind, _, detail = entry.item
    if kind in (TRUE, FALSE):
        return f"{detail}={kind}"
    return "true" if kind == DECISION else detail


def infeasible_lines(report: Report, say: Say) -> Iterator[str]:
    """What cannot be covered, each with the reason."""
    for entry in report.entries:
        if not entry.counts:
            what = f"{entry.item[1]} {_detail(entry)}"
            yield say(
                "{place}: {what}: {reason}",
                place=f"{entry.file}:{entry.line}",
                what=what,
                reason=reason(entry.infeasible, say),
            )


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
