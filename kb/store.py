"""Opens a knowledge base the fast way: the shipped image, or the cached image of a folder.

A folder is known by the hash of its files' names and contents. Because hashing a large folder takes longer than a
session's start may, the hash itself is remembered by the files' names, sizes and times of change; a folder that was
changed within the last seconds is always hashed, since a second change could have the same time.
"""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .image import FORMAT, ImageError, read_image, write_image
from .knowledge import KnowledgeBase

HERE = Path(__file__).resolve().parent
SHIPPED_FOLDER = HERE / "data"
SHIPPED_IMAGE = HERE / "shipped.image"
_SETTLED_SECONDS = 3.0


@dataclass(frozen=True)
class Opened:
    """An open knowledge base, its translations by language, and the folder it was made from."""

    kb: KnowledgeBase
    translations: Mapping[str, bytes]
    folder: Path


def open_shipped() -> Opened:
    """The knowledge that Voltriage ships: its image in an installed package, its folder in a checkout."""
    if SHIPPED_IMAGE.is_file():
        kb, translations = read_image(SHIPPED_IMAGE)
        return Opened(kb, translations, SHIPPED_FOLDER)
    return open_folder(SHIPPED_FOLDER)


def open_folder(folder: Path) -> Opened:
    """The knowledge base in a folder, through an image cached under the hash of its content.

    Raises `KnowledgeError` with every problem when the folder is no valid knowledge base.
    """
    folder = folder.resolve()
    digest = content_hash(folder)
    image = _cache() / f"{digest}-{FORMAT}.image"
    try:
        kb, translations = read_image(image)
    except ImageError:
        compile_folder(folder, image, digest)
        kb, translations = read_image(image)
    return Opened(kb, translations, folder)


def compile_folder(folder: Path, image: Path, digest: str = "") -> None:
    """Load a folder and write its image.

    Raises `KnowledgeError` when the folder is no valid knowledge base.
    """
    from msgspec.structs import replace

    from .loader import load_folder
    from .translation import compiled, languages

    kb = load_folder(folder)
    kb.manifest = replace(kb.manifest, sha256=digest or _hash_files(folder))
    write_image(image, kb, {language: compiled(folder, language) for language in languages(folder)})


def content_hash(folder: Path) -> str:
    """SHA-256 over the names and contents of the files that make up a knowledge base."""
    stamp, settled = _stamp(folder)
    index = _cache() / f"{stamp}.json"
    if settled:
        try:
            return str(json.loads(index.read_text(encoding="utf-8"))["sha256"])
        except (OSError, ValueError, KeyError):
            pass
    digest = _hash_files(folder)
    if settled:
        from .files import write_atomically

        write_atomically(index, json.dumps({"sha256": digest}).encode())
    return digest


def _files(folder: Path) -> Iterator[Path]:
    """The files that make up a knowledge base: YAML and PO, without the scenarios, sorted."""
    for directory, names, files in os.walk(folder):
        names[:] = sorted(name for name in names if not (name == "scenarios" and Path(directory) == folder))
        for file in sorted(files):
            if file.endswith((".yaml", ".po")):
                yield Path(directory) / file


def _stamp(folder: Path) -> tuple[str, bool]:
    """A hash over names, sizes and times of change, and whether the last change is long enough ago to trust it."""
    digest = hashlib.sha256(os.fsencode(folder))
    newest = 0
    for path in _files(folder):
        status = path.stat()
        newest = max(newest, status.st_mtime_ns)
        digest.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode(errors="surrogateescape"))
    return digest.hexdigest(), newest < time.time_ns() - _SETTLED_SECONDS * 1e9


def _hash_files(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in _files(folder):
        content = path.read_bytes()
        name = path.relative_to(folder).as_posix()
        digest.update(f"{name}\0{len(content)}\0".encode(errors="surrogateescape") + content)
    return digest.hexdigest()


def _cache() -> Path:
    from platformdirs import user_cache_path

    return user_cache_path("voltriage", appauthor=False) / "images"
