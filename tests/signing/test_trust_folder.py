"""A folder of trusted certificates is read in full or refused, and the real certificates of НУЦ РК are understood."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from signing.certificates import Role, read_certificate
from signing.errors import CertificateUnreadable, SignatureRefused, TrustStoreUnusable
from signing.trust import TrustStore, why_out_of_force
from signing.verdict import SubIndication
from tests.shared import shared_path
from tests.signing.pki import AUTHORITY, PERSON, ROOT_NAME, Made, issuing, make, person, root, rsa_key

IN_FORCE = datetime(2026, 3, 2, tzinfo=UTC)
BEFORE_2025 = datetime(2024, 1, 1, tzinfo=UTC)


def fill(folder: Path, **files: Made) -> Path:
    for name, made in files.items():
        (folder / f"{name}.pem").write_bytes(made.x509.public_bytes(Encoding.PEM))
    return folder


def test_self_signed_certificates_are_anchors_and_others_are_not(tmp_path: Path) -> None:
    store = TrustStore.from_folder(fill(tmp_path, root=root(), issuing=issuing()))
    assert store.anchors == (root().certificate,)
    assert store.intermediates == (issuing().certificate,)


def test_a_new_key_vouched_for_by_the_old_one_of_the_same_name_is_no_anchor(tmp_path: Path) -> None:
    names = make(ROOT_NAME, rsa_key("twin root"), root(), authority=True, key_usage=AUTHORITY)
    store = TrustStore.from_folder(fill(tmp_path, root=root(), rollover=names))
    assert store.intermediates == (names.certificate,)


def test_der_files_are_read_and_other_files_left_alone(tmp_path: Path) -> None:
    (tmp_path / "root.CER").write_bytes(root().der)
    (tmp_path / "README").write_text("what lies here")
    assert TrustStore.from_folder(tmp_path).anchors == (root().certificate,)


def test_a_missing_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrustStoreUnusable, match="does not exist"):
        TrustStore.from_folder(tmp_path / "none")


def test_an_empty_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(TrustStoreUnusable, match="holds no certificate"):
        TrustStore.from_folder(tmp_path)


def test_an_issuing_authority_without_its_root_is_an_anchor(tmp_path: Path) -> None:
    store = TrustStore.from_folder(fill(tmp_path, issuing=issuing()))
    assert (store.anchors, store.intermediates) == ((issuing().certificate,), ())


def test_a_folder_of_authorities_that_only_vouch_for_each_other_is_refused(tmp_path: Path) -> None:
    names = [((NameOID.COMMON_NAME, name),) for name in ("ONE", "TWO")]
    seed = make(names[0], rsa_key("twin"), None, authority=True, key_usage=AUTHORITY)
    two = make(names[1], rsa_key("extra"), seed, authority=True, key_usage=AUTHORITY)
    one = make(names[0], rsa_key("twin"), two, authority=True, key_usage=AUTHORITY)
    with pytest.raises(TrustStoreUnusable, match="only vouch for each other"):
        TrustStore.from_folder(fill(tmp_path, one=one, two=two))


def test_one_unreadable_file_refuses_the_folder(tmp_path: Path) -> None:
    fill(tmp_path, root=root())
    (tmp_path / "broken.crt").write_bytes(root().der[:-1])
    with pytest.raises(TrustStoreUnusable, match=r"broken\.crt"):
        TrustStore.from_folder(tmp_path)


def test_a_persons_certificate_in_the_folder_refuses_it(tmp_path: Path) -> None:
    with pytest.raises(TrustStoreUnusable, match="not the certificate of an authority"):
        TrustStore.from_folder(fill(tmp_path, root=root(), person=person()))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30",
        person().der + b"\0",
        b"\x30" * 70_000,
        b"-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----",
    ],
    ids=["nothing", "cut", "trailing", "large", "empty sequence"],
)
def test_bytes_that_are_no_certificate_are_refused(data: bytes) -> None:
    with pytest.raises(CertificateUnreadable):
        read_certificate(data)


def large() -> bytes:
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\4" * 70_000)
    return make(PERSON, rsa_key("person"), issuing(), extension=extension).der


def with_two_algorithms() -> bytes:
    """The outer algorithm says SHA-512, the inner one SHA-256."""
    sha256, sha512 = bytes.fromhex("2a864886f70d01010b"), bytes.fromhex("2a864886f70d01010d")
    before, _, after = person().der.rpartition(sha256)
    return before + sha512 + after


def of_version_one() -> bytes:
    changed = asn1_x509.Certificate.load(person().der)
    changed["tbs_certificate"]["version"] = "v1"
    encoded: bytes = changed.dump(force=True)
    return encoded


def with_an_extension_twice() -> bytes:
    changed = asn1_x509.Certificate.load(person().der)
    extensions = changed["tbs_certificate"]["extensions"]
    extensions.append(extensions[0].copy())
    encoded: bytes = changed.dump(force=True)
    return encoded


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (large, "too large"),
        (with_an_extension_twice, "given twice"),
        (with_two_algorithms, "algorithms"),
        (of_version_one, "version 3"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_certificate_against_a_rule_is_refused_by_that_rule(data: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(CertificateUnreadable, match=reason):
        read_certificate(data())


def test_two_certificates_in_one_text_are_refused() -> None:
    with pytest.raises(CertificateUnreadable, match="exactly one"):
        read_certificate(root().x509.public_bytes(Encoding.PEM) * 2)


def test_the_real_trust_stores_are_read() -> None:
    production = TrustStore.from_folder(shared_path("data", "pki", "trust", "production"))
    test = TrustStore.from_folder(shared_path("data", "pki", "trust", "test"))
    assert (len(production.anchors), len(production.intermediates)) == (5, 6)
    # Two of its issuing authorities have no root there: who trusts the folder trusts them.
    assert (len(test.anchors), len(test.intermediates)) == (3, 1)


REAL_CHAINS = {
    "nca_rsa_2022.cer": ("root_rsa_2020.cer", IN_FORCE),
    "nca_rsa.pem": ("root_rsa.pem", BEFORE_2025),
    "nca_gost_2022.pem": ("root_gost_2022.pem", IN_FORCE),
    "nca_gost.pem": ("root_gost.pem", BEFORE_2025),
    "ucgo_gost.cer": ("root_gost_2020.cer", IN_FORCE),
    "btsd_gost.cer": ("root_gost_2020.cer", IN_FORCE),
}


@pytest.mark.parametrize("issued", REAL_CHAINS)
def test_the_real_chains_verify(issued: str) -> None:
    issuer, at = REAL_CHAINS[issued]
    folder = shared_path("data", "pki", "trust", "production")
    chain = TrustStore.from_folder(folder).find_chain(read_certificate((folder / issued).read_bytes()), at)
    assert [one.der for one in chain[1:]] == [read_certificate((folder / issuer).read_bytes()).der]
    assert why_out_of_force(chain, at) is None


@pytest.mark.parametrize("issued", [name for name, (_, at) in REAL_CHAINS.items() if at == BEFORE_2025])
def test_the_real_chains_that_ended_in_2025_are_out_of_force_today(issued: str) -> None:
    folder = shared_path("data", "pki", "trust", "production")
    expired = read_certificate((folder / issued).read_bytes())
    chain = TrustStore.from_folder(folder).find_chain(expired, IN_FORCE)
    assert why_out_of_force(chain, IN_FORCE) is not None


def test_authorities_of_the_test_folder_are_no_authorities_of_the_production_one() -> None:
    production = TrustStore.from_folder(shared_path("data", "pki", "trust", "production"))
    folder = shared_path("data", "pki", "trust", "test")
    issuing_authority = read_certificate((folder / "nca_gost2022_test.cer").read_bytes())
    assert len(TrustStore.from_folder(folder).find_chain(issuing_authority, IN_FORCE)) == 2
    with pytest.raises(SignatureRefused) as refusal:
        production.find_chain(issuing_authority, IN_FORCE)
    assert refusal.value.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND


def test_the_usages_and_roles_of_real_certificates_are_read() -> None:
    folder = shared_path("data", "pki", "signed")
    signing = read_certificate((folder / "individual_valid_sign_2004_rsa.cer").read_bytes())
    login = read_certificate((folder / "individual_valid_sign_2004_rsa_auth.cer").read_bytes())
    head = read_certificate((folder / "ceo_valid_sign_2004_gost.cer").read_bytes())
    assert signing.key_usage == {"digital_signature", "non_repudiation"}
    assert login.key_usage == {"digital_signature", "key_encipherment"}
    assert signing.roles == (Role.INDIVIDUAL,)
    assert Role.ORGANISATION in head.roles
