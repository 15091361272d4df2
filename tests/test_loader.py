"""The loader: every problem of every file at once, each with its place, what was found and what to do next."""

from __future__ import annotations

import re
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kb.loader import load_folder
from kb.problems import KnowledgeError
from kb.reading import MOST_LEVELS, read_text
from tests.small_base import FILES, changed, write

COUNT = "procedures/count.yaml"
CODES = "codes.yaml"
GENERAL = "general.yaml"
SECTIONS = "sources, owners, measures, questions, causes, remedies, procedures, codes"

Files = Mapping[str, str | bytes]
Change = tuple[str, str, str]


def problems_of(files: Files) -> list[str]:
    """The problem lines of a knowledge base with these files; none when it loads."""
    with TemporaryDirectory() as folder:
        try:
            load_folder(write(Path(folder) / "base", files))
        except KnowledgeError as error:
            return [str(problem) for problem in error.problems] or ["an error without a problem"]
    return []


def without(name: str) -> dict[str, str]:
    return {file: text for file, text in FILES.items() if file != name}


def test_the_small_base_loads() -> None:
    assert problems_of(FILES) == []


# One mistake, its whole report. A row: what is changed in the small base, then the lines.

SHAPES: dict[str, tuple[list[Change], list[str]]] = {
    "unknown field, near to a known one": (
        [(COUNT, "    phone:", "    fone:")],
        [f'{COUNT}:30:5: unknown field "fone"; did you mean "phone"? [unknown-field]'],
    ),
    "unknown field that other forms have": (
        [(COUNT, "{title: The key is of another channel}", "{title: T, steps: x}")],
        [f'{COUNT}:43:25: unknown field "steps"; fields here are title, excludes, suppress [unknown-field]'],
    ),
    "unknown field in a group: the fields of a group are offered, at the place in the group": (
        [(COUNT, "        because: Only this", "        becuase: Only this")],
        [
            f'{COUNT}:84:9: the field "because" is missing [missing-field]',
            f'{COUNT}:86:9: unknown field "becuase"; did you mean "because"? [unknown-field]',
        ],
    ),
    "bad value inside a group": (
        [(COUNT, "          - id: key_mak", "          - id: Key-MAK")],
        [
            f'{COUNT}:88:17: found "Key-MAK", expected an id of small letters, digits and _ that begins with a letter; '
            'did you mean "key_mak"? [bad-id]'
        ],
    ),
    "unknown section: what stands in it counts as defined": (
        [(GENERAL, "owners:", "owner:")],
        [f'{GENERAL}:5:1: unknown section "owner"; did you mean "owners"? [unknown-field]'],
    ),
    "missing field, at the name of its thing": (
        [(COUNT, "    title: Key\n", "")],
        [f'{COUNT}:81:3: the field "title" is missing [missing-field]'],
    ),
    "missing field in a list, at the entry": (
        [(COUNT, "        because: The inner code says more.\n", "")],
        [f'{COUNT}:76:9: the field "because" is missing [missing-field]'],
    ),
    "a boolean is not a word of the format": (
        [(COUNT, "        elevated: no", "        elevated: true")],
        [f'{COUNT}:28:19: found "true", expected one of yes, no; did you mean "yes"? [bad-value]'],
    ),
    "a word that is not in the list": (
        [(COUNT, "    effort: waiting", "    effort: wait")],
        [f'{COUNT}:16:13: found "wait", expected one of glance, minutes, waiting; did you mean "waiting"? [bad-value]'],
    ),
    "two words that are not in the list": (
        [(CODES, "types: [mak]", "types: [MAK, oem]")],
        [
            f'{CODES}:22:13: found "MAK", expected one of mak, kms_client, kms_host, adba, office; '
            'did you mean "mak"? [bad-value]',
            f'{CODES}:22:18: found "oem", expected one of mak, kms_client, kms_host, adba, office [bad-value]',
        ],
    ),
    "another version of the format": (
        [("kb.yaml", "format: 1", "format: 2")],
        ['kb.yaml:1:9: found "2", expected 1 [bad-value]'],
    ),
    "a date in another order": (
        [("kb.yaml", "2026-11-22", "22.11.2026")],
        ['kb.yaml:3:11: found "22.11.2026", expected a date like 2026-11-22 [bad-value]'],
    ),
    "a count of seconds is not a date": (
        [("kb.yaml", "2026-11-22", "1763769600")],
        ['kb.yaml:3:11: found "1763769600", expected a date like 2026-11-22 [bad-value]'],
    ),
    "a day that does not exist": (
        [(GENERAL, "2024-11-12", "2024-13-12")],
        [
            f'{GENERAL}:2:84: found "2024-13-12", there is no such day; expected a date like 2026-11-22 [bad-value]',
        ],
    ),
    "not a number": (
        [(GENERAL, "min: 0", "min: none")],
        [f'{GENERAL}:9:69: found "none", expected a whole number like 25, of at most nine digits [bad-value]'],
    ),
    "a number that no program stores": (
        [(GENERAL, "min: 0", "min: 99999999999999999999")],
        [
            f'{GENERAL}:9:69: found "99999999999999999999", expected a whole number like 25, of at most nine digits '
            "[bad-value]"
        ],
    ),
    "bounds the wrong way round": (
        [(GENERAL, "min: 0", "min: 2000")],
        [f"{GENERAL}:9:3: min 2000 is greater than max 1000; exchange them [wrong-shape]"],
    ),
    "a field that was not filled in": (
        [(COUNT, "text: Was the host set up this week?", "text:")],
        [f"{COUNT}:14:10: found nothing, expected a text [bad-value]"],
    ),
    "a text in brackets": (
        [(COUNT, "text: Was the host set up this week?", "text: [KMS host]")],
        [
            f"{COUNT}:14:11: found a list, expected a text; one with [ ] {{ }} or : in it needs quotes [wrong-shape]",
        ],
    ),
    "one word instead of a list": (
        [(COUNT, "remedies: [raise_count]", "remedies: raise_count")],
        [f'{COUNT}:72:19: found "raise_count", expected a list [wrong-shape]'],
    ),
    "an empty list": (
        [(COUNT, "remedies: [raise_count]", "remedies: []")],
        [f"{COUNT}:72:19: found an empty list, expected at least one entry [bad-value]"],
    ),
    "a text instead of fields": (
        [(COUNT, "    verify: {text: The channel is KMS.}", "    verify: The channel is KMS.")],
        [f'{COUNT}:63:13: found "The channel is KMS.", expected a mapping (field: value) [wrong-shape]'],
    ),
    "no condition": (
        [(COUNT, "when: {channel: mak}", "when: {}")],
        [f"{COUNT}:89:19: found an empty mapping, expected at least one entry [bad-value]"],
    ),
    "a condition without a value": (
        [(COUNT, "when: {channel: mak}", "when: {channel: }")],
        [f"{COUNT}:89:29: found nothing, expected one word without blanks [bad-id]"],
    ),
    "a list of conditions": (
        [(COUNT, "when: {channel: mak}", "when: [channel, mak]")],
        [f"{COUNT}:89:19: found a list, expected a mapping (field: value) [wrong-shape]"],
    ),
    "a condition in a condition": (
        [(COUNT, "when: {channel: mak}", "when: {channel: {mak: yes}}")],
        [
            f"{COUNT}:89:29: found a mapping, expected a text; one with [ ] {{ }} or : in it needs quotes "
            f"[wrong-shape]",
        ],
    ),
    "a code in small letters: what was meant counts as defined": (
        [(CODES, '"0xC004F038"', "0xc004f038")],
        [
            f'{CODES}:2:3: found "0xc004f038", expected a code like 0xC004F074, letters in capitals, or unknown_code; '
            'did you mean "0xC004F038"? [bad-id]'
        ],
    ),
    "a code without 0x": (
        [(COUNT, "continue_as: {answer_of: inner_code}", "continue_as: c004f038")],
        [
            f'{COUNT}:78:22: found "c004f038", expected a code like 0xC004F074, letters in capitals; '
            'did you mean "0xC004F038"? [bad-id]'
        ],
    ),
    "an id in another style: what was meant counts as defined": (
        [(COUNT, "  host_is_new:\n", "  Host-Is-New:\n")],
        [
            f'{COUNT}:13:3: found "Host-Is-New", expected an id of small letters, digits and _ that begins with a '
            'letter; did you mean "host_is_new"? [bad-id]'
        ],
    ),
    "an id that is too long": (
        [(COUNT, "  wrong_key: {title", f"  wrong_key: {{title: T}}\n  {'x' * 61}: {{title")],
        [f'{COUNT}:44:3: found "{"x" * 37}...", expected at most 60 characters [bad-id]'],
    ),
    "a rule that concludes nothing": (
        [(COUNT, "        continue_as: {answer_of: inner_code}\n", "")],
        [
            f"{COUNT}:76:9: the rule concludes nothing; add cause and remedies, or continue_as, or escalate "
            "[wrong-shape]"
        ],
    ),
    "a rule that concludes twice": (
        [(COUNT, "{answer_of: inner_code}\n", "{answer_of: inner_code}\n        escalate: {to: kms_admin}\n")],
        [
            f"{COUNT}:76:9: the rule has continue_as and escalate; keep one, and write a second rule for the other "
            "[wrong-shape]"
        ],
    ),
    "remedies without a cause": (
        [(COUNT, "            cause: wrong_key\n", "")],
        [f"{COUNT}:88:13: the remedies stand against no cause; add the cause [wrong-shape]"],
    ),
    "a command to verify with, and no shell": (
        [(COUNT, ", command: slmgr /dli, shell: cmd}", ", command: slmgr /dli}")],
        [f'{COUNT}:54:5: the command has no shell; add "shell: cmd" or "shell: powershell" [wrong-shape]'],
    ),
    "a command to look up with, and no shell": (
        [(COUNT, "        shell: cmd\n        elevated: no", "        elevated: no")],
        [f'{COUNT}:25:9: the command has no shell; add "shell: cmd" or "shell: powershell" [wrong-shape]'],
    ),
    "two bounds": (
        [(COUNT, "at_least: 5}", "at_least: 5, at_most: 9}")],
        [f"{COUNT}:11:5: at_least and at_most exclude each other; write two questions [wrong-shape]"],
    ),
    "a choice without choices": (
        [(COUNT, "    choices: {kms_client: VOLUME_KMSCLIENT, mak: VOLUME_MAK}\n", "")],
        [f"{COUNT}:18:3: a question of kind choice needs choices (value: text) [wrong-shape]"],
    ),
    "choices without the kind": (
        [(COUNT, "    kind: choice\n", "")],
        [
            f'{COUNT}:18:3: there are choices and the kind is yes-no; add "kind: choice", or remove them [wrong-shape]',
        ],
    ),
    "a grave remedy that does not ask": (
        [(COUNT, "    consent: yes\n", "")],
        [f'{COUNT}:57:3: the risk changes_entitlement needs the operator\'s consent; add "consent: yes" [wrong-shape]'],
    ),
    "a guard without a reason": (
        [(CODES, "        because: Another key needs another plan.\n", "")],
        [
            f"{CODES}:15:9: the guard (when) has no because; add the reason why its question is asked [wrong-shape]",
        ],
    ),
    "an address that no browser opens": (
        [("general.yaml", "https://example.org/planning", "javascript:alert(1)")],
        [
            'general.yaml:2:47: found "javascript:alert(1)", expected an address that begins with https:// or http:// '
            "[bad-id]",
        ],
    ),
    "an alias that is none": (
        [(CODES, "0xC004CF038", "C004CF038")],
        [
            f'{CODES}:8:15: found "C004CF038", expected a spelling like 0xC004CF038, of seven to nine digits [bad-id]',
        ],
    ),
}

