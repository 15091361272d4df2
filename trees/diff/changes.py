"""What differs between two knowledge bases: plain frozen data, without texts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.unfold import ASK, CONTINUE, ESCALATE, PROPOSE
from kb.knowledge import Manifest
from kb.model import Text

STEP_ADDED = "step-added"
STEP_REMOVED = "step-removed"
STEP_MOVED = "step-moved"
END_CHANGED = "end-changed"
CAUSE_CHANGED = "cause-changed"
ANSWER_ADDED = "answer-added"
ANSWER_REMOVED = "answer-removed"
WHATS = (STEP_ADDED, STEP_REMOVED, STEP_MOVED, END_CHANGED, CAUSE_CHANGED, ANSWER_ADDED, ANSWER_REMOVED)
"""What can differ in the steps of a session."""

Session = tuple[tuple[str, str], ...]
"""Answers and outcomes in the order given: (question or remedy, value); ``code`` is any code not named elsewhere."""


@dataclass(frozen=True, slots=True)
class Stand:
    """What a session stands at: a question, a remedy, or an end.

    `kind` and `subject` as in `engine.unfold`; of an end that hands over, `subject` is the owners, joined by ", ".
    `concluded`: a rule says so; otherwise the plan is exhausted.
    """

    kind: str
    subject: str
    cause: str = ""
    reason: str = ""
    concluded: bool = False

    @property
    def goes_on(self) -> bool:
        """Whether something is asked or proposed."""
        return self.kind in (ASK, PROPOSE)

    @property
    def hands_over(self) -> bool:
        """Whether the case is handed over."""
        return self.kind == ESCALATE

    @property
    def continues(self) -> bool:
        """Whether the case goes on as another code."""
        return self.kind == CONTINUE


@dataclass(frozen=True, slots=True)
class Example:
    """A shortest session that shows a difference, and where each knowledge base stands after it.

    What only one of them asks is told to the other, which makes use of it if it ever needs it.
    """

    code: str
    session: Session
    old: Stand
    new: Stand


@dataclass(frozen=True, slots=True)
class StepChange:
    """A step that comes, goes, moves or ends otherwise, in one or more codes.

    - `what`: one of `WHATS`. `step`: the step it is about; of an end, what it is now.
    - `before`: what it was, of a changed end or cause; the step it comes before now, of a moved one.
    - `answer`: of an added or removed answer. `partly`: the code has this step in other situations, too.
    - `instead`: what the other knowledge base does there, where that is the same in all of the codes.
    """

    what: str
    step: Stand
    example: Example
    codes: tuple[str, ...]
    before: Stand | None = None
    answer: str = ""
    partly: bool = False
    instead: Stand | None = None


@dataclass(frozen=True, slots=True)
class ThingChange:
    """One detail of a thing that both have.

    - `kind` and `id`: the thing; `detail`: the detail's name (`details.py`), `number` of the step it belongs to, or 0.
    - `old`, `new`: what stood and stands there, or empty. `codes`: where it can come up.
    - `acts`: it changes what is done, not only how it is said. `example`: a shortest session that comes to it.
    """

    kind: str
    id: str
    detail: str
    number: int
    old: Text | str
    new: Text | str
    acts: bool
    codes: tuple[str, ...] = ()
    example: Example | None = None


@dataclass(frozen=True, slots=True)
class Listed:
    """Ids of one kind that came and went, sorted."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything that differs between two knowledge bases.

    - `steps`, `things`: sorted, those of most codes first.
    - `listed`: by kind (codes, procedures, questions, remedies, causes, owners, sources), what came and went.
    - `translations`: by language, the things whose translation differs though their English text does not.
    - `unfinished`: codes with so many differences that not all were looked for.
    """

    old: Manifest
    new: Manifest
    steps: tuple[StepChange, ...] = ()
    things: tuple[ThingChange, ...] = ()
    listed: Mapping[str, Listed] = field(default_factory=dict)
    translations: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unfinished: tuple[str, ...] = ()

    @property
    def acts(self) -> bool:
        """Whether anybody does anything else: other steps, other commands, other codes; or that is not known."""
        codes = self.listed.get("codes", Listed())
        others = codes.added or codes.removed or any(thing.acts for thing in self.things)
        return bool(self.steps or others or self.unfinished)

    @property
    def empty(self) -> bool:
        """Whether nothing differs at all."""
        return not (self.steps or self.things or self.listed or self.translations or self.unfinished)

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes that both have and in which something differs, sorted."""
        changes: tuple[StepChange | ThingChange, ...] = (*self.steps, *self.things)
        return tuple(sorted({code for change in changes for code in change.codes}))
