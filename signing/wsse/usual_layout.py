"""A Security header in the usual layout, read in one go from its canonical bytes.

To walk its elements one by one costs three times what the mathematics of RSA does. What is read here says the same to
the letter as `security.read_security` would have said; whatever looks unusual is left to that, and refused there alone.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from lxml import etree

from signing.base64_text import from_base64
from signing.certificates import Certificate, read_certificate
from signing.errors import CertificateUnreadable
from signing.wsse.envelopes import IDS, Envelope, count_written
from signing.wsse.key_info import IssuerSerial
from signing.wsse.names import BASE64, WSSE, X509_V3
from signing.wsse.security import Security
from signing.xmldsig import names as ds
from signing.xmldsig.canonical import write_exclusive
from signing.xmldsig.mathematics import SignatureParts
from signing.xmldsig.signed_info import SignedInfo

_MOST_BASE64: Final = 16 * 1024
"""Of a certificate: those of НУЦ РК have less than 4000."""
_PREFIX: Final = r"[A-Za-z_][A-Za-z0-9_.\-]*"
_GAP: Final = r"[ \t\n]*"
# In canonical form each element has both its tags, and attributes and declarations have one order and one way to be
# written. That no element inside declares anything makes sure that a prefix means the same in all of them.
_LAYOUT: Final = re.compile(
    _GAP.join(
        (
            rf"<(?P<wsse>{_PREFIX}):Security(?P<declared>(?: xmlns:{_PREFIX}=\"[^\"<&]*\"){{1,2}})"
            rf'(?: (?P<soap>{_PREFIX}):mustUnderstand="(?:0|1|true|false)")?>',
            rf'<(?P<ds>{_PREFIX}):Signature xmlns:(?P=ds)="{re.escape(ds.DS)}"(?: Id="[^"<]*")?>',
            r"<(?P=ds):SignedInfo(?P<info>>",
            rf'<(?P=ds):CanonicalizationMethod Algorithm="{re.escape(ds.EXCLUSIVE)}"></(?P=ds):CanonicalizationMethod>',
            r'<(?P=ds):SignatureMethod Algorithm="(?P<signature_uri>[^"<&]*)"></(?P=ds):SignatureMethod>',
            r'<(?P=ds):Reference URI="#(?P<identifier>[A-Za-z_][A-Za-z0-9_.\-]{0,199})">',
            r"<(?P=ds):Transforms>",
            rf'<(?P=ds):Transform Algorithm="{re.escape(ds.EXCLUSIVE)}"></(?P=ds):Transform>',
            r"</(?P=ds):Transforms>",
            r'<(?P=ds):DigestMethod Algorithm="(?P<digest_uri>[^"<&]*)"></(?P=ds):DigestMethod>',
            r"<(?P=ds):DigestValue>(?P<digest>[^<&]*)</(?P=ds):DigestValue>",
            r"</(?P=ds):Reference>",
            r"</(?P=ds):SignedInfo>)",
            r"<(?P=ds):SignatureValue>(?P<value>[^<&]*)</(?P=ds):SignatureValue>",
            r'<(?P=ds):KeyInfo(?: Id="[^"<]*")?>',
            r"<(?P=wsse):SecurityTokenReference>",
            rf'(?:<(?P=wsse):KeyIdentifier EncodingType="{re.escape(BASE64)}" ValueType="{re.escape(X509_V3)}">'
            r"(?P<certificate>[^<&]*)</(?P=wsse):KeyIdentifier>"
            r"|<(?P=ds):X509Data><(?P=ds):X509IssuerSerial>"
            r"<(?P=ds):X509IssuerName>(?P<issuer>[^<&]*)</(?P=ds):X509IssuerName>"
            r"<(?P=ds):X509SerialNumber>[ \t\n]*(?P<serial_number>[0-9]{1,50})[ \t\n]*</(?P=ds):X509SerialNumber>"
            r"</(?P=ds):X509IssuerSerial></(?P=ds):X509Data>)",
            r"</(?P=wsse):SecurityTokenReference>",
            r"</(?P=ds):KeyInfo>",
            r"</(?P=ds):Signature>",
            r"</(?P=wsse):Security>",
        )
    ).encode("ascii")
)


def read_usual(envelope: Envelope) -> Security | None:
    """The signature, or None where it has to be looked at element by element."""
    # Canonical form leaves comments out, and they are refused.
    if envelope.header is None or len(envelope.header) != 1 or b"<!--" in envelope.document:
        return None
    found = _LAYOUT.fullmatch(write_exclusive(envelope.header[0]))
    if found is None or found["ds"] == found["wsse"] or found["declared"] != _declare(found, envelope.soap):
        return None
    if not _is_the_bodys_alone(envelope, found["identifier"].decode("ascii")):
        return None
    try:
        return _take(found, envelope.body)
    except (ValueError, CertificateUnreadable):
        return None


def _declare(found: re.Match[bytes], soap: str) -> bytes:
    """What the Security element has to declare where its prefixes mean what they should."""
    meant = {found["wsse"]: WSSE}
    if found["soap"] is not None:
        meant[found["soap"]] = soap
    return b"".join(b' xmlns:%b="%b"' % (prefix, meant[prefix].encode("ascii")) for prefix in sorted(meant))


def _is_the_bodys_alone(envelope: Envelope, identifier: str) -> bool:
    """Whether the one attribute in the message that has this value is an identifier of the Body."""
    # Written twice, once in the reference: then the other one is all there is.
    if count_written(envelope, identifier) != 2:
        return False
    owners = [str(name) for name, value in envelope.body.attrib.items() if value == identifier]
    return len(owners) == 1 and owners[0] in IDS


def _take(found: re.Match[bytes], body: etree._Element) -> Security:
    """What the layout holds; raises ValueError or CertificateUnreadable."""
    named: Certificate | IssuerSerial
    if found["certificate"] is None:
        named = IssuerSerial(found["issuer"].decode().strip(), int(found["serial_number"]))
    elif len(found["certificate"]) <= _MOST_BASE64:
        named = _read_once(found["certificate"])
    else:
        raise ValueError("the certificate is a long one")
    prefix = found["ds"]
    info = SignedInfo(
        reference=f"#{found['identifier'].decode('ascii')}",
        digest_uri=found["digest_uri"].decode(),
        signature_uri=found["signature_uri"].decode(),
        digest=from_base64(found["digest"]),
    )
    # Standing alone, the SignedInfo declares the one prefix that is used in it.
    canonical = b'<%b:SignedInfo xmlns:%b="%b"%b' % (prefix, prefix, ds.DS.encode("ascii"), found["info"])
    return Security(SignatureParts(info, canonical, from_base64(found["value"])), named, write_exclusive(body))


# By the text, for the same peers come again and again. Refusals are not kept.
@lru_cache(maxsize=128)
def _read_once(text: bytes) -> Certificate:
    return read_certificate(from_base64(text))
