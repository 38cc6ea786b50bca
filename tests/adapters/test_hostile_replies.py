"""Whatever bytes come back, the caller gets an answer with content, "no record", or a RegistryError: nothing else."""

import logging
from collections.abc import Mapping
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.breakers import BreakerRule
from adapters.ports import Deadline, HttpReply
from contracts.errors import RegistryError
from contracts.exchange import Pending, Reply
from contracts.passport import Passport
from contracts.words import Protocol
from tests.adapters.passports import passport, shipped
from tests.adapters.rig import FOUND, Rig, answer, arrived, fault, question, rig, take

SHIPPED = shipped()
SECRET = "880314490010"
EVERYTHING = {
    "iin": SECRET, "surname": "АХМЕТОВА", "name": "АЙГҮЛ", "birth_date": "1988-03-14", "iban": "KZ735630999900000001",
    "related_iin": SECRET, "period_from": "2025-10-01", "period_to": "2025-12-31", "on_date": "2026-02-10",
    "phone": "+77000000000", "ar_code": "1", "sms_id": "sms-1", "sms_text": "Есть уведомление",
    "file_operation": "DOWNLOAD", "file_id": "file-1",
    "notice_id": "n-1", "notice_ru": "Есть уведомление", "notice_kk": "Хабарлама бар",
}  # fmt: skip


class Canned:
    """A transport that answers with one reply."""

    def __init__(self, reply: HttpReply) -> None:
        self.reply = reply

    def post(
        self, url: str, body: bytes, headers: Mapping[str, str], *, deadline: Deadline, max_bytes: int
    ) -> HttpReply:
        return self.reply

    def close(self) -> None: ...


@cache
def shared_rig() -> tuple[Canned, Rig]:
    """One set of adapters for all examples: loading a WSDL for each would take most of the time.

    No registry rests: what many examples in a row say of it, each by itself must be told of.
    """
    canned = Canned(HttpReply(200, "", b""))
    settings = {"retry_reserve": 1e9, "breaker": BreakerRule(failures=10**9)}
    return canned, rig(
        SHIPPED,
        "http://127.0.0.1:9/",
        shep_transport=canned,
        plain_transport=canned,
        sign_payload=bytes,
        settings=settings,
    )


def promise(each: Passport, reply: HttpReply) -> None:
    """Ask and hold the answer to the promise of this file."""
    canned, made = shared_rig()
    canned.reply = reply
    made.attempts.clear()
    asked = question(consent=True, **EVERYTHING)
    try:
        got = made.adapters.ask(each, asked, deadline=Deadline(5), record=made.attempts.append)
    except RegistryError as error:
        assert made.attempts and made.attempts[-1].failure == error.code
        assert SECRET not in error.detail
        return
    if isinstance(got, Pending):
        assert bool(got.correlation_id) == (made.failures[-1] == "") == (not got.uncertain)
        return
    assert made.failures[-1] == ""
    assert isinstance(got, Reply)
    # A "no record" may repeat whom it is about; an answer without anything in it is none.
    assert got.record or got.outcome == "no_record"


VALID = [
    answer(FOUND),
    answer(""),
    answer("", status="SCSE001"),
    fault("999"),
    b'{"code": "OK", "account": {"iban": "1"}}',
]
statuses = st.sampled_from([200, 200, 200, 500, 503, 404, 302, 204])
kinds = st.sampled_from(
    ["text/xml", "text/xml; charset=windows-1251", "application/json", "text/html", "", "x; charset=\x00"]
)
protocols = [
    passport("inline"), passport("string"), passport("element"), passport("typed"),
    *(next(each for each in SHIPPED.passports.values() if each.protocol is protocol) for protocol in Protocol),
]  # fmt: skip


@st.composite
def mangled(draw: st.DrawFn) -> bytes:
    """A right reply with a piece cut out, doubled, or overwritten."""
    body = draw(st.sampled_from(VALID))
    start = draw(st.integers(0, len(body)))
    end = draw(st.integers(start, min(len(body), start + 60)))
    return body[:start] + draw(st.one_of(st.binary(max_size=20), st.just(body[start:end] * 2))) + body[end:]


@pytest.mark.parametrize("each", protocols, ids=lambda each: each.key)
@settings(max_examples=150, deadline=None)
@given(body=st.one_of(st.binary(max_size=300), mangled()), status=statuses, kind=kinds)
def test_arbitrary_bytes_are_an_error_of_the_registry(each: Passport, body: bytes, status: int, kind: str) -> None:
    promise(each, HttpReply(status, kind, body))


xml_names = st.sampled_from(
    ["persons", "person", "iin", "birthDate", "documents", "document", "result", "code", "data", "x"]
)
xml_texts = st.one_of(st.just(""), st.just("00"), st.just("2020-01-01"), st.text(alphabet="0аZ -:.", max_size=8))
trees = st.recursive(
    st.builds(lambda name, text: f"<{name}>{text}</{name}>", xml_names, xml_texts),
    lambda inner: st.builds(
        lambda name, parts: f"<{name}>{''.join(parts)}</{name}>", xml_names, st.lists(inner, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=300, deadline=None)
@given(data=st.lists(trees, max_size=4).map("".join), status=st.sampled_from(["SCSS001", "", "SCSE001"]))
def test_well_formed_nonsense_is_never_an_empty_answer(data: str, status: str) -> None:
    promise(passport("inline"), HttpReply(200, "text/xml", answer(data, status=status)))


@pytest.mark.parametrize("key", sorted(SHIPPED.passports))
def test_no_shipped_passport_takes_an_empty_success_for_an_answer(key: str) -> None:
    for body in (answer(""), answer("<x/>"), b"{}", b"<a/>", b""):
        promise(SHIPPED.passports[key], HttpReply(200, "text/xml", body))


@settings(max_examples=200, deadline=None)
@given(raw=st.one_of(st.binary(max_size=300), st.integers(0, 900).map(lambda cut: arrived(b"<data><x/></data>")[cut:])))
def test_arbitrary_pushes_are_an_error_of_the_registry(raw: bytes) -> None:
    bus = rig(SHIPPED, "http://127.0.0.1:9/").adapters.shep_async
    try:
        arrival = take(bus, raw)
        bus.read_reply(
            next(each for each in SHIPPED.passports.values() if each.protocol is Protocol.SHEP_ASYNC), arrival
        )
    except RegistryError:
        pass


def test_nothing_of_question_or_reply_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    for each in SHIPPED.passports.values():
        for body in (answer(FOUND), answer(FOUND.replace("1988-03-14", SECRET)), fault("999"), b"<html/>"):
            promise(each, HttpReply(200, "text/xml", body))
    assert SECRET not in caplog.text and "АХМЕТОВА" not in caplog.text and "invented-token" not in caplog.text


def test_nothing_secret_is_in_the_repr_of_adapters() -> None:
    shown = repr(rig(SHIPPED, "http://127.0.0.1:9/").adapters.shep_sync.side)
    assert "not-a-real-password" not in shown and "invented-key" not in shown
