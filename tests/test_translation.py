"""Translations: PO files follow the texts, are compiled for gettext, and the reader is told where English remains."""

from __future__ import annotations

import gettext
import io
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from kb import translation
from kb.loader import load_folder
from kb.model import Text
from kb.problems import KnowledgeError
from kb.texts import Texts
from tests.shipped import FOLDER as SHIPPED
from tests.small_base import write

COUNT_YAML = "procedures/count.yaml"
COUNT_PO = "locale/de/procedures/count.po"


@pytest.fixture
def base(tmp_path: Path) -> Path:
    """The small base with complete German translations: each text in brackets."""
    folder = write(tmp_path / "base")
    translation.update(folder, "de")
    translate(folder, lambda english: f"[{english}]")
    return folder


def translate(folder: Path, german: Callable[[str], str]) -> None:
    """Fill in every empty entry of one line."""
    for path in (folder / "locale" / "de").rglob("*.po"):
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        for number, line in enumerate(lines):
            if line == 'msgstr ""\n' and lines[number - 1].startswith('msgid "') and lines[number - 1] != 'msgid ""\n':
                english = lines[number - 1].removeprefix('msgid "').removesuffix('"\n')
                lines[number] = f'msgstr "{german(english)}"\n'
        path.write_text("".join(lines), encoding="utf-8")


def rewrite(path: Path, *changes: tuple[str, str]) -> None:
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8")


def entry(folder: Path, key: str, file: str = COUNT_PO) -> str:
    """One entry of a PO file as it stands there, or an empty string."""
    entries = (folder / file).read_text(encoding="utf-8").split("\n\n")
    return next((text.strip() for text in entries if f'msgctxt "{key}"' in text), "")


def german(folder: Path) -> Texts:
    return Texts("de", {"de": translation.compiled(folder, "de")})


# PO files


def test_each_yaml_file_gets_a_po_file_with_its_texts_in_order(tmp_path: Path) -> None:
    folder = write(tmp_path / "base")

    todo = translation.update(folder, "de")

    assert todo == {"locale/de/codes.po": 5, "locale/de/general.po": 4, COUNT_PO: 30}
    assert (folder / "locale/de/codes.po").read_text(encoding="utf-8") == (
        'msgid ""\n'
        'msgstr ""\n'
        '"Language: de\\n"\n'
        '"MIME-Version: 1.0\\n"\n'
        '"Content-Type: text/plain; charset=utf-8\\n"\n'
        '"Content-Transfer-Encoding: 8bit\\n"\n'
        "\n"
        'msgctxt "code.0xC004F038 meaning"\n'
        'msgid "The host has too few clients."\n'
        'msgstr ""\n'
        "\n"
        'msgctxt "code.0xC004F038 use key"\n'
        'msgid "Another key needs another plan."\n'
        'msgstr ""\n'
        "\n"
        'msgctxt "code.0xC004F038 collect 1"\n'
        'msgid "The output of slmgr /dlv."\n'
        'msgstr ""\n'
        "\n"
        'msgctxt "code.unknown_code meaning"\n'
        'msgid "A code without an entry."\n'
        'msgstr ""\n'
        "\n"
        'msgctxt "rule.unknown_ask because"\n'
        'msgid "Nobody knows."\n'
        'msgstr ""\n'
        "\n"
    )


def test_an_update_without_changes_changes_nothing(base: Path) -> None:
    before = {path: path.read_bytes() for path in base.rglob("*.po")}
    times = {path: path.stat().st_mtime_ns for path in before}
    time.sleep(0.02)

    todo = translation.update(base, "de")

    assert set(todo.values()) == {0}
    assert {path: path.read_bytes() for path in base.rglob("*.po")} == before
    assert {path: path.stat().st_mtime_ns for path in before} == times


def test_a_new_text_gets_an_empty_entry(base: Path) -> None:
    rewrite(base / COUNT_YAML, ("  wrong_key: {title", "  new_cause: {title: A new cause}\n  wrong_key: {title"))

    todo = translation.update(base, "de")

    assert todo == {"locale/de/codes.po": 0, "locale/de/general.po": 0, COUNT_PO: 1}
    assert entry(base, "cause.new_cause title") == ('msgctxt "cause.new_cause title"\nmsgid "A new cause"\nmsgstr ""')


