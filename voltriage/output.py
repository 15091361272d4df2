"""The one place that writes to standard output: text that any console can show, and JSON that stays exact."""

from __future__ import annotations

import json
import sys
from typing import Any

import click


def survive_any_console() -> None:
    """Let a character that the console's code page lacks be replaced instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


def print_json(data: Any) -> None:
    """Print data as JSON; characters beyond ASCII are escaped where the output is not UTF-8."""
    utf8 = (getattr(sys.stdout, "encoding", None) or "").casefold().replace("-", "") == "utf8"
    click.echo(json.dumps(data, ensure_ascii=not utf8, indent=2))
