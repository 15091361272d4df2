"""What came from outside is made harmless: laws of `neutral` and `without_keys`, and hostile examples."""

from __future__ import annotations

import re
import time
import unicodedata

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kb.client_keys import CLIENT_KEYS, is_client_key
from voltriage.safety import holds_key, masked, neutral, without_keys

ALPHABET = "BCDFGHJKMNPQRTVWXY2346789"
PUBLISHED = [known.key for known in CLIENT_KEYS]

texts = st.text(st.characters(exclude_categories=()), max_size=60)  # lone surrogates too
pieces = st.sampled_from([
    *("\x1b", "\x1b[", "\x9b", "\x1b]", "\x1bP", "31m", "0;t\x07", "\x1b\\", "\x9c", "\n", "\r", "\t", "\u2028"),
    *("\u202e", "\u2066", "\u200b", "\ufeff", "\u00ad", "\ud800", "\udcff", "\U000e0041", "\u115f", "a", " ", "é"),
])  # fmt: skip
hostile = st.one_of(texts, st.lists(pieces, max_size=30).map("".join))

keys = st.lists(st.text(ALPHABET, min_size=5, max_size=5), min_size=5, max_size=5).map("-".join)
secrets = keys.filter(lambda key: sum(any(map(str.isalpha, group)) for group in key.split("-")) > 2)
"""Real keys have letters in almost every group; five numbers in a row are something else."""
dashes = st.sampled_from(["-", "–", "—", "‑", "−", " - ", "－", "--", "-\n", " ", "  ", "\t", "\xa0", "\n", "_", "."])
around = st.sampled_from(["", " ", "key: ", "ist es ", '"', "(", ">", "aaa", "\n", "ipk=", "ä"])


# neutral


@given(hostile, st.booleans())
def test_nothing_that_works_unseen_is_left(text: str, lines: bool) -> None:
    result = neutral(text, lines=lines)
    kept = "\n\t" if lines else ""
    assert not [c for c in result if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Zl", "Zp") and c not in kept]


@given(hostile, st.booleans())
def test_what_is_neutral_stays_as_it_is(text: str, lines: bool) -> None:
    result = neutral(text, lines=lines)
    assert neutral(result, lines=lines) == result


@given(st.text(st.characters(categories=["L", "Nd", "P", "Sm", "Zs"], exclude_characters="\u115f\u1160\u3164\uffa0")))
def test_letters_digits_and_marks_are_not_touched(text: str) -> None:
    assert neutral(text) == text


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("a\x1b[2J\x1b[Hb", "ab"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]52;c;aGk=\x9ctext", "text"),
        ("\x1bP1$r\x1b\\text", "text"),
        ("\x9b31mtext\x9d0;t\x07", "text"),
        ("\x1b(0x\x1b(B", "x"),
        ("\x1b]0;never ended\nnext line", " next line"),
        ("back\x08\x08space\x7f\x00", "backspace"),
        ("one\r\ntwo\u2028three\x85four\x0bfive", "one two three four five"),
        ("safe\u202etxt.exe\u2066", "safetxt.exe"),
        ("zero\u200b\u200d\ufeff\u00adwidth", "zerowidth"),
        ("half \ud83d bad byte \udcff", "half \ufffd bad byte \ufffd"),
        ("tag\U000e0041ged\ufe0f", "tagged"),
        ("a\tb", "a b"),
        ("Lizenzstatus: „Lizenziert“ – ü €", "Lizenzstatus: „Lizenziert“ – ü €"),
    ],
)
def test_hostile_text_is_neutral_afterwards(text: str, left: str) -> None:
    assert neutral(text) == left


def test_lines_and_tabs_stay_where_they_are_asked_for() -> None:
    assert neutral("one\r\ntwo\rthree\x0c\tfour\u2029", lines=True) == "one\ntwo\nthree\n\tfour\n"


# without_keys


def shows_a_key(text: str) -> bool:
    """Whether of any five groups in a row more than the last is to be read."""
    for match in re.finditer(r"(?=([0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}))", text.upper()):
        if not is_client_key(match[1]) and set(match[1].split("-")[:4]) != {"XXXXX"}:
            return True
    return False


@given(around, st.tuples(secrets, dashes), around)
def test_no_group_of_a_key_but_the_last_is_left(before: str, key: tuple[str, str], behind: str) -> None:
    groups = key[0].split("-")
    text = before + key[1].join(groups) + behind
    assume(text.strip())
    result = without_keys(text)
    assert result.startswith(before)
    assert result.endswith(behind)
    assert result[len(before) : len(result) - len(behind)] == "XXXXX-" * 4 + groups[4]
    assert holds_key(text) or text == result


