"""Scenario files: facts about one case, and where the rules must lead with them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from .loader import SCENARIOS, check_form
from .problems import Problem
from .reading import Document, read_yaml
from .schema import ScenarioForm

SUFFIX = ".scenario.yaml"


@dataclass(frozen=True)
class Scenario:
    """One checked scenario and the document it stands in (for places of failures)."""

    document: Document
    form: ScenarioForm

    @property
    def name(self) -> str:
        """Its file, as given."""
        return self.document.file


def scenario_files(paths: Iterable[Path]) -> list[Path]:
    """The scenario files among these files and below these folders, sorted."""
    found: set[Path] = set()
    for path in paths:
        found |= set(path.rglob(f"*{SUFFIX}")) if path.is_dir() else {path}
    return sorted(found)


def shipped_scenarios(root: Path) -> list[Path]:
    """The scenario files of a knowledge base, sorted."""
    folder = root / SCENARIOS
    return scenario_files([folder]) if folder.is_dir() else []


def read_scenarios(paths: Iterable[Path], base: Path | None = None) -> tuple[list[Scenario], list[Problem]]:
    """All scenarios that are well formed, and the problems of the others. Names are relative to `base`."""
    scenarios: list[Scenario] = []
    problems: list[Problem] = []
    for path in paths:
        name = path.relative_to(base).as_posix() if base and path.is_relative_to(base) else path.as_posix()
        document, found = read_yaml(path, name)
        problems += found
        if not found:
            form = check_form(ScenarioForm, document, (), problems)
            if isinstance(form, ScenarioForm):
                scenarios.append(Scenario(document, form))
    return scenarios, problems
