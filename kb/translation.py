"""Translations as authors keep them: one PO file per YAML file and language, an entry per text.

Uses Babel, so it is imported only where translations are written, checked or compiled, never on the way of a session.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from . import build
from .files import write_atomically
from .hidden import hidden_in
from .loader import LOCALE, Draft, read_draft
from .model import Record, Text
from .problems import KnowledgeError, Problem

_HEADER = """\
msgid ""
msgstr ""
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"

"""
"""Babel's own header has a date that differs on every run."""
_ANY_DATE = datetime(2000, 1, 1, tzinfo=UTC)


def languages(root: Path) -> list[str]:
    """The languages a knowledge base is translated into, sorted."""
    locale = root / LOCALE
    folders = locale.iterdir() if locale.is_dir() else ()
    return sorted(path.name for path in folders if path.is_dir() and not path.name.startswith("."))


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

    New texts get empty entries; a changed English text keeps its old translation, marked fuzzy; what is gone goes, and
    so does the PO file of a YAML file that is gone. A text that moved to another file takes its translation along.

    Raises `KnowledgeError` when a file cannot be read: what stands in it would seem to be gone.
    """
    draft = read_draft(root)
    if draft.problems:
        raise KnowledgeError(draft.problems)
    paths = {po_path(root, language, file): texts for file, texts in texts_by_file(draft).items()}
    there = sorted((root / LOCALE / language).rglob("*.po"))
    old = [message for path in there for message in _read(path, root, language) if message.id]
    known = {message.context: message for message in old} | {(message.context, message.id): message for message in old}
    todo: dict[str, int] = {}
    for path, texts in paths.items():
        messages = [_entry(text, known.get((text.key, text.en)) or known.get(text.key)) for text in texts]
        content = _po_bytes(messages, language)
        if not path.is_file() or path.read_bytes() != content:
            write_atomically(path, content)
        todo[path.relative_to(root).as_posix()] = sum(1 for message in messages if _unfinished(message))
    for path in there:
        if path not in paths:
            path.unlink()
    return todo


def problems(root: Path, language: str, draft: Draft | None = None) -> list[Problem]:
    """Every text without a current translation, at its place. `draft`: the folder's files, if they have been read."""
    found: list[Problem] = []
    for yaml_file, texts in texts_by_file(draft or read_draft(root)).items():
        path = po_path(root, language, yaml_file)
        try:
            catalog = _read(path, root, language) if path.is_file() else Catalog()
        except KnowledgeError as error:
            found += error.problems
            continue
        found += _missing(texts, catalog, path.relative_to(root).as_posix())
    return found


def _missing(texts: list[Text], catalog: Catalog, name: str) -> Iterator[Problem]:
    for text in texts:
        message = catalog.get(text.en, text.key)
        if message is None:
            yield Problem(name, 1, 1, f"no entry for {text.key}", "missing-translation")
        elif _unfinished(message):
            state = "is fuzzy" if message.fuzzy else "is empty"
            place = message.lineno or 1
            yield Problem(name, place, 1, f"the translation of {text.key} {state}", "missing-translation")


def compiled(root: Path, language: str) -> bytes:
    """All translations of a language as one binary catalogue for the standard library's gettext.

    Raises `KnowledgeError` with every PO file that cannot be read.
    """
    whole = Catalog()
    broken: list[Problem] = []
    for path in sorted((root / LOCALE / language).rglob("*.po")):
        try:
            catalog = _read(path, root, language)
        except KnowledgeError as error:
            broken += error.problems
            continue
        for message in catalog:
            if message.id and not _unfinished(message):
                whole.add(message.id, message.string, context=message.context)
    if broken:
        raise KnowledgeError(broken)
    return catalogue_bytes(whole)


def compiled_file(path: Path, language: str) -> bytes:
    """One PO file as a binary catalogue.

    Raises `KnowledgeError` when it cannot be read.
    """
    return catalogue_bytes(_read(path, path.parent, language))


def catalogue_bytes(catalog: Catalog) -> bytes:
    """A catalogue in the binary form of gettext; the same catalogue gives the same bytes on any day."""
    catalog.creation_date = _ANY_DATE
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _read(path: Path, root: Path, language: str) -> Catalog:
    name = path.relative_to(root).as_posix()
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=language, abort_invalid=True)
    except PoFileError as error:
        text = f"is not a PO file: {error}; found {error.line.strip()[:60]}"
        raise KnowledgeError([Problem(name, error.lineno + 1, 1, text, "po-syntax")]) from error
    except (OSError, ValueError, LookupError) as error:
        raise KnowledgeError([Problem(name, 1, 1, f"is not a PO file: {error}", "po-syntax")]) from error
    if found := list(_hidden(catalog, name)):
        raise KnowledgeError(found)
    return catalog


def _hidden(catalog: Catalog, name: str) -> Iterator[Problem]:
    """The translations with a character that would work unseen where they are shown."""
    for message in catalog:
        strings = (message.string,) if isinstance(message.string, str) else message.string or ()
        if character := hidden_in("".join(strings)):
            text = f"the character {character}, which nobody can see, stands in this text; delete it, or save as UTF-8"
            yield Problem(name, message.lineno or 1, 1, text, "po-syntax")


def _entry(text: Text, old: Message | None) -> Message:
    """The entry of a text: with its old translation if there is one, fuzzy when that was of another English text."""
    translation = old.string if old else ""
    fuzzy = bool(old and translation and (old.fuzzy or old.id != text.en))
    comments = [line for line in old.user_comments if not line.startswith("|")] if old else []
    return Message(text.en, translation, flags={"fuzzy"} if fuzzy else set(), user_comments=comments, context=text.key)


def _po_bytes(messages: list[Message], language: str) -> bytes:
    catalog = Catalog()
    for message in messages:
        catalog[message.id] = message
    buffer = io.BytesIO()
    write_po(buffer, catalog, width=110, omit_header=True, sort_output=False, include_lineno=False)
    return _HEADER.format(language=language).encode() + buffer.getvalue()


def _unfinished(message: Message) -> bool:
    return not message.string or message.fuzzy
