"""Sentences of the program's that are told later, in a language that is not known where they are made.

A problem of a file is found where nobody knows who will read it. Its text is English, and remembers of which sentence
and which values it was made, so that the rim can say the same in the reader's language (`voltriage.wording`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping


class Sentence(str):
    """A sentence in English; `pattern` has places for `values`, and a value may be a sentence itself."""

    __slots__ = ("pattern", "values")
    pattern: str
    values: Mapping[str, object]

    def with_words(self, change: Callable[[str], str]) -> Sentence:
        """The same sentence, each word among its values changed."""
        return sentence(self.pattern, **{key: _changed(value, change) for key, value in self.values.items()})


def sentence(pattern: str, /, **values: object) -> Sentence:
    """The sentence with these values in its places; without values it is taken as it stands."""
    made = Sentence(pattern.format(**values) if values else pattern)
    made.pattern = pattern
    made.values = values
    return made


def _changed(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, Sentence):
        return value.with_words(change)
    return change(value) if isinstance(value, str) else value
