"""GOST signatures in messages: every suite, the exact bytes, and an independent library that agrees."""

from __future__ import annotations

from functools import cache, partial

import pytest
from asn1crypto import cms
from gostcrypto import gosthash, gostsignature

from signing.algorithms import GOST_2004, GOST_2015_256, GOST_2015_512, SUITES, Suite, digest
from signing.cms.making import sign_cms, sign_detached
from signing.cms.verifying import verify_cms
from signing.gost import signature as gost
from signing.gost.pure import plain_backend
from signing.policy import Policy
from signing.trust import TrustStore
from signing.verdict import SubIndication
from tests.signing.cms.forge import CONTENT, message
from tests.signing.gost_certificates import GostMade, gost_scalar, make_gost, parameters
from tests.signing.pki import AT, AUTHORITY, PERSON, YEAR, gost_person, trust

GOST_SUITES = tuple(row for row in SUITES if row.gost is not None)


@cache
def holder(suite: Suite) -> tuple[GostMade, TrustStore]:
    """A person below an authority, both with keys of the suite."""
    make_one = partial(make_gost, begins=AT - YEAR, ends=AT + YEAR, suite=suite)
    scalar = gost_scalar("authority", suite)
    above = make_one([("2.5.4.3", "TEST")], scalar, None, key_usage=AUTHORITY, authority=True)
    subject = [(oid.dotted_string, text) for oid, text in PERSON]
    usage = frozenset({"digital_signature", "non_repudiation"})
    made = make_one(subject, gost_scalar("holder", suite), above, key_usage=usage)
    return made, TrustStore((above.certificate,))


@pytest.mark.parametrize("suite", GOST_SUITES, ids=lambda suite: suite.name)
def test_every_suite_signs_and_passes(suite: Suite) -> None:
    made, store = holder(suite)
    verdict = verify_cms(sign_cms(CONTENT, made.signing_key, AT, attached=True), Policy(store, AT))
    assert verdict.passed, verdict
    assert [one.algorithm for one in verdict.signers] == [suite.name]


@pytest.mark.parametrize("suite", GOST_SUITES, ids=lambda suite: suite.name)
def test_algorithms_are_named_and_values_laid_out_as_the_authority_does(suite: Suite) -> None:
    signed = cms.ContentInfo.load(sign_detached(CONTENT, holder(suite)[0].signing_key, AT))["content"]
    info = signed["signer_infos"][0]
    assert info["digest_algorithm"]["algorithm"].dotted == suite.digest_oid
    assert info["signature_algorithm"]["algorithm"].dotted == suite.signature_oid
    assert info["signature_algorithm"]["parameters"].dump() == b"\x05\x00"
    assert len(info["signature"].native) == 2 * parameters(suite).curve.size
    assert [one["algorithm"].dotted for one in signed["digest_algorithms"]] == [suite.digest_oid]


@pytest.mark.parametrize("suite", GOST_SUITES, ids=lambda suite: suite.name)
def test_every_backend_agrees_on_what_we_sign(suite: Suite) -> None:
    made, _ = holder(suite)
    attributes, signature = attributes_and_signature(made)
    own = parameters(suite)
    key = gost.derive_public_key(own.curve, made.scalar)
    for backend in (None, plain_backend()):
        covered = gost.compute_digest(own.hash, attributes, backend)
        assert gost.verify(key, covered, signature, backend)
        assert not gost.verify(key, covered, signature[::-1], backend)


def test_an_independent_library_accepts_what_we_sign() -> None:
    made = gost_person()
    attributes, signature = attributes_and_signature(made)
    size = parameters(GOST_2015_512).curve.size
    key = gost.derive_public_key(parameters(GOST_2015_512).curve, made.scalar)
    covered = gosthash.new("streebog512", data=bytearray(attributes)).digest()
    judge = gostsignature.new(
        gostsignature.MODE_512,
        gostsignature.CURVES_R_1323565_1_024_2019["id-tc26-gost-3410-12-512-paramSetA"],
    )
    # It takes all numbers big-endian, and the digest with them.
    point = bytearray(key.x.to_bytes(size, "big") + key.y.to_bytes(size, "big"))
    values = bytearray(signature[:size][::-1] + signature[size:][::-1])
    assert judge.verify(point, bytearray(covered[::-1]), values)
    values[-1] ^= 1
    assert not judge.verify(point, bytearray(covered[::-1]), values)


def signer_of(made: GostMade) -> cms.SignerInfo:
    """What is said of the signer in a message of ours."""
    return cms.ContentInfo.load(sign_detached(CONTENT, made.signing_key, AT))["content"]["signer_infos"][0]


def attributes_and_signature(made: GostMade) -> tuple[bytes, bytes]:
    """What the signer signed (the SET in DER), and the value; the digest in it is checked on the way."""
    info = signer_of(made)
    attributes = b"\x31" + info["signed_attrs"].dump()[1:]
    digests = [one["values"][0].native for one in info["signed_attrs"] if one["type"].native == "message_digest"]
    assert digests == [digest(made.suite, CONTENT)]
    return attributes, info["signature"].native


@pytest.mark.parametrize("value", [b"", bytes(128), b"\xff" * 128, bytes(64), bytes(129)], ids=len)
def test_values_that_are_no_signature_are_refused(value: bytes) -> None:
    assert judged_with(value) is SubIndication.SIG_CRYPTO_FAILURE


def test_a_value_in_the_byte_order_of_other_software_is_refused() -> None:
    _, signature = attributes_and_signature(gost_person())
    assert judged_with(signature) is None
    assert judged_with(signature[::-1]) is SubIndication.SIG_CRYPTO_FAILURE


def judged_with(value: bytes) -> SubIndication | None:
    """What a sound message comes to with this value of the signature in the place of its own."""
    info = signer_of(gost_person())
    info["signature"] = value
    return verify_cms(message([info], [gost_person()]), Policy(trust(), AT), CONTENT).sub_indication


@pytest.mark.parametrize(("one", "another"), [(GOST_2015_512, GOST_2015_256), (GOST_2015_512, GOST_2004)])
def test_a_gost_signature_under_the_names_of_another_suite_is_refused(one: Suite, another: Suite) -> None:
    made, store = holder(one)
    info = signer_of(made)
    info["digest_algorithm"] = {"algorithm": another.digest_oid}
    info["signature_algorithm"] = {"algorithm": another.signature_oid}
    verdict = verify_cms(message([info], [made]), Policy(store, AT), CONTENT)
    assert verdict.sub_indication is SubIndication.HASH_FAILURE
