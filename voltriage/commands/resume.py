"""`voltriage resume`: goes on with a session exactly where it stopped."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.case import Answered, CaseError, Escalated, Resolved, Tried, Unseen
from kb import words

from .. import exits
from ..guiding import context_of, desk_for, lead, notice
from ..keeping import Keeper, kept_sessions, named, reopen, reopen_newest
from ..opening import Reader, open_for
from ..options import note_option, plain_option, reader_options, site_option
from ..recorded import knowledge_of, language_of, other_rules, recorded_path
from ..safety import neutral
from ..site import with_site
from ..wording import said

if TYPE_CHECKING:
    from engine.case import Event
    from engine.journal import Journal, Record
    from engine.journal_lines import Reached
    from engine.resuming import Departure, Resumed
    from kb.site import Site

    from ..keeping import Kept


@click.command("resume")
@reader_options
@click.argument("journal", required=False, metavar="[JOURNAL]")
@click.option("--list", "want_list", is_flag=True, help="List the open sessions and stop.")
@note_option
@site_option
@plain_option
def command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    journal: str | None = None,
    kb_folder: Path | None = None,
    language: str | None = None,
    want_list: bool = False,
    note_file: Path | None = None,
    site_file: Path | None = None,
    plain: bool = False,
) -> int:
    """Go on with a session where it stopped.

    JOURNAL is a file, or a name that --list shows. Without it, the open session that was worked on last is meant.

    Exit codes: 0 resolved, 1 escalated, 2 wrong usage, 4 stopped at a question or remedy.

    Example: voltriage resume 2026-11-22T214428Z-C004F074
    """
    if want_list:
        return _list(open_for(kb_folder, language))
    opened, record = reopen(named(journal)) if journal else reopen_newest()
    try:
        reader = _reader(opened, record, kb_folder, language)
        site = _site(reader, opened, site_file)
        resumed = _resumed(reader, record)
        if resumed.differs:
            begun = {key: value for key, value in record.context.items() if key not in ("kb", "language")}
            opened.go_on_from(resumed.session, context_of(reader, **begun))
        keeper = Keeper(resumed.session, lambda error: notice(reader, error), opened, resumed.remembered)
    except BaseException:
        opened.close()
        raise
    return _go_on(reader, record, resumed, keeper, site, note_file, plain=plain)


def _site(reader: Reader, journal: Journal, option: Path | None) -> Site | None:
    """The site file named, or the one that the session was begun with, or the one in this folder.

    Its answers are in the journal already; here it fills names into commands and says whom to reach.
    """
    recorded = recorded_path(journal.path, journal.context, "site")
    known = recorded if recorded and recorded.is_file() else None
    return with_site(reader, option or known).site


def _reader(journal: Journal, record: Record, kb_folder: Path | None, language: str | None) -> Reader:
    """The knowledge base and the language of the session, unless others are asked for.

    Raises `CaseError` when the knowledge base of a journal from elsewhere must be named.
    """
    folder = knowledge_of(journal.path, record.context, kb_folder)
    return open_for(folder, language or language_of(record.context))


def _resumed(reader: Reader, record: Record) -> Resumed:
    from engine.resuming import resume

    return resume(reader.kb, record)


def _go_on(  # noqa: PLR0913, PLR0917  # what was opened, one by one
    reader: Reader,
    record: Record,
    resumed: Resumed,
    keeper: Keeper,
    site: Site | None,
    note_file: Path | None,
    *,
    plain: bool,
) -> int:
    from ..terminal import open_terminal

    desk = desk_for(reader, resumed.session, open_terminal(plain, reader.say), keeper, site)
    desk.show(desk.present.text(_known(reader, record, resumed), "heading"))
    for sentence in _differences(reader, record, resumed):
        desk.show(desk.present.text(sentence, "warning"))
    if isinstance(resumed.session.next(), Resolved | Escalated):
        with keeper:
            desk.part()
            desk.show(desk.present.step(resumed.session))
        return exits.of_step(resumed.session.next())
    return lead(desk, keeper, introduced=True, note_file=note_file)


def _known(reader: Reader, record: Record, resumed: Resumed) -> str:
    """Which session this is, and how much is known in it."""
    return reader.say.many(
        "{code}, begun on {date}: {count} answer is known.",
        "{code}, begun on {date}: {count} answers are known.",
        len(resumed.session.given),
        code=resumed.session.code,
        date=_date(record.opened.time),
    )


def _date(time: datetime) -> str:
    """A time to the minute, as clocks here show it."""
    with suppress(OverflowError, ValueError, OSError):  # a journal may name any time
        time = time.astimezone()
    return time.isoformat(" ", "minutes")[:16]


def _differences(reader: Reader, record: Record, resumed: Resumed) -> Iterator[str]:
    """In what the session is not the one that was kept, in the reader's words."""
    say = reader.say
    if record.torn:
        yield say("The program ended while it wrote the last line; what was typed last is not known. Type it again.")
    yield from other_rules(reader, record, resumed)
    for misfit in resumed.misfits:
        yield say(
            "No longer possible, and left out: {told} ({reason})",
            told=neutral(_told(misfit.told)),
            reason=neutral(said(say, misfit.reason)),
        )
    if resumed.departure:
        yield _departed(reader, resumed.departure)


def _told(event: Event) -> str:
    """What was told, as it would be typed."""
    if isinstance(event, Answered):
        return f"{event.subject}={event.value}"
    if isinstance(event, Tried):
        return f"{event.remedy}={event.outcome}"
    return event.place if isinstance(event, Unseen) else event.code


def _departed(reader: Reader, departure: Departure) -> str:
    return reader.say(
        "From line {line} of the journal on, the rules lead elsewhere: then to {then}, now to {now}.",
        line=departure.line,
        then=_step(reader, departure.recorded),
        now=_step(reader, departure.now),
    )


def _step(reader: Reader, step: Reached) -> str:
    """A step in the reader's words, as far as the knowledge base knows it."""
    from ..naming import reason_name

    kb, texts = reader.kb, reader.texts
    if step.kind == "question" and step.id in kb.questions:
        return reader.say('"{text}"', text=texts(kb.questions[step.id].text))
    if step.kind in ("remedy", "saved", "resolved") and step.id in kb.remedies:
        return reader.say('"{text}"', text=texts(kb.remedies[step.id].title))
    if step.kind == "escalated" and step.id in words.REASONS:
        return reader.say('"{text}"', text=reason_name(reader.say, step.id))
    return step.id


# The list -------------------------------------------------------------------------------------------------------------


def _list(reader: Reader) -> int:
    """Print the open sessions of the data folder."""
    shown = False
    for kept in kept_sessions():
        if kept.record is None or not kept.record.ended:
            shown = True
            for line in _listed(reader, kept):
                click.echo(line)
    if not shown:
        click.echo(reader.say("There is no open session."))
    return exits.DONE


def _listed(reader: Reader, kept: Kept) -> Iterator[str]:
    if kept.record is None:
        problem = kept.problem
        reason = said(reader.say, problem) if isinstance(problem, CaseError) else str(problem)
        yield neutral(kept.path.stem)
        yield "  " + neutral(reader.say("cannot be used: {reason}", reason=reason))
        return
    record = kept.record
    yield neutral(kept.path.stem)
    yield "  " + reader.say.many(
        "{code}, last on {date}, {count} answer",
        "{code}, last on {date}, {count} answers",
        record.step.known,
        code=record.opened.code,
        date=_date(record.time),
    )
    yield "  " + reader.say("next: {step}", step=_step(reader, record.step))
