"""Codes are found in any spelling, and nothing else is taken for one."""

from __future__ import annotations

import uuid

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kb.spelling import canonical, find_codes, find_misspelt, in_groups
from tests.shipped import codes as shipped_codes

F074, DNS, DENIED = "0xC004F074", "0x8007232B", "0x80070005"

ONE_CODE = {
    # as Windows, scripts and people write it
    "0xC004F074": F074,
    "0xc004f074": F074,
    "0XC004F074": F074,
    "C004F074": F074,
    "c004f074": F074,
    "OxC004F074": F074,
    "oxc004f074": F074,
    "OxCOO4FO74": F074,
    "0×C004F074": F074,
    "0xC004F074L": F074,
    "0xC004F074UL": F074,
    "-1073418124": F074,
    "3221549172": F074,
    "80070005": DENIED,
    # in groups, with blanks of any kind
    "0 x C004 F074": F074,
    "0x C004F074": F074,
    "0xC004 F074": F074,
    "0xC0 04 F0 74": F074,
    "0 x C 0 0 4 F 0 7 4": F074,
    "C004 F074": F074,
    "8007 0005": DENIED,
    "8007 232B": DNS,
    "0xC004\u00a0F074": F074,
    "0xC004\u202fF074": F074,
    "0x\u2009C004\u2009F074": F074,
    "0xC004\u200bF074": F074,
    "0xC0\u00ad04F074": F074,
    # from word processors and far-eastern keyboards
    "\u22121073418124": F074,
    "\u20131073418124": F074,
    "０ｘＣ００４Ｆ０７４": F074,
    # in sentences
    "The error code was 0xC004F074.": F074,
    "Error 0xC004F074: No Key Management Service could be contacted": F074,
    "Fehler: 0xC004F074 Führen Sie auf einem Computer slui.exe 0x2a 0xC004F074 aus.": F074,
    "Beim Aktivieren kam der Fehler C004 F074, seit gestern.": F074,
    "Fehlercode:0xC004F074": F074,
    "Fehlercode0xC004F074": F074,
    "(c004f074)": F074,
    "exit code -1073418124, hr=-1073418124": F074,
    "the script returned 3221549172 (unsigned)": F074,
    "Attempt 3: C004F074 again": F074,
    "Attempt 12 C004 F074": F074,
    "err_80070005.log": DENIED,
    "https://learn.microsoft.com/troubleshoot/error-0xc004f074-activate-windows": F074,
    "ist es die 0xC004F074?": F074,
    "0xC004F074\r\n": F074,
    # codes of other products go to the plan for unknown codes
    "0x87E10BC6": "0x87E10BC6",
    "803FA067": "0x803FA067",
    "0xD0000272": "0xD0000272",
    "0x00000057": "0x00000057",
}  # fmt: skip


@pytest.mark.parametrize(("text", "code"), ONE_CODE.items())
def test_one_code_is_found(text: str, code: str) -> None:
    assert find_codes(text) == (code,)


SEVERAL = {
    "0xC004F074, 0x8007232B": (F074, DNS),
    "0x8007232B 0xC004F074": (DNS, F074),
    "C004 F074 and 8007 232B": (F074, DNS),
    "0xC004F074\n8007232B\n": (F074, DNS),
    "-1073418124 and then 0x80070005 and -1073418124": (F074, DENIED),
    "0xC004F074–0xC004F075": (F074, "0xC004F075"),
    # event 12288 and 12289: the result stands first; 0x00000000 is success
    "0xC004F074, 0x00000000, kms1.contoso.com:1688, 55c92734-d682-4d71-983e-d6ec3f16059f, 2026/11/22 10:15, 1, 5, 0, "
    "73111121-5638-40f6-bc11-f1d7b0d64300, 25": (F074,),
    "The client has sent an activation request.\nInfo:\n0x8007232B, 0x00000000, <none>, ...\nError 0xC004F074": (
        DNS,
        F074,
    ),
}


@pytest.mark.parametrize(("text", "found"), SEVERAL.items())
def test_several_codes_are_found_in_order_once_each(text: str, found: tuple[str, ...]) -> None:
    assert find_codes(text) == found


NO_CODES = [
    # GUIDs: activation ids, client machine ids; also one that begins like a code
    "55c92734-d682-4d71-983e-d6ec3f16059f",
    "Activation ID: {c004f074-d682-4d71-983e-d6ec3f16059f}",
    "80070005-d682-4d71-983e-d6ec3f16059f",
    "c004f074d6824d71983ed6ec3f16059f",
    # keys, whole and partial
    "W269N-WFGWX-YVC9B-4J6C9-T83GX",
    "Partial Product Key: 3V66T",
    "3V66T",
    "C004F-07480-07000-58007-232BB",
    # product ids, extended product ids, installation ids, confirmation ids
    "00330-80000-00000-AA123",
    "55041-00206-271-298329-03-1033-9200.0000-0652013",
    "011234 567890 123456 789012 345678 901234 567890 123456 789012",
    "322154917232215491723221549172322154917232215491723221",
    # updates, builds, versions
    "KB5034765",
    "10.0.20348.2527",
    "Version 10.0.8007.0005",
    # networks and machines
    "192.168.10.250",
    "10.80.70.5:1688",
    "49152",
    "00-15-5D-80-07-00",
    "fe80::8007:232b:c004:f074",
    # dates, times, telephones
    "2026-11-22",
    "20261122",
    "22.11.2026 08:00:70",
    "+49 8007 1234567",
    "0049 8007 1234",
    "0800 7232 123",
    "+1 322 154 9172",
    "+3221549172",
    "(0) 8007 0005",
    "8007 0005 12",
    # sizes and counters
    "2147483648",
    "3221225472",
    "3221549172 bytes",
    "3221549172 Bytes",
    "3221549172 KB",
    "3.221.549.172",
    "3,221,549,172",
    "3221549172.5",
    # words of the letters a to f, hashes
    "deadbeef",
    "c0ffee12",
    "8000 dead",
    "der Wert 4004 Bade",
    "thumbprint a909 8007 232b c004 f074 1d2e",
    # success, and codes with a digit too many or too few
    "0x00000000",
    "0xC00F038",
    "0xC00F038 ab",
    "0xC004CF038",
    "",
    "no code at all",
]


