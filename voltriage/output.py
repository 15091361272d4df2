"""The one place that writes to standard output: text that any console can show, and JSON that stays exact."""

from __future__ import annotations

import codecs
import os
import sys
import unicodedata
from typing import Any

import click
import msgspec

_ERRORS = "voltriage"
"""Name under which what a console cannot show is replaced."""
_ASCII = "voltriage_ascii"

_INSTEAD = {
    # quotation marks
    "„": '"', "“": '"', "”": '"', "‟": '"', "«": '"', "»": '"', "″": '"', "〝": '"', "〞": '"',
    "‚": "'", "‘": "'", "’": "'", "‛": "'", "‹": "'", "›": "'", "′": "'", "´": "'",
    # dashes and marks
    "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "⁃": "-",
    "…": "...", "•": "*", "·": "*", "●": "*", "○": "o", "▪": "*", "■": "*", "□": "[ ]", "☐": "[ ]", "☑": "[x]",
    "✓": "ok", "✔": "ok", "✗": "x", "✘": "x", "⚠": "!", "¦": "|", "¶": "", "§": "par. ", "°": " deg", "№": "No.",
    # mathematics and arrows
    "≥": ">=", "≤": "<=", "≠": "!=", "≈": "~", "≙": "=", "≡": "=", "±": "+-", "×": "x", "÷": "/", "∞": "infinite",
    "→": "->", "←": "<-", "↔": "<->", "⇒": "=>", "⇐": "<=", "⇔": "<=>", "↑": "^", "↓": "v", "↳": "->", "µ": "u",
    # letters that do not come apart into a letter and a mark, and German ones, which are written with two
    "ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss", "ẞ": "SS",
    "æ": "ae", "Æ": "Ae", "ø": "o", "Ø": "O", "œ": "oe", "Œ": "Oe", "ð": "d", "þ": "th", "ł": "l", "Ł": "L", "ı": "i",
    "€": "EUR", "£": "GBP", "©": "(c)", "®": "(R)", "⁄": "/",
    # lines
    "─": "-", "━": "-", "│": "|", "┃": "|", "┌": "+", "┐": "+", "└": "+", "┘": "+", "├": "+", "┤": "+", "┼": "+",
}  # fmt: skip


def survive_any_console() -> None:
    """Let a character that the console's code page lacks, or cannot be read, be replaced, not end the program."""
    codecs.register_error(_ERRORS, _replaced)
    codecs.register(_ascii_on_purpose)
    for stream, errors in ((sys.stdin, "replace"), (sys.stdout, _ERRORS), (sys.stderr, _ERRORS)):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"
            reconfigure(encoding=_ASCII if ascii_only else None, errors=errors)


def _ascii_on_purpose(name: str) -> codecs.CodecInfo | None:
    """ASCII by another name: click takes a stream called ASCII for a mistake and writes UTF-8 to it."""
    known = codecs.lookup("ascii")
    return (
        codecs.CodecInfo(
            known.encode,
            known.decode,
            name=_ASCII,
            incrementalencoder=known.incrementalencoder,
            incrementaldecoder=known.incrementaldecoder,
        )
        if name == _ASCII
        else None
    )


def showable(text: str, encoding: str | None) -> str:
    """The text as a console with this encoding shows it: what it lacks is written in ASCII, the rest stays."""
    codecs.register_error(_ERRORS, _replaced)
    encoding = encoding or "ascii"
    return text.encode(encoding, _ERRORS).decode(encoding)


def _replaced(error: UnicodeError) -> tuple[str, int]:
    """What stands for characters that an encoding lacks (see `codecs.register_error`)."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(map(_in_ascii, error.object[error.start : error.end])), error.end


def _in_ascii(character: str) -> str:
    """The character in ASCII: by the table, else its letter without marks, else a question mark."""
    if character in _INSTEAD:
        return _INSTEAD[character]
    if unicodedata.category(character) in ("Cf", "Mn"):
        return ""
    parts = unicodedata.normalize("NFKD", character)
    known = "".join(_INSTEAD.get(part, part if part.isascii() else "") for part in parts)
    return known or "?"


def print_json(data: Any) -> None:
    """Print data as JSON; characters beyond ASCII are escaped where the output is not UTF-8."""
    if (getattr(sys.stdout, "encoding", None) or "").casefold().replace("-", "") == "utf8":
        click.echo(msgspec.json.format(msgspec.json.encode(data), indent=2).decode())
        return
    import json  # only where characters must be escaped

    click.echo(json.dumps(data, indent=2))


WIDTH = 78
"""Most characters in a line of text."""
_WIDTHS = frozenset(map(str, range(40, 201)))
"""What `COLUMNS` may say where the output is no terminal."""


def line_width() -> int:
    """Characters in a line of text: `WIDTH`, or what a narrower terminal shows; elsewhere what `COLUMNS` asks for."""
    if sys.stdout is None or not sys.stdout.isatty():
        asked = os.environ.get("COLUMNS", "")
        return int(asked) if asked in _WIDTHS else WIDTH
    import shutil  # only where lines are laid out

    return min(WIDTH, shutil.get_terminal_size().columns - 1)
