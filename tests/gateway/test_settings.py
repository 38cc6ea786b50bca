"""Settings: one table, nothing wrong or missing goes by, and production refuses what is only fit for trying out."""

from __future__ import annotations

import os
from dataclasses import fields
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from contracts.errors import SettingInvalid
from gateway.setting_rows import TABLE
from gateway.settings import Settings, bare_environment, read_settings
from gateway.trial import holds_test_authority
from registries_mock.settings import SENDERS
from tests.signing import pki

SECRET = "a-password-nobody-may-see"
REQUIRED = [row for row in TABLE if row.required]


def believe(_: Path) -> bool:
    return False


def production(folder: Path) -> dict[str, str]:
    """An environment in which everything that production wants is given."""
    (folder / "trust").mkdir(exist_ok=True)
    (folder / "key").write_text("key", encoding="utf-8")
    given = {row.variable: "http://bus.test/" if row.default.startswith("http") else "given" for row in REQUIRED}
    return given | {
        "ASP_ENVIRONMENT": "production",
        "ASP_KEY_FILE": str(folder / "key"),
        "ASP_TRUST_FOLDER": str(folder / "trust"),
        "ASP_REVOCATION": "require",
        "ASP_OCSP_URL": "http://ocsp.test/",
        "ASP_SHEP_BIN": "990940000016",
        "ASP_SENDER_PASSWORD": SECRET,
    }


def test_the_table_and_the_object_have_the_same_names_in_the_same_order() -> None:
    assert [row.name for row in TABLE] == [one.name for one in fields(Settings)]
    assert all(row.help.endswith(".") for row in TABLE)


def test_without_any_variable_there_is_a_development_set_up() -> None:
    settings = read_settings({})
    assert not settings.is_production
    assert settings.database_url == "sqlite:///var/gateway.db"
    assert settings.max_body_bytes == 5_000_000
    assert settings.passports == ()
    assert settings.payload_key_file == Path("var/organisation.p12")
    assert settings.ca_file is None


def test_an_option_wins_over_a_variable_and_a_variable_over_the_default() -> None:
    environ = {"ASP_PORT": "9000", "ASP_HOST": "0.0.0.0"}  # noqa: S104
    settings = read_settings(environ, {"port": "9001", "host": None})
    assert (settings.port, settings.host) == (9001, "0.0.0.0")  # noqa: S104


def test_lists_and_pairs_are_read() -> None:
    environ = {"ASP_PASSPORTS": os.pathsep.join(["a", "b"]), "ASP_PROFILES": "bank-account=epay-2014, x=y"}
    settings = read_settings(environ)
    assert settings.passports == (Path("a"), Path("b"))
    assert settings.profiles == {"bank-account": "epay-2014", "x": "y"}


def test_hosts_are_read_in_lower_case_with_or_without_a_port() -> None:
    settings = read_settings({"ASP_WEBHOOK_HOSTS": "Portal.test, other.test:8443,[::1]:9000"})
    assert settings.webhook_hosts == ("portal.test", "other.test:8443", "[::1]:9000")
    assert read_settings({}).webhook_hosts == ()


