"""`voltriage diagnose`: the guided session, and the same without prompts for scripts."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.case import PASTED, CaseError
from engine.session import Session
from kb.knowledge import KnowledgeBase
from kb.problems import closest_word
from kb.search import Found, find

from .. import exits
from ..facts import facts_from_file, facts_from_options, skeleton, together
from ..opening import Reader, open_for
from ..options import CodeCommand, note_option, plain_option, reader_options, site_option
from ..output import print_json
from ..safety import neutral
from ..site import SiteInUse, with_site

if TYPE_CHECKING:
    from ..pasting import Reading
    from ..terminal import Terminal


@click.command("diagnose", cls=CodeCommand)
@reader_options
@click.argument("text", nargs=-1, metavar="[CODE|TEXT]")
@click.option("--answer", "answers", multiple=True, metavar="ID=VALUE", help="A known fact; REMEDY=OUTCOME too.")
@click.option(
    "--answers", "answers_file", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="File of facts."
)
@click.option("--skeleton", "want_skeleton", is_flag=True, help="Print an empty file for --answers and stop.")
@click.option("--procedure", metavar="NAME", help="Work through one procedure only.")
@click.option("--no-input", is_flag=True, help="Never ask; print where the facts lead.")
@click.option("--json", "as_json", is_flag=True, help="Print the state reached as JSON (implies --no-input).")
@click.option(
    "--journal", type=click.Path(path_type=Path, dir_okay=False), help="File to keep the session in (must be new)."
)
@note_option
@site_option
@plain_option
def command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    text: tuple[str, ...] = (),
    kb_folder: Path | None = None,
    language: str | None = None,
    answers: tuple[str, ...] = (),
    answers_file: Path | None = None,
    want_skeleton: bool = False,
    procedure: str | None = None,
    no_input: bool = False,
    as_json: bool = False,
    journal: Path | None = None,
    note_file: Path | None = None,
    site_file: Path | None = None,
    plain: bool = False,
) -> int:
    """Find the cause and the remedy for an activation error.

    CODE is an error code in any spelling, or a message as Windows shows it.

    Exit codes: 0 resolved, 1 escalated, 2 wrong usage, 4 stopped at a question or remedy.

    Example: voltriage diagnose 0xC004F074 --answer kms_host_exists=yes
    """
    reader = open_for(kb_folder, language)
    _notice_language(reader)
    quiet = no_input or as_json
    _check_together(journal, note_file, quiet=quiet or want_skeleton, as_json=as_json)
    terminal = None if quiet or want_skeleton else _terminal(reader, plain=plain)
    opened = _opened(reader, " ".join(text), terminal)
    if opened is None:
        return exits.OPEN
    code, reading = opened
    _check_procedure(reader.kb, procedure)
    written = facts_from_file(reader.kb, answers_file, reader.say) if answers_file else []
    typed = together(written, facts_from_options(reader.kb, answers))
    used = with_site(reader, site_file, typed)
    for sentence in used.notices:
        click.echo(neutral(sentence), err=terminal is None)
    session = Session(reader.kb, code, used.facts, procedure or "")
    if want_skeleton:
        click.echo(skeleton(reader.kb, session.plan, reader.texts, reader.say), nl=False)
        return exits.DONE
    if terminal is not None:
        from ..guiding import desk_for, keep, lead

        keeper = keep(reader, session, journal, **_site_context(used))
        desk = desk_for(reader, session, terminal, keeper, used.site)
        return lead(desk, keeper, reading=reading, note_file=note_file)
    _tell(session, reading, used)
    _print(reader, session, used, as_json=as_json)
    if note_file:
        from ..note import note_of, write_note

        write_note(note_file, note_of(session, reader, site=used.site))
    return exits.of_step(session.next())


def _check_together(journal: Path | None, note_file: Path | None, *, quiet: bool, as_json: bool) -> None:
    if journal and quiet:
        raise CaseError(
            "--journal keeps a guided session; leave it out, or leave out --no-input, --json and --skeleton", "usage"
        )
    if as_json and str(note_file) == "-":
        raise CaseError("--note - and --json both print; give the note a file", "usage")


def _check_procedure(kb: KnowledgeBase, procedure: str | None) -> None:
    if procedure and procedure not in kb.procedures:
        known = ", ".join(kb.procedures)
        closest = closest_word(procedure, kb.procedures)
        raise CaseError(
            'unknown procedure "{procedure}"; known: {known}',
            "unknown-procedure",
            closest=closest,
            procedure=procedure,
            known=known,
        )


def _terminal(reader: Reader, *, plain: bool) -> Terminal:
    from ..terminal import open_terminal

    return open_terminal(plain, reader.say)


def _opened(reader: Reader, text: str, terminal: Terminal | None) -> tuple[str, Reading | None] | None:
    """The code to diagnose, and what else its text says; None when the operator left without naming one."""
    if text:
        found = find(reader.kb, text)
        if found.sure and len(text.split()) == 1:
            _tell_alias(reader, found, err=terminal is None)
            return found.sure, None
        from ..pasting import opening

        opened = opening(reader.kb, text)
        if opened.found.sure:
            _tell_alias(reader, opened.found, err=terminal is None)
            return opened.found.sure, opened.reading
        if terminal is None:
            raise _no_code(text, opened.found)
        click.echo(reader.say('"{text}" holds no error code and no message that is known.', text=_shown(text)))
    if terminal is None:
        raise CaseError("name a code or a message: voltriage diagnose 0xC004F074", "no-code")
    from ..console import choose_code
    from ..presenting import Presenter
    from ..prompt_commands import Quit

    try:
        chosen = choose_code(reader, terminal, Presenter(reader))
    except (EOFError, KeyboardInterrupt, Quit):
        click.echo("")
        return None
    return chosen.found.sure, chosen.reading


def _tell_alias(reader: Reader, found: Found, *, err: bool) -> None:
    from ..naming import alias_told

    if told := alias_told(reader.say, found):
        click.echo(told, err=err)


def _no_code(text: str, found: Found) -> CaseError:
    if found.offers:
        offers = ", ".join(code for code, _ in found.offers)
        sentence = '"{text}" holds no error code; messages like it belong to {offers}'
        return CaseError(sentence, "no-code", text=text, offers=offers)
    return CaseError(
        '"{text}" holds no error code and no known message; a code looks like 0xC004F074', "no-code", text=text
    )


def _shown(text: str) -> str:
    """Words of the command line, as they may be shown."""
    from ..safety import without_keys

    return without_keys(neutral(text))


def _site_context(used: SiteInUse) -> dict[str, str]:
    """What the journal remembers of the site, so that a resumed session fills the same names in."""
    return {"site": str(Path(used.site.file).resolve())} if used.site else {}


def _tell(session: Session, reading: Reading | None, used: SiteInUse) -> None:
    """What a text on the command line says besides its code."""
    from ..site import decide_shown

    for fact in reading.facts if reading else ():
        if fact.question not in session.values:
            session.tell(fact.question, fact.value, PASTED + fact.quote)
    shown = decide_shown(session.kb, used.site, session, reading.host) if reading and reading.host else None
    for answered in shown.answers if shown else ():
        session.tell(answered.subject, answered.value, answered.source)


def _print(reader: Reader, session: Session, used: SiteInUse, *, as_json: bool) -> None:
    """Where the facts lead."""
    if as_json:
        from ..state import state_of, with_site_names

        state = state_of(session, reader.texts)
        print_json(with_site_names(state, used.site.fill) if used.site else state)
        return
    from ..presenting import Presenter, surroundings

    for line in Presenter(reader, around=surroundings(used.site)).step(session, agreed=False):
        click.echo(line)


def _notice_language(reader: Reader) -> None:
    if not reader.translated:
        click.echo(
            reader.say("This knowledge base has no texts in your language; they are shown in English."), err=True
        )
