"""`voltriage export`: the rules in other forms."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import click

from engine.case import CaseError
from kb.model import Code
from kb.problems import closest_word
from kb.search import find

from .. import exits
from ..opening import open_for
from ..options import CodeCommand, reader_options


@click.group("export")
def command() -> None:
    """Write the rules in other forms."""


@command.command("clips", cls=CodeCommand)
@reader_options
@click.argument("codes", nargs=-1, required=True, metavar="CODE...")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder to write one .clp file per code to.")
def clips(kb_folder: Path | None, language: str | None, codes: tuple[str, ...], output: Path | None) -> int:
    """Write the rules of one code as a CLIPS program, or of several codes into a folder.

    Example: voltriage export clips 0xC004F074 > f074.clp
    """
    from engine.clips import program
    from engine.plan import plan_of
    from kb.files import write_atomically

    reader = open_for(kb_folder, language)
    wanted = [_known(reader.kb.codes, find(reader.kb, text).sure or text) for text in codes]
    if output is None and len(wanted) != 1:
        raise CaseError("several codes need a folder: -o FOLDER", "usage")
    for code in wanted:
        text = program(reader.kb, plan_of(reader.kb, code))
        if output is None or str(output) == "-":
            click.echo(text, nl=False)
        else:
            write_atomically(output / f"{code}.clp", text.encode())
            click.echo(str(output / f"{code}.clp"))
    return exits.DONE


def _known(codes: Mapping[str, Code], code: str) -> str:
    if code not in codes:
        raise CaseError('unknown code "{code}"', "unknown-code", closest=closest_word(code, codes), code=code)
    return code
