"""What the page knows, as plain data: the knowledge with its texts by number, the charts, the site facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from msgspec import Struct

from engine.facts import check_value
from kb import words
from kb.knowledge import KnowledgeBase
from kb.model import Rule, Text
from kb.site import Site

from ..chart import code_chart, procedure_chart
from ..reading import Reading
from ..shapes import Chart
from .shell import Plain

_SECTIONS = ("sources", "owners", "measures", "questions", "causes", "remedies", "procedures", "codes")
_LEFT_OUT = frozenset(
    {"tokens", "read_from", "notes", "disagreement", "types", "status_en", "status_de", "effort", "changes"}
)
"""What nothing on the page shows or needs."""


@dataclass(slots=True)
class Numbered:
    """Texts, each once, by number: so they stand on the page once for each language."""

    numbers: dict[Text, int] = field(default_factory=dict)

    def number(self, text: Text) -> int:
        """The number of a text."""
        return self.numbers.setdefault(text, len(self.numbers))

    def rendered(self, reading: Reading) -> list[str]:
        """All texts in the order of their numbers, as a reader reads them."""
        return [reading.texts(text) for text in self.numbers]


def knowledge(kb: KnowledgeBase, site: Site | None, texts: Numbered) -> dict[str, Plain]:
    """The knowledge; commands with the site's names filled in."""
    plainer = _Plainer(site, texts)
    return {
        section: {ident: plainer.plain(thing) for ident, thing in getattr(kb, section).items()} for section in _SECTIONS
    }


def charts(kb: KnowledgeBase) -> dict[str, Chart]:
    """Every chart of the page, by its id: of each code, and of each procedure."""
    own = {code: code_chart(kb, code) for code in kb.codes}
    return own | {procedure: procedure_chart(kb, procedure) for procedure in kb.procedures}


def chart_data(chart: Chart) -> Plain:
    """A chart to walk through: nodes, and edges as [source, target, answer ...]."""
    nodes: list[Plain] = []
    for node in chart.nodes:
        entry: dict[str, Plain] = {"id": node.id, "kind": node.kind, "subject": node.subject}
        if node.accepts:
            entry["accepts"] = list(node.accepts)
        nodes.append(entry)
    return {"nodes": nodes, "edges": [[edge.source, edge.target, *edge.answers] for edge in chart.edges]}


def site_data(kb: KnowledgeBase, site: Site) -> Plain:
    """The site facts; what they say about every case are `facts`, in the order of the file."""
    answers: list[Plain] = [
        {"what": "answer", "subject": key, "value": check_value(kb, key, value), "source": site.source("answers", key)}
        for key, value in site.answers.items()
    ]
    forbidden: list[Plain] = [
        {"remedy": key, "outcome": words.DECLINED, "source": site.source("forbidden", key)} for key in site.forbidden
    ]
    book = site.runbook
    return {
        "file": site.file,
        "contacts": dict(site.contacts),
        "kms_hosts": [str(host) for host in site.kms_hosts],
        "forbidden": dict(site.forbidden),
        "facts": [*answers, *forbidden],
        "runbook": {
            "document_number": book.document_number,
            "owner": book.owner,
            "approver": book.approver,
            "valid_until": book.valid_until,
            "classification": book.classification,
        },
    }


@dataclass(frozen=True, slots=True)
class _Plainer:
    """Makes plain data of the model's types; what is empty is left out."""

    site: Site | None
    texts: Numbered

    def plain(self, value: object) -> Plain:
        if isinstance(value, Text):
            return self.texts.number(value)
        if isinstance(value, Struct):
            return self._record(value)
        if isinstance(value, tuple):
            return [self.plain(item) for item in value]
        if isinstance(value, Mapping):
            return {str(key): self.plain(item) for key, item in value.items()}
        assert value is None or isinstance(value, str | int)
        return value

    def _record(self, record: Struct) -> Plain:
        made: dict[str, Plain] = {}
        tag = record.__struct_config__.tag
        if isinstance(tag, str) and tag in ("rule", "use", "group"):
            made["is"] = tag
        for name in record.__struct_fields__:
            value = getattr(record, name)
            if name in _LEFT_OUT or (_is_empty(value) and name != "verified"):
                continue
            if name == "host":
                made[name] = True
            elif name == "command":
                made |= self._command(value)
            else:
                made[name] = self.plain(value)
        if isinstance(record, Rule):
            made.setdefault("when", [])
        return made

    def _command(self, command: str) -> dict[str, Plain]:
        """A command as it is typed here, and what else could stand in it."""
        if self.site is None:
            return {"command": command}
        filled: dict[str, Plain] = {"command": self.site.fill(command)}
        values: list[Plain] = [[name, ", ".join(several)] for name, several in self.site.choices(command)]
        return filled | ({"values": values} if values else {})


def _is_empty(value: object) -> bool:
    return value is None or value is False or value in ("", (), {})
