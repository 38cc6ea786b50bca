"""Whatever BER comes is rewritten as DER, or refused at a bounded cost."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from asn1crypto import cms

from signing.asn1_bounds import MAX_DEPTH, MAX_ELEMENTS
from signing.cms.der import to_der
from signing.cms.making import sign_cms
from signing.cms.verifying import verify_cms
from signing.policy import Policy
from signing.verdict import SubIndication
from tests.signing.cms.forge import CONTENT, message, signer_info
from tests.signing.pki import AT, gost_person, person, trust

POLICY = Policy(trust(), AT)


@pytest.mark.parametrize(
    ("ber", "der"),
    [
        ("30 80 04 01 61 00 00", "30 03 04 01 61"),
        ("30 81 03 04 01 61", "30 03 04 01 61"),
        ("30 84 00 00 00 03 04 01 61", "30 03 04 01 61"),
        ("24 80 04 01 61 04 02 62 63 00 00", "04 03 61 62 63"),
        ("24 06 04 01 61 04 01 62", "04 02 61 62"),
        ("24 80 24 80 04 01 61 00 00 04 01 62 00 00", "04 02 61 62"),
        ("a0 80 30 80 00 00 00 00", "a0 02 30 00"),
        ("31 06 04 01 62 04 01 61", "31 06 04 01 62 04 01 61"),
        ("04 02 00 00", "04 02 00 00"),
    ],
)
def test_lengths_and_pieces_are_rewritten_and_the_rest_is_kept(ber: str, der: str) -> None:
    assert to_der(bytes.fromhex(ber)) == bytes.fromhex(der)


def test_sets_are_put_in_order_where_that_is_asked_for() -> None:
    loose = bytes.fromhex("31 80 30 06 31 04 05 00 04 00 04 01 61 00 00")
    assert to_der(loose, sort_sets=True) == bytes.fromhex("31 0b 04 01 61 30 06 31 04 04 00 05 00")


@pytest.mark.parametrize(
    "data",
    [
        "",
        "30",
        "30 01",
        "30 80",
        "30 80 00",
        "30 85 00 00 00 00 00",
        "30 82 01",
        "30 ff",
        "04 80 00 00",
        "30 00 00",
        "24 03 05 01 61",
        "2c 03 0c 01 61",
        "1f 81 00",
        "30 03 04 02 61",
    ],
)
def test_what_is_no_element_is_refused(data: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        to_der(bytes.fromhex(data))


@pytest.mark.parametrize(
    "data",
    [
        b"\x30\x80" * (MAX_DEPTH + 2) + b"\0\0" * (MAX_DEPTH + 2),
        b"\x30\x80" * 4_000_000,
        b"\x30\x80" + b"\x05\x00" * (MAX_ELEMENTS + 1) + b"\0\0",
        b"\x30\x80" * MAX_DEPTH + b"\x05\x00" * 4_000_000,
        b"\x24\x80" + b"\x04\x01a" * 2_700_000 + b"\0\0",
    ],
    ids=["deep", "deep and long", "many parts", "many parts deep inside", "many pieces"],
)
def test_hostile_structures_are_refused_before_they_cost_much(data: bytes) -> None:
    began = time.process_time()
    with pytest.raises(ValueError, match="too complex"):
        to_der(data)
    assert time.process_time() - began < 2


def in_ber(der: bytes) -> bytes:
    """The message as Java software streams it: lengths left open down to the content, which comes in two pieces."""
    outer = cms.ContentInfo.load(der)
    signed = outer["content"]
    content: bytes = signed["encap_content_info"]["content"].native
    pieces = cms.OctetString(content[:5]).dump() + cms.OctetString(content[5:]).dump()
    inner: bytes = b"\x30\x80" + signed["encap_content_info"]["content_type"].dump()
    inner += b"\xa0\x80\x24\x80" + pieces + b"\0\0" * 3
    parts: bytes = signed["version"].dump() + signed["digest_algorithms"].dump() + inner
    parts += signed["certificates"].dump() + signed["signer_infos"].dump()
    named: bytes = outer["content_type"].dump()
    return b"\x30\x80" + named + b"\xa0\x80\x30\x80" + parts + b"\0\0" * 3


@pytest.mark.parametrize(
    "signed",
    [
        lambda: sign_cms(CONTENT, [person().signing_key, gost_person().signing_key], AT, attached=True),
        lambda: message([signer_info(person())], [person()], embedded=CONTENT),
    ],
    ids=["ours", "another maker's"],
)
def test_a_streamed_message_is_the_same_message(signed: Callable[[], bytes]) -> None:
    whole = signed()
    verdict = verify_cms(in_ber(whole), POLICY)
    assert verdict == verify_cms(whole, POLICY)
    assert verdict.passed and verdict.content == CONTENT


def test_other_content_in_a_streamed_message_fails() -> None:
    streamed = in_ber(message([signer_info(person())], [person()], embedded=CONTENT))
    verdict = verify_cms(streamed.replace(CONTENT[:5], CONTENT[:4] + b"!"), POLICY)
    assert verdict.sub_indication is SubIndication.HASH_FAILURE


def relaid(attributes: Callable[[cms.CMSAttributes], bytes]) -> bytes:
    """A sound signer whose attributes are laid out otherwise on the wire."""
    info = signer_info(person())
    before = info["signed_attrs"].dump()
    whole = info.contents.replace(before, attributes(info["signed_attrs"]))
    return message([cms.SignerInfo.load(b"\x30\x82" + len(whole).to_bytes(2, "big") + whole)], [person()])


@pytest.mark.parametrize(
    "laid_out",
    [
        lambda attributes: b"\xa0\x80" + attributes.contents + b"\0\0",
        lambda attributes: b"\xa0\x81" + bytes([len(attributes.contents)]) + attributes.contents,
        lambda attributes: b"\xa0" + bytes([len(attributes.contents)]) + reversed_parts(attributes),
    ],
    ids=["open length", "long length", "other order"],
)
def test_attributes_are_judged_by_their_der_encoding(laid_out: Callable[[cms.CMSAttributes], bytes]) -> None:
    assert verify_cms(relaid(laid_out), POLICY, CONTENT).passed


def reversed_parts(attributes: cms.CMSAttributes) -> bytes:
    return b"".join(one.dump() for one in reversed(list(attributes)))


def test_a_signature_over_another_encoding_than_der_fails() -> None:
    info = signer_info(person())
    loose = b"\x31" + bytes([len(info["signed_attrs"].contents)]) + reversed_parts(info["signed_attrs"])
    info["signature"] = person().signing_key.sign(loose)
    verdict = verify_cms(message([info], [person()]), POLICY, CONTENT)
    assert verdict.sub_indication is SubIndication.SIG_CRYPTO_FAILURE
