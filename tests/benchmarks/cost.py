"""What a reviewer waits for: the coverage of all scenarios and every check, against unfolding; observing a session.

`python -m tests.benchmarks.cost` prints the figures.
"""

from __future__ import annotations

import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from engine.case import STATES, Answered, Ask, Propose
from engine.coverage import Observer
from engine.inference import Inference
from engine.plan import plan_of
from engine.session import Session
from engine.unfold import Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from kb.loader import load_folder
from kb.scenarios import SUFFIX
from kb.store import open_shipped
from tests.benchmarks import generated

UNFOLDINGS, SECONDS = 5, 5
"""Coverage and checks together take at most so many unfoldings of all codes and so many seconds."""
MOST_RECORDING = 1.05
"""A session that is observed takes at most so many times as long."""
MOST_GROWTH = 12
"""Coverage, and the checks, of ten times the codes take at most so many times as long."""
SCENARIOS = 10
"""Generated scenarios for each generated code."""


@dataclass(frozen=True)
class Reviewing:
    """Median seconds: the two commands from start to end, and unfolding all codes once."""

    coverage: float
    checks: float
    unfolding: float

    @property
    def allowed(self) -> float:
        """The seconds that both commands together may take."""
        return UNFOLDINGS * self.unfolding + SECONDS

    @property
    def ratio(self) -> float:
        """Both commands, in the seconds allowed."""
        return (self.coverage + self.checks) / self.allowed


def reviewing(runs: int) -> Reviewing:
    """Measure in turn, so that what else the machine does concerns all alike."""
    kb = open_shipped().kb
    times: dict[str, list[float]] = {"coverage": [], "checks": [], "unfolding": []}
    for _ in range(runs):
        times["coverage"].append(_command("coverage"))
        times["checks"].append(_command("check"))
        start = time.perf_counter()
        for code in kb.codes:
            Unfolder(kb, plan_of(kb, code)).unfold()
        times["unfolding"].append(time.perf_counter() - start)
    return Reviewing(**{name: statistics.median(found) for name, found in times.items()})


def _command(name: str, *more: str, cache: Path | None = None) -> float:
    command = [sys.executable, "-m", "voltriage", name, "--lang", "en", *more]
    env = {**os.environ, "XDG_CACHE_HOME": str(cache)} if cache else None
    start = time.perf_counter()
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False, env=env)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1):
        raise SystemExit(f"{name} failed: {done.stderr.decode()}")
    return seconds


@dataclass(frozen=True)
class Recording:
    """Milliseconds of a session on average, from its code to its end, and of reading off what it covered."""

    session: float
    marks: float

    @property
    def ratio(self) -> float:
        """A session that is observed, in sessions that are not."""
        return (self.session + self.marks) / self.session


def recording(sessions: int, *, keep_plans: bool = False) -> Recording:
    """Lead sessions with answers by chance, and look at each when it is over.

    A session loads its plan, and its observer expands it again. `keep_plans`: both are kept from one to the next.
    """
    kb = open_shipped().kb
    codes = [code for code in kb.codes if code != words.UNKNOWN_CODE]
    engines: dict[str, Inference] = {}
    observer = Observer(kb)
    led, looked = 0.0, 0.0
    for number in range(-len(codes), sessions):  # those below 0 warm up
        dice = random.Random(number)
        code = codes[number] if number < 0 else dice.choice(codes)
        engines, observer = (engines, observer) if keep_plans else ({}, Observer(kb))
        start = time.perf_counter()
        session = _led(kb, code, dice, engines)
        ended = time.perf_counter()
        observer.marks(session)
        if number >= 0:
            looked += time.perf_counter() - ended
            led += ended - start
    return Recording(led / sessions * 1000, looked / sessions * 1000)


def _led(kb: KnowledgeBase, code: str, dice: random.Random, engines: dict[str, Inference]) -> Session:
    """A session to its end, with answers by chance; no remedy helps."""
    session = Session(kb, code, engines=engines)
    while isinstance(step := session.next(), Ask | Propose):
        if isinstance(step, Ask):
            session.answer(dice.choice(kb.questions[step.question].answers))
        else:
            session.outcome(words.NOT_FIXED)
    return session


@dataclass(frozen=True)
class Growth:
    """Median seconds for generated knowledge, and for so many times as much of it."""

    once: float
    more: float

    @property
    def ratio(self) -> float:
        """How many times as long the larger one takes."""
        return self.more / self.once


def growth(runs: int, times: int = 10) -> dict[str, Growth]:
    """Both commands on generated knowledge with generated scenarios, and on so many times as much of both."""
    found: dict[str, tuple[list[float], list[float]]] = {"coverage": ([], []), "check": ([], [])}
    with tempfile.TemporaryDirectory() as folder:
        cache = Path(folder, "cache")
        bases = [str(_generated(Path(folder, str(size)), size)) for size in (1, times)]
        for base in bases:
            _command("codes", "--kb", base, cache=cache)  # so that its image is there
        for _ in range(runs):
            for name, seconds in found.items():
                for base, some in zip(bases, seconds, strict=True):
                    some.append(_command(name, "--kb", base, cache=cache))
    return {name: Growth(*map(statistics.median, seconds)) for name, seconds in found.items()}


def _generated(folder: Path, size: int) -> Path:
    """Generated knowledge and, for each of its codes, sessions that stop or end somewhere; a minute old."""
    generated.write(folder, open_shipped().kb, size)
    kb = load_folder(folder)
    for code in kb.codes:
        if code != words.UNKNOWN_CODE:
            (folder / "scenarios" / code).mkdir(parents=True)
            engines: dict[str, Inference] = {}
            for number in range(SCENARIOS):
                path = folder / "scenarios" / code / f"{number}{SUFFIX}"
                text = _scenario(kb, code, random.Random(f"{code} {number}"), engines)
                path.write_text(text, encoding="utf-8", newline="\n")
    old = time.time() - 60
    for path in folder.rglob("*"):
        os.utime(path, (old, old))
    return folder


def _scenario(kb: KnowledgeBase, code: str, dice: random.Random, engines: dict[str, Inference]) -> str:
    """Answers to most questions of a code's plan, and where the rules lead with them."""
    questions = plan_of(kb, code).questions
    told = {ident: dice.choice(kb.questions[ident].answers) for ident in questions if dice.random() < 0.9}
    session = Session(kb, code, [Answered(*answer) for answer in told.items()], engines=engines)
    lines = [
        "scenario: Generated",
        f'code: "{code}"',
        "answers:",
        *(f"  {ident}: {value}" for ident, value in told.items()),
    ]
    return "\n".join([*lines, f"expect: {{state: {STATES[type(session.next())]}}}", ""])


def main() -> None:
    """Print the figures."""
    figures = reviewing(3)
    print(f"coverage {figures.coverage:.2f} s, checks {figures.checks:.2f} s, unfolding {figures.unfolding:.3f} s:")
    print(f"  {figures.ratio:.2f} of the {figures.allowed:.2f} s allowed (goal: at most 1)")
    for keep in (False, True):
        found = recording(300, keep_plans=keep)
        print(f"session {found.session:.2f} ms, marks {found.marks:.2f} ms, {found.ratio:.3f} (plans kept: {keep})")
    for name, grown in growth(2).items():
        print(f"{name}, ten times the codes: {grown.more:.2f} s, once {grown.once:.2f} s, {grown.ratio:.1f} times")


if __name__ == "__main__":
    main()
