"""What somebody is asked to do, as blocks of Markdown: find something out, carry out a remedy, take over a case.

Whoever reads it may know nothing of the case but the note: each errand says where, by whom, with which command in
which shell, what it risks and how it is taken back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from msgspec.structs import replace

from engine.explain import still_read
from engine.session import Session
from kb import words
from kb.model import Lookup, Owner, Question, Remedy, Step, Text, Variant
from trees.names import place_name, risk_name, shell_name

from .looks import by_output, commands_in
from .markdown import bullets, fenced, plain, under
from .naming import answer_name, reason_name
from .opening import Reader
from .page import Page

if TYPE_CHECKING:
    from kb.site import Site

_PLACEHOLDER = re.compile(r"<[A-Z][A-Z0-9_]*>")


class Errands(Page):
    """Renders errands for one reader; commands with the site's names filled in."""

    def __init__(self, reader: Reader, site: Site | None = None) -> None:
        super().__init__(reader)
        self._site = site
        self.gaps = False
        """Whether a command was shown that somebody must fill in before it runs."""

    def question(self, question: Question, because: Text) -> Iterator[str]:
        """A question to be answered, and all that helps to."""
        yield plain(self._say("Answer this question: {question}", question=self._texts(question.text)))
        yield plain(self._say("Why: {because}", because=self._texts(because)))
        yield plain(self._at(question.where))
        yield from under(self._say("Possible answers:"), (self._texts(choice.text) for choice in question.choices))
        yield from self._lookups(question.how)
        if question.phone:
            yield plain(self._say("On the phone: {sentence}", sentence=self._texts(question.phone)))
        looks = [plain(look) for look in self._looks(question)]
        if looks:
            yield bullets(looks)
        if question.undo:
            yield plain(self._say("Undo the test: {undo}", undo=self._texts(question.undo)))

    def _at(self, place: str) -> str:
        """Where something is done, and whom to ask there."""
        where = self._say("Where: {place}", place=place_name(self._say, place))
        contact = self._contact(place)
        return f"{where}. {contact}" if contact else where

    def _contact(self, ident: str) -> str:
        """Whom the site names for a place or owner; empty where it names nobody."""
        contact = self._site.contacts.get(ident, "") if self._site else ""
        return self._say("Contact: {contact}", contact=contact) if contact else ""

    def _lookups(self, steps: Iterable[Lookup]) -> Iterator[str]:
        for step in steps:
            if step.text:
                yield plain(self._texts(step.text))
            if step.command:
                yield from self._command(step.shell, step.elevated, step.command, step.variants)

    def _looks(self, question: Question) -> Iterator[str]:
        for value, look in question.looks.items():
            parts = self._labels(look)
            if look.text:
                parts.append(self._texts(look.text))
            answer = answer_name(self._say, self._texts, question, value)
            yield self._say("{answer} looks like: {look}", answer=answer, look="; ".join(parts))

    def _command(self, shell: str, elevated: bool, command: str, variants: Iterable[Variant] = ()) -> Iterator[str]:
        for number, form in enumerate([Variant(shell, command), *variants]):
            window = shell_name(self._say, form.shell, elevated=elevated)
            yield plain(self._say("or {shell}", shell=window) if number else window)
            filled = self._site.fill(form.command) if self._site else form.command
            self.gaps = self.gaps or _PLACEHOLDER.search(filled) is not None
            yield fenced(filled, form.shell)
        for name, values in self._site.choices(command) if self._site else ():
            yield plain(self._say("Values for {name} here: {values}", name=name, values=", ".join(values)))

    def remedy(self, remedy: Remedy, *, waiting: bool = False) -> Iterator[str]:
        """A remedy, complete; `waiting`: it was begun, and what matters first is when to look again."""
        yield f"### {plain(self._texts(remedy.title))}"
        if waiting and remedy.wait:
            yield plain(self._say("Wait for: {what}", what=self._texts(remedy.wait.what)))
            yield plain(self._say("Look again: {when}", when=self._texts(remedy.wait.look_again)))
        places = dict.fromkeys(step.where for step in remedy.steps)
        for place in places:
            yield plain(self._at(place))
        if remedy.risk != words.HARMLESS:
            yield plain(self._say("Risk: {risk}", risk=risk_name(self._say, remedy.risk)))
        if remedy.consent:
            yield plain(self._say("Before anything is done, somebody who may decide that must agree."))
        for number, step in enumerate(remedy.steps, 1):
            marks = [place_name(self._say, step.where)] if len(places) > 1 else []
            if step.risk != words.HARMLESS and len(remedy.steps) > 1:
                marks.append(risk_name(self._say, step.risk))
            yield from self._step(number, step, marks)
        yield from self._check(remedy)
        if remedy.wait and not waiting:
            yield plain(self._say("If this takes time, wait for: {what}", what=self._texts(remedy.wait.what)))

    def _step(self, number: int, step: Step, marks: list[str]) -> Iterator[str]:
        told = f"({'; '.join(marks)}) {self._texts(step.text)}" if marks else self._texts(step.text)
        yield f"{number}. {plain(told)}"
        if step.command:
            yield from self._command(step.shell, step.elevated, step.command, step.variants)
        if step.undo:
            yield plain(self._say("Undo: {undo}", undo=self._texts(step.undo)))

    def _check(self, remedy: Remedy) -> Iterator[str]:
        verify = remedy.verify
        place = place_name(self._say, verify.where)
        yield plain(self._say("Check ({place}): {check}", place=place, check=self._texts(verify.text)))
        if verify.command:
            yield from self._command(verify.shell, False, verify.command)

    def hand_over(self, session: Session) -> Iterator[str]:
        """To whom a case goes, why, and with what."""
        over = session.hand_over()
        yield plain(reason_name(self._say, over.reason))
        owners = [self._kb.owners[owner] for owner in over.to]
        yield from under(self._say("Hand over to:"), map(self._named, owners))
        yield from under(self._say("Have ready:"), [self._texts(owner.bring) for owner in owners if owner.bring])
        yield from under(self._say("Collect:"), map(self._texts, over.collect))

    def _named(self, owner: Owner) -> str:
        title, contact = self._texts(owner.title), self._contact(owner.id)
        return f"{title}. {contact}" if contact else title

    def left_open(self, session: Session) -> Iterator[str]:
        """The questions without an answer, a list for the owner of each place; one command for all that it answers."""
        places: dict[str, list[Question]] = {}
        for question in _unanswered(session):
            places.setdefault(question.where, []).append(question)
        for place, questions in places.items():
            heading = self._say("To be looked up: {place}", place=place_name(self._say, place))
            yield f"### {plain(heading)}"
            if place in session.unseen:
                yield plain(self._say("Nobody who worked on this case could look there."))
            else:
                yield plain(self._say("Whoever worked on this case did not know."))
            contact = self._contact(place)
            if contact:
                yield plain(contact)
            for together in by_output(questions):
                yield from self._look_up(together)

    def _look_up(self, questions: list[Question]) -> Iterator[str]:
        """Questions that the same output answers, and how to get it."""
        how = questions[0].how
        if len(commands_in(questions[0])) > 1:
            yield bullets(plain(self._texts(question.text)) for question in questions)
            yield from self._lookups(how)
            return
        hints = [
            " ".join([self._texts(q.text), *(self._texts(step.text) for step in q.how if step.text)]) for q in questions
        ]
        yield bullets(map(plain, hints))
        yield from self._lookups(replace(step, text=None) for step in how)


def _unanswered(session: Session) -> Iterator[Question]:
    """Each question left unknown that still matters; of those that one number would answer, the first."""
    measured: set[str] = set()
    read = still_read(session)
    for key, value in session.values.items():
        question = session.kb.questions.get(key)
        if question is None or value != words.UNKNOWN or key not in read:
            continue
        measure = question.threshold.measure if question.threshold else ""
        if not measure or measure not in measured:
            yield question
        measured.add(measure)
