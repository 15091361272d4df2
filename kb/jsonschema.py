"""JSON Schemas for editors, generated from the authored forms: `python -m kb.jsonschema` writes `kb/schemas/`.

Pydantic's own schemas describe values after parsing (integers, dates, null). These describe what stands in the file
as an editor sees it, and editors do not see what `kb.reading` sees, which takes every scalar as the word that was
typed. YAML 1.2 tools (VS Code) read `25` and `0x8007232B` as numbers, `true` as a boolean and `yes` as a word; YAML 1.1
tools (PyYAML, JetBrains) read `yes` and `no` as booleans, too. So the rule is: **a schema never refuses what the loader
accepts, whichever of the three ways the file is read**, and it refuses as much of the rest as that leaves.

- Where `yes` or `no` is expected, the booleans are allowed beside the words. The price: a YAML 1.2 editor lets
  `elevated: true` pass, and the loader refuses it with "did you mean yes?". The alternative, words only, would mark
  every `elevated: yes` in a YAML 1.1 editor as wrong, and authors would learn to put quotes around words.
- A text or a value may be a number or a boolean (`version: 2.0`, `q: yes`); a number may be a text of digits; a code
  may be a number. A key is always a string in JSON; codes as keys are written in quotes.
- Null is refused although the loader reads `null` as a word: it is what an empty field looks like.
- Not to be told from a schema, and so only in the loader: duplicate keys, ids that do not exist, YAML words such as
  `on` or `null` used as ids without quotes.

Draft 7, because it is the newest that all current editors know: descriptions therefore stand in `allOf` beside `$ref`.
"""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from . import schema, site_form, trace_form, words
from .files import write_atomically

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "schemas"
ROOTS: dict[str, tuple[type[schema.Form], str]] = {
    "knowledge.schema.json": (schema.FileForm, "Voltriage knowledge"),
    "scenario.schema.json": (schema.ScenarioForm, "Voltriage scenario"),
    "kb.schema.json": (schema.ManifestForm, "Voltriage knowledge base"),
    "site.schema.json": (site_form.SiteForm, "Voltriage site facts"),
    "reviews.schema.json": (schema.ReviewsForm, "Voltriage reviews"),
    "trace.schema.json": (trace_form.TraceFileForm, "Voltriage trace"),
}
"""File name -> the form of the whole YAML file, and the schema's title."""

Json = dict[str, Any]


def generated() -> dict[str, str]:
    """The text of each schema file, by file name."""
    return {name: json.dumps(_root(form, title), indent=2) + "\n" for name, (form, title) in ROOTS.items()}


def main() -> None:
    """Write the schema files."""
    for name, text in generated().items():
        write_atomically(FOLDER / name, text.encode())
        sys.stdout.write(f"{FOLDER / name}\n")


def _root(form: type[schema.Form], title: str) -> Json:
    head = {"$schema": "http://json-schema.org/draft-07/schema#", "title": title}
    definitions = {inner.__name__: _form(inner) for inner in sorted(_forms_in(form), key=lambda inner: inner.__name__)}
    return head | _form(form) | ({"definitions": definitions} if definitions else {})


def _forms_in(form: type[BaseModel]) -> set[type[BaseModel]]:
    """Every form that stands inside this one, directly or through others."""
    found: set[type[BaseModel]] = set()
    todo = [form]
    while todo:
        for info in todo.pop().model_fields.values():
            new = set(_models(info.annotation)) - found
            found |= new
            todo += new
    return found


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models(part)


def _form(form: type[BaseModel]) -> Json:
    properties = {info.alias or name: _field(form, name, info) for name, info in form.model_fields.items()}
    required = [info.alias or name for name, info in form.model_fields.items() if info.is_required()]
    described = {"description": form.__doc__} if form.__doc__ else {}
    return (
        {"type": "object", **described, "properties": properties, "additionalProperties": False}
        | ({"required": required} if required else {})
        | _BETWEEN_FIELDS.get(form.__name__, {})
    )


_COMMAND_AND_SHELL = {"command": ["shell"], "shell": ["command"]}
_BETWEEN_FIELDS: dict[str, Json] = {
    "LookupForm": {"dependencies": _COMMAND_AND_SHELL | {"variants": ["command"]}},
    "StepForm": {"dependencies": _COMMAND_AND_SHELL | {"variants": ["command"]}},
    "VerifyForm": {"dependencies": _COMMAND_AND_SHELL},
    "UseForm": {"dependencies": {"when": ["because"], "because": ["when"]}},
    "ThresholdForm": {"oneOf": [{"required": ["at_least"]}, {"required": ["at_most"]}]},
    "QuestionForm": {
        "if": {"properties": {"kind": {"const": words.CHOICE}}, "required": ["kind"]},
        "then": {"required": ["choices"]},
        "else": {"properties": {"choices": {"maxProperties": 0}}},
    },
    "RemedyForm": {
        "if": {"properties": {"risk": {"enum": sorted(words.GRAVE_RISKS)}}, "required": ["risk"]},
        "then": {"properties": {"consent": {"enum": [words.YES, True]}}, "required": ["consent"]},
    },
    "RuleForm": {
        "oneOf": [
            {"required": ["cause", "remedies"]},
            {"required": ["continue_as"], "not": {"required": ["cause"]}},
            {"required": ["escalate"]},
        ]
    },
}
"""What the forms' validators check between fields, as far as a schema can say it clearly."""


