"""From a cell along the rules of a plan: which rules belong to it, and what they conclude.

A cell names rules, causes, remedies or questions. Besides the rules that it names, those belong to it that conclude one
of its causes and propose one of its remedies, as far as it names any; and where it names questions alone, the rules
that ask them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.plan import Line
from kb.model import Code, Continue, Escalate, SourceRef
from kb.tracing import SECTIONS, Cell


@dataclass(frozen=True, slots=True)
class Chain:
    """One way from a cell through the knowledge.

    - `rule`: empty where the code's own entry says it. `cause`, `remedy`: empty where the rule has none.
    - `goes_on`: the code that the rule goes on as, or the question whose answer is that code.
    - `owner`: to whom the rule hands over.
    """

    code: str
    rule: str = ""
    cause: str = ""
    remedy: str = ""
    goes_on: str = ""
    owner: str = ""
    sources: tuple[SourceRef, ...] = ()


def chains_of(cell: Cell, code: Code, lines: Sequence[Line]) -> Iterator[Chain]:
    """The chains of a cell in a plan, in the order of the plan."""
    chosen = rules_of(cell, lines)
    rules, remedies = named_in(cell, "rules"), named_in(cell, "remedies")
    for line in lines:
        if line not in chosen:
            continue
        rule, then = line.rule, line.rule.then
        goes_on = (then.code or then.answer_of) if isinstance(then, Continue) else ""
        owner = then.to if isinstance(then, Escalate) else ""
        wanted = [one for one in line.remedies if not remedies or one in remedies or rule.id in rules]
        for remedy in wanted or [""]:
            yield Chain(code.id, rule.id, _cause(line), remedy, goes_on, owner, rule.sources)
    if not chosen and (cell.parts or not cell.says):
        yield Chain(code.id, sources=code.sources)


def rules_of(cell: Cell, lines: Iterable[Line]) -> list[Line]:
    """The rules of a plan that a cell is about."""
    lines = list(lines)
    rules, causes, remedies, questions = (named_in(cell, section) for section in SECTIONS)
    found = [line for line in lines if line.rule.id in rules]
    if causes or remedies:
        for line in lines:
            fits = not causes or _cause(line) in causes
            helps = not remedies or not remedies.isdisjoint(line.remedies)
            found += [line] if fits and helps and line not in found else []
    elif questions and not rules:
        found = [line for line in lines if any(one.subject in questions for one in line.rule.when)]
        found = found or [line for line in lines if any(one.subject in questions for one in line.conditions)]
    return found


def named_in(cell: Cell, section: str) -> set[str]:
    """The ids of one section that a cell names."""
    return {one.id for one in cell.named if one.section == section}


def ids_in(lines: Iterable[Line]) -> Mapping[str, list[str]]:
    """What these rules have, by section, in order."""
    found: dict[str, dict[str, None]] = {section: {} for section in SECTIONS}
    for line in lines:
        found["rules"][line.rule.id] = None
        found["causes"][_cause(line)] = None
        found["remedies"].update(dict.fromkeys(line.remedies))
        found["questions"].update((condition.subject, None) for condition in line.conditions)
    return {section: [ident for ident in ids if ident] for section, ids in found.items()}


def _cause(line: Line) -> str:
    then = line.rule.then
    return "" if isinstance(then, Continue) else then.cause
