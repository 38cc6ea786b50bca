"""What decision 0007 rests on: zeep against our codec, and HTTP clients against each other, CPU per call in one run.

    python -m tests.bench.codec [--quick]

The registry is a stub in a thread of its own; only the calling thread's CPU is counted. The same payload code works in
both codecs: zeep is measured for what it would take over, the envelope.
"""

import argparse
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from html import escape
from typing import Any

import urllib3
import zeep
import zeep.xsd
from lxml import etree

from adapters.http.curl import CurlTransport
from adapters.http.sessions import SessionTransport
from adapters.payloads.forms import write_document
from adapters.payloads.locating import locate
from adapters.payloads.prepared import Preparations
from adapters.payloads.verdicts import Heard
from adapters.ports import Deadline, HttpReply
from adapters.shep import sync
from adapters.trust import Trust
from adapters.words import OurSide, gather_words
from contracts import shep
from contracts.tables import PACKAGED
from tests.adapters.passports import shipped
from tests.adapters.rig import NOW, answer, question
from tests.adapters.stub_server import always, http, serving

KEY = "gbdrn-report305"
FULL, QUICK = (7, 200), (1, 3)
"""Rounds, and calls of each way in a round."""
SIDE = OurSide("asp-gateway", "not-a-real-password")


def cpu_of(calls: Mapping[str, Callable[[], object]], rounds: int, times: int) -> dict[str, float]:
    """The calling thread's CPU per call, in microseconds, by name: the best of rounds in which all take turns, so that
    a busy moment of the machine falls on all of them."""
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for name, call in calls.items():
            call()
            started = time.thread_time()
            for _ in range(times):
                call()
            best[name] = min(best[name], (time.thread_time() - started) / times * 1e6)
    return best


class Codecs:
    """One question encoded, one reply decoded, by either codec."""

    def __init__(self) -> None:
        catalogue = shipped()
        self.prepared = Preparations(catalogue).of(catalogue.passports[KEY])
        text = (PACKAGED / "samples" / KEY / "reply.xml").read_text(encoding="utf-8")
        self.reply = answer(escape(text.partition("?>")[2].strip()))
        self.asked = question(
            consent=True, iin="880314490010", surname="АХМЕТОВА", name="АЙГҮЛ", birth_date="1988-03-14"
        )
        self.client = zeep.Client(str(shep.sync_wsdl()))
        self.proxy = self.client.bind("ISyncChannelHttpService", "SyncChannelHttpPort")
        self.binding = self.client.wsdl.services["ISyncChannelHttpService"].ports["SyncChannelHttpPort"].binding

    def words(self) -> Mapping[str, Any]:
        return gather_words(self.prepared.passport, self.asked, SIDE, message_id="id-1", message_date=NOW)

    def encode_ours(self) -> bytes:
        return sync.write_request(self.prepared, self.asked, SIDE, self.words(), Trust(), message_id="id-1", at=NOW)

    def encode_zeep(self) -> bytes:
        document = write_document(self.prepared.request, self.prepared.fill_request(self.words())).decode()
        request = {
            "requestInfo": {
                "messageId": "id-1",
                "serviceId": self.prepared.passport.service_id,
                "messageDate": NOW,
                "sender": {"senderId": SIDE.sender_id, "password": SIDE.sender_password},
                "properties": [{"key": "inquiryId", "value": self.asked.id}],
            },
            "requestData": {"data": zeep.xsd.AnyObject(zeep.xsd.String(), document)},
        }
        return etree.tostring(self.client.create_message(self.proxy, "SendMessage", request=request))

    def decode_ours(self) -> object:
        return sync.read_reply(self.prepared, HttpReply(200, "text/xml", self.reply), Trust())

    def decode_zeep(self) -> object:
        response = self.binding.process_reply(self.client, self.binding.get("SendMessage"), _Response(self.reply))
        status = response.responseInfo.status.code
        data = response.responseData.data  # anyType: an element, or a text where it is one
        if isinstance(data, str):
            holder = etree.Element("data")
            holder.text = data
            data = holder
        payload = locate(data, self.prepared.reply)
        return self.prepared.understand(Heard(status=status, payload=payload))


class _Response:
    """What zeep wants of a response of requests."""

    status_code, encoding, headers = 200, "utf-8", {"Content-Type": "text/xml"}

    def __init__(self, content: bytes) -> None:
        self.content = content


@contextmanager
def posts(url: str, body: bytes) -> Iterator[dict[str, Callable[[], object]]]:
    """One POST by each client, with a deadline of the transport's own where it has one."""
    curl, session, pool = CurlTransport(), SessionTransport(), urllib3.PoolManager()
    headers = {"Content-Type": "text/xml; charset=utf-8"}

    def by(transport: CurlTransport | SessionTransport) -> Callable[[], object]:
        return lambda: transport.post(url, body, headers, deadline=Deadline(10), max_bytes=5_000_000)

    yield {
        "pycurl transport": by(curl),
        "urllib3 pool (no total deadline)": lambda: pool.request("POST", url, body=body, headers=headers, timeout=10),
        "requests transport": by(session),
    }
    curl.close()
    session.close()
    pool.clear()


def main() -> None:
    """Print both tables: microseconds of CPU per call, and ratios to the first line."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.codec", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="to see that it runs: no figures to quote")
    effort = QUICK if parser.parse_args().quick else FULL
    codecs = Codecs()
    figures = cpu_of(
        {
            "ours, both": lambda: (codecs.encode_ours(), codecs.decode_ours()),
            "ours, encode": codecs.encode_ours,
            "ours, decode": codecs.decode_ours,
            "zeep envelope, both": lambda: (codecs.encode_zeep(), codecs.decode_zeep()),
            "zeep envelope, encode": codecs.encode_zeep,
            "zeep envelope, decode": codecs.decode_zeep,
        },
        *effort,
    )
    _table(f"codec: {KEY}, request {len(codecs.encode_ours())} bytes, reply {len(codecs.reply)} bytes", figures)
    with serving(always(http(200, codecs.reply))) as server, posts(server.url, codecs.encode_ours()) as clients:
        _table("transport: POST and reply", cpu_of(clients, *effort))


def _table(title: str, figures: Mapping[str, float]) -> None:
    base = next(iter(figures.values()))
    print(f"\n{title}")
    for name, figure in figures.items():
        print(f"  {name:34} {figure:8.0f} µs  {figure / base:5.2f} x")


if __name__ == "__main__":
    main()
