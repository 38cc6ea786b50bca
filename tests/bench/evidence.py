"""The messages of an application as they went over the wire, opened from the store: what the floor sends again."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from functools import cache

from contracts.catalogue import Catalogue, load_catalogue
from contracts.exchange import ConsentToken, Question
from contracts.passport import Passport
from contracts.words import Protocol, QuestionWord
from gateway.store.sealing import Sealer
from tests.bench.house import House

SOAP_HEADERS = {"Content-Type": "text/xml; charset=utf-8", "SOAPAction": '""'}
JSON_HEADERS = {"Content-Type": "application/json", "Accept": "application/json"}
_BUS = {Protocol.SHEP_SYNC: "/bip-sync-wss-gost/", Protocol.SHEP_ASYNC: "/bip-async-wss-gost/"}
_SENT = """
    select x.id, x.passport, x.sealed_question, a.n, a.sealed_request, a.sealed_reply
    from attempts a join exchanges x on x.id = a.exchange_id
    where a.application_id = ? and a.http_status = 200 and a.sealed_reply is not null
    order by a.started_at
"""


@dataclass(frozen=True)
class Sent:
    """One message pair of an application, and the question that it put."""

    passport: Passport
    question: Question = field(repr=False)
    request: bytes = field(repr=False)
    reply: bytes = field(repr=False)

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


@cache
def catalogue() -> Catalogue:
    return load_catalogue()


def read_sent(house: House, application_id: str) -> list[Sent]:
    """All messages that the gateway posted for the application and had a reply to, in their order."""
    sealer, passports = Sealer.from_file(house.key_file), catalogue().passports
    with closing(sqlite3.connect(house.database)) as database:
        rows = database.execute(_SENT, (application_id,)).fetchall()
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
        sent.append(Sent(passports[passport], question, request, reply))
    return sent


def count_registered(house: House) -> int:
    """Applications whose package is complete."""
    with closing(sqlite3.connect(house.database)) as database:
        return int(database.execute("select count(*) from applications where registered_at is not null").fetchone()[0])
