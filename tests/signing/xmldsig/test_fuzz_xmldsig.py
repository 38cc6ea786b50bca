"""Whatever bytes come, the check of an XML document ends in a verdict, and no other content or signer passes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signing.verdict import Verdict
from signing.xml_safety import find_root_name
from signing.xmldsig.signing import add_signature
from tests.signing.pki import person
from tests.signing.xmldsig.documents import SOUND, Source, ours_rsa
from tests.support.fuzzing import Edits, budget, mutated, mutations

EXAMPLES = 300
BUDGET = budget(EXAMPLES)
PIECES = [
    *(b"<a>", b"</a>", b"<!--", b"-->", b"<![CDATA[", b"]]>", b"<?x", b"?>", b"&#13;", b"&#0;", b"&lt;", b"&e;"),
    *(b"<ds:Signature>", b"</ds:Signature>", b"<ds:Object>", b"</ds:Object>", b"<ds:Transforms/>", b' URI="#x"'),
    *(b' Id="x"', b' xmlns="urn:x"', b' xmlns:ds="urn:x"', b' xmlns:ds=""', b' xmlns="x"', b"\xef\xbb\xbf", b"\0"),
    *(b"<!DOCTYPE a>", b'<?xml version="1.1"?>', b"</request>", b"<request>", b"=", b"#WithComments", b" ", b"\r\n"),
]


def holds(verdict: Verdict) -> bool:
    """Either refused, or exactly the signer and the content that were signed."""
    if not verdict.passed:
        return verdict.content is None
    signers = {one.signer.certificate_sha256 for one in verdict.signers if one.signer}
    return verdict.content == SOUND and signers == {person().certificate.sha256}


@BUDGET
@given(mutations(3000, PIECES, 12))
def test_a_mutated_document_fails_or_says_the_same(changes: Edits) -> None:
    source = ours_rsa()
    assert holds(source.judge(mutated(source.document, changes)))


@BUDGET
@given(mutations(6000, PIECES, 12))
def test_a_mutated_document_of_two_signers_fails_or_says_the_same(changes: Edits) -> None:
    document = add_signature(ours_rsa().document, person().signing_key)
    assert holds(ours_rsa().judge(mutated(document, changes)))


@BUDGET
@given(st.lists(st.sampled_from(PIECES), max_size=20), st.integers(0, 2500))
def test_pieces_of_xml_between_the_halves_of_a_document_are_judged(pieces: list[bytes], place: int) -> None:
    source: Source = ours_rsa()
    assert holds(source.judge(source.document[:place] + b"".join(pieces) + source.document[place:]))


@BUDGET
@given(st.binary(max_size=400) | st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_random_bytes_never_pass(data: bytes) -> None:
    assert not ours_rsa().judge(data).passed
    assert not ours_rsa().judge(b"<a>" + data + b"</a>").passed


@BUDGET
@given(st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=10).map(b"".join))
def test_the_name_of_a_root_is_text_whatever_comes(data: bytes) -> None:
    assert isinstance(find_root_name(data), str)
    assert isinstance(find_root_name(b"<" + data), str)
