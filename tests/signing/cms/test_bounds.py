"""A long identifier or number in a signed message is refused before the decoder makes one number of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

import pytest
from asn1crypto import cms

from signing.asn1_bounds import MAX_IDENTIFIER_BYTES, MAX_NUMBER_BYTES
from signing.cms.der import to_der
from signing.cms.making import make_message, make_signer
from signing.cms.reading import read_encoded_message, read_signed_message
from signing.cms.shapes import ID_TIMESTAMP_INFO
from signing.cms.verifying import verify_cms
from signing.errors import SignatureRefused
from signing.policy import Policy
from signing.verdict import SubIndication
from tests.signing.cms.forge import CONTENT, attribute, message, signer_info, usual_attributes
from tests.signing.pki import AT, gost_person, person, trust
from tests.signing.rewriting import INTEGER, OBJECT_IDENTIFIER, each_changed

LONG_IDENTIFIER = b"\x81" * MAX_IDENTIFIER_BYTES + b"\x01"
HUGE_IDENTIFIER = b"\x81" * 200_000 + b"\x01"
"""With it alone the decoder would be busy for a quarter of a minute."""
LONG_NUMBER = b"\x01" * (MAX_NUMBER_BYTES + 1)
TOO_LONG = "an identifier or a number is too long"


@cache
def signed() -> bytes:
    """A message with certificates of both families and an unsigned attribute."""
    unsigned = attribute("1.2.3.4", cms.OctetString(b""))
    return message([signer_info(person(), unsigned=[unsigned])], [person(), gost_person()], embedded=CONTENT)


def in_ber(der: bytes) -> bytes:
    """The same message with its outermost length left open."""
    contents: bytes = cms.ContentInfo.load(der).contents
    return b"\x30\x80" + contents + b"\0\0"


def places(tag: int, contents: bytes) -> Iterator[bytes]:
    yield from each_changed(signed(), tag, contents)


@pytest.mark.parametrize("written", [bytes, in_ber], ids=["DER", "BER"])
@pytest.mark.parametrize("identifier", [LONG_IDENTIFIER, HUGE_IDENTIFIER], ids=["by a byte", "by far"])
def test_a_long_identifier_anywhere_in_a_message_is_refused(
    written: Callable[[bytes], bytes], identifier: bytes
) -> None:
    """The types of content and attributes, algorithms, names, and all that certificates say outside of strings."""
    refused = 0
    for changed in places(OBJECT_IDENTIFIER, identifier):
        with pytest.raises(SignatureRefused, match="not a well-formed CMS message") as caught:
            read_signed_message(written(changed))
        assert TOO_LONG in str(caught.value.__cause__)
        refused += 1
    assert refused == 34


def test_a_long_number_anywhere_in_a_message_is_refused() -> None:
    refused = 0
    for changed in places(INTEGER, LONG_NUMBER):
        with pytest.raises(SignatureRefused, match="not a well-formed CMS message") as caught:
            read_signed_message(changed)
        assert TOO_LONG in str(caught.value.__cause__)
        refused += 1
    assert refused == 7  # versions of message, signer and certificates; serial numbers of these and of the signer's


def test_a_long_identifier_beside_the_signature_spoils_what_would_pass() -> None:
    policy = Policy(trust(), AT)
    assert verify_cms(signed(), policy).passed
    unsigned = [*places(OBJECT_IDENTIFIER, LONG_IDENTIFIER)][-1]
    assert verify_cms(unsigned, policy).sub_indication is SubIndication.FORMAT_FAILURE


@pytest.mark.parametrize("identifier", [LONG_IDENTIFIER, HUGE_IDENTIFIER], ids=["by a byte", "by far"])
def test_a_long_identifier_inside_the_content_of_a_timestamp_is_refused(identifier: bytes) -> None:
    said = next(each_changed(bytes.fromhex("30 07 02 01 01 06 02 2a 03"), OBJECT_IDENTIFIER, identifier))
    key, content = person().signing_key, {"content_type": ID_TIMESTAMP_INFO, "content": said}
    token = make_message(3, content, [make_signer(said, ID_TIMESTAMP_INFO, key, AT)], [key])
    with pytest.raises(SignatureRefused) as caught:
        read_encoded_message(token, ID_TIMESTAMP_INFO)
    assert TOO_LONG in str(caught.value.__cause__)


def test_plain_content_may_be_what_it_likes() -> None:
    content = b"\x06\x41" + LONG_IDENTIFIER
    signed_so = message([signer_info(person(), usual_attributes(content))], [person()], embedded=content)
    assert verify_cms(signed_so, Policy(trust(), AT)).content == content


@pytest.mark.parametrize("tag", [0x02, 0x06, 0x0A, 0x0D])
def test_the_rewriter_of_ber_knows_the_same_bounds(tag: int) -> None:
    within = bytes((0x30, 66, tag, 64)) + b"\x01" * 64
    assert to_der(within) == within
    with pytest.raises(ValueError, match=TOO_LONG):
        to_der(bytes((0x30, 0x80, tag, 65)) + b"\x01" * 65 + b"\0\0")


def test_who_asks_the_rewriter_may_allow_fewer_elements() -> None:
    three = bytes.fromhex("30 04 05 00 05 00")
    assert to_der(three, max_elements=3) == three
    with pytest.raises(ValueError, match="too complex"):
        to_der(three, max_elements=2)