REFERENCES: dict[str, tuple[list[Change], list[str]]] = {
    "ids of every kind that do not exist": (
        [
            (COUNT, "cause: count_too_low", "cause: count_low"),
            (COUNT, "remedies: [raise_count]", "remedies: [raise_count, rise_count]"),
            (COUNT, "{source: planning", "{source: plannings"),
            (COUNT, "changes: [count_at_least_5]", "changes: [count_at_least_25]"),
            (COUNT, "excludes: [wrong_key]", "excludes: [raise_count]"),
            (COUNT, "implies: {no: {host_is_new: yes}}", "implies: {no: {host_is_old: yes}}"),
            (COUNT, "answer_of: inner_code", "answer_of: inner"),
            (COUNT, "symptom: [count]", "symptom: [cuont]"),
            (COUNT, 'code: "0xC004F038"', 'code: "0xC004F039"'),
            (COUNT, "when: {channel: mak}", "when: {chanel: mak}"),
            (COUNT, "id: kms_count, at", "id: kms_cuont, at"),
            (CODES, "escalation: {to: [kms_admin], c", "escalation: {to: [kms_admins], c"),
            (CODES, "- procedure: count", "- procedure: cuont"),
            (CODES, "frequent: [count_too_low]", "frequent: [zzz]"),
            (CODES, "{to: kms_admin, reason", "{to: dns_admin, reason"),
        ],
        [
            f'{CODES}:12:16: unknown cause "zzz"; write it, or name a cause that exists [unknown-id]',
            f'{CODES}:14:20: unknown procedure "cuont"; did you mean "count"? [unknown-id]',
            f'{CODES}:18:23: unknown owner "kms_admins"; did you mean "kms_admin"? [unknown-id]',
            f'{CODES}:28:24: unknown owner "dns_admin"; did you mean "kms_admin"? [unknown-id]',
            f'{COUNT}:11:19: unknown measure "kms_cuont"; did you mean "kms_count"? [unknown-id]',
            f'{COUNT}:12:20: unknown question "host_is_old"; did you mean "host_is_new"? [unknown-id]',
            f'{COUNT}:42:79: unknown cause "raise_count"; "raise_count" is a remedy [unknown-id]',
            f'{COUNT}:55:15: unknown question "count_at_least_25"; did you mean "count_at_least_5"? [unknown-id]',
            f'{COUNT}:71:16: unknown cause "count_low"; did you mean "count_too_low"? [unknown-id]',
            f'{COUNT}:72:33: unknown remedy "rise_count"; did you mean "raise_count"? [unknown-id]',
            f'{COUNT}:75:22: unknown source "plannings"; did you mean "planning"? [unknown-id]',
            f'{COUNT}:78:34: unknown question "inner"; did you mean "inner_code"? [unknown-id]',
            f'{COUNT}:85:26: unknown symptom "cuont"; did you mean "count"? [unknown-id]',
            f'{COUNT}:85:40: unknown code "0xC004F039"; did you mean "0xC004F038"? [unknown-id]',
            f'{COUNT}:89:20: unknown question "chanel"; did you mean "channel"? [unknown-id]',
        ],
    ),
    "a value that the question does not have": (
        [(COUNT, "when: {channel: mak}", "when: {channel: make}")],
        [
            f'{COUNT}:89:29: found "make", expected one of kms_client, mak, unknown; did you mean "mak"? '
            f"[unknown-value]",
        ],
    ),
    "a boolean as the value of a question": (
        [(COUNT, "when: {windows_server: [no, unknown]", "when: {windows_server: [false, unknown]")],
        [
            f'{COUNT}:70:33: found "false", expected one of yes, no, unknown; did you mean "no"? [unknown-value]',
        ],
    ),
    "the looks of an answer that the question does not have": (
        [(COUNT, "no: Any other name.}", "maybe: Any other name.}")],
        [f'{COUNT}:6:52: found "maybe", expected one of yes, no, unknown [unknown-value]'],
    ),
    "unknown follows, or something follows from a value that is none": (
        [(COUNT, "{no: {host_is_new: yes}}", "{no: {host_is_new: unknown}, maybe: {host_is_new: no}}")],
        [
            f"{COUNT}:12:33: nothing follows from unknown, and nothing follows to be unknown; remove it "
            f"[unknown-value]",
            f'{COUNT}:12:50: found "maybe", expected one of yes, no, unknown [unknown-value]',
        ],
    ),
    "something follows from a code": (
        [(COUNT, "{no: {host_is_new: yes}}", "{no: {inner_code: none}}")],
        [
            f"{COUNT}:12:15: a question whose answer is a code implies nothing and follows from nothing; remove it "
            "[unknown-value]"
        ],
    ),
    "implications that contradict each other, one of them through another question": (
        [
            (COUNT, "{no: {host_is_new: yes}}", "{no: {host_is_new: yes, windows_server: yes}}"),
            (COUNT, "    undo: Nothing to take back.\n", "    implies: {yes: {windows_server: no}}\n"),
        ],
        [
            f'{COUNT}:7:3: "count_at_least_5: no" implies both "windows_server: yes" and "windows_server: no"; '
            "change one of the two [contradiction]"
        ],
    ),
    "a choice that is always there": (
        [(COUNT, "choices: {kms_client", "choices: {unknown: x, kms_client")],
        [f'{COUNT}:21:15: "unknown" is always possible and never listed; remove it [unknown-value]'],
    ),
    "to continue as the answer of a question that is not answered by a code": (
        [
            (COUNT, "when: {inner_code: code}", "when: {channel: mak}"),
            (COUNT, "answer_of: inner_code", "answer_of: channel"),
        ],
        [f'{COUNT}:78:34: "channel" is a choice question; continue_as needs one of kind code [unknown-value]'],
    ),
    "to continue as an answer that may be none": (
        [(COUNT, "when: {inner_code: code}", "when: {inner_code: [code, none]}")],
        [
            f'{COUNT}:78:34: the rule needs the condition "inner_code: code" (or certain codes) to continue '
            f"as that code "
            "[unknown-value]"
        ],
    ),
    "no undo": (
        [(COUNT, ", undo: Install the old key.", "")],
        [
            f"{COUNT}:62:9: a step of risk changes_entitlement needs an undo; say so in it where it cannot be undone "
            "[missing-undo]"
        ],
    ),
    "placeholders that do not exist, in a command and in a variant": (
        [
            (COUNT, "<KMS_HOST>", "<kms host>"),
            (COUNT, "Get-CimInstance SoftwareLicensingProduct", "Get-It <DSN_DOMAIN>"),
        ],
        [
            f'{COUNT}:29:49: unknown placeholder <DSN_DOMAIN>; did you mean "DNS_DOMAIN"? [unknown-placeholder]',
            f'{COUNT}:51:18: unknown placeholder <kms host>; did you mean "KMS_HOST"? [unknown-placeholder]',
        ],
    ),
    "procedures in a circle, reported once": (
        [
            (COUNT, "          - id: key_mak", "          - procedure: count\n          - id: key_mak"),
            (COUNT, "      - id: count_inner", "      - procedure: key\n      - id: count_inner"),
        ],
        [
            f"{COUNT}:66:3: procedures use each other in a circle: count -> key -> count; take one of these uses out "
            "[procedure-cycle]"
        ],
    ),
    "a procedure that uses itself": (
        [(COUNT, "      - id: count_inner", "      - procedure: count\n      - id: count_inner")],
        [
            f"{COUNT}:66:3: procedures use each other in a circle: count -> count; take one of these uses out "
            "[procedure-cycle]"
        ],
    ),
    "a rule id twice": (
        [(COUNT, "- id: count_inner", "- id: count_low")],
        [
            f'{COUNT}:76:13: rule id "count_low" is used a second time (first in {COUNT}:69); rename one of the two '
            "[duplicate-id]"
        ],
    ),
    "an alias twice": (
        [(CODES, "    meaning: A code without", '    aliases: ["0xC004CF038"]\n    meaning: A code without')],
        [
            f'{CODES}:24:15: the alias "0xC004CF038" belongs to 0xC004F038 already; remove it from one of the two '
            "[duplicate-id]"
        ],
    ),
    "ids by which --answer could mean either of two things": (
        [
            (COUNT, "  host_is_new:\n    text", "  kms_count:\n    text"),
            (COUNT, "{host_is_new: yes}", "{kms_count: yes}"),
            (COUNT, "  install_key:", "  windows_server:"),
            (COUNT, "[install_key]", "[windows_server]"),
        ],
        [
            f'{GENERAL}:9:3: measure and question (in {COUNT}:13) are both called "kms_count"; rename one of the two '
            "[duplicate-id]",
            f'{COUNT}:57:3: remedy and question (in {COUNT}:2) are both called "windows_server"; rename one of the two '
            "[duplicate-id]",
        ],
    ),
    "a question called like a word of the format": (
        [(COUNT, "  host_is_new:\n", "  code:\n"), (COUNT, "{host_is_new: yes}", "{code: yes}")],
        [f'{COUNT}:13:3: "code" is a word of the format; choose another id [bad-id]'],
    ),
    "a key twice": (
        [(COUNT, "    effort: waiting", "    effort: waiting\n    effort: glance")],
        [
            f'{COUNT}:17:5: the key "effort" stands here a second time (first in line 16); remove or rename one of the '
            "two [duplicate-key]"
        ],
    ),
}


