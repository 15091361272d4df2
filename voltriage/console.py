"""The guided session in a terminal or on a pipe: one line in, some lines out.

A line is an answer, an outcome, or a command; nothing else is read. Both languages' answers are understood whatever
the reader's language is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from engine.case import Ask, CaseError, Propose, Step
from engine.plan import code_or_unknown
from engine.session import Session
from kb import words
from kb.model import Question, Remedy
from kb.search import find

from .opening import Reader
from .presenting import WIDTH, Presenter
from .wording import said

ReadLine = Callable[[str], str]
"""Shows a prompt and returns one line; raises EOFError at the end of input."""
WriteLine = Callable[[str], None]

_ANSWERS = {
    "y": words.YES, "yes": words.YES, "j": words.YES, "ja": words.YES,
    "n": words.NO, "no": words.NO, "nein": words.NO,
    "unknown": words.UNKNOWN, "unbekannt": words.UNKNOWN,
    "none": words.NONE, "keiner": words.NONE, "keine": words.NONE,
}  # fmt: skip
_OUTCOMES = {
    "f": words.FIXED, "fixed": words.FIXED, "behoben": words.FIXED, "y": words.FIXED, "j": words.FIXED,
    "n": words.NOT_FIXED, "not-fixed": words.NOT_FIXED, "not fixed": words.NOT_FIXED,
    "nicht behoben": words.NOT_FIXED, "nein": words.NOT_FIXED, "no": words.NOT_FIXED, "yes": words.FIXED,
    "ja": words.FIXED,
    "p": words.PENDING, "pending": words.PENDING, "offen": words.PENDING, "ausstehend": words.PENDING,
    "b": words.BLOCKED, "blocked": words.BLOCKED, "nicht möglich": words.BLOCKED, "verhindert": words.BLOCKED,
    "a": words.DECLINED,
    "d": words.DECLINED, "declined": words.DECLINED, "abgelehnt": words.DECLINED,
}  # fmt: skip
_CONSENT = {"en": "i agree", "de": "ich stimme zu"}


class Quit(Exception):  # noqa: N818  # not an error: the operator stops
    """The operator leaves the session as it stands."""


class Console:
    """Leads one session to its end, or to where the operator stops."""

    def __init__(self, reader: Reader, read: ReadLine, write: WriteLine, width: int = WIDTH) -> None:
        self._reader = reader
        self._say = reader.say
        self._read = read
        self._write = write
        self._present = Presenter(reader, width)
        self._explained = ""
        self._agreed = ""

    def run(self, session: Session) -> None:
        """Ask and propose until the case is resolved, escalated or saved, or the operator leaves.

        Raises `EOFError` or `KeyboardInterrupt` where the input ends; the session stands as it was.
        """
        shown: Step | None = None
        while True:
            step = session.next()
            if step != shown:
                self._write("")
                self._show(self._present.step(session, agreed=False))
                shown = step
            if not isinstance(step, Ask | Propose):
                return
            try:
                self._handle(session, step)
            except CaseError as error:
                self._write(said(self._say, error))
            except Quit:
                return

    def choose_code(self) -> str:
        """Ask for a code, a message or a pasted output until one is found; the code may be an unknown one."""
        self._write(self._say("Type or paste the error code, the message, or the output of slmgr."))
        while True:
            line = self._read(self._say("code> ")).strip()
            if line.casefold() in ("quit", "q"):
                raise Quit
            found = find(self._reader.kb, line)
            if found.sure:
                return found.sure
            if not found.offers:
                self._write(self._say("No error code and no known message in that; a code looks like 0xC004F074."))
                continue
            self._write(self._say("Did you mean one of these? Type its code."))
            for code, _ in found.offers:
                thing = self._reader.kb.codes[code]
                message = thing.message_de if self._say.language == "de" else thing.message_en
                self._write(f"  {code}  {message}")

    def introduce(self, code: str) -> None:
        """Say what the code means before the first question."""
        self._show(self._present.opening(code, code_or_unknown(self._reader.kb, code)))

    def _handle(self, session: Session, step: Ask | Propose) -> None:
        line = self._read(self._prompt(session, step)).strip()
        if not line or self._command(session, line):
            return
        if isinstance(step, Ask):
            self._answer(session, session.kb.questions[step.question], line)
        elif self._needs_consent(session, step):
            self._consent(session, session.kb.remedies[step.remedy], line)
        else:
            self._outcome(session, session.kb.remedies[step.remedy], line)

    def _needs_consent(self, session: Session, step: Propose) -> bool:
        return session.kb.remedies[step.remedy].consent and self._agreed != step.remedy

    def _prompt(self, session: Session, step: Ask | Propose) -> str:
        if isinstance(step, Propose):
            if self._needs_consent(session, step):
                return self._say('Do this? Type "{words}" in full, or declined > ', words=_CONSENT[self._say.language])
            return self._say("fixed / n (not fixed) / pending / blocked / declined / 0x... > ")
        question = session.kb.questions[step.question]
        if question.kind == words.CHOICE:
            return self._say("1-{count} / ? > ", count=len(question.choices))
        if question.kind == words.CODE:
            return self._say("0x... / none / ? > ")
        return self._say("y / n / ? > ")

    def _answer(self, session: Session, question: Question, line: str) -> None:
        if line == "?":
            self._unknown(session, question)
            return
        word = _ANSWERS.get(line.casefold(), line)
        if question.kind == words.CHOICE and line.isdigit():
            if not 1 <= int(line) <= len(question.choices):
                raise CaseError("choose a number from 1 to {count}", "not-an-answer", count=len(question.choices))
            word = question.choices[int(line) - 1].value
        session.answer(word)

    def _unknown(self, session: Session, question: Question) -> None:
        """The first `?` explains how to find out; the second goes on with unknown."""
        if self._explained == question.id:
            session.answer(words.UNKNOWN)
            return
        self._explained = question.id
        self._show(self._present.how(question))
        self._write(self._say("Answer now, or type ? again to go on without knowing."))

    def _outcome(self, session: Session, remedy: Remedy, line: str) -> None:
        if line == "?":
            self._show(self._present.remedy(remedy))
            return
        outcome = _OUTCOMES.get(line.casefold(), line)
        session.outcome(outcome)

    def _consent(self, session: Session, remedy: Remedy, line: str) -> None:
        """Nothing that spends, changes or destroys is shown as commands before somebody has agreed in full words."""
        if line.casefold() == _CONSENT[self._say.language]:
            self._agreed = remedy.id
            self._show(self._present.remedy(remedy))
            return
        outcome = words.DECLINED if line.casefold() in ("n", "no", "nein") else _OUTCOMES.get(line.casefold(), line)
        if outcome in (words.FIXED, words.NOT_FIXED, words.PENDING):
            self._write(self._say("Not agreed; nothing was noted."))
        else:
            session.outcome(outcome)

    # Commands that are possible at every prompt

    def _command(self, session: Session, line: str) -> bool:
        name, _, rest = line.partition(" ")
        handler = getattr(self, f"_do_{_ALIASES.get(name.casefold(), '')}", None)
        if handler is None:
            return False
        handler(session, rest.strip())
        return True

    def _do_help(self, _session: Session, _rest: str) -> None:
        for line in self._help():
            self._write(line)

    def _help(self) -> Iterator[str]:
        yield self._say("y, n, a number, or a choice's number: the answer;  ?: how to find out, then unknown")
        yield self._say("why: why this is asked          how: how to find out")
        yield self._say("back: undo the last answer      change 3 no: replace answer 3")
        yield self._say("set kms_count=18: tell a fact   code 0x...: another code is shown now")
        yield self._say("causes: open and ruled out      status: answers so far     quit: leave")

    def _do_why(self, session: Session, rest: str) -> None:
        if rest:
            self._why_not(session, rest)
        else:
            self._show(self._present.why(session))

    def _why_not(self, session: Session, cause: str) -> None:
        needed = session.why_not(cause)
        if needed is None:
            self._write(self._say("Nothing under this code leads to that cause."))
        elif not needed:
            self._write(self._say("Your answers lead to that cause."))
        else:
            answers = ", ".join(f"{need.question}={need.value}" for need in needed)
            self._write(self._say("It would have taken: {answers}", answers=answers))

    def _do_how(self, session: Session, _rest: str) -> None:
        how = session.how()
        if how:
            self._explained = how.question.id
            self._show(self._present.how(how.question))
        else:
            self._show(self._present.step(session))

    def _do_back(self, session: Session, _rest: str) -> None:
        session.back()

    def _do_change(self, session: Session, rest: str) -> None:
        number, _, value = rest.partition(" ")
        if not number.isdigit() or not value:
            raise CaseError("write: change NUMBER VALUE, for example: change 3 no", "usage")
        session.change(int(number), _ANSWERS.get(value.strip().casefold(), value.strip()))

    def _do_set(self, session: Session, rest: str) -> None:
        subject, equals, value = rest.partition("=")
        if not equals:
            raise CaseError("write: set ID=VALUE, for example: set kms_count=18", "usage")
        session.tell(subject.strip(), _ANSWERS.get(value.strip().casefold(), value.strip()))

    def _do_causes(self, session: Session, _rest: str) -> None:
        self._show(self._present.causes(session))

    def _do_code(self, session: Session, rest: str) -> None:
        found = find(self._reader.kb, rest)
        if not found.sure:
            raise CaseError("write: code 0xC004F074", "not-a-code")
        session.go_to(found.sure)
        self.introduce(session.code)

    def _do_status(self, session: Session, _rest: str) -> None:
        self._show(self._present.status(session))

    def _do_quit(self, _session: Session, _rest: str) -> None:
        raise Quit

    def _show(self, lines: Iterator[str]) -> None:
        for line in lines:
            self._write(line)


_ALIASES = {
    "help": "help", "hilfe": "help", "h": "help",
    "why": "why", "warum": "why",
    "how": "how", "wie": "how",
    "back": "back", "zurück": "back", "zurueck": "back",
    "change": "change", "ändere": "change", "aendere": "change",
    "set": "set", "setze": "set",
    "causes": "causes", "ursachen": "causes",
    "code": "code",
    "status": "status", "stand": "status",
    "quit": "quit", "q": "quit", "ende": "quit",
}  # fmt: skip
"""Commands by what may be typed, in both languages."""
