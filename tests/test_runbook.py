"""`voltriage runbook` as it is called: what it writes, what it refuses, and what `--check` says."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import jsonschema
import pypdf
import pytest

from kb import files
from tests import small
from tests.small import COUNT, KEY, Called
from trees.stale import schema
from voltriage import exits

SCHEMA = Path(__file__).parent.parent / "docs" / "schemas" / "runbook-check.schema.json"

SITE = """\
format: 1
kms_hosts: [kms1.corp.example]
runbook:
  document_number: IT-RB-017
  owner: Server team
  approver: Head of IT operations
  valid_until: "2027-03-31"
  classification: internal
"""
"""Made up."""


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return tmp_path


@pytest.fixture(scope="session")
def kb_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base in a folder."""
    return small.write(tmp_path_factory.mktemp("knowledge") / "kb")


def runbook(kb_folder: Path, *arguments: object) -> Called:
    return small.call("runbook", "--kb", kb_folder, *arguments)


def english(kb_folder: Path, *arguments: object) -> Called:
    return runbook(kb_folder, "--lang", "en", *arguments)


def text_of(file: Path) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(file).pages)


# Writing --------------------------------------------------------------------------------------------------------------


def test_it_writes_the_file_and_says_where_it_is(here: Path, kb_folder: Path) -> None:
    done = english(kb_folder, "-o", "runbook.pdf")
    assert (done.code, done.out, done.err) == (exits.DONE, "runbook.pdf\n", "")
    reader = pypdf.PdfReader(here / "runbook.pdf")
    assert reader.metadata is not None
    assert reader.metadata.title == "Runbook: Windows volume activation"
    assert reader.metadata["/CreationDate"] == "D:20260115000000Z"


def test_only_the_codes_asked_for_are_in_it_in_whatever_spelling(here: Path, kb_folder: Path) -> None:
    english(kb_folder, "-o", "a.pdf", "--codes", f"{KEY},c00d0001")
    english(kb_folder, "-o", "b.pdf", "--codes", COUNT, "--codes", KEY)
    english(kb_folder, "-o", "c.pdf", "--codes", KEY)
    assert (here / "a.pdf").read_bytes() == (here / "b.pdf").read_bytes()
    assert "The count of machines is too low here." in text_of(here / "a.pdf")
    assert "The count of machines is too low here." not in text_of(here / "c.pdf")


def test_site_facts_are_on_the_title_page_and_in_commands(here: Path, kb_folder: Path) -> None:
    (here / "voltriage.yaml").write_text(SITE, encoding="utf-8")
    done = english(kb_folder, "-o", "runbook.pdf")
    assert done.err == "Site facts are used: voltriage.yaml\n"
    first, *_ = pypdf.PdfReader(here / "runbook.pdf").pages
    for fact in ("IT-RB-017", "Server team", "Head of IT operations", "2027-03-31", "internal", "2026.1", "2026-01-15"):
        assert fact in first.extract_text()
    assert "Test-NetConnection kms1.corp.example -Port 1688" in text_of(here / "runbook.pdf")


def test_the_history_tells_what_changed_since_an_older_knowledge_base(here: Path, kb_folder: Path) -> None:
    older = small.write(here / "older")
    file = older / "all.yaml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("        remedies: [open_door, ask_again]", "        remedies: [open_door]"), "utf-8")
    (older / "kb.yaml").write_text('format: 1\nversion: "2025.9"\nreleased: 2025-09-01\n', encoding="utf-8")
    assert english(kb_folder, "-o", "runbook.pdf", "--since", older).code == exits.DONE
    first = pypdf.PdfReader(here / "runbook.pdf").pages[0].extract_text()
    assert "2025.9" in first
    assert "2025-09-01" in first
    assert "Ask the host again" in first


def test_a_page_of_its_own_for_each_code(here: Path, kb_folder: Path) -> None:
    english(kb_folder, "-o", "pocket.pdf", "--pocket", "--paper", "letter")
    pages = pypdf.PdfReader(here / "pocket.pdf").pages
    assert [float(pages[0].mediabox.width), float(pages[0].mediabox.height)] == [612, 792]
    assert sum(f"· {KEY}" in page.extract_text() for page in pages) == 1


