"""Which scenarios went along which chain: under a code a rule fired, and proposed a remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine.coverage import FIRED, OUTCOME, Way
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Treat

from .chains import Chain

Link = tuple[str, str, str]
"""A code, a rule that fired under it, and a remedy that it proposed (empty: any, or none)."""


@dataclass(frozen=True, slots=True)
class Shown:
    """The scenarios that show a chain, sorted; `elsewhere`: none is under its code, so these are under others."""

    scenarios: tuple[str, ...] = ()
    elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class Evidence:
    """The scenarios of a knowledge base by what they went along."""

    by_link: Mapping[Link, frozenset[str]]

    def of(self, chain: Chain) -> Shown:
        """The scenarios that show a chain."""
        here = self.by_link.get((chain.code, chain.rule, chain.remedy), frozenset())
        if here or not chain.rule:
            return Shown(tuple(sorted(here)))
        end = (chain.rule, chain.remedy)
        elsewhere = {name for link, names in self.by_link.items() if link[1:] == end for name in names}
        return Shown(tuple(sorted(elsewhere)), elsewhere=bool(elsewhere))


def links_of(kb: KnowledgeBase, ways: list[Way]) -> Iterator[Link]:
    """What a session went along."""
    for way in ways:
        code = way.code if way.code in kb.codes else words.UNKNOWN_CODE
        yield code, "", ""
        proposed = {met.subject for met in way.steps if met.kind == OUTCOME}
        for turn in way.turns:
            if turn.verdict == FIRED:
                rule, then = turn.chain.rule, turn.chain.rule.then
                yield code, rule.id, ""
                if isinstance(then, Treat):
                    yield from ((code, rule.id, remedy) for remedy in then.remedies if remedy in proposed)
