"""Traceability: from each cell of a table to rules, scenarios and sources, as a table for programs and as a page."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.plan import plan_of
from kb.store import content_hash
from kb.tracing import COLUMNS as CELLS
from kb.tracing import Cell, Named, Spot, Traces, read_traces, trace_files
from tests import shipped, small
from tests.small import COUNT, call
from tests.test_jsonschema import READINGS, TRACE, complaints
from trees.tracing.accounts import DIFFERS, HELD, LEFT_OUT, OPEN, accounts_of
from trees.tracing.chains import Chain
from trees.tracing.evidence import Evidence, Shown
from trees.tracing.sheet import BYTE_ORDER_MARK, COLUMNS, harmless

TABLES = """\
tables:
  first:
    name: {en: the first table, de: erste Tabelle}
    title: {en: Codes and their causes, de: Codes und ihre Ursachen}
    url: https://example.org/codes
    dated: 2025-12-01
    compared: 2026-01-10
    rows: 1
    messages: {en: It is in another language., de: Sie ist in einer anderen Sprache.}
  second:
    name: {en: the second table, de: zweite Tabelle}
    title: {en: More codes, de: Weitere Codes}
    compared: 2026-01-11
    rows: 2
"""
ROWS = """\
rows:
  "0xC00D0001":
    tables: [second]
    messages: {second: The count of machines is too low here.}
    types: {second: [kms_client]}
    message_says:
      - says: {en: Call us., de: Rufen Sie uns an.}
        left_out: {en: The number is out of use., de: Die Nummer gibt es nicht mehr.}
    causes:
      - says: {en: The door is closed., de: Die Tür ist zu.}
        causes: [door_closed]
    fixes:
      - says: {en: Ask the log., de: Ins Protokoll sehen.}
        questions: [inner_code]
  "0xC00D0002":
    tables: [first, second]
    written: {first: 0 x C00D 0002}
    messages: {second: "=Refused"}
    messages_differ: {en: It is shorter., de: Sie ist kürzer.}
    types: {first: [mak], second: [mak, office]}
    types_differ: {en: Office is not meant., de: Office ist nicht gemeint.}
    causes:
      - says: {en: The key is wrong., de: Der Schlüssel ist falsch.}
        causes: [key_wrong]
        parts: [meaning]
    fixes:
      - says: {en: "@once: install another key", de: "@sofort: einen anderen Schlüssel installieren"}
        tables: [first]
        remedies: [install_key]
        differs: {en: Only with consent., de: Nur mit Zustimmung.}
      - says: {en: Install another key., de: Einen anderen Schlüssel installieren.}
        tables: [second]
        remedies: [install_key]
