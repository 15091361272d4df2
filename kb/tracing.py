"""Reads trace files: for each cell of the tables that the knowledge was made from, where the knowledge has it.

They are for reviewers and no knowledge: no session reads them, and they are not part of the hash of a knowledge base.
Whether what a cell names exists is a check's business (`trees.checks.untraced_cell`), as the plans decide it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .loader import TRACE, check_form, hidden_texts
from .problems import Problem, did_you_mean
from .reading import Document, Location, read_yaml
from .trace_form import BothForm, StatementForm, TraceFileForm, TraceRowForm, TraceTableForm

CODE, MESSAGE, TYPE, CAUSE, FIX = "code", "message", "type", "cause", "fix"
COLUMNS = (CODE, MESSAGE, TYPE, CAUSE, FIX)
"""The columns of a table of error codes, from left to right."""

SECTIONS = ("rules", "causes", "remedies", "questions")
"""What a cell can be in."""

Both = Mapping[str, str]
"""A text by language, `en` and `de`."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in a file, counted from 1."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class Table:
    """A table that the knowledge was made from; `rows`: how many it has. Dates are in ISO 8601, or empty."""

    id: str
    name: Both
    title: Both
    url: str
    dated: str
    compared: str
    rows: int
    spot: Spot


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a cell says it is in: the section and the id, at its place."""

    section: str
    id: str
    spot: Spot


@dataclass(frozen=True, slots=True)
class Cell:
    """One thing that one cell of a table says, and where the knowledge has it.

    - `row`: the code whose row it is; `code`: the one in whose plan it is, mostly the same.
    - `says`: what it says in words of our own; empty for a code, a message, or kinds of activation.
    - `word_for_word`: what it says as it stands there; empty where it is not taken over.
    - `types`: the kinds of activation that it names.
    - `differs`: what the knowledge says otherwise, and why; `left_out`: why it does not say it.
    """

    table: str
    row: str
    column: str
    code: str
    spot: Spot
    says: Both = field(default_factory=dict)
    word_for_word: str = ""
    types: tuple[str, ...] = ()
    named: tuple[Named, ...] = ()
    parts: tuple[str, ...] = ()
    differs: Both = field(default_factory=dict)
    left_out: Both = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Traces:
    """All trace files of a knowledge base. `problems`: what keeps some of them from being understood."""

    tables: tuple[Table, ...] = ()
    cells: tuple[Cell, ...] = ()
    problems: tuple[Problem, ...] = ()


def trace_files(root: Path) -> list[Path]:
    """The trace files of a knowledge base, sorted; hidden ones are not among them."""
    found = (root / TRACE).rglob("*.y*ml")
    return sorted(path for path in found if not any(part.startswith(".") for part in path.relative_to(root).parts))


def read_traces(root: Path) -> Traces:
    """Every cell of every trace file, in the order of the tables, their rows and columns.

    Raises nothing: what cannot be read is left out, and among the problems.
    """
    reader = _Reader()
    for path in trace_files(root):
        reader.read(path, path.relative_to(root).as_posix())
    return reader.traces()


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as its file has it."""

    code: str
    document: Document
    form: TraceRowForm

    def spot(self, *location: str | int, at_key: bool = True) -> Spot:
        return _spot(self.document, ("rows", self.code, *location), at_key=at_key)

    def plain_cells(self, table: str, described: TraceTableForm) -> Iterator[Cell]:
        """The cells with the code, the message, and the kinds of activation."""
        code, form = self.code, self.form
        yield Cell(table, code, CODE, code, self.spot(), word_for_word=form.written.get(table, code))
        message = form.messages.get(table, "")
        spot = self.spot("messages", table) if message else self.spot()
        differs = _both(form.messages_differ if message else described.messages)
        yield Cell(table, code, MESSAGE, code, spot, word_for_word=message, parts=("messages",), differs=differs)
        differs, types = _both(form.types_differ), tuple(form.types.get(table, ()))
        yield Cell(table, code, TYPE, code, self.spot("types", table), types=types, parts=("types",), differs=differs)

    def statement(self, table: str, column: str, part: str, number: int) -> Cell:
        """One of the things that a cell says."""
        form: StatementForm = getattr(self.form, part)[number]
        named = [
            Named(section, ident, self.spot(part, number, section, place, at_key=False))
            for section in SECTIONS
            for place, ident in enumerate(getattr(form, section) or ())
        ]
        return Cell(
            table,
            self.code,
            column,
            form.code or self.code,
            self.spot(part, number, "says"),
            says=_both(form.says),
            named=tuple(named),
            parts=tuple(form.parts or ()),
            differs=_both(form.differs),
            left_out=_both(form.left_out),
        )


