"""A signing key opens with its password, fits its certificate, and shows nothing of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from signing.cms import sign_detached, verify_detached
from signing.errors import (
    CertificateUnreadable,
    DocumentUnsignable,
    KeyUnusable,
    SignatureRefused,
    SigningError,
    TrustStoreUnusable,
)
from signing.keys import SigningKey, load_p12, load_pem
from tests.signing.pki import AT, IIN, PERSON, issuing, make, person, root, rsa_key, trust

PASSWORD = "пароль-1"


def p12(password: str = PASSWORD) -> bytes:
    made = person()
    secret = BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(None, made.key, made.x509, [issuing().x509, root().x509], secret)


def key_pem(password: str | None = None) -> bytes:
    secret = NoEncryption() if password is None else BestAvailableEncryption(password.encode())
    return person().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)


def certificate_pem() -> bytes:
    return person().x509.public_bytes(Encoding.PEM)


def test_a_pkcs12_file_opens_with_certificate_and_chain() -> None:
    key = load_p12(p12(), PASSWORD)
    assert key.certificate == person().certificate
    assert key.chain == (issuing().certificate, root().certificate)
    assert verify_detached(sign_detached(b"x", key, AT), b"x", trust=trust(), at=AT).passed


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["open", "encrypted"])
def test_a_pem_pair_opens(password: str | None) -> None:
    key = load_pem(key_pem(password), certificate_pem(), password)
    assert key.certificate == person().certificate


def elliptic() -> SigningKey:
    key = ec.generate_private_key(ec.SECP256R1())
    return load_pem(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), certificate_pem())


def small() -> SigningKey:
    return make(PERSON, rsa_key("small", 1024), issuing()).signing_key


UNUSABLE: dict[str, Callable[[], SigningKey]] = {
    "wrong password": lambda: load_p12(p12(), "other"),
    "damaged file": lambda: load_p12(p12()[:-10], PASSWORD),
    "no file": lambda: load_p12(b"", PASSWORD),
    "file without a key": lambda: load_p12(
        pkcs12.serialize_key_and_certificates(None, None, None, [root().x509], NoEncryption()), ""
    ),
    "damaged PEM": lambda: load_pem(b"-----BEGIN", certificate_pem()),
    "wrong PEM password": lambda: load_pem(key_pem(PASSWORD), certificate_pem(), "other"),
    "missing PEM password": lambda: load_pem(key_pem(PASSWORD), certificate_pem()),
    "certificate of another key": lambda: load_pem(key_pem(), root().x509.public_bytes(Encoding.PEM)),
    "unreadable certificate": lambda: load_pem(key_pem(), b"junk"),
    "elliptic curve": elliptic,
    "1024 bits": small,
}


@pytest.mark.parametrize("name", UNUSABLE)
def test_an_unusable_key_is_one_clear_error(name: str) -> None:
    with pytest.raises(KeyUnusable) as error:
        UNUSABLE[name]()
    assert error.value.code == "key-unusable"
    assert PASSWORD not in str(error.value)


def test_a_key_shows_nothing_of_itself() -> None:
    shown = repr(load_p12(p12(), PASSWORD))
    assert "private_key" not in shown and IIN not in shown and "ТЕСТОВ" not in shown


def test_error_codes_are_distinct() -> None:
    codes = [error.code for error in (KeyUnusable, TrustStoreUnusable, CertificateUnreadable)]
    codes += [DocumentUnsignable.code, SignatureRefused.code]
    assert len(set(codes)) == len(SigningError.__subclasses__())
