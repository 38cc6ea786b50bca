"""A signing key opens with its password, fits its certificate, signs, and shows nothing of itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)

from signing.algorithms import check_signature
from signing.errors import KeyUnusable, SigningError
from signing.keys import SigningKey, load_p12, load_pem
from signing.pkcs12.writing import write_p12
from signing.private_keys import read_private_key, write_private_key
from signing.verdict import Stage
from tests.signing.pkcs12.files import PASSWORD, key_bag, plain, seal
from tests.signing.pki import IIN, PERSON, issuing, make, person, root, rsa_key


def p12(password: str = PASSWORD) -> bytes:
    made = person()
    secret = BestAvailableEncryption(password.encode())
    return pkcs12.serialize_key_and_certificates(None, made.key, made.x509, [issuing().x509, root().x509], secret)


def key_pem(password: str | None = None) -> bytes:
    secret = NoEncryption() if password is None else BestAvailableEncryption(password.encode())
    return person().key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, secret)


def certificate_pem() -> bytes:
    return person().x509.public_bytes(Encoding.PEM)


def signs_for_its_certificate(key: SigningKey) -> bool:
    """Refuses with an exception where it does not."""
    signature = key.sign(b"data")
    check_signature(key.suite, key.certificate.public_key_info, b"data", signature, Stage.SIGNATURE)
    return True


def test_a_pkcs12_file_opens_with_certificate_and_chain() -> None:
    key = load_p12(p12(), PASSWORD)
    assert key.certificate == person().certificate
    assert key.chain == (issuing().certificate, root().certificate)
    assert signs_for_its_certificate(key)


def test_a_file_laid_out_as_real_ones_opens_too_whatever_the_order_of_its_certificates() -> None:
    certificates = [root().der, person().der, issuing().der]
    key = load_p12(write_p12(write_private_key(person().key), certificates, PASSWORD), PASSWORD)
    assert key.certificate == person().certificate
    assert key.chain == (root().certificate, issuing().certificate)
    assert signs_for_its_certificate(key)


@pytest.mark.parametrize("password", [None, PASSWORD], ids=["open", "encrypted"])
def test_a_pem_pair_opens(password: str | None) -> None:
    key = load_pem(key_pem(password), certificate_pem(), password)
    assert key.certificate == person().certificate


def elliptic() -> SigningKey:
    key = ec.generate_private_key(ec.SECP256R1())
    return load_pem(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), certificate_pem())


def elliptic_p12() -> bytes:
    key = ec.generate_private_key(ec.SECP256R1())
    encoded = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    return write_p12(encoded, [person().der], PASSWORD)


def small() -> SigningKey:
    return make(PERSON, rsa_key("small", 1024), issuing()).signing_key


UNUSABLE: dict[str, Callable[[], SigningKey]] = {
    "wrong password": lambda: load_p12(p12(), "other"),
    "damaged file": lambda: load_p12(p12()[:-10], PASSWORD),
    "no file": lambda: load_p12(b"", PASSWORD),
    "file without a key": lambda: load_p12(
        pkcs12.serialize_key_and_certificates(None, None, None, [root().x509], NoEncryption()), ""
    ),
    "a file with two keys": lambda: load_p12(seal(plain(*[key_bag(), key_bag()])), PASSWORD),
    "a key alone": lambda: load_p12(seal(plain(key_bag())), PASSWORD),
    "a key with others' certificates": lambda: load_p12(
        write_p12(write_private_key(person().key), [root().der, issuing().der], PASSWORD), PASSWORD
    ),
    "a key of no sense": lambda: load_p12(write_p12(b"junk", [person().der], PASSWORD), PASSWORD),
    "a certificate of no sense": lambda: load_p12(
        write_p12(write_private_key(person().key), [b"junk"], PASSWORD), PASSWORD
    ),
    "elliptic curve in a file": lambda: load_p12(elliptic_p12(), PASSWORD),
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
    kinds: list[type[SigningError]] = [SigningError, *SigningError.__subclasses__()]
    codes = [kind.code for kind in kinds]
    assert len(set(codes)) == len(codes) > 1


def test_a_key_whose_halves_do_not_belong_together_is_refused() -> None:
    """Its primes are not proven, it is tried: the exponents of another key sign what the modulus does not confirm."""
    one, other = (rsa.generate_private_key(65537, 2048).private_numbers() for _ in range(2))
    mixed = rsa.RSAPrivateNumbers(
        one.p, one.q, other.d, other.dmp1, other.dmq1, other.iqmp, one.public_numbers
    ).private_key(unsafe_skip_rsa_key_validation=True)
    der = mixed.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(KeyUnusable, match="damaged"):
        read_private_key(der)
