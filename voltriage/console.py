"""The guided session in a terminal or on a pipe: one input in, some lines out.

An input is an answer, an outcome, or a command; nothing else is read. A paste is never an answer by itself: what it
says is read from it (`voltriage.pasting`), and named.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from engine.case import PASTED, Ask, CaseError, Propose, Saved, Step
from engine.explain import soon
from engine.plan import plan_of
from kb import words
from kb.model import Question, Remedy
from kb.problems import VoltriageError, closest_word
from kb.spelling import find_codes

from . import prompting
from .desk import Desk, show
from .naming import answer_name
from .opening import Reader
from .page import QUIET, WARNING
from .presenting import Presenter
from .prompt_commands import ALIASES, Quit, command_of, introduce, noted, show_how
from .wording import said

if TYPE_CHECKING:
    from .pasting import Opening, Reading
    from .terminal import Line, Terminal


_ERROR_LINE = re.compile(r"^[ \t]*(?:error|fehler)\b.*$", re.IGNORECASE | re.MULTILINE)


def choose_code(reader: Reader, terminal: Terminal, present: Presenter) -> Opening:
    """Ask for a code, a message or a pasted output until one is found; the code may be an unknown one.

    What else a paste says comes with it. Raises `Quit`, and `EOFError` or `KeyboardInterrupt` where the input ends.
    """
    from .pasting import Opening, facts_in, opening

    say = reader.say
    before: list[str] = []
    show(terminal, present.text(say("Type or paste the error code, the message, or the output of slmgr.")))
    while True:
        text = terminal.read(say("code> ")).text.strip()
        command = ALIASES.get(text.casefold())
        if command == "quit":
            raise Quit
        if command == "help" or text == "?":
            show(
                terminal,
                present.text(
                    say(
                        "A code looks like 0xC004F074. Its message will do too, or what slmgr or an event 12288 says: "
                        "paste it. quit leaves."
                    )
                ),
            )
            continue
        opened = opening(reader.kb, text)
        if opened.found.sure and before:
            everything = "\n".join([*before, text])
            return Opening(opened.found, facts_in(reader.kb, everything, plan_of(reader.kb, opened.found.sure)))
        if opened.found.sure:
            return opened
        before.append(text)
        if not opened.found.offers:
            show(
                terminal, present.text(say("No error code and no known message in that; a code looks like 0xC004F074."))
            )
            continue
        show(terminal, present.text(say("Did you mean one of these? Type its code.")))
        show(terminal, present.offers(code for code, _ in opened.found.offers))


class Console:
    """Leads one session to its end, or to where the operator stops."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._say = desk.say
        self._shown: tuple[Step, str, str] | None = None
        self._introduced = desk.session.code

    def introduce(self) -> None:
        """Say what the code means before the first question."""
        introduce(self._desk)
        self._desk.part()
        self._desk.tell(
            self._say("Type your answers. ? tells how to find out, help lists what else you can type."), QUIET
        )

    def run(self) -> None:
        """Ask and propose until the case is resolved, escalated or saved, or the operator leaves.

        A case that is saved at the start is taken up again: what came of the remedy is asked.

        Raises `EOFError` or `KeyboardInterrupt` where the input ends, and `Quit`; the session stands as it was.
        """
        session = self._desk.session
        waiting = session.next()
        while True:
            step = session.next()
            if isinstance(step, Ask | Propose) or (isinstance(step, Saved) and step == waiting):
                self._once(step)
                continue
            self._show_step(step)
            if not self._go_on_from_the_end():
                return
            waiting = session.next()

    def _once(self, step: Ask | Propose | Saved) -> None:
        """Show the step if it is a new one, and handle one input."""
        desk = self._desk
        desk.queue = tuple(ident for ident in desk.queue if ident in soon(desk.session))
        now = step, desk.question.id if desk.question else "", desk.session.code
        if desk.show_again or self._shown != now:
            if self._shown is None or self._shown[0] != step:
                desk.explained = ""
            self._show_step(step)
            self._shown = now
            desk.show_again = False
        try:
            with desk.one_input():
                self._handle(step)
        except CaseError as error:
            desk.tell(said(self._say, error), WARNING)
        except VoltriageError as error:
            desk.tell(str(error), WARNING)

    def _show_step(self, step: Step) -> None:
        desk = self._desk
        if desk.session.code != self._introduced:
            desk.part()
            introduce(desk)
            self._introduced = desk.session.code
        desk.part()
        if desk.in_queue and desk.question:
            hint = self._say("From the same output; an empty line skips it.")
            desk.show(desk.present.question(desk.question, None, hint))
            return
        agreed = isinstance(step, Propose) and not self._needs_consent(step)
        desk.show(desk.present.step(desk.session, agreed=agreed, ahead=self._ahead(step)))
        if agreed or (isinstance(step, Saved) and self._shown is None):
            desk.show(desk.present.outcomes())

    def _ahead(self, step: Step) -> str:
        if not isinstance(step, Ask):
            return ""
        status = self._desk.session.status()
        return self._desk.present.ahead(status.usual, status.most)

    def _handle(self, step: Ask | Propose | Saved) -> None:
        typed = self._desk.read(self._prompt(step))
        line = " ".join(typed.text.split())
        if typed.pasted:
            self._pasted(typed)
        elif not line:
            self._desk.queue = self._desk.queue[1:] if self._desk.in_queue else self._desk.queue
        elif not self._command(line):
            self._reply(step, line)

    def _command(self, line: str) -> bool:
        name, _, rest = line.partition(" ")
        command = command_of(name)
        if command is None:
            return False
        command(self._desk, rest.strip())
        return True

    def _reply(self, step: Ask | Propose | Saved, line: str) -> None:
        if self._desk.question:
            self._answer(self._desk.question, line)
        elif isinstance(step, Propose) and self._needs_consent(step):
            self._consent(self._remedy(step), line)
        else:
            self._outcome(line)

    def _prompt(self, step: Ask | Propose | Saved) -> str:
        if self._desk.question:
            return prompting.question_prompt(self._say, self._desk.question)
        if self._needs_consent(step):
            return prompting.consent_prompt(self._say)
        return prompting.outcome_prompt(self._say)

    def _remedy(self, step: Propose | Saved) -> Remedy:
        return self._desk.session.kb.remedies[step.remedy]

    def _needs_consent(self, step: Step) -> bool:
        return isinstance(step, Propose) and self._remedy(step).consent and self._desk.agreed != step.remedy

    def _go_on_from_the_end(self) -> bool:
        """At the end, offer the note; True when the operator went back to an open step.

        A pipe is not asked: nobody is there to copy anything.
        """
        desk = self._desk
        if not desk.attended:
            return False
        end = desk.session.next()
        self._shown = None
        desk.part()
        hint = self._say("c copies the note for the ticket, back undoes the last answer or outcome, Enter ends.")
        desk.tell(hint, QUIET)
        while desk.session.next() == end:
            try:
                typed = desk.terminal.read(self._say("c / back / Enter > "))
                line = " ".join(typed.text.split())
                if not line and not typed.pasted:
                    return False
                if typed.pasted or not self._command(line):
                    desk.tell(hint, QUIET)
            except (EOFError, Quit):
                return False
            except CaseError as error:
                desk.tell(said(self._say, error), WARNING)
            except VoltriageError as error:
                desk.tell(str(error), WARNING)
        return True

    # Pastes and names of hosts

    def _pasted(self, typed: Line) -> None:
        """Take from a paste what it says about the case, and name it; nothing else in it is an answer."""
        from .pasting import Reading, Said, answer_in, facts_in

        desk, session = self._desk, self._desk.session
        if self._host(typed.text):
            return
        reading = facts_in(session.kb, typed.text, session.plan, session.values)
        if desk.question and not any(fact.question == desk.question.id for fact in reading.facts):
            answer = answer_in(session.kb, desk.question, typed.text, session.code, session.values)
            if isinstance(answer, Said):
                reading = Reading((answer, *reading.facts), reading.ambiguous)
        self._take(reading)
        other = self._other_code(typed.text)
        if not reading.facts and not reading.ambiguous and not other:
            desk.tell(self._say("Pasted text is not taken as an answer, and it answers no open question here."))
        if other:
            takes_codes = not desk.question and not self._needs_consent(session.next())
            told = self._say(
                "The paste names the code {code}. If that is what is shown now, type: {typed}",
                code=other,
                typed=other if takes_codes else f"code {other}",
            )
            desk.tell(told, WARNING)

    def _other_code(self, text: str) -> str:
        """The one code of the error lines of an output, where it is not the current one."""
        codes = set(find_codes("\n".join(_ERROR_LINE.findall(text))))
        return codes.pop() if len(codes) == 1 and self._desk.session.code not in codes else ""

    def take(self, reading: Reading) -> None:
        """Tell the case what its first paste says, before anything is asked."""
        if reading.facts or reading.ambiguous:
            self._desk.part()
        with self._desk.one_input():
            self._take(reading)

    def _take(self, reading: Reading) -> None:
        """Tell the case what a paste says, and the operator what was read and what stays unclear."""
        desk = self._desk
        before = desk.session.next()
        for fact in reading.facts:
            question = desk.session.kb.questions[fact.question]
            answer = answer_name(self._say, desk.reader.texts, question, fact.value)
            desk.session.tell(fact.question, fact.value, PASTED + fact.quote)
            told = self._say(
                'Read from the paste ("{quote}"): {question} {answer}',
                quote=fact.quote,
                question=desk.reader.texts(question.text),
                answer=answer,
            )
            desk.tell(told)
        for unclear in reading.ambiguous:
            question = desk.session.kb.questions[unclear.question]
            told = self._say(
                "The paste says several things about this, so nothing was taken: {question} ({quotes})",
                question=desk.reader.texts(question.text),
                quotes="; ".join(unclear.quotes),
            )
            desk.tell(told, WARNING)
        if reading.facts and self._shown:
            noted(desk, before)

    def _host(self, text: str) -> bool:
        """Whether the text names a host where one is asked for; then its answers are told."""
        from kb.site import LISTED, OTHER_PORT, OUTSIDE

        from .site import decide_host

        desk = self._desk
        if desk.question is None or desk.question.host is None:
            return False
        decision = decide_host(desk.session.kb, desk.site, desk.question.id, text)
        if decision is None:
            return False
        host = decision.host.host
        told = {
            LISTED: self._say("{host} is on the site's list of KMS hosts.", host=host),
            OTHER_PORT: self._say("{host} is on the site's list of KMS hosts, with another port.", host=host),
            OUTSIDE: self._say("{host} is outside the organisation's domains.", host=host),
        }
        asked = (
            self._say("{host} is not on a list of the site's; you are asked.", host=host)
            if desk.site
            else self._say("No site file lists the KMS hosts here, so you are asked about {host}.", host=host)
        )
        desk.tell(told.get(decision.verdict, asked))
        for answered in decision.answers:
            desk.session.tell(answered.subject, answered.value, answered.source)
        return True

    # Answers

    def _answer(self, question: Question, line: str) -> None:
        if line == "?":
            self._unknown(question)
            return
        if self._host(line):
            return
        try:
            self._tell(question, prompting.value_of(question, line))
        except CaseError as error:
            if error.slug not in ("not-an-answer", "not-a-measure"):
                raise
            self._desk.tell(self._not_understood(line, prompting.possible_answers(self._say, question)))

    def _tell(self, question: Question, value: str) -> None:
        """Give the question asked its value; it may be one that the output at hand answers too."""
        session = self._desk.session
        step = session.next()
        if isinstance(step, Ask) and step.question == question.id:
            session.answer(value)
        elif question.threshold and value not in question.answers:
            session.tell(question.threshold.measure, value)
        else:
            session.tell(question.id, value)

    def _not_understood(self, line: str, possible: str) -> str:
        """What is possible, and the command that was nearly typed."""
        closest = closest_word(line.partition(" ")[0].casefold(), ALIASES)
        return self._say('{sentence} Did you mean "{word}"?', sentence=possible, word=closest) if closest else possible

    def _unknown(self, question: Question) -> None:
        """The first `?` explains how to find out; the second goes on with unknown."""
        if self._desk.explained == question.id:
            self._tell(question, words.UNKNOWN)
            return
        show_how(self._desk, question)
        self._desk.tell(self._say("Answer now, or type ? again to go on without knowing."), QUIET)

    # Outcomes

    def _outcome(self, line: str) -> None:
        if line == "?":
            self._desk.show_again = True
            return
        try:
            self._desk.session.outcome(prompting.outcome_of(line))
        except CaseError as error:
            if error.slug != "not-an-outcome":
                raise
            possible = self._say("Type fixed, n, pending, blocked, declined, or the code that appeared.")
            self._desk.tell(self._not_understood(line, possible))

    def _consent(self, remedy: Remedy, line: str) -> None:
        """Nothing that spends, changes or destroys is shown as commands before somebody has agreed in full words."""
        if prompting.agrees(line):
            self._desk.agreed = remedy.id
            self._desk.show_again = True
            return
        if line == "?":
            self._desk.show_again = True
            return
        refused = line.casefold() in prompting.REFUSALS
        outcome = words.DECLINED if refused else prompting.outcome_of(line)
        if outcome in (words.BLOCKED, words.DECLINED) or find_codes(outcome):
            self._desk.session.outcome(outcome)
        else:
            self._desk.tell(self._say("Not agreed; nothing was noted."))
