"""YAML as text: every scalar stays the word that was typed, and every value keeps its place in the file.

PyYAML's own constructors would read `yes` as true, `0x8007232B` as a number and `12:30` as 750, and would keep the
last of duplicate keys without a word; its composer overflows the stack of the process on a hundred thousand brackets.
So only its parser is used, and its events are turned into plain data here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from .problems import Problem
from .sentences import Sentence, sentence

Data = dict[str, "Data"] | list["Data"] | str
Location = tuple[str | int, ...]
Place = tuple[int, int]

MOST_LEVELS = 100
"""How deep lists and mappings may be nested; authored knowledge needs about twenty levels."""
_TOO_DEEP = sentence(
    "is nested more than {levels} levels deep; a bracket may be open, or the indentation may be wrong",
    levels=MOST_LEVELS,
)


@dataclass
class Document:
    """One YAML file: its data, and for each value and each key the (line, column) where it stands, 1-based.

    `lost`: of a file that could not be parsed, the words that look like keys; it may define any of them.
    """

    file: str
    data: Data = field(default_factory=dict)
    values: dict[Location, Place] = field(default_factory=dict)
    keys: dict[Location, Place] = field(default_factory=dict)
    lost: frozenset[str] = frozenset()

    def problem(self, location: Location, text: str, slug: str, *, at_key: bool = False) -> Problem:
        """A problem at the value (or the key) of this location, or at the nearest one around it."""
        first, second = (self.keys, self.values) if at_key else (self.values, self.keys)
        for end in range(len(location), -1, -1):
            place = first.get(location[:end]) or second.get(location[:end])
            if place:
                return Problem(self.file, *place, text, slug)
        return Problem(self.file, 1, 1, text, slug)


def read_yaml(path: Path, name: str) -> tuple[Document, list[Problem]]:
    """The file's data with places. `name` is how problems refer to the file.

    Raises nothing: a file that cannot be read or parsed yields an empty document and a problem.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        told = sentence("cannot be read: {reason}", reason=error.strerror or type(error).__name__)
        return Document(name), [Problem(name, 1, 1, told, "file-unreadable")]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        return _undecodable(content, error, name)
    return read_text(text, name)


def read_text(text: str, name: str) -> tuple[Document, list[Problem]]:
    """Like `read_yaml`, for text already read."""
    document = Document(name)
    try:
        script = _script(text)
    except _SyntaxError as error:
        document.lost = _words(text)
        return document, [Problem(name, *error.place, error.text, "yaml-syntax")]
    problems: list[Problem] = []
    if script.events:
        reader = _Reader(document, script, problems, budget=len(text) + 10_000)
        document.data, _ = reader.value(0, (), frozenset())
        if reader.budget < 0:
            told = sentence("aliases (*name) repeat too much; write it out")
            problems.append(Problem(name, 1, 1, told, "yaml-syntax"))
    return document, problems


class _SyntaxError(Exception):
    """Text that is not YAML; for use inside this file."""

    def __init__(self, text: str, place: Place) -> None:
        super().__init__(text)
        self.text = text
        self.place = place


@dataclass
class _Script:
    """The parser's events for one value with all that is in it, and for each alias the event it stands for."""

    events: list[Any]
    targets: dict[int, int]


def _script(text: str) -> _Script:
    """Parse the text, and check what the parser does not: one document, known aliases, bounded depth."""
    events: list[Any] = []
    targets: dict[int, int] = {}
    anchors: dict[str, int] = {}
    depth = 0
    for event in _parsed(text):
        if isinstance(event, yaml.DocumentStartEvent) and events:
            raise _SyntaxError(sentence("a second document (---) begins here; use one file for each"), _place(event))
        if not isinstance(event, yaml.NodeEvent | yaml.CollectionEndEvent):
            continue
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MOST_LEVELS:
            raise _SyntaxError(_TOO_DEEP, _place(event))
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in anchors:
                told = sentence(
                    "the alias *{name} has no anchor &{name} above it; a text that begins with * needs quotes",
                    name=event.anchor,
                )
                raise _SyntaxError(told, _place(event))
            targets[len(events)] = anchors[event.anchor]
        elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
            anchors[event.anchor] = len(events)
        events.append(event)
    return _Script(events, targets)


def _parsed(text: str) -> Iterator[Any]:
    try:
        yield from yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    except yaml.MarkedYAMLError as error:
        problem, opened = error.problem or "this cannot be understood", error.context_mark
        mark = opened if opened and "end of stream" in problem else error.problem_mark
        text = _with_hint(sentence("is not YAML: {problem}", problem=problem), problem)
        if opened and error.context in _IN_BRACKETS:
            text = sentence("{sentence} (the bracket opens in line {line})", sentence=text, line=opened.line + 1)
        raise _SyntaxError(text, _of(mark)) from error
    except yaml.reader.ReaderError as error:
        raise _SyntaxError(*_unprintable(text, error)) from error
    except (yaml.YAMLError, UnicodeError) as error:
        raise _SyntaxError(sentence("is not YAML: {problem}", problem=str(error).splitlines()[0]), (1, 1)) from error


