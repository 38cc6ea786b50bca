"""Peers do what they are compared for: they take the reply of the bus, and refuse it once a byte of it is changed."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.exchange import Question
from gateway.clock import now
from registries_mock.ca.authority import Authority
from registries_mock.ca.subjects import Subject
from signing.keys import SigningKey
from signing.trust import TrustStore
from signing.wsse.signing import sign_envelope
from tests.bench.evidence import Sent, catalogue
from tests.bench.exchange import PASSPORT
from tests.bench.ours import BusKeys
from tests.bench.peers.clients import zeep_wsse
from tests.bench.stub import stub_process

_ENVELOPE = (
    '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><n:{0} xmlns:n="http://bip.bee.kz/'
    'SyncChannel/v10/Types">{1}</n:{0}></S:Body></S:Envelope>'
)
_INFO = (
    "<messageId>m-1</messageId><responseDate>2026-01-01T00:00:00.000+05:00</responseDate>"
    "<status><code>SCSS001</code><message>ok</message></status>"
)
REQUEST = _ENVELOPE.format("SendMessage", "<request><requestData><data>asked</data></requestData></request>").encode()
REPLY = _ENVELOPE.format(
    "SendMessageResponse",
    f"<response><responseInfo>{_INFO}</responseInfo><responseData><data>told</data></responseData></response>",
).encode()


@pytest.fixture(scope="module")
def keys() -> BusKeys:
    at = now() - timedelta(days=1)
    authority = Authority.create(at)

    def issue(role: str) -> SigningKey:
        return authority.issue(role, Subject(bin="990140009992"), at=at, algorithm="rsa")

    return BusKeys(issue("information-system"), issue("bus"), TrustStore((), ()))


def sent() -> Sent:
    return Sent(catalogue().passports[PASSPORT], Question("inquiry", {}), REQUEST, REPLY)


def test_zeep_signs_its_question_and_takes_a_reply_of_the_bus(keys: BusKeys) -> None:
    signed = sign_envelope(REPLY, keys.bus)
    with stub_process([(b"SignatureValue", signed)]) as url, zeep_wsse()(url, sent(), keys) as peer:
        cpu, wall = peer.run(2)
    assert min(cpu, wall) > 0


@pytest.mark.parametrize("what", ["changed", "of another"])
def test_zeep_refuses_a_reply_that_the_bus_did_not_sign(keys: BusKeys, what: str) -> None:
    signed = {
        "changed": sign_envelope(REPLY, keys.bus).replace(b"told", b"sold"),
        "of another": sign_envelope(REPLY, keys.ours),
    }[what]
    with (
        stub_process([(b"", signed)]) as url,
        zeep_wsse()(url, sent(), keys) as peer,
        pytest.raises(RuntimeError, match="ended"),
    ):
        peer.run(1)
