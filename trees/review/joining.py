"""A sentence of the knowledge as it stands behind "because": without the capital letter of its beginning."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

_WORD = re.compile(r"[^\W\d_]+")
_SMALL = {
    "en": "a an any as both each for from if in it no nobody nothing on once only the this what when",
    "de": "auf bei beide das der die ein eine einen es für in ist kein mit nichts niemand nur ohne seit wenn",
}
"""By language, words that are always written small, for knowledge with few sentences to learn from."""


@dataclass(frozen=True, slots=True)
class Joining:
    """The words that a language writes with a small letter inside a sentence."""

    small: frozenset[str]

    @classmethod
    def of(cls, language: str, texts: Iterable[str]) -> Joining:
        """Learn from the texts of a knowledge base: a name, or a noun in German, is hardly ever seen small."""
        seen: Counter[str] = Counter()
        for text in texts:
            for found in _WORD.finditer(text):
                before = text[: found.start()]
                if before.endswith(" ") and not before.rstrip().endswith((".", ":", "?", "!")):
                    seen[found[0].lower()] += 1 if found[0].islower() else -1
        return cls(frozenset([*_SMALL.get(language, "").split(), *(word for word, count in seen.items() if count > 0)]))

    def joined(self, sentence: str) -> str:
        """The sentence as a part of another one: no full stop at its end, no capital that only began it."""
        first = _WORD.match(sentence)
        if first and first[0].istitle() and first[0].lower() in self.small:
            sentence = sentence[0].lower() + sentence[1:]
        return sentence.removesuffix(".")
