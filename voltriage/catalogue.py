"""Keeps the translations of the program's own sentences complete; `python -m voltriage.catalogue` updates them.

For authors and tests; uses Babel. The knowledge's texts are in `kb.translation`.
"""

from __future__ import annotations

import io
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from kb.files import write_atomically

HERE = Path(__file__).resolve().parent
KEYWORDS = {"say": None, "_say": None, "many": (1, 2), "CaseError": (1,), "NotWrittenError": (1,)} | dict.fromkeys(
    ("ChartTooLargeError", "NoLayoutEngineError", "NotTypesetError", "sentence"), (1,)
)
"""Functions whose arguments are sentences. Errors hold their sentence first."""


def sentences() -> list[str | tuple[str, ...]]:
    """Every sentence in the program's source, sorted, once each; a tuple for singular and plural."""
    found = [
        message[2]
        for room in ("kb", "engine", "trees", "voltriage")
        for message in extract_from_dir(str(HERE.parent / room), method_map=[("**.py", "python")], keywords=KEYWORDS)
    ]
    return sorted(set(found), key=str)


def po_file(language: str) -> Path:
    """Where the program's sentences of a language are kept."""
    return HERE / "locale" / f"{language}.po"


def read(language: str) -> Catalog:
    """The catalogue as it stands."""
    path = po_file(language)
    if not path.is_file():
        return Catalog(locale=language)
    with path.open("rb") as file:
        return read_po(file, locale=language)


def missing(language: str) -> list[str]:
    """Sentences without a translation."""
    catalogue = read(language)
    gaps = []
    for sentence in sentences():
        message = catalogue.get(sentence)
        if message is None or not message.string or message.fuzzy:
            gaps.append(str(sentence))
    return gaps


def update(language: str) -> None:
    """Add new sentences with empty translations, drop what is gone."""
    old = read(language)
    new = Catalog(locale=language, charset="utf-8", fuzzy=False)
    new.header_comment = ""
    new.mime_headers = [
        ("Language", language),
        ("MIME-Version", "1.0"),
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Transfer-Encoding", "8bit"),
        ("Plural-Forms", "nplurals=2; plural=(n != 1);"),
    ]
    for sentence in sentences():
        known = old.get(sentence)
        new.add(sentence, known.string if known else "")
    buffer = io.BytesIO()
    write_po(buffer, new, width=110, include_lineno=False)
    write_atomically(po_file(language), buffer.getvalue())


if __name__ == "__main__":
    update("de")