@pytest.mark.parametrize("text", NO_CODES)
def test_what_is_no_code_is_not_found(text: str) -> None:
    assert find_codes(text) == ()


def test_a_code_is_found_among_what_is_none() -> None:
    text = "\n".join(["Client Machine ID (CMID): c004f074-d682-4d71-983e-d6ec3f16059f", *NO_CODES, "Error: 0x8007232B"])

    assert find_codes(text) == (DNS,)


def test_misspelt_codes_are_found_as_aliases_are_written() -> None:
    assert find_misspelt("Fehler 0xC00F038, dann 0xc004cf038 und 0xC00F038") == ("0xC00F038", "0xC004CF038")
    assert find_misspelt("0xC004F038 and 3V66T") == ()


def test_a_code_is_read_out_in_two_groups() -> None:
    assert in_groups(F074) == "C004 F074"


# Every code in every spelling

BEGINNINGS = ["C004", "C000", "C002", "D000", "4004", "8004", "8007", "8009", "800F", "803F", "8024", "87E1"]
any_code = st.one_of(
    st.sampled_from([code for code in shipped_codes() if code.startswith("0x")]),
    st.builds("0x{}{:04X}".format, st.sampled_from(BEGINNINGS), st.integers(1, 0xFFFF)),
)


def spellings(code: str) -> dict[str, str]:
    """The forms in which one code is written, by a name for each."""
    digits, value = code[2:], int(code, 16)
    groups = f"{digits[:4]} {digits[4:]}"
    found = {
        "as is": code,
        "small": code.lower(),
        "with the letter O": "O" + code[1:],
        "with O inside": "Ox" + digits.replace("0", "O"),
        "spread": f"0 x {groups}",
        "non-breaking": f"0x{groups}".replace(" ", "\u00a0"),
        "pairs": "0x" + " ".join(digits[at : at + 2] for at in range(0, 8, 2)),
        "signed": str(value - 2**32) if value >= 2**31 else str(value),
        "unsigned": str(value),
        "signed with a minus sign": (str(value - 2**32) if value >= 2**31 else str(value)).replace("-", "\u2212"),
    }
    if not digits.isdigit() or digits.startswith(("8004", "8007", "8009")):
        found |= {"bare": digits, "bare and small": digits.lower()}
        if any(digit.isdigit() for digit in digits[4:]):
            found |= {"groups": groups}
    return found


AROUND = [
    "{}",
    "Error: {}",
    "The error was {}.",
    "Fehler {}: bitte um Hilfe!",
    "({})",
    "Windows meldet „{}“ seit 3 Tagen",
    "hr={};",
    "KB5034765: {}\n",
    "W269N-WFGWX-YVC9B-4J6C9-T83GX\n{}\n10.0.20348.2527",
]
few = settings(max_examples=200, deadline=None)


@few
@given(any_code, st.sampled_from(AROUND))
def test_every_code_is_found_in_every_spelling(code: str, around: str) -> None:
    missed = [name for name, text in spellings(code).items() if find_codes(around.format(text)) != (code,)]

    assert missed == []


@few
@given(st.lists(any_code, min_size=1, max_size=4, unique=True), st.data())
def test_codes_in_a_paste_are_found_in_order(codes: list[str], data: st.DataObject) -> None:
    texts = [data.draw(st.sampled_from(sorted(spellings(code).values()))) for code in codes]

    assert find_codes("\n".join(texts)) == tuple(codes)


@few
@given(st.uuids(), st.sampled_from(["{}", "{{{}}}", "ID: {}.", "\n{}\n"]), st.booleans())
def test_no_code_is_found_in_a_guid(value: uuid.UUID, around: str, large: bool) -> None:
    text = str(value).upper() if large else str(value)

    assert find_codes(around.format(text)) == ()


@few
@given(any_code, st.uuids())
def test_no_code_is_found_in_a_guid_that_begins_like_one(code: str, value: uuid.UUID) -> None:
    assert find_codes(code[2:].lower() + str(value)[8:]) == ()


KEY_LETTERS = "BCDFGHJKMPQRTVWXY2346789N"


@few
@given(st.lists(st.text(KEY_LETTERS, min_size=5, max_size=5), min_size=5, max_size=5))
def test_no_code_is_found_in_a_product_key(groups: list[str]) -> None:
    assert find_codes("-".join(groups)) == ()
    assert find_codes(f"Product key: {groups[4]}, installed") == ()


@few
@given(st.text())
def test_any_text_is_searched_without_a_fault(text: str) -> None:
    found = find_codes(text)

    assert all(canonical(int(code, 16)) == code for code in found)
