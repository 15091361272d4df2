"""What every command that shows knowledge needs: the open knowledge base and the two kinds of texts."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from kb.knowledge import KnowledgeBase
from kb.store import open_folder, open_shipped
from kb.texts import Texts

from .language import preferred
from .wording import Wording


class Reader(Struct, frozen=True):
    """An open knowledge base, the knowledge's texts and the program's own sentences in the reader's language."""

    kb: KnowledgeBase
    texts: Texts
    say: Wording
    folder: Path
    translated: bool


def open_for(folder: Path | None, language_option: str | None) -> Reader:
    """Open the shipped knowledge base or the one in a folder.

    Raises `KnowledgeError` when the folder is no valid knowledge base.
    """
    language = preferred(language_option)
    opened = open_folder(folder) if folder else open_shipped()
    texts = Texts(language, opened.translations)
    translated = language == "en" or language in opened.translations
    return Reader(opened.kb, texts, Wording(language), opened.folder, translated)
