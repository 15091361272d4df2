"""The command `voltriage`: imports only the subcommand that is called; errors become one line and an exit code."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from kb.problems import VoltriageError

from . import exits
from .output import survive_any_console

COMMANDS = ("check", "codes", "diagnose", "explain", "export", "new", "scenarios")


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


def main(arguments: list[str] | None = None) -> None:
    """Run one command and exit with its code."""
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
        error.show()
        return exits.USAGE
    except VoltriageError as error:
        click.echo(_told(error, sys.argv[1:] if arguments is None else arguments), err=True)
        return exits.USAGE
    return result if isinstance(result, int) else exits.DONE


def _told(error: VoltriageError, arguments: list[str]) -> str:
    """The error in the reader's language, with the heading in docs/messages.md where one can read on."""
    from engine.case import CaseError

    from .language import LANGUAGES, preferred
    from .wording import Wording, said

    text = str(error)
    if isinstance(error, CaseError):
        asked = next((language for language in LANGUAGES if f"--lang={language}" in arguments), None)
        if "--lang" in arguments[:-1]:
            asked = arguments[arguments.index("--lang") + 1]
        text = said(Wording(preferred(asked)), error)
    return f"Error: {text} [{error.slug}]"


@click.group(cls=LazyGroup, invoke_without_command=True, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="voltriage", message="voltriage %(version)s")
@click.pass_context
def program(ctx: click.Context) -> int | None:
    """Find out why Windows volume activation fails, and what to do about it."""
    if ctx.invoked_subcommand is None:
        from .commands.diagnose import command

        return int(ctx.invoke(command) or 0)
    return None
