"""`voltriage explain`: what a code means, its causes and remedies, its sources."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from engine.case import CaseError
from engine.plan import plan_of
from kb.knowledge import KnowledgeBase
from kb.search import Found, find

from .. import exits
from ..opening import Reader, open_for
from ..options import CodeCommand, reader_options
from ..output import print_json


@click.command("explain", cls=CodeCommand)
@reader_options
@click.argument("text", nargs=-1, required=True, metavar="CODE|TEXT")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def command(kb_folder: Path | None, language: str | None, text: tuple[str, ...], as_json: bool) -> int:
    """Tell what a code means, its causes and remedies, and the documents behind them.

    CODE is an error code in any spelling, or a message as Windows shows it.

    Example: voltriage explain 0xC004F038
    """
    from ..naming import alias_told
    from ..presenting import Presenter

    reader = open_for(kb_folder, language)
    found = _found(reader, " ".join(text))
    code = found.sure
    if as_json:
        print_json(explanation(reader, code))
        return exits.DONE
    if same := alias_told(reader.say, found):
        click.echo(same)
    for line in Presenter(reader).explanation(code, treatments(reader.kb, code)):
        click.echo(line)
    return exits.DONE


def _found(reader: Reader, text: str) -> Found:
    """What the text is about; raises `CaseError` where that is no code."""
    found: Found = find(reader.kb, text)
    if found.sure:
        return found
    if found.offers:
        raise CaseError(
            '"{text}" holds no error code; messages like it belong to {offers}',
            "no-code",
            text=text,
            offers=", ".join(code for code, _ in found.offers),
        )
    raise CaseError(
        '"{text}" holds no error code and no known message; a code looks like 0xC004F074', "no-code", text=text
    )


def treatments(kb: KnowledgeBase, code: str) -> dict[str, dict[str, None]]:
    """The causes that the plan of a code can find, in its order, each with its remedies."""
    found: dict[str, dict[str, None]] = {}
    for line in plan_of(kb, code).lines:
        cause = getattr(line.rule.then, "cause", "")
        if cause and not line.refused:
            found.setdefault(cause, {}).update(dict.fromkeys(line.remedies))
    return found


def explanation(reader: Reader, code: str) -> dict[str, Any]:
    """What `explain --json` prints."""
    from engine.plan import code_or_unknown

    kb, texts = reader.kb, reader.texts
    thing = code_or_unknown(kb, code)
    known = code in kb.codes
    return {
        "format": 1,
        "kb": {"version": kb.manifest.version, "sha256": kb.manifest.sha256},
        "code": code,
        "known": known,
        "symbol": thing.symbol or None,
        "types": list(thing.types),
        "message": {"en": thing.message_en, "de": thing.message_de} if known else None,
        "meaning": texts(thing.meaning),
        "outer": thing.outer,
        "causes": [
            {
                "id": cause,
                "title": texts(kb.causes[cause].title),
                "remedies": [{"id": ident, "title": texts(kb.remedies[ident].title)} for ident in remedies],
            }
            for cause, remedies in treatments(kb, code).items()
        ],
        "sources": sorted({ref.source for ref in thing.sources}),
        "notes": list(thing.notes),
    }
