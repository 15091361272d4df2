"""The commands that are possible at every prompt, each a function of the desk and of what was typed behind its name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from engine.case import CaseError, Propose, Saved, Step
from engine.explain import for_owner, same_command, standings, telling, unneeded
from engine.plan import code_or_unknown
from kb.model import Question
from kb.search import find
from trees.names import place_name

from .desk import Desk
from .naming import alias_told
from .page import HEADING, QUIET, WARNING
from .prompting import number_in, outcome_of, value_of

Command = Callable[[Desk, str], None]
MOST_TASKS = 5
"""More look-ups for somebody else are not listed on the screen; the note lists them all."""


class Quit(Exception):  # noqa: N818  # not an error: the operator stops
    """The operator leaves the session as it stands."""


def command_of(word: str) -> Command | None:
    """The command that this word names, in either language."""
    return _COMMANDS.get(ALIASES.get(word.casefold(), ""))


def show_help(desk: Desk, _rest: str) -> None:
    """What can be typed."""
    desk.part()
    desk.show(desk.present.columns(_help(desk)))


def _help(desk: Desk) -> Iterator[tuple[str, str]]:
    say = desk.say
    yield say("y, n"), say("the answer to a question")
    yield say("1, 2, 3"), say("one of the answers listed, or a number that is asked for")
    yield "?", say("how to find out; typed again: go on without knowing")
    yield "x", say("I can't look there: everything at that place goes on a list for its owner")
    yield say("nothing"), say("the command printed nothing: look at the tool first")
    yield say("why"), say("why this is asked or proposed")
    yield say("why 3"), say("what would have led to cause 3 of the list of causes")
    yield say("how"), say("how to find out, or the steps of the remedy again")
    yield say("back"), say("undo the last answer or outcome")
    yield say("change 3 no"), say("replace answer 3 of the status")
    yield say("set kms_count=18"), say("tell a fact that was not asked for")
    yield "code 0x...", say("another code is shown now")
    yield say("causes"), say("the causes that are open, and those ruled out; all of them: causes all")
    yield say("status"), say("the answers so far, and how much is ahead")
    yield "c", say("copy the note for the ticket")
    yield say("note FILE"), say("write the note to a file; without a file: show it")
    yield say("save"), say("where the case is kept, and how to go on with it later")
    yield say("quit"), say("leave; the case stays open")


def why(desk: Desk, rest: str) -> None:
    """Why this step; or what a cause would have taken."""
    if rest:
        cause = _cause(desk, rest)
        needed = desk.session.why_not(cause)
        desk.part()
        desk.show(desk.explain.why_not(cause, needed))
    else:
        desk.part()
        desk.show(desk.explain.why(desk.session))


def _cause(desk: Desk, word: str) -> str:
    """A cause by its number in the list of causes, or by its id."""
    listed = standings(desk.session)
    number = number_in(word)
    return listed[number - 1].cause if number is not None and 0 < number <= len(listed) else word


def how(desk: Desk, _rest: str) -> None:
    """How to find out, or the remedy's steps again."""
    step = desk.session.next()
    if desk.question:
        show_how(desk, desk.question)
    elif isinstance(step, Propose) and desk.needs_consent(step):
        desk.part()
        told = desk.say("For whoever is to agree: what will run. Nothing of it may be run before that.")
        desk.tell(told, WARNING)
        desk.show(desk.present.remedy(desk.session.kb.remedies[step.remedy]))
    else:
        desk.show_again = True


def show_how(desk: Desk, question: Question) -> None:
    """How to find out, and which coming questions the same output answers; those are asked at once."""
    desk.explained = question.id
    desk.part()
    desk.show(desk.present.how(question))
    if desk.in_queue:
        return
    also = same_command(desk.session)
    if also:
        texts = [desk.reader.texts(desk.session.kb.questions[ident].text) for ident in also]
        desk.show(desk.present.bullets(desk.say("The same output answers these too; they are asked next:"), texts))
        desk.queue, desk.queue_from = also, question.id


def nothing(desk: Desk, _rest: str) -> None:
    """The command printed nothing."""
    from .tool_check import nothing_printed

    step = desk.session.next()
    if desk.question:
        nothing_printed(desk, desk.question)
    elif isinstance(step, Propose | Saved):
        nothing_printed(desk, desk.session.kb.remedies[step.remedy])


def cannot_look(desk: Desk, _rest: str) -> None:
    """Nobody here can look at the place of the question: all its questions become unknown, as one list."""
    if desk.question is None:
        desk.tell(desk.say("x is for questions; of a remedy that cannot be done here, type blocked."))
        return
    asked, place = desk.question.id, desk.question.where
    desk.queue = ()
    desk.session.cannot_look(place)
    desk.part()
    named = place_name(desk.say, place)
    desk.tell(desk.say("For whoever can look there ({place}); back takes this back:", place=named), HEADING)
    if place in desk.present.around.contacts:
        desk.tell(desk.say("Contact: {contact}", contact=desk.present.around.contacts[place]))
    _list_tasks(desk, [desk.session.kb.questions[ident] for ident in for_owner(desk.session, place)], asked)


