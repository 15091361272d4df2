"""The accounts in a reader's language: what both the table for programs and the page for people are written from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from kb import tracing, words
from kb.model import SourceRef
from kb.tracing import Both, Cell

from ..names import type_name
from ..reading import Reading, Say
from .accounts import DIFFERS, HELD, LEFT_OUT, OPEN, Account, Accounts
from .chains import Chain, named_in
from .evidence import Evidence, Shown


@dataclass(frozen=True, slots=True)
class ToldSource:
    """A place in a source in one line, with its dates. `url`: empty where there is none for a browser."""

    text: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class ToldChain:
    """A chain with the titles of its cause, remedy and owner, its sources, and the scenarios that show it.

    `elsewhere`: none of the scenarios is under the code of the chain.
    """

    chain: Chain
    cause: str
    remedy: str
    owner: str
    scenarios: tuple[str, ...]
    elsewhere: bool
    sources: tuple[ToldSource, ...]


@dataclass(frozen=True, slots=True)
class ToldCell:
    """A cell: what it says, how it stands, why it differs or is left out or what is wrong, and its chains.

    `parts` and `questions`: parts of the code's own entry, and questions, that have it.
    """

    cell: Cell
    says: str
    standing: str
    reason: str
    parts: tuple[str, ...]
    questions: tuple[str, ...]
    chains: tuple[ToldChain, ...]


def told(accounts: Accounts, evidence: Evidence, reading: Reading) -> tuple[ToldCell, ...]:
    """Every cell of every table, in order."""
    return tuple(_cell(account, evidence, reading) for account in accounts.cells)


def in_language(both: Both, language: str) -> str:
    """A text of a trace file; in English where the language has none."""
    return both.get(language) or both.get("en", "")


def _cell(account: Account, evidence: Evidence, reading: Reading) -> ToldCell:
    cell = account.cell
    reasons = [fault.text for fault in account.faults]
    reasons += [in_language(cell.left_out or cell.differs, reading.language)]
    return ToldCell(
        cell,
        _says(cell, reading),
        account.standing,
        "; ".join(reason for reason in reasons if reason),
        cell.parts,
        tuple(sorted(named_in(cell, "questions") & reading.kb.questions.keys())),
        tuple(_chain(chain, cell, evidence, reading) for chain in account.chains),
    )


def _says(cell: Cell, reading: Reading) -> str:
    """What a cell says: as it stands there, or in words of our own."""
    if cell.column == tracing.TYPE:
        return ", ".join(type_name(reading.say, kind) for kind in cell.types)
    if cell.says:
        return in_language(cell.says, reading.language)
    return cell.word_for_word or reading.say("(a message, not repeated here)")


def _chain(chain: Chain, cell: Cell, evidence: Evidence, reading: Reading) -> ToldChain:
    """A chain told. All scenarios of a code show that the code is there; they show no part of its entry."""
    kb, texts = reading.kb, reading.texts
    shown = evidence.of(chain) if chain.rule or cell.column == tracing.CODE else Shown()
    return ToldChain(
        chain,
        texts(kb.causes[chain.cause].title) if chain.cause else "",
        texts(kb.remedies[chain.remedy].title) if chain.remedy else "",
        texts(kb.owners[chain.owner].title) if chain.owner else "",
        shown.scenarios,
        shown.elsewhere,
        tuple(_source(reference, reading) for reference in chain.sources),
    )


def _source(reference: SourceRef, reading: Reading) -> ToldSource:
    say, source = reading.say, reading.kb.sources.get(reference.source)
    values = {"section": reference.section, "date": reference.checked}
    if source is None or reference.source == words.GENERAL_SOURCE:
        title = say("general Windows administration knowledge")
        return ToldSource(say("{title}, {section} (checked {date})", title=title, **values))
    if source.dated:
        text = say("{title}, {section} (of {dated}, checked {date})", title=source.title, dated=source.dated, **values)
    else:
        text = say("{title}, {section} (checked {date})", title=source.title, **values)
    return ToldSource(text, web_address(source.url))


def web_address(url: str) -> str:
    """An address that a page may link to; empty for any other."""
    return url if urlsplit(url).scheme in ("http", "https") else ""


def column_names(say: Say) -> dict[str, str]:
    """The columns of a table of error codes."""
    return {
        tracing.CODE: say("Error code"),
        tracing.MESSAGE: say("Message"),
        tracing.TYPE: say("Activation type"),
        tracing.CAUSE: say("Possible cause"),
        tracing.FIX: say("Remedy"),
    }


def standing_names(say: Say) -> dict[str, str]:
    """How a cell stands, in words."""
    return {
        HELD: say("in the knowledge"),
        DIFFERS: say("differs"),
        LEFT_OUT: say("left out"),
        OPEN: say("unaccounted for"),
    }


def part_names(say: Say) -> dict[str, str]:
    """Parts of a code's own entry, in words."""
    return {
        "messages": say("messages"),
        "also": say("further messages"),
        "meaning": say("meaning"),
        "aliases": say("other spellings"),
        "types": say("activation types"),
        "escalation": say("handover"),
        "notes": say("notes for reviewers"),
    }


def all_scenarios(cells: tuple[ToldCell, ...]) -> list[str]:
    """Every scenario that shows some chain, sorted."""
    return sorted(set(_names(cells)))


def _names(cells: tuple[ToldCell, ...]) -> Iterator[str]:
    for cell in cells:
        for chain in cell.chains:
            yield from chain.scenarios
