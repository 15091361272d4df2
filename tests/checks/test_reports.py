"""What the checks found, as text, JSON and SARIF; suppressions; the command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.checks.base import Seed, write
from tests.checks.test_gap import SEEDS as GAPS
from tests.checks.test_pointless_question import SEEDS as POINTLESS
from tests.small import call, knowledge
from trees.checking.formats.record import schema
from trees.checking.material import Material
from trees.checks import all_checks
from voltriage import exits

SARIF = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.5.json").read_text(encoding="utf-8"))
"""Microsoft's schema of SARIF 2.1.0, from the npm package @microsoft/jest-sarif (MIT licence)."""

RUN = len(all_checks()) - 1
"""So many checks run where no release is checked."""
GAP = next(seed for seed in GAPS if seed.at == "0xC00D0002")


def check(folder: Path, *arguments: object) -> Any:
    return call("check", "--kb", folder, *arguments)


def test_the_text_names_place_session_and_way_to_mend_it(tmp_path: Path) -> None:
    called = check(write(tmp_path, GAP))
    assert called.code == exits.FINDINGS
    assert called.out.splitlines()[-9:] == [
        "all.yaml:157:5: 0xC00D0002: every question is answered, and the plan ends without any remedy or a rule that "
        "hands over [gap]",
        "    session: 0xC00D0002; key_fits=yes; key_used_up=no; is_server=no; log_saved=yes",
        "    to mend: add the rule for this case, or one that hands it over to somebody who can act",
        "all.yaml:182:5: unknown_code: every question is answered, and the plan ends without any remedy or a rule that "
        "hands over [gap]",
        "    session: unknown_code; door_open=yes; log_saved=yes",
        "    to mend: add the rule for this case, or one that hands it over to somebody who can act",
        "note: Nobody has reviewed the rule: 8 (--format json lists them) [unreviewed]",
        f"3 codes, 8 rules, 43 states, longest session 8 steps, {RUN} checks, suppressed: 0",
        "3 findings",
    ]


def test_a_clean_base_has_exit_code_0(tmp_path: Path) -> None:
    called = check(write(tmp_path), "--release")
    assert (called.code, called.out.splitlines()[-1]) == (exits.DONE, "0 findings")


@pytest.mark.parametrize("seed", [GAP, POINTLESS[0], None, Seed("yaml-syntax", "", (("codes:\n", "codes: [\n"),))])
def test_json_and_sarif_are_valid_and_hold_the_same_findings(tmp_path: Path, seed: Seed | None) -> None:
    folder = write(tmp_path, seed)
    record, log = check(folder, "--format", "json").data, check(folder, "--format", "sarif").data
    jsonschema.validate(record, schema())
    jsonschema.validate(log, SARIF)
    (run,) = log["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    told = [
        (
            rules[result["ruleIndex"]],
            result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
            result["locations"][0]["physicalLocation"]["region"]["startLine"],
            result["partialFingerprints"]["findingHash/v1"],
        )
        for result in run["results"]
        if result["level"] == "warning"
    ]
    assert told == [(f["check"], f["file"], f["line"], f["fingerprint"]) for f in record["findings"]]
    assert record["format"] == 1
    assert bool(record["findings"]) == (seed is not None)


def test_a_sarif_log_that_is_wrong_is_seen(tmp_path: Path) -> None:
    log = check(write(tmp_path, GAP), "--format", "sarif").data
    log["runs"][0]["results"][0]["level"] = "very bad"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(log, SARIF)


def test_fingerprints_stay_when_lines_move_and_sentences_change(tmp_path: Path) -> None:
    folder = write(tmp_path, GAP)
    before = [finding["fingerprint"] for finding in check(folder, "--format", "json").data["findings"]]
    file = folder / "all.yaml"
    file.write_text("# a remark\n\n" + file.read_text(encoding="utf-8"), encoding="utf-8")
    moved = check(folder, "--format", "json").data["findings"]
    assert [finding["fingerprint"] for finding in moved] == before
    assert len(set(before)) == len(before) == 3


def test_a_suppressed_finding_is_told_apart_with_its_reason(tmp_path: Path) -> None:
    reason = "The owner of the keys knows more than these rules."
    lines = (
        "    meaning: The key does not fit.\n",
        f"    meaning: The key does not fit.\n    suppress: {{gap: {reason}}}\n",
    )
    folder = write(tmp_path, Seed("gap", "", (*GAP.edits, lines)))
    called = check(folder)
    assert "0xC00D0002" not in called.out
    assert called.out.splitlines()[-2:] == [
        f"3 codes, 8 rules, 43 states, longest session 8 steps, {RUN} checks, suppressed: 1",
        "2 findings",
    ]
    (suppressed,) = check(folder, "--format", "json").data["suppressed"]
    assert (suppressed["check"], suppressed["id"], suppressed["suppressed"]) == ("gap", "0xC00D0002", reason)
    results = check(folder, "--format", "sarif").data["runs"][0]["results"]
    (told,) = [result for result in results if "suppressions" in result]
    assert told["suppressions"] == [{"kind": "inSource", "justification": reason}]


