"""What a runbook says of what it was made from."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType

from hypothesis import given
from hypothesis import strategies as st

from kb.site import Host, Site
from tests import small
from trees.stale import ALL, NO_SITE, Fingerprint, codes_option, differing, fingerprint, stamp_in, stamped

WORDS = st.text("abcXYZ019_.+-", min_size=1, max_size=20)
NAMES = st.text("abcdefgh", min_size=1, max_size=8)
PRINTS = st.builds(Fingerprint, WORDS, WORDS, WORDS, st.dictionaries(NAMES, WORDS, max_size=4))
SITE = Site("voltriage.yaml", kms_hosts=(Host("kms1.corp.example"),), contacts=MappingProxyType({"network": "4711"}))


@given(PRINTS, st.binary(max_size=50), st.binary(max_size=50))
def test_what_is_stamped_is_read_again_wherever_it_stands(print_: Fingerprint, before: bytes, after: bytes) -> None:
    assert stamp_in(before + b"(" + stamped(print_).encode() + b")" + after) == print_


@given(PRINTS, PRINTS)
def test_nothing_differs_exactly_where_the_stamps_are_equal(one: Fingerprint, other: Fingerprint) -> None:
    assert (differing(one, other) == ()) == (stamped(one) == stamped(other))


def test_a_file_without_a_stamp_has_none() -> None:
    assert stamp_in(b"%PDF-1.7 voltriage-runbook/1 but nothing else") is None
    assert stamp_in(b"voltriage-runbook/1;codes=all") is None


def test_each_fact_of_the_site_counts_and_where_it_stands_does_not() -> None:
    kb = small.knowledge()
    prints = [
        fingerprint(kb, site, "en", {}).site
        for site in (
            None,
            SITE,
            replace(SITE, kms_hosts=(Host("kms1.corp.example", 1699),)),
            replace(SITE, contacts=MappingProxyType({"network": "4712"})),
            replace(SITE, runbook=replace(SITE.runbook, approver="somebody")),
        )
    ]
    assert prints[0] == NO_SITE
    assert len(set(prints)) == len(prints)
    elsewhere = replace(SITE, file="other.yaml", lines=MappingProxyType({("kms_hosts", 0): 7}))
    assert fingerprint(kb, elsewhere, "en", {}).site == prints[1]


def test_what_differs_is_named() -> None:
    one = Fingerprint("a", "b", "en", {"codes": ALL, "paper": "a4"})
    other = Fingerprint("x", "b", "de", {"codes": ALL, "paper": "letter"})
    assert differing(one, other) == ("knowledge", "language", "paper")


def test_the_order_of_codes_changes_nothing() -> None:
    assert codes_option(["0x2", "0x1"]) == codes_option(["0x1", "0x2"]) == "0x1+0x2"
    assert codes_option([]) == ALL
