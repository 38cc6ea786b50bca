"""A mock suite in a test's hand: people who have everything, a clock that stands, a timer that is turned."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask
from werkzeug.serving import make_server

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.vocabulary.terms import Record, Term, load_vocabulary
from contracts.words import ContextWord, TermType
from registries_mock.app import create_app
from registries_mock.bus.data import data_element
from registries_mock.clock import KAZAKHSTAN
from registries_mock.consents import Consents
from registries_mock.http import PushFailed
from registries_mock.payloads.writer import Frame, PayloadWriter
from registries_mock.people.facts import Family
from registries_mock.ports import People, Persona
from registries_mock.settings import Settings
from registries_mock.suite import Outside, Suite

NOW = datetime(2026, 2, 10, 9, 15, tzinfo=KAZAKHSTAN)
IIN = "880314490010"
IBAN = "KZ735630999900000001"
PHONE = "+77990000001"
SENDER, PASSWORD = "asp-gateway", "mock-password"
SENDER_ELEMENT = f"<sender><senderId>{SENDER}</senderId><password>{PASSWORD}</password></sender>"
NOBODY = "990101490019"


class Somebody:
    """People of one person, about whom every registry knows everything, or what a test says."""

    today = NOW.date()

    def __init__(self, vocabulary: Mapping[str, Term], records: Sequence[Record] | None = None) -> None:
        self._records = list(records) if records is not None else [full_record(vocabulary)]

    def find(self, words: Mapping[str, str]) -> Sequence[Any]:
        if words.get("iin", IIN) != IIN:
            return ()
        return tuple(range(len(self._records)))

    def record(self, citizen: Any) -> Record:
        record: Record = self._records[citizen]
        return record

    def as_of(self, days: int) -> People:
        return self

    def account(self, iban: str) -> Record | None:
        return {"account": self._records[0].get("account"), "person": {"iin": IIN}} if iban == IBAN else None

    def phone(self, iin: str) -> str:
        return PHONE

    def personas(self) -> Sequence[Persona]:
        return ()

    def iins_of(self, persona: str) -> frozenset[str]:
        if persona != PERSONA:
            raise LookupError(persona)
        return frozenset({IIN})

    def family_of(self, citizen: str) -> Family:
        raise LookupError(citizen)

    def describe_application(self, whose: str | Family) -> dict[str, Any]:
        raise LookupError(whose)


PERSONA = "somebody"


class HandTimer:
    """Time passes when the test says so."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._order = itertools.count()

    def after(self, seconds: float, work: Callable[[], None]) -> None:
        self._due.append((self.now + seconds, next(self._order), work))

    def reset(self) -> None:
        self._due.clear()

    def close(self) -> None:
        self.reset()

    def advance(self, seconds: float) -> None:
        until = self.now + seconds
        while self._due and min(self._due)[0] <= until:
            first = min(self._due)
            self._due.remove(first)
            self.now = first[0]
            first[2]()
        self.now = until


class Participant:
    """Where the bus pushes to; fails as often as a test wants."""

    def __init__(self, failures: int = 0) -> None:
        self.failures = failures
        self.got: list[tuple[str, bytes]] = []

    def push(self, url: str, body: bytes) -> bytes:
        if self.failures:
            self.failures -= 1
            raise PushFailed("not now")
        self.got.append((url, body))
        return (
            b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
            b'<n:sendMessageResponse xmlns:n="http://bip.bee.kz/AsyncChannel/v10/Types"/></s:Body></s:Envelope>'
        )


def outside(people: People | None = None, **changes: Any) -> Outside:
    numbers = itertools.count(1)
    given: dict[str, Any] = {
        "clock": lambda: NOW,
        "timer": HandTimer(),
        "push": Participant().push,
        "new_id": lambda: f"00000000-0000-4000-8000-{next(numbers):012d}",
        "people": people or Somebody(load_vocabulary()),
    }
    return Outside(**(given | changes))


def small_app(settings: Settings | None = None, people: People | None = None, **changes: Any) -> Flask:
    return create_app(settings or Settings(), outside(people, **changes))


def suite_of(app: Flask) -> Suite:
    suite: Suite = app.extensions["suite"]
    return suite


