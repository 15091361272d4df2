"""Looks at sessions for a coverage report: scenarios, journals, and reports of earlier runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from engine.case import CaseError
from engine.coverage import Item, Marks, Observer
from engine.inference import Inference
from engine.scenarios import play
from kb.knowledge import KnowledgeBase
from kb.problems import Problem
from kb.scenarios import SUFFIX, Scenario, read_scenarios, scenario_files
from trees.coverage.report import Observed, Source

JOURNALS = "*.jsonl"

Progress = Callable[[int], None]
"""Is told after each session how many were looked at."""


@dataclass
class Covering:
    """What was found: sessions and what they covered, and problems of the files."""

    observed: list[Observed] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    other_kb: int = 0


def cover(
    kb: KnowledgeBase, paths: tuple[Path, ...], base: Path | None, progress: Progress = lambda _: None
) -> Covering:
    """Look at every session in these files and folders.

    A folder is searched for scenarios and journals. A file is a scenario by its name, a coverage report if it ends in
    `.json`, else a journal. Names of scenarios are relative to `base`.

    Raises `CaseError` for a file that is none of these.
    """
    covering = Covering()
    observer = Observer(kb)
    files = [file for path in paths for file in _files(path)]
    scenarios, covering.problems = read_scenarios([file for file in files if file.name.endswith(SUFFIX)], base)
    engines: dict[str, Inference] = {}
    for number, scenario in enumerate(_by_code(scenarios), 1):
        played = play(kb, scenario, engines)
        covering.problems += played.problems
        if played.session is not None:
            source = Source(scenario.name, "scenario", played.session.opened_as)
            covering.observed.append(Observed(source, observer.marks(played.session)))
        progress(number)
    covering.observed.sort(key=lambda one: one.source.name)
    for file in files:
        if file.suffix == ".json":
            _take_in(kb, file, covering)
        elif not file.name.endswith(SUFFIX):
            covering.observed.append(_journal(kb, file, observer, covering))
    return covering


def _files(path: Path) -> Iterator[Path]:
    if not path.is_dir():
        yield path
        return
    yield from scenario_files([path])
    yield from sorted(path.rglob(JOURNALS))


def _by_code(scenarios: list[Scenario]) -> list[Scenario]:
    """Those of one code after another, so that each plan is loaded once."""
    return sorted(scenarios, key=lambda scenario: (scenario.form.code, scenario.name))


def _journal(kb: KnowledgeBase, file: Path, observer: Observer, covering: Covering) -> Observed:
    """The session of a journal, with the rules of today: what they share with those it was led by, by their ids."""
    from engine.journal import read
    from engine.resuming import resume

    resumed = resume(kb, read(file))
    remarks = [*["other-kb"] * resumed.other_kb, *["misfits"] * bool(resumed.misfits)]
    remarks += ["departs"] * (resumed.departure is not None)
    covering.other_kb += resumed.other_kb
    source = Source(file.as_posix(), "journal", resumed.session.opened_as, tuple(remarks))
    return Observed(source, observer.marks(resumed.session))


def _take_in(kb: KnowledgeBase, file: Path, covering: Covering) -> None:
    """The sessions of an earlier report; what this knowledge base does not have any more is left out."""
    from engine.obligations import everything
    from trees.coverage.formats.whole import read

    with _named(file):
        sha256, observed = read(file.read_text(encoding="utf-8"))
    if sha256 != kb.manifest.sha256:
        known = frozenset(everything(kb))
        observed = [_known_part(kb, one, known) for one in observed]
        covering.other_kb += len(observed)
    covering.observed += observed


def _known_part(kb: KnowledgeBase, one: Observed, known: frozenset[Item]) -> Observed:
    """What is left of a session of another knowledge base: what has the same id here."""
    rules = {item[1] for item in known if item[0] == "rule"}
    marks = Marks(
        one.marks.items & known,
        frozenset(item for item in one.marks.failed if item[0] in rules and ("false", *item[1:]) in known),
        one.marks.spent & rules,
        tuple((code, rule) for code, rule in one.marks.stops if code in kb.codes and (rule in rules or not rule)),
    )
    source = one.source
    remarks = tuple(dict.fromkeys((*source.remarks, "other-kb")))
    return Observed(Source(source.name, source.kind, source.code, remarks), marks)


def covered_by(file: Path) -> frozenset[Item]:
    """Everything that the sessions of an earlier report covered.

    Raises `CaseError` for a file that is no such report.
    """
    from trees.coverage.marks import covered_in

    with _named(file):
        return covered_in(file.read_text(encoding="utf-8"))


@contextmanager
def _named(file: Path) -> Iterator[None]:
    """What is wrong with a report is said with its name and the next step."""
    from trees.coverage.formats.whole import NoCoverageError

    try:
        yield
    except (NoCoverageError, UnicodeDecodeError) as error:
        raise CaseError(
            '"{file}" cannot be used: {reason}; name a file that voltriage coverage --json wrote',
            "no-coverage",
            file=file.as_posix(),
            reason=str(error),
        ) from None
