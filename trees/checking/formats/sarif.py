"""Findings as SARIF 2.1.0, the form that code hosts and editors read."""

from __future__ import annotations

import msgspec

from ..findings import WARNING, Finding
from ..placing import Placed
from ..running import Report
from .plain import session_text

Json = dict[str, "Json | list[Json] | str | int"]

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_ROOT = "KNOWLEDGE"
"""The name under which a viewer is told where the folder of the knowledge base lies."""
_FINGERPRINT = "findingHash/v1"


def written(report: Report) -> str:
    """The report as a SARIF log with one run."""
    results = sorted((*report.found, *report.noted, *report.suppressed))
    rules: dict[str, str] = {check.name: check.summary for check in report.checks}
    for placed in results:
        rules.setdefault(placed.finding.check, placed.finding.mend or placed.finding.check)
    numbers = {name: number for number, name in enumerate(sorted(rules))}
    levels = {check.name: check.level for check in report.checks}
    driver: Json = {
        "name": "voltriage",
        "semanticVersion": "1.0.0",
        "rules": [_rule(name, rules[name], levels.get(name, WARNING)) for name in sorted(rules)],
    }
    run: Json = {
        "tool": {"driver": driver},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder of the knowledge base"}}},
        "properties": {"kb": {"version": report.version, "sha256": report.sha256}, "asOf": report.as_of},
        "results": [
            _result(placed, numbers[placed.finding.check], levels.get(placed.finding.check, WARNING))
            for placed in results
        ],
    }
    log: Json = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return msgspec.json.format(msgspec.json.encode(log), indent=2).decode() + "\n"


def _rule(name: str, summary: str, level: str) -> Json:
    return {
        "id": name,
        "shortDescription": {"text": summary},
        "defaultConfiguration": {"level": level},
    }


def _result(placed: Placed, number: int, level: str) -> Json:
    finding = placed.finding
    result: Json = {
        "ruleId": finding.check,
        "ruleIndex": number,
        "level": level,
        "message": {"text": _message(finding)},
        "locations": [_location(placed)],
        "partialFingerprints": {_FINGERPRINT: finding.fingerprint},
    }
    if placed.reason:
        result["suppressions"] = [{"kind": "inSource", "justification": placed.reason}]
    return result


def _message(finding: Finding) -> str:
    session = f" Session: {finding.code}; {session_text(finding.session)}." if finding.session else ""
    mend = f" To mend: {finding.mend}." if finding.mend else ""
    return f"{finding.text}.{session}{mend}"


def _location(placed: Placed) -> Json:
    from urllib.parse import quote  # only where a log is written

    return {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(placed.file), "uriBaseId": _ROOT},
            "region": {"startLine": placed.line, "startColumn": placed.column},
        }
    }
