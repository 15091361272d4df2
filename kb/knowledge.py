"""A knowledge base at run time: sections of model objects, read whole from YAML or one by one from an image."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .model import Cause, Code, Measure, Owner, Procedure, Question, Record, Remedy, Source


class Manifest(Record, frozen=True):
    """What a knowledge base says about itself; `sha256` is the hash of its files."""

    version: str
    released: str
    sha256: str = ""


class KnowledgeBase:
    """Read-only access to what is known, by id.

    `sections` maps a section's name to its things; a section may be any mapping, also one that reads on demand.
    """

    def __init__(self, manifest: Manifest, sections: Mapping[str, Mapping[str, Any]]) -> None:
        self.manifest = manifest
        self.sources: Mapping[str, Source] = sections["sources"]
        self.owners: Mapping[str, Owner] = sections["owners"]
        self.measures: Mapping[str, Measure] = sections["measures"]
        self.questions: Mapping[str, Question] = sections["questions"]
        self.causes: Mapping[str, Cause] = sections["causes"]
        self.remedies: Mapping[str, Remedy] = sections["remedies"]
        self.procedures: Mapping[str, Procedure] = sections["procedures"]
        self.codes: Mapping[str, Code] = sections["codes"]