_IN_BRACKETS = ("while parsing a flow mapping", "while parsing a flow sequence")
_HINTS = {
    "mapping values are not allowed": sentence('a text that contains ": " needs quotes; or compare the indentation'),
    "cannot start any token": sentence(
        "a text that begins with %, @ or ` needs quotes; indent with blanks, not with tabs"
    ),
    "tab character": sentence("indent with blanks, not with tabs"),
    "unknown escape character": sentence(
        "a backslash stands for itself between single quotes, not between double ones"
    ),
    "hexdecimal": sentence("a backslash stands for itself between single quotes, not between double ones"),
    "expected alphabetic or numeric character": sentence("a text that begins with * or & needs quotes"),
    "expected key": sentence("compare the indentation here; nothing may follow a closing quote or bracket"),
    "expected '-' indicator": sentence("every entry of a list begins with - at the same indentation"),
    "expected <block end>": sentence("compare the indentation here; nothing may follow a closing quote or bracket"),
    "expected ':'": sentence("a line of a mapping is written field: value; a text that goes on is indented"),
    "end of stream": sentence("the quote that opens here is never closed"),
    "expected ',' or": sentence("a bracket is not closed, or a text with , : [ ] { } in it needs quotes"),
    "expected node content": sentence("a value is missing, or a bracket is not closed"),
    "duplicate %YAML": sentence("leave lines that begin with % out, or put the text in quotes"),
    "expected <document start>": sentence(
        "nothing may stand after the end of the whole value; compare the indentation"
    ),
}
"""What to do next, by a part of the parser's words."""


def _with_hint(text: Sentence, problem: str) -> Sentence:
    hint = next((hint for part, hint in _HINTS.items() if part in problem), None)
    return sentence("{sentence}; {hint}", sentence=text, hint=hint) if hint else text


def _unprintable(text: str, error: yaml.reader.ReaderError) -> tuple[str, Place]:
    """What the parser refuses to read at all: a control character; it is looked for, as not every parser says where."""
    found = re.search(r"[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]", text)
    if found is None:
        return sentence("is not YAML: {problem}", problem=error.reason), (1, 1)
    before = text[: found.start()]
    place = before.count("\n") + 1, found.start() - before.rfind("\n")
    code = f"U+{ord(found[0]):04X}"
    return sentence("is not YAML: the control character {code} stands here; delete it", code=code), place


def _undecodable(content: bytes, error: UnicodeDecodeError, name: str) -> tuple[Document, list[Problem]]:
    before = content[: error.start]
    line, column = before.count(b"\n") + 1, len(before[before.rfind(b"\n") + 1 :].decode("utf-8", "replace")) + 1
    utf16 = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    byte = f"0x{content[error.start]:02X}"
    text = (
        sentence("is UTF-16 text; save the file as UTF-8")
        if utf16
        else sentence("the byte {byte} is not UTF-8; save the file as UTF-8", byte=byte)
    )
    document = Document(name, lost=_words(content.decode("utf-16" if utf16 else "latin-1", "replace")))
    return document, [Problem(name, line, column, text, "file-unreadable")]


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"""^[ \t\ufeff]*(?:-[ ]+)?["']?(\w+)["']?[ ]*:""", text, re.MULTILINE))


@dataclass
class _Reader:
    """Turns events into data. `budget`: how many values may be read; only repeated aliases can use it up."""

    document: Document
    script: _Script
    problems: list[Problem]
    budget: int

    def value(self, index: int, location: Location, above: frozenset[int]) -> tuple[Data, int]:
        """The value that begins with this event, and the number of the event after it."""
        event = self.script.events[index]
        self.budget -= 1
        if isinstance(event, yaml.AliasEvent):
            return self.alias(index, location, above), index + 1
        self.document.values.setdefault(location, _place(event))
        if isinstance(event, yaml.MappingStartEvent):
            return self.mapping(index + 1, location, above | {index})
        if isinstance(event, yaml.SequenceStartEvent):
            return self.sequence(index + 1, location, above | {index})
        return str(event.value), index + 1

    def alias(self, index: int, location: Location, above: frozenset[int]) -> Data:
        event, target = self.script.events[index], self.script.targets[index]
        if target in above or len(location) > MOST_LEVELS:
            circle = sentence("the alias *{name} stands inside what it stands for; write it out", name=event.anchor)
            text = circle if target in above else _TOO_DEEP
            self.problems.append(Problem(self.document.file, *_place(event), text, "yaml-syntax"))
            return ""
        return "" if self.budget < 0 else self.value(target, location, above)[0]

    def sequence(self, index: int, location: Location, above: frozenset[int]) -> tuple[Data, int]:
        data: list[Data] = []
        while not isinstance(self.script.events[index], yaml.SequenceEndEvent):
            item, index = self.value(index, (*location, len(data)), above)
            data.append(item)
        return data, index + 1

    def mapping(self, index: int, location: Location, above: frozenset[int]) -> tuple[Data, int]:
        data: dict[str, Data] = {}
        while not isinstance(self.script.events[index], yaml.MappingEndEvent):
            key_event = self.script.events[index]
            value_index = self.after(index)
            key = str(key_event.value) if isinstance(key_event, yaml.ScalarEvent) else None
            if key is None or key in data:
                self.problems.append(self.refused(key, key_event, location))
                index = self.after(value_index)
                continue
            self.document.keys[(*location, key)] = _place(key_event)
            data[key], index = self.value(value_index, (*location, key), above)
        return data, index + 1

    def refused(self, key: str | None, event: Any, location: Location) -> Problem:
        """The problem of a key that is no word (None) or stands there already."""
        if key is None:
            slug = "yaml-syntax"
            text = sentence("a key must be a single word; a text that begins with [ or { or * needs quotes")
        else:
            first = self.document.keys[(*location, key)][0]
            slug = "duplicate-key"
            text = sentence(
                'the key "{key}" stands here a second time (first in line {line}); remove or rename one of the two',
                key=key,
                line=first,
            )
        return Problem(self.document.file, *_place(event), text, slug)

    def after(self, index: int) -> int:
        """The number of the event after the value that begins with this one."""
        depth = 0
        while True:
            event = self.script.events[index]
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            index += 1
            if depth == 0:
                return index


def _place(event: Any) -> Place:
    return _of(event.start_mark)


def _of(mark: Any) -> Place:
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)
