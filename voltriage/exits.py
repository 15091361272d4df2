"""Exit codes, the same for every command (documented in docs/messages.md)."""

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
