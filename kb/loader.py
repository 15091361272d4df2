"""From a folder of YAML files to the frozen model: every problem of every file at once, or a knowledge base.

Three passes: read (`kb.reading`), check shapes (`kb.schema`), then build the model and check what refers to what
(`kb.references`). Each pass reports all it finds; a thing that failed one pass is left out of the next but its id
stays known, so that one mistake does not raise a cloud of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ValidationError

from . import build, schema
from .implications import with_implications
from .knowledge import KnowledgeBase, Manifest
from .model import Record
from .problems import KnowledgeError, Problem, did_you_mean
from .reading import Data, Document, Location, read_yaml
from .references import check_references

MANIFEST = "kb.yaml"
SCENARIOS = "scenarios"
LOCALE = "locale"


@dataclass(frozen=True)
class Authored:
    """One thing as its author wrote it: where, and its checked form (None when the form is broken)."""

    document: Document
    location: Location
    form: Any


@dataclass
class Draft:
    """All files of a knowledge base, read and shape-checked, before anything is linked."""

    things: dict[str, dict[str, Authored]] = field(default_factory=lambda: {name: {} for name in schema.SECTIONS})
    problems: list[Problem] = field(default_factory=list)
    manifest: Manifest | None = None


def knowledge_files(root: Path) -> list[Path]:
    """The YAML files that hold knowledge, sorted; scenarios and translations are not among them."""
    skipped = {SCENARIOS, LOCALE}
    return sorted(path for path in root.rglob("*.yaml") if path.relative_to(root).parts[0] not in skipped)


def load_folder(root: Path) -> KnowledgeBase:
    """The knowledge base in this folder.

    Raises `KnowledgeError` with every problem of every file.
    """
    draft = read_draft(root)
    if draft.problems:
        raise KnowledgeError([*draft.problems, *check_references(draft.things)])
    problems = check_references(draft.things)
    if problems or draft.manifest is None:
        raise KnowledgeError(problems)
    sections: dict[str, dict[str, Record]] = {
        name: {key: build.BUILDERS[name](key, authored.form) for key, authored in sorted(things.items())}
        for name, things in draft.things.items()
    }
    sections["questions"] = with_implications(draft.things["questions"], sections["questions"])
    return KnowledgeBase(draft.manifest, sections)


def read_draft(root: Path) -> Draft:
    """Read and shape-check every file of a knowledge base."""
    draft = Draft()
    if not root.is_dir():
        draft.problems.append(Problem(str(root), 1, 1, "is not a folder; name the folder that holds kb.yaml", "no-kb"))
        return draft
    _read_manifest(root, draft)
    for path in knowledge_files(root):
        name = path.relative_to(root).as_posix()
        if name == MANIFEST:
            continue
        document, problems = read_yaml(path, name)
        draft.problems += problems
        _read_sections(document, draft)
    return draft


def _read_manifest(root: Path, draft: Draft) -> None:
    path = root / MANIFEST
    if not path.is_file():
        text = "is missing; a knowledge base needs it with format, version and released"
        draft.problems.append(Problem(MANIFEST, 1, 1, text, "no-kb"))
        return
    document, problems = read_yaml(path, MANIFEST)
    draft.problems += problems
    form = check_form(schema.ManifestForm, document, (), draft.problems)
    if isinstance(form, schema.ManifestForm):
        draft.manifest = Manifest(version=form.version, released=form.released.isoformat())


def _read_sections(document: Document, draft: Draft) -> None:
    if not isinstance(document.data, dict):
        text = f"expected sections ({', '.join(schema.SECTIONS)}), found {kind_of(document.data)}"
        draft.problems.append(document.problem((), text, "wrong-shape"))
        return
    for section, things in document.data.items():
        if section not in schema.SECTIONS:
            text = f'unknown section "{section}"{did_you_mean(section, schema.SECTIONS)}'
            draft.problems.append(document.problem((section,), text, "unknown-field", at_key=True))
        elif not isinstance(things, dict):
            text = f"expected one entry per id, found {kind_of(things)}"
            draft.problems.append(document.problem((section,), text, "wrong-shape"))
        else:
            for key in things:
                _read_thing(document, section, key, draft)


def _read_thing(document: Document, section: str, key: str, draft: Draft) -> None:
    location = (section, key)
    first = draft.things[section].get(key)
    if first is not None:
        text = f'{section}: "{key}" is defined a second time (first in {first.document.file})'
        draft.problems.append(document.problem(location, text, "duplicate-id", at_key=True))
        return
    container = schema.FileForm.model_fields[section].annotation
    draft.problems += _check_key(container, section, key, document)
    form = check_form(schema.SECTIONS[section], document, location, draft.problems)
    draft.things[section][key] = Authored(document, location, form)


def _check_key(container: Any, section: str, key: str, document: Document) -> Iterator[Problem]:
    pattern = next(m.pattern for m in container.__args__[0].__metadata__ if getattr(m, "pattern", None))
    if not re.fullmatch(pattern, key):
        expected = "a code like 0xC004F074" if section == "codes" else "an id of small letters, digits and _"
        yield document.problem((section, key), f'found "{key}", expected {expected}', "bad-id", at_key=True)


def check_form(form: type[BaseModel], document: Document, location: Location, problems: list[Problem]) -> Any:
    """The value at this location as a checked form, or None after adding its problems."""
    data: Any = document.data
    for step in location:
        data = data[step]
    try:
        return form.model_validate(data)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            problems.append(_problem(document, location, detail))
        return None


_EXPECTED = {
    "missing": ("missing-field", "is missing"),
    "string_type": ("wrong-shape", "expected a text"),
    "dict_type": ("wrong-shape", "expected a mapping (field: value)"),
    "list_type": ("wrong-shape", "expected a list"),
    "model_type": ("wrong-shape", "expected a mapping (field: value)"),
    "model_attributes_type": ("wrong-shape", "expected a mapping (field: value)"),
    "int_parsing": ("bad-value", "expected a whole number"),
    "string_too_short": ("bad-value", "expected a text that is not empty"),
    "too_short": ("bad-value", "expected at least one entry"),
    "date_from_datetime_parsing": ("bad-value", "expected a date like 2026-11-22"),
    "date_parsing": ("bad-value", "expected a date like 2026-11-22"),
    "string_pattern_mismatch": ("bad-id", "expected an id of small letters, digits and _, or a code like 0xC004F074"),
}


def _problem(document: Document, start: Location, detail: Any) -> Problem:
    location, value = _walk(document.data, start, detail["loc"])
    kind = str(detail["type"])
    last = str(detail["loc"][-1]) if detail["loc"] else ""
    if kind == "extra_forbidden":
        text = f'unknown field "{last}"{did_you_mean(last, _all_fields())}'
        return document.problem(location, text, "unknown-field", at_key=True)
    if kind == "missing":
        return document.problem(location, f'the field "{last}" is missing', "missing-field")
    if kind == "literal_error":
        expected = str(detail["ctx"]["expected"]).replace("'", "").replace(" or ", ", ")
        hint = did_you_mean(value, expected.split(", ")) if isinstance(value, str) else ""
        return document.problem(location, f"found {shown(value)}, expected one of {expected}{hint}", "bad-value")
    if kind == "value_error":
        return document.problem(location, str(detail["ctx"]["error"]), "wrong-shape")
    slug, expected = _EXPECTED.get(kind, ("bad-value", str(detail["msg"])))
    return document.problem(location, f"found {shown(value)}, {expected}", slug)


def _walk(data: Any, start: Location, loc: tuple[Any, ...]) -> tuple[Location, Data]:
    """Follow a pydantic location through the data, leaving out the union tags that are not in the file."""
    location: list[str | int] = []
    for step in (*start, *loc):
        if isinstance(data, dict) and step in data or isinstance(data, list) and isinstance(step, int):
            location.append(step)
            data = data[step]
    return tuple(location), data


def _all_fields() -> set[str]:
    forms = [value for value in vars(schema).values() if isinstance(value, type) and issubclass(value, schema.Form)]
    return {info.alias or name for form in forms for name, info in form.model_fields.items()}


def kind_of(value: Data) -> str:
    """What a value is, for "found ..."."""
    return "a list" if isinstance(value, list) else "a mapping" if isinstance(value, dict) else shown(value)


def shown(value: Data) -> str:
    """A value as it is quoted in a problem."""
    if not isinstance(value, str):
        return kind_of(value)
    return f'"{value if len(value) <= 40 else value[:37] + "..."}"' if value else "nothing"
