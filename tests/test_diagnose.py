"""`voltriage diagnose` for scripts: its JSON, its facts from options and files, its errors and exit codes."""

from __future__ import annotations

import json
import os
import re
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kb.store import content_hash
from tests import shipped, small
from tests.small import COUNT, KEY, UNKNOWN, Called, call
from voltriage import exits

OUTCOMES = ["fixed", "not-fixed", "pending", "blocked", "declined", "0x........"]
PORT = "Test-NetConnection <KMS_HOST> -Port 1688"


@pytest.fixture(scope="module")
def kb(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base as a folder."""
    return small.write(tmp_path_factory.mktemp("small") / "kb")


def diagnose(kb: Path, *arguments: object, lang: str = "en") -> Called:
    return call("diagnose", "--kb", kb, "--lang", lang, *arguments)


def state(kb: Path, code: str, *facts: str, lang: str = "en") -> dict[str, Any]:
    """The state reached with these facts, which must be the only thing printed."""
    options = [part for fact in facts for part in ("--answer", fact)]
    called = diagnose(kb, code, "--json", *options, lang=lang)
    assert called.err == ""
    data: dict[str, Any] = called.data
    return data


# The JSON contract: whole outputs


def expected(kb: Path, **differing: Any) -> dict[str, Any]:
    """A state of which only what differs is named."""
    return {
        "format": 1,
        "kb": {"version": "2026.1", "sha256": content_hash(kb)},
        "code": COUNT,
        "codes": [COUNT],
        "state": "question",
        "question": None,
        "cause": None,
        "remedy": None,
        "escalation": None,
        "answers": [],
        "tried": [],
        "fired": [],
        "trail": [],
        **differing,
    }


def answer(question: str, value: str | int, source: str = "--answer") -> dict[str, Any]:
    return {"question": question, "value": value, "source": source}


def trail(*marks: dict[str, Any]) -> list[dict[str, Any]]:
    """The trail of answers given as options, of outcomes and rules."""
    return [{"what": "answer", **mark} if "question" in mark else mark for mark in marks]


def test_a_question_with_all_that_helps_to_answer_it(kb: Path) -> None:
    assert state(kb, COUNT, "place=home") == expected(
        kb,
        question={
            "id": "door_open",
            "kind": "yes-no",
            "text": "Does the host accept a connection?",
            "how": [
                {
                    "text": "Try to connect.",
                    "command": PORT,
                    "shell": "powershell",
                    "elevated": False,
                    "variants": [{"shell": "cmd", "command": "telnet <KMS_HOST> 1688"}],
                }
            ],
            "because": "Nothing works while the door is closed.",
            "where": "network",
            "answers": ["yes", "no", "unknown"],
            "choices": None,
            "measure": None,
        },
        answers=[answer("place", "home")],
        trail=trail(answer("place", "home")),
    )


def test_a_choice_a_number_and_a_code_are_asked_with_what_they_may_be(kb: Path) -> None:
    choice = state(kb, COUNT)["question"]
    assert (choice["kind"], choice["answers"]) == ("choice", ["office", "home", "cloud", "unknown"])
    assert choice["choices"] == {"office": "In the office", "home": "At home", "cloud": "In a cloud"}
    number = state(kb, COUNT, "place=unknown", "is_server=yes")["question"]
    assert (number["kind"], number["measure"]) == ("yes-no", {"id": "count", "unit": "machines"})
    code = state(kb, COUNT, "place=unknown", "is_server=unknown")["question"]
    assert (code["id"], code["kind"], code["answers"]) == ("inner_code", "code", ["none", "unknown"])


OPEN_DOOR = {
    "id": "open_door",
    "title": "Open the door",
    "consent": False,
    "risk": "reversible",
    "outcomes": OUTCOMES,
    "verify": {
        "text": "The connection is accepted.",
        "command": PORT,
        "shell": "powershell",
        "where": "affected_machine",
    },
    "steps": [
        {
            "text": "Let TCP 1688 through.",
            "command": "New-NetFirewallRule -DisplayName KMS -Protocol TCP -LocalPort 1688",
            "shell": "powershell",
            "where": "network",
            "elevated": True,
            "risk": "reversible",
            "undo": "Remove the rule KMS.",
            "variants": [
                {
                    "shell": "cmd",
                    "command": "netsh advfirewall firewall add rule name=KMS protocol=TCP localport=1688",
                }
            ],
        }
    ],
    "wait": None,
}
DOOR_CLOSED = {"id": "door_closed", "title": "The door to the host is closed"}
DOOR_RULE = {"what": "rule", "rule": "door_is_closed", "because": "Nothing works while the door is closed."}


def test_a_remedy_with_its_steps_its_check_and_its_outcomes(kb: Path) -> None:
    facts = [answer("place", "office"), answer("door_open", "no")]
    assert state(kb, COUNT, "door_open=no", "place=office") == expected(
        kb,
        state="remedy",
        cause=DOOR_CLOSED,
        remedy=OPEN_DOOR,
        answers=facts[::-1],
        fired=["door_is_closed"],
        trail=trail(*facts[::-1], DOOR_RULE),
    )


def test_consent_is_data(kb: Path) -> None:
    proposed = state(kb, KEY, "key_fits=no")["remedy"]
    assert (proposed["consent"], proposed["risk"]) == (True, "spends_activation")
    assert proposed["steps"][0]["command"] == r"cscript //nologo %windir%\system32\slmgr.vbs /ipk <MAK>"


def test_a_saved_case_with_what_to_wait_for(kb: Path) -> None:
    facts = [answer("place", "unknown"), answer("is_server", "yes"), answer("count", 3)]
    outcome = {"what": "outcome", "remedy": "add_machines", "outcome": "pending", "source": "--answer"}
    rule = {"what": "rule", "rule": "few_servers", "because": "Servers need five machines."}
    dli = r"cscript //nologo %windir%\system32\slmgr.vbs /dli"
    without = {"risk": "harmless", "elevated": False, "undo": None, "variants": []}
    assert state(kb, COUNT, "place=unknown", "is_server=yes", "count=3", "add_machines=pending") == expected(
        kb,
        state="saved",
        cause={"id": "count_too_low", "title": "Too few machines have asked the host"},
        remedy={
            "id": "add_machines",
            "title": "Let more machines ask the host",
            "consent": False,
            "risk": "harmless",
            "outcomes": OUTCOMES,
            "verify": {
                "text": "The count is high enough.",
                "command": None,
                "shell": None,
                "where": "affected_machine",
            },
            "steps": [
                {"text": "Switch the idle machines on.", "command": None, "shell": None, "where": "network", **without},
                {"text": "Read the count again.", "command": dli, "shell": "cmd", "where": "kms_host", **without},
            ],
            "wait": {"for": "the machines to ask the host", "look_again": "after two hours"},
        },
        answers=[*facts, answer("at_least_5", "no", "derived"), answer("at_least_25", "no", "derived")],
        tried=["add_machines"],
        fired=["few_servers"],
        trail=trail(*facts, outcome, rule),
    )


def test_a_resolved_case_with_the_remedy_that_fixed_it(kb: Path) -> None:
    facts = [answer("place", "office"), answer("door_open", "no")]
    outcome = {"what": "outcome", "remedy": "open_door", "outcome": "fixed", "source": "--answer"}
    assert state(kb, COUNT, "open_door=fixed", "place=office", "door_open=no") == expected(
        kb,
        state="resolved",
        cause=DOOR_CLOSED,
        remedy=OPEN_DOOR,
        answers=facts,
        tried=["open_door"],
        fired=["door_is_closed"],
        trail=trail(outcome, *facts, DOOR_RULE),
    )


def test_an_escalated_case_with_what_goes_with_it(kb: Path) -> None:
    facts = [
        answer("place", "home"),
        answer("door_open", "no"),
        answer("is_server", "unknown"),
        answer("inner_code", KEY),
    ]
    outcomes = [
        {"what": "outcome", "remedy": remedy, "outcome": outcome, "source": "--answer"}
        for remedy, outcome in (("open_door", "not-fixed"), ("ask_again", "blocked"))
    ]
    given = [f"{fact['question']}={fact['value']}" for fact in facts]
    found = state(kb, COUNT, *given, "open_door=not-fixed", "ask_again=blocked", "key_fits=unknown")
    facts.append(answer("key_fits", "unknown"))
    assert found == expected(
        kb,
        code=KEY,
        codes=[COUNT, KEY],
        state="escalated",
        escalation={
            "reason": "owner_must_act",
            "to": [{"id": "key_owner", "title": "Owner of the keys", "bring": None}],
            "collect": [],
            "not_ruled_out": ["key_wrong"],
            "not_done": ["ask_again"],
            "unknown": ["is_server", "key_fits"],
        },
        answers=facts,
        tried=["open_door"],
        fired=["other_code"],
        trail=trail(
            *facts[:4],
            *outcomes,
            facts[4],
            {"what": "rule", "rule": "other_code", "because": "The event log is more exact."},
            {"what": "code entered", "code": KEY},
        ),
    )


def test_a_rule_that_hands_over_names_its_cause(kb: Path) -> None:
    found = state(kb, COUNT, "place=cloud")
    assert found["cause"] == {"id": "not_ours", "title": "The cloud provider looks after the machine"}
    assert found["escalation"]["to"] == [
        {"id": "host_admin", "title": "Administrators of the host", "bring": "The name of the machine"}
    ]


def test_in_german_only_texts_differ(kb: Path) -> None:
    english, german = (state(kb, COUNT, "place=home", "door_open=no", lang=lang) for lang in ("en", "de"))
    assert german["remedy"]["title"] == "Die Tür öffnen"
    assert german["cause"]["title"] == "Die Tür zum Host ist zu"
    assert german["remedy"]["steps"][0]["undo"] == "Entfernen Sie die Regel KMS."
    assert german["trail"][-1]["because"] == "Nichts geht, solange die Tür zu ist."
    assert _without_texts(english) == _without_texts(german)


def _without_texts(data: Any) -> Any:
    if isinstance(data, dict):
        texts = {"title", "text", "because", "undo", "bring", "look_again", "for", "unit"}
        return {key: _without_texts(value) for key, value in data.items() if key not in texts}
    return [_without_texts(item) for item in data] if isinstance(data, list) else data


# Codes, in any way people write them


@pytest.mark.parametrize(
    "spelling",
    [
        pytest.param(["0xC004F074"], id="as Windows prints it"),
        pytest.param(["c004f074"], id="without 0x, small"),
        pytest.param(["0", "x", "C004", "F074"], id="with blanks"),
        pytest.param(["OxC004F074"], id="with the letter O"),
        pytest.param(["-1073418124"], id="as a signed number"),
        pytest.param(["3221549172"], id="as an unsigned number"),
        pytest.param(["Error 0xC004F074 was shown to my colleague"], id="inside a sentence"),
        pytest.param(["Activating Windows(R)...\nError: 0xC004F074 The Software"], id="inside a pasted output"),
    ],
)
def test_a_code_in_any_spelling(spelling: list[str]) -> None:
    for command in (["diagnose", "--json"], ["explain", "--json"]):
        called = call(*command, *spelling)
        assert called.err == ""
        assert called.data["code"] == "0xC004F074"


@pytest.mark.parametrize("german", [False, True], ids=["English", "German"])
@pytest.mark.parametrize("code", ["0xC004F074", "0xC004C008", "0xC004F06C", "0xC004C020"])
def test_a_message_in_either_language_whatever_the_reader_s(code: str, german: bool) -> None:
    thing = shipped.knowledge().codes[code]
    message = thing.message_de if german else thing.message_en
    for text in (message, message.upper(), message.rstrip(".") + "  "):
        for lang in ("en", "de"):
            assert call("diagnose", "--json", "--lang", lang, text).data["code"] == code


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (["0xC004F074"], '"0xC004F074" is no command; write: voltriage diagnose 0xC004F074'),
        (["Error", "0xC004F074"], '"Error" is no command; write: voltriage diagnose Error 0xC004F074'),
        (["diagnos", "0xC004F074"], '"diagnos" is no command; did you mean "diagnose"?'),
        (["code"], '"code" is no command; did you mean "codes"?'),
    ],
)
def test_what_is_no_command_gets_a_hint(typed: list[str], told: str) -> None:
    called = call(*typed)
    assert (called.code, called.out) == (exits.USAGE, "")
    assert called.err.splitlines()[-1] == f"Error: {told}"


def test_a_message_that_is_only_like_some_is_offered_and_not_guessed(kb: Path) -> None:
    called = diagnose(kb, "--json", "The count of my machines is rather low")
    assert (called.code, called.out) == (exits.USAGE, "")
    assert called.err == (
        'Error: "The count of my machines is rather low" holds no error code; messages like it belong to '
        f"{COUNT} [no-code]\n"
    )


def test_a_code_that_is_not_known_still_leads_somewhere(kb: Path) -> None:
    found = state(kb, UNKNOWN)
    assert (found["code"], found["question"]["id"]) == (UNKNOWN, "door_open")
    told = call("explain", UNKNOWN, "--kb", kb, "--lang", "en")
    assert told.code == exits.DONE
    assert told.out.startswith(f"{UNKNOWN} is not in this knowledge base.\nNothing is known about this code")
    assert "The door to the host is closed" in told.out
    asked = state(shipped.FOLDER, UNKNOWN)
    assert asked["state"] == "question"
    assert asked["question"]["how"]


@pytest.mark.parametrize(
    ("arguments", "next_step"),
    [
        pytest.param(["diagnose", "--json", "hello world"], "a code looks like 0xC004F074", id="no code at all"),
        pytest.param(["diagnose", "--no-input"], "voltriage diagnose 0xC004F074", id="nothing said"),
        pytest.param(["explain", "hello"], "a code looks like 0xC004F074", id="nothing to explain"),
        pytest.param(["explain"], "--help", id="nothing to explain said"),
        pytest.param([COUNT], f"voltriage diagnose {COUNT}", id="the command forgotten"),
        pytest.param(["diagnosis", COUNT], 'did you mean "diagnose"?', id="the command misspelt"),
        pytest.param(["frobnicate"], "--help", id="no such command"),
        pytest.param(["diagnose", "--jsn"], "--json", id="no such option"),
        pytest.param(["diagnose", "--kb", "no/such/folder", COUNT], "folder that holds kb.yaml", id="no such folder"),
        pytest.param(["diagnose", "--answers", "no-file", COUNT], "--help", id="no such file"),
        pytest.param(["--lang", "fr"], "'en', 'de'", id="no such language"),
        pytest.param(["export", "clips", "0xC004F074", "0xC004F038"], "-o", id="two codes and no folder"),
    ],
)
def test_nonsense_is_a_usage_error_that_says_what_to_do(arguments: list[str], next_step: str) -> None:
    called = call(*arguments)
    assert (called.code, called.out) == (exits.USAGE, "")
    assert next_step in called.err


# Facts


def wrong(what: str, *facts: str, error: str) -> Any:
    return pytest.param(facts, error, id=what)


NO_ID = "unknown question, measure or remedy"
NO_PLACE = '"offce" is no answer to place; possible: office, home, cloud, unknown'
NUMBER = "give a whole number, or unknown [not-a-number]"
ENDS = "fixed, not-fixed, pending, blocked, declined, or a code"
HOW = "write ID=VALUE, for example kms_count=18 [not-a-fact]"


@pytest.mark.parametrize(
    ("facts", "error"),
    [
        wrong("unknown id", "is_sever=yes", error=f'{NO_ID} "is_sever"; did you mean "is_server"? [unknown-fact]'),
        wrong("unlike any id", "zzz=yes", error=f'{NO_ID} "zzz" [unknown-fact]'),
        wrong("impossible answer", "place=offce", error=f'{NO_PLACE}; did you mean "office"? [not-an-answer]'),
        wrong("no number", "count=many", error=f'"many" is no value for count; {NUMBER}'),
        wrong("too great", "count=1001", error="1001 cannot be: count lies between 0 and 1000 [number-out-of-range]"),
        wrong("impossible outcome", "open_door=done", error=f'"done" is no outcome; possible: {ENDS} [not-an-outcome]'),
        wrong("twice", "place=home", "place=home", error='"place" is given twice; give it once [fact-given-twice]'),
        wrong("no =", "place", error=f'"place" is no fact; {HOW}'),
        wrong("no value", "place=", error=f'"place=" is no fact; {HOW}'),
        wrong("contradiction", "count=30", "at_least_5=no", error="at_least_5=no contradicts count=30 [contradiction]"),
    ],
)  # fmt: skip
def test_a_wrong_fact_is_named_with_what_would_be_right(kb: Path, facts: tuple[str, ...], error: str) -> None:
    called = diagnose(kb, COUNT, "--json", *(part for fact in facts for part in ("--answer", fact)))
    assert (called.code, called.out, called.err) == (exits.USAGE, "", f"Error: {error}\n")


def test_facts_are_a_set_and_their_order_decides_nothing(kb: Path) -> None:
    facts = ["place=home", "door_open=no", "open_door=not-fixed"]
    one, other = state(kb, COUNT, *facts), state(kb, COUNT, *facts[::-1])
    for key in ("answers", "trail"):
        assert sorted(map(str, one.pop(key))) == sorted(map(str, other.pop(key)))
    assert one == other


def test_errors_are_told_in_german_wherever_the_option_stands(kb: Path) -> None:
    german = "Fehler: Frage, Messwert oder Abhilfe „is_sever“ ist unbekannt; meinten Sie „is_server“? [unknown-fact]\n"
    wrong = ["diagnose", "--kb", str(kb), COUNT, "--json", "--answer", "is_sever=yes"]
    for arguments in ([*wrong, "--lang", "de"], [*wrong, "--lang=de"], ["--lang", "de", *wrong]):
        assert call(*arguments).err == german
    assert call(*wrong, "--answer", "--lang", "--lang", "en").err.startswith("Error: ")


def test_a_file_of_answers_is_wrong_at_each_of_its_places(kb: Path, tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text("place: offce\nis_server: [yes]\ncount: 3\ncount: 4\nwhatever: 1\nopen_door:\n", encoding="utf-8")
    called = diagnose(kb, COUNT, "--json", "--answers", file)
    where = file.as_posix()
    assert (called.code, called.out) == (exits.USAGE, "")
    assert called.err.splitlines() == [
        "Error: 4 problems in the answers: [answers-invalid]",
        f'{where}:1:8: {NO_PLACE}; did you mean "office"? [not-an-answer]',
        f'{where}:2:12: expected one word as the value of "is_server" [wrong-shape]',
        f'{where}:4:1: the key "count" stands here a second time (first in line 3); '
        "remove or rename one of the two [duplicate-key]",
        f'{where}:5:11: unknown question, measure or remedy "whatever" [unknown-fact]',
    ]
    german = diagnose(kb, COUNT, "--json", "--answers", file, lang="de").err.splitlines()
    assert german[0] == "Fehler: 4 Fehler in den Antworten: [answers-invalid]"
    assert german[1].startswith(f"{where}:1:8: „offce“ ist keine Antwort auf place")


@pytest.mark.parametrize("content", [b"- place\n", b"just words", b"a: b: c\n", b"\xff\xfe", b"{" * 50])
def test_a_file_of_answers_that_is_none_is_refused_at_its_place(kb: Path, tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "facts.yaml"
    file.write_bytes(content)
    called = diagnose(kb, COUNT, "--json", "--answers", file)
    assert (called.code, called.out) == (exits.USAGE, "")
    assert re.search(rf"^{re.escape(file.as_posix())}:\d+:\d+: ", called.err, re.MULTILINE)


def test_facts_of_a_file_and_of_options_stand_together_unless_they_differ(kb: Path, tmp_path: Path) -> None:
    file = tmp_path / "facts.yaml"
    file.write_text("place: home\ncount: 3\n", encoding="utf-8")
    called = diagnose(kb, COUNT, "--json", "--answers", file, "--answer", "count=3", "--answer", "door_open=yes")
    assert called.data["answers"][:3] == [
        answer("place", "home", "facts.yaml, line 1"),
        answer("count", 3),
        answer("door_open", "yes"),
    ]
    twice = diagnose(kb, COUNT, "--json", "--answers", file, "--answer", "count=4")
    assert (twice.code, twice.err) == (exits.USAGE, 'Error: "count" is given twice; give it once [fact-given-twice]\n')


@pytest.mark.parametrize("lang", ["en", "de"])
@pytest.mark.parametrize("code", [COUNT, KEY, UNKNOWN])
def test_a_skeleton_names_every_question_of_the_plan_and_can_be_read_back(
    kb: Path, tmp_path: Path, code: str, lang: str
) -> None:
    printed = diagnose(kb, code, "--skeleton", lang=lang)
    assert (printed.code, printed.err) == (exits.DONE, "")
    file = tmp_path / "facts.yaml"
    file.write_text(printed.out, encoding="utf-8")
    assert diagnose(kb, code, "--json", "--answers", file).data == diagnose(kb, code, "--json").data
    keys = [line.rstrip(":") for line in printed.out.splitlines() if line and not line.startswith("#")]
    filled = printed.out
    for key in keys:
        value = {"place": "home", "count": "18", "inner_code": "none"}.get(key, "no")
        filled = filled.replace(
            f"\n{key}:\n", f"\n{key}: {value}\n" if not key.startswith("at_least") else f"\n{key}:\n"
        )
    file.write_text(filled, encoding="utf-8")
    answers = diagnose(kb, code, "--json", "--answers", file).data["answers"]
    assert {found["question"] for found in answers} == set(keys)


def test_a_skeleton_in_whole(kb: Path) -> None:
    assert diagnose(kb, KEY, "--skeleton", lang="de").out == (
        f"# Antworten zu {KEY}; tragen Sie ein, was bekannt ist, und lassen Sie den Rest leer.\n"
        "\n# Ist der Schlüssel einer für diese Edition?\n#   yes, no, unknown\nkey_fits:\n"
        "\n# Ist der Computer ein Server?\n#   yes, no, unknown\nis_server:\n"
    )


def test_one_procedure_alone(kb: Path) -> None:
    assert diagnose(kb, COUNT, "--json", "--procedure", "door").data["question"]["id"] == "door_open"
    wrong = diagnose(kb, COUNT, "--json", "--procedure", "dor")
    assert (wrong.code, wrong.out) == (exits.USAGE, "")
    assert wrong.err == 'Error: unknown procedure "dor"; known: door; did you mean "door"? [unknown-procedure]\n'


# Exit codes, streams, knowledge bases that are not the shipped one


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        pytest.param([], exits.OPEN, id="question"),
        pytest.param(["key_fits=no"], exits.OPEN, id="remedy"),
        pytest.param(["key_fits=no", "install_key=pending"], exits.OPEN, id="saved"),
        pytest.param(["key_fits=no", "install_key=fixed"], exits.DONE, id="resolved"),
        pytest.param(["key_fits=unknown"], exits.FINDINGS, id="escalated"),
        pytest.param(["key_fits=perhaps"], exits.USAGE, id="wrong"),
    ],
)
@pytest.mark.parametrize("form", ["--json", "--no-input"])
def test_the_exit_code_tells_the_state(kb: Path, facts: list[str], code: int, form: str) -> None:
    called = diagnose(kb, KEY, form, *(part for fact in facts for part in ("--answer", fact)))
    assert (called.code, bool(called.out), bool(called.err)) == (code, code != exits.USAGE, code == exits.USAGE)


def voltriage(*arguments: object, **how: Any) -> subprocess.CompletedProcess[bytes]:
    """The program in a process of its own."""
    command = [sys.executable, "-m", "voltriage", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, timeout=60, check=False, **how)


def test_as_a_process_it_ends_with_the_same_codes_and_never_reads_when_told_not_to(kb: Path) -> None:
    question = voltriage("diagnose", KEY, "--kb", kb, "--json", stdin=subprocess.DEVNULL)
    assert (question.returncode, question.stderr) == (exits.OPEN, b"")
    wrong = voltriage("diagnose", KEY, "--kb", kb, "--json", "--answer", "x=1", stdin=subprocess.DEVNULL)
    assert (wrong.returncode, wrong.stdout) == (exits.USAGE, b"")


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows has no such environment variables for a console's language"
)
def test_the_language_is_that_of_the_user_interface_unless_asked_for(kb: Path) -> None:
    german = {**os.environ, "LC_ALL": "de_DE.UTF-8"}
    asked = voltriage("diagnose", KEY, "--kb", kb, "--no-input", env=german).stdout.decode()
    assert asked.startswith("Ist der Schlüssel einer für diese Edition?")
    asked = voltriage("diagnose", KEY, "--kb", kb, "--no-input", "--lang", "en", env=german).stdout.decode()
    assert asked.startswith("Is the key one for this edition?")


@pytest.mark.parametrize("encoding", ["ascii", "iso-8859-1", "cp1252"])
def test_a_console_without_some_characters_still_shows_the_rest(kb: Path, encoding: str) -> None:
    environment = {**os.environ, "PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    arguments = ["diagnose", KEY, "--kb", kb, "--lang", "de"]
    shown = voltriage(*arguments, input=b"foo\n\xff\xfe\n", env=environment)
    assert (shown.returncode, shown.stderr) == (exits.OPEN, b"")
    as_data = voltriage(*arguments, "--json", env=environment).stdout.decode(encoding)
    assert json.loads(as_data)["question"]["text"] == "Ist der Schlüssel einer für diese Edition?"


@pytest.mark.skipif(sys.platform == "win32", reason="closing a standard stream is done by a POSIX shell here")
def test_without_standard_input_it_stops_at_the_first_question(kb: Path) -> None:
    line = f'"{sys.executable}" -m voltriage diagnose {KEY} --kb "{kb}" --lang en <&-'
    done = subprocess.run(["sh", "-c", line], capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (exits.OPEN, b"")


def test_a_broken_knowledge_base_is_refused_with_all_its_problems(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    text = (folder / "all.yaml").read_text(encoding="utf-8")
    text = text.replace("remedies: [install_key]", "remedies: [instal_key]").replace(
        "is_server: yes, at_least_5: no", "is_server: maybe"
    )
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    for command in (["diagnose", "--json", COUNT], ["explain", COUNT], ["codes"], ["export", "clips", COUNT]):
        called = call(*command, "--kb", folder)
        assert (called.code, called.out) == (exits.USAGE, "")
        lines = called.err.splitlines()
        assert lines[0] == "Error: 2 problems in the knowledge base: [knowledge-base-invalid]"
        assert [line.split(": ")[0].split(":")[0] for line in lines[1:]] == ["all.yaml", "all.yaml"]
        assert "maybe" in lines[1]
        assert 'did you mean "install_key"' in lines[2]


def test_a_place_that_cannot_be_written_to_is_named(kb: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    called = call("export", "clips", COUNT, "--kb", kb, "-o", tmp_path / "file", "--lang", "en")
    assert (called.code, called.out) == (exits.FAILED, "")
    place = tmp_path / "file" / f"{COUNT}.clp"
    assert called.err == f"Error: {place}: a file stands where a folder is needed; choose another place [not-written]\n"


def test_a_knowledge_base_without_german_says_so_once_and_goes_on_in_english(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb", german=False)
    notice = "Diese Wissensbasis hat keine deutschen Texte; sie werden auf Englisch gezeigt.\n"
    called = diagnose(folder, KEY, "--json", lang="de")
    assert (called.err, called.data["question"]["text"]) == (notice, "Is the key one for this edition?")
    assert diagnose(folder, KEY, "--json").err == ""
    guided = call("diagnose", KEY, "--kb", folder, "--lang", "de", lines=["ende"])
    assert guided.err == notice
    assert "Warum: A key fits one edition only." in guided.out


def test_the_version_is_told_also_from_a_checkout() -> None:
    called = call("--version")
    assert (called.code, called.err) == (exits.DONE, "")
    assert called.out.startswith("voltriage")


# Never a traceback

OPTIONS = "--json --no-input --plain --skeleton --answer --answers --procedure --lang --kb --help --version --release"
VALUES = "-- - -h de en door all.yaml . place=home count=18 count= = open_door=fixed open_door=0xC00D0002 --lang=de"
CODES = (
    f"{COUNT} {KEY} {UNKNOWN} -1072889855 0xC00D001 inner_code=c00d0002 --answer=is_server=yes \u00b2 9999999999999999"
)
WORDS = st.one_of(
    st.sampled_from([*OPTIONS.split(), *VALUES.split(), *CODES.split(), "the count of machines is too low here"]),
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12),
)
COMMANDS = st.sampled_from(
    [[], ["diagnose"], ["diagnose", COUNT], ["diagnose", KEY], ["explain"], ["codes"], ["export", "clips"], ["check"]]
)
ANSWERS = "y n ? 1 2 3 18 none yes ja nein quit help hilfe how back causes status code set change why ende -1 \u00b2"
SENTENCES = (
    "why 1,why 99,why x,change 1 no,change 1 1,change \u00b2 x,change 99999999999 x,set a=b,set count=3,set place=1"
)
OUTCOME_LINES = (
    f"fixed,not fixed,pending,blocked,declined,i agree,ich stimme zu,set open_door=fixed,code {KEY},{UNKNOWN}"
)
LONG = "9" * 5000
LINES = st.one_of(
    st.sampled_from([*ANSWERS.split(), *SENTENCES.split(","), *OUTCOME_LINES.split(","), LONG, f"change {LONG} x"]),
    st.text(string.printable, max_size=15),
    st.text(max_size=8).filter(lambda text: "\n" not in text),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(COMMANDS, st.lists(WORDS, max_size=5), st.lists(LINES, max_size=12))
def test_whatever_is_typed_there_is_a_documented_exit_code_and_no_traceback(
    kb: Path, command: list[str], words: list[str], lines: list[str]
) -> None:
    called = call("--kb", kb, *command, *words, lines=lines)
    assert called.code in (exits.DONE, exits.FINDINGS, exits.USAGE, exits.FAILED, exits.OPEN)
    assert "Traceback" not in called.out + called.err
    if called.code in (exits.USAGE, exits.FAILED):
        assert called.err.strip()


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from([COUNT, KEY, UNKNOWN]), st.sampled_from(["en", "de"]), st.lists(LINES, max_size=40))
def test_whatever_is_typed_in_a_session_it_goes_on_or_ends_in_a_state(
    kb: Path, code: str, lang: str, lines: list[str]
) -> None:
    called = call("diagnose", code, "--kb", kb, "--lang", lang, lines=lines)
    assert called.code in (exits.DONE, exits.FINDINGS, exits.OPEN)
    assert called.err == ""
