"""What Kazakhstan's authorities signed verifies, by both backends, with the one convention and no other."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from signing.gost.backend import Backend
from signing.gost.choosing import choose_pure
from signing.gost.digests import Hash
from signing.gost.known_answers import KNOWN_ANSWERS
from signing.gost.signature import verify
from tests.shared import shared_path
from tests.signing.gost.material import BOTH, SUITES, Signed, read_certificate, read_crl, read_key, read_ocsp

# Its issuer is not among the files.
ORPHAN = "nca_gost_test.crt"

Issued = tuple[Signed, list[bytes]]


def certificates() -> list[Issued]:
    """Each certificate with a GOST signature, and the keys of those who have the name of its issuer."""
    paths = [path for path in shared_path("data", "pki").rglob("*") if path.suffix in {".cer", ".crt", ".pem"}]
    read = [one for one in map(read_certificate, sorted(paths)) if one[0].algorithm in SUITES]
    return [
        (signed, [key for _, other, key in read if other["subject"].dump() == fields["issuer"].dump()])
        for signed, fields, _ in read
        if signed.name != ORPHAN
    ]


def answers() -> list[Issued]:
    """A list of revoked certificates, and answers on one with their responders: each with the key that signed it."""
    _, _, key = read_certificate(shared_path("data", "pki", "trust", "test", "nca_gost2022_test.cer"))
    found: list[Issued] = [(read_crl(shared_path("data", "pki", "crl", "nca_gost2022_test.crl")), [key])]
    for path in sorted(shared_path("data", "pki", "ocsp").iterdir()):
        answer, (responder, _, responder_key) = read_ocsp(path)
        found += [(answer, [responder_key]), (responder, [key])]
    return found


@pytest.mark.parametrize("backend", BOTH)
def test_every_gost_certificate_was_signed_by_one_of_its_issuers_name(backend: Callable[[], Backend]) -> None:
    found = certificates()
    assert {signed.algorithm for signed, _ in found} == set(SUITES) and len(found) == 10
    for signed, keys in found:
        # Two roots share a name: exactly one of their keys fits.
        assert [signed.is_signed_by(key, backend()) for key in keys].count(True) == 1, signed.name


@pytest.mark.parametrize("backend", BOTH)
def test_revocation_lists_and_answers_verify(backend: Callable[[], Backend]) -> None:
    found = answers()
    assert len(found) == 5
    for signed, keys in found:
        assert [signed.is_signed_by(key, backend()) for key in keys] == [True], signed.name


@pytest.mark.parametrize("backend", BOTH)
def test_no_bit_of_what_is_signed_may_change(backend: Callable[[], Backend]) -> None:
    for signed, keys in [*certificates()[::4], *answers()[:2]]:
        for at in (0, len(signed.content) // 2, len(signed.content) - 1):
            changed = bytearray(signed.content)
            changed[at] ^= 1
            forged = Signed(signed.name, signed.algorithm, bytes(changed), signed.signature)
            assert not any(forged.is_signed_by(key, backend()) for key in keys), signed.name


def test_another_order_of_bytes_does_not_verify() -> None:
    for row in KNOWN_ANSWERS:
        key = read_key(row.curve, bytes.fromhex(row.public_key))
        digest, signature = bytes.fromhex(row.digest), bytes.fromhex(row.signature)
        half = row.curve.size
        others = [signature[::-1], signature[half:] + signature[:half], signature[:half][::-1] + signature[half:][::-1]]
        assert verify(key, digest, signature)
        assert not any(verify(key, digest, other) for other in others)
        assert not verify(key, digest[::-1], signature)


def test_the_known_answers_are_the_roots_among_the_files() -> None:
    contents = {signed.content for signed, _ in certificates()}
    assert all(bytes.fromhex(row.signed_part) in contents for row in KNOWN_ANSWERS)
    assert {row.hash for row in KNOWN_ANSWERS} == {Hash.GOST_94, Hash.STREEBOG_512}


def test_the_known_answers_hold_without_any_file() -> None:
    for row in KNOWN_ANSWERS:
        assert choose_pure().digest(row.hash, bytes.fromhex(row.signed_part)).hex() == row.digest
        assert verify(
            read_key(row.curve, bytes.fromhex(row.public_key)), bytes.fromhex(row.digest), bytes.fromhex(row.signature)
        )
