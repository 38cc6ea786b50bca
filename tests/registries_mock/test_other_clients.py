"""Independent readers over a socket: zeep from the served WSDL and from the official files; PUSH by real HTTP."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
import requests
import zeep
from lxml import etree

from contracts.catalogue import Catalogue
from contracts.words import DataForm
from registries_mock.settings import Settings
from registries_mock.timer import ThreadTimer
from tests.registries_mock.judges import assert_envelope, assert_payload
from tests.registries_mock.small_world import (
    NOW,
    PASSWORD,
    SENDER,
    async_message,
    async_request,
    listening,
    request_body,
    small_app,
)
from tests.shared import shared_path

PERSON = "gbdfl-universal"


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    with listening(small_app()) as address:
        yield address


def call(client: zeep.Client, service: Any, catalogue: Catalogue) -> Any:
    passport = catalogue.passports[PERSON]
    data = etree.fromstring(request_body(catalogue, passport))
    info = {
        "messageId": "m-1",
        "serviceId": passport.service_id,
        "messageDate": NOW,
        "sender": {"senderId": SENDER, "password": PASSWORD},
    }
    with client.settings(raw_response=True):
        message = client.create_message(service, "SendMessage", request={"requestInfo": info, "requestData": {}})
        place = message.find(".//requestData")
        assert place is not None
        place.append(data)
        return client.transport.post_xml(service._binding_options["address"], message, {})


def test_zeep_made_from_the_served_wsdl_gets_a_person(base: str, catalogue: Catalogue) -> None:
    client = zeep.Client(f"{base}/bip-sync-wss-gost/?wsdl")
    assert client.service._binding_options["address"] == f"{base}/bip-sync-wss-gost/"
    assert_person(call(client, client.service, catalogue), client, catalogue)


def test_zeep_made_from_the_official_files_gets_a_person(base: str, catalogue: Catalogue) -> None:
    wsdl = shared_path("data", "shep", "SyncChannel", "v10", "Interfaces", "SyncChannelHttp_Service.wsdl")
    client = zeep.Client(str(wsdl))
    binding = next(iter(client.wsdl.bindings))
    service = client.create_service(binding, f"{base}/bip-sync-wss-gost/")
    assert_person(call(client, service, catalogue), client, catalogue)


def assert_person(reply: requests.Response, client: zeep.Client, catalogue: Catalogue) -> None:
    assert reply.status_code == 200, reply.content
    binding: Any = next(iter(client.wsdl.bindings.values()))
    read = binding.process_reply(client, binding.get("SendMessage"), reply)
    assert read.responseInfo.status.code == "SCSS001"
    data = next(assert_envelope(reply.content, "sync-types.xsd").iter("data"))
    assert_payload(catalogue.passports[PERSON].reply, catalogue.folders[PERSON], data)


def test_zeep_reads_a_fault_of_the_bus_as_a_fault(base: str, catalogue: Catalogue) -> None:
    client = zeep.Client(f"{base}/bip-sync-wss-gost/?wsdl")
    info = {
        "messageId": "1",
        "serviceId": "NONE",
        "messageDate": NOW,
        "sender": {"senderId": SENDER, "password": PASSWORD},
    }
    with pytest.raises(zeep.exceptions.Fault) as caught:
        client.service.SendMessage(request={"requestInfo": info, "requestData": {}})
    assert caught.value.detail.findtext(".//errorCode") == "BUS-005"


def test_zeep_calls_every_plain_soap_service_from_its_served_wsdl(base: str, catalogue: Catalogue) -> None:
    for key, passport in catalogue.passports.items():
        if passport.soap is None:
            continue
        client = zeep.Client(f"{base}/soap/{passport.address}?wsdl")
        binding = client.wsdl.services[passport.soap.service].ports[passport.soap.port].binding
        body = request_body(catalogue, passport).decode()
        message = (
            f'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>{body}</S:Body></S:Envelope>'
        )
        reply = client.transport.post(f"{base}/soap/{passport.address}", message, {})
        assert binding.process_reply(client, binding.get(passport.soap.operation), reply) is not None, key


def test_the_command_line_of_zeep_reads_both_channels(base: str) -> None:
    for path in ("bip-sync-wss-gost", "bip-async-wss-gost"):
        found = subprocess.run(
            [sys.executable, "-m", "zeep", f"{base}/{path}/?wsdl"],
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
        assert "endMessage(" in found.stdout


class _Listener(BaseHTTPRequestHandler):
    got: queue.Queue[bytes] = queue.Queue()

    def do_POST(self) -> None:
        self.got.put(self.rfile.read(int(self.headers["Content-Length"])))
        body = async_message("sendMessageResponse", "")
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silent."""


def test_late_replies_are_pushed_over_a_socket_by_the_real_timer(catalogue: Catalogue) -> None:
    from registries_mock.http import push

    listener = ThreadingHTTPServer(("127.0.0.1", 0), _Listener)
    thread = threading.Thread(target=listener.serve_forever)
    thread.start()
    settings = Settings(
        participants={SENDER: f"http://127.0.0.1:{listener.server_port}/shep/async-client"}, reply_delay_seconds=0.0
    )
    passport = catalogue.passports["oop-labour-history"]
    assert passport.reply.form is DataForm.STRING
    try:
        with listening(small_app(settings, timer=ThreadTimer(), push=push)) as address:
            message = async_request(catalogue, passport)
            assert requests.post(f"{address}/bip-async-wss-gost/", data=message, timeout=10).status_code == 200
            kinds = {
                assert_envelope(_Listener.got.get(timeout=10), "async-types.xsd").findtext(".//messageType")
                for _ in range(2)
            }
    finally:
        listener.shutdown()
        thread.join()
        listener.server_close()
    assert kinds == {"NOTIFICATION", "RESPONSE"}
