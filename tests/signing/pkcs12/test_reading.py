"""A key file opens with its password whoever wrote it, and anything else is refused in one clear way."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from asn1crypto import core, pkcs12
from cryptography.hazmat.primitives.hashes import SHA256, SHA512
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    NoEncryption,
    PrivateFormat,
)
from cryptography.hazmat.primitives.serialization import (
    pkcs12 as other_writer,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import PBES

from signing.errors import KeyUnusable
from signing.pkcs12.derivation import MAX_ITERATIONS, Purpose, derive
from signing.pkcs12.encryption import TRIPLE_DES
from signing.pkcs12.reading import MAX_BAGS, MAX_BYTES, Contents, read_p12
from signing.pkcs12.writing import write_p12
from signing.private_keys import write_private_key
from tests.signing.pkcs12.files import (
    PASSWORD,
    SHROUDED_KEY_BAG,
    certificate_bag,
    content_info,
    explicit,
    gost_private_key,
    key_bag,
    octets,
    oid,
    plain,
    seal,
    sequence,
)
from tests.signing.pki import gost_issuing, gost_person, issuing, person, root

GOST = Contents((gost_private_key(),), (gost_person().der,))


def as_nuc() -> bytes:
    return write_p12(gost_private_key(), [gost_person().der], PASSWORD)


def test_a_gost_key_in_the_layout_of_real_files_opens() -> None:
    assert read_p12(as_nuc(), PASSWORD) == GOST


@pytest.mark.parametrize("hash_name", ["sha1", "sha256", "sha384", "sha512"])
def test_the_mac_may_be_of_any_hash_in_use(hash_name: str) -> None:
    file = seal(plain(key_bag(), certificate_bag(gost_person().der)), hash_name=hash_name)
    assert read_p12(file, PASSWORD) == GOST


MODERN = PrivateFormat.PKCS12.encryption_builder()
ENCRYPTIONS = {
    "best available": BestAvailableEncryption(PASSWORD.encode()),
    "AES with SHA-256": MODERN.kdf_rounds(3)
    .key_cert_algorithm(PBES.PBESv2SHA256AndAES256CBC)
    .hmac_hash(SHA256())
    .build(PASSWORD.encode()),
    "3DES": MODERN.key_cert_algorithm(PBES.PBESv1SHA1And3KeyTripleDESCBC).hmac_hash(SHA512()).build(PASSWORD.encode()),
    "none": NoEncryption(),
}


@pytest.mark.parametrize("name", ENCRYPTIONS)
def test_what_another_library_writes_opens(name: str) -> None:
    cas = [issuing().x509, root().x509]
    file = other_writer.serialize_key_and_certificates(b"name", person().key, person().x509, cas, ENCRYPTIONS[name])
    contents = read_p12(file, "" if name == "none" else PASSWORD)
    assert contents.private_keys == (write_private_key(person().key),)
    assert contents.certificates == (person().der, issuing().der, root().der)


def nested(data: bytes, depth: int) -> bytes:
    """An OCTET STRING cut in two again and again, each part of indefinite length."""
    if depth == 0:
        return octets(data)
    middle = len(data) // 2
    parts = nested(data[:middle], depth - 1) + nested(data[middle:], depth - 1)
    return b"\x24\x80" + parts + b"\x00\x00"


def test_an_octet_string_in_nested_parts_is_put_together() -> None:
    bags = sequence(key_bag(), certificate_bag(gost_person().der))
    file = seal(content_info(nested(bags, 3)))
    assert read_p12(file, PASSWORD) == GOST


def without_mac() -> bytes:
    return sequence(core.Integer(3).dump(), content_info(octets(sequence(plain(key_bag())))))


def with_mac(**fields: object) -> bytes:
    file = pkcs12.Pfx.load(as_nuc())
    for name, value in fields.items():
        file["mac_data"][name] = value
    changed: bytes = file.dump(force=True)
    return changed


def mac(hash_name: str, digest: bytes) -> dict[str, object]:
    return {"digest_algorithm": {"algorithm": hash_name}, "digest": digest}


def shrouded(algorithm: bytes, hidden: bytes = bytes(64)) -> bytes:
    return plain(sequence(oid(SHROUDED_KEY_BAG), explicit(sequence(algorithm, octets(hidden)))))


def pbe(number: int, iterations: int) -> bytes:
    parameters = sequence(octets(b"saltsalt"), core.Integer(iterations).dump())
    return sequence(oid(f"1.2.840.113549.1.12.1.{number}"), parameters)


def pbes2(iterations: int) -> bytes:
    kdf = sequence(oid("1.2.840.113549.1.5.12"), sequence(octets(b"salt"), core.Integer(iterations).dump()))
    cipher = sequence(oid("2.16.840.1.101.3.4.1.42"), octets(bytes(16)))
    return sequence(oid("1.2.840.113549.1.5.13"), sequence(kdf, cipher))


LONG = MAX_ITERATIONS + 1
REFUSED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "nothing": ("not well-formed", lambda: b""),
    "a text": ("not well-formed", lambda: b"-----BEGIN PRIVATE KEY-----"),
    "something after the file": ("not well-formed", lambda: as_nuc() + b"\x00"),
    "a deep nest": ("not well-formed", lambda: b"\x30\x80" * 60_000),
    "too large": ("too large", lambda: bytes(MAX_BYTES + 1)),
    "no MAC": ("no MAC", without_mac),
    "endless MAC": ("iterations", lambda: with_mac(iterations=LONG)),
    "a MAC without iterations": ("iterations", lambda: with_mac(iterations=0)),
    "a MAC of no length": ("not well-formed", lambda: with_mac(mac=mac("sha1", b""))),
    "a MAC by MD5": ("not supported", lambda: with_mac(mac=mac("md5", bytes(16)))),
    "a long MAC": ("not well-formed", lambda: with_mac(mac=mac("sha1", bytes(200_000)))),
    "sealed by a public key": (
        "not supported",
        lambda: sequence(core.Integer(3).dump(), content_info(octets(b""), "1.2.840.113549.1.7.2")),
    ),
    "enveloped": ("not supported", lambda: seal(content_info(octets(b""), "1.2.840.113549.1.7.3"))),
    "no list of contents": ("not well-formed", lambda: seal(safe=b"junk")),
    "an unknown cipher": ("not supported", lambda: seal(shrouded(pbe(99, 1)))),
    "RC4": ("not supported", lambda: seal(shrouded(pbe(1, 1)))),
    "endless 3DES": ("iterations", lambda: seal(shrouded(pbe(3, LONG)))),
    "endless RC2": ("iterations", lambda: seal(shrouded(pbe(6, LONG)))),
    "endless AES": ("iterations", lambda: seal(shrouded(pbes2(LONG)))),
    "wrong padding": ("not well-formed", lambda: seal(shrouded(pbe(3, 1)))),
    "too many bags": (
        "too much",
        lambda: seal(plain(*[certificate_bag(b"")] * MAX_BAGS), plain(certificate_bag(b""))),
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_key_file_is_one_clear_error(name: str) -> None:
    expected, make = REFUSED[name]
    with pytest.raises(KeyUnusable, match=expected):
        read_p12(make(), PASSWORD)


@pytest.mark.parametrize("password", ["", "парол", "пароль ", "Пароль", "x" * 10_000, "\ud800"])
def test_a_wrong_password_opens_nothing(password: str) -> None:
    with pytest.raises(KeyUnusable) as error:
        read_p12(as_nuc(), password)
    assert PASSWORD not in str(error.value)


@pytest.mark.parametrize("form", [b"", b"\x00\x00"], ids=["none", "no letters"])
def test_an_empty_password_is_none_at_all_or_one_of_no_letters(form: bytes) -> None:
    salt = b"saltsalt"
    key, vector = (
        derive(purpose, form, salt, 1, size, "sha1") for purpose, size in ((Purpose.KEY, 24), (Purpose.VECTOR, 8))
    )
    whole = gost_private_key()
    padding = 8 - len(whole) % 8
    hidden = TRIPLE_DES.encrypt(key, vector, whole + bytes([padding]) * padding)
    file = seal(shrouded(pbe(3, 1), hidden), plain(certificate_bag(gost_person().der)), bmp_password=form)
    assert read_p12(file, "") == GOST
    with pytest.raises(KeyUnusable, match="wrong password"):
        read_p12(file, PASSWORD)


def test_a_changed_byte_is_refused_or_changes_nothing() -> None:
    file = as_nuc()
    # Each byte near both ends, where lengths and MAC are, and every fifth between.
    places = {*range(80), *range(len(file) - 80, len(file)), *range(0, len(file), 5)}
    refused = 0
    for place in places:
        changed = bytearray(file)
        changed[place] ^= 0x41
        try:
            assert read_p12(bytes(changed), PASSWORD) == GOST
        except KeyUnusable:
            refused += 1
    assert refused > 0.95 * len(places)


def test_what_was_opened_shows_nothing_of_itself() -> None:
    assert repr(read_p12(as_nuc(), PASSWORD)) == "Contents()"


def test_other_bags_are_passed_over() -> None:
    secret = sequence(oid("1.2.840.113549.1.12.10.1.5"), explicit(sequence(oid("1.2.3"), explicit(octets(b"")))))
    file = seal(plain(secret, key_bag(), certificate_bag(gost_person().der), certificate_bag(gost_issuing().der)))
    assert read_p12(file, PASSWORD).certificates == (gost_person().der, gost_issuing().der)
