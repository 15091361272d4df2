"""Compares the things that two knowledge bases both have, detail by detail."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher
from typing import Any

from kb.knowledge import KnowledgeBase
from kb.model import Lookup, Question, Remedy, Step, Text

from .changes import ThingChange
from .details import Detail, Value, details_of, step_details, things

Steps = tuple[Step, ...] | tuple[Lookup, ...]


def changed_things(old: KnowledgeBase, new: KnowledgeBase) -> Iterator[ThingChange]:
    """Every detail that differs, in the order of the new knowledge base; what only one of them has is left out."""
    before = {(kind, ident): thing for kind, ident, thing in things(old)}
    for kind, ident, thing in things(new):
        was = before.pop((kind, ident), None)
        if was is not None and was != thing:
            yield from _changed(kind, ident, was, thing)


def _changed(kind: str, ident: str, old: Any, new: Any) -> Iterator[ThingChange]:
    yield from _compared(kind, ident, details_of(kind, old), details_of(kind, new))
    if isinstance(old, Remedy) and isinstance(new, Remedy):
        yield from _steps(kind, ident, old.steps, new.steps)
    elif isinstance(old, Question) and isinstance(new, Question):
        yield from _steps(kind, ident, old.how, new.how)


def _steps(kind: str, ident: str, old: Steps, new: Steps) -> Iterator[ThingChange]:
    """Steps that come, go, or say something else."""
    matcher = SequenceMatcher(None, [_essence(step) for step in old], [_essence(step) for step in new], autojunk=False)
    for what, start, end, first, last in matcher.get_opcodes():
        both = min(end - start, last - first)
        for number in range(both):
            was, now = old[start + number], new[first + number]
            place = first + number + 1
            yield from _compared(kind, ident, step_details(place, was), step_details(place, now))
        if what != "equal":
            for number in range(first + both, last):
                yield ThingChange(kind, ident, "step added", number + 1, "", _said(new[number]), acts=True)
            for number in range(start + both, end):
                yield ThingChange(kind, ident, "step removed", number + 1, _said(old[number]), "", acts=True)


def _said(step: Step | Lookup) -> Value:
    return step.text or step.command


def _essence(step: Step | Lookup) -> str:
    """What makes a step the same one: its command, or what it says where it has none."""
    return step.command or (step.text.en if step.text else "")


def _compared(kind: str, ident: str, old: Iterator[Detail], new: Iterator[Detail]) -> Iterator[ThingChange]:
    before: Mapping[tuple[str, int], Detail] = {(detail.name, detail.number): detail for detail in old}
    after: Mapping[tuple[str, int], Detail] = {(detail.name, detail.number): detail for detail in new}
    for key in dict.fromkeys((*after, *before)):
        one, other = before.get(key), after.get(key)
        was, now = (one.value if one else ""), (other.value if other else "")
        if key[0].startswith("choice ") and not (one and other):
            continue  # an answer that comes or goes is a difference in steps
        if _plain(was) != _plain(now):
            acts = bool(one and one.acts) or bool(other and other.acts)
            yield ThingChange(kind, ident, key[0], key[1], was, now, acts)


def _plain(value: Value) -> str:
    return value.en if isinstance(value, Text) else value
