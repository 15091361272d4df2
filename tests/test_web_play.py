"""The page goes where the engine goes: every edge of the codes' graphs, played in Chromium and in the engine."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest

from engine.case import STATES, Answered, Ask, CaseError, Escalated, Propose, Saved, Tried
from engine.inference import Inference
from engine.session import Session
from kb import words
from kb.knowledge import KnowledgeBase
from tests import shipped
from tests.browser import chromium
from tests.web_pages import SOME_CODE, Act, Game, console_readers, edges, opened, shipped_page
from voltriage.note import note_of

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.slow
FEW = ("0xC004F038", "0x8007232B", words.UNKNOWN_CODE)
REFUSED = "refused"

PLAYED = """
function played(code, acts) {
  const session = new Session(code, []);
  for (const [what, value] of acts) {
    if (what === "answer" && session.refusal(value)) return null;
    if (what === "answer") session.answer(value);
    else if (what === "outcome") session.outcome(value);
    else if (what === "code") session.goTo(value);
    else if (what === "look") session.cannotLook();
    else session.backTo(session.events.length - 1);
  }
  return session;
}
"""
"""Plays a game in the page; null where an answer is refused."""
NOTES = f"""games => {{
  {PLAYED}
  return games.map((game) => {{
    const session = played(...game);
    const notes = DATA.languages.map((language) => {{ reader.language = language; return noteOf(session); }});
    reader.language = DATA.languages[0];
    return notes;
  }});
}}"""
"""Plays games in the page, and yields their notes in both languages."""
STANDINGS = f"""games => {{
  {PLAYED}
  return games.map((game) => {{
    const session = played(...game);
    return session ? standing(session) : "refused";
  }});
  function standing(session) {{
    const {{ step }} = session;
    const {{ node }} = session.course.walked;
    return {{
      state: step.state, subject: step.question || step.remedy || "", rule: step.rule, cause: step.cause,
      reason: step.reason || "", to: step.to || [], codes: session.codes,
      values: Object.fromEntries([...session.values].sort()), because: texts(step.because),
      drawn: step.state === "escalated" ? node.kind === "escalated" || step.reason === "circle"
        : node.subject === (step.question || step.remedy),
    }};
  }}
}}"""
"""Plays games in the page: each a code and acts; yields where the case stands, and whether the chart stands there."""


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Page]:
    text = shipped_page(tmp_path_factory)
    with chromium() as browser, opened(browser, text, tmp_path_factory.mktemp("page")) as page:
        yield page


def standing(session: Session) -> dict[str, Any]:
    """Where the engine's session stands, in the words of the page."""
    step = session.next()
    rule = "" if isinstance(step, Saved) else getattr(step, "rule", "")
    return {
        "state": STATES[type(step)],
        "subject": getattr(step, "question", "") or getattr(step, "remedy", ""),
        "rule": rule,
        "cause": getattr(step, "cause", ""),
        "reason": step.reason if isinstance(step, Escalated) else "",
        "to": list(step.to) if isinstance(step, Escalated) else [],
        "codes": list(session.codes),
        "values": dict(sorted(session.values.items())),
        "because": step.because.en if STATES[type(step)] == "question" else "",
        "drawn": True,
    }


def in_engine(kb: KnowledgeBase, game: Game, engines: dict[str, Inference]) -> dict[str, Any] | str:
    """Where the engine comes to, told all but the last act at once: it does not matter when something was told."""
    *before, (what, last, _) = game.acts
    facts = [
        Answered(subject, value) if done == "answer" else Tried(subject, str(value)) for done, value, subject in before
    ]
    try:
        session = Session(kb, game.code, facts, engines=engines)
        if what == "answer":
            session.answer(last)
        else:
            session.outcome(str(last))
    except CaseError as error:
        return REFUSED if error.slug == "contradiction" else error.slug
    return standing(session)


def played(page: Page, games: list[Game]) -> list[Any]:
    """Where the page comes to, in batches."""
    found: list[Any] = []
    for start in range(0, len(games), 2000):
        batch = [[game.code, [list(act[:2]) for act in game.acts]] for game in games[start : start + 2000]]
        found += page.evaluate(STANDINGS, batch)
    return found


