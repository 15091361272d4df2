"""The state of a case, what can happen to it, and what comes next: plain values, no behaviour of their own.

Commands are imperative in `engine.session`; what has happened is in the past tense here. A case is the events since
it was opened: replaying them gives the same case.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kb.model import Condition, Text
from kb.problems import VoltriageError

OPERATOR = "operator"
"""Source of an answer that was given at the prompt."""
CANNOT_LOOK = "cannot look: "
"""Source, followed by the place, of an answer that is unknown because nobody can look there."""

NAMED = "host: "
"""Source of an answer that the name of a host gave; the host follows, and what judged it."""

PASTED = "pasted: "
"""Source of an answer that was read from a pasted text; the words that say so follow."""

CHANGED = "changed from "
"""Source of an answer that was replaced by another; the first one follows, and behind ": " its source."""


class CaseError(VoltriageError):
    """An answer, outcome or command that does not fit the case; the case is unchanged.

    `sentence` has places for `values`, so that the rim can say it in the reader's language; `closest` is the known
    word nearest to an unknown one, or empty.
    """

    def __init__(self, sentence: str, slug: str, *, closest: str = "", **values: object) -> None:
        hint = f'; did you mean "{closest}"?' if closest else ""
        super().__init__(sentence.format(**values) + hint)
        self.sentence = sentence
        self.values = values
        self.closest = closest
        self.slug = slug


@dataclass(frozen=True, slots=True)
class Answered:
    """A question or measure was given a value."""

    subject: str
    value: str | int
    source: str = OPERATOR


@dataclass(frozen=True, slots=True)
class Tried:
    """A remedy has an outcome: a word of `kb.words.OUTCOMES`, or the code that appeared.

    `when_proposed`: known from the start, and it counts from when the rules propose the remedy; else it is done at once
    where it does not help.
    """

    remedy: str
    outcome: str
    source: str = OPERATOR
    when_proposed: bool = False


@dataclass(frozen=True, slots=True)
class CodeChanged:
    """The operator reported that another code is shown now."""

    code: str


@dataclass(frozen=True, slots=True)
class Unseen:
    """Nobody can look at this place: what is unknown about it stays so, here and under codes entered later."""

    place: str


Event = Answered | Tried | CodeChanged | Unseen


@dataclass(frozen=True, slots=True)
class TakenBack:
    """The last event was undone."""


@dataclass(frozen=True, slots=True)
class Changed:
    """An answer was replaced where it was given; its source says so, and where the first one came from."""

    subject: str
    value: str | int


Act = Event | TakenBack | Changed
"""What somebody did: something happened, or the history was edited."""


@dataclass(frozen=True, slots=True)
class Fired:
    """A rule fired, for the reason that it gives."""

    rule: str
    because: Text


@dataclass(frozen=True, slots=True)
class Entered:
    """The case goes on as another code."""

    code: str


Mark = Event | Fired | Entered
"""An entry of the trail: what was said, and what the rules made of it."""


@dataclass(frozen=True, slots=True)
class Ask:
    """Next: this question, because of the rule or guard whose condition it is."""

    question: str
    rule: str
    condition: Condition

    @property
    def because(self) -> Text:
        """Why it is asked."""
        return self.condition.because


@dataclass(frozen=True, slots=True)
class Propose:
    """Next: this remedy, against the cause that the rule concludes."""

    remedy: str
    rule: str
    cause: str


@dataclass(frozen=True, slots=True)
class Saved:
    """The case waits for what a remedy set going."""

    remedy: str


@dataclass(frozen=True, slots=True)
class Resolved:
    """The case is closed: this remedy fixed it."""

    remedy: str


@dataclass(frozen=True, slots=True)
class Escalated:
    """The case is handed over, by a rule or because its plan is exhausted (`rule` is empty)."""

    reason: str
    to: tuple[str, ...]
    rule: str = ""
    cause: str = ""


Step = Ask | Propose | Saved | Resolved | Escalated
STATES = {Ask: "question", Propose: "remedy", Saved: "saved", Resolved: "resolved", Escalated: "escalated"}
"""The word for each kind of step, as scenarios and JSON write it."""


@dataclass(frozen=True, slots=True)
class State:
    """Everything that what comes next depends on: current code, codes left, values, outcomes, places not looked at.

    `values` holds what was given and what follows from it.
    """

    code: str
    left: tuple[str, ...] = ()
    values: Mapping[str, str | int] = field(default_factory=dict)
    outcomes: Mapping[str, str] = field(default_factory=dict)
    unseen: tuple[str, ...] = ()
