"""What the joined parts are told: each registry its own key, TLS its authorities, streams their share of threads."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from contracts.catalogue import load_catalogue
from contracts.errors import SettingInvalid
from gateway.settings import read_settings
from gateway.wiring import describe_adapters

CATALOGUE = load_catalogue()


def test_a_key_goes_to_the_registry_that_it_is_for_and_to_no_other() -> None:
    config = describe_adapters(read_settings({"ASP_API_KEYS": "aisoip=one, bank=two"}), CATALOGUE)
    assert config.api_keys == {"aisoip": "one", "bank": "two"}
    assert not describe_adapters(read_settings({}), CATALOGUE).api_keys


@pytest.mark.parametrize("variable", ["ASP_API_KEYS", "ASP_REGISTRY_BINS"])
def test_a_registry_that_no_passport_has_is_told_without_repeating_it(variable: str) -> None:
    with pytest.raises(SettingInvalid, match=variable) as caught:
        describe_adapters(read_settings({variable: "secret-by-mistake=x"}), CATALOGUE)
    assert "mistake" not in str(caught.value)


def test_production_wants_to_know_the_organisation_of_every_registry_that_signs_for_itself() -> None:
    alone = {one.registry for one in CATALOGUE.passports.values() if one.signature == "registry"}
    settings = replace(read_settings({}), environment="production")
    with pytest.raises(SettingInvalid, match="ASP_REGISTRY_BINS") as caught:
        describe_adapters(settings, CATALOGUE)
    assert alone and all(registry in str(caught.value) for registry in alone)
    told = {registry: "990940000006" for registry in alone}
    assert describe_adapters(replace(settings, registry_bins=told), CATALOGUE)


def test_the_authorities_for_tls_are_those_of_the_setting(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    with pytest.raises(SettingInvalid, match="ASP_CA_FILE"):
        describe_adapters(read_settings({"ASP_CA_FILE": str(file)}), CATALOGUE)
    file.touch()
    assert describe_adapters(read_settings({"ASP_CA_FILE": str(file)}), CATALOGUE).ca_file == str(file)
    assert describe_adapters(read_settings({}), CATALOGUE).ca_file == ""
