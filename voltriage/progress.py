"""A bar for work that takes long: on standard error, in a terminal, and nowhere else."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click

Step = Callable[[], None]
"""Says that one more part of the work is done."""


@contextmanager
def progress(label: str, total: int, last: str = "") -> Iterator[Step]:
    """A bar that is full after so many steps; what it yields is called after each of them.

        with progress(say("Drawing charts"), len(charts)) as step:
            for chart in charts:
                draw(chart)
                step()

    Where the last step takes long, the bar says `last` in place of the label meanwhile.

    Standard output stays as it is, so a result may be piped. Where nobody would see the bar (a file, a pipe, a terminal
    that cannot go back in its line), nothing at all is written.
    """
    if not _shown():
        yield lambda: None
        return
    begun = last if last and total == 1 else label
    with click.progressbar(
        length=max(total, 1), label=begun, file=sys.stderr, fill_char="#", empty_char=".", show_eta=False
    ) as bar:
        done = 0

        def step() -> None:
            nonlocal done
            done += 1
            bar.label = last if last and done == total - 1 else label
            bar.update(1)

        yield step


def _shown() -> bool:
    return sys.stderr is not None and sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
