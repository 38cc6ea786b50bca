"""A reply whose passport says so carries the registry's own signature, made by the authority that was given."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from contracts.catalogue import Catalogue, load_catalogue
from contracts.words import Protocol
from registries_mock.ca.authority import Authority
from registries_mock.settings import Settings
from signing.policy import Policy
from signing.trust import TrustStore
from signing.verdict import Indication
from signing.xmldsig.verifying import verify_enveloped
from tests.registries_mock.small_world import NOW, request_data, small_app, sync_message

SIGNED = sorted(
    key for key, one in load_catalogue().passports.items() if one.reply.signed and one.protocol is Protocol.SHEP_SYNC
)


@pytest.mark.parametrize("key", SIGNED)
def test_the_signature_in_a_payload_is_trusted_by_who_trusts_the_authority(
    key: str, catalogue: Catalogue, tmp_path: Path
) -> None:
    Authority.create(NOW).save(tmp_path)
    passport = catalogue.passports[key]
    client = small_app(Settings(authority=tmp_path)).test_client()
    message = sync_message(passport.service_id, request_data(catalogue, passport))
    found = re.search(rb"<data>(.*)</data>", client.post("/bip-sync-wss-gost/", data=message).data, re.S)
    assert found is not None
    verdict = verify_enveloped(found[1], Policy(TrustStore.from_folder(tmp_path / "trust"), NOW))
    assert verdict.indication is Indication.TOTAL_PASSED
