"""The command `voltriage`: imports only the subcommand that is called; errors become one line and an exit code."""

from __future__ import annotations

import errno
import gc
import io
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from kb.problems import VoltriageError, closest_word
from kb.spelling import find_codes

from . import exits
from .options import language_asked_for, note_option, plain_option, reader_options, site_option
from .output import survive_any_console

COMMANDS = (
    "check",
    "codes",
    "coverage",
    "diagnose",
    "diff",
    "explain",
    "export",
    "flowchart",
    "mutate",
    "new",
    "resume",
    "review",
    "runbook",
    "scenarios",
)

SELDOM = (100_000, 20, 100)
"""When Python looks for garbage. A command keeps most of what it makes to its end, and looking took a quarter of it."""


class LazyGroup(click.Group):
    """A group whose commands are imported when they are called (or listed by --help)."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  # click's signature
        """The names of all commands, sorted."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  # click's signature
        """The command, imported now."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"voltriage.commands.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command named; a misspelt one, or a code in its place, gets a hint."""
        closest = "" if args[0] in COMMANDS else closest_word(args[0], COMMANDS)
        if closest:
            ctx.fail(f'"{args[0]}" is no command; did you mean "{closest}"?')
        if args[0] not in COMMANDS and find_codes(" ".join(args)):
            ctx.fail(f'"{args[0]}" is no command; write: {ctx.command_path} diagnose {" ".join(args)}')
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; what went wrong becomes one message in the reader's language, and an exit code."""
        try:
            return super().invoke(ctx)
        except OSError as error:
            if error.errno == errno.EPIPE:
                raise  # whoever read the output has enough; click ends quietly
            click.echo(_not_done(error, language_asked_for(ctx)), err=True)
            return exits.FAILED
        except VoltriageError as error:
            click.echo(_told(error, language_asked_for(ctx)), err=True)
            return exits.USAGE


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its code."""
    gc.set_threshold(*SELDOM)
    survive_any_console()
    sys.exit(run(arguments))


def run(arguments: list[str] | None = None) -> int:
    """Run one command; returns its exit code. Mistakes of the user become one message, never a traceback."""
    try:
        result: Any = program.main(args=arguments, prog_name="voltriage", standalone_mode=False)
    except click.exceptions.Exit as stop:
        return stop.exit_code
    except click.Abort:
        return exits.OPEN
    except click.ClickException as error:
        _show(error)
        return exits.USAGE
    return result if isinstance(result, int) else exits.DONE


def _show(error: click.ClickException) -> None:
    """A mistake on the command line, in click's words; it may repeat what was typed."""
    from .safety import neutral, without_keys

    text = io.StringIO()
    error.show(text)
    click.echo(without_keys(neutral(text.getvalue(), lines=True)), nl=False, err=True)


def _told(error: VoltriageError, language: str | None) -> str:
    """The error in the reader's language, with the heading in docs/messages.md where one can read on.

    It may repeat what was typed or read: escape sequences and product keys are taken out.
    """
    from engine.case import CaseError

    from .language import preferred
    from .safety import neutral, without_keys
    from .wording import Wording, said

    say = Wording(preferred(language))
    text = said(say, error) if isinstance(error, CaseError) else str(error)
    first, *more = without_keys(neutral(text, lines=True)).splitlines()
    return "\n".join([say("Error: {text} [{slug}]", text=first, slug=error.slug), *more])


def _not_done(error: OSError, language: str | None) -> str:
    """What the operating system refused, as `could-not-run` or `not-written` in docs/messages.md."""
    from engine.case import CaseError
    from kb.files import NotWrittenError

    if isinstance(error, NotWrittenError):
        return _told(CaseError(error.sentence, error.slug, **error.values), language)
    told = CaseError(
        "{place}: {reason}; choose another place, or ask for the rights",
        "could-not-run",
        place=error.filename or "-",
        reason=error.strerror or str(error),
    )
    return _told(told, language)


_VERSION = "Show the version and stop."


def _show_version(ctx: click.Context, _parameter: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from importlib.metadata import PackageNotFoundError, version

        try:
            click.echo(f"voltriage {version('voltriage')}")
        except PackageNotFoundError:
            click.echo("voltriage, from a checkout that is not installed")
        ctx.exit()


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help=_VERSION)
@reader_options
@site_option
@note_option
@plain_option
@click.pass_context
def program(  # noqa: PLR0913, PLR0917  # one parameter for each option
    ctx: click.Context,
    kb_folder: Path | None,
    language: str | None,
    site_file: Path | None,
    note_file: Path | None,
    plain: bool,
) -> int | None:
    """Find out why Windows volume activation fails, and what to do about it.

    Without a command, a guided session begins by asking for the code.
    """
    if ctx.invoked_subcommand is None:
        from .commands.diagnose import command

        options = {"kb_folder": kb_folder, "language": language, "site_file": site_file}
        return int(ctx.invoke(command, **options, note_file=note_file, plain=plain) or 0)
    return None
