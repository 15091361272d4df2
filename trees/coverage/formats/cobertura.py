"""Cobertura XML, valid against coverage-04.dtd, as build servers read it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import PurePosixPath
from xml.etree import ElementTree as Xml

from trees.coverage.report import Count, Report

from .files import File, Line, files_of, total

DOCTYPE = '<!DOCTYPE coverage SYSTEM "http://cobertura.sourceforge.net/xml/coverage-04.dtd">'


def written(report: Report) -> str:
    """The report as a Cobertura file; its time is that of the knowledge base's release, so it is the same every run.

    A folder is a package and a file in it a class; file names are relative to the knowledge base.
    """
    files = files_of(report)
    lines, branches = total(file.lines_count for file in files), total(file.branches_count for file in files)
    root = Xml.Element("coverage", {**_rates(lines, branches), **_totals(lines, branches), **_about(report)})
    Xml.SubElement(Xml.SubElement(root, "sources"), "source").text = "."
    packages = Xml.SubElement(root, "packages")
    for name in sorted({_folder(file) for file in files}):
        _package(packages, name, [file for file in files if _folder(file) == name])
    Xml.indent(root)
    body = Xml.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{DOCTYPE}\n{body}\n'


def _rates(lines: Count, branches: Count) -> dict[str, str]:
    return {"line-rate": _rate(lines), "branch-rate": _rate(branches), "complexity": "0"}


def _rate(count: Count) -> str:
    """A rate with four decimals, rounded down."""
    return f"{count.hundredths // 10_000}.{count.hundredths % 10_000:04}"


def _totals(lines: Count, branches: Count) -> dict[str, str]:
    return {
        "lines-covered": str(lines.covered),
        "lines-valid": str(lines.total),
        "branches-covered": str(branches.covered),
        "branches-valid": str(branches.total),
    }


def _about(report: Report) -> dict[str, str]:
    released = datetime.fromisoformat(report.released).replace(tzinfo=UTC)
    return {"version": report.version, "timestamp": str(int(released.timestamp()) * 1000)}


def _folder(file: File) -> str:
    return str(PurePosixPath(file.name).parent)


def _package(parent: Xml.Element, name: str, files: list[File]) -> None:
    lines, branches = total(file.lines_count for file in files), total(file.branches_count for file in files)
    package = Xml.SubElement(parent, "package", {"name": name, **_rates(lines, branches)})
    classes = Xml.SubElement(package, "classes")
    for file in files:
        names = {"name": PurePosixPath(file.name).stem, "filename": file.name}
        element = Xml.SubElement(classes, "class", {**names, **_rates(file.lines_count, file.branches_count)})
        Xml.SubElement(element, "methods")
        body = Xml.SubElement(element, "lines")
        for line in file.lines:
            _line(body, line)


def _line(parent: Xml.Element, line: Line) -> None:
    if line.hits is None and not line.count.total:
        return
    count = line.count
    element = Xml.SubElement(parent, "line", {"number": str(line.number), "hits": str(line.hits or 0)})
    if count.total:
        percent = f"{count.hundredths // 100}% ({count.covered}/{count.total})"
        element.attrib |= {"branch": "true", "condition-coverage": percent}
        conditions = Xml.SubElement(element, "conditions")
        for number, branch in enumerate(branch for branch in line.branches.values() if branch.count.total):
            covered = f"{branch.count.hundredths // 100}%"
            Xml.SubElement(conditions, "condition", {"number": str(number), "type": "jump", "coverage": covered})
    else:
        element.attrib["branch"] = "false"
