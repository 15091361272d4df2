"""Characters that work unseen where they are shown or copied; no text of a knowledge base may hold one."""

from __future__ import annotations

import unicodedata

_KINDS = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Control and format characters (escapes, writing direction, zero width), halves of characters, separators."""


def hidden_in(text: str) -> str:
    """The first such character of a text as `U+001B`, or an empty string; line ends and tabs are none."""
    if text.isprintable():
        return ""
    hidden = (character for character in text if character not in "\n\t" and unicodedata.category(character) in _KINDS)
    return next((f"U+{ord(character):04X}" for character in hidden), "")
