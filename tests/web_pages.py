"""The interactive runbook for tests: made once, opened from a file as a reader would."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Container, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock

from engine.plan import plan_of
from engine.unfold import ANOTHER_CODE, ASK, PROPOSE, FlatGraph, Unfolder
from kb.knowledge import KnowledgeBase
from kb.site import Site
from kb.texts import Texts
from tests import shipped, small
from trees.reading import Reading, plainly
from trees.web import About, runbook_html
from voltriage.opening import Reader
from voltriage.wording import Wording

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

LANGUAGES = ("en", "de")
SOME_CODE = "0x8000EEEE"
"""A code that no plan names."""

Act = tuple[str, str | int, str]
"""What somebody does: "answer", "outcome", "code", "look" (cannot) or "back"; the word or number; about what."""


@dataclass(frozen=True)
class Game:
    """A code, and what is done from its start."""

    code: str
    acts: tuple[Act, ...]


def readings() -> dict[str, Reading]:
    """Readers of the shipped knowledge in both languages."""
    opened, kb = shipped.opened(), shipped.knowledge()
    return {
        language: Reading(kb, Texts(language, opened.translations), Wording(language), language)
        for language in LANGUAGES
    }


def console_readers() -> dict[str, Reader]:
    """The same readers at the console."""
    kb, translations = shipped.knowledge(), shipped.opened().translations
    return {
        language: Reader(kb, Texts(language, translations), Wording(language), shipped.FOLDER, True)
        for language in LANGUAGES
    }


def shipped_page(folders: pytest.TempPathFactory) -> str:
    """The page of all shipped codes, without site facts; made once for all processes of a test run."""
    here = folders.getbasetemp()
    root = here.parent if "PYTEST_XDIST_WORKER" in os.environ else here
    kept = root / "shipped-runbook.html"
    with FileLock(root / "shipped-runbook.lock"):
        if not kept.is_file():
            kb = shipped.knowledge()
            text = runbook_html(kb, readings(), list(kb.codes), About("1.0", "a stamp"))
            kept.write_text(text, encoding="utf-8", newline="\n")
        return kept.read_text(encoding="utf-8")


def small_page(
    kb: KnowledgeBase | None = None, site: Site | None = None, texts: Mapping[str, str] | None = None
) -> str:
    """The page of a small knowledge base, in English; `texts`: what stands instead of texts, by their key."""
    kb = kb or small.knowledge()
    said = texts or {}
    reading = Reading(kb, lambda text: said.get(text.key, text.en) if text else "", plainly, "en")
    return runbook_html(kb, {"en": reading}, list(kb.codes), About("1.0", "a stamp", site=site))


@contextmanager
def opened(browser: Browser, text: str, folder: Path, **context: object) -> Iterator[Page]:
    """The page in a window of its own. Whatever it complains about, or tries to load, fails the test."""
    path = folder / "runbook.html"
    path.write_text(text, encoding="utf-8", newline="\n")
    window = browser.new_context(**context)  # type: ignore[arg-type]
    page = window.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.on("request", lambda request: complaints.append(request.url) if request.url != path.as_uri() else None)
    page.goto(path.as_uri())
    try:
        yield page
    finally:
        window.close()
    assert not complaints


def ways_to(kb: KnowledgeBase, kind: str, subjects: Container[str]) -> Iterator[Game]:
    """For each code whose graph has such a question (ASK) or remedy (PROPOSE), a shortest way to it."""
    for code in kb.codes:
        graph = Unfolder(kb, plan_of(kb, code)).unfold()
        ends = {node.number for node in graph.nodes if node.kind == kind and node.subject in subjects}
        found = next((game for game, target in _ways(graph, code) if target in ends), None)
        if found:
            yield found


def edges(kb: KnowledgeBase, code: str) -> Iterator[Game]:
    """For each edge of a code's graph, the answers and outcomes of a shortest way through it."""
    yield from (game for game, _ in _ways(Unfolder(kb, plan_of(kb, code)).unfold(), code))


def _ways(graph: FlatGraph, code: str) -> Iterator[tuple[Game, int]]:
    """Each edge with a shortest way through it, nearest first, and the number of the node it leads to."""
    ways: dict[int, tuple[Act, ...]] = {0: ()}
    queue = deque([0])
    while queue:
        node = graph.nodes[queue.popleft()]
        for label, target in node.edges:
            value = SOME_CODE if label == ANOTHER_CODE else label
            act = {ASK: "answer", PROPOSE: "outcome"}.get(node.kind)
            if act is None:
                continue
            way = (*ways[node.number], (act, value, node.subject))
            yield Game(code, way), target
            if target not in ways:
                ways[target] = way
                queue.append(target)
