"""The rules as sentences, what a signature is for, and the file of signatures."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from kb import words
from kb.loader import load_folder
from kb.reviews import Review, read_reviews
from kb.store import content_hash, open_folder
from kb.texts import Texts
from tests import shipped, small
from tests.small import COUNT, call
from trees.reading import Reading, plainly
from trees.review.differing import Older
from trees.review.joining import Joining
from trees.review.material import Known, Reviewed
from trees.review.meaning import DIGITS, Meaning, meanings
from trees.review.page import review_html
from trees.review.standing import CHANGED, NOT_APPROVED, SIGNED, STATES, UNREVIEWED, standing
from trees.review.whole import Order, report_of
from voltriage import exits

GOLD = Path(__file__).parent / "gold"
RULES = (
    "cloud_machine",
    "few_servers",
    "few_clients",
    "other_code",
    "wrong_key",
    "back_to_the_count",
    "door_is_closed",
)
"""Of the small knowledge base, in the order of its plans."""


def german() -> Texts:
    return Texts("de", small.opened().translations)


@cache
def known() -> Known:
    return Known(small.knowledge(), {"de": german()})


def reading(known_rules: Known, language: str = "en") -> Reading:
    texts = known_rules.languages["de"] if language == "de" else Texts("en", {})
    return Reading(known_rules.kb, texts, plainly, language)


def changed_base(folder: Path, *edits: tuple[str, str]) -> Known:
    """The small knowledge base, with in its file one text replaced by another; the text must be there once."""
    text = small.YAML
    for old, new in edits:
        assert text.count(old) == 1, (old, text.count(old))
        text = text.replace(old, new)
    small.write(folder)
    (folder / "all.yaml").write_text(text, encoding="utf-8")
    return Known(load_folder(folder), {"de": german()})


# Sentences ------------------------------------------------------------------------------------------------------------


def test_every_rule_is_one_sentence() -> None:
    telling = known().telling(reading(known()))
    told = [f"{ident}: {telling.sentence(applied).text}\n" for ident, applied in known().rules.items()]
    assert "".join(told) == (GOLD / "review.txt").read_text(encoding="utf-8")


def test_guards_of_groups_and_procedures_are_conditions_with_their_own_reasons(tmp_path: Path) -> None:
    edits = (
        ("    plan:\n      - procedure: door\n", "    plan:\n      - procedure: door\n        when: {is_server: yes}\n"
         "        because: Only servers count here.\n"),
        ("        when: {place: [office, home]}\n"
         "        because: Only machines in the office and at home use our host.\n", ""),
        ("      - procedure: door\n      - id: few_servers", "      - id: few_servers"),
        (
            "      - id: wrong_key\n        when: {key_fits: no}\n",
            "      - group: keys\n        when: {code: [\"0xC00D0002\"], place: [office, home, cloud, unknown]}\n"
            "        because: A key is needed everywhere.\n        plan: [{id: any_key, when: {key_fits: [yes, no]}, "
            "continue_as: \"0xC00D0001\", because: Yes., "
            "sources: [{source: general, section: S, checked: 2026-01-10}]}]\n"
            "      - id: wrong_key\n        when: {key_fits: no}\n",
        ),
    )  # fmt: skip
    rules = changed_base(tmp_path, *edits)
    telling = rules.telling(reading(rules))
    told = telling.sentence(rules.rules["door_is_closed"]).conditions
    assert [(clause.text, clause.why) for clause in told] == [
        ('If "Is the machine a server?" is answered with "yes"', "Only servers count here."),
        ('and "Does the host accept a connection?" is answered with "no",', ""),
    ]
    told = telling.sentence(rules.rules["any_key"]).conditions
    assert [(clause.text, clause.why) for clause in told] == [
        ("If the code is 0xC00D0002", "A key is needed everywhere."),
        ('and "Where does the machine stand?" has been asked, whatever the answer', "A key is needed everywhere."),
        ('and "Is the key one for this edition?" is answered with "yes" or "no",', ""),
    ]


def test_a_way_that_a_code_refuses_is_none(tmp_path: Path) -> None:
    guard = 'when: {place: [office, home], code: ["0xC00D0002"]}'
    rules = changed_base(tmp_path, ("when: {place: [office, home]}", guard))
    (way,) = rules.rules["door_is_closed"].ways
    assert (way.guards, way.codes) == ((), ("unknown_code",))
    rules = changed_base(tmp_path / "other", ("when: {place: [office, home]}", "when: {symptom: counted}"))
    telling = rules.telling(reading(rules))
    assert telling.sentence(rules.rules["door_is_closed"]).conditions[0].ways == (
        "for 0xC00D0001: the code is 0xC00D0001",
        "for any other code: in any case",
    )


@pytest.mark.parametrize(
    ("language", "texts", "sentence", "joined"),
    [
        ("en", ["It is so, as clients need it."], "Clients need 25 machines.", "clients need 25 machines"),
        ("en", ["In Windows it is so."], "Windows asks for it.", "Windows asks for it"),
        ("en", [], "DNS rejects it. So it waits.", "DNS rejects it. So it waits"),
        ("en", [], "The host is new.", "the host is new"),
        ("de", ["Der Host hat Clients."], "Clients brauchen 25 Computer.", "Clients brauchen 25 Computer"),
        ("de", ["Es gilt, sobald er kommt."], "Sobald er kommt, geht es.", "sobald er kommt, geht es"),
        ("de", [], "Der Host ist neu.", "der Host ist neu"),
    ],
)
def test_a_reason_loses_the_capital_that_only_began_it(
    language: str, texts: list[str], sentence: str, joined: str
) -> None:
    assert Joining.of(language, [*texts, sentence]).joined(sentence) == joined


# Meanings -------------------------------------------------------------------------------------------------------------


def hashes(found: Mapping[str, Meaning]) -> dict[str, str]:
    return {ident: meaning.hash for ident, meaning in found.items()}


def test_a_meaning_is_told_in_sixteen_digits_that_stay() -> None:
    found = hashes(known().meanings)
    assert tuple(found) == RULES
    assert all(re.fullmatch(rf"[0-9a-f]{{{DIGITS}}}", one) for one in found.values())
    assert found["few_servers"] == "228788df97d1fd4f", "if this was meant to change, every signature is void"


def as_data(text: str) -> Any:
    return yaml.load(text, Loader=yaml.BaseLoader)


def shuffled(data: Any, random: Any, path: tuple[str, ...] = ()) -> Any:
    """The same YAML with its fields in another order; questions are asked in the order of `when`."""
    if isinstance(data, list):
        return [shuffled(one, random, path) for one in data]
    if not isinstance(data, dict):
        return data
    keys = list(data)
    if path[-1:] != ("when",):
        random.shuffle(keys)
    return {key: shuffled(data[key], random, (*path, key)) for key in keys}


@settings(max_examples=20, deadline=None)
@given(random=st.randoms(use_true_random=False), split=st.booleans())
def test_the_order_of_fields_another_file_and_remarks_change_no_meaning(
    random: Any, split: bool, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("kb")
    data = shuffled(as_data(small.YAML), random)
    (folder / "kb.yaml").write_text(small.KB_YAML, encoding="utf-8")
    procedures = {"procedures": data.pop("procedures")} if split else {}
    for name, part in (("a.yaml", data), ("z.yaml", procedures)):
        dumped = yaml.safe_dump(part, sort_keys=False, allow_unicode=True)
        (folder / name).write_text(f"# a remark\n{dumped if part else ''}", encoding="utf-8")
    assert hashes(meanings(load_folder(folder), {"de": german()})) == hashes(known().meanings)


def test_the_place_in_the_plan_changes_no_meaning(tmp_path: Path) -> None:
    text = small.YAML
    first, second = text.index("      - id: few_servers"), text.index("      - id: few_clients")
    third = text.index("      - id: other_code")
    moved = text[:first] + text[second:third] + text[first:second] + text[third:]
    small.write(tmp_path)
    (tmp_path / "all.yaml").write_text(moved, encoding="utf-8")
    assert hashes(meanings(load_folder(tmp_path), {"de": german()})) == hashes(known().meanings)


CHANGES = {
    "a condition's value": ("when: {is_server: yes, at_least_5: no}", "when: {is_server: no, at_least_5: no}"),
    "a value more": ("when: {is_server: yes, at_least_5: no}", "when: {is_server: yes, at_least_5: [no, unknown]}"),
    "the order of the questions": ("when: {is_server: yes, at_least_5: no}", "when: {at_least_5: no, is_server: yes}"),
    "the question's text": ("    text: Is the machine a server?\n", "    text: Is it a server?\n"),
    "a threshold": ("    measure: {id: count, at_least: 5}\n", "    measure: {id: count, at_least: 6}\n"),
    "the reason": ("because: Servers need five machines.", "because: Servers need some machines."),
    "the cause's title": ("count_too_low: {title: Too few machines", "count_too_low: {title: Few machines"),
    "the remedy's title": ("    title: Let more machines ask the host\n", "    title: Let more machines ask\n"),
    "a step": ("Switch the idle machines on., where: network", "Switch idle machines on., where: network"),
    "where a step is done": ("Switch the idle machines on., where: network", "Switch the idle machines on."),
    "a command": ("system32\\slmgr.vbs /dli, shell: cmd", "system32\\slmgr.vbs /dlv, shell: cmd"),
    "how it is checked": ("    verify: {text: The count is high enough.}", "    verify: {text: It is high enough.}"),
    "what it waits for": ("look_again: after two hours", "look_again: after three hours"),
    "what it changes": ("    changes: [at_least_5, at_least_25]\n", "    changes: [at_least_5]\n"),
    "the source": ("section: Counts, checked: 2026-01-10}]\n      - id: few_clients",
                   "section: Count, checked: 2026-01-10}]\n      - id: few_clients"),
    "the document": ("guide: {title: The guide,", "guide: {title: A guide,"),
    "what sources disagree in": ("        because: Servers need five machines.\n",
                                 "        because: Servers need five machines.\n        disagree: One says ten.\n"),
}  # fmt: skip


@pytest.mark.parametrize("change", CHANGES)
def test_any_change_of_what_a_rule_does_or_says_changes_its_meaning(change: str, tmp_path: Path) -> None:
    there = changed_base(tmp_path, CHANGES[change]).meanings
    assert there["few_servers"].hash != known().meanings["few_servers"].hash


def test_a_change_elsewhere_changes_no_meaning(tmp_path: Path) -> None:
    edits = (
        ("    phone: Does the host answer?\n", "    phone: Does it answer?\n"),
        ("    meaning: The key does not fit.\n", "    meaning: No key fits.\n"),
        ("checked: 2026-01-10}]\n      - id: back", "checked: 2026-01-11}]\n      - id: back"),
    )  # fmt: skip
    assert hashes(changed_base(tmp_path, *edits).meanings) == hashes(known().meanings)


def test_another_translation_or_guard_is_another_meaning(tmp_path: Path) -> None:
    def other(text: Any) -> str:
        return "Anders." if text.key == "rule.few_servers because" else german()(text)

    translated = hashes(meanings(small.knowledge(), {"de": other, "fr": lambda _: "Autre."}))
    before = hashes(known().meanings)
    assert {ident for ident in RULES if translated[ident] != before[ident]} == {"few_servers"}
    guarded = changed_base(tmp_path, ("        when: {place: [office, home]}", "        when: {place: [office]}"))
    assert {ident for ident in RULES if hashes(guarded.meanings)[ident] != before[ident]} == {"door_is_closed"}


# Standing -------------------------------------------------------------------------------------------------------------

REVIEWS = st.lists(
    st.builds(
        Review,
        rule=st.just("few_servers"),
        meaning=st.sampled_from(["now", "before"]),
        by=st.sampled_from(["A", "B"]),
        date=st.dates(date(2026, 1, 1), date(2026, 1, 4)).map(date.isoformat),
        verdict=st.sampled_from(words.VERDICTS),
        line=st.integers(1, 50),
    ),
    max_size=6,
    unique_by=lambda review: review.line,
)


@given(REVIEWS)
def test_a_rule_stands_as_the_last_words_on_it_say(reviews: list[Review]) -> None:
    found = standing("now", reviews)
    current = [review for review in reviews if review.meaning == "now"]
    last = {
        by: max((one for one in current if one.by == by), key=lambda one: (one.date, one.line)).verdict
        for by in {review.by for review in current}
    }
    expected = (
        (SIGNED if set(last.values()) == {words.APPROVED} else NOT_APPROVED)
        if current
        else (CHANGED if reviews else UNREVIEWED)
    )
    assert found.state == expected
    assert {review.by for review in found.reviews} == ({*last} if current else {review.by for review in reviews})


# The file -------------------------------------------------------------------------------------------------------------

ENTRY = '  - {rule: few_servers, meaning: "0123456789abcdef", by: A, date: 2026-01-10, verdict: approved}\n'
HIDDEN = 'by: "A\\u202e"'
MISTAKES = {
    "no list": ("reviews: {}\n", 'reviews.yaml:1:10: found an empty mapping, expected a list [wrong-shape]'),
    "no section": ("signed: []\n", 'reviews.yaml:1:1: unknown field "signed"'),
    "no such verdict": (f"reviews:\n{ENTRY.replace('approved', 'aproved')}",
                        'reviews.yaml:2:88: found "aproved", expected one of approved, needs-work, rejected; did you '
                        'mean "approved"? [bad-value]'),
    "no such day": (f"reviews:\n{ENTRY.replace('2026-01-10', '2026-02-30')}", "reviews.yaml:2:67: "),
    "no meaning": (f"reviews:\n{ENTRY.replace('0123456789abcdef', 'signed')}",
                   'reviews.yaml:2:34: found "signed", expected 16 digits from 0 to f'),
    "nobody": (f"reviews:\n{ENTRY.replace('by: A', 'by: ')}",
               "reviews.yaml:2:58: found nothing, expected a text [bad-value]"),
    "twice": (f"reviews:\n{ENTRY}{ENTRY.replace('approved', 'rejected')}",
              "reviews.yaml:3:5: A reviewed few_servers a second time on 2026-01-10 (first in line 2)"),
    "a hidden character": (f"reviews:\n{ENTRY.replace('by: A', HIDDEN)}", "reviews.yaml:2:58: the character U+202E"),
    "no YAML": ("reviews: [\n", "reviews.yaml:2:1: "),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES)
def test_every_mistake_in_the_file_is_told_at_its_place(mistake: str, tmp_path: Path) -> None:
    text, problem = MISTAKES[mistake]
    (tmp_path / "reviews.yaml").write_text(text, encoding="utf-8")
    found, problems = read_reviews(tmp_path)
    assert found == ()
    assert any(str(one).startswith(problem) for one in problems), [str(one) for one in problems]


def test_reviews_are_no_knowledge(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    before = content_hash(folder)
    assert read_reviews(folder) == ((), [])
    (folder / "reviews.yaml").write_text(f"reviews:\n{ENTRY}", encoding="utf-8")
    assert content_hash(folder) == before
    assert open_folder(folder).kb.manifest.sha256 == before
    (review,) = read_reviews(folder)[0]
    assert (review.rule, review.by, review.line, review.column) == ("few_servers", "A", 2, 5)


def test_the_shipped_knowledge_has_no_made_up_reviews() -> None:
    assert not (shipped.FOLDER / "reviews.yaml").exists()


# Signing --------------------------------------------------------------------------------------------------------------


def sign(folder: Path, *arguments: str) -> Any:
    return call("review", "--kb", folder, "--lang", "en", "--by", "Head of keys", "--date", "2026-01-20", *arguments)


def test_signing_adds_to_what_stands_in_the_file(tmp_path: Path) -> None:
    folder = small.write(tmp_path)
    file = folder / "reviews.yaml"
    called = sign(folder, "--sign", "few_servers", "--sign", "wrong_key", "--note", 'He said: "fine" # really')
    assert (called.code, called.out) == (exits.DONE, f"Reviews written to {file.as_posix()}: 2\n")
    file.write_text(
        "# ours\n" + file.read_text(encoding="utf-8").replace("  -", "-").replace("\n    ", "\n  "), "utf-8"
    )
    assert sign(folder, "--sign", "few_clients", "--verdict", "needs-work").code == exits.DONE
    found = hashes(known().meanings)
    assert (
        file.read_text(encoding="utf-8")
        == f'''\
# ours
reviews:
- rule: few_servers
  meaning: "{found["few_servers"]}"
  by: "Head of keys"
  date: 2026-01-20
  verdict: approved
  note: "He said: \\"fine\\" # really"
- rule: wrong_key
  meaning: "{found["wrong_key"]}"
  by: "Head of keys"
  date: 2026-01-20
  verdict: approved
  note: "He said: \\"fine\\" # really"
- rule: few_clients
  meaning: "{found["few_clients"]}"
  by: "Head of keys"
  date: 2026-01-20
  verdict: needs-work
'''
    )
    states = {ident: one.state for ident, one in Reviewed(known(), read_reviews(folder)[0]).standings.items()}
    assert {ident for ident, state in states.items() if state == SIGNED} == {"few_servers", "wrong_key"}
    assert states["few_clients"] == NOT_APPROVED


def test_all_rules_are_signed_only_in_so_many_words(tmp_path: Path) -> None:
    folder = small.write(tmp_path)
    called = sign(folder, "--sign", "all")
    assert called.err == 'Error: to sign every rule, add --confirm "I have read all 7 rules" [usage]\n'
    assert not (folder / "reviews.yaml").exists()
    assert sign(folder, "--sign", "all", "--confirm", "i have read  all 7 rules").code == exits.DONE
    assert {review.rule for review in read_reviews(folder)[0]} == set(RULES)


REFUSED = {
    "no such rule": (["--sign", "few_server"], 'did you mean "few_servers"? [no-such-rule]'),
    "nobody": (["--sign", "few_servers", "--by", " "], "say who signs with --by"),
    "a hidden name": (["--sign", "few_servers", "--by", "A\u202e"], "say who signs with --by"),
    "no date": (["--sign", "few_servers", "--date", "today"], '"today" is no date'),
    "report and signature": (["--sign", "few_servers", "-o", "x"], "either write the report with -o, or sign"),
    "neither": ([], "name the folder for the report with -o, or the rules to sign with --sign"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_signed_is_refused(case: str, tmp_path: Path) -> None:
    arguments, told = REFUSED[case]
    called = sign(small.write(tmp_path), *arguments)
    assert (called.code, called.out) == (exits.USAGE, "")
    assert told in called.err
    assert not (tmp_path / "reviews.yaml").exists()


def test_the_shipped_knowledge_cannot_be_signed_in_its_place() -> None:
    called = call("review", "--lang", "en", "--sign", "count_reached_server", "--by", "A")
    assert (called.code, "cannot be signed in its place" in called.err) == (exits.USAGE, True)


@pytest.mark.parametrize("text", [f"reviews: [{ENTRY.strip()[2:]}]\n", f"reviews:\n{ENTRY}...\n", "reviews: x\n"])
def test_a_file_that_cannot_be_added_to_stays_as_it_is(text: str, tmp_path: Path) -> None:
    folder = small.write(tmp_path)
    (folder / "reviews.yaml").write_text(text, encoding="utf-8")
    assert sign(folder, "--sign", "few_clients").code == exits.USAGE
    assert (folder / "reviews.yaml").read_text(encoding="utf-8") == text


# The report -----------------------------------------------------------------------------------------------------------


def reviewed(*said: tuple[str, str]) -> Reviewed:
    """The small knowledge base with reviews; of a rule marked with * as it was before."""
    found = hashes(known().meanings)
    reviews = [
        Review(
            rule.rstrip("*"),
            "0" * DIGITS if rule.endswith("*") else found[rule],
            "A",
            "2026-01-12",
            verdict,
            "So.",
            line,
        )
        for line, (rule, verdict) in enumerate(said, 1)
    ]
    return Reviewed(known(), reviews)


def order(findings: int = 0, older: Older | None = None) -> Order:
    return Order(findings, "my-knowledge", 400.0, older)


def test_page_one_says_the_state_in_words() -> None:
    said = reviewed(("few_servers", "approved"), ("few_clients", "approved"), ("wrong_key", "rejected"),
                    ("door_is_closed*", "approved"))  # fmt: skip
    summary = report_of(said, reading(known()), order(3)).summary
    assert summary.state == "Signed off: 2 of 7 rules."
    assert summary.missing == (
        "Rules that nobody has reviewed: 3",
        "Rules whose review is out of date, as they changed: 1",
        "Rules that a reviewer did not approve: 1",
        "Findings of voltriage check that are not mended: 3",
        "Rules for which no document stands, only general knowledge: 2",
    )
    assert [(figure.name, figure.number) for figure in summary.figures] == [
        ("Rules", "7"),
        ("Signed off, and unchanged since then", "2"),
        ("Never reviewed", "3"),
        ("Changed since their review", "1"),
        ("Not approved", "1"),
        ("Findings of voltriage check", "3"),
        ("Cannot be undone", "0"),
        ("Changes an entitlement", "0"),
        ("Spends an activation", "1"),
        ("Sources disagree", "0"),
        ("General knowledge", "2"),
        ("On general knowledge alone", "2"),
    ]
    assert summary.steps[-1].endswith("voltriage review --kb my-knowledge --sign RULE --by NAME")


@pytest.mark.parametrize(
    ("signed", "findings", "state"),
    [
        ((), 0, "None of 7 rules is signed off yet."),
        (RULES[:2], 0, "Signed off: 2 of 7 rules."),
        (RULES, 2, "Every rule is signed off, but voltriage check still finds something."),
        (RULES, 0, "Every rule is signed off."),
    ],
)
def test_the_state_is_one_sentence(signed: tuple[str, ...], findings: int, state: str) -> None:
    said = reviewed(*((rule, "approved") for rule in signed))
    summary = report_of(said, reading(known()), order(findings)).summary
    assert summary.state == state
    assert (summary.steps[-1] == "Nothing is left to do until a rule changes. Make this report again then.") == (
        len(signed) == len(RULES)
    )


def test_the_report_has_every_rule_once_in_the_order_in_which_it_is_tried() -> None:
    report = report_of(reviewed(("few_servers", "approved")), reading(known()), order())
    chapters = [*report.codes, *report.procedures]
    assert [(chapter.title, [(entry.name, entry.order) for entry in chapter.entries]) for chapter in chapters] == [
        (
            COUNT,
            [
                ("cloud_machine", "Tried first"),
                ("The door to the host", "Tried after cloud_machine"),
                ("few_servers", 'Tried after the procedure "The door to the host"'),
                ("few_clients", "Tried after few_servers"),
                ("other_code", "Tried after few_clients"),
            ],
        ),
        (small.KEY, [("wrong_key", "Tried first"), ("back_to_the_count", "Tried after wrong_key")]),
        ("Any other code", [("The door to the host", "Tried first")]),
        ("The door to the host", [("door_is_closed", "Tried first")]),
    ]
    entries = {entry.name: entry for chapter in chapters for entry in chapter.entries}
    assert entries["few_servers"].reviews == ("A approved it on 2026-01-12. Note: So.",)
    assert entries["few_servers"].meaning == known().meanings["few_servers"].hash
    assert [mark.text for mark in entries["wrong_key"].marks] == ["Spends an activation"]
    assert [remedy.card.title for remedy in report.remedies] == [
        "Ask the host again",
        "Install the right key",
        "Let more machines ask the host",
        "Open the door",
    ]


def test_the_whole_page_of_a_small_knowledge_base() -> None:
    said = reviewed(("few_servers", "approved"), ("wrong_key", "rejected"), ("door_is_closed*", "approved"))
    page = review_html(report_of(said, reading(known()), order()), reading(known()))
    assert page[page.index("<body>") :] == (GOLD / "review.html").read_text(encoding="utf-8")


def test_views_name_the_rules_that_need_a_closer_look(tmp_path: Path) -> None:
    rules = changed_base(
        tmp_path,
        ("because: Servers need five machines.\n", "because: It is so.\n        disagree: One says ten.\n"),
        (
            "title: Open the door\n    risk: reversible\n",
            "title: Open the door\n    risk: irreversible\n    consent: yes\n",
        ),
    )
    said = Reviewed(rules, reviewed(("few_servers", "approved"), ("wrong_key", "rejected")).reviews)
    older = Older(known(), reading(known()))
    views = {view.title: view for view in report_of(said, reading(rules), order(older=older)).views}
    assert {title: [row.rule.text for row in view.rows] for title, view in views.items()} == {
        "Changed since the last review": ["few_servers"],
        "Not approved": ["wrong_key"],
        "Changed since version 2026.1": ["few_servers", "door_is_closed"],
        "Cannot be undone": ["door_is_closed"],
        "Changes an entitlement": [],
        "Spends an activation": ["wrong_key"],
        "Sources disagree": ["few_servers"],
        "General knowledge": ["cloud_machine", "other_code"],
    }
    (changed,) = views["Changed since the last review"].rows
    what, before, now = changed.told
    assert what == "Changed: its reason; what its sources disagree in"
    assert (before.startswith("Before: If "), "because Servers need five machines" in before) == (True, True)
    assert (now.startswith("Now: If "), "because it is so" in now) == (True, True)
    assert views["Sources disagree"].rows[0].told == ("One says ten.",)
    assert views["Not approved"].rows[0].told == ("So.",)
    assert views["General knowledge"].rows[0].told == ("It rests on nothing else.",)


def test_a_step_that_cannot_be_undone_counts_as_the_remedy_does(tmp_path: Path) -> None:
    step = ("undo: Remove the rule KMS.", "risk: irreversible\n        undo: It cannot be undone.")
    rules = changed_base(tmp_path, step)
    report = report_of(Reviewed(rules, ()), reading(rules), order())
    (view,) = (view for view in report.views if view.title == "Cannot be undone")
    assert [row.rule.text for row in view.rows] == ["door_is_closed"]


def test_what_was_reviewed_is_told_only_where_it_is_known(tmp_path: Path) -> None:
    rules = changed_base(tmp_path, ("because: Servers need five machines.", "because: It is so."))
    said = Reviewed(rules, reviewed(("few_servers", "approved")).reviews)
    (row,) = report_of(said, reading(rules), order()).views[0].rows
    assert row.told == ()
    older = Older(rules, reading(rules))
    (row,) = report_of(said, reading(rules), order(older=older)).views[0].rows
    assert row.told == (), "that is not the version that was read"


def test_the_shipped_rules_are_told_in_both_languages() -> None:
    texts = Texts("de", shipped.opened().translations)
    rules = Known(shipped.knowledge(), {"de": texts})
    for language in ("en", "de"):
        report = report_of(Reviewed(rules, ()), reading(rules, language), order())
        entries = [entry for chapter in (*report.codes, *report.procedures) for entry in chapter.entries]
        assert {entry.name for entry in entries if entry.sentence} == set(rules.rules)
        assert {entry.state for entry in entries if entry.sentence} == {UNREVIEWED} <= set(STATES)
        assert all(view.rows for view in report.views[2:])


# The command ----------------------------------------------------------------------------------------------------------

FILES = ["review.de.html", "review.de.pdf", "review.en.html", "review.en.pdf"]


def test_the_command_writes_a_page_and_a_pdf_in_both_languages(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    called = call("review", "--kb", folder, "-o", tmp_path / "new" / "out")
    assert called.code == exits.DONE
    assert sorted(Path(line).name for line in called.out.splitlines()) == FILES
    assert sorted(path.name for path in (tmp_path / "new" / "out").iterdir()) == FILES
    german_page = (tmp_path / "new" / "out" / "review.de.html").read_text(encoding="utf-8")
    assert '<html lang="de">' in german_page
    assert "Nimmt der Host eine Verbindung an?" in german_page
    assert call("review", "--kb", folder, "-o", tmp_path / "one", "--lang", "de").code == exits.DONE
    assert sorted(path.name for path in (tmp_path / "one").iterdir()) == FILES[:2]


def test_the_same_knowledge_gives_the_same_bytes(tmp_path: Path) -> None:
    made = []
    for number, seed in enumerate(("1", "2")):
        folder = small.write(tmp_path / str(number) / "kb")
        environ = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC{number}", "LC_ALL": "C"}
        command = [sys.executable, "-m", "voltriage", "review", "--kb", str(folder), "-o", str(tmp_path / str(number))]
        subprocess.run(command, env=environ, check=True, capture_output=True, cwd=Path(__file__).parent.parent)
        made.append([(tmp_path / str(number) / name).read_bytes() for name in FILES])
    assert made[0] == made[1]


def test_a_file_in_the_way_and_wrong_reviews_are_told(tmp_path: Path) -> None:
    folder = small.write(tmp_path / "kb")
    (tmp_path / "out").write_text("", encoding="utf-8")
    called = call("review", "--kb", folder, "--lang", "en", "-o", tmp_path / "out")
    assert (called.code, "a file stands where a folder is needed" in called.err) == (exits.FAILED, True)
    (folder / "reviews.yaml").write_text("reviews: x\n", encoding="utf-8")
    called = call("review", "--kb", folder, "--lang", "en", "-o", tmp_path / "new")
    assert (called.code, "reviews.yaml:1:10: " in called.err) == (exits.USAGE, True)
    assert not (tmp_path / "new").exists()
