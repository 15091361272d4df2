"""What one organisation knows about itself: its KMS hosts and domains, whom to reach, answers, forbidden remedies.

Plain data and what follows from it. `kb.site_reading` reads it from a file; nothing here reads or prints.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from . import hosts, words
from .hosts import KMS_PORT, Named
from .model import Owner

LISTED = "listed"
OTHER_PORT = "other_port"
OUTSIDE = "outside"
OPEN = "open"
"""The list of hosts does not decide: somebody has to be asked."""

Lines = Mapping[tuple[str | int, ...], int]

_PLACEHOLDER = re.compile(r"<([A-Z_]+)>(:?)")
_KMS_NAMES = frozenset({"KMS_HOST", "KMS_FQDN", "KMS_ADDRESS"})


@dataclass(frozen=True, slots=True)
class Host:
    """A KMS host of the organisation: a name or an address, and its port."""

    name: str
    port: int = KMS_PORT

    def __str__(self) -> str:
        return f"[{self.name}]:{self.port}" if ":" in self.name else f"{self.name}:{self.port}"


@dataclass(frozen=True)
class Runbook:
    """What stands on the title page of a printed runbook; texts as they were written, empty where nothing was."""

    document_number: str = ""
    owner: str = ""
    approver: str = ""
    valid_until: str = ""
    classification: str = ""


@dataclass(frozen=True)
class Standing:
    """How a host stands to the site: `verdict` is one of LISTED, OTHER_PORT, OUTSIDE, OPEN.

    `entry` is what decided, as a place in the file: the KMS host on the list, or the domains; empty where nothing did.
    """

    verdict: str
    entry: tuple[str | int, ...] = ()


@dataclass(frozen=True)
class Site:
    """Site facts, checked.

    `file`: its name as given. `contacts`: free text by place or owner id, as `reached` completes it. `answers`:
    values as written, by question or measure id. `forbidden`: the reason for each remedy that is never to be done
    here. `lines`: the line of each entry, by its place in the file: `("kms_hosts", 0)`, `("forbidden",
    "clear_registered_host")`.
    """

    file: str
    kms_hosts: tuple[Host, ...] = ()
    domains: tuple[str, ...] = ()
    dns_servers: tuple[str, ...] = ()
    domain_controllers: tuple[str, ...] = ()
    contacts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    answers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    forbidden: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    runbook: Runbook = Runbook()
    lines: Lines = field(default_factory=lambda: MappingProxyType({}))

    def fill(self, command: str) -> str:
        """The command with the site's values in place of its placeholders; those it has no value for stay.

        The first KMS host and the first domain controller stand for all. Of domains and DNS servers the case decides
        which one is meant, so they are filled in only where the site has a single one.
        """
        values = self._values(command)

        def filled(found: re.Match[str]) -> str:
            value = values.get(found[1])
            if value is None:
                return found[0]
            return f"[{value}]:" if found[2] and ":" in value else f"{value}{found[2]}"

        return _PLACEHOLDER.sub(filled, command)

    def choices(self, command: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """The placeholders of a command for which the site has several values, each with all of them."""
        wanted = placeholders(command)
        known = {name: tuple(map(str, self._fitting({name}))) for name in sorted(_KMS_NAMES)} | self._lists()
        return tuple((name, values) for name, values in known.items() if name in wanted and len(values) > 1)

    def fill_text(self, text: str, place: str) -> str:
        """A sentence with the contact for this place (or owner) in place of `<CONTACT>`; unchanged without one."""
        contact = self.contacts.get(place)
        return text if contact is None else text.replace("<CONTACT>", contact)

    def standing(self, host: Named) -> Standing:
        """How a host that was read off a machine stands to the site.

        A short name proves nothing, because each machine completes it in its own way; an address outside the list
        neither, because only names stand in domains.
        """
        name = hosts.canonical(host.host)
        if "." not in name and ":" not in name:
            return Standing(OPEN)
        same = [number for number, known in enumerate(self.kms_hosts) if hosts.canonical(known.name) == name]
        if same:
            right = [number for number in same if host.port in (None, self.kms_hosts[number].port)]
            return Standing(LISTED, ("kms_hosts", right[0])) if right else Standing(OTHER_PORT, ("kms_hosts", same[0]))
        if not self.domains or _is_no_name(name) or any(_belongs(name, domain) for domain in self.domains):
            return Standing(OPEN)
        return Standing(OUTSIDE, ("domains",))

    def source(self, *entry: str | int) -> str:
        """Where an entry stands, for people: "voltriage.yaml, line 7"."""
        short = re.split(r"[/\\]", self.file)[-1]
        return f"{short}, line {self.lines[entry]}" if entry in self.lines else short

    def _values(self, command: str) -> dict[str, str]:
        wanted = placeholders(command)
        named = wanted & _KMS_NAMES
        values = {
            name: known[0] for name, known in self._lists().items() if len(known) == 1 or (known and name == "DC")
        }
        fitting = self._fitting(named)
        if named and fitting:
            values |= dict.fromkeys(named, fitting[0].name)
        if fitting and (named or len({host.port for host in fitting}) == 1):
            values["KMS_PORT"] = str(fitting[0].port)
        return values

    def _lists(self) -> dict[str, tuple[str, ...]]:
        return {"DC": self.domain_controllers, "DNS_DOMAIN": self.domains, "DNS_SERVER": self.dns_servers}

    def _fitting(self, names: frozenset[str] | set[str]) -> list[Host]:
        """The KMS hosts that may stand in place of all these placeholders."""
        kinds = {words.PLACEHOLDERS[name] for name in names}
        return [host for host in self.kms_hosts if all(_FITS[kind](host.name) for kind in kinds)]


_FITS: Mapping[str, Callable[[str], bool]] = {
    words.HOST: bool,
    words.FULL_NAME: hosts.is_full_name,
    words.ADDRESS: hosts.is_address,
}


def reached(contacts: Mapping[str, str], owners: Iterable[Owner]) -> dict[str, str]:
    """Whom to reach: the contacts of a site; an owner without one is reached where the place they look after is."""
    inherited = {owner.id: contacts[owner.where] for owner in owners if owner.where in contacts}
    return inherited | dict(contacts)


def placeholders(command: str) -> frozenset[str]:
    """The names of the placeholders in a command."""
    return frozenset(found[1] for found in _PLACEHOLDER.finditer(command)) & words.PLACEHOLDERS.keys()


def _belongs(name: str, domain: str) -> bool:
    return name == hosts.canonical(domain) or hosts.within(name, domain)


def _is_no_name(name: str) -> bool:
    """Whether this is an address, or something that no domain can hold."""
    return ":" in name or not hosts.is_name(name.replace("_", "a"))
