"""LCOV trace files, as editors, genhtml and most services read them."""

from __future__ import annotations

from collections.abc import Iterator

from trees.coverage.report import Report

from .files import File, Line, files_of


def written(report: Report) -> str:
    """The report as an LCOV trace file; file names are relative to the knowledge base."""
    return "".join(f"{line}\n" for file in files_of(report) for line in _file(file))


def _file(file: File) -> Iterator[str]:
    yield "TN:"
    yield f"SF:{file.name}"
    for line in file.lines:
        yield from _branches(line)
    branches, lines = file.branches_count, file.lines_count
    yield f"BRF:{branches.total}"
    yield f"BRH:{branches.covered}"
    for line in file.lines:
        if line.hits is not None:
            yield f"DA:{line.number},{line.hits}"
    yield f"LF:{lines.total}"
    yield f"LH:{lines.covered}"
    yield "end_of_record"


def _branches(line: Line) -> Iterator[str]:
    """Each condition is a block, its results are the branches: 0 true, 1 false. "-": the rule was never read so far."""
    for block, branch in enumerate(line.branches.values()):
        read = bool(branch.true or branch.false)
        for number, hits in enumerate((branch.true, branch.false)):
            if hits is not None:
                yield f"BRDA:{line.number},{block},{number},{hits if read else '-'}"
