"""A pytest plugin: `*.scenario.yaml` files are tests, and what they cover of the knowledge base is reported.

Whoever has Voltriage installed has this plugin in every pytest run, so it imports nothing until a scenario is met.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from .scenario_runs import Runs

_SUFFIX = ".scenario.yaml"
_FORMATS = {
    "term": "",
    "html": "kb-coverage.html",
    "json": "kb-coverage.json",
    "lcov": "kb-coverage.info",
    "cobertura": "kb-coverage.xml",
}
_RUNS = pytest.StashKey["Runs"]()
_OUTPUT = "voltriage_coverage"
"""Under this key a worker of pytest-xdist hands over what its scenarios covered."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options, named as people know them from pytest-cov."""
    group = parser.getgroup("voltriage", "scenarios of a Voltriage knowledge base")
    group.addoption(
        "--kb-coverage",
        action="append",
        nargs="?",
        const="term",
        default=[],
        metavar="FORMAT[:FILE]",
        type=_format,
        help=f"Report what scenarios cover: {', '.join(_FORMATS)} (may be given several times).",
    )
    group.addoption(
        "--kb-cov-fail-under",
        type=float,
        metavar="N",
        help="Fail if less than N percent is covered (rounded down).",
    )
    group.addoption(
        "--kb",
        type=Path,
        metavar="DIR",
        help="Folder of the knowledge base (default: the one around a scenario file, else the shipped one).",
    )


def _format(value: str) -> tuple[str, Path]:
    name, _, file = value.partition(":")
    if name not in _FORMATS:
        raise ValueError(f"{name!r} is not one of {', '.join(_FORMATS)}")
    return name, Path(file or _FORMATS[name])


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """A scenario file is a test."""
    if file_path.name.endswith(_SUFFIX):
        return ScenarioFile.from_parent(parent, path=file_path)
    return None


class ScenarioFile(pytest.File):
    """A scenario file."""

    def collect(self) -> Iterator[pytest.Item]:
        """The scenario in it."""
        yield ScenarioItem.from_parent(self, name=self.path.name.removesuffix(_SUFFIX))


class ScenarioItem(pytest.Item):
    """Plays one scenario."""

    def runtest(self) -> None:
        """Raises `ScenarioDiffersError` where it leads elsewhere than it expects."""
        runs_of(self.config).play(self.path)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """The differences, each at its line of the file; a traceback only for what is no difference."""
        from kb.problems import VoltriageError

        from .scenario_runs import ScenarioDiffersError

        if isinstance(excinfo.value, ScenarioDiffersError):
            return excinfo.value.told(self.path)
        if isinstance(excinfo.value, VoltriageError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """The file, its first line, and the name."""
        return self.path, 0, f"scenario {self.name}"


def runs_of(config: pytest.Config) -> Runs:
    """What scenarios have done in this process."""
    from .scenario_runs import Runs

    if _RUNS not in config.stash:
        config.stash[_RUNS] = Runs(config.getoption("--kb"), config.rootpath)
    return config.stash[_RUNS]


# Coverage -----------------------------------------------------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:  # noqa: ARG001  # pytest-xdist's names
    """A worker has ended: take over what its scenarios covered."""
    handed_over = getattr(node, "workeroutput", {}).get(_OUTPUT)
    if handed_over:
        runs_of(node.config).take_over(handed_over)


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker hands over; who leads the run fails it where too little is covered."""
    config = session.config
    wanted, least = config.getoption("--kb-coverage"), config.getoption("--kb-cov-fail-under")
    if _RUNS not in config.stash or not (wanted or least is not None):
        return
    output = getattr(config, "workeroutput", None)
    if output is not None:
        output[_OUTPUT] = runs_of(config).handed_over()
        return
    runs_of(config).report([one for one in wanted if one[0] != "term"])
    if least is not None and runs_of(config).least_hundredths() < least * 100 and session.exitstatus == 0:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    """The totals, and what is missing."""
    wanted, least = config.getoption("--kb-coverage"), config.getoption("--kb-cov-fail-under")
    if _RUNS not in config.stash or not (wanted or least is not None):
        return
    terminalreporter.section("knowledge base coverage")
    for line in runs_of(config).lines(whole=any(name == "term" for name, _ in wanted)):
        terminalreporter.write_line(line)
    for name, file in wanted:
        if name != "term":
            terminalreporter.write_line(f"{name}: {file}")
    hundredths = runs_of(config).least_hundredths()
    if least is not None and hundredths < least * 100:
        total = f"{hundredths // 100}.{hundredths % 100:02}"
        terminalreporter.write_line(f"FAIL: {total} % is covered, at least {least:g} % is required", red=True)
