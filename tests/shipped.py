"""The shipped knowledge base, opened once for all tests of a process."""

from __future__ import annotations

from functools import cache

from kb.knowledge import KnowledgeBase
from kb.store import SHIPPED_FOLDER, Opened, open_folder

FOLDER = SHIPPED_FOLDER


@cache
def opened() -> Opened:
    """The knowledge base in the checkout, with its translations."""
    return open_folder(FOLDER)


@cache
def knowledge() -> KnowledgeBase:
    """The knowledge base in the checkout, all of it in memory: tests go through it again and again."""
    kb = opened().kb
    sections = ("sources", "owners", "measures", "questions", "causes", "remedies", "procedures", "codes")
    return KnowledgeBase(kb.manifest, {name: dict(getattr(kb, name)) for name in sections})


def codes() -> list[str]:
    """All its codes, the plan for unknown codes included."""
    return list(knowledge().codes)
