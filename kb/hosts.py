"""Names, addresses and ports of machines: how they are written, and when two of them are the same.

Names are those of RFC 1123: letters, digits, `-` and `.`. What passes here holds no character that a shell reads, and
begins with no `-` or `/`, so it may stand in a command as it is.
"""

from __future__ import annotations

import ipaddress
import re
from typing import NamedTuple

KMS_PORT = 1688
"""Where a KMS host listens unless somebody has set another port."""

_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_NAME = re.compile(rf"{_LABEL}(?:\.{_LABEL})*\.?")
_NUMERIC_END = re.compile(r"(?:.*\.)?(?:[0-9]+|0[xX][0-9A-Fa-f]*)\.?")
"""A name that ends like this is taken for an address by some programs (`10.1`, `3232235521`, `0x7f.1`)."""
_MOST_CHARACTERS = 253
_PORT = re.compile(r"[0-9]{1,5}")
_NAMED = re.compile(
    r"\[(?P<bracketed>[0-9A-Fa-f:.]{2,45})\](?::(?P<port6>[0-9]{1,5}))?"
    r"|(?P<address6>[0-9A-Fa-f.]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)"
    r"|(?P<name>[A-Za-z0-9_][A-Za-z0-9_.-]{0,253})(?::(?P<port>[0-9]{1,5}))?"
)


class Named(NamedTuple):
    """A host as somebody read it off a screen; `port` is None where none was named."""

    host: str
    port: int | None = None


def is_name(word: str) -> bool:
    """Whether this is a host name, short or full (a dot at its end is allowed)."""
    return (
        len(word.removesuffix(".")) <= _MOST_CHARACTERS
        and _NAME.fullmatch(word) is not None
        and _NUMERIC_END.fullmatch(word) is None
    )


def is_full_name(word: str) -> bool:
    """Whether this is a name with its domain, like kms1.corp.example."""
    return is_name(word) and "." in word.removesuffix(".")


def is_address(word: str) -> bool:
    """Whether this is an IP address of one machine that others can reach (without the zone of an interface)."""
    address = _address(word)
    return address is not None and not (
        address.is_loopback or address.is_unspecified or address.is_multicast or address.is_reserved
    )


def is_port(word: str) -> bool:
    """Whether this is the number of a TCP port."""
    return _PORT.fullmatch(word) is not None and 0 < int(word) <= 65535


def canonical(host: str) -> str:
    """The one way of writing a host by which two of them are compared: small letters, no dot at the end."""
    address = _address(host)
    return str(address) if address is not None else host.removesuffix(".").lower()


def within(host: str, domain: str) -> bool:
    """Whether a full name stands in this domain or below it."""
    return canonical(host).endswith(f".{canonical(domain)}")


def is_loopback(host: str) -> bool:
    """Whether this is the machine itself by address; a client tied to it was tampered with, or is a test."""
    address = _address(host)
    return address is not None and address.is_loopback


def named(text: str) -> Named | None:
    """The host, and the port if there is one, that this text consists of (`kms1.corp.example:1688`); else None.

    More is taken than `is_name` allows: somebody reads off what is there, and an odd name is still a name to judge.
    """
    found = _NAMED.fullmatch(text.strip())
    if found is None:
        return None
    host = found["bracketed"] or found["address6"] or found["name"]
    port = found["port6"] or found["port"]
    if _address(host) is None and (":" in host or re.fullmatch(r"[0-9.]*", host)):
        return None
    if port and not is_port(port):
        return None
    return Named(host, int(port)) if port else Named(host)


def _address(word: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if "%" in word:
        return None
    try:
        return ipaddress.ip_address(word)
    except ValueError:
        return None
