"""The manual is run: what it shows is what the program does today.

A page is read from top to bottom, and in a folder of its own these parts of it happen in order:

    ```console       each line that begins with "$ " is run by a shell; the lines under it are its output. A line of
                     "…" stands for any number of lines, and "…" inside a line for anything. A command must end with
                     code 0 unless the next one is "$ echo $?". What stands behind a prompt ("y / n / ? / x > y") is
                     typed.
    <!-- file: NAME -->         the block that follows is written to this file
    <!-- move: NAME | A | B --> in this file, the line A is moved to stand behind the line B

Other blocks (`sh`, `text`, `yaml`, `json`) are only shown. `python -m tests.test_docs` writes today's output into the
pages, keeps what is left out ("…") where it can, and prints the names of the pages it changed: read the difference.
"""

from __future__ import annotations

import ast
import difflib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import click
import pytest

from engine.case import Ask, Propose
from engine.session import Session
from kb import schema, words
from kb.loader import load_folder
from kb.texts import Texts
from tests import shipped
from voltriage.cli import COMMANDS, program, run
from voltriage.state import state_of

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MANUAL = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])
ROOMS = ("kb", "engine", "trees", "voltriage")

posix_shell = pytest.mark.skipif(sys.platform == "win32", reason="the manual's console blocks are for a POSIX shell")


# Pages ----------------------------------------------------------------------------------------------------------------


@dataclass
class Command:
    """A command of a console block; `first` and `last` are the lines of its output in the page, from 0."""

    line: str
    first: int
    shown: list[str] = field(default_factory=list)

    @property
    def last(self) -> int:
        return self.first + len(self.shown)


@dataclass
class File:
    """A block that is written to a file."""

    name: str
    text: str


@dataclass
class Move:
    """A line of a file that is moved behind another one."""

    name: str
    what: str
    behind: str


def parts(page: Path) -> Iterator[Command | File | Move]:
    """What a page says to do, in order."""
    lines = page.read_text(encoding="utf-8").splitlines()
    number = 0
    name = ""
    while number < len(lines):
        line = lines[number]
        number += 1
        if found := re.fullmatch(r"<!-- file: (\S+) -->", line):
            name = found[1]
        elif found := re.fullmatch(r"<!-- move: (\S+) \| (.+) \| (.+) -->", line):
            yield Move(found[1], found[2], found[3])
        elif found := re.fullmatch(r"```(\w+)", line):
            end = lines.index("```", number)
            if found[1] == "console":
                yield from commands(lines[number:end], number)
            elif name:
                yield File(name, "\n".join(lines[number:end]) + "\n")
            name = ""
            number = end + 1


def commands(block: list[str], start: int) -> Iterator[Command]:
    """The commands of a console block with what it shows of their output."""
    current: Command | None = None
    for offset, line in enumerate(block, start):
        if line.startswith("$ "):
            if current:
                yield current
            current = Command(line[2:], offset + 1)
        else:
            assert current, f"a console block begins with a command, not with {line!r}"
            current.shown.append(line)
    if current:
        yield current


# Running them ---------------------------------------------------------------------------------------------------------

PROMPT = re.compile(
    r'(?P<prompt>[^>]+ / \? / x >|fixed / [^>]+ >|Do this\? Type ".+?" in full, or declined >|code>) (?P<typed>\S.*)'
)


@dataclass
class Outcome:
    """A command as it was run."""

    command: Command
    printed: list[str]
    code: int


