"""Files are written whole or not at all, and what prevents it is said with the file's name and the next step."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kb import files
from kb.files import NotWrittenError, put_in_place, unfit_for_windows, write_atomically

ROOT = Path(__file__).resolve().parent.parent
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX files and users")


def refusal(path: Path, content: bytes = b"new") -> str:
    """What is said when this file cannot be written."""
    with pytest.raises(NotWrittenError) as caught:
        write_atomically(path, content)
    assert caught.value.slug == "not-written"
    return str(caught.value)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture
def ordinary_user() -> Iterator[Path]:
    """A folder of a user without rights, who this process is for the time of the test."""
    if sys.platform == "win32":
        pytest.skip("needs POSIX users")
    folder = Path(tempfile.mkdtemp())
    is_root = os.geteuid() == 0
    if is_root:
        os.chown(folder, 65534, 65534)
        os.setresuid(65534, 65534, 0)
    try:
        yield folder
    finally:
        if is_root:
            os.setresuid(0, 0, 0)
        for path in [folder, *folder.rglob("*")]:
            path.chmod(0o700)
        shutil.rmtree(folder)


# What is written


@given(st.binary(max_size=2000), st.binary(max_size=2000))
def test_the_file_holds_exactly_what_was_written_last(first: bytes, second: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "new folder" / "note.txt"
        for content in (first, second):
            write_atomically(path, content)
            assert path.read_bytes() == content
        assert names(path.parent) == ["note.txt"]


def test_the_longest_name_that_the_system_has_can_be_written(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 240 + ".txt")
    write_atomically(path, b"new")
    assert path.read_bytes() == b"new"


@posix
def test_a_link_stays_a_link_and_the_file_that_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    target = tmp_path / "share" / "note.txt"
    target.write_bytes(b"old")
    link = tmp_path / "note.txt"
    link.symlink_to(target)
    write_atomically(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    assert names(tmp_path / "share") == ["note.txt"]


@posix
def test_rights_are_those_that_the_user_gives_new_files_and_those_of_an_existing_file_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    before = os.umask(0o027)
    try:
        write_atomically(path, b"new")
    finally:
        os.umask(before)
    assert path.stat().st_mode & 0o777 == 0o640
    path.chmod(0o600)
    write_atomically(path, b"newer")
    assert path.stat().st_mode & 0o777 == 0o600


@posix
def test_a_pipe_is_written_to_and_stays_a_pipe(tmp_path: Path) -> None:
    path = tmp_path / "pipe"
    os.mkfifo(path)
    read: list[bytes] = []
    reader = threading.Thread(target=lambda: read.append(path.read_bytes()), daemon=True)
    reader.start()
    write_atomically(path, b"new")
    reader.join(10)
    assert read == [b"new"]
    assert path.is_fifo()


# What prevents it


def test_a_folder_of_that_name_is_named_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "note"
    (path / "inside").mkdir(parents=True)
    assert refusal(path) == f"{path} is a folder; name a file in it"
    assert names(tmp_path) == ["note"]
    assert names(path) == ["inside"]


def test_a_file_where_a_folder_is_needed_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "notes").write_bytes(b"old")
    for path in (tmp_path / "notes" / "note.txt", tmp_path / "notes" / "today" / "note.txt"):
        assert refusal(path) == f"{path}: a file stands where a folder is needed; choose another place"
    assert (tmp_path / "notes").read_bytes() == b"old"


def test_a_folder_without_the_right_to_write_is_said_and_the_old_file_stays(ordinary_user: Path) -> None:
    path = ordinary_user / "note.txt"
    path.write_bytes(b"old")
    ordinary_user.chmod(0o500)
    assert refusal(path) == f"{path}: you have no right to write there; choose another folder"
    below = ordinary_user / "new" / "note.txt"
    assert refusal(below) == f"{below}: you have no right to write there; choose another folder"
    assert path.read_bytes() == b"old"
    assert names(ordinary_user) == ["note.txt"]


def test_a_write_protected_file_is_not_replaced(ordinary_user: Path) -> None:
    path = ordinary_user / "note.txt"
    path.write_bytes(b"old")
    path.chmod(0o400)
    assert refusal(path) == f"{path} is write-protected; take the protection off, or choose another name"
    assert path.read_bytes() == b"old"
    assert names(ordinary_user) == ["note.txt"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs the device that is always full")
def test_a_full_device_is_said_and_stays_a_device() -> None:
    path = Path("/dev/full")
    assert refusal(path) == "/dev/full: no space is left; make room, or choose another place"
    assert path.is_char_device()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 KiB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "none", os.fspath(folder)]
    try:
        mounted = subprocess.run(mount, capture_output=True, check=False, timeout=10).returncode == 0
    except OSError:
        mounted = False
    if not mounted:
        pytest.skip("needs the right to mount a file system")
    yield folder
    subprocess.run(["umount", os.fspath(folder)], check=True, timeout=10)


def test_a_full_disk_is_said_and_the_old_file_stays(small_disk: Path) -> None:
    path = small_disk / "note.txt"
    path.write_bytes(b"old")
    assert refusal(path, bytes(100_000)) == f"{path}: no space is left; make room, or choose another place"
    assert path.read_bytes() == b"old"
    assert names(small_disk) == ["note.txt"]


def test_a_name_that_is_too_long_is_said(tmp_path: Path) -> None:
    path = tmp_path / ("n" * 300)
    assert refusal(path).startswith(f"{path}: there is no such folder and none can be made, or the name is too long")
    assert names(tmp_path) == []


def test_a_name_that_no_system_has_is_said_without_a_traceback(tmp_path: Path) -> None:
    for name in ("no\0te", "no\ud800te"):
        assert refusal(tmp_path / name).endswith("; choose another place or name")
    assert names(tmp_path) == []


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the cache is not named by XDG_CACHE_HOME")
def test_a_cache_that_cannot_be_written_costs_time_only(tmp_path: Path) -> None:
    (tmp_path / "cache").write_bytes(b"a file in the way")
    environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "cache"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "voltriage", "explain", "0xC004F038", "--lang", "de"]
    shown = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False, timeout=60)
    assert (shown.returncode, shown.stderr) == (0, b"")
    assert "Ursachen" in shown.stdout.decode()
    assert names(tmp_path) == ["cache"]


# Windows, as far as it can be seen from here


UNFIT = [
    "a:b",
    "note.txt:stream",
    "CON",
    "con.txt",
    "Nul",
    "aux .txt",
    "COM1",
    "lpt9.log",
    "COM\u00b2",
    "note.",
    "note ",
]
FIT = ["note.txt", "0xC004F074 2026-11-22T10-15-00Z.jsonl", "console", "COM10", "nul1", ".a"]


@pytest.mark.parametrize("name", [*UNFIT, *(f"a{character}b" for character in '<>:"/\\|?*\n\0')])
def test_names_that_windows_does_not_have(name: str) -> None:
    assert unfit_for_windows(name)


@pytest.mark.parametrize("name", FIT)
def test_names_that_windows_has(name: str) -> None:
    assert not unfit_for_windows(name)


def test_on_windows_every_part_of_a_path_is_looked_at_and_elsewhere_none() -> None:
    refuse = files._refuse_unfit_name
    for path in (r"C:\notes\note.txt", r"\\server\share\note.txt", r"..\note.txt", r"C:note.txt", "note.txt"):
        refuse(PureWindowsPath(path))
    for path in (r"C:\notes\a:b.txt", r"C:\aux\note.txt", r"..\note.", "NUL", r"C:\notes\what?.txt"):
        with pytest.raises(NotWrittenError, match="Windows does not allow the name"):
            refuse(PureWindowsPath(path))
        refuse(PurePosixPath(path))


class OpenElsewhere(type(Path())):  # type: ignore[misc]  # the class of this system's paths
    """A finished file whose target a Windows program has open, for so many tries."""

    tries = 0
    code = 32

    def replace(self, target: Path) -> Path:
        self.tries -= 1
        if self.tries >= 0:
            error = PermissionError(13, "The process cannot access the file")
            error.winerror = self.code  # type: ignore[attr-defined,unused-ignore]
            raise error
        return super().replace(target)


def open_elsewhere(folder: Path, tries: int, code: int = 32) -> tuple[Path, Path]:
    draft, target = OpenElsewhere(folder / "draft"), folder / "note.txt"
    draft.tries, draft.code = tries, code
    draft.write_bytes(b"new")
    target.write_bytes(b"old")
    return draft, target


@pytest.mark.parametrize("code", [5, 32, 33])
def test_a_file_that_is_open_elsewhere_for_a_moment_is_replaced_then(tmp_path: Path, code: int) -> None:
    draft, target = open_elsewhere(tmp_path, 2, code)
    put_in_place(draft, target, (0, 0))
    assert target.read_bytes() == b"new"


def test_a_file_that_stays_open_elsewhere_is_named_and_stays_as_it_was(tmp_path: Path) -> None:
    draft, target = open_elsewhere(tmp_path, 3)
    with pytest.raises(NotWrittenError) as caught:
        put_in_place(draft, target, (0, 0))
    assert str(caught.value) == f"{target} is open in another program; close it there, or choose another name"
    assert target.read_bytes() == b"old"


def test_waiting_for_another_program_takes_less_than_a_second() -> None:
    assert sum(files._PAUSES) < 1


def test_a_refusal_of_another_kind_is_not_tried_again(tmp_path: Path) -> None:
    draft, target = open_elsewhere(tmp_path, 1, code=1224)
    with pytest.raises(PermissionError):
        put_in_place(draft, target, (0, 0))
    assert target.read_bytes() == b"old"


# Killed in the middle


@posix
@pytest.mark.parametrize("delay", range(5))
def test_a_process_that_is_killed_while_it_writes_leaves_the_old_content(tmp_path: Path, delay: int) -> None:
    path = tmp_path / "note.txt"
    path.write_bytes(b"old")
    size = 100_000_000
    program = (
        "import sys; from pathlib import Path; from kb.files import write_atomically\n"
        f"content = bytes({size})\n"
        "print('begins', flush=True)\n"
        "write_atomically(Path(sys.argv[1]), content)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program, path], cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begins\n"
        written = delay * size // 10
        end = time.monotonic() + 30
        while child.poll() is None and _largest(tmp_path) <= written and time.monotonic() < end:
            pass
        child.send_signal(signal.SIGKILL)
    assert path.read_bytes() == b"old" or path.stat().st_size == size, "half of a file"


def _largest(folder: Path) -> int:
    """Bytes of the largest file there is at this moment."""
    sizes = [0]
    for entry in os.scandir(folder):
        with suppress(FileNotFoundError):  # renamed since
            sizes.append(entry.stat().st_size)
    return max(sizes)
