"""`voltriage flowchart` as it is called: which charts, in which format, on which paper, into which file."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import pikepdf
import pypdf
import pytest

from engine.coverage import ANSWER, RULE
from engine.journal import Journal
from engine.session import Session
from kb import words
from kb.store import open_folder
from tests import shipped, small
from tests.small import COUNT, KEY, Called
from trees.chart import code_chart, flat_chart, procedure_chart
from trees.coverage.marks import covered_in, missed
from trees.formats import graphml, node_link
from trees.layout import ENGINES
from trees.pdf import PAPERS
from trees.shapes import PROCEDURE
from voltriage import exits
from voltriage.commands.flowchart import ENGINES as ENGINES_BY_NAME
from voltriage.commands.flowchart import command as flowchart_command
from voltriage.wording import Wording

ROOT = Path(__file__).resolve().parent.parent
SVG = "{http://www.w3.org/2000/svg}"
F074 = "0xC004F074"


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty current folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="session")
def kb_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small knowledge base in a folder."""
    return small.write(tmp_path_factory.mktemp("knowledge") / "kb")


class Terminal(io.StringIO):
    """What the program takes for a terminal."""

    def isatty(self) -> bool:
        return True


def flowchart(*arguments: object) -> Called:
    return small.call("flowchart", *arguments, "--lang", "en")


def texts(svg: Path) -> list[str]:
    """Every text of an SVG, in reading order."""
    return ["".join(text.itertext()) for text in ET.parse(svg).iter(f"{SVG}text")]


def pdf_text(content: bytes) -> str:
    return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(content)).pages)


def squeezed(text: str) -> str:
    return unicodedata.normalize("NFC", "".join(text.split()))


# Formats --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        ("chart.pdf", b"%PDF-"),
        ("chart.svg", b"<svg "),
        ("chart.png", b"\x89PNG"),
        ("chart.dot", b"digraph "),
        ("chart.gv", b"digraph "),
        ("chart.mmd", b"flowchart TD\n"),
        ("chart.graphml", b"<?xml "),
        ("chart.json", b"{\n"),
        ("CHART.PDF", b"%PDF-"),
    ],
)
def test_the_name_of_the_file_says_the_format(here: Path, name: str, beginning: bytes) -> None:
    called = flowchart("clock", "-o", name)
    assert (called.code, called.out, called.err) == (exits.DONE, f"{name}\n", "")
    assert (here / name).read_bytes().startswith(beginning)


def test_the_format_may_be_named_instead(here: Path) -> None:
    assert flowchart("clock", "-o", "picture", "--format", "svg").code == exits.DONE
    assert (here / "picture").read_bytes().startswith(b"<svg ")


def test_a_name_that_says_no_format_is_asked_about(here: Path) -> None:
    called = flowchart("clock", "-o", "chart.doc")
    assert called.code == exits.USAGE
    assert '"chart.doc" does not say which format is wanted; name one with --format (pdf, svg, png, dot,' in called.err
    assert list(here.iterdir()) == []


def test_what_other_programs_read_is_the_chart(here: Path) -> None:
    kb = shipped.knowledge()
    flowchart(F074, "clock", "-o", "charts/", "--format", "json")
    flowchart(F074, "clock", "-o", "charts", "--format", "graphml")
    for ident, chart in ((F074, code_chart(kb, F074)), ("clock", procedure_chart(kb, "clock"))):
        assert node_link.read((here / f"charts/{ident}.json").read_text(encoding="utf-8")) == chart
        assert graphml.read((here / f"charts/{ident}.graphml").read_text(encoding="utf-8")) == chart


def test_unfolded_a_code_has_every_state_once(here: Path) -> None:
    flowchart("0xC004F02C", "--expand", "-o", "flat.json")
    assert node_link.read((here / "flat.json").read_text(encoding="utf-8")) == flat_chart(
        shipped.knowledge(), "0xC004F02C"
    )


