"""WS-Security at the bus's door: what comes is judged before it is read; a reply is signed where the request was."""

from __future__ import annotations

import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from lxml import etree

from registries_mock.bus.data import cut_document
from registries_mock.bus.keys import SOMEBODY, lent_keys, system_keys
from registries_mock.clock import Clock
from registries_mock.errors import AuthorityBroken, BadSignature, SignatureMissing
from registries_mock.journal.line import note
from registries_mock.own_authority import FindAuthority, find_authority
from registries_mock.wire import HttpReply, Sealing

if TYPE_CHECKING:
    from signing.trust import TrustStore
    from signing.verdict import Verdict
    from signing.wsse.certificates import CertificateStore

_BODY_END: Final = b"</soap:Body>"
"""As every envelope of the suite's own ends its Body."""
_MARKS: Final = (b"Signature", b"Security")
_METHOD: Final = re.compile(rb"SignatureMethod[^>]{0,200}Algorithm\s*=\s*[\"']([^\"']{1,200})")
_LONG_AGO: Final = timedelta(days=4 * 365)
"""Longer than a certificate of the bus lasts."""
_RSA: Final = "rsa"
_GOST: Final = "gost2015"
FAMILIES: Final = (_RSA, _GOST)


class Demand(StrEnum):
    """What the bus makes of signatures."""

    VERIFY = "verify"
    """An unsigned request is served, a badly signed one is a fault."""
    REQUIRED = "required"
    """An unsigned one is a fault too."""
    IGNORE = "ignore"
    """Nobody looks; replies are still signed where the request was."""


class Naming(StrEnum):
    """How a signature of the bus names its certificate."""

    KEY_IDENTIFIER = "key-identifier"
    """The certificate itself is in the message."""
    ISSUER_SERIAL = "issuer-serial"
    """By issuer and serial number alone: the reader must have the certificate (seen in replies of the real bus)."""


