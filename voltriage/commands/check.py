"""`voltriage check`: what is wrong with a knowledge base."""

from __future__ import annotations

from pathlib import Path

import click

from .. import exits
from ..options import kb_folder_option

_HELP = {
    "release": "Missing translations are findings too, not only a warning.",
    "form": "How to write the findings: for people, for programs, or as SARIF 2.1.0 for code hosts and editors.",
    "as_of": "The date at which sources are judged, like 2027-03-01, or today (default: the knowledge's release).",
    "output": "Write to this file; - is the standard output.",
    "effort": "Tell the steps to each remedy instead, and which neighbouring rules had better change places.",
    "trace": "Write instead (.html, .csv) what became of each cell of the tables that the knowledge was made from.",
    "weights": "With --effort: how frequent codes and answers are (YAML: codes, answers).",
}


@click.command("check")
@kb_folder_option
@click.argument("files", nargs=-1, type=click.Path(path_type=Path, exists=True))
@click.option("--release", is_flag=True, help=_HELP["release"])
@click.option("--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", help=_HELP["form"])
@click.option("--as-of", metavar="DATE", default="", help=_HELP["as_of"])
@click.option("-o", "--output", type=click.Path(path_type=Path, allow_dash=True), metavar="FILE", help=_HELP["output"])
@click.option("--effort", is_flag=True, help=_HELP["effort"])
@click.option("--trace", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE", help=_HELP["trace"])
@click.option("--weights", type=click.Path(path_type=Path, exists=True, dir_okay=False), help=_HELP["weights"])
def command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    kb_folder: Path,
    files: tuple[Path, ...],
    release: bool,
    form: str,
    as_of: str,
    output: Path | None,
    effort: bool,
    trace: Path | None,
    weights: Path | None,
) -> int:
    """Report everything that is wrong with a knowledge base, with file, line and column; FILES name some of its files.

    Every code's plan is unfolded, and every session looked at, from a case with nothing known. Each finding comes
    with the shortest session that shows it, and with how to mend it; docs/checks has a page on each check. What is
    meant so is suppressed in the YAML, with the reason. The exit code is 1 when anything is found.

    Example: voltriage check --kb my-knowledge
    """
    if trace is not None:
        return _trace(kb_folder, trace, alone=not (effort or files or output))
    if effort:
        from ..efforts import effort_lines

        _write(output, "".join(f"{line}\n" for line in effort_lines(kb_folder, weights)))
        return exits.DONE
    from trees.checking.formats import FORMATS

    from ..checking import check_folder, only_in

    report = check_folder(kb_folder, release=release, as_of=_date(as_of))
    if files:
        report = only_in(report, [_name_in(kb_folder, file) for file in files])
    _write(output, FORMATS[form](report))
    return exits.FINDINGS if report.found else exits.DONE


def _trace(kb_folder: Path, file: Path, *, alone: bool) -> int:
    """Write the traceability table, and say how the cells stand; what is wrong with it follows as findings."""
    from engine.case import CaseError
    from kb.files import write_atomically

    from .. import tracing
    from ..opening import open_for
    from ..options import language_asked_for

    if not alone:
        raise CaseError("--trace does nothing but write its file; leave FILES, --effort and -o out", "usage")
    ending = tracing.ending_of(file)
    reader = open_for(kb_folder, language_asked_for(click.get_current_context()))
    content, accounts = tracing.written(reader, ending)
    write_atomically(file, content)
    for line in tracing.summary(accounts, reader.say):
        click.echo(line)
    return exits.FINDINGS if accounts.all_faults else exits.DONE


def _write(output: Path | None, text: str) -> None:
    if output is None or str(output) == "-":
        click.echo(text, nl=False)
        return
    from kb.files import write_atomically

    write_atomically(output, text.encode())


def _date(as_of: str) -> str:
    """The date in ISO 8601; only `today` reads the clock."""
    import datetime

    from engine.case import CaseError

    if as_of == "today":
        return datetime.date.today().isoformat()
    try:
        return as_of and datetime.date.fromisoformat(as_of).isoformat()
    except ValueError:
        raise CaseError('"{date}" is no date; write one like 2027-03-01, or today', "usage", date=as_of) from None


def _name_in(folder: Path, file: Path) -> str:
    """How findings name a file of the knowledge base."""
    from engine.case import CaseError

    try:
        return file.resolve().relative_to(folder.resolve()).as_posix()
    except ValueError:
        raise CaseError(
            "{file} is no file of the knowledge base in {folder}; name the folder with --kb",
            "usage",
            file=file,
            folder=folder,
        ) from None
