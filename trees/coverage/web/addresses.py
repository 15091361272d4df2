"""Where things are on the page: what stands behind the `#` of an address."""

from __future__ import annotations

from engine.coverage import ANSWER, CAUSE, CODE, OUTCOME, REMEDY, Item
from kb.knowledge import KnowledgeBase


def plan(kb: KnowledgeBase, ident: str) -> str:
    """The page of a code or procedure."""
    return f"{'procedures' if ident in kb.procedures else 'codes'}/{ident}"


def rule(ident: str) -> str:
    """The card of a rule."""
    return f"rules/{ident}"


def question(ident: str) -> str:
    """The page of a question."""
    return f"questions/{ident}"


def of(item: Item) -> str:
    """Where something to cover is shown. That of a guard is its place, `codes/0xC004F074/plan/3`."""
    kind, subject, _ = item
    section = {CODE: "codes", ANSWER: "questions", CAUSE: "causes", REMEDY: "remedies", OUTCOME: "remedies"}.get(kind)
    if section:
        return f"{section}/{subject}"
    return subject if "/" in subject else rule(subject)
