"""`voltriage diagnose`: the guided session, and the same without prompts for scripts."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.case import CaseError, Escalated, Resolved
from engine.session import Session
from kb.problems import closest_word
from kb.search import find

from .. import exits
from ..facts import facts_from_file, facts_from_options, skeleton, together
from ..opening import Reader, open_for
from ..options import CodeCommand, reader_options
from ..output import print_json

if TYPE_CHECKING:
    from ..console import Console


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
@click.option("--plain", is_flag=True, help="Plain lines only (this version knows no other).")
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
    plain: bool = False,  # noqa: ARG001  # nothing else than plain lines yet
) -> int:
    """Find the cause and the remedy for an activation error.

    CODE is an error code in any spelling, or a message as Windows shows it.

    Exit codes: 0 resolved, 1 escalated, 2 wrong usage, 4 stopped at a question or remedy.

    Example: voltriage diagnose 0xC004F074 --answer kms_host_exists=yes
    """
    reader = open_for(kb_folder, language)
    _notice_language(reader)
    quiet = no_input or as_json
    code = _code(reader, " ".join(text), ask=not quiet)
    if code is None:
        return exits.OPEN
    if procedure and procedure not in reader.kb.procedures:
        known = ", ".join(reader.kb.procedures)
        closest = closest_word(procedure, reader.kb.procedures)
        raise CaseError(
            'unknown procedure "{procedure}"; known: {known}',
            "unknown-procedure",
            closest=closest,
            procedure=procedure,
            known=known,
        )
    written = facts_from_file(reader.kb, answers_file, reader.say) if answers_file else []
    facts = together(written, facts_from_options(reader.kb, answers))
    session = Session(reader.kb, code, facts, procedure or "")
    if want_skeleton:
        click.echo(skeleton(reader.kb, session.plan, reader.texts, reader.say), nl=False)
        return exits.DONE
    if as_json:
        from ..state import state_of

        print_json(state_of(session, reader.texts))
    elif no_input:
        from ..presenting import Presenter

        for line in Presenter(reader).step(session, agreed=False):
            click.echo(line)
    else:
        _lead(reader, session)
    return exit_code(session)


def exit_code(session: Session) -> int:
    """0 resolved, 1 escalated, 4 anything still open."""
    step = session.next()
    return exits.DONE if isinstance(step, Resolved) else exits.FINDINGS if isinstance(step, Escalated) else exits.OPEN


def _code(reader: Reader, text: str, *, ask: bool) -> str | None:
    """The code to diagnose; None when the operator left without naming one."""
    if text:
        found = find(reader.kb, text)
        if found.sure:
            return found.sure
        if not ask:
            if found.offers:
                offers = ", ".join(code for code, _ in found.offers)
                raise CaseError(
                    '"{text}" holds no error code; messages like it belong to {offers}',
                    "no-code",
                    text=text,
                    offers=offers,
                )
            raise CaseError(
                '"{text}" holds no error code and no known message; a code looks like 0xC004F074', "no-code", text=text
            )
        click.echo(reader.say('"{text}" holds no error code and no message that is known.', text=text))
    elif not ask:
        raise CaseError("name a code or a message: voltriage diagnose 0xC004F074", "no-code")
    from ..console import Quit

    try:
        return _console(reader).choose_code()
    except (EOFError, KeyboardInterrupt, Quit):
        click.echo("")
        return None


def _lead(reader: Reader, session: Session) -> None:
    console = _console(reader)
    console.introduce(session.opened_as)
    try:
        console.run(session)
    except (EOFError, KeyboardInterrupt):
        click.echo("")
        click.echo(reader.say("Stopped; the case is open."))


def _console(reader: Reader) -> Console:
    from ..console import Console

    return Console(reader, _read_line, click.echo)


def _read_line(prompt: str) -> str:
    """One line from the terminal or the pipe.

    Raises `EOFError` at the end of input.
    """
    click.echo(prompt, nl=False)
    line = sys.stdin.readline() if sys.stdin else ""
    if not line:
        raise EOFError
    if not sys.stdin.isatty():
        click.echo("")
    return line.rstrip("\r\n")


def _notice_language(reader: Reader) -> None:
    if not reader.translated:
        click.echo(
            reader.say("This knowledge base has no texts in your language; they are shown in English."), err=True
        )
