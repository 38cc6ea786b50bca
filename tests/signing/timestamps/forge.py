"""Timestamp authorities and tokens of any shape for tests; the tokens are made without the product's own code."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from asn1crypto import cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.x509.oid import NameOID

from signing.keys import SigningKey
from signing.timestamps.making import make_token
from tests.signing.cms.forge import attribute, signer_info
from tests.signing.gost_certificates import GostMade, gost_scalar, make_gost
from tests.signing.pki import AT, YEAR, Made, gost_issuing, issuing, make, rsa_key

STAMPED = b"the value of a signature"
NAME = ((NameOID.COMMON_NAME, "СЕРВИС МЕТКИ ВРЕМЕНИ"),)
GOST_POLICY = "1.2.398.3.3.2.6.4"
TIMESTAMPING = "1.3.6.1.5.5.7.3.8"


def usages(*oids: str) -> x509.UnrecognizedExtension:
    """A critical extended key usage."""
    value = asn1_x509.ExtKeyUsageSyntax(list(oids)).dump()
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.37"), value)


def make_tsa(*oids: str, issuer: Made | None = None, **options: Any) -> Made:
    """An authority that is in order but for what the caller says."""
    return make(NAME, rsa_key("tsa"), issuer or issuing(), extension=usages(*(oids or (TIMESTAMPING,))), **options)


@cache
def tsa() -> Made:
    return make_tsa()


@cache
def gost_tsa() -> GostMade:
    return make_gost(
        [(oid.dotted_string, text) for oid, text in NAME],
        gost_scalar("tsa"),
        gost_issuing(),
        begins=AT - YEAR,
        ends=AT + YEAR,
        key_usage=frozenset({"digital_signature", "non_repudiation"}),
        roles=(TIMESTAMPING,),
        roles_critical=True,
    )


def stamper(
    at: datetime = AT, key: SigningKey | None = None, policy_oid: str = GOST_POLICY
) -> Callable[[bytes], bytes]:
    """What stamps signatures at one moment."""
    return lambda value: make_token(value, key or tsa().signing_key, at, policy_oid=policy_oid, serial_number=7)


def info(**changes: Any) -> tsp.TSTInfo:
    """What a token says of STAMPED, but for the changes."""
    sound = {
        "version": "v1",
        "policy": GOST_POLICY,
        "message_imprint": imprint("sha256"),
        "serial_number": 7,
        "gen_time": AT,
    }
    return tsp.TSTInfo(sound | changes)


def imprint(algorithm: str, stamped: bytes = STAMPED) -> dict[str, Any]:
    digest = hashlib.new(algorithm, stamped).digest()
    return {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest}


def usual_attributes(said: bytes, content_type: str = "tst_info") -> list[cms.CMSAttribute]:
    return [
        attribute("content_type", content_type),
        attribute("message_digest", hashlib.sha256(said).digest()),
    ]


def names(made: Made) -> cms.CMSAttribute:
    """The attribute that names the authority's certificate, by SHA-256."""
    return attribute(
        "signing_certificate_v2",
        tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(made.der).digest()}]}),
    )


def names_by_sha1(made: Made) -> cms.CMSAttribute:
    """The same as НУЦ РК's authority writes it."""
    digest = hashlib.sha1(made.der, usedforsecurity=False).digest()
    return attribute("signing_certificate", tsp.SigningCertificate({"certs": [{"cert_hash": digest}]}))


def token(
    made: Made | None = None,
    said: tsp.TSTInfo | None = None,
    attributes: Sequence[cms.CMSAttribute] | None = None,
    *,
    signers: Sequence[cms.SignerInfo] | None = None,
    certificates: Sequence[Made] | None = None,
    content_type: str = "tst_info",
    detached: bool = False,
) -> bytes:
    """The DER of a token that is in order but for what the caller says."""
    made = made or tsa()
    encoded = (said or info()).dump()
    chosen = [*usual_attributes(encoded), names(made)] if attributes is None else attributes
    encapsulated: dict[str, Any] = {"content_type": content_type}
    if not detached:
        encapsulated["content"] = core.ParsableOctetString(encoded)
    signed = cms.SignedData(
        {
            "version": "v3",
            "digest_algorithms": [{"algorithm": "sha256"}],
            "encap_content_info": encapsulated,
            "certificates": [
                asn1_x509.Certificate.load(one.der) for one in ([made] if certificates is None else certificates)
            ],
            "signer_infos": [signer_info(made, chosen)] if signers is None else list(signers),
        }
    )
    whole: bytes = cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()
    return whole


def answer(status: str, inner: bytes | None) -> bytes:
    """A TimeStampResp."""
    said = tsp.PKIStatusInfo({"status": status}).dump()
    encoded: bytes = core.Sequence(contents=said + (inner or b"")).dump()
    return encoded
