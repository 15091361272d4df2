"""What must hold on Windows, where these tests are rarely run: read off the source and the files.

Each law is a function that returns what breaks it, and is shown a breach once, so that it is known to notice one.
"""

from __future__ import annotations

import ast
import ctypes
import locale
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from kb.files import unfit_for_windows
from tests import shipped
from voltriage.keeping import sessions_folder
from voltriage.language import preferred

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("kb", "engine", "trees", "voltriage")
PROGRAM = [*(path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py"))), ROOT / "hatch_build.py"]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


# The source ----------------------------------------------------------------------------------------------------------


def named(names: str) -> frozenset[str]:
    return frozenset(names.split())


POSIX_MODULES = named("crypt curses fcntl grp posix pty pwd readline resource syslog termios tty")
POSIX_NAMES = {
    "os": named(
        "chown chroot fork forkpty geteuid getgid getgroups getpgid getpgrp getsid getuid initgroups killpg lchown "
        "mkfifo mknod nice openpty pathconf setegid seteuid setgid setpgid setresuid setreuid setsid setuid statvfs "
        "sysconf tcgetpgrp tcsetpgrp uname wait3 wait4 waitid WNOHANG"
    ),
    "signal": named(
        "SIGALRM SIGCHLD SIGCONT SIGHUP SIGKILL SIGPIPE SIGQUIT SIGSTOP SIGTSTP SIGTTIN SIGTTOU SIGUSR1 SIGUSR2 "
        "SIGWINCH alarm getitimer pause pthread_kill pthread_sigmask setitimer siginterrupt sigpending sigwait"
    ),
    "time": named("tzset"),
}
"""What Windows' Python does not have, of modules that it has."""


def tree(source: str) -> ast.Module:
    """The syntax tree, each node knowing the one above it."""
    parsed = ast.parse(source)
    for node in ast.walk(parsed):
        for child in ast.iter_child_nodes(node):
            child.above = node  # type: ignore[attr-defined]
    return parsed


def is_guarded(node: ast.AST) -> bool:
    """Whether it stands under an `if` that asks for the platform."""
    while (node := getattr(node, "above", None)) is not None:  # type: ignore[assignment]
        if isinstance(node, ast.If) and "sys.platform" in ast.unparse(node.test):
            return True
    return False


def is_in_a_function(node: ast.AST) -> bool:
    while (node := getattr(node, "above", None)) is not None:  # type: ignore[assignment]
        if isinstance(node, ast.FunctionDef):
            return True
    return False


def imported(node: ast.AST) -> list[str]:
    """The modules that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name.partition(".")[0] for alias in node.names]
    return (
        [node.module.partition(".")[0]] if isinstance(node, ast.ImportFrom) and node.module and not node.level else []
    )


def posix_only(source: str) -> list[str]:
    """Uses of what Windows does not have that no `if sys.platform` keeps away from it."""
    found = []
    for node in ast.walk(tree(source)):
        names = [name for name in imported(node) if name in POSIX_MODULES]
        if isinstance(node, ast.ImportFrom):
            names += [alias.name for alias in node.names if alias.name in POSIX_NAMES.get(node.module or "", ())]
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            names += [node.attr for _ in (1,) if node.attr in POSIX_NAMES.get(node.value.id, ())]
        found += [f"{node.lineno}: {name}" for name in names if not is_guarded(node)]  # type: ignore[attr-defined]
    return found


def posix_only_at_import(source: str) -> list[str]:
    """Imports that let a test module fail on Windows before a mark can skip its tests."""
    return [
        f"{node.lineno}: {name}"  # type: ignore[attr-defined]
        for node in ast.walk(tree(source))
        for name in imported(node)
        if name in POSIX_MODULES | {"pexpect"} and not is_guarded(node) and not is_in_a_function(node)
    ]


TEXT_CALLS = {"read_text": 0, "write_text": 1, "open": 3, "fdopen": 3, "NamedTemporaryFile": 2, "TemporaryFile": 2}
"""Calls that open text, and the place at which the encoding may stand among their arguments, from 0."""
PROCESS_CALLS = frozenset({"run", "Popen", "check_output", "check_call", "call"})


def without_encoding(source: str) -> list[str]:
    """Text that would be read or written in the code page of the machine."""
    found = []
    for node in ast.walk(tree(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "attr", getattr(node.func, "id", ""))
        keywords = {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        if "encoding" in keywords or len(node.args) > TEXT_CALLS.get(name, len(node.args)):
            continue
        of_text = name in TEXT_CALLS and not (name in ("read_text", "write_text") and isinstance(node.func, ast.Name))
        binary = any("b" in mode for mode in _modes(node, keywords))
        other = isinstance(node.func, ast.Attribute) and ast.unparse(node.func.value) in NOT_FILES
        process = name in PROCESS_CALLS and bool({"text", "universal_newlines"} & set(keywords))
        if (of_text and not binary and not other) or process:
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


NOT_FILES = frozenset({"os", "pikepdf", "tarfile", "webbrowser", "zipfile", "distribution('experta')"})
"""`os.open` gives a number; the others open no text."""


def _modes(node: ast.Call, keywords: dict[str | None, str]) -> list[str]:
    """The arguments of a call that look like the mode of a file."""
    texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    default = ["'w+b'"] if ast.unparse(node.func).endswith("TemporaryFile") else []
    return [text for text in texts if isinstance(text, str) and re.fullmatch(r"[rwaxbt+]+", text)] + [
        *([keywords["mode"]] if "mode" in keywords else default if not texts else [])
    ]


def unsafe_calls(source: str) -> list[str]:
    """Calls that do otherwise on Windows: renaming onto a file, a shell, text written with its line ends."""
    found = []
    for node in ast.walk(tree(source)):
        if not isinstance(node, ast.Call):
            continue
        name, keywords = ast.unparse(node.func), {keyword.arg: ast.unparse(keyword.value) for keyword in node.keywords}
        writes = name.endswith("write_text") or any(
            set(mode) & set("wax") and "b" not in mode and name.endswith("open") for mode in _modes(node, keywords)
        )
        if name in ("os.rename", "os.system", "os.popen", "shutil.move") or name.endswith(".rename"):
            found.append(f"{node.lineno}: {name}")
        if keywords.get("shell") == "True" or (writes and "newline" not in keywords):
            found.append(f"{node.lineno}: {ast.unparse(node)}")
    return found


def breaches(law: Callable[[str], list[str]], files: Iterable[Path]) -> list[str]:
    """What breaks a law in these files."""
    return [f"{path.relative_to(ROOT)}:{found}" for path in files for found in law(path.read_text(encoding="utf-8"))]


def test_the_program_uses_nothing_that_windows_does_not_have() -> None:
    assert breaches(posix_only, PROGRAM) == []


def test_the_tests_can_be_collected_on_windows() -> None:
    assert breaches(posix_only_at_import, TESTS) == []


def test_text_files_are_read_and_written_in_a_named_encoding() -> None:
    assert breaches(without_encoding, [*PROGRAM, *TESTS]) == []


def test_the_program_replaces_files_starts_no_shell_and_writes_the_same_line_ends_everywhere() -> None:
    assert breaches(unsafe_calls, PROGRAM) == []


@pytest.mark.parametrize(
    ("law", "source"),
    [
        (posix_only, "import fcntl"),
        (posix_only, "def lock():\n    import termios, sys"),
        (posix_only, "import signal\nsignal.signal(signal.SIGHUP, stop)"),
        (posix_only, "from os import fork"),
        (posix_only, "if name:\n    import pty"),
        (posix_only_at_import, "import pexpect"),
        (without_encoding, "Path('a').read_text()"),
        (without_encoding, "open('a', 'w')"),
        (without_encoding, "path.open()"),
        (without_encoding, "NamedTemporaryFile('w')"),
        (without_encoding, "subprocess.run(line, text=True)"),
        (unsafe_calls, "os.rename(a, b)"),
        (unsafe_calls, "path.rename(b)"),
        (unsafe_calls, "subprocess.run(line, shell=True)"),
        (unsafe_calls, "path.write_text(text, encoding='utf-8')"),
        (unsafe_calls, "open('a', 'a', encoding='utf-8')"),
    ],
)
def test_a_breach_in_the_source_is_noticed(law: Callable[[str], list[str]], source: str) -> None:
    assert len(law(source)) == 1


@pytest.mark.parametrize(
    ("law", "source"),
    [
        (posix_only, "import sys\nif sys.platform != 'win32':\n    import termios\n    signal.SIGHUP"),
        (posix_only, "stop = getattr(signal, 'SIGHUP', None)"),
        (posix_only_at_import, "def test():\n    import pexpect"),
        (without_encoding, "path.open('rb'); open('a', mode='xb'); path.read_text('utf-8'); TemporaryFile()"),
        (unsafe_calls, "os.replace(a, b); path.replace(b); path.open('ab')"),
    ],
)
def test_what_is_fit_for_windows_is_let_through(law: Callable[[str], list[str]], source: str) -> None:
    assert law(source) == []


# Names of files ------------------------------------------------------------------------------------------------------


def unfit_names(paths: Iterable[str]) -> list[str]:
    """Paths, relative to a checkout or a data folder, that Windows cannot have, beside one another or at all."""
    found, met = [], {}
    for path in sorted(paths):
        found += [path for part in path.split("/") if unfit_for_windows(part)]
        found += [f"{path} and {met[path.casefold()]}" for _ in (1,) if path.casefold() in met]
        found += [f"{path}: too long" for _ in (1,) if len(path) > 150]  # Windows counts 260 with the folder before it
        met[path.casefold()] = path
    return found


def files_below(folder: Path) -> list[str]:
    return [path.relative_to(folder).as_posix() for path in folder.rglob("*")]


OWN = ("kb", "engine", "trees", "voltriage", "tests", "docs")


def test_every_file_of_the_checkout_has_a_name_that_windows_has() -> None:
    names = [f"{folder}/{name}" for folder in OWN for name in files_below(ROOT / folder) if "__pycache__" not in name]
    assert len(names) > 500
    assert unfit_names(names) == []


def test_an_unfit_name_is_noticed() -> None:
    assert unfit_names(["a/b:c", "docs/aux.md", "kb/Key.yaml", "kb/key.yaml", "n" * 151]) == [
        "a/b:c",
        "docs/aux.md",
        "kb/key.yaml and kb/Key.yaml",
        f"{'n' * 151}: too long",
    ]


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the folders of data and cache are not named by XDG")
def test_every_file_that_the_program_makes_has_a_name_that_windows_has(tmp_path: Path) -> None:
    environment = {name: str(tmp_path / name) for name in ("XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "HOME")}

    def voltriage(*arguments: object, typed: str = "") -> None:
        subprocess.run(
            [sys.executable, "-m", "voltriage", *map(str, arguments)],
            cwd=tmp_path,
            env={**os.environ, **environment, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"},
            input=typed.encode(),
            capture_output=True,
            timeout=60,
            check=False,
        )

    base = tmp_path / "base"
    (base / "codes").mkdir(parents=True)
    for name in ("kb.yaml", "owners.yaml", "sources.yaml"):
        (base / name).write_bytes((shipped.FOLDER / name).read_bytes())
    voltriage("new", "code", "0xC004F055", "--kb", base)
    voltriage("new", "rule", "proxy_blocks_kms", "--code", "0xC004F055", "--kb", base)
    voltriage("new", "translations", "--kb", base)
    voltriage("export", "clips", "0xC004F038", "0xC004F074", "-o", tmp_path / "clips")
    voltriage("diagnose", "0xC004F038", "--lang", "de", typed="?\n1\nsave\n")
    made = files_below(tmp_path)
    assert {Path(name).suffix for name in made} >= {".yaml", ".po", ".clp", ".image"}
    assert unfit_names(made) == []


# Line ends -----------------------------------------------------------------------------------------------------------


def test_every_text_file_has_line_feeds_and_gits_attributes_keep_them() -> None:
    texts = [
        path
        for folder in OWN
        for path in (ROOT / folder).rglob("*")
        if path.suffix in (".clp", ".json", ".md", ".po", ".py", ".sh", ".toml", ".txt", ".yaml")
    ]
    assert [str(path.relative_to(ROOT)) for path in texts if b"\r" in path.read_bytes()] == []
    rules = dict(line.split(None, 1) for line in _attributes())
    assert rules["*"] == "text=auto eol=lf"
    assert rules["tests/gold/**"] == "-text"
    assert all(rules[f"*.{ending}"] == "text eol=lf" for ending in ("json", "md", "po", "py", "sh", "txt", "yaml"))
    assert all(rules[f"*.{ending}"] == "binary" for ending in ("image", "mo", "pdf", "png"))


def _attributes() -> Iterator[str]:
    for line in (ROOT / ".gitattributes").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield line


# The language of the user interface ----------------------------------------------------------------------------------

UI_LANGUAGES = {
    0x0407: "de",  # Germany
    0x0807: "de",  # Switzerland
    0x0C07: "de",  # Austria
    0x1007: "de",  # Luxembourg
    0x1407: "de",  # Liechtenstein
    0x0409: "en",  # United States
    0x0809: "en",  # United Kingdom
    0x040C: "en",  # French: not spoken here
    0x0413: "en",  # Dutch
    0x1000: "en",  # a custom language
    0x0000: "en",
}


@pytest.fixture
def windows_ui(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Lets Windows be the platform, with a user interface of this language."""

    def show(language: int) -> None:
        kernel = SimpleNamespace(GetUserDefaultUILanguage=lambda: language)
        monkeypatch.setattr(ctypes, "windll", SimpleNamespace(kernel32=kernel), raising=False)
        monkeypatch.setattr(sys, "platform", "win32")
        monkeypatch.setenv("LANG", "fr_FR.UTF-8")

    assert locale.windows_locale  # the module is imported before the platform is another one
    return show


@pytest.mark.parametrize(("language", "spoken"), UI_LANGUAGES.items(), ids=lambda value: f"{value}")
def test_the_language_is_that_of_the_windows_user_interface(
    windows_ui: Callable[[int], None], language: int, spoken: str
) -> None:
    windows_ui(language)
    assert preferred(None) == spoken
    assert preferred("de") == "de"
    assert preferred("en") == "en"


def test_of_what_windows_returns_only_the_16_bits_of_a_language_count(windows_ui: Callable[[int], None]) -> None:
    windows_ui(0x7FFF0407)
    assert preferred(None) == "de"


# The page on installing ----------------------------------------------------------------------------------------------


def test_the_page_on_installing_names_the_wheel_of_this_version() -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    assert set(re.findall(r"voltriage-([\d.]+)-py3", page)) == {version}


def test_every_step_of_installing_is_there_for_every_shell() -> None:
    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w*)$", page, re.MULTILINE)
    assert set(filter(None, blocks)) == {"powershell", "cmd", "sh"}
    for heading in ("Is there a Python?", "In a virtual environment", "1. Collect", "4. Install", "Does it work?"):
        section = page.split(f"# {heading}\n", 1)[1].split("\n#", 1)[0]
        assert {"powershell", "cmd", "sh"} <= set(re.findall(r"^```(\w+)$", section, re.MULTILINE)), heading


def test_data_and_cache_are_where_the_page_on_installing_says(monkeypatch: pytest.MonkeyPatch) -> None:
    from platformdirs import macos, unix, windows

    page = (ROOT / "docs" / "install.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| (Windows|Linux|macOS) \| (`.*` \| `.*`) \|$", page, re.MULTILINE))
    for name in ("XDG_DATA_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOCALAPPDATA", "%LOCALAPPDATA%")
    monkeypatch.setattr(windows, "get_win_folder", windows.get_win_folder_from_env_vars)
    monkeypatch.setenv("HOME", "/home/somebody")
    sessions = sessions_folder().name
    systems = {"Windows": windows.Windows, "Linux": unix.Unix, "macOS": macos.MacOS}
    for system, folders in systems.items():
        place = folders("voltriage", appauthor=False)
        separator = "\\" if system == "Windows" else "/"
        both = [
            path.replace("/home/somebody", "~").replace("/", separator)
            for path in (f"{place.user_data_dir}/{sessions}", place.user_cache_dir)
        ]
        assert told[system] == f"`{both[0]}` | `{both[1]}`"
