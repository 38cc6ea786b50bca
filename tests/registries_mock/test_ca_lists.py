"""The centre's revocation lists are signed by whom they name, numbered, and say what was taken back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

import pytest
from asn1crypto import crl

from registries_mock.ca.authority import Authority
from registries_mock.ca.errors import AuthorityMissing
from signing.algorithms import check_signature
from signing.errors import SignatureRefused
from signing.verdict import Stage

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)
REVOKED = [(5, AT - timedelta(days=2)), (1 << 158, AT - timedelta(days=1))]
BY_ALGORITHM = pytest.mark.parametrize("algorithm", ["rsa", "gost2015"])


@cache
def authority() -> Authority:
    return Authority.create(AT)


def extensions(read: Any) -> dict[str, tuple[Any, bool]]:
    return {
        one["extn_id"].native: (one["extn_value"].parsed.native, one["critical"].native)
        for one in read["tbs_cert_list"]["crl_extensions"]
    }


@BY_ALGORITHM
@pytest.mark.parametrize("by_root", [False, True], ids=["issuing", "root"])
def test_a_list_is_signed_by_whom_it_names(by_root: bool, algorithm: str) -> None:
    hierarchy = authority().hierarchy(algorithm)
    issuer, other = (hierarchy.root, hierarchy.issuing) if by_root else (hierarchy.issuing, hierarchy.root)
    read = crl.CertificateList.load(authority().crl(AT, REVOKED, algorithm=algorithm, by_root=by_root), strict=True)
    part, signature = read["tbs_cert_list"].dump(), read["signature"].native
    info = issuer.certificate.public_key_info
    check_signature(issuer.pair.suite, info, part, signature, Stage.REVOCATION)
    with pytest.raises(SignatureRefused):
        check_signature(issuer.pair.suite, other.certificate.public_key_info, part, signature, Stage.REVOCATION)
    assert read["tbs_cert_list"]["issuer"].dump() == issuer.certificate.subject_name
    key_id, critical = extensions(read)["authority_key_identifier"]
    assert (key_id["key_identifier"], critical) == (issuer.certificate.subject_key_id, False)


@BY_ALGORITHM
def test_a_list_says_what_is_revoked_since_when_and_until_when_it_holds(algorithm: str) -> None:
    until = AT + timedelta(hours=3)
    part = crl.CertificateList.load(authority().crl(AT, REVOKED, algorithm=algorithm, next_update=until))[
        "tbs_cert_list"
    ]
    told = [(one["user_certificate"].native, one["revocation_date"].native) for one in part["revoked_certificates"]]
    assert told == REVOKED
    assert (part["this_update"].native, part["next_update"].native) == (AT, until)


def test_an_empty_list_has_no_place_for_certificates() -> None:
    """RFC 5280, 5.1.2.6: absent, not empty."""
    part = crl.CertificateList.load(authority().crl(AT))["tbs_cert_list"]
    assert part["revoked_certificates"].native is None


def test_lists_are_numbered_by_their_moment_where_nothing_else_is_said() -> None:
    def number(at: datetime, given: int | None = None) -> Any:
        return extensions(crl.CertificateList.load(authority().crl(at, number=given)))["crl_number"][0]

    assert number(AT, 8) == 8
    assert number(AT) < number(AT + timedelta(seconds=1))


def test_a_delta_list_names_the_full_list_and_must_be_understood() -> None:
    full, delta = (
        extensions(crl.CertificateList.load(authority().crl(AT, number=8, delta_of=base))) for base in (None, 7)
    )
    assert "delta_crl_indicator" not in full
    assert delta["delta_crl_indicator"] == (7, True)


def test_a_half_that_is_not_there_makes_no_lists() -> None:
    half = Authority({"rsa": authority().hierarchy("rsa")})
    assert half.crl(AT)
    with pytest.raises(AuthorityMissing, match="gost2015"):
        half.crl(AT, algorithm="gost2015")
