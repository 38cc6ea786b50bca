"""Whatever bytes come, a check ends in a verdict, and no other content or signer passes."""

from __future__ import annotations

from functools import cache

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from signing.certificates import read_certificate
from signing.cms import sign_detached, verify_detached
from signing.errors import CertificateUnreadable, KeyUnusable
from signing.keys import load_p12
from signing.verdict import Verdict
from signing.xmldsig import sign_enveloped, verify_enveloped
from tests.signing.forge import CONTENT, message, signer_info
from tests.signing.pki import AT, issuing, person, root, trust

BUDGET = settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
XML = b"<request><iin>900101350122</iin><amount>100</amount></request>"


@cache
def cms_message() -> bytes:
    return sign_detached(CONTENT, person().signing_key, AT)


@cache
def full_message() -> bytes:
    """With content and certificates of the authorities inside, which the signature does not cover."""
    return message([signer_info(person())], [person(), issuing(), root()], embedded=CONTENT)


@cache
def xml_document() -> bytes:
    return sign_enveloped(XML, person().signing_key)


def mutations(size: int) -> st.SearchStrategy[list[tuple[int, int, bytes]]]:
    """Up to four edits: where, how many bytes go, which come."""
    edit = st.tuples(st.integers(0, size), st.integers(0, 4), st.binary(max_size=4))
    return st.lists(edit, min_size=1, max_size=4)


def mutated(data: bytes, edits: list[tuple[int, int, bytes]]) -> bytes:
    for place, gone, new in edits:
        data = data[:place] + new + data[place + gone :]
    return data


def holds(verdict: Verdict, content: bytes) -> bool:
    """Either refused, or exactly the signer and the content that were signed."""
    if not verdict.passed:
        return verdict.content is None and verdict.signer is None
    assert verdict.signer is not None
    return verdict.content == content and verdict.signer.certificate_sha256 == person().certificate.sha256


@BUDGET
@given(st.binary(max_size=600))
def test_random_bytes_never_pass_as_cms(data: bytes) -> None:
    assert not verify_detached(data, CONTENT, trust=trust(), at=AT).passed
    assert not verify_detached(b"\x30" + data, CONTENT, trust=trust(), at=AT).passed


@BUDGET
@given(st.text(max_size=200))
def test_random_text_never_passes_as_cms(text: str) -> None:
    assert not verify_detached(text.encode("utf-8", "surrogatepass"), CONTENT, trust=trust(), at=AT).passed


@BUDGET
@given(mutations(1500))
def test_a_mutated_cms_message_fails_or_says_the_same(edits: list[tuple[int, int, bytes]]) -> None:
    assert holds(verify_detached(mutated(cms_message(), edits), CONTENT, trust=trust(), at=AT), CONTENT)


@BUDGET
@given(mutations(3500))
def test_a_mutated_message_with_all_inside_fails_or_says_the_same(edits: list[tuple[int, int, bytes]]) -> None:
    assert holds(verify_detached(mutated(full_message(), edits), CONTENT, trust=trust(), at=AT), CONTENT)


@BUDGET
@given(mutations(len(CONTENT)))
def test_mutated_content_fails(edits: list[tuple[int, int, bytes]]) -> None:
    content = mutated(CONTENT, edits)
    assert verify_detached(cms_message(), content, trust=trust(), at=AT).passed is (content == CONTENT)


@BUDGET
@given(mutations(3000))
def test_a_mutated_xml_signature_fails_or_says_the_same(edits: list[tuple[int, int, bytes]]) -> None:
    assert holds(verify_enveloped(mutated(xml_document(), edits), trust=trust(), at=AT), XML)


@BUDGET
@given(st.binary(max_size=400))
def test_random_bytes_never_pass_as_xml(data: bytes) -> None:
    assert not verify_enveloped(data, trust=trust(), at=AT).passed
    assert not verify_enveloped(b"<a>" + data + b"</a>", trust=trust(), at=AT).passed


@BUDGET
@given(mutations(1000))
def test_a_mutated_certificate_is_read_or_refused(edits: list[tuple[int, int, bytes]]) -> None:
    try:
        read_certificate(mutated(person().der, edits))
    except CertificateUnreadable:
        return


@BUDGET
@given(st.binary(max_size=300))
def test_random_bytes_are_no_key_file(data: bytes) -> None:
    try:
        load_p12(data, "password")
    except KeyUnusable:
        return
    raise AssertionError("random bytes were read as a key")
