"""Every kind of failure as our adapters take it: which error it is, whether they try again, and what they believe."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from contracts.passport import Passport
from contracts.vocabulary.terms import Record
from contracts.words import Protocol
from registries_mock.failure_kinds import KINDS, FailureKind, can_happen
from tests.support.adapter_desk import CATALOGUE, HELD, PATIENT, SHORT, Desk, Made, open_desk

SOURCES = {
    Protocol.SHEP_SYNC: "gbdfl-universal",
    Protocol.SOAP: "billing-deductions",
    Protocol.REST: "bank-account",
}
LATER = "oop-labour-history"


@pytest.fixture(scope="module")
def open_for_all() -> Iterator[Desk]:
    with open_desk() as opened:
        yield opened


@pytest.fixture
def desk(open_for_all: Desk) -> Iterator[Desk]:
    yield open_for_all
    open_for_all.wire.mend()


@pytest.fixture(scope="module")
def usual(open_for_all: Desk) -> Mapping[str, Record]:
    return {key: open_for_all.record(CATALOGUE.passports[key]) for key in (*SOURCES.values(), LATER)}


SAME, OTHERWISE, ANOTHER, NONE, NOTHING = "the same", "otherwise", "of another", "no record", "-"
LATE, GONE, FAILED = "registry-timed-out", "registry-unavailable", "registry-failed"
BROKEN, REFUSED, UNKNOWN = "contract-broken", "registry-refused", "unclassified"
AGAIN = (LATE, GONE, FAILED, "uncertain")
"""What is tried again; all else is final."""
AT_ONCE: Mapping[tuple[FailureKind, str], str | tuple[str, str, str]] = {
    ("silence", ""): LATE,
    ("slow", "fixed"): SAME,
    ("slow", "uniform"): SAME,
    ("slow", "lognormal"): SAME,
    ("fault", ""): FAILED,
    ("status", ""): (UNKNOWN, UNKNOWN, FAILED),
    ("no_record", ""): NONE,
    ("garbage", ""): BROKEN,
    ("truncated", ""): BROKEN,
    ("html_503", ""): (GONE, GONE, FAILED),
    ("http_error", ""): (GONE, GONE, FAILED),
    ("close", ""): GONE,
    ("reset", ""): GONE,
    ("soap_fault", "server"): (UNKNOWN, FAILED, NOTHING),
    ("soap_fault", "client"): (UNKNOWN, REFUSED, NOTHING),
    ("drip", ""): LATE,
    ("stall", ""): LATE,
    ("oversized", ""): BROKEN,
    ("bom", ""): SAME,
    ("wrong_charset", ""): (BROKEN, BROKEN, SAME),
    ("dtd", ""): (BROKEN, BROKEN, NOTHING),
    ("entity_bomb", ""): (BROKEN, BROKEN, NOTHING),
    ("wrong_namespace", "envelope"): (SAME, SAME, NOTHING),
    ("wrong_namespace", "payload"): (SAME, SAME, NOTHING),
    ("empty", ""): (NONE, BROKEN, BROKEN),
    ("another_person", ""): ANOTHER,
    ("stale", ""): (OTHERWISE, OTHERWISE, SAME),
    ("contradiction", "any"): OTHERWISE,
    ("contradiction", "birth_date"): (OTHERWISE, NOTHING, NOTHING),
    ("contradiction", "name"): (OTHERWISE, NOTHING, NOTHING),
    ("contradiction", "address"): (OTHERWISE, NOTHING, NOTHING),
    ("missing_element", ""): OTHERWISE,
    ("extra_element", ""): SAME,
}
"""By protocol: synchronous SHEP, SOAP, REST. Where success without data means "no record" the passport says so;
elements are found by their local names, so that other namespaces hide nothing; an account is the same a year ago."""
TAKEN = "taken: word, the same"
TWICE = "uncertain: word, word, the same, the same"
"""Sent twice, as nobody knows whether the first was taken; both are answered, and the inquiry's id joins them."""
UNREAD = "uncertain: word, the same"
"""What stood in the acceptance's place says nothing: not sent again at once, and the answer is joined all the same."""
LATER_MADE: Mapping[tuple[FailureKind, str, str], str] = {
    ("silence", "", "reply"): "taken",
    ("silence", "", "acceptance"): TWICE,
    **{("slow", variant, half): TAKEN for variant in KINDS["slow"].variants for half in ("reply", "acceptance")},
    ("fault", "", "acceptance"): FAILED,
    ("status", "", "reply"): f"taken: word, {UNKNOWN}",
    ("no_record", "", "reply"): f"taken: word, {NONE}",
    ("garbage", "", "reply"): f"taken: word, {BROKEN}",
    ("garbage", "", "acceptance"): UNREAD,
    ("truncated", "", "reply"): f"taken: word, {BROKEN}",
    ("truncated", "", "acceptance"): UNREAD,
    ("html_503", "", "acceptance"): GONE,
    ("http_error", "", "acceptance"): "uncertain",
    ("close", "", "acceptance"): "uncertain",
    ("reset", "", "acceptance"): "uncertain",
    ("soap_fault", "server", "acceptance"): UNKNOWN,
    ("soap_fault", "client", "acceptance"): UNKNOWN,
    ("drip", "", "acceptance"): TWICE,
    ("stall", "", "acceptance"): TWICE,
    ("oversized", "", "acceptance"): UNREAD,
    ("bom", "", "acceptance"): TAKEN,
    ("bom", "", "reply"): TAKEN,
    ("wrong_charset", "", "acceptance"): UNREAD,
    ("dtd", "", "acceptance"): UNREAD,
    ("dtd", "", "reply"): f"taken: word, {BROKEN}",
    ("entity_bomb", "", "acceptance"): UNREAD,
    ("entity_bomb", "", "reply"): f"taken: word, {BROKEN}",
    ("wrong_namespace", "envelope", "acceptance"): TAKEN,
    ("wrong_namespace", "payload", "reply"): TAKEN,
    ("empty", "", "reply"): f"taken: word, {NONE}",
    ("another_person", "", "reply"): f"taken: word, {ANOTHER}",
    ("stale", "", "reply"): TAKEN,
    ("contradiction", "any", "reply"): f"taken: word, {OTHERWISE}",
    ("missing_element", "", "reply"): f"taken: word, {OTHERWISE}",
    ("extra_element", "", "reply"): TAKEN,
    ("late", "", "reply"): TAKEN,
    ("duplicate", "same-id", "reply"): f"{TAKEN}, {SAME}",
    ("duplicate", "new-id", "reply"): f"{TAKEN}, {SAME}",
    ("redelivery", "", "reply"): f"{TAKEN}, {SAME}, {SAME}, {SAME}",
    ("reordered", "", "reply"): "taken: the same, word",
    ("lost", "", "reply"): "taken: word",
    ("unknown_chain", "", "reply"): "taken: astray, astray",
    ("wrong_sender", "", "reply"): TAKEN,
    ("push_refused", "", "reply"): "taken",
}
"""The bus names the sender, and no passport says who it is: a right answer of the chain counts, whoever sent it."""
SIGNING = ("badly_signed", "unsigned")