@given(secrets, st.sampled_from([("0", "O"), ("8", "B"), ("2", "Z"), ("V", "v"), ("N", "n"), ("6", "G"), ("Q", "0")]))
def test_a_key_in_small_letters_or_misread_is_a_key(key: str, misread: tuple[str, str]) -> None:
    for written in (key.lower(), key.replace(*misread), key.replace("-", " ").replace(*misread)):
        assert without_keys(written).startswith("XXXXX-XXXXX-XXXXX-XXXXX-")


@given(secrets, dashes, st.from_regex("0[xX][0-9A-Fa-f]{8}", fullmatch=True), st.sampled_from([" ", ", ", ": "]))
def test_a_code_before_a_key_is_no_part_of_it(key: str, dash: str, code: str, between: str) -> None:
    groups = key.split("-")
    assert without_keys(code + between + dash.join(groups)) == f"{code}{between}{'XXXXX-' * 4}{groups[4]}"
    assert masked(code + between + key).startswith(code + between + "X" * 5)
    assert masked(code + between) == code + between


def test_a_code_with_a_dash_behind_it_hides_no_key() -> None:
    assert "CDFGH" not in without_keys("0xC00BCDFG-CDFGH-JKMPQ-RTVWX-Y2346")


words = st.one_of(
    st.text(ALPHABET + "A01", min_size=5, max_size=5),
    st.sampled_from(["XXXXX", "word", "", "AB12", "toolong", "12345"]),
)
mixtures = st.lists(st.tuples(words, st.one_of(dashes, st.just("-"))), max_size=14).map(
    lambda parts: "".join(word + dash for word, dash in parts)
)


@given(mixtures)
def test_no_five_groups_in_a_row_show_more_than_the_last(text: str) -> None:
    assert not shows_a_key(without_keys(text))


@given(st.one_of(mixtures, hostile))
def test_blanking_twice_is_blanking_once(text: str) -> None:
    result = without_keys(text)
    assert without_keys(result) == result
    assert not holds_key(result)


@given(st.sampled_from(PUBLISHED), around, dashes, st.booleans())
def test_published_client_setup_keys_stay(key: str, context: str, dash: str, small: bool) -> None:
    text = f"{context}{(key.lower() if small else key).replace('-', dash)}{context}"
    assert without_keys(text) == text
    assert masked(text)[: len(text) - len(context)] == text[: len(text) - len(context)]


@given(st.sampled_from(PUBLISHED), secrets, st.sampled_from([" ", "\n", "; ", "-", " - "]), st.booleans())
def test_a_key_beside_a_published_one_is_still_blanked(published: str, secret: str, between: str, first: bool) -> None:
    result = without_keys(between.join([secret, published] if first else [published, secret]))
    assert published in result
    assert "XXXXX-" * 4 + secret[-5:] in result


@given(st.uuids(), st.booleans())
def test_identifiers_of_windows_stay(ident: object, capital: bool) -> None:
    text = f"Activation ID: {str(ident).upper() if capital else ident} {{{ident}}}"
    assert without_keys(text) == text


@given(st.text("0123456789", min_size=48, max_size=63), st.sampled_from([6, 7, 9]), st.sampled_from([" ", "-"]))
def test_installation_and_confirmation_ids_stay(digits: str, group: int, between: str) -> None:
    text = between.join(digits[at : at + group] for at in range(0, len(digits), group))
    assert without_keys(text) == text
    assert without_keys(digits) == digits


