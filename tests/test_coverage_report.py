"""The report: its numbers, the same in every format; the command; what scenarios are suggested."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from engine.feasible import all_ways
from engine.obligations import obligations
from kb.places import places_in
from tests import small
from tests.small import COUNT, call
from trees.chart import code_chart
from trees.coverage import marks
from trees.coverage.formats import FORMATS, whole, written
from trees.coverage.formats.files import files_of
from trees.coverage.report import MEASURES, Count, Report, report_of
from voltriage.covering import cover

DTD = Path(__file__).with_name("data") / "coverage-04.dtd"

DOOR = """\
scenario: The door is closed
code: "0xC00D0001"
answers: {place: office, door_open: no}
outcomes: {open_door: not-fixed, ask_again: fixed}
expect: {state: resolved}
"""
SERVER = """\
scenario: A server too few
code: "0xC00D0001"
answers: {place: home, door_open: yes, is_server: yes, count: 3}
expect: {state: remedy}
"""
KEYS = """\
scenario: The key fits, and the count is too low
code: "0xC00D0002"
answers: {key_fits: yes, is_server: yes, place: cloud}
expect: {state: escalated}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kb = small.write(tmp_path / "kb", german=True)
    for name, text in (("door", DOOR), ("keys", KEYS), ("server", SERVER)):
        path = kb / "scenarios" / f"{name}.scenario.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return kb


def report_in(folder: Path) -> Report:
    kb = small.knowledge()
    covering = cover(kb, (folder / "scenarios",), folder)
    assert covering.problems == []
    return report_of(kb, covering.observed, places_in(folder))


def test_percentages_are_rounded_down_and_only_all_is_a_hundred():
    assert Count(11_999, 12_000).percent == "99.99"
    assert Count(12_000, 12_000).percent == "100.00"
    assert Count(1, 3).percent == "33.33"
    assert Count(0, 12).percent == "0.00"
    assert Count(0, 0).percent == "100.00"


def test_the_numbers_of_three_scenarios_can_be_counted_by_hand(folder):
    counts = report_in(folder).counts

    assert counts["codes"] == Count(2, 3)
    assert counts["rules"] == Count(4, 7)  # cloud_machine, door_is_closed, few_servers, back_to_the_count
    # cloud_machine: true false; guard of door: true; door_is_closed: true false; few_servers: true true;
    # wrong_key: false; back_to_the_count: true true
    assert counts["conditions"].covered == 10
    assert counts["decisions"] == Count(4 + 1 + 3, counts["decisions"].total)  # rules, guard; three conditions false
    assert counts["answers"].covered == 8  # office home cloud; yes no; yes; no; yes
    assert counts["outcomes"].covered == 2
    assert counts["causes"] == Count(3, 4)
    assert counts["remedies"] == Count(3, 4)
    assert counts["lines"] == Count(5, 8)


def test_rules_say_how_they_fared(folder):
    rules = {rule.id: rule for rule in report_in(folder).rules}

    assert rules["door_is_closed"].state == "fired"
    assert rules["few_clients"].state == "untried"
    assert (rules["few_clients"].why, rules["few_clients"].stopped, rules["few_clients"].sessions) == (
        "stopped-before",
        1,
        3,
    )
    assert rules["wrong_key"].state == "tried"
    assert [(one.decision, one.subject, one.sessions) for one in rules["wrong_key"].failed] == [
        ("wrong_key", "key_fits", (1,))
    ]


def test_what_no_session_can_cover_has_a_reason():
    kb = small.knowledge()
    reasons = {item: reason for item, reason in obligations(kb, all_ways(kb)).items() if reason}

    # The guard of the door stands behind a rule that has asked for the place; all who are left may be unknown.
    assert ("outcome", "open_door", "pending") in reasons
    assert set(reasons.values()) == {"nothing-to-wait-for", "unused"} & set(reasons.values())


