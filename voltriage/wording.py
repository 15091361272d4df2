"""The program's own sentences, in the reader's language (the knowledge's texts are in `kb.texts`).

A sentence is always whole, with named places for values; nothing is assembled from fragments.
"""

from __future__ import annotations

import gettext
import io
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from engine.case import CaseError
from kb.files import NotWrittenError, write_atomically
from kb.problems import Problem, VoltriageError
from kb.sentences import Sentence

HERE = Path(__file__).resolve().parent / "locale"


class Wording:
    """Renders the program's sentences in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._catalogue = _catalogue(language)

    def __call__(self, sentence: str, /, **values: object) -> str:
        """The sentence in this language with its values filled in."""
        translated = self._catalogue.gettext(sentence)
        return translated.format(**values) if values else translated

    def again(self, text: str) -> str:
        """The same in this language, where the text remembers of which sentence it was made."""
        if not isinstance(text, Sentence):
            return text
        values = {key: self.again(value) if isinstance(value, str) else value for key, value in text.values.items()}
        return self(text.pattern, **values)

    def many(self, one: str, several: str, count: int, /, **values: object) -> str:
        """The sentence for this count; `{count}` in it is filled in."""
        return self._catalogue.ngettext(one, several, count).format(count=count, **values)


def said(say: Wording, error: CaseError) -> str:
    """An error of the case in the reader's language."""
    sentence = say(error.sentence, **error.values)
    if error.closest:
        return say('{sentence}; did you mean "{word}"?', sentence=sentence, word=error.closest)
    return sentence


def placed(say: Wording, problem: Problem) -> str:
    """A problem of a file in the reader's language, with its place."""
    return str(replace(problem, text=say.again(problem.text)))


def told(say: Wording, error: VoltriageError) -> str:
    """Any mistake of a user's in the reader's language, as far as it has a sentence."""
    if isinstance(error, CaseError):
        return said(say, error)
    if isinstance(error, NotWrittenError):
        return say(error.sentence, **error.values)
    return str(error)


def _catalogue(language: str) -> gettext.NullTranslations:
    if language == "en":
        return gettext.NullTranslations()
    compiled = HERE / f"{language}.mo"
    content = compiled.read_bytes() if compiled.is_file() else _compiled_in_cache(HERE / f"{language}.po", language)
    return gettext.GNUTranslations(io.BytesIO(content))


def _compiled_in_cache(po: Path, language: str) -> bytes:
    """In a checkout there is only the PO file: it is compiled once for each content, where a cache can be written."""
    import hashlib

    from platformdirs import user_cache_path

    digest = hashlib.sha256(po.read_bytes()).hexdigest()[:16]
    compiled = user_cache_path("voltriage", appauthor=False) / "locale" / f"{language}-{digest}.mo"
    with suppress(OSError):
        return compiled.read_bytes()
    from kb.translation import compiled_file

    content = compiled_file(po, language)
    with suppress(OSError):
        write_atomically(compiled, content)
    return content
