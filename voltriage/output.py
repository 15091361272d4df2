"""The one place that writes to standard output: text that any console can show, and JSON that stays exact."""

from __future__ import annotations

import shutil
import sys
from typing import Any

import click
import msgspec


def survive_any_console() -> None:
    """Let a character that the console's code page lacks, or cannot be read, be replaced, not end the program."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def print_json(data: Any) -> None:
    """Print data as JSON; characters beyond ASCII are escaped where the output is not UTF-8."""
    if (getattr(sys.stdout, "encoding", None) or "").casefold().replace("-", "") == "utf8":
        click.echo(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
        return
    import json  # only where characters must be escaped

    click.echo(json.dumps(data, indent=2))


WIDTH = 78
"""Most characters in a line of text."""


def line_width() -> int:
    """Characters in a line of text: fewer than `WIDTH` only where a narrower terminal shows them."""
    if sys.stdout is None or not sys.stdout.isatty():
        return WIDTH
    return min(WIDTH, shutil.get_terminal_size().columns - 1)
