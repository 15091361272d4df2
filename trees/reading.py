"""In which words and language a chart is labelled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from kb.knowledge import KnowledgeBase
from kb.model import Text


class Say(Protocol):
    """Renders one of the program's sentences in the reader's language, with its values filled in."""

    def __call__(self, sentence: str, /, **values: object) -> str:
        """The sentence, whole."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """A reader: `texts` renders what the knowledge says, `say` what the program says, both in `language`."""

    kb: KnowledgeBase
    texts: Callable[[Text], str]
    say: Say
    language: str


def plainly(sentence: str, /, **values: object) -> str:
    """The program's sentences as they stand, in English."""
    return sentence.format(**values) if values else sentence
