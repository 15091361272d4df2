"""Options that several commands share."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from .language import LANGUAGES

SHIPPED = Path(__file__).resolve().parent.parent / "kb" / "data"
"""The shipped knowledge base as YAML (it is in the wheel too, for authors to read)."""

Function = TypeVar("Function", bound=Callable[..., Any])


class CodeCommand(click.Command):
    """A command whose argument may be a code written as a negative number, which click would take for an option."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Move such codes behind `--`."""
        end = args.index("--") if "--" in args else len(args)
        codes = [arg for arg in args[:end] if _NEGATIVE_CODE.fullmatch(arg)]
        if codes:
            args = [arg for arg in args[:end] if arg not in codes] + ["--", *codes, *args[end + 1 :]]
        return super().parse_args(ctx, args)


_NEGATIVE_CODE = re.compile(r"-\d{9,10}")


def kb_folder_option(function: Function) -> Function:
    """`--kb DIR` for authors' commands, which read the folder itself; `--lang` is understood there as everywhere."""
    return _kb_option(_or_shipped)(_language_option(expose_value=False)(function))


def language_option(function: Function) -> Function:
    """`--lang en|de` alone, for commands that name their knowledge bases themselves."""
    return _language_option()(function)


def _inherited(ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """The option as given here, else as given before the command's name (`voltriage --lang de codes`)."""
    key = f"{__name__}.{parameter.name}"
    if value is not None and value is not False:
        ctx.meta[key] = value
    return ctx.meta.get(key, value)


plain_option = click.option(
    "--plain", is_flag=True, callback=_inherited, help="Plain lines only, as a screen reader likes them."
)
note_option = click.option(
    "--note",
    "note_file",
    type=click.Path(path_type=Path, dir_okay=False, allow_dash=True),
    callback=_inherited,
    metavar="FILE",
    help="Write the note for the ticket to this file at the end.",
)
author_folder_option = click.option(
    "--kb",
    "kb_folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of the knowledge base to write to.",
)


def reader_options(function: Function) -> Function:
    """`--kb DIR` and `--lang en|de`, for commands that read knowledge through its image."""
    return _kb_option(_inherited)(_language_option()(function))


def site_option(function: Function) -> Function:
    """`--site FILE`, for commands that lead a case or show its commands; `voltriage.site.with_site` opens it."""
    file = click.Path(path_type=Path, exists=True, dir_okay=False)
    text = "Site facts: KMS hosts, domains, known answers (default: voltriage.yaml in this folder, if there is one)."
    return click.option("--site", "site_file", type=file, callback=_inherited, metavar="FILE", help=text)(function)


def language_asked_for(ctx: click.Context) -> str | None:
    """The `--lang` of this call, wherever it stands."""
    language: str | None = ctx.meta.get(f"{__name__}.language")
    return language


def _language_option(**how: Any) -> Callable[[Function], Function]:
    choice, text = click.Choice(LANGUAGES), "Language (default: that of the user interface)."
    return click.option("--lang", "language", type=choice, callback=_inherited, is_eager=True, help=text, **how)


def _kb_option(callback: Callable[..., Any]) -> Callable[[Function], Function]:
    folder, text = (
        click.Path(path_type=Path, file_okay=False),
        "Folder of another knowledge base (default: the shipped one).",
    )
    return click.option("--kb", "kb_folder", type=folder, callback=callback, metavar="DIR", help=text)


def _or_shipped(ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
    return _inherited(ctx, parameter, value) or SHIPPED
