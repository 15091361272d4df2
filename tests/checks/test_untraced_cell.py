"""untraced-cell: Nobody knows what became of a cell of a table that the knowledge was made from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.base import Seed, write
from tests.checks.exam import seeded
from voltriage.checking import check_folder

TRACE = """\
tables:
  first:
    name: {en: the first table, de: erste Tabelle}
    title: {en: A table, de: Eine Tabelle}
    dated: 2025-12-01
    compared: 2026-01-10
    rows: 1
rows:
  "0xC00D0002":
    tables: [first]
    messages: {first: The key was refused.}
    types: {first: [mak]}
    causes:
      - says: {en: The key is a wrong one., de: Der Schlüssel ist falsch.}
        causes: [key_wrong]
    fixes:
      - says: {en: Install another key., de: Einen anderen Schlüssel installieren.}
        remedies: [install_key]
"""


def seed(at: str, old: str, new: str) -> Seed:
    assert TRACE.count(old) == 1, old
    return Seed("untraced-cell", at, files={"trace/first.yaml": TRACE.replace(old, new)})


CAUSE, FIX, TYPES = "        causes: [key_wrong]\n", "        remedies: [install_key]\n", "types: {first: [mak]}"
SEEDS = (
    seed('nobody says where the knowledge has this of 0xC00D0002: "The key is a wrong one."', CAUSE, ""),
    seed('unknown cause "key_wrung"; did you mean "key_wrong"?', CAUSE, "        causes: [key_wrung]\n"),
    seed("the plan of 0xC00D0002 has no remedy add_machines", FIX, "        remedies: [add_machines]\n"),
    seed('unknown rule "wrong_kay"; did you mean "wrong_key"?', FIX, "        rules: [wrong_kay]\n"),
    seed("the plan of 0xC00D0002 has no rule few_servers", FIX, "        rules: [few_servers]\n"),
    seed('unknown question "key_fit"', FIX, "        questions: [key_fit]\n"),
    seed("no rule of 0xC00D0002 joins the remedy install_key", FIX, f"{FIX}        causes: [key_empty]\n"),
    seed("the entry of 0xC00D0002 has no notes", FIX, "        parts: [notes]\n"),
    seed("the knowledge has no code 0xC00D0009", FIX, f'{FIX}        code: "0xC00D0009"\n'),
    seed("the knowledge has no code 0xC00D0003", '"0xC00D0002":', '"0xC00D0003":'),
    seed(
        'writes "0x0002", and that is not understood as 0xC00D0002',
        "messages:",
        "written: {first: 0x0002}\n    messages:",
    ),
    seed("nothing is said about the message of 0xC00D0002", "    messages: {first: The key was refused.}\n", ""),
    seed('0xC00D0002 does not have the message "Go away."', "The key was refused.", "Go away."),
    seed("0xC00D0002 is not for kms_host", TYPES, "types: {first: [mak, kms_host]}"),
    seed("nothing is said about the kinds of activation", TYPES, "types: {}"),
    seed("the table first has 2 rows, and 1 are accounted for", "rows: 1", "rows: 2"),
)

test_the_defects_are_found = seeded(SEEDS)


def test_a_trace_in_which_every_cell_is_accounted_for_raises_no_alarm(tmp_path: Path) -> None:
    report = check_folder(write(tmp_path, Seed("", "", files={"trace/first.yaml": TRACE})))
    assert report.found == ()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param(CAUSE, "        left_out: {en: Of no use., de: Ohne Nutzen.}\n", id="left out, for a reason"),
        pytest.param(FIX, f"{FIX}        differs: {{en: Later., de: Später.}}\n", id="held otherwise, for a reason"),
        pytest.param(FIX, "        remedies: [install_key]\n        causes: [key_wrong]\n", id="a rule that has both"),
        pytest.param(
            FIX, '        code: "0xC00D0001"\n        remedies: [add_machines]\n', id="in another code's plan"
        ),
        pytest.param(FIX, "        questions: [key_fits]\n", id="asked"),
        pytest.param(FIX, "        parts: [meaning]\n", id="in the entry of the code"),
        pytest.param(
            "The key was refused.", "the  key was REFUSED", id="a message that differs in nothing that counts"
        ),
        pytest.param(
            "messages: {first: The key was refused.}",
            "messages: {first: No.}\n    messages_differ: {en: a, de: b}",
            id="another message, for a reason",
        ),
        pytest.param(
            TYPES, f"{TYPES[:-2]}, adba]}}\n    types_differ: {{en: a, de: b}}", id="other types, for a reason"
        ),
        pytest.param(
            "messages:", "written: {first: c00d0002 appears}\n    messages:", id="another spelling of the code"
        ),
    ],
)
def test_these_are_accounts_too(tmp_path: Path, old: str, new: str) -> None:
    assert TRACE.count(old) == 1
    report = check_folder(write(tmp_path, Seed("", "", files={"trace/first.yaml": TRACE.replace(old, new)})))
    assert report.found == ()


def test_a_finding_stands_at_the_id_in_the_file_that_is_wrong(tmp_path: Path) -> None:
    report = check_folder(write(tmp_path, SEEDS[1]))
    assert [(one.file, one.line, one.column) for one in report.found] == [("trace/first.yaml", 15, 18)]


def test_what_two_tables_say_alike_is_found_once(tmp_path: Path) -> None:
    both = (
        TRACE.replace(
            "rows:\n", "  second: {name: {en: a, de: b}, title: {en: a, de: b}, compared: 2026-01-10, rows: 1}\nrows:\n"
        )
        .replace("tables: [first]", "tables: [first, second]")
        .replace("types: {first: [mak]}", "types: {first: [mak], second: [mak]}")
        .replace("refused.}", "refused., second: The key was refused.}")
        .replace("[key_wrong]", "[key_wrung]")
    )
    report = check_folder(write(tmp_path, Seed("", "", files={"trace/first.yaml": both})))
    assert [one.finding.text for one in report.found] == ['unknown cause "key_wrung"; did you mean "key_wrong"?']
