"""A signer is believed only when every rule for the chain, the key's use and the name holds."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.x509.oid import NameOID

from signing.cms.verifying import verify_cms
from signing.policy import Policy
from signing.trust import TrustStore
from signing.verdict import Stage, SubIndication, Verdict
from tests.signing.cms.forge import CONTENT, simple
from tests.signing.pki import (
    AT,
    AUTHORITY,
    DOCUMENTS,
    IIN,
    ISSUING_NAME,
    PERSON,
    ROOT_NAME,
    Made,
    issuing,
    make,
    person,
    root,
    rsa_key,
    trust,
)

_S = SubIndication
Case = tuple[Callable[[], tuple[Made, TrustStore]], Stage, SubIndication]


def judge(leaf: Made, store: TrustStore, at: datetime = AT) -> Verdict:
    return verify_cms(simple(leaf), Policy(store, at), CONTENT)


def leaf_of(issuer: Made, **options: Any) -> Made:
    return make(PERSON, rsa_key("person"), issuer, **options)


def below(**options: Any) -> tuple[Made, TrustStore]:
    """A leaf below an issuing authority that differs from a sound one in the options."""
    settings: dict[str, Any] = {"authority": True, "path_length": 0, "key_usage": AUTHORITY, **options}
    broken = make(ISSUING_NAME, rsa_key("issuing"), root(), **settings)
    return leaf_of(broken), TrustStore((root().certificate,), (broken.certificate,))


def leaf(**options: Any) -> tuple[Made, TrustStore]:
    return leaf_of(issuing(), **options), trust()


def named(*attributes: tuple[x509.ObjectIdentifier, str]) -> tuple[Made, TrustStore]:
    return make(attributes, rsa_key("person"), issuing()), trust()


def stranger() -> Made:
    """A root of another name, which issued nothing."""
    return make(((NameOID.COMMON_NAME, "STRANGER"),), rsa_key("twin"), None, authority=True, key_usage=AUTHORITY)


def twin_authority() -> tuple[Made, TrustStore]:
    """An authority with our names and other keys: all its own certificates are in order."""
    twin_root = make(ROOT_NAME, rsa_key("twin root"), None, authority=True, key_usage=AUTHORITY)
    twin = make(ISSUING_NAME, rsa_key("twin"), twin_root, authority=True, key_usage=AUTHORITY)
    return leaf_of(twin), trust()


def twin_claiming_our_key() -> tuple[Made, TrustStore]:
    """The same, claiming the key identifier of our issuing authority."""
    twin = make(ISSUING_NAME, rsa_key("twin"), None, authority=True, key_usage=AUTHORITY)
    return leaf_of(twin, authority_key_id=issuing().certificate.subject_key_id), trust()


def too_long() -> tuple[Made, TrustStore]:
    """An authority below one that allows none below it."""
    extra = make(
        ((NameOID.COMMON_NAME, "TEST EXTRA"),), rsa_key("extra"), issuing(), authority=True, key_usage=AUTHORITY
    )
    return leaf_of(extra), TrustStore((root().certificate,), (issuing().certificate, extra.certificate))


def too_deep() -> tuple[Made, TrustStore]:
    """Five authorities below a root that sets no limit."""
    chain = [make(ROOT_NAME, rsa_key("deep"), None, authority=True, key_usage=AUTHORITY)]
    for depth in range(5):
        name = ((NameOID.COMMON_NAME, f"DEPTH {depth}"),)
        chain.append(make(name, rsa_key(f"depth {depth % 2}"), chain[-1], authority=True, key_usage=AUTHORITY))
    top, *rest = [one.certificate for one in chain]
    return leaf_of(chain[-1]), TrustStore((top,), tuple(rest))


def circle() -> tuple[Made, TrustStore]:
    """Two authorities that vouch for each other, and no anchor above them."""
    one_name, two_name = ((NameOID.COMMON_NAME, "ONE"),), ((NameOID.COMMON_NAME, "TWO"),)
    one_seed = make(one_name, rsa_key("twin"), None, authority=True, key_usage=AUTHORITY)
    two = make(two_name, rsa_key("extra"), one_seed, authority=True, key_usage=AUTHORITY)
    one = make(one_name, rsa_key("twin"), two, authority=True, key_usage=AUTHORITY)
    return leaf_of(one), TrustStore((root().certificate,), (one.certificate, two.certificate))


def forty_editions() -> tuple[Made, TrustStore]:
    """So many certificates of one name and key that the search gives up before the last, which is the sound one."""
    old: dict[str, Any] = {"authority": True, "key_usage": AUTHORITY, "ends": AT - timedelta(seconds=1)}
    editions = [make(ISSUING_NAME, rsa_key("issuing"), root(), **old) for _ in range(40)]
    return person(), TrustStore((root().certificate,), tuple(one.certificate for one in [*editions, issuing()]))


def small_authority() -> tuple[Made, TrustStore]:
    small = make(ISSUING_NAME, rsa_key("small", 1024), root(), authority=True, key_usage=AUTHORITY)
    return leaf_of(small), TrustStore((root().certificate,), (small.certificate,))


def strange_extension() -> x509.UnrecognizedExtension:
    return x509.UnrecognizedExtension(x509.ObjectIdentifier("1.2.3.4.5"), b"\x05\x00")


def self_signed() -> tuple[Made, TrustStore]:
    return make(PERSON, rsa_key("person"), None), trust()


def authority_as_signer() -> tuple[Made, TrustStore]:
    both = make(PERSON, rsa_key("person"), root(), authority=True, key_usage=DOCUMENTS | AUTHORITY)
    return both, trust()


NAME, NUMBER, UNIT = NameOID.COMMON_NAME, NameOID.SERIAL_NUMBER, NameOID.ORGANIZATIONAL_UNIT_NAME
CHAIN, USAGE = Stage.CHAIN, Stage.USAGE

REFUSED: dict[str, Case] = {
    "unknown authority": (
        lambda: (person(), TrustStore((stranger().certificate,))),
        CHAIN,
        _S.NO_CERTIFICATE_CHAIN_FOUND,
    ),
    "intermediate is no anchor": (
        lambda: (person(), TrustStore((), (issuing().certificate,))),
        CHAIN,
        _S.NO_CERTIFICATE_CHAIN_FOUND,
    ),
    "authority with our names": (twin_authority, CHAIN, _S.NO_CERTIFICATE_CHAIN_FOUND),
    "authority with our names and key identifier": (twin_claiming_our_key, CHAIN, _S.NO_CERTIFICATE_CHAIN_FOUND),
    "signed by itself": (self_signed, CHAIN, _S.NO_CERTIFICATE_CHAIN_FOUND),
    "no key identifier": (lambda: leaf(without_authority_key_id=True), CHAIN, _S.NO_CERTIFICATE_CHAIN_FOUND),
    "key identifier of another authority": (
        lambda: leaf(authority_key_id=b"\1" * 20),
        CHAIN,
        _S.NO_CERTIFICATE_CHAIN_FOUND,
    ),
    "authority with forty editions": (forty_editions, Stage.VALIDITY, _S.OUT_OF_BOUNDS_NO_POE),
    "circle": (circle, CHAIN, _S.NO_CERTIFICATE_CHAIN_FOUND),
    "issuer without authority flag": (lambda: below(authority=False), CHAIN, _S.CHAIN_CONSTRAINTS_FAILURE),
    "issuer may not sign certificates": (lambda: below(key_usage=DOCUMENTS), CHAIN, _S.CHAIN_CONSTRAINTS_FAILURE),
    "issuer without key usage": (lambda: below(key_usage=None), CHAIN, _S.CHAIN_CONSTRAINTS_FAILURE),
    "issuer of 1024 bits": (small_authority, CHAIN, _S.CRYPTO_CONSTRAINTS_FAILURE),
    "issuer with a strange critical extension": (
        lambda: below(extension=strange_extension()),
        CHAIN,
        _S.CHAIN_CONSTRAINTS_FAILURE,
    ),
    "path longer than allowed": (too_long, CHAIN, _S.CHAIN_CONSTRAINTS_FAILURE),
    "path longer than we follow": (too_deep, CHAIN, _S.CHAIN_CONSTRAINTS_FAILURE),
    "certificate with another digest": (
        lambda: leaf(digest=hashes.SHA512()),
        CHAIN,
        _S.CRYPTO_CONSTRAINTS_FAILURE,
    ),
    "leaf with a strange critical extension": (
        lambda: leaf(extension=strange_extension()),
        CHAIN,
        _S.CHAIN_CONSTRAINTS_FAILURE,
    ),
    "expired leaf": (
        lambda: leaf(ends=AT - timedelta(seconds=1)),
        Stage.VALIDITY,
        _S.OUT_OF_BOUNDS_NO_POE,
    ),
    "leaf of tomorrow": (
        lambda: leaf(begins=AT + timedelta(seconds=1)),
        Stage.VALIDITY,
        _S.OUT_OF_BOUNDS_NO_POE,
    ),
    "expired issuer": (
        lambda: below(ends=AT - timedelta(seconds=1)),
        Stage.VALIDITY,
        _S.OUT_OF_BOUNDS_NO_POE,
    ),
    "key for logging in only": (
        lambda: leaf(key_usage=frozenset({"digital_signature", "key_encipherment"})),
        USAGE,
        _S.CHAIN_CONSTRAINTS_FAILURE,
    ),
    "key usage missing": (lambda: leaf(key_usage=None), USAGE, _S.CHAIN_CONSTRAINTS_FAILURE),
    "key usage not critical": (lambda: leaf(usage_critical=False), USAGE, _S.CHAIN_CONSTRAINTS_FAILURE),
    "nonRepudiation alone": (
        lambda: leaf(key_usage=frozenset({"content_commitment"})),
        USAGE,
        _S.CHAIN_CONSTRAINTS_FAILURE,
    ),
    "authority as signer": (authority_as_signer, USAGE, _S.CHAIN_CONSTRAINTS_FAILURE),
    "two IINs": (
        lambda: named((NAME, "Т"), (NUMBER, f"IIN{IIN}"), (NUMBER, "IIN900101350133")),
        USAGE,
        _S.SIG_CONSTRAINTS_FAILURE,
    ),
    "IIN of 13 digits": (lambda: named((NAME, "Т"), (NUMBER, f"IIN{IIN}0")), USAGE, _S.SIG_CONSTRAINTS_FAILURE),
    "BIN with a line break": (
        lambda: named((NAME, "Т"), (UNIT, "BIN123456789021\n")),
        USAGE,
        _S.SIG_CONSTRAINTS_FAILURE,
    ),
    "BIN of other digits": (
        lambda: named((NAME, "Т"), (UNIT, "BIN٩٠٠١٠١٣٥٠١٢٢")),
        USAGE,
        _S.SIG_CONSTRAINTS_FAILURE,
    ),
    "IIN in the wrong attribute": (lambda: named((NAME, f"IIN{IIN}")), USAGE, _S.SIG_CONSTRAINTS_FAILURE),
    "two BINs": (
        lambda: named((NAME, "Т"), (UNIT, "BIN123456789021"), (UNIT, "BIN123456789022")),
        USAGE,
        _S.SIG_CONSTRAINTS_FAILURE,
    ),
    "two common names": (
        lambda: named((NAME, "Т"), (NAME, "Ж"), (NUMBER, f"IIN{IIN}")),
        USAGE,
        _S.SIG_CONSTRAINTS_FAILURE,
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_the_signer_is_refused_where_it_should_be(name: str) -> None:
    build, stage, sub_indication = REFUSED[name]
    verdict = judge(*build())
    assert (verdict.stage, verdict.sub_indication) == (stage, sub_indication)
    assert IIN not in repr(verdict)


@pytest.mark.parametrize("build", [leaf, below], ids=["leaf", "issuer"])
def test_what_the_refused_ones_are_made_from_passes(build: Callable[[], tuple[Made, TrustStore]]) -> None:
    assert judge(*build()).passed


def test_validity_bounds_are_within() -> None:
    made, store = leaf(begins=AT, ends=AT)
    assert judge(made, store).passed


def test_an_organisation_is_named_by_its_bin_alone() -> None:
    made, store = named((NAME, "ИС"), (UNIT, "BIN123456789021"), (UNIT, "Отдел"))
    verdict = judge(made, store)
    assert verdict.only_signer is not None and verdict.only_signer.signer is not None
    assert (verdict.only_signer.signer.iin, verdict.only_signer.signer.bin) == (None, "123456789021")


def test_roots_that_share_a_name_are_told_apart_by_key() -> None:
    namesake = make(ROOT_NAME, rsa_key("twin root"), None, authority=True, key_usage=AUTHORITY)
    for anchors in ((namesake.certificate, root().certificate), (root().certificate, namesake.certificate)):
        chain = TrustStore(anchors, (issuing().certificate,)).find_chain(person().certificate, AT)
        assert chain[-1] == root().certificate


def test_an_expired_edition_of_an_authority_does_not_hide_the_current_one() -> None:
    old = make(
        ISSUING_NAME, rsa_key("issuing"), root(), authority=True, key_usage=AUTHORITY, ends=AT - timedelta(days=1)
    )
    for editions in ((old, issuing()), (issuing(), old)):
        store = TrustStore((root().certificate,), tuple(one.certificate for one in editions))
        assert judge(person(), store).passed
