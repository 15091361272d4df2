"""What `voltriage diff` says and draws about edits of the small knowledge base, as a whole."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import msgspec
import pytest

from engine.unfold import ASK, PROPOSE
from kb.store import compile_folder, open_folder
from tests import rulesets, small
from tests.charts import english
from tests.small import Called, call
from tests.test_diff import pair_of
from trees import diff
from trees.chart import code_chart
from trees.diff.changes import STEP_REMOVED, Example, Stand, StepChange
from trees.diff.data import DifferenceData
from trees.diff.marked import laid_over
from trees.diff.sentences import Teller
from trees.diff.step_sentences import told_apart
from trees.shapes import Chart
from trees.worded import ADDED, CHANGED, REMOVED

SCHEMA = Path(diff.__file__).parent / "diff.schema.json"


@pytest.fixture
def edited(tmp_path: Path) -> Callable[..., Called]:
    """Compares the small knowledge base with itself, edited: in each pair, the first text replaced by the second."""

    def compared(*edits: tuple[str, str], arguments: tuple[object, ...] = ()) -> Called:
        old, new = small.write(tmp_path / "old"), small.write(tmp_path / "new")
        edit(new, *edits)
        return call("diff", old, new, "--lang", "en", *arguments)

    return compared


def edit(folder: Path, *edits: tuple[str, str]) -> None:
    path = folder / "all.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in edits:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


NEW_RULE = (
    "      - id: few_servers\n",
    """\
      - id: still_new
        when: {host_is_new: yes}
        cause: count_too_low
        remedies: [ask_again]
        because: A new host counts slowly.
        sources: [{source: general, section: counts, checked: 2026-01-10}]
      - id: few_servers
""",
)


def test_a_new_rule_is_told_by_its_question_and_remedy_each_with_a_shortest_session(
    edited: Callable[..., Called],
) -> None:
    called = edited(NEW_RULE)
    assert called.code == 1
    assert called.out == NEW_RULE_TOLD


NEW_RULE_TOLD = """\
Changes within version 2026.1 (2026-01-15)

In 0xC00D0001
  - The question "Was the host set up this week?" comes before the question
    "Is the machine a server?" now.
    Example in 0xC00D0001:
      1. "Where does the machine stand?": unknown
    Before: asks "Is the machine a server?"
    Now: asks "Was the host set up this week?"
  - The remedy "Ask the host again" is proposed in more cases now, against the
    cause "Too few machines have asked the host".
    It comes before the question "Is the machine a server?".
    Example in 0xC00D0001:
      1. "Where does the machine stand?": unknown
      2. "Was the host set up this week?": yes
    Before: asks "Is the machine a server?"
    Now: proposes "Ask the host again", against "Too few machines have asked
      the host"
"""


def test_everything_that_is_done_otherwise_in_a_remedy_is_told(edited: Callable[..., Called]) -> None:
    called = edited(
        ("title: Open the door\n    risk: reversible", "title: Open the door\n    risk: reversible\n    consent: yes"),
        ("-LocalPort 1688", "-LocalPort 1688 -Direction Inbound"),
        ("{text: Switch the idle machines on., where: network}", "{text: Switch all machines on., where: network}"),
        ("        elevated: yes\n        undo: Install the old", "        undo: Install the old"),
        ("- {text: Read the count again., command", "- {text: Wait an hour.}\n      - {text: Read it, command"),
    )
    assert called.code == 1
    assert called.out == REMEDIES_TOLD


REMEDIES_TOLD = """\
Changes within version 2026.1 (2026-01-15)

In 2 codes: 0xC00D0001, any other code
  - The remedy "Open the door" needs consent now.
    Step 1 of the remedy "Open the door" has another command.
    Before: New-NetFirewallRule -DisplayName KMS -Protocol TCP -LocalPort 1688
    Now: New-NetFirewallRule -DisplayName KMS -Protocol TCP -LocalPort 1688
      -Direction Inbound

In 0xC00D0001
  - The remedy "Let more machines ask the host" has a new step 2.
    Now: Wait an hour.

In 0xC00D0002
  - Step 1 of the remedy "Install the right key" no longer needs an
    administrator.

