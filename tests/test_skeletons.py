"""`voltriage new`: what it writes loads at once, names what is left to write, and is complete when that is written."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import yaml

from kb.loader import load_folder
from tests import shipped, small
from tests.small import COUNT, KEY, call
from voltriage import exits
from voltriage.checking import check_folder


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The small knowledge base, one file for each code as authors have it."""
    return small.write(tmp_path / "kb")


def new(base: Path, *arguments: str) -> None:
    called = call("new", *arguments, "--kb", base)
    assert (called.code, called.err) == (exits.DONE, "")


def left(base: Path) -> list[str]:
    """The places of what is still to be written."""
    return [f"{each.file}:{each.line}" for each in check_folder(base).problems if each.slug == "unwritten-text"]


def places_to_write(base: Path) -> list[str]:
    return sorted(
        f"{path.relative_to(base).as_posix()}:{number}"
        for path in base.rglob("*.yaml")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if "(write:" in line
    )


def write_everything(base: Path) -> None:
    """What an author does: put a text in every place that is marked."""
    for path in base.rglob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        if "(write:" in text:
            path.write_text(re.sub(r"\(write: [^)]*\)", "Somebody wrote this.", text), encoding="utf-8", newline="\n")


def plays(base: Path, code: str, name: str) -> str:
    """What playing one scenario prints."""
    return call("scenarios", "run", "--kb", base, base / "scenarios" / code / f"{name}.scenario.yaml").out


# A rule


@pytest.mark.parametrize("code", [COUNT, KEY])
def test_a_new_rule_with_its_texts_written_passes_the_check_and_its_scenario(base: Path, code: str) -> None:
    before = [(problem.slug, problem.text) for problem in check_folder(base).problems]
    new(base, "rule", "vpn_profile", "--code", code)
    write_everything(base)
    assert [(problem.slug, problem.text) for problem in check_folder(base).problems] == before
    assert plays(base, code, "vpn_profile") == "1 of 1 scenarios passed\n"


@pytest.mark.slow
@pytest.mark.parametrize("code", ["0xC004F074", "0xC004F038", "0x8007232B", "0xC004C008", "0xC004F050"])
def test_a_new_rule_in_the_shipped_knowledge_passes_its_scenario(tmp_path: Path, code: str) -> None:
    base = shutil.copytree(shipped.FOLDER, tmp_path / "kb")
    new(base, "rule", "vpn_profile", "--code", code)
    write_everything(base)
    assert plays(base, code, "vpn_profile") == "1 of 1 scenarios passed\n"


def test_the_check_names_every_place_that_is_still_to_be_written(base: Path) -> None:
    new(base, "code", "0xC004F055")
    new(base, "rule", "vpn_profile", "--code", COUNT)
    places = places_to_write(base)
    assert {place.split("/")[0] for place in places} == {"codes", "procedures", "scenarios"}
    assert sorted(left(base)) == places
    printed = call("check", "--kb", base)
    assert printed.code == exits.FINDINGS
    assert "still to be written: (write: what it rests on) [unwritten-text]" in printed.out
    write_everything(base)
    assert left(base) == []


def test_the_scenario_of_a_new_rule_holds_the_answers_that_lead_there(base: Path) -> None:
    new(base, "rule", "vpn_profile", "--code", COUNT)
    scenario = yaml.load(
        (base / "scenarios" / COUNT / "vpn_profile.scenario.yaml").read_text(encoding="utf-8"), yaml.BaseLoader
    )
    assert scenario["answers"].pop("vpn_profile_question") == "yes"
    assert scenario["outcomes"].pop("vpn_profile_remedy") == "fixed"
    assert scenario["answers"], "a rule at the end of a plan has questions before it"


def test_a_rule_is_put_before_what_ends_every_session(base: Path) -> None:
    text = (base / "all.yaml").read_text(encoding="utf-8")
    every_way_ends = "\n      - {id: nobody_left, when: {is_server: [yes, no, unknown]}, escalate: {to: host_admin}, because: No more, sources: [{source: general, section: All, checked: 2026-01-01}]}\n"  # noqa: E501
    place = text.index("    escalation:", text.index(COUNT))
    (base / "all.yaml").write_text(
        text[:place].rstrip() + every_way_ends + text[place:], encoding="utf-8", newline="\n"
    )
    new(base, "rule", "vpn_profile", "--code", COUNT)
    write_everything(base)
    assert plays(base, COUNT, "vpn_profile") == "1 of 1 scenarios passed\n"
    written = (base / "all.yaml").read_text(encoding="utf-8")
    assert "      - procedure: vpn_profile\n      - {id: nobody_left" in written


# Where it is written