@pytest.mark.parametrize(("changes", "lines"), SHAPES.values(), ids=SHAPES)
def test_a_mistake_of_form_is_reported_so_that_its_author_can_mend_it(changes: list[Change], lines: list[str]) -> None:
    assert problems_of(changed(*changes)) == lines


@pytest.mark.parametrize(("changes", "lines"), REFERENCES.values(), ids=REFERENCES)
def test_a_mistake_between_things_is_reported_so_that_its_author_can_mend_it(
    changes: list[Change], lines: list[str]
) -> None:
    assert problems_of(changed(*changes)) == lines


WHOLE_FILES: dict[str, tuple[Files, list[str]]] = {
    "an empty file, and one with a comment only, hold nothing": ({**FILES, "a.yaml": "", "b.yaml": "# to do\n"}, []),
    "a byte order mark is no part of the text": ({**FILES, GENERAL: FILES[GENERAL].encode("utf-8-sig")}, []),
    "Windows line ends": ({**FILES, GENERAL: FILES[GENERAL].replace("\n", "\r\n")}, []),
    "scenarios, translations and hidden files are not knowledge": (
        {**FILES, "scenarios/a.yaml": "[", "locale/b.yaml": "[", ".github/c.yml": "[", ".d.yaml": "["},
        [],
    ),
    "a thing defined in two files; the second is checked, too": (
        {**FILES, "more.yaml": "causes:\n  wrong_key:\n    titel: x\n"},
        [
            'more.yaml:2:3: the field "title" is missing [missing-field]',
            'more.yaml:3:5: unknown field "titel"; did you mean "title"? [unknown-field]',
            f'{COUNT}:43:3: causes: "wrong_key" is defined a second time (first in more.yaml:2); '
            "remove or rename one of the two [duplicate-id]",
        ],
    ),
    "no kb.yaml": (
        without("kb.yaml"),
        ["kb.yaml:1:1: is missing; a knowledge base needs it with format, version and released [no-kb]"],
    ),
    "an empty kb.yaml": (
        {**FILES, "kb.yaml": ""},
        [
            'kb.yaml:1:1: the field "format" is missing [missing-field]',
            'kb.yaml:1:1: the field "released" is missing [missing-field]',
            'kb.yaml:1:1: the field "version" is missing [missing-field]',
        ],
    ),
    "no plan for unknown codes": (
        {**FILES, CODES: FILES[CODES].partition("  unknown_code")[0]},
        [
            "kb.yaml:1:1: has no plan for codes that it does not know; write one as unknown_code among the codes "
            "[no-unknown-code]"
        ],
    ),
    "files that are no mapping": (
        {**FILES, "a.yaml": "hello", "b.yaml": "- a\n"},
        [
            f'a.yaml:1:1: found "hello", expected sections: {SECTIONS} [wrong-shape]',
            f"b.yaml:1:1: found a list, expected sections: {SECTIONS} [wrong-shape]",
        ],
    ),
    "sections that are no mapping": (
        {**FILES, "a.yaml": "causes:\n  - id: a\n", "b.yaml": "causes:\nremedies: x\n"},
        [
            "a.yaml:2:3: found a list, expected one entry per id (id: and below it its fields) [wrong-shape]",
            "b.yaml:1:8: found nothing, expected one entry per id (id: and below it its fields) [wrong-shape]",
            'b.yaml:2:11: found "x", expected one entry per id (id: and below it its fields) [wrong-shape]',
        ],
    ),
    "a file in another encoding": (
        {**FILES, "a.yaml": "causes:\n  a: {title: ü Zähler}\n".encode("cp1252")},
        ["a.yaml:2:14: the byte 0xFC is not UTF-8; save the file as UTF-8 [file-unreadable]"],
    ),
    "UTF-16; what is in it counts as defined": (
        {**FILES, GENERAL: FILES[GENERAL].encode("utf-16")},
        [f"{GENERAL}:1:1: is UTF-16 text; save the file as UTF-8 [file-unreadable]"],
    ),
    "broken YAML; what is in it counts as defined, and an id that is not in it does not": (
        {
            **changed((COUNT, "{source: planning", "{source: plannings")),
            GENERAL: FILES[GENERAL].replace("title: An article", 'title: "An article'),
        },
        [
            f"{GENERAL}:3:19: is not YAML: found unexpected end of stream; the quote that opens here is never closed "
            "[yaml-syntax]",
            f'{COUNT}:75:22: unknown source "plannings"; write it, or name a source that exists [unknown-id]',
        ],
    ),
    "a file with another ending": (
        {**without(GENERAL), "general.yml": FILES[GENERAL]},
        ["general.yml:1:1: is not read, only *.yaml files are; name it general.yaml [file-unreadable]"],
    ),
    "the problems of all files at once, sorted by place": (
        {
            **changed((CODES, "types: [mak]", "types: [oem]"), (COUNT, "cause: wrong_key", "cause: wrong_kex")),
            "a.yaml": "causes: [",
            "b.yaml": "cause: {x: {}}",
            "c.yaml": "causes:\n  y: {}\n",
            "d/e.yaml": "causes:\n  z: {title: a, title: b}\n",
        },
        [
            "a.yaml:2:1: is not YAML: did not find expected node content; a value is missing, or a bracket is not "
            "closed [yaml-syntax]",
            'b.yaml:1:1: unknown section "cause"; did you mean "causes"? [unknown-field]',
            'c.yaml:2:3: the field "title" is missing [missing-field]',
            f'{CODES}:22:13: found "oem", expected one of mak, kms_client, kms_host, adba, office [bad-value]',
            'd/e.yaml:2:17: the key "title" stands here a second time (first in line 2); remove or rename one of the '
            "two [duplicate-key]",
            f'{COUNT}:90:20: unknown cause "wrong_kex"; did you mean "wrong_key"? [unknown-id]',
        ],
    ),
}


