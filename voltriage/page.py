"""Lines of plain text: wrapping, lists, columns; and what every page says of answers and sources.

A line knows its role, which a terminal that has colours may show; the role never carries meaning of its own.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator

from kb import words
from kb.model import Label, Look, SourceRef

from .naming import answer_name
from .opening import Reader
from .output import line_width

HEADING = "heading"
QUESTION = "question"
COMMAND = "command"
WARNING = "warning"
QUIET = "quiet"
GOOD = "good"


class Shown(str):
    """A line to show, and its role."""

    __slots__ = ("role",)
    role: str

    def __new__(cls, text: str, role: str = "") -> Shown:
        """The line of this role."""
        line = super().__new__(cls, text)
        line.role = role
        return line


class Page:
    """Lays out lines for one reader. Every method returns lines, without line ends."""

    def __init__(self, reader: Reader, width: int | None = None) -> None:
        self._kb = reader.kb
        self._texts = reader.texts
        self._say = reader.say
        self._width = max(40, line_width() if width is None else width)

    def text(self, text: str, role: str = "") -> list[str]:
        """A sentence of the program's, in lines."""
        return self._wrap(text, role=role)

    def columns(self, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
        """What can be typed, and beside it what it does."""
        table = list(rows)
        width = max(len(typed) for typed, _ in table) + 2
        for typed, meaning in table:
            yield from self._wrap(f"{typed:<{width}}{meaning}", "  ", " " * (width + 2))

    def bullets(self, heading: str, items: Iterable[str]) -> Iterator[str]:
        """A list under its heading; nothing where there is nothing to list."""
        yield from self._list(heading, items, "")

    def _wrap(self, text: str, first: str = "", later: str | None = None, role: str = "") -> list[str]:
        lines = textwrap.wrap(
            text,
            self._width,
            initial_indent=first,
            subsequent_indent=first if later is None else later,
            break_long_words=False,
            break_on_hyphens=False,
        )
        return [Shown(line, role) for line in lines]

    def _list(self, heading: str, items: Iterable[str], indent: str = "  ") -> Iterator[str]:
        listed = list(items)
        if listed:
            yield from self._wrap(heading, indent)
            for item in listed:
                yield from self._wrap(f"- {item}", f"{indent}  ", f"{indent}    ")

    def _labels(self, look: Look) -> list[str]:
        """What can be read on the screen, in both languages; the reader's first."""
        return [self._label(label) for label in look.labels]

    def _label(self, label: Label) -> str:
        if label.en == label.de:
            return self._say('"{text}"', text=label.en)
        if label.verified:
            return self._say('"{english}" / "{german}"', english=label.en, german=label.de)
        return self._say('"{english}" / "{german}" (German form not verified)', english=label.en, german=label.de)

    def _answered(self, subject: str, value: object) -> str:
        """An answer with what it answers, as people say it."""
        question = self._kb.questions.get(subject)
        said = answer_name(self._say, self._texts, question, str(value))
        return f"{self._subject(subject)} {said}" if question else f"{self._subject(subject)}: {said}"

    def _subject(self, subject: str) -> str:
        thing = self._kb.questions[subject] if subject in self._kb.questions else self._kb.measures[subject]
        return self._texts(thing.text)

    def _source(self, ref: SourceRef) -> str:
        if ref.source == words.GENERAL_SOURCE:
            return self._general(ref)
        title = self._kb.sources[ref.source].title
        return self._say("{title}, {section} (checked {date})", title=title, section=ref.section, date=ref.checked)

    def _general(self, ref: SourceRef) -> str:
        """Where there is no page, the section is a remark of the authors', in English."""
        title = self._say("general Windows administration knowledge")
        if self._say.language != "en":
            return self._say("{title} (checked {date})", title=title, date=ref.checked)
        return self._say("{title}, {section} (checked {date})", title=title, section=ref.section, date=ref.checked)
