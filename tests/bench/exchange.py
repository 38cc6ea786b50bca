"""One unsigned synchronous exchange with ГБД ФЛ: our adapter against bytes made beforehand, and against zeep."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO

import pycurl
import zeep
from lxml import etree

from adapters.assemble import AdapterConfig, Adapters, build_adapters
from adapters.ports import Deadline, HttpReply
from adapters.shep.sync import read_reply
from contracts import shep
from contracts.exchange import Attempt, Reply
from gateway.clock import now
from tests.bench.evidence import SOAP_HEADERS, Sent, catalogue
from tests.bench.measuring import Section, Way, divide, take_turns
from tests.bench.raw import ask, connections, http_post
from tests.bench.stub import stub_process

PASSPORT = "gbdfl-universal"
FLOOR, CURL = "raw socket + lxml (the floor)", "pycurl + lxml"
OURS, READING = "ours", "ours, reading the reply alone"
ZEEP_RAW, ZEEP = "zeep, raw", "zeep, bound"
_BINDING = "{http://bip.bee.kz/SyncChannel/v10/Interfaces/Binding2}SyncChannelHttpBinding"
_WHAT = (
    "ours: question in, payload and envelope written, posted, read into the vocabulary, evidence recorded",
    "floor and pycurl: request bytes made beforehand, one open connection, the reply parsed and no more",
    "zeep: from our WSDL with requests as it comes; the payload given ready as text; raw: the reply parsed and no more",
)


@contextmanager
def adapters_at(url: str) -> Iterator[Adapters]:
    """Our adapters as the gateway has them, unsigned, towards one address."""
    config = AdapterConfig(url, url, url, url, sender_id="asp-gateway", sender_password="bench-only")
    adapters = build_adapters(config, catalogue(), clock=now, new_id=lambda: str(uuid.uuid4()))
    try:
        yield adapters
    finally:
        adapters.close()


def ask_ours(adapters: Adapters, sent: Sent) -> None:
    """Put the question again; raises where the answer is none."""
    attempts: list[Attempt] = []
    reply = adapters.ask(sent.passport, sent.question, deadline=Deadline(30), record=attempts.append)
    if not isinstance(reply, Reply):
        raise TypeError("a synchronous registry answers at once")


def measure_exchange(sent: Sequence[Sent], rounds: int, calls: int) -> Section:
    """CPU of this process and wall time of one exchange, each way in turn."""
    one = next(each for each in sent if each.passport.key == PASSPORT)
    with stub_process([(b"", one.reply)]) as url, connections(url, 1) as (connection,), adapters_at(url) as adapters:
        message = http_post(url, one.request, SOAP_HEADERS)
        curl = _curl(url, one.request)
        raw, bound = _zeep(url, one)
        bus, reply = adapters.shep_sync, HttpReply(200, "text/xml; charset=utf-8", one.reply)
        prepared = bus.preparations.of(one.passport)
        ways: dict[str, Way] = {
            FLOOR: lambda: etree.fromstring(ask(connection, message)),
            CURL: lambda: etree.fromstring(curl()),
            OURS: lambda: ask_ours(adapters, one),
            READING: lambda: read_reply(prepared, reply, bus.trust),
            ZEEP_RAW: raw,
            ZEEP: bound,
        }
        cpu, wall = take_turns(ways, rounds, calls)
    title = f"One unsigned exchange ({PASSPORT}: request {len(one.request)} bytes, reply {len(one.reply)} bytes)"
    ratios = (
        divide("ours / raw socket, CPU", cpu[OURS], cpu[FLOOR]),
        divide("ours / pycurl, CPU", cpu[OURS], cpu[CURL]),
        divide("ours / raw socket, wall", wall[OURS], wall[FLOOR]),
        divide("reading the reply / ours, CPU", cpu[READING], cpu[OURS]),
        divide("zeep, raw / ours, CPU", cpu[ZEEP_RAW], cpu[OURS]),
        divide("zeep, bound / ours, CPU", cpu[ZEEP], cpu[OURS]),
    )
    return Section("exchange", title, (*cpu.values(), *wall.values()), ratios, _WHAT)


def _curl(url: str, body: bytes) -> Callable[[], bytes]:
    handle = pycurl.Curl()
    handle.setopt(pycurl.URL, url)
    handle.setopt(pycurl.POSTFIELDS, body)
    handle.setopt(pycurl.HTTPHEADER, [*(f"{name}: {value}" for name, value in SOAP_HEADERS.items()), "Expect:"])
    handle.setopt(pycurl.PROXY, "")

    def post() -> bytes:
        received = BytesIO()
        handle.setopt(pycurl.WRITEDATA, received)
        handle.perform()
        return received.getvalue()

    return post


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
            "sender": {"senderId": "asp-gateway", "password": "bench-only"},
            "properties": [{"key": "inquiryId", "value": sent.question.id}],
        }
        data = zeep.xsd.AnyObject(zeep.xsd.String(), document)
        return proxy.SendMessage(request={"requestInfo": info, "requestData": {"data": data}})

    def raw() -> object:
        with client.settings(raw_response=True):
            reply = call()
        return etree.fromstring(reply.content)  # type: ignore[attr-defined]

    return raw, call