@pytest.mark.parametrize(("files", "lines"), WHOLE_FILES.values(), ids=WHOLE_FILES)
def test_files_are_judged_each_and_all(files: Files, lines: list[str]) -> None:
    assert problems_of(files) == lines


def test_a_file_that_cannot_be_read_raises_no_cloud_of_unknown_ids(tmp_path: Path) -> None:
    base = write(tmp_path, without(GENERAL))
    (base / GENERAL).mkdir()  # reading a folder fails for every user, root too

    with pytest.raises(KnowledgeError) as caught:
        load_folder(base)

    (problem,) = caught.value.problems
    assert (problem.file, problem.slug) == (GENERAL, "file-unreadable")


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError) as caught:
        load_folder(tmp_path / "nowhere")

    nowhere = str(tmp_path / "nowhere")
    assert [str(p) for p in caught.value.problems] == [
        f"{nowhere}:1:1: is not a folder; name the folder that holds kb.yaml [no-kb]"
    ]


# Reading


def test_every_scalar_stays_the_word_that_was_typed() -> None:
    words = [
        "yes",
        "no",
        "Yes",
        "true",
        "null",
        "~",
        "0x8007232B",
        "12:30",
        "1e3",
        "010",
        "2026-11-22",
        "1_000",
        ".inf",
    ]
    text = "".join(f"{word}: {word}\n" for word in words)

    document, problems = read_text(text, "words.yaml")

    assert problems == []
    assert document.data == {word: word for word in words}


