"""What the parts of the page are made from, and the small pieces that several of them have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.coverage import Item
from engine.decisions import Decision, decisions_of
from trees.reading import Reading
from trees.web.shell import Plain

from ..lines import reason
from ..report import Count, Entry, Report, RuleState, count_of


@dataclass(frozen=True, slots=True)
class Found:
    """A report and its reader. `entries`: by item; `decisions`: by id; `states`: of rules, by id."""

    report: Report
    reading: Reading
    entries: Mapping[Item, Entry]
    decisions: Mapping[str, Decision]
    states: Mapping[str, RuleState]

    @classmethod
    def of(cls, report: Report, reading: Reading) -> Found:
        """Everything of a report at hand."""
        return cls(
            report,
            reading,
            {entry.item: entry for entry in report.entries},
            {decision.id: decision for decision in decisions_of(reading.kb)},
            {rule.id: rule for rule in report.rules},
        )

    def covered(self, item: Item) -> dict[str, Plain]:
        """The sessions that covered something, and why it cannot be covered, where it cannot."""
        entry = self.entries[item]
        cannot = {} if entry.counts else {"cannot": reason(entry.infeasible, self.reading.say)}
        return {"by": list(entry.covered_by), **cannot}

    def count(self, items: Iterable[Item]) -> dict[str, Plain]:
        """How many of these were covered, of those that can be."""
        return counted(count_of(self.entries[item] for item in items))


def counted(count: Count) -> dict[str, Plain]:
    """A count as numbers to sort by, and the percentage as every format has it."""
    return {
        "covered": count.covered,
        "total": count.total,
        "missing": count.total - count.covered,
        "hundredths": count.hundredths,
        "percent": count.percent,
    }
