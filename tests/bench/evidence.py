"""The messages of an application as they went over the wire, opened from the store: what the floor sends again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache

from sqlalchemy import Connection, create_engine, text

from contracts.catalogue import Catalogue, load_catalogue
from contracts.exchange import ConsentToken, Question
from contracts.passport import Passport
from contracts.words import Protocol, QuestionWord
from gateway.store.sealing import Sealer
from signing.keys import SigningKey
from signing.wsse.signing import sign_envelope
from tests.bench.house import House

SOAP_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
JSON_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
_BUS = {Protocol.SHEP_SYNC: "/bip-sync-wss-gost/", Protocol.SHEP_ASYNC: "/bip-async-wss-gost/"}
_SENT = """
    select x.id, x.passport, x.sealed_question, a.n, a.sealed_request, a.sealed_reply
    from attempts a join exchanges x on x.id = a.exchange_id
    where a.application_id = :application and a.http_status = 200 and a.sealed_reply is not null
    order by a.started_at
"""
_PUSHED = """
    select exchange_id, message_id, sealed_raw from arrivals where application_id = :application and kind = 'RESPONSE'
"""


@dataclass(frozen=True)
class Sent:
    """One message pair of an application, and the question that it put."""

    passport: Passport
    question: Question = field(repr=False)
    request: bytes = field(repr=False)
    reply: bytes = field(repr=False)
    pushed: bytes = field(default=b"", repr=False)
    """The late reply, of an asynchronous exchange."""

    @property
    def path(self) -> str:
        """Where on the mock it was sent to."""
        prefix = "/rest/" if self.passport.protocol is Protocol.REST else "/soap/"
        return _BUS.get(self.passport.protocol, prefix + self.passport.address)

    @property
    def headers(self) -> Mapping[str, str]:
        return JSON_HEADERS if self.passport.protocol is Protocol.REST else SOAP_HEADERS

    @property
    def mark(self) -> bytes:
        """What a request of this service has in it, and no other's."""
        return f"<serviceId>{self.passport.service_id}</serviceId>".encode()

    def signed(self, ours: SigningKey, bus: SigningKey) -> Sent:
        """The same messages with the signatures of a signed bus: what comes is signed beforehand."""
        return replace(
            self,
            request=sign_envelope(self.request, ours),
            reply=sign_envelope(self.reply, bus),
            pushed=sign_envelope(self.pushed, bus) if self.pushed else b"",
        )


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def find_sent(sent: Sequence[Sent], protocol: Protocol, key: str = "", iin: str = "") -> Sent:
    """The message of a protocol with the longest reply, of one passport and about one person where they are named.

    The same one in each run: the order of the wire is not.
    """
    fitting = [
        each
        for each in sent
        if each.passport.protocol is protocol
        and key in ("", each.passport.key)
        and iin in ("", each.question.values.get(QuestionWord.IIN))
        and (protocol is not Protocol.SHEP_ASYNC or each.pushed)
    ]
    return max(fitting, key=lambda each: (len(each.pushed), len(each.reply), each.reply))


def read_sent(house: House, application_id: str) -> list[Sent]:
    """All messages that the gateway posted for the application and had a reply to, in their order."""
    sealer, passports = Sealer.from_file(house.key_file), catalogue().passports
    with look_into(house) as database:
        rows = database.execute(text(_SENT), {"application": application_id}).all()
        late = database.execute(text(_PUSHED), {"application": application_id}).all()
    pushed = {exchange_id: sealer.open(raw, f"arrivals:{message_id}") for exchange_id, message_id, raw in late}
    sent = []
    for exchange_id, passport, sealed_question, n, sealed_request, sealed_reply in rows:
        request = sealer.open(sealed_request, f"attempts:{exchange_id}:{n}:request")
        if not request:  # a late reply, which came unasked
            continue
        values = json.loads(sealer.open(sealed_question, f"exchanges:{exchange_id}:question"))
        words = {QuestionWord(word): value for word, value in values.items()}
        # The stub looks at no token: any of the usual length will do.
        question = Question(exchange_id, words, ConsentToken("t" * 180, "k" * 88))
        reply = sealer.open(sealed_reply, f"attempts:{exchange_id}:{n}:reply")
        sent.append(Sent(passports[passport], question, request, reply, pushed.get(exchange_id, b"")))
    return sent


@contextmanager
def look_into(house: House) -> Iterator[Connection]:
    """The gateway's database, beside the gateway."""
    engine = create_engine(house.database_url)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def count_registered(database: Connection) -> int:
    """Applications whose package is complete."""
    count = database.execute(text("select count(*) from applications where registered_at is not null")).scalar_one()
    database.rollback()
    return int(count)
