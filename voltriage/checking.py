"""Runs the checks of a knowledge base folder and gives each finding its place in the files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from engine.unfold import PlanTooLargeError
from engine.walks import Finding, examine
from kb import build, translation
from kb.loader import Draft, load_folder, read_draft
from kb.model import rules_of
from kb.problems import Problem

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
    report.problems += _unwritten(draft)
    report.problems.sort()
    report.untranslated = {
        language: translation.problems(folder, language) for language in translation.languages(folder)
    }
    return report


def _unwritten(draft: Draft) -> Iterator[Problem]:
    """Texts of skeletons that nobody has written yet."""
    for section, things in draft.things.items():
        for key, authored in things.items():
            thing = build.BUILDERS[section](key, authored.form)
            for text in dict.fromkeys(translation.texts_in(thing)):
                if text.en.startswith(TO_WRITE):
                    found = f"{text.key} is still to be written"
                    yield authored.document.problem(authored.location, found, "unwritten-text", at_key=True)


def _placed(draft: Draft, finding: Finding) -> Problem:
    """A finding at the place of its code; the session that shows it follows in the text."""
    authored = draft.things["codes"][finding.code]
    way = "; ".join(f"{subject}={value}" for subject, value in finding.session)
    text = f"{finding.code}: {finding.text}" + (f" (session: {way})" if way else "")
    return authored.document.problem(authored.location, text, finding.slug, at_key=True)
