"""Bad signatures of the bus, as our adapters judge them by the gateway's rules and the centre's lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
import requests

from gateway.bus_signatures import Opener, make_wrap
from registries_mock.bus.keys import BUS
from registries_mock.ca.subjects import Subject
from registries_mock.failure_kinds import KINDS
from signing.certificates import Certificate
from signing.policy import MESSAGE_USAGE, Policy
from signing.revocation.crl import read_list
from signing.revocation.given_files import ListFiles
from signing.revocation.judging import Mode, RevocationPolicy
from signing.revocation.status import CertificateStatus
from signing.trust import TrustStore
from tests.registries_mock.bare_socket import Wire
from tests.registries_mock.small_world import NOW
from tests.support.adapter_desk import CATALOGUE, Desk, Made, open_desk

SYNC, LATER = "gbdfl-universal", "oop-labour-history"
UNTRUSTED = "untrusted-answer"


@dataclass(frozen=True)
class Published:
    """The centre's list, as it is when it is asked."""

    url: str

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        served = requests.get(f"{self.url}/ca/crl/issuing.crl", timeout=20).content
        return ListFiles((read_list(served),)).find_status(certificate, issuer, now=now, reference=reference)


def sign_and_judge(wire: Wire) -> Mapping[str, Any]:
    """All that we send is signed, and all that comes must be: as in production."""
    authority = wire.suite.authority()
    key = authority.issue("information-system", Subject(bin="990140009992"), at=NOW)
    houses = authority.hierarchies.values()
    trust = TrustStore(tuple(one.root.certificate for one in houses), tuple(one.issuing.certificate for one in houses))
    revocation = RevocationPolicy(Mode.PREFER, (Published(wire.url),))
    policy = Policy(trust, NOW, revocation, key_usage=MESSAGE_USAGE)
    opener = Opener(lambda _: policy, None, BUS.bin, {}, lambda: NOW)
    return {"wrap": make_wrap(key), "unwrap": opener.open, "bus_signs": True}


@pytest.fixture(scope="module")
def desk() -> Iterator[Desk]:
    with open_desk(sign_and_judge) as opened:
        yield opened


BAD = [(kind, variant) for kind in ("badly_signed", "unsigned") for variant in KINDS[kind].variants or ("",)]


@pytest.mark.parametrize(("kind", "variant"), BAD)
def test_what_the_bus_did_not_sign_well_is_untrusted_and_not_asked_for_again(
    kind: str, variant: str, desk: Desk
) -> None:
    sync, later = CATALOGUE.passports[SYNC], CATALOGUE.passports[LATER]
    made = []
    for passport, half, is_failing in [
        (sync, "", False), (sync, "", True),
        (later, "", False), (later, "acceptance", True), (later, "reply", True),
    ]:  # fmt: skip
        if is_failing:
            desk.fail(kind, variant, passport.key, half)
        made.append(desk.ask(passport, None))
        desk.wire.mend()
    assert made == [
        Made("otherwise", 1),
        Made(UNTRUSTED, 1),
        Made("taken: word, otherwise", 1),
        Made(UNTRUSTED, 1),
        Made(f"taken: {UNTRUSTED}, {UNTRUSTED}", 1),
    ]
