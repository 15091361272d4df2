"""`voltriage codes`: all codes of the knowledge base."""

from __future__ import annotations

from pathlib import Path

import click

from kb import words

from .. import exits
from ..opening import open_for
from ..options import reader_options
from ..output import print_json


@click.command("codes")
@reader_options
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(kb_folder: Path | None, language: str | None, as_json: bool) -> int:
    """List all codes with symbol, activation types and message.

    Example: voltriage codes --lang de
    """
    reader = open_for(kb_folder, language)
    codes = [reader.kb.codes[ident] for ident in reader.kb.codes if ident != words.UNKNOWN_CODE]
    german = reader.say.language == "de"
    if as_json:
        manifest = reader.kb.manifest
        rows = [
            {
                "code": code.id,
                "symbol": code.symbol or None,
                "types": list(code.types),
                "message": {"en": code.message_en, "de": code.message_de},
                "meaning": reader.texts(code.meaning),
            }
            for code in codes
        ]
        state = {"format": 1, "kb": {"version": manifest.version, "sha256": manifest.sha256}, "codes": rows}
        print_json(state)
        return exits.DONE
    for code in codes:
        message = code.message_de if german else code.message_en
        click.echo(f"{code.id}  {code.symbol or '-'}  [{', '.join(code.types)}]")
        click.echo(f"    {message}")
    return exits.DONE