def _list_tasks(desk: Desk, questions: list[Question], asked: str) -> None:
    """What somebody else is to look up, one command for all that it answers.

    What was just asked comes first; of many, what tells frequent causes follows.
    """
    from .looks import by_output

    def last(task: list[Question]) -> tuple[bool, bool]:
        idents = {question.id for question in task}
        return asked not in idents, first.isdisjoint(idents)

    left, first = len(questions), telling(desk.session)
    tasks = sorted(by_output(questions), key=last)
    for task in tasks if len(tasks) <= MOST_TASKS + 1 else tasks[:MOST_TASKS]:
        desk.show(desk.present.task(task))
        left -= len(task)
    if left:
        more = desk.say.many(
            "{count} more question is in the note: note shows it, c copies it.",
            "{count} more questions are in the note: note shows it, c copies it.",
            left,
        )
        desk.tell(more)


def back(desk: Desk, _rest: str) -> None:
    """Undo the last input."""
    desk.queue = ()
    before = desk.session.next()
    desk.take_back()
    if desk.session.next() == before:
        desk.tell(desk.say("Taken back; the next step stays the same."))


def change(desk: Desk, rest: str) -> None:
    """Replace an answer; the others stay."""
    session = desk.session
    word, _, value = rest.partition(" ")
    number = number_in(word)
    question = session.kb.questions.get(dict(enumerate(session.given, 1)).get(number or 0, ""))
    if number is None or not (value or question):
        raise CaseError("write: change NUMBER VALUE, for example: change 3 no", "usage")
    before, superfluous = session.next(), unneeded(session)
    if value:
        session.change(number, value_of(question, value))
    elif question and not _changed_asking(desk, number, question):
        return
    noted(desk, before)
    desk.show(desk.explain.unneeded(session, [key for key in unneeded(session) if key not in superfluous]))


def _changed_asking(desk: Desk, number: int, question: Question) -> bool:
    """Ask for the value; False when the answer stays."""
    from .changing import change_asking

    return change_asking(desk, number, question)


def set_(desk: Desk, rest: str) -> None:
    """Tell a fact that was not asked for."""
    session = desk.session
    subject, equals, value = (part.strip() for part in rest.partition("="))
    if not equals:
        raise CaseError("write: set ID=VALUE, for example: set kms_count=18", "usage")
    before = session.next()
    if subject in session.kb.remedies:
        session.outcome(outcome_of(value), subject)
    else:
        session.tell(subject, value_of(session.kb.questions.get(subject), value))
    noted(desk, before)


def noted(desk: Desk, before: Step) -> None:
    """Say so when what was told does not move the case."""
    if desk.session.next() == before:
        desk.tell(desk.say("Noted; the next step stays the same."))


def causes(desk: Desk, rest: str) -> None:
    """Which causes are open, ruled out, established."""
    desk.part()
    desk.show(desk.explain.causes(desk.session, everything=rest.casefold() in ("all", "alle")))


def code(desk: Desk, rest: str) -> None:
    """Another code is shown now."""
    found = find(desk.reader.kb, rest)
    if not found.sure:
        raise CaseError("write: code 0xC004F074", "not-a-code")
    desk.queue = ()
    if same := alias_told(desk.say, found):
        desk.tell(same)
    desk.session.go_to(found.sure)


def introduce(desk: Desk) -> None:
    """Say what the current code means."""
    current = desk.session.code
    desk.show(desk.present.opening(current, code_or_unknown(desk.reader.kb, current)))


def status(desk: Desk, _rest: str) -> None:
    """Answers so far, and how much is ahead."""
    desk.part()
    desk.show(desk.explain.status(desk.session))


def save(desk: Desk, _rest: str) -> None:
    """Where the case is kept."""
    keeper = desk.keeper
    if keeper is None or keeper.path is None:
        desk.tell(desk.say("This case is not kept in a file; the note keeps what was found out."), WARNING)
        return
    desk.tell(desk.say("Every answer is saved as it is given. To go on later:"))
    desk.show([f"  {keeper.resume_command}"])


def copy(desk: Desk, _rest: str) -> None:
    """Copy the note for the ticket."""
    from .clipboard import copy as copy_text

    desk.tell(copy_text(desk.note(), desk.say).told)


def note(desk: Desk, rest: str) -> None:
    """Write the note to a file, or show it."""
    if not rest:
        desk.part()
        desk.show(desk.note().splitlines())
        return
    from .note import write_note

    write_note(Path(rest), desk.note())
    desk.tell(desk.say("The note is in {file}.", file=rest), QUIET)


def quit_(_desk: Desk, _rest: str) -> None:
    """Leave."""
    raise Quit


_COMMANDS: dict[str, Command] = {
    "help": show_help, "why": why, "how": how, "nothing": nothing, "x": cannot_look, "back": back, "change": change,
    "set": set_, "causes": causes, "code": code, "status": status, "save": save, "copy": copy, "note": note,
    "quit": quit_,
}  # fmt: skip
ALIASES = {
    "help": "help", "hilfe": "help", "h": "help",
    "why": "why", "warum": "why",
    "how": "how", "wie": "how",
    "nothing": "nothing", "nichts": "nothing",
    "x": "x",
    "back": "back", "zurück": "back", "zurueck": "back",
    "change": "change", "ändere": "change", "aendere": "change",
    "set": "set", "setze": "set",
    "causes": "causes", "ursachen": "causes",
    "code": "code",
    "status": "status", "stand": "status",
    "save": "save", "speichern": "save",
    "c": "copy", "copy": "copy", "kopieren": "copy",
    "note": "note", "notiz": "note",
    "quit": "quit", "q": "quit", "ende": "quit",
}  # fmt: skip
"""Commands by what may be typed, in both languages."""
