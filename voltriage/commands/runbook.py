"""`voltriage runbook`: the whole runbook as a document, and whether an existing one is up to date."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import to_builtins

from engine.case import CaseError

from .. import exits
from ..chart_files import write
from ..language import LANGUAGES
from ..opening import open_for
from ..options import reader_options, site_option
from ..output import print_json
from ..runbooks import (
    HTML,
    PDF,
    Asked,
    Wanted,
    codes_named,
    format_of,
    made_html,
    made_pdf,
    print_of,
    report,
    stamp_of,
    wanted_as,
)
from ..safety import neutral
from ..site import with_site

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
_FOLDER = click.Path(path_type=Path, exists=True, file_okay=False)


@click.command("runbook")
@reader_options
@site_option
@click.option("-o", "--output", metavar="FILE", help="File to write, .pdf or .html; - for a PDF on standard output.")
@click.option("--codes", "names", multiple=True, metavar="CODE", help="Only these codes; repeat it, or use commas.")
@click.option("--paper", type=click.Choice(("a4", "letter")), help="Paper of a PDF (default: a4).")
@click.option("--pocket", is_flag=True, help="A PDF with one page for each code and procedure.")
@click.option("--since", "older", type=_FOLDER, metavar="OLD", help="Knowledge base to tell the changes since.")
@click.option("--check", "existing", type=_FILE, metavar="FILE", help="Say whether this runbook is up to date.")
@click.option("--json", "as_json", is_flag=True, help="Print what --check finds as JSON.")
def command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    output: str | None,
    names: tuple[str, ...],
    paper: str | None,
    pocket: bool,
    older: Path | None,
    existing: Path | None,
    as_json: bool,
    kb_folder: Path | None = None,
    language: str | None = None,
    site_file: Path | None = None,
) -> int:
    """Make the runbook: every code with its chart, its steps in words, its remedies with exact commands.

    The title page takes what the site file says under "runbook". With --check nothing is written: the knowledge, the
    site facts, the language and the options of an existing runbook are compared with those of today.

    Exit codes: 0 done or up to date, 1 not up to date, 2 wrong usage or not made, 3 not written.

    Example: voltriage runbook -o runbook.pdf --codes 0xC004F074,0xC004F038 --lang en
    """
    if existing is not None and older is not None:
        raise CaseError("--since is for a runbook that is made; leave it out with --check", "usage")
    if existing is not None and output is None:
        asked = Asked(names, paper, pocket)
        return _check(existing, asked, kb_folder, language, site_file, as_json=as_json)
    if output is None or existing is not None:
        raise CaseError("name either the file to write with -o, or the runbook to look at with --check", "usage")
    if as_json:
        raise CaseError("--json is for --check; leave it out where a runbook is made", "usage")
    _refuse_unfit(format_of(output), paper, older, pocket=pocket)
    reader = open_for(kb_folder, language)
    wanted = Wanted(format_of(output), codes_named(reader, names), paper or "a4", pocket)
    site = with_site(reader, site_file)
    _notice(site.notices)
    if wanted.format == HTML:
        content = made_html(reader, site.site, wanted, kb_folder, language)
    else:
        content = made_pdf(reader, site.site, wanted, older)
    write([(Path(output), content)], wanted.format)
    return exits.DONE


def _check(  # noqa: PLR0913  # what was asked for on the command line
    existing: Path,
    asked: Asked,
    kb_folder: Path | None,
    language: str | None,
    site_file: Path | None,
    *,
    as_json: bool,
) -> int:
    """Compare an existing runbook with what would be made today."""
    from trees.stale import compared

    stored = stamp_of(existing)
    reader = open_for(kb_folder, language or (stored.language if stored.language in LANGUAGES else None))
    site = with_site(reader, site_file)
    now = print_of(reader, site.site, wanted_as(reader, stored, asked))
    _notice(site.notices)
    found = compared(existing.as_posix(), stored, now)
    if as_json:
        print_json(to_builtins(found))
    else:
        for line in report(reader.say, found):
            click.echo(neutral(line))
    return exits.DONE if found.up_to_date else exits.FINDINGS


def _refuse_unfit(format_: str, paper: str | None, older: Path | None, *, pocket: bool) -> None:
    """Refuse options that would have no effect in this format."""
    for option, given in (("--paper", paper), ("--pocket", pocket), ("--since", older)):
        if given and format_ != PDF:
            raise CaseError("{option} is for PDF; {format} has no pages", "usage", option=option, format=format_)


def _notice(notices: tuple[str, ...]) -> None:
    for notice in notices:
        click.echo(neutral(notice), err=True)
