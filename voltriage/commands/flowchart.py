"""`voltriage flowchart`: the charts of codes and procedures, as documents, pictures and files for other programs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from engine.case import CaseError
from kb.knowledge import KnowledgeBase

from .. import exits
from ..chart_files import DRAWN, SUFFIXES, format_of, write
from ..charting import Order, drawn
from ..charts_named import charts_named, every_chart
from ..opening import Reader, open_for
from ..options import CodeCommand, reader_options, site_option
from ..safety import neutral
from ..session_charts import KeptSession
from ..site import with_site

if TYPE_CHECKING:
    from trees.following import Marks

ENGINES = {"bundled": "graphviz-pure", "dot": "dot"}
"""The layout engines (`trees.layout.ENGINES`) by the names they are asked for."""
_PAPERS = ("a4", "letter", "fit")


@click.command("flowchart", cls=CodeCommand)
@reader_options
@click.argument("names", nargs=-1, metavar="[CODE|PROCEDURE]...")
@click.option("--all", "everything", is_flag=True, help="All codes and procedures.")
@click.option("-o", "--output", required=True, metavar="PATH", help="File or folder to write; - for standard output.")
@click.option("--format", "wanted", type=click.Choice(tuple(SUFFIXES)), help="Format (default: as -o ends).")
@click.option("--paper", type=click.Choice(_PAPERS), help="Paper (default: a4 for pdf, fit for png).")
@click.option("--session", "journal", metavar="JOURNAL", help="Mark the way that a kept session took.")
@click.option(
    "--coverage",
    "report",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Mark what no session reached that this JSON file of `voltriage coverage` tells of.",
)
@click.option("--expand", is_flag=True, help="Every state of a case once, without boxes for procedures.")
@click.option("--layout-engine", "engine", type=click.Choice(tuple(ENGINES)), help="Who places the shapes.")
@site_option
def command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    names: tuple[str, ...],
    output: str,
    kb_folder: Path | None = None,
    language: str | None = None,
    everything: bool = False,
    wanted: str | None = None,
    paper: str | None = None,
    journal: str | None = None,
    report: Path | None = None,
    expand: bool = False,
    engine: str | None = None,
    site_file: Path | None = None,
) -> int:
    """Draw the charts of codes and procedures: every way a case can go.

    CODE is written in any way, also as the message on the screen; PROCEDURE by its id. Several charts become one PDF;
    in other formats each is a file of its own, and -o is a folder, or a name with {name} in it.

    JOURNAL is a file, or a name that `voltriage resume --list` shows. Without a CODE, all charts are drawn that the
    session went through.

    Exit codes: 0 done, 2 wrong usage or not drawn, 3 not written.

    Example: voltriage flowchart 0xC004F074 reach_host -o kms.pdf --paper letter
    """
    format_ = format_of(output, wanted)
    _refuse_unfit(format_, paper, {"--layout-engine": engine, "--session": journal, "--coverage": report})
    _refuse_unclear(names, journal, everything=everything)
    _refuse_two_markings(journal, report, unfolded=expand)
    kept = KeptSession.named(journal, kb_folder) if journal else None
    reader = open_for(kept.kb_folder, language or kept.language) if kept else open_for(kb_folder, language)
    chosen = _chosen(reader, names, kept, everything=everything, unfolded=expand)
    if report:
        chosen = _with_coverage(reader, chosen, report)
    site = with_site(reader, site_file)
    for notice in (*chosen.notices, *site.notices):
        click.echo(neutral(notice), err=True)
    order = Order(
        chosen.charts,
        format_,
        output,
        paper or ("a4" if format_ == "pdf" else "fit"),
        ENGINES[engine or "bundled"],
        chosen.marks,
        unfolded=expand,
        title=chosen.title,
    )
    write(drawn(reader, site.site, order), format_)
    return exits.DONE


def _refuse_unfit(format_: str, paper: str | None, drawn_only: Mapping[str, object]) -> None:
    """Refuse options that would have no effect in this format."""
    if paper and format_ not in ("pdf", "png"):
        raise CaseError("--paper is for pdf and png; {format} has no pages", "usage", format=format_)
    for option, value in drawn_only.items():
        if value and format_ not in DRAWN:
            raise CaseError(
                "{option} is for pdf, svg and png; {format} shows nothing of it", "usage", option=option, format=format_
            )


def _refuse_unclear(names: tuple[str, ...], journal: str | None, *, everything: bool) -> None:
    if everything and (names or journal):
        raise CaseError("--all draws every chart; leave it out, or leave out the names and --session", "usage")
    if not (everything or names or journal):
        raise CaseError("name a code or a procedure, or write --all or --session JOURNAL", "usage")


def _refuse_two_markings(journal: str | None, report: Path | None, *, unfolded: bool) -> None:
    if report and (journal or unfolded):
        other = "--session" if journal else "--expand"
        raise CaseError("--coverage and {other} do not go together; leave one of the two out", "usage", other=other)


@dataclass(frozen=True)
class _Chosen:
    """Which charts, how they are marked, and what is to be said about that."""

    charts: tuple[str, ...]
    marks: Mapping[str, Marks]
    title: str
    notices: tuple[str, ...]


def _chosen(
    reader: Reader, names: tuple[str, ...], kept: KeptSession | None, *, everything: bool, unfolded: bool
) -> _Chosen:
    kb, say = reader.kb, reader.say
    charts = every_chart(kb) if everything else charts_named(kb, names)
    if unfolded:
        charts = _that_unfold(kb, charts, everything=everything)
    if kept is None:
        return _Chosen(charts, {}, "", ())
    from trees.following import marks_of

    session, notices = kept.session(reader)
    marks = marks_of(session, unfolded=unfolded)
    missed = [
        say("The session did not go through the chart of {name}.", name=name) for name in charts if name not in marks
    ]
    title = say("The way of a session with {code}", code=session.opened_as)
    return _Chosen(charts or tuple(marks), marks, title, (*notices, *missed))


def _with_coverage(reader: Reader, chosen: _Chosen, report: Path) -> _Chosen:
    """The same charts; marked is what no session of the report reached."""
    from trees.coverage.marks import missed

    from ..charting import chart_of
    from ..covering import covered_by

    covered = covered_by(report)
    marks = {name: missed(chart_of(reader.kb, name), covered) for name in chosen.charts}
    return replace(chosen, marks=marks)


def _that_unfold(kb: KnowledgeBase, charts: tuple[str, ...], *, everything: bool) -> tuple[str, ...]:
    """The codes among them; a procedure has no way of its own to unfold.

    Raises `CaseError` when one was named.
    """
    codes = tuple(chart for chart in charts if chart not in kb.procedures)
    if not everything and codes != charts:
        raise CaseError(
            '--expand unfolds codes, and "{name}" is a procedure; leave one of the two out',
            "usage",
            name=next(chart for chart in charts if chart not in codes),
        )
    return codes
