"""The JSON Schemas for editors: as committed, and in agreement with the loader however a tool reads YAML."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from pydantic import ValidationError

from kb.jsonschema import FOLDER, ROOTS, generated
from kb.loader import knowledge_files
from kb.reading import read_text
from kb.scenarios import shipped_scenarios
from kb.schema import FileForm
from tests.shipped import FOLDER as SHIPPED
from tests.small_base import FILES, changed

KNOWLEDGE, SCENARIO, MANIFEST, SITE, REVIEWS, TRACE = ROOTS


@cache
def validator(name: str) -> Draft7Validator:
    schema = json.loads(generated()[name])
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema, format_checker=Draft7Validator.FORMAT_CHECKER)


def complaints(name: str, data: Any) -> list[str]:
    """Where a schema refuses, as paths; several at one place count once."""
    return sorted({"/".join(map(str, error.absolute_path)) for error in validator(name).iter_errors(data)})


# Three ways in which tools read the same file


def as_text(text: str) -> Any:
    """As Voltriage: every scalar is the word that was typed."""
    document, problems = read_text(text, "file.yaml")
    assert problems == []
    return document.data


SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def as_yaml_1_1(text: str) -> Any:
    """As PyYAML and JetBrains: yes and no are booleans, 12:30 is 750, dates are dates."""
    return as_json(yaml.load(text, Loader=SafeLoader))


class CoreLoader(SafeLoader):  # type: ignore[misc, valid-type]
    """YAML 1.2's core schema, as VS Code reads it."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - overrides PyYAML's


for tag, pattern, first in (
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+", "-+0123456789"),
    ("float", r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", "-+0123456789."),
    ("null", r"~|null|Null|NULL|", ["~", "n", "N", ""]),
):
    CoreLoader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(rf"^(?:{pattern})$"), list(first))


def as_yaml_1_2(text: str) -> Any:
    return as_json(yaml.load(text, Loader=CoreLoader))


def as_json(value: Any) -> Any:
    """As tools hand YAML to a validator: keys are strings, dates are ISO dates."""
    if isinstance(value, dict):
        return {json.dumps(k) if isinstance(k, bool) else str(k): as_json(v) for k, v in value.items()}
    if isinstance(value, list):
        return [as_json(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


READINGS: list[Callable[[str], Any]] = [as_text, as_yaml_1_1, as_yaml_1_2]
each_reading = pytest.mark.parametrize("reading", READINGS)


def test_the_readings_differ_where_it_matters() -> None:
    """Otherwise the tests below would prove less than they say."""
    text = "a: [yes, 0x8007232B, 12:30, 2026-11-22, true, 25]"

    assert as_text(text)["a"] == ["yes", "0x8007232B", "12:30", "2026-11-22", "true", "25"]
    assert as_yaml_1_1(text)["a"] == [True, 0x8007232B, 750, "2026-11-22", True, 25]
    assert as_yaml_1_2(text)["a"] == ["yes", 0x8007232B, "12:30", "2026-11-22", True, 25]


def test_the_committed_schemas_are_the_generated_ones() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*")}

    assert committed == generated(), "run: python -m kb.jsonschema"


def test_generating_does_not_depend_on_the_order_of_hashing() -> None:
    program = "import hashlib, kb.jsonschema as j; print(hashlib.sha256(repr(j.generated()).encode()).hexdigest())"
    runs = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            encoding="utf-8",
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }

    assert len(runs) == 1


@each_reading
def test_every_shipped_knowledge_file_fits(reading: Callable[[str], Any]) -> None:
    paths = [path for path in knowledge_files(SHIPPED) if path.name != "kb.yaml"]

    refused = {path.name: complaints(KNOWLEDGE, reading(path.read_text(encoding="utf-8"))) for path in paths}

    assert len(paths) > 30
    assert {name: found for name, found in refused.items() if found} == {}


@each_reading
def test_every_shipped_scenario_fits(reading: Callable[[str], Any]) -> None:
    paths = shipped_scenarios(SHIPPED)
    if reading is not as_text:
        paths = paths[::10]  # the pure Python loaders are slow

    refused = {str(path): complaints(SCENARIO, reading(path.read_text(encoding="utf-8"))) for path in paths}

    assert len(paths) > 10
    assert {name: found for name, found in refused.items() if found} == {}


@each_reading
def test_the_shipped_manifest_fits(reading: Callable[[str], Any]) -> None:
    assert complaints(MANIFEST, reading((SHIPPED / "kb.yaml").read_text(encoding="utf-8"))) == []


@each_reading
@pytest.mark.parametrize("name", FILES)
def test_every_part_of_the_format_fits(name: str, reading: Callable[[str], Any]) -> None:
    assert complaints(MANIFEST if name == "kb.yaml" else KNOWLEDGE, reading(FILES[name])) == []


@each_reading
def test_the_sample_of_a_site_file_fits(reading: Callable[[str], Any]) -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "site.md").read_text(encoding="utf-8")
    (sample,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)

    assert complaints(SITE, reading(sample)) == []
    assert complaints(SITE, reading(sample.replace("kms_hosts:", "kms_host:", 1))) == [""]


