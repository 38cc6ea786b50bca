"""Whose signature in a registry's document counts: a trusted system's, of the organisation that is set."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from contracts.catalogue import load_catalogue
from contracts.errors import SettingInvalid, UntrustedAnswer
from gateway.payload_signatures import load_payload_key, make_check_payload
from gateway.settings import read_settings
from registries_mock.ca.authority import Authority
from registries_mock.ca.subjects import Subject
from signing.keys import SigningKey
from signing.policy import Policy
from signing.trust import TrustStore
from signing.xmldsig.signing import sign_enveloped

AT = datetime(2026, 10, 5, 5, tzinfo=UTC)
BIN, OTHER_BIN = "990940000006", "990140009992"
PERSON = "900314499010"
DOCUMENT = b"<answer><told>yes</told></answer>"
AUTHORITY = Authority.create(AT)


@pytest.fixture(scope="module")
def trust(tmp_path_factory: pytest.TempPathFactory) -> TrustStore:
    folder = tmp_path_factory.mktemp("ca")
    AUTHORITY.save(folder)
    return TrustStore.from_folder(folder / "trust")


@pytest.fixture(scope="module")
def system() -> SigningKey:
    return AUTHORITY.issue("registry", Subject(bin=BIN), at=AT)


def check(trust: TrustStore, key: SigningKey, bins: Mapping[str, str] | None = None) -> bytes:
    return make_check_payload(lambda at: Policy(trust, at), bins or {}, lambda: AT)(
        "kdp", sign_enveloped(DOCUMENT, key)
    )


def test_a_systems_signature_counts_and_what_it_covers_is_given_back(trust: TrustStore, system: SigningKey) -> None:
    assert check(trust, system) == DOCUMENT
    assert check(trust, system, {"kdp": BIN, "bmg": OTHER_BIN}) == DOCUMENT


@pytest.mark.parametrize(("role", "subject"), [
    ("individual", Subject(PERSON)), ("organisation", Subject(PERSON, bin=BIN)),
])  # fmt: skip
def test_a_person_of_the_same_authority_is_no_registry(trust: TrustStore, role: str, subject: Subject) -> None:
    with pytest.raises(UntrustedAnswer, match="no information system"):
        check(trust, AUTHORITY.issue(role, subject, at=AT))


def test_another_organisations_system_is_refused_where_the_registrys_is_set(
    trust: TrustStore, system: SigningKey
) -> None:
    with pytest.raises(UntrustedAnswer, match="another organisation"):
        check(trust, system, {"kdp": OTHER_BIN})


def test_a_stranger_is_refused(trust: TrustStore) -> None:
    stranger = Authority.create(AT).issue("registry", Subject(bin=BIN), at=AT)
    with pytest.raises(UntrustedAnswer, match="does not hold"):
        check(trust, stranger)


def test_a_payload_key_that_is_not_there_is_told_by_the_name_of_its_setting(tmp_path: Path) -> None:
    settings = read_settings({"ASP_PAYLOAD_KEY_FILE": str(tmp_path / "none.p12")})
    with pytest.raises(SettingInvalid, match="ASP_PAYLOAD_KEY_FILE"):
        load_payload_key(settings, load_catalogue())