@pytest.mark.parametrize(
    "text",
    [
        "Partial Product Key: T83GX",
        "Extended PID: 06401-00206-271-395032-03-1033-9600.0000-2802024",
        "Product ID: 00330-80000-00000-AA455",
        "these three hosts never reply, maybe check every route again",
        "ports 49152, 49153, 49154, 49155, 49156 and 49157",
        "0xC004F074 0xC004F038 0x8007232B 0x80070005 0xC004C003",
        "-1073418124 3221549172",
        "2026-11-22 21:53:39 12345 67890 12345 67890 12345",
        "kms01.example.org 10.11.12.13:1688",
        "S-1-5-21-3623811015-3361044348-30300820-1013",
        "slmgr /ipk XXXXX-XXXXX-XXXXX-XXXXX-XXXXX",
        "sha256 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    ],
)
def test_what_is_no_key_stays(text: str) -> None:
    assert without_keys(text) == text
    assert not holds_key(text)


@pytest.mark.parametrize(
    "text",
    [
        "BT289-PN344-W3M64-4P9V3-8K6XV",
        "ABCDE-FGHIJ-KLMNO-PQRST-8K6XV",
        "/ipk:BT289-PN344-W3M64-4P9V3-8K6XV/x",
        "aBT289-PN344-W3M64-4P9V3-8K6XVb",
        "BT289 PN344 W3M64 4P9V3 8K6XV",
        "BT289-PN344-\r\n  W3M64-4P9V3-8K6XV",
        "| BT289 | PN344 | W3M64 | 4P9V3 | 8K6XV |",
        "ＢＴ２８９－ＰＮ３４４－Ｗ３Ｍ６４－４Ｐ９Ｖ３－8K6XV",
        "B\u200bT289-PN\u00ad344-W3M64-4P\u202e9V3-8K6XV",
        "\x1b[31mBT289\x1b[0m-PN344-W3\x00M64-4P9V3-8K6XV",
        "BT289-PN344-W3M64-4P9V3-BT289-PN344-W3M64-4P9V3-8K6XV",
    ],
)
def test_a_key_however_it_is_written_is_blanked(text: str) -> None:
    assert holds_key(neutral(text))
    result = without_keys(neutral(text))
    assert "XXXXX-XXXXX-XXXXX-XXXXX-8K6XV" in result
    assert not re.search("BT289|PN344|W3M64|4P9V3|FGHIJ|ＰＮ", result)


@pytest.mark.parametrize(
    "text", ["BT289-" * 30_000, "BT289 " * 30_000, "-" * 200_000, "B" * 200_000, "\x1b]" * 100_000]
)
def test_hostile_lengths_take_no_hostile_time(text: str) -> None:
    began = time.process_time()
    without_keys(neutral(text))
    assert time.process_time() - began < 5


# masked


@given(secrets, st.integers(0, 29), st.sampled_from(["", "ipk ", "set key="]))
def test_a_key_being_typed_is_hidden_from_its_second_group_on(key: str, length: int, before: str) -> None:
    shown = masked(before + key[:length])
    assert len(shown) == len(before) + length
    assert shown.startswith(before)
    hidden = re.sub("[0-9A-Z]", "X", key)
    if length > 5:  # before that it could be any word
        assert shown == before + (hidden[:24] + key[24:] if length == 29 else hidden[:length])


@given(st.text(max_size=40))
def test_an_echo_is_as_long_as_what_was_typed(text: str) -> None:
    assert len(masked(text)) == len(text)


@pytest.mark.parametrize(
    "text", ["why", "set kms_count=18", "change 2 y", "event-viewer", "srv01-b", "0xC004F074", "no"]
)
def test_what_is_typed_at_a_prompt_is_echoed_as_it_is(text: str) -> None:
    assert [masked(text[:length]) for length in range(len(text))] == [text[:length] for length in range(len(text))]


# The published keys


def test_each_published_key_is_there_once_and_has_editions_and_a_source() -> None:
    assert len(set(PUBLISHED)) == len(PUBLISHED) > 100
    for known in CLIENT_KEYS:
        assert re.fullmatch(rf"[{ALPHABET}]{{5}}(-[{ALPHABET}]{{5}}){{4}}", known.key)
        assert all(edition == edition.strip() for edition in known.editions if edition)
        assert known.source.url.startswith("https://learn.microsoft.com/")
        assert known.source.checked


def test_a_key_of_windows_8_and_later_holds_its_own_check_sum() -> None:
    """Ten bits of each such key are a check sum of the others, so a slip in copying would show."""
    checked = [key for key in PUBLISHED if key.count("N") == 1]
    assert len(checked) > 90
    assert [key for key in checked if not _sum_holds(key)] == []


def _sum_holds(key: str) -> bool:
    letters = key.replace("-", "")
    digits = [letters.index("N"), *(ALPHABET.replace("N", "").index(letter) for letter in letters.replace("N", ""))]
    value = 0
    for digit in digits:
        value = value * 24 + digit
    return value >> 103 & 0x3FF == _crc((value & ~(0x3FF << 103)).to_bytes(16, "little")) & 0x3FF


def _crc(data: bytes) -> int:
    register = 0xFFFFFFFF
    for byte in data:
        register ^= byte << 24
        for _ in range(8):
            register = (register << 1 ^ (0x04C11DB7 if register & 0x80000000 else 0)) & 0xFFFFFFFF
    return ~register
