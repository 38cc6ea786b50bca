"""Whatever a message says of its certificate, the key that is believed is that of the certificate that is judged."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest
from lxml import etree

from signing.verdict import Indication, SubIndication
from tests.signing.pki import gost_person, namesake, person
from tests.signing.wsse.forging import added, edited, in_attribute, in_text, split_by
from tests.signing.wsse.messages import DS, Source, ours_by_serial, ours_gost, ours_rsa

_S = SubIndication
F, C, D, G = _S.FORMAT_FAILURE, _S.CRYPTO_CONSTRAINTS_FAILURE, _S.HASH_FAILURE, _S.SIG_CRYPTO_FAILURE


def with_certificate(source: Source, der: bytes) -> bytes:
    return in_text("KeyIdentifier", b64encode(der).decode())(source)


@pytest.mark.parametrize(
    ("forged", "expected"),
    [
        (lambda: with_certificate(ours_rsa(), namesake().der), G),
        (lambda: with_certificate(ours_rsa(), gost_person().der), C),
        (lambda: with_certificate(ours_gost(), person().der), C),
        (lambda: in_text("KeyIdentifier", "MAA=")(ours_rsa()), F),
        (lambda: split_by(etree.Comment, "KeyIdentifier")(ours_rsa()), F),
        (lambda: in_attribute("KeyIdentifier", "ValueType", "urn:ThumbprintSHA1")(ours_rsa()), F),
        (lambda: in_attribute("KeyIdentifier", "EncodingType", "urn:HexBinary")(ours_rsa()), F),
        (lambda: edited(lambda p: p.find("KeyIdentifier").attrib.pop("ValueType"))(ours_rsa()), F),
        (lambda: in_text("X509SerialNumber", "-1")(ours_by_serial()), F),
        (lambda: in_text("X509SerialNumber", "0x10")(ours_by_serial()), F),
        (lambda: in_text("X509SerialNumber", "9" * 5000)(ours_by_serial()), F),
        (lambda: in_text("X509SerialNumber", "1")(ours_by_serial()), _S.NO_SIGNING_CERTIFICATE_FOUND),
        (lambda: in_text("X509IssuerName", "CN=OTHER")(ours_by_serial()), _S.NO_SIGNING_CERTIFICATE_FOUND),
        (lambda: in_text("X509IssuerName", "")(ours_by_serial()), _S.NO_SIGNING_CERTIFICATE_FOUND),
        (lambda: split_by(etree.Comment, "X509IssuerName")(ours_by_serial()), F),
        (lambda: added("X509Data", f"{DS}X509SKI")(ours_by_serial()), F),
        (lambda: added("X509Data", f"{DS}X509Certificate")(ours_by_serial()), F),
    ],
    ids=[
        *("another person's", "GOST key, RSA signature", "RSA key, GOST signature", "junk", "comment in it"),
        *("thumbprint", "hexadecimal", "no type", "negative number", "hexadecimal number", "long number"),
        *("other number", "other issuer", "no issuer", "comment in the issuer", "key identifier beside", "certificate"),
    ],
)
def test_a_certificate_that_is_not_the_signers_is_refused(forged: Callable[[], bytes], expected: SubIndication) -> None:
    assert ours_by_serial().judge(forged()).sub_indication is expected


def test_a_changed_body_fails_also_where_the_certificate_is_not_known() -> None:
    broken = in_text("X509SerialNumber", "1")(ours_by_serial()).replace(b"100", b"900")
    verdict = ours_by_serial().judge(broken)
    assert verdict.indication is Indication.TOTAL_FAILED
    assert verdict.sub_indication is D
