"""What rules do or say otherwise than in an older knowledge base, told to reviewers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ..reading import Reading, Say
from .material import Known
from .meaning import CONCLUSION, CONDITIONS, DISAGREEMENT, REASON, SOURCES, changed_parts
from .sentences import Telling


@dataclass(frozen=True, slots=True)
class Older:
    """An older knowledge base to compare with, and its reader in the language of the report."""

    known: Known
    reading: Reading

    @property
    def version(self) -> str:
        """The version that it says it is."""
        return self.reading.kb.manifest.version

    @property
    def telling(self) -> Telling:
        """What tells its rules."""
        return self.known.telling(self.reading)


@dataclass(frozen=True, slots=True)
class Differing:
    """Compares rules with those of an older knowledge base. `told`: the older sentences, by the ids of their rules."""

    known: Known
    older: Known
    telling: Telling
    told: Mapping[str, str]

    @classmethod
    def of(cls, known: Known, older: Older, telling: Telling) -> Differing:
        """The comparison with this older knowledge base."""
        teller = older.telling
        told = {ident: teller.sentence(applied).text for ident, applied in older.known.rules.items()}
        return cls(known, older.known, telling, told)

    def rules(self) -> Iterator[str]:
        """The rules that are new or differ, in the order of the report."""
        for ident, meaning in self.known.meanings.items():
            if ident not in self.older.meanings or self.older.meanings[ident].hash != meaning.hash:
                yield ident

    def gone(self) -> Iterator[str]:
        """The rules that are no longer there."""
        return (ident for ident in self.older.rules if ident not in self.known.rules)

    def lines(self, ident: str) -> Iterator[str]:
        """What of a rule differs, and its sentence before and now where that is another."""
        say = self.telling.reading.say
        if ident not in self.older.rules:
            yield say("The rule is new.")
            return
        names = _part_names(say)
        parts = changed_parts(self.older.meanings[ident], self.known.meanings[ident])
        yield say("Changed: {parts}", parts="; ".join(names[part] for part in parts))
        before, now = self.told[ident], self.telling.sentence(self.known.rules[ident]).text
        if before != now:
            yield say("Before: {text}", text=before)
            yield say("Now: {text}", text=now)


def _part_names(say: Say) -> Mapping[str, str]:
    return {
        CONDITIONS: say("when it is tried"),
        CONCLUSION: say("what it does, with its remedies and their steps"),
        REASON: say("its reason"),
        SOURCES: say("its sources"),
        DISAGREEMENT: say("what its sources disagree in"),
    }
