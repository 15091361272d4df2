"""YAML as text: every scalar stays the word that was typed, and every value keeps its place in the file.

PyYAML's own constructors would read `yes` as true, `0x8007232B` as a number and `12:30` as 750, and would keep the
last of duplicate keys without a word. So only its parser is used, and the nodes are turned into plain data here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import yaml

from .problems import Problem

Data = dict[str, "Data"] | list["Data"] | str
Location = tuple[str | int, ...]
Place = tuple[int, int]


@dataclass
class Document:
    """One YAML file: its data, and for each value and each key the (line, column) where it stands, 1-based."""

    file: str
    data: Data = field(default_factory=dict)
    values: dict[Location, Place] = field(default_factory=dict)
    keys: dict[Location, Place] = field(default_factory=dict)

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
    document = Document(name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        return document, [Problem(name, 1, 1, f"cannot be read: {reason}", "file-unreadable")]
    return read_text(text, name)


def read_text(text: str, name: str) -> tuple[Document, list[Problem]]:
    """Like `read_yaml`, for text already read."""
    document = Document(name)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        return document, [Problem(name, line, column, f"is not YAML: {error.problem}", "yaml-syntax")]
    except (yaml.YAMLError, RecursionError) as error:
        return document, [Problem(name, 1, 1, f"is not YAML: {str(error).splitlines()[0]}", "yaml-syntax")]
    problems: list[Problem] = []
    if node is not None:
        document.data = _Reader(document, problems).value(node, (), frozenset())
    return document, problems


@dataclass
class _Reader:
    document: Document
    problems: list[Problem]

    def value(self, node: yaml.Node, location: Location, above: frozenset[int]) -> Data:
        self.document.values.setdefault(location, _place(node))
        if id(node) in above:
            self.problems.append(self.document.problem(location, "an alias contains itself", "yaml-syntax"))
            return ""
        inside = above | {id(node)}
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, location, inside)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*location, index), inside) for index, item in enumerate(node.value)]
        return str(node.value)

    def mapping(self, node: yaml.MappingNode, location: Location, above: frozenset[int]) -> Data:
        data: dict[str, Data] = {}
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self.problems.append(
                    Problem(self.document.file, *_place(key_node), "a key must be a single word", "yaml-syntax")
                )
                continue
            key = str(key_node.value)
            here = (*location, key)
            if key in data:
                first = self.document.keys[here][0]
                line, column = _place(key_node)
                text = f'the key "{key}" stands here a second time (first in line {first}); remove one of the two'
                self.problems.append(Problem(self.document.file, line, column, text, "duplicate-key"))
                continue
            self.document.keys[here] = _place(key_node)
            data[key] = self.value(value_node, here, above)
        return data


def _place(node: yaml.Node) -> Place:
    return node.start_mark.line + 1, node.start_mark.column + 1
