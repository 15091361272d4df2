"""What becomes of each cell: held by the knowledge, held otherwise, or left out; by which rules; and what is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from engine.plan import Line, plan_of
from kb.knowledge import KnowledgeBase
from kb.tracing import Cell, Table, Traces

from .chains import Chain, chains_of
from .faults import Fault, cell_faults, no_code, table_faults

HELD, DIFFERS, LEFT_OUT, OPEN = "held", "differs", "left-out", "open"
STANDINGS = (OPEN, LEFT_OUT, DIFFERS, HELD)
"""How a cell stands, what a reviewer wants to see first coming first.

The knowledge has what it says; has it otherwise; does not have it, for a reason; or nobody knows.
"""


@dataclass(frozen=True, slots=True)
class Account:
    """A cell and what becomes of it."""

    cell: Cell
    standing: str
    chains: tuple[Chain, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Accounts:
    """All cells of all tables in order; `faults`: what is wrong with the tables as a whole."""

    tables: tuple[Table, ...]
    cells: tuple[Account, ...]
    faults: tuple[Fault, ...] = ()

    @property
    def all_faults(self) -> tuple[Fault, ...]:
        """Everything that is wrong, sorted, once each: what two tables say alike is written once."""
        return tuple(sorted({*self.faults, *(fault for account in self.cells for fault in account.faults)}))

    def count(self, table: str, standing: str = "") -> int:
        """How many cells of a table stand so; without `standing`, all of them."""
        cells = (one for one in self.cells if one.cell.table == table)
        return sum(1 for one in cells if not standing or one.standing == standing)


def accounts_of(kb: KnowledgeBase, traces: Traces) -> Accounts:
    """The account of every cell."""
    plans: dict[str, list[Line]] = {}
    cells = tuple(_account(kb, cell, plans) for cell in traces.cells)
    return Accounts(traces.tables, cells, tuple(table_faults(traces)))


def _account(kb: KnowledgeBase, cell: Cell, plans: dict[str, list[Line]]) -> Account:
    code = kb.codes.get(cell.code)
    if code is None:
        return Account(cell, OPEN, (), (no_code(kb, cell),))
    if code.id not in plans:
        plans[code.id] = [line for line in plan_of(kb, code.id).lines if not line.refused]
    lines = plans[code.id]
    faults = tuple(cell_faults(kb, cell, code, lines))
    chains = tuple(chains_of(cell, code, lines))
    return Account(cell, _standing(cell, faults), chains, faults)


def _standing(cell: Cell, faults: tuple[Fault, ...]) -> str:
    if faults:
        return OPEN
    return LEFT_OUT if cell.left_out else DIFFERS if cell.differs else HELD
