"""Which language the reader wants: `--lang`, or that of the user interface."""

from __future__ import annotations

import os
import sys

LANGUAGES = ("en", "de")


def preferred(option: str | None) -> str:
    """`en` or `de`; English where the user interface speaks neither."""
    if option:
        return option
    name = _interface_language().casefold()
    return next((language for language in LANGUAGES if name.startswith(language)), "en")


def _interface_language() -> str:
    if sys.platform == "win32":
        import ctypes
        import locale

        language = ctypes.windll.kernel32.GetUserDefaultUILanguage() & 0xFFFF  # a 16-bit number in a wider register
        return locale.windows_locale.get(language, "en")
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            return value
    return "en"
