"""The compiled form of a knowledge base, and the cache of folders: the same knowledge, only faster."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from kb.image import TYPES, ImageError, read_image, write_image
from kb.knowledge import KnowledgeBase
from kb.loader import load_folder
from kb.model import Question, Text
from kb.problems import KnowledgeError
from kb.store import cache_folder, compile_folder, content_hash, open_folder
from tests.small_base import FILES, write

ROOT = Path(__file__).resolve().parents[1]
PO = """
msgid ""
msgstr "Content-Type: text/plain; charset=utf-8\\n"

msgctxt "cause.wrong_key title"
msgid "The key is of another channel"
msgstr "Der Schlüssel gehört zu einem anderen Kanal"
"""
unix_only = pytest.mark.skipif(sys.platform == "win32", reason="needs links, and times that programs cannot set")
MANY_FILES = {**FILES, "locale/de/procedures/count.po": PO}


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of its own for each test."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr("kb.store.cache_folder", lambda: tmp_path / "cache" / "voltriage" / "images")
    return tmp_path / "cache" / "voltriage" / "images"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    return write(tmp_path / "base", MANY_FILES)


def everything(kb: KnowledgeBase) -> dict[str, dict[str, object]]:
    return {name: dict(getattr(kb, name)) for name in TYPES}


def images(cache: Path) -> list[Path]:
    return sorted(cache.glob("*.image"))


# The image


def test_an_image_holds_what_the_loader_made(base: Path, tmp_path: Path) -> None:
    loaded = load_folder(base)
    compile_folder(base, tmp_path / "image")

    read, translations = read_image(tmp_path / "image")

    assert everything(read) == everything(loaded)
    assert list(read.questions) == sorted(loaded.questions)
    assert {name: len(getattr(read, name)) for name in TYPES} == {name: len(getattr(loaded, name)) for name in TYPES}
    assert (read.manifest.version, read.manifest.released) == ("2026.11", "2026-11-22")
    assert read.manifest.sha256 == content_hash(base)
    assert list(translations) == ["de"]
    assert b"anderen Kanal" in translations["de"]


def test_a_section_of_an_image_is_a_mapping(base: Path, tmp_path: Path) -> None:
    compile_folder(base, tmp_path / "image")
    kb, translations = read_image(tmp_path / "image")

    assert isinstance(kb.questions["channel"], Question)
    assert kb.questions["channel"] is kb.questions["channel"]
    assert kb.questions["channel"].text == Text(
        "question.channel text", "Which key channel does the line Description name?"
    )
    assert "channel" in kb.questions
    assert "chanel" not in kb.questions
    assert "channel" not in kb.remedies
    with pytest.raises(KeyError, match="chanel"):
        kb.questions["chanel"]
    with pytest.raises(KeyError, match="fr"):
        translations["fr"]


def test_the_same_knowledge_gives_the_same_bytes(base: Path, tmp_path: Path) -> None:
    """In another process, with another order of hashing, from a copy of the folder with other times."""
    copy = shutil.copytree(base, tmp_path / "copy", copy_function=shutil.copyfile)
    program = (
        "import sys; from pathlib import Path; from kb.store import compile_folder\n"
        "compile_folder(*map(Path, sys.argv[1:]))"
    )
    digests = set()
    for seed, folder in (("1", base), ("2", base), ("3", copy)):
        image = tmp_path / f"image{seed}"
        arguments = [sys.executable, "-c", program, str(folder), str(image)]
        subprocess.run(arguments, env={**os.environ, "PYTHONHASHSEED": seed}, cwd=ROOT, check=True)
        digests.add(hashlib.sha256(image.read_bytes()).hexdigest())
        time.sleep(1.1 if seed == "1" else 0)  # no time of the clock is in it, to the second

    assert len(digests) == 1


def test_an_image_is_plain_data() -> None:
    """No file of kb or of its images is read in a way that could run what stands in it."""
    for path in (ROOT / "kb").glob("*.py"):
        for word in ("import pickle", "import marshal", "import shelve", "eval(", "exec("):
            assert word not in path.read_text(encoding="utf-8"), path


def test_a_file_that_is_no_image_is_refused(tmp_path: Path) -> None:
    empty, text, other, folder = (tmp_path / name for name in ("empty", "text", "other", "folder"))
    empty.write_bytes(b"")
    text.write_bytes(b"SQLite format 3\0" + b"x" * 2000)
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE meta (key TEXT, value TEXT)")
    connection.close()
    folder.mkdir()

    for path in (empty, text, other, folder, tmp_path / "missing"):
        with pytest.raises(ImageError):
            read_image(path)


def test_an_image_of_another_version_is_refused(base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.image.FORMAT", "0")
    compile_folder(base, tmp_path / "image")
    monkeypatch.undo()

    with pytest.raises(ImageError, match="another version"):
        read_image(tmp_path / "image")


@pytest.mark.parametrize("part", range(8))
def test_a_damaged_image_is_refused_wherever_the_damage_is(base: Path, tmp_path: Path, part: int) -> None:
    compile_folder(base, tmp_path / "image")
    content = bytearray((tmp_path / "image").read_bytes())
    content[part * len(content) // 8 + 21] ^= 1  # one bit
    (tmp_path / "image").write_bytes(content)

    with pytest.raises(ImageError, match="damaged"):
        read_image(tmp_path / "image")


def test_an_image_that_was_cut_is_refused(base: Path, tmp_path: Path) -> None:
    compile_folder(base, tmp_path / "image")
    content = (tmp_path / "image").read_bytes()
    (tmp_path / "image").write_bytes(content[: len(content) // 2])

    with pytest.raises(ImageError, match="damaged"):
        read_image(tmp_path / "image")


# The cache


def test_a_folder_is_compiled_once(base: Path, own_cache: Path) -> None:
    first = open_folder(base)
    made = {path: path.stat().st_mtime_ns for path in images(own_cache)}

    second = open_folder(base)

    assert len(made) == 1
    assert {path: path.stat().st_mtime_ns for path in images(own_cache)} == made
    assert everything(second.kb) == everything(first.kb) == everything(load_folder(base))
    assert second.kb.manifest == first.kb.manifest
    assert second.folder == base.resolve()


def test_the_same_content_elsewhere_is_not_compiled_again(base: Path, tmp_path: Path, own_cache: Path) -> None:
    open_folder(base)

    open_folder(write(tmp_path / "elsewhere", MANY_FILES))

    assert len(images(own_cache)) == 1


CHANGES = {
    "a text": ("general.yaml", "KMS administrators", "KMS Administrators"),
    "a translation": ("locale/de/procedures/count.po", "anderen Kanal", "andern Kanal!"),
    "the version": ("kb.yaml", "2026.11", "2026.12"),
}


@pytest.mark.parametrize(("name", "old", "new"), CHANGES.values(), ids=CHANGES)
def test_a_changed_file_is_seen_at_once(base: Path, own_cache: Path, name: str, old: str, new: str) -> None:
    """Even with the size and the time of change that it had."""
    before = open_folder(base)
    path = base / name
    status = path.stat()
    text = path.read_text(encoding="utf-8")
    assert len(old) == len(new)
    path.write_text(text.replace(old, new), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert path.stat().st_size == status.st_size

    after = open_folder(base)

    assert len(images(own_cache)) == 2
    assert after.kb.manifest != before.kb.manifest


@unix_only
def test_a_change_with_old_size_and_time_is_seen_after_the_hash_was_remembered(
    base: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.store._SETTLED_SECONDS", 0.2)
    time.sleep(0.3)
    open_folder(base)
    assert len(list(own_cache.glob("*.sha256"))) == 1
    path = base / "general.yaml"
    status = path.stat()

    path.write_text(path.read_text(encoding="utf-8").replace("KMS adm", "KMS Adm"), encoding="utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    at_once = open_folder(base)
    time.sleep(0.3)
    later = open_folder(base)

    assert at_once.kb.owners["kms_admin"].title.en == later.kb.owners["kms_admin"].title.en == "KMS Administrators"


def test_the_hash_of_a_settled_folder_is_remembered(
    base: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.store._SETTLED_SECONDS", 0.2)
    time.sleep(0.3)
    digest = content_hash(base)
    (remembered,) = own_cache.glob("*.sha256")

    assert digest in remembered.read_text(encoding="utf-8")
    for rubbish in ("", "[]", '{"sha": 1}', "\0"):
        remembered.write_text(rubbish, encoding="utf-8")
        assert content_hash(base) == digest


def test_a_folder_that_was_just_changed_is_not_remembered(
    base: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kb.store._SETTLED_SECONDS", 3600.0)
    open_folder(base)

    assert list(own_cache.glob("*.sha256")) == []


def test_files_added_removed_and_renamed_are_seen(base: Path) -> None:
    hashes = [content_hash(base)]
    (base / "more.yaml").write_text("causes: {}\n", encoding="utf-8")
    hashes.append(content_hash(base))
    (base / "more.yaml").rename(base / "other.yaml")
    hashes.append(content_hash(base))
    (base / "other.yaml").unlink()
    hashes.append(content_hash(base))
    (base / "scenarios").mkdir()
    (base / "scenarios" / "a.yaml").write_text("no knowledge", encoding="utf-8")
    hashes.append(content_hash(base))

    assert len(set(hashes)) == 3
    assert hashes[0] == hashes[3] == hashes[4]


def test_a_damaged_image_is_made_anew(base: Path, own_cache: Path) -> None:
    open_folder(base)
    (image,) = images(own_cache)
    good = image.read_bytes()
    for bad in (b"", b"rubbish", good[:-100], good[:5000] + b"x" + good[5001:]):
        image.write_bytes(bad)

        opened = open_folder(base)

        assert everything(opened.kb) == everything(load_folder(base))
        assert image.read_bytes() == good


def test_a_cache_that_cannot_be_written_only_costs_time(base: Path, own_cache: Path) -> None:
    own_cache.parent.mkdir(parents=True)
    own_cache.write_text("a file where the folder should be", encoding="utf-8")

    opened = open_folder(base)

    assert everything(opened.kb) == everything(load_folder(base))
    assert list(opened.translations) == ["de"]
    assert opened.kb.manifest.sha256 == content_hash(base)


def test_the_cache_does_not_grow_without_bound(base: Path, own_cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kb.store._KEPT", 3)
    for number in range(6):
        write(base, {"kb.yaml": FILES["kb.yaml"].replace("2026.11", f"1.{number}")})
        assert open_folder(base).kb.manifest.version == f"1.{number}"

    assert len(images(own_cache)) == 3


def test_a_folder_with_problems_is_reported_every_time_and_leaves_no_image(base: Path, own_cache: Path) -> None:
    write(base, {"more.yaml": "cause: {}\n"})
    for _ in range(2):
        with pytest.raises(KnowledgeError, match='did you mean "causes"'):
            open_folder(base)

    assert images(own_cache) == []


def test_a_folder_with_a_broken_translation_names_its_line(base: Path) -> None:
    write(base, {"locale/de/general.po": 'msgid "a"\nmsgstr "b"\nnonsense\n'})

    with pytest.raises(KnowledgeError) as caught:
        open_folder(base)

    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.slug) == ("locale/de/general.po", 3, "po-syntax")


@unix_only
def test_a_folder_with_a_file_that_cannot_be_read_names_it(base: Path) -> None:
    (base / "link.yaml").symlink_to(base / "nowhere")

    with pytest.raises(KnowledgeError, match=r"link\.yaml:1:1: cannot be read"):
        open_folder(base)


def test_a_folder_that_does_not_exist_is_reported(tmp_path: Path) -> None:
    with pytest.raises(KnowledgeError, match="is not a folder"):
        open_folder(tmp_path / "nowhere")


def test_several_processes_may_compile_the_same_folder_at_once(base: Path, own_cache: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from kb.store import open_folder\n"
        "kb = open_folder(Path(sys.argv[1])).kb\n"
        "print(sorted(kb.codes), kb.questions['channel'].text.en, len(kb.remedies))"
    )

    def run(_: int) -> str:
        arguments = [sys.executable, "-c", program, str(base)]
        return subprocess.run(arguments, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout

    with ThreadPoolExecutor(4) as pool:
        outputs = set(pool.map(run, range(4)))

    assert outputs == {
        "['0xC004F038', 'unknown_code'] Which key channel does the line Description name? 2\n",
    }
    if sys.platform == "linux":  # elsewhere the processes do not heed XDG_CACHE_HOME
        assert [path.name.count("-") for path in images(own_cache)] == [1]
        assert [path for path in own_cache.iterdir() if path.suffix == ".tmp"] == []
        assert everything(read_image(images(own_cache)[0])[0]) == everything(load_folder(base))


def test_the_cache_is_in_the_users_cache_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()

    assert cache_folder().parts[-2:] == ("voltriage", "images")


def test_writing_an_image_leaves_nothing_behind_when_it_fails(base: Path, tmp_path: Path) -> None:
    target = tmp_path / "taken"
    (target / "x").mkdir(parents=True)

    with pytest.raises(OSError):  # noqa: PT011 - which one depends on the system
        write_image(target, load_folder(base), {})

    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []
