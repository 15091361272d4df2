"""Turns the model's texts into the reader's language, with the standard library's gettext."""

from __future__ import annotations

import gettext
import io
from collections.abc import Callable, Mapping

from .model import Text

ENGLISH = "en"


class Texts:
    """Renders texts in one language; English wherever there is no current translation.

    `missing` is true once a text had to be shown in English although another language was asked for.
    """

    def __init__(self, language: str, translations: Mapping[str, bytes]) -> None:
        self.language = language
        self.missing = False
        self._catalogue: gettext.NullTranslations = _English(self._note_missing)
        if language != ENGLISH and language in translations:
            catalogue = gettext.GNUTranslations(io.BytesIO(translations[language]))
            catalogue.add_fallback(self._catalogue)
            self._catalogue = catalogue

    def __call__(self, text: Text | None) -> str:
        """The text in this language; nothing for no text."""
        if text is None:
            return ""
        return self._catalogue.pgettext(text.key, text.en)

    def _note_missing(self) -> None:
        self.missing = self.missing or self.language != ENGLISH


class _English(gettext.NullTranslations):
    """The last resort: the English text, and a note that it was needed."""

    def __init__(self, note: Callable[[], None]) -> None:
        super().__init__()
        self._note = note

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - the signature is gettext's
        self._note()
        return message