COUNT = "procedures/count.yaml"
MISTAKES = {
    # what is changed in the small base, and where the schema complains
    "unknown section": ("general.yaml", "owners:", "owner:", ""),
    "unknown field": (COUNT, "    phone:", "    fone:", "questions/channel"),
    "missing field": (COUNT, "    title: Key\n", "", "procedures/key"),
    "a word that is not in the list": (COUNT, "effort: waiting", "effort: wait", "questions/host_is_new/effort"),
    "maybe is no flag": (COUNT, "        elevated: no", "        elevated: maybe", "questions/channel/how/0/elevated"),
    "empty text": (COUNT, "text: Was the host set up this week?", 'text: ""', "questions/host_is_new/text"),
    "a list for a text": (COUNT, "text: Was the host set up this week?", "text: [x]", "questions/host_is_new/text"),
    "a word for a list": (
        COUNT,
        "remedies: [raise_count]",
        "remedies: raise_count",
        "procedures/count/plan/0/remedies",
    ),
    "an empty list": (COUNT, "remedies: [raise_count]", "remedies: []", "procedures/count/plan/0/remedies"),
    "an id in another style": (COUNT, "  host_is_new:\n", "  Host-Is-New:\n", "questions"),
    "a code in small letters": ("codes.yaml", '"0xC004F038"', '"0xc004f038"', "codes"),
    "an alias that is none": ("codes.yaml", "0xC004CF038", "C004CF038", "codes/0xC004F038/aliases/0"),
    "a German date": (
        COUNT,
        "Thresholds, checked: 2026-11-22",
        "x, checked: 22.11.2026",
        "procedures/count/plan/0/sources/0/checked",
    ),
    "not a number": ("general.yaml", "min: 0", "min: none", "measures/kms_count/min"),
    "no condition": (COUNT, "when: {channel: mak}", "when: {}", "procedures/key/plan/0/plan/0/when"),
    "a command without its shell": (
        COUNT,
        "        shell: cmd\n        elevated: no",
        "        elevated: no",
        "questions/channel/how/0",
    ),
    "a guard without a reason": (
        "codes.yaml",
        "        because: Another key needs another plan.\n",
        "",
        "codes/0xC004F038/plan/1",
    ),
    "two bounds": (COUNT, "at_least: 5}", "at_least: 5, at_most: 9}", "questions/count_at_least_5/measure"),
    "a rule that concludes nothing": (
        COUNT,
        "        continue_as: {answer_of: inner_code}\n",
        "",
        "procedures/count/plan/1",
    ),
    "remedies without a cause": (COUNT, "            cause: wrong_key\n", "", "procedures/key/plan/0/plan/0"),
    "a choice without choices": (
        COUNT,
        "    choices: {kms_client: VOLUME_KMSCLIENT, mak: VOLUME_MAK}\n",
        "",
        "questions/channel",
    ),
    "choices without the kind": (COUNT, "    kind: choice\n", "", "questions/channel/choices"),
    "a grave remedy that does not ask": (COUNT, "    consent: yes\n", "", "remedies/install_key"),
    "a mistake in a group is reported for a group": (
        COUNT,
        "        because: Only this code counts.\n",
        "",
        "procedures/key/plan/0",
    ),
}


@pytest.mark.parametrize(("file", "old", "new", "place"), MISTAKES.values(), ids=MISTAKES)
def test_a_mistake_is_refused_where_it_stands(file: str, old: str, new: str, place: str) -> None:
    data = as_text(changed((file, old, new))[file])

    assert complaints(KNOWLEDGE, data) == [place]


def takes(text: str) -> bool:
    """Whether the loader takes the shapes in a file."""
    document, problems = read_text(text, "file.yaml")
    try:
        FileForm.model_validate(document.data)
    except ValidationError:
        return False
    return not problems


@pytest.mark.parametrize("name", ["general.yaml", COUNT, "codes.yaml"])
def test_what_the_loader_takes_no_schema_refuses(name: str) -> None:
    """Each line in turn is left out, or has other values. (Ids called `yes` are the exception: see `kb.jsonschema`.)"""
    lines = FILES[name].splitlines(keepends=True)
    taken = []
    for number, line in enumerate(lines):
        is_id = re.search(r"(id|cause|procedure|group|to): \w", line)
        words = ["25", "1.0", "a_word", "[no]", "0x80070005", *([] if is_id else ["yes"])]
        others = {"", *(re.sub(r": [^{[\n].*", f": {word}", line) for word in words)}
        others |= {re.sub(r"\w+(?=[,}\]])", word, line) for word in ("25", "a_word", "0x80070005")}
        texts = ["".join([*lines[:number], other, *lines[number + 1 :]]) for other in sorted(others)]
        taken += [text for text in texts if takes(text)]

    refused = [text for text in taken if any(complaints(KNOWLEDGE, reading(text)) for reading in READINGS)]

    assert len(taken) > len(lines)
    assert refused == []


def test_mistakes_in_a_scenario_are_refused_where_they_stand() -> None:
    text = (
        "scenario: A story\ncode: 0xC004F038\nanswers: {a: yes, B: no}\nexpect: {state: solved, codes: [038]}\nx: 1\n"
    )

    assert complaints(SCENARIO, as_text(text)) == ["", "answers", "expect/codes/0", "expect/state"]


def test_the_fields_that_need_words_have_them() -> None:
    """An editor shows the line under the field; where it refers to a form, too."""
    schema = json.loads((Path(FOLDER) / KNOWLEDGE).read_text(encoding="utf-8"))["definitions"]

    assert schema["RuleForm"]["properties"]["remedies"]["description"] == "To be tried in this order."
    assert schema["QuestionForm"]["properties"]["measure"] == {
        "description": "The number that answers this question.",
        "allOf": [{"$ref": "#/definitions/ThresholdForm"}],
    }
    assert schema["StepForm"]["properties"]["command"]["description"].startswith("The exact command;")
    assert [name for name, form in schema.items() if not form.get("description")] == []
