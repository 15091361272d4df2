"""One HTML file that needs nothing else: what every page for a browser is put together with.

The file loads nothing and sends nothing. Its policy names its style and its program by their hashes, so a browser runs
no other, wherever a text in it comes from.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from html import escape
from pathlib import Path

from ..drawing import Look, svg
from ..picture import picture
from ..worded import Worded

Plain = str | int | bool | None | Sequence["Plain"] | Mapping[str, "Plain"]
"""What JSON can hold."""

STATIC = Path(__file__).resolve().parent / "static"
_ON_THE_PAGE = re.compile(r' (?:style="white-space:pre"|font-variant-ligatures="none"|(?<!:)lang="\w+")')
"""What drawings say for themselves in files of their own, and the page's style and language say here."""
_UNFIT = re.compile("[<\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""What would end the data, or what no HTML file may hold."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a page consists of.

    - `title`, `skip` (to what is essential) and `without` (is read where programs do not run): texts.
    - `told`: lines that stand below `without`, as they are.
    - `meta`: texts by the names of `meta` elements. `style`: CSS; `script`: JavaScript; `data`: what it works with.
    """

    language: str
    title: str
    skip: str
    without: str
    meta: Mapping[str, str]
    style: str
    script: str
    data: Plain
    told: tuple[str, ...] = ()


def html_file(page: Page) -> str:
    """The page as the text of one file; the same page gives the same text."""
    told = f"<pre>{_text(chr(10).join(page.told))}</pre>" if page.told else ""
    return _filled(
        read("page.html"),
        {
            "language": _text(page.language),
            "policy": _policy(page.style, page.script),
            "meta": "\n".join(
                f'<meta name="{_text(name)}" content="{_text(said)}">' for name, said in page.meta.items()
            ),
            "title": _text(page.title),
            "skip": _text(page.skip),
            "noscript": f"<p>{_text(page.without)}</p>{told}",
            "style": page.style,
            "script": page.script,
            "data": _in_a_script(page.data),
        },
    )


def read(name: str, folder: Path = STATIC) -> str:
    """A part of a page as it stands in its file."""
    return (folder / name).read_text(encoding="utf-8")


def program(*parts: str) -> str:
    """Parts of a program as one, in the order in which they build on one another."""
    return '"use strict";\n' + "\n".join(parts)


def packed_drawing(told: Worded, prefix: str) -> str:
    """A chart as SVG, packed for `drawings.js`; unpacked, charts would be most of a page.

    Raises `NoLayoutEngineError`.
    """
    text = svg(told, picture(told), Look(own_font=False, own_style=False, prefix=prefix))
    return b64encode(zlib.compress(_ON_THE_PAGE.sub("", text).encode(), 9)).decode()


def _text(text: str) -> str:
    """A text as it stands in HTML, also in an attribute."""
    return escape(text, quote=False).replace('"', "&quot;")


def _filled(template: str, parts: Mapping[str, str]) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)


def _policy(style: str, script: str) -> str:
    """Nothing is loaded and nothing is sent; only this style and this program count."""
    return "; ".join(
        [
            "default-src 'none'",
            f"style-src {_hash(style)}",
            f"script-src {_hash(script)}",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )


def _hash(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _in_a_script(data: Plain) -> str:
    """JSON that nothing in it can end."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return _UNFIT.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