class Seals:
    """The bus's keys, made when first needed, and whom it believes."""

    def __init__(
        self,
        demand: Demand,
        naming: Naming,
        authority: FindAuthority,
        certificates: Path | None,
        trusted: Sequence[str],
        clock: Clock,
    ) -> None:
        """`trusted` beside the authority: names of shipped stores (`test`) and folders of certificates."""
        self._demand = demand
        self._naming = naming
        self._authority = authority
        self._certificates = certificates
        self._stores = tuple(trusted)
        self._clock = clock
        self._lock = threading.Lock()
        self._key = system_keys(authority, clock)
        somebodys = system_keys(authority, clock, holder=SOMEBODY)
        self._other_keys = {
            Sealing.OTHER_KEY: lent_keys(self._key, somebodys),
            Sealing.OTHER_HOLDER: somebodys,
            Sealing.UNTRUSTED_KEY: system_keys(find_authority(None, clock), clock),
            Sealing.EXPIRED: system_keys(authority, clock, age=_LONG_AGO),
            Sealing.REVOKED: system_keys(authority, clock, is_revoked=True),
        }
        self._trusted: tuple[TrustStore, CertificateStore] | None = None

    def family_of(self, message: bytes) -> str:
        """The family in which the message is signed, and so its reply will be; "" where it is not signed.

        Whoever signs with GOST can read GOST; of its kinds the bus has that of 2015 alone.
        """
        # Most trials are unsigned: they need none of the libraries for signatures. In UTF-16 zeros stand between.
        told = message.replace(b"\0", b"")
        if not any(mark in told for mark in _MARKS):
            return ""
        from signing.errors import SigningError
        from signing.wsse.reading import begins_signed, is_signed

        try:
            # Whoever signs puts it first, and it need not be parsed for this: that is done once, when it is judged.
            if not begins_signed(message) and not is_signed(message):
                return ""
        except SigningError:
            # It speaks of a signature, and cannot be looked at safely: then it is judged as signed, and refused.
            return _RSA
        method = _METHOD.search(message)
        return _GOST if method is not None and b"gost" in method[1] else _RSA

    def open(self, message: bytes, family: str) -> bytes:
        """What may be read of a message of this family: the signed bytes alone where the signature is looked at.

        Raises BadSignature or SignatureMissing.
        """
        if not family:
            note(signature="none")
            if self._demand is Demand.REQUIRED:
                raise SignatureMissing("the request is not signed, and this bus wants it to be")
            return message
        if self._demand is Demand.IGNORE:
            note(signature="not-looked-at", signature_says=family)
            return message
        from signing.wsse.reading import as_envelope

        verdict = self._judge(message)
        if verdict.content is None:
            note(signature="refused", signature_says=verdict.reason)
            raise BadSignature(f"the signature does not hold ({verdict.sub_indication}): {verdict.reason}")
        note(signature="good", signature_says=family)
        return as_envelope(verdict.content)

    def open_payload(self, data: etree._Element, *, wanted: bool) -> etree._Element:
        """The data to read: of a business document that is signed itself, the signed bytes alone.

        Raises BadSignature, or SignatureMissing where one is `wanted` and signatures are required.
        """
        # Serialised at once it is cheaply seen that there is none, which is usual; to cut the document out costs more.
        looks = self._demand is not Demand.IGNORE and b"Signature" in etree.tostring(data)
        document = cut_document(data) if looks else b""
        if not document or b"Signature" not in document:
            if wanted and self._demand is Demand.REQUIRED:
                raise SignatureMissing("the document in data is not signed, and this service wants it to be")
            return data
        from signing.policy import Policy
        from signing.xmldsig.verifying import verify_enveloped

        verdict = verify_enveloped(document, Policy(self._whom_to_believe()[0], self._clock()))
        if verdict.content is None:
            raise BadSignature(f"the signature in data does not hold ({verdict.sub_indication}): {verdict.reason}")
        opened = etree.Element("data")
        opened.text = verdict.content.decode()
        return opened

    def close(self, reply: HttpReply, family: str) -> HttpReply:
        """The reply, signed where the request was, as it says itself; what cannot be signed goes as it is."""
        if not family or not reply.body:
            return reply
        from signing.errors import SigningError

        try:
            return replace(reply, body=self.sign(reply.body, family, reply.sealing))
        except (SigningError, AuthorityBroken):
            return reply

    def sign(self, envelope: bytes, family: str, sealing: Sealing = Sealing.OWN) -> bytes:
        """An envelope of the bus's own with its signature, or with one that is to be refused."""
        if sealing is Sealing.NONE:
            return envelope
        from signing.wsse.signing import KeyInfoStyle, sign_envelope

        style = KeyInfoStyle.ISSUER_SERIAL if self._naming is Naming.ISSUER_SERIAL else KeyInfoStyle.KEY_IDENTIFIER
        key_of = self._other_keys.get(sealing, self._key)
        signed = sign_envelope(envelope, key_of(family), key_info=style)
        if sealing is Sealing.OTHER_BODY:
            # It reads as before, with one space more in its Body than was signed.
            return (b" " + _BODY_END).join(signed.rsplit(_BODY_END, 1))
        return signed

    def certificate(self, family: str) -> bytes:
        """The bus's certificate in PEM: for those who must have it beforehand."""
        from asn1crypto import pem

        encoded: bytes = pem.armor("CERTIFICATE", self._key(family).certificate.der)
        return encoded

    def _judge(self, message: bytes) -> Verdict:
        from signing.policy import MESSAGE_USAGE, Policy
        from signing.wsse.verifying import verify_envelope

        trust, certificates = self._whom_to_believe()
        return verify_envelope(message, Policy(trust, self._clock(), key_usage=MESSAGE_USAGE), certificates)

    def _whom_to_believe(self) -> tuple[TrustStore, CertificateStore]:
        """Our own authority, and those of the settings: as a rule the official test ones, whose keys people have."""
        from signing.trust import TrustStore
        from signing.trust_stores import find_trust_folder
        from signing.wsse.certificates import NO_CERTIFICATES, CertificateStore

        with self._lock:
            if self._trusted is None:
                own = self._authority().hierarchies.values()
                stores = [TrustStore.from_folder(find_trust_folder(name)) for name in self._stores]
                trust = TrustStore(
                    (*(one.root.certificate for one in own), *(root for one in stores for root in one.anchors)),
                    (*(one.issuing.certificate for one in own), *(ca for one in stores for ca in one.intermediates)),
                )
                known = CertificateStore.from_folder(self._certificates) if self._certificates else NO_CERTIFICATES
                self._trusted = trust, known
            return self._trusted