Only said otherwise
  - Texts of remedies (1): Let more machines ask the host
"""


def test_only_texts_changed_is_no_difference_in_what_is_done(edited: Callable[..., Called]) -> None:
    called = edited(*TEXTS)
    assert called.code == 0
    assert called.out == TEXTS_COUNTED


TEXTS_COUNTED = """\
Changes within version 2026.1 (2026-01-15)

Only said otherwise
  - Texts of remedies (1): Open that door
  - Reasons and sources of rules (1): few_servers

No session goes otherwise, and nothing else is done in any step.
"""


TEXTS = (
    ("title: Open the door\n", "title: Open that door\n"),
    ("Servers need five machines.", "Servers need five machines, as the guide says."),
)


def test_all_texts_are_shown_when_asked_for(edited: Callable[..., Called]) -> None:
    called = edited(*TEXTS, arguments=("--full",))
    assert called.out == TEXTS_TOLD


TEXTS_TOLD = """\
Changes within version 2026.1 (2026-01-15)

Only said otherwise
  - The remedy "Open that door" has another title.
    Before: Open the door
    Now: Open that door
  - The reason that the rule few_servers gives is worded anew.
    Before: Servers need five machines.
    Now: Servers need five machines, as the guide says.

No session goes otherwise, and nothing else is done in any step.
"""


def test_other_causes_owners_and_answers_are_told(edited: Callable[..., Called]) -> None:
    called = edited(
        ("when: {key_fits: no}", "when: {key_fits: [no, unknown]}"),
        ("escalation: {to: [host_admin], ", "escalation: {to: [key_owner], "),
        ("cause: door_closed\n        remedies", "cause: count_too_low\n        remedies"),
        ("home: At home, cloud: In a cloud}", "home: At home, train: In a train, cloud: In a cloud}"),
        ('continue_as: "0xC00D0001"', "escalate: {to: host_admin}"),
    )
    assert called.out == OTHERS_TOLD


OTHERS_TOLD = """\
Changes within version 2026.1 (2026-01-15)

In 2 codes: 0xC00D0001, any other code
  - The cause is "Too few machines have asked the host" now, no longer "The
    door to the host is closed".
    Example in any other code:
      1. "Does the host accept a connection?": no
    Before: proposes "Open the door", against "The door to the host is closed"
    Now: proposes "Open the door", against "Too few machines have asked the
      host"

In 0xC00D0001
  - The question "Where does the machine stand?" can be answered with "In a
    train" now.
    In 0xC00D0001, at the very beginning

In 0xC00D0002
  - The remedy "Install the right key" is proposed in more cases now, against
    the cause "The key is one for another edition".
    Before, the case was handed over to Owner of the keys at this point.
    Example in 0xC00D0002:
      1. "Is the key one for this edition?": unknown
    Before: hands the case over to Owner of the keys
    Now: proposes "Install the right key", against "The key is one for another
      edition"
  - The case is handed over to Administrators of the host now; before, it went
    on as 0xC00D0001.
    Example in 0xC00D0002:
      1. "Is the key one for this edition?": yes
      2. "Is the machine a server?": yes
    Before: goes on as 0xC00D0001
    Now: hands the case over to Administrators of the host

In any other code
  - The case is handed over to Owner of the keys now, no longer to
    Administrators of the host.
    Example in any other code:
      1. "Does the host accept a connection?": yes
    Before: hands the case over to Administrators of the host
    Now: hands the case over to Owner of the keys
