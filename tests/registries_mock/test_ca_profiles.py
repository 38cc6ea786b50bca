"""Every kind of certificate: what it signs, whom it names, and that it is laid out as those of НУЦ РК are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from asn1crypto import x509

from registries_mock.ca.authority import Authority
from registries_mock.ca.errors import CertificateUnknown, SubjectInvalid
from registries_mock.ca.profiles import PROFILES, By, Profile
from registries_mock.ca.subjects import Subject
from signing.certificates import EXTENDED_KEY_USAGE, KEY_USAGE, Certificate
from signing.cms.making import sign_detached
from signing.cms.verifying import verify_cms
from signing.keys import GostKey, RsaKey
from signing.policy import Policy
from signing.trust import TrustStore
from signing.verdict import Stage, SubIndication, Verdict

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
IIN = "900101350122"
BIN = "990140000806"
SUBJECT = Subject(iin=IIN, bin=BIN)
REFUSED_PROFILES = {
    "timestamping": Stage.USAGE,
    "ocsp-responder": Stage.USAGE,
    "auth-only": Stage.USAGE,
    "expired": Stage.VALIDITY,
    "foreign": Stage.CHAIN,
    "impostor": Stage.CHAIN,
}
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])
BY_PROFILE = pytest.mark.parametrize("row", PROFILES, ids=lambda row: str(row.name))
POLICIES, STORAGE, NO_CHECK = "2.5.29.32", "1.2.398.3.3.5", "1.3.6.1.5.5.7.48.1.5"
LISTS, CHANGES, ACCESS = "2.5.29.31", "2.5.29.46", "1.3.6.1.5.5.7.1.1"


@cache
def authority() -> Authority:
    return Authority.create(AT, "http://ca.example/pki")


@cache
def key(profile: str = "individual", algorithm: str = "rsa") -> RsaKey | GostKey:
    return authority().issue(profile, SUBJECT, at=AT, algorithm=algorithm)


def trusted(folder: Path) -> TrustStore:
    authority().save(folder)
    return TrustStore.from_folder(folder / "trust")


def judge(signer: RsaKey | GostKey, store: TrustStore) -> Verdict:
    return verify_cms(sign_detached(b"x", signer, AT), Policy(store, AT), b"x")


def extensions(certificate: Certificate) -> dict[str, Any]:
    """The raw value of each."""
    part = x509.Certificate.load(certificate.der)["tbs_certificate"]
    return {one["extn_id"].dotted: one["extn_value"].contents for one in part["extensions"]}


@BY_ALGORITHM
@BY_PROFILE
def test_every_profile_signs_what_it_is_for(row: Profile, algorithm: str, tmp_path: Path) -> None:
    verdict = judge(key(row.name, algorithm), trusted(tmp_path))
    assert verdict.stage is REFUSED_PROFILES.get(row.name)


@BY_ALGORITHM
@BY_PROFILE
def test_every_profile_names_person_and_organisation_as_its_row_says(row: Profile, algorithm: str) -> None:
    certificate = key(row.name, algorithm).certificate
    assert certificate.values("2.5.4.5") == ((f"IIN{IIN}",) if row.names_person and row.has_iin else ())
    assert certificate.values("2.5.4.11") == ((f"BIN{BIN}",) if row.names_organisation else ())


@BY_ALGORITHM
@BY_PROFILE
def test_every_profile_has_the_roles_of_its_row_and_says_which_must_be_heeded(row: Profile, algorithm: str) -> None:
    certificate = key(row.name, algorithm).certificate
    assert certificate.extended_key_usage == set(row.roles)
    assert certificate.critical_extensions == {KEY_USAGE} | ({EXTENDED_KEY_USAGE} if row.roles_critical else set())


USAGES = {
    ("individual", "rsa"): {"digital_signature", "non_repudiation"},
    ("individual", "gost2015"): {"digital_signature", "non_repudiation", "key_agreement"},
    ("auth-only", "rsa"): {"digital_signature", "key_encipherment"},
    ("auth-only", "gost2015"): {"digital_signature", "key_agreement"},
    ("timestamping", "gost2015"): {"digital_signature", "non_repudiation"},
    ("ocsp-responder", "gost2015"): {"digital_signature"},
}


@pytest.mark.parametrize(("profile", "algorithm"), USAGES)
def test_a_key_is_for_what_real_keys_of_its_algorithm_are_for(profile: str, algorithm: str) -> None:
    assert key(profile, algorithm).certificate.key_usage == USAGES[profile, algorithm]


@BY_ALGORITHM
def test_nobody_asks_about_the_responders_own_certificate(algorithm: str) -> None:
    marked = [row.name for row in PROFILES if NO_CHECK in extensions(key(row.name, algorithm).certificate)]
    assert marked == ["ocsp-responder"]
    assert LISTS not in extensions(key("ocsp-responder", algorithm).certificate)


@pytest.mark.parametrize(
    ("role", "named"),
    [
        ("individual", ["2.5.4.3", "2.5.4.4", "2.5.4.5", "2.5.4.6", "2.5.4.42"]),
        ("organisation-head", ["2.5.4.3", "2.5.4.4", "2.5.4.5", "2.5.4.6", "2.5.4.10", "2.5.4.11", "2.5.4.42"]),
        ("information-system", ["2.5.4.3", "2.5.4.6", "2.5.4.10", "2.5.4.11"]),
    ],
)
def test_holders_are_named_in_the_order_of_real_certificates(role: str, named: list[str]) -> None:
    """Read in certificates of test keys; the given name holds the patronymic."""
    subject = key(role).certificate.subject
    assert [oid for oid, _ in subject] == named
    assert dict(subject).get("2.5.4.42", "ТЕСТОВИЧ") == "ТЕСТОВИЧ"


@BY_ALGORITHM
@BY_PROFILE
def test_certificates_have_the_extensions_of_real_ones(row: Profile, algorithm: str) -> None:
    """Policy 1.2.398.3.3.2, and the key storage of НУЦ РК, which is a PKCS#12 file."""
    found = extensions(key(row.name, algorithm).certificate)
    if row.by is By.FOREIGNERS:
        assert not {POLICIES, STORAGE} & set(found)
        return
    assert found[STORAGE] == bytes.fromhex("300a06082a830e0303050101")
    assert (POLICIES in found) is row.has_policy
    if row.has_policy:
        (policy,) = x509.CertificatePolicies.load(found[POLICIES])
        assert policy["policy_identifier"].dotted == "1.2.398.3.3.2"