def test_every_format_has_the_same_numbers(folder):
    report = report_in(folder)
    data = json.loads(written("json", report))
    assert {name: Count(one["covered"], one["total"]) for name, one in data["measures"].items()} == report.counts
    assert list(data["measures"]) == list(MEASURES)

    root = etree.fromstring(written("cobertura", report).encode())
    lines, branches = report.counts["lines"], report.counts["conditions"]
    assert (root.get("lines-covered"), root.get("lines-valid")) == (str(lines.covered), str(lines.total))
    assert (root.get("branches-covered"), root.get("branches-valid")) == (str(branches.covered), str(branches.total))
    assert len(root.findall(".//line")) == lines.total
    assert sum(int(line.get("hits")) > 0 for line in root.iterfind(".//line")) == lines.covered

    lcov = [line.split(":") for line in written("lcov", report).splitlines()]
    sums = {key: sum(int(line[1]) for line in lcov if line[0] == key) for key in ("LF", "LH", "BRF", "BRH")}
    assert (sums["LH"], sums["LF"]) == (lines.covered, lines.total)
    assert (sums["BRH"], sums["BRF"]) == (branches.covered, branches.total)
    taken = [line[1].split(",")[3] for line in lcov if line[0] == "BRDA"]
    assert len(taken) == branches.total
    assert sum(hits not in ("0", "-") for hits in taken) == branches.covered

    totals = call("coverage", "--kb", folder).out
    for count in report.counts.values():
        assert f"{count.covered:6} / {count.total:<6} {count.percent:>6} %" in totals


def test_cobertura_is_valid_and_its_lines_are_those_of_the_rules(folder):
    report = report_in(folder)
    text = written("cobertura", report)
    root = etree.fromstring(text.encode())

    dtd = etree.DTD(str(DTD))
    assert dtd.validate(root), dtd.error_log
    yaml = (folder / "all.yaml").read_text(encoding="utf-8").splitlines()
    ids = {yaml[int(line.get("number")) - 1].strip() for line in root.iterfind(".//line")}
    assert "- id: few_servers" in ids
    assert "- procedure: door" in ids


