"""Exit codes, the same for every command (documented in docs/messages.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.case import Step

DONE = 0
"""Done; a case is resolved."""
FINDINGS = 1
"""There are findings; a case is escalated."""
USAGE = 2
"""The command line or an input file is wrong."""
FAILED = 3
"""Could not run."""
OPEN = 4
"""Stopped at a question or remedy, or saved."""


def of_step(step: Step) -> int:
    """The exit code of a case that stands at this step."""
    from engine.case import Escalated, Resolved

    return DONE if isinstance(step, Resolved) else FINDINGS if isinstance(step, Escalated) else OPEN