def differing(kb: KnowledgeBase, page: Page, games: list[Game]) -> list[tuple[Game, Any, Any]]:
    """The games in which page and engine do not come to the same."""
    engines: dict[str, Inference] = {}
    both = zip(games, [in_engine(kb, game, engines) for game in games], played(page, games), strict=True)
    return [(game, engine, page_) for game, engine, page_ in both if engine != page_]


def test_every_edge_of_a_few_codes_leads_in_the_page_where_it_leads_in_the_engine(page: Page) -> None:
    kb = shipped.knowledge()
    for code in FEW:
        games = list(edges(kb, code))
        assert differing(kb, page, random.Random(code).sample(games, 200)) == []


@pytest.mark.exhaustive
@pytest.mark.parametrize("code", shipped.codes())
def test_every_edge_leads_in_the_page_where_it_leads_in_the_engine(code: str, page: Page) -> None:
    kb = shipped.knowledge()
    assert differing(kb, page, list(edges(kb, code))) == []


# Sessions with everything in them -------------------------------------------------------------------------------------


def walked(kb: KnowledgeBase, dice: random.Random, engines: dict[str, Inference]) -> tuple[Game, Session]:
    """A random session with numbers, other codes, places nobody can look at, and steps taken back."""
    codes = [code for code in kb.codes if code != words.UNKNOWN_CODE]
    session = Session(kb, dice.choice([*codes, SOME_CODE]), engines=engines)
    acts: list[Act] = []
    for _ in range(dice.randint(1, 40)):
        act = _drawn_act(kb, session, dice, codes)
        if act is None:
            break
        with suppress(CaseError):  # what contradicts is refused by both
            _do(session, act)
            acts.append(act)
    return Game(session.opened_as, tuple(acts)), session


def _drawn_act(kb: KnowledgeBase, session: Session, dice: random.Random, codes: list[str]) -> Act | None:
    step = session.next()
    if session.events and dice.random() < 0.05:
        return "back", "", ""
    if dice.random() < 0.04:
        return "code", dice.choice([*codes, SOME_CODE]), ""
    if isinstance(step, Ask):
        question = kb.questions[step.question]
        if dice.random() < 0.06:
            return "look", "", ""
        if question.threshold and dice.random() < 0.5:
            return "answer", dice.choice([0, 1, 4, 5, 24, 25, 50, 300]), ""
        code = [dice.choice([*codes, SOME_CODE])] if question.kind == words.CODE else []
        return "answer", dice.choice([*question.answers, *code]), ""
    if isinstance(step, Propose | Saved):
        weights = [1, 8, 2, 3, 3, 1]
        return "outcome", dice.choices([*words.OUTCOMES, dice.choice([*codes, SOME_CODE])], weights)[0], ""
    return None


def _do(session: Session, act: Act) -> None:
    what, value, _ = act
    if what == "answer":
        session.answer(value)
    elif what == "outcome":
        session.outcome(str(value))
    elif what == "code":
        session.go_to(str(value))
    elif what == "look":
        session.cannot_look()
    else:
        session.back()


def test_random_sessions_come_to_the_same_step_and_give_the_same_note(page: Page) -> None:
    check_random_sessions(page, range(60))


@pytest.mark.exhaustive
def test_many_random_sessions_come_to_the_same_step_and_give_the_same_note(page: Page) -> None:
    check_random_sessions(page, range(1000, 1600))


def check_random_sessions(page: Page, seeds: range) -> None:
    kb, engines = shipped.knowledge(), dict[str, Inference]()
    readers = console_readers()
    games, standings, notes = [], [], []
    for seed in seeds:
        game, session = walked(kb, random.Random(seed), engines)
        games.append(game)
        standings.append(standing(session))
        notes.append([note_of(session, reader) for reader in readers.values()])
    found = played(page, games)
    for game, engine, here in zip(games, standings, found, strict=True):
        assert here == engine, game
    batch = [[game.code, [list(act[:2]) for act in game.acts]] for game in games]
    for game, console, here in zip(games, notes, page.evaluate(NOTES, batch), strict=True):
        assert here == console, game