"""
DOOR = """\
scenario: The door is closed
code: "0xC00D0001"
answers: {place: office, door_open: no}
outcomes: {open_door: not-fixed, ask_again: fixed}
expect: {state: resolved}
"""
KEY = """\
scenario: Another edition
code: "0xC00D0002"
answers: {key_fits: no}
expect: {state: remedy}
"""
WRONG = """\
scenario: It leads elsewhere than it says
code: "0xC00D0002"
answers: {key_fits: no}
expect: {state: resolved}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The small knowledge base with two traced tables and three scenarios, one of which fails."""
    folder = small.write(tmp_path / "kb")
    write(folder, {"trace/tables.yaml": TABLES, "trace/rows.yaml": ROWS})
    names = {"door": DOOR, "key": KEY, "wrong": WRONG}
    write(folder, {f"scenarios/{name}.scenario.yaml": text for name, text in names.items()})
    return folder


def write(folder: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def page_data(file: Path) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', file.read_text(encoding="utf-8"))
    assert found is not None
    data: dict[str, object] = json.loads(found[1])
    return data


# The table for programs -----------------------------------------------------------------------------------------------

GOLD = Path(__file__).with_name("gold") / "trace.csv"


def test_the_table_for_programs_has_one_line_for_each_chain(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "trace.csv"
    called = call("check", "--kb", folder, "--trace", file, "--lang", "en")
    assert (called.code, called.err) == (0, "")
    assert called.out == (
        "first: rows 1, cells 5; in the knowledge 2, differing 3, left out 0, unaccounted for 0\n"
        "second: rows 2, cells 11; in the knowledge 8, differing 2, left out 1, unaccounted for 0\n"
    )
    content = file.read_bytes()
    assert content.startswith(BYTE_ORDER_MARK.encode())
    assert content.decode("utf-8-sig").replace("\r\n", "\n") == GOLD.read_text(encoding="utf-8")
    assert content.count(b"\r\n") == content.count(b"\n")


def test_the_table_speaks_the_language_that_was_asked_for(folder: Path, tmp_path: Path) -> None:
    file = tmp_path / "trace.csv"
    call("check", "--kb", folder, "--trace", file, "--lang", "de")
    line = next(row for row in rows(file) if row["column"] == "fix" and row["table"] == "first")
    assert line["says"] == "'@sofort: einen anderen Schlüssel installieren"
    assert line["reason"] == "Nur mit Zustimmung."
    assert line["remedy_title"] == "Den richtigen Schlüssel installieren"


@given(st.text())
def test_no_value_is_taken_for_a_formula_and_none_is_lost(value: str) -> None:
    safe = harmless(value)
    assert safe[:1] not in ("=", "+", "-", "@", "\t", "\r")
    assert safe in (value, f"'{value}")


def test_the_same_knowledge_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    made = []
    for number, (seed, zone, place) in enumerate([("1", "UTC", "C.UTF-8"), ("2", "Asia/Tokyo", "de_DE.UTF-8")]):
        files = [tmp_path / f"{number}.html", tmp_path / f"{number}.csv"]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": place}
        for file in files:
            command = [sys.executable, "-m", "voltriage", "check", "--kb", folder, "--trace", file, "--lang", "en"]
            subprocess.run(command, env=environment, check=True, capture_output=True, timeout=60)
        made.append([file.read_bytes() for file in files])
    assert made[0] == made[1]


# The page (in a browser: tests/test_trace_page.py) --------------------------------------------------------------------


def test_the_page_says_the_same_as_the_table_for_programs(folder: Path, tmp_path: Path) -> None:
    page, sheet = tmp_path / "trace.HTML", tmp_path / "trace.csv"
    for file in (page, sheet):
        assert call("check", "--kb", folder, "--trace", file, "--lang", "de").code == 0
    data = page_data(page)
    cells: list[dict[str, object]] = data["cells"]  # type: ignore[assignment]
    scenarios: list[str] = data["scenarios"]  # type: ignore[assignment]
    lines = []
    for cell in cells:
        for chain in cell["chains"] or [None]:  # type: ignore[attr-defined]
            names = "; ".join(scenarios[number] for number in chain["scenarios"]) if chain else ""
            said = [harmless(str(cell[key])) for key in ("table", "row", "column", "says", "standing", "reason")]
            lines.append([*said, chain["rule"] if chain else "", chain["remedy"] if chain else "", names])
    keys = ("table", "row", "column", "says", "standing", "reason", "rule", "remedy_title", "scenarios")
    assert lines == [[row[key] for key in keys] for row in rows(sheet)]


# Mistakes -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["-", "trace", "trace.pdf", "html", ".csv"])
def test_a_file_whose_ending_says_nothing_is_refused(folder: Path, tmp_path: Path, name: str) -> None:
    called = call("check", "--kb", folder, "--trace", name if name == "-" else tmp_path / name, "--lang", "en")
    assert called.code == 2
    assert "does not say what to write; name a file that ends in .html or .csv [trace-form-unknown]" in called.err
    assert not (tmp_path / name).exists()


@pytest.mark.parametrize("more", [["--effort"], ["-o", "report.txt"], ["all.yaml"]])
def test_what_cannot_be_done_at_the_same_time_is_refused(folder: Path, tmp_path: Path, more: list[str]) -> None:
    named = [str(folder / word) if word == "all.yaml" else word for word in more]
    called = call("check", "--kb", folder, "--trace", tmp_path / "trace.csv", *named, "--lang", "en")
    assert (called.code, called.out) == (2, "")
    assert "--trace does nothing but write its file" in called.err
    assert not (tmp_path / "trace.csv").exists()


def test_a_knowledge_base_without_trace_files_has_nothing_to_trace(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    called = call("check", "--kb", folder, "--trace", tmp_path / "trace.csv", "--lang", "en")
    assert called.code == 2
    assert f"{folder} has no trace files" in called.err
    assert "[nothing-to-trace]" in called.err
    assert "untraced" not in call("check", "--kb", folder).out


def test_what_is_wrong_is_said_in_the_output_in_the_page_and_by_the_exit_code(folder: Path, tmp_path: Path) -> None:
    write(folder, {"trace/rows.yaml": ROWS.replace("causes: [door_closed]", "causes: [door_clozed]")})
    file = tmp_path / "trace.csv"
    called = call("check", "--kb", folder, "--trace", file, "--lang", "en")
    assert called.code == 1
    text = 'unknown cause "door_clozed"; did you mean "door_closed"?'
    assert called.out.splitlines()[1:] == [
        "second: rows 2, cells 11; in the knowledge 7, differing 2, left out 1, unaccounted for 1",
        f"trace/rows.yaml:11:18: {text} [untraced-cell]",
    ]
    wrong = [row for row in rows(file) if row["standing"] == OPEN]
    assert [(row["says"], row["reason"], row["rule"]) for row in wrong] == [("The door is closed.", text, "")]


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("rows", "types_differ:", "types_difer:", '21:5: unknown field "types_difer"; did you mean "types_differ"?'),
        ("rows", "[door_closed]", "door_closed", "11:17: found"),
        ("rows", "tables: [second]", "tables: [secnd]", '3:14: unknown table "secnd"; did you mean "second"?'),
        ("rows", "types: {second: [kms_client]}", "types: {first: [mak]}", '5:13: "first" is no table of this row'),
        (
            "rows",
            "        tables: [second]",
            "        tables: [secont]",
            '"secont" is no table of this row; did you mean',
        ),
        ("rows", "parts: [meaning]", "left_out: {en: a, de: b}", "what is left out is nowhere"),
        ("rows", "kms_client]", "kms-client]", 'did you mean "kms_client"?'),
        ("rows", "rows:", "rowz:", 'unknown field "rowz"'),
        ("rows", '"0xC00D0001":', '"0xC00D001":', '2:3: found "0xC00D001"'),
        ("rows", "Die Tür", "Die \u200bTür", "which nobody can see"),
        ("rows", ", de: Die Tür ist zu.}", "}", '"de" is missing'),
        ("tables", "rows: 2", "rows: two", "expected a whole number"),
        ("tables", "compared: 2026-01-11", "compared: 11.01.2026", "expected a date"),
        ("tables", "second:", "first:", "stands here a second time"),
        ("tables", TABLES, TABLES + ROWS, "stands here a second time (first in trace/rows.yaml:"),
        ("tables", TABLES, "tables: [", "is not YAML"),
    ],
)
def test_each_mistake_is_found_at_its_place(folder: Path, file: str, old: str, new: str, problem: str) -> None:
    path = folder / "trace" / f"{file}.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="\n")
    told = [str(one) for one in read_traces(folder).problems]
    assert [problem in one and one.startswith(f"trace/{file}.yaml:") for one in told] == [True] * len(told), told
    assert told
    assert call("check", "--kb", folder, "--trace", folder / "trace.csv").code == 2
    assert not (folder / "trace.csv").exists()
    called = call("check", "--kb", folder)
    assert called.code == 1
    assert problem in called.out


def test_a_file_named_yml_is_refused_not_passed_over(folder: Path) -> None:
    (folder / "trace" / "rows.yaml").rename(folder / "trace" / "rows.yml")
    assert "trace/rows.yml:1:1: is not read; name it rows.yaml [file-unreadable]" in call("check", "--kb", folder).out


def test_traces_are_no_knowledge(folder: Path) -> None:
    """They change no session, so a journal of before is still one of the same knowledge."""
    before = content_hash(folder)
    write(folder, {"trace/rows.yaml": ROWS.replace("Ask the log", "Read the log")})
    assert content_hash(folder) == before
    assert call("codes", "--kb", folder).code == 0


# Which rules belong to a cell -----------------------------------------------------------------------------------------

NAMES = {
    "rules": ["door_is_closed", "few_servers", "few_clients", "other_code", "wrong_key", "no_such_rule"],
    "causes": ["door_closed", "count_too_low", "key_wrong", "not_ours", "no_such_cause"],
    "remedies": ["open_door", "ask_again", "add_machines", "install_key", "no_such_remedy"],
    "questions": ["door_open", "is_server", "inner_code", "key_fits", "no_such_question"],
}


@given(st.fixed_dictionaries({section: st.sets(st.sampled_from(ids), max_size=2) for section, ids in NAMES.items()}))
def test_a_cell_without_a_fault_has_everything_that_it_names_in_its_chains(names: dict[str, set[str]]) -> None:
    spot = Spot("a.yaml", 1, 1)
    named = tuple(Named(section, ident, spot) for section, ids in names.items() for ident in sorted(ids))
    cell = Cell("table", COUNT, "cause", COUNT, spot, says={"en": "a", "de": "b"}, named=named)
    (account,) = accounts_of(small.knowledge(), Traces(cells=(cell,))).cells
    found = {section: {one.id for one in named if one.section == section} for section in NAMES}
    lines = {line.rule.id: line for line in plan_of(small.knowledge(), COUNT).lines}
    if account.faults:
        assert account.standing == OPEN
        return
    assert {chain.rule for chain in account.chains} >= found["rules"]
    assert {chain.cause for chain in account.chains} >= found["causes"]
    assert {one for chain in account.chains for one in lines[chain.rule].remedies} >= found["remedies"]
    for chain in account.chains:
        if chain.rule not in found["rules"] and found["causes"] | found["remedies"]:
            assert not found["causes"] or chain.cause in found["causes"]
            assert not found["remedies"] or chain.remedy in found["remedies"]


def test_scenarios_under_other_codes_stand_in_where_none_is_under_this_one() -> None:
    links: dict[tuple[str, str, str], frozenset[str]] = {
        (COUNT, "door_is_closed", "open_door"): frozenset({"b", "a"}),
        ("unknown_code", "door_is_closed", "ask_again"): frozenset({"c"}),
    }
    evidence = Evidence(links)
    assert evidence.of(Chain(COUNT, "door_is_closed", "door_closed", "open_door")) == Shown(("a", "b"))
    assert evidence.of(Chain(COUNT, "door_is_closed", "door_closed", "ask_again")) == Shown(("c",), elsewhere=True)
    assert evidence.of(Chain(COUNT, "few_servers", "count_too_low", "add_machines")) == Shown()


# Editors --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reading", READINGS)
def test_the_schema_for_editors_fits_every_trace_file_and_no_mistake(reading: Callable[[str], object]) -> None:
    for path in trace_files(shipped.FOLDER):
        assert complaints(TRACE, reading(path.read_text(encoding="utf-8"))) == []
    assert complaints(TRACE, reading(TABLES)) + complaints(TRACE, reading(ROWS)) == []
    assert complaints(TRACE, reading(ROWS.replace("fixes:", "fixs:"))) == ["rows/0xC00D0001", "rows/0xC00D0002"]
    assert complaints(TRACE, reading(ROWS.replace("[kms_client]", "[kms]"))) == ["rows/0xC00D0001/types/second/0"]


# The shipped tables ---------------------------------------------------------------------------------------------------

SEED = {
    *("0xC004C001", "0xC004C003", "0xC004C008", "0xC004B100", "0xC004C020", "0xC004C021", "0xC004F009", "0xC004F00F"),
    *("0xC004F014", "0xC004F02C", "0xC004F035", "0xC004F038", "0xC004F039", "0xC004F041", "0xC004F042", "0xC004F050"),
    *("0xC004F051", "0xC004F064", "0xC004F065", "0xC004F06C", "0x80070005", "0x8007232A", "0x8007232B", "0x800706BA"),
    *("0x8007251D", "0xC004F074", "0x8004FE21", "0x80092328", "0x8007007B"),
}
"""The codes of the table that the project began with, in its order."""


def test_every_row_of_the_shipped_tables_is_there() -> None:
    traces = read_traces(shipped.FOLDER)
    assert traces.problems == ()
    found = {table.id: {cell.row for cell in traces.cells if cell.table == table.id} for table in traces.tables}
    assert len(SEED) == 29
    assert found == {"seed": SEED, "microsoft": SEED | {"0x80070490"}}


def test_every_cell_of_every_row_is_accounted_for() -> None:
    traces = read_traces(shipped.FOLDER)
    accounts = accounts_of(shipped.knowledge(), traces)
    assert accounts.all_faults == ()
    columns = Counter((one.cell.table, one.cell.row, one.cell.column) for one in accounts.cells)
    for table in traces.tables:
        for row in {cell.row for cell in traces.cells if cell.table == table.id}:
            for column in CELLS:
                assert columns[table.id, row, column] >= 1, (table.id, row, column)
    for one in accounts.cells:
        assert one.chains or one.standing == LEFT_OUT, one.cell
        assert one.standing in (HELD, DIFFERS, LEFT_OUT)
        if one.standing == HELD and one.cell.says:
            assert all(chain.sources for chain in one.chains), one.cell


def test_what_the_shipped_knowledge_leaves_out_is_known() -> None:
    """What is added here needs a reason that a reviewer has read."""
    cells = accounts_of(shipped.knowledge(), read_traces(shipped.FOLDER)).cells
    assert [(one.cell.table, one.cell.row, one.cell.says["en"]) for one in cells if one.standing == LEFT_OUT] == [
        ("seed", "0xC004F009", "Read a section on user experience."),
        ("seed", "0xC004F06C", "Synchronised clocks matter for system and network security."),
        ("microsoft", "0xC004F06C", "Synchronised clocks matter for system and network security."),
    ]


@pytest.mark.exhaustive
def test_the_shipped_tables_are_written_in_both_forms_and_languages(tmp_path: Path) -> None:
    for language in ("en", "de"):
        page, sheet = tmp_path / f"{language}.html", tmp_path / f"{language}.csv"
        for file in (page, sheet):
            assert call("check", "--trace", file, "--lang", language).code == 0
        lines = rows(sheet)
        assert tuple(lines[0]) == COLUMNS
        assert {line["row"] for line in lines} == SEED | {"0x80070490"}
        ruled = [line for line in lines if line["rule"]]
        assert sum(1 for line in ruled if line["scenarios"]) >= 0.95 * len(ruled), "coverage says which are missing"
        assert len(page_data(page)["cells"]) == 396  # type: ignore[arg-type]
