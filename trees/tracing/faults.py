"""What is wrong with what is said of a cell: it names what does not exist, or nothing is said of it at all."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from engine.plan import Line, plan_of
from kb import tracing
from kb.knowledge import KnowledgeBase
from kb.model import Code
from kb.problems import did_you_mean
from kb.spelling import find_codes
from kb.tracing import Cell, Named, Spot, Traces

from .chains import ids_in, rules_of


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """Something wrong: a sentence without a full stop, how to mend it, what tells it from every other, and where."""

    text: str
    mend: str
    about: tuple[str, ...]
    spot: Spot


def table_faults(traces: Traces) -> Iterator[Fault]:
    """Tables of which not every row is accounted for."""
    for table in traces.tables:
        rows = len({cell.row for cell in traces.cells if cell.table == table.id})
        if rows != table.rows:
            text = f"the table {table.id} has {table.rows} rows, and {rows} are accounted for"
            yield Fault(text, "write the rows that are missing, or correct the number", (table.id,), table.spot)


def no_code(kb: KnowledgeBase, cell: Cell) -> Fault:
    """A cell of a code that the knowledge does not have."""
    text = f"the knowledge has no code {cell.code}{did_you_mean(cell.code, kb.codes)}"
    return _fault(cell, text, "write the code, or correct the one that is named", cell.code)


def cell_faults(kb: KnowledgeBase, cell: Cell, code: Code, lines: Sequence[Line]) -> Iterator[Fault]:
    """What is wrong with a cell whose code has this plan."""
    if not cell.says:
        yield from _PLAIN[cell.column](cell, code)
        return
    if not (cell.named or cell.parts or cell.left_out):
        text = f'nobody says where the knowledge has this of {cell.row}: "{cell.says["en"]}"'
        yield _fault(cell, text, "name the rules, causes, remedies or questions, or say in left_out why it has none")
    within, chosen = ids_in(lines), ids_in(rules_of(cell, lines))
    for named in cell.named:
        noun, about = _NOUNS[named.section], (cell.row, cell.column, named.section, named.id)
        if named.id not in within[named.section]:
            text = _not_there(kb, named, code.id, noun) + did_you_mean(named.id, within[named.section])
            yield Fault(text, "correct the id, or name with code the one whose plan has it", about, named.spot)
        elif named.section != "questions" and named.id not in chosen[named.section]:
            text = f"no rule of {code.id} joins the {noun} {named.id} with the others that this cell names"
            yield Fault(text, "name what belongs to it as well, or write two statements", about, named.spot)
    for part in cell.parts:
        if not _part(code, part):
            yield _fault(cell, f"the entry of {code.id} has no {part}", "name the part that says it", part)


_NOUNS = {"rules": "rule", "causes": "cause", "remedies": "remedy", "questions": "question"}


def _not_there(kb: KnowledgeBase, named: Named, code: str, noun: str) -> str:
    if named.section == "rules":
        exists = any(line.rule.id == named.id for other in kb.codes for line in plan_of(kb, other).lines)
    else:
        exists = named.id in getattr(kb, named.section)
    return f"the plan of {code} has no {noun} {named.id}" if exists else f'unknown {noun} "{named.id}"'


def _part(code: Code, part: str) -> object:
    """A part of a code's own entry, by the name that authors know it by."""
    fields = {"messages": code.message_en, "escalation": code.escalation.to}
    return fields[part] if part in fields else getattr(code, part)


# The code, the message, the kinds of activation -----------------------------------------------------------------------


def _code_faults(cell: Cell, code: Code) -> Iterator[Fault]:
    found = find_codes(cell.word_for_word)
    if len(found) != 1 or found[0] not in (code.id, *code.aliases):
        text = f'the table {cell.table} writes "{cell.word_for_word}", and that is not understood as {code.id}'
        yield _fault(cell, text, "correct what the table writes, or add the spelling to the aliases of the code")


def _message_faults(cell: Cell, code: Code) -> Iterator[Fault]:
    if cell.differs:
        return
    if not cell.word_for_word:
        text = f"nothing is said about the message of {cell.row} in the table {cell.table}"
        yield _fault(cell, text, "write it under messages, or say for the whole table why none is taken over")
    elif _plain(cell.word_for_word) not in map(_plain, (code.message_en, code.message_de, *code.also)):
        text = f'{code.id} does not have the message "{cell.word_for_word}" of the table {cell.table}'
        yield _fault(cell, text, "add it to the messages under also, or say why not in messages_differ")


def _plain(message: str) -> str:
    """A message without what does not tell it from another: capitals, spaces, and what stands at its ends."""
    return re.sub(r"\s+", " ", message).strip(" .").casefold()


def _type_faults(cell: Cell, code: Code) -> Iterator[Fault]:
    missing = [kind for kind in cell.types if kind not in code.types]
    if not cell.types:
        text = f"nothing is said about the kinds of activation of {cell.row} in the table {cell.table}"
        yield _fault(cell, text, "write them under types")
    elif missing and not cell.differs:
        text = f"{code.id} is not for {', '.join(missing)}, and the table {cell.table} says it is"
        yield _fault(cell, text, "add it to the types of the code, or say why not in types_differ")


_PLAIN = {tracing.CODE: _code_faults, tracing.MESSAGE: _message_faults, tracing.TYPE: _type_faults}


def _fault(cell: Cell, text: str, mend: str, *about: str) -> Fault:
    what = about or (cell.table if not cell.says else cell.says["en"],)
    return Fault(text, mend, (cell.row, cell.column, *what), cell.spot)
