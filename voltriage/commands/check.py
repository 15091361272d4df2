"""`voltriage check`: what is wrong with a knowledge base."""

from __future__ import annotations

from pathlib import Path

import click

from .. import exits
from ..options import kb_folder_option


@click.command("check")
@kb_folder_option
@click.option("--release", is_flag=True, help="Missing translations are findings too, not only a warning.")
def command(kb_folder: Path, release: bool) -> int:
    """Report every problem of a knowledge base with file, line and column, and what its walks show.

    Every code's plan is unfolded and walked exhaustively from a case with nothing known.

    Example: voltriage check --kb my-knowledge
    """
    from kb.problems import KnowledgeError

    from ..checking import check_folder

    try:
        report = check_folder(kb_folder)
    except KnowledgeError as error:
        for problem in error.problems:
            click.echo(str(problem))
        click.echo(f"{len(error.problems)} problem{'s' if len(error.problems) != 1 else ''}")
        return exits.FINDINGS
    for problem in report.problems:
        click.echo(str(problem))
    for language, problems in report.untranslated.items():
        for problem in problems if release else problems[:0]:
            click.echo(str(problem))
        if problems:
            click.echo(
                f"{'' if release else 'warning: '}{len(problems)} texts without a current {language} translation"
            )
    click.echo(
        f"{report.codes} codes, {report.rules} rules, {report.nodes} states, longest session {report.longest} steps"
    )
    untranslated = release and any(report.untranslated.values())
    click.echo(f"{len(report.problems)} findings")
    return exits.FINDINGS if report.problems or untranslated else exits.DONE
