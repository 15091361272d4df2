"""What reports on files show: for each YAML file its lines (rules and guards), and the branches of their conditions.

A line is a rule, hit when it fired, or a guard, hit when it held; a branch is a condition that is true, or false.
What cannot be covered is left out, so the totals are those of the measures `lines` and `conditions`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from engine.coverage import FALSE, TRUE
from trees.coverage.report import Count, Report, is_line


@dataclass(slots=True)
class Branch:
    """A condition, and how many sessions saw it true and false; None: that cannot be."""

    subject: str
    true: int | None = None
    false: int | None = None

    @property
    def count(self) -> Count:
        """How many of its results were seen."""
        known = [hits for hits in (self.true, self.false) if hits is not None]
        return Count(sum(map(bool, known)), len(known))


@dataclass(slots=True)
class Line:
    """A rule or guard. `hits`: sessions; None where it cannot be covered."""

    decision: str
    number: int
    hits: int | None = None
    branches: dict[str, Branch] = field(default_factory=dict)

    @property
    def count(self) -> Count:
        """How many branches were taken, of how many."""
        return total(branch.count for branch in self.branches.values())


@dataclass(slots=True)
class File:
    """A YAML file with its lines in order."""

    name: str
    lines: list[Line]

    @property
    def lines_count(self) -> Count:
        """How many lines were hit."""
        return total(Count(bool(line.hits), 1) for line in self.lines if line.hits is not None)

    @property
    def branches_count(self) -> Count:
        """How many branches were taken."""
        return total(line.count for line in self.lines)


def total(counts: Iterable[Count]) -> Count:
    """The sum of several counts."""
    covered = whole = 0
    for count in counts:
        covered, whole = covered + count.covered, whole + count.total
    return Count(covered, whole)


def files_of(report: Report) -> list[File]:
    """The files of a report, sorted by name."""
    lines: dict[str, Line] = {}
    files: dict[str, list[Line]] = {}
    for entry in report.entries:
        kind, decision, subject = entry.item
        if kind in (TRUE, FALSE):
            branch = lines[decision].branches.setdefault(subject, Branch(subject))
            if entry.counts:
                setattr(branch, kind, len(entry.covered_by))
        elif is_line(entry.item):
            lines[decision] = Line(decision, entry.line, len(entry.covered_by) if entry.counts else None)
            files.setdefault(entry.file, []).append(lines[decision])
    return [File(name, sorted(files[name], key=lambda line: line.number)) for name in sorted(files)]