def test_what_is_only_to_be_known_is_no_finding(tmp_path: Path) -> None:
    folder = write(tmp_path)
    record, log = check(folder, "--format", "json").data, check(folder, "--format", "sarif").data
    assert record["findings"] == []
    assert {note["check"] for note in record["notes"]} == {"unreviewed"}
    results = log["runs"][0]["results"]
    assert [result["partialFingerprints"]["findingHash/v1"] for result in results] == [
        note["fingerprint"] for note in record["notes"]
    ]
    assert {result["level"] for result in results} == {"note"}
    levels = {rule["id"]: rule["defaultConfiguration"]["level"] for rule in log["runs"][0]["tool"]["driver"]["rules"]}
    assert (levels["unreviewed"], levels["gap"]) == ("note", "warning")
    assert "note:" not in check(folder, folder / "kb.yaml").out


def test_reviews_that_cannot_be_read_are_findings(tmp_path: Path) -> None:
    called = check(write(tmp_path, Seed("", "", files={"reviews.yaml": "reviews:\n  - {rule: few_servers}\n"})))
    assert called.code == exits.FINDINGS
    assert 'reviews.yaml:2:5: the field "meaning" is missing [missing-field]' in called.out


def test_a_suppression_needs_a_reason(tmp_path: Path) -> None:
    line = ("    title: Handing over\n", "    title: Handing over\n    suppress: {gap: ''}\n")
    called = check(write(tmp_path, Seed("", "", (line,))))
    assert called.code == exits.FINDINGS
    assert "all.yaml:112:21: found nothing, expected a text [bad-value]" in called.out


def test_only_the_findings_of_the_files_named_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "kb", GAP)
    (folder / "more.yaml").write_text("causes:\n  spare: {title: Something else}\n", encoding="utf-8")
    assert check(folder, folder / "more.yaml").out.splitlines()[0].startswith("more.yaml:2:3: the cause spare")
    assert check(folder, folder / "more.yaml").out.splitlines()[-1] == "1 finding"
    assert check(folder, "--format", "json", folder / "kb.yaml").data["findings"] == []
    (tmp_path / "other.yaml").write_text("", encoding="utf-8")
    elsewhere = check(folder, tmp_path / "other.yaml")
    assert (elsewhere.code, elsewhere.out) == (exits.USAGE, "")
    assert "is no file of the knowledge base in" in elsewhere.err


def test_sources_are_judged_at_the_release_and_on_request_at_another_date(tmp_path: Path) -> None:
    folder = write(tmp_path)
    assert check(folder).code == exits.DONE
    later = check(folder, "--as-of", "2028-03-01", "--format", "json")
    assert (later.code, later.data["as_of"]) == (exits.FINDINGS, "2028-03-01")
    assert {finding["check"] for finding in later.data["findings"]} == {"stale-source"}
    wrong = check(folder, "--as-of", "soon")
    assert (wrong.code, wrong.err) == (
        exits.USAGE,
        'Error: "soon" is no date; write one like 2027-03-01, or today [usage]\n',
    )


def test_a_report_is_written_to_a_file(tmp_path: Path) -> None:
    folder = write(tmp_path / "kb", GAP)
    assert check(folder, "--format", "sarif", "-o", tmp_path / "log.sarif").out == ""
    assert json.loads((tmp_path / "log.sarif").read_text(encoding="utf-8")) == check(folder, "--format", "sarif").data


def test_the_published_schema_is_the_one_of_the_reports() -> None:
    published = Path(__file__).parent.parent.parent / "docs" / "schemas" / "check.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == schema()


def test_a_new_check_is_complete_but_for_what_its_author_writes(tmp_path: Path) -> None:
    for room in ("trees", "tests", "docs"):
        (tmp_path / room / "checks").mkdir(parents=True)
    called = call("new", "check", "lonely-question", "--checkout", tmp_path)
    assert (called.code, called.err, len(called.out.splitlines())) == (exits.DONE, "", 4)
    module: dict[str, Any] = {"__name__": "trees.checks.lonely_question", "__package__": "trees.checks"}
    exec((tmp_path / "trees" / "checks" / "lonely_question.py").read_text(encoding="utf-8"), module)
    assert module["CHECK"].name == "lonely-question"
    assert list(module["CHECK"].look(Material(knowledge()))) == []
    again = call("new", "check", "lonely-question", "--checkout", tmp_path)
    assert (again.code, "exists already" in again.err) == (exits.USAGE, True)
    assert call("new", "check", "Lonely", "--checkout", tmp_path).code == exits.USAGE
    assert call("new", "check", "lonely", "--checkout", tmp_path / "docs").code == exits.USAGE
