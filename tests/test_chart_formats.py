"""Charts as files: every text in them is exact, other programs read them, and the same chart gives the same bytes."""

from __future__ import annotations

import html
import json
import os
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import jsonschema
import pytest

from kb.texts import Texts
from tests import npm, shipped, small
from trees.chart import Chart, answer_labels, code_chart, flat_chart, labels, procedure_chart
from trees.formats import FORMATS, dot, graphml, mermaid, node_link, written
from trees.reading import Reading, plainly
from voltriage.wording import Wording

LONG_COMMAND = 'cscript //nologo %windir%\\system32\\slmgr.vbs /ipk "' + "ABCDE-12345-" * 20 + '" && echo <KMS_HOST>'
HOSTILE = (
    r"\Windows\System32\slmgr.vbs",
    r"C:\new\table\reports\Names\Links\Graphs",
    r"\N \G \L \T \E \H \l \r \n",
    "<KMS & host>",
    "<b>bold</b><br/>and &amp; &lt;not&gt; &uuml; &#228;",
    "%windir%\\system32 %PATH%",
    '"quoted" \'single\' \\"escaped\\" „deutsch“ »so«',
    "it ends with a backslash \\",
    '"',
    "Übergrößenträger heißt Schlüsselverwaltungsdienst – ﬂ°°34¶ß",
    "`code` **bold** _x_ [link](http://example.org) {brace} |pipe| #35; #quot; ;:",
    "style a:b#c; classDef d:e#f; %% comment %%{init}%% --> end subgraph click",
    "x = y, 2 < 3 > 1; $HOME; a\ttab",
    LONG_COMMAND,
)
assert len(LONG_COMMAND) >= 300


def reader(language: str) -> Reading:
    opened = shipped.opened()
    return Reading(opened.kb, Texts(language, opened.translations), Wording(language), language)


def saying(text: str) -> Reading:
    """A reader in whose language everything the knowledge says is this."""
    return Reading(shipped.knowledge(), lambda _: text, plainly, "en")


def charts() -> Iterator[Chart]:
    kb = shipped.knowledge()
    yield from (code_chart(kb, code) for code in kb.codes)
    yield from (procedure_chart(kb, procedure) for procedure in kb.procedures)


def texts_of(chart: Chart, reading: Reading) -> dict[str, str]:
    """What is to be read in each shape, line breaks aside, and on the arrows."""
    shapes = {ident: "".join((label.title, *label.lines)) for ident, label in labels(chart, reading).items()}
    arrows = {f"{a}->{b}": " / ".join(said) for (a, b), said in answer_labels(chart, reading).items()}
    return {**shapes, **arrows}


def drawn(source: str) -> str:
    """The SVG. Not Graphviz' JSON: there, texts with backslashes have too many of them, and lose their ends."""
    program = Path(sysconfig.get_path("scripts"), "graphviz-pure")
    done = subprocess.run([program, "-Tsvg"], input=source.encode(), capture_output=True, check=True, timeout=120)
    return done.stdout.decode()


def in_svg(svg: str) -> dict[str, str]:
    texts = {}
    space = "{http://www.w3.org/2000/svg}"
    for group in ElementTree.fromstring(svg).iter(f"{space}g"):
        if group.get("class") in ("node", "edge"):
            name = group.findtext(f"{space}title") or ""
            texts[name] = "".join(text.text or "" for text in group.iter(f"{space}text"))
    return texts


@pytest.mark.parametrize("hostile", HOSTILE)
def test_graphviz_draws_every_text_as_it_is(hostile: str) -> None:
    chart, reading = code_chart(shipped.knowledge(), "0xC004F038"), saying(hostile)
    assert in_svg(drawn(dot.written(chart, reading))) == texts_of(chart, reading)


@pytest.mark.parametrize("language", ["en", "de"])
def test_graphviz_draws_every_shipped_chart_as_it_is(language: str) -> None:
    reading = reader(language)
    for chart in charts():
        assert in_svg(drawn(dot.written(chart, reading))) == texts_of(chart, reading), chart.id


# Mermaid

READ_BACK = """
import { JSDOM } from 'jsdom';
const dom = new JSDOM('<!doctype html><body></body>');
globalThis.window = dom.window; globalThis.document = dom.window.document;
const mermaid = (await import('mermaid')).default;
mermaid.initialize({startOnLoad: false});
const sources = JSON.parse(await new Response(process.stdin).text());
const out = [];
for (const source of sources) {
  const db = (await mermaid.mermaidAPI.getDiagramFromText(source)).db;
  out.push({nodes: [...db.getVertices().values()].map(v => [v.id, v.text, v.type ?? '']),
            edges: db.getEdges().map(e => [e.start, e.end, e.text])});
}
process.stdout.write(JSON.stringify(out));
"""


