"""The exam: each check finds the defects that are put into a base in which there is nothing to find."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from kb.loader import load_folder
from tests.checks.base import Seed, write
from trees.checking.placing import Placed
from trees.review.meaning import meanings
from voltriage.checking import check_folder


def found(folder: Path, seed: Seed) -> list[Placed]:
    """What the check of a seed finds where the seed is."""
    report = check_folder(write(folder, seed), release=seed.release, as_of=seed.as_of)
    return [
        placed
        for placed in (*report.found, *report.noted)
        if placed.finding.check == seed.check
        and (seed.at == placed.finding.place.ident or seed.at in placed.finding.text)
    ]


@cache
def _meanings() -> Mapping[str, str]:
    """What each rule of the clean base means."""
    with TemporaryDirectory() as folder:
        kb = load_folder(write(Path(folder)))
    return {ident: meaning.hash for ident, meaning in meanings(kb, {}).items()}


def reviews(*said: tuple[str, str]) -> Mapping[str, str]:
    """The file of reviews in which somebody says so of these rules of the clean base."""
    entries = [
        f'  - {{rule: {rule}, meaning: "{_meanings().get(rule, "0" * 16)}", by: A made-up reader, date: 2026-01-12, '
        f"verdict: {verdict}}}\n"
        for rule, verdict in said
    ]
    return {"reviews.yaml": "".join(["reviews:\n", *entries])}


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
