"""`voltriage scenarios`: play scenario files, and write the missing ones."""

from __future__ import annotations

from pathlib import Path

import click

from .. import exits
from ..opening import open_for
from ..options import kb_folder_option, reader_options


@click.group("scenarios")
def command() -> None:
    """Play scenario files against the rules, or write the missing ones."""


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


@command.command("suggest")
@reader_options
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("suggested"),
    metavar="DIR",
    help="Folder to write them to (default: suggested).",
)
def suggest(kb_folder: Path | None, language: str | None, files: tuple[Path, ...], output: Path) -> int:
    """Write scenarios that cover what FILES (by default the scenarios of the knowledge base) leave out.

    What they expect is what the rules do today; a reviewer confirms each, or mends the rules.

    Example: voltriage scenarios suggest -o to-confirm
    """
    from engine.feasible import all_ways
    from engine.obligations import obligations
    from engine.suggesting import lower_bound, suggest
    from kb.files import write_atomically

    from ..covering import cover
    from ..suggestions import scenario_texts

    reader = open_for(kb_folder, language)
    covering = cover(reader.kb, files or (reader.folder / "scenarios",), None if files else reader.folder)
    ways = all_ways(reader.kb)
    covered = frozenset().union(*(one.marks.items for one in covering.observed))
    missing = frozenset(item for item, why in obligations(reader.kb, ways).items() if not why) - covered
    written = list(scenario_texts(reader.kb, suggest(reader.kb, ways, missing), missing))
    for scenario in written:
        write_atomically(output / scenario.name, scenario.text.encode())
    click.echo(
        reader.say(
            "{missing} things were not covered; {count} scenarios in {folder} cover them (no fewer than {least} can).",
            missing=len(missing),
            count=len(written),
            folder=str(output),
            least=lower_bound(reader.kb, missing),
        )
    )
    if written:
        click.echo(reader.say("Confirm each of them: they expect what the rules do today, be it right or wrong."))
    return exits.DONE
