"""CLIPS behind the face of `engine.inference.Inference`, built from the exported program's text and nothing else.

What the program says is read off its own `step` facts, and which rules fired off CLIPS' own trace, so an export that
is wrong shows as a difference. For tests and benchmarks.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Self
from urllib.parse import unquote

import clips as clipspy

from engine import clips
from engine.plan import Plan, sort_of
from engine.productions import ANSWER, NUMBER, OUTCOME, Action, AskIt, End, Go, Production, ProposeIt
from kb.knowledge import KnowledgeBase

NO_PLAN = Plan("", ())
_FOLDER = tempfile.TemporaryDirectory()  # CLIPS loads from files only; one folder for the life of the process


class Fact(NamedTuple):
    """A fact of the case, the same for every engine."""

    kind: str
    subject: str
    value: str | int


class Firing(NamedTuple):
    """What one firing showed: the production's name (empty: nothing fired) and the step it recorded, if any."""

    name: str
    action: Action | None


class ClipsInference:
    """CLIPS, loaded with one plan's program; see `engine.inference.Inference` for what the methods mean."""

    def __init__(self, kb: KnowledgeBase, plan: Plan) -> None:
        self._load(plan, clips.program(kb, plan))

    @classmethod
    def of(cls, given: Iterable[Production]) -> Self:
        """CLIPS, loaded with productions that belong to no plan."""
        return cls.from_text(clips.listing(given, NO_PLAN, {}))

    @classmethod
    def from_text(cls, text: str, plan: Plan = NO_PLAN) -> Self:
        """CLIPS, loaded with this program."""
        inference = cls.__new__(cls)
        inference._load(plan, text)
        return inference

    def _load(self, plan: Plan, text: str) -> None:
        self.plan = plan
        self.fired: list[str] = []
        self._told: set[str] = set()
        self._env: Any = clipspy.Environment()
        self._trace = _Trace()
        self._env.add_router(self._trace)
        self._env.eval("(watch rules)")
        path = Path(_FOLDER.name, "program.clp")
        path.write_bytes(text.encode("ascii"))
        self._env.load(str(path))
        self._templates = {kind: self._env.find_template(kind) for kind in (ANSWER, NUMBER, OUTCOME)}
        self._env.reset()

    # The face of `Inference`

    @property
    def derived(self) -> Mapping[str, str]:
        """Values that followed from the answers, in the order in which they were derived."""
        return {
            fact.subject: str(fact.value)
            for fact in self.facts()
            if fact.kind == ANSWER and fact.subject not in self._told
        }

    def forget(self) -> None:
        """Start again with no facts."""
        self._told.clear()
        self._env.reset()

    def know(self, subject: str, value: str | int) -> None:
        """A question's value, or a measure's (an integer, or `unknown`)."""
        self.tell(Fact(NUMBER if isinstance(value, int) else ANSWER, subject, value))

    def know_outcome(self, remedy: str, outcome: str) -> None:
        """What became of a remedy."""
        self.tell(Fact(OUTCOME, remedy, outcome))

    def step(self) -> Action:
        """Fire what follows, then the first step; returns that step's action."""
        action = self._run(-1)
        if action is None:
            raise RuntimeError("no step was recorded; tell all facts again after forget()")
        return action

    def agenda(self) -> list[str]:
        """Names of the active productions, next one first."""
        return [unquote(activation.name) for activation in self._env.activations()]

    # What the randomised test needs besides

    def tell(self, fact: Fact) -> None:
        """Assert a fact."""
        if fact.kind == ANSWER:
            self._told.add(fact.subject)
        self._templates[fact.kind].assert_fact(**_slots(fact))

    def retract(self, fact: Fact) -> None:
        """Take a fact back, whether told or derived."""
        next(found for found in self._templates[fact.kind].facts() if _fact(found) == fact).retract()

    def facts(self) -> list[Fact]:
        """Every fact of the case, oldest first."""
        return [_fact(found) for found in self._env.facts() if found.template.name in self._templates]

    def fire(self) -> Firing:
        """Fire the first activation only."""
        before = len(self.fired)
        action = self._run(1)
        return Firing("".join(self.fired[before:]), action)

    def _run(self, limit: int) -> Action | None:
        """Run, and read off what fired and which step was recorded."""
        self._env.run(limit)
        self.fired += self._trace.names()
        recorded = [found for found in self._env.facts() if found.template.name == "step"]
        assert len(recorded) <= 1, "a step ends the run"
        actions = [self._action({slot: unquote(str(value)) for slot, value in found}) for found in recorded]
        for found in recorded:
            found.retract()
        return actions[0] if actions else None

    def _action(self, step: Mapping[str, str]) -> Action:
        """The action that a step fact names."""
        if step["kind"] == "end":
            return End(step["how"])
        number, line = next((n, line) for n, line in enumerate(self.plan.lines) if line.rule.id == step["rule"])
        if step["kind"] == "ask":
            return AskIt(number, [condition.subject for condition in line.conditions].index(step["question"]))
        if step["kind"] == "propose":
            return ProposeIt(number, line.remedies.index(step["remedy"]))
        assert step["kind"] == "go"
        return Go(number)


class _Trace(clipspy.Router):  # type: ignore[misc]  # clipspy has no types
    """Collects what CLIPS prints about the rules it fires."""

    def __init__(self) -> None:
        super().__init__("voltriage-trace", 30)
        self._text: list[str] = []

    def query(self, name: str) -> bool:
        return name in ("stdout", "stdwrn")  # the warning is that a step halts the run, as it should

    def write(self, name: str, message: str) -> None:
        if name == "stdout":
            self._text.append(message)

    def names(self) -> list[str]:
        """Names of the productions fired since the last call, in order."""
        text, self._text = "".join(self._text), []
        return [unquote(name) for name in re.findall(r"^FIRE +\d+ (\S+): ", text, re.MULTILINE)]


def _slots(fact: Fact) -> dict[str, str | int]:
    subject = clips.word(fact.subject)
    if isinstance(fact.value, int):
        return {"subject": subject, "value": fact.value}
    slots: dict[str, str | int] = {"subject": subject, "value": clips.word(fact.value)}
    return {**slots, "sort": clips.word(sort_of(fact.value))} if fact.kind == ANSWER else slots


def _fact(found: Any) -> Fact:
    value = found["value"]
    return Fact(found.template.name, unquote(found["subject"]), value if isinstance(value, int) else unquote(value))