def test_json_follows_its_schema_and_gives_the_sessions_back(folder):
    report = report_in(folder)
    text = written("json", report)

    schema = json.loads(whole.SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(json.loads(text), schema)
    sha256, observed = whole.read(text)
    assert sha256 == report.sha256
    assert tuple(one.source for one in observed) == report.sources
    assert tuple(one.marks for one in observed) == report.marks
    assert report_of(small.knowledge(), observed, places_in(folder)) == report


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": 2}', '{"format": 1, "kb": {}}', "\x00", "[" * 5000])
def test_what_is_no_report_is_refused(text):
    with pytest.raises(whole.NoCoverageError):
        whole.read(text)


def test_the_same_sessions_give_the_same_bytes(folder):
    one, other = report_in(folder), report_in(folder)
    for name in FORMATS:
        assert written(name, one) == written(name, other)


def test_lines_of_conditions_that_cannot_be_are_left_out_of_files(folder):
    report = report_in(folder)
    files = files_of(report)

    assert [file.name for file in files] == ["all.yaml"]
    assert [line.number for line in files[0].lines] == sorted(line.number for line in files[0].lines)


# The command


def test_the_command_fails_under_the_limit_and_passes_at_it(folder):
    total = report_in(folder).counts["total"]

    assert call("coverage", "--kb", folder, "--fail-under", total.percent).code == 0
    assert call("coverage", "--kb", folder, "--fail-under", total.hundredths / 100 + 0.01).code == 1
    assert call("coverage", "--kb", folder, "--fail-under", 101).code == 2


def test_the_command_writes_files_and_standard_output(folder, tmp_path):
    called = call("coverage", "--kb", folder, "--lcov", tmp_path / "c.info", "--cobertura", "-")

    assert called.code == 0
    assert called.out.startswith("<?xml")
    assert "rules fired" in called.err
    assert (tmp_path / "c.info").read_text(encoding="utf-8") == written("lcov", report_in(folder))


def test_the_worst_comes_first_in_the_readers_language(folder):
    english = call("coverage", "--kb", folder).out.splitlines()
    worst = english[english.index("What is missing, worst first:") + 1]

    assert "other_code was never tried" in worst or "few_clients was never tried" in worst


def test_a_scenario_that_leads_elsewhere_is_told_and_the_exit_code_says_so(folder):
    (folder / "scenarios" / "door.scenario.yaml").write_text(
        DOOR.replace("resolved", "escalated"), encoding="utf-8", newline="\n"
    )
    called = call("coverage", "--kb", folder)

    assert called.code == 1
    assert "door.scenario.yaml:5:17: state: expected escalated, found resolved" in called.err


def test_journals_and_earlier_reports_are_sources_too(folder, tmp_path):
    journal = tmp_path / "case.jsonl"
    call("diagnose", COUNT, "--kb", folder, "--journal", journal, lines=["cloud"])
    assert journal.is_file()
    call("coverage", "--kb", folder, folder / "scenarios", "--json", tmp_path / "c.json")

    both = call("coverage", "--kb", folder, tmp_path / "c.json", journal, "--json", "-")
    data = json.loads(both.out)
    assert [one["kind"] for one in data["sessions"]] == ["scenario", "scenario", "scenario", "journal"]
    assert data["sessions"][-1]["remarks"] == []
    fired = next(rule["fired_by"] for rule in data["rules"] if rule["id"] == "cloud_machine")
    assert fired == [1, 3]


def test_another_version_of_the_knowledge_base_counts_by_the_ids_of_rules_and_that_is_said(folder, tmp_path):
    call("coverage", "--kb", folder, folder / "scenarios", "--json", tmp_path / "c.json")
    yaml = folder / "all.yaml"
    yaml.write_text(
        yaml.read_text(encoding="utf-8").replace("id: few_servers", "id: too_few_servers"),
        encoding="utf-8",
        newline="\n",
    )

    called = call("coverage", "--kb", folder, tmp_path / "c.json", "--json", "-")
    data = json.loads(called.out)
    fired = [rule["id"] for rule in data["rules"] if rule["state"] == "fired"]
    assert fired == ["cloud_machine", "back_to_the_count", "door_is_closed"]
    assert all("other-kb" in one["remarks"] for one in data["sessions"])
    assert "3 sessions were led with another version" in called.err


@pytest.mark.parametrize("content", ["{}", "no journal"])
def test_a_file_that_is_nothing_of_this_kind_is_refused(folder, tmp_path, content):
    for name in ("file.json", "file.jsonl"):
        (tmp_path / name).write_text(content, encoding="utf-8", newline="\n")
        called = call("coverage", "--kb", folder, tmp_path / name)
        assert called.code == 2
        assert "[no-" in called.err


# Suggestions


def test_suggested_scenarios_pass_and_leave_nothing_that_can_be_covered(folder, tmp_path):
    out = tmp_path / "out"
    suggested = call("scenarios", "suggest", "--kb", folder, "-o", out)
    assert suggested.code == 0

    played = call("scenarios", "run", "--kb", folder, out)
    assert played.code == 0, played.out
    covered = call("coverage", "--kb", folder, folder / "scenarios", out, "--fail-under", 100)
    assert covered.code == 0, covered.out
    again = call("scenarios", "suggest", "--kb", folder, folder / "scenarios", out, "-o", tmp_path / "more")
    assert again.out.startswith("0 things were not covered; 0 scenarios")


def test_no_suggestion_is_superfluous_and_the_bound_is_one(folder, tmp_path):
    out = tmp_path / "out"
    told = call("scenarios", "suggest", "--kb", folder, "-o", out).out
    files = sorted(out.rglob("*.scenario.yaml"))

    count, least = len(files), int(told.split("no fewer than ")[1].split()[0])
    assert least <= count
    for left_out in files:
        others = [file for file in files if file != left_out]
        assert call("coverage", "--kb", folder, folder / "scenarios", *others, "--fail-under", 100).code == 1


@pytest.mark.exhaustive
def test_the_shipped_scenarios_cover_all_that_can_be_covered():
    called = call("coverage", "--fail-under", "100")
    assert called.code == 0, called.out + called.err


# Charts


def test_a_chart_is_marked_where_nothing_was_covered(folder):
    kb = small.knowledge()
    chart = code_chart(kb, COUNT)
    covered = marks.covered_in(written("json", report_in(folder)))
    found = marks.missed(chart, covered)

    kinds = {chart.node(mark).subject for mark in found if isinstance(mark, str)}
    assert kinds == {"at_least_25", "host_is_new", "inner_code", "add_machines"} or "at_least_25" in kinds
    assert marks.missed(chart, frozenset()).keys() >= found.keys()
    assert not {"place", "is_server"} & kinds