def variants_of(passport: Passport) -> Iterator[tuple[FailureKind, str]]:
    for kind, row in KINDS.items():
        for variant in row.variants or ("",):
            if kind not in SIGNING and can_happen(kind, variant, "", passport):
                yield kind, variant


@pytest.mark.parametrize(("kind", "variant"), AT_ONCE)
def test_an_answer_at_once_that_fails_is_this_to_our_adapters(
    kind: FailureKind, variant: str, desk: Desk, usual: Mapping[str, Record]
) -> None:
    expected = AT_ONCE[kind, variant]
    by_protocol = (expected,) * len(SOURCES) if isinstance(expected, str) else expected
    wanted = {key: what for key, what in zip(SOURCES.values(), by_protocol, strict=True) if what != NOTHING}
    for key in wanted:
        desk.fail(kind, variant, key)
    limits = SHORT if kind in HELD else PATIENT
    with ThreadPoolExecutor() as pool:
        asked = {key: pool.submit(desk.ask, CATALOGUE.passports[key], usual[key], limits) for key in wanted}
        made = {key: one.result() for key, one in asked.items()}
    assert made == {key: Made(what, 2 if what in AGAIN else 1) for key, what in wanted.items()}


@pytest.mark.parametrize(("kind", "variant", "half"), LATER_MADE)
def test_an_answer_later_that_fails_is_this_to_our_adapters(
    kind: FailureKind, variant: str, half: str, desk: Desk, usual: Mapping[str, Record]
) -> None:
    desk.fail(kind, variant, LATER, half)
    limits = SHORT if kind in HELD and half == "acceptance" else PATIENT
    what = LATER_MADE[kind, variant, half]
    made = desk.ask(CATALOGUE.passports[LATER], usual[LATER], limits)
    assert made == Made(what, 2 if what.partition(":")[0] in AGAIN and what != UNREAD else 1)


NAMELESS = {"kgd-taxpayer-2014", "opendata-aisoip"}
"""Sources whose replies carry no number of anybody: nobody can tell whom they are about."""


def test_the_data_of_another_person_are_never_believed_where_the_reply_carries_a_number(desk: Desk) -> None:
    believed = set()
    for key, passport in CATALOGUE.passports.items():
        if passport.auxiliary:
            continue
        desk.fail("another_person", "", key)
        made = desk.ask(passport, None)
        believed |= {key} if ANOTHER not in made.what else set()
        desk.wire.mend()
    assert believed == NAMELESS


def test_every_kind_has_a_row_for_each_protocol_and_half() -> None:
    shown = {
        (kind, variant, protocol)
        for (kind, variant), told in AT_ONCE.items()
        for n, protocol in enumerate(SOURCES)
        if isinstance(told, str) or told[n] != NOTHING
    }
    could = {
        (kind, variant, protocol)
        for protocol, key in SOURCES.items()
        for kind, variant in variants_of(CATALOGUE.passports[key])
    }
    assert shown == could
    halves = {
        (kind, variant, half)
        for kind, variant in variants_of(CATALOGUE.passports[LATER])
        for half in KINDS[kind].halves_of(variant)
    }
    assert halves == LATER_MADE.keys()
