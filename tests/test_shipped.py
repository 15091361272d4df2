"""The knowledge that is shipped, and what must hold of the program as a whole."""

from __future__ import annotations

import ast
import functools
import importlib.metadata
import json
import os
import random
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.case import Ask, Escalated, Propose, Resolved
from engine.inference import Inference
from engine.plan import plan_of
from engine.scenarios import Played, play
from engine.session import Session
from engine.unfold import ASK, CONTINUE, ESCALATE, PROPOSE, RESOLVED, SAVED, FlatGraph, PlanTooLargeError, Unfolder
from engine.walks import MOST_STEPS, definite_sessions
from kb import words
from kb.knowledge import KnowledgeBase, Manifest
from kb.model import Cause, Code, Condition, Escalation, Owner, Question, Remedy, Rule, Text, Treat, Verify
from kb.scenarios import read_scenarios, shipped_scenarios
from tests import shipped
from tests.small import call
from voltriage import catalogue, exits

ROOT = Path(__file__).resolve().parent.parent

SEED = """
0xC004C001 SL_E_CHPA_PRODUCT_KEY_OUT_OF_RANGE mak
0xC004C003 SL_E_CHPA_PRODUCT_KEY_BLOCKED mak
0xC004C008 SL_E_CHPA_MAXIMUM_UNLOCK_EXCEEDED kms_host
0xC004B100 SL_E_SRV_GENERAL_ERROR mak
0xC004C020 SL_E_CHPA_DMAK_LIMIT_EXCEEDED mak
0xC004C021 SL_E_CHPA_DMAK_EXTENSION_LIMIT_EXCEEDED mak
0xC004F009 SL_E_GRACE_TIME_EXPIRED mak
0xC004F00F SL_E_OUT_OF_TOLERANCE mak kms_client kms_host
0xC004F014 SL_E_PKEY_NOT_INSTALLED mak kms_client
0xC004F02C SL_E_CIDIID_INVALID_DATA mak kms_client
0xC004F035 SL_E_VL_NOT_WINDOWS_SLP kms_client kms_host
0xC004F038 SL_E_VL_NOT_ENOUGH_COUNT kms_client
0xC004F039 SL_E_VL_BINDING_SERVICE_NOT_ENABLED kms_client
0xC004F041 SL_E_VL_KEY_MANAGEMENT_SERVICE_NOT_ACTIVATED kms_client
0xC004F042 SL_E_VL_KEY_MANAGEMENT_SERVICE_ID_MISMATCH kms_client
0xC004F050 SL_E_INVALID_PRODUCT_KEY mak kms_client kms_host
0xC004F051 SL_E_BLOCKED_PRODUCT_KEY mak kms_host
0xC004F064 SL_E_NONGENUINE_GRACE_TIME_EXPIRED mak
0xC004F065 SL_I_NONGENUINE_GRACE_PERIOD mak kms_client
0xC004F06C SL_E_VL_INVALID_TIMESTAMP kms_client
0x80070005 E_ACCESSDENIED mak kms_client kms_host
0x8007232A DNS_ERROR_RCODE_SERVER_FAILURE kms_host
0x8007232B DNS_ERROR_RCODE_NAME_ERROR kms_client
0x800706BA RPC_S_SERVER_UNAVAILABLE kms_client
0x8007251D DNS_INFO_NO_RECORDS kms_client
0xC004F074 SL_E_VL_BINDING_SERVICE_UNAVAILABLE kms_client
0x8004FE21 - mak kms_client
0x80092328 - kms_client
0x8007007B ERROR_INVALID_NAME kms_client
"""
"""The rows of the document that the project began with, in its order: code, symbol, activation types of the row."""

ADDED = "0x80070490 ERROR_NOT_FOUND mak"
"""What a later edition of that document has besides."""

NOT_SO = {"0xC004F02C": ("kms_client", "A KMS client has no offline activation")}
"""Types that the document has and the knowledge has not, and the words of the note that says why."""

ROWS = [row.split() for row in (*SEED.strip().splitlines(), ADDED)]
CODES = [code for code in shipped.codes() if code != words.UNKNOWN_CODE]


# The codes


