"""The guided session in a terminal or on a pipe: one input in, some lines out.

An input is an answer, an outcome, or a command; nothing else is read. A paste is never an answer by itself: what it
says is read from it (`voltriage.pasting`), and named.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from engine.case import Ask, CaseError, Propose, Saved, Step
from engine.explain import soon
from engine.plan import plan_of
from kb import words
from kb.model import Question, Remedy
from kb.problems import VoltriageError, closest_word
from kb.search import find
from kb.spelling import find_codes

from . import prompting
from .desk import Desk, show
from .naming import alias_told
from .opening import Reader
from .page import QUIET, WARNING
from .presenting import Presenter
from .prompt_commands import ALIASES, Quit, command_of, introduce, show_how
from .wording import told

if TYPE_CHECKING:
    from .pasting import Opening, Reading
    from .terminal import Terminal


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
        if same := alias_told(say, opened.found):
            show(terminal, present.text(same))
        if opened.found.sure and before:
            everything = "\n".join([*before, text])
            said = facts_in(reader.kb, everything, plan_of(reader.kb, opened.found.sure))
            return Opening(opened.found, replace(said, others=opened.reading.others))
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


_SHORT = 2
"""Words as short as this are like too many others to be meant."""


class Console:
    """Leads one session to its end, or to where the operator stops."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._say = desk.say
        self._shown: tuple[Step, str, str] | None = None
        self._waiting: Step | None = None
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
        self._waiting = session.next()
        while True:
            step = session.next()
            if isinstance(step, Ask | Propose) or (isinstance(step, Saved) and step == self._waiting):
                self._once(step)
                continue
            self._show_step(step)
            if not self._go_on_from_the_end():
                return
            self._waiting = session.next()

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
        except VoltriageError as error:
            desk.tell(told(self._say, error), WARNING)

    def _show_step(self, step: Step) -> None:
        desk = self._desk
        if desk.session.code != self._introduced:
            desk.part()
            introduce(desk)
            self._introduced = desk.session.code
        desk.part()
        if desk.in_queue and desk.question:
            hint = self._say("From the same output; an empty line skips it.")
            takes_host = desk.takes_host(desk.question)
            desk.show(desk.present.question(desk.question, None, hint, takes_host=takes_host))
            return
        if isinstance(step, Saved) and step == self._waiting:
            desk.show(desk.present.taken_up(self._remedy(step)))
            desk.show(desk.present.outcomes())
            return
        agreed = isinstance(step, Propose) and not self._desk.needs_consent(step)
        takes_host = desk.question is not None and desk.takes_host(desk.question)
        desk.show(desk.present.step(desk.session, agreed=agreed, ahead=self._ahead(step), takes_host=takes_host))
        if agreed:
            desk.show(desk.present.outcomes())
        elif isinstance(step, Propose):
            desk.tell(self._say("how shows the commands, for whoever is to agree."), QUIET)

    def _ahead(self, step: Step) -> str:
        if not isinstance(step, Ask):
            return ""
        status = self._desk.session.status()
        return self._desk.present.ahead(status.usual, status.most)

    def _handle(self, step: Ask | Propose | Saved) -> None:
        typed = self._desk.read(self._prompt(step))
        line = " ".join(typed.text.split())
        if typed.pasted:
            self._pasted(step, typed.text)
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
        elif isinstance(step, Propose) and self._desk.needs_consent(step):
            self._consent(self._remedy(step), line)
        else:
            self._outcome(line)

    def _prompt(self, step: Ask | Propose | Saved) -> str:
        if self._desk.question:
            question = self._desk.question
            return prompting.question_prompt(self._say, question, takes_host=self._desk.takes_host(question))
        if self._desk.needs_consent(step):
            return prompting.consent_prompt(self._say)
        return prompting.outcome_prompt(self._say)

    def _remedy(self, step: Propose | Saved) -> Remedy:
        return self._desk.session.kb.remedies[step.remedy]

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
                if typed.pasted or not (self._command(line) or self._came_of_it(end, line)):
                    desk.tell(hint, QUIET)
            except (EOFError, Quit):
                return False
            except VoltriageError as error:
                desk.tell(told(self._say, error), WARNING)
        return True

    def _came_of_it(self, end: Step, line: str) -> bool:
        """Take the outcome of a remedy that was to be waited for, where it is known already; whether it was one."""
        outcome = prompting.outcome_of(line)
        if not isinstance(end, Saved) or not (outcome in words.OUTCOMES or find_codes(outcome)):
            return False
        self._desk.session.outcome(outcome)
        return True

    # Pastes

    def take(self, reading: Reading) -> None:
        """Tell the case what its first paste says, before anything is asked."""
        from .pasting import Reading
        from .taking import take_reading

        if reading != Reading():
            self._desk.part()
        with self._desk.one_input():
            take_reading(self._desk, reading, begun=False)

    def _pasted(self, step: Ask | Propose | Saved, text: str) -> None:
        from .taking import take_paste

        take_paste(self._desk, text, takes_codes=not self._desk.question and not self._desk.needs_consent(step))

    def _host(self, line: str) -> bool:
        from .taking import take_host

        return take_host(self._desk, line)

    # Answers

    def _answer(self, question: Question, line: str) -> None:
        if line == "?":
            self._unknown(question)
            return
        if question.host and self._host(line):
            return
        try:
            self._tell(question, prompting.value_of(question, line))
        except CaseError as error:
            if error.slug not in ("not-an-answer", "not-a-measure"):
                raise
            shown = self._shown_on_screen(question, line)
            if shown:
                self._tell(question, shown)
            else:
                self._desk.tell(self._not_understood(line, self._possible(question)))

    def _shown_on_screen(self, question: Question, line: str) -> str:
        """The answer that a word copied off the screen gives this question (VOLUME_MAK); empty where it gives none."""
        from .pasting import read_answer

        session = self._desk.session
        return read_answer(session.kb, question, line, session.code, session.values) or ""

    def _possible(self, question: Question) -> str:
        takes_host = self._desk.takes_host(question)
        return prompting.possible_answers(self._say, question, takes_host=takes_host)

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
        closest = closest_word(line.partition(" ")[0].casefold(), [word for word in ALIASES if len(word) > _SHORT])
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
        if line.casefold() in prompting.DONE:
            self._desk.tell(self._say("Did it help, as the check shows? Type fixed, or n if it did not."))
            return
        try:
            self._desk.session.outcome(self._meant(line))
            self._waiting = None  # a remedy that is still pending is no news: the session stops again
        except CaseError as error:
            if error.slug != "not-an-outcome":
                raise
            possible = self._say("Type fixed, n, pending, blocked, declined, or the code that appeared.")
            self._desk.tell(self._not_understood(line, possible))

    def _meant(self, line: str) -> str:
        """The outcome that was meant; of a code that is treated like another one, that one."""
        outcome = prompting.outcome_of(line)
        if not find_codes(outcome):
            return outcome
        found = find(self._desk.reader.kb, outcome)
        if same := alias_told(self._say, found):
            self._desk.tell(same)
        return found.sure

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
        outcome = words.DECLINED if refused else self._meant(line)
        if outcome in (words.BLOCKED, words.DECLINED) or find_codes(outcome):
            self._desk.session.outcome(outcome)
        else:
            self._desk.tell(self._say("Not agreed; nothing was noted."))
