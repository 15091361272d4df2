"""`voltriage diff`: what changed between two knowledge bases."""

from __future__ import annotations

from pathlib import Path

import click
from msgspec import to_builtins

from engine.case import CaseError
from kb.files import write_atomically

from .. import exits
from ..comparing import FORMATS, SHIPPED, Comparison, comparison
from ..options import language_option
from ..output import print_json

_PAPERS = ("a4", "letter")


@click.command("diff")
@click.argument("old", metavar="OLD")
@click.argument("new", default=SHIPPED, metavar="[NEW]")
@click.option("-o", "--output", metavar="FILE", help="Write to a .pdf, .svg, .md, .json or .txt file; - is the screen.")
@click.option("--codes", "names", multiple=True, metavar="CODE", help="Only these codes; repeat it, or use commas.")
@click.option("--full", is_flag=True, help="Also every text that is only worded otherwise, and the way to each thing.")
@click.option("--paper", type=click.Choice(_PAPERS), help="Paper of the pdf (default: a4).")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
@language_option
def command(  # noqa: PLR0913, PLR0917  # one parameter for each option
    old: str,
    new: str,
    output: str | None = None,
    names: tuple[str, ...] = (),
    full: bool = False,
    paper: str | None = None,
    as_json: bool = False,
    language: str | None = None,
) -> int:
    """Say what changed from one knowledge base to another, in words and in charts.

    OLD and NEW are folders with a kb.yaml, checkouts of this project, images, or the word "shipped" for the shipped
    knowledge, which NEW is when it is left out. Sessions are compared, not files: other names of rules, another order
    of files, and comments make no difference. Each change is told with a shortest session that shows it.

    A .pdf holds the words and the charts with the changes marked, an .svg the chart of one code.

    Exit codes: 0 nothing is done otherwise (at most texts changed), 1 something is, 2 wrong usage or a broken
    knowledge base, 3 not written.

    Example: voltriage diff last-year/kb shipped --codes 0xC004F074 -o changes.pdf
    """
    wanted = _format(output, paper, as_json=as_json)
    compared = comparison(old, new, language, names, whole=full)
    if output in (None, "-"):
        _print(compared, wanted)
    else:
        content = _content(compared, wanted, paper or "a4")
        write_atomically(Path(str(output)), content)
        click.echo(str(output))
    return exits.FINDINGS if compared.difference.acts else exits.DONE


def _format(output: str | None, paper: str | None, *, as_json: bool) -> str:
    if output in (None, "-"):
        wanted = "json" if as_json else "txt"
    else:
        ending = Path(str(output)).suffix.lower()
        if ending not in FORMATS:
            raise CaseError(
                '"{output}" does not say what is wanted; let its name end with one of {endings}',
                "usage",
                output=output,
                endings=", ".join(FORMATS),
            )
        wanted = FORMATS[ending]
        if as_json and wanted != "json":
            raise CaseError("--json goes with a .json file or the screen, not with {output}", "usage", output=output)
    if paper and wanted != "pdf":
        raise CaseError("--paper is for pdf; {format} has no pages", "usage", format=wanted)
    return wanted


def _print(compared: Comparison, wanted: str) -> None:
    if wanted == "json":
        print_json(to_builtins(compared.data))
    else:
        for line in compared.text():
            click.echo(line)


def _content(compared: Comparison, wanted: str, paper: str) -> bytes:
    if wanted == "pdf":
        return compared.pdf(paper)
    if wanted == "svg":
        return compared.svg()
    if wanted == "json":
        return compared.json()
    text = compared.markdown() if wanted == "md" else "".join(f"{line}\n" for line in compared.text())
    return text.encode()
