"""curl, which knows nothing of SOAP, posts messages typed by hand, and the official ones byte for byte."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from string import Template
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from registries_mock.settings import Settings
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import PASSWORD, SENDER
from tests.registries_mock.stacks.served import ASYNCHRONOUS, SYNCHRONOUS, Served, served
from tests.registries_mock.stacks.told import assert_told, read_synchronous
from tests.shared import shared_path

pytestmark = pytest.mark.needs_curl
MESSAGES = Path(__file__).parent / "curl"
SYNC, ASYNC = "/bip-sync-wss-gost/", "/bip-async-wss-gost/"


@pytest.fixture(autouse=True)
def curl_is_installed() -> None:
    if not shutil.which("curl"):
        pytest.skip("curl is not installed")


@pytest.fixture(scope="module")
def suite() -> Iterator[Served]:
    with served() as one:
        yield one


def post(url: str, message: bytes) -> bytes:
    """The reply's body, with whatever HTTP status."""
    headers = ("--header", "Content-Type: text/xml; charset=utf-8", "--header", 'SOAPAction: ""')
    command = [
        "curl",
        "--silent",
        "--show-error",
        "--max-time",
        "20",
        "--noproxy",
        "*",
        *headers,
        "--data-binary",
        "@-",
    ]
    done = subprocess.run([*command, url], input=message, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def say(name: str, **words: str) -> bytes:
    """A message typed by hand, with these words in its places."""
    given = {"sender": SENDER, "password": PASSWORD} | words
    return Template((MESSAGES / f"{name}.xml").read_text(encoding="utf-8")).substitute(given).encode()


def ask(suite: Served, name: str, **words: str) -> etree._Element:
    """The valid reply of AsyncChannel."""
    passport = suite.catalogue.passports[ASYNCHRONOUS]
    return assert_envelope(post(suite.url + ASYNC, say(name, service=passport.service_id, **words)), "async-types.xsd")


def test_messages_typed_by_hand_go_by_curl_and_get_what_stacks_get(suite: Served) -> None:
    assert_told(ask_synchronously(suite) | ask_asynchronously(suite), suite)


def ask_synchronously(suite: Served) -> dict[str, Any]:
    passport = suite.catalogue.passports[SYNCHRONOUS]
    words = {"service": passport.service_id, "data": suite.document(passport)}
    right, wrong = (post(suite.url + SYNC, say("synchronous", password=word, **words)) for word in (PASSWORD, "wrong"))
    refusal = assert_envelope(wrong, "sync-types.xsd")
    return read_synchronous(right) | {"fault": refusal.findtext(".//errorCode")}


def ask_asynchronously(suite: Served) -> dict[str, Any]:
    document = escape(suite.document(suite.catalogue.passports[ASYNCHRONOUS]))
    taken = ask(suite, "send", data=document)
    state = ask(suite, "status", message_id=taken.findtext(".//messageId", ""))
    chain, got = taken.findtext(".//correlationId", ""), list[etree._Element]()
    until = time.monotonic() + 10
    while len(got) < 2 and time.monotonic() < until:
        got = list(ask(suite, "messages", correlation_id=chain).iter("messages"))
    ids = [one.findtext("messageInfo/messageId", "") for one in got]
    return {
        "state": state.findtext(".//messageState"),
        "messages": {one.findtext("messageInfo/messageType"): one.findtext("messageData/data") for one in got},
        "receipts": [ask(suite, "receipt", message_id=one).findtext(".//notificationId") for one in ids],
    }


OFFICIAL = """
key = "official-sample"
title = { ru = "Образец", kk = "Үлгі", en = "Sample" }
registry = "sample"
confidence = "attested"
source = "The payload of the operator's signed sample"
protocol = "shep-sync"
service_id = "TEST_SERVICE_ID"
consent_ground = { clause = "none", confidence = "assumed", words = { ru = "нет", kk = "жоқ" } }
search = [["iin"]]
namespaces = { n = "http://shep.nitec.kz/" }

[[readings]]
at = "status"
answer = ["SCSS001"]
no_record = ["SCSE001"]

[request]
form = "string"
root = "n:request"
fields = [
  { path = "requestNumber", from = "message.id" },
  { path = "uin", from = "question.iin" },
  { path = "date", type = "dateTime", from = "message.date" },
]

[reply]
form = "string"
root = "n:response"
fields = [{ path = "uin", bind = "person.iin" }]
"""


def test_the_official_signed_message_is_verified_and_answered_byte_for_byte(tmp_path: Path) -> None:
    """In its own year, because its certificate ran out in 2020; it has a byte order mark, and GOST of 2004."""
    message = shared_path("data", "shep", "examples", "signed_request_gost2004.xml").read_bytes()
    folder = tmp_path / "passports" / "official-sample"
    folder.mkdir(parents=True)
    (folder / "passport.toml").write_text(OFFICIAL, encoding="utf-8")
    settings = Settings(senders={"senderId": "senderPass"}, today=date(2019, 9, 24), catalogue_folders=(tmp_path,))
    with served(settings) as suite:
        reply = post(suite.url + SYNC, message)
        spoiled = post(suite.url + SYNC, message.replace(b"999999999999", b"900314499010"))
    assert b"KeyIdentifier" in reply, "who signs gets a signed reply"
    assert assert_envelope(reply, "sync-types.xsd").findtext(".//status/code") == "SCSE001", "nobody has this number"
    assert assert_envelope(spoiled, "sync-types.xsd").findtext(".//errorCode") == "BUS-009"
