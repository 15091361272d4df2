"""What a session says, as lines of plain text: pure functions from the case to text; printing is the caller's.

Commands stand alone on their lines and are never wrapped, so that they can be copied exactly.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Mapping

from engine.case import Ask, Escalated, Propose, Resolved, Saved
from engine.explain import ESTABLISHED, OPEN, RULED_OUT, CauseStanding, Needed, standings
from engine.plan import code_or_unknown
from engine.session import Session
from kb import words
from kb.model import Code, Look, Lookup, Question, Remedy, SourceRef, Text, Variant
from kb.spelling import in_groups
from kb.texts import Texts

from .opening import Reader
from .output import line_width
from .wording import Wording


class Presenter:
    """Renders one reader's session. Every method returns lines, without line ends."""

    def __init__(self, reader: Reader, width: int | None = None) -> None:
        self._kb = reader.kb
        self._texts = reader.texts
        self._say = reader.say
        self._width = max(40, line_width() if width is None else width)

    def text(self, text: str) -> list[str]:
        """A sentence of the program's, in lines."""
        return self._wrap(text)

    def columns(self, rows: Iterable[tuple[str, str]]) -> Iterator[str]:
        """What can be typed, and beside it what it does."""
        table = list(rows)
        width = max(len(typed) for typed, _ in table) + 2
        for typed, meaning in table:
            yield from self._wrap(f"{typed:<{width}}{meaning}", "  ", " " * (width + 2))

    def opening(self, code_id: str, code: Code) -> Iterator[str]:
        """What a code says and means, before the first question."""
        if code.id == words.UNKNOWN_CODE:
            yield from self._wrap(self._say("{code} is not in this knowledge base.", code=code_id))
        else:
            message = code.message_de if self._texts.language == "de" else code.message_en
            yield from self._wrap(f"{code_id} ({in_groups(code_id)}): {message}")
        yield ""
        yield from self._wrap(self._texts(code.meaning))
        if code.outer:
            yield from self._wrap(self._say("This is often only the outer code; the telling one is in event 12288."))
        if code.frequent:
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

    def _source(self, ref: SourceRef) -> str:
        general = ref.source == words.GENERAL_SOURCE
        title = self._say("general Windows administration knowledge") if general else self._kb.sources[ref.source].title
        return self._say("{title}, {section} (checked {date})", title=title, section=ref.section, date=ref.checked)

    def step(self, session: Session, *, agreed: bool = True) -> Iterator[str]:
        """The step the case stands at; a remedy that needs consent shows no commands until that is given."""
        step = session.next()
        if isinstance(step, Ask):
            yield from self.question(self._kb.questions[step.question], step.because)
        elif isinstance(step, Propose):
            cause = self._texts(self._kb.causes[step.cause].title)
            yield from self._wrap(self._say("Cause: {cause}", cause=cause))
            yield from self._because(session)
            yield ""
            remedy = self._kb.remedies[step.remedy]
            yield from self.remedy(remedy) if agreed or not remedy.consent else self.before_consent(remedy)
        elif isinstance(step, Saved):
            yield from self.waiting(self._kb.remedies[step.remedy])
        elif isinstance(step, Resolved):
            title = self._texts(self._kb.remedies[step.remedy].title)
            yield from self._wrap(self._say("Resolved by: {remedy}", remedy=title))
        else:
            yield from self.escalation(session, step)

    def question(self, question: Question, because: Text) -> Iterator[str]:
        """A question, why it is asked, and its answers."""
        yield from self._wrap(self._texts(question.text))
        yield from self._wrap(self._say("Why: {because}", because=self._texts(because)), "  ")
        yield from self._wrap(self._say("Where: {place}", place=place_name(self._say, question.where)), "  ")
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

    def _lookup(self, lookup: Lookup) -> Iterator[str]:
        if lookup.text:
            yield from self._wrap(self._texts(lookup.text), "  ")
        if lookup.command:
            yield from self._command(lookup.shell, lookup.elevated, lookup.command, lookup.variants)

    def _command(
        self, shell: str, elevated: bool, command: str, variants: tuple[Variant, ...] = (), indent: str = "    "
    ) -> Iterator[str]:
        yield f"{indent}{self._prompt(shell, elevated)}"
        yield f"{indent}  {command}"
        for variant in variants:
            yield indent + self._say("or {shell}", shell=self._prompt(variant.shell, elevated))
            yield f"{indent}  {variant.command}"

    def _prompt(self, shell: str, elevated: bool) -> str:
        if shell == "powershell":
            return self._say("PowerShell as administrator:") if elevated else self._say("PowerShell:")
        return self._say("Command Prompt as administrator:") if elevated else self._say("Command Prompt:")

    def _look(self, question: Question, value: str, look: Look) -> Iterator[str]:
        unproved = self._say("(German form not verified)")
        parts = [f'"{label.en}" / "{label.de}"{"" if label.verified else f" {unproved}"}' for label in look.labels]
        if look.text:
            parts.append(self._texts(look.text))
        shown = "; ".join(parts)
        yield from self._wrap(
            self._say(
                "{answer} looks like: {look}", answer=answer_name(self._say, self._texts, question, value), look=shown
            ),
            "  ",
            "      ",
        )

    def remedy(self, remedy: Remedy) -> Iterator[str]:
        """A remedy with all its steps."""
        yield from self._wrap(self._say("Remedy: {remedy}", remedy=self._texts(remedy.title)))
        if remedy.risk != words.HARMLESS:
            yield from self._wrap(self._say("Risk: {risk}", risk=risk_name(self._say, remedy.risk)), "  ")
        for number, step in enumerate(remedy.steps, 1):
            place = place_name(self._say, step.where)
            yield from self._wrap(f"{number}. [{place}] {self._texts(step.text)}", "  ", "     ")
            if step.command:
                yield from self._command(step.shell, step.elevated, step.command, step.variants, "     ")
            if step.undo:
                yield from self._wrap(self._say("Undo: {undo}", undo=self._texts(step.undo)), "     ")
        check = self._say(
            "Check: [{place}] {check}",
            place=place_name(self._say, remedy.verify.where),
            check=self._texts(remedy.verify.text),
        )
        yield from self._wrap(check, "  ")
        if remedy.verify.command:
            yield from self._command(remedy.verify.shell, False, remedy.verify.command)
        if remedy.wait:
            wait = self._say("If this takes time, wait for: {what}", what=self._texts(remedy.wait.what))
            yield from self._wrap(wait, "  ")

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
        yield from self._wrap(self._say("Remedy: {remedy}", remedy=self._texts(remedy.title)))
        yield from self._wrap(self._say("Risk: {risk}", risk=risk_name(self._say, remedy.risk)), "  ")
        for number, step in enumerate(remedy.steps, 1):
            place = place_name(self._say, step.where)
            yield from self._wrap(f"{number}. [{place}] {self._texts(step.text)}", "  ", "     ")

    def _because(self, session: Session) -> Iterator[str]:
        why = session.why()
        if why:
            yield from self._wrap(self._say("Why: {because}", because=self._texts(why.because)), "  ")

    def waiting(self, remedy: Remedy) -> Iterator[str]:
        """A case that waits for what a remedy set going."""
        yield from self._wrap(self._say("Saved; pending: {remedy}", remedy=self._texts(remedy.title)))
        if remedy.wait:
            yield from self._wrap(self._say("Wait for: {what}", what=self._texts(remedy.wait.what)), "  ")
            again = self._say("Look again: {when}", when=self._texts(remedy.wait.look_again))
            yield from self._wrap(again, "  ")

    def escalation(self, session: Session, step: Escalated) -> Iterator[str]:
        """To whom the case goes, why, and with what."""
        over = session.hand_over()
        owners = "; ".join(self._texts(self._kb.owners[owner].title) for owner in over.to)
        yield from self._wrap(self._say("Escalate to: {owners}", owners=owners))
        yield from self._wrap(reason_name(self._say, over.reason), "  ")
        if step.cause:
            cause = self._texts(self._kb.causes[step.cause].title)
            yield from self._wrap(self._say("Cause: {cause}", cause=cause), "  ")
        yield from self._because(session)
        bring = [self._texts(text) for owner in over.to if (text := self._kb.owners[owner].bring)]
        yield from self._list(self._say("Have ready:"), bring)
        yield from self._list(self._say("Collect:"), [self._texts(text) for text in over.collect])
        yield from self._list(
            self._say("Causes not ruled out:"), [self._texts(self._kb.causes[c].title) for c in over.not_ruled_out]
        )
        yield from self._list(
            self._say("Remedies not done:"), [self._texts(self._kb.remedies[r].title) for r in over.not_done]
        )
        yield from self._list(self._say("Questions left unknown:"), [self._subject(key) for key in over.unknown])

    def _list(self, heading: str, items: list[str], indent: str = "  ") -> Iterator[str]:
        if items:
            yield from self._wrap(heading, indent)
            for item in items:
                yield from self._wrap(f"- {item}", f"{indent}  ", f"{indent}    ")

    def why(self, session: Session) -> Iterator[str]:
        """Why the case stands here, in full: reason, what already holds, sources."""
        why = session.why()
        if why is None:
            yield self._say("The plan is exhausted; no rule is left.")
            return
        yield from self._wrap(self._texts(why.because))
        yield from self._list(self._say("What holds already:"), [self._answered(*answer) for answer in why.held])
        if why.cause:
            cause = self._texts(self._kb.causes[why.cause].title)
            asked = isinstance(session.next(), Ask)
            line = self._say("It would show this cause: {cause}", cause=cause)
            yield from self._wrap(line if asked else self._say("Cause: {cause}", cause=cause), "  ")
        for ref in why.sources:
            source = self._say("Source: {source}", source=self._source(ref))
            yield from self._wrap(source, "  ", "    ")

    def causes(self, session: Session) -> Iterator[str]:
        """Which causes are established, open, ruled out, and by which answers; numbered for `why NUMBER`."""
        numbered = list(enumerate(standings(session), 1))
        headings = {
            ESTABLISHED: self._say("Established:"),
            OPEN: self._say("Open:"),
            RULED_OUT: self._say("Ruled out:"),
        }
        for standing, heading in headings.items():
            those = [(number, cause) for number, cause in numbered if cause.standing == standing]
            if those:
                yield heading
            for number, cause in those:
                yield from self._cause(number, cause)
        yield from self._wrap(self._say("why NUMBER tells what a cause would have taken."))

    def _cause(self, number: int, standing: CauseStanding) -> Iterator[str]:
        title = self._texts(self._kb.causes[standing.cause].title)
        yield from self._wrap(f"{number:>2}  {title}", "  ", "      ")
        for answer in standing.by:
            yield from self._wrap(f"- {self._answered(*answer)}", "      ", "        ")

    def why_not(self, cause: str, needed: tuple[Needed, ...] | None) -> Iterator[str]:
        """Which answers would have led to a cause."""
        yield from self._wrap(self._texts(self._kb.causes[cause].title))
        if needed is None:
            yield from self._wrap(self._say("Nothing under this code leads to that cause."), "  ")
        elif not needed:
            yield from self._wrap(self._say("Your answers lead to that cause."), "  ")
        else:
            yield from self._list(
                self._say("It would have taken:"), [self._answered(need.question, need.value) for need in needed]
            )

    def unneeded(self, session: Session, subjects: Iterable[str]) -> Iterator[str]:
        """Answers that a changed answer has made superfluous; they stay known."""
        given = session.given
        items = [self._answered(subject, given[subject].value) for subject in subjects]
        yield from self._list(self._say("No longer needed, but still known:"), items, "")

    def status(self, session: Session) -> Iterator[str]:
        """The answers so far, numbered, the remedies tried, and how much is ahead."""
        status = session.status()
        yield from self._wrap(self._say("Codes: {codes}", codes=" -> ".join(status.codes)))
        for number, answered in enumerate(status.answers, 1):
            yield from self._wrap(f"{number:>2}  {self._answered(answered.subject, answered.value)}", "  ", "      ")
        for remedy, outcome in status.outcomes.items():
            title = self._texts(self._kb.remedies[remedy].title)
            yield from self._wrap(f"- {title}: {outcome_name(self._say, outcome)}", "  ", "    ")
        if status.fewest == status.most:
            yield self._say.many("Still ahead: {count} step", "Still ahead: {count} steps", status.most)
        else:
            ahead = self._say(
                "Still ahead: at least {fewest}, at most {most} steps", fewest=status.fewest, most=status.most
            )
            yield from self._wrap(ahead)

    def _answered(self, subject: str, value: object) -> str:
        """An answer with what it answers, as people say it."""
        question = self._kb.questions.get(subject)
        said = answer_name(self._say, self._texts, question, str(value))
        return f"{self._subject(subject)} {said}" if question else f"{self._subject(subject)}: {said}"

    def _subject(self, subject: str) -> str:
        thing = self._kb.questions[subject] if subject in self._kb.questions else self._kb.measures[subject]
        return self._texts(thing.text)

    def _wrap(self, text: str, first: str = "", later: str | None = None) -> list[str]:
        return textwrap.wrap(
            text,
            self._width,
            initial_indent=first,
            subsequent_indent=first if later is None else later,
            break_long_words=False,
            break_on_hyphens=False,
        )


