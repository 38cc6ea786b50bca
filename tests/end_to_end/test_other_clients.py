"""Clients that are not ours read the mock suite: zeep from the WSDL it serves, and from the official files."""

from __future__ import annotations

import subprocess
import sys
import uuid
from datetime import datetime
from typing import Any

import zeep
from lxml import etree

from contracts.catalogue import load_catalogue
from contracts.tables import PACKAGED
from registries_mock.consents import Consents
from tests.registries_mock.judges import assert_envelope, assert_payload
from tests.shared import shared_path
from tests.support.house import SEED, SENDER, SENDER_PASSWORD, MockServer

PASSPORT = load_catalogue().passports["gbdfl-universal"]
FOLDER = load_catalogue().folders[PASSPORT.key]
MOMENT = "2026-10-05T10:00:00.000+05:00"


def test_zeep_prints_the_service_of_the_mock(mock: MockServer) -> None:
    command = [sys.executable, "-W", "ignore", "-m", "zeep", f"{mock.url}/bip-sync-wss-gost/?wsdl"]
    told = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True).stdout
    assert "SendMessage(request:" in told


def test_a_client_made_from_the_official_files_gets_a_valid_answer_about_a_persona(mock: MockServer) -> None:
    wsdl = shared_path("data", "shep", "SyncChannel", "v10", "Interfaces", "SyncChannelHttp_Service.wsdl")
    ask_about_applicant(zeep.Client(str(wsdl)), mock)


def test_a_client_made_from_the_served_files_gets_a_valid_answer_about_a_persona(mock: MockServer) -> None:
    ask_about_applicant(zeep.Client(f"{mock.url}/bip-sync-wss-gost/?wsdl"), mock)


def ask_about_applicant(client: Any, mock: MockServer) -> None:
    name, binding = next(iter(client.wsdl.bindings.items()))
    service = client.create_service(name, f"{mock.url}/bip-sync-wss-gost/")
    applicant = mock.application("family-of-five")["applicant"]
    info = {
        "messageId": str(uuid.uuid4()),
        "serviceId": PASSPORT.service_id,
        "messageDate": MOMENT,
        "sender": {"senderId": SENDER, "password": SENDER_PASSWORD},
    }
    with client.settings(raw_response=True):
        message = client.create_message(service, "SendMessage", request={"requestInfo": info, "requestData": {}})
        message.find(".//requestData").append(write_payload(applicant["iin"], mock.suite.outside.clock()))
        answer = client.transport.post_xml(service._binding_options["address"], message, {})
    assert answer.status_code == 200, answer.content
    read = binding.process_reply(client, binding.get("SendMessage"), answer)
    assert read.responseInfo.status.code == PASSPORT.success_status
    data = next(assert_envelope(answer.content, "sync-types.xsd").iter("data"))
    assert_payload(PASSPORT.reply, FOLDER, data)
    told = data.find("persons/person")
    assert told is not None
    assert (told.findtext("iin"), told.findtext("surname")) == (applicant["iin"], applicant["surname"])


def write_payload(iin: str, at: datetime) -> etree._Element:
    """The payload typed by hand in the samples, about this person and with the person's consent."""
    data = etree.fromstring((PACKAGED / "samples" / PASSPORT.key / "request.xml").read_bytes())
    consents = Consents(SEED)
    told = {"iin": iin, "kdpToken": consents.issue(iin, at), "publicKey": consents.public_key}
    for name, text in told.items():
        element = data.find(name)
        assert element is not None
        element.text = text
    return data
