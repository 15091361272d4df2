"""Problems of a user's files: collected, each with its place and a next step, then raised at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class VoltriageError(Exception):
    """Base of every error a user can cause. `slug` names the heading in docs/messages.md."""

    slug = "error"


@dataclass(frozen=True, order=True)
class Problem:
    """One thing wrong in a file: where (1-based line and column), what was found, what was expected."""

    file: str
    line: int
    column: int
    text: str
    slug: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.text} [{self.slug}]"


class KnowledgeError(VoltriageError):
    """A knowledge base cannot be used; `problems` holds every reason, sorted by place."""

    slug = "knowledge-base-invalid"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        lines = "\n".join(str(problem) for problem in self.problems)
        super().__init__(f"{count} problem{'' if count == 1 else 's'} in the knowledge base:\n{lines}")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint naming the closest known word, or an empty string."""
    closest = closest_word(word, known)
    return f'; did you mean "{closest}"?' if closest else ""


def closest_word(word: str, known: Iterable[str]) -> str:
    """The known word nearest to this one, or an empty string when none is near."""
    from difflib import get_close_matches  # only where something is misspelt

    close = get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    return close[0] if close else ""
