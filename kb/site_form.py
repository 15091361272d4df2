"""The authored form of a site file (`voltriage.yaml`), in the style of `kb.schema`.

The line under a field describes it: `kb.jsonschema` writes it into the JSON Schema that editors use.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Discriminator, StringConstraints, Tag
from pydantic_core import PydanticCustomError

from . import hosts
from .schema import Form, Id, Word, shape
from .sentences import Sentence, sentence

MOST_CHARACTERS = 400
"""How long a free text may be; it has to fit on a screen."""


def _is_host(word: str) -> bool:
    return hosts.is_name(word) or hosts.is_address(word)


def _host(value: Any) -> str:
    if isinstance(value, str) and _is_host(value) and hosts.canonical(value) != "localhost":
        return value.removesuffix(".")
    expected = sentence("a host name or the address of a machine, like kms1.corp.example or 10.20.0.5")
    named = hosts.named(value) if isinstance(value, str) else None
    if named is not None and named.port and _is_host(named.host):
        meant = f"{{host: {_quoted(named.host)}, port: {named.port}}}"
        raise _misfit(sentence("{sentence}; did you mean {meant}?", sentence=expected, meant=meant))
    raise _misfit(expected)


def _misfit(expected: Sentence) -> PydanticCustomError:
    """What a field refuses a value with, so that `kb.loader` can say what was expected."""
    return PydanticCustomError("misfit", "expected {expected}", {"expected": expected})


def _quoted(host: str) -> str:
    return f'"{host}"' if ":" in host else host


def _domain(value: Any) -> str:
    if isinstance(value, str) and hosts.is_full_name(value):
        return value.removesuffix(".")
    raise _misfit(sentence("a DNS domain of at least two parts, like corp.example"))


def _port(value: Any) -> int:
    if isinstance(value, str) and hosts.is_port(value):
        return int(value)
    raise _misfit(sentence("a port from 1 to 65535"))


def _free_text(value: Any) -> str:
    """Any words that can be shown as they are; lines become blanks."""
    text = " ".join(value.split()) if isinstance(value, str) else ""
    if not text:
        raise _misfit(sentence("a text; one with [ ] { } or : in it needs quotes"))
    hidden = next((character for character in text if not character.isprintable()), "")
    if hidden:
        raise _misfit(sentence("a text without the character {code}; delete it", code=f"U+{ord(hidden):04X}"))
    if len(text) > MOST_CHARACTERS:
        raise _misfit(sentence("at most {most} characters", most=MOST_CHARACTERS))
    return text


HostName = Annotated[str, BeforeValidator(_host)]
DomainName = Annotated[str, BeforeValidator(_domain)]
PortNumber = Annotated[int, BeforeValidator(_port)]
FreeText = Annotated[str, BeforeValidator(_free_text)]
Value = Annotated[Word, StringConstraints(max_length=60)]


class KmsHostForm(Form):
    """A KMS host with its port."""

    host: HostName
    port: PortNumber = hosts.KMS_PORT
    """1688 unless the host listens on another one."""


KmsHost = Annotated[
    Annotated[HostName, Tag("<text>")]
    | Annotated[KmsHostForm, Tag("<list>")]
    | Annotated[KmsHostForm, Tag("<mapping>")],
    Discriminator(shape),
]


class RunbookForm(Form):
    """What the title page of a printed runbook says; any words."""

    document_number: FreeText = ""
    owner: FreeText = ""
    approver: FreeText = ""
    valid_until: FreeText = ""
    classification: FreeText = ""


class SiteForm(Form):
    """What an organisation tells Voltriage about itself (voltriage.yaml)."""

    format: Literal["1"]
    kms_hosts: list[KmsHost] = []
    """Every KMS host in service: a name, an address, or host and port. The first one is put into commands."""
    domains: list[DomainName] = []
    """All DNS domains of the organisation, those below them included. A registered KMS host outside them is foreign."""
    dns_servers: list[HostName] = []
    """The DNS servers that the organisation's machines are meant to use."""
    domain_controllers: list[HostName] = []
    """The first one is put into commands."""
    contacts: dict[Id, FreeText] = {}
    """Whom to reach, by place (kms_host, dns_server ...) or owner (dns_admin ...): name, team, phone, hours."""
    answers: dict[Id, Value] = {}
    """Questions or measures whose value is known for the whole organisation, like kms_host_exists: yes."""
    forbidden: dict[Id, FreeText] = {}
    """Remedies that are never to be done here, each with the reason."""
    runbook: RunbookForm = RunbookForm()
