"""Irreversible before harmless: against one cause, a grave remedy is proposed before a milder one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from engine.unfold import PROPOSE
from kb import words
from kb.knowledge import KnowledgeBase

from ..checking.findings import RULE, Check, Finding, Place
from ..checking.material import Material
from ..checking.ways import State


def look(material: Material) -> Iterator[Finding]:
    """Rules that propose a grave remedy, and later in one session a harmless or reversible one for the same cause."""
    reported: set[tuple[str, str]] = set()
    for code, ways in material.ways.items():
        for state in ways.states:
            found = (state.node.rule, state.node.subject)
            if found in reported or not _grave(material.kb, state):
                continue
            after = dict(state.edges)[words.NOT_FIXED]
            cause = state.node.cause
            rest = ways.shortest(partial(_mild, kb=material.kb, cause=cause), start=after)
            if rest is not None:
                reported.add(found)
                yield Finding(
                    "irreversible-before-harmless",
                    Place(RULE, state.node.rule),
                    f"{state.node.subject} ({material.kb.remedies[state.node.subject].risk}) is proposed against "
                    f"{cause} before a milder remedy",
                    "put what is harmless or can be undone first",
                    code,
                    (*ways.session(state.number), (state.node.subject, words.NOT_FIXED), *rest),
                    about=(state.node.subject,),
                )


def _grave(kb: KnowledgeBase, state: State) -> bool:
    return state.node.kind == PROPOSE and kb.remedies[state.node.subject].risk in words.GRAVE_RISKS


def _mild(state: State, kb: KnowledgeBase, cause: str) -> bool:
    node = state.node
    return node.kind == PROPOSE and node.cause == cause and kb.remedies[node.subject].risk not in words.GRAVE_RISKS


CHECK = Check("irreversible-before-harmless", "Against one cause, a grave remedy comes before a milder one.", look)
