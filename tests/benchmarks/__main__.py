"""Measures side by side and writes docs/performance.md: `python -m tests.benchmarks [--quick]`.

Every figure is a ratio of two things measured alternately in one run, or stands beside the figure it is compared
with; nothing here is asserted.
"""

from __future__ import annotations

import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path

from engine.case import Ask, Propose
from engine.inference import Inference
from engine.plan import plan_of
from engine.session import Session
from engine.unfold import Unfolder
from kb import words
from kb.knowledge import KnowledgeBase
from kb.store import open_folder, open_shipped
from tests.benchmarks import cost, generated, graphs, runbook
from tests.clips_engine import ClipsInference

ROOT = Path(__file__).resolve().parents[2]
IMPORTS = "import collections, collections.abc; collections.Mapping = collections.abc.Mapping; import experta, click"
"""What every such program has to import, with what frozendict 1.2 needs to import at all."""


def cold_start(runs: int, kb: Path | None, code: str) -> tuple[float, float]:
    """Median seconds of the command and of the bare imports, run alternately."""
    command = [sys.executable, "-m", "voltriage", "diagnose", code, "--no-input", "--json", "--lang", "en"]
    if kb:
        command += ["--kb", str(kb)]
    bare = [sys.executable, "-c", IMPORTS]
    times: dict[str, list[float]] = {"command": [], "bare": []}
    for name, words_ in (("command", command), ("bare", bare)):
        _timed(words_, name)  # once, so that caches and byte code are there
    for _ in range(runs):
        times["command"].append(_timed(command, "command"))
        times["bare"].append(_timed(bare, "bare"))
    return statistics.median(times["command"]), statistics.median(times["bare"])


@cache
def _where() -> Path:
    """Away from the checkout where Voltriage is installed, so that the installed program is measured."""
    installed = any("voltriage" in names for names in packages_distributions().values())
    return Path(tempfile.gettempdir()) if installed else ROOT


def _timed(command: list[str], name: str) -> float:
    start = time.perf_counter()
    done = subprocess.run(command, cwd=_where(), stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - start
    if done.returncode not in (0, 1, 4):
        raise SystemExit(f"{name} failed: {done.stderr.decode()}")
    return seconds


def answers(kb: KnowledgeBase, codes: list[str], sessions: int) -> tuple[float, float, int]:
    """Median and 99th percentile of the milliseconds from an answer or outcome to the next step, and how many."""
    dice = random.Random(7)
    times: list[float] = []
    engines: dict[str, Inference] = {}
    for _ in range(sessions):
        session = Session(kb, dice.choice(codes), engines=engines)
        while isinstance(step := session.next(), Ask | Propose):
            start = time.perf_counter()
            if isinstance(step, Ask):
                question = kb.questions[step.question]
                session.answer(dice.choice(question.answers))
            else:
                session.outcome(words.NOT_FIXED)
            times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.99)], len(times)


def engines_compared(kb: KnowledgeBase, codes: list[str], walks: int) -> dict[str, tuple[float, float]]:
    """For experta and CLIPS: milliseconds to load a plan, and to the next step, on the same rules and facts."""
    figures = {}
    for name, engine in (("experta", Inference), ("CLIPS", ClipsInference)):
        load: list[float] = []
        step: list[float] = []
        for code in codes:
            plan = plan_of(kb, code)
            start = time.perf_counter()
            loaded = engine(kb, plan)
            load.append((time.perf_counter() - start) * 1000)
            for walk in range(walks):
                _walk(kb, loaded, random.Random(f"{code} {walk}"), step)
        figures[name] = statistics.median(load), statistics.median(step)
    return figures


def _walk(kb: KnowledgeBase, engine: Inference | ClipsInference, dice: random.Random, times: list[float]) -> None:
    from engine.productions import AskIt, ProposeIt

    engine.forget()
    action = engine.step()
    while isinstance(action, AskIt | ProposeIt):
        line = engine.plan.lines[action.line]
        start = time.perf_counter()
        if isinstance(action, AskIt):
            question = kb.questions[line.conditions[action.index].subject]
            engine.know(question.id, dice.choice(question.answers))
        else:
            engine.know_outcome(line.remedies[action.index], words.NOT_FIXED)
        action = engine.step()
        times.append((time.perf_counter() - start) * 1000)


