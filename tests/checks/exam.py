"""The exam: each check finds the defects that are put into a base in which there is nothing to find."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.checks.base import Seed, write
from trees.checking.placing import Placed
from voltriage.checking import check_folder


def found(folder: Path, seed: Seed) -> list[Placed]:
    """What the check of a seed finds where the seed is."""
    report = check_folder(write(folder, seed), release=seed.release, as_of=seed.as_of)
    return [
        placed
        for placed in report.found
        if placed.finding.check == seed.check
        and (seed.at == placed.finding.place.ident or seed.at in placed.finding.text)
    ]


def seeded(seeds: Iterable[Seed]) -> Callable[..., None]:
    """A test that each of these defects is found, at a place in a file, with a way to mend it."""

    @pytest.mark.parametrize("seed", seeds, ids=lambda seed: seed.at)
    def test(seed: Seed, tmp_path: Path) -> None:
        placed = found(tmp_path, seed)
        assert placed, f"{seed.check} does not see {seed.at}"
        for one in placed:
            lines = (tmp_path / one.file).read_text(encoding="utf-8").splitlines()
            assert 1 <= one.line <= len(lines) or one.finding.check == "missing-translation"
            assert one.column >= 1

    return test
