"""What a session asks and proposes, as lines of plain text: pure functions from the case to text.

Commands stand alone on their lines and are never wrapped, so that they can be copied exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from engine.case import Ask, Escalated, Propose, Resolved, Saved
from engine.plan import code_or_unknown
from engine.session import Session
from kb import words
from kb.model import Code, Look, Lookup, Question, Remedy, Step, Text, Variant
from kb.spelling import in_groups
from trees.names import place_name, risk_name, shell_name

from .naming import answer_name, reason_name
from .opening import Reader
from .page import COMMAND, GOOD, HEADING, QUESTION, QUIET, WARNING, Page, Shown

if TYPE_CHECKING:
    from kb.site import Site


def _unchanged(command: str) -> str:
    return command


def _no_choices(_command: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    return ()


@dataclass(frozen=True)
class Surroundings:
    """What is known of where the case is worked on.

    `fill` puts the site's names into a command; `choices` names the placeholders for which there are several.
    `contacts`: whom to call, by place or owner. `shell`: the shell that is known to work on the machine; its form of
    a command is shown first. `silent`: commands that print nothing there.
    """

    fill: Callable[[str], str] = _unchanged
    contacts: Mapping[str, str] = field(default_factory=dict)
    shell: str = ""
    choices: Callable[[str], tuple[tuple[str, tuple[str, ...]], ...]] = _no_choices
    silent: frozenset[str] = frozenset()


def surroundings(site: Site | None, shell: str = "") -> Surroundings:
    """What a site file, if there is one, and the tools of the machine make of the surroundings."""
    return Surroundings(site.fill, site.contacts, shell, site.choices) if site else Surroundings(shell=shell)


class Presenter(Page):
    """Renders one reader's session."""

    def __init__(self, reader: Reader, width: int | None = None, around: Surroundings | None = None) -> None:
        super().__init__(reader, width)
        self.around = around or Surroundings()

    def opening(self, code_id: str, code: Code) -> Iterator[str]:
        """What a code says and means, and its most frequent causes, before the first question."""
        if code.id == words.UNKNOWN_CODE:
            yield from self._wrap(self._say("{code} is not in this knowledge base.", code=code_id), role=HEADING)
        else:
            message = code.message_de if self._texts.language == "de" else code.message_en
            yield from self._wrap(f"{code_id} ({in_groups(code_id)}): {message}", role=HEADING)
        told = [self._texts(code.meaning)]
        if code.outer:
            told.append(self._say("This is often only the outer code; the telling one is in event 12288."))
        yield from self._wrap(" ".join(told))
        causes = [self._texts(self._kb.causes[cause].title) for cause in code.frequent[:3]]
        yield from self._list(self._say("Most frequent causes:"), causes, "")

    def offers(self, codes: Iterable[str]) -> Iterator[str]:
        """Codes whose messages resemble what was typed."""
        for ident in codes:
            code = self._kb.codes[ident]
            message = code.message_de if self._texts.language == "de" else code.message_en
            yield from self._wrap(f"{ident}  {message}", "  ", "    ")

    def explanation(self, code_id: str, treatments: Mapping[str, Iterable[str]]) -> Iterator[str]:
        """What a code means, each cause with its remedies, and the documents behind it."""
        code = code_or_unknown(self._kb, code_id)
        yield from self.opening(code_id, code)
        if code.symbol:
            yield ""
            yield self._say("Symbol: {symbol}", symbol=code.symbol)
        yield ""
        yield self._say("Causes, and what helps:")
        for cause, remedies in treatments.items():
            yield from self._wrap(f"- {self._texts(self._kb.causes[cause].title)}", "  ", "    ")
            for remedy in remedies:
                yield from self._wrap(f"-> {self._texts(self._kb.remedies[remedy].title)}", "      ", "         ")
        yield ""
        yield self._say("Sources:")
        for ref in code.sources:
            yield from self._wrap(f"- {self._source(ref)}", "  ", "    ")
            if ref.source != words.GENERAL_SOURCE and self._kb.sources[ref.source].url:
                yield f"      {self._kb.sources[ref.source].url}"

    def step(
        self, session: Session, *, agreed: bool = True, ahead: str = "", takes_host: bool = False
    ) -> Iterator[str]:
        """The step the case stands at; a remedy that needs consent shows no commands until that is given."""
        step = session.next()
        if isinstance(step, Ask):
            yield from self.question(self._kb.questions[step.question], step.because, ahead, takes_host=takes_host)
        elif isinstance(step, Propose):
            cause = self._texts(self._kb.causes[step.cause].title)
            yield from self._wrap(self._say("Cause: {cause}", cause=cause), role=HEADING)
            yield from self._because(session)
            yield ""
            remedy = self._kb.remedies[step.remedy]
            yield from self.remedy(remedy) if agreed or not remedy.consent else self.before_consent(remedy)
        elif isinstance(step, Saved):
            yield from self.waiting(self._kb.remedies[step.remedy])
        elif isinstance(step, Resolved):
            title = self._texts(self._kb.remedies[step.remedy].title)
            yield from self._wrap(self._say("Resolved by: {remedy}", remedy=title), role=GOOD)
        else:
            yield from self.escalation(session, step)

    def question(
        self, question: Question, because: Text | None, ahead: str = "", *, takes_host: bool = False
    ) -> Iterator[str]:
        """A question, why it is asked, where to look, how much is ahead, and its answers.

        `takes_host`: the name of a host decides it as well.
        """
        yield from self._wrap(self._texts(question.text), role=QUESTION)
        if because:
            yield from self._wrap(self._say("Why: {because}", because=self._texts(because)), "  ", role=QUIET)
        where = self._say("Where: {place}", place=place_name(self._say, question.where))
        yield from self._wrap(f"{where}. {ahead}" if ahead else where, "  ", role=QUIET)
        if question.kind == words.CHOICE:
            for number, choice in enumerate(question.choices, 1):
                yield from self._wrap(f"{number}  {self._texts(choice.text)}", "  ", "     ")
        if question.threshold:
            measure = self._kb.measures[question.threshold.measure]
            hint = self._say(
                "A number is an answer too: {measure} ({unit})",
                measure=self._texts(measure.text),
                unit=self._texts(measure.unit),
            )
            yield from self._wrap(hint, "  ")
        if takes_host:
            yield from self._wrap(self._say("The name of the host is an answer too: kms1.corp.example"), "  ")

    def ahead(self, usual: int, most: int) -> str:
        """How many more steps there are."""
        if most <= 1:
            return self._say("This is the last step.")
        if usual >= most:
            return self._say("At most {most} more.", most=most - 1)
        return self._say("Usually {usual} more, at most {most}.", usual=max(usual - 1, 1), most=most - 1)

    def how(self, question: Question) -> Iterator[str]:
        """How to find the answer out, and what the answers look like."""
        if not question.how and not question.looks:
            yield from self._wrap(self._say("There is no command for this; ask whoever knows."))
        for lookup in question.how:
            yield from self._lookup(lookup)
        if question.phone:
            yield from self._wrap(self._say("On the phone: {sentence}", sentence=self._texts(question.phone)), "  ")
        for value, look in question.looks.items():
            yield from self._look(question, value, look)
        if question.undo:
            yield from self._wrap(self._say("Undo the test: {undo}", undo=self._texts(question.undo)), "  ")

    def task(self, questions: Sequence[Question]) -> Iterator[str]:
        """An entry of somebody else's list: questions that the same look answers, and how to find them out."""
        *others, last = questions
        for question in others:
            yield from self._wrap(f"- {self._texts(question.text)}", "  ", "    ")
            if not any(lookup.command for lookup in question.how):
                yield from self._steps_of(question, texts=True)
        yield from self._wrap(f"- {self._texts(last.text)}", "  ", "    ")
        yield from self._steps_of(last, texts=not others or not any(lookup.command for lookup in last.how))

    def _steps_of(self, question: Question, *, texts: bool) -> Iterator[str]:
        """How to find a question out, with one form of each command."""
        for lookup in question.how:
            if lookup.text and texts:
                yield from self._wrap(self._texts(lookup.text), "    ")
            if lookup.command:
                form = self.forms(lookup.shell, lookup.command, lookup.variants)[0]
                yield from self._command(form.shell, lookup.elevated, form.command)

    def _lookup(self, lookup: Lookup) -> Iterator[str]:
        if lookup.text:
            yield from self._wrap(self._texts(lookup.text), "  ")
        if lookup.command:
            yield from self._command(lookup.shell, lookup.elevated, lookup.command, lookup.variants)

    def _command(
        self, shell: str, elevated: bool, command: str, variants: tuple[Variant, ...] = (), indent: str = "    "
    ) -> Iterator[str]:
        """A command in each of its forms; the one for the shell that works here comes first."""
        for number, form in enumerate(self.forms(shell, command, variants)):
            named = shell_name(self._say, form.shell, elevated=elevated)
            yield indent + (self._say("or {shell}", shell=named) if number else named)
            yield Shown(f"{indent}  {self.around.fill(form.command)}", COMMAND)
        for name, values in self.around.choices(command):
            told = self._say("Values for {name} here: {values}", name=name, values=", ".join(values))
            yield from self._wrap(told, indent)

    def forms(self, shell: str, command: str, variants: tuple[Variant, ...]) -> list[Variant]:
        """The forms of a command: that for the shell that works here first, those that print nothing here last."""
        around = self.around
        forms = [Variant(shell, command), *variants]
        return sorted(forms, key=lambda form: (form.command in around.silent, form.shell != around.shell))

    def _look(self, question: Question, value: str, look: Look) -> Iterator[str]:
        parts = self._labels(look)
        if look.text:
            parts.append(self._texts(look.text))
        shown = "; ".join(parts)
        any_code = question.kind == words.CODE and value == words.ANY_CODE
        answer = self._say("a code") if any_code else answer_name(self._say, self._texts, question, value)
        yield from self._wrap(self._say("{answer} looks like: {look}", answer=answer, look=shown), "  ", "      ")

    def remedy(self, remedy: Remedy) -> Iterator[str]:
        """A remedy with all its steps."""
        yield from self._wrap(self._say("Remedy: {remedy}", remedy=self._texts(remedy.title)), role=HEADING)
        if remedy.risk != words.HARMLESS:
            yield from self._wrap(self._say("Risk: {risk}", risk=risk_name(self._say, remedy.risk)), "  ", role=WARNING)
        yield from self._steps(remedy)
        yield from self._check(remedy)
        if remedy.wait:
            wait = self._say("If this takes time, wait for: {what}", what=self._texts(remedy.wait.what))
            yield from self._wrap(wait, "  ")

    def _steps(self, remedy: Remedy) -> Iterator[str]:
        for number, step in enumerate(remedy.steps, 1):
            yield from self._step(number, step, remedy)
            if step.command:
                yield from self._command(step.shell, step.elevated, step.command, step.variants, "     ")
            yield from self._undo(step)

    def _steps_without_commands(self, remedy: Remedy) -> Iterator[str]:
        for number, step in enumerate(remedy.steps, 1):
            yield from self._step(number, step, remedy)
            yield from self._undo(step)

    def _check(self, remedy: Remedy) -> Iterator[str]:
        check = self._say(
            "Check: [{place}] {check}",
            place=place_name(self._say, remedy.verify.where),
            check=self._texts(remedy.verify.text),
        )
        yield from self._wrap(check, "  ")
        if remedy.verify.command:
            yield from self._command(remedy.verify.shell, False, remedy.verify.command)

    def outcomes(self) -> Iterator[str]:
        """What can be said of a remedy."""
        yield ""
        yield from self._wrap(self._say("Do the steps, then type what came of it:"))
        yield from self.columns(
            [
                (self._say("fixed"), self._say("it worked, as the check shows")),
                (self._say("n"), self._say("done, but not fixed")),
                (self._say("pending"), self._say("begun; the result comes later")),
                (self._say("blocked"), self._say("cannot be done here and now")),
                (self._say("declined"), self._say("shall not be done")),
                ("0x...", self._say("another code is shown now")),
            ]
        )

    def before_consent(self, remedy: Remedy) -> Iterator[str]:
        """What a remedy would do, without the commands."""
        yield from self._wrap(self._say("Remedy: {remedy}", remedy=self._texts(remedy.title)), role=HEADING)
        yield from self._wrap(self._say("Risk: {risk}", risk=risk_name(self._say, remedy.risk)), "  ", role=WARNING)
        yield from self._steps_without_commands(remedy)

    def _undo(self, step: Step) -> Iterator[str]:
        if step.undo:
            yield from self._wrap(self._say("Undo: {undo}", undo=self._texts(step.undo)), "     ")

    def _step(self, number: int, step: Step, remedy: Remedy) -> list[str]:
        """What to do, and where; its risk where the steps differ in that."""
        marks = place_name(self._say, step.where)
        if step.risk != words.HARMLESS and any(other.risk != step.risk for other in remedy.steps):
            marks += f"; {risk_name(self._say, step.risk)}"
        return self._wrap(f"{number}. [{marks}] {self._texts(step.text)}", "  ", "     ")

    def _because(self, session: Session) -> Iterator[str]:
        why = session.why()
        if why:
            yield from self._wrap(self._say("Why: {because}", because=self._texts(why.because)), "  ")

    def waiting(self, remedy: Remedy) -> Iterator[str]:
        """A case that waits for what a remedy set going."""
        yield from self._wrap(self._say("Saved; pending: {remedy}", remedy=self._texts(remedy.title)), role=HEADING)
        if remedy.wait:
            yield from self._wrap(self._say("Wait for: {what}", what=self._texts(remedy.wait.what)), "  ")
            again = self._say("Look again: {when}", when=self._texts(remedy.wait.look_again))
            yield from self._wrap(again, "  ")

    def taken_up(self, remedy: Remedy) -> Iterator[str]:
        """A case that waits, when somebody comes back to it: what was begun, what to wait for, how to check it.

        Commands that needed consent are not shown once more: they were carried out, or are with somebody else.
        """
        yield from self.waiting(remedy)
        yield from self._wrap(self._say("What was begun:"), "  ")
        yield from self._steps_without_commands(remedy) if remedy.consent else self._steps(remedy)
        yield from self._check(remedy)

    def escalation(self, session: Session, step: Escalated) -> Iterator[str]:
        """To whom the case goes, why, and with what."""
        over = session.hand_over()
        owners = "; ".join(self._texts(self._kb.owners[owner].title) for owner in over.to)
        yield from self._wrap(self._say("Escalate to: {owners}", owners=owners), role=HEADING)
        for owner in over.to:
            if owner in self.around.contacts:
                yield from self._wrap(self._contact(owner, alone=len(over.to) == 1), "  ", "    ")
        yield from self._wrap(reason_name(self._say, over.reason), "  ")
        if step.cause:
            cause = self._texts(self._kb.causes[step.cause].title)
            yield from self._wrap(self._say("Cause: {cause}", cause=cause), "  ")
        yield from self._because(session)
        bring = [self._texts(text) for owner in over.to if (text := self._kb.owners[owner].bring)]
        yield from self._list(self._say("Have ready:"), bring)
        yield from self._list(self._say("Collect:"), [self._texts(text) for text in over.collect])
        left = () if step.cause else over.not_ruled_out
        yield from self._list(self._say("Causes not ruled out:"), [self._texts(self._kb.causes[c].title) for c in left])
        yield from self._list(
            self._say("Remedies not done:"), [self._texts(self._kb.remedies[r].title) for r in over.not_done]
        )
        yield from self._list(self._say("Questions left unknown:"), [self._subject(key) for key in over.unknown])

    def _contact(self, owner: str, *, alone: bool) -> str:
        """How to reach an owner; among several, with who is meant."""
        contact = self.around.contacts[owner]
        if alone:
            return self._say("Contact: {contact}", contact=contact)
        return self._say(
            "Contact for {owner}: {contact}", owner=self._texts(self._kb.owners[owner].title), contact=contact
        )