def test_a_procedure_cannot_be_unfolded(here: Path) -> None:
    called = flowchart("0xC004F02C", "clock", "--expand", "-o", "flat.pdf")
    assert (called.code, "[usage]" in called.err, '"clock" is a procedure' in called.err) == (exits.USAGE, True, True)


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("clock", "-o", "x.json", "--paper", "a4"), "--paper is for pdf and png; json has no pages"),
        (("clock", "-o", "x.svg", "--paper", "a4"), "--paper is for pdf and png; svg has no pages"),
        (("clock", "-o", "x.dot", "--layout-engine", "dot"), "--layout-engine is for pdf, svg and png"),
        (("--session", "x", "-o", "x.mmd"), "--session is for pdf, svg and png"),
        (("--all", "clock", "-o", "x.pdf"), "--all draws every chart"),
        (("-o", "x.pdf"), "name a code or a procedure, or write --all or --session JOURNAL"),
    ],
)
def test_options_that_would_do_nothing_are_refused(here: Path, arguments: tuple[str, ...], told: str) -> None:
    called = flowchart(*arguments)
    assert called.code == exits.USAGE
    assert told in called.err
    assert "[usage]" in called.err
    assert list(here.iterdir()) == []


# Which charts ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        (F074,),
        ("c004f074",),
        ("OxC004F074",),
        ("0 x C004 F074",),
        ("0", "x", "C004", "F074"),
        ("C004", "F074"),
        ("-1073418124",),
        ("3221549172",),
        ("Error: 0xC004F074 The Software Licensing Service reported",),
        ("No Key Management Service (KMS) could be contacted",),
        (F074, "c004f074"),
    ],
)
def test_a_code_is_written_in_any_way(here: Path, written: tuple[str, ...]) -> None:
    called = flowchart(*written, "-o", "chart.json")
    assert called.err == ""
    assert json.loads((here / "chart.json").read_text(encoding="utf-8"))["graph"]["chart"] == F074


def test_codes_and_procedures_are_drawn_in_the_order_in_which_they_are_named(here: Path) -> None:
    called = flowchart("clock", "C004", "F074", "count", "clock", "-o", "charts", "--format", "mermaid")
    assert called.out.split() == [str(Path("charts", name)) for name in ("clock.mmd", f"{F074}.mmd", "count.mmd")]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("clok", 'there is no code and no procedure "clok"; did you mean "clock"? [unknown-chart]'),
        ("nonsense", '"voltriage codes" lists the codes, procedures are activation_center, '),
        (
            "0xC004F075",
            'does not know the code 0xC004F075; what is done about any such code is the chart "unknown_code"',
        ),
        ("the computer could not be activated", "messages like it belong to "),
    ],
)
def test_an_unknown_name_gets_the_nearest_ones(here: Path, name: str, told: str) -> None:
    called = flowchart(F074, name, "-o", "chart.pdf")
    assert called.code == exits.USAGE
    assert told in called.err
    assert list(here.iterdir()) == []


def test_a_misspelt_name_is_not_taken_for_a_part_of_the_code_behind_it(here: Path) -> None:
    assert '"clok"' in flowchart("clok", F074, "-o", "chart.pdf").err


def test_all_charts_become_one_document(here: Path, kb_folder: Path) -> None:
    assert flowchart("--all", "-o", "all.pdf", "--kb", kb_folder).out == "all.pdf\n"
    with pikepdf.open(here / "all.pdf") as document, document.open_outline() as outline:
        titles = [item.title for item in outline.root]
        assert str(document.docinfo.Title) == "Flowcharts"
    assert titles == [COUNT, KEY, "Any other code", "The door to the host"]


def test_all_codes_can_be_unfolded(here: Path, kb_folder: Path) -> None:
    flowchart("--all", "--expand", "-o", "{name}-flat.json", "--kb", kb_folder)
    assert sorted(path.name for path in here.iterdir()) == [
        f"{COUNT}-flat.json",
        f"{KEY}-flat.json",
        "unknown_code-flat.json",
    ]


def test_the_example_of_the_help_works(here: Path) -> None:
    (example,) = re.findall(r"Example: voltriage (.*)", flowchart_command.help or "")
    assert small.call(*example.split()).code == exits.DONE
    assert (here / "kms.pdf").is_file()


# Files ----------------------------------------------------------------------------------------------------------------


