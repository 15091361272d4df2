"""`voltriage mutate`: how well the scenarios guard the rules."""

from __future__ import annotations

from pathlib import Path

import click

from .. import exits
from ..options import kb_folder_option
from ..output import print_json

_FAIL_UNDER = "Exit with code 1 where the score is below this many percent."

_SUGGEST = "Write scenarios to this folder that would notice what survives; confirm each of them."


@click.command("mutate")
@kb_folder_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--fail-under", type=click.FloatRange(0, 100), default=0, metavar="N", help=_FAIL_UNDER)
@click.option("--suggest", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help=_SUGGEST)
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(kb_folder: Path, files: tuple[Path, ...], fail_under: float, suggest: Path | None, as_json: bool) -> int:
    """Change every rule in small ways, and tell which changes no scenario notices, and how it could.

    Conditions are turned into their opposite, left out and widened, remedies exchanged, neighbours in a plan swapped.
    A change that no session can show is not counted. FILES are scenario files and folders (default: those of the
    knowledge base). It takes a few minutes.

    Example: voltriage mutate --fail-under 95
    """
    import msgspec

    from ..mutating import lines_of, mutation_score

    record = mutation_score(kb_folder, files, suggest)
    if as_json:
        print_json(msgspec.to_builtins(record))
    else:
        click.echo("\n".join(lines_of(record)))
    return exits.FINDINGS if record.score < fail_under else exits.DONE
