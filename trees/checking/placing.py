"""Where findings stand in the files, and which of them their authors say are meant so."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from kb import schema
from kb.loader import Authored, Draft
from kb.problems import did_you_mean
from kb.reading import Document, Location

from . import findings
from .findings import FILE, Finding, Place

UNUSED = "unused-suppression"


@dataclass(frozen=True, slots=True, order=True)
class Placed:
    """A finding at its place; line and column count from 1. `reason`: why its author says that it is meant so."""

    file: str
    line: int
    column: int
    finding: Finding
    reason: str = ""


@dataclass(frozen=True, slots=True)
class _Written:
    """Where a thing, a rule or a group is written, and its form."""

    document: Document
    location: Location
    form: schema.Form


class Places:
    """Finds the places of findings in the files of a knowledge base."""

    def __init__(self, draft: Draft) -> None:
        self._written = dict(_everything(draft))

    def placed(self, finding: Finding) -> Placed:
        """A finding at its place, suppressed if the thing it is about says so."""
        place = finding.place
        if place.kind == FILE:
            return Placed(place.ident, finding.line, finding.column, finding)
        written = self._written[place.kind, place.ident]
        at_key = bool(place.path) and isinstance(place.path[-1], str)
        location = (*written.location, *(place.path or _NAMED.get(place.kind, ())))
        problem = written.document.problem(location, "", "", at_key=at_key or place.kind not in _NAMED)
        suppress: Mapping[str, str] = {} if finding.check == UNUSED else getattr(written.form, "suppress", {})
        reason = suppress.get(finding.check, "")
        return Placed(problem.file, problem.line, problem.column, finding, reason)

    def unused(self, used: set[tuple[str, str, str]], checks: set[str]) -> Iterator[Finding]:
        """Suppressions that suppress nothing: `used` are kind, id and check of those that do, `checks` all names.

        A suppression of a check that is not among `checks` is one of a check that there is not.
        """
        for (kind, ident), written in self._written.items():
            suppress: Mapping[str, str] = getattr(written.form, "suppress", {})
            for check in suppress:
                if (kind, ident, check) in used:
                    continue
                text = f"{ident} suppresses {check}, and there is nothing to suppress"
                if check not in checks:
                    text = f"{ident} suppresses {check}, and there is no such check{did_you_mean(check, checks)}"
                yield Finding(UNUSED, Place(kind, ident, ("suppress", check)), text, "remove the line", about=(check,))


_NAMED = {findings.RULE: ("id",), findings.GROUP: ("group",)}
"""The field that holds the id, for what is written in a list."""
_SECTIONS = {
    "questions": findings.QUESTION,
    "causes": findings.CAUSE,
    "remedies": findings.REMEDY,
    "procedures": findings.PROCEDURE,
    "codes": findings.CODE,
}


def _everything(draft: Draft) -> Iterator[tuple[tuple[str, str], _Written]]:
    for section, kind in _SECTIONS.items():
        for ident, authored in draft.things[section].items():
            yield (kind, ident), _Written(authored.document, authored.location, authored.form)
            if kind in (findings.PROCEDURE, findings.CODE):
                yield from _in_plan(authored, authored.form.plan, authored.location)


def _in_plan(
    authored: Authored, plan: list[schema.EntryForm], location: Location
) -> Iterator[tuple[tuple[str, str], _Written]]:
    for number, entry in enumerate(plan):
        here = (*location, "plan", number)
        if isinstance(entry, schema.RuleForm):
            yield (findings.RULE, entry.id), _Written(authored.document, here, entry)
        elif isinstance(entry, schema.GroupForm):
            yield (findings.GROUP, entry.group), _Written(authored.document, here, entry)
            yield from _in_plan(authored, entry.plan, here)
