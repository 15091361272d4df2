"""Hostile inputs drawn from a `Random`: mostly what a prompt or a file takes, with pieces that nobody expects there.

Hypothesis hands in a `Random` that shrinks, a seed one that always draws the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from random import Random
from typing import Any

PIECES = (
    *("", " ", "\t", "-", "--", "=", "==", ":", ";", ",", "?"),
    *("??", "!", "#", "'", '"', "`", "$(x)", "%PATH%", "|", "\\"),
    *("0", "-0", "00", "+1", "-1", "1.5", "1e999", "NaN", "inf"),
    *("0x", "0x0", "0b1", "1_0", "07", "00010", "9" * 20, "9" * 5000),
    *("०१", "٣", "-٣", "１８", "²", "Ⅷ", "½", "一"),
    *("{}", "{0}", "{0.__class__}", "{text}", "{", "}", "{{", "%s", "%n", "%(x)s", "${x}", "\\N{DEL}"),
    *("\x00", "\x1b", "\x1b[31m", "\x1b]0;x\x07", "\x1b[200~", "\x9b2J", "\x07", "\b", "\x7f", "\x85", "\u2028", "\r"),
    *("\ud800", "\udfff", "\udc80", "\ufeff", "\u200b", "\u202e", "\u2066", "\u00ad", "\U000e0041", "\uffff"),
    *("🙂", "👩‍👩‍👧", "é", "e\u0301", "\u0301" * 50, "ß", "İ", "ﷺ", "ﬁ", "ñ", "שלום", "مرحبا", "日本", "\U0010ffff"),
    *("yes", "no", "null", "true", "~", "on", "unknown", "none", "y", "n", "ja", "fixed", "pending", "x", "i agree"),
    *("0xC00D0001", "0xC00D0002", "0x8000FFFF", "c004f074", "-1073418124", "0xFFFFFFFF", "0x00000000", "unknown_code"),
    *("BCDFG-HJKMN-PQRTV-VWXY2-34678", "BCDFG HJKMN PQRTV VWXY2 34678"),
    *("BCDFG-HJKMN", "W269N-WFGWX-YVC9B-4J6C9-T83GX"),
    *("kms1.corp.example:1688", "[::1]:1688", "10.1", "a.b:99999"),
    *("../../x", "C:\\x", "//x", "__class__", "constructor"),
    *("&a", "*a", "<<: *a", "!!python/object:os.system", "- ", "[", "]", "|-", ">", "---", "...", "@", "\n", "\n\n"),
)  # fmt: skip
"""What has upset programs: numbers, formats, control characters, halves of characters, YAML, keys, paths."""

ENDLESS = (
    *("_", "1 ", "٣", "٣ ", "A", "a ", "\n", " ", "\t", "-", "C0"),
    *("C004 ", "0x", "0 x ", "0xC004F074 ", "0x1,", "é", "\u0301"),
    *("0x1, 0x1, ", "0x1,0x1,a:", "(", "() ", "name :\n \n"),
    *("\nerror:", "12345-", "BCDFG-", "BCDFG ", "BCDFG\n", "\x1b]"),
    *("BCDFG-HJKMN-PQRTV-VWXY2-34567", "\x1b[", "</Data>"),
    *("</Data><Data", "-1 ", "1,", "1.1.1.1 ", "a.", ":", "VOLUME_"),
    *("VOLUME_KMSCLIENT ", "RETAIL\n", "VOLUME_MAK\nchannel", "{0}", "\ud800", "\x00", "\u2028", "ﷺ", "🙂", "\u202e"),
)  # fmt: skip
"""What a pattern may try again and again when it is repeated."""

PASTES = (
    "Error: 0xC00D0001 The count of machines is too low here.",
    "Name: Windows(R), ServerStandard edition\nDescription: Windows(R) Operating System, VOLUME_KMSCLIENT channel\n"
    "Activation ID: 00000000-0000-0000-0000-000000000000\nPartial Product Key: T83GX\nLicense Status: Notification",
    "0xC004F074, 0x00000000, kms1.corp.example:1688, 3b6f7c0e-4d4c-4e3a-9a1c-3a2b4c5d6e7f, 2026/11/22 21:44, 0, 2, 0",
    "<Data>0x80070005</Data>\r\n<Data>0x00000000</Data>\r\n<Data>kms1:1688</Data>",
    "Registered KMS machine name: kms.example.net:1688\nKMS host: kms1.corp.example",
    "y\nn\ny\nfixed\n",
)

NOTES = (
    "note.md",
    "CON:",
    "NUL",
    "a/b/c.md",
    ".",
    "/dev/null/x",
    "x" * 300,
    "{}.md",
    "%s",
    "~/x",
    "a\x00b",
    "🙂.md",
    " ",
)


@dataclass(frozen=True)
class Typed:
    """One input: a text, typed or pasted; or, in its place, what ends the reading."""

    text: str
    pasted: bool = False
    ends: type[EOFError] | type[KeyboardInterrupt] | None = None


def typed(random: Random, ids: Sequence[str]) -> Typed:
    """What somebody does at a prompt; `ids` are names of the knowledge base."""
    kind = random.randrange(100)
    if kind < 2:
        return Typed("", ends=random.choice((EOFError, KeyboardInterrupt)))
    if kind < 10:
        return Typed(twisted(random, random.choice(PASTES)), pasted=True)
    if kind < 45:
        return Typed(random.choice(_PLAIN))
    if kind < 75:
        return Typed(_command(random, ids))
    if kind < 90:
        return Typed(twisted(random, random.choice((*_PLAIN, _command(random, ids)))), pasted=random.random() < 0.1)
    return Typed(rubbish(random), pasted=random.random() < 0.2)


_PLAIN = (
    *("y", "n", "?", "1", "2", "3", "18", "4", "unknown", "none"),
    *("0xC00D0002", "fixed", "not-fixed", "pending", "blocked"),
    *("declined", "x", "back", "why", "how", "nothing", "causes", "status", "help", "c", "note", "save", "quit", ""),
    *("I agree", "j", "nein", "zurück", "ursachen", "Ich stimme zu", "0x8000FFFF"),
)  # fmt: skip


def _command(random: Random, ids: Sequence[str]) -> str:
    """A command with what it takes, and other things, behind it."""
    piece, ident = random.choice(PIECES), random.choice(ids)
    value = random.choice(
        ("y", "n", "1", "3", "18", "office", "unknown", "pending", "fixed", "0xC00D0002", piece, ident)
    )
    return random.choice((
        f"set {ident}={value}", f"set {ident} = {value}", f"setze {piece}={value}", f"set {ident}={value}={piece}",
        f"why 000{random.randrange(30)}", f"change {random.randrange(5)} {value}",
        f"change {piece} {value}", f"ändere 1 {piece}", "change 9999999999 y",
        "change 00019 y", f"why {random.randrange(-1, 4)}", f"why {ident}",
        f"warum {piece}", f"code {value}", f"code {piece}",
        f"note {random.choice(NOTES)}", f"{piece} {value}",
        f"back {piece}", f"x {piece}", f"save {piece}", f"quit{piece}x",
    ))  # fmt: skip


def rubbish(random: Random) -> str:
    """Pieces and characters of every kind."""
    several = random.choices(PIECES, k=random.randrange(1, 12))
    several += [chr(random.choice((random.randrange(0x300), random.randrange(0x110000)))) for _ in range(4)]
    random.shuffle(several)
    return "".join(several) * random.choice((1, 1, 1, 1, 40))


def twisted(random: Random, text: str) -> str:
    """The text with one to three changes."""
    for _ in range(random.randrange(1, 4)):
        start, end = sorted((random.randrange(len(text) + 1), random.randrange(len(text) + 1)))
        change = random.randrange(7)
        if change < 3:
            text = text[:start] + random.choice(PIECES) + text[start:]
        elif change == 3:
            text = text[:start] + text[min(end, start + 20) :]
        elif change == 4:
            text = text[:end] + text[start:]
        elif change == 5:
            text = text.swapcase()
        else:
            text = text[:start] + text[start:end][::-1] + text[end:]
        text = text[:100_000]
    return text


def options(random: Random, ids: Sequence[str]) -> list[str]:
    """What may stand behind `--answer`, once each."""
    values = ("yes", "no", "unknown", "office", "18", "pending", "fixed", "0xC00D0002", "blocked")
    written = [f"{random.choice(ids)}={random.choice(values)}" for _ in range(random.randrange(1, 4))]
    return [twisted(random, option) if random.random() < 0.6 else option for option in written]


# Files


def bent(random: Random, text: str) -> bytes:
    """A YAML file with one to three lines, values or brackets changed, and sometimes its bytes."""
    lines = text.split("\n")
    for _ in range(random.randrange(1, 4)):
        at, other = random.randrange(len(lines)), random.randrange(len(lines))
        match random.randrange(9):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, lines[other])
            case 2:
                lines[at], lines[other] = lines[other], lines[at]
            case 3:
                lines[at] = re.sub(r": .*", lambda _: f": {random.choice(PIECES)}", lines[at], count=1)
            case 4:
                lines[at] = random.choice((" ", "  ", "\t", "- ", "#")) + lines[at]
            case 5:
                lines[at] = lines[at].lstrip()
            case 6:
                lines[at] = twisted(random, lines[at])
            case 7:
                lines.insert(at, random.choice(_BOMBS))
            case _:
                lines[at] = re.sub(r"\w+(?=:)", lambda _: random.choice(PIECES), lines[at], count=1)
        lines = lines or [""]
    content = "\n".join(lines).encode("utf-8", "surrogatepass")
    return damaged(random, content) if random.random() < 0.2 else content


_BOMBS = (
    "[" * 5000,
    "{a: " * 300,
    "\n".join(f"{'  ' * level}a:" for level in range(150)),
    "a: &a [x, x]\n" + "\n".join(f"{b}: &{b} [{f'*{a}, ' * 9}]" for a, b in pairwise("abcdefghijklm")),
    "a: &a [*a]",
    "a: &a {b: *a}",
    "? [a, b]\n: c",
    "<<: {a: b}",
    "--- \n...\n---",
    "%YAML 9.9",
    "k: !!binary x",
    "k: |\n" + "x" * 100_000,
    "x" * 2000 + ": y",
)  # fmt: skip
"""Depth, aliases that multiply or stand inside themselves, keys that are none, documents, huge texts."""


def damaged(random: Random, content: bytes) -> bytes:
    """Bytes turned, cut off, doubled or put in another place; lines swapped."""
    lines = content.split(b"\n")
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    place = random.randrange(len(content) + 1)
    match random.randrange(8):
        case 0:
            bits = bytearray(content or b"x")
            for _ in range(random.randrange(1, 9)):
                bits[random.randrange(len(bits))] ^= 1 << random.randrange(8)
            return bytes(bits)
        case 1:
            return content[:place]
        case 2:
            return content[place:]
        case 3:
            lines[at], lines[other] = lines[other], lines[at]
        case 4:
            lines.insert(at, lines[other])
        case 5:
            del lines[at]
        case 6:
            return content[:place] + random.randbytes(random.randrange(1, 20)) + content[place:]
        case _:
            return content.decode("latin-1").encode(random.choice(("utf-16", "utf-8", "utf-32")))
    return b"\n".join(lines)


def forged(random: Random, content: bytes) -> bytes:
    """A journal in which a value of one line is another one, of the right or the wrong kind."""
    lines = content.split(b"\n")
    at = random.randrange(max(1, len(lines) - 1))
    try:
        entry = json.loads(lines[at])
    except ValueError:
        return damaged(random, content)
    inside = entry
    while isinstance(inside, dict | list) and inside:
        key = random.choice(list(inside)) if isinstance(inside, dict) else random.randrange(len(inside))
        if not isinstance(inside[key], dict | list) or random.random() < 0.2:
            inside[key] = random.choice(_VALUES)
            break
        inside = inside[key]
    try:
        lines[at] = json.dumps(entry, ensure_ascii=random.random() < 0.5).encode()
    except UnicodeEncodeError:
        lines[at] = json.dumps(entry).encode()
    return b"\n".join(lines)


_VALUES: tuple[Any, ...] = (
    *PIECES,
    *(None, True, False, 0, -1, 10**30, 2**63, 2**64, 1e308),
    *(float("inf"), float("nan"), 0.5, [], {}, [[[[]]]], {"a": {}}),
    *("0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "answer", "back", "went on", "change", "cannot look"),
    *("place", "door_open", "open_door", "count", "kms_host", "opened", "x" * 5000, "office"),
)  # fmt: skip
