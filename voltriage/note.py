"""The note for the ticket: what a case is about, what was found and done, what is to be done, by whom and how.

The most useful comes first; the record of every answer comes last. The note is plain text that is Markdown as well,
and a function of the case: no clock, no name of the machine it was written on.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from engine.case import Ask, CaseError, Escalated, Propose, Resolved, Saved, Tried
from engine.explain import likely_first
from engine.plan import Line, accepted, as_seen, code_or_unknown, plan_of
from engine.session import Session
from kb import words
from kb.model import Treat
from kb.spelling import in_groups
from trees.names import place_name

from .errands import Errands
from .markdown import bullets, numbered, plain, under
from .naming import outcome_name
from .opening import Reader
from .page import Page
from .record import Record

if TYPE_CHECKING:
    from kb.site import Site

_NOT_DONE = (words.BLOCKED, words.DECLINED)
_MOST_CAUSES = 8
"""So many are listed while the case goes on; nearly every cause is still possible at its start."""


def note_of(session: Session, reader: Reader, *, site: Site | None = None) -> str:
    """The note on a case as it stands, in the reader's language, with a line end at its end.

    `site` gives contacts, the reasons for forbidden remedies, and what stands for placeholders in commands.
    """
    return "\n\n".join(_Note(session, reader, site).blocks()) + "\n"


def write_note(path: Path, note: str) -> None:
    """Write a note to a file as a whole, or print it where the path is `-`.

    Raises `NotWrittenError` when the file cannot be written, `CaseError` when it holds something else than a note.
    """
    if str(path) == "-":
        import click

        click.echo(note, nl=False)
        return
    from kb.files import write_atomically

    if _holds_something_else(path, note):
        raise CaseError("{file} is there already and is no note; choose another name", "note-not-replaced", file=path)
    write_atomically(path, note.encode())


def _holds_something_else(path: Path, note: str) -> bool:
    """Whether a file is there that is no note: a journal, a site file, somebody's text."""
    try:
        with path.open("rb") as file:
            first = file.readline(1000)
    except OSError:
        return False  # not there, or writing it will say why not
    return bool(first.strip()) and first.split(b" ")[:2] != note.encode().split(b" ")[:2]


