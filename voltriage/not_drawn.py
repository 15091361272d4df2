"""What cannot be drawn or typeset, said in the reader's language as the errors of a case are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.case import CaseError

from .opening import Reader

_SECTIONS = ("codes", "questions", "remedies", "causes", "procedures", "owners", "measures")


@contextmanager
def in_the_reader_s_words(reader: Reader | None = None) -> Iterator[None]:
    """Turn what drawing refuses into a `CaseError` with the same sentence, which the rim knows how to say.

    With a reader, a character without a font is told with the text of the knowledge that it stands in.

    Raises `CaseError`: a chart too large for the paper, no layout engine, a document that cannot be typeset.
    """
    from trees.layout import NoLayoutEngineError
    from trees.paging import ChartTooLargeError
    from trees.pdf import NotTypesetError

    try:
        yield
    except (NoLayoutEngineError, ChartTooLargeError, NotTypesetError) as error:
        values: dict[str, Any] = error.values
        text = _text_with(str(values.get("characters", "")), reader) if reader else ""
        if text:
            raise CaseError(
                'there is no font for the characters "{characters}" in the text "{text}"; write them otherwise',
                error.slug,
                text=text,
                **values,
            ) from error
        raise CaseError(error.sentence, error.slug, **values) from error


def _text_with(characters: str, reader: Reader) -> str:
    """The key of the first text of the knowledge that these characters stand in; empty where there is none."""
    from kb.translation import texts_in

    things = (thing for section in _SECTIONS for thing in getattr(reader.kb, section).values())
    texts = (text for thing in things for text in texts_in(thing))
    return next((text.key for text in texts if characters and characters in reader.texts(text)), "")
