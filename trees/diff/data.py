"""A difference as data for other programs, in a versioned form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kb.knowledge import Manifest
from kb.model import Text

from .changes import Difference, Example, Listed, Session, Stand, StepChange, ThingChange
from .sentences import Teller

FORMAT = 1


@dataclass(frozen=True, slots=True)
class KnowledgeData:
    """Which knowledge base."""

    version: str
    released: str
    sha256: str


@dataclass(frozen=True, slots=True)
class StandData:
    """What a session stands at: kind `question`, `remedy`, `escalated` or `code`."""

    kind: str
    subject: str
    cause: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class ExampleData:
    """The answers in the order given, and where both stand then."""

    code: str
    session: Session
    old: StandData
    new: StandData


@dataclass(frozen=True, slots=True)
class StepData:
    """A step that differs. `text`: in the reader's words."""

    what: str
    codes: tuple[str, ...]
    step: StandData
    before: StandData | None
    answer: str | None
    partly: bool
    text: str
    example: ExampleData


@dataclass(frozen=True, slots=True)
class ThingData:
    """A detail that differs. `old` and `new` are in English as they stand in the files; null: nothing stood there."""

    kind: str
    id: str
    detail: str
    number: int | None
    old: str | None
    new: str | None
    acts: bool
    codes: tuple[str, ...]
    text: str
    example: ExampleData | None


@dataclass(frozen=True, slots=True)
class DifferenceData:
    """Everything that differs. `acts`: whether anything is done otherwise."""

    format: int
    old: KnowledgeData
    new: KnowledgeData
    acts: bool
    steps: tuple[StepData, ...]
    things: tuple[ThingData, ...]
    listed: Mapping[str, Listed]
    translations: Mapping[str, tuple[str, ...]]
    unfinished: tuple[str, ...]


def data_of(difference: Difference, teller: Teller) -> DifferenceData:
    """The difference as data, with sentences for the reader."""
    return DifferenceData(
        FORMAT,
        _knowledge(difference.old),
        _knowledge(difference.new),
        difference.acts,
        tuple(_step(change, teller) for change in difference.steps),
        tuple(_thing(change, teller) for change in difference.things),
        difference.listed,
        difference.translations,
        difference.unfinished,
    )


def _knowledge(manifest: Manifest) -> KnowledgeData:
    return KnowledgeData(manifest.version, manifest.released, manifest.sha256)


def _step(change: StepChange, teller: Teller) -> StepData:
    return StepData(
        change.what,
        change.codes,
        _stand(change.step),
        _stand(change.before) if change.before else None,
        change.answer or None,
        change.partly,
        teller.step(change),
        _example(change.example),
    )


def _thing(change: ThingChange, teller: Teller) -> ThingData:
    return ThingData(
        change.kind,
        change.id,
        change.detail,
        change.number or None,
        _plain(change.old),
        _plain(change.new),
        change.acts,
        change.codes,
        teller.thing(change),
        _example(change.example) if change.example else None,
    )


def _example(example: Example) -> ExampleData:
    return ExampleData(example.code, example.session, _stand(example.old), _stand(example.new))


def _stand(stand: Stand) -> StandData:
    return StandData(stand.kind, stand.subject, stand.cause or None, stand.reason or None)


def _plain(value: Text | str) -> str | None:
    return (value.en if isinstance(value, Text) else value) or None


if __name__ == "__main__":
    import json
    from pathlib import Path

    import msgspec

    from kb.files import write_atomically

    text = json.dumps(msgspec.json.schema(DifferenceData), indent=2)
    write_atomically(Path(__file__).with_name("diff.schema.json"), (text + "\n").encode())
