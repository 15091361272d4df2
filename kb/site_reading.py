"""From `voltriage.yaml` to site facts: every problem of the file at once, each with its place.

What needs the rules of a case (whether a value is possible, whether two answers contradict each other) is not checked
here: see `voltriage.site`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

from . import hosts, schema, words
from .knowledge import KnowledgeBase
from .loader import check_form
from .problems import Problem, closest_word
from .reading import Document, Location, read_yaml
from .sentences import Sentence, sentence
from .site import Host, Runbook, Site, reached
from .site_form import SiteForm

_KEY = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{5}(?:\s?[-\u2010-\u2015\u2212]\s?[A-Za-z0-9]{5}){4}(?![A-Za-z0-9])")
"""A product key, also where a word processor has changed its hyphens."""


def read_site(path: Path, name: str, kb: KnowledgeBase) -> tuple[Site, Document, list[Problem]]:
    """The site facts in this file; they are complete only where there is no problem.

    `name` is how problems refer to the file. Raises nothing.
    """
    document, problems = read_yaml(path, name)
    form: Any = None
    if document.data or not problems:
        form = check_form(SiteForm, document, (), problems)
        problems += _doubled_hosts(document)
        problems += _unknown_ids(document, kb)
    problems = _beside_keys(problems, list(_product_keys(document)))
    site = _site(form, document, kb) if form is not None else Site(name)
    return site, document, [harmless(problem) for problem in problems]


def _beside_keys(problems: list[Problem], keys: list[Problem]) -> list[Problem]:
    """All problems but those of a place where a key stands: what they quote may be a part of it, or respelt."""
    places = {(key.line, key.column) for key in keys}
    return [*(problem for problem in problems if (problem.line, problem.column) not in places), *keys]


def harmless(problem: Problem) -> Problem:
    """The problem without product keys, and without characters that a terminal would obey."""
    text = problem.text.with_words(_cleaned) if isinstance(problem.text, Sentence) else _cleaned(problem.text)
    return Problem(problem.file, problem.line, problem.column, text, problem.slug)


def _cleaned(word: str) -> str:
    text = _KEY.sub("XXXXX-XXXXX-XXXXX-XXXXX-XXXXX", word)
    return "".join(c if c.isprintable() else f"U+{ord(c):04X}" for c in text)


def _site(form: SiteForm, document: Document, kb: KnowledgeBase) -> Site:
    frozen = MappingProxyType
    return Site(
        document.file,
        tuple(Host(h) if isinstance(h, str) else Host(h.host, h.port) for h in form.kms_hosts),
        tuple(form.domains),
        tuple(form.dns_servers),
        tuple(form.domain_controllers),
        frozen(reached(form.contacts, kb.owners.values())),
        frozen(dict(form.answers)),
        frozen(dict(form.forbidden)),
        Runbook(**form.runbook.model_dump()),
        frozen(_lines(document)),
    )


def _lines(document: Document) -> dict[Location, int]:
    """The line of each entry; that of its key, where it has one."""
    places = document.values | document.keys
    return {location: line for location, (line, _) in places.items() if 1 <= len(location) <= 2}


def _section(document: Document, name: str) -> Mapping[str, Any]:
    """A section of ids, as far as it can be read at all."""
    data = document.data.get(name) if isinstance(document.data, dict) else None
    entries = data if isinstance(data, dict) else {}
    return {key: value for key, value in entries.items() if re.fullmatch(schema.ID_PATTERN, key)}


def _unknown_ids(document: Document, kb: KnowledgeBase) -> Iterator[Problem]:
    known: dict[str, tuple[str, ...]] = {
        "contacts": (*words.PLACES, *kb.owners),
        "answers": (*kb.questions, *kb.measures),
        "forbidden": tuple(kb.remedies),
    }
    for section, ids in known.items():
        for key in _section(document, section):
            if key not in ids:
                problem = _unknown(section, key)
                text = _elsewhere(kb, key, problem) or _closest(key, ids, problem) or _also(section, ids, problem)
                yield document.problem((section, key), text, "unknown-id", at_key=True)


def _unknown(section: str, key: str) -> Sentence:
    if section == "contacts":
        return sentence('unknown place or owner "{id}"', id=key)
    if section == "answers":
        return sentence('unknown question or measure "{id}"', id=key)
    return sentence('unknown remedy "{id}"', id=key)


def _elsewhere(kb: KnowledgeBase, key: str, problem: Sentence) -> Sentence | None:
    """Where an id stands that is known, but not here."""
    if key in kb.remedies:
        return sentence("{sentence}; it is a remedy: what is never to be done stands under forbidden", sentence=problem)
    if key in kb.questions or key in kb.measures:
        return sentence("{sentence}; it is a question or measure: known values stand under answers", sentence=problem)
    if key in kb.owners or key in words.PLACES:
        return sentence("{sentence}; it is a place or owner: whom to reach stands under contacts", sentence=problem)
    return None


def _closest(key: str, ids: tuple[str, ...], problem: Sentence) -> Sentence | None:
    word = closest_word(key, ids)
    return sentence('{sentence}; did you mean "{word}"?', sentence=problem, word=word) if word else None


def _also(section: str, ids: tuple[str, ...], problem: Sentence) -> Sentence:
    if section == "contacts":
        return sentence("{sentence}; known are {ids}", sentence=problem, ids=", ".join(sorted(set(ids))))
    return sentence(
        "{sentence}; the knowledge base in use has none of this name, so it may have been renamed or removed",
        sentence=problem,
    )


def _doubled_hosts(document: Document) -> Iterator[Problem]:
    """Names that stand in one list twice, however they are written."""
    data = document.data if isinstance(document.data, dict) else {}
    for section in ("kms_hosts", "domains", "dns_servers", "domain_controllers"):
        entries = data.get(section)
        seen: dict[str, int] = {}
        for number, entry in enumerate(entries if isinstance(entries, list) else ()):
            name = entry.get("host") if isinstance(entry, dict) else entry
            if isinstance(name, str) and hosts.canonical(name) in seen:
                line = document.values[section, seen[hosts.canonical(name)]][0]
                text = sentence(
                    '"{name}" stands here a second time (first in line {line}); remove one of the two',
                    name=name,
                    line=line,
                )
                yield document.problem((section, number), text, "duplicate-id")
            elif isinstance(name, str):
                seen[hosts.canonical(name)] = number


def _product_keys(document: Document) -> Iterator[Problem]:
    text = sentence("a product key stands here; take it out, keys are typed where they are needed and kept nowhere")
    for location, value, at_key in _scalars(document.data, ()):
        if _KEY.search(value):
            yield document.problem(location, text, "key-in-file", at_key=at_key)


def _scalars(data: Any, location: Location) -> Iterator[tuple[Location, str, bool]]:
    """Every word of the file with its place, and whether it is a key of a mapping."""
    if isinstance(data, str):
        yield location, data, False
    for key, value in data.items() if isinstance(data, dict) else ():
        yield (*location, key), key, True
        yield from _scalars(value, (*location, key))
    for number, value in enumerate(data if isinstance(data, list) else ()):
        yield from _scalars(value, (*location, number))
