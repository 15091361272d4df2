"""The rules that a reviewer looks at first, view by view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from kb import words
from kb.model import Rule, Treat

from ..book.parts import Reference
from ..reading import Reading, Say
from .differing import Differing, Older
from .material import Reviewed
from .parts import Row, View
from .sentences import Telling
from .standing import CHANGED, NOT_APPROVED, SIGNED, UNREVIEWED

DIFFERS = "differs"
DISAGREE = "disagree"
GENERAL = words.GENERAL_SOURCE
RISKS = (words.IRREVERSIBLE, words.CHANGES_ENTITLEMENT, words.SPENDS_ACTIVATION)
BY_CONTENT = (*RISKS, DISAGREE, GENERAL)
"""The views that depend on what a rule says alone."""


def place_of_view(name: str) -> str:
    """The place of a view."""
    return f"view-{name}"


def rule_reference(rule: str) -> Reference:
    """A rule by its id, leading to it."""
    return Reference(rule, f"rule-{rule}")


def standing_name(say: Say, state: str) -> str:
    """How a rule stands, in words."""
    return {
        SIGNED: say("signed off"),
        NOT_APPROVED: say("not approved"),
        CHANGED: say("changed since its review"),
        UNREVIEWED: say("never reviewed"),
    }[state]


@dataclass(frozen=True, slots=True)
class Views:
    """Puts views together for a reader. `older`: what the rules are compared with."""

    reviewed: Reviewed
    reading: Reading
    telling: Telling
    older: Older | None = None

    def all(self) -> tuple[View, ...]:
        """Every view; the comparison only where there is something to compare with."""
        compared: tuple[View, ...] = ()
        as_reviewed: Callable[[str], Iterable[str]] = lambda _: ()  # noqa: E731  # the default of what follows
        if self.older:
            differing = Differing.of(self.reviewed.known, self.older, self.telling)
            compared = (self._differing(differing, self.older),)
            as_reviewed = partial(self._as_reviewed, differing)
        return (
            self._view(CHANGED, as_reviewed),
            self._view(NOT_APPROVED, self._notes),
            *compared,
            *(self._view(name, partial(self._further, name)) for name in BY_CONTENT),
        )

    def members(self, name: str) -> list[str]:
        """The rules of a view, in the order of the report."""
        return [rule for rule in self.reviewed.known.rules if self.holds(name, rule)]

    def holds(self, name: str, ident: str) -> bool:
        """Whether a rule belongs to a view."""
        rule = self.reviewed.known.rules[ident].rule
        if name in (CHANGED, NOT_APPROVED):
            return self.reviewed.standings[ident].state == name
        if name == GENERAL:
            return any(ref.source == words.GENERAL_SOURCE for ref in rule.sources)
        if name == DISAGREE:
            return rule.disagreement is not None
        return name in self._risks(rule)

    def alone(self, ident: str) -> bool:
        """Whether a rule rests on general knowledge alone."""
        sources = self.reviewed.known.rules[ident].rule.sources
        return all(ref.source == words.GENERAL_SOURCE for ref in sources)

    def title(self, name: str) -> str:
        """The title of a view."""
        return _titles(self.reading.say)[name][0]

    def _risks(self, rule: Rule) -> set[str]:
        """The risks of a rule's remedies and of their steps."""
        if not isinstance(rule.then, Treat):
            return set()
        remedies = [self.reading.kb.remedies[ident] for ident in rule.then.remedies]
        return {remedy.risk for remedy in remedies} | {step.risk for remedy in remedies for step in remedy.steps}

    def _view(self, name: str, further: Callable[[str], Iterable[str]]) -> View:
        """A view; `further`: what it says of a rule besides its conclusion."""
        title, told = _titles(self.reading.say)[name]
        if name == CHANGED and self.older is None:
            told = self.reading.say(
                "{told} With --since and an older knowledge base, it is told what changed.", told=told
            )
        return View(
            title, place_of_view(name), told, tuple(self._row(ident, further(ident)) for ident in self.members(name))
        )

    def _row(self, ident: str, told: Iterable[str]) -> Row:
        conclusion = self.telling.conclusion(self.reviewed.known.rules[ident].rule)
        standing = standing_name(self.reading.say, self.reviewed.standings[ident].state)
        return Row(rule_reference(ident), conclusion, standing, tuple(told))

    def _further(self, name: str, ident: str) -> Iterator[str]:
        rule = self.reviewed.known.rules[ident].rule
        if name == DISAGREE and rule.disagreement:
            yield self.reading.texts(rule.disagreement)
        if name == GENERAL and self.alone(ident):
            yield self.reading.say("It rests on nothing else.")

    def _notes(self, ident: str) -> Iterator[str]:
        reviews = self.reviewed.standings[ident].reviews
        yield from (review.note for review in reviews if review.note and review.verdict != words.APPROVED)

    def _as_reviewed(self, differing: Differing, ident: str) -> Iterator[str]:
        """What changed since a review, where the older knowledge base is the one that was read."""
        read = {review.meaning for review in self.reviewed.standings[ident].reviews}
        if ident in differing.older.meanings and differing.older.meanings[ident].hash in read:
            yield from differing.lines(ident)

    def _differing(self, differing: Differing, older: Older) -> View:
        """Every rule that differs from the older knowledge base."""
        say, teller = self.reading.say, older.telling
        rows = [self._row(ident, differing.lines(ident)) for ident in differing.rules()]
        for ident in differing.gone():
            conclusion = teller.conclusion(older.known.rules[ident].rule)
            rows.append(Row(Reference(ident), conclusion, say("no longer there")))
        return View(
            say("Changed since version {version}", version=older.version),
            place_of_view(DIFFERS),
            say("These rules do or say something else than in version {version}.", version=older.version),
            tuple(rows),
        )


def _titles(say: Say) -> Mapping[str, tuple[str, str]]:
    """For each view its title, and which rules stand there."""
    return {
        CHANGED: (
            say("Changed since the last review"),
            say("These rules do or say something else than when they were reviewed."),
        ),
        NOT_APPROVED: (
            say("Not approved"),
            say("A reviewer rejected these rules, or wants work done on them."),
        ),
        words.IRREVERSIBLE: (
            say("Cannot be undone"),
            say("A remedy of these rules, or a step of it, cannot be undone."),
        ),
        words.CHANGES_ENTITLEMENT: (
            say("Changes an entitlement"),
            say("A remedy of these rules, or a step of it, changes what the machine is licensed for."),
        ),
        words.SPENDS_ACTIVATION: (
            say("Spends an activation"),
            say("A remedy of these rules, or a step of it, spends one of a limited number of activations."),
        ),
        DISAGREE: (
            say("Sources disagree"),
            say("Sources contradict each other in what these rules rest on; each rule says which of them it follows."),
        ),
        GENERAL: (
            say("General knowledge"),
            say("These rules rest, at least in part, on general knowledge that no document stands for."),
        ),
    }
