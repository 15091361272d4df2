"""JSON: the whole report with a format version; `coverage.schema.json` beside it describes it.

Nothing of the report is lost: `read` gives back what each session covered, so that runs can be put together.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from engine.coverage import Marks, Met
from kb.problems import VoltriageError
from trees.coverage.edges import Edges
from trees.coverage.report import Count, Entry, Observed, Report, RuleState, Source

FORMAT = 1
SCHEMA = Path(__file__).with_name("coverage.schema.json")


class NoCoverageError(VoltriageError):
    """A file that is no coverage report in JSON, or one of a newer format."""

    slug = "no-coverage"


def written(report: Report) -> str:
    """The report as a JSON file."""
    return json.dumps(as_data(report), ensure_ascii=False, separators=(",", ":")) + "\n"


def as_data(report: Report) -> dict[str, Any]:
    """The report as plain data."""
    return {
        "format": FORMAT,
        "kb": {"version": report.version, "sha256": report.sha256},
        "measures": {name: _count(count) for name, count in report.counts.items()},
        "sessions": [_session(source, marks) for source, marks in zip(report.sources, report.marks, strict=True)],
        "rules": [_rule(rule) for rule in report.rules],
        "items": [_entry(entry) for entry in report.entries],
        "edges": [_edges(edges) for edges in report.edges],
    }


def _count(count: Count) -> dict[str, Any]:
    return {"covered": count.covered, "total": count.total, "percent": count.hundredths / 100}


def _session(source: Source, marks: Marks) -> dict[str, Any]:
    return {
        "name": source.name,
        "kind": source.kind,
        "code": source.code,
        "remarks": list(source.remarks),
        "stops": [{"code": code, "rule": rule or None} for code, rule in marks.stops],
        "ways": [{"code": code, "met": [list(met) for met in way]} for code, way in marks.ways],
    }


def _rule(rule: RuleState) -> dict[str, Any]:
    return {
        "id": rule.id,
        "file": rule.file,
        "line": rule.line,
        "state": rule.state,
        "fired_by": list(rule.fired_by),
        "failed": [
            {"decision": one.decision, "condition": one.subject, "sessions": list(one.sessions)} for one in rule.failed
        ],
        "spent": list(rule.spent),
        "why": rule.why or None,
        "stopped_at": rule.stopped_at or None,
    }


def _entry(entry: Entry) -> dict[str, Any]:
    kind, subject, detail = entry.item
    return {
        "kind": kind,
        "of": subject,
        "detail": detail or None,
        "file": entry.file,
        "line": entry.line,
        "covered_by": list(entry.covered_by),
        "infeasible": entry.infeasible or None,
    }


def _edges(edges: Edges) -> dict[str, Any]:
    return {"code": edges.code, "covered": edges.covered, "total": edges.total}


# Back again ---------------------------------------------------------------------------------------------------------


def read(text: str) -> tuple[str, list[Observed]]:
    """The hash of the knowledge base, and what each session covered.

    Raises `NoCoverageError`.
    """
    try:
        data = json.loads(text)
        if data["format"] != FORMAT:
            raise NoCoverageError(f"it has format {data['format']}; this Voltriage reads {FORMAT}")
        return str(data["kb"]["sha256"]), _observed(data)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        raise NoCoverageError(f"it is no coverage report in JSON ({type(error).__name__})") from None


def _observed(data: dict[str, Any]) -> list[Observed]:
    items: list[set[tuple[str, str, str]]] = [set() for _ in data["sessions"]]
    failed: list[set[tuple[str, str, str]]] = [set() for _ in data["sessions"]]
    spent: list[set[str]] = [set() for _ in data["sessions"]]
    for entry in data["items"]:
        for number in entry["covered_by"]:
            items[number].add((str(entry["kind"]), str(entry["of"]), str(entry["detail"] or "")))
    for rule in data["rules"]:
        for number in rule["spent"]:
            spent[number].add(str(rule["id"]))
        for one in rule["failed"]:
            for number in one["sessions"]:
                failed[number].add((str(rule["id"]), str(one["decision"]), str(one["condition"])))
    return [
        Observed(
            Source(str(one["name"]), str(one["kind"]), str(one["code"]), tuple(map(str, one["remarks"]))),
            Marks(
                frozenset(items[number]),
                frozenset(failed[number]),
                frozenset(spent[number]),
                tuple((str(stop["code"]), str(stop["rule"] or "")) for stop in one["stops"]),
                tuple((str(way["code"]), tuple(Met(*map(str, met)) for met in way["met"])) for way in one["ways"]),
            ),
        )
        for number, one in enumerate(data["sessions"])
    ]
