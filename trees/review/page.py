"""The report as one HTML file: no program, nothing loaded, to be read, searched and printed in any browser."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

from ..book.parts import Action, Command, Paragraph, Reference
from ..reading import Reading
from ..web.shell import read
from .parts import Chapter, Entry, RemedyCard, Report, View
from .sentences import Clause
from .words import fixed_words

_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_STATIC = Path(__file__).resolve().parent / "static"


def review_html(report: Report, reading: Reading) -> str:
    """The page; the same report gives the same text."""
    style = read("base.css") + read("review.css", _STATIC)
    policy = f"default-src 'none'; style-src {_hash(style)}; base-uri 'none'; form-action 'none'"
    page = _Page(report, reading)
    head = [
        "<!DOCTYPE html>",
        f'<html lang="{_safe(reading.language)}">',
        "<head>",
        '<meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        '<meta name="referrer" content="no-referrer">',
        '<meta name="generator" content="Voltriage">',
        f"<title>{_safe(report.title)}</title>",
        f"<style>{style}</style>",
        "</head>",
    ]
    return "\n".join([*head, *page.body(), "</html>", ""])


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _safe(text: str) -> str:
    """A text as it stands in HTML, also in an attribute; what no HTML file may hold is shown as a replacement."""
    return escape(_UNFIT.sub("\ufffd", text))


def _link(reference: Reference) -> str:
    return (
        f'<a href="#{_safe(reference.place)}">{_safe(reference.text)}</a>' if reference.place else _safe(reference.text)
    )


def _listed(kind: str, items: Iterable[str], attributes: str = "") -> Iterator[str]:
    """A list of ready items; nothing where there is none."""
    inside = [f"<li>{item}</li>" for item in items]
    if inside:
        yield f"<{kind}{attributes}>{''.join(inside)}</{kind}>"


@dataclass(frozen=True, slots=True)
class _Page:
    """Writes the parts of a page."""

    report: Report
    reading: Reading

    def body(self) -> Iterator[str]:
        report, words = self.report, fixed_words(self.reading.say)
        yield f'<body>\n<a class="skip" href="#state">{_safe(words["skip"])}</a>'
        yield f'<header class="opening"><h1>{_safe(report.title)}</h1><p class="quiet">{_safe(report.subtitle)}</p>'
        yield from self._facts()
        yield "</header>\n<main>"
        yield from self._summary()
        yield from self._contents()
        yield f'<section id="views"><h2>{_safe(words["views"])}</h2>'
        for view in report.views:
            yield from self._view(view)
        yield "</section>"
        for name, chapters in (("codes", report.codes), ("procedures", report.procedures)):
            yield f'<section id="{name}"><h2>{_safe(words[name])}</h2>'
            yield f'<p class="quiet">{_safe(words[f"{name}-told"])}</p>'
            for chapter in chapters:
                yield from self._chapter(chapter)
            yield "</section>"
        yield f'<section id="remedies"><h2>{_safe(words["remedies"])}</h2>'
        yield f'<p class="quiet">{_safe(words["remedies-told"])}</p>'
        for remedy in report.remedies:
            yield from self._remedy(remedy)
        yield f'</section>\n</main>\n<footer class="foot"><p>{_safe(report.foot)}</p></footer>\n</body>'

    def _facts(self) -> Iterator[str]:
        facts = [f"<div><dt>{_safe(name)}</dt><dd>{_safe(value)}</dd></div>" for name, value in self.report.facts]
        yield f'<dl class="facts">{"".join(facts)}</dl>'

    def _summary(self) -> Iterator[str]:
        words, summary = fixed_words(self.reading.say), self.report.summary
        yield f'<section id="state" class="card" tabindex="-1"><h2>{_safe(words["state"])}</h2>'
        yield f'<p class="told">{_safe(summary.state)}</p><div class="halves"><div>'
        yield f"<h3>{_safe(words['missing'])}</h3>"
        missing = list(_listed("ul", map(_safe, summary.missing)))
        yield from missing or [f"<p>{_safe(words['nothing-missing'])}</p>"]
        yield f"<h3>{_safe(words['next'])}</h3>"
        yield from _listed("ol", map(_safe, summary.steps))
        names = [_link(Reference(figure.name, figure.place)) for figure in summary.figures]
        rows = [
            f'<tr><th scope="row">{name}</th><td>{_safe(figure.number)}</td></tr>'
            for name, figure in zip(names, summary.figures, strict=True)
        ]
        counted, number = _safe(words["counted"]), _safe(words["number"])
        head = f'<thead><tr><th scope="col">{counted}</th><th scope="col">{number}</th></tr></thead>'
        yield f'</div><table class="figures">{head}<tbody>{"".join(rows)}</tbody></table></div></section>'

    def _contents(self) -> Iterator[str]:
        words = fixed_words(self.reading.say)
        yield f'<nav class="panel" aria-labelledby="contents"><h2 id="contents">{_safe(words["contents"])}</h2>'
        views = [_link(Reference(view.title, view.place)) for view in self.report.views]
        yield f'<p><a href="#views">{_safe(words["views"])}</a></p>'
        yield from _listed("ul", views)
        for name, chapters in (("codes", self.report.codes), ("procedures", self.report.procedures)):
            yield f'<p><a href="#{name}">{_safe(words[name])}</a></p>'
            yield from _listed("ul", (_link(Reference(one.title, one.place)) for one in chapters))
        yield f'<p><a href="#remedies">{_safe(words["remedies"])}</a></p></nav>'

    def _view(self, view: View) -> Iterator[str]:
        say, words = self.reading.say, fixed_words(self.reading.say)
        yield f'<section class="view" id="{_safe(view.place)}"><h3>{_safe(view.title)}</h3><p>{_safe(view.told)}</p>'
        count = say("Rules: {count}", count=len(view.rows)) if view.rows else words["no-rules"]
        yield f'<p class="quiet">{_safe(count)}</p>'
        yield from _listed(
            "ul",
            (
                f'<p><span class="code">{_link(row.rule)}</span> <span class="state">{_safe(row.standing)}</span></p>'
                f"<p>… {_safe(row.conclusion)}</p>"
                + "".join(f'<p class="quiet">{_safe(told)}</p>' for told in row.told)
                for row in view.rows
            ),
            ' class="rows"',
        )
        yield "</section>"

    def _chapter(self, chapter: Chapter) -> Iterator[str]:
        words = fixed_words(self.reading.say)
        yield f'<section class="chapter" id="{_safe(chapter.place)}"><h3>{_safe(chapter.title)}</h3>'
        yield from (f'<p class="quiet">{_safe(told)}</p>' for told in chapter.told)
        if chapter.notes:
            yield f"<details><summary>{_safe(words['notes'])}</summary>"
            yield from _listed("ul", map(_safe, chapter.notes), ' class="fold" lang="en"')
            yield "</details>"
        yield '<ol class="entries">'
        for entry in chapter.entries:
            yield from self._rule(entry) if entry.sentence else self._use(entry)
        yield "</ol></section>"

    def _use(self, entry: Entry) -> Iterator[str]:
        words = fixed_words(self.reading.say)
        assert entry.leads is not None
        yield f'<li class="use" id="{_safe(entry.place)}">'
        yield from self._lines(entry.clauses)
        then = words["then-through"] if entry.clauses else words["through"]
        yield f'<p class="line then">{_safe(then)} {_link(entry.leads)}</p>'
        yield f'<p class="quiet small">{_safe(entry.order)}</p></li>'

    def _rule(self, entry: Entry) -> Iterator[str]:
        words, sentence = fixed_words(self.reading.say), entry.sentence
        assert sentence is not None
        yield f'<li class="rule {_safe(entry.state)}" id="{_safe(entry.place)}">'
        name, state = _safe(entry.name), _safe(entry.standing)
        yield f'<h4><span class="code">{name}</span> <span class="state">{state}</span></h4>'
        yield from self._lines(sentence.conditions)
        yield f'<p class="line then">{_safe(sentence.conclusion)}</p>'
        yield f'<p class="line">{_safe(sentence.reason)} <span class="quiet">{_safe(sentence.sources)}</span></p>'
        if entry.disagreement:
            yield f'<p class="notice"><strong>{_safe(words["disagree"])}</strong> {_safe(entry.disagreement)}</p>'
        if entry.remedies:
            yield f'<p class="small">{_safe(words["see"])} {", ".join(map(_link, entry.remedies))}</p>'
        yield from _listed("ul", map(_safe, entry.reviews), ' class="reviews"')
        marks = "".join(f" · {_link(mark)}" for mark in entry.marks)
        yield (
            f'<p class="quiet small">{_safe(entry.order)}{marks} · {_safe(words["meaning"])} '
            f"<code>{_safe(entry.meaning)}</code></p></li>"
        )

    def _lines(self, clauses: Iterable[Clause]) -> Iterator[str]:
        """The conditions of a sentence, each in a line of its own."""
        why = _safe(fixed_words(self.reading.say)["why"])
        for clause in clauses:
            yield f'<p class="line">{_safe(clause.text)}</p>'
            yield from _listed("ul", map(_safe, clause.ways), ' class="ways"')
            if clause.why:
                yield f'<p class="why quiet small">{why} {_safe(clause.why)}</p>'

    def _remedy(self, remedy: RemedyCard) -> Iterator[str]:
        words, card = fixed_words(self.reading.say), remedy.card
        yield f'<section class="remedy" id="{_safe(card.place)}"><h3>{_safe(card.title)}</h3>'
        if card.risk:
            yield f'<p class="risk{" grave" if card.grave else ""}">{_safe(card.risk)}</p>'
        yield from (f'<p class="risk">{_safe(told)}</p>' for told in card.warnings)
        yield from _listed("ol", (_action(action) for action in card.actions))
        yield _paragraph(card.verify)
        yield from (f"<p>{_safe(told)}</p>" for told in card.wait)
        if remedy.changes:
            yield f"<p>{_safe(words['changes'])}</p>"
            yield from _listed("ul", map(_safe, remedy.changes))
        yield f'<p class="quiet small">{_safe(words["rules"])} {", ".join(map(_link, remedy.rules))}</p></section>'


def _action(action: Action) -> str:
    notes = "".join(f'<p class="small">{_safe(note)}</p>' for note in action.notes)
    commands = "".join(map(_command, action.commands))
    return f'<p>{_safe(action.text)}</p><p class="quiet small">{_safe(action.marks)}</p>{commands}{notes}'


def _command(command: Command) -> str:
    return (
        f'<figure class="command"><figcaption>{_safe(command.shell)}</figcaption>'
        f"<pre>{_safe(''.join(command.lines))}</pre></figure>"
    )


def _paragraph(paragraph: Paragraph) -> str:
    return f"<p>{_safe(paragraph.text)}</p>{''.join(map(_command, paragraph.commands))}"
