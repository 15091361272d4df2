"""Mutants: which there are, which no session can tell apart, and which scenarios notice them."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from kb.loader import load_folder
from kb.scenarios import read_scenarios, shipped_scenarios
from tests import shipped
from tests.checks import brute
from tests.checks.base import Seed, write
from tests.checks.test_condition_never_matters import SEEDS as IDLE
from tests.reference import State
from tests.small import call
from trees.mutation import Case, all_mutants, score
from trees.playing import Player, Stand
from voltriage import exits
from voltriage.mutating import case_of, schema

RESOLVED_BY_KEY = """\
scenario: The key was read from the label once more
code: "0xC00D0002"
answers: {key_fits: no}
outcomes: {read_key: fixed}
expect: {state: resolved, remedy: read_key}
"""


def test_a_player_finds_what_every_shipped_scenario_expects() -> None:
    scenarios, problems = read_scenarios(shipped_scenarios(shipped.FOLDER), shipped.FOLDER)
    assert (problems, len(scenarios) > 500) == ([], True)
    player = Player(shipped.knowledge())
    for scenario in scenarios:
        case = case_of(scenario)
        assert case.passes(player.play(case.code, case.answers, case.outcomes)), scenario.name


def test_every_mutant_of_the_clean_base_is_named_once(tmp_path: Path) -> None:
    kb = load_folder(write(tmp_path))
    mutants = list(all_mutants(kb))
    names = [(mutant.kind, mutant.place, mutant.subject) for mutant in mutants]
    assert len(set(names)) == len(names)
    counts = {kind: sum(1 for mutant in mutants if mutant.kind == kind) for kind, _, _ in names}
    # 14 conditions, one of which accepts every answer; 6 rules with remedies; 9 neighbours in plans
    assert counts == {"negated": 12, "dropped": 13, "widened": 12, "swapped": 5, "reordered": 8}


def test_a_mutant_is_alike_exactly_where_no_session_can_tell_it_apart(tmp_path: Path) -> None:
    kb = load_folder(write(tmp_path, IDLE[0]))
    mutants = list(all_mutants(kb))
    found = score(kb, [], mutants)
    same = [m for m in mutants if all(brute._same(kb, m.kb, State(code)) for code in kb.codes)]
    assert (found.killed, found.alike) == (0, len(same))
    assert found.alike > 0
    survivors = [survivor.mutant for survivor in found.survivors]
    assert [m for m in mutants if m not in same] == survivors


def test_the_session_of_a_survivor_tells_it_apart(tmp_path: Path) -> None:
    kb = load_folder(write(tmp_path))
    for survivor in score(kb, []).survivors:
        shown = []
        for base in (kb, survivor.mutant.kb):
            state = State(survivor.code)
            for subject, value in survivor.session:
                given = {**state.values, subject: value}
                state = (
                    State(state.code, values=state.values, outcomes={**state.outcomes, subject: value})
                    if subject in kb.remedies
                    else State(state.code, values=given, outcomes=state.outcomes)
                )
            shown.append(brute._shown(base, brute.moment_of(base, state)))
        assert shown[0] != shown[1], survivor


def test_a_scenario_that_expects_the_whole_kills_and_one_that_fails_already_does_not(tmp_path: Path) -> None:
    kb = load_folder(write(tmp_path))

    def asks(question: str) -> Case:
        def passes(stand: Stand) -> bool:
            return stand.question == question

        return Case(question, "0xC00D0002", {"key_fits": "yes"}, {}, passes)

    right, wrong = score(kb, [asks("key_used_up")]), score(kb, [asks("is_server")])
    assert wrong.killed == 0
    assert right.killed > 0
    assert (right.counted, right.alike) == (wrong.counted, wrong.alike)


def test_the_command_tells_score_survivors_and_the_sessions_that_would_notice(tmp_path: Path) -> None:
    folder = write(tmp_path, Seed("", "", files={"scenarios/key.scenario.yaml": RESOLVED_BY_KEY}))
    called = call("mutate", "--kb", folder)
    assert (called.code, called.err) == (exits.DONE, "")
    assert called.out.splitlines()[-2:] == [
        "1 scenarios notice 2 of 47 changes (3 more change nothing that a session could show)",
        "score 4.2 %",
    ]
    assert called.out.splitlines()[:2] == [
        "all.yaml:104:13: door_is_closed: no scenario notices when ask_again is proposed first [swapped]",
        "    would be noticed by: unknown_code; door_open=no",
    ]
    data = call("mutate", "--kb", folder, "--json").data
    assert (data["format"], data["score"], data["killed"], data["counted"], len(data["survivors"])) == (
        1,
        4.2,
        2,
        47,
        45,
    )
    jsonschema.validate(data, schema())
    published = Path(__file__).parent.parent.parent / "docs" / "schemas" / "mutate.schema.json"
    assert json.loads(published.read_text(encoding="utf-8")) == schema()
    assert call("mutate", "--kb", folder, "--fail-under", "50").code == exits.FINDINGS
    broken = call("mutate", "--kb", folder, folder / "all.yaml")
    assert (broken.code, broken.out) == (exits.USAGE, "")


def test_the_scenarios_that_are_suggested_notice_what_survived_and_pass_on_the_rules_as_they_are(
    tmp_path: Path,
) -> None:
    folder = write(tmp_path / "kb")
    before = call("mutate", "--kb", folder, "--json", "--suggest", tmp_path / "more").data
    assert (before["score"], len(before["survivors"])) == (0.0, 47)
    assert call("scenarios", "run", "--kb", folder, tmp_path / "more").out.endswith(" scenarios passed\n")
    assert len(list((tmp_path / "more").rglob("*.yaml"))) < 30
    after = call("mutate", "--kb", folder, "--json", tmp_path / "more").data
    assert (after["score"], after["counted"]) == (100.0, 47)


@pytest.mark.exhaustive
def test_a_player_on_mutants_finds_what_the_engine_finds() -> None:
    from engine.scenarios import observed, play

    scenarios, _ = read_scenarios(shipped_scenarios(shipped.FOLDER), shipped.FOLDER)
    cases = [(scenario, case_of(scenario)) for scenario in scenarios]
    for number, mutant in enumerate(all_mutants(shipped.knowledge())):
        scenario, case = cases[number % len(cases)]
        if number % 23:
            continue
        session = play(mutant.kb, scenario).session
        assert session is not None
        found, stand = observed(session), Player(mutant.kb).play(case.code, case.answers, case.outcomes)
        assert {name: found[name] for name in ("state", "question", "cause", "remedy", "reason")} == {
            name: getattr(stand, name) for name in ("state", "question", "cause", "remedy", "reason")
        }
        assert (found["tried"], found["codes"]) == (list(stand.tried), list(stand.codes))