def parsed_by_mermaid(sources: list[str]) -> list[tuple[dict[str, str], dict[str, str]]]:
    """What Mermaid's own parser finds in each: the texts of shapes and arrows, and the kinds of shapes."""
    done = subprocess.run(
        [npm.node(), "--input-type=module", "--eval", READ_BACK],
        cwd=npm.folder_with("mermaid@11", "jsdom@26"),
        input=json.dumps(sources).encode(),
        capture_output=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    found = []
    for diagram in json.loads(done.stdout):
        texts = {ident: shown(text) for ident, text, _ in diagram["nodes"]}
        texts |= {f"{source}->{target}": shown(text) for source, target, text in diagram["edges"]}
        found.append((texts, {ident: kind for ident, _, kind in diagram["nodes"]}))
    return found


def shown(parsed: str) -> str:
    """What a browser shows of a text that was parsed: Mermaid's stand-ins for entities, then HTML."""
    entities = parsed.replace("ﬂ°°", "&#").replace("ﬂ°", "&").replace("¶ß", ";")
    return html.unescape(re.sub(r"<br\s*/?>", "", entities))


def test_mermaid_reads_every_text_as_it_is() -> None:
    chart = code_chart(shipped.knowledge(), "0xC004F038")
    readings = [saying(hostile) for hostile in HOSTILE]
    found = parsed_by_mermaid([mermaid.written(chart, reading) for reading in readings])
    for reading, (texts, _) in zip(readings, found, strict=True):
        assert texts == texts_of(chart, reading)


@pytest.mark.slow
def test_mermaid_reads_every_shipped_chart_in_both_languages() -> None:
    for language in ("en", "de"):
        reading = reader(language)
        every = list(charts())
        found = parsed_by_mermaid([mermaid.written(chart, reading) for chart in every])
        for chart, (texts, kinds) in zip(every, found, strict=True):
            assert texts == texts_of(chart, reading), chart.id
            assert len({kinds[node.id] for node in chart.nodes}) >= min(3, len({node.kind for node in chart.nodes}))


def test_kinds_of_nodes_have_shapes_of_their_own() -> None:
    assert len({tuple(sorted(look.items())) for look in dot.SHAPES.values()}) == len(dot.SHAPES)
    assert len(set(mermaid.SHAPES.values())) == len(mermaid.SHAPES)


# GraphML and JSON


@pytest.mark.parametrize("language", ["en", "de"])
def test_graphml_and_json_read_back_are_the_same_chart(language: str) -> None:
    schema = json.loads(node_link.SCHEMA.read_text(encoding="utf-8"))
    reading = reader(language)
    for chart in [*charts(), flat_chart(shipped.knowledge(), "0xC004F038")]:
        assert graphml.read(graphml.written(chart, reading)) == chart
        text = node_link.written(chart, reading)
        assert node_link.read(text) == chart
        jsonschema.validate(json.loads(text), schema)


@pytest.mark.parametrize("hostile", [text for text in HOSTILE if "\t" not in text])
def test_texts_in_graphml_and_json_are_exact(hostile: str) -> None:
    chart, reading = code_chart(shipped.knowledge(), "0xC004F02C"), saying(hostile)
    data = json.loads(node_link.written(chart, reading))
    assert {node["id"]: "".join((node["title"], *node["lines"])) for node in data["nodes"]}.items() <= texts_of(
        chart, reading
    ).items()
    assert graphml.read(graphml.written(chart, reading)) == chart


def test_networkx_itself_reads_the_json_and_the_graphml() -> None:
    import networkx as nx

    chart, reading = (
        code_chart(small.knowledge(), small.COUNT),
        Reading(small.knowledge(), lambda t: t.en, plainly, "en"),
    )
    linked = nx.node_link_graph(json.loads(node_link.written(chart, reading)), edges="edges")
    parsed = nx.parse_graphml(graphml.written(chart, reading))
    for graph in (linked, parsed):
        assert isinstance(graph, nx.DiGraph)
        assert list(graph) == [node.id for node in chart.nodes]
        assert set(graph.edges) == {(edge.source, edge.target) for edge in chart.edges}


def test_another_json_is_refused() -> None:
    with pytest.raises(ValueError, match="format"):
        node_link.read('{"format": 2}')


# The same bytes

PRINT = """
from tests import shipped
from tests.test_chart_formats import reader
from trees.chart import code_chart, flat_chart, procedure_chart
from trees.formats import FORMATS, written
import hashlib
kb = shipped.knowledge()
made = [code_chart(kb, c) for c in ("0xC004F074", "0xC004F009", "unknown_code")]
made += [procedure_chart(kb, p) for p in ("mak_limit", "cloud_kms", "inner_code", "reach_host")]
made.append(flat_chart(kb, "0xC004F041"))
total = hashlib.sha256()
for name in FORMATS:
    for chart in made:
        total.update(written(name, chart, reader("de")).encode())
print(total.hexdigest())
"""


def test_the_same_bytes_under_any_hash_seed() -> None:
    digests = set()
    for seed in ("0", "1", "4711"):
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).resolve().parents[1])}
        command = [sys.executable, "-c", PRINT]
        done = subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", check=True, timeout=120)
        digests.add(done.stdout)
    assert len(digests) == 1


def test_every_format_is_named_and_written() -> None:
    chart = code_chart(small.knowledge(), small.KEY)
    for name in FORMATS:
        assert written(name, chart, Reading(small.knowledge(), lambda t: t.en, plainly, "en"))