def test_a_changed_text_keeps_its_translation_marked_as_stale(base: Path) -> None:
    rewrite(base / COUNT_YAML, ("The key is of another channel", "The key is of the wrong channel"))

    todo = translation.update(base, "de")

    assert todo[COUNT_PO] == 1
    assert entry(base, "cause.wrong_key title") == (
        "#, fuzzy\n"
        'msgctxt "cause.wrong_key title"\n'
        'msgid "The key is of the wrong channel"\n'
        'msgstr "[The key is of another channel]"'
    )
    assert translation.update(base, "de")[COUNT_PO] == 1, "stays stale until somebody has looked at it"


def test_a_procedure_used_twice_in_a_plan_keeps_both_reasons(base: Path) -> None:
    """Their key is the same; their English text tells them apart."""
    entry_ = "      - procedure: key\n        when: {channel: unknown}\n        because: Nobody could read it.\n"
    rewrite(
        base / "codes.yaml", ("    escalation: {to: [kms_admin], c", f"{entry_}    escalation: {{to: [kms_admin], c")
    )
    translation.update(base, "de")
    translate(base, lambda english: f"<{english}>")

    assert translation.update(base, "de")["locale/de/codes.po"] == 1, "the second begins with the first one's, as stale"
    rewrite(base / "locale/de/codes.po", ("#, fuzzy\n", ""))

    assert translation.update(base, "de")["locale/de/codes.po"] == 0


def test_a_text_that_is_gone_takes_its_entry_along(base: Path) -> None:
    assert entry(base, "question.channel phone")
    rewrite(base / COUNT_YAML, ("    phone: Please read me the line Description.\n", ""))

    translation.update(base, "de")

    assert entry(base, "question.channel phone") == ""


def test_a_text_that_moved_to_another_file_takes_its_translation_along(base: Path) -> None:
    rewrite(base / COUNT_YAML, ("  wrong_key: {title: The key is of another channel}\n", ""))
    (base / "causes.yaml").write_text(
        "causes:\n  wrong_key: {title: The key is of another channel}\n", encoding="utf-8"
    )

    todo = translation.update(base, "de")

    assert todo["locale/de/causes.po"] == 0
    assert 'msgstr "[The key is of another channel]"' in entry(base, "cause.wrong_key title", "locale/de/causes.po")
    assert entry(base, "cause.wrong_key title") == ""


def test_the_po_file_of_a_yaml_file_that_is_gone_goes(base: Path) -> None:
    (base / COUNT_YAML).rename(base / "count.yaml")

    todo = translation.update(base, "de")

    assert not (base / COUNT_PO).exists()
    assert todo["locale/de/count.po"] == 0


def test_a_translators_comment_stays(base: Path) -> None:
    rewrite(
        base / COUNT_PO, ('msgctxt "cause.wrong_key title"', '# Kanal, nicht Sender\nmsgctxt "cause.wrong_key title"')
    )

    translation.update(base, "de")

    assert entry(base, "cause.wrong_key title").startswith("# Kanal, nicht Sender\n")


def test_nothing_is_dropped_while_a_file_cannot_be_read(base: Path) -> None:
    before = {path: path.read_bytes() for path in base.rglob("*.po")}
    rewrite(base / COUNT_YAML, ("title: KMS count", "title: KMS: count"))

    with pytest.raises(KnowledgeError, match="yaml-syntax"):
        translation.update(base, "de")

    assert {path: path.read_bytes() for path in base.rglob("*.po")} == before


BROKEN_PO = {
    "no PO at all": (b'msgid "a"\nmsgstr "b"\nnonsense\n', 3),
    "another encoding": ('msgid "a"\nmsgstr "\u00e4"\n'.encode("latin-1"), 1),
}


@pytest.mark.parametrize(("content", "line"), BROKEN_PO.values(), ids=BROKEN_PO)
def test_a_broken_po_file_is_reported_with_its_line(base: Path, content: bytes, line: int) -> None:
    (base / COUNT_PO).write_bytes(content)

    with pytest.raises(KnowledgeError) as compiling:
        translation.compiled(base, "de")
    with pytest.raises(KnowledgeError) as updating:
        translation.update(base, "de")

    for caught in (compiling, updating):
        (problem,) = caught.value.problems
        assert (problem.file, problem.line, problem.slug) == (COUNT_PO, line, "po-syntax")
    assert [(p.file, p.slug) for p in translation.problems(base, "de")] == [(COUNT_PO, "po-syntax")]


