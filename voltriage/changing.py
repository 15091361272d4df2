"""`change NUMBER` without a value: the question is asked once more, and every command works as at its first time."""

from __future__ import annotations

from engine.case import CaseError
from kb import words
from kb.model import Question
from kb.problems import VoltriageError

from .desk import Desk
from .page import QUIET, WARNING
from .prompt_commands import ALIASES, command_of
from .prompting import possible_answers, question_prompt, value_of
from .terminal import Line
from .wording import told

_SHOWS = ("help", "why", "causes", "status", "save", "copy", "note")
"""Commands that change nothing: the question waits meanwhile. Any other one leaves the change and is carried out."""


def change_asking(desk: Desk, number: int, question: Question) -> bool:
    """Ask for the new value of answer `number`; False when the operator leaves it as it is."""
    desk.part()
    desk.show(desk.present.question(question, None))
    while True:
        typed = desk.terminal.read(question_prompt(desk.say, question))
        line = " ".join(typed.text.split())
        command = ALIASES.get(line.partition(" ")[0].casefold(), "")
        if typed.pasted:
            desk.tell(possible_answers(desk.say, question))
        elif line == "?" or command == "how":
            desk.part()
            desk.show(desk.present.how(question))
        elif command in _SHOWS:
            _shown(desk, line)
        elif not line or (command and command != "x"):
            return _left(desk, number, line if command not in ("", "back") else "")
        elif _changed(desk, number, question, words.UNKNOWN if command else line):
            return True


def _shown(desk: Desk, line: str) -> None:
    name, _, rest = line.partition(" ")
    command = command_of(name)
    assert command is not None
    try:
        command(desk, rest.strip())
    except VoltriageError as error:
        desk.tell(told(desk.say, error), WARNING)


def _left(desk: Desk, number: int, line: str) -> bool:
    """Leave the change; a command that was typed instead of a value is carried out next."""
    desk.tell(desk.say("Answer {number} stays as it is.", number=number), QUIET)
    desk.show_again = True
    if line:
        desk.unread = Line(line, pasted=False)
    return False


def _changed(desk: Desk, number: int, question: Question, line: str) -> bool:
    """Whether what was typed is a value of the question; if not, what can be typed is said."""
    value = value_of(question, line)
    try:
        if question.threshold and value.lstrip("+-").isdecimal():
            desk.session.tell(question.threshold.measure, value)
        else:
            desk.session.change(number, value)
    except CaseError as error:
        if error.slug not in ("not-an-answer", "not-a-measure"):
            raise
        desk.tell(possible_answers(desk.say, question))
        return False
    return True
