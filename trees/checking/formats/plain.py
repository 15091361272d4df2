"""Findings as lines for a terminal: what is wrong where, the session that shows it, and how to mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from engine.walks import Session

from ..placing import Placed
from ..running import Report


def written(report: Report) -> str:
    """The findings, then notes and figures, then how many findings there are.

    What is only to be known is counted, check by check: it may be true of every rule.
    """
    lines = [line for placed in report.found for line in _lines(placed)]
    lines += [*report.notes, *_noted(report)]
    figures = report.figures
    if report.checks:  # none runs where the files cannot be loaded
        lines.append(
            f"{figures.codes} codes, {figures.rules} rules, {figures.states} states, longest session {figures.longest} "
            f"steps, {len(report.checks)} checks, suppressed: {len(report.suppressed)}"
        )
    count = len(report.found)
    return "\n".join([*lines, f"{count} finding{'' if count == 1 else 's'}"]) + "\n"


def session_text(session: Session) -> str:
    """A session in one line."""
    return "; ".join(f"{subject}={value}" for subject, value in session)


def _noted(report: Report) -> Iterator[str]:
    counts = Counter(placed.finding.check for placed in report.noted)
    for check in report.checks:
        if count := counts[check.name]:
            yield f"note: {check.summary.removesuffix('.')}: {count} (--format json lists them) [{check.name}]"


def _lines(placed: Placed) -> Iterator[str]:
    finding = placed.finding
    yield f"{placed.file}:{placed.line}:{placed.column}: {finding.text} [{finding.check}]"
    if finding.session:
        yield f"    session: {finding.code}; {session_text(finding.session)}"
    if finding.mend:
        yield f"    to mend: {finding.mend}"
