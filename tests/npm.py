"""Packages of the npm registry for tests: real parsers and checkers, kept between runs in a temporary folder."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

import pytest


def folder_with(*packages: str) -> Path:
    """A folder in which these packages ("axe-core@4") are installed; the test is skipped where that cannot be."""
    found = _installed(packages)
    if isinstance(found, str):
        pytest.skip(found)
    return found


def node() -> str:
    """The program that runs JavaScript; the test is skipped where there is none."""
    program = shutil.which("node")
    if program is None:
        pytest.skip("Node.js is not installed")
    return program


@cache
def _installed(packages: tuple[str, ...]) -> Path | str:
    """The folder, or the reason why there is none."""
    npm = shutil.which("npm")
    if npm is None:
        return "npm is not installed"
    named = hashlib.sha256(" ".join(packages).encode()).hexdigest()[:12]
    kept = Path(tempfile.gettempdir(), f"voltriage-npm-{named}")
    if kept.is_dir():
        return kept
    folder = Path(tempfile.mkdtemp(prefix="voltriage-npm-"))
    (folder / "package.json").write_text('{"private": true, "type": "module"}', encoding="utf-8")
    command = [npm, "install", "--no-audit", "--no-fund", "--ignore-scripts", *packages]
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, timeout=240, check=False)
    except subprocess.TimeoutExpired:
        return "npm did not answer in time"
    if done.returncode:
        return f"npm cannot install {', '.join(packages)}: {done.stderr.decode()[-300:]}"
    try:
        return folder.rename(kept)
    except OSError:  # another process was faster
        return folder
