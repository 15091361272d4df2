"""What a check is, and what it finds: plain data. How a finding is shown is the reporters' business."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.walks import Session
from kb.problems import Problem

if TYPE_CHECKING:
    from .material import Material

RULE = "rule"
GROUP = "group"
QUESTION = "question"
CAUSE = "cause"
REMEDY = "remedy"
PROCEDURE = "procedure"
CODE = "code"
FILE = "file"


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """What a finding is about: a thing of the knowledge base, and where inside it.

    `kind` is one of the words above and `ident` the thing's id (for `FILE` its name); `path` are fields and positions
    inside the thing as the file has them, for example ("when", "port_open").
    """

    kind: str
    ident: str
    path: tuple[str | int, ...] = ()


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One thing to mend.

    - `check`: the name of the check that found it, which is the name of its page in docs/checks.
    - `text`: what is wrong, a whole sentence without a full stop; `mend`: how to mend it.
    - `code` and `session`: the shortest session that shows it, as the answers and outcomes given under that code; empty
      where no session is needed to see it.
    - `about`: ids of the other things it is about; with `check` and `place` they tell it from every other finding.
    - `line` and `column`: where a finding in a file stands when no thing can be named, else 0.
    """

    check: str
    place: Place
    text: str
    mend: str
    code: str = ""
    session: Session = ()
    about: tuple[str, ...] = ()
    line: int = 0
    column: int = 0

    @property
    def fingerprint(self) -> str:
        """The same for the same finding in any later version: it depends on names alone, not on lines or wording."""
        names = (self.check, self.place.kind, self.place.ident, *self.place.path, *self.about)
        return hashlib.sha256("\n".join(map(str, names)).encode()).hexdigest()[:32]


def at(problem: Problem, mend: str) -> Finding:
    """A problem of a file as a finding."""
    place, text = Place(FILE, problem.file), str(problem.text)  # msgspec writes no kinds of texts
    return Finding(problem.slug, place, text, mend, about=(text,), line=problem.line, column=problem.column)


Look = Callable[["Material"], Iterable[Finding]]


WARNING = "warning"
NOTE = "note"


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its name, what it looks for in one sentence, and the function that looks.

    `level`: what it finds is a `WARNING`, to be mended, or a `NOTE`, to be known.
    """

    name: str
    summary: str
    look: Look
    level: str = WARNING