"""


def test_an_order_of_files_other_names_of_rules_and_comments_make_no_difference(tmp_path: Path) -> None:
    old, new = small.write(tmp_path / "old"), small.write(tmp_path / "new")
    edit(new, ("      - id: few_servers\n", "      # first the servers\n      - id: servers\n"))
    text = (new / "all.yaml").read_text(encoding="utf-8")
    (new / "all.yaml").unlink()
    for number, part in enumerate(reversed(text.split("\n\n"))):
        (new / f"part{number}.yaml").write_text(part + "\n", encoding="utf-8")
    po = new / "locale" / "de" / "all.po"
    po.write_text(po.read_text(encoding="utf-8").replace("rule.few_servers", "rule.servers"), encoding="utf-8")
    called = call("diff", old, new, "--lang", "en")
    assert (called.code, called.out) == (0, "Changes within version 2026.1 (2026-01-15)\nNothing differs.\n")


def test_german_readers_get_german_texts_of_what_is_gone_too(edited: Callable[..., Called]) -> None:
    called = edited(
        ("        remedies: [open_door, ask_again]\n", "        remedies: [open_door]\n"), arguments=("--lang", "de")
    )
    assert "Den Host noch einmal fragen" in called.out
    assert "Ask the host again" not in called.out


# Files


def test_json_is_of_its_schema_and_says_the_same(edited: Callable[..., Called]) -> None:
    called = edited(NEW_RULE, arguments=("--json",))
    jsonschema.validate(called.data, json.loads(SCHEMA.read_text(encoding="utf-8")))
    assert called.code == 1
    assert called.data["acts"] is True
    assert [(step["what"], step["codes"], step["text"]) for step in called.data["steps"]] == [
        (
            "step-moved",
            ["0xC00D0001"],
            'The question "Was the host set up this week?" comes before the question "Is the machine a server?" now.',
        ),
        (
            "step-added",
            ["0xC00D0001"],
            'The remedy "Ask the host again" is proposed in more cases now, against the cause '
            '"Too few machines have asked the host".',
        ),
    ]
    assert called.data["steps"][1]["example"] == {
        "code": "0xC00D0001",
        "session": [["place", "unknown"], ["host_is_new", "yes"]],
        "old": {"kind": "question", "subject": "is_server", "cause": None, "reason": None},
        "new": {"kind": "remedy", "subject": "ask_again", "cause": "count_too_low", "reason": None},
    }


def test_the_published_schema_is_that_of_the_data() -> None:
    schema = json.loads(json.dumps(msgspec.json.schema(DifferenceData)))
    assert json.loads(SCHEMA.read_text(encoding="utf-8")) == schema, "write it anew with: python -m trees.diff.data"


@pytest.mark.parametrize("name", ["changes.pdf", "changes.svg", "changes.md", "changes.json", "changes.txt"])
def test_every_format_is_written_and_the_same_each_time(
    name: str, edited: Callable[..., Called], tmp_path: Path
) -> None:
    file = tmp_path / name
    called = edited(NEW_RULE, arguments=("-o", file))
    assert (called.code, called.out) == (1, f"{file}\n"), called.err
    first = file.read_bytes()
    call("diff", tmp_path / "old", tmp_path / "new", "--lang", "en", "-o", file)
    assert file.read_bytes() == first


def test_the_pdf_holds_the_sentences_and_the_charts(edited: Callable[..., Called], tmp_path: Path) -> None:
    import pypdf

    edited(NEW_RULE, arguments=("-o", tmp_path / "changes.pdf", "--paper", "letter"))
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(tmp_path / "changes.pdf").pages]
    assert 'The remedy "Ask the host again" is proposed in more cases now' in pages[0]
    assert '1. "Where does the machine stand?": unknown 2. "Was the host set up this week?": yes' in pages[0]
    assert "A plus marks what is added" in pages[1]
    assert "E_COUNT" in pages[1]


def test_the_svg_marks_what_differs(edited: Callable[..., Called], tmp_path: Path) -> None:
    edited(NEW_RULE, arguments=("-o", tmp_path / "changes.svg"))
    text = (tmp_path / "changes.svg").read_text(encoding="utf-8")
    assert 'id="remedy.ask_again.still_new"' in text
    assert "A plus marks what is added" in text


def test_the_same_bytes_come_out_under_any_hash_seed(edited: Callable[..., Called], tmp_path: Path) -> None:
    edited(NEW_RULE)
    seen = set()
    for seed in ("1", "2", "3"):
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        arguments = [sys.executable, "-m", "voltriage", "diff", tmp_path / "old", tmp_path / "new", "--json"]
        seen.add(subprocess.run(arguments, env=environment, capture_output=True, check=False).stdout)
    assert len(seen) == 1
    assert b"step-moved" in seen.pop()


# For the runbook


def test_a_revision_tells_each_change_once_by_codes(tmp_path: Path) -> None:
    old, new = small.write(tmp_path / "old"), small.write(tmp_path / "new")
    edit(new, NEW_RULE, TEXTS[0])
    found = diff.revision(english(open_folder(old).kb), english(open_folder(new).kb))
    assert found == diff.Revision(
        "2026.1",
        "2026.1",
        "2026-01-15",
        (
            diff.Revised(
                (small.COUNT,),
                (
                    'The question "Was the host set up this week?" comes before the question "Is the machine a '
                    'server?" now.',
                    'The remedy "Ask the host again" is proposed in more cases now, against the cause "Too few '
                    'machines have asked the host".',
                ),
            ),
            diff.Revised((), ("Wording or sources changed: 1",)),
        ),
    )


def test_a_revision_of_some_codes_leaves_out_what_changed_only_in_others(tmp_path: Path) -> None:
    old, new = small.write(tmp_path / "old"), small.write(tmp_path / "new")
    edit(new, NEW_RULE, TEXTS[0])
    readings = english(open_folder(old).kb), english(open_folder(new).kb)
    whole = diff.revision(*readings)
    assert diff.revision(*readings, [small.COUNT, small.KEY]) == whole
    assert diff.revision(*readings, [small.KEY]).entries == whole.entries[1:]


def test_a_walk_that_grows_too_large_says_so(edited: Callable[..., Called], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trees.diff.product.MOST_PAIRS", 2)
    called = edited(NEW_RULE)
    assert called.code == 1
    assert called.out.endswith(
        "Not everything was compared\n"
        "  - So much differs that the walk through these codes was cut short:\n    0xC00D0001\n"
    )


# Wrong usage


def test_every_problem_of_both_is_told_at_its_place(tmp_path: Path) -> None:
    old, new = small.write(tmp_path / "old"), small.write(tmp_path / "new")
    edit(old, ("cause: door_closed\n        remedies", "cause: dor_closed\n        remedies"))
    edit(new, ("when: {key_fits: no}", "when: {key_fit: no}"))
    called = call("diff", old, new, "--lang", "en")
    assert called.code == 2
    assert called.out == ""
    assert called.err.replace(str(tmp_path), "") == PROBLEMS


PROBLEMS = """\
Error: 2 problems in the knowledge base: [knowledge-base-invalid]
/new/all.yaml:167:16: unknown question "key_fit"; did you mean "key_fits"? [unknown-id]
/old/all.yaml:116:16: unknown cause "dor_closed"; did you mean "door_closed"? [unknown-id]
"""


NO_KB = ":1:1: is no knowledge base; name a folder with a kb.yaml, an image, or shipped [no-kb]"


def test_what_is_no_knowledge_base_is_told(tmp_path: Path) -> None:
    (tmp_path / "no.image").write_bytes(b"nothing")
    folder = small.write(tmp_path / "kb")
    for other, told in (
        (tmp_path / "missing", NO_KB),
        (tmp_path, NO_KB),
        (tmp_path / "no.image", " is damaged, or no image of a knowledge base [image-unreadable]"),
    ):
        called = call("diff", folder, other, "--lang", "en")
        assert called.code == 2
        assert f"{other}{told}\n" in called.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("-o", "changes.docx"), '"changes.docx" does not say what is wanted'),
        (("-o", "changes.md", "--json"), "--json goes with a .json file"),
        (("-o", "changes.md", "--paper", "a4"), "--paper is for pdf"),
        (("--codes", "0xC004F074"), "0xC004F074"),
        (("--codes", "door"), "door is no code that both have"),
        (("-o", "changes.svg"), "no chart differs"),
    ],
)
def test_wrong_usage_is_told(arguments: tuple[str, ...], said: str, tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    called = call("diff", folder, folder, "--lang", "en", *arguments)
    assert called.code == 2
    assert said in called.err


def test_a_checkout_an_image_and_the_shipped_knowledge_can_be_named(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "checkout" / "kb" / "data")
    compile_folder(folder, tmp_path / "small.image")
    called = call("diff", tmp_path / "checkout", tmp_path / "small.image", "--lang", "en")
    assert (called.code, called.out.splitlines()[1]) == (0, "Nothing differs.")
    assert call("diff", "shipped", "--lang", "en").out.splitlines()[1] == "Nothing differs."


def test_codes_can_be_picked_in_any_spelling(edited: Callable[..., Called], tmp_path: Path) -> None:
    assert edited(NEW_RULE, arguments=("--codes", "c00d0002")).code == 0
    assert call("diff", tmp_path / "old", tmp_path / "new", "--codes", "C00D0001,0xC00D0002").code == 1


# Charts laid over each other


def test_a_chart_laid_over_another_holds_both_and_marks_what_only_one_has() -> None:
    for number in range(60):
        old, new = pair_of(random.Random(f"laid over {number}"))
        for code in set(rulesets.kb_codes(old)) & set(rulesets.kb_codes(new)):
            before, after = code_chart(old, code), code_chart(new, code)
            chart, marks = (marked := laid_over(before, after, ())).chart, marked.marks
            places = {node.id: place for place, node in enumerate(chart.nodes)}
            assert len(places) == len(chart.nodes)
            assert all(places[edge.source] < places[edge.target] for edge in chart.edges)
            assert len({(edge.source, edge.target) for edge in chart.edges}) == len(chart.edges)
            assert without(chart, marks, ADDED) == drawing(before)
            assert without(chart, marks, REMOVED) == drawing(after)


def test_a_chart_laid_over_itself_is_itself() -> None:
    chart = code_chart(small.knowledge(), small.COUNT)
    marked = laid_over(chart, chart, ())
    assert not marked.marks
    assert drawing(marked.chart) == drawing(chart)


def without(chart: Chart, marks: object, mark: str) -> object:
    """The part of a marked chart that is not marked so."""
    nodes = tuple(node for node in chart.nodes if marks.get(node.id) != mark)  # type: ignore[attr-defined]
    edges = tuple(e for e in chart.edges if marks.get((e.source, e.target)) != mark)  # type: ignore[attr-defined]
    return drawing(Chart(chart.id, nodes, edges))


def drawing(chart: Chart) -> object:
    """What a chart shows, whatever its shapes are called: how many of each sort, and from which sort to which."""
    sorts = {node.id: (node.kind, node.subject, node.accepts) for node in chart.nodes}
    return sorted(sorts.values()), sorted((sorts[edge.source], sorts[edge.target]) for edge in chart.edges)


def test_a_step_that_changed_its_place_is_drawn_at_both(tmp_path: Path) -> None:
    new = small.write(tmp_path / "new")
    edit(new, ("when: {is_server: yes, at_least_5: no}", "when: {at_least_5: no, is_server: yes}"))
    before, after = (code_chart(kb, small.COUNT) for kb in (small.knowledge(), open_folder(new).kb))
    marks = laid_over(before, after, ()).marks
    assert {subject: mark for subject, mark in marks.items() if isinstance(subject, str)} == MOVED
    assert CHANGED not in marks.values()


MOVED = {
    "question.at_least_5.few_servers": ADDED,
    "question.at_least_5.few_servers.before": REMOVED,
    "question.is_server.few_clients": ADDED,
    "question.is_server.few_servers": ADDED,
    "question.is_server.few_servers.before": REMOVED,
}


def test_of_remedies_in_more_or_fewer_cases_two_are_told_each_and_the_others_named() -> None:
    start = Stand(ASK, "q")

    def fewer(remedy: str) -> StepChange:
        step = Stand(PROPOSE, remedy, "c")
        return StepChange(STEP_REMOVED, step, Example("0xC0000001", (), step, start), ("0xC0000001",), partly=True)

    changes = [fewer(remedy) for remedy in ("r1", "r2", "r3", "r4")]
    each, named = told_apart([*changes, StepChange(STEP_REMOVED, start, changes[0].example, ("0xC0000001",))])
    assert [change.step.subject for change in each] == ["r1", "r2", "q"]
    assert [change.step.subject for change in named] == ["r3", "r4"]
    reading = english(rulesets.draw_knowledge_base(random.Random("any").choice))
    assert Teller(reading, reading).further(named) == ["Further remedies proposed in fewer cases now: r3; r4"]
