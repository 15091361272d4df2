"""The exam as a whole: enough defects for every check, and no false alarm where there is none."""

from __future__ import annotations

from collections import Counter
from importlib import import_module
from pathlib import Path

from tests.checks.base import Seed, write
from trees.checks import all_checks
from voltriage.checking import check_folder

HERE = Path(__file__).parent
NEVER = "asked-twice"
"""What the engine does not let happen: it is looked for all the same, and no knowledge base can show it."""


def all_seeds() -> list[Seed]:
    modules = [import_module(f"tests.checks.{path.stem}") for path in sorted(HERE.glob("test_*.py"))]
    return [seed for module in modules for seed in getattr(module, "SEEDS", ())]


def test_there_are_at_least_sixty_defects_and_two_for_each_check() -> None:
    counts = Counter(seed.check for seed in all_seeds())
    assert counts.total() >= 60
    assert {check.name for check in all_checks()} - counts.keys() == {NEVER}
    assert {check: count for check, count in counts.items() if count < 2} == {}


def test_the_clean_base_raises_no_alarm(tmp_path: Path) -> None:
    report = check_folder(write(tmp_path), release=True)
    assert (report.found, report.suppressed) == ((), ())


def test_every_check_has_its_own_module_its_page_and_its_test() -> None:
    root = HERE.parent.parent
    for check in all_checks():
        module = check.name.replace("-", "_")
        assert (root / "trees" / "checks" / f"{module}.py").is_file()
        assert (root / "docs" / "checks" / f"{check.name}.md").is_file()
        assert (HERE / f"test_{module}.py").is_file() or check.name == NEVER
