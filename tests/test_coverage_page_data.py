"""What the coverage page is made from: YAML cut out of its files, numbers as everywhere, texts with nothing hidden."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.decisions import decisions_of
from kb.loader import load_folder
from kb.places import places_in
from tests import shipped, small
from tests.coverage_pages import HOSTILE, NAMES, data_in, hostile_kb, hostile_sessions, page_of, report_in, written_kb
from tests.small import call
from trees.coverage.report import Count
from trees.coverage.web import Listings, drawings_of
from trees.coverage.web.page import SCRIPTS, SHARED, STATIC
from trees.coverage.web.sentences import sentences
from trees.coverage.web.showing import shown
from trees.reading import plainly
from trees.web import shell

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written_kb(tmp_path_factory.mktemp("coverage-page") / "kb")


@pytest.fixture(scope="module")
def page(folder: Path) -> str:
    return page_of(folder, report_in(folder))


@pytest.fixture(scope="module")
def told(page: str) -> Any:
    return data_in(page)["report"]


# YAML -----------------------------------------------------------------------------------------------------------------


def test_the_yaml_of_every_shipped_rule_and_guard_is_cut_out_whole_with_its_conditions() -> None:
    listings = Listings(shipped.FOLDER, places_in(shipped.FOLDER))
    for decision in decisions_of(shipped.knowledge()):
        listing = listings.of(decision)
        (entry,) = yaml.load("\n".join(listing.lines), yaml.BaseLoader)  # it makes texts alone
        assert entry.get("id", "") == decision.rule
        assert "plan" not in entry, "of a group, its guard alone"
        assert list(entry.get("when", {})) == [condition.subject for condition in decision.conditions]
        if decision.rule:
            assert entry["because"]
            assert entry["sources"]
        in_file = (shipped.FOLDER / listing.file).read_text(encoding="utf-8").splitlines()[listing.first - 1 :]
        assert [line.strip() for line in in_file[: len(listing.lines)]] == [line.strip() for line in listing.lines]
        for subject, spot in listing.spots.items():
            assert listing.lines[spot.line][spot.column :].startswith(subject)


FORMS = {
    "in brackets": (
        "    plan:\n      [{id: only, when: {q: yes}, cause: c, remedies: [r], because: B.,\n"
        "        sources: [{source: general, section: s, checked: 2026-01-10}]}]\n",
        [
            "[{id: only, when: {q: yes}, cause: c, remedies: [r], because: B.,",
            "  sources: [{source: general, section: s, checked: 2026-01-10}]}]",
        ],
    ),
    "a comment at the margin, blank lines, and another rule": (
        "    plan:\n      - id: only\n\n# at the margin\n        when:\n          q: yes\n        cause: c\n"
        "        remedies: [r]\n        because: >-\n          B\n\n          # no comment\n"
        "        sources: [{source: general, section: s, checked: 2026-01-10}]\n\n        # about the next one\n"
        "      - {id: next, when: {q: no}, cause: c, remedies: [r], because: B., "
        "sources: [{source: general, section: s, checked: 2026-01-10}]}\n",
        [
            *(
                "- id: only",
                "",
                "# at the margin",
                "  when:",
                "    q: yes",
                "  cause: c",
                "  remedies: [r]",
                "  because: >-",
            ),
            *("    B", "", "    # no comment", "  sources: [{source: general, section: s, checked: 2026-01-10}]"),
        ],
    ),
}


@pytest.mark.parametrize("form", FORMS)
def test_yaml_is_cut_out_however_it_is_written(form: str, tmp_path: Path) -> None:
    plan, expected = FORMS[form]
    (tmp_path / "kb.yaml").write_text(small.KB_YAML, encoding="utf-8", newline="\n")
    (tmp_path / "all.yaml").write_text(
        "questions:\n  q: {text: Q?, where: network, effort: glance}\ncauses:\n  c: {title: C}\n"
        "owners:\n  o: {title: O}\n"
        "remedies:\n  r: {title: R, risk: harmless, steps: [{text: S.}], where: network, verify: {text: V.}}\n"
        "codes:\n  unknown_code:\n    types: []\n    messages: {en: E, de: D}\n    meaning: M.\n"
        f"    escalation: {{to: [o]}}\n{plan}",
        encoding="utf-8",
        newline="\n",
    )
    kb = load_folder(tmp_path)
    decision = next(decisions_of(kb))
    listing = Listings(tmp_path, places_in(tmp_path)).of(decision)
    assert list(listing.lines) == expected
    assert listing.lines[listing.spots["q"].line][listing.spots["q"].column :].startswith("q: yes")


def test_a_guard_is_shown_without_what_it_guards(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    listings = Listings(folder, places_in(folder))
    guard = next(decision for decision in decisions_of(small.knowledge()) if not decision.rule)
    assert listings.of(guard).lines == (
        "- procedure: door",
        "  when: {place: [office, home]}",
        "  because: Only machines in the office and at home use our host.",
    )


# Numbers --------------------------------------------------------------------------------------------------------------


def test_the_numbers_are_those_of_every_other_format(folder: Path, told: Any) -> None:
    report = report_in(folder)
    shown_counts = {one["id"]: Count(one["covered"], one["total"]) for one in told["measures"]}
    assert shown_counts == report.counts
    for one in told["measures"]:
        assert (one["percent"], one["hundredths"]) == (
            report.counts[one["id"]].percent,
            report.counts[one["id"]].hundredths,
        )
    terminal = call("coverage", "--kb", folder, "--lang", "en").out
    for one in told["measures"]:
        assert f"{one['covered']:6} / {one['total']:<6} {one['percent']:>6} %" in terminal


def test_the_rows_of_the_tables_add_up_to_the_totals(told: Any) -> None:
    total = next(one for one in told["measures"] if one["id"] == "total")
    for name in ("covered", "total", "missing"):
        rows = [*told["plans"].values(), *told["things"].values()]
        assert sum(row["count"][name] for row in rows) == total[name]
    for measure in ("rules", "conditions", "decisions", "edges"):
        whole = next(one for one in told["measures"] if one["id"] == measure)
        rows = [plan["measures"][measure] for plan in told["plans"].values() if measure in plan["measures"]]
        assert sum(row["covered"] for row in rows) == whole["covered"]
        assert sum(row["total"] for row in rows) == whole["total"]


def test_sessions_stand_at_what_they_covered_and_reasons_at_what_they_did_not(told: Any) -> None:
    names = [session["name"] for session in told["sessions"]]
    card = told["cards"]["rules/few_servers"]
    assert [names[number] for number in card["fired"]["by"]] == ["scenarios/server.scenario.yaml"]
    assert "never tried: all cases ended before its turn" in told["cards"]["rules/few_clients"]["told"]
    assert [one["subject"] for one in told["cards"]["rules/wrong_key"]["failed"]] == ["key_fits"]
    pending = next(item for item in told["things"]["remedies/open_door"]["items"] if item["label"] == "pending")
    assert pending == {
        "label": "pending",
        "by": [],
        "cannot": "the remedy names nothing to wait for, so it is never pending",
    }
    assert {one["at"] for one in told["infeasible"]} >= {"remedies/open_door"}


def test_every_address_leads_somewhere(page: str, told: Any) -> None:
    here = {*told["plans"], *told["cards"], *told["things"]}
    assert {one["at"] for one in [*told["missing"], *told["infeasible"]]} <= here
    assert {card["plan"] for card in told["cards"].values()} <= here
    assert {one["at"] for card in told["cards"].values() for one in card["conditions"] if "at" in one} <= here
    named = [part for plan in told["plans"].values() for part in plan["parts"]]
    assert {part[key] for part in named for key in ("card", "use") if key in part} <= here
    assert set(told["plans"]) == set(data_in(page)["drawings"]["en"])
    assert len(told["plans"]) == drawings_of(small.knowledge())


def test_without_a_program_the_page_tells_what_the_terminal_does(page: str, folder: Path) -> None:
    (static,) = re.findall(r"<noscript>.*?<pre>(.*?)</pre></noscript>", page, re.DOTALL)
    assert static.strip() == call("coverage", "--kb", folder, "--lang", "en").out.strip()


# Texts ----------------------------------------------------------------------------------------------------------------


def test_what_is_hidden_in_a_text_is_shown() -> None:
    assert shown("a\u202eb\x07c\ud800d\te\n") == "a\u27e8U+202E\u27e9b\u27e8U+0007\u27e9c\u27e8U+D800\u27e9d\te\n"
    assert shown("Schlüssel \U0001f511 – ok") == "Schlüssel \U0001f511 – ok"


def test_hostile_texts_end_no_part_of_the_page_and_turn_nothing_round(tmp_path: Path) -> None:
    folder = hostile_kb(tmp_path / "kb")
    text = page_of(folder, report_in(folder, hostile_sessions()))
    text.encode()
    assert not re.search("[\0-\x08\x0b-\x1f\x7f-\x9f\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)
    assert text.count("<script") == 2
    assert text.lower().count("</script>") == 2
    told = data_in(text)["report"]
    assert [one["name"] for one in told["sessions"]][3:] == [shown(name) for name in NAMES]
    assert {thing["title"] for thing in told["things"].values()} == set(HOSTILE)


def test_the_address_of_a_source_is_a_link(told: Any) -> None:
    sources = [one for card in told["cards"].values() for one in card.get("sources", [])]
    assert {one["url"] for one in sources if "url" in one} == {"https://example.org/guide"}
    assert any("url" not in one for one in sources)


def test_every_sentence_that_the_page_says_is_there_and_no_other() -> None:
    parts = [shell.read(f"{name}.js") for name in SHARED] + [shell.read(f"{name}.js", STATIC) for name in SCRIPTS]
    said = {one[1:-1] for part in parts for one in re.findall(r"""say\(\s*("[^"]*"|'[^']*')""", part)}
    assert said == set(sentences(plainly))


def test_the_same_report_gives_the_same_bytes(folder: Path) -> None:
    command = [sys.executable, "-m", "voltriage", "coverage", "--kb", str(folder), "--lang", "de", "--html", "-"]
    written = set()
    for seed, zone in (("1", "UTC"), ("7", "Asia/Tokyo")):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": zone, "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, env=environment, capture_output=True, check=True)
        written.add(done.stdout)
    (text,) = written
    assert text.startswith(b"<!DOCTYPE html>")
    assert b'<html lang="de">' in text


def test_the_command_writes_the_page_beside_other_formats(folder: Path, tmp_path: Path, page: str) -> None:
    called = call(
        "coverage", "--kb", folder, "--lang", "en", "--html", tmp_path / "c.html", "--json", tmp_path / "c.json"
    )
    assert called.code == 0, called.err
    assert (tmp_path / "c.html").read_text(encoding="utf-8") == page
    refused = call("coverage", "--kb", folder, "--html", tmp_path / "c.json" / "x.html")
    assert refused.code == 3
    assert "[not-written]" in refused.err
