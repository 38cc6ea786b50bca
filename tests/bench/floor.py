"""The floor of a signed exchange: the bare operations that no signed exchange can do without, and libcurl."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from io import BytesIO
from typing import Any

import pycurl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key
from lxml import etree

from signing.algorithms import digest
from signing.gost import signature as gost
from signing.keys import RsaKey, SigningKey
from signing.public_keys import read_public_key_info
from tests.bench.evidence import SOAP_HEADERS

BODY = "{http://schemas.xmlsoap.org/soap/envelope/}Body"
_SIGNED_INFO = b"x" * 700
"""About as many bytes as a ds:SignedInfo has: a signature is over these."""


def curl_post(url: str, body: bytes, headers: Mapping[str, str] = SOAP_HEADERS) -> Callable[[], bytes]:
    """One kept handle of libcurl that posts the same bytes again and again, and gives the reply's body."""
    handle = pycurl.Curl()
    handle.setopt(pycurl.URL, url)
    handle.setopt(pycurl.POSTFIELDS, body)
    handle.setopt(pycurl.HTTPHEADER, [*(f"{name}: {value}" for name, value in headers.items()), "Expect:"])
    handle.setopt(pycurl.PROXY, "")

    def post() -> bytes:
        received = BytesIO()
        handle.setopt(pycurl.WRITEDATA, received)
        handle.perform()
        return received.getvalue()

    return post


class BareSignatures:
    """Of each direction: parse, one exclusive canonicalisation of the Body, its digest, one bare operation of the key.

    Nothing is looked for, compared or kept, no certificate is read and no chain is built.
    """

    def __init__(self, ours: SigningKey, theirs: SigningKey) -> None:
        self._sign, self._hash = ours.sign, _find_hash(ours)
        self._verify = _find_verify(theirs, theirs.sign(_SIGNED_INFO))

    def sign(self, message: bytes) -> bytes:
        """What is to be sent."""
        self._digest(message)
        return self._sign(_SIGNED_INFO)

    def verify(self, message: bytes) -> None:
        """What came."""
        self._digest(message)
        self._verify()

    def _digest(self, message: bytes) -> None:
        body = etree.fromstring(message).find(BODY)
        if body is None:
            raise ValueError("no envelope")
        self._hash(etree.tostring(body, method="c14n", exclusive=True))


def _find_hash(key: SigningKey) -> Callable[[bytes], Any]:
    if isinstance(key, RsaKey):
        return lambda data: hashlib.sha256(data).digest()
    return lambda data: digest(key.suite, data)


def _find_verify(key: SigningKey, made: bytes) -> Callable[[], object]:
    info = key.certificate.public_key_info
    if isinstance(key, RsaKey):
        public: Any = load_der_public_key(info)
        how = (padding.PKCS1v15(), hashes.SHA256())
        return lambda: public.verify(made, _SIGNED_INFO, *how)
    parameters = key.suite.gost
    if parameters is None:
        raise ValueError("neither RSA nor GOST")
    point = gost.read_public_key(parameters.curve, read_public_key_info(info).key)
    return lambda: gost.verify(point, digest(key.suite, _SIGNED_INFO), made)
