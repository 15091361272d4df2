"""What only bears another id: rules, groups, causes and remedies that say the same get the same id."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from msgspec.structs import replace

from kb.knowledge import KnowledgeBase
from kb.model import (
    Cause,
    Code,
    Conclusion,
    Entry,
    Escalate,
    Group,
    Procedure,
    Record,
    Rule,
    Text,
    Treat,
    Use,
)

Thing = TypeVar("Thing", Code, Procedure)


def aligned(old: KnowledgeBase, new: KnowledgeBase) -> KnowledgeBase:
    """The old knowledge base, with the new ids of what differs in nothing but its id.

    What a rule or group says besides its sentences decides, and the sentence where that is not enough. Causes are the
    same by their title, also where several became one; remedies by all they say.
    """
    names = {
        "entries": {**_renamed(_rules(old), _rules(new)), **_renamed(_groups(old), _groups(new))},
        "causes": _same_title(old.causes, new.causes),
        "remedies": _renamed(_remedies(old), _remedies(new)),
    }
    if not any(names.values()):
        return old
    renaming = _Renaming(**names)
    return KnowledgeBase(
        old.manifest,
        {
            **{name: getattr(old, name) for name in _UNTOUCHED},
            "causes": renaming.things(old.causes, renaming.causes),
            "remedies": renaming.things(old.remedies, renaming.remedies),
            "procedures": {key: renaming.of(thing) for key, thing in old.procedures.items()},
            "codes": {key: renaming.of(thing) for key, thing in old.codes.items()},
        },
    )


_UNTOUCHED = ("sources", "owners", "measures", "questions")


def _same_title(old: Mapping[str, Cause], new: Mapping[str, Cause]) -> dict[str, str]:
    titles: dict[str, list[str]] = {}
    for key, cause in new.items():
        titles.setdefault(cause.title.en, []).append(key)
    found = {key: titles.get(cause.title.en, []) for key, cause in old.items() if key not in new}
    return {key: same[0] for key, same in found.items() if len(same) == 1}


def _renamed(old: Mapping[str, tuple[Any, ...]], new: Mapping[str, tuple[Any, ...]]) -> dict[str, str]:
    """For each old id that is gone, the new id of the one thing that says the same."""
    gone = {key: said for key, said in old.items() if key not in new}
    come = {key: said for key, said in new.items() if key not in old}
    names: dict[str, str] = {}
    for parts in (2, 1):  # with the sentence, then without it
        for key, said in gone.items():
            same = [other for other, says in come.items() if says[:parts] == said[:parts]]
            rivals = [other for other, says in gone.items() if says[:parts] == said[:parts] and other not in names]
            if key not in names and len(same) == 1 == len(rivals):
                names[key] = same[0]
                del come[same[0]]
    return names


def _rules(kb: KnowledgeBase) -> dict[str, tuple[Any, ...]]:
    """For each rule, where it stands and what it says, and then its sentence."""
    return {
        entry.id: ((owner, _conditions(entry.when), entry.then), entry.because.en)
        for owner, entry in _entries(kb)
        if isinstance(entry, Rule)
    }


def _groups(kb: KnowledgeBase) -> dict[str, tuple[Any, ...]]:
    """For each group, where it stands and its guard, and then its sentences."""
    return {
        entry.id: ((owner, _conditions(entry.guard)), tuple(condition.because.en for condition in entry.guard))
        for owner, entry in _entries(kb)
        if isinstance(entry, Group)
    }


def _conditions(conditions: tuple[Any, ...]) -> tuple[Any, ...]:
    return tuple((condition.subject, frozenset(condition.accepts)) for condition in conditions)


def _entries(kb: KnowledgeBase) -> Iterator[tuple[str, Entry]]:
    """Every entry of every plan, and the code or procedure it stands in."""
    for things in (kb.procedures, kb.codes):
        for key, thing in things.items():
            todo = list(thing.plan)
            while todo:
                entry = todo.pop(0)
                yield key, entry
                if isinstance(entry, Group):
                    todo = [*entry.plan, *todo]


def _remedies(kb: KnowledgeBase) -> dict[str, tuple[Any, ...]]:
    """For each remedy, all that it says."""
    return {key: (_plain(replace(remedy, id="")), "") for key, remedy in kb.remedies.items()}


def _plain(value: Any) -> Any:
    """A value of the model in a form in which the keys of its texts do not matter."""
    if isinstance(value, Text):
        return value.en
    if isinstance(value, Record):
        return tuple(_plain(getattr(value, name)) for name in value.__struct_fields__)
    return tuple(_plain(one) for one in value) if isinstance(value, tuple) else value


@dataclass(frozen=True, slots=True)
class _Renaming:
    """New ids by old ones."""

    entries: Mapping[str, str]
    causes: Mapping[str, str]
    remedies: Mapping[str, str]

    def things(self, section: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
        """A section under its new ids."""
        return {names.get(key, key): replace(thing, id=names.get(key, key)) for key, thing in section.items()}

    def of(self, thing: Thing) -> Thing:
        """A code or procedure in which everything bears its new id."""
        plan = self._plan(thing.plan)
        if isinstance(thing, Code):
            frequent = tuple(self.causes.get(cause, cause) for cause in thing.frequent)
            return replace(thing, plan=plan, frequent=frequent)
        return replace(thing, plan=plan)

    def _plan(self, plan: tuple[Entry, ...]) -> tuple[Entry, ...]:
        return tuple(self._entry(entry) for entry in plan)

    def _entry(self, entry: Entry) -> Entry:
        if isinstance(entry, Use):
            return entry
        ident = self.entries.get(entry.id, entry.id)
        if isinstance(entry, Group):
            return replace(entry, id=ident, plan=self._plan(entry.plan))
        return replace(entry, id=ident, then=self._then(entry.then))

    def _then(self, then: Conclusion) -> Conclusion:
        if isinstance(then, Treat):
            remedies = tuple(self.remedies.get(remedy, remedy) for remedy in then.remedies)
            return replace(then, cause=self.causes.get(then.cause, then.cause), remedies=remedies)
        return replace(then, cause=self.causes.get(then.cause, then.cause)) if isinstance(then, Escalate) else then
