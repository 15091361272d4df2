"""Findings as JSON, for other programs; `SCHEMA` describes it."""

from __future__ import annotations

import msgspec

from ..placing import Placed
from ..running import Report


class Given(msgspec.Struct, frozen=True):
    """One answer or outcome of a session: the question or remedy, and its value."""

    subject: str
    value: str


class FindingRecord(msgspec.Struct, frozen=True):
    """One finding. `code` and `session` are null and empty where no session is needed to see it."""

    check: str
    file: str
    line: int
    column: int
    kind: str
    id: str
    text: str
    mend: str
    code: str | None
    session: list[Given]
    fingerprint: str
    suppressed: str | None


class CheckRecord(msgspec.Struct, frozen=True):
    """A check that ran."""

    name: str
    summary: str


class Knowledge(msgspec.Struct, frozen=True):
    """Which knowledge base was checked."""

    version: str
    sha256: str


class FiguresRecord(msgspec.Struct, frozen=True):
    """How much was looked at."""

    codes: int
    rules: int
    states: int
    longest: int


class ReportRecord(msgspec.Struct, frozen=True):
    """The report. `as_of`: the date at which sources were judged; `notes`: what is to be known, not to be mended."""

    format: int
    kb: Knowledge
    as_of: str
    figures: FiguresRecord
    checks: list[CheckRecord]
    findings: list[FindingRecord]
    notes: list[FindingRecord]
    suppressed: list[FindingRecord]


def written(report: Report) -> str:
    """The report as JSON."""
    figures = report.figures
    record = ReportRecord(
        1,
        Knowledge(report.version, report.sha256),
        report.as_of,
        FiguresRecord(figures.codes, figures.rules, figures.states, figures.longest),
        [CheckRecord(check.name, check.summary) for check in report.checks],
        [_finding(placed) for placed in report.found],
        [_finding(placed) for placed in report.noted],
        [_finding(placed) for placed in report.suppressed],
    )
    return msgspec.json.format(msgspec.json.encode(record), indent=2).decode() + "\n"


def schema() -> dict[str, object]:
    """The JSON Schema of what `written` writes."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Voltriage: findings of check"}
    return {**head, **msgspec.json.schema(ReportRecord)}


def _finding(placed: Placed) -> FindingRecord:
    finding = placed.finding
    return FindingRecord(
        finding.check,
        placed.file,
        placed.line,
        placed.column,
        finding.place.kind,
        finding.place.ident,
        str(finding.text),  # of a file's problem it is a `Sentence`, which msgspec does not write
        str(finding.mend),
        finding.code or None,
        [Given(subject, value) for subject, value in finding.session],
        finding.fingerprint,
        placed.reason or None,
    )
