"""The accounts as a page: one HTML file with one table that can be filtered, in any browser, without a network."""

from __future__ import annotations

from pathlib import Path

from trees.web.shell import Page, Plain, html_file, program, read

from ..reading import Reading
from .accounts import STANDINGS, Accounts
from .sentences import sentences
from .telling import (
    ToldCell,
    ToldChain,
    all_scenarios,
    column_names,
    in_language,
    part_names,
    standing_names,
    web_address,
)

_HERE = Path(__file__).resolve().parent / "static"


def trace_html(accounts: Accounts, cells: tuple[ToldCell, ...], reading: Reading) -> str:
    """The page as the text of one file; the same input gives the same text."""
    say = reading.say
    style = read("base.css") + read("trace.css", _HERE)
    return html_file(
        Page(
            language=reading.language,
            title=say("Traceability"),
            skip=say("Skip to the table"),
            without=say("This page needs JavaScript. It loads nothing and sends nothing."),
            told=tuple(f"{cell.cell.row} {cell.says}: {cell.standing} {cell.reason}".rstrip() for cell in cells),
            meta={"generator": "Voltriage"},
            style=style.rstrip(),  # not every checker counts a last line feed when it compares the hash in the policy
            script=program(*(read(f"{name}.js") for name in ("saying", "dom", "theme")), read("trace.js", _HERE)),
            data=_data(accounts, cells, reading),
        )
    )


def _data(accounts: Accounts, cells: tuple[ToldCell, ...], reading: Reading) -> Plain:
    say, manifest = reading.say, reading.kb.manifest
    scenarios = all_scenarios(cells)
    numbers = {name: number for number, name in enumerate(scenarios)}
    asked = sorted({question for cell in cells for question in cell.questions} | _leading(cells, reading))
    return {
        "languages": [reading.language],
        "sentences": {reading.language: sentences(say)},
        "about": {"kb": manifest.version, "sha256": manifest.sha256},
        "columns": column_names(say),
        "standings": {standing: standing_names(say)[standing] for standing in STANDINGS},
        "parts": part_names(say),
        "tables": [_table(accounts, number, reading) for number in range(len(accounts.tables))],
        "questions": {ident: reading.texts(reading.kb.questions[ident].text) for ident in asked},
        "scenarios": scenarios,
        "cells": [_cell(cell, numbers) for cell in cells],
    }


def _leading(cells: tuple[ToldCell, ...], reading: Reading) -> set[str]:
    """The questions whose answer is the code that a rule goes on as."""
    return {one.chain.goes_on for cell in cells for one in cell.chains if one.chain.goes_on in reading.kb.questions}


def _table(accounts: Accounts, number: int, reading: Reading) -> Plain:
    table = accounts.tables[number]
    return {
        "id": table.id,
        "name": in_language(table.name, reading.language),
        "title": in_language(table.title, reading.language),
        "url": web_address(table.url),
        "dated": table.dated,
        "compared": table.compared,
        "rows": table.rows,
        "cells": accounts.count(table.id),
        "counts": {standing: accounts.count(table.id, standing) for standing in STANDINGS},
    }


def _cell(told: ToldCell, numbers: dict[str, int]) -> Plain:
    cell = told.cell
    return {
        "table": cell.table,
        "row": cell.row,
        "column": cell.column,
        "code": cell.code,
        "quoted": bool(cell.word_for_word),
        "says": told.says,
        "standing": told.standing,
        "reason": told.reason,
        "parts": list(told.parts),
        "questions": list(told.questions),
        "chains": [_chain(chain, numbers) for chain in told.chains],
    }


def _chain(told: ToldChain, numbers: dict[str, int]) -> Plain:
    chain = told.chain
    return {
        "rule": chain.rule,
        "cause": told.cause,
        "remedy": told.remedy,
        "owner": told.owner,
        "ids": [ident for ident in (chain.cause, chain.remedy, chain.owner) if ident],
        "goesOn": chain.goes_on,
        "scenarios": [numbers[name] for name in told.scenarios],
        "elsewhere": told.elsewhere,
        "sources": [{"text": source.text, "url": source.url} for source in told.sources],
    }