def test_every_value_and_key_knows_its_place() -> None:
    document, _ = read_text("a:\n  - b: ä c\n    d: [e, f]\n", "x.yaml")

    assert document.values == {
        (): (1, 1),
        ("a",): (2, 3),
        ("a", 0): (2, 5),
        ("a", 0, "b"): (2, 8),
        ("a", 0, "d"): (3, 8),
        ("a", 0, "d", 0): (3, 9),
        ("a", 0, "d", 1): (3, 12),
    }
    assert document.keys == {("a",): (1, 1), ("a", 0, "b"): (2, 5), ("a", 0, "d"): (3, 5)}


def test_an_alias_stands_for_the_value_of_its_anchor() -> None:
    document, problems = read_text("a: &list [x, y]\nb: *list\n", "x.yaml")

    assert problems == []
    assert document.data == {"a": ["x", "y"], "b": ["x", "y"]}


SYNTAX = {
    # the commonest slips of people who write commands and sentences into YAML
    "a: b: c": '1:5: is not YAML: mapping values are not allowed in this context; a text that contains ": " '
    "needs quotes; "
    "or compare the indentation",
    "a: %windir%\\x": "1:4: is not YAML: found character that cannot start any token; a text that begins "
    "with %, @ or ` "
    "needs quotes; indent with blanks, not with tabs",
    "a:\n\tb: c": "2:1: is not YAML: found character that cannot start any token; a text that begins with %, @ or ` "
    "needs quotes; indent with blanks, not with tabs",
    'a: "C:\\Windows"': "1:7: is not YAML: found unknown escape character; a backslash stands for itself "
    "between single "
    "quotes, not between double ones",
    "a: *.contoso.com": "1:5: is not YAML: did not find expected alphabetic or numeric character; a text "
    "that begins with "
    "* or & needs quotes",
    "a: *x": "1:4: the alias *x has no anchor &x above it; a text that begins with * needs quotes",
    "a: 'x": "1:4: is not YAML: found unexpected end of stream; the quote that opens here is never closed",
    'a: "x" y': "1:8: is not YAML: did not find expected key; compare the indentation here; nothing may "
    "follow a closing "
    "quote or bracket",
    "a: [b\nc: d": "2:2: is not YAML: did not find expected ',' or ']'; a bracket is not closed, or a text "
    "with , : [ ] "
    "{ } in it needs quotes (the bracket opens in line 1)",
    "a: x\nb\nc: d": "3:1: is not YAML: could not find expected ':'; a line of a mapping is written field: "
    "value; a text "
    "that goes on is indented",
    "- a\nb: c": "2:1: is not YAML: did not find expected '-' indicator; every entry of a list begins with "
    "- at the same "
    "indentation",
    "a: b\n---\nc: d": "2:1: a second document (---) begins here; use one file for each",
    "a: \x00": "1:4: is not YAML: the control character U+0000 stands here; delete it",
    "[a]: b": "1:1: a key must be a single word; a text that begins with [ or { or * needs quotes",
    # aliases
    "a: &x [*x]": "1:8: the alias *x stands inside what it stands for; write it out",
    "a: &x {b: [*x]}": "1:12: the alias *x stands inside what it stands for; write it out",
    # the parser alone would overflow the stack of the process
    "[" * 100_000: f"1:{MOST_LEVELS + 1}: is nested more than {MOST_LEVELS} levels deep; a bracket may be open, or the "
    "indentation may be wrong",
    "- "
    * 100_000: f"1:{2 * MOST_LEVELS + 1}: is nested more than {MOST_LEVELS} levels deep; a bracket may be open, or "
    "the indentation may be wrong",
}


