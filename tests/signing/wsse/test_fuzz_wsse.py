"""Whatever bytes come, the check of a message ends in a verdict, and no other content or signer passes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from signing.errors import SignatureRefused
from signing.verdict import Verdict
from signing.wsse.reading import as_envelope, is_signed
from tests.signing.pki import person
from tests.signing.wsse.messages import Source, ours_by_serial, ours_rsa, real
from tests.support.fuzzing import Edits, budget, mutated, mutations

EXAMPLES = 300
BUDGET = budget(EXAMPLES)
PIECES = [
    *(b"<S:Body>", b"</S:Body>", b"<S:Header>", b"</S:Header>", b"</S:Envelope>", b"<Body/>", b"<!--", b"-->"),
    *(b"<ds:Signature>", b"</ds:Signature>", b"<wsse:Security>", b"</wsse:Security>", b"<ds:Object/>", b"<?x?>"),
    *(b' Id="id-1"', b' wsu:Id="id-1"', b' ID="x"', b' xml:id="x"', b' xmlns:S="urn:x"', b' xmlns:wsu="urn:x"'),
    *(b' xmlns:ds="urn:x"', b' xmlns="x"', b' S:actor="x"', b"&#13;", b"&#0;", b"&e;", b"<![CDATA[", b"]]>", b"\0"),
    *(b"<!DOCTYPE a>", b'<?xml version="1.1"?>', b"\xef\xbb\xbf", b"#", b"=", b" ", b"\r\n"),
]


def holds(verdict: Verdict, source: Source, signer: str) -> bool:
    """Either refused, or exactly the signer and the content that were signed."""
    if not verdict.passed:
        return verdict.content is None
    signers = {one.signer.certificate_sha256 for one in verdict.signers if one.signer}
    return verdict.content == source.content and signers == {signer}


@BUDGET
@given(mutations(4200, PIECES, 12))
def test_a_mutated_message_fails_or_says_the_same(changes: Edits) -> None:
    source = ours_rsa()
    assert holds(source.judge(mutated(source.message, changes)), source, person().certificate.sha256)


@BUDGET
@given(mutations(3000, PIECES, 12))
def test_a_mutated_message_without_its_certificate_fails_or_says_the_same(changes: Edits) -> None:
    source = ours_by_serial()
    assert holds(source.judge(mutated(source.message, changes)), source, person().certificate.sha256)


def test_a_mutated_real_message_fails_or_says_the_same() -> None:
    source = real("signed_request_gost2004.xml")
    one = source.judge(source.message).only_signer
    assert one is not None and one.signer is not None
    signer = one.signer.certificate_sha256

    @BUDGET
    @given(mutations(3900, PIECES, 12))
    def mutate(changes: Edits) -> None:
        assert holds(source.judge(mutated(source.message, changes)), source, signer)

    mutate()


@BUDGET
@given(st.lists(st.sampled_from(PIECES), max_size=20), st.integers(0, 4200))
def test_pieces_of_xml_between_the_halves_of_a_message_are_judged(pieces: list[bytes], place: int) -> None:
    source = ours_rsa()
    message = source.message[:place] + b"".join(pieces) + source.message[place:]
    assert holds(source.judge(message), source, person().certificate.sha256)


@BUDGET
@given(st.binary(max_size=400) | st.lists(st.sampled_from(PIECES), max_size=30).map(b"".join))
def test_random_bytes_never_pass(data: bytes) -> None:
    assert not ours_rsa().judge(data).passed
    assert not ours_rsa().judge(b"<S:Envelope>" + data + b"</S:Envelope>").passed


@BUDGET
@given(mutations(4200, PIECES, 12))
def test_what_passes_also_looks_signed(changes: Edits) -> None:
    source = ours_rsa()
    message = mutated(source.message, changes)
    try:
        signed = is_signed(message)
    except SignatureRefused:
        signed = False
    assert signed or not source.judge(message).passed


@BUDGET
@given(st.binary(max_size=200))
def test_an_envelope_holds_the_bytes_it_was_given(body: bytes) -> None:
    assert body in as_envelope(body)
