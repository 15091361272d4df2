"""experta is used as published, pins and all, and importing it leaves nothing behind in the process."""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.metadata import distribution, requires, version

import pytest

LOOK_AROUND = """
import collections, logging

def look():
    root = logging.getLogger()
    return dir(collections), list(root.handlers), root.level, list(root.filters), logging.root.disabled

{before}
seen = look()
import engine.inference
assert look() == seen, (look(), seen)
assert not hasattr(collections, "Mapping")
engine.inference.experta.KnowledgeEngine().reset()  # and it works
"""


def in_a_fresh_process(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", program]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=False)


@pytest.mark.parametrize(
    "before",
    [
        "",  # logging not configured: no handler, level WARNING
        "logging.basicConfig(level=logging.ERROR)",  # configured by the host program
        "logging.getLogger().addHandler(logging.NullHandler())",  # a handler that experta would leave alone
    ],
)
def test_importing_the_inference_leaves_the_root_logger_and_collections_as_they_were(before: str) -> None:
    done = in_a_fresh_process(LOOK_AROUND.format(before=before))

    assert done.returncode == 0, done.stderr
    assert (done.stdout, done.stderr) == ("", "")


def test_an_alias_that_somebody_else_has_set_stays_set() -> None:
    program = """
import collections, collections.abc
collections.Mapping = collections.abc.Mapping
import engine.inference
assert collections.Mapping is collections.abc.Mapping
"""

    done = in_a_fresh_process(program)

    assert done.returncode == 0, done.stderr


def test_experta_cannot_be_imported_without_the_alias() -> None:
    done = in_a_fresh_process("import experta")

    assert done.returncode != 0
    assert "Mapping" in done.stderr, "the workaround in engine.inference is no longer needed; remove it"


@pytest.mark.parametrize(("name", "pinned"), [("frozendict", "1.2"), ("schema", "0.6.7")])
def test_what_experta_pins_is_what_is_installed(name: str, pinned: str) -> None:
    pins = [re.sub(r"[ ()]", "", pin) for pin in requires("experta") or ()]

    assert f"{name}=={pinned}" in pins
    assert version(name) == pinned


def test_experta_is_the_published_release() -> None:
    direct = distribution("experta").read_text("direct_url.json")

    assert version("experta") == "1.9.4"
    assert direct is None, f"experta was installed from {direct}"
