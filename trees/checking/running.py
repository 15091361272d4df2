"""Runs the checks and says what they found, where, and what of it is meant so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from kb.loader import Draft
from kb.model import Code, Procedure, rules_of
from kb.problems import Problem

from .findings import NOTE, Check, Finding
from .material import Material
from .placing import UNUSED, Placed, Places


@dataclass(frozen=True, slots=True)
class Figures:
    """How much was looked at: codes, rules, states (nodes of all flat graphs), steps of the longest session."""

    codes: int = 0
    rules: int = 0
    states: int = 0
    longest: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a run found.

    `found`, `noted` and `suppressed` are sorted by place, `noted` being what is to be known and not to be mended;
    `checks` are those that ran; `notes` are lines for people about what is no finding.
    """

    version: str
    sha256: str
    as_of: str
    checks: tuple[Check, ...]
    found: tuple[Placed, ...]
    suppressed: tuple[Placed, ...] = ()
    figures: Figures = Figures()
    notes: tuple[str, ...] = ()
    noted: tuple[Placed, ...] = ()

    @property
    def problems(self) -> tuple[Problem, ...]:
        """What was found, as plain problems of files."""
        return tuple(Problem(one.file, one.line, one.column, one.finding.text, one.finding.check) for one in self.found)


def run(material: Material, draft: Draft, checks: Sequence[Check], known: Iterable[str], sha256: str) -> Report:
    """Run these checks. `known`: the names of all checks there are; a suppression of one that did not run is let be."""
    places = Places(draft)
    placed = [places.placed(finding) for finding in look(material, checks)]
    ran = {check.name for check in checks}
    used = {(one.finding.place.kind, one.finding.place.ident, one.finding.check) for one in placed if one.reason}
    names = set(known) | {UNUSED}
    unused = [one for one in places.unused(used, names) if one.about[0] in ran or one.about[0] not in names]
    placed += [places.placed(finding) for finding in unused]
    noting = {check.name for check in checks if check.level == NOTE}
    manifest = material.kb.manifest
    return Report(
        manifest.version,
        sha256,
        material.as_of,
        tuple(checks),
        tuple(sorted(one for one in placed if not one.reason and one.finding.check not in noting)),
        tuple(sorted(one for one in placed if one.reason)),
        figures(material),
        noted=tuple(sorted(one for one in placed if not one.reason and one.finding.check in noting)),
    )


def look(material: Material, checks: Iterable[Check]) -> list[Finding]:
    """Everything that these checks find, sorted."""
    return sorted(finding for check in checks for finding in check.look(material))


def figures(material: Material) -> Figures:
    """How much there is to look at."""
    kb, ways = material.kb, material.ways.values()
    things: list[Code | Procedure] = [*kb.codes.values(), *kb.procedures.values()]
    return Figures(
        len(kb.codes),
        sum(1 for thing in things for _ in rules_of(thing.plan)),
        sum(len(one.graph.nodes) for one in ways),
        max((one.longest[0] for one in ways), default=0),
    )