@contextmanager
def listening(app: Flask) -> Iterator[str]:
    """The base address of the application on a free port of this machine."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        suite_of(app).close()


def full_record(vocabulary: Mapping[str, Term]) -> Record:
    """One value for every term, one item in every list."""
    record: Record = {}
    for path, term in vocabulary.items():
        place: Any = record
        *parents, leaf = path.split(".")
        for step in parents:
            name = step.removesuffix("[]")
            place = place.setdefault(name, [{}])[0] if step.endswith("[]") else place.setdefault(name, {})
        place[leaf] = _value(term)
    record["person"] |= {"iin": IIN, "birth_date": date(1988, 3, 14)}
    record["account"] |= {"iban": IBAN}
    beside = ("consent", "notification", "phone", "sms", "file")
    return {root: record[root] for root in record if root not in beside}


def _value(term: Term) -> object:
    values: dict[TermType, object] = {
        TermType.BOOLEAN: True,
        TermType.DATE: date(2025, 11, 5),
        TermType.MONTH: "2025-11",
        TermType.INTEGER: 3,
        TermType.DECIMAL: Decimal("61.50"),
        TermType.MONEY: Decimal("125000.40"),
        TermType.IIN: IIN,
        TermType.BIN: "990940009991",
        TermType.CODE: term.values[0] if term.values else "398",
    }
    return values.get(term.type, f"{term.title.ru} <&> {term.title.kk}")


def request_body(catalogue: Catalogue, passport: Passport, iin: str = IIN, **words: str) -> bytes:
    """A request payload for the passport, written from the question as a client would fill it."""
    consents = Consents(Settings().seed)
    questions = {
        "iin": iin, "surname": "ИВАНОВА", "name": "АЙГУЛЬ", "birth_date": "1988-03-14", "iban": IBAN, "phone": PHONE,
        "related_iin": IIN, "period_from": "2025-10-01", "period_to": "2025-12-31", "on_date": "2026-02-10",
        "ar_code": "0200000000000001", "sms_id": "sms-1", "sms_text": "Есть уведомление",
        "file_operation": "UPLOAD", "file_process_id": "upload-1", "file_content": "JVBERg==", "file_name": "скан.pdf",
        "file_media_type": "application/pdf", "file_life_time": "28800000", "file_id": "file-1",
        "notice_id": "notice-1", "notice_ru": "Есть <&> уведомление", "notice_kk": "Хабарлама бар", **words,
    }  # fmt: skip
    facts = {f"question.{word}": text for word, text in questions.items()} | {
        ContextWord.MESSAGE_ID: "request-1",
        ContextWord.MESSAGE_DATE: NOW.isoformat(),
        ContextWord.SENDER_ID: SENDER,
        ContextWord.CONSENT_TOKEN: consents.issue(iin, NOW),
        ContextWord.CONSENT_PUBLIC_KEY: consents.public_key,
        ContextWord.ORGANISATION_NAME: "Центр трудовой мобильности",
        ContextWord.ORGANISATION_BIN: "990940009991",
        ContextWord.RESPONSIBLE_NAME: "Иванов И.",
        ContextWord.API_KEY: "key",
        ContextWord.SMS_LOGIN: SENDER,
        ContextWord.SMS_PASSWORD: PASSWORD,
        ContextWord.SMS_SENDER: "1414",
        ContextWord.FILES_LOGIN: SENDER,
        ContextWord.FILES_PASSWORD: PASSWORD,
    }
    writer = PayloadWriter(passport, passport.request, lambda name: catalogue.dictionary(passport, name))
    return writer.write((), Frame(facts)).body


def request_data(catalogue: Catalogue, passport: Passport, iin: str = IIN, **words: str) -> str:
    """The same as SHEP's data element."""
    return data_element(passport.request, request_body(catalogue, passport, iin, **words))


def sync_message(
    service_id: str, data: str, *, sender: str = SENDER, password: str = PASSWORD, extra: str = ""
) -> bytes:
    return (
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        '<ns2:SendMessage xmlns:ns2="http://bip.bee.kz/SyncChannel/v10/Types"><request><requestInfo>'
        f"<messageId>m-1</messageId><correlationId>chain-1</correlationId><serviceId>{service_id}</serviceId>"
        f"<messageDate>{NOW.isoformat()}</messageDate>"
        f"<sender><senderId>{sender}</senderId><password>{password}</password></sender>{extra}</requestInfo>"
        f"<requestData>{data}</requestData></request></ns2:SendMessage></S:Body></S:Envelope>"
    ).encode()


def async_message(operation: str, content: str) -> bytes:
    return (
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        f'<n:{operation} xmlns:n="http://bip.bee.kz/AsyncChannel/v10/Types"><request>{content}</request></n:{operation}>'
        "</S:Body></S:Envelope>"
    ).encode()


def async_request(catalogue: Catalogue, passport: Passport, iin: str = IIN) -> bytes:
    """A REQUEST to an asynchronous service."""
    info = (
        f"<messageInfo><serviceId>{passport.service_id}</serviceId><messageType>REQUEST</messageType>"
        f"<messageDate>{NOW.isoformat()}</messageDate>{SENDER_ELEMENT}</messageInfo>"
    )
    return async_message("sendMessage", f"{info}<messageData>{request_data(catalogue, passport, iin)}</messageData>")


def soap_message(body: bytes) -> bytes:
    start = b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
    return start + body + b"</S:Body></S:Envelope>"
