"""The whole runbook, from knowledge, site facts and options."""

from __future__ import annotations

from dataclasses import dataclass

from kb import words
from kb.knowledge import KnowledgeBase
from kb.site import Runbook, Site

from ..reading import Reading
from . import back, front
from .chapters import Plan, Writing, planned
from .commands import Typing
from .parts import Book, Revision


@dataclass(frozen=True, slots=True)
class Order:
    """Which runbook is wanted: for these codes (none: all), as a pocket edition, with this history."""

    codes: tuple[str, ...] = ()
    pocket: bool = False
    revisions: tuple[Revision, ...] = ()


def codes_of(kb: KnowledgeBase, order: Order) -> tuple[str, ...]:
    """The codes of a runbook: those asked for, else all, the plan for any other code last."""
    chosen = order.codes or tuple(kb.codes)
    return (*sorted(set(chosen) - {words.UNKNOWN_CODE}), *({words.UNKNOWN_CODE} & set(chosen)))


def book_of(order: Order, plan: Plan, reading: Reading, site: Site | None, width: float) -> Book:
    """The runbook of these chapters, with commands set in lines of at most `width` points."""
    typing = Typing(reading.say, site, width)
    writing = Writing(plan, reading, typing)
    codes = tuple(writing.code(code) for code in plan.codes)
    procedures = tuple(writing.procedure(procedure) for procedure in plan.procedures)
    sources = back.sources(plan, reading)
    about = site.runbook if site else Runbook()
    return Book(
        front.cover(reading, about, plan.codes, order.revisions, whole=not order.codes),
        front.guide(reading, pocket=order.pocket),
        front.table(codes, reading),
        back.with_source_numbers(codes, sources),
        back.with_source_numbers(procedures, sources),
        back.contacts(plan, reading, site),
        back.by_code(codes, reading),
        back.by_message(codes, reading),
        sources,
    )


def plan_for(order: Order, reading: Reading) -> Plan:
    """The chapters of a runbook with their charts, ready to be laid out."""
    return planned(reading, codes_of(reading.kb, order))