@pytest.mark.parametrize(("text", "line"), SYNTAX.items(), ids=[repr(text[:20]) for text in SYNTAX])
def test_broken_yaml_is_reported_with_what_to_do_next(text: str, line: str) -> None:
    _, problems = read_text(text, "x.yaml")

    assert [str(problem) for problem in problems] == [f"x.yaml:{line} [yaml-syntax]"]


def test_aliases_that_would_grow_beyond_memory_are_refused() -> None:
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    for name, last in zip("bcdefghijkl", "abcdefghijk", strict=True):
        lines.append(f"{name}: &{name} [{', '.join([f'*{last}'] * 9)}]")

    _, problems = read_text("\n".join(lines), "x.yaml")

    assert [str(p) for p in problems] == ["x.yaml:1:1: aliases (*name) repeat too much; write it out [yaml-syntax]"]


def test_aliases_of_aliases_do_not_nest_without_bound() -> None:
    lines = [f"a0: &a0 {'[' * 90}{']' * 90}"]
    lines += [f"a{n}: &a{n} {'[' * 90}*a{n - 1}{']' * 90}" for n in range(1, 30)]

    _, problems = read_text("\n".join(lines), "x.yaml")

    assert {re.sub(r"^\S+ ", "", str(p)) for p in problems} == {
        f"is nested more than {MOST_LEVELS} levels deep; a bracket may be open, or the indentation may be wrong "
        "[yaml-syntax]"
    }


