"""What each failure is on the wire, read by a bare socket on every protocol: of asynchronous ones the acceptance."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from contracts.catalogue import Catalogue, load_catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.failure_kinds import KINDS, FailureKind, can_happen
from registries_mock.spoiling import OVERSIZE
from tests.registries_mock.bare_socket import Seen, Wire, is_xml, open_wire

SECONDS = 0.4


@pytest.fixture(scope="module")
def wire(catalogue: Catalogue) -> Iterator[Wire]:
    with open_wire(catalogue) as opened:
        yield opened


@pytest.fixture
def mended(wire: Wire) -> Iterator[Wire]:
    yield wire
    wire.mend()


@pytest.fixture(scope="module")
def told(wire: Wire) -> dict[str, int]:
    """How much each service tells of the usual person."""
    return {key: len(wire.ask(one, wire.iin()).body) for key, one in wire.catalogue.passports.items()}


Judge = Callable[[Seen, Seen, Passport], bool]
"""Whether the failed exchange is what the kind promises, beside the usual one."""


def _is_page(seen: Seen, status: int) -> bool:
    return seen.status == status and b"text/html" in seen.head and seen.body.startswith(b"<html>")


def _wraps(seen: Seen, before: bytes, usual: Seen) -> bool:
    return seen.end == "whole" and seen.body.startswith(before) and len(seen.body) == len(before) + len(usual.body)


JUDGES: dict[tuple[str, str], Judge] = {
    ("silence", ""): lambda seen, _, __: seen.status == 504 and not seen.body and seen.took >= SECONDS,
    ("slow", "fixed"): lambda seen, usual, _: len(seen.body) == len(usual.body) and seen.first_after >= SECONDS,
    ("slow", "uniform"): lambda seen, usual, _: len(seen.body) == len(usual.body),
    ("slow", "lognormal"): lambda seen, usual, _: len(seen.body) == len(usual.body),
    ("fault", ""): lambda seen, _, __: seen.status == 500,
    ("status", ""): lambda seen, usual, _: seen.body != usual.body,
    ("no_record", ""): lambda seen, usual, _: seen.body != usual.body,
    ("garbage", ""): lambda seen, _, __: seen.body.startswith(b"\xff\xfe"),
    ("truncated", ""): lambda seen, usual, _: len(seen.body) == len(usual.body) // 2,
    ("html_503", ""): lambda seen, _, __: _is_page(seen, 503),
    ("http_error", ""): lambda seen, _, __: _is_page(seen, 500),
    ("close", ""): lambda seen, _, __: (seen.end, seen.head) == ("closed", b""),
    ("reset", ""): lambda seen, _, __: (seen.end, seen.head) == ("reset", b""),
    ("soap_fault", "server"): lambda seen, _, __: seen.status == 500 and b"<faultcode>soap:Server" in seen.body,
    ("soap_fault", "client"): lambda seen, _, __: seen.status == 500 and b"<faultcode>soap:Client" in seen.body,
    ("drip", ""): lambda seen, usual, _: len(seen.body) == len(usual.body) and seen.took >= SECONDS > seen.first_after,
    ("stall", ""): lambda seen, usual, _: (
        len(seen.body) == len(usual.body) // 2 and seen.end == "closed" and seen.took >= SECONDS > seen.first_after
    ),
    ("oversized", ""): lambda seen, usual, _: (
        seen.end == "whole"
        and len(seen.body) == len(usual.body) + OVERSIZE
        and not seen.body[len(usual.body) :].strip()
    ),
    ("bom", ""): lambda seen, usual, _: _wraps(seen, b"\xef\xbb\xbf", usual),
    ("wrong_charset", ""): lambda seen, usual, passport: (
        not _is_utf8(seen.body) or (usual.body.isascii() and passport.protocol is Protocol.REST)
    ),
    ("dtd", ""): lambda seen, _, __: b"<!DOCTYPE" in seen.body and is_xml(seen.body),
    ("entity_bomb", ""): lambda seen, _, __: seen.body.count(b"<!ENTITY") == 10 and seen.body.count(b"&e9;") == 1,
    ("wrong_namespace", "envelope"): lambda seen, _, __: (
        b"schemas.xmlsoap.org/soap/envelope/other/" in seen.body and is_xml(seen.body)
    ),
    ("wrong_namespace", "payload"): lambda seen, usual, passport: (
        (seen.body.count(b"/other") > usual.body.count(b"/other")) == bool(passport.namespaces) and is_xml(seen.body)
    ),
    ("empty", ""): lambda seen, usual, _: seen.status == 200 and len(seen.body) < len(usual.body),
    ("another_person", ""): lambda seen, usual, _: seen.status == 200 and seen.told != usual.told,
    # A bank tells the same of an account today and a year ago.
    ("stale", ""): lambda seen, usual, passport: (seen.told != usual.told) is (passport.protocol is not Protocol.REST),
    **{
        ("contradiction", variant): lambda seen, usual, _: seen.status == 200 and _count_changes(seen, usual) == 1
        for variant in KINDS["contradiction"].variants
    },
    ("missing_element", ""): lambda seen, usual, passport: (
        len(seen.body) < len(usual.body) and _is_well_formed(seen.body, passport)
    ),
    ("extra_element", ""): lambda seen, usual, passport: (
        seen.body.count(b"notAgreedOn") > usual.body.count(b"notAgreedOn") and _is_well_formed(seen.body, passport)
    ),
    **{
        ("badly_signed", variant): lambda seen, usual, _: len(seen.body) == len(usual.body)
        for variant in KINDS["badly_signed"].variants
    },
    ("unsigned", ""): lambda seen, usual, _: len(seen.body) == len(usual.body),
}
"""An unsigned request is answered unsigned: of bad signatures nothing is seen here, test_late_failures shows them."""
TIMED = {"silence", "slow", "drip", "stall"}
PASSPORTS = tuple(load_catalogue().passports.values())


def fitting(kind: FailureKind, variant: str, protocol: Protocol) -> list[Passport]:
    """The services of a protocol to which it can happen, at once."""
    if protocol is Protocol.SHEP_ASYNC and "acceptance" not in KINDS[kind].halves_of(variant):
        return []
    return [one for one in PASSPORTS if one.protocol is protocol and can_happen(kind, variant, "", one)]


ROWS = [
    (kind, variant, protocol)
    for kind, row in KINDS.items()
    for variant in row.variants or ("",)
    for protocol in Protocol
    if fitting(kind, variant, protocol)
]
DEBTOR = ("alimony-debtors-family", "debtor")
WHOSE = {("contradiction", "name", Protocol.SOAP): DEBTOR}
"""Who has what the one service tells that can be contradicted so; else the usual person."""


def _is_utf8(body: bytes) -> bool:
    try:
        body.decode()
    except UnicodeDecodeError:
        return False
    return True


def _is_well_formed(body: bytes, passport: Passport) -> bool:
    return bool(json.loads(body)) if passport.protocol is Protocol.REST else is_xml(body)


def _count_changes(seen: Seen, usual: Seen) -> int:
    """How many texts are not the same, where all else is."""
    pieces = [one.told.replace(b",", b">").replace(b"<", b">").split(b">") for one in (seen, usual)]
    return sum(one != other for one, other in zip(*pieces, strict=True))


@pytest.mark.parametrize(("kind", "variant", "protocol"), ROWS, ids=lambda value: str(value) or "-")
def test_a_failure_is_this_on_the_wire_and_the_next_exchange_is_whole_again(
    kind: FailureKind, variant: str, protocol: Protocol, mended: Wire, told: dict[str, int]
) -> None:
    passport = max(fitting(kind, variant, protocol), key=lambda one: told[one.key])
    iin = mended.iin(*WHOSE.get((kind, variant, protocol), ()))
    usual = mended.ask(passport, iin)
    row = {"kind": kind, "passport": passport.key, "times": 1} | ({"variant": variant} if variant else {})
    row |= {"half": "acceptance"} if protocol is Protocol.SHEP_ASYNC else {}
    mended.fail(**row | ({"seconds": SECONDS} if kind in TIMED else {}))
    failed, after = mended.ask(passport, iin), mended.ask(passport, iin)
    assert JUDGES[kind, variant](failed, usual, passport), failed
    assert (after.status, len(after.body), after.end) == (200, len(usual.body), "whole")


def test_every_kind_that_can_happen_at_once_is_shown_here() -> None:
    assert {(kind, variant) for kind, variant, _ in ROWS} == JUDGES.keys()
