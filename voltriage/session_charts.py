"""A kept session for its charts: opened without being touched, with what does not fit the rules of today."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine.case import CaseError

from .keeping import is_ours, named
from .opening import Reader
from .safety import neutral

if TYPE_CHECKING:
    from engine.journal import Record
    from engine.resuming import Resumed
    from engine.session import Session


@dataclass(frozen=True)
class KeptSession:
    """A journal that was read. `kb_folder`: the knowledge base it names, if it may be opened; `language`: its own."""

    record: Record
    kb_folder: Path | None
    language: str

    @classmethod
    def named(cls, name: str, kb_folder: Path | None) -> KeptSession:
        """The journal of this name or in this file, to be read with the knowledge base in a folder, or with its own.

        Raises `CaseError` when there is none, it is damaged, or its knowledge base must be named; `OSError`.
        """
        from engine.journal import read

        from .language import LANGUAGES

        path = named(name)
        record = read(path)
        recorded = record.context.get("kb", "")
        folder = kb_folder or (Path(recorded) if recorded and is_ours(path) else None)
        if recorded and folder is None:
            raise CaseError(
                'this session was begun with the knowledge base in "{folder}"; name it, or another one, with --kb',
                "journal-other-kb",
                folder=recorded,
            )
        spoken = record.context.get("language", "")
        return cls(record, folder, spoken if spoken in LANGUAGES else "")

    def session(self, reader: Reader) -> tuple[Session, tuple[str, ...]]:
        """The session as the rules of today lead it, and in what it is not the one that was kept, for people.

        Raises `CaseError` when there is more in it than can be in a session.
        """
        from engine.resuming import resume

        resumed = resume(reader.kb, self.record)
        return resumed.session, tuple(self._differences(reader, resumed))

    def _differences(self, reader: Reader, resumed: Resumed) -> Iterator[str]:
        say = reader.say
        if resumed.other_kb:
            then, now = self.record.base[0].kb, reader.kb.manifest
            yield say(
                "The knowledge base is another one than then ({then} then, {now} now).",
                then=neutral(f"{then.version} {then.sha256[:8]}").strip(),
                now=f"{now.version} {now.sha256[:8]}".strip(),
            )
        if resumed.without_procedure:
            yield say(
                'The procedure "{procedure}" does not exist any more; the whole plan is followed.',
                procedure=resumed.without_procedure,
            )
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
