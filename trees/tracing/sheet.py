"""The accounts as CSV, one line for each chain: for spreadsheets and programs."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from .telling import ToldCell, ToldChain

COLUMNS = (
    *("table", "row", "column", "says", "standing", "reason", "parts", "questions"),
    *("code", "rule", "cause", "cause_title", "remedy", "remedy_title", "goes_on", "owner"),
    *("scenarios", "sources", "place"),
)
BYTE_ORDER_MARK = "\ufeff"
"""Without it, Excel takes UTF-8 for the code page of the machine and spoils every umlaut."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula."""


def csv_text(cells: tuple[ToldCell, ...]) -> str:
    """The lines with their header, as RFC 4180 has them; a cell without a chain has a line of its own."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for cell in cells:
        for chain in cell.chains or (None,):
            writer.writerow([harmless(value) for value in (*_cell(cell), *_chain(chain), _place(cell))])
    return BYTE_ORDER_MARK + text.getvalue()


def harmless(value: str) -> str:
    """A value that no spreadsheet takes for a formula: an apostrophe stands before one that it would."""
    return f"'{value}" if value.startswith(_FORMULA) else value


def _cell(told: ToldCell) -> Iterator[str]:
    cell = told.cell
    yield from (cell.table, cell.row, cell.column, told.says, told.standing, told.reason)
    yield from (" ".join(told.parts), " ".join(told.questions))


def _chain(told: ToldChain | None) -> Iterator[str]:
    if told is None:
        yield from [""] * 10
        return
    chain = told.chain
    yield from (chain.code, chain.rule, chain.cause, told.cause, chain.remedy, told.remedy, chain.goes_on, chain.owner)
    yield "; ".join(told.scenarios)
    yield "; ".join(f"{source.text} {source.url}".strip() for source in told.sources)


def _place(told: ToldCell) -> str:
    spot = told.cell.spot
    return f"{spot.file}:{spot.line}"
