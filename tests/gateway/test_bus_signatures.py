"""The bus's signature as the gateway sees it: signed bytes alone are read, and only the right systems count."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import pem

from contracts.errors import ContractBroken, SettingInvalid, SignerUnconfirmed, SigningFailed, UntrustedAnswer
from gateway.bus_signatures import Opener, load_bus_key, load_certificates, make_wrap
from gateway.own_keys import check_own_key, find_unfitness, load_key
from gateway.settings import read_settings
from gateway.signature_policy import load_trust, make_document_policy, make_message_policy
from registries_mock.ca.authority import Authority
from registries_mock.ca.pkcs12 import export_p12
from registries_mock.ca.subjects import Subject
from signing.algorithms import GOST_2015_256
from signing.certificates import Certificate
from signing.errors import KeyUnusable
from signing.keys import SigningKey
from signing.revocation.judging import Mode, RevocationPolicy
from signing.revocation.status import Answer, CertificateStatus
from signing.wsse.signing import KeyInfoStyle, sign_envelope
from tests.signing.gost_certificates import gost_scalar, make_gost

AT = datetime(2026, 10, 5, 5, tzinfo=UTC)
BIN, OTHER_BIN, PERSON = "990940000016", "990140009992", "900314499010"
AUTHORITY = Authority.create(AT)
BUS = AUTHORITY.issue("bus", Subject(bin=BIN), at=AT)
ENVELOPE = (
    b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body><told>yes</told></S:Body></S:Envelope>'
)


@pytest.fixture(scope="module")
def trusted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("ca")
    AUTHORITY.save(folder)
    return folder / "trust"


def opener(
    trusted: Path, *, pinned: Path | None = None, bins: Mapping[str, str] | None = None, own: str = ""
) -> Opener:
    settings = read_settings(
        {
            "ASP_TRUST_FOLDER": str(trusted),
            "ASP_SHEP_CERTIFICATES": str(pinned or ""),
            "ASP_SHEP_BIN": own,
            "ASP_REGISTRY_BINS": ",".join(f"{name}={number}" for name, number in (bins or {}).items()),
        }
    )
    policy = make_message_policy(make_document_policy(settings, load_trust(settings)))
    return Opener(policy, load_certificates(settings), settings.shep_bin, settings.registry_bins, lambda: AT)


def pin(folder: Path, *keys: SigningKey) -> Path:
    for n, key in enumerate(keys):
        (folder / f"{n}.pem").write_bytes(pem.armor("CERTIFICATE", key.certificate.der))
    return folder


@pytest.mark.parametrize("family", ["rsa", "gost2015"])
def test_what_we_send_and_what_we_read_fit_together(trusted: Path, family: str) -> None:
    key = AUTHORITY.issue("bus", Subject(bin=BIN), at=AT, algorithm=family)
    opened = opener(trusted).open(make_wrap(key)(ENVELOPE), "")
    assert opened.signed and b"<told>yes</told>" in opened.content


def test_an_unsigned_message_is_given_on_as_it_is_and_said_to_be_unsigned(trusted: Path) -> None:
    opened = opener(trusted).open(ENVELOPE, "")
    assert (opened.content, opened.signed) == (ENVELOPE, False)


def test_what_stands_beside_the_signed_body_is_not_given_on(trusted: Path) -> None:
    signed = sign_envelope(ENVELOPE, BUS).replace(b"<S:Header>", b"<S:Header><forged>no</forged>")
    assert b"forged" in signed
    assert b"forged" not in opener(trusted).open(signed, "").content


CHANGES: list[Callable[[bytes], bytes]] = [
    lambda message: message.replace(b"yes", b"no "),
    lambda message: message.replace(b"</S:Envelope>", b"<S:Body><told>no</told></S:Body></S:Envelope>"),
    lambda message: message.replace(b"<ds:SignatureValue>", b"<ds:SignatureValue>AAAA"),
]


@pytest.mark.parametrize("change", CHANGES)
def test_a_signature_that_does_not_hold_is_untrusted(trusted: Path, change: Callable[[bytes], bytes]) -> None:
    changed = change(sign_envelope(ENVELOPE, BUS))
    with pytest.raises(UntrustedAnswer):
        opener(trusted).open(changed, "")


@pytest.mark.parametrize("message", [b"", b"\xff\xfe", b"<a>", b"<!DOCTYPE a><a/>"])
def test_what_is_no_envelope_is_a_broken_contract(trusted: Path, message: bytes) -> None:
    with pytest.raises(ContractBroken):
        opener(trusted).open(message, "")


@pytest.mark.parametrize(("role", "subject"), [
    ("individual", Subject(PERSON)), ("organisation-head", Subject(PERSON, bin=BIN)),
])  # fmt: skip
def test_a_person_of_the_same_authority_is_not_the_bus(trusted: Path, role: str, subject: Subject) -> None:
    with pytest.raises(UntrustedAnswer, match="no information system"):
        opener(trusted).open(sign_envelope(ENVELOPE, AUTHORITY.issue(role, subject, at=AT)), "")


def test_another_organisations_system_is_not_the_bus_where_its_number_is_set(trusted: Path) -> None:
    signed = sign_envelope(ENVELOPE, BUS)
    assert opener(trusted, own=BIN).open(signed, "").signed
    with pytest.raises(UntrustedAnswer, match="another organisation"):
        opener(trusted, own=OTHER_BIN).open(signed, "")


def test_a_registry_that_signs_for_itself_is_held_to_its_own_number(trusted: Path) -> None:
    signed = sign_envelope(ENVELOPE, BUS)
    assert opener(trusted, own=OTHER_BIN, bins={"kdp": BIN}).open(signed, "kdp").signed
    with pytest.raises(UntrustedAnswer, match="another organisation"):
        opener(trusted, bins={"kdp": OTHER_BIN}).open(signed, "kdp")


def test_where_certificates_are_pinned_no_other_counts(trusted: Path, tmp_path: Path) -> None:
    old, new = BUS, AUTHORITY.issue("bus", Subject(bin=BIN), at=AT)
    pinned = opener(trusted, pinned=pin(tmp_path, old, new))
    for key in (old, new):
        assert pinned.open(sign_envelope(ENVELOPE, key), "").signed
    third = AUTHORITY.issue("bus", Subject(bin=BIN), at=AT)
    with pytest.raises(UntrustedAnswer):
        pinned.open(sign_envelope(ENVELOPE, third), "")


def test_a_certificate_named_by_issuer_and_serial_number_is_found_among_the_pinned(
    trusted: Path, tmp_path: Path
) -> None:
    signed = sign_envelope(ENVELOPE, BUS, key_info=KeyInfoStyle.ISSUER_SERIAL)
    with pytest.raises(UntrustedAnswer):
        opener(trusted).open(signed, "")
    assert opener(trusted, pinned=pin(tmp_path, BUS)).open(signed, "").signed


def test_an_expired_certificate_is_refused_even_where_it_is_pinned(trusted: Path, tmp_path: Path) -> None:
    old = AUTHORITY.issue("bus", Subject(bin=BIN), at=AT - timedelta(days=4 * 365))
    with pytest.raises(UntrustedAnswer):
        opener(trusted, pinned=pin(tmp_path, old)).open(sign_envelope(ENVELOPE, old), "")


class Told:
    """An authority that says the same of every certificate."""

    def __init__(self, status: CertificateStatus) -> None:
        self.status = status

    def find_status(
        self, certificate: Certificate, issuer: Certificate, *, now: datetime, reference: datetime
    ) -> CertificateStatus:
        return self.status


def asking(made: Opener, status: CertificateStatus) -> Opener:
    told = RevocationPolicy(Mode.PREFER, (Told(status),))
    return replace(made, policy=lambda at: replace(made.policy(at), revocation=told))


REVOKED = CertificateStatus(Answer.REVOKED, "Taken back.", AT - timedelta(days=1))


def test_the_operators_folder_revokes_pinned_certificates_and_the_authority_all_others(
    trusted: Path, tmp_path: Path
) -> None:
    pinned = asking(opener(trusted, pinned=pin(tmp_path, BUS)), REVOKED)
    assert pinned.open(sign_envelope(ENVELOPE, BUS), "").signed
    for made, registry in ((pinned, "kdp"), (asking(opener(trusted), REVOKED), "")):
        with pytest.raises(UntrustedAnswer, match="REVOKED"):
            made.open(sign_envelope(ENVELOPE, BUS), registry)


def test_an_authority_that_cannot_be_asked_is_nobodys_fault_and_worth_another_try(trusted: Path) -> None:
    silent = asking(opener(trusted), CertificateStatus(Answer.UNKNOWN, "No answer."))
    with pytest.raises(SignerUnconfirmed) as caught:
        silent.open(sign_envelope(ENVELOPE, BUS), "")
    assert caught.value.retryable


def test_a_key_that_does_not_sign_is_our_own_fault() -> None:
    class Absent:
        certificate, chain, suite = BUS.certificate, (), BUS.suite

        def sign(self, data: bytes) -> bytes:
            raise KeyUnusable("the remote signer does not answer")

    with pytest.raises(SigningFailed, match="key-unusable"):
        make_wrap(Absent())(ENVELOPE)


def test_a_folder_without_certificates_is_a_wrong_setting(trusted: Path, tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="ASP_SHEP_CERTIFICATES"):
        opener(trusted, pinned=tmp_path)


def test_nothing_is_signed_where_the_settings_say_so() -> None:
    assert load_bus_key(read_settings({"ASP_SHEP_KEY_FILE": "none"})) is None


def test_a_key_that_is_not_there_or_cannot_be_opened_is_told_by_the_name_of_its_setting(tmp_path: Path) -> None:
    file = tmp_path / "key.p12"
    with pytest.raises(SettingInvalid, match="ASP_SHEP_KEY_FILE does not name a file"):
        load_bus_key(read_settings({"ASP_SHEP_KEY_FILE": str(file)}))
    file.write_bytes(export_p12(BUS, "right"))
    with pytest.raises(SettingInvalid, match="ASP_SHEP_KEY_FILE"):
        load_bus_key(read_settings({"ASP_SHEP_KEY_FILE": str(file), "ASP_SHEP_KEY_PASSWORD": "wrong"}))
    key = load_bus_key(read_settings({"ASP_SHEP_KEY_FILE": str(file), "ASP_SHEP_KEY_PASSWORD": "right"}))
    assert key is not None and key.certificate == BUS.certificate


@pytest.mark.parametrize(("role", "told"), [("expired", "expired"), ("auth-only", None), ("bus", None)])
def test_a_key_is_looked_at_as_those_who_get_its_signatures_will(trusted: Path, role: str, told: str | None) -> None:
    key = AUTHORITY.issue(role, Subject(PERSON, bin=BIN), at=AT)
    reason = find_unfitness(key, opener(trusted).policy(AT))
    assert (reason is None) if told is None else (reason is not None and told in reason)


def test_production_does_not_start_with_a_key_that_others_would_refuse(trusted: Path) -> None:
    policy = opener(trusted).policy(AT)
    stranger = Authority.create(AT).issue("bus", Subject(bin=BIN), at=AT)
    check_own_key(BUS, "ASP_SHEP_KEY_FILE", policy, production=True)
    check_own_key(stranger, "ASP_SHEP_KEY_FILE", policy, production=False)
    with pytest.raises(SettingInvalid, match="ASP_SHEP_KEY_FILE: others would refuse"):
        check_own_key(stranger, "ASP_SHEP_KEY_FILE", policy, production=True)


def test_production_never_signs_with_what_only_pure_python_can_sign_with(tmp_path: Path) -> None:
    unit = (("2.5.4.3", "ИС"), ("2.5.4.11", f"BIN{BIN}"))
    scalar, year = gost_scalar("bus", GOST_2015_256), timedelta(days=365)
    usage = frozenset({"digital_signature"})
    made = make_gost(unit, scalar, None, begins=AT - year, ends=AT + year, key_usage=usage, suite=GOST_2015_256)
    file = tmp_path / "key.p12"
    file.write_bytes(export_p12(made.signing_key, "right"))
    assert load_key(file, "right", "ASP_SHEP_KEY_FILE", production=False).suite is GOST_2015_256
    with pytest.raises(SettingInvalid, match="nettle"):
        load_key(file, "right", "ASP_SHEP_KEY_FILE", production=True)
