"""The runbook as data: numbered text that says what the chart says, commands that can be copied, cards, index."""

from __future__ import annotations

from collections import Counter

import pytest
import uharfbuzz
from hypothesis import example, given
from hypothesis import strategies as st

from kb import words
from tests import runbooks, shipped, small
from tests.small import COUNT, KEY
from trees import shapes
from trees.book.commands import STYLES, advance, set_in
from trees.book.flow import entry_place
from trees.book.parts import Chapter, Reference
from trees.book.whole import Order, book_of, codes_of, plan_for
from trees.fonts import TYPEWRITER_FILES
from trees.reading import plainly


def small_book(language: str = "en", order: Order = Order()) -> runbooks.Book:  # noqa: B008
    reading = runbooks.reading(small.opened(), language)
    return book_of(order, plan_for(order, reading), reading, runbooks.SITE, 490)


def told_first(*, pocket: bool) -> str:
    return " ".join(paragraph.text for paragraph in small_book(order=Order(pocket=pocket)).guide)


def chapter(book: runbooks.Book, ident: str) -> Chapter:
    return next(one for one in (*book.codes, *book.procedures) if one.ident == ident)


# Flow -----------------------------------------------------------------------------------------------------------------


def test_the_numbered_text_has_every_shape_once_and_every_arrow_of_the_chart() -> None:
    reading = runbooks.reading(shipped.opened())
    plan = plan_for(Order(), reading)
    book = book_of(Order(), plan, reading, None, 490)
    assert len(plan.drawings) > 60
    for one in (*book.codes, *book.procedures):
        drawn = plan.drawings[one.ident].plain
        inner = [node for node in drawn.chart.nodes[1:] if node.kind not in shapes.ENDS]
        assert [entry.place for entry in one.flow] == [entry_place(one.ident, node.id) for node in inner]
        kinds = {node.id: node.kind for node in drawn.chart.nodes}
        told = Counter((entry.place, way.place) for entry in one.flow for way in entry.ways if "flow/" in way.place)
        arrows = Counter(
            (entry_place(one.ident, edge.source), entry_place(one.ident, edge.target))
            for edge in drawn.chart.edges
            if kinds[edge.source] != shapes.START and kinds[edge.target] not in shapes.ENDS
        )
        assert told == arrows
        assert sum(len(entry.ways) for entry in one.flow) + 1 == len(drawn.chart.edges)


def test_a_way_names_the_number_of_the_entry_it_leads_to() -> None:
    for one in small_book().codes:
        numbers = {entry.place: entry.number for entry in one.flow}
        for way in (one.start, *(way for entry in one.flow for way in entry.ways)):
            if way.place in numbers:
                assert way.text.endswith(f" {numbers[way.place]}")


def test_a_short_flow_reads_like_this() -> None:
    flow = chapter(small_book(), KEY).flow
    assert [(entry.number, entry.title) for entry in flow] == [
        ("1", "Is the key one for this edition?"),
        ("R1", "Install the right key"),
        ("2", "Is the machine a server?"),
    ]
    assert [way.text for way in flow[0].ways] == [
        "yes: go to 2",
        "no: do R1",
        "unknown: Hand over to: Owner of the keys",
    ]
    assert flow[2].ways[0] == Reference(f"yes: Go on with {COUNT}", f"chapter/{COUNT}")


def test_a_code_that_is_not_in_the_runbook_is_named_but_leads_nowhere() -> None:
    flow = chapter(small_book(order=Order((KEY,))), KEY).flow
    assert flow[2].ways[0] == Reference(f"yes: Go on with {COUNT}", "")


def test_how_to_find_an_answer_out_is_told_once_in_a_chapter() -> None:
    reading = runbooks.reading(shipped.opened())
    plan = plan_for(Order(), reading)
    again = 0
    for one in book_of(Order(), plan, reading, None, 490).codes:
        by_place = {entry.place: entry for entry in one.flow}
        for entry in one.flow:
            if entry.kind == shapes.QUESTION and entry.leads is not None:
                again += 1
                first = by_place[entry.leads.place]
                assert entry.leads.text == f"Find it out as at {first.number}"
                assert first.title == entry.title
                assert first.finding
                assert not entry.finding
    assert again > 20


