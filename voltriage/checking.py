"""Runs the checks of a knowledge base folder and gives each finding its place in the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.unfold import PlanTooLargeError
from engine.walks import Finding, examine
from kb import translation
from kb.loader import Draft, load_folder, read_draft
from kb.model import rules_of
from kb.problems import Problem
from kb.reading import Data, Location, read_yaml
from kb.scenarios import shipped_scenarios

from .skeletons import TO_WRITE


@dataclass
class Report:
    """All findings, and the figures of the knowledge base."""

    problems: list[Problem] = field(default_factory=list)
    untranslated: dict[str, list[Problem]] = field(default_factory=dict)
    codes: int = 0
    rules: int = 0
    nodes: int = 0
    longest: int = 0


def check_folder(folder: Path) -> Report:
    """Check one folder.

    Raises `KnowledgeError` when it cannot be loaded.
    """
    kb = load_folder(folder)
    draft = read_draft(folder)
    report = Report(codes=len(kb.codes))
    plans = [thing.plan for section in (kb.codes, kb.procedures) for thing in section.values()]
    report.rules = sum(1 for plan in plans for _ in rules_of(plan))
    for code in kb.codes:
        try:
            measured, findings = examine(kb, code)
        except PlanTooLargeError as error:
            report.problems.append(_placed(draft, Finding(error.slug, code, code, str(error))))
            continue
        report.nodes += measured.nodes
        report.longest = max(report.longest, measured.longest)
        report.problems += [_placed(draft, finding) for finding in findings]
    report.problems += _unwritten(folder, draft)
    report.problems.sort()
    report.untranslated = {
        language: translation.problems(folder, language) for language in translation.languages(folder)
    }
    return report


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


def _placed(draft: Draft, finding: Finding) -> Problem:
    """A finding at the place of its code; the session that shows it follows in the text."""
    authored = draft.things["codes"][finding.code]
    way = "; ".join(f"{subject}={value}" for subject, value in finding.session)
    text = f"{finding.code}: {finding.text}" + (f" (session: {way})" if way else "")
    return authored.document.problem(authored.location, text, finding.slug, at_key=True)
