"""Opens a knowledge base the fast way: the shipped image, or the cached image of a folder.

A folder is known by the hash of its files' names and contents. Because hashing a large folder takes longer than a
session's start may, the hash itself is remembered by the files' names, sizes and times of change; a folder that was
changed within the last seconds is always hashed, since a second change could have the same time.

The cache only saves time: where it cannot be written or holds rubbish, the folder is read instead.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from .image import ImageError, read_image, write_image
from .knowledge import KnowledgeBase

if TYPE_CHECKING:
    import hashlib

HERE = Path(__file__).resolve().parent
SHIPPED_FOLDER = HERE / "data"
SHIPPED_IMAGE = HERE / "shipped.image"
REVIEWS = "reviews.yaml"
"""The file of a knowledge base that says who reviewed what. It is no knowledge: signing a rule changes no rule."""
_SETTLED_SECONDS = 3.0
_HASH_DIGITS = 64
_KEPT = 20
"""So many images (and so many remembered hashes) stay in the cache."""


class Opened(Struct, frozen=True):
    """An open knowledge base, its translations by language, and the folder it was made from."""

    kb: KnowledgeBase
    translations: Mapping[str, bytes]
    folder: Path


def open_shipped() -> Opened:
    """The knowledge that Voltriage ships: its image in an installed package, its folder in a checkout.

    Raises `ImageError` when the image of an installed package is damaged.
    """
    if SHIPPED_IMAGE.is_file():
        kb, translations = read_image(SHIPPED_IMAGE)
        return Opened(kb, translations, SHIPPED_FOLDER)
    return open_folder(SHIPPED_FOLDER)


def open_folder(folder: Path) -> Opened:
    """The knowledge base in a folder, through an image cached under the hash of its content.

    Raises `KnowledgeError` with every problem when the folder is no valid knowledge base.
    """
    folder = folder.resolve()
    try:
        digest = content_hash(folder)
    except OSError:  # a file that cannot be read; the loader says which
        return Opened(*_loaded(folder, ""), folder)
    image = cache_folder() / f"{digest}-{_makers()}.image"
    with suppress(ImageError):
        return Opened(*read_image(image), folder)
    kb, translations = _loaded(folder, digest)
    with suppress(OSError, ImageError):
        write_image(image, kb, translations)
        _prune(image.parent)
        return Opened(*read_image(image), folder)
    return Opened(kb, translations, folder)


def compile_folder(folder: Path, image: Path) -> None:
    """Load a folder and write its image.

    Raises `KnowledgeError` when the folder is no valid knowledge base.
    """
    write_image(image, *_loaded(folder, _hash_files(folder)))


def _loaded(folder: Path, digest: str) -> tuple[KnowledgeBase, Mapping[str, bytes]]:
    from msgspec.structs import replace

    from .loader import load_folder
    from .translation import compiled, languages

    kb = load_folder(folder)
    kb.manifest = replace(kb.manifest, sha256=digest)
    return kb, {language: compiled(folder, language) for language in languages(folder)}


def content_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that make up a knowledge base.

    Raises `OSError` when one of them cannot be read.
    """
    stamp, settled = _stamp(folder)
    index = cache_folder() / f"{stamp}.sha256"
    if settled:
        with suppress(OSError, ValueError):
            digest = index.read_text(encoding="ascii")
            if len(digest) == _HASH_DIGITS:
                return digest
    digest = _hash_files(folder)
    if settled:
        from .files import write_atomically

        with suppress(OSError):
            write_atomically(index, digest.encode())
    return digest


def _files(folder: Path) -> Iterator[os.DirEntry[str]]:
    """The files that make up a knowledge base: YAML and PO, without scenarios, traces, reviews and hidden ones.

    Files named `*.yml` are among them, so that the loader can refuse them.
    """
    return (entry for entry in _below(folder, ("scenarios", "trace")) if entry.path != os.fspath(folder / REVIEWS))


def _below(folder: Path | str, skipped: tuple[str, ...] = ()) -> Iterator[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        found = sorted(entries, key=lambda entry: entry.name)
    for entry in found:
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if entry.name not in skipped and not entry.is_symlink():
                yield from _below(entry.path)
        elif entry.name.endswith((".yaml", ".yml", ".po")):
            yield entry


def _stamp(folder: Path) -> tuple[str, bool]:
    """A hash over names, sizes and times of change, and whether the last change is long enough ago to trust it.

    Two times are read, as a program can set the one (`touch`, `rsync`, an archive) and not the other.
    """
    lines = [os.fspath(folder)]
    newest = 0
    for entry in _files(folder):
        status = entry.stat()
        newest = max(newest, status.st_mtime_ns, status.st_ctime_ns)
        lines.append(f"{entry.path}\0{status.st_size}\0{status.st_mtime_ns}\0{status.st_ctime_ns}")
    digest = _sha256("\0".join(lines).encode(errors="surrogateescape"))
    return digest.hexdigest(), newest < time.time_ns() - _SETTLED_SECONDS * 1e9


def _hash_files(folder: Path) -> str:
    digest = _sha256()
    for entry in _files(folder):
        path = Path(entry.path)
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode(errors="surrogateescape") + content)
    return digest.hexdigest()


def _makers() -> str:
    """A stamp of the code that makes images: another version of it may make another image of the same files."""
    digest = _sha256()
    for path in sorted(HERE.glob("*.py")):
        status = path.stat()
        digest.update(f"{path.name}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return digest.hexdigest()[:16]


def _sha256(content: bytes = b"") -> hashlib._Hash:
    """A SHA-256 to be added to. Loading it takes time that an installed program, which hashes no folder, can save."""
    from hashlib import sha256

    return sha256(content)


def _prune(folder: Path) -> None:
    """Remove all but the newest images and remembered hashes."""
    for pattern in ("*.image", "*.sha256"):
        newest_first = sorted(folder.glob(pattern), key=lambda path: path.stat().st_mtime_ns, reverse=True)
        for path in newest_first[_KEPT:]:
            path.unlink(missing_ok=True)


def cache_folder() -> Path:
    """Where images are kept, in the user's cache."""
    from platformdirs import user_cache_path

    return user_cache_path("voltriage", appauthor=False) / "images"
