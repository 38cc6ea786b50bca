"""Conformance: our own mock holds every requirement; what is broken on purpose is told by what it breaks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from contracts.words import Protocol
from registries_mock.bus.seals import Demand
from registries_mock.ca.subjects import Subject
from registries_mock.conform.document import refresh
from registries_mock.conform.requirement import list_requirements, service_check_of
from registries_mock.conform.running import CHECKS, usual_services
from registries_mock.conform.service_checks import OF_EACH_SERVICE
from registries_mock.conform.target import Seal
from registries_mock.failure_kinds import KINDS
from registries_mock.http import Incoming, Outgoing, ask_foreign
from registries_mock.settings import Settings
from registries_mock.web.beside import serving
from signing.trust import TrustStore
from signing.wsse.certificates import NO_CERTIFICATES
from tests.registries_mock.broken_targets import BROKEN
from tests.registries_mock.conforming import CATALOGUE, app_that_answers, ids, run, within
from tests.registries_mock.small_world import IIN, NOW, PASSWORD, small_app, suite_of
from tests.repository.files import ROOT

BASE = next(key for key in usual_services(CATALOGUE) if CATALOGUE.passports[key].consent == "none")
"""The service by which the synchronous channel is tried: the first that wants no consent."""
SERVICE = f"SVC-{BASE.upper()}"
REST = next(key for key, one in sorted(CATALOGUE.passports.items()) if one.protocol is Protocol.REST)

FAILURES: dict[str, tuple[dict[str, object], set[str]]] = {
    "silence": ({"seconds": 3}, {"SHEP-SYNC-001", f"{SERVICE}-001"}),
    "stall": ({"seconds": 3}, {"SHEP-SYNC-001", f"{SERVICE}-001"}),
    "drip": ({"seconds": 3}, {"SHEP-SYNC-001", f"{SERVICE}-001"}),
    "slow": ({"seconds": 3}, {"SHEP-SYNC-001", f"{SERVICE}-001"}),
    "close": ({}, {"SHEP-SYNC-001", f"{SERVICE}-001"}),
    "reset": ({}, {"SHEP-SYNC-001", f"{SERVICE}-001"}),
    "oversized": ({}, {"SHEP-SYNC-001", f"{SERVICE}-001"}),
    "html_503": ({}, {"SHEP-SYNC-002", f"{SERVICE}-001"}),
    "http_error": ({}, {"SHEP-SYNC-002", f"{SERVICE}-001"}),
    "soap_fault": ({}, {"SHEP-SYNC-002", f"{SERVICE}-001"}),
    "fault": ({"code": "777"}, {"SHEP-SYNC-002", f"{SERVICE}-001"}),
    "garbage": ({}, {"SHEP-SYNC-003", f"{SERVICE}-001"}),
    "truncated": ({}, {"SHEP-SYNC-003", f"{SERVICE}-001"}),
    "dtd": ({}, {"SHEP-SYNC-003", f"{SERVICE}-001"}),
    "entity_bomb": ({}, {"SHEP-SYNC-003", f"{SERVICE}-001"}),
    "wrong_charset": ({}, {"SHEP-SYNC-003", f"{SERVICE}-001"}),
    "bom": ({}, {"SHEP-SYNC-004"}),
    "wrong_namespace": ({"variant": "envelope"}, {"SHEP-SYNC-005", f"{SERVICE}-001"}),
    "wrong_namespace in data": ({"variant": "payload"}, {f"{SERVICE}-002"}),
    "status": ({"code": "SCSE777"}, {f"{SERVICE}-001"}),
    "no_record": ({}, set()),
    "empty": ({}, set()),
    "missing_element": ({}, {f"{SERVICE}-002"}),
    "extra_element": ({}, {f"{SERVICE}-002"}),
}
"""Kinds of failures on demand: how the row is filled, and what must differ then, and nothing else. That there is no
record, or are no data, is how this service says that it knows nothing of somebody."""
LATE: dict[str, tuple[dict[str, object], set[str]]] = {
    "silence": ({}, {"SHEP-ASYNC-006"}),
    "unknown_chain": ({}, {"SHEP-ASYNC-006"}),
    "duplicate": ({"variant": "new-id"}, {"SHEP-ASYNC-011"}),
    "lost": ({}, {"SHEP-ASYNC-006"}),
    "html_503": ({}, {"SHEP-ASYNC-001"}),
}
SIGNED: dict[tuple[str, str], set[str]] = {
    ("unsigned", ""): {"SHEP-SIGN-001"},
    ("badly_signed", "other-body"): {"SHEP-SIGN-002"},
    ("badly_signed", "other-key"): {"SHEP-SIGN-002"},
    ("badly_signed", "untrusted-key"): {"SHEP-SIGN-002"},
    ("badly_signed", "expired"): {"SHEP-SIGN-002"},
}
NOT_TOLD = {
    "another_person": "a test of its own has it, for every service that repeats its question",
    "stale": "a record that was true once looks like one that is true",
    "contradiction": "only another registry tells that one of the two is wrong",
    "late": "no term for a late reply is public",
    "redelivery": "it comes after the run, or looks like a duplicate",
    "reordered": "nothing public says that a NOTIFICATION comes first",
    "wrong_sender": "nothing public says how registries name themselves",
    "push_refused": "a run fetches",
}
"""Kinds that no requirement tells, and why."""


@pytest.fixture(scope="module")
def app() -> Iterator[Flask]:
    app = app_that_answers()
    yield app
    suite_of(app).close()


@pytest.fixture(scope="module")
def seal(app: Flask) -> Seal:
    """A system's key by the suite's own authority."""
    authority = suite_of(app).authority()
    families = authority.hierarchies.values()
    trust = TrustStore(
        tuple(one.root.certificate for one in families), tuple(one.issuing.certificate for one in families)
    )
    key = authority.issue("information-system", Subject(bin="990140009992"), at=NOW, algorithm="rsa")
    return Seal(key, trust, NO_CERTIFICATES)


def test_our_own_mock_holds_every_requirement_over_a_socket(app: Flask, seal: Seal) -> None:
    with serving(app) as url:
        results = run(ask_foreign, base=url, seal=seal)
    assert ids(results, "differs") == set()
    assert ids(results, "not-tried") == set()
    assert len(results) >= 100


def test_each_failure_on_demand_is_told_by_the_requirement_that_it_breaks(app: Flask) -> None:
    suite = suite_of(app)
    found: dict[str, set[str]] = {}
    with serving(app) as url:
        for name, (filled, _) in FAILURES.items():
            kind = name.partition(" ")[0]
            suite.failures.reset()
            suite.failures.add({"kind": kind, "passport": BASE, "times": 2, **filled})
            results = run(
                ask_foreign,
                ("SHEP-SYNC-00", SERVICE),
                base=url,
                passports=(BASE,),
                seconds=0.3 if "seconds" in filled else 5,
                most_bytes=1_000_000,
            )
            found[name] = ids(results, "differs")
    suite.failures.reset()
    assert found == {name: differ for name, (_, differ) in FAILURES.items()}


def test_each_failure_of_late_replies_is_told_too(app: Flask) -> None:
    suite = suite_of(app)
    found: dict[str, set[str]] = {}
    for kind, (filled, _) in LATE.items():
        suite.failures.reset()
        suite.failures.add({"kind": kind, "passport": "kgd-incomes", **filled})
        results = run(within(app), ("SHEP-ASYNC",), passports=("kgd-incomes",), late_seconds=0.2)
        found[kind] = ids(results, "differs")
    suite.failures.reset()
    assert found == {kind: differ for kind, (_, differ) in LATE.items()}


def test_what_is_wrong_with_a_signature_is_told(app: Flask, seal: Seal) -> None:
    suite = suite_of(app)
    found: dict[tuple[str, str], set[str]] = {}
    for kind, variant in SIGNED:
        suite.failures.reset()
        suite.failures.add({"kind": kind, "passport": BASE} | ({"variant": variant} if variant else {}))
        results = run(within(app), ("SHEP-SIGN",), passports=(BASE,), seal=seal)
        found[kind, variant] = ids(results, "differs")
    suite.failures.reset()
    assert found == SIGNED


def test_a_signature_of_another_family_and_one_that_nobody_must_understand_are_told(app: Flask, seal: Seal) -> None:
    def spoil(_: Outgoing, incoming: Incoming) -> Incoming:
        body = incoming.body.replace(b'mustUnderstand="1"', b'mustUnderstand="0"')
        return Incoming(incoming.status, incoming.content_type, body.replace(b"rsa-sha256", b"gost34310-gost34311"))

    results = run(within(app, spoil), ("SHEP-SIGN",), passports=(BASE,), seal=seal)
    assert ids(results, "differs") == {"SHEP-SIGN-002", "SHEP-SIGN-003", "SHEP-SIGN-004"}


def test_a_bus_that_does_not_look_at_signatures_is_told(seal: Seal) -> None:
    blind = small_app(Settings(signatures=Demand.IGNORE))
    results = run(within(blind), ("SHEP-SIGN-005",), passports=(BASE,), seal=seal)
    assert ids(results, "differs") == {"SHEP-SIGN-005"}


def test_each_target_broken_on_purpose_is_told_by_the_requirements_that_it_breaks(app: Flask) -> None:
    found = {
        name: frozenset(ids(run(within(app, one.spoil), one.only, late_seconds=0.2), "differs"))
        for name, one in BROKEN.items()
    }
    assert found == {name: one.differ for name, one in BROKEN.items()}


def test_another_persons_answer_is_told_by_every_service_that_repeats_its_question(app: Flask) -> None:
    """All that is told of her is told of somebody else, in whatever form the service sends it."""

    def spoil(_: Outgoing, incoming: Incoming) -> Incoming:
        body = incoming.body.replace(IIN.encode(), b"990101490019").replace(b"KZ735630999900000001", b"KZ")
        return Incoming(incoming.status, incoming.content_type, body)

    results = run(within(app, spoil), ("SVC",))
    repeated = {one.requirement.id for one in results if service_check_of(one.requirement) == "003"}
    assert repeated and repeated <= ids(results, "differs")


def test_a_rest_reply_of_another_shape_is_told(app: Flask) -> None:
    def spoil(_: Outgoing, incoming: Incoming) -> Incoming:
        return Incoming(
            incoming.status, incoming.content_type, incoming.body.replace(b'"exists": true', b'"exists": "yes"')
        )

    results = run(within(app, spoil), (f"SVC-{REST.upper()}",))
    assert ids(results, "differs") == {f"SVC-{REST.upper()}-002"}


def test_no_kind_of_failure_is_forgotten() -> None:
    told = {name.partition(" ")[0] for name in FAILURES} | LATE.keys() | {kind for kind, _ in SIGNED}
    assert told | NOT_TOLD.keys() == KINDS.keys() and not told & NOT_TOLD.keys()


def test_each_requirement_was_seen_to_differ() -> None:
    """A requirement that nothing breaks is none."""
    seen = {one for row in BROKEN.values() for one in row.differ}
    seen |= {one for _, differ in FAILURES.values() for one in differ} | {
        one for _, differ in LATE.values() for one in differ
    }
    seen |= {one for row in SIGNED.values() for one in row} | {f"SHEP-SIGN-00{number}" for number in (3, 4, 5)}
    assert {row.id for row in list_requirements(CATALOGUE, ())} <= seen


def test_each_requirement_has_its_check_and_each_check_its_requirement() -> None:
    rows = list_requirements(CATALOGUE, CATALOGUE.passports)
    assert {row.id for row in rows if not row.passport} == CHECKS.keys()
    assert {service_check_of(row) for row in rows if row.passport} == OF_EACH_SERVICE.keys()
    assert len({row.id for row in rows}) == len(rows)


def test_no_password_and_nobodys_number_stands_in_what_is_told(app: Flask) -> None:
    """Though the target sends all that it got back, everywhere."""

    def spoil(outgoing: Outgoing, incoming: Incoming) -> Incoming:
        words = f"{PASSWORD} {IIN}".encode()
        fault = incoming.body.replace(b"<errorMessage>", b"<errorMessage>" + words)
        return Incoming(418, f"text/plain; {PASSWORD}", fault.replace(b"<code>", b"<code>" + words) + words)

    told = "".join(f"{one.wanted}{one.found}{one.excerpt}{one.why}" for one in run(within(app, spoil)))
    assert PASSWORD not in told and IIN not in told and "<" in told


def test_without_a_person_nothing_is_asked_about_anybody(app: Flask) -> None:
    """No invented people: on a real contour a number that somebody bears would be asked about."""
    asked: list[bytes] = []

    def note(outgoing: Outgoing, incoming: Incoming) -> Incoming:
        asked.append(outgoing.body or b"")
        return incoming

    results = run(within(app, note), words={})
    assert ids(results, "differs") == set()
    assert "SHEP-SYNC-001" in ids(results, "not-tried") and "SHEP-FAULT-003" in ids(results, "holds")
    assert not any(b"iin>" in body.lower() for body in asked)


def test_what_was_not_given_is_told_as_not_tried_and_never_as_a_difference(app: Flask) -> None:
    results = run(within(app), sender="", password="")
    assert ids(results, "differs") == set() and ids(results, "holds")
    without = [one for one in results if "needs a sender" in one.why]
    assert len(without) > 40 and {one.verdict for one in without} == {"not-tried"}


def test_a_consent_is_asked_for_only_where_that_is_wanted(app: Flask) -> None:
    person = {"iin": IIN}
    wanted = run(within(app), ("SVC-GBDFL-UNIVERSAL",), words=person, ask_consent=True)
    assert ids(wanted, "holds") == {f"SVC-GBDFL-UNIVERSAL-00{number}" for number in (1, 2, 3)}
    without = run(within(app), ("SVC-GBDFL-UNIVERSAL",), words=person)
    assert ids(without, "not-tried") == ids(wanted, "holds")


def test_the_page_shows_the_requirements_as_they_are() -> None:
    """Refreshed by `python -m registries_mock.conform.document docs/conform.md`."""
    page = (ROOT / "docs" / "conform.md").read_text(encoding="utf-8")
    assert refresh(page) == page
