"""The first page: how far the knowledge is reviewed, what is missing, and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..reading import Reading
from .parts import Figure, Summary
from .standing import CHANGED, NOT_APPROVED, SIGNED, UNREVIEWED
from .views import BY_CONTENT, DISAGREE, GENERAL, Views, place_of_view


@dataclass(frozen=True, slots=True)
class Counted:
    """What there is to say.

    Rules in all, by their standing, of the view of disagreeing sources, and on general knowledge `alone`; findings of
    `voltriage check`; the folder of the knowledge as it is typed.
    """

    total: int
    states: Mapping[str, int]
    disagreeing: int
    alone: int
    findings: int
    folder: str


def counted(views: Views, findings: int, folder: str) -> Counted:
    """Count the rules."""
    standings = views.reviewed.standings
    states = Counter(one.state for one in standings.values())
    alone = sum(1 for ident in views.members(GENERAL) if views.alone(ident))
    return Counted(len(standings), states, len(views.members(DISAGREE)), alone, findings, folder)


def summary(views: Views, count: Counted) -> Summary:
    """The first page for a reader."""
    reading = views.reading
    return Summary(
        _state(reading, count),
        tuple(_figures(views, count)),
        tuple(_missing(reading, count)),
        tuple(_steps(reading, count)),
    )


def _of(count: Counted, state: str) -> int:
    return count.states.get(state, 0)


def _state(reading: Reading, count: Counted) -> str:
    say, signed = reading.say, _of(count, SIGNED)
    if not signed:
        return say("None of {total} rules is signed off yet.", total=count.total)
    if signed < count.total:
        return say("Signed off: {count} of {total} rules.", count=signed, total=count.total)
    if count.findings:
        return say("Every rule is signed off, but voltriage check still finds something.")
    return say("Every rule is signed off.")


def _figures(views: Views, count: Counted) -> Iterator[Figure]:
    say = views.reading.say
    yield Figure(say("Rules"), str(count.total))
    yield Figure(say("Signed off, and unchanged since then"), str(_of(count, SIGNED)))
    yield Figure(say("Never reviewed"), str(_of(count, UNREVIEWED)))
    yield Figure(say("Changed since their review"), str(_of(count, CHANGED)), place_of_view(CHANGED))
    yield Figure(say("Not approved"), str(_of(count, NOT_APPROVED)), place_of_view(NOT_APPROVED))
    yield Figure(say("Findings of voltriage check"), str(count.findings))
    for name in BY_CONTENT:
        yield Figure(views.title(name), str(len(views.members(name))), place_of_view(name))
    yield Figure(say("On general knowledge alone"), str(count.alone), place_of_view(GENERAL))


def _missing(reading: Reading, count: Counted) -> Iterator[str]:
    say = reading.say
    if _of(count, UNREVIEWED):
        yield say("Rules that nobody has reviewed: {count}", count=_of(count, UNREVIEWED))
    if _of(count, CHANGED):
        yield say("Rules whose review is out of date, as they changed: {count}", count=_of(count, CHANGED))
    if _of(count, NOT_APPROVED):
        yield say("Rules that a reviewer did not approve: {count}", count=_of(count, NOT_APPROVED))
    if count.findings:
        yield say("Findings of voltriage check that are not mended: {count}", count=count.findings)
    if count.alone:
        yield say("Rules for which no document stands, only general knowledge: {count}", count=count.alone)
    if count.disagreeing:
        yield say("Rules whose sources disagree: {count}", count=count.disagreeing)


def _steps(reading: Reading, count: Counted) -> Iterator[str]:
    say = reading.say
    if count.findings:
        yield say("Have the findings of voltriage check mended first; a mended rule has to be read again.")
    if _of(count, NOT_APPROVED):
        yield say('Have the rules under "Not approved" mended, as the notes there say.')
    if _of(count, CHANGED):
        yield say('Read the rules under "Changed since the last review" once more.')
    if _of(count, UNREVIEWED):
        yield say("Read the rules, those first that cannot be undone, change an entitlement or spend an activation.")
    if _of(count, SIGNED) < count.total:
        yield say(
            "Write down what you found, rule by rule: voltriage review --kb {folder} --sign RULE --by NAME",
            folder=count.folder,
        )
    else:
        yield say("Nothing is left to do until a rule changes. Make this report again then.")