def unfolding(kb: KnowledgeBase) -> tuple[float, int]:
    """Seconds to unfold all codes, and the number of states."""
    start = time.perf_counter()
    nodes = sum(len(Unfolder(kb, plan_of(kb, code)).unfold().nodes) for code in kb.codes)
    return time.perf_counter() - start, nodes


def bare_imports() -> float:
    """Median seconds to import experta and click in a fresh interpreter, less the bare interpreter."""
    pairs = [
        (_timed([sys.executable, "-c", IMPORTS], "imports"), _timed([sys.executable, "-c", ""], "python"))
        for _ in range(5)
    ]
    return statistics.median(one - other for one, other in pairs)


def timed(work: Callable[[], object]) -> float:
    """Seconds that something takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main(quick: bool) -> None:
    """Measure everything and write the page."""
    runs = 5 if quick else 11
    shipped = open_shipped().kb
    codes = [code for code in shipped.codes if code != words.UNKNOWN_CODE]
    rows = []
    command, bare = cold_start(runs, None, "0xC004F038")
    rows.append(
        (
            "cold start, shipped knowledge",
            f"{command * 1000:.0f} ms",
            f"imports alone {bare * 1000:.0f} ms",
            f"{command / bare:.2f}",
            "at most 3",
        )
    )
    median, slowest, count = answers(shipped, codes, 30 if quick else 300)
    rows.append(("answer to next step, median", f"{median:.2f} ms", f"{count} steps", "", "5 ms"))
    rows.append(("answer to next step, 99 %", f"{slowest:.2f} ms", f"{count} steps", "", "30 ms"))
    for times in (10,) if quick else (10, 100):
        rows += larger(shipped, times, runs, command, median)
    compared = engines_compared(shipped, codes, 2 if quick else 20)
    for what, index in (("load a plan", 0), ("answer to next step in the engine", 1)):
        ours, other = compared["experta"][index], compared["CLIPS"][index]
        rows.append(
            (f"{what}, experta against CLIPS", f"{ours:.2f} ms", f"CLIPS {other:.2f} ms", f"{ours / other:.2f}", "")
        )
    seconds, nodes = unfolding(shipped)
    imported = bare_imports()
    rows.append(
        (
            f"unfold all {len(shipped.codes)} codes ({nodes} states)",
            f"{seconds * 1000:.0f} ms",
            f"import of experta and click {imported * 1000:.0f} ms",
            f"{seconds / imported:.2f}",
            "",
        )
    )
    rows += charts(2 if quick else 7)
    rows += review(1 if quick else 3)
    page = _page(rows)
    print(page)
    if not quick:
        (ROOT / "docs" / "performance.md").write_text(page, encoding="utf-8", newline="\n")


Row = tuple[str, str, str, str, str]


@contextmanager
def _empty_cache(folder: Path) -> Iterator[None]:
    """A user's cache in which nothing is yet: the same generated knowledge may have been compiled before."""
    before = os.environ.get("XDG_CACHE_HOME")
    os.environ["XDG_CACHE_HOME"] = str(folder)
    try:
        yield
    finally:
        del os.environ["XDG_CACHE_HOME"]
        if before is not None:
            os.environ["XDG_CACHE_HOME"] = before


