"""The shipped stores are the published authorities, untouched, and their chains hold for RSA and for GOST."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from signing.certificates import Certificate, read_certificate
from signing.trust import TrustStore
from signing.trust_stores import PRODUCTION, TEST, find_trust_folder
from tests.shared import shared_path

ROW = re.compile(r"^\| (\S+)\.cer \| .* \| (\S+) \| `([0-9a-f]{64})` \|$", re.MULTILINE)
FILES = sorted(find_trust_folder(PRODUCTION).parent.rglob("*.cer"))
NOW = datetime(2026, 11, 25, tzinfo=UTC)


def shipped(name: str) -> TrustStore:
    return TrustStore.from_folder(find_trust_folder(name))


def by_file(name: str, file: str) -> Certificate:
    return read_certificate((find_trust_folder(name) / f"{file}.cer").read_bytes())


def test_the_table_names_every_file_with_its_digest_and_its_end() -> None:
    text = (find_trust_folder(PRODUCTION).parent / "README.md").read_text(encoding="utf-8")
    found = {
        (
            f"{path.parent.name}/{path.stem}",
            f"{read_certificate(path.read_bytes()).not_after:%Y-%m-%d}",
            hashlib.sha256(path.read_bytes()).hexdigest(),
        )
        for path in FILES
    }
    assert set(ROW.findall(text)) == found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_authority_is_the_published_one(path: Path) -> None:
    published = [one.read_bytes() for one in shared_path("data", "pki", "trust", path.parent.name).iterdir()]
    assert read_certificate(path.read_bytes()) in [read_certificate(one) for one in published]


@pytest.mark.parametrize(
    ("issuing", "root"),
    [
        ("nca_gost_2022", "root_gost_2022"),
        ("nca_rsa_2022", "root_rsa_2020"),
        ("ucgo_gost", "root_gost_2020"),
        ("btsd_gost", "root_gost_2020"),
    ],
)
def test_the_issuing_authorities_of_today_lead_to_their_roots(issuing: str, root: str) -> None:
    chain = shipped(PRODUCTION).find_chain(by_file(PRODUCTION, issuing), NOW)
    assert chain == (by_file(PRODUCTION, issuing), by_file(PRODUCTION, root))


@pytest.mark.parametrize(("issuing", "root"), [("nca_gost", "root_gost"), ("nca_rsa", "root_rsa")])
def test_authorities_that_have_expired_still_lead_to_theirs(issuing: str, root: str) -> None:
    expired = by_file(PRODUCTION, issuing)
    before = expired.not_after - timedelta(days=1)
    assert shipped(PRODUCTION).find_chain(expired, before)[-1] == by_file(PRODUCTION, root)


def test_roots_of_one_name_are_told_apart() -> None:
    """The roots of 2015 and 2020 have one common name: the key identifier and the signature decide."""
    names = [one.subject for one in shipped(PRODUCTION).anchors]
    common = [value for name in names for oid, value in name if oid == "2.5.4.3"]
    assert len(set(common)) < len(common)
    assert len(shipped(PRODUCTION).anchors) == 5


def test_in_the_test_store_an_authority_without_its_root_is_an_anchor() -> None:
    store = shipped(TEST)
    assert by_file(TEST, "nca_rsa_test") in store.anchors
    assert by_file(TEST, "nca_gost_test") in store.anchors
    assert store.intermediates == (by_file(TEST, "nca_gost2022_test"),)


def test_the_two_stores_have_nothing_in_common() -> None:
    one, other = shipped(PRODUCTION), shipped(TEST)
    assert not {*one.anchors, *one.intermediates} & {*other.anchors, *other.intermediates}


def test_any_other_word_is_a_folder() -> None:
    assert find_trust_folder("my/folder") == Path("my/folder")
