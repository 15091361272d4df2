"""What every check looks at, prepared once for all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from engine.plan import Line, plan_of
from engine.unfold import PlanTooLargeError
from kb.knowledge import KnowledgeBase
from kb.model import Code, Procedure, Rule, Text, rules_of
from kb.problems import Problem
from kb.reviews import Review
from kb.texts import ENGLISH

from ..altering import procedures_in
from ..review.material import Known, Reviewed
from ..review.standing import Standing
from .ways import Answer, Impossible, Ways, contradictions

if TYPE_CHECKING:
    from kb.tracing import Traces


class Material:
    """A knowledge base and what follows from it alone.

    - `as_of`: the ISO date at which sources are judged; by default the release date of the knowledge.
    - `languages`: for each language besides English, what renders a text in it.
    - `untranslated`: for each language, the texts without a current translation, at their places.
    - `unwritten`: the texts that a skeleton left to write, at their places.
    - `traces`: what became of each cell of the tables that the knowledge was made from.
    - `reviews`: what reviewers say of the rules; None where nobody asks for reviews.
    """

    def __init__(  # noqa: PLR0913, PLR0917  # one parameter for each thing that checks look at
        self,
        kb: KnowledgeBase,
        as_of: str = "",
        languages: Mapping[str, Callable[[Text], str]] | None = None,
        untranslated: Mapping[str, Sequence[Problem]] | None = None,
        unwritten: Sequence[Problem] = (),
        traces: Traces | None = None,
        *,
        reviews: Sequence[Review] | None = None,
    ) -> None:
        self.kb = kb
        self.as_of = as_of or kb.manifest.released
        self.languages = languages or {}
        self.untranslated = untranslated or {}
        self.unwritten = unwritten
        self.traces = traces
        self.reviews = reviews

    def in_all_languages(self, text: Text) -> Iterator[tuple[str, str]]:
        """A text in English and in each other language that has its own wording for it."""
        yield ENGLISH, text.en
        for language, texts in sorted(self.languages.items()):
            words = texts(text)
            if words != text.en:
                yield language, words

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """How each rule stands with its reviewers; empty where nobody asks for reviews."""
        if self.reviews is None:
            return {}
        return Reviewed(Known(self.kb, self.languages), self.reviews).standings

    @cached_property
    def ways(self) -> Mapping[str, Ways]:
        """The ways of each code; a code that has too many is left out (`too_large`)."""
        return self._unfolded[0]

    @cached_property
    def too_large(self) -> Mapping[str, PlanTooLargeError]:
        """The codes that have too many ways to be looked at."""
        return self._unfolded[1]

    @cached_property
    def impossible(self) -> Mapping[Answer, Impossible]:
        """For each answer, the answers that contradict it."""
        return contradictions(self.kb)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """Every rule that is written, whether a code uses it or not, in the order of the files."""
        things: list[Procedure | Code] = [*self.kb.procedures.values(), *self.kb.codes.values()]
        return {rule.id: rule for thing in things for rule in rules_of(thing.plan)}

    @cached_property
    def lines(self) -> Mapping[str, Mapping[str, Line]]:
        """For each rule that some code uses, its line in the plan of each such code."""
        found: dict[str, dict[str, Line]] = {}
        for code in self.kb.codes:
            for line in self.plans[code]:
                found.setdefault(line.rule.id, {})[code] = line
        return found

    @cached_property
    def plans(self) -> Mapping[str, tuple[Line, ...]]:
        """The lines of each code's plan."""
        return {code: plan_of(self.kb, code).lines for code in self.kb.codes}

    @cached_property
    def unfired(self) -> tuple[str, ...]:
        """The rules that fire in no session of any code; none that stands in a code too large to be looked at."""
        fired = {rule for ways in self.ways.values() for rule in ways.fired}
        fired |= {line.rule.id for code in self.too_large for line in self.plans[code]}
        return tuple(rule for rule in self.lines if rule not in fired)

    @cached_property
    def used_procedures(self) -> Mapping[str, frozenset[str]]:
        """For each code, the procedures its plan uses, directly or through others."""
        return {code: procedures_in(self.kb, thing.plan) for code, thing in self.kb.codes.items()}

    @cached_property
    def users(self) -> Mapping[str, tuple[str, ...]]:
        """For each procedure that is used, the codes that use it."""
        found: dict[str, tuple[str, ...]] = {}
        for code, procedures in self.used_procedures.items():
            for procedure in sorted(procedures):
                found[procedure] = (*found.get(procedure, ()), code)
        return found

    @cached_property
    def _unfolded(self) -> tuple[dict[str, Ways], dict[str, PlanTooLargeError]]:
        ways: dict[str, Ways] = {}
        too_large: dict[str, PlanTooLargeError] = {}
        for code in self.kb.codes:
            try:
                ways[code] = Ways(self.kb, plan_of(self.kb, code), self.impossible)
            except PlanTooLargeError as error:
                too_large[code] = error
        return ways, too_large
