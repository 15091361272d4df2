"""Texts as they may stand on a page that others read: nothing in them is hidden, and none turns the rest around."""

from __future__ import annotations

import re
from collections.abc import Mapping

from trees.web.shell import Plain

_HIDDEN = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff\uffff]")
"""Control characters, and marks that change the direction of writing: with them YAML can look like what it is not."""


def shown(text: str) -> str:
    """The text with what is hidden in it by its number: `⟨U+202E⟩`."""
    return _HIDDEN.sub(lambda found: f"\u27e8U+{ord(found[0]):04X}\u27e9", text)


def all_shown(data: Plain) -> Plain:
    """The same data, with every text in it shown."""
    if isinstance(data, str):
        return shown(data)
    if isinstance(data, Mapping):
        return {key: all_shown(value) for key, value in data.items()}
    return [all_shown(value) for value in data] if isinstance(data, list | tuple) else data
