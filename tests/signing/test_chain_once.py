"""That one certificate issued another is worked out once, and stands for nothing but these two."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from signing.errors import SignatureRefused
from signing.trust import TrustStore
from signing.verdict import SubIndication
from tests.signing.pki import AT, AUTHORITY, ISSUING_NAME, issuing, make, person, root, rsa_key
from tests.signing.test_trust import judge, leaf

_S = SubIndication


def test_what_was_worked_out_once_does_not_outlive_the_term_of_the_certificate_or_its_authorities() -> None:
    made, store = leaf(ends=AT + timedelta(days=1))
    assert judge(made, store).passed
    assert judge(made, store, AT + timedelta(days=2)).sub_indication is _S.OUT_OF_BOUNDS_NO_POE
    assert judge(made, TrustStore((person().certificate,))).sub_indication is _S.NO_CERTIFICATE_CHAIN_FOUND
    assert judge(made, store).passed


def test_what_was_worked_out_once_says_nothing_of_another_certificate_of_the_same_name() -> None:
    made, store = leaf()
    certificate = made.certificate
    assert store.find_chain(certificate, AT)
    others = [
        replace(certificate, signature=certificate.signature[::-1]),
        replace(certificate, signed_part=certificate.signed_part + b"\0"),
    ]
    for other in (*others, *others):
        with pytest.raises(SignatureRefused, match="did not sign it"):
            store.find_chain(other, AT)


def test_what_was_worked_out_once_says_nothing_of_another_key_of_the_same_name() -> None:
    made, store = leaf()
    assert store.find_chain(made.certificate, AT)
    other = make(ISSUING_NAME, rsa_key("another issuing"), root(), authority=True, key_usage=AUTHORITY).certificate
    same_names = replace(other, subject_key_id=issuing().certificate.subject_key_id)
    with pytest.raises(SignatureRefused, match="did not sign it"):
        TrustStore(store.anchors, (same_names,)).find_chain(made.certificate, AT)
