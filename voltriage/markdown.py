"""Markdown that reads well as plain text too: what came from anywhere is escaped, as little as possible.

`plain`, `code`, `fenced` and `link` take any text, hostile ones included, and nothing in it becomes markup, breaks a
line, hides control characters or shows a product key. What they return may be joined with words and blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from .safety import neutral, without_keys

_ALWAYS = r"[`*\[~]"
_BEFORE_PUNCTUATION = r"\\(?=[!-/:-@\[-`{-~]|$)"
_BEFORE_A_TAG = r"<(?=[A-Za-z/!?])"
_BEFORE_AN_ENTITY = r"&(?=#?\w+;)"
_INLINE = re.compile("|".join((_ALWAYS, _BEFORE_PUNCTUATION, _BEFORE_A_TAG, _BEFORE_AN_ENTITY)))
_CLOSING_UNDERSCORES = re.compile(r"_+(?![^\W_])")
"""Underscores before a letter can only open an emphasis, never close one; file names and `_vlmcs._tcp` stay whole."""
_BLOCK = re.compile(r"^(#+(?= |$)|[-+]+(?= |$)|>)|(?<= )#+$")
"""What begins a block where it stands first in a line, and the hashes that end a heading."""
_NUMBERED = re.compile(r"^(\d{1,9})(?=[.)](?: |$))")


def plain(text: str) -> str:
    """A text on one line that is shown as it is."""
    line = _on_one_line(text)
    line = _INLINE.sub(_each_escaped, line)
    line = _CLOSING_UNDERSCORES.sub(_each_escaped, line)
    line = _BLOCK.sub(lambda found: f"\\{found[0]}", line)
    return _NUMBERED.sub(r"\1\\", line)


def _on_one_line(text: str) -> str:
    return without_keys(" ".join(neutral(text).split()))


def _each_escaped(found: re.Match[str]) -> str:
    return "".join(f"\\{character}" for character in found[0])


def code(text: str) -> str:
    """A word as code, on one line."""
    line = _on_one_line(text)
    ticks = "`" * (_longest_run(line, "`") + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}" if line else ""


def fenced(command: str, language: str = "") -> str:
    """A command as a block of its own, byte by byte, apart from control characters and product keys."""
    lines = without_keys(neutral(command, lines=True))
    fence = "`" * max(3, _longest_run(lines, "`") + 1)
    return f"{fence}{language}\n{lines}\n{fence}"


def _longest_run(text: str, character: str) -> int:
    return max((len(run) for run in re.findall(f"{re.escape(character)}+", text)), default=0)


def link(url: str) -> str:
    """An address that can be followed; a strange one is only shown."""
    safe = re.fullmatch(r"https?://[!-;=?-~]+", url) and without_keys(url) == url
    return f"<{url}>" if safe else plain(url)


def bullets(items: Iterable[str]) -> str:
    """A list of texts that are Markdown already."""
    return "\n".join(f"- {item}" for item in items)


def numbered(items: Iterable[str]) -> str:
    """A numbered list of texts that are Markdown already."""
    return "\n".join(f"{number}. {item}" for number, item in enumerate(items, 1))


def under(heading: str, items: Iterable[str]) -> Iterator[str]:
    """A sentence and under it a list, both plain texts; nothing where there are no items."""
    listed = [plain(item) for item in items]
    if listed:
        yield plain(heading)
        yield bullets(listed)
