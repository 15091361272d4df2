"""What an operator works with while a case is open: the session, what shows it, what keeps it, and the site's facts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from engine.case import Ask, Propose, Step
from engine.session import Session
from kb.model import Lookup, Question, Remedy, Verify
from kb.model import Step as RemedyStep

from .explaining import Explainer
from .opening import Reader
from .presenting import Presenter
from .wording import Wording

if TYPE_CHECKING:
    from kb.site import Site

    from .keeping import Keeper
    from .terminal import Line, Terminal

Form = Lookup | RemedyStep | Verify
"""Whatever can carry a command."""


def show(terminal: Terminal, lines: Iterable[str]) -> None:
    """Write lines, each in its role."""
    for line in lines:
        terminal.write(line, getattr(line, "role", ""))


@dataclass
class Desk:
    """One session's working place.

    `explained`: the question whose way to find out was shown. `agreed`: the remedy that was consented to.
    `queue`: questions that the output at hand answers too, to be asked as soon as `queue_from` is answered.
    `show_again`: the step is to be shown although it was. `attended`: somebody sits at a terminal. `unread`: an input
    that belongs to the step, though it was typed elsewhere. `together`: how many events there were before an input that
    made several, by how many there were after it.
    """

    reader: Reader
    session: Session
    terminal: Terminal
    present: Presenter
    explain: Explainer
    keeper: Keeper | None = None
    site: Site | None = None
    explained: str = ""
    agreed: str = ""
    queue: tuple[str, ...] = ()
    queue_from: str = ""
    show_again: bool = False
    attended: bool = False
    unread: Line | None = None
    together: dict[int, int] = field(default_factory=dict)

    @property
    def question(self) -> Question | None:
        """The question asked now: one that the output at hand answers, else that of the case's next step."""
        step = self.session.next()
        if not isinstance(step, Ask):
            return None
        return self.session.kb.questions[self.queue[0] if self.in_queue else step.question]

    @property
    def in_queue(self) -> bool:
        """Whether the question asked now is one that the output at hand answers too."""
        step = self.session.next()
        return bool(self.queue) and isinstance(step, Ask) and step.question != self.queue_from

    def needs_consent(self, step: Step) -> bool:
        """Whether this step proposes a remedy that somebody has yet to agree to."""
        return (
            isinstance(step, Propose) and self.session.kb.remedies[step.remedy].consent and self.agreed != step.remedy
        )

    def takes_host(self, question: Question) -> bool:
        """Whether the name of a host decides a question: by itself, or by the site's list of hosts."""
        return question.host is not None and (self.site is not None or question.id in question.host.named)

    @property
    def say(self) -> Wording:
        """The program's sentences."""
        return self.reader.say

    def show(self, lines: Iterable[str]) -> None:
        """Write lines, each in its role."""
        show(self.terminal, lines)

    def part(self) -> None:
        """An empty line between two blocks."""
        self.terminal.write("")

    def tell(self, sentence: str, role: str = "") -> None:
        """Write a sentence."""
        self.show(self.present.text(sentence, role))

    def read(self, prompt: str) -> Line:
        """What was left unread, else the next input."""
        line, self.unread = self.unread, None
        return line or self.terminal.read(prompt)

    @contextmanager
    def one_input(self) -> Iterator[None]:
        """What happens within is one input: `take_back` undoes it as a whole."""
        before = len(self.session.events)
        yield
        after = len(self.session.events)
        if after > before + 1:
            self.together[after] = before

    def take_back(self) -> None:
        """Undo the last input.

        Raises `CaseError` at the first step.
        """
        self.agreed = ""
        after = len(self.session.events)
        before = self.together.pop(after, after - 1)
        for _ in range(after - before):
            self.session.back()

    def note(self) -> str:
        """The note for the ticket, as the case stands."""
        from .note import note_of

        return note_of(self.session, self.reader, site=self.site)

    def prints_nothing(self, command: str) -> None:
        """From now on, show this form of a command behind the others."""
        self.present.around = replace(self.present.around, silent=self.present.around.silent | {command})

    def use_shell(self, shell: str) -> None:
        """From now on, show the form of a command for this shell first; the journal remembers it."""
        self.present.around = replace(self.present.around, shell=shell)
        if self.keeper:
            self.keeper.remember("shell", shell)


def commands_of(thing: Question | Remedy) -> Iterator[Form]:
    """The parts of a question or remedy that have a command."""
    forms: tuple[Form, ...] = thing.how if isinstance(thing, Question) else (*thing.steps, thing.verify)
    return (form for form in forms if form.command)
