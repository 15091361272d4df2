"""`voltriage new`: skeletons for authors of knowledge, and of checks."""

from __future__ import annotations

import datetime
from pathlib import Path

import click

from .. import exits
from ..options import author_folder_option
from ..skeletons import Written


@click.group("new")
def command() -> None:
    """Write skeletons for knowledge authors in the right places."""


@command.command("rule")
@author_folder_option
@click.argument("name")
@click.option("--code", required=True, help="The code whose plan uses the rule.")
def rule(kb_folder: Path, name: str, code: str) -> int:
    """Write a procedure with one rule, question, cause, remedy and scenario, and use it in a code's plan.

    Example: voltriage new rule proxy_blocks_kms --code 0xC004F074 --kb my-knowledge
    """
    from ..skeletons import new_rule

    return _tell(new_rule(kb_folder, name, code, _today()), kb_folder)


@command.command("code")
@author_folder_option
@click.argument("code")
def code(kb_folder: Path, code: str) -> int:
    """Write a code with a plan of one rule, and a scenario.

    Example: voltriage new code 0xC004F055 --kb my-knowledge
    """
    from ..skeletons import new_code

    return _tell(new_code(kb_folder, code, _today()), kb_folder)


@command.command("check")
@click.argument("name")
@click.option(
    "--checkout",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    default=".",
    show_default=True,
    help="Folder of the checkout of Voltriage.",
)
def check(name: str, checkout: Path) -> int:
    """Write a check of `voltriage check` with its test and its page, for developers.

    Example: voltriage new check lonely-question
    """
    from ..check_skeletons import new_check

    for item in new_check(checkout, name):
        click.echo(f"{item.path}: {item.note}")
    click.echo(f"Next: pytest {checkout / 'tests' / 'checks'}; then the definition in tests/checks/test_brute.py")
    return exits.DONE


@command.command("translations")
@author_folder_option
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


def _tell(written: list[Written], kb_folder: Path) -> int:
    for item in written:
        click.echo(f"{item.path}: {item.note}")
    click.echo(f"Next: voltriage check --kb {kb_folder}; then voltriage scenarios run --kb {kb_folder}")
    return exits.DONE


def _today() -> str:
    """The date on which the author says to have checked the sources; the author sees and changes it."""
    return datetime.date.today().isoformat()
