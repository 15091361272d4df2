"""From a folder of YAML files to the frozen model: every problem of every file at once, or a knowledge base.

Three passes: read (`kb.reading`), check shapes (`kb.schema`), then build the model and check what refers to what
(`kb.references`). Each pass reports all it finds; a thing that failed one pass is left out of the next but its id
stays known, so that one mistake does not raise a cloud of others.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from . import build, schema
from .hidden import hidden_in
from .implications import with_decisions, with_implications
from .knowledge import KnowledgeBase, Manifest
from .problems import KnowledgeError, Problem, closest_word, did_you_mean
from .reading import Data, Document, Location, read_yaml
from .references import check_references, meant_value
from .sentences import sentence
from .spelling import find_codes
from .store import REVIEWS

MANIFEST = "kb.yaml"
SCENARIOS = "scenarios"
LOCALE = "locale"
TRACE = "trace"


@dataclass(frozen=True)
class Authored:
    """One thing as its author wrote it: where, and its checked form (None when the form is broken)."""

    document: Document
    location: Location
    form: Any


@dataclass
class Draft:
    """All files of a knowledge base, read and shape-checked, before anything is linked.

    `lost`: ids that files which cannot be parsed may define; `unread`: some file could not be read at all.
    """

    things: dict[str, dict[str, Authored]] = field(default_factory=lambda: {name: {} for name in schema.SECTIONS})
    problems: list[Problem] = field(default_factory=list)
    manifest: Manifest | None = None
    lost: set[str] = field(default_factory=set)
    unread: bool = False

    def may_define(self, ident: str) -> bool:
        """Whether an id that no readable file defines may stand in a file that is broken."""
        return self.unread or ident in self.lost


def knowledge_files(root: Path) -> list[Path]:
    """The YAML files that hold knowledge, sorted.

    Scenarios, translations, traces, hidden files and what reviewers say are not among them.
    """
    return [path for path in _files(root, "*.yaml") if path != root / REVIEWS]


def _files(root: Path, pattern: str) -> list[Path]:
    found = []
    for path in root.rglob(pattern):
        parts = path.relative_to(root).parts
        if parts[0] not in (SCENARIOS, LOCALE, TRACE) and not any(part.startswith(".") for part in parts):
            found.append(path)
    return sorted(found)


def load_folder(root: Path) -> KnowledgeBase:
    """The knowledge base in this folder.

    Raises `KnowledgeError` with every problem of every file.
    """
    return loaded(read_draft(root))


def loaded(draft: Draft) -> KnowledgeBase:
    """The knowledge base of files that have been read.

    Raises `KnowledgeError` with every problem of every file.
    """
    problems = [*draft.problems, *check_references(draft.things, draft.may_define)]
    if problems or draft.manifest is None:
        raise KnowledgeError(problems)
    sections: dict[str, dict[str, Any]] = {
        name: {key: build.BUILDERS[name](key, authored.form) for key, authored in sorted(things.items())}
        for name, things in draft.things.items()
    }
    sections["questions"] = with_implications(draft.things["questions"], sections["questions"])
    sections["measures"] = with_decisions(sections["measures"], sections["questions"])
    return KnowledgeBase(draft.manifest, sections)


def read_draft(root: Path) -> Draft:
    """Read and shape-check every file of a knowledge base."""
    draft = Draft()
    if not root.is_dir():
        draft.problems.append(Problem(str(root), 1, 1, "is not a folder; name the folder that holds kb.yaml", "no-kb"))
        draft.unread = True
        return draft
    _read_manifest(root, draft)
    for path in _files(root, "*.yml"):
        name = path.relative_to(root).as_posix()
        text = f"is not read, only *.yaml files are; name it {path.stem}.yaml"
        draft.problems.append(Problem(name, 1, 1, text, "file-unreadable"))
        draft.unread = True
    for path in knowledge_files(root):
        name = path.relative_to(root).as_posix()
        if name != MANIFEST:
            _read_file(path, name, draft)
    return draft


def _read_manifest(root: Path, draft: Draft) -> None:
    path = root / MANIFEST
    if not path.is_file():
        text = "is missing; a knowledge base needs it with format, version and released"
        draft.problems.append(Problem(MANIFEST, 1, 1, text, "no-kb"))
        return
    document, problems = read_yaml(path, MANIFEST)
    draft.problems += problems
    if document.data or not problems:
        form = check_form(schema.ManifestForm, document, (), draft.problems)
        if isinstance(form, schema.ManifestForm):
            draft.manifest = Manifest(version=form.version, released=form.released.isoformat())


def _read_file(path: Path, name: str, draft: Draft) -> None:
    document, problems = read_yaml(path, name)
    draft.problems += [*problems, *hidden_texts(document, document.data, ())]
    draft.lost |= document.lost
    draft.unread |= any(problem.slug == "file-unreadable" and not document.lost for problem in problems)
    if document.data or not problems:
        _read_sections(document, draft)


def hidden_texts(document: Document, data: Data, location: Location) -> Iterator[Problem]:
    """The texts with a character that would work unseen where they are shown; YAML can write any as an escape."""
    if isinstance(data, str):
        if character := hidden_in(data):
            text = f"the character {character}, which nobody can see, stands in this text; delete it"
            yield document.problem(location, text, "bad-value")
        return
    for step, inside in data.items() if isinstance(data, dict) else enumerate(data):
        yield from hidden_texts(document, inside, (*location, step))


def _read_sections(document: Document, draft: Draft) -> None:
    if not isinstance(document.data, dict):
        text = f"found {kind_of(document.data)}, expected sections: {', '.join(schema.SECTIONS)}"
        draft.problems.append(document.problem((), text, "wrong-shape"))
        return
    for section, things in document.data.items():
        if section not in schema.SECTIONS:
            text = f'unknown section "{section}"{_hint(section, schema.SECTIONS, "sections are")}'
            draft.problems.append(document.problem((section,), text, "unknown-field", at_key=True))
            draft.lost |= _ids_in(things)
        elif not isinstance(things, dict):
            text = f"found {kind_of(things)}, expected one entry per id (id: and below it its fields)"
            draft.lost |= _ids_in(things)
            draft.problems.append(document.problem((section,), text, "wrong-shape"))
        else:
            for key in things:
                _read_thing(document, section, key, draft)


def _ids_in(things: Data) -> set[str]:
    """The ids that an unusable section may define."""
    entries = things if isinstance(things, list) else [things]
    mappings = [entry for entry in entries if isinstance(entry, dict)]
    return {key for entry in mappings for key in entry} | {str(entry.get("id")) for entry in mappings}


def _read_thing(document: Document, section: str, key: str, draft: Draft) -> None:
    location = (section, key)
    keys = get_args(schema.FileForm.model_fields[section].annotation)[0]
    draft.problems += _check_key(keys, section, key, document, draft.lost)
    form = check_form(schema.SECTIONS[section], document, location, draft.problems)
    first = draft.things[section].setdefault(key, Authored(document, location, form))
    if first.document is not document:
        line = first.document.keys[first.location][0]
        text = (
            f'{section}: "{key}" is defined a second time (first in {first.document.file}:{line}); '
            f"remove or rename one of the two"
        )
        draft.problems.append(document.problem(location, text, "duplicate-id", at_key=True))


def _check_key(keys: Any, section: str, key: str, document: Document, lost: set[str]) -> Iterator[Problem]:
    """The problem of an id that does not look as it must; what it was meant to be counts as defined."""
    constraints = next(item for item in get_args(keys) if hasattr(item, "pattern"))
    if not re.fullmatch(constraints.pattern, key):
        lost.add(_meant(key, constraints.pattern))
        yield document.problem((section, key), _misfit(key, constraints.pattern), "bad-id", at_key=True)
    elif len(key) > (constraints.max_length or len(key)):
        text = f"found {shown(key)}, expected at most {constraints.max_length} characters"
        yield document.problem((section, key), text, "bad-id", at_key=True)


def check_form(form: type[BaseModel], document: Document, location: Location, problems: list[Problem]) -> Any:
    """The value at this location as a checked form, or None after adding its problems."""
    data: Any = document.data
    for step in location:
        data = data[step]
    try:
        return form.model_validate(data)
    except ValidationError as error:
        problems.extend(_problem(form, document, location, detail) for detail in error.errors(include_url=False))
        return None


_EXPECTED = {
    "string_type": ("wrong-shape", sentence("a text; one with [ ] { } or : in it needs quotes")),
    "dict_type": ("wrong-shape", sentence("a mapping (field: value)")),
    "list_type": ("wrong-shape", sentence("a list")),
    "model_type": ("wrong-shape", sentence("a mapping (field: value)")),
    "model_attributes_type": ("wrong-shape", sentence("a mapping (field: value)")),
    "string_too_short": ("bad-value", sentence("a text")),
    "too_short": ("bad-value", sentence("at least one entry")),
}
"""By the kind of mistake, as pydantic names it: the problem's slug, and what was expected."""

