"""What changed, in full: headings, sentences, and for each difference what shows it. Plain data; formats render it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .changes import Difference, StepChange, ThingChange
from .sentences import Teller, by_codes
from .step_sentences import told_apart


@dataclass(frozen=True, slots=True)
class Shown:
    """A session that shows a difference: a heading, the answers in order, and what both do then (or nothing)."""

    heading: str
    answers: tuple[str, ...]
    then: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Item:
    """One difference: a sentence, more about it, and the session that shows it."""

    sentence: str
    lines: tuple[str, ...] = ()
    shown: Shown | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it."""

    heading: str
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Reporter:
    """Tells a difference. `whole`: with every text that is only worded otherwise, and the way to each changed thing."""

    teller: Teller
    whole: bool = False

    def title(self, difference: Difference) -> str:
        """What is compared with what."""
        old, new = difference.old, difference.new
        say = self.teller.new.say
        if (old.version, old.released) == (new.version, new.released):
            return say("Changes within version {version} ({date})", version=new.version, date=new.released)
        return say(
            "Changes from version {old} ({before}) to version {new} ({after})",
            old=old.version,
            before=old.released,
            new=new.version,
            after=new.released,
        )

    def sections(self, difference: Difference) -> Iterator[Section]:
        """Everything that changed: where steps differ, by codes, then other things, what came and went, and wording."""
        say = self.teller.new.say
        groups: dict[tuple[str, ...], list[Item]] = {}
        for codes, changes in by_codes(difference.steps).items():
            each, named = (changes, []) if self.whole else told_apart(changes)
            groups[codes] = [self._step(change) for change in each]
            groups[codes] += [Item(sentence) for sentence in self.teller.further(named)]
        for things in _by_thing(thing for thing in difference.things if thing.acts):
            groups.setdefault(things[0].codes, []).append(self._thing(things))
        walked = {change.codes for change in difference.steps}
        for codes in sorted(groups, key=lambda group: (group not in walked, not group, -len(group), group)):
            yield Section(self.teller.codes(codes), tuple(groups[codes]))
        listed = tuple(Item(sentence) for sentence in self.teller.listed(difference))
        if listed:
            yield Section(say("New and gone"), listed)
        worded = tuple(self._worded(difference))
        if worded:
            yield Section(say("Only said otherwise"), worded)
        if difference.unfinished:
            names = ", ".join(difference.unfinished)
            text = say("So much differs that the walk through these codes was cut short: {codes}", codes=names)
            yield Section(say("Not everything was compared"), (Item(text),))

    def _step(self, change: StepChange) -> Item:
        place = self.teller.place(change)
        say, code = self.teller.new.say, self.teller.code(change.example.code)
        answers = tuple(self.teller.answers(change))
        heading = (
            say("Example in {code}:", code=code) if answers else say("In {code}, at the very beginning", code=code)
        )
        shown = Shown(heading, answers, self.teller.stands(change))
        return Item(self.teller.step(change), (place,) if place else (), shown)

    def _thing(self, things: list[ThingChange]) -> Item:
        """All details of one thing that are done otherwise, with the way to it."""
        first, *more = things
        lines = list(self.teller.values(first))
        for thing in more:
            lines += [self.teller.thing(thing), *self.teller.values(thing)]
        shown = None
        if first.example and self.whole:
            code = self.teller.code(first.example.code)
            heading = self.teller.new.say("Shortest way to it, in {code}:", code=code)
            shown = Shown(heading, tuple(self.teller.answers(first)))
        return Item(self.teller.thing(first), tuple(lines), shown)

    def _worded(self, difference: Difference) -> Iterator[Item]:
        worded = [thing for thing in difference.things if not thing.acts]
        if self.whole:
            for thing in worded:
                yield Item(self.teller.thing(thing), self.teller.values(thing))
        else:
            names: dict[str, dict[str, None]] = {}
            for thing in worded:
                names.setdefault(thing.kind, {})[self.teller.name(thing.kind, thing.id)] = None
            for kind, those in names.items():
                yield Item(self._kind(kind, len(those), _some(those, "; ")))
        for language, things in difference.translations.items():
            listed_ = ", ".join(things) if self.whole else _some(things, ", ")
            yield Item(self.teller.translated(language, len(things), listed_))

    def _kind(self, kind: str, count: int, names: str) -> str:
        say = self.teller.new.say
        return {
            "code": say("Texts of codes ({count}): {names}", count=count, names=names),
            "procedure": say("Titles of procedures ({count}): {names}", count=count, names=names),
            "question": say("Texts of questions ({count}): {names}", count=count, names=names),
            "measure": say("Texts of numbers ({count}): {names}", count=count, names=names),
            "remedy": say("Texts of remedies ({count}): {names}", count=count, names=names),
            "cause": say("Texts of causes ({count}): {names}", count=count, names=names),
            "owner": say("Texts of owners ({count}): {names}", count=count, names=names),
            "rule": say("Reasons and sources of rules ({count}): {names}", count=count, names=names),
            "guard": say("Reasons of guards ({count}): {names}", count=count, names=names),
        }[kind]


def _some(names: Iterable[str], between: str) -> str:
    """The first few of them."""
    listed = list(names)
    return between.join(listed[:_NAMED]) + (" …" if len(listed) > _NAMED else "")


_NAMED = 8
"""So many names are listed where only wording differs."""


def _by_thing(changes: Iterable[ThingChange]) -> list[list[ThingChange]]:
    things: dict[tuple[str, str], list[ThingChange]] = {}
    for change in changes:
        things.setdefault((change.kind, change.id), []).append(change)
    return list(things.values())
