"""Several people may sign one document: each signature covers those before it, and each signer is judged apart."""

from __future__ import annotations

import pytest
from lxml import etree

from signing.errors import DocumentUnsignable
from signing.verdict import Stage, Status, SubIndication, Verdict
from signing.xmldsig.placing import MAX_SIGNATURES
from signing.xmldsig.signing import add_signature, sign_enveloped
from signing.xmldsig.verifying import verify_enveloped
from tests.signing.pki import gost_person, issuing, make, person, rsa_key
from tests.signing.xmldsig.documents import DS, SOUND, ours_rsa, policy


def judge(document: bytes) -> Verdict:
    return verify_enveloped(document, policy())


def twice_signed() -> bytes:
    return add_signature(ours_rsa().document, gost_person().signing_key)


def changed(edit: str, signer: int) -> bytes:
    """The document with the first character of a value of one of the two signatures replaced."""
    root = etree.fromstring(twice_signed())
    value = list(root.iter(DS + edit))[signer]
    text = value.text or ""
    value.text = ("B" if text[0] == "A" else "A") + text[1:]
    return etree.tostring(root)


def signature_stages(verdict: Verdict) -> list[Status]:
    return [one.stages[Stage.SIGNATURE].status for one in verdict.signers]


def test_both_signers_pass_in_the_order_in_which_they_signed() -> None:
    verdict = judge(twice_signed())
    assert verdict.passed, verdict
    assert [one.algorithm.split()[0] for one in verdict.signers] == ["RSA", "GOST"]
    assert verdict.only_signer is None


def test_the_content_is_the_document_without_any_signature() -> None:
    assert judge(twice_signed()).content == SOUND


def test_a_changed_document_fails_for_every_signer() -> None:
    verdict = judge(twice_signed().replace(b"100", b"900"))
    assert [one.stages[Stage.SIGNATURE].sub_indication for one in verdict.signers] == [SubIndication.HASH_FAILURE] * 2
    assert verdict.content is None and verdict.content_sha256 is None


def test_a_broken_second_signature_does_not_hide_that_the_first_holds() -> None:
    verdict = judge(changed("SignatureValue", 1))
    assert signature_stages(verdict) == [Status.PASSED, Status.FAILED]
    assert not verdict.passed and verdict.content is None


def test_the_second_signature_covers_the_first() -> None:
    verdict = judge(changed("SignatureValue", 0))
    assert signature_stages(verdict) == [Status.FAILED, Status.FAILED]


def test_the_first_signer_is_judged_also_where_the_second_uses_an_unknown_algorithm() -> None:
    root = etree.fromstring(twice_signed())
    list(root.iter(DS + "SignatureMethod"))[1].set("Algorithm", "urn:unknown")
    verdict = judge(etree.tostring(root))
    assert signature_stages(verdict) == [Status.PASSED, Status.FAILED]
    assert verdict.signers[1].stages[Stage.SIGNATURE].sub_indication is SubIndication.CRYPTO_CONSTRAINTS_FAILURE
    assert "urn:unknown" not in verdict.signers[1].algorithm


def test_one_signer_outside_the_trusted_chain_keeps_the_document_from_passing() -> None:
    stranger = make(tuple((one.oid, str(one.value)) for one in person().x509.subject), rsa_key("person"), None)
    verdict = judge(add_signature(ours_rsa().document, stranger.signing_key))
    assert signature_stages(verdict) == [Status.PASSED, Status.PASSED]
    assert verdict.sub_indication is SubIndication.NO_CERTIFICATE_CHAIN_FOUND
    assert verdict.content is None and verdict.content_sha256 is not None


def test_without_the_last_signature_the_document_is_as_it_was_before() -> None:
    root = etree.fromstring(twice_signed())
    root.remove(list(root.iter(DS + "Signature"))[1])
    assert judge(etree.tostring(root)).content == SOUND


def test_the_signatures_cannot_change_places() -> None:
    root = etree.fromstring(twice_signed())
    root.append(next(root.iter(DS + "Signature")))
    assert not judge(etree.tostring(root)).passed


def test_a_signature_made_over_the_bare_document_is_no_second_one() -> None:
    # It would say nothing about the first one, which it stands behind.
    alone = etree.fromstring(sign_enveloped(SOUND, gost_person().signing_key))
    root = etree.fromstring(ours_rsa().document)
    root.append(next(alone.iter(DS + "Signature")))
    assert signature_stages(judge(etree.tostring(root))) == [Status.PASSED, Status.FAILED]


@pytest.mark.parametrize("between", ["text", "<!--x-->", "<?x?>", "<b/>"])
def test_nothing_stands_between_the_signatures(between: str) -> None:
    parts = twice_signed().split(b"</ds:Signature><ds:Signature ")
    verdict = judge(f"</ds:Signature>{between}<ds:Signature ".encode().join(parts))
    assert verdict.sub_indication is SubIndication.FORMAT_FAILURE


def test_as_many_signers_as_allowed_pass_and_one_more_is_refused() -> None:
    document = ours_rsa().document
    for _ in range(MAX_SIGNATURES - 1):
        document = add_signature(document, person().signing_key)
    assert len(judge(document).signers) == MAX_SIGNATURES
    with pytest.raises(DocumentUnsignable, match="cannot have more"):
        add_signature(document, person().signing_key)
    root = etree.fromstring(document)
    root.append(etree.fromstring(etree.tostring(root[-1])))
    verdict = judge(etree.tostring(root))
    assert (verdict.signers, verdict.sub_indication) == ((), SubIndication.FORMAT_FAILURE)
    assert f"more than {MAX_SIGNATURES}" in verdict.reason


def test_the_first_signature_is_not_made_by_adding() -> None:
    with pytest.raises(DocumentUnsignable, match="no signature yet"):
        add_signature(SOUND, person().signing_key)


def test_two_people_are_told_apart_by_their_certificates() -> None:
    other = make(tuple((one.oid, str(one.value)) for one in person().x509.subject), rsa_key("other"), issuing())
    verdict = judge(add_signature(ours_rsa().document, other.signing_key))
    found = [one.signer.certificate_sha256 for one in verdict.signers if one.signer]
    assert found == [person().certificate.sha256, other.certificate.sha256]