# Whatever stands in the files: a knowledge base, or a `KnowledgeError` with places that exist.

few = settings(max_examples=150, deadline=None)
LINES = [(name, number) for name, text in FILES.items() for number in range(len(text.splitlines()))]
MARKS = [*" \n\t\0[]{}:,?|>#%@'\"\ufeff", "\n  ", "- ", ": ", "&a ", "*a", "!x ", "<<: ", "---\n"]
WORDS = ["a", "ä", "yes", "causes:", "codes:", "plan:", "questions:", "when:"]
YAML_BITS = st.sampled_from([*MARKS, *WORDS])


def judged(files: Files) -> list[str]:
    """The problems, after checking that each has a place in a file."""
    lines = problems_of(files)
    for line in lines:
        name, row, column = line.split(":")[:3]
        text = files.get(name, "")
        assert isinstance(text, str)
        assert 1 <= int(row) <= text.count("\n") + 2, line
        assert int(column) >= 1, line
    return lines


@few
@given(st.one_of(st.text(), st.lists(YAML_BITS, max_size=40).map("".join)))
@example("a: &a\n  b: *a")
@example("\ud800".encode("utf-8", "replace").decode())
def test_any_text_is_knowledge_or_a_list_of_problems(text: str) -> None:
    text = text.encode("utf-8", "replace").decode().replace("\r", "\n")
    judged({**FILES, "any.yaml": text})
    judged({**FILES, "kb.yaml": text})