def answer_name(say: Wording, texts: Texts, question: Question | None, value: str) -> str:
    """An answer as people say it."""
    if question is not None:
        for choice in question.choices:
            if choice.value == value:
                return texts(choice.text)
    names = {"yes": say("yes"), "no": say("no"), "unknown": say("unknown"), "none": say("none")}
    return names.get(value, value)


def place_name(say: Wording, place: str) -> str:
    """A place as people say it."""
    names = {
        "affected_machine": say("affected machine"),
        "kms_host": say("KMS host"),
        "dns_server": say("DNS server"),
        "network": say("network"),
        "licence_owner": say("licence owner"),
        "active_directory": say("Active Directory"),
        "cloud": say("cloud portal"),
        "admin_workstation": say("administration workstation"),
    }
    return names.get(place, place)


def risk_name(say: Wording, risk: str) -> str:
    """A risk in words."""
    names = {
        words.HARMLESS: say("harmless"),
        words.REVERSIBLE: say("can be undone"),
        words.SPENDS_ACTIVATION: say("spends a limited activation"),
        words.CHANGES_ENTITLEMENT: say("changes what the machine is licensed for"),
        words.IRREVERSIBLE: say("cannot be undone"),
    }
    return names[risk]


def reason_name(say: Wording, reason: str) -> str:
    """Why a case is escalated, in words."""
    names = {
        words.OWNER_MUST_ACT: say("Somebody else must act now."),
        words.CAUSE_UNKNOWN: say("The rules know no further cause."),
        words.DECLINED_REASON: say("A remedy was declined."),
        words.CIRCLE: say("The case came back to a code it had already left."),
    }
    return names[reason]


def outcome_name(say: Wording, outcome: str) -> str:
    """An outcome in words."""
    names = {
        words.FIXED: say("fixed"),
        words.NOT_FIXED: say("not fixed"),
        words.PENDING: say("pending"),
        words.BLOCKED: say("blocked"),
        words.DECLINED: say("declined"),
    }
    return names.get(outcome, outcome)
