"""The record at the end of a note: every answer with where it came from, the rules that fired, and their sources."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from engine.case import CANNOT_LOOK
from engine.explain import still_read
from engine.plan import Line, as_seen
from engine.session import Session
from kb import words
from kb.model import SourceRef

from .markdown import bullets, code, link, numbered, plain
from .naming import origin_name, source_name
from .opening import Reader
from .page import Page

if TYPE_CHECKING:
    from kb.site import Site


class Record(Page):
    """Renders the record of one case. `lines`: the rules of its plans, by their ids."""

    def __init__(self, session: Session, reader: Reader, lines: Mapping[str, Line], site: Site | None = None) -> None:
        super().__init__(reader)
        self._session = session
        self._lines = lines
        self._site = site

    def blocks(self) -> Iterator[str]:
        """The record in blocks of Markdown."""
        answers = list(self._answers())
        yield numbered(answers) if answers else plain(self._say("No question has an answer yet."))
        fired = [self._lines[rule] for rule in self._session.fired if rule in self._lines]
        if fired:
            yield plain(self._say("Rules that fired:"))
            yield bullets(f"{code(line.rule.id)}: {plain(self._texts(line.rule.because))}" for line in fired)
            yield plain(self._say("Sources:"))
            sources = dict.fromkeys(ref for line in fired for ref in line.rule.sources)
            yield bullets(map(self._with_address, sources))
        manifest = self._kb.manifest
        yield plain(
            self._say("Knowledge base {version}, SHA-256 {hash}", version=manifest.version, hash=manifest.sha256)
        )
        if self._site:
            yield plain(self._say("Site file: {file}", file=self._site.file))

    def _answers(self) -> Iterator[str]:
        """What was given in the order given, then what follows from it; each with its id and where it came from."""
        values, idle = self._session.values, self._idle()
        shown = [subject for subject in values if subject not in idle]
        numbers = {subject: number for number, subject in enumerate(shown, 1)}
        for subject in shown:
            source = plain(self._origin(subject, numbers))
            yield f"{plain(self._answered(subject, values[subject]))} ({code(subject)}; {source})"

    def _idle(self) -> set[str]:
        """Questions that nobody could look up and nobody needs to; what something follows from is not among them."""
        given, derived = self._session.given, self._session.derived
        unseen = {subject for subject, answered in given.items() if answered.source.startswith(CANNOT_LOOK)}
        return unseen - still_read(self._session) - {self._premise(subject) for subject in derived}

    def _origin(self, subject: str, numbers: Mapping[str, int]) -> str:
        answered = self._session.given.get(subject)
        if answered is not None:
            question = self._kb.questions.get(subject)
            return origin_name(self._say, self._texts, question, answered.source)
        return self._say("follows from {number}", number=numbers[self._premise(subject)])

    def _premise(self, subject: str) -> str:
        """The question or measure that an answer follows from."""
        question, values = self._kb.questions[subject], self._session.values
        if question.threshold and question.threshold.measure in values:
            return question.threshold.measure
        seen = {key: as_seen(value, self._session.code) for key, value in values.items()}
        return next(f.question for f in question.follows if seen.get(f.question) == f.value)

    def source_name(self, source: str) -> str:
        """Where an answer or outcome came from."""
        return source_name(self._say, source)

    def _with_address(self, ref: SourceRef) -> str:
        url = "" if ref.source == words.GENERAL_SOURCE else self._kb.sources[ref.source].url
        told = plain(self._source(ref))
        return f"{told} {link(url)}" if url else told
