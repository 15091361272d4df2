"""Runs the checks of a knowledge base folder; reads what they need besides the knowledge itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from kb import translation
from kb.loader import Draft, loaded, read_draft
from kb.problems import KnowledgeError, Problem
from kb.reading import Data, Location, read_yaml
from kb.reviews import Review, read_reviews
from kb.scenarios import shipped_scenarios
from kb.store import content_hash, open_folder
from kb.texts import Texts
from kb.tracing import read_traces
from trees.checking.findings import at
from trees.checking.material import Material
from trees.checking.placing import Placed
from trees.checking.running import Report, run
from trees.checks import all_checks

from .skeletons import TO_WRITE

RELEASE = "missing-translation"
"""The check that only a release has to pass."""


def check_folder(folder: Path, *, release: bool = False, as_of: str = "") -> Report:
    """Check one folder. A folder that cannot be loaded gives its problems as findings, and no other check runs.

    `as_of`: the ISO date at which sources are judged; by default the release date of the knowledge.
    """
    digest = ""
    with suppress(OSError):
        digest = content_hash(folder.resolve())
    try:
        draft = read_draft(folder)
        kb = loaded(draft)
        catalogues = open_folder(folder).translations
        languages = {language: Texts(language, catalogues) for language in catalogues}
        unwritten = list(_unwritten(folder, draft))
        traces, reviews = read_traces(folder), _reviews(folder)
        material = Material(kb, as_of, languages, untranslated(folder, draft), unwritten, traces, reviews=reviews)
    except KnowledgeError as error:
        return Report("", digest, as_of, (), tuple(_placed(problem) for problem in error.problems))
    checks = all_checks()
    wanted = [check for check in checks if release or check.name != RELEASE]
    report = run(material, draft, wanted, [check.name for check in checks], digest)
    return report if release else replace(report, notes=_notes(material))


def _reviews(folder: Path) -> tuple[Review, ...]:
    """What reviewers say. Raises `KnowledgeError` when their file cannot be read."""
    reviews, problems = read_reviews(folder)
    if problems:
        raise KnowledgeError(problems)
    return reviews


def _notes(material: Material) -> tuple[str, ...]:
    """How many translations are missing, where that is no finding."""
    missing = {language: len(problems) for language, problems in sorted(material.untranslated.items())}
    return tuple(f"warning: {n} texts without a current {language} translation" for language, n in missing.items() if n)


def untranslated(folder: Path, draft: Draft) -> dict[str, list[Problem]]:
    """For each language of a knowledge base, its texts without a current translation."""
    return {language: translation.problems(folder, language, draft) for language in translation.languages(folder)}


def only_in(report: Report, files: Collection[str]) -> Report:
    """The report with the findings in these files alone (names as findings have them)."""
    found, noted, suppressed = (
        tuple(one for one in placed if one.file in files) for placed in (report.found, report.noted, report.suppressed)
    )
    return replace(report, found=found, noted=noted, suppressed=suppressed)


def _placed(problem: Problem) -> Placed:
    return Placed(problem.file, problem.line, problem.column, at(problem, ""))


def _unwritten(folder: Path, draft: Draft) -> Iterator[Problem]:
    """What skeletons left to write, in the knowledge and in its scenarios, each at its own place."""
    documents = {one.document.file: one.document for things in draft.things.values() for one in things.values()}
    for path in shipped_scenarios(folder):
        if TO_WRITE.encode() in path.read_bytes():
            name = path.relative_to(folder).as_posix()
            documents[name] = read_yaml(path, name)[0]
    for document in documents.values():
        for location, text in _texts(document.data):
            if text.startswith(TO_WRITE):
                yield document.problem(location, f"still to be written: {text}", "unwritten-text")


def _texts(data: Data, location: Location = ()) -> Iterator[tuple[Location, str]]:
    """Every text of a document with its place."""
    if isinstance(data, str):
        yield location, data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield from _texts(value, (*location, key))
    elif isinstance(data, list):
        for number, value in enumerate(data):
            yield from _texts(value, (*location, number))
