"""What a report is made from: the rules of a knowledge base with their meanings, and what was said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from kb.knowledge import KnowledgeBase
from kb.reviews import Review

from ..reading import Reading
from .applied import Applied, applied_rules
from .joining import Joining
from .meaning import Meaning, Translate, meanings
from .sentences import Telling
from .standing import Standing, standing


class Known:
    """The rules of a knowledge base. `languages`: what renders a text in each language besides English."""

    def __init__(self, kb: KnowledgeBase, languages: Mapping[str, Translate]) -> None:
        self.kb = kb
        self.languages = languages

    @cached_property
    def rules(self) -> Mapping[str, Applied]:
        """Every rule by its id, in the order of the plans."""
        return applied_rules(self.kb)

    @cached_property
    def meanings(self) -> Mapping[str, Meaning]:
        """What every rule does and says."""
        return meanings(self.kb, self.languages)

    def telling(self, reading: Reading) -> Telling:
        """What tells these rules to a reader of them."""
        texts = [reading.texts(applied.rule.because) for applied in self.rules.values()]
        return Telling(reading, Joining.of(reading.language, texts))


class Reviewed:
    """The rules of a knowledge base, and all that was said of them, in the order in which it was written down."""

    def __init__(self, known: Known, reviews: Sequence[Review]) -> None:
        self.known = known
        self.reviews = reviews

    @cached_property
    def standings(self) -> Mapping[str, Standing]:
        """How every rule stands."""
        said: dict[str, list[Review]] = {}
        for review in self.reviews:
            said.setdefault(review.rule, []).append(review)
        return {ident: standing(meaning.hash, said.get(ident, ())) for ident, meaning in self.known.meanings.items()}