def test_chart_and_text_have_the_same_numbers_and_lead_to_one_another() -> None:
    reading = runbooks.reading(small.opened())
    plan = plan_for(Order(), reading)
    book = book_of(Order(), plan, reading, None, 490)
    for one in (*book.codes, *book.procedures):
        shown = plan.drawings[one.ident].shown
        by_place = {entry.place: entry for entry in one.flow}
        assert len(shown.links) == len(by_place)
        for ident, link in shown.links.items():
            entry = by_place[link.removeprefix("#")]
            assert shown.labels[ident].title.startswith(f"{entry.number}. ")
            assert entry.shape == f"{one.ident}/{ident}"


def test_procedures_are_told_once_with_all_who_use_them() -> None:
    book = small_book()
    assert [(one.number, one.title) for one in book.procedures] == [("P1", "The door to the host")]
    assert [use.place for use in book.procedures[0].used_by] == [f"chapter/{COUNT}", "chapter/unknown_code"]
    box = next(entry for entry in chapter(book, COUNT).flow if entry.kind == shapes.PROCEDURE)
    assert box.leads is not None
    assert (box.title, box.leads.place) == ("P1: The door to the host", "chapter/door")


def test_site_facts_stand_where_they_are_needed() -> None:
    book = small_book()
    asked = chapter(book, COUNT).flow[0]
    assert asked.lines == ("Known here: In the office",)
    door = chapter(book, "door")
    card = next(card for card in door.cards if card.title == "Ask the host again")
    assert card.warnings == ("Never done here. Reason: The network is slow.",)
    lookup = door.flow[0].finding[1]
    assert lookup.commands[0].lines == ("Test-NetConnection kms1.corp.example -Port 1688",)
    assert [contact.reach for contact in book.contacts] == ["extension 4711", ""]


def test_the_title_page_takes_the_facts_of_the_site_and_says_what_is_missing() -> None:
    reading = runbooks.reading(small.opened())
    order = Order()
    with_site = dict(small_book().cover.facts)
    assert with_site["Document number"] == "IT-RB-017"
    assert with_site["Codes"] == "all 3"
    without = book_of(order, plan_for(order, reading), reading, None, 490).cover
    assert dict(without.facts)["Owner"] == "not stated"
    assert without.revisions[0].version == "2026.1"


def test_messages_stand_in_both_languages_whatever_the_reader_speaks() -> None:
    for language in ("en", "de"):
        assert [message.text for message in chapter(small_book(language), COUNT).messages] == [
            "The count of machines is too low here.",
            "Die Anzahl der Maschinen reicht hier nicht aus.",
        ]


def test_the_index_has_codes_symbols_and_every_wording_of_a_message() -> None:
    book = small_book()
    assert [entry.text for entry in book.by_code] == [COUNT, KEY, "E_COUNT"]
    texts = {entry.text for messages in book.by_message for entry in messages.entries}
    assert "The host has not counted enough of them" in texts
    assert "Der Schlüssel wurde von jemandem abgelehnt." in texts


def test_sources_have_dates_and_are_named_by_number_in_the_chapters() -> None:
    book = small_book()
    places = [source.place for source in book.sources]
    assert places == ["source/general", "source/guide"]
    assert (book.sources[1].dated, book.sources[1].checked) == ("2025-12-01", "2026-01-10")
    assert chapter(book, KEY).sources == (Reference("[2]", "source/guide"),)


def test_the_codes_asked_for_are_sorted_and_the_unknown_one_is_last() -> None:
    kb = small.knowledge()
    assert codes_of(kb, Order()) == (COUNT, KEY, words.UNKNOWN_CODE)
    assert codes_of(kb, Order((words.UNKNOWN_CODE, KEY))) == (KEY, words.UNKNOWN_CODE)


