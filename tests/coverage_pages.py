"""Coverage pages for tests: of the small knowledge base, of a hostile one, of the shipped one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from engine.coverage import Marks
from kb.places import places_in
from kb.store import open_folder
from kb.texts import Texts
from tests import shipped, small
from tests.test_coverage_report import DOOR, KEYS, SERVER
from trees.coverage.report import Observed, Report, Source, report_of
from trees.coverage.web import Listings, coverage_html
from trees.reading import Reading
from voltriage.covering import cover
from voltriage.wording import Wording

HOSTILE = (
    "<script>window.bad = 1</script><img src=x onerror=window.bad=1>",
    "</script><script>window.bad = 1</script>",
    "<!-- ]]> --> &lt;b&gt; {{data}} ${x} `x` \\",
    '"><svg onload=window.bad=1>',
    "javascript:window.bad=1",
)
NAMES = (*HOSTILE, "turned \u202e round \u2066 and \u200f back", "half \ud800 of a character", "bell \x07 and \x85")
"""Names of sessions: what a file system may hold that knowledge must not."""


def written_kb(folder: Path) -> Path:
    """The small knowledge base with three scenarios, in this folder."""
    kb = small.write(folder)
    for name, text in (("door", DOOR), ("keys", KEYS), ("server", SERVER)):
        path = kb / "scenarios" / f"{name}.scenario.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    return kb


def report_in(folder: Path, more: Iterable[Observed] = ()) -> Report:
    """What the scenarios in a knowledge base's folder covered, and these sessions."""
    kb = open_folder(folder).kb
    covering = cover(kb, (folder / "scenarios",), folder)
    assert covering.problems == []
    return report_of(kb, [*covering.observed, *more], places_in(folder))


def page_of(folder: Path, report: Report, language: str = "en") -> str:
    """The page about a knowledge base's folder."""
    opened = open_folder(folder)
    reading = Reading(opened.kb, Texts(language, opened.translations), Wording(language), language)
    return coverage_html(report, reading, Listings(folder, places_in(folder)))


def hostile_kb(folder: Path) -> Path:
    """The small knowledge base with hostile texts in place of all that authors write freely."""
    texts = iter(HOSTILE * 100)

    def bent(found: re.Match[str]) -> str:
        return f"{found[1]}{json.dumps(next(texts), ensure_ascii=False)}"

    written_kb(folder)
    yaml = re.sub(r"([{,] ?(?:text|title|section|en): )([^,}]+)", bent, small.YAML)
    yaml = re.sub(r"(?m)^( +(?:- )?(?:text|title|because|meaning): )(.+)$", bent, yaml)
    yaml = yaml.replace("      - id: few_servers\n", "      - id: few_servers\n        # </script> ]]> \u202e -->\n")
    (folder / "all.yaml").write_text(yaml, encoding="utf-8", newline="\n")
    for po in (folder / "locale").rglob("*.po"):
        po.unlink()
    return folder


def hostile_sessions() -> list[Observed]:
    """Sessions with hostile names."""
    marks = Marks(frozenset({("rule", "few_servers", ""), ("true", "few_servers", "is_server")}))
    return [Observed(Source(name, "scenario", small.COUNT), marks) for name in NAMES]


def shipped_report() -> Report:
    """What all scenarios of one shipped code cover, and some of another: some rules are fired, some false, most not."""
    scenarios = shipped.FOLDER / "scenarios"
    some = sorted((scenarios / "0xC004F074").glob("*.scenario.yaml"))[::8]
    covering = cover(shipped.knowledge(), (scenarios / "0x8004FE21", *some), shipped.FOLDER)
    return report_of(shipped.knowledge(), covering.observed, places_in(shipped.FOLDER))


def data_in(page: str) -> Any:
    """What the program of a page works with."""
    return json.loads(re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.DOTALL)[0])
