"""What became of each cell of the tables that the knowledge was made from, written to a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.case import CaseError
from engine.coverage import Observer
from engine.inference import Inference
from engine.scenarios import play
from kb.knowledge import KnowledgeBase
from kb.problems import KnowledgeError, Problem
from kb.scenarios import read_scenarios, shipped_scenarios
from kb.tracing import read_traces
from trees.checks.untraced_cell import CHECK
from trees.reading import Reading
from trees.tracing.accounts import STANDINGS, Accounts, accounts_of
from trees.tracing.evidence import Evidence, Link, links_of
from trees.tracing.page import trace_html
from trees.tracing.sheet import csv_text
from trees.tracing.telling import told

from .opening import Reader
from .wording import Wording

ENDINGS = (".html", ".csv")


def written(reader: Reader, ending: str) -> tuple[bytes, Accounts]:
    """The file's content, in the form that its ending names, and the accounts.

    Raises `KnowledgeError` with every problem of the trace files, `CaseError` where there are none.
    """
    traces = read_traces(reader.folder)
    if traces.problems:
        raise KnowledgeError(traces.problems)
    if not traces.tables:
        raise CaseError(
            "{folder} has no trace files, so there is nothing to trace; docs/trace.md says how to write them",
            "nothing-to-trace",
            folder=reader.folder,
        )
    accounts = accounts_of(reader.kb, traces)
    reading = Reading(reader.kb, reader.texts, reader.say, reader.say.language)
    cells = told(accounts, evidence_in(reader.kb, reader.folder), reading)
    text = csv_text(cells) if ending == ".csv" else trace_html(accounts, cells, reading)
    return text.encode(errors="replace"), accounts


def summary(accounts: Accounts, say: Wording) -> Iterator[str]:
    """How the cells of each table stand, then what is wrong, as `voltriage check` reports it."""
    for table in accounts.tables:
        counts = {standing.replace("-", "_"): accounts.count(table.id, standing) for standing in STANDINGS}
        yield say(
            "{table}: rows {rows}, cells {cells}; in the knowledge {held}, differing {differs}, left out {left_out}, "
            "unaccounted for {open}",
            table=table.id,
            rows=table.rows,
            cells=accounts.count(table.id),
            **counts,
        )
    for fault in accounts.all_faults:
        spot = fault.spot
        yield str(Problem(spot.file, spot.line, spot.column, fault.text, CHECK.name))


def evidence_in(kb: KnowledgeBase, folder: Path) -> Evidence:
    """The scenarios of a knowledge base, played. Those that cannot be played show nothing."""
    observer, engines = Observer(kb), dict[str, Inference]()
    found: dict[Link, set[str]] = {}
    scenarios, _ = read_scenarios(shipped_scenarios(folder), folder)
    for scenario in sorted(scenarios, key=lambda one: (one.form.code, one.name)):
        played = play(kb, scenario, engines)
        if played.session is not None and not played.problems:
            for link in links_of(kb, observer.ways(played.session)):
                found.setdefault(link, set()).add(scenario.name)
    return Evidence({link: frozenset(names) for link, names in found.items()})


def ending_of(file: Path) -> str:
    """The ending that says in which form a file is to be written.

    Raises `CaseError` for any other.
    """
    ending = file.suffix.lower()
    if ending not in ENDINGS:
        raise CaseError(
            'the ending of "{file}" does not say what to write; name a file that ends in .html or .csv',
            "trace-form-unknown",
            file=file,
        )
    return ending
