"""Whose signatures the suite believes: its own authority's always, official test keys' unless told not to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from lxml import etree

from contracts.catalogue import load_catalogue
from registries_mock.ca.authority import Authority
from registries_mock.ca.subjects import Subject
from registries_mock.cli import main
from registries_mock.errors import BadSignature
from registries_mock.settings import Settings
from signing.wsse.signing import sign_envelope
from tests.registries_mock.judges import body_root
from tests.registries_mock.small_world import NOW, request_data, small_app, suite_of, sync_message
from tests.shared import shared_path

OFFICIAL = (("xml_rsa.xml", datetime(2021, 9, 28, tzinfo=UTC)), ("xml_gost2015.xml", datetime(2025, 3, 1, tzinfo=UTC)))


def signed_by(authority: Authority) -> bytes:
    """A request to a synchronous service."""
    catalogue = load_catalogue()
    passport = catalogue.passports["mvd-vehicles"]
    message = sync_message(passport.service_id, request_data(catalogue, passport))
    key = authority.issue("information-system", Subject(bin="990140009992"), at=NOW, algorithm="rsa")
    return sign_envelope(message, key)


def fault_of(settings: Settings, message: bytes) -> str:
    """The code of the fault that answers it; "" where it is served."""
    reply = small_app(settings).test_client().post("/bip-sync-wss-gost/", data=message)
    return body_root(reply.data).findtext("detail/*/errorCode") or ""


def test_an_authority_of_ones_own_is_believed_where_its_folder_is_named(tmp_path: Path) -> None:
    ours, other = Authority.create(NOW), Authority.create(NOW)
    ours.save(tmp_path / "ours")
    other.save(tmp_path / "other")
    alone = Settings(authority=tmp_path / "ours", trusted=())
    named = Settings(authority=tmp_path / "ours", trusted=(str(tmp_path / "other" / "trust"),))
    of_ours, of_other = signed_by(ours), signed_by(other)
    assert [fault_of(one, of_ours) for one in (alone, named)] == ["", ""]
    assert [fault_of(one, of_other) for one in (Settings(), alone, named)] == ["BUS-009", "BUS-009", ""]


def test_documents_signed_with_official_test_keys_are_read_unless_only_our_own_are_believed() -> None:
    for name, at in OFFICIAL:
        data = etree.Element("data")
        data.text = shared_path("data", "pki", "signed", name).read_text(encoding="utf-8")
        believing = suite_of(small_app(Settings(), clock=lambda at=at: at))
        assert believing.seals.open_payload(data, wanted=True).text, name
        alone = suite_of(small_app(Settings(trusted=()), clock=lambda at=at: at))
        with pytest.raises(BadSignature, match="the signature in data does not hold"):
            alone.seals.open_payload(data, wanted=True)


def test_what_is_no_trust_store_is_refused_at_the_start(tmp_path: Path) -> None:
    for words in (["--trust", str(tmp_path)], ["--trust", "prodution"], ["--trust", "own", "--trust", "test"]):
        refused = CliRunner().invoke(main, ["serve", "--port", "0", *words])
        assert refused.exit_code == 2, words
        assert "--trust" in refused.output
