"""`voltriage coverage`: what sessions covered of a knowledge base."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from .. import exits
from ..opening import Reader, open_for
from ..options import reader_options

if TYPE_CHECKING:
    from kb.places import Places
    from trees.coverage.report import Report

_FILE = click.Path(path_type=Path, dir_okay=False, allow_dash=True)


@click.command("coverage")
@reader_options
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--html", "html_file", type=_FILE, metavar="FILE", help="Write everything as a page for a browser.")
@click.option("--json", "json_file", type=_FILE, metavar="FILE", help="Write everything as JSON.")
@click.option("--lcov", "lcov_file", type=_FILE, metavar="FILE", help="Write an LCOV trace file.")
@click.option("--cobertura", "cobertura_file", type=_FILE, metavar="FILE", help="Write Cobertura XML.")
@click.option("--infeasible", is_flag=True, help="List what cannot be covered, with the reason.")
@click.option(
    "--fail-under",
    type=click.FloatRange(0, 100),
    metavar="N",
    help="End with code 1 if less than N percent is covered (rounded down; the edges do not count).",
)
def command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    kb_folder: Path | None,
    language: str | None,
    files: tuple[Path, ...],
    html_file: Path | None,
    json_file: Path | None,
    lcov_file: Path | None,
    cobertura_file: Path | None,
    infeasible: bool,
    fail_under: float | None,
) -> int:
    """Report what sessions cover: rules, conditions, answers, outcomes, causes, remedies, MC/DC, graph edges.

    FILES are scenarios, journals, reports that --json wrote, or folders of scenarios and journals; by default the
    scenarios of the knowledge base.

    Example: voltriage coverage --html coverage.html --cobertura coverage.xml --fail-under 100
    """
    from kb.places import places_in

    reader = open_for(kb_folder, language)
    places = places_in(reader.folder)
    report, sound = _report(reader, places, files)
    outputs = {"html": html_file, "json": json_file, "lcov": lcov_file, "cobertura": cobertura_file}
    for name, path in outputs.items():
        if path is not None:
            _write(path, _content(name, report, reader, places))
    _show(report, reader, infeasible=infeasible, to_errors=any(str(path) == "-" for path in outputs.values()))
    enough = fail_under is None or report.counts["total"].hundredths >= fail_under * 100
    return exits.DONE if sound and enough else exits.FINDINGS


def _report(reader: Reader, places: Places, files: tuple[Path, ...]) -> tuple[Report, bool]:
    """The report, and whether every scenario fitted and led where it was to lead."""
    from trees.coverage.report import report_of

    from ..covering import cover

    base = None if files else reader.folder
    covering = cover(reader.kb, files or (reader.folder / "scenarios",), base)
    for problem in sorted(covering.problems):
        click.echo(str(problem), err=True)
    if covering.other_kb:
        told = reader.say.many(
            "{count} session was led with another version of the knowledge base; it counts by the ids of its rules.",
            "{count} sessions were led with another version of the knowledge base; they count by the ids of their "
            "rules.",
            covering.other_kb,
        )
        click.echo(told, err=True)
    return report_of(reader.kb, covering.observed, places), not covering.problems


def _content(name: str, report: Report, reader: Reader, places: Places) -> str:
    """The file in this format; where charts are drawn for it, a bar shows how far that is."""
    from ..coverage_files import HTML, content

    if name != HTML:
        return content(name, report, reader, places)
    from trees.coverage.web import drawings_of

    from ..not_drawn import in_the_reader_s_words
    from ..progress import progress

    with in_the_reader_s_words(), progress(reader.say("Drawing charts"), drawings_of(reader.kb)) as step:
        return content(name, report, reader, places, drawn=step)


def _write(path: Path, text: str) -> None:
    from kb.files import write_atomically

    if str(path) == "-":
        click.echo(text, nl=False)
    else:
        write_atomically(path, text.encode())


def _show(report: Report, reader: Reader, *, infeasible: bool, to_errors: bool) -> None:
    """The terminal's report; where a file goes to standard output, it goes beside it."""
    from trees.coverage.lines import infeasible as cannot_be
    from trees.coverage.lines import lines_of

    for line in lines_of(report, reader.say):
        click.echo(line, err=to_errors)
    if infeasible:
        for told in cannot_be(report, reader.say):
            click.echo(told.sentence, err=to_errors)
