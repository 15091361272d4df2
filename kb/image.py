"""The compiled form of a knowledge base: one SQLite file, each thing one row of JSON, read when it is asked for.

A session needs one code and what its plan refers to, so its start does not depend on how much else is known. The
file is written once, when the wheel is built or when another folder is first used, and never changed. The same
knowledge gives the same bytes, and a checksum in a field that SQLite leaves to applications tells a damaged file.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, TypeVar
from weakref import finalize

import msgspec

from .files import write_atomically
from .knowledge import KnowledgeBase, Manifest
from .model import Cause, Code, Measure, Owner, Procedure, Question, Record, Remedy, Source
from .problems import VoltriageError

FORMAT = "3"
"""Version of this file format and of `kb.model`; an image of another version is made anew."""

_CHECKSUM = slice(60, 64)
"""Where SQLite's file header keeps the `user_version`, big-endian."""

TYPES: dict[str, type[Record]] = {
    "sources": Source,
    "owners": Owner,
    "measures": Measure,
    "questions": Question,
    "causes": Cause,
    "remedies": Remedy,
    "procedures": Procedure,
    "codes": Code,
}

Thing = TypeVar("Thing", bound=Record)


class ImageError(VoltriageError):
    """An image cannot be read."""

    slug = "image-unreadable"


class _Database:
    """An image, open for reading; closed when nothing reads from it any more."""

    def __init__(self, path: Path) -> None:
        self._connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)
        # Not in __del__: of a ring of garbage the connection may go first, and complains that nobody closed it.
        finalize(self, self._connection.close)

    def execute(self, statement: str, values: tuple[str, ...] = ()) -> sqlite3.Cursor:
        return self._connection.execute(statement, values)

    def close(self) -> None:
        self._connection.close()


class Section(Mapping[str, Thing]):
    """The things of one section by id, sorted; each is read and decoded when first asked for."""

    def __init__(self, connection: _Database, name: str, type_: type[Thing]) -> None:
        self._connection = connection
        self._name = name
        self._type = type_
        self._read: dict[str, Thing | None] = {}

    def __getitem__(self, key: str) -> Thing:
        if key not in self._read:
            try:
                row = self._connection.execute(
                    "SELECT json FROM thing WHERE section = ? AND id = ?", (self._name, key)
                ).fetchone()
            except UnicodeEncodeError:  # half a character, as in an argument of the command line that is no UTF-8
                row = None
            self._read[key] = msgspec.json.decode(row[0], type=self._type) if row else None
        thing = self._read[key]
        if thing is None:
            raise KeyError(key)
        return thing

    def __contains__(self, key: object) -> bool:
        try:
            self[str(key)]
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        rows = self._connection.execute("SELECT id FROM thing WHERE section = ? ORDER BY id", (self._name,))
        yield from [row[0] for row in rows]

    def __len__(self) -> int:
        row = self._connection.execute("SELECT count(*) FROM thing WHERE section = ?", (self._name,)).fetchone()
        return int(row[0])


_CHECKED_BYTES = 16 * 2**20
"""Larger images are not read through at every start: a start must not depend on how much is known."""


def write_image(path: Path, kb: KnowledgeBase, translations: Mapping[str, bytes]) -> None:
    """Write a knowledge base and its compiled translations (language -> binary catalogue).

    Raises `OSError` when the file cannot be written.
    """
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        draft = Path(folder) / "image"
        with closing(sqlite3.connect(draft)) as connection, connection:
            connection.execute("CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT)")
            connection.execute(
                "CREATE TABLE thing (section TEXT, id TEXT, json BLOB, PRIMARY KEY (section, id)) WITHOUT ROWID"
            )
            connection.execute("CREATE TABLE translation (language TEXT PRIMARY KEY, catalogue BLOB)")
            meta = {"format": FORMAT, **msgspec.structs.asdict(kb.manifest)}
            connection.executemany("INSERT INTO meta VALUES (?, ?)", sorted(meta.items()))
            connection.executemany("INSERT INTO thing VALUES (?, ?, ?)", _rows(kb))
            connection.executemany("INSERT INTO translation VALUES (?, ?)", sorted(translations.items()))
        content = bytearray(draft.read_bytes())
    content[_CHECKSUM] = _checksum(content)
    write_atomically(path, bytes(content))


def _checksum(content: bytes | bytearray) -> bytes:
    """The checksum of an image, leaving out the place where it is kept."""
    before, after = content[: _CHECKSUM.start], content[_CHECKSUM.stop :]
    return zlib.crc32(after, zlib.crc32(before)).to_bytes(4, "big")


def _rows(kb: KnowledgeBase) -> Iterator[tuple[str, str, bytes]]:
    for name in TYPES:
        section: Mapping[str, Any] = getattr(kb, name)
        for key in sorted(section):
            yield name, key, msgspec.json.encode(section[key])


def read_image(path: Path) -> tuple[KnowledgeBase, Mapping[str, bytes]]:
    """The knowledge base in an image, and its translations.

    Raises `ImageError` when the file is missing, damaged, or of another version.
    """
    try:
        content = path.read_bytes() if path.stat().st_size <= _CHECKED_BYTES else None
    except OSError as error:
        raise ImageError(f"{path} cannot be read: {error.strerror}") from error
    if content is not None and content[_CHECKSUM] != _checksum(content):
        raise ImageError(f"{path} is damaged, or no image of a knowledge base")
    connection = _Database(path)
    try:
        meta = dict(connection.execute("SELECT key, value FROM meta"))
        if meta.pop("format", None) != FORMAT:
            raise ImageError(f"{path} is an image of another version")
    except (sqlite3.Error, ImageError) as error:
        connection.close()
        raise ImageError(f"{path} is no image of a knowledge base that this version can read: {error}") from error
    sections = {name: Section(connection, name, type_) for name, type_ in TYPES.items()}
    return KnowledgeBase(Manifest(**meta), sections), Catalogues(connection)


class Catalogues(Mapping[str, bytes]):
    """The compiled translations in an image, by language."""

    def __init__(self, connection: _Database) -> None:
        self._connection = connection

    def __getitem__(self, key: str) -> bytes:
        row = self._connection.execute("SELECT catalogue FROM translation WHERE language = ?", (key,)).fetchone()
        if row is None:
            raise KeyError(key)
        return bytes(row[0])

    def __iter__(self) -> Iterator[str]:
        yield from [row[0] for row in self._connection.execute("SELECT language FROM translation ORDER BY language")]

    def __len__(self) -> int:
        return len(list(iter(self)))