def test_a_secret_may_be_a_file_and_never_shows(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text(f"{SECRET}\nsecond line\n", encoding="utf-8")
    settings = read_settings({"ASP_SENDER_PASSWORD_FILE": str(tmp_path / "secret"), "ASP_API_KEYS": f"bank={SECRET}"})
    assert settings.sender_password == SECRET
    assert settings.api_keys == {"bank": SECRET}
    assert SECRET not in repr(settings)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "80a"), ("PORT", "-1"), ("PORT", "²"), ("PORT", "65536"), ("THREADS", "513"), ("THREADS", "1"),
        ("MAX_BODY_BYTES", "0"),
        ("PULL_SECONDS", "9" * 20), ("SHEP_SYNC_URL", "ftp://x/"), ("REST_BASE", "http://"),
        ("SOAP_BASE", f"http://user:{SECRET}@host/"), ("ENVIRONMENT", "prod"), ("LOG_LEVEL", "loud"),
        ("LOG_FORM", "xml"), ("METRICS_TOKEN", SECRET), ("METRICS_TOKEN", "short"), ("OTLP_URL", "collector:4318"),
        ("WEBHOOK_HOSTS", f"https://{SECRET}"), ("WEBHOOK_HOSTS", f"a.test/{SECRET}"), ("WEBHOOK_HOSTS", "a.test:x"),
        ("PROFILES", "a"), ("PROFILES", "=b"), ("API_KEYS", SECRET), ("API_KEYS", f"={SECRET}"),
        ("REGISTRY_BINS", "kdp="), ("REVOCATION", "maybe"),
        ("SHEP_BIN", "abc"), ("REGISTRY_BINS", "kdp=1"), ("OCSP_URL", "http://x:99999/"),
        ("CRL_URLS", "http://[::1"), ("OCSP_URL", "ocsp.test"), ("CRL_URLS", "http://a.test/,b"),
        ("SENDER_PASSWORD_FILE", f"/none/{SECRET}"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named_and_not_repeated(name: str, value: str) -> None:
    with pytest.raises(SettingInvalid) as caught:
        read_settings({f"ASP_{name}": value})
    assert f"ASP_{name}" in str(caught.value)
    assert SECRET not in str(caught.value)


def test_all_that_is_wrong_is_told_at_once() -> None:
    with pytest.raises(SettingInvalid) as caught:
        read_settings({"ASP_PORT": "x", "ASP_THREADS": "y"})
    assert "ASP_PORT" in str(caught.value)
    assert "ASP_THREADS" in str(caught.value)


def test_production_starts_where_everything_is_given(tmp_path: Path) -> None:
    assert read_settings(production(tmp_path), is_test_authority=believe).is_production


@pytest.mark.parametrize("missing", REQUIRED, ids=lambda row: row.name)
def test_production_has_no_default_for_what_is_required(tmp_path: Path, missing: object) -> None:
    environ = production(tmp_path)
    variable = getattr(missing, "variable", "")
    for absent in ({variable: ""}, {}):
        given = {name: value for name, value in environ.items() if name != variable} | absent
        with pytest.raises(SettingInvalid, match=variable):
            read_settings(given, is_test_authority=believe)


@pytest.mark.parametrize(("variable", "value"), [("ASP_KEY_FILE", "none"), ("ASP_TRUST_FOLDER", "none")])
def test_production_refuses_files_that_are_not_there(tmp_path: Path, variable: str, value: str) -> None:
    with pytest.raises(SettingInvalid, match=variable):
        read_settings(production(tmp_path) | {variable: str(tmp_path / value)}, is_test_authority=believe)


@pytest.mark.parametrize("mode", ["off", "prefer"])
def test_production_wants_revocation_to_be_required(tmp_path: Path, mode: str) -> None:
    with pytest.raises(SettingInvalid, match="ASP_REVOCATION"):
        read_settings(production(tmp_path) | {"ASP_REVOCATION": mode}, is_test_authority=believe)


def test_production_wants_what_goes_over_the_bus_to_be_signed(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="ASP_SHEP_KEY_FILE"):
        read_settings(production(tmp_path) | {"ASP_SHEP_KEY_FILE": "none"}, is_test_authority=believe)


def test_production_wants_to_know_whose_signature_is_the_bus_s(tmp_path: Path) -> None:
    environ = production(tmp_path) | {"ASP_SHEP_BIN": ""}
    with pytest.raises(SettingInvalid, match="ASP_SHEP_BIN or ASP_SHEP_CERTIFICATES"):
        read_settings(environ, is_test_authority=believe)
    pinned = read_settings(environ | {"ASP_SHEP_CERTIFICATES": str(tmp_path)}, is_test_authority=believe)
    assert pinned.shep_certificates == tmp_path


@pytest.mark.parametrize("mode", ["require", "prefer"])
def test_revocation_that_nobody_could_tell_of_is_not_asked_for(mode: str) -> None:
    with pytest.raises(SettingInvalid, match="ASP_OCSP_URL"):
        read_settings({"ASP_REVOCATION": mode})
    told = read_settings({"ASP_REVOCATION": mode, "ASP_CRL_URLS": "http://a.test/x.crl, http://b.test/y.crl"})
    assert told.crl_urls == ("http://a.test/x.crl", "http://b.test/y.crl")


@pytest.mark.parametrize("name", ["production", "test"])
def test_the_shipped_stores_are_named_by_a_word(name: str) -> None:
    folder = read_settings({"ASP_TRUST_FOLDER": name}).trust_folder
    assert holds_test_authority(folder) is (name == "test")


def test_several_processes_want_postgresql_and_real_time() -> None:
    told = {"ASP_ENGINE": "distributed", "ASP_DATABASE_URL": "postgresql+psycopg://a@b/c"}
    assert read_settings(told).engine == "distributed"
    with pytest.raises(SettingInvalid, match="PostgreSQL"):
        read_settings(told | {"ASP_DATABASE_URL": "sqlite:///x.db"})
    with pytest.raises(SettingInvalid, match="ASP_CLOCK=real"):
        read_settings(told | {"ASP_CLOCK": "virtual"})
    with pytest.raises(SettingInvalid, match="ASP_ENGINE: must be one of"):
        read_settings(told | {"ASP_ENGINE": "many"})


def test_the_bus_may_be_left_unsigned_in_development_by_a_word_and_not_by_silence() -> None:
    assert read_settings({"ASP_SHEP_KEY_FILE": "none"}).shep_key_file is None
    assert read_settings({"ASP_SHEP_KEY_FILE": ""}).shep_key_file == Path("var/organisation.p12")


def write_authority(folder: Path, organisation: str) -> Path:
    name = ((NameOID.COMMON_NAME, "ROOT"), (NameOID.ORGANIZATION_NAME, organisation))
    root = pki.make(name, pki.rsa_key("root"), None, authority=True, key_usage=pki.AUTHORITY)
    (folder / "root.pem").write_bytes(root.x509.public_bytes(Encoding.PEM))
    return folder


@pytest.mark.parametrize(
    ("organisation", "is_test"),
    [("Registries Mock", True), ("ТЕСТ ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ", True), ("ҰЛТТЫҚ КУӘЛАНДЫРУШЫ ОРТАЛЫҚ", False)],
)
def test_an_authority_for_tests_is_known_by_its_name(tmp_path: Path, organisation: str, is_test: bool) -> None:
    assert holds_test_authority(write_authority(tmp_path, organisation)) is is_test


def test_production_refuses_a_test_authority_and_development_takes_it(tmp_path: Path) -> None:
    environ = production(tmp_path)
    write_authority(tmp_path / "trust", "Registries Mock")
    with pytest.raises(SettingInvalid, match="ASP_TRUST_FOLDER"):
        read_settings(environ)
    assert not read_settings(environ | {"ASP_ENVIRONMENT": "development"}).is_production


def test_production_refuses_a_trust_folder_without_a_certificate(tmp_path: Path) -> None:
    with pytest.raises(SettingInvalid, match="trust-store-unusable"):
        read_settings(production(tmp_path))


def test_the_defaults_of_both_programs_talk_to_each_other() -> None:
    settings = read_settings({})
    assert SENDERS[settings.sender_id] == settings.sender_password


def test_a_bare_environment_has_no_setting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ASP_PORT", "1")
    monkeypatch.setenv("OTHER", "2")
    assert "ASP_PORT" not in bare_environment()
    assert bare_environment()["OTHER"] == "2"
