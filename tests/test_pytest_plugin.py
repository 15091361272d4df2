"""The pytest plugin, in real pytest runs of its own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests import small
from tests.coverage_pages import data_in

ROOT = Path(__file__).resolve().parent.parent

GOOD = """\
scenario: The door is closed
code: "0xC00D0001"
answers: {place: office, door_open: no}
outcomes: {open_door: fixed}
expect: {state: resolved, cause: door_closed}
"""
WRONG = """\
scenario: It expects something else
code: "0xC00D0001"
answers:
  place: cloud
expect:
  state: resolved
  reason: cause_unknown
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    kb = small.write(tmp_path / "kb", german=False)
    scenarios = kb / "scenarios"
    scenarios.mkdir()
    (scenarios / "door.scenario.yaml").write_text(GOOD, encoding="utf-8", newline="\n")
    (scenarios / "servers.scenario.yaml").write_text(
        'scenario: Too few servers\ncode: "0xC00D0001"\n'
        "answers: {place: home, door_open: yes, is_server: yes, count: 3}\nexpect: {state: remedy}\n",
        encoding="utf-8",
        newline="\n",
    )
    return kb


def pytest_run(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "XDG_CACHE_HOME": str(folder.parent / "cache")}
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:voltriage",
        "-p",
        "voltriage.pytest_plugin",
        "-p",
        "no:cacheprovider",
    ]
    return subprocess.run(
        [*command, "--rootdir", str(folder), *arguments],
        cwd=folder,
        env=environment,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )


def test_a_scenario_file_is_a_test_and_a_difference_is_shown_at_its_line_in_words(folder):
    (folder / "scenarios" / "wrong.scenario.yaml").write_text(WRONG, encoding="utf-8", newline="\n")

    run = pytest_run(folder)

    assert run.returncode == 1, run.stdout + run.stderr
    assert "2 passed" in run.stdout.replace("1 failed, ", "")
    assert (
        "scenarios/wrong.scenario.yaml:6:10: state: expected resolved, found escalated [scenario-differs]" in run.stdout
    )
    assert "    6 |   state: resolved" in run.stdout
    assert "scenarios/wrong.scenario.yaml:7:11: reason: expected cause_unknown, found owner_must_act" in run.stdout
    assert "Traceback" not in run.stdout


def test_a_file_that_is_no_scenario_fails_with_its_problems(folder):
    (folder / "scenarios" / "broken.scenario.yaml").write_text(
        "scenario: A title\ncode: [\n", encoding="utf-8", newline="\n"
    )

    run = pytest_run(folder)

    assert run.returncode == 1
    assert re.search(r"scenarios/broken.scenario.yaml:[23]:[0-9]+: is not YAML", run.stdout), run.stdout


def test_a_broken_knowledge_base_is_told_without_a_traceback(folder):
    (folder / "all.yaml").write_text("codes: [", encoding="utf-8", newline="\n")

    run = pytest_run(folder)

    assert run.returncode == 1
    assert re.search(r"all.yaml:[12]:[0-9]+: is not YAML", run.stdout), run.stdout
    assert "Traceback" not in run.stdout


def test_coverage_is_reported_and_written_in_every_format(folder):
    run = pytest_run(
        folder, "--kb-coverage", "--kb-coverage=json", "--kb-coverage=lcov", "--kb-coverage=cobertura:c.xml"
    )

    assert run.returncode == 0, run.stdout + run.stderr
    assert "rules fired" in run.stdout
    data = json.loads((folder / "kb-coverage.json").read_text(encoding="utf-8"))
    assert [one["name"] for one in data["sessions"]] == [
        "scenarios/door.scenario.yaml",
        "scenarios/servers.scenario.yaml",
    ]
    assert data["measures"]["rules"] == {"covered": 2, "total": 7, "percent": 28.57}
    assert (folder / "kb-coverage.info").read_text(encoding="utf-8").count("SF:") == 1
    assert "<coverage " in (folder / "c.xml").read_text(encoding="utf-8")


def test_coverage_is_written_as_a_page_with_the_same_numbers(folder):
    run = pytest_run(folder, "--kb-coverage=html", "--kb-coverage=html:out/page.html", "--kb-coverage=json")

    assert run.returncode == 0, run.stdout + run.stderr
    assert "html: kb-coverage.html" in run.stdout
    page = (folder / "kb-coverage.html").read_text(encoding="utf-8")
    assert (folder / "out" / "page.html").read_text(encoding="utf-8") == page
    told = data_in(page)["report"]
    data = json.loads((folder / "kb-coverage.json").read_text(encoding="utf-8"))
    counts = {one["id"]: (one["covered"], one["total"]) for one in told["measures"]}
    assert counts == {name: (one["covered"], one["total"]) for name, one in data["measures"].items()}
    assert [(one["name"], one["kind"]) for one in told["sessions"]] == [
        ("scenarios/door.scenario.yaml", "test"),
        ("scenarios/servers.scenario.yaml", "test"),
    ]


def test_workers_give_the_same_report_as_one_process(folder):
    alone = pytest_run(folder, "--kb-coverage=json:alone.json")
    together = pytest_run(folder, "-p", "xdist", "-n", "2", "--kb-coverage=json:together.json")

    assert alone.returncode == together.returncode == 0, together.stdout + together.stderr
    assert (folder / "alone.json").read_bytes() == (folder / "together.json").read_bytes()


@pytest.mark.parametrize(("least", "code"), [("10", 0), ("100", 1)])
def test_too_little_coverage_fails_the_run(folder, least, code):
    run = pytest_run(folder, "--kb-cov-fail-under", least)

    assert run.returncode == code
    assert ("FAIL: " in run.stdout) == bool(code)


def test_a_run_without_scenarios_imports_nothing_of_voltriage(tmp_path):
    (tmp_path / "test_something.py").write_text(
        "import sys\n"
        "def test_it():\n"
        "    ours = [name for name in sys.modules if name.split('.')[0] in ('kb', 'engine', 'trees', 'yaml')]\n"
        "    assert ours == []\n"
        "    assert [name for name in sys.modules if name.startswith('voltriage')] == "
        "['voltriage', 'voltriage.pytest_plugin']\n",
        encoding="utf-8",
        newline="\n",
    )

    assert pytest_run(tmp_path).returncode == 0
    assert pytest_run(tmp_path, "--kb-coverage").returncode == 0
