"""Writing files so that nothing is ever half written, and saying in plain words why one could not be written."""

from __future__ import annotations

import errno
import os
import re
import stat
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path, PurePath, PureWindowsPath

from .problems import VoltriageError


class NotWrittenError(VoltriageError, OSError):
    """A file could not be written; what was there before is untouched.

    `sentence` has places for `values`, so that the rim can say it in the reader's language; `{place}` is the file. It
    is an `OSError` too: whoever can do without the file, as a cache can, need not know why there is none.
    """

    slug = "not-written"

    def __init__(self, sentence: str, number: int, place: PurePath, **values: str) -> None:
        self.sentence = sentence
        self.values = {"place": str(place), **values}
        super().__init__(number, sentence.format(**self.values))

    def __str__(self) -> str:
        return str(self.strerror)


def write_atomically(path: Path, content: bytes) -> None:
    """Write the whole file or nothing: a neighbour is written, flushed to disk, then put in its place.

    Missing folders are made. A link stays one: the file that it leads to is replaced. A device or pipe, such as
    /dev/stdout, is written to directly. Rights of an existing file are kept.

    Raises `NotWrittenError` with the reason and the next step.
    """
    try:
        target = Path(os.path.realpath(path)) if path.is_symlink() else path
        _refuse_unfit_name(target)
        if target.is_dir():
            raise NotWrittenError("{place} is a folder; name a file in it", errno.EISDIR, path)
        if target.exists() and not target.is_file():
            target.write_bytes(content)
        else:
            _refuse_protected(target)
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace_whole(target, content)
    except NotWrittenError:
        raise
    except (OSError, ValueError) as error:
        raise _told(path, error) from error


def unfit_for_windows(name: str) -> bool:
    """Whether Windows refuses this name for a file or folder, or takes it for something else than a file.

    A name with a colon would silently write to a hidden stream of another file, `NUL` to nowhere, and a dot or blank
    at the end would be dropped.
    """
    device = name.partition(".")[0].rstrip(" ").upper()
    return bool(_FORBIDDEN.search(name) or name.endswith((".", " ")) or device in _DEVICES)


_FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')
_DEVICES = frozenset(
    ["CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"]
    + [f"{device}{number}" for device in ("COM", "LPT") for number in "0123456789\u00b9\u00b2\u00b3"]
)


def _refuse_unfit_name(path: PurePath) -> None:
    """Refuse names that Windows does not have, on Windows."""
    if isinstance(path, PureWindowsPath):
        names = [part for part in path.parts if part not in (path.anchor, "..")]
        unfit = next((name for name in names if unfit_for_windows(name)), "")
        if unfit:
            raise NotWrittenError(
                '{place}: Windows does not allow the name "{name}"; choose one without < > : " | ? * and without a dot '
                "or blank at its end, other than CON, PRN, AUX, NUL, COM1 and LPT1",
                errno.EINVAL,
                path,
                name=unfit,
            )


def _refuse_protected(target: Path) -> None:
    """Refuse to replace a write-protected file: some systems would allow it, and nobody would expect it."""
    if target.exists() and not os.access(target, os.W_OK):
        raise NotWrittenError(
            "{place} is write-protected; take the protection off, or choose another name", errno.EACCES, target
        )


def _replace_whole(target: Path, content: bytes) -> None:
    # The name does not contain the target's: with it a long name would become too long.
    draft = target.with_name(f".voltriage-{os.urandom(4).hex()}.tmp")
    with draft.open("xb") as file:
        try:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            file.close()  # Windows removes no open file
            _remove(draft)
            raise
    try:
        if target.exists():
            draft.chmod(stat.S_IMODE(target.stat().st_mode))
        put_in_place(draft, target)
    finally:
        _remove(draft)


def _remove(draft: Path) -> None:
    with suppress(OSError):  # why the file was not written is what must be told
        draft.unlink(missing_ok=True)


_PAUSES = (0.05, 0.1, 0.2, 0.4)
"""Seconds between tries to replace a file that another program has open: virus scanners let go after a moment."""
_SHARING_VIOLATIONS = frozenset({5, 32, 33})
"""How Windows says that a file is open in another program (access denied, sharing violation, lock violation)."""


def put_in_place(draft: Path, target: Path, pauses: Sequence[float] = _PAUSES) -> None:
    """Let a finished file take another one's place and name, waiting a moment for a program that has it open.

    Raises `NotWrittenError` when it stays open, and `OSError` for every other reason.
    """
    for pause in (*pauses, None):
        try:
            draft.replace(target)
            return
        except PermissionError as error:
            if getattr(error, "winerror", None) not in _SHARING_VIOLATIONS:
                raise
            if pause is None:
                raise _in_use(target) from error
        time.sleep(pause)


def _told(path: Path, error: OSError | ValueError) -> NotWrittenError:
    """What the operating system refused, as a sentence with a next step."""
    number = getattr(error, "errno", None) or errno.EINVAL
    if number in _FULL:
        return NotWrittenError("{place}: no space is left; make room, or choose another place", number, path)
    if number in _BUSY:
        return _in_use(path)
    if number in _REFUSED:
        return NotWrittenError("{place}: you have no right to write there; choose another folder", number, path)
    if number in _IN_THE_WAY:
        return NotWrittenError("{place}: a file stands where a folder is needed; choose another place", number, path)
    if number in _NO_FOLDER:
        return NotWrittenError(
            "{place}: there is no such folder and none can be made, or the name is too long; choose another place",
            number,
            path,
        )
    reason = getattr(error, "strerror", None) or str(error)
    return NotWrittenError("{place}: {reason}; choose another place or name", number, path, reason=reason)


def _in_use(path: Path) -> NotWrittenError:
    return NotWrittenError(
        "{place} is open in another program; close it there, or choose another name", errno.EBUSY, path
    )


def _numbers(*names: str) -> frozenset[int]:
    """Error numbers by their names, as far as this system has them."""
    return frozenset(getattr(errno, name) for name in names if hasattr(errno, name))


_FULL = _numbers("ENOSPC", "EDQUOT", "EFBIG")
_BUSY = _numbers("EBUSY", "ETXTBSY")
_REFUSED = _numbers("EACCES", "EPERM", "EROFS")
_IN_THE_WAY = _numbers("ENOTDIR", "EEXIST")
_NO_FOLDER = _numbers("ENOENT", "ENAMETOOLONG")