def test_what_is_not_translated_is_reported_at_its_place(base: Path) -> None:
    assert translation.problems(base, "de") == []
    rewrite(base / COUNT_PO, ('msgstr "[KMS count]"', 'msgstr ""'))
    rewrite(base / COUNT_YAML, ("The key is of another channel", "The key is of the wrong channel"))
    empty_line = (base / COUNT_PO).read_text(encoding="utf-8").splitlines().index('msgid "KMS count"') + 1

    found = translation.problems(base, "de")

    assert [str(problem) for problem in found] == [
        f"{COUNT_PO}:1:1: no entry for cause.wrong_key title [missing-translation]",
        f"{COUNT_PO}:{empty_line}:1: the translation of procedure.count title is empty [missing-translation]",
    ]


def test_languages_are_the_folders_of_locale(base: Path) -> None:
    translation.update(base, "fr")
    (base / "locale" / ".cache").mkdir()
    (base / "locale" / "README").write_text("no language", encoding="utf-8")

    assert translation.languages(base) == ["de", "fr"]
    assert translation.languages(base / "nowhere") == []


# Compiled catalogues


def test_a_compiled_catalogue_is_read_by_the_standard_library(base: Path) -> None:
    catalogue = gettext.GNUTranslations(io.BytesIO(translation.compiled(base, "de")))

    assert (
        catalogue.pgettext("cause.wrong_key title", "The key is of another channel")
        == "[The key is of another channel]"
    )
    assert catalogue.pgettext("cause.other title", "The key is of another channel") == "The key is of another channel"
    assert catalogue.gettext("The key is of another channel") == "The key is of another channel", (
        "only with its context"
    )


def test_the_same_english_may_have_different_translations(base: Path) -> None:
    rewrite(base / COUNT_YAML, ("    title: Key\n", "    title: KMS count\n"))
    translation.update(base, "de")
    rewrite(base / COUNT_PO, ("[KMS count]", "Zähler"), ('msgstr "[Key]"', 'msgstr "Anzahl"'), ("#, fuzzy\n", ""))
    texts = german(base)

    assert texts(Text("procedure.count title", "KMS count")) == "Zähler"
    assert texts(Text("procedure.key title", "KMS count")) == "Anzahl"


def test_a_catalogue_is_the_same_on_any_day(base: Path) -> None:
    first = translation.compiled(base, "de"), translation.compiled_file(base / COUNT_PO, "de")
    time.sleep(1.1)

    assert (translation.compiled(base, "de"), translation.compiled_file(base / COUNT_PO, "de")) == first


# Texts for the reader


def test_complete_translations_leave_nothing_in_english(base: Path) -> None:
    texts = german(base)

    for section in load_folder(base).causes, load_folder(base).remedies:
        for thing in section.values():
            assert texts(thing.title) == f"[{thing.title.en}]"
    assert texts.missing is False


@pytest.mark.parametrize("state", ["missing", "empty", "fuzzy"])
def test_a_text_without_a_current_translation_is_shown_in_english_and_that_is_known(base: Path, state: str) -> None:
    title = Text("cause.wrong_key title", "The key is of another channel")
    if state == "missing":
        title = Text(title.key, "The key is of the wrong channel")
    elif state == "empty":
        rewrite(base / COUNT_PO, ('msgstr "[The key is of another channel]"', 'msgstr ""'))
    else:
        rewrite(base / COUNT_PO, (f'msgctxt "{title.key}"', f'#, fuzzy\nmsgctxt "{title.key}"'))
    texts = german(base)

    texts(Text("cause.count_too_low title", "Too few machines have contacted the host"))
    assert texts.missing is False
    assert texts(title) == title.en
    assert texts.missing is True


def test_english_is_never_missing(base: Path) -> None:
    texts = Texts("en", {"de": translation.compiled(base, "de")})

    assert texts(Text("cause.wrong_key title", "The key is of another channel")) == "The key is of another channel"
    assert texts.missing is False


def test_a_language_without_translations_is_shown_in_english_and_that_is_known(base: Path) -> None:
    texts = Texts("fr", {"de": translation.compiled(base, "de")})

    assert texts.missing is False
    assert texts(Text("cause.wrong_key title", "The key is of another channel")) == "The key is of another channel"
    assert texts.missing is True


def test_no_text_is_an_empty_text() -> None:
    texts = Texts("de", {})

    assert texts(None) == ""
    assert texts.missing is False


def test_every_text_of_the_format_has_its_own_key() -> None:
    """Otherwise one translation would stand for two texts."""
    kb = load_folder(SHIPPED)
    seen: dict[str, str] = {}
    sections = (kb.owners, kb.measures, kb.questions, kb.causes, kb.remedies, kb.procedures, kb.codes)
    for thing in (thing for section in sections for thing in section.values()):
        for text in translation.texts_in(thing):
            assert seen.setdefault(text.key, text.en) == text.en, text.key
