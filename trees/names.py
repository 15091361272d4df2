"""Names for the words of the knowledge format, as people say them: places, shells, risks, types, answers."""

from __future__ import annotations

from collections.abc import Mapping

from kb import words

from .reading import Say

ANY_SHELL = "any"
"""Where a command is the same in every shell."""


def place_name(say: Say, place: str) -> str:
    """A place as people say it."""
    return place_names(say).get(place, place)


def place_names(say: Say) -> Mapping[str, str]:
    """Every place as people say it."""
    return {
        "affected_machine": say("affected machine"),
        "kms_host": say("KMS host"),
        "dns_server": say("DNS server"),
        "network": say("network"),
        "licence_owner": say("licence owner"),
        "active_directory": say("Active Directory"),
        "cloud": say("cloud portal"),
        "admin_workstation": say("administration workstation"),
    }


def shell_name(say: Say, shell: str, *, elevated: bool) -> str:
    """The window to type a command in, before that command."""
    if shell == ANY_SHELL:
        both = say("Command Prompt or PowerShell as administrator:")
        return both if elevated else say("Command Prompt or PowerShell:")
    if shell == "powershell":
        return say("PowerShell as administrator:") if elevated else say("PowerShell:")
    return say("Command Prompt as administrator:") if elevated else say("Command Prompt:")


def risk_name(say: Say, risk: str) -> str:
    """A risk in words."""
    return risk_names(say)[risk]


def risk_names(say: Say) -> Mapping[str, str]:
    """Every risk in words."""
    return {
        words.HARMLESS: say("harmless"),
        words.REVERSIBLE: say("can be undone"),
        words.SPENDS_ACTIVATION: say("spends a limited activation"),
        words.CHANGES_ENTITLEMENT: say("changes what the machine is licensed for"),
        words.IRREVERSIBLE: say("cannot be undone"),
    }


def type_name(say: Say, kind: str) -> str:
    """A type of activation, short enough for a table."""
    names = {
        "mak": say("MAK"),
        "kms_client": say("KMS client"),
        "kms_host": say("KMS host"),
        "adba": say("Active Directory"),
        "office": say("Office"),
    }
    return names.get(kind, kind)


def answer_name(say: Say, answer: str) -> str:
    """A fixed answer as people say it; any other word as it is."""
    names = {
        words.YES: say("yes"),
        words.NO: say("no"),
        words.UNKNOWN: say("unknown"),
        words.NONE: say("none"),
        words.ANY_CODE: say("a code"),
    }
    return names.get(answer, answer)
