"""What a runbook was made from, written into it as one line of ASCII, and whether that is still so.

The line stands in the keywords of a PDF and in a `meta` of an HTML page, unpacked, so that it is found in the bytes of
either without knowing the format.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from inspect import cleandoc

import msgspec

from kb.knowledge import KnowledgeBase
from kb.site import Site

FORMAT = 1
NO_SITE = "none"
ALL = "all"
_MARK = "voltriage-runbook/1"
_STAMP = re.compile(_MARK.encode() + rb"((?:;[a-z]+=[A-Za-z0-9_.+-]+)+)")
_NOT_PRINTED = frozenset({"file", "lines"})


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a runbook was made from: hashes of knowledge and site facts, the language, and options by name.

    `language`: "en" or "de", or "en+de" where the document has both. `knowledge` is the hash of the knowledge base;
    `site` is `NO_SITE` without a site file. Values of options are ASCII words.
    """

    knowledge: str
    site: str
    language: str
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Comparison:
    """An existing runbook compared with what would be made now; `differs` is as `differing` names it."""

    format: int
    file: str
    up_to_date: bool
    differs: tuple[str, ...]
    made_from: Fingerprint
    now: Fingerprint


def fingerprint(kb: KnowledgeBase, site: Site | None, language: str, options: Mapping[str, str]) -> Fingerprint:
    """The fingerprint of a runbook that is made now."""
    return Fingerprint(kb.manifest.sha256, _hash(site) if site else NO_SITE, language, options)


def codes_option(codes: Iterable[str]) -> str:
    """The codes of a runbook as a value of an option; `ALL` where none are named."""
    return "+".join(sorted(codes)) or ALL


def stamped(print_: Fingerprint) -> str:
    """The line that goes into the document."""
    values = {"knowledge": print_.knowledge, "site": print_.site, "language": print_.language}
    values |= {name: print_.options[name] for name in sorted(print_.options)}
    return ";".join([_MARK, *(f"{name}={value}" for name, value in values.items())])


def stamp_in(document: bytes) -> Fingerprint | None:
    """The fingerprint in a document; None where there is none."""
    found = _STAMP.search(document)
    if found is None:
        return None
    pairs = (part.partition("=") for part in found[1].decode().strip(";").split(";"))
    values = {name: value for name, _, value in pairs}
    knowledge, site, language = (values.pop(name, "") for name in ("knowledge", "site", "language"))
    return Fingerprint(knowledge, site, language, values) if knowledge and site and language else None


def differing(one: Fingerprint, other: Fingerprint) -> tuple[str, ...]:
    """What differs: "knowledge", "site", "language", then options by name; none: the document is up to date."""
    parts = [name for name in ("knowledge", "site", "language") if getattr(one, name) != getattr(other, name)]
    options = sorted({*one.options, *other.options})
    return (*parts, *(name for name in options if one.options.get(name) != other.options.get(name)))


def compared(file: str, stored: Fingerprint, now: Fingerprint) -> Comparison:
    """A runbook's fingerprint compared with that of one made now."""
    names = differing(stored, now)
    return Comparison(FORMAT, file, not names, names, stored, now)


def schema() -> dict[str, object]:
    """The JSON Schema of a comparison."""
    title = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Voltriage: whether a runbook is up to date",
    }
    told = msgspec.json.schema(Comparison)
    for each in told["$defs"].values():  # Python 3.13 takes the indentation out of docstrings, 3.11 leaves it
        each["description"] = cleandoc(each["description"])
    return title | told


def _hash(site: Site) -> str:
    """Of all facts that a document can show; where they stand in which file changes nothing."""
    fields = {name: getattr(site, name) for name in site.__dataclass_fields__ if name not in _NOT_PRINTED}
    return hashlib.sha256(msgspec.json.encode(fields, order="deterministic", enc_hook=dict)).hexdigest()
