"""What a program told of its courses, beside the control API, the passports and the bus."""

from __future__ import annotations

from typing import Any

from lxml import etree

from tests.registries_mock.judges import assert_envelope, assert_payload
from tests.registries_mock.small_world import SENDER
from tests.registries_mock.stacks.served import ASYNCHRONOUS, SYNCHRONOUS, Served


def assert_told(told: dict[str, Any], suite: Served) -> None:
    """Both channels and the fault."""
    assert_synchronous(told, suite)
    assert told["fault"] == "BUS-004", "a wrong password is a fault, with its code"
    assert_asynchronous(told, suite)


def read_synchronous(reply: bytes) -> dict[str, Any]:
    """What programs tell of a reply, read out of its valid bytes."""
    read = assert_envelope(reply, "sync-types.xsd")
    places = {"status": ".//responseInfo/status/code", "iin": ".//person/iin", "surname": ".//person/surname"}
    return {word: read.findtext(place) for word, place in places.items()}


def assert_synchronous(told: dict[str, Any], suite: Served) -> None:
    """The persona whom the control API describes, with the status of the passport."""
    status = suite.catalogue.passports[SYNCHRONOUS].success_status
    assert (told["status"], told["iin"], told["surname"]) == (
        status,
        suite.applicant["iin"],
        suite.applicant["surname"],
    )


def assert_asynchronous(told: dict[str, Any], suite: Served) -> None:
    """Both late documents as the passport has them, unharmed on their way; and the bus knows that they arrived."""
    passport, folder = suite.catalogue.passports[ASYNCHRONOUS], suite.catalogue.folders[ASYNCHRONOUS]
    assert passport.interim is not None
    assert told["state"] == "DELIVERED"
    assert told["messages"].keys() == {"NOTIFICATION", "RESPONSE"}
    for kind, payload in (("NOTIFICATION", passport.interim), ("RESPONSE", passport.reply)):
        assert_payload(payload, folder, etree.fromstring(told["messages"][kind].encode()))
    assert suite.applicant["iin"] in told["messages"]["RESPONSE"]
    assert len(set(told["receipts"])) == 2
    left = list(suite.suite.mailbox.waiting(SENDER, passport.service_id))
    assert not left, "receipted messages are not handed out again"
