"""What a text is about: the on-screen messages of the shipped codes find their codes, and other sentences find none."""

from __future__ import annotations

import random

import pytest

from kb import words
from kb.search import OFFERED, Found, find, messages
from kb.spelling import find_codes
from tests.shipped import knowledge

ALL_MESSAGES = [
    (code, message)
    for code in knowledge().codes
    if code != words.UNKNOWN_CODE
    for message in messages(knowledge().codes[code])
]
MESSAGES = [(code, message) for code, message in ALL_MESSAGES if not find_codes(message)]
each_message = pytest.mark.parametrize(("code", "message"), MESSAGES)


def found(text: str) -> Found:
    return find(knowledge(), text)


def check(code: str, text: str) -> None:
    """The code is taken, or it is among those offered; another one is never taken."""
    result = found(text)
    assert result.sure in (code, ""), (text, result)
    assert result.sure == code or code in dict(result.offers), (text, result)


def others(code: str, message: str) -> set[str]:
    """The codes that have this message, too."""
    return {other for other, same in MESSAGES if same.casefold().rstrip(".") == message.casefold().rstrip(".")} - {code}


@each_message
def test_a_message_as_windows_shows_it_finds_its_code(code: str, message: str) -> None:
    result = found(message)

    best = [offer for offer, score in result.offers if score == 100]
    assert set(best) >= {code} | others(code, message)
    assert result.sure in (code, "")


@each_message
def test_the_way_of_writing_does_not_matter(code: str, message: str) -> None:
    check(code, message.rstrip("."))
    check(code, message.upper())
    check(code, "  " + message.replace(" ", "\n ") + "\n")
    check(code, f"“{message}”")


SWAPPED = [
    ("Software Licensing Service", "Software Protection Service"),
    ("Software Licensing Server", "Software Protection Service"),
    ("Softwarelizenzierungsdienst", "Softwareschutzdienst"),
]


def test_the_names_of_the_licensing_service_are_the_same() -> None:
    changed = 0
    for code, message in MESSAGES:
        for one, other in [*SWAPPED, *((other, one) for one, other in SWAPPED)]:
            if one in message:
                changed += 1
                check(code, message.replace(one, other))
    assert changed > 50


PASTES = [
    "C:\\> cscript //nologo slmgr.vbs /ato\nActivating Windows(R), Enterprise edition "
    "(73111121-5638-40f6-bc11-f1d7b0d64300) ...\nError: {}\nC:\\>",
    "Hallo zusammen,\nbei mir kommt seit gestern die Meldung: {} Was kann ich tun?\nGruß Peter",
    "We get this on 12 servers since the weekend (build 20348.2527, KB5034765):\n\n> {}\n\nAny idea?",
]


@each_message
def test_a_message_inside_a_longer_text_finds_its_code(code: str, message: str) -> None:
    for paste in PASTES:
        check(code, paste.format(message))


