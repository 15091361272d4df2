"""Why, which causes, how far: the explanations of a session as lines of plain text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from engine.case import CANNOT_LOOK, OPERATOR, Answered, Ask
from engine.explain import (
    ESTABLISHED,
    OPEN,
    RULED_OUT,
    CauseStanding,
    Needed,
    for_owner,
    likely_first,
    standings,
)
from engine.session import Session
from kb.spelling import in_groups

from .naming import origin_name, outcome_name
from .page import HEADING, QUIET, Page, Shown
from .safety import neutral, without_keys

MOST_CAUSES = 8
"""More causes of one standing are counted, unless all are asked for."""


class Explainer(Page):
    """Renders the explanations of one reader's session."""

    def why(self, session: Session) -> Iterator[str]:
        """Why the case stands here, in full: reason, what already holds, sources."""
        why = session.why()
        if why is None:
            yield self._say("The plan is exhausted; no rule is left.")
            return
        yield from self._wrap(self._texts(why.because))
        yield from self._list(self._say("What holds already:"), [self._answered(*answer) for answer in why.held])
        if why.cause:
            cause = self._texts(self._kb.causes[why.cause].title)
            asked = isinstance(session.next(), Ask)
            line = self._say("It would show this cause: {cause}", cause=cause)
            yield from self._wrap(line if asked else self._say("Cause: {cause}", cause=cause), "  ")
        for ref in why.sources:
            yield from self._wrap(self._say("Source: {source}", source=self._source(ref)), "  ", "    ", QUIET)

    def causes(self, session: Session, *, everything: bool = False) -> Iterator[str]:
        """Which causes are established, open, ruled out, and by which answers; numbered for `why NUMBER`.

        The most likely ones come first; of many, the others are counted unless `everything` is asked for.
        """
        numbered = list(enumerate(standings(session), 1))
        order = likely_first(session, (cause.cause for _, cause in numbered))
        numbered.sort(key=lambda one: order.index(one[1].cause))
        headings = {
            ESTABLISHED: self._say("Established:"),
            OPEN: self._say("Open:"),
            RULED_OUT: self._say("Ruled out:"),
        }
        hidden = 0
        for standing, heading in headings.items():
            those = [(number, cause) for number, cause in numbered if cause.standing == standing]
            shown = those if everything or len(those) <= MOST_CAUSES + 1 else those[:MOST_CAUSES]
            hidden += len(those) - len(shown)
            if shown:
                yield Shown(heading, HEADING)
            if standing == RULED_OUT:
                yield from self._by_reason(shown)
            else:
                for number, cause in shown:
                    yield from self._cause(number, cause)
            yield from self._wrap(self._more(len(those) - len(shown)), "  ", role=QUIET)
        if hidden:
            yield from self._wrap(self._say("causes all shows all of them."), role=QUIET)
        yield from self._wrap(self._say("why NUMBER tells what a cause would have taken."), role=QUIET)

    def _more(self, count: int) -> str:
        """How many there are besides those shown; empty where there are none."""
        return self._say.many("and {count} more", "and {count} more", count) if count else ""

    def _cause(self, number: int, standing: CauseStanding) -> Iterator[str]:
        title = self._texts(self._kb.causes[standing.cause].title)
        yield from self._wrap(f"{number:>2}  {title}", "  ", "      ")
        for answer in standing.by:
            yield from self._wrap(f"- {self._answered(*answer)}", "      ", "        ", QUIET)

    def _by_reason(self, numbered: Iterable[tuple[int, CauseStanding]]) -> Iterator[str]:
        """Causes under the answers that rule them out: one answer often rules out many."""
        groups: dict[tuple[tuple[str, str], ...], list[tuple[int, CauseStanding]]] = {}
        for number, cause in numbered:
            groups.setdefault(cause.by, []).append((number, cause))
        for reasons, those in groups.items():
            for answer in reasons:
                yield from self._wrap(f"- {self._answered(*answer)}", "  ", "    ", QUIET)
            for number, cause in those:
                yield from self._wrap(
                    f"{number:>2}  {self._texts(self._kb.causes[cause.cause].title)}", "    ", " " * 8
                )

    def why_not(self, cause: str, needed: tuple[Needed, ...] | None) -> Iterator[str]:
        """Which answers would have led to a cause."""
        yield from self._wrap(self._texts(self._kb.causes[cause].title))
        if needed is None:
            yield from self._wrap(self._say("Nothing under this code leads to that cause."), "  ")
        elif not needed:
            yield from self._wrap(self._say("Your answers lead to that cause."), "  ")
        else:
            yield from self._list(
                self._say("It would have taken:"), [self._answered(need.question, need.value) for need in needed]
            )

    def unneeded(self, session: Session, subjects: Iterable[str]) -> Iterator[str]:
        """Answers that a changed answer has made superfluous; they stay known."""
        given = session.given
        items = [self._answered(subject, given[subject].value) for subject in subjects]
        yield from self._list(self._say("No longer needed, but still known:"), items, "")

    def status(self, session: Session) -> Iterator[str]:
        """The answers so far, numbered, the remedies tried, and how much is ahead."""
        status = session.status()
        codes = " -> ".join(f"{code} ({in_groups(code)})" for code in status.codes)
        yield from self._wrap(self._say("Codes: {codes}", codes=codes))
        hidden = _of_no_use(session, status.answers)
        for number, answered in enumerate(status.answers, 1):
            if answered.subject not in hidden:
                told = self._answered(answered.subject, answered.value)
                yield from self._wrap(f"{number:>2}  {told}{self._origin(answered)}", "  ", "      ")
        for remedy, outcome in status.outcomes.items():
            title = self._texts(self._kb.remedies[remedy].title)
            yield from self._wrap(f"- {title}: {outcome_name(self._say, outcome)}", "  ", "    ")
        if not status.most:
            return
        if status.fewest == status.most:
            yield self._say.many("Still ahead: {count} step", "Still ahead: {count} steps", status.most)
        else:
            ahead = self._say(
                "Still ahead: at least {fewest}, usually {usual}, at most {most} steps",
                fewest=status.fewest,
                usual=status.usual,
                most=status.most,
            )
            yield from self._wrap(ahead)

    def _origin(self, answered: Answered) -> str:
        """Where an answer came from, in parentheses; empty where the operator gave it.

        A journal may come from somebody else, and names the source in its own words.
        """
        if answered.source == OPERATOR:
            return ""
        question = self._kb.questions.get(answered.subject)
        return f" ({without_keys(neutral(origin_name(self._say, self._texts, question, answered.source)))})"


def _of_no_use(session: Session, answers: Iterable[Answered]) -> set[str]:
    """Questions that nobody could look up and nobody needs to: the other answers leave them without a reader."""
    unseen = {answered.subject for answered in answers if answered.source.startswith(CANNOT_LOOK)}
    return unseen - {ident for place in session.unseen for ident in for_owner(session, place)}
