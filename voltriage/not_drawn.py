"""What cannot be drawn or typeset, said in the reader's language as the errors of a case are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from engine.case import CaseError


@contextmanager
def in_the_reader_s_words() -> Iterator[None]:
    """Turn what drawing refuses into a `CaseError` with the same sentence, which the rim knows how to say.

    Raises `CaseError`: a chart too large for the paper, no layout engine, a document that cannot be typeset.
    """
    from trees.layout import NoLayoutEngineError
    from trees.paging import ChartTooLargeError
    from trees.pdf import NotTypesetError

    try:
        yield
    except (NoLayoutEngineError, ChartTooLargeError, NotTypesetError) as error:
        values: dict[str, Any] = error.values
        raise CaseError(error.sentence, error.slug, **values) from error
