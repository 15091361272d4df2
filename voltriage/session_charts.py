"""A kept session for its charts: opened without being touched, with what does not fit the rules of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from .keeping import named
from .opening import Reader
from .recorded import knowledge_of, language_of, other_rules

if TYPE_CHECKING:
    from engine.journal import Record
    from engine.resuming import Resumed
    from engine.session import Session


@dataclass(frozen=True)
class KeptSession:
    """A journal that was read. `kb_folder`: the knowledge base it names, if it may be opened; `language`: its own."""

    record: Record
    kb_folder: Path | None
    language: str | None

    @classmethod
    def named(cls, name: str, kb_folder: Path | None) -> KeptSession:
        """The journal of this name or in this file, to be read with the knowledge base in a folder, or with its own.

        Raises `CaseError` when there is none, it is damaged, or its knowledge base must be named; `OSError`.
        """
        from engine.journal import read

        path = named(name)
        record = read(path)
        return cls(record, knowledge_of(path, record.context, kb_folder), language_of(record.context))

    def session(self, reader: Reader) -> tuple[Session, tuple[str, ...]]:
        """The session as the rules of today lead it, and in what it is not the one that was kept, for people.

        Raises `CaseError` when there is more in it than can be in a session.
        """
        from engine.resuming import resume

        resumed = resume(reader.kb, self.record)
        return resumed.session, tuple(self._differences(reader, resumed))

    def _differences(self, reader: Reader, resumed: Resumed) -> Iterator[str]:
        say = reader.say
        yield from other_rules(reader, self.record, resumed)
        if resumed.misfits:
            yield say.many(
                "{count} entry of the journal does not fit this knowledge base; the way is marked without it.",
                "{count} entries of the journal do not fit this knowledge base; the way is marked without them.",
                len(resumed.misfits),
            )
        if resumed.departure:
            yield say(
                "From line {line} of the journal on, the rules lead elsewhere than then; marked is the way of today.",
                line=resumed.departure.line,
            )