@few
@given(st.binary(max_size=60))
def test_any_bytes_are_knowledge_or_a_list_of_problems(content: bytes) -> None:
    problems_of({**FILES, "any.yaml": content})


@few
@given(st.sampled_from(LINES), st.sampled_from(["delete", "double", "rename", "indent", "cut"]), st.data())
def test_a_changed_line_is_knowledge_or_a_list_of_problems(
    place: tuple[str, int], change: str, data: st.DataObject
) -> None:
    name, number = place
    lines = FILES[name].splitlines(keepends=True)
    line = lines[number]
    words = re.findall(r"\w+", line) or [""]
    word = data.draw(st.sampled_from(words)) if change == "rename" else ""
    cut = data.draw(st.integers(0, len(line))) if change == "cut" else 0
    lines[number] = {
        "delete": "",
        "double": line + line,
        "rename": line.replace(word, word + "x", 1),
        "indent": "  " + line,
        "cut": line[:cut] + "\n",
    }[change]

    judged({**FILES, name: "".join(lines)})


def test_a_renamed_id_is_always_missed() -> None:
    """Every id that something refers to, renamed where it is defined: the loader names it."""
    text = FILES[COUNT]
    for ident in (
        "windows_server",
        "channel",
        "inner_code",
        "count_too_low",
        "wrong_key",
        "raise_count",
        "install_key",
    ):
        renamed = {**FILES, COUNT: re.sub(rf"^  {ident}:", f"  {ident}_x:", text, flags=re.MULTILINE)}
        assert any(f'"{ident}"; did you mean "{ident}_x"?' in line for line in problems_of(renamed)), ident


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no symbolic links for everyone")
def test_links_in_a_circle_do_not_hang_the_loader(tmp_path: Path) -> None:
    base = write(tmp_path / "base")
    (base / "again").symlink_to(base, target_is_directory=True)

    assert load_folder(base).codes.keys() == {"0xC004F038", "unknown_code"}