def misspelt(text: str, seed: int) -> str:
    """The text with one slip of the fingers in about thirty letters."""
    chance = random.Random(seed)
    letters = list(text)
    for _ in range(max(1, len(letters) // 30)):
        at = chance.randrange(len(letters))
        slip = chance.choice(["leave out", "double", "exchange", "other"])
        if slip == "leave out":
            letters[at] = ""
        elif slip == "double":
            letters[at] *= 2
        elif slip == "exchange":
            letters[at : at + 2] = letters[at : at + 2][::-1]
        else:
            letters[at] = chance.choice("abcdefghijklmnopqrstuvwxyz")
    return "".join(letters)


@each_message
def test_slips_of_the_fingers_do_not_matter(code: str, message: str) -> None:
    for seed in range(3):
        check(code, misspelt(message, seed))


PARTS = {
    # what people remember of a message
    "no key management service could be contacted": "0xC004F074",
    "kein Schlüsselverwaltungsdienst erreicht": "0xC004F074",
    "KMS is not enabled": "0xC004F039",
    "count insufficient": "0xC004F038",
    "hardware id binding tolerance": "0xC004F00F",
    "RPC server unavailable": "0x800706BA",
    "rpc server not available": "0x800706BA",
    "request timestamp is invalid": "0xC004F06C",
    "dns name doesn't exist": "0x8007232B",
    "DNS-Name nicht vorhanden": "0x8007232B",
    "product key blocked": "0xC004C003",
    "Product Key gesperrt": "0xC004C003",
    "grace period expired": "0xC004F009",
    "not running genuine windows": "0x8004FE21",
}


@pytest.mark.parametrize(("text", "code"), PARTS.items())
def test_the_telling_part_of_a_message_finds_its_code(text: str, code: str) -> None:
    check(code, text)


def test_what_several_messages_begin_with_is_offered_and_not_taken() -> None:
    result = found("The Software Licensing Service reported that the computer could not be activated.")

    assert result.sure == ""
    assert len(result.offers) > 2


def test_messages_that_are_the_same_are_offered_and_not_taken() -> None:
    result = found("DNS name does not exist.")

    assert result.sure == ""
    assert {"0x8007232B", "0x80092328"} <= dict(result.offers).keys()


NONSENSE = [
    "",
    "yes",
    "no",
    "help me",
    "kms",
    "activation",
    "Aktivierung",
    "Product key",
    "W269N-WFGWX-YVC9B-4J6C9-T83GX",
    "asdf qwer zxcv",
    "lorem ipsum dolor sit amet consectetur adipiscing elit",
    "hello world how are you today",
    "The quick brown fox jumps over the lazy dog",
    "Franz jagt im komplett verwahrlosten Taxi quer durch Bayern",
    "Die Katze sitzt auf dem Dach und schläft",
    "My printer does not work",
    "Der Drucker druckt nicht",
    "Outlook cannot connect to the server",
    "I forgot my password, please reset it",
    "The computer is slow",
    "Blue screen of death",
    "Excel stürzt ab",
    # messages of Windows about other matters
    "Windows update failed",
    "Error 1603: fatal error during installation",
    "Your PC ran into a problem and needs to restart.",
    "The service did not respond to the start or control request in a timely fashion.",
    "Der Dienst antwortete nicht rechtzeitig auf die Start- oder Steuerungsanforderung.",
    "The system cannot find the file specified.",
    "Das System kann die angegebene Datei nicht finden.",
    "The network path was not found.",
    "The remote procedure call failed.",
    "Das Gerät ist nicht bereit.",
    "A referral was returned from the server.",
]


@pytest.mark.parametrize("text", NONSENSE)
def test_nonsense_finds_nothing(text: str) -> None:
    assert found(text) == Found((), "")


def test_a_message_with_a_code_in_it_finds_that_code() -> None:
    with_codes = [(code, message) for code, message in ALL_MESSAGES if find_codes(message)]

    assert [(code, message) for code, message in with_codes if found(message).sure != code] == []


def test_codes_decide_before_messages() -> None:
    assert found("0xC004F074: DNS name does not exist.") == Found(("0xC004F074",), "0xC004F074")


def test_the_first_code_that_is_known_is_taken() -> None:
    assert found("0x80041010 0xC004F074 0x8007232B") == Found(("0x80041010", "0xC004F074", "0x8007232B"), "0xC004F074")


def test_an_unknown_code_is_taken_as_it_is() -> None:
    assert found("0x80041010") == Found(("0x80041010",), "0x80041010")


ALIASES = [(alias, code) for code in knowledge().codes for alias in knowledge().codes[code].aliases]


@pytest.mark.parametrize(("alias", "code"), ALIASES)
def test_old_and_wrong_spellings_find_their_code(alias: str, code: str) -> None:
    assert found(f"Error {alias}").sure == code
    assert found(f"Fehler {alias.lower()}!").sure == code


def test_a_long_paste_is_searched_in_reasonable_time() -> None:
    text = "nothing of interest in this line of a log\n" * 20_000

    assert found(text).offers == ()


def test_offers_are_good_enough_best_first_and_few() -> None:
    offers = found("The Software Licensing Service reported that the product key is").offers
    scores = [score for _, score in offers]

    assert scores == sorted(scores, reverse=True)
    assert min(scores) >= OFFERED
    assert len(offers) <= 5