def test_every_number_of_a_remedy_is_on_its_card() -> None:
    reading = runbooks.reading(shipped.opened())
    plan = plan_for(Order(), reading)
    for one in book_of(Order(), plan, reading, None, 490).codes:
        in_flow = sorted(entry.number for entry in one.flow if entry.kind == shapes.REMEDY)
        assert sorted(number.text for card in one.cards for number in card.numbers) == in_flow


# Commands -------------------------------------------------------------------------------------------------------------

LETTERS = st.text(st.sampled_from("ab ;|,{}()'\"-"), min_size=1, max_size=400).filter(str.strip)


@given(LETTERS, st.sampled_from(words.SHELLS), st.floats(60, 520))
@example("aaaa  " * 60, "cmd", 80.0)
@example("a" * 400, "powershell", 80.0)
def test_the_lines_of_a_command_are_the_command_and_fit(command: str, shell: str, width: float) -> None:
    made = set_in(command, shell, width, "")
    assert "".join(made.lines) == command
    for line in made.lines:
        assert len(line.rstrip()) * advance(made.size, made.stretch) <= width + 1e-6
    assert (made.size, made.stretch) in STYLES


@pytest.mark.parametrize(("size", "stretch"), STYLES)
def test_letters_are_as_wide_as_they_are_taken_for(size: float, stretch: float) -> None:
    face = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(str(TYPEWRITER_FILES / "Inconsolata[wdth,wght].ttf")))
    font = uharfbuzz.Font(face)
    font.set_variations({"wdth": stretch, "wght": 400})
    for letter in "iW$\\0":
        width = font.get_glyph_h_advance(font.get_nominal_glyph(ord(letter)))
        assert abs(width * size / face.upem - advance(size, stretch)) < 0.01


@given(LETTERS, st.floats(60, 520))
def test_powershell_is_broken_only_where_a_new_line_is_a_blank(command: str, width: float) -> None:
    made = set_in(command, "powershell", width, "")
    if not made.exact:
        return
    told = ""
    for line in made.lines[:-1]:
        told += line
        assert line.rstrip()[-1] in ";|,{("
        assert not _inside_quotes(told)


def _inside_quotes(text: str) -> bool:
    quote = ""
    for letter in text:
        quote = ("" if letter == quote else quote) if quote else (letter if letter in "\"'" else "")
    return bool(quote)


@given(LETTERS, st.floats(60, 520))
def test_commands_for_cmd_are_never_broken_and_called_exact(command: str, width: float) -> None:
    made = set_in(command, "cmd", width, "")
    assert made.exact == (len(made.lines) == 1)


def test_every_shipped_command_can_be_copied_as_it_stands() -> None:
    reading = runbooks.reading(shipped.opened())
    book = book_of(Order(), plan_for(Order(), reading), reading, None, runbooks.WIDTH)
    commands = list(runbooks.commands_of(book))
    assert len(commands) > 1500
    assert [command.lines for command in commands if not command.exact] == []


def test_a_command_that_is_the_same_in_both_shells_stands_once() -> None:
    from kb.model import Variant
    from trees.book.commands import Typing

    forms = Typing(plainly, None, 400).forms("cmd", "hostname", [Variant("powershell", "hostname")], elevated=False)
    assert [(form.shell, form.lines) for form in forms] == [("Command Prompt or PowerShell:", ("hostname",))]


@pytest.mark.parametrize("shell", words.SHELLS)
def test_a_short_command_stands_in_large_letters(shell: str) -> None:
    assert set_in("hostname", shell, 400, "x").size == STYLES[0][0]


# Before the chapters --------------------------------------------------------------------------------------------------


def test_the_pocket_edition_promises_nothing_that_its_pages_leave_out() -> None:
    for promise in ("Below each question stands how to find", "write down the time and your initials", "The chart of"):
        assert promise in told_first(pocket=False)
        assert promise not in told_first(pocket=True)
    assert "How to find answers out stands in the full runbook" in told_first(pocket=True)
    for one in small_book(order=Order(pocket=True)).codes:
        assert not one.cards or one.note.endswith("When another code appears, go on with the chapter of that code.")
