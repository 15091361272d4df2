"""What the page knows, as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from trees.reading import Reading, Say
from trees.web.shell import Plain

from ..lines import Told, infeasible, measures, missing
from ..report import MEASURES, Report, Source
from . import addresses
from .cards import cards_of
from .found import Found, counted
from .listing import Listings
from .plans import plans_of
from .things import things_of


def page_data(report: Report, reading: Reading, listings: Listings) -> dict[str, Plain]:
    """The report: totals, what is missing and what cannot be, and by address whatever can be looked at.

    Raises `OSError` where a file of the knowledge base cannot be read any more.
    """
    found, say = Found.of(report, reading), reading.say
    return {
        "manifest": {"version": report.version, "released": report.released, "sha256": report.sha256},
        "measures": _measures(report, say),
        "missing": _told(missing(report, say)),
        "infeasible": _told(infeasible(report, say)),
        "sessions": [_session(source, say) for source in report.sources],
        "plans": plans_of(found),
        "cards": cards_of(found, listings),
        "things": things_of(found),
    }


def _measures(report: Report, say: Say) -> list[Plain]:
    names = measures(say)
    return [{"id": measure, "name": names[measure], **counted(report.counts[measure])} for measure in MEASURES]


def _told(several: Iterable[Told]) -> list[Plain]:
    return [{"at": addresses.of(told.item), "sentence": told.sentence} for told in several]


def _session(source: Source, say: Say) -> Plain:
    kinds = {"scenario": say("scenario"), "journal": say("journal"), "test": say("test")}
    remarks = [_remarks(say).get(remark, remark) for remark in source.remarks]
    return {
        "name": source.name,
        "kind": kinds.get(source.kind, source.kind),
        "code": source.code,
        **({"remarks": remarks} if remarks else {}),
    }


def _remarks(say: Say) -> Mapping[str, str]:
    return {
        "other-kb": say("It was led with another version of the knowledge base and counts by the ids of its rules."),
        "misfits": say("Something said in it is refused today."),
        "departs": say("Another step follows today than was recorded."),
    }
