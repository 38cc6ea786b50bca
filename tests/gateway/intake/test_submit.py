"""Submission: what is accepted is committed whole, what is refused leaves nothing, a repeat is one application."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import Any

import pytest

from contracts.errors import CallerError, Conflict, InvalidInput, MalformedInput, NotAllowed
from gateway.core.calendar import ALMATY
from gateway.intake.envelope import Envelope
from gateway.intake.submit import Receipt, Submit, SubmitRequest
from gateway.store.rows import Client, ClientKind
from signing.verdict import SubIndication, Verdict
from tests.gateway.fake_store import FakeStore
from tests.gateway.sample_case import APPLICANT_IIN, NOW, encode, find_law, make_application, make_body, make_service
from tests.support.verdicts import passed, refused

PORTAL = Client("client_portal", "Portal", ClientKind.PORTAL, "portal")
CENTER = Client("client_center", "Center", ClientKind.PROVIDER, "center")


class Intake:
    """Submission over a store in memory and a verifier that believes what the test says."""

    def __init__(self, now: datetime = NOW) -> None:
        service = make_service()
        self.store = FakeStore(service)
        self.verified: list[bytes] = []
        self.believes = True
        self._submit = Submit(self.store, {"asp": service}, find_law, self._verify, lambda: now)

    def submit(self, request: SubmitRequest, client: Client) -> Receipt:
        receipt = self._submit(request, client)
        assert isinstance(receipt, Receipt)
        return receipt

    def _verify(self, envelope: Envelope, at: datetime) -> Verdict:
        self.verified.append(envelope.content)
        return passed(APPLICANT_IIN, envelope.content) if self.believes else refused(SubIndication.HASH_FAILURE)


def test_an_application_is_committed_with_its_exact_bytes_and_verdict() -> None:
    intake = Intake()
    content = encode(make_application()) + b" \n"
    receipt = intake.submit(SubmitRequest(make_body(content=content)), PORTAL)
    assert receipt.fresh
    stored = receipt.application
    assert (stored.body, stored.signature) == (content, b"signature")
    assert stored.verdict["indication"] == "TOTAL_PASSED"
    assert stored.received_at == NOW
    assert stored.rules_version


@pytest.mark.parametrize(
    ("received", "accepted"),
    [
        (datetime(2026, 3, 2, 7, 0, tzinfo=UTC), datetime(2026, 3, 2, 12, 0, tzinfo=ALMATY)),
        (datetime(2026, 3, 1, 7, 0, tzinfo=UTC), datetime(2026, 3, 2, 9, 0, tzinfo=ALMATY)),
        (datetime(2026, 3, 6, 19, 30, tzinfo=UTC), datetime(2026, 3, 10, 9, 0, tzinfo=ALMATY)),
    ],
)
def test_outside_working_hours_acceptance_waits_for_the_next_working_day(
    received: datetime, accepted: datetime
) -> None:
    receipt = Intake(received).submit(SubmitRequest(make_body()), PORTAL)
    assert receipt.application.case.accepted_at == accepted


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "invalid-value"),
        (b"{", "malformed-json"),
        (make_body(application="*"), "malformed-base64"),
        (make_body(content=b"{}"), "missing-field"),
        (make_body(content=b"\xff"), "not-utf8"),
        (make_body(make_application() | {"service": "none"}), "service-unknown"),
        (make_body(make_application() | {"account": {"iban": "KZ"}}), "iban-format"),
    ],
)
def test_what_is_refused_leaves_nothing_and_is_not_even_verified(body: bytes, code: str) -> None:
    intake = Intake()
    with pytest.raises(CallerError) as caught:
        intake.submit(SubmitRequest(body, "key-1"), PORTAL)
    assert code in {problem.code for problem in caught.value.problems}
    assert not intake.verified
    assert not intake.store.applications
    assert not intake.store.accepted


def test_a_signature_that_is_refused_leaves_nothing() -> None:
    intake = Intake()
    intake.believes = False
    with pytest.raises(CallerError) as caught:
        intake.submit(SubmitRequest(make_body(), "key-1"), PORTAL)
    assert caught.value.public_code == "signature-digest-mismatch"
    assert not intake.store.accepted


def test_what_was_refused_may_be_sent_again_under_the_same_key_once_it_is_mended() -> None:
    intake = Intake()
    with pytest.raises(InvalidInput):
        intake.submit(SubmitRequest(make_body(make_application() | {"service": "none"}), "key-1"), PORTAL)
    assert intake.submit(SubmitRequest(make_body(), "key-1"), PORTAL).fresh


def test_the_same_key_with_the_same_body_is_one_application_and_is_not_verified_again() -> None:
    intake = Intake()
    first = intake.submit(SubmitRequest(make_body(), "key-1"), PORTAL)
    intake.believes = False
    second = intake.submit(SubmitRequest(make_body(), "key-1"), PORTAL)
    assert second.application == first.application
    assert not second.fresh
    assert len(intake.verified) == 1


def test_the_same_key_with_another_body_is_a_conflict() -> None:
    intake = Intake()
    intake.submit(SubmitRequest(make_body(), "key-1"), PORTAL)
    with pytest.raises(Conflict) as caught:
        intake.submit(SubmitRequest(make_body() + b" ", "key-1"), PORTAL)
    assert caught.value.public_code == "idempotency-conflict"
    assert len(intake.store.applications) == 1


def test_a_key_belongs_to_its_client_and_no_key_means_no_repeat() -> None:
    intake = Intake()
    other = Client("client_other", "Other", ClientKind.PORTAL, "portal")
    for client, key in ((PORTAL, "key-1"), (other, "key-1"), (PORTAL, ""), (PORTAL, "")):
        assert intake.submit(SubmitRequest(make_body(), key), client).fresh
    assert len(intake.store.applications) == 4


def test_of_many_at_once_one_is_accepted_and_all_get_its_answer() -> None:
    intake = Intake()

    def send(_: int) -> tuple[str, bool]:
        receipt = intake.submit(SubmitRequest(make_body(), "key-1"), PORTAL)
        return receipt.application.id, receipt.fresh

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(send, range(32)))
    assert {application_id for application_id, _ in found} == {"app_1"}
    assert sum(fresh for _, fresh in found) == 1


@pytest.mark.parametrize("key", [" ", "a b", "ключ", "x" * 256, "a\x00", "a\n"])
def test_an_idempotency_key_is_printable_and_not_long(key: str) -> None:
    with pytest.raises(MalformedInput) as caught:
        Intake().submit(SubmitRequest(make_body(), key), PORTAL)
    assert caught.value.public_code == "idempotency-key-invalid"


def test_the_channel_is_the_keys_and_must_be_one_of_the_service() -> None:
    stranger = Client("client_x", "X", ClientKind.PROVIDER, "fax")
    with pytest.raises(NotAllowed):
        Intake().submit(SubmitRequest(make_body()), stranger)


@pytest.mark.parametrize(("client", "accepted"), [(CENTER, True), (PORTAL, False)])
def test_who_accepted_is_named_only_where_a_person_accepts(client: Client, accepted: bool) -> None:
    request = SubmitRequest(make_body(accepted_by="Иванова А."))
    if accepted:
        assert Intake().submit(request, client).application.accepted_by == "Иванова А."
        return
    with pytest.raises(MalformedInput) as caught:
        Intake().submit(request, client)
    assert caught.value.public_code == "accepted-by-misplaced"


@pytest.mark.parametrize("named", [{}, {"accepted_by": None}, {"accepted_by": " "}])
def test_a_ticket_without_the_name_of_who_accepted_is_refused(named: dict[str, Any]) -> None:
    intake = Intake()
    with pytest.raises(MalformedInput) as caught:
        intake.submit(SubmitRequest(make_body(**named)), CENTER)
    assert [(p.code, p.pointer) for p in caught.value.problems] == [("accepted-by-missing", "/accepted_by")]
    assert not intake.verified
    assert not intake.store.accepted


@pytest.mark.parametrize(
    ("client", "named", "on"),
    [(PORTAL, {}, date(2026, 4, 3)), (CENTER, {"accepted_by": "Иванова А."}, date(2026, 4, 2))],
)
def test_the_date_that_is_promised_is_kept_with_its_clause(client: Client, named: dict[str, Any], on: date) -> None:
    """Handed in on Friday 6 March 2026 after hours, accepted on the 10th: Monday the 9th is a day off."""
    intake = Intake(datetime(2026, 3, 6, 14, 0, tzinfo=UTC))
    promised = intake.submit(SubmitRequest(make_body(**named)), client).application.promised
    channel = make_service().channel(client.channel)
    assert promised is not None and channel is not None
    assert (promised.on, promised.clause) == (on, channel.clause)


def test_the_hash_that_tells_bodies_apart_is_of_the_whole_body() -> None:
    intake = Intake()
    intake.submit(SubmitRequest(make_body(), "key-1"), PORTAL)
    ((_, request_sha256),) = intake.store.accepted.values()
    assert request_sha256 == hashlib.sha256(make_body()).hexdigest()


def test_nothing_of_a_request_is_in_its_repr() -> None:
    shown: list[Any] = [SubmitRequest(make_body()), Intake().submit(SubmitRequest(make_body()), PORTAL)]
    assert not any(secret in str(shown) for secret in (APPLICANT_IIN, "Примеров", "signature\\"))
