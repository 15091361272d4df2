"""Translations as authors keep them: one PO file per YAML file and language, an entry per text.

Uses Babel, so it is imported only where translations are written, checked or compiled, never on the way of a session.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from . import build
from .files import write_atomically
from .loader import LOCALE, Draft, read_draft
from .model import Record, Text
from .problems import Problem

SOURCE_LANGUAGE = "en"


@dataclass(frozen=True)
class Entry:
    """One translation: its place in the PO file, and whether it is complete and current."""

    file: str
    line: int
    text: Text
    translation: str
    fuzzy: bool


def languages(root: Path) -> list[str]:
    """The languages a knowledge base is translated into, sorted."""
    locale = root / LOCALE
    return sorted(path.name for path in locale.iterdir() if path.is_dir()) if locale.is_dir() else []


def texts_by_file(draft: Draft) -> dict[str, list[Text]]:
    """For each YAML file, its texts in reading order, once each."""
    found: dict[str, dict[Text, None]] = {}
    for section, things in draft.things.items():
        for key, authored in things.items():
            if authored.form is not None:
                thing = build.BUILDERS[section](key, authored.form)
                found.setdefault(authored.document.file, {}).update(dict.fromkeys(texts_in(thing)))
    return {file: list(texts) for file, texts in sorted(found.items()) if texts}


def texts_in(value: Any) -> Iterator[Text]:
    """Every text inside a model object, in the order of its fields."""
    if isinstance(value, Text):
        yield value
    elif isinstance(value, Record):
        for field in msgspec.structs.fields(value):
            yield from texts_in(getattr(value, field.name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from texts_in(item)


def po_path(root: Path, language: str, yaml_file: str) -> Path:
    """Where the translations of a YAML file are kept."""
    return root / LOCALE / language / Path(yaml_file).with_suffix(".po")


def update(root: Path, language: str) -> dict[str, int]:
    """Bring every PO file of a language up to date; returns the number of entries still to translate, by file.

    New texts get empty entries; a changed English text keeps its old translation, marked fuzzy; what is gone goes.
    """
    todo: dict[str, int] = {}
    for yaml_file, texts in texts_by_file(read_draft(root)).items():
        path = po_path(root, language, yaml_file)
        old = _read(path, language)
        new = _merged(texts, old, language)
        buffer = io.BytesIO()
        write_po(buffer, new, width=110, omit_header=False, sort_output=False, include_lineno=False)
        write_atomically(path, buffer.getvalue())
        todo[path.relative_to(root).as_posix()] = sum(1 for message in new if message.id and _unfinished(message))
    return todo


def problems(root: Path, language: str) -> list[Problem]:
    """Every text without a current translation, at its place."""
    found: list[Problem] = []
    for yaml_file, texts in texts_by_file(read_draft(root)).items():
        path = po_path(root, language, yaml_file)
        name = path.relative_to(root).as_posix()
        try:
            catalog = _read(path, language)
        except PoFileError as error:
            found.append(Problem(name, 1, 1, f"is not a PO file: {error}", "po-syntax"))
            continue
        for text in texts:
            message = catalog.get(text.en, text.key)
            if message is None:
                found.append(Problem(name, 1, 1, f"no entry for {text.key}", "missing-translation"))
            elif _unfinished(message):
                state = "is fuzzy" if message.fuzzy else "is empty"
                text_ = f"the translation of {text.key} {state}"
                found.append(Problem(name, message.lineno or 1, 1, text_, "missing-translation"))
    return found


def compiled(root: Path, language: str) -> bytes:
    """All translations of a language as one binary catalogue for the standard library's gettext."""
    whole = _catalog(language)
    folder = root / LOCALE / language
    for path in sorted(folder.rglob("*.po")):
        for message in _read(path, language):
            if message.id and not _unfinished(message):
                whole.add(message.id, message.string, context=message.context)
    return catalogue_bytes(whole)


def compiled_file(path: Path, language: str) -> bytes:
    """One PO file as a binary catalogue."""
    return catalogue_bytes(_read(path, language))


def catalogue_bytes(catalog: Catalog) -> bytes:
    """A catalogue in the binary form of gettext."""
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _catalog(language: str) -> Catalog:
    catalog = Catalog(locale=language, charset="utf-8", fuzzy=False)
    catalog.header_comment = ""
    catalog.mime_headers = [
        ("Language", language),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
    ]
    return catalog


def _read(path: Path, language: str) -> Catalog:
    if not path.is_file():
        return _catalog(language)
    with path.open("rb") as file:
        return read_po(file, locale=language, abort_invalid=True)


def _merged(texts: list[Text], old: Catalog, language: str) -> Catalog:
    by_context = {message.context: message for message in old if message.id}
    new = _catalog(language)
    for text in texts:
        known = old.get(text.en, text.key)
        stale = known is None and text.key in by_context
        message = known or by_context.get(text.key)
        flags = {"fuzzy"} if message and message.string and (stale or message.fuzzy) else set()
        new.add(text.en, message.string if message else "", context=text.key, flags=flags)
    return new


def _unfinished(message: Message) -> bool:
    return not message.string or message.fuzzy
