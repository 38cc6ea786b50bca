"""One unsigned exchange, over the bus and by REST: our adapter against bytes made beforehand, and against zeep."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence

import zeep
from lxml import etree

from adapters.ports import HttpReply
from adapters.shep.sync import read_reply
from contracts import shep
from contracts.words import Protocol
from gateway.clock import now
from tests.bench.evidence import JSON_HEADERS, SOAP_HEADERS, Sent, find_sent
from tests.bench.floor import curl_post
from tests.bench.measuring import Batch, Section, Way, count_calls, divide, take_turns
from tests.bench.ours import adapters_at, ask
from tests.bench.raw import ask as ask_raw
from tests.bench.raw import connections, http_post
from tests.bench.registries import PASSWORD, SENDER
from tests.bench.stub import stub_process

PASSPORT = "gbdfl-universal"
RAW, FLOOR = "raw socket + lxml", "pycurl + lxml (the floor)"
_JSON = "pycurl + json (the floor)"
OURS, READING = "ours", "ours, reading the reply alone"
ZEEP_RAW, ZEEP = "zeep, raw", "zeep, bound"
_BINDING = "{http://bip.bee.kz/SyncChannel/v10/Interfaces/Binding2}SyncChannelHttpBinding"
_WHAT = (
    "ours: question in, payload and envelope written, posted, read into the vocabulary, evidence recorded",
    "raw socket and pycurl: request bytes made beforehand, one open connection, the reply parsed and no more",
    "zeep: from our WSDL with requests as it comes; the payload given ready as text; raw: the reply parsed and no more",
)
_REST = (
    "ours: question in, JSON written, posted by requests, read into the vocabulary, evidence recorded",
    "pycurl: request bytes made beforehand, the reply read by json and no more",
)


def measure_exchange(sent: Sequence[Sent], rounds: int, calls: int) -> Section:
    """CPU of this process and wall time of one exchange over the bus, each way in turn."""
    one = find_sent(sent, Protocol.SHEP_SYNC, PASSPORT)
    with stub_process([(b"", one.reply)]) as url, connections(url, 1) as (connection,), adapters_at(url) as adapters:
        message = http_post(url, one.request, SOAP_HEADERS)
        curl = curl_post(url, one.request)
        raw, bound = _zeep(url, one)
        bus, reply = adapters.shep_sync, HttpReply(200, "text/xml; charset=utf-8", one.reply)
        prepared = bus.preparations.of(one.passport)
        ways: dict[str, Way | Batch] = {
            RAW: lambda: etree.fromstring(ask_raw(connection, message)),
            FLOOR: lambda: etree.fromstring(curl()),
            OURS: lambda: ask(adapters, one),
            READING: lambda: read_reply(prepared, reply, bus.trust),
            ZEEP_RAW: raw,
            ZEEP: bound,
        }
        cpu, wall = take_turns(ways, rounds, calls)
        called = count_calls(lambda: ask(adapters, one))
    title = f"One unsigned exchange ({PASSPORT}: request {len(one.request)} bytes, reply {len(one.reply)} bytes)"
    ratios = (
        divide("ours / floor, CPU", cpu[OURS], cpu[FLOOR]),
        divide("ours / raw socket, CPU", cpu[OURS], cpu[RAW]),
        divide("ours / floor, wall", wall[OURS], wall[FLOOR]),
        divide("reading the reply / ours, CPU", cpu[READING], cpu[OURS]),
        divide("zeep, raw / ours, CPU", cpu[ZEEP_RAW], cpu[OURS]),
        divide("zeep, bound / ours, CPU", cpu[ZEEP], cpu[OURS]),
    )
    return Section("exchange", title, (*cpu.values(), *wall.values(), called), ratios, _WHAT)


def measure_rest(sent: Sequence[Sent], rounds: int, calls: int) -> Section:
    """The same of a service that is asked by REST, which signs nothing."""
    one = find_sent(sent, Protocol.REST)
    with stub_process([(b"", one.reply)]) as url, adapters_at(url) as adapters:
        curl = curl_post(url, one.request, JSON_HEADERS)
        ways: dict[str, Way | Batch] = {_JSON: lambda: json.loads(curl()), OURS: lambda: ask(adapters, one)}
        cpu, wall = take_turns(ways, rounds, calls)
        called = count_calls(lambda: ask(adapters, one))
    key = one.passport.key
    title = f"One exchange by REST ({key}: request {len(one.request)} bytes, reply {len(one.reply)} bytes)"
    ratios = (
        divide("ours / floor, CPU", cpu[OURS], cpu[_JSON]),
        divide("ours / floor, wall", wall[OURS], wall[_JSON]),
    )
    return Section("rest", title, (*cpu.values(), *wall.values(), called), ratios, _REST)


def _zeep(url: str, sent: Sent) -> tuple[Way, Way]:
    client = zeep.Client(str(shep.sync_wsdl()))
    proxy = client.create_service(_BINDING, url)
    payload = next(etree.fromstring(sent.request).iter("data"))
    document = etree.tostring(payload, encoding="unicode")

    def call() -> object:
        info = {
            "messageId": str(uuid.uuid4()),
            "serviceId": sent.passport.service_id,
            "messageDate": now(),
            "sender": {"senderId": SENDER, "password": PASSWORD},
            "properties": [{"key": "inquiryId", "value": sent.question.id}],
        }
        data = zeep.xsd.AnyObject(zeep.xsd.String(), document)
        return proxy.SendMessage(request={"requestInfo": info, "requestData": {"data": data}})

    def raw() -> object:
        with client.settings(raw_response=True):
            reply = call()
        return etree.fromstring(reply.content)  # type: ignore[attr-defined]

    return raw, call
