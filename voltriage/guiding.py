"""Leads a session from where it stands to its end, keeps it meanwhile, and says how to go on when it stops."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.case import CaseError, Escalated, Resolved
from engine.session import Session
from kb import words
from kb.store import SHIPPED_FOLDER

from . import exits
from .keeping import Keeper, begin, is_ours, prune
from .opening import Reader
from .safety import neutral, without_keys
from .stopping import is_gone, last_words, signals_as_ctrl_c
from .wording import said

if TYPE_CHECKING:
    from kb.site import Site

    from .desk import Desk
    from .pasting import Reading
    from .terminal import Terminal


def keep(reader: Reader, session: Session, file: Path | None = None, **context: str) -> Keeper:
    """Keep a session from its start on, in a file or in the user's data folder.

    Raises as `keeping.begin` does.
    """
    return begin(session, lambda error: notice(reader, error), file=file, context=context_of(reader, **context))


def context_of(reader: Reader, **context: str) -> dict[str, str]:
    """What a journal keeps besides the case: the language, a knowledge base that is not the shipped one, `context`."""
    known = {"language": reader.say.language, **context}
    if reader.folder != SHIPPED_FOLDER:
        known["kb"] = str(reader.folder)
    return {key: without_keys(neutral(value)) for key, value in known.items()}


def notice(reader: Reader, error: CaseError) -> None:
    """Say on standard error what went wrong without ending anything."""
    click.echo(reader.say("Notice: {text} [{slug}]", text=neutral(said(reader.say, error)), slug=error.slug), err=True)


def desk_for(reader: Reader, session: Session, terminal: Terminal, keeper: Keeper, site: Site | None = None) -> Desk:
    """A working place for this session; what was remembered about it is used."""
    from .desk import Desk
    from .explaining import Explainer
    from .presenting import Presenter, surroundings

    shell = keeper.remembered.get("shell", "")
    around = surroundings(site, shell if shell in words.SHELLS else "")
    presenter = Presenter(reader, around=around)
    attended = sys.stdin is not None and sys.stdin.isatty()
    return Desk(reader, session, terminal, presenter, Explainer(reader), keeper, site, attended=attended)


def lead(
    desk: Desk,
    keeper: Keeper,
    *,
    introduced: bool = False,
    reading: Reading | None = None,
    note_file: Path | None = None,
) -> int:
    """Ask and propose until the case ends or the operator stops, however that may be; returns the exit code.

    `introduced`: what the code means was said already. `reading`: what a paste said besides the code. The journal is
    closed at the end, and the note written to `note_file`.
    """
    from .console import Console
    from .prompt_commands import Quit

    console = Console(desk)
    stopped: list[str] = []
    with keeper, signals_as_ctrl_c():
        try:
            if not introduced:
                console.introduce()
            if reading:
                console.take(reading)
            console.run()
        except Quit:
            stopped = [desk.say("Stopped; the case is open.")]
        except (EOFError, KeyboardInterrupt, OSError) as error:
            if isinstance(error, OSError) and not is_gone(error):
                raise
            stopped = ["", desk.say("Stopped; the case is open.")]
        last_words([*stopped, *_way_back(desk, keeper)])
    if keeper.path and is_ours(keeper.path) and isinstance(desk.session.next(), Resolved | Escalated):
        prune()
    if note_file:
        from .note import write_note

        write_note(note_file, desk.note())
    return exits.OPEN if stopped else exits.of_step(desk.session.next())


def _way_back(desk: Desk, keeper: Keeper) -> Iterator[str]:
    """How to go on later, where there is anything to go on with."""
    ended = isinstance(desk.session.next(), Resolved | Escalated)
    if keeper.path is None and not ended and desk.session.events:
        yield from desk.present.text(desk.say("This case is not kept in a file; the note keeps what was found out."))
    elif keeper.worth_resuming and not ended:
        yield from desk.present.text(desk.say("Every answer is saved as it is given. To go on later:"))
        yield f"  {keeper.resume_command}"