@pytest.mark.parametrize(("algorithm", "name"), [("rsa", "issuing"), ("gost2015", "issuing_gost")])
def test_certificates_say_where_their_issuer_publishes(algorithm: str, name: str) -> None:
    found = extensions(key("individual", algorithm).certificate)
    base = "http://ca.example/pki"
    for oid, file in ((LISTS, f"{name}.crl"), (CHANGES, f"{name}_d.crl")):
        (point,) = x509.CRLDistributionPoints.load(found[oid]).native
        assert point["distribution_point"] == [f"{base}/crl/{file}"]
    access = x509.AuthorityInfoAccessSyntax.load(found[ACCESS]).native
    told = {one["access_method"]: one["access_location"] for one in access}
    assert told == {"ca_issuers": f"{base}/cert/{name}.cer", "ocsp": f"{base}/ocsp"}


def test_an_authority_s_own_certificate_says_it_of_the_root(tmp_path: Path) -> None:
    found = extensions(authority().hierarchy("gost2015").issuing.certificate)
    assert b"http://ca.example/pki/crl/root_gost.crl" in found[LISTS]
    assert b"/ocsp" not in found[ACCESS]
    assert LISTS not in extensions(authority().hierarchy("gost2015").root.certificate)
    authority().save(tmp_path)
    assert Authority.load(tmp_path).base == "http://ca.example/pki"


@BY_ALGORITHM
def test_a_foreigner_has_no_iin_and_an_authority_of_another_country(algorithm: str, tmp_path: Path) -> None:
    stranger = authority().issue("foreign", Subject(), at=AT, algorithm=algorithm)
    assert stranger.certificate.values("2.5.4.5") == ()
    assert stranger.certificate.values("2.5.4.6") == ("XX",)
    assert dict(stranger.certificate.issuer)["2.5.4.6"] == "XX"
    assert judge(stranger, trusted(tmp_path)).sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


@BY_ALGORITHM
def test_an_impostor_bears_the_names_of_the_centre_and_not_its_key(algorithm: str, tmp_path: Path) -> None:
    impostor, own = (key(role, algorithm) for role in ("impostor", "individual"))
    for one, other in zip((impostor.certificate, *impostor.chain), (own.certificate, *own.chain), strict=True):
        assert (one.subject_name, one.issuer_name) == (other.subject_name, other.issuer_name)
    assert judge(impostor, trusted(tmp_path)).sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    with pytest.raises(CertificateUnknown):
        authority().find_issuer(impostor.certificate)


@BY_ALGORITHM
def test_the_centre_knows_which_of_its_authorities_gave_a_certificate(algorithm: str) -> None:
    suffix = "_gost" if algorithm == "gost2015" else ""
    signer = key("individual", algorithm)
    found = [authority().find_issuer(one) for one in (signer.certificate, *signer.chain)]
    assert found == [f"issuing{suffix}", f"root{suffix}", f"root{suffix}"]


def test_each_row_wants_the_numbers_that_it_names() -> None:
    issue: Callable[..., object] = authority().issue
    for row in PROFILES:
        needed = (row.names_person and row.has_iin) or row.names_organisation
        if needed:
            with pytest.raises(SubjectInvalid):
                issue(row.name, Subject(), at=AT)
        else:
            assert issue(row.name, Subject(), at=AT + timedelta(days=1))
