"""`voltriage new`: skeletons for authors of knowledge."""

from __future__ import annotations

from pathlib import Path

import click

from .. import exits
from ..options import kb_folder_option


@click.group("new")
def command() -> None:
    """Write skeletons for knowledge authors in the right places."""


@command.command("translations")
@kb_folder_option
@click.option("--lang", default="de", show_default=True, help="Language to write.")
def translations(kb_folder: Path, lang: str) -> int:
    """Add missing entries to the PO files, mark stale ones, drop what is gone.

    Example: voltriage new translations --kb my-knowledge --lang de
    """
    from kb.translation import update

    todo = update(kb_folder, lang)
    for file, count in todo.items():
        if count:
            click.echo(f"{file}: {count} to translate")
    click.echo(f"{len(todo)} files, {sum(todo.values())} texts to translate")
    return exits.DONE