_KEY = "[key]"
"""Stands at the end of a pydantic location when the key is meant and not the value."""


def _problem(form: type[BaseModel], document: Document, start: Location, detail: Any) -> Problem:
    loc: tuple[Any, ...] = detail["loc"]
    location, value = _walk(document.data, start, loc)
    kind, context = str(detail["type"]), detail.get("ctx", {})
    at_key = bool(loc) and loc[-1] == _KEY
    if at_key:
        value = str(location[-1])
    if kind == "extra_forbidden":
        text = _unknown_field(str(loc[-1]), _fields(_annotation_at(form, loc[:-1])))
        return document.problem(location, text, "unknown-field", at_key=True)
    if kind == "missing":
        text = sentence('the field "{field}" is missing', field=str(loc[-1]))
        return document.problem(location, text, "missing-field", at_key=True)
    if kind == "value_error":
        return document.problem(location, str(context["error"]), "wrong-shape", at_key=True)
    if kind == "literal_error":
        known = re.findall(r"'(.*?)'", str(context["expected"]))
        expected = sentence("one of {words}", words=", ".join(known)) if len(known) > 1 else known[0]
        text = _or_meant(_misfit_of(value, expected), meant_value(value, known))
        return document.problem(location, text, "bad-value")
    if kind == "string_pattern_mismatch":
        return document.problem(location, _misfit(str(value), context["pattern"]), "bad-id", at_key=at_key)
    if kind == "string_too_long":
        text = _misfit_of(value, sentence("at most {most} characters", most=context["max_length"]))
        return document.problem(location, text, "bad-value", at_key=at_key)
    slug, expected = _EXPECTED.get(kind, ("bad-value", context.get("expected", "")))
    text = _misfit_of(value, expected) if expected else f"found {shown(value)}, {detail['msg']}"
    return document.problem(location, text, slug, at_key=at_key)