def test_a_page_for_a_browser_is_written_and_checked_in_the_same_way(here: Path, kb_folder: Path) -> None:
    done = english(kb_folder, "-o", "runbook.html", "--codes", KEY)
    assert (done.code, done.out) == (exits.DONE, "runbook.html\n")
    page = (here / "runbook.html").read_text(encoding="utf-8")
    assert page.startswith("<!DOCTYPE html>")
    assert f";language=en+de;codes={KEY};format=html" in page
    assert english(kb_folder, "--check", "runbook.html").code == exits.DONE
    assert runbook(kb_folder, "--check", "runbook.html", "--lang", "de").code == exits.DONE
    assert english(kb_folder, "--check", "runbook.html", "--codes", COUNT).code == exits.FINDINGS


def test_a_page_opens_in_the_language_that_was_asked_for_and_otherwise_in_the_browser_s(
    here: Path, kb_folder: Path
) -> None:
    runbook(kb_folder, "-o", "asked.html", "--lang", "de")
    runbook(kb_folder, "-o", "unasked.html")
    assert '"language":"de"' in (here / "asked.html").read_text(encoding="utf-8")
    assert '"language":""' in (here / "unasked.html").read_text(encoding="utf-8")


def test_the_time_of_a_package_builder_is_taken(here: Path, kb_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "12")
    english(kb_folder, "-o", "runbook.pdf", "--codes", KEY)
    metadata = pypdf.PdfReader(here / "runbook.pdf").metadata
    assert metadata is not None
    assert metadata["/CreationDate"] == "D:19700101000012Z"


def test_a_pdf_can_go_to_standard_output(here: Path, kb_folder: Path) -> None:
    command = [sys.executable, "-m", "voltriage", "runbook", "--kb", str(kb_folder), "-o", "-", "--codes", KEY]
    root = Path(__file__).resolve().parent.parent
    done = subprocess.run(command, capture_output=True, check=True, cwd=root)
    assert len(pypdf.PdfReader(io.BytesIO(done.stdout)).pages) > 3
    assert done.stderr == b""


# Refusing -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "name either the file to write with -o, or the runbook to look at with --check"),
        (("-o", "runbook.docx"), '"runbook.docx" is neither a PDF nor a page for a browser'),
        (("-o", "runbook.html", "--pocket"), "--pocket is for PDF; html has no pages"),
        (("-o", "runbook.html", "--paper", "a4"), "--paper is for PDF; html has no pages"),
        (("-o", "x.pdf", "--codes", "door"), '"door" is a procedure; name codes'),
        (("-o", "x.pdf", "--codes", "0xC00D0009"), "0xC00D0009"),
    ],
)
def test_what_does_not_fit_is_refused(here: Path, kb_folder: Path, arguments: tuple[str, ...], told: str) -> None:
    done = english(kb_folder, *arguments)
    assert done.code == exits.USAGE
    assert told in done.err
    assert done.out == ""
    assert list(here.iterdir()) == []


