"""What the tests of GOST share: both backends, numbers that repeat, and readers of real signed files."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest
from asn1crypto import core, crl, ocsp, pem, x509

from signing.gost.backend import Backend
from signing.gost.choosing import choose_pure
from signing.gost.curves import CRYPTO_PRO_A, TC26_256_A, TC26_512_A, Curve
from signing.gost.digests import Hash
from signing.gost.libraries import Libraries, NettleUnusable
from signing.gost.nettle import NettleBackend
from signing.gost.signature import PublicKey, compute_digest, read_public_key, verify

CURVES = (CRYPTO_PRO_A, TC26_512_A, TC26_256_A)
NETTLE_CURVES = CURVES[:2]
# By the OID of the signature algorithm.
SUITES = {
    "1.2.398.3.10.1.1.1.2": (CRYPTO_PRO_A, Hash.GOST_94),
    "1.2.398.3.10.1.1.2.3.2": (TC26_512_A, Hash.STREEBOG_512),
}


@cache
def nettle() -> Backend:
    """The backend on the libraries of this machine; skips the test where there are none."""
    try:
        return NettleBackend(Libraries())
    except NettleUnusable as failure:
        pytest.skip(f"nettle's libraries are absent: {failure}")


def pure() -> Backend:
    """The quicker of the Python backends."""
    return choose_pure()


BOTH = [pytest.param(pure, id="pure"), pytest.param(nettle, id="nettle", marks=pytest.mark.needs_nettle)]


def always(k: int) -> Callable[[int], int]:
    """A drawing of k that is no drawing."""
    return lambda _: k


class Numbers:
    """Numbers that are the same in each run."""

    def __init__(self, seed: str) -> None:
        self._source = random.Random(seed)  # noqa: S311 - nothing here is secret, and a test repeats exactly

    def below(self, limit: int) -> int:
        """A number from 0 to limit - 1."""
        return self._source.randrange(limit)

    def secret(self, curve: Curve) -> int:
        """A number from 1 to q - 1."""
        return 1 + self.below(curve.q - 1)

    def octets(self, count: int) -> bytes:
        """Some bytes."""
        return self._source.randbytes(count)


@dataclass(frozen=True)
class Signed:
    """A file of the authority: what was signed, with which algorithm, and the signature."""

    name: str
    algorithm: str
    content: bytes
    signature: bytes

    def is_signed_by(self, key_octets: bytes, backend: Backend) -> bool:
        """Whether the signature is right for a key of the algorithm's curve, both as octets of a certificate."""
        curve, kind = SUITES[self.algorithm]
        return verify(read_key(curve, key_octets), compute_digest(kind, self.content, backend), self.signature, backend)


@cache
def read_key(curve: Curve, octets: bytes) -> PublicKey:
    """The key, read once."""
    return read_public_key(curve, octets)


Certificate = tuple[Signed, x509.TbsCertificate, bytes]


def read_certificate(path: Path) -> Certificate:
    """A certificate as something signed, its fields, and the octets of its key."""
    data = path.read_bytes()
    return _certificate(path.name, x509.Certificate.load(pem.unarmor(data)[2] if pem.detect(data) else data))


def read_crl(path: Path) -> Signed:
    """A list of revoked certificates."""
    found = crl.CertificateList.load(path.read_bytes())
    return _signed(path.name, found["signature_algorithm"], found["tbs_cert_list"], found["signature"])


def read_ocsp(path: Path) -> tuple[Signed, Certificate]:
    """An answer on the state of a certificate, and the certificate of who gave it."""
    found = ocsp.OCSPResponse.load(path.read_bytes()).basic_ocsp_response
    signed = _signed(path.name, found["signature_algorithm"], found["tbs_response_data"], found["signature"])
    return signed, _certificate(f"responder of {path.name}", found["certs"][0])


def _certificate(name: str, found: x509.Certificate) -> Certificate:
    fields = found["tbs_certificate"]
    signed = _signed(name, found["signature_algorithm"], fields, found["signature_value"])
    if signed.algorithm not in SUITES:
        return signed, fields, b""
    # Read as plain DER: asn1crypto does not know the OIDs of Kazakhstan's keys.
    key = core.Sequence.load(fields["subject_public_key_info"].dump())[1].cast(core.OctetBitString).native
    return signed, fields, core.OctetString.load(key).native


def _signed(name: str, algorithm: core.Sequence, content: core.Sequence, signature: core.OctetBitString) -> Signed:
    return Signed(name, algorithm["algorithm"].dotted, content.dump(), signature.native)
