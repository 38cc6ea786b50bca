"""The signature of a webhook: computed a second way, and checked by the code that the document gives to portals."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from gateway.webhooks.messages import sign
from tests.gateway.webhooks.desk import START, Desk
from tests.repository.files import ROOT

URL = "https://portal.test/events"
PAGE = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
NOW = START.timestamp()


def compute(secret: bytes, message: bytes) -> str:
    """HMAC as RFC 2104 spells it, without the library that signs."""
    key = secret.ljust(64, b"\0")
    inner = hashlib.sha256(bytes(one ^ 0x36 for one in key) + message).digest()
    return hashlib.sha256(bytes(one ^ 0x5C for one in key) + inner).hexdigest()


@pytest.fixture
def verify() -> Callable[..., bool]:
    """The function of the page, as a portal would copy it."""
    (code,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    space: dict[str, Any] = {}
    exec(compile(code, "docs/webhooks.md", "exec"), space)  # noqa: S102 - our own document is what is tested
    found: Callable[..., bool] = space["verify"]
    return found


def read_example() -> tuple[dict[str, str], bytes]:
    (message,) = re.findall(r"```http\n(.*?)```", PAGE, re.DOTALL)
    head, _, body = message.rstrip("\n").partition("\n\n")
    return dict(line.split(": ", 1) for line in head.splitlines()[1:]), body.encode()


def test_the_signature_is_the_hmac_of_timestamp_and_body(desk: Desk) -> None:
    client, secret = desk.add_client(URL)
    desk.accept(client)
    desk.sweep()
    got = desk.got[0]
    assert got.headers["Asp-Timestamp"] == str(int(NOW))
    expected = compute(secret.encode(), f"{int(NOW)}.".encode() + got.body)
    assert got.headers["Asp-Signature"] == f"v1={expected}"


def test_the_example_of_the_page_is_true(verify: Callable[..., bool]) -> None:
    headers, body = read_example()
    timestamp = headers["Asp-Timestamp"]
    assert headers["Asp-Signature"] == "v1=" + sign(b"example-secret", timestamp, body)
    assert headers["Asp-Signature"] == "v1=" + compute(b"example-secret", f"{timestamp}.".encode() + body)
    assert verify("example-secret", headers, body, 1791176400.0)


def test_the_page_s_function_takes_what_is_sent_and_nothing_that_was_changed(
    desk: Desk, verify: Callable[..., bool]
) -> None:
    client, secret = desk.add_client(URL)
    desk.accept(client)
    desk.sweep()
    headers, body = dict(desk.got[0].headers), desk.got[0].body
    assert verify(secret, headers, body, NOW + 200)
    assert not verify(secret, headers, body + b" ", NOW)
    assert not verify("another", headers, body, NOW)
    assert not verify(secret, headers | {"Asp-Timestamp": str(int(NOW) + 1)}, body, NOW)
    assert not verify(secret, headers | {"Asp-Signature": headers["Asp-Signature"].replace("v1", "v0")}, body, NOW)
    assert not verify(secret, headers | {"Asp-Signature": "v1=ё"}, body, NOW)
    assert not verify(secret, headers, body, NOW + 301), "replayed"


def test_a_late_try_has_a_timestamp_of_its_own(desk: Desk, verify: Callable[..., bool]) -> None:
    client, secret = desk.add_client(URL)
    desk.accept(client)
    desk.answers[URL] = lambda _: 200 if len(desk.got) == 4 else 500
    desk.live(timedelta(hours=1))
    last = desk.got[-1]
    assert last.at - START > timedelta(minutes=5)
    assert verify(secret, dict(last.headers), last.body, last.at.timestamp())
