"""`voltriage scenarios`: play scenario files."""

from __future__ import annotations

from pathlib import Path

import click

from .. import exits
from ..options import kb_folder_option


@click.group("scenarios")
def command() -> None:
    """Play scenario files against the rules."""


@command.command("run")
@kb_folder_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
def run(kb_folder: Path, files: tuple[Path, ...]) -> int:
    """Play scenarios: those of the knowledge base, or the given files and folders.

    Example: voltriage scenarios run my-cases/
    """
    from engine.inference import Inference
    from engine.scenarios import play
    from kb.loader import load_folder
    from kb.scenarios import read_scenarios, scenario_files, shipped_scenarios

    paths = scenario_files(files) if files else shipped_scenarios(kb_folder)
    knowledge = load_folder(kb_folder)
    scenarios, problems = read_scenarios(paths, None if files else kb_folder)
    engines: dict[str, Inference] = {}
    for scenario in scenarios:
        problems.extend(play(knowledge, scenario, engines).problems)
    for problem in sorted(problems):
        click.echo(str(problem))
    failed = len({problem.file for problem in problems})
    click.echo(f"{len(paths) - failed} of {len(paths)} scenarios passed")
    return exits.FINDINGS if problems else exits.DONE