def test_several_charts_need_a_folder_or_a_pattern(here: Path) -> None:
    called = flowchart("clock", "count", "-o", "chart.svg")
    assert called.code == exits.USAGE
    assert "2 charts do not fit into one svg file; name a folder with -o, or a file with {name} in it" in called.err
    assert flowchart("clock", "count", "-o", "-", "--format", "json").code == exits.USAGE
    assert flowchart("clock", "count", "-o", "chart.png", "--format", "svg").code == exits.USAGE
    assert list(here.iterdir()) == []


def test_a_pattern_gives_each_chart_its_name(here: Path) -> None:
    flowchart("clock", "count", "-o", "out/chart of {name}.svg")
    assert sorted(path.name for path in (here / "out").iterdir()) == ["chart of clock.svg", "chart of count.svg"]


def test_a_single_chart_goes_into_a_folder_that_there_is(here: Path) -> None:
    (here / "charts").mkdir()
    assert flowchart("clock", "-o", "charts", "--format", "svg").out == f"{Path('charts', 'clock.svg')}\n"


def test_a_picture_of_several_sheets_becomes_several_files(here: Path) -> None:
    called = flowchart(F074, "-o", "chart.png", "--paper", "a4")
    assert called.out.split() == ["chart-1.png", "chart-2.png", "chart-3.png"]
    assert flowchart(F074, "-o", "chart.png").out.split() == ["chart.png"]
    called = flowchart(F074, "-o", "-", "--format", "png", "--paper", "a4")
    assert (called.code, called.out) == (exits.USAGE, "")
    assert "this chart takes 3 sheets, each a file of its own" in called.err


@pytest.mark.parametrize("format_", ["pdf", "svg"])
def test_standard_output_has_the_file_and_nothing_else(here: Path, format_: str) -> None:
    flowchart("clock", "-o", "file", "--format", format_)
    done = run("flowchart", "clock", "-o", "-", "--format", format_, cwd=here)
    assert (done.stdout, done.stderr) == ((here / "file").read_bytes(), b"")


