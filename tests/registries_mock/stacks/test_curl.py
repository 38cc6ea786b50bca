"""curl, which knows nothing of SOAP, posts messages typed by hand and gets what stacks get."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any
from xml.sax.saxutils import escape

import pytest
from lxml import etree

from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import PASSWORD
from tests.registries_mock.stacks.posting import ASYNC, SYNC, post, say
from tests.registries_mock.stacks.served import ASYNCHRONOUS, SYNCHRONOUS, Served, served
from tests.registries_mock.stacks.told import assert_told, read_synchronous

pytestmark = pytest.mark.needs_curl


@pytest.fixture(scope="module")
def suite() -> Iterator[Served]:
    with served() as one:
        yield one


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
