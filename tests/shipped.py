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


def knowledge() -> KnowledgeBase:
    """The knowledge base in the checkout."""
    return opened().kb


def codes() -> list[str]:
    """All its codes, the plan for unknown codes included."""
    return list(knowledge().codes)
