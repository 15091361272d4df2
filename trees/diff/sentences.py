"""Everything that changed, in whole sentences for the reader."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from . import thing_sentences
from .changes import Difference, StepChange, ThingChange
from .step_sentences import StepTeller, told_apart

_YES_NO = frozenset({"consent", "elevated"})
"""Details that hold or do not: the sentence says it all."""


@dataclass(frozen=True, slots=True)
class Teller(StepTeller):
    """Tells changes to the reader of the new knowledge base, and what is gone in the words of the old one."""

    def thing(self, change: ThingChange) -> str:
        """The sentence that says which detail of which thing changed."""
        detail = change.detail
        if detail in _YES_NO and not change.new:
            detail = "no consent" if detail == "consent" else f"not {detail}"
        head, _, value = detail.partition(" ")
        if change.kind == "question" and head in ("look", "labels", "choice"):
            detail = f"{head} {self.answer(change.id, value)}"
        name = self.name(change.kind, change.id)
        return thing_sentences.sentence(self.new.say, change.kind, detail, name, change.number)

    def values(self, change: ThingChange) -> tuple[str, ...]:
        """What stood there and what stands there now, each as a line; none where the sentence says it all."""
        if change.detail in _YES_NO or change.detail == "sources":
            return ()
        old, new = self.value(change.old, self.old), self.value(change.new, self.new)
        before = (self.new.say("Before: {text}", text=old),) if old else ()
        return (*before, self.new.say("Now: {text}", text=new)) if new else before

    def listed(self, difference: Difference) -> Iterator[str]:
        """A sentence for each kind of which something came or went, with names."""
        for section, listed in difference.listed.items():
            for which, ids, reading in ((0, listed.added, self.new), (1, listed.removed, self.old)):
                if ids:
                    names = "; ".join(self.listed_name(section, ident, reading) for ident in ids)
                    yield thing_sentences.listed(self.new.say, section, len(ids), names)[which]

    def translated(self, language: str, count: int, names: str) -> str:
        """The sentence about what is translated otherwise into a language."""
        return self.new.say(
            "Translated anew ({language}, {count}): {names}", language=language, count=count, names=names
        )

    def codes(self, codes: Iterable[str]) -> str:
        """A heading that says in which codes something changed."""
        names = [self.code(code) for code in codes]
        if not names:
            return self.new.say("In no code that both have")
        if len(names) == 1:
            return self.new.say("In {code}", code=names[0])
        return self.new.say("In {count} codes: {codes}", count=len(names), codes=", ".join(names))

    def summary(self, difference: Difference) -> Iterator[tuple[tuple[str, ...], list[str]]]:
        """For each set of codes the sentences about what is done otherwise there; last, without codes, the rest."""
        groups: dict[tuple[str, ...], dict[str, None]] = {}
        for codes, changes in by_codes(difference.steps).items():
            each, named = told_apart(changes)
            groups[codes] = dict.fromkeys([*map(self.step, each), *self.further(named)])
        for thing in difference.things:
            if thing.acts and thing.codes:
                groups.setdefault(thing.codes, {})[self.thing(thing)] = None
        for codes in sorted(groups, key=lambda group: (-len(group), group)):
            yield codes, list(groups[codes])
        rest = [*self.listed(difference)]
        count = len({(thing.kind, thing.id) for thing in difference.things if not thing.acts or not thing.codes})
        if count:
            rest.append(self.new.say("Wording or sources changed: {count}", count=count))
        if rest:
            yield (), rest


def by_codes(changes: Iterable[StepChange]) -> dict[tuple[str, ...], list[StepChange]]:
    """The changes of each set of codes."""
    groups: dict[tuple[str, ...], list[StepChange]] = {}
    for change in changes:
        groups.setdefault(change.codes, []).append(change)
    return groups