def test_there_are_29_rows_and_every_one_of_them_is_known() -> None:
    assert len(SEED.split("\n")) - 2 == 29
    assert {row[0] for row in ROWS} <= set(CODES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_every_code_of_the_document_has_its_messages_its_symbol_and_its_types(row: list[str]) -> None:
    ident, symbol, *types = row
    code = shipped.knowledge().codes[ident]
    assert code.symbol == ("" if symbol == "-" else symbol)
    missing, words_of_note = NOT_SO.get(ident, ("", ""))
    assert set(types) - set(code.types) == ({missing} if missing else set())
    assert not missing or any(words_of_note in note for note in code.notes)
    assert len(code.message_en) > 12
    assert len(code.message_de) > 12
    assert code.message_en != code.message_de
    assert code.escalation.to
    assert code.sources


@pytest.mark.parametrize("code", CODES)
def test_every_code_can_be_found_by_itself_and_explained_in_both_languages(code: str) -> None:
    thing = shipped.knowledge().codes[code]
    for lang, message in (("en", thing.message_en), ("de", thing.message_de)):
        explained = call("explain", code.lower(), "--lang", lang)
        assert (explained.code, explained.err) == (exits.DONE, "")
        assert " ".join(message.split()) in " ".join(explained.out.split())


def test_all_codes_are_listed_in_both_languages() -> None:
    for lang in ("en", "de"):
        listed = call("codes", "--lang", lang)
        assert [line.split()[0] for line in listed.out.splitlines() if line.startswith("0x")] == CODES
    assert [row["code"] for row in call("codes", "--json").data["codes"]] == CODES


# Checks, translations, scenarios


@pytest.mark.slow
def test_the_checks_find_nothing_and_every_text_is_translated() -> None:
    checked = call("check", "--release", "--lang", "en")
    unread, _, found = checked.out.splitlines()
    assert unread.startswith("note: Nobody has reviewed the rule: ")
    assert found == "0 findings"
    assert checked.code == exits.DONE


def test_every_sentence_of_the_program_is_translated() -> None:
    assert catalogue.missing("de") == []
    assert catalogue.missing("en") == [str(sentence) for sentence in catalogue.sentences()]  # the test can fail


def test_no_sentence_hides_inside_another_string_where_it_would_not_be_found() -> None:
    hidden = []
    for path in [*(ROOT / "voltriage").rglob("*.py"), *(ROOT / "engine").rglob("*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            calls = (
                [call for call in ast.walk(node) if isinstance(call, ast.Call)]
                if isinstance(node, ast.JoinedStr)
                else []
            )
            names = [getattr(call.func, "attr", getattr(call.func, "id", "")) for call in calls]
            hidden += [f"{path.name}:{node.lineno}" for name in names if name in catalogue.KEYWORDS]  # type: ignore[attr-defined]
    assert hidden == []


@functools.cache
def played() -> tuple[list[Played], list[str]]:
    """Every scenario, played; and the causes that each code's scenarios reach, as "code cause"."""
    scenarios, problems = read_scenarios(shipped_scenarios(shipped.FOLDER), shipped.FOLDER)
    assert problems == []
    engines: dict[str, Inference] = {}
    results = []
    reached: dict[str, None] = {}
    for scenario in scenarios:
        result = play(shipped.knowledge(), scenario, engines)
        results.append(result)
        if result.session is not None:
            for cause in causes_met(result.session):
                reached.update((f"{code} {cause}", None) for code in result.session.codes)
    return results, list(reached)


def causes_met(case: Session) -> list[str]:
    """The causes that a case has come to."""
    return [*case.causes_treated.values(), getattr(case.next(), "cause", "")]


@pytest.mark.slow
def test_all_scenarios_pass() -> None:
    results, _ = played()
    assert [str(problem) for result in results for problem in result.problems] == []
    assert len(results) > 500


@pytest.mark.slow
def test_every_cause_has_a_scenario_that_reaches_it() -> None:
    _, reached = played()
    kb = shipped.knowledge()
    causes = {
        cause: code
        for code in kb.codes
        for line in plan_of(kb, code).lines
        if not line.refused and (cause := getattr(line.rule.then, "cause", ""))
    }
    met = {pair.split()[1] for pair in reached if len(pair.split()) == 2}
    missing = [
        f"{cause}: {definite_sessions(kb, graph(code)).get(cause)}"
        for cause, code in sorted(causes.items())
        if cause not in met
    ]
    assert not missing, "\n".join([f"{len(missing)} causes have no scenario; ways to them:", *missing])


@pytest.mark.slow
@pytest.mark.parametrize("code", shipped.codes())
def test_every_code_has_scenarios_that_end_resolved_and_escalated(code: str) -> None:
    results, _ = played()
    kb = shipped.knowledge()
    ends = {
        type(result.session.next())
        for result in results
        if result.session is not None and any(_is(found, code, kb) for found in result.session.codes)
    }
    assert {Resolved, Escalated} <= ends


def _is(found: str, code: str, kb: KnowledgeBase) -> bool:
    return found == code or (code == words.UNKNOWN_CODE and found not in kb.codes)


# Walks


@functools.cache
def graph(code: str) -> FlatGraph:
    kb = shipped.knowledge()
    return Unfolder(kb, plan_of(kb, code)).unfold()


@pytest.mark.parametrize("code", shipped.codes())
def test_every_walk_ends_and_none_is_too_long(code: str) -> None:
    unfolded = graph(code)
    place = {number: index for index, number in enumerate(unfolded.backwards())}
    assert len(place) == len(unfolded.nodes)
    for node in unfolded.nodes:
        assert bool(node.edges) is (node.kind in (ASK, PROPOSE))
        assert node.edges or node.kind in (ESCALATE, CONTINUE, RESOLVED, SAVED)
        for _, target in node.edges:  # every edge leads to what comes earlier on the way back: there is no cycle
            assert place[target] < place[node.number]
    assert unfolded.longest()[0] <= MOST_STEPS == 80


def test_the_figures_of_all_codes(capsys: pytest.CaptureFixture[str]) -> None:
    rows = []
    for code in shipped.codes():
        unfolded = graph(code)
        causes = {node.cause for node in unfolded.nodes if node.cause}
        edges = sum(len(node.edges) for node in unfolded.nodes)
        rows.append((code, len(unfolded.nodes), edges, unfolded.longest()[0], len(causes)))
    with capsys.disabled():
        print(f"\n{'code':<14}{'nodes':>7}{'edges':>7}{'longest':>9}{'causes':>8}")
        for code, *figures in rows:
            print(f"{code:<14}{figures[0]:>7}{figures[1]:>7}{figures[2]:>9}{figures[3]:>8}")
        print(f"{'sum':<14}{sum(row[1] for row in rows):>7}{sum(row[2] for row in rows):>7}")
    assert all(row[4] > 0 for row in rows)


@pytest.mark.parametrize("code", shipped.codes())
def test_with_everything_unknown_something_harmless_is_proposed_or_there_is_something_to_find_out(code: str) -> None:
    kb = shipped.knowledge()
    case = Session(kb, "0x8000FFFF" if code == words.UNKNOWN_CODE else code)
    harmless = found_out = 0
    while isinstance(step := case.next(), Ask | Propose):
        if isinstance(step, Ask):
            question = kb.questions[step.question]
            found_out += bool(question.how or question.phone or question.looks)
            case.answer(words.UNKNOWN)
        else:
            assert kb.remedies[step.remedy].risk not in words.GRAVE_RISKS
            harmless += kb.remedies[step.remedy].risk == words.HARMLESS
            case.outcome(words.NOT_FIXED)
    assert isinstance(step, Escalated)
    over = case.hand_over()
    assert harmless or (found_out and over.unknown)
    assert over.to


# The same output everywhere

COMMANDS = [
    ["diagnose", "0xC004F074", "--json", "--lang", "de", "--answer", "failing_product=unknown"],
    ["diagnose", "0xC004F038", "--json", "--lang", "en", "--answer", "kms_count=18", "--answer", "windows_server=yes"],
    ["diagnose", "0xC004F038", "--skeleton", "--lang", "de"],
    ["explain", "0xC004F074", "--lang", "de"],
    ["explain", "The number on my host is insufficient, please contact your system administrator", "--lang", "en"],
    ["explain", "0xC004F038", "--json", "--lang", "en"],
    ["codes", "--lang", "de"],
    ["codes", "--json", "--lang", "en"],
    ["check"],
    ["check", "--release"],
    ["scenarios", "run", *(str(shipped.FOLDER / "scenarios" / code) for code in ("0xC004F038", "0xC004F06C"))],
    ["export", "clips", "0xC004F074"],
]
RUN_ALL = """
import sys
from voltriage.cli import run
from voltriage.output import survive_any_console
survive_any_console()
for command in {commands!r}:
    print("$", *command, flush=True)
    print("exit code", run(command), flush=True)
"""


def in_a_process(variables: dict[str, str], program: str) -> subprocess.CompletedProcess[bytes]:
    """A program in a fresh interpreter with these environment variables."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", **variables}
    command = [sys.executable, "-c", program]
    return subprocess.run(command, capture_output=True, env=environment, cwd=ROOT, check=False, timeout=300)


@pytest.mark.slow
def test_hash_seed_locale_and_time_zone_change_no_byte() -> None:
    here, there = {"LC_ALL": "C.UTF-8", "TZ": "UTC"}, {"LC_ALL": "de_DE.UTF-8", "LANG": "de", "TZ": "Asia/Kolkata"}
    places = [(seed, here if seed % 2 else there) for seed in range(5)] + [(0, here)]
    program = RUN_ALL.format(commands=COMMANDS)
    with ThreadPoolExecutor(2) as pool:
        done = list(pool.map(lambda at: in_a_process({"PYTHONHASHSEED": str(at[0]), **at[1]}, program), places))
    assert [(run.returncode, run.stderr) for run in done] == [(0, done[0].stderr)] * len(places)
    assert done[0].stdout.count(b"\n$ ") == len(COMMANDS) - 1
    assert {run.stdout for run in done} == {done[0].stdout}


def test_a_state_as_json_needs_none_of_the_heavy_packages() -> None:
    command = ["diagnose", "0xC004F038", "--no-input", "--json", "--lang", "de"]
    heavy = ["pydantic", "yaml", "babel", "networkx", "rapidfuzz", "hypothesis", "jsonschema", "graphviz", "rich"]
    program = (
        f"import sys; from voltriage.cli import run; code = run({command!r});"
        f"print(code, sorted(set(sys.modules) & set({heavy!r})), file=sys.stderr)"
    )
    in_a_process({}, program)  # so that the cache is warm
    done = in_a_process({}, program)
    assert done.stderr.decode().strip() == "4 []"
    assert json.loads(done.stdout)["state"] == "question"


# The packages

ROOMS = ("kb", "engine", "trees", "voltriage")


def test_no_other_distribution_owns_the_names_of_the_rooms() -> None:
    owners = importlib.metadata.packages_distributions()
    assert {name: owner for name in ROOMS if (owner := set(owners.get(name, ()))) - {"voltriage"}} == {}


@pytest.mark.slow
def test_the_rooms_are_one_way_layers() -> None:
    tool = Path(sys.executable).with_name("lint-imports")
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([tool], capture_output=True, env=environment, cwd=ROOT, check=False, timeout=120)
    assert done.returncode == 0, done.stdout.decode()
    assert b"Rooms are one-way layers KEPT" in done.stdout


# Plans that grow


def text(ident: str) -> Text:
    return Text(ident, ident)


def plan_with(rules: list[list[tuple[str, str]]]) -> tuple[KnowledgeBase, str]:
    """A knowledge base of one code whose rules have these conditions, each with a cause and a remedy of its own."""
    code = "0xC0000001"
    questions = dict.fromkeys(question for rule in rules for question, _ in rule)
    plan = tuple(
        Rule(
            f"r{number}",
            tuple(Condition(question, (value,), text(f"r{number}")) for question, value in rule),
            Treat(f"c{number}", (f"m{number}",)),
            text(f"r{number}"),
            (),
        )
        for number, rule in enumerate(rules)
    )
    escalation = Escalation(("o",), ())
    sections: dict[str, dict[str, Any]] = {
        "sources": {},
        "owners": {"o": Owner("o", text("o"))},
        "measures": {},
        "questions": {key: Question(key, text(key), words.YES_NO, "network", "glance") for key in questions},
        "causes": {f"c{n}": Cause(f"c{n}", text("c")) for n in range(len(rules))},
        "remedies": {
            f"m{n}": Remedy(f"m{n}", text("m"), words.HARMLESS, (), Verify(text("m"))) for n in range(len(rules))
        },
        "procedures": {},
        "codes": {
            code: Code(code, (), "", "", text(code), plan, escalation),
            words.UNKNOWN_CODE: Code(words.UNKNOWN_CODE, (), "", "", text("u"), (), escalation),
        },
    }
    return KnowledgeBase(Manifest("1", "2026-01-01"), sections), code


def windowed(rules: int, questions: int, dice: random.Random) -> list[list[tuple[str, str]]]:
    """Rules as procedures have them: each tests a few questions from a window of five that moves on through all."""
    drawn = []
    for number in range(rules):
        first = number * (questions - 5) // (rules - 1)
        window = sorted(dice.sample(range(first, first + 5), dice.choice((1, 2, 2, 3))))
        drawn.append([(f"q{question}", dice.choice((words.YES, words.NO))) for question in window])
    return drawn


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("rules", "questions", "most"), [(40, 20, 1000), (150, 75, 4000)])
def test_a_plan_of_local_rules_stays_small(rules: int, questions: int, most: int, seed: int) -> None:
    kb, code = plan_with(windowed(rules, questions, random.Random(seed)))
    unfolded = Unfolder(kb, plan_of(kb, code)).unfold()
    assert rules < len(unfolded.nodes) < most


def test_a_plan_that_explodes_is_refused_by_name() -> None:
    # Each of 16 questions is asked early and needed late: every combination of their answers is a state of its own.
    early = [[(f"q{number}", words.YES)] for number in range(16)]
    late = [[(f"z{number}", words.YES), (f"q{number}", words.YES), ("end", words.YES)] for number in range(16)]
    kb, code = plan_with([*early, *late])
    with pytest.raises(PlanTooLargeError, match=f"the plan of {code} unfolds into more than .* states; put"):
        Unfolder(kb, plan_of(kb, code)).unfold()
