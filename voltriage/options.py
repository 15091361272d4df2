"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from .language import LANGUAGES

SHIPPED = Path(__file__).resolve().parent.parent / "kb" / "data"
"""The shipped knowledge base as YAML (it is in the wheel too, for authors to read)."""

Function = TypeVar("Function", bound=Callable[..., Any])

kb_folder_option = click.option(
    "--kb",
    "kb_folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=SHIPPED,
    help="Folder of another knowledge base (default: the shipped one).",
)


def reader_options(function: Function) -> Function:
    """`--kb DIR` and `--lang en|de`, for commands that read knowledge through its image."""
    function = click.option(
        "--lang", "language", type=click.Choice(LANGUAGES), help="Language (default: that of the user interface)."
    )(function)
    return click.option(
        "--kb",
        "kb_folder",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder of another knowledge base (default: the shipped one).",
    )(function)
