"""The guided session in a terminal or on a pipe: one line in, some lines out.

A line is an answer, an outcome, or a command; nothing else is read. Both languages' answers are understood whatever
the reader's language is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from engine.case import Ask, CaseError, Propose, Step
from engine.explain import standings, unneeded
from engine.plan import code_or_unknown
from engine.session import Session
from kb import words
from kb.model import Question, Remedy
from kb.problems import closest_word
from kb.search import find
from kb.spelling import find_codes

from .opening import Reader
from .presenting import Presenter
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
    "f": words.FIXED, "fixed": words.FIXED, "behoben": words.FIXED,
    "n": words.NOT_FIXED, "no": words.NOT_FIXED, "nein": words.NOT_FIXED,
    "not-fixed": words.NOT_FIXED, "not fixed": words.NOT_FIXED, "nicht behoben": words.NOT_FIXED,
    "p": words.PENDING, "pending": words.PENDING, "offen": words.PENDING, "ausstehend": words.PENDING,
    "blocked": words.BLOCKED, "nicht möglich": words.BLOCKED, "verhindert": words.BLOCKED,
    "d": words.DECLINED, "declined": words.DECLINED, "abgelehnt": words.DECLINED,
}  # fmt: skip
"""No `y`: it could be meant as "go on". No `b` and no `a`: each begins two outcomes in one language or the other."""
_CONSENT = {"en": "i agree", "de": "ich stimme zu"}


class Quit(Exception):  # noqa: N818  # not an error: the operator stops
    """The operator leaves the session as it stands."""


class Console:
    """Leads one session to its end, or to where the operator stops."""

    def __init__(self, reader: Reader, read: ReadLine, write: WriteLine, width: int | None = None) -> None:
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
                self._explained = ""
                self._show_step(session, step)
                shown = step
            if not isinstance(step, Ask | Propose):
                return
            try:
                self._handle(session, step)
            except CaseError as error:
                self._tell(said(self._say, error))
            except Quit:
                self._tell(self._say("Stopped; the case is open."))
                return

    def choose_code(self) -> str:
        """Ask for a code, a message or a pasted output until one is found; the code may be an unknown one."""
        self._tell(self._say("Type or paste the error code, the message, or the output of slmgr."))
        while True:
            line = self._read(self._say("code> ")).strip()
            if _ALIASES.get(line.casefold()) == "quit":
                raise Quit
            found = find(self._reader.kb, line)
            if found.sure:
                self._write("")
                return found.sure
            if not found.offers:
                self._tell(self._say("No error code and no known message in that; a code looks like 0xC004F074."))
                continue
            self._tell(self._say("Did you mean one of these? Type its code."))
            self._show(self._present.offers(code for code, _ in found.offers))

    def introduce(self, code: str) -> None:
        """Say what the code means before the first question."""
        self._show(self._present.opening(code, code_or_unknown(self._reader.kb, code)))
        self._write("")
        self._tell(self._say("Type your answers. ? tells how to find out, help lists what else you can type."))

    def _show_step(self, session: Session, step: Step) -> None:
        self._write("")
        agreed = isinstance(step, Propose) and not self._needs_consent(session, step)
        self._show(self._present.step(session, agreed=agreed))
        if agreed:
            self._show(self._present.outcomes())

    def _handle(self, session: Session, step: Ask | Propose) -> None:
        line = " ".join(self._read(self._prompt(session, step)).split())
        if not line or self._command(session, line):
            return
        if isinstance(step, Ask):
            self._answer(session, session.kb.questions[step.question], line)
        elif self._needs_consent(session, step):
            self._consent(session, session.kb.remedies[step.remedy], line)
        else:
            self._outcome(session, line)

    def _needs_consent(self, session: Session, step: Propose) -> bool:
        return session.kb.remedies[step.remedy].consent and self._agreed != step.remedy

    def _prompt(self, session: Session, step: Ask | Propose) -> str:
        if isinstance(step, Propose):
            if self._needs_consent(session, step):
                return self._say('Do this? Type "{words}" in full, or declined > ', words=_CONSENT[self._say.language])
            return self._say("fixed / n / pending / blocked / declined / 0x... > ")
        question = session.kb.questions[step.question]
        if question.kind == words.CHOICE:
            return self._say("1-{count} / ? > ", count=len(question.choices))
        if question.kind == words.CODE:
            return self._say("0x... / none / ? > ")
        return self._say("y / n / number / ? > ") if question.threshold else self._say("y / n / ? > ")

    def _answer(self, session: Session, question: Question, line: str) -> None:
        if line == "?":
            self._unknown(session, question)
            return
        try:
            session.answer(self._value(question, line))
        except CaseError as error:
            if error.slug not in ("not-an-answer", "not-a-measure"):
                raise
            self._tell(self._not_understood(line, self._possible(question)))

    def _value(self, question: Question | None, line: str) -> str:
        """The answer that was meant: a number names one of a question's choices."""
        choices = question.choices if question else ()
        if line.isdecimal() and 0 < int(line[:4]) <= len(choices):
            return choices[int(line[:4]) - 1].value
        return _ANSWERS.get(line.casefold(), line)

    def _possible(self, question: Question) -> str:
        if question.kind == words.CHOICE:
            count = len(question.choices)
            return self._say("Type a number from 1 to {count}, or ? to see how to find out.", count=count)
        if question.kind == words.CODE:
            return self._say("Type a code like 0xC004F074, or none, or ? to see how to find out.")
        if question.threshold:
            return self._say("Type y, n or a number, or ? to see how to find out.")
        return self._say("Type y or n, or ? to see how to find out.")

    def _not_understood(self, line: str, possible: str) -> str:
        """What is possible, and the command that was nearly typed."""
        closest = closest_word(line.partition(" ")[0].casefold(), _ALIASES)
        return self._say('{sentence} Did you mean "{word}"?', sentence=possible, word=closest) if closest else possible

    def _unknown(self, session: Session, question: Question) -> None:
        """The first `?` explains how to find out; the second goes on with unknown."""
        if self._explained == question.id:
            session.answer(words.UNKNOWN)
            return
        self._how(question)
        self._tell(self._say("Answer now, or type ? again to go on without knowing."))

    def _how(self, question: Question) -> None:
        self._explained = question.id
        self._write("")
        self._show(self._present.how(question))

    def _outcome(self, session: Session, line: str) -> None:
        outcome = _OUTCOMES.get(line.casefold(), line)
        if line == "?":
            self._show_step(session, session.next())
            return
        try:
            session.outcome(outcome)
        except CaseError as error:
            if error.slug != "not-an-outcome":
                raise
            possible = self._say("Type fixed, n, pending, blocked, declined, or the code that appeared.")
            self._tell(self._not_understood(line, possible))

    def _consent(self, session: Session, remedy: Remedy, line: str) -> None:
        """Nothing that spends, changes or destroys is shown as commands before somebody has agreed in full words."""
        word = line.strip('"„“”.!').casefold()
        if word in _CONSENT.values():
            self._agreed = remedy.id
            self._show_step(session, session.next())
            return
        if line == "?":
            self._show_step(session, session.next())
            return
        outcome = words.DECLINED if word in ("n", "no", "nein") else _OUTCOMES.get(word, line)
        if outcome in (words.BLOCKED, words.DECLINED) or find_codes(outcome):
            session.outcome(outcome)
        else:
            self._tell(self._say("Not agreed; nothing was noted."))

    # Commands that are possible at every prompt

    def _command(self, session: Session, line: str) -> bool:
        name, _, rest = line.partition(" ")
        handler = getattr(self, f"_do_{_ALIASES.get(name.casefold(), '')}", None)
        if handler is None:
            return False
        handler(session, rest.strip())
        return True

    def _do_help(self, _session: Session, _rest: str) -> None:
        self._write("")
        self._show(self._present.columns(self._help()))

    def _help(self) -> Iterator[tuple[str, str]]:
        say = self._say
        yield say("y, n"), say("the answer to a question")
        yield say("1, 2, 3"), say("one of the answers listed, or a number that is asked for")
        yield "?", say("how to find out; typed again: go on without knowing")
        yield say("why"), say("why this is asked or proposed")
        yield say("why 3"), say("what would have led to cause 3 of the list of causes")
        yield say("how"), say("how to find out, or the steps of the remedy again")
        yield say("back"), say("undo the last answer or outcome")
        yield say("change 3 no"), say("replace answer 3 of the status")
        yield say("set kms_count=18"), say("tell a fact that was not asked for")
        yield "code 0x...", say("another code is shown now")
        yield say("causes"), say("the causes that are open, and those ruled out")
        yield say("status"), say("the answers so far, and how much is ahead")
        yield say("quit"), say("leave; the case stays open")

    def _do_why(self, session: Session, rest: str) -> None:
        if rest:
            cause = self._cause(session, rest)
            needed = session.why_not(cause)
            self._write("")
            self._show(self._present.why_not(cause, needed))
        else:
            self._write("")
            self._show(self._present.why(session))

    def _cause(self, session: Session, word: str) -> str:
        """A cause by its number in the list of causes, or by its id."""
        listed = standings(session)
        return listed[int(word) - 1].cause if word.isdecimal() and 0 < int(word[:4]) <= len(listed) else word

    def _do_how(self, session: Session, _rest: str) -> None:
        how = session.how()
        if how:
            self._how(how.question)
        else:
            self._show_step(session, session.next())

    def _do_back(self, session: Session, _rest: str) -> None:
        session.back()

    def _do_change(self, session: Session, rest: str) -> None:
        number, _, value = rest.partition(" ")
        if not number.isdecimal() or not value:
            raise CaseError("write: change NUMBER VALUE, for example: change 3 no", "usage")
        subject = dict(enumerate(session.given, 1)).get(int(number[:4]), "")
        before, superfluous = session.next(), unneeded(session)
        session.change(int(number[:4]), self._value(session.kb.questions.get(subject), value))
        self._noted(session, before)
        self._show(self._present.unneeded(session, [key for key in unneeded(session) if key not in superfluous]))

    def _do_set(self, session: Session, rest: str) -> None:
        subject, equals, value = (part.strip() for part in rest.partition("="))
        if not equals:
            raise CaseError("write: set ID=VALUE, for example: set kms_count=18", "usage")
        before = session.next()
        if subject in session.kb.remedies:
            session.outcome(_OUTCOMES.get(value.casefold(), value), subject)
        else:
            session.tell(subject, self._value(session.kb.questions.get(subject), value))
        self._noted(session, before)

    def _noted(self, session: Session, before: Step) -> None:
        if session.next() == before:
            self._tell(self._say("Noted; it changes nothing here."))

    def _do_causes(self, session: Session, _rest: str) -> None:
        self._write("")
        self._show(self._present.causes(session))

    def _do_code(self, session: Session, rest: str) -> None:
        found = find(self._reader.kb, rest)
        if not found.sure:
            raise CaseError("write: code 0xC004F074", "not-a-code")
        session.go_to(found.sure)
        self._write("")
        self._show(self._present.opening(session.code, code_or_unknown(self._reader.kb, session.code)))

    def _do_status(self, session: Session, _rest: str) -> None:
        self._write("")
        self._show(self._present.status(session))

    def _do_quit(self, _session: Session, _rest: str) -> None:
        raise Quit

    def _tell(self, sentence: str) -> None:
        self._show(self._present.text(sentence))

    def _show(self, lines: Iterable[str]) -> None:
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