def _misfit_of(value: Data, expected: str) -> str:
    return sentence("found {value}, expected {expected}", value=shown(value), expected=expected)


def _or_meant(problem: str, word: str) -> str:
    """The problem with the word that the author may have meant, if there is one."""
    return sentence('{sentence}; did you mean "{word}"?', sentence=problem, word=word) if word else problem


def _unknown_field(field: str, known: list[str]) -> str:
    """The problem of a field that a form does not have, with the closest one, or all where none is near."""
    if closest := closest_word(field, known):
        return sentence('unknown field "{field}"; did you mean "{word}"?', field=field, word=closest)
    return sentence('unknown field "{field}"; fields here are {fields}', field=field, fields=", ".join(known))


_FITTING = {
    schema.ID_PATTERN: sentence("an id of small letters, digits and _ that begins with a letter"),
    schema.SOURCE_ID_PATTERN: sentence("an id of small letters, digits and _"),
    schema.CODE_PATTERN: sentence("a code like 0xC004F074, letters in capitals"),
    schema.PLAN_CODE_PATTERN: sentence("a code like 0xC004F074, letters in capitals, or unknown_code"),
    schema.ALIAS_PATTERN: sentence("a spelling like 0xC004CF038, of seven to nine digits"),
    schema.WORD_PATTERN: sentence("one word without blanks"),
    schema.CHECK_PATTERN: sentence("the name of a check, in small letters with hyphens"),
    schema.URL_PATTERN: sentence("an address that begins with https:// or http://"),
    schema.MEANING_PATTERN: sentence("16 digits from 0 to f, as voltriage review prints them"),
}


def _misfit(value: str, pattern: str) -> str:
    """The problem of a word that does not look as it must, with the word that the author may have meant."""
    return _or_meant(_misfit_of(value, _FITTING[pattern]), _meant(value, pattern))


def _meant(value: str, pattern: str) -> str:
    """The word of this pattern that comes nearest to a value, or an empty string."""
    candidates = [*find_codes(value), re.sub(r"[^a-z0-9]+", "_", value.casefold()).strip("_")]
    return next((word for word in candidates if re.fullmatch(pattern, word)), "")


def _walk(data: Any, start: Location, loc: tuple[Any, ...]) -> tuple[Location, Data]:
    """Follow a pydantic location through the data, leaving out the union tags that are not in the file."""
    location: list[str | int] = []
    for step in (*start, *loc):
        if (isinstance(data, dict) and step in data) or (isinstance(data, list) and isinstance(step, int)):
            location.append(step)
            data = data[step]
    return tuple(location), data


def _annotation_at(annotation: Any, loc: Iterable[Any]) -> Any:
    """The type of the form that a pydantic location leads to."""
    for step in loc:
        annotation = _annotation_in(_bare(annotation), step)
    return _bare(annotation)


def _annotation_in(annotation: Any, step: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return next(info.annotation for name, info in annotation.model_fields.items() if step in (name, info.alias))
    if get_origin(annotation) in (Union, UnionType):
        return next(part for part in get_args(annotation) if any(getattr(m, "tag", "") == step for m in get_args(part)))
    return get_args(annotation)[-1]


def _bare(annotation: Any) -> Any:
    """A type without constraints and without "or nothing"."""
    if get_origin(annotation) is Annotated:
        return _bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, UnionType):
        given = [part for part in get_args(annotation) if part is not type(None)]
        return _bare(given[0]) if len(given) == 1 else annotation
    return annotation


def _fields(form: Any) -> list[str]:
    return [info.alias or name for name, info in form.model_fields.items()]


def _hint(word: str, known: Iterable[str], all_known: str) -> str:
    """The closest known word, or all of them where none is near."""
    return did_you_mean(word, known) or f"; {all_known} {', '.join(known)}"


def kind_of(value: Data) -> str:
    """What a value is, for "found ..."."""
    if isinstance(value, str):
        return shown(value)
    if isinstance(value, list):
        return sentence("a list") if value else sentence("an empty list")
    return sentence("a mapping") if value else sentence("an empty mapping")


def shown(value: Data) -> str:
    """A value as it is quoted in a problem."""
    if not isinstance(value, str):
        return kind_of(value)
    text = " ".join(value.split())
    return f'"{text if len(text) <= 40 else text[:37] + "..."}"' if text else sentence("nothing")