class _Note(Page):
    """The parts of one note, each in blocks of Markdown."""

    def __init__(self, session: Session, reader: Reader, site: Site | None) -> None:
        super().__init__(reader)
        self._session = session
        self._site = site
        self._step = session.next()
        self._errands = Errands(reader, site)
        plans = [session.plan if code == session.code else plan_of(self._kb, code) for code in session.codes]
        self._lines = {line.rule.id: line for plan in plans for line in plan.lines}
        self._record = Record(session, reader, self._lines, site)

    def blocks(self) -> Iterator[str]:
        """The whole note, in the order of reading."""
        yield from self._problem()
        yield from self._part(self._say("Cause"), self._cause())
        yield from self._part(self._say("Done"), self._done())
        yield from self._part(self._say("To do"), self._to_do())
        yield from self._part(self._say("Not looked at"), self._errands.left_open(self._session))
        if self._errands.gaps:
            yield plain(self._say("Fill in what stands in angle brackets before you run a command."))
        yield from self._part(self._say("Causes not ruled out"), self._causes_left())
        yield from self._part(self._say("Questions and answers"), self._record.blocks())

    def _part(self, heading: str, blocks: Iterator[str]) -> Iterator[str]:
        """A part of the note; nothing where it is empty."""
        for number, block in enumerate(blocks):
            if not number:
                yield f"## {plain(heading)}"
            yield block

    # What it is about

    def _problem(self) -> Iterator[str]:
        current, way = self._session.code, self._session.codes
        title = self._say("Activation error {code} ({groups})", code=current, groups=in_groups(current))
        yield f"# {plain(title)}"
        if current in self._kb.codes:
            yield plain(self._say('On the screen: "{message}"', message=self._message(current)))
        else:
            yield plain(self._say("{code} is not in this knowledge base.", code=current))
        yield plain(self._texts(code_or_unknown(self._kb, current).meaning))
        if len(way) > 1:
            yield plain(self._say("Codes the case went through, in this order:"))
            yield numbered(plain(self._named_code(each)) for each in way)
        yield plain(self._state())

    def _message(self, ident: str) -> str:
        known = self._kb.codes[ident]
        return known.message_de if self._texts.language == "de" else known.message_en

    def _named_code(self, ident: str) -> str:
        named = f"{ident} ({in_groups(ident)})"
        return f"{named}: {self._message(ident)}" if ident in self._kb.codes else named

    def _state(self) -> str:
        if isinstance(self._step, Ask):
            return self._say("State: open; a question has to be answered.")
        if isinstance(self._step, Propose):
            return self._say("State: open; a remedy has to be carried out.")
        if isinstance(self._step, Saved):
            return self._say("State: waiting for a remedy that was begun.")
        if isinstance(self._step, Resolved):
            return self._say("State: resolved.")
        return self._say("State: to be handed over.")

    # The cause, and where it was seen

    def _cause(self) -> Iterator[str]:
        for cause, line in self._found.items():
            yield plain(self._texts(self._kb.causes[cause].title))
            yield from self._shown_by(line)
        if not self._found:
            asked = isinstance(self._step, Ask)
            yield plain(self._say("Not found yet.") if asked else self._say("Not found."))
        if not self._found and isinstance(self._step, Escalated):
            yield from self._shown_by(self._lines.get(self._step.rule))
        count = len(self._left)
        if count:
            yield plain(
                self._say.many(
                    "{count} cause is not ruled out; it stands below.",
                    "{count} causes are not ruled out; they stand below.",
                    count,
                )
            )

    @cached_property
    def _found(self) -> dict[str, Line | None]:
        """The cause that the case stands at, else those whose remedies could not be done; each with its rule."""
        step, outcomes = self._step, self._session.outcomes
        if isinstance(step, Propose | Escalated) and step.cause:
            return {step.cause: self._lines.get(step.rule)}
        if isinstance(step, Saved | Resolved):
            cause = self._session.causes_treated.get(step.remedy)
            fired = (self._lines[rule] for rule in self._session.fired if rule in self._lines)
            return {cause: next((line for line in fired if step.remedy in line.remedies), None)} if cause else {}
        if isinstance(step, Escalated):
            return {
                line.rule.then.cause: line
                for line in self._lines.values()
                if isinstance(line.rule.then, Treat) and self._holds(line)
                if any(outcomes.get(remedy) in _NOT_DONE for remedy in line.remedies)
            }
        return {}

    def _shown_by(self, line: Line | None) -> Iterator[str]:
        if line:
            yield plain(self._say("Why: {because}", because=self._texts(line.rule.because)))
            yield from under(self._say("Seen:"), self._seen(line))

    def _seen(self, line: Line) -> list[str]:
        """The answers that a rule rests on, each with the place where it was looked up."""
        values = self._session.values
        seen: dict[str, None] = {}  # a guard and a rule under it may test the same question
        for condition in line.conditions:
            if values.get(condition.subject, words.UNKNOWN) != words.UNKNOWN:
                question = self._kb.questions[condition.subject]
                told = f"{place_name(self._say, question.where)}: {self._answered(question.id, values[question.id])}"
                measured = values.get(question.threshold.measure) if question.threshold else None
                if question.threshold and isinstance(measured, int):
                    told += f" ({self._answered(question.threshold.measure, measured)})"
                seen[told] = None
        return list(seen)

    @cached_property
    def _left(self) -> tuple[str, ...]:
        """Causes that may still hold: while the search goes on, or where it ended without one."""
        if isinstance(self._step, Ask) or (isinstance(self._step, Escalated) and not self._step.cause):
            return tuple(cause for cause in self._session.hand_over().not_ruled_out if cause not in self._found)
        return ()

    def _causes_left(self) -> Iterator[str]:
        """All of them where the case is handed over; while it goes on, the most likely of many."""
        left = likely_first(self._session, self._left)
        many = isinstance(self._step, Ask) and len(left) > _MOST_CAUSES + 1
        shown = left[:_MOST_CAUSES] if many else left
        if shown:
            yield bullets(plain(self._texts(self._kb.causes[cause].title)) for cause in shown)
        if many:
            hidden = len(left) - len(shown)
            yield plain(self._say.many("and {count} more", "and {count} more", hidden))

    # What was done

    def _done(self) -> Iterator[str]:
        tries = self._tries()
        done = [remedy for remedy in tries if self._session.outcomes[remedy] not in _NOT_DONE]
        left = [remedy for remedy in tries if remedy not in done and not self._why_forbidden(remedy)]
        if done:
            yield numbered(plain(self._tried(remedy, tries[remedy])) for remedy in done)
        else:
            yield plain(self._say("No remedy has been tried yet."))
        yield from under(self._say("Not done:"), (self._tried(remedy, tries[remedy]) for remedy in left))

    def _tries(self) -> dict[str, list[Tried]]:
        """All that came of each remedy that has an outcome by now, in the order of trying."""
        tries: dict[str, list[Tried]] = {}
        for mark in self._session.trail:
            if isinstance(mark, Tried) and mark.remedy in self._session.outcomes:
                tries.setdefault(mark.remedy, []).append(mark)
        return tries

    def _tried(self, remedy: str, tries: list[Tried]) -> str:
        *before, last = [self._came_of_it(mark) for mark in tries]
        told = [f"{self._texts(self._kb.remedies[remedy].title)}: {last}."]
        if before:
            told.append(self._say("Before that: {outcomes}.", outcomes=", ".join(before)))
        cause = self._session.causes_treated.get(remedy)
        if cause:
            told.append(self._say("Against: {cause}.", cause=self._texts(self._kb.causes[cause].title)))
        return " ".join(told)

    def _came_of_it(self, mark: Tried) -> str:
        if mark.outcome.startswith("0x"):
            return self._say("{code} appeared", code=mark.outcome)
        return outcome_name(self._say, mark.outcome)

    # What is to be done

    def _to_do(self) -> Iterator[str]:
        step = self._step
        if isinstance(step, Ask):
            yield from self._errands.question(self._kb.questions[step.question], step.because)
        elif isinstance(step, Escalated):
            yield from self._errands.hand_over(self._session)
        elif isinstance(step, Resolved):
            yield plain(self._say("Nothing is left to do."))
            undo = [self._texts(one.undo) for one in self._kb.remedies[step.remedy].steps if one.undo]
            yield from under(self._say("How to take the remedy back:"), undo)
        yield from self._remedies_to_do()
        yield from under(self._say("After the tests:"), self._tests_to_undo())
        yield from under(self._say("Not allowed here:"), self._forbidden_here())

    def _remedies_to_do(self) -> Iterator[str]:
        """The remedy proposed; those that are waited for; those that only somebody else can do."""
        if isinstance(self._step, Resolved):
            return
        if isinstance(self._step, Propose):
            yield from self._errands.remedy(self._kb.remedies[self._step.remedy])
        by_outcome = {words.PENDING: list[str](), words.BLOCKED: list[str]()}
        for remedy in self._tries():
            by_outcome.get(self._session.outcomes[remedy], []).append(remedy)
        for remedy in by_outcome[words.PENDING]:
            yield from self._errands.remedy(self._kb.remedies[remedy], waiting=True)
        if by_outcome[words.BLOCKED]:
            yield plain(self._say("Not possible for whoever worked on this case; somebody else must do it:"))
        for remedy in by_outcome[words.BLOCKED]:
            yield from self._errands.remedy(self._kb.remedies[remedy])

    def _tests_to_undo(self) -> Iterator[str]:
        """What takes back the tests that were made to answer questions."""
        for subject, answered in self._session.given.items():
            question = self._kb.questions.get(subject)
            if question and question.undo and answered.value != words.UNKNOWN:
                yield self._texts(question.undo)

    def _forbidden_here(self) -> Iterator[str]:
        """Remedies that the case leads to and the site forbids, each with the reason that it gives."""
        led_to = {remedy for line in self._lines.values() if self._holds(line) for remedy in line.remedies}
        for remedy, tries in self._tries().items():
            reason = self._why_forbidden(remedy)
            if reason and remedy in led_to:
                title = self._texts(self._kb.remedies[remedy].title)
                yield f"{title}: {reason} ({self._record.source_name(tries[-1].source)})"

    def _why_forbidden(self, remedy: str) -> str:
        """Why the site forbids a remedy; empty when it does not."""
        declined = self._session.outcomes.get(remedy) == words.DECLINED
        return self._site.forbidden.get(remedy, "") if self._site and declined else ""

    def _holds(self, line: Line) -> bool:
        values = self._session.values
        return not line.refused and all(
            c.subject in values and accepted(c, str(as_seen(values[c.subject], self._session.code)))
            for c in line.conditions
        )