def _field(form: type[BaseModel], name: str, info: FieldInfo) -> Json:
    value = _value(info.annotation, info.metadata)
    description = _descriptions(form).get(name)
    if description is None:
        return value
    return {"description": description, **({"allOf": [value]} if "$ref" in value else value)}


def _value(annotation: Any, metadata: list[Any]) -> Json:
    """The schema of a value: of this type, with these constraints."""
    if get_origin(annotation) is Annotated:
        inner, *more = get_args(annotation)
        return _value(inner, [*metadata, *more])
    if get_origin(annotation) in (Union, UnionType):
        return _union([part for part in get_args(annotation) if part is not type(None)], metadata)
    if get_origin(annotation) is Literal:
        return {"enum": [form for word in get_args(annotation) for form in _readings(word)]}
    if get_origin(annotation) is list:
        return {"type": "array", "items": _value(get_args(annotation)[0], [])} | _at_least("minItems", metadata)
    if get_origin(annotation) is dict:
        return _mapping(*get_args(annotation)) | _at_least("minProperties", metadata)
    return _scalar(annotation, metadata)


def _scalar(annotation: type[Any], metadata: list[Any]) -> Json:
    if issubclass(annotation, BaseModel):
        return {"$ref": f"#/definitions/{annotation.__name__}"}
    if annotation is date:
        return {"type": "string", "format": "date", "pattern": schema.DATE_PATTERN}
    if annotation is int:
        return {"type": ["integer", "string"], "pattern": schema.NUMBER_PATTERN}
    pattern = _constraint("pattern", metadata) or r"\S"
    longest = _constraint("max_length", metadata)
    return {"type": _TYPES.get(pattern, "string"), "pattern": pattern} | ({"maxLength": longest} if longest else {})


_TYPES: dict[str, list[str]] = {
    r"\S": ["string", "number", "boolean"],
    schema.WORD_PATTERN: ["string", "number", "boolean"],
    schema.SOURCE_ID_PATTERN: ["string", "number"],
    schema.CODE_PATTERN: ["string", "integer"],
    schema.PLAN_CODE_PATTERN: ["string", "integer"],
    schema.ALIAS_PATTERN: ["string", "integer"],
    schema.MEANING_PATTERN: ["string", "number"],
}
"""What tools may take a text of this pattern for."""


def _readings(word: str) -> list[str | bool | int]:
    """A word, and what tools that read YAML as data may take it for."""
    others: list[str | bool | int] = [word == words.YES] if word in (words.YES, words.NO) else []
    return [word, *others, *([int(word)] if word.isdigit() else [])]


def _union(parts: list[Any], metadata: list[Any]) -> Json:
    tagged = {tag: part for part in parts for item in get_args(part) if (tag := getattr(item, "tag", ""))}
    if "<rule>" in tagged:  # plan entries: told by a field, so that an editor reports what is wrong with that one form
        use, group, rule = (_value(tagged[tag], []) for tag in ("<procedure>", "<group>", "<rule>"))
        inner = {"if": {"required": ["group"]}, "then": group, "else": rule}
        return {"if": {"required": ["procedure"]}, "then": use, "else": inner}
    members: list[Json] = []
    for part in parts:
        member = _value(part, [] if tagged else metadata)
        members += [member] if member not in members else []
    return members[0] if len(members) == 1 else {"anyOf": members}


def _mapping(keys: Any, values: Any) -> Json:
    names = {name: value for name, value in _value(keys, []).items() if name != "type"}
    return {"type": "object", "propertyNames": names, "additionalProperties": _value(values, [])}


def _at_least(keyword: str, metadata: list[Any]) -> Json:
    least = _constraint("min_length", metadata)
    return {keyword: least} if least else {}


def _constraint(name: str, metadata: list[Any]) -> Any:
    """A constraint of this name, in whichever of its annotations pydantic keeps it."""
    for item in metadata:
        value = _constraint(name, item.metadata) if isinstance(item, FieldInfo) else getattr(item, name, None)
        if value is not None:
            return value
    return None


def _descriptions(form: type[BaseModel]) -> Json:
    """The line under each field of a form and of the forms it inherits from."""
    return {name: text for base in reversed(form.__mro__) for name, text in _written().get(base.__name__, {}).items()}


@cache
def _written() -> dict[str, dict[str, str]]:
    """Form -> field -> the line under it, read from the source of the modules that hold the forms."""
    found: dict[str, dict[str, str]] = {}
    sources = (Path(str(module.__file__)).read_text(encoding="utf-8") for module in (schema, site_form, trace_form))
    for node in (node for source in sources for node in ast.parse(source).body):
        if isinstance(node, ast.ClassDef):
            found[node.name] = {
                line.target.id: below.value.value
                for line, below in zip(node.body, node.body[1:], strict=False)
                if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
                if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant)
                if isinstance(below.value.value, str)
            }
    return found


if __name__ == "__main__":
    main()