CLOSED = "0xC00D0003"
ENDS_WITH_ITS_PLAN = """\
codes:
  "0xC00D0003":
    types: [mak]
    messages: {en: The office is closed today., de: Das Haus ist heute zu.}
    meaning: Nobody is there.
    escalation: {to: [key_owner]}
    plan:
      - procedure: door"""


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("last", ["", "\n", "\n\n\n", "\n\n# A remark.\n"])
def test_the_plan_gets_its_line_behind_the_last_entry_and_the_file_keeps_its_line_ends(
    base: Path, ending: str, last: str
) -> None:
    target = base / "closed.yaml"
    target.write_bytes((ENDS_WITH_ITS_PLAN + last).replace("\n", ending).encode())
    new(base, "rule", "vpn_profile", "--code", CLOSED)
    expected = f"{ENDS_WITH_ITS_PLAN}\n      - procedure: vpn_profile\n{last.removeprefix(chr(10))}"
    assert target.read_bytes().decode() == expected.replace("\n", ending)
    assert [entry.procedure for entry in load_folder(base).codes[CLOSED].plan] == ["door", "vpn_profile"]


def test_the_code_may_stand_in_any_file(base: Path) -> None:
    new(base, "rule", "vpn_profile", "--code", KEY)
    assert "- procedure: vpn_profile" in (base / "all.yaml").read_text(encoding="utf-8")
    assert load_folder(base).codes[KEY].plan[-1].procedure == "vpn_profile"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("rule", "VPN", "--code", COUNT), '"VPN" is no id'),
        (("rule", "vpn", "--code", "x"), '"x" is no error code'),
        (("rule", "vpn", "--code", "0xC004F055"), "there is no code 0xC004F055; make it with: voltriage new code"),
        (("code", "x"), '"x" is no error code'),
    ],
)
def test_what_cannot_be_written_is_refused_and_nothing_is_changed(
    base: Path, arguments: tuple[str, ...], said: str
) -> None:
    before = {path: path.read_bytes() for path in base.rglob("*.yaml")}
    called = call("new", *arguments, "--kb", base)
    assert called.code == exits.USAGE
    assert said in called.err
    assert {path: path.read_bytes() for path in base.rglob("*.yaml")} == before


def test_a_name_that_is_taken_is_refused(base: Path) -> None:
    new(base, "rule", "vpn_profile", "--code", COUNT)
    before = {path: path.read_bytes() for path in base.rglob("*.yaml")}
    called = call("new", "rule", "vpn_profile", "--code", KEY, "--kb", base)
    assert (called.code, "exists already" in called.err) == (exits.USAGE, True)
    (base / "procedures" / "vpn_profile.yaml").rename(base / "elsewhere.yaml")
    before = {path: path.read_bytes() for path in base.rglob("*.yaml")}
    called = call("new", "rule", "vpn_profile", "--code", KEY, "--kb", base)
    assert (called.code, "questions has vpn_profile_question already" in called.err) == (exits.USAGE, True)
    assert {path: path.read_bytes() for path in base.rglob("*.yaml")} == before


def test_a_plan_in_brackets_is_refused_and_stays_as_it_is(base: Path) -> None:
    text = (base / "all.yaml").read_text(encoding="utf-8")
    start = text.index("    plan:", text.index(KEY))
    end = text.index("    escalation:", start)
    changed = text[:start] + "    plan: [{procedure: door}]\n" + text[end:]
    (base / "all.yaml").write_text(changed, encoding="utf-8", newline="\n")
    called = call("new", "rule", "vpn_profile", "--code", KEY, "--kb", base)
    assert (called.code, "stands in brackets" in called.err) == (exits.USAGE, True), called.err
    assert (base / "all.yaml").read_text(encoding="utf-8") == changed
    assert not (base / "procedures").exists()


def test_a_folder_without_scenarios_has_none_to_play(base: Path) -> None:
    called = call("scenarios", "run", "--kb", base)
    assert (called.code, called.out) == (exits.DONE, "0 of 0 scenarios passed\n")


def test_a_knowledge_base_without_owners_gets_no_code_that_escalates_to_nobody(tmp_path: Path) -> None:
    (tmp_path / "kb.yaml").write_text(small.KB_YAML, encoding="utf-8")
    called = call("new", "code", "0xC004F055", "--kb", tmp_path)
    assert (called.code, "names nobody to escalate to" in called.err) == (exits.USAGE, True)
    assert [path.name for path in tmp_path.iterdir()] == ["kb.yaml"]


def test_a_folder_with_problems_is_refused_with_all_of_them(base: Path) -> None:
    (base / "broken.yaml").write_text("questions: {x: {}}\n", encoding="utf-8")
    called = call("new", "rule", "vpn_profile", "--code", COUNT, "--kb", base)
    assert called.code == exits.USAGE
    assert "broken.yaml:1" in called.err
    assert not (base / "procedures").exists()