class _Reader:
    """Collects tables and rows of all files first, as a row may stand in another file than its table."""

    def __init__(self) -> None:
        self.tables: dict[str, tuple[Document, TraceTableForm]] = {}
        self.rows: dict[str, tuple[Document, TraceRowForm]] = {}
        self.problems: list[Problem] = []
        self.broken = False

    def read(self, path: Path, name: str) -> None:
        document, problems = read_yaml(path, name)
        problems += hidden_texts(document, document.data, ())
        if path.suffix != ".yaml":
            problems.append(document.problem((), f"is not read; name it {path.stem}.yaml", "file-unreadable"))
        form = None if problems else check_form(TraceFileForm, document, (), problems)
        self.problems += problems
        self.broken |= bool(problems)
        if isinstance(form, TraceFileForm):
            self.take("tables", form.tables, self.tables, document)
            self.take("rows", form.rows, self.rows, document)

    def take(self, section: str, forms: Mapping[str, Any], known: dict[str, Any], document: Document) -> None:
        for ident, form in forms.items():
            first, _ = known.setdefault(ident, (document, form))
            if first is not document:
                place = f"{first.file}:{first.keys[section, ident][0]}"
                text = f'"{ident}" stands here a second time (first in {place}); remove one of the two'
                self.problems.append(document.problem((section, ident), text, "duplicate-id", at_key=True))

    def traces(self) -> Traces:
        order = list(self.tables)
        tables = [_table(ident, *self.tables[ident]) for ident in order]
        cells = [cell for code, row in self.rows.items() for cell in self.cells(_Row(code, *row))]
        cells.sort(key=lambda cell: (order.index(cell.table), cell.row, COLUMNS.index(cell.column)))
        return Traces(tuple(tables), tuple(cells), tuple(sorted(set(self.problems))))

    def cells(self, row: _Row) -> Iterator[Cell]:
        """Every cell of a row in every table that has it; what names another table is a problem."""
        tables = self.known(row)
        if len(tables) < len(set(row.form.tables)):
            return  # what belongs to an unknown table cannot be told from what belongs to none
        for mapping in ("written", "messages", "types"):
            self.of_the_row(getattr(row.form, mapping), row, mapping)
        for table in tables:
            yield from row.plain_cells(table, self.tables[table][1])
        for part, column in (("message_says", MESSAGE), ("causes", CAUSE), ("fixes", FIX)):
            for number, statement in enumerate(getattr(row.form, part)):
                said_by = row.form.tables if statement.tables is None else statement.tables
                self.of_the_row(said_by, row, part, number, "tables")
                yield from (row.statement(table, column, part, number) for table in tables if table in said_by)

    def known(self, row: _Row) -> list[str]:
        """Those of the row's tables that some file describes; one that is broken may describe any."""
        for number, table in enumerate(row.form.tables):
            if table not in self.tables and not self.broken:
                hint = did_you_mean(table, self.tables) or "; describe it under tables, or name one that is"
                place = ("rows", row.code, "tables", number)
                self.problems.append(row.document.problem(place, f'unknown table "{table}"{hint}', "unknown-id"))
        return [table for table in dict.fromkeys(row.form.tables) if table in self.tables]

    def of_the_row(self, used: Iterable[str], row: _Row, *location: str | int) -> None:
        """Only a table of the row can say something in it."""
        for number, table in enumerate(used):
            if table not in row.form.tables:
                hint = did_you_mean(table, row.form.tables) or f"; tables of this row are {', '.join(row.form.tables)}"
                is_key = location[-1] != "tables"
                place = ("rows", row.code, *location, table if is_key else number)
                text = f'"{table}" is no table of this row{hint}'
                self.problems.append(row.document.problem(place, text, "unknown-id", at_key=is_key))


def _spot(document: Document, location: Location, *, at_key: bool) -> Spot:
    problem = document.problem(location, "", "", at_key=at_key)
    return Spot(problem.file, problem.line, problem.column)


def _both(form: BothForm | None) -> Both:
    return {"en": form.en, "de": form.de} if form else {}


def _table(ident: str, document: Document, form: TraceTableForm) -> Table:
    dated = form.dated.isoformat() if form.dated else ""
    compared, spot = form.compared.isoformat(), _spot(document, ("tables", ident, "rows"), at_key=True)
    return Table(ident, _both(form.name), _both(form.title), form.url, dated, compared, form.rows, spot)
