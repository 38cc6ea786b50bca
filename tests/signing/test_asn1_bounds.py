"""What would keep the decoder busy is refused before it is decoded, wherever in a certificate or key it stands."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.asn1_bounds import (
    MAX_DEPTH,
    MAX_ELEMENTS,
    MAX_IDENTIFIER_BYTES,
    MAX_NUMBER_BYTES,
    check_identifiers,
)
from signing.certificates import read_certificate
from signing.errors import CertificateUnreadable, KeyUnusable
from signing.private_keys import GostScalar, read_private_key, write_private_key
from signing.public_keys import read_public_key_info
from tests.signing.pki import PERSON, gost_person, issuing, make, person, rsa_key
from tests.signing.rewriting import INTEGER, OBJECT_IDENTIFIER, each_changed

TOO_LONG = "an identifier or a number is too long"
LONG_NUMBER = b"\x01" * (MAX_NUMBER_BYTES + 1)
# The second takes the decoder a quarter of a second.
LONG_IDENTIFIERS = [b"\x81" * MAX_IDENTIFIER_BYTES + b"\x01", b"\x81" * 25_000 + b"\x01"]
BY_LENGTH = pytest.mark.parametrize("identifier", LONG_IDENTIFIERS, ids=["by a byte", "by far"])


@pytest.mark.parametrize(
    "der",
    [
        b"",
        b"\x30\x00",
        b"\x30\x81\x02\x05\x00",
        b"\x06\x40" + b"\x81" * 63 + b"\x01",
        b"\x02\x40" + b"\x01" * 64,
        b"\x04\x81\x80" + b"\xff" * 128,
        b"\x30\x00" * MAX_ELEMENTS,
        b"\x30\x00\x05\x00",
    ],
)
def test_elements_within_the_bounds_pass(der: bytes) -> None:
    check_identifiers(der)


@pytest.mark.parametrize(
    ("der", "reason"),
    [
        (b"\x06\x41" + b"\x81" * 64 + b"\x01", "too long"),
        (b"\x0d\x41" + b"\x81" * 64 + b"\x01", "too long"),
        (b"\x02\x41" + b"\x01" * 65, "too long"),
        (b"\x0a\x41" + b"\x01" * 65, "too long"),
        (b"\x30\x43\x06\x41" + b"\x81" * 64 + b"\x01", "too long"),
        (b"\xa0\x45\x24\x43\x06\x41" + b"\x81" * 64 + b"\x01", "too long"),
        (b"\x06\x83\x4c\x4b\x40" + b"\xff" * 5_000_000, "too long"),
        (b"\x1f" + b"\xff" * 5_000_000, "such a tag"),
        (b"\x1f\x81\x00", "such a tag"),
        (b"\xbf\x00\x00", "such a tag"),
        (b"\x30", "cut short"),
        (b"\x30\x01", "cut short"),
        (b"\x30\x02\x04\x01\x00", "cut short"),
        (b"\x30\x03\x30\x02\x04\x01\x00\x00", "cut short"),
        (b"\x30\x80\x05\x00\x00\x00", "not readable"),
        (b"\x30\x82\x01", "not readable"),
        (b"\x30\x85\x00\x00\x00\x00\x00", "not readable"),
        (b"\x30\xff" + b"\x00" * 127, "not readable"),
        (b"\x05\x00" * (MAX_ELEMENTS + 1), "too complex"),
        (b"\x05\x00" * 2_500_000, "too complex"),
    ],
)
def test_elements_beyond_a_bound_are_refused(der: bytes, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        check_identifiers(der)


def nested(levels: int) -> bytes:
    der = b"\x05\x00"
    for _ in range(levels):
        der = b"\x30" + (bytes([len(der)]) if len(der) < 128 else b"\x82" + len(der).to_bytes(2, "big")) + der
    return der


def test_the_deepest_element_passes_and_a_deeper_one_does_not() -> None:
    check_identifiers(nested(MAX_DEPTH))
    with pytest.raises(ValueError, match="too complex"):
        check_identifiers(nested(MAX_DEPTH + 1))


def test_who_asks_may_allow_fewer_elements() -> None:
    check_identifiers(b"\x05\x00" * 3, max_elements=3)
    with pytest.raises(ValueError, match="too complex"):
        check_identifiers(b"\x05\x00" * 4, max_elements=3)


def certificates(tag: int, contents: bytes) -> Iterator[bytes]:
    for made in (person(), gost_person()):
        yield from each_changed(made.der, tag, contents, inside_strings=True)


@BY_LENGTH
def test_a_long_identifier_anywhere_in_a_certificate_is_refused_before_it_is_decoded(identifier: bytes) -> None:
    """Also in names, in the key, and in the values of extensions, such as the extended key usage."""
    refused = 0
    for changed in certificates(OBJECT_IDENTIFIER, identifier):
        with pytest.raises(CertificateUnreadable) as caught:
            read_certificate(changed)
        # An extension that is too long altogether is not even looked into.
        assert TOO_LONG in str(caught.value.__cause__) or "an extension of the certificate" in str(caught.value)
        refused += 1
    assert refused == 28


def test_a_long_number_anywhere_in_a_certificate_is_refused() -> None:
    refused = 0
    for changed in certificates(INTEGER, LONG_NUMBER):
        with pytest.raises(CertificateUnreadable) as caught:
            read_certificate(changed)
        assert TOO_LONG in str(caught.value.__cause__)
        refused += 1
    assert refused == 4  # the version and the serial number of both


def with_extended_key_usage(value: bytes) -> Callable[[], bytes]:
    extension = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.37"), value)
    return lambda: make(PERSON, rsa_key("person"), issuing(), extension=extension).der


def with_subject(*attributes: tuple[x509.ObjectIdentifier, str]) -> Callable[[], bytes]:
    return lambda: make((*PERSON, *attributes), rsa_key("person"), issuing()).der


@pytest.mark.parametrize(
    ("der", "reason"),
    [
        # The decoder's time for the domain grows with the square of its length.
        (with_subject((NameOID.EMAIL_ADDRESS, "a@xn--" + "a" * 5000)), "name in the certificate is too long"),
        (with_subject(*[(NameOID.ORGANIZATIONAL_UNIT_NAME, "x" * 60)] * 60), "name in the certificate is too long"),
        (with_subject(*[(NameOID.ORGANIZATIONAL_UNIT_NAME, "x")] * 200), "not well-formed"),
        (with_extended_key_usage(b"\x30\x82\x0f\xa0" + b"\x06\x02\x2a\x03" * 1000), "extension .* is too long"),
        (with_extended_key_usage(b"\x30\x82\x07\xd4" + b"\x06\x02\x2a\x03" * 501), "not well-formed"),
    ],
    ids=["long address", "long name", "many attributes", "long extension", "many usages"],
)
def test_a_certificate_that_would_keep_the_decoder_busy_is_refused(der: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(CertificateUnreadable, match=reason):
        read_certificate(der())


@BY_LENGTH
def test_a_long_identifier_anywhere_in_a_public_key_is_refused_before_it_is_decoded(identifier: bytes) -> None:
    refused = 0
    for made in (person(), gost_person()):
        for changed in each_changed(made.certificate.public_key_info, OBJECT_IDENTIFIER, identifier):
            with pytest.raises(ValueError, match="not well-formed") as caught:
                read_public_key_info(changed)
            assert TOO_LONG in str(caught.value.__cause__)
            refused += 1
    assert refused == 4  # of RSA; of GOST with its curve and its hash


def test_a_public_key_with_many_parameters_is_refused() -> None:
    many = b"\x30\x82\x01\x90" + b"\x06\x02\x2a\x03" * 100
    algorithm = b"\x30\x82\x01\x98\x06\x02\x2a\x03" + many
    with pytest.raises(ValueError, match="not well-formed"):
        read_public_key_info(b"\x30\x82\x01\xa1" + algorithm + b"\x03\x03\x00\x04\x00")


@BY_LENGTH
def test_a_long_identifier_anywhere_in_a_private_key_is_refused_before_it_is_decoded(identifier: bytes) -> None:
    keys = [write_private_key(rsa_key("person")), write_private_key(GostScalar(gost_person().suite, 5))]
    changed = [one for key in keys for one in each_changed(key, OBJECT_IDENTIFIER, identifier)]
    assert len(changed) == 4
    for one in changed:
        with pytest.raises(KeyUnusable) as caught:
            read_private_key(one)
        assert TOO_LONG in str(caught.value.__cause__)
