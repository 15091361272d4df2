"""A chapter for each code and each procedure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from kb import words
from kb.model import Code, Escalate, Rule, SourceRef, Text, Treat, rules_of
from kb.spelling import in_groups

from ..chart import code_chart, procedure_chart, procedures_in
from ..names import type_name
from ..reading import Reading
from ..shapes import PROCEDURE, Chart
from ..worded import Worded, worded
from .cards import cards_of
from .commands import Typing
from .flow import Numbers, Telling, chapter_place, numbered, numbers_of
from .parts import PAGE, Chapter, Message, Paragraph, Reference


@dataclass(frozen=True, slots=True)
class Drawing:
    """The chart of a chapter, as it is told (`plain`) and as it is drawn, with its numbers (`shown`)."""

    plain: Worded
    shown: Worded
    numbers: Numbers


@dataclass(frozen=True, slots=True)
class Plan:
    """The chapters of a runbook: the codes it is about, and the procedures they lead to by their numbers."""

    codes: tuple[str, ...]
    procedures: Mapping[str, str]
    drawings: Mapping[str, Drawing]


def planned(reading: Reading, codes: Iterable[str]) -> Plan:
    """The chapters for these codes, with their charts; procedures in the order in which they are met."""
    kb = reading.kb
    charts: dict[str, Chart] = {code: code_chart(kb, code) for code in codes}
    chosen = tuple(charts)
    met = dict.fromkeys(procedure for chart in list(charts.values()) for procedure in procedures_in(kb, chart))
    charts |= {procedure: procedure_chart(kb, procedure) for procedure in met}
    procedures = {procedure: f"P{number}" for number, procedure in enumerate(met, 1)}
    return Plan(chosen, procedures, {ident: _drawing(chart, procedures, reading) for ident, chart in charts.items()})


def _drawing(chart: Chart, procedures: Mapping[str, str], reading: Reading) -> Drawing:
    plain = worded(chart, reading)
    numbers = numbers_of(plain, procedures)
    return Drawing(plain, numbered(plain, numbers, reading.say), numbers)


@dataclass(frozen=True, slots=True)
class Writing:
    """What writes chapters."""

    plan: Plan
    reading: Reading
    typing: Typing

    def code(self, ident: str) -> Chapter:
        """The chapter of a code."""
        reading, say = self.reading, self.reading.say
        code = reading.kb.codes[ident]
        empty = self._chapter(ident, [*code.frequent, *_treated(rules_of(code.plan))])
        refs = [*code.sources, *(ref for rule in rules_of(code.plan) for ref in rule.sources)]
        chapter = replace(
            empty,
            meaning=_meaning(code, reading),
            escalation=_escalation(code, reading, self.typing),
            sources=_references(refs),
        )
        if ident == words.UNKNOWN_CODE:
            return replace(chapter, title=say("Any other code"))
        return replace(
            chapter,
            title=ident,
            subtitle=" · ".join(part for part in (code.symbol, in_groups(ident)) if part),
            types=", ".join(type_name(say, kind) for kind in code.types),
            messages=_messages(code, reading),
        )

    def procedure(self, ident: str) -> Chapter:
        """The chapter of a procedure."""
        procedure = self.reading.kb.procedures[ident]
        rules = list(rules_of(procedure.plan))
        return replace(
            self._chapter(ident, _treated(rules)),
            number=self.plan.procedures[ident],
            title=self.reading.texts(procedure.title),
            used_by=self._users(ident),
            sources=_references(ref for rule in rules for ref in rule.sources),
        )

    def _chapter(self, ident: str, causes: Iterable[str]) -> Chapter:
        """What codes and procedures have alike: causes, flow, remedies."""
        drawing = self.plan.drawings[ident]
        telling = Telling(drawing.plain, drawing.numbers, self.reading, self.typing, frozenset(self.plan.codes))
        return Chapter(
            ident,
            chapter_place(ident),
            causes=self._causes(ident, causes),
            flow=telling.entries(),
            start=telling.start(),
            note=_after_remedies(self.reading) if drawing.plain.note else "",
            cards=cards_of(drawing.plain, drawing.numbers, self.reading, self.typing),
        )

    def _causes(self, ident: str, first: Iterable[str]) -> tuple[str, ...]:
        """The causes that a chapter's own rules find, the frequent ones first."""
        drawn = {node.cause for node in self.plan.drawings[ident].plain.chart.nodes if node.cause}
        found = dict.fromkeys([*(cause for cause in first if cause), *sorted(drawn)])
        return tuple(self.reading.texts(self.reading.kb.causes[cause].title) for cause in found)

    def _users(self, procedure: str) -> tuple[Reference, ...]:
        """The chapters whose charts have a box for a procedure."""
        found = []
        for ident, drawing in self.plan.drawings.items():
            if any(node.kind == PROCEDURE and node.subject == procedure for node in drawing.plain.chart.nodes):
                name = self.plan.procedures.get(ident, ident)
                shown = self.reading.say("Any other code") if name == words.UNKNOWN_CODE else name
                text = self.reading.say("{name} (page {page})", name=shown, page=PAGE)
                found.append(Reference(text, chapter_place(ident)))
        return tuple(found)


def _after_remedies(reading: Reading) -> str:
    """What `usual_note` says beside a chart, in a book: another code has a chapter, and maybe no chart."""
    return reading.say(
        "After every remedy: when it is fixed, the case is resolved. When it takes time, wait, then look again. When "
        "another code appears, go on with the chapter of that code."
    )


def _meaning(code: Code, reading: Reading) -> str:
    told = [reading.texts(code.meaning)]
    if code.outer:
        told.append(reading.say("This is often only the outer code; the telling one is in event 12288."))
    return " ".join(told)


def _messages(code: Code, reading: Reading) -> tuple[Message, ...]:
    """What Windows shows, in both languages."""
    say = reading.say
    unproved = {"screen": "", "documentation": say("from documentation"), "unverified": say("not verified")}

    def named(language: str, status: str) -> str:
        return f"{language} ({unproved[status]})" if unproved.get(status) else language

    return (
        Message("en", named(say("English"), code.status_en), code.message_en),
        Message("de", named(say("German"), code.status_de), code.message_de),
    )


def _treated(rules: Iterable[Rule]) -> Iterator[str]:
    for rule in rules:
        if isinstance(rule.then, Treat | Escalate):
            yield rule.then.cause


def _escalation(code: Code, reading: Reading, typing: Typing) -> tuple[Paragraph, ...]:
    """To whom the case goes when nothing has helped, and with what."""
    say, texts = reading.say, reading.texts
    owners = "; ".join(texts(reading.kb.owners[owner].title) for owner in code.escalation.to)
    return (
        Paragraph(say("Escalate to"), owners),
        *(Paragraph(say("Collect"), _told(text, reading, typing)) for text in code.escalation.collect),
    )


def _told(text: Text, reading: Reading, typing: Typing) -> str:
    told = reading.texts(text)
    return typing.site.fill(told) if typing.site else told


def _references(refs: Iterable[SourceRef]) -> tuple[Reference, ...]:
    """The documents, each once, by their numbers in the list of sources, which the typesetter fills in."""
    return tuple(Reference(source, source_place(source)) for source in sorted({ref.source for ref in refs}))


def source_place(source: str) -> str:
    """The place of a document in the list of sources."""
    return f"source/{source}"
