"""What a journal says of how its session was led, and in what that session is another one under today's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from engine.case import CaseError

from .keeping import is_ours
from .language import LANGUAGES
from .opening import Reader
from .safety import neutral

if TYPE_CHECKING:
    from engine.journal import Record
    from engine.journal_lines import KnowledgeUsed
    from engine.resuming import Resumed
    from kb.knowledge import Manifest

Context = Mapping[str, str]
"""What a journal's session was begun with besides the case, as `engine.journal.Record.context` has it."""


def recorded_path(journal: Path, context: Context, key: str) -> Path | None:
    """A path that a journal of the user's own data folder names; else None.

    A journal from somebody else must not make this program open files, least of all on another machine.
    """
    path = context.get(key, "")
    return Path(path) if path and is_ours(journal) else None


def knowledge_of(journal: Path, context: Context, named: Path | None) -> Path | None:
    """The folder of the knowledge base for a session: the one named, or its own; None: the shipped one.

    Raises `CaseError` when the knowledge base of a journal from elsewhere must be named.
    """
    folder = named or recorded_path(journal, context, "kb")
    if context.get("kb") and folder is None:
        raise CaseError(
            'this session was begun with the knowledge base in "{folder}"; name it, or another one, with --kb',
            "journal-other-kb",
            folder=context["kb"],
        )
    return folder


def language_of(context: Context) -> str | None:
    """The language that a session was led in, if this program speaks it."""
    spoken = context.get("language", "")
    return spoken if spoken in LANGUAGES else None


def other_rules(reader: Reader, record: Record, resumed: Resumed) -> Iterator[str]:
    """In what the rules are other ones than those the session was kept with, in the reader's words."""
    if resumed.other_kb:
        yield reader.say(
            "The knowledge base is another one than then ({then} then, {now} now).",
            then=_version(record.base[0].kb),
            now=_version(reader.kb.manifest),
        )
    if resumed.without_procedure:
        yield reader.say(
            'The procedure "{procedure}" does not exist any more; the whole plan is followed.',
            procedure=resumed.without_procedure,
        )


def _version(kb: KnowledgeUsed | Manifest) -> str:
    return neutral(f"{kb.version} {kb.sha256[:8]}").strip()
