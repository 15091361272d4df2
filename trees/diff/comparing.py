"""Compares two knowledge bases: every code both have is walked in step, and everything both have is looked at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from engine.plan import Line, plan_of
from kb.knowledge import KnowledgeBase
from kb.model import Text

from .aligned import aligned
from .changes import (
    CAUSE_CHANGED,
    STEP_ADDED,
    STEP_REMOVED,
    Difference,
    Listed,
    StepChange,
)
from .coming_up import with_codes
from .details import details_of, step_details
from .details import things as things_of
from .product import Walk
from .side import Side, identity_of
from .worded_anew import changed_things

LISTED = ("codes", "procedures", "questions", "remedies", "causes", "owners", "sources")
"""The kinds of which what came and went is listed."""

Translations = Mapping[str, bytes]


def compare(
    old: KnowledgeBase,
    new: KnowledgeBase,
    old_translations: Translations | None = None,
    new_translations: Translations | None = None,
    codes: Iterable[str] | None = None,
) -> Difference:
    """Everything that differs; with `codes`, under these alone, and of the things that can come up there.

    Sessions are compared from a case with nothing known. The translations are compiled catalogues by language.

    Raises `PlanTooLargeError`.
    """
    old = aligned(old, new)
    wanted = [code for code in (new.codes if codes is None else codes) if code in old.codes and code in new.codes]
    sides = {code: Side(new, code) for code in wanted}
    walks = {code: Walk.of(Side(old, code), side) for code, side in sides.items() if not _same(old, new, code)}
    things = list(changed_things(old, new))
    if things:
        things = with_codes(sides, things)
    if codes is not None:
        things = [thing for thing in things if thing.codes]
    listed = {} if codes is not None else _listed(old, new)
    translations = {} if codes is not None else _translations(old, new, old_translations or {}, new_translations or {})
    return Difference(
        old.manifest,
        new.manifest,
        _grouped(walk.found.values() for walk in walks.values()),
        tuple(things),
        listed,
        translations,
        tuple(code for code, walk in walks.items() if not walk.finished),
    )


def _same(old: KnowledgeBase, new: KnowledgeBase, code: str) -> bool:
    """Whether nothing that a session under this code depends on differs, so that it need not be walked."""
    before, after = plan_of(old, code), plan_of(new, code)
    if [*map(_essence, before.lines)] != [*map(_essence, after.lines)] or before.questions != after.questions:
        return False
    if old.codes[code].escalation.to != new.codes[code].escalation.to:
        return False
    return all(_asked_alike(old, new, question) for question in after.questions)


def _essence(line: Line) -> object:
    """What a rule of a plan does, without its name and its sentences."""
    conditions = tuple((condition.subject, frozenset(condition.accepts)) for condition in line.conditions)
    return conditions, line.refused, line.rule.then


def _asked_alike(old: KnowledgeBase, new: KnowledgeBase, question: str) -> bool:
    one, other = old.questions[question], new.questions[question]
    return (one.answers, one.kind, one.follows, one.entails) == (
        other.answers,
        other.kind,
        other.follows,
        other.entails,
    )


# The same difference in several codes


def _grouped(found: Iterable[Iterable[StepChange]]) -> tuple[StepChange, ...]:
    """Each difference once, with all codes it occurs in and the shortest of their examples."""
    groups: dict[object, list[StepChange]] = {}
    for changes in found:
        for change in changes:
            groups.setdefault(_identity(change), []).append(change)
    merged = [_merged(changes) for changes in groups.values()]
    return tuple(sorted(merged, key=lambda change: (-len(change.codes), change.codes)))


def _identity(change: StepChange) -> object:
    if change.what == CAUSE_CHANGED and change.before:
        return change.what, change.step.cause, change.before.cause
    before = identity_of(change.before) if change.before else None
    return change.what, identity_of(change.step), before, change.answer, change.partly


def _merged(changes: list[StepChange]) -> StepChange:
    shortest = min(changes, key=lambda change: (len(change.example.session), change.codes))
    codes = tuple(sorted({code for change in changes for code in change.codes}))
    alike = {change.instead for change in changes}
    instead = shortest.instead if len(alike) == 1 and shortest.what in (STEP_ADDED, STEP_REMOVED) else None
    return replace(shortest, codes=codes, instead=instead)


# What came and went


def _listed(old: KnowledgeBase, new: KnowledgeBase) -> dict[str, Listed]:
    listed = {}
    for section in LISTED:
        before, after = set(getattr(old, section)), set(getattr(new, section))
        if before != after:
            listed[section] = Listed(tuple(sorted(after - before)), tuple(sorted(before - after)))
    return listed


def _translations(
    old: KnowledgeBase, new: KnowledgeBase, before: Translations, after: Translations
) -> dict[str, tuple[str, ...]]:
    """By language, the things whose texts are translated otherwise, though the English texts are the same."""
    if before == after:
        return {}
    from kb.texts import Texts

    texts = _texts(old) & _texts(new)
    found = {}
    for language in sorted({*before, *after}):
        was, now = Texts(language, before), Texts(language, after)
        keys = {text.key.partition(" ")[0] for text in texts if was(text) != now(text)}
        if keys:
            found[language] = tuple(sorted(keys))
    return found


def _texts(kb: KnowledgeBase) -> set[Text]:
    found: set[Text] = set()
    for kind, _, thing in things_of(kb):
        details = [*details_of(kind, thing)]
        for number, step in enumerate(thing.steps if kind == "remedy" else (), 1):
            details += step_details(number, step)
        found |= {detail.value for detail in details if isinstance(detail.value, Text)}
    return found