def larger(shipped: KnowledgeBase, times: int, runs: int, command: float, median: float) -> list[Row]:
    """The same figures on knowledge that many times as large, against one times as large, image warm."""
    with tempfile.TemporaryDirectory() as folder, _empty_cache(Path(folder, "cache")):
        base, big = Path(folder, "base"), Path(folder, "big")
        base_code = generated.write(base, shipped, 1)
        big_code = generated.write(big, shipped, times)
        old = time.time() - 60
        for path in (*base.rglob("*"), *big.rglob("*")):
            os.utime(path, (old, old))  # as after a minute: changes of the last seconds are always hashed
        open_folder(base)
        cold = timed(lambda: open_folder(big))
        warm_base, _ = cold_start(runs, base, base_code)
        warm_big, _ = cold_start(runs, big, big_code)
        answers_base = answers(open_folder(base).kb, [base_code], 40)[0]
        answers_big = answers(open_folder(big).kb, [big_code], 40)[0]
    return [
        (
            f"cold start, {times} times the codes, image warm",
            f"{warm_big * 1000:.0f} ms",
            f"once the codes {warm_base * 1000:.0f} ms",
            f"{warm_big / warm_base:.2f}",
            "at most 1.5",
        ),
        (
            f"answer to next step, {times} times the codes",
            f"{answers_big:.2f} ms",
            f"once the codes {answers_base:.2f} ms",
            f"{answers_big / answers_base:.2f}",
            "at most 1.5",
        ),
        (f"first use of {times} times the codes (image cold)", f"{cold:.1f} s", "", "", ""),
    ]


def charts(runs: int) -> list[Row]:
    """Graphs and charts against the import of networkx; ten times the codes; the whole runbook."""
    found = graphs.measured(runs)
    once, tenfold = graphs.growth(runs)
    book = runbook.measured(max(2, runs // 2))
    unfolded = found.unfolding + found.graphs
    return [
        (
            "unfold all codes and build their networkx graphs",
            f"{unfolded * 1000:.0f} ms",
            f"import of networkx {found.importing * 1000:.0f} ms",
            f"{unfolded / found.importing:.2f}",
            "at most 5",
        ),
        (
            "graphs and charts of 10 times the codes",
            f"{tenfold:.2f} s",
            f"once the codes {once:.2f} s",
            f"{tenfold / once:.1f}",
            f"at most {graphs.MOST_GROWTH}",
        ),
        (
            "the whole runbook as PDF",
            f"{book.whole:.1f} s",
            f"{book.runs} layout runs {book.layout:.1f} s, Typst alone {book.typst:.1f} s",
            f"{book.ratio:.2f}",
            f"at most {runbook.MOST}",
        ),
    ]


def review(runs: int) -> list[Row]:
    """Coverage and checks against unfolding, ten times the codes, and what it costs to observe a session."""
    both = cost.reviewing(runs)
    fresh, kept = cost.recording(100 * runs), cost.recording(100 * runs, keep_plans=True)
    rows = [
        (
            "coverage of all scenarios and every check, both commands",
            f"{both.coverage:.2f} s and {both.checks:.2f} s",
            f"{cost.UNFOLDINGS} unfoldings of all codes and {cost.SECONDS} s: {both.allowed:.2f} s",
            f"{both.ratio:.2f}",
            "at most 1",
        ),
        (
            "a session to its end, and its coverage read off",
            f"{fresh.session + fresh.marks:.2f} ms",
            f"not observed {fresh.session:.2f} ms",
            f"{fresh.ratio:.3f}",
            f"at most {cost.MOST_RECORDING}",
        ),
        (
            "the same, plans kept from session to session",
            f"{kept.session + kept.marks:.2f} ms",
            f"not observed {kept.session:.2f} ms",
            f"{kept.ratio:.3f}",
            "",
        ),
    ]
    for name, found in cost.growth(min(runs, 2)).items():
        rows.append(
            (
                f"voltriage {name}, 10 times the codes",
                f"{found.more:.1f} s",
                f"once the codes {found.once:.1f} s",
                f"{found.ratio:.1f}",
                f"at most {cost.MOST_GROWTH}",
            )
        )
    return rows


def _page(rows: list[Row]) -> str:
    lines = [
        "# Performance",
        "",
        "Written by `python -m tests.benchmarks`; medians of alternate runs on one machine, so compare the ratios.",
        f"Python {platform.python_version()} on {platform.system()}, {os.cpu_count()} cores.",
        "",
        "| what | figure | beside it | ratio | goal |",
        "|---|---|---|---|---|",
        *(f"| {' | '.join(row)} |" for row in rows),
        "",
        "For a folder of YAML files, the start lists the files and their times; that is what the figure for a hundred",
        "times the codes is made of.",
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