def test_a_time_that_is_none_is_named(here: Path, kb_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    done = english(kb_folder, "-o", "runbook.pdf")
    assert done.code == exits.USAGE
    assert 'SOURCE_DATE_EPOCH is "soon"' in done.err
    assert "[not-typeset]" in done.err


def test_a_character_without_a_font_is_named_and_nothing_is_written(here: Path, kb_folder: Path) -> None:
    (here / "voltriage.yaml").write_text(SITE.replace("Server team", '"\U0001f600 team"'), encoding="utf-8")
    done = english(kb_folder, "-o", "runbook.pdf")
    assert done.code == exits.USAGE
    assert "there is no font for the characters" in done.err
    assert not (here / "runbook.pdf").exists()


def test_a_character_of_the_knowledge_without_a_font_is_told_with_its_text(here: Path) -> None:
    folder = small.write(here / "kb")
    text = (folder / "all.yaml").read_text(encoding="utf-8")
    title = "title: Ask the host again"
    assert text.count(title) == 1
    (folder / "all.yaml").write_text(text.replace(title, f"{title} \U0001f600"), encoding="utf-8")
    done = english(folder, "-o", "runbook.pdf")
    assert done.code == exits.USAGE
    assert 'for the characters "\U0001f600" in the text "remedy.ask_again title"; write them otherwise' in done.err


def test_a_runbook_that_is_open_in_another_program_stays_as_it_is(
    here: Path, kb_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (here / "runbook.pdf").write_bytes(b"as it was")

    def busy(_draft: Path, target: Path) -> None:
        error = PermissionError(13, "in use")
        error.winerror = 32  # type: ignore[attr-defined]
        raise files._in_use(target) from error

    monkeypatch.setattr(files, "put_in_place", busy)  # only Windows locks open files
    done = english(kb_folder, "-o", "runbook.pdf", "--codes", KEY)
    assert done.code == exits.FAILED
    assert "runbook.pdf is open in another program; close it there, or choose another name" in done.err
    assert (here / "runbook.pdf").read_bytes() == b"as it was"
    assert sorted(path.name for path in here.iterdir()) == ["runbook.pdf"]


# Checking -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def made(here: Path, kb_folder: Path) -> Path:
    """A runbook of one code, in English, without a site."""
    english(kb_folder, "-o", "runbook.pdf", "--codes", KEY)
    return here / "runbook.pdf"


def test_a_fresh_runbook_is_up_to_date_whatever_it_was_made_with(here: Path, kb_folder: Path) -> None:
    for number, options in enumerate(
        [("--lang", "de"), ("--lang", "en", "--paper", "letter"), ("--lang", "en", "--pocket", "--codes", KEY)]
    ):
        runbook(kb_folder, "-o", f"{number}.pdf", *options)
        done = runbook(kb_folder, "--check", f"{number}.pdf")
        assert done.code == exits.DONE, done
        assert len(done.out.splitlines()) == 1


def test_what_is_out_of_date_is_named(made: Path, kb_folder: Path) -> None:
    changed = small.write(made.parent / "kb")
    (changed / "kb.yaml").write_text('format: 1\nversion: "2026.2"\nreleased: 2026-02-01\n', encoding="utf-8")
    (made.parent / "voltriage.yaml").write_text(SITE, encoding="utf-8")
    done = runbook(changed, "--check", "runbook.pdf", "--lang", "de", "--paper", "letter", "--codes", COUNT)
    assert done.code == exits.FINDINGS
    assert len(done.out.splitlines()) == 6
    told = english(changed, "--check", "runbook.pdf", "--paper", "letter").out.splitlines()
    assert told[0] == "runbook.pdf is not up to date:"
    assert re.fullmatch(r"- Knowledge: made from [0-9a-f]{12}, now it is [0-9a-f]{12}\.", told[1])
    assert told[2:] == [
        "- Site facts: made without a site file, now there is one.",
        "- Option paper: made with a4, now asked for with letter.",
    ]


def test_a_changed_site_is_noticed(here: Path, kb_folder: Path) -> None:
    (here / "voltriage.yaml").write_text(SITE, encoding="utf-8")
    english(kb_folder, "-o", "runbook.pdf", "--codes", KEY)
    assert english(kb_folder, "--check", "runbook.pdf").code == exits.DONE
    (here / "voltriage.yaml").write_text(SITE.replace("2027", "2028"), encoding="utf-8")
    done = english(kb_folder, "--check", "runbook.pdf")
    assert (done.code, done.out.splitlines()[1]) == (exits.FINDINGS, "- Site facts: they have changed.")
    (here / "voltriage.yaml").unlink()
    done = english(kb_folder, "--check", "runbook.pdf")
    assert done.out.splitlines()[1] == "- Site facts: made with a site file, now there is none."


def test_what_is_out_of_date_is_data_for_other_programs(made: Path, kb_folder: Path) -> None:
    published = json.loads(SCHEMA.read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(schema()))
    for options, code, differs in (((), exits.DONE, []), (("--paper", "letter"), exits.FINDINGS, ["paper"])):
        done = english(kb_folder, "--check", "runbook.pdf", "--json", *options)
        jsonschema.validate(done.data, published)
        assert (done.code, done.data["up_to_date"], done.data["differs"]) == (code, not differs, differs)
        assert (done.data["format"], done.data["file"]) == (1, "runbook.pdf")
        assert done.data["made_from"]["options"] == {"codes": KEY, "format": "pdf", "paper": "a4", "pocket": "no"}
        assert done.data["made_from"]["knowledge"] == done.data["now"]["knowledge"]
    assert english(kb_folder, "-o", "other.pdf", "--json").code == exits.USAGE
    assert not (made.parent / "other.pdf").exists()


def test_checking_tells_no_history(made: Path, kb_folder: Path) -> None:
    done = english(kb_folder, "--check", "runbook.pdf", "--since", kb_folder)
    assert done.code == exits.USAGE
    assert "--since is for a runbook that is made; leave it out with --check" in done.err


def test_a_file_that_is_no_runbook_is_said_to_be_none(here: Path, kb_folder: Path) -> None:
    (here / "other.pdf").write_bytes(b"%PDF-1.7\n")
    done = english(kb_folder, "--check", "other.pdf")
    assert done.code == exits.USAGE
    assert "other.pdf does not say what it was made from" in done.err
    assert "[no-stamp]" in done.err
