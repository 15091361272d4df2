"""The whole report, from the rules, their reviews, and a reader."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kb import words
from kb.model import Code, Group, Procedure, Rule, Treat, Use
from kb.model import Entry as PlanEntry
from kb.reviews import Review

from ..altering import procedures_in
from ..book.cards import card_of
from ..book.commands import Typing
from ..book.front import HASH
from ..book.parts import Reference
from ..reading import Reading
from .applied import Conditions
from .differing import Older
from .material import Reviewed
from .parts import Chapter, Entry, RemedyCard, Report
from .sentences import Telling, code_name
from .summary import counted, summary
from .views import BY_CONTENT, Views, place_of_view, rule_reference, standing_name


@dataclass(frozen=True, slots=True)
class Order:
    """What the report is to say besides: how many findings `voltriage check` has, and the folder as it is typed.

    `width`: points that a command has on paper. `older`: what is compared with.
    """

    findings: int
    folder: str
    width: float
    older: Older | None = None


def report_of(reviewed: Reviewed, reading: Reading, order: Order) -> Report:
    """The report for a reader."""
    say, manifest = reading.say, reading.kb.manifest
    telling = reviewed.known.telling(reading)
    views = Views(reviewed, reading, telling, order.older)
    writing = _Writing(reviewed, reading, telling, views)
    return Report(
        say("The rules in plain sentences"),
        say("For reviewers: what each rule says, what it rests on, and whether somebody has signed it"),
        (
            (say("Version of the knowledge"), manifest.version),
            (say("Date"), manifest.released),
            (say("Hash of the knowledge"), manifest.sha256[:HASH]),
        ),
        say("Knowledge {version} of {date}", version=manifest.version, date=manifest.released),
        summary(views, counted(views, order.findings, order.folder)),
        views.all(),
        tuple(writing.code(code) for code in _codes(reading)),
        tuple(writing.procedure(procedure) for procedure in reading.kb.procedures.values()),
        tuple(writing.remedies(Typing(say, None, order.width))),
    )


def _codes(reading: Reading) -> Iterator[Code]:
    """Every code, the plan for any other code last."""
    codes = reading.kb.codes
    yield from (code for ident, code in codes.items() if ident != words.UNKNOWN_CODE)
    if words.UNKNOWN_CODE in codes:
        yield codes[words.UNKNOWN_CODE]


def _chapter_place(ident: str) -> str:
    return f"plan-{ident}"


def _remedy_place(ident: str) -> str:
    return f"remedy-{ident}"


@dataclass(frozen=True, slots=True)
class _Writing:
    """Writes the chapters of a report."""

    reviewed: Reviewed
    reading: Reading
    telling: Telling
    views: Views

    def code(self, code: Code) -> Chapter:
        say = self.reading.say
        name = code_name(self.reading, code.id)
        title = say("Any other code") if code.id == words.UNKNOWN_CODE else name
        owners = ", ".join(self.reading.texts(self.reading.kb.owners[owner].title) for owner in code.escalation.to)
        told = (
            *([code.symbol] if code.symbol else []),
            self.reading.texts(code.meaning),
            say("When no rule is left, the case is handed over to: {owners}", owners=owners),
        )
        return Chapter(title, _chapter_place(code.id), told, self._entries(code), code.notes)

    def procedure(self, procedure: Procedure) -> Chapter:
        say = self.reading.say
        users = [code_name(self.reading, code) for code in self._users(procedure)]
        used = say("Gone through for: {codes}", codes=", ".join(users)) if users else say("No code uses it.")
        title = self.reading.texts(procedure.title)
        return Chapter(title, _chapter_place(procedure.id), (used,), self._entries(procedure))

    def _users(self, procedure: Procedure) -> list[str]:
        """The codes that use a procedure, directly or through others."""
        kb = self.reading.kb
        return [code.id for code in _codes(self.reading) if procedure.id in procedures_in(kb, code.plan)]

    # Entries

    def _entries(self, thing: Code | Procedure) -> tuple[Entry, ...]:
        entries: list[Entry] = []
        for number, (entry, guard) in enumerate(_flat(thing.plan, ()), 1):
            order = self._order(entries[-1] if entries else None)
            entries.append(
                self._rule(number, entry, order)
                if isinstance(entry, Rule)
                else self._use(number, entry, guard, order, thing.id)
            )
        return tuple(entries)

    def _order(self, before: Entry | None) -> str:
        say = self.reading.say
        if before is None:
            return say("Tried first")
        if before.sentence is None:
            return say('Tried after the procedure "{procedure}"', procedure=before.name)
        return say("Tried after {rule}", rule=before.name)

    def _use(self, number: int, use: Use, guard: Conditions, order: str, owner: str) -> Entry:
        title = self.reading.texts(self.reading.kb.procedures[use.procedure].title)
        return Entry(
            number,
            title,
            f"use-{owner}-{number}",
            order,
            clauses=self.telling.guard((*guard, *use.guard)),
            leads=Reference(title, _chapter_place(use.procedure)),
        )

    def _rule(self, number: int, rule: Rule, order: str) -> Entry:
        known, say = self.reviewed.known, self.reading.say
        standing = self.reviewed.standings[rule.id]
        remedies = rule.then.remedies if isinstance(rule.then, Treat) else ()
        return Entry(
            number,
            rule.id,
            rule_reference(rule.id).place,
            order,
            self.telling.sentence(known.rules[rule.id]),
            tuple(
                Reference(self.views.title(name), place_of_view(name))
                for name in BY_CONTENT
                if self.views.holds(name, rule.id)
            ),
            standing.state,
            standing_name(say, standing.state),
            tuple(self._review(review) for review in standing.reviews),
            known.meanings[rule.id].hash,
            self.reading.texts(rule.disagreement) if rule.disagreement else "",
            tuple(self._remedy_reference(remedy) for remedy in remedies),
        )

    def _remedy_reference(self, remedy: str) -> Reference:
        return Reference(self.reading.texts(self.reading.kb.remedies[remedy].title), _remedy_place(remedy))

    def _review(self, review: Review) -> str:
        say = self.reading.say
        told = {
            words.APPROVED: say("{by} approved it on {date}.", by=review.by, date=review.date),
            words.NEEDS_WORK: say("{by} wanted work done on it on {date}.", by=review.by, date=review.date),
            words.REJECTED: say("{by} rejected it on {date}.", by=review.by, date=review.date),
        }[review.verdict]
        return say("{review} Note: {note}", review=told, note=review.note) if review.note else told

    # Remedies

    def remedies(self, typing: Typing) -> Iterator[RemedyCard]:
        """Every remedy that a rule proposes, by its title."""
        texts, kb = self.reading.texts, self.reading.kb
        users: dict[str, list[Reference]] = {}
        for ident, applied in self.reviewed.known.rules.items():
            for remedy in applied.rule.then.remedies if isinstance(applied.rule.then, Treat) else ():
                users.setdefault(remedy, []).append(rule_reference(ident))
        for ident in sorted(users, key=lambda one: (texts(kb.remedies[one].title).casefold(), one)):
            card = card_of(kb.remedies[ident], _remedy_place(ident), (), self.reading, typing)
            changes = tuple(texts(kb.questions[question].text) for question in kb.remedies[ident].changes)
            yield RemedyCard(card, tuple(users[ident]), changes)


def _flat(plan: tuple[PlanEntry, ...], guard: Conditions) -> Iterator[tuple[Rule | Use, Conditions]]:
    """The rules and procedures of a plan in order, each with the conditions of the groups around it."""
    for entry in plan:
        if isinstance(entry, Group):
            yield from _flat(entry.plan, (*guard, *entry.guard))
        else:
            yield entry, guard
