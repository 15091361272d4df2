"""Skeleton of a new check: its module, its test and its page, in a checkout of Voltriage."""

from __future__ import annotations

import re
from pathlib import Path

from kb.files import write_atomically

from .skeletons import SkeletonError, Written


def new_check(root: Path, name: str) -> list[Written]:
    """Write a check that finds nothing yet, a test that fails until it finds two defects, and its page.

    Raises `SkeletonError` when the folder is no checkout, or the name is no name or taken.
    """
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise SkeletonError(f'"{name}" is no name; write small letters and hyphens, for example lonely-question')
    if not (root / "trees" / "checks").is_dir() or not (root / "tests" / "checks").is_dir():
        raise SkeletonError(f"{root} is no checkout of Voltriage; name its folder with --checkout")
    module = name.replace("-", "_")
    files = {
        root / "trees" / "checks" / f"{module}.py": (_CHECK, "write what it looks for"),
        root / "tests" / "checks" / f"test_{module}.py": (_TEST, "put two defects into the clean base"),
        root / "docs" / "checks" / f"{name}.md": (_PAGE, "write the page, and its line in index.md"),
    }
    for path in files:
        if path.exists():
            raise SkeletonError(f"{path} exists already; choose another name")
    title = name.replace("-", " ").capitalize()
    for path, (text, _) in files.items():
        write_atomically(path, text.format(name=name, title=title).encode())
    return [Written(path, note) for path, (_, note) in files.items()]


_CHECK = '''\
"""{title}: (write: what is wrong)."""

from __future__ import annotations

from collections.abc import Iterator

from ..checking.findings import CODE, Check, Finding, Place
from ..checking.material import Material


def look(material: Material) -> Iterator[Finding]:
    """(write: what is reported)."""
    for code, ways in material.ways.items():
        for state in ways.states:
            if not state.node.kind:  # (write: the condition)
                text, mend = "(write: what is wrong)", "(write: how to mend it)"
                yield Finding("{name}", Place(CODE, code), text, mend, code, ways.session(state.number))


CHECK = Check("{name}", "(write: what it finds, in one sentence).", look)
'''

_TEST = '''\
"""{title}: (write: what is found)."""

from __future__ import annotations

from tests.checks.base import Seed
from tests.checks.exam import seeded

SEEDS = (
    Seed("{name}", "0xC00D0001", (("(write: a text of the base)", "(write: what stands there instead)"),)),
    Seed("{name}", "0xC00D0002", (("(write: a text of the base)", "(write: what stands there instead)"),)),
)

test_the_defects_are_found = seeded(SEEDS)
'''

_PAGE = """\
# {name}

**What it reports.** (write)

**Why.** (write)

**How to mend it.** (write)

**When it is meant so.** (write)
"""
