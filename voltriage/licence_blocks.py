"""The products that an output of slmgr, OSPP or PowerShell lists: which lines belong to which, and which has a key.

`slmgr /dlv all` lists every product that Windows knows, dozens of them without a key. Only products with an installed
key can fail to activate, and the five last characters of that key are shown in every language.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from kb import words

WINDOWS, OFFICE, ESU = words.PRODUCTS
_APPLICATIONS = {
    "55c92734-d682-4d71-983e-d6ec3f16059f": WINDOWS,
    "0ff1ce15-a989-479d-af46-f275c6370663": OFFICE,
    "59a52881-a989-479d-af46-f275c6370663": OFFICE,
}
_NAME = re.compile(r"^[ \t]*(?:license[ \t]+)?name[ \t]*:[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE)
_KEY_LABELS = (
    "partial product key", "partialproductkey", "last 5 characters of installed product key",
    "teil-product key", "product key (teilweise)",
)  # fmt: skip
_KEY_LINE = re.compile(
    rf"^[ \t]*(?:{'|'.join(map(re.escape, _KEY_LABELS))})[ \t]*:[ \t]*(.*)$", re.IGNORECASE | re.MULTILINE
)
_TAIL = re.compile(r":[ \t]*(?=[2-9]*[B-Z])([B-DF-HJKMNP-RTV-Y2-46-9]{5})[ \t]*$", re.MULTILINE)
"""Five characters of a key's alphabet, whatever the label says; with a letter, so that a mere number is none."""
_OF_SLMGR = re.compile(
    r"^[ \t]*(?:license status|lizenzstatus|this license is not in use)", re.IGNORECASE | re.MULTILINE
)
_GUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_ACTIVATION_ID = re.compile(
    rf"^[ \t]*(?:activation id|aktivierungs-id|sku id|id)[ \t]*:[ \t]*({_GUID})", re.IGNORECASE | re.MULTILINE
)
_ACTIVATING = re.compile(rf"\(({_GUID})\)[ \t]*\.\.\.", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """The lines about one product. `product` is empty where nothing tells it; `keyed`: a key is installed."""

    text: str
    product: str
    keyed: bool
    activation_id: str


def blocks_in(text: str) -> tuple[Block, ...]:
    """The products that a text lists, in order; each begins with its name."""
    starts = [match.start() for match in _NAME.finditer(text)]
    parts = [text[start:end] for start, end in pairwise([*starts, len(text)])]
    tails = any(_has_tail(part) for part in parts)
    return tuple(Block(part, _product(part), _keyed(part, tails=tails), _activation_id(part)) for part in parts)


def meant(blocks: Sequence[Block], product: str) -> tuple[Block, ...]:
    """The blocks that count when this product fails (empty: not known): those with a key.

    While the product is not known, lines about other products than Windows alone say nothing about the case.
    """
    keyed = tuple(block for block in blocks if block.keyed)
    if product:
        return tuple(block for block in keyed if block.product in (product, ""))
    return keyed if any(block.product in (WINDOWS, "") for block in keyed) else ()


def activating(text: str) -> frozenset[str]:
    """The Activation IDs of the products that an /ato in this text was about."""
    return frozenset(ident.casefold() for ident in _ACTIVATING.findall(text))


def _keyed(part: str, *, tails: bool) -> bool:
    """Whether the product has a key; a list without any partial key was made with only such products."""
    if tails:
        return _has_tail(part)
    return not _OF_SLMGR.search(part) and not _KEY_LINE.search(part)


def _has_tail(part: str) -> bool:
    line = _KEY_LINE.search(part)
    return bool(line[1].strip()) if line else bool(_TAIL.search(part))


def _product(part: str) -> str:
    name = _NAME.match(part)
    called = name[1].casefold() if name else ""
    if re.search(r"\besu\b", called):
        return ESU
    lowered = part.casefold()
    found = next((product for ident, product in _APPLICATIONS.items() if ident in lowered), "")
    return found or next((product for product in (WINDOWS, OFFICE) if product in called), "")


def _activation_id(part: str) -> str:
    found = _ACTIVATION_ID.search(part)
    return found[1].casefold() if found else ""