class Folder:
    """A folder in which a page is followed, with the command `voltriage` of this checkout."""

    def __init__(self, path: Path) -> None:
        self.path = path / "work"
        self.path.mkdir()
        (self.path / "kb").symlink_to(ROOT / "kb")
        tools = path / "bin"
        tools.mkdir()
        shim = tools / "voltriage"
        shim.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m voltriage "$@"\n', encoding="utf-8")
        shim.chmod(0o755)
        self.environment = {
            **os.environ,
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PYTHONDONTWRITEBYTECODE": "1",
            "LC_ALL": "C.UTF-8",
            "PYTHONUTF8": "1",
        }
        self.code = 0

    def follow(self, part: Command | File | Move) -> Outcome | None:
        """Do what one part says."""
        if isinstance(part, File):
            target = self.path / part.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(part.text, encoding="utf-8")
        elif isinstance(part, Move):
            target = self.path / part.name
            lines = target.read_text(encoding="utf-8").splitlines(keepends=True)
            moved = lines.pop([line.strip() for line in lines].index(part.what))
            lines.insert([line.strip() for line in lines].index(part.behind) + 1, moved)
            target.write_text("".join(lines), encoding="utf-8")
        else:
            return self.run(part)
        return None

    def run(self, command: Command) -> Outcome:
        """Run a command; what the page shows behind prompts is typed."""
        if command.line == "echo $?":
            return Outcome(command, [str(self.code)], 0)
        typed = [found["typed"] for line in command.shown if (found := PROMPT.fullmatch(line))]
        done = subprocess.run(
            ["bash", "-c", command.line],
            cwd=self.path,
            env=self.environment,
            input="".join(f"{line}\n" for line in typed),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        self.code = done.returncode
        return Outcome(command, as_on_a_terminal(done.stdout.splitlines(), typed), done.returncode)


def as_on_a_terminal(printed: list[str], typed: list[str]) -> list[str]:
    """The output with what was typed behind its prompt, where a terminal shows it."""
    rest = iter(typed)
    shown = []
    for line in printed:
        if PROMPT.fullmatch(f"{line.rstrip()} x"):
            shown.append(f"{line.rstrip()} {next(rest, '')}".rstrip())
        else:
            shown.append(line.rstrip())
    return shown


def is_as_shown(shown: list[str], printed: list[str]) -> bool:
    """Whether output matches what a page shows of it; "…" stands for what was left out."""
    pattern = ""
    for line in shown:
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += "[^\n]*".join(re.escape(piece) for piece in line.split("…")) + "\n"
    return re.fullmatch(pattern, "".join(f"{line}\n" for line in printed)) is not None


def mistakes(outcomes: list[Outcome]) -> Iterator[str]:
    """What a page shows wrongly."""
    for outcome, following in zip_longest(outcomes, outcomes[1:]):
        command = outcome.command
        told = following is not None and following.command.line == "echo $?"
        if outcome.code and not told:
            yield f"$ {command.line}\nended with code {outcome.code}, and the page does not say so (echo $?)"
        if command.shown and not is_as_shown(command.shown, outcome.printed):
            difference = difflib.unified_diff(command.shown, outcome.printed, "in the page", "today", lineterm="")
            yield "\n".join([f"$ {command.line}", *difference])


def follow(page: Path, folder: Folder) -> list[Outcome]:
    """Do everything that a page says, in order."""
    return [outcome for part in parts(page) if (outcome := folder.follow(part))]


PAGES_TO_FOLLOW = [page for page in MANUAL if any(True for _ in parts(page))]


@pytest.mark.slow
@posix_shell
@pytest.mark.parametrize("page", PAGES_TO_FOLLOW, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_what_a_page_shows_is_what_the_program_prints(page: Path, tmp_path: Path) -> None:
    found = list(mistakes(follow(page, Folder(tmp_path))))
    assert not found, "\n\n".join([*found, "python -m tests.test_docs writes today's output into the pages"])


def test_the_comparison_notices_a_wrong_line_and_accepts_what_is_left_out() -> None:
    printed = ["one", "two: 2", "three", "four"]
    assert is_as_shown(["one", "…", "four"], printed)
    assert is_as_shown(["one", "two: …", "…", "four", "…"], printed)
    assert not is_as_shown(["one", "four"], printed)
    assert not is_as_shown(["one", "…", "three"], printed)
    assert not is_as_shown(["one", "two: 3", "…"], printed)


# What is in the source and what is in the manual ----------------------------------------------------------------------

SLUG = re.compile(r"[a-z]+(-[a-z]+)*")
SLUG_ARGUMENT = {"Problem": 4, "CaseError": 1, "problem": 2}
"""Which argument of these calls is a slug; `problem` is a method of documents and a helper of the same shape."""


def slugs() -> set[str]:
    """Every slug in the source: of error classes, problems, findings and errors of a case."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for room in ROOMS for path in (ROOT / room).rglob("*.py")]
    return {slug for tree in trees for node in ast.walk(tree) for slug in _slugs_at(node)}


def _slugs_at(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        place = SLUG_ARGUMENT.get(name)
        if place is not None and place < len(node.args):
            yield from _words_of(node.args[place])
        yield from (slug for keyword in node.keywords if keyword.arg == "slug" for slug in _words_of(keyword.value))
    elif isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        for target in targets:
            yield from _slugs_assigned(target, node.value)
    elif isinstance(node, ast.FunctionDef):
        named = [*node.args.posonlyargs, *node.args.args]
        for argument, default in zip(reversed(named), reversed(node.args.defaults), strict=False):
            if argument.arg == "slug":
                yield from _words_of(default)


def _slugs_assigned(target: ast.expr, value: ast.expr) -> Iterator[str]:
    if isinstance(target, ast.Name) and target.id == "slug":
        yield from _words_of(value)
    elif isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple):
        for one, its in zip(target.elts, value.elts, strict=False):
            yield from _slugs_assigned(one, its)
    elif isinstance(target, ast.Name) and target.id == "_EXPECTED" and isinstance(value, ast.Dict):
        yield from (slug for pair in value.values if isinstance(pair, ast.Tuple) for slug in _words_of(pair.elts[0]))


def _words_of(node: ast.expr) -> Iterator[str]:
    """The constant, or both sides of a choice between constants."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str) and SLUG.fullmatch(node.value):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from (*_words_of(node.body), *_words_of(node.orelse))


def headings(page: Path, level: int) -> list[str]:
    mark = "#" * level + " "
    return [line[len(mark) :] for line in prose(page).splitlines() if line.startswith(mark)]


@cache
def prose(page: Path) -> str:
    """A page without its fenced blocks."""
    return re.sub(r"^```.*?^```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)


def test_every_slug_in_the_source_has_a_heading_in_messages_and_every_heading_is_a_slug() -> None:
    found = slugs()
    assert {"contradiction", "yaml-syntax", "bad-id", "image-unreadable", "scenario-differs"} <= found
    told = headings(DOCS / "messages.md", 3)
    assert sorted(told) == told, "the slugs stand in alphabetical order"
    assert set(told) == found - {"error"}  # the base class's, which no error that is shown has


def test_every_relative_link_leads_to_a_file_and_to_a_heading_in_it() -> None:
    broken = []
    for page in MANUAL:
        for target in re.findall(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)", prose(page)):
            if re.match(r"[a-z]+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.exists() or (anchor and anchor not in anchors(file)):
                broken.append(f"{page.relative_to(ROOT)}: {target}")
    assert not broken


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.replace("`", "").lower()).replace(" ", "-") for title in titles}


def test_the_readme_has_exactly_the_two_install_commands() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if re.fullmatch(r"    (pip install .*)", line)] == [
        "    pip install . && voltriage diagnose 0xC004F074",
        "    pip install '.[test]' && pytest",
    ]


def test_the_readme_names_every_command_and_subcommand() -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    context = click.Context(program)
    names = set(COMMANDS)
    for name in COMMANDS:
        names |= {f"{name} {sub}" for sub in getattr(program.get_command(context, name), "commands", {})}
    assert not {name for name in names if f"voltriage {name}" not in readme}


def test_every_source_file_that_the_manual_names_exists() -> None:
    missing = set()
    for page in MANUAL:
        for name in re.findall(rf"`((?:{'|'.join(ROOMS)}|tests|docs|\.ci)/[\w./*-]+)`", prose(page)):
            if not list(ROOT.glob(name.rstrip("/"))):
                missing.add(f"{page.relative_to(ROOT)}: {name}")
    assert not missing


def test_the_manual_names_no_folder_of_the_machine_it_was_written_on() -> None:
    for page in MANUAL:
        assert not re.search(r"(?<![\w.])/(?:work|tmp|home|root)/", page.read_text(encoding="utf-8")), page


def test_every_decision_is_numbered_and_linked() -> None:
    names = [page.name for page in MANUAL if page.parent.name == "decisions"]
    assert [name[:4] for name in names] == [f"{number:04}" for number in range(1, len(names) + 1)]
    architecture = (DOCS / "architecture.md").read_text(encoding="utf-8")
    assert not [name for name in names if f"(decisions/{name})" not in architecture]


def test_the_format_s_page_names_every_field_and_every_word() -> None:
    page = (DOCS / "knowledge-format.md").read_text(encoding="utf-8")
    forms = [form for form in vars(schema).values() if isinstance(form, type) and issubclass(form, schema.Form)]
    fields = {info.alias or name for form in forms for name, info in form.model_fields.items()}
    known = {
        word
        for name in ("KINDS", "OUTCOMES", "RISKS", "PLACES", "EFFORTS", "SHELLS", "TYPES", "MESSAGE_STATUS", "REASONS")
        for word in getattr(words, name)
    }
    assert not sorted(name for name in fields if not re.search(rf"(?<!\w){name}(?!\w)", page))
    assert not sorted(
        word for word in (*known, *words.PLACEHOLDERS) if not re.search(rf"(?<![\w-]){word}(?![\w-])", page)
    )


def test_the_examples_of_the_format_s_page_are_a_knowledge_base(tmp_path: Path) -> None:
    for part in parts(DOCS / "knowledge-format.md"):
        if isinstance(part, File):
            target = tmp_path / part.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(part.text, encoding="utf-8")
    kb = load_folder(tmp_path / "example")
    assert set(kb.codes) == {"0xC004F038", "0x8007232B", "unknown_code"}


def keys_in(value: Any) -> set[str]:
    """Every key in a JSON value, except those that are answers of a question (`choices`)."""
    if isinstance(value, dict):
        inner = (keys_in(item) for key, item in value.items() if key != "choices")
        return set(value).union(*inner)
    return set().union(*map(keys_in, value)) if isinstance(value, list) else set()


def states() -> Iterator[tuple[str, dict[str, Any]]]:
    """The states that a few sessions come through when nothing is known, nothing can be done, and something waits."""
    texts = Texts("en", {})
    for code in ("0xC004F06C", "0xC004F038", "0x80092328"):
        session = Session(shipped.knowledge(), code)
        step = session.next()
        while isinstance(step, Ask | Propose):
            yield code, state_of(session, texts)
            if isinstance(step, Propose) and shipped.knowledge().remedies[step.remedy].wait:
                session.outcome(words.PENDING)
                yield code, state_of(session, texts)
            step = session.answer(words.UNKNOWN) if isinstance(step, Ask) else session.outcome(words.BLOCKED)
        yield code, state_of(session, texts)


def test_the_page_on_formats_names_every_field_of_the_json_that_commands_print(
    capsys: pytest.CaptureFixture[str],
) -> None:
    told = set(re.findall(r"`([a-z_0-9]+)`", (DOCS / "formats.md").read_text(encoding="utf-8")))
    found = list(states())
    assert {state["state"] for _, state in found} >= {"question", "remedy", "saved", "escalated"}
    printed = [state for _, state in found]
    for command in (["codes"], ["explain", "0xC004F06C"]):
        assert run([*command, "--json", "--lang", "en"]) == 0
        printed.append(json.loads(capsys.readouterr().out))
    assert not sorted(keys_in(printed) - told)


# Recording ------------------------------------------------------------------------------------------------------------


def recorded(shown: list[str], printed: list[str]) -> list[str]:
    """What the page shall show: today's lines; what was left out between two lines that are still there stays so."""
    if is_as_shown(shown, printed):
        return shown
    kept: list[str] = []
    before, here_before = -1, -1
    for there, here in [*_still_there(shown, printed), (len(shown), len(printed))]:
        between = printed[here_before + 1 : here]
        left_out = any(line.strip() == "…" for line in shown[before + 1 : there])
        kept += ["…"] if left_out and between else between
        if there < len(shown):
            kept.append(shown[there] if is_as_shown([shown[there]], [printed[here]]) else printed[here])
        before, here_before = there, here
    return kept


def _still_there(shown: list[str], printed: list[str]) -> Iterator[tuple[int, int]]:
    """The lines of a page that the program still prints, whatever their indentation: where they stand in both."""
    lines = [line.strip() for line in printed]
    for number, line in enumerate(shown):
        if "…" in line and line.strip() != "…":
            same = next((each for each in printed if is_as_shown([line], [each])), line)
            shown = [*shown[:number], same, *shown[number + 1 :]]
    matcher = difflib.SequenceMatcher(None, [line.strip() for line in shown], lines, autojunk=False)
    for there, here, size in matcher.get_matching_blocks():
        yield from ((there + step, here + step) for step in range(size))


def record(pages: Iterable[Path]) -> None:
    """Write today's output into the pages."""
    for page in pages:
        with tempfile.TemporaryDirectory() as folder:
            outcomes = follow(page, Folder(Path(folder)))
        lines = page.read_text(encoding="utf-8").splitlines()
        for outcome in reversed(outcomes):
            command = outcome.command
            if command.shown:
                lines[command.first : command.last] = recorded(command.shown, outcome.printed)
        text = "\n".join(lines) + "\n"
        if text != page.read_text(encoding="utf-8"):
            page.write_text(text, encoding="utf-8")
            print(page.relative_to(ROOT))


if __name__ == "__main__":
    record([Path(name).resolve() for name in sys.argv[1:]] or PAGES_TO_FOLLOW)
