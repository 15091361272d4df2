"""For every test: nothing of whoever runs them counts, and nothing is written to their folders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def _sessions_are_kept_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Journals go to a temporary folder, also those of programs that tests start."""
    folder = str(tmp_path_factory.mktemp("data"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_DATA_HOME", folder)
        patch.setenv("WIN_PD_OVERRIDE_LOCAL_APPDATA", folder)  # what platformdirs heeds on Windows
        patch.delenv("COLUMNS", raising=False)  # pytest-xdist sets it, and the program heeds it
        yield
