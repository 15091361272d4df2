"""What stands behind the chapters: contacts, index, sources."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from kb import words
from kb.model import Entry, Escalate, SourceRef, rules_of
from kb.site import Site

from ..names import place_name
from ..reading import Reading
from .chapters import Plan, source_place
from .flow import chapter_place
from .parts import Chapter, Contact, Messages, Reference, SourceEntry


def contacts(plan: Plan, reading: Reading, site: Site | None) -> tuple[Contact, ...]:
    """Everybody to whom a chapter may hand a case over, then the places that the site names somebody for."""
    kb, texts, reach = reading.kb, reading.texts, site.contacts if site else {}
    users: dict[str, list[Reference]] = {}
    for ident in plan.drawings:
        for owner in dict.fromkeys(_owners(ident, reading)):
            users.setdefault(owner, []).append(_chapter(ident, plan, reading))
    rows = [
        Contact(texts(kb.owners[owner].title), reach.get(owner, ""), _bring(owner, reading), tuple(users[owner]))
        for owner in kb.owners
        if owner in users
    ]
    places = [Contact(place_name(reading.say, place), reach[place], "", ()) for place in words.PLACES if place in reach]
    others = [
        Contact(texts(owner.title), reach[owner.id], _bring(owner.id, reading), ())
        for owner in kb.owners.values()
        if owner.id in reach
        and owner.id not in users
        and reach[owner.id] != reach.get(owner.where)  # told by the place
    ]
    return (*rows, *others, *places)


def _bring(owner: str, reading: Reading) -> str:
    bring = reading.kb.owners[owner].bring
    return reading.texts(bring) if bring else ""


def _owners(ident: str, reading: Reading) -> Iterator[str]:
    code = reading.kb.codes.get(ident)
    if code is not None:
        yield from code.escalation.to
    for rule in rules_of(_plan(ident, reading)):
        if isinstance(rule.then, Escalate):
            yield rule.then.to


def _plan(ident: str, reading: Reading) -> tuple[Entry, ...]:
    thing = reading.kb.codes.get(ident) or reading.kb.procedures[ident]
    return thing.plan


def _chapter(ident: str, plan: Plan, reading: Reading) -> Reference:
    name = plan.procedures.get(ident, ident)
    return Reference(reading.say("Any other code") if name == words.UNKNOWN_CODE else name, chapter_place(ident))


# Index ----------------------------------------------------------------------------------------------------------------


def by_code(chapters: Iterable[Chapter], reading: Reading) -> tuple[Reference, ...]:
    """Codes and symbols, sorted."""
    found: dict[str, Reference] = {}
    for chapter in chapters:
        code = reading.kb.codes[chapter.ident]
        if code.id == words.UNKNOWN_CODE:
            continue
        for name in (code.id, code.symbol):
            if name:
                found[name] = Reference(name, chapter.place)
    return tuple(found[name] for name in sorted(found, key=str.casefold))


def by_message(chapters: Iterable[Chapter], reading: Reading) -> tuple[Messages, ...]:
    """Messages in each language, and their other wordings, sorted."""
    english: list[Reference] = []
    german: list[Reference] = []
    others: list[Reference] = []
    for chapter in chapters:
        code = reading.kb.codes[chapter.ident]
        if code.id != words.UNKNOWN_CODE:
            english.append(Reference(code.message_en, chapter.place))
            german.append(Reference(code.message_de, chapter.place))
            others += [Reference(text, chapter.place) for text in (*code.also, *code.aliases)]
    say = reading.say
    return (
        Messages(say("Messages in English"), "en", _sorted(english)),
        Messages(say("Messages in German"), "de", _sorted(german)),
        Messages(say("Other wordings"), "", _sorted(others)),
    )


def _sorted(references: Iterable[Reference]) -> tuple[Reference, ...]:
    once = {(reference.text, reference.place): reference for reference in references}
    return tuple(sorted(once.values(), key=lambda reference: (reference.text.casefold(), reference.place)))


# Sources --------------------------------------------------------------------------------------------------------------


def sources(plan: Plan, reading: Reading) -> tuple[SourceEntry, ...]:
    """The documents that the chapters rest on, by title: their dates, and when they were last compared."""
    kb, say = reading.kb, reading.say
    checked: dict[str, str] = {}
    users: dict[str, dict[Reference, None]] = {}
    for ident in plan.drawings:
        for ref in _read_for(ident, reading):
            checked[ref.source] = max(checked.get(ref.source, ""), ref.checked)
            users.setdefault(ref.source, {})[_chapter(ident, plan, reading)] = None
    general = say("General Windows administration knowledge")
    entries = [
        SourceEntry(
            general if ident == words.GENERAL_SOURCE else kb.sources[ident].title,
            source_place(ident),
            "" if ident == words.GENERAL_SOURCE else kb.sources[ident].url,
            "" if ident == words.GENERAL_SOURCE else kb.sources[ident].dated,
            checked[ident],
            tuple(users[ident]),
        )
        for ident in sorted(checked)
    ]
    return tuple(sorted(entries, key=lambda entry: (entry.title.casefold(), entry.place)))


def _read_for(ident: str, reading: Reading) -> Iterator[SourceRef]:
    code = reading.kb.codes.get(ident)
    if code is not None:
        yield from code.sources
    for rule in rules_of(_plan(ident, reading)):
        yield from rule.sources


def with_source_numbers(chapters: Iterable[Chapter], entries: Iterable[SourceEntry]) -> tuple[Chapter, ...]:
    """The chapters with the numbers of their documents, in order."""
    numbers = {entry.place: number for number, entry in enumerate(entries, 1)}

    def numbered(chapter: Chapter) -> tuple[Reference, ...]:
        found = sorted(numbers[reference.place] for reference in chapter.sources)
        places = {number: place for place, number in numbers.items()}
        return tuple(Reference(f"[{number}]", places[number]) for number in found)

    return tuple(replace(chapter, sources=numbered(chapter)) for chapter in chapters)
