"""Where charts are written: the format that is meant, and a file for each chart."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import click

from engine.case import CaseError
from kb.files import write_atomically

SUFFIXES: Mapping[str, tuple[str, ...]] = {
    "pdf": (".pdf",),
    "svg": (".svg",),
    "png": (".png",),
    "dot": (".dot", ".gv"),
    "mermaid": (".mmd", ".mermaid"),
    "graphml": (".graphml",),
    "json": (".json",),
}
"""Every format, and how the names of its files end, the usual ending first."""
DRAWN = frozenset({"pdf", "svg", "png"})
"""Formats in which shapes have a place; the others leave that to the program that reads them."""
NAME = "{name}"
"""Stands in a file name for the code or procedure."""
STANDARD_OUTPUT = "-"
_NO_TEXT = frozenset({"pdf", "png"})


def format_of(output: str, wanted: str | None) -> str:
    """The format asked for, else the one that the name of the output ends with.

    Raises `CaseError` when neither says which.
    """
    if wanted:
        return wanted
    ending = Path(output).suffix.lower()
    for name, endings in SUFFIXES.items():
        if ending in endings:
            return name
    raise CaseError(
        '"{output}" does not say which format is wanted; name one with --format ({formats}), or let the name end with '
        "one of {endings}",
        "usage",
        output=output,
        formats=", ".join(SUFFIXES),
        endings=", ".join(endings[0] for endings in SUFFIXES.values()),
    )


def files_for(output: str, format_: str, charts: Sequence[str]) -> tuple[Path, ...]:
    """The file of each chart, for formats that hold one in a file.

    `output` is a folder, or a name in which `NAME` stands for the chart; for a single chart it may be its file.

    Raises `CaseError` when several charts would get the same file.
    """
    path, ending = Path(output), SUFFIXES[format_][0]
    if NAME in path.name:
        return tuple(path.with_name(path.name.replace(NAME, chart)) for chart in charts)
    if _is_folder(output, several=len(charts) > 1):
        return tuple(path / f"{chart}{ending}" for chart in charts)
    if len(charts) == 1:
        return (path,)
    raise CaseError(
        "{count} charts do not fit into one {format} file; name a folder with -o, or a file with {name} in it, for "
        'example "{example}"',
        "usage",
        count=len(charts),
        format=format_,
        name=NAME,
        example=f"charts/{NAME}{ending}",
    )


def _is_folder(output: str, *, several: bool) -> bool:
    """Whether the charts go into this as a folder, which need not exist yet."""
    if output == STANDARD_OUTPUT:
        return False
    if output.endswith(("/", os.sep)) or Path(output).is_dir():
        return True
    return several and not any(Path(output).suffix.lower() in endings for endings in SUFFIXES.values())


def write(files: Iterable[tuple[Path, bytes]], format_: str) -> None:
    """Write each file whole or not at all, and say where it is; `-` is standard output.

    Raises `NotWrittenError`, and `CaseError` where a terminal would have to show what is no text.
    """
    for path, content in files:
        if str(path) != STANDARD_OUTPUT:
            write_atomically(path, content)
            click.echo(str(path))
            continue
        if format_ in _NO_TEXT and sys.stdout.isatty():
            raise CaseError(
                "a terminal cannot show {format}; name a file with -o, or lead the output into one",
                "usage",
                format=format_,
            )
        click.echo(content, nl=False)