def run(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[bytes]:
    """The real program in a process of its own, speaking English."""
    return subprocess.run(
        [sys.executable, "-m", "voltriage", *arguments, "--lang", "en"],
        cwd=cwd,
        env={**os.environ, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        timeout=120,
        check=False,
    )


def test_a_terminal_is_spared_what_is_no_text(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(io, "StringIO", Terminal)
    monkeypatch.setenv("TERM", "dumb")
    called = flowchart("clock", "-o", "-", "--format", "pdf")
    assert (called.code, called.out) == (exits.USAGE, "")
    assert "a terminal cannot show pdf" in called.err


def test_a_file_that_cannot_be_written_stays_as_it_was(here: Path) -> None:
    (here / "chart.pdf").mkdir()
    called = flowchart("clock", "-o", "chart.pdf")
    assert called.code == exits.FAILED
    assert called.err == "Error: chart.pdf is a folder; name a file in it [not-written]\n"


def test_a_file_that_another_program_has_open_is_named(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_self: Path, _target: Path) -> Path:
        error = PermissionError(13, "in use")
        error.winerror = 32  # type: ignore[attr-defined]  # as Windows says it
        raise error

    monkeypatch.setattr(Path, "replace", refused)
    called = flowchart("clock", "-o", "chart.pdf")
    assert called.code == exits.FAILED
    assert "chart.pdf" in called.err
    assert "open in another program" in called.err
    assert list(here.iterdir()) == []


# Paper and layout -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("paper", "sides"), [("a4", (595, 842)), ("letter", (612, 792)), (None, (595, 842))])
def test_pages_have_the_size_of_the_paper_upright_or_across(
    here: Path, paper: str | None, sides: tuple[int, int]
) -> None:
    flowchart(F074, "windows_itself", "-o", "chart.pdf", *(["--paper", paper] if paper else []))
    sizes = {(round(page.mediabox.width), round(page.mediabox.height)) for page in pypdf.PdfReader("chart.pdf").pages}
    assert sizes == {sides, sides[::-1]}


def test_paper_that_fits_has_each_chart_whole(here: Path) -> None:
    flowchart(F074, "clock", "-o", "chart.pdf", "--paper", "fit")
    assert len(pypdf.PdfReader("chart.pdf").pages) == 2


@pytest.mark.parametrize(("language", "there", "back"), [("en", "to 3A", "from 2B"), ("de", "nach 3A", "von 2B")])
def test_ways_that_are_cut_are_joined_by_numbers_in_both_directions(
    here: Path, language: str, there: str, back: str
) -> None:
    small.call("flowchart", F074, "-o", "chart.pdf", "--lang", language)
    second, third = (page.extract_text() for page in pypdf.PdfReader("chart.pdf").pages[1:3])
    assert there in second
    assert back in third


def test_every_paper_and_engine_can_be_asked_for() -> None:
    options = {option.name: option.type for option in flowchart_command.params}
    assert set(options["paper"].choices) == set(PAPERS)  # type: ignore[attr-defined]
    assert set(ENGINES_BY_NAME.values()) == set(ENGINES)


def test_a_shape_too_large_for_the_paper_is_named(here: Path, kb_folder: Path) -> None:
    folder = shutil.copytree(kb_folder, here / "kb")
    everything = folder / "all.yaml"
    long = "Does this never end? " * 500
    everything.write_text(
        everything.read_text(encoding="utf-8").replace("Is the key one for this edition?", long.strip()),
        encoding="utf-8",
    )
    called = flowchart(KEY, "-o", "chart.pdf", "--kb", folder)
    assert called.code == exits.USAGE
    assert 'the shape "Does this never end? Does' in called.err
    assert "use larger paper, or --paper fit [chart-too-large]" in called.err
    assert flowchart(KEY, "-o", "chart.pdf", "--kb", folder, "--paper", "fit").code == exits.DONE


def test_without_a_layout_engine_it_is_said_how_to_get_one(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(here))
    called = flowchart("clock", "-o", "chart.svg", "--layout-engine", "dot")
    assert called.code == exits.USAGE
    assert "install Graphviz (https://graphviz.org/download/)" in called.err
    assert "[no-layout-engine]" in called.err
    german = small.call("flowchart", "clock", "-o", "chart.svg", "--layout-engine", "dot", "--lang", "de")
    assert german.err.startswith("Fehler: ")
    assert Wording("de")(NO_DOT, reason="No such file or directory") in german.err


NO_DOT = (
    'Graphviz\' program "dot" does not run here ({reason}); install Graphviz (https://graphviz.org/download/) and see '
    "that dot is on the PATH, or leave --layout-engine out"
)


@pytest.mark.skipif(not shutil.which("dot"), reason="Graphviz is not installed here")
def test_graphviz_of_the_system_places_the_same_shapes(here: Path) -> None:
    assert flowchart(F074, "-o", "system.svg", "--layout-engine", "dot").code == exits.DONE
    flowchart(F074, "-o", "bundled.svg", "--layout-engine", "bundled")
    assert sorted(texts(here / "system.svg")) == sorted(texts(here / "bundled.svg"))


# What is in them ------------------------------------------------------------------------------------------------------

HOSTILE = {
    "Is the key one for this edition?": r"Is C:\Windows\System32\slmgr.vbs there, and \N \G \L?",
    "Install the right key": "Ask the <KMS & host> for &amp; and %windir% {place} $x$ #let *a* _b_ @c",
    "The key is one for another edition": "Größe ≥ 25 „deutsch“ ‚einfach‘ “english” ‘one’ \"straight\" 'single'",
    "Owner of the keys": "cscript.exe //nologo %windir%\\System32\\slmgr.vbs /skms kms-01.corp.example.com:1688 " * 3
    + "/x" * 25
    + "end",
}
"""Texts of the small knowledge base, and what stands in their places."""


@pytest.fixture(scope="session")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = small.write(tmp_path_factory.mktemp("hostile") / "kb", german=False)
    everything = folder / "all.yaml"
    text = everything.read_text(encoding="utf-8")
    for plain, hostile in HOSTILE.items():
        assert text.count(plain) == 1
        text = text.replace(plain, json.dumps(hostile, ensure_ascii=False))
    everything.write_text(text, encoding="utf-8")
    return folder


def test_every_text_can_be_taken_out_as_it_stands_in_the_knowledge(here: Path, hostile_folder: Path) -> None:
    shown = [text for plain, text in HOSTILE.items() if plain != "The key is one for another edition"]
    flowchart(KEY, "-o", "chart.svg", "--kb", hostile_folder)
    flowchart(KEY, "-o", "chart.pdf", "--kb", hostile_folder)
    flowchart(KEY, "-o", "chart.json", "--kb", hostile_folder)
    drawn, document = texts(here / "chart.svg"), squeezed(pdf_text((here / "chart.pdf").read_bytes()))
    written = json.loads((here / "chart.json").read_text(encoding="utf-8"))["nodes"]
    assert len(HOSTILE["Owner of the keys"]) >= 300
    for text in shown:
        assert sum(text in one for one in drawn) == 1
        assert squeezed(text) in document
        assert sum(text in node["title"] for node in written) == 1


def test_the_language_is_that_of_the_reader(here: Path, kb_folder: Path) -> None:
    small.call("flowchart", KEY, "-o", "chart.svg", "--kb", kb_folder, "--lang", "de")
    root = ET.parse("chart.svg").getroot()
    assert root.get("lang") == "de"
    assert root.findtext(f"{SVG}title") == KEY
    assert (root.findtext(f"{SVG}desc") or "").startswith(f"Flussdiagramm zu {KEY}. Fragen: ")
    assert {"Ist der Schlüssel einer für diese Edition?", "ja", "nein", "unbekannt"} <= {
        part for text in texts(here / "chart.svg") for part in (text, *text.split(", "))
    }


def test_the_document_says_which_knowledge_it_shows(here: Path, kb_folder: Path) -> None:
    flowchart("door", "-o", "chart.pdf", "--kb", kb_folder)
    text = pdf_text((here / "chart.pdf").read_bytes())
    assert "Knowledge 2026.1 of 2026-01-15" in text
    with pikepdf.open("chart.pdf") as document:
        assert str(document.docinfo.Title) == "The door to the host"
        assert str(document.docinfo.CreationDate).startswith("D:20260115")


def test_contacts_of_the_site_stand_behind_the_owners(here: Path, kb_folder: Path) -> None:
    (here / "site.yaml").write_text("format: 1\ncontacts: {key_owner: 'Licence desk, phone 17'}\n", encoding="utf-8")
    called = flowchart(KEY, "-o", "chart.svg", "--kb", kb_folder, "--site", "site.yaml")
    assert called.err == "Site facts are used: site.yaml\n"
    assert "Hand over to: Owner of the keys (Licence desk, phone 17)" in texts(here / "chart.svg")


# Links ----------------------------------------------------------------------------------------------------------------


def links(svg: Path) -> dict[str, str]:
    """Where the shapes of an SVG lead, by their id."""
    found = {group.get("id", ""): group.find(f"{SVG}a") for group in ET.parse(svg).iter(f"{SVG}g")}
    return {ident: link.get("href", "") for ident, link in found.items() if link is not None}


def test_the_shapes_of_a_single_chart_lead_to_their_sources(here: Path, kb_folder: Path) -> None:
    flowchart(KEY, "-o", "chart.svg", "--kb", kb_folder)
    guide = "https://example.org/guide"
    assert links(here / "chart.svg") == {
        "question.key_fits.wrong_key": guide,
        "remedy.install_key.wrong_key": guide,
        "question.is_server.back_to_the_count": guide,
        "code.back_to_the_count": guide,
    }


def test_charts_in_one_folder_lead_to_one_another(here: Path, kb_folder: Path) -> None:
    flowchart("--all", "-o", "{name} 1.svg", "--kb", kb_folder)
    own, door = links(here / f"{COUNT} 1.svg"), links(here / "door 1.svg")
    assert own["procedure.door"] == "door%201.svg#start"
    assert door["start"] == door["go-on"] == f"{COUNT}%201.svg#procedure.door"
    assert links(here / f"{KEY} 1.svg")["code.back_to_the_count"] == f"{COUNT}%201.svg#start"


def test_charts_in_one_document_lead_to_one_another_and_to_sources(here: Path, kb_folder: Path) -> None:
    flowchart("--all", "-o", "all.pdf", "--kb", kb_folder)
    with pikepdf.open("all.pdf") as document:
        pages = {page.objgen: number for number, page in enumerate(document.pages)}
        jumps = set(jumps_of(document, pages))
        actions = [link.get("/A", {}) for page in document.pages for link in page.get("/Annots", [])]
        addresses = {str(action["/URI"]) for action in actions if "/URI" in action}
    assert {(0, 3), (3, 0), (1, 0), (2, 3)} <= jumps, "to the door and back, from one code to the other"
    assert addresses == {"https://example.org/guide"}


def jumps_of(document: pikepdf.Pdf, pages: dict[tuple[int, int], int]) -> Iterator[tuple[int, int]]:
    """The pages from which and to which the links of a document lead; each of them must exist."""
    named = pikepdf.NameTree(document.Root.Names.Dests) if "/Names" in document.Root else {}
    for number, page in enumerate(document.pages):
        for link in page.get("/Annots", []):
            target = link.get("/Dest", link.get("/A", {}).get("/D"))
            if isinstance(target, pikepdf.String):
                target = named[str(target)]
            if target is not None:
                target = target.D if isinstance(target, pikepdf.Dictionary) else target
                yield number, pages[target[0].objgen]


def test_every_link_of_the_shipped_document_leads_somewhere(here: Path) -> None:
    flowchart(F074, "0x8007232B", "clock", "registered_host", "-o", "chart.pdf")
    with pikepdf.open("chart.pdf") as document:
        pages = {page.objgen: number for number, page in enumerate(document.pages)}
        assert len(list(jumps_of(document, pages))) >= 10


# The way of a session -------------------------------------------------------------------------------------------------


@pytest.fixture
def journal(here: Path, kb_folder: Path) -> Path:
    """A session that went from one code to the other and into the procedure."""
    return kept(here / "case.jsonl", kb_folder)


def kept(path: Path, kb_folder: Path, *, context: dict[str, str] | None = None, code: str = KEY) -> Path:
    session = Session(open_folder(kb_folder).kb, code)
    opened = Journal.create(path, session, context or {"language": "en"}, lambda: datetime(2026, 1, 20, tzinfo=UTC))
    session.watch(lambda act, _step: opened.note(act, session))
    for answer in ("yes", "yes", "office", "no"):
        session.answer(answer)
    session.outcome(words.NOT_FIXED)
    opened.close()
    return path


def marked(svg: Path) -> set[str]:
    """The shapes that are drawn as marked."""
    return {
        group.get("id", "")
        for group in ET.parse(svg).iter(f"{SVG}g")
        for path in group.iter(f"{SVG}path")
        if "vt-s-mark" in path.get("class", "") and not group.get("class", "").endswith(("-way", "-caption"))
    } - {""}


def test_a_session_is_drawn_with_every_chart_it_went_through(here: Path, journal: Path, kb_folder: Path) -> None:
    before = journal.read_bytes()
    called = flowchart("--session", "case.jsonl", "-o", "way/", "--format", "svg", "--kb", kb_folder)
    assert called.out.split() == [str(Path("way", name)) for name in (f"{KEY}.svg", f"{COUNT}.svg", "door.svg")]
    assert called.err == ""
    assert journal.read_bytes() == before
    assert marked(here / "way" / "door.svg") == {
        "start",
        "question.door_open.door_is_closed",
        "remedy.open_door.door_is_closed",
        "remedy.ask_again.door_is_closed",
    }
    assert (
        "Thick lines, and shapes with a tick, show the way that the session took." in texts(here / "way/door.svg")[-1]
    )


def test_the_document_of_a_session_has_its_title(here: Path, journal: Path, kb_folder: Path) -> None:
    flowchart("--session", journal, "-o", "way.pdf", "--kb", kb_folder)
    with pikepdf.open("way.pdf") as document:
        assert str(document.docinfo.Title) == f"The way of a session with {KEY}"
        assert len(document.pages) == 3


def test_the_way_is_marked_in_a_chart_that_is_named_and_said_of_one_it_did_not_reach(
    here: Path, journal: Path, kb_folder: Path
) -> None:
    called = flowchart("door", "unknown_code", "--session", journal, "-o", "way/", "--format", "svg", "--kb", kb_folder)
    assert called.err == "The session did not go through the chart of unknown_code.\n"
    assert marked(here / "way" / "door.svg")
    assert not marked(here / "way" / "unknown_code.svg")


def test_the_way_is_marked_in_the_unfolded_chart_too(here: Path, journal: Path, kb_folder: Path) -> None:
    called = flowchart("--session", journal, "--expand", "-o", "way/", "--format", "svg", "--kb", kb_folder)
    assert called.out.split() == [str(Path("way", name)) for name in (f"{KEY}.svg", f"{COUNT}.svg")]
    assert "remedy.ask_again.door_is_closed" in marked(here / "way" / f"{COUNT}.svg")


def test_another_knowledge_base_than_then_is_said(here: Path, journal: Path, kb_folder: Path) -> None:
    folder = shutil.copytree(kb_folder, here / "kb")
    everything = folder / "all.yaml"
    text = everything.read_text(encoding="utf-8").replace("door_open: no", "door_open: [no, unknown]")
    everything.write_text(
        text.replace('"0xC00D0001"\n        because', '"0xC00D0001"\n        because'), encoding="utf-8"
    )
    (folder / "kb.yaml").write_text(small.KB_YAML.replace("2026.1", "2026.2"), encoding="utf-8")
    called = flowchart("--session", journal, "-o", "way.pdf", "--kb", folder)
    assert called.code == exits.DONE
    assert "The knowledge base is another one than then (2026.1 " in called.err
    assert "2026.2 " in called.err


def test_what_does_not_fit_the_rules_of_today_is_said(here: Path, journal: Path, kb_folder: Path) -> None:
    folder = shutil.copytree(kb_folder, here / "kb")
    everything = folder / "all.yaml"
    text = everything.read_text(encoding="utf-8")
    everything.write_text(
        text.replace("office: In the office, ", "").replace("[office, home]", "home"), encoding="utf-8"
    )
    called = flowchart("--session", journal, "-o", "way.pdf", "--kb", folder)
    assert "1 entry of the journal does not fit this knowledge base; the way is marked without it." in called.err
    assert (
        "From line 4 of the journal on, the rules lead elsewhere than then; marked is the way of today." in called.err
    )


def test_the_knowledge_base_of_a_journal_from_elsewhere_must_be_named(here: Path, kb_folder: Path) -> None:
    journal = kept(here / "other.jsonl", kb_folder, context={"language": "en", "kb": str(kb_folder)})
    called = flowchart("--session", journal, "-o", "way.pdf")
    assert (called.code, "[journal-other-kb]" in called.err) == (exits.USAGE, True)
    assert flowchart("--session", journal, "-o", "way.pdf", "--kb", kb_folder).code == exits.DONE


def test_the_language_of_the_session_is_taken_unless_another_is_asked_for(here: Path, kb_folder: Path) -> None:
    journal = kept(here / "german.jsonl", kb_folder, context={"language": "de"})
    small.call("flowchart", "door", "--session", journal, "-o", "way.svg", "--kb", kb_folder)
    assert ET.parse("way.svg").getroot().get("lang") == "de"


@pytest.mark.parametrize(
    ("content", "slug"),
    [(None, "no-journal"), (b"", "no-journal"), (b"hello\n", "no-journal"), (b"{}\n", "no-journal")],
)
def test_what_is_no_journal_is_refused(here: Path, content: bytes | None, slug: str) -> None:
    if content is not None:
        (here / "case.jsonl").write_bytes(content)
    called = flowchart("--session", "case.jsonl", "-o", "way.pdf")
    assert called.code == exits.USAGE
    assert '"case.jsonl"' in called.err or "case.jsonl" in called.err
    assert f"[{slug}]" in called.err
    assert not (here / "way.pdf").exists()


# Same input, same bytes -----------------------------------------------------------------------------------------------


EVERY_FORMAT = """
from voltriage.cli import run
for format_ in ("pdf", "svg", "png", "dot", "mermaid", "graphml", "json"):
    target = "all.pdf" if format_ == "pdf" else f"{format_}/"
    assert run(["flowchart", "0x8007232B", "clock", "-o", target, "--format", format_, "--lang", "en"]) == 0
"""


def digests(folder: Path, seed: str, zone: str, locale: str) -> dict[str, str]:
    """The hashes of every format's files, written in this folder by a process of its own."""
    folder.mkdir()
    subprocess.run(
        [sys.executable, "-c", EVERY_FORMAT],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": locale},
        timeout=120,
        check=True,
    )
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_charts_have_the_same_bytes_in_any_folder_zone_and_run(tmp_path: Path) -> None:
    found = digests(tmp_path / "one", "1", "UTC", "C.UTF-8")
    assert len(found) == 13
    assert found == digests(tmp_path / "ein anderer Ordner", "2", "Asia/Tokyo", "C")


def test_a_bar_shows_how_far_it_is_and_only_on_standard_error(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(io, "StringIO", Terminal)
    monkeypatch.setenv("TERM", "xterm")
    called = flowchart("clock", "count", "-o", "chart.pdf")
    assert called.out == "chart.pdf\n"
    assert "Drawing charts" in called.err


# Coverage -------------------------------------------------------------------------------------------------------------


@pytest.fixture
def report(here: Path, journal: Path, kb_folder: Path) -> Path:
    """What the session of the journal covered, as JSON."""
    small.call("coverage", journal, "--kb", kb_folder, "--json", "coverage.json")
    return here / "coverage.json"


def test_what_no_session_reached_is_marked_and_nothing_else(here: Path, report: Path, kb_folder: Path) -> None:
    called = flowchart("door", KEY, "--coverage", report, "-o", "{name}.svg", "--kb", kb_folder)
    assert (called.code, called.err) == (0, "")
    kb = open_folder(kb_folder).kb
    covered = covered_in(report.read_text(encoding="utf-8"))
    for name, chart in (("door", procedure_chart(kb, "door")), (KEY, code_chart(kb, KEY))):
        shapes = {one for one in missed(chart, covered) if isinstance(one, str)}
        assert marked(here / f"{name}.svg") == shapes
    assert missed(procedure_chart(kb, "door"), ())  # a report of nothing would mark much more
    assert len(missed(procedure_chart(kb, "door"), covered)) < len(missed(procedure_chart(kb, "door"), ()))


def test_where_nothing_was_covered_all_is_marked_but_the_start_and_the_arrow_from_it() -> None:
    kb = small.knowledge()
    for chart in (procedure_chart(kb, "door"), code_chart(kb, COUNT), code_chart(kb, KEY)):
        all_of_it = {node.id for node in chart.nodes} | {(edge.source, edge.target) for edge in chart.edges}
        left = all_of_it - missed(chart, ()).keys()
        assert left == {chart.nodes[0].id, (chart.edges[0].source, chart.edges[0].target)}


def test_a_shape_without_a_word_of_its_own_is_marked_when_no_way_to_it_was_taken() -> None:
    kb = small.knowledge()
    chart = code_chart(kb, COUNT)
    way_in = ((ANSWER, "place", "home"), (RULE, "cloud_machine", ""))
    (procedure,) = (node.id for node in chart.nodes if node.kind == PROCEDURE)
    assert procedure in missed(chart, way_in[1:])
    assert procedure not in missed(chart, way_in)


def test_the_document_says_what_the_marks_of_coverage_mean(here: Path, report: Path, kb_folder: Path) -> None:
    flowchart("door", "--coverage", report, "-o", "x.svg", "--kb", kb_folder)
    assert "Thick lines, and shapes with a cross, show what no session reached." in texts(here / "x.svg")[-1]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--session", "case.jsonl"], "--coverage and --session do not go together"),
        (["--expand"], "--coverage and --expand do not go together"),
        (["--format", "json"], "--coverage is for pdf, svg and png"),
    ],
)
def test_coverage_is_refused_beside_what_it_does_not_fit(
    options: list[str], told: str, here: Path, report: Path, kb_folder: Path
) -> None:
    called = flowchart(KEY, "--coverage", report, "-o", "x.svg", "--kb", kb_folder, *options)
    assert (called.code, told in called.err) == (exits.USAGE, True)


def test_what_is_no_coverage_report_is_refused_by_its_name(here: Path, kb_folder: Path) -> None:
    (here / "x.json").write_text("[]", encoding="utf-8", newline="\n")
    called = flowchart(KEY, "--coverage", "x.json", "-o", "x.svg", "--kb", kb_folder)
    assert (called.code, '"x.json" cannot be used' in called.err) == (exits.USAGE, True)
