"""Scenarios played by pytest, in one process or several, and the coverage report about them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import msgspec

from engine.coverage import Observer
from engine.inference import Inference
from engine.scenarios import play
from kb.loader import MANIFEST
from kb.problems import Problem, VoltriageError
from kb.scenarios import read_scenarios
from trees.coverage.report import TOTAL, Observed, Report, Source

from .opening import Reader, open_for


class ScenarioDiffersError(VoltriageError):
    """A scenario that leads elsewhere than it expects, or that cannot be played."""

    slug = "scenario-differs"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems

    def told(self, path: Path) -> str:
        """Each difference with the line of the file where it was expected."""
        source = path.read_text(encoding="utf-8", errors="replace").splitlines()
        lines: list[str] = []
        for problem in self.problems:
            lines += [str(problem)]
            if 0 < problem.line <= len(source):
                lines += [f"    {problem.line} | {source[problem.line - 1]}"]
        return "\n".join(lines)


class Runs:
    """Scenarios of one pytest run. `root`: what their names are relative to."""

    def __init__(self, folder: Path | None, root: Path) -> None:
        self._folder = folder
        self._root = root
        self._readers: dict[str, Reader] = {}
        self._observers: dict[str, Observer] = {}
        self._engines: dict[str, dict[str, Inference]] = {}
        self._observed: dict[str, list[Observed]] = {}
        self._reports: dict[str, Report] = {}

    def play(self, path: Path) -> None:
        """Play the scenario in a file, and note what it covers.

        Raises `ScenarioDiffersError`; `KnowledgeError` where its knowledge base cannot be used.
        """
        scenarios, problems = read_scenarios([path], self._root)
        if not scenarios:
            raise ScenarioDiffersError(problems)
        key = str(self._folder_of(path) or "")
        reader = self._reader(key)
        played = play(reader.kb, scenarios[0], self._engines.setdefault(key, {}))
        if played.session is not None:
            marks = self._observers.setdefault(key, Observer(reader.kb)).marks(played.session)
            source = Source(scenarios[0].name, "test", played.session.opened_as)
            self._observed.setdefault(key, []).append(Observed(source, marks))
        if played.problems:
            raise ScenarioDiffersError(list(played.problems))

    def _folder_of(self, path: Path) -> Path | None:
        """The knowledge base that a scenario is about; None for the shipped one."""
        around = (folder for folder in path.resolve().parents if (folder / MANIFEST).is_file())
        return self._folder or next(around, None)

    def _reader(self, key: str) -> Reader:
        if key not in self._readers:
            self._readers[key] = open_for(Path(key) if key else None, "en")
        return self._readers[key]

    # From one process to another

    def handed_over(self) -> str:
        """What was covered, for another process."""
        return msgspec.json.encode(self._observed).decode()

    def take_over(self, handed_over: str) -> None:
        """What another process handed over."""
        for key, observed in msgspec.json.decode(handed_over, type=dict[str, list[Observed]]).items():
            self._observed.setdefault(key, []).extend(observed)

    # Reports

    def report(self, files: list[tuple[str, Path]]) -> None:
        """Work the reports out, and write these files: (format, file). Several knowledge bases get a number each."""
        from kb.files import write_atomically
        from kb.places import places_in
        from trees.coverage.report import report_of

        from .coverage_files import content

        for number, (key, observed) in enumerate(sorted(self._observed.items())):
            reader = self._reader(key)
            in_order = sorted(observed, key=lambda one: one.source.name)
            places = places_in(reader.folder)
            report = self._reports[key] = report_of(reader.kb, in_order, places)
            for name, file in files:
                path = file.with_stem(f"{file.stem}-{number + 1}") if number else file
                write_atomically(path, content(name, report, reader, places).encode())

    def lines(self, *, whole: bool) -> Iterator[str]:
        """The reports for a terminal, whole or the totals only."""
        from trees.coverage.lines import lines_of, totals

        for key, report in sorted(self._reports.items()):
            say = self._reader(key).say
            yield from lines_of(report, say) if whole else totals(report, say)

    def least_hundredths(self) -> int:
        """Hundredths of a percent that are covered, of the knowledge base that is covered least."""
        return min((report.counts[TOTAL].hundredths for report in self._reports.values()), default=0)


__all__ = ["Runs", "ScenarioDiffersError"]
