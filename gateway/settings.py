"""Settings: the rows of the table read into one frozen object, from variables, files of secrets and options.

A setting is read from `ASP_<NAME>`; a secret also from the file that `ASP_<NAME>_FILE` names, and never from an option.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from contracts.errors import SettingInvalid
from gateway.setting_readers import READERS
from gateway.setting_rows import (
    DEVELOPMENT,
    DISTRIBUTED,
    OFF,
    PREFIX,
    PRODUCTION,
    REAL,
    REQUIRE,
    TABLE,
    Setting,
)
from gateway.trial import holds_test_authority


@dataclass(frozen=True)
class Settings:
    """Everything that a deployment decides; one field for each row of the table."""

    environment: str
    database_url: str = field(repr=False)
    engine: str
    quota_share: int
    grace_seconds: int
    key_file: Path
    trust_folder: Path
    revocation: str
    ocsp_url: str
    crl_urls: tuple[str, ...]
    crl_delta_urls: tuple[str, ...]
    revocation_folder: Path
    timestamp_policies: tuple[str, ...]
    shep_sync_url: str
    shep_async_url: str
    soap_base: str
    rest_base: str
    sender_id: str
    sender_password: str = field(repr=False)
    shep_key_file: Path | None
    shep_key_password: str = field(repr=False)
    shep_certificates: Path | None
    shep_bin: str
    api_keys: Mapping[str, str] = field(repr=False)
    sms_sender: str
    sms_login: str
    sms_password: str = field(repr=False)
    files_login: str
    files_password: str = field(repr=False)
    otp_digits: int
    otp_seconds: int
    otp_tries: int
    otp_resend_seconds: int
    otp_resends: int
    otp_a_day: int
    attestation_seconds: int
    account_checks_a_day: int
    account_checks_of_client: int
    account_checks_seconds: int
    ca_file: Path | None
    registry_bins: Mapping[str, str]
    organisation_name: str
    organisation_bin: str
    organisation_responsible: str
    payload_key_file: Path
    payload_key_password: str = field(repr=False)
    passports: tuple[Path, ...]
    profiles: Mapping[str, str]
    pull_seconds: int
    webhook_hosts: tuple[str, ...]
    webhook_ca_file: Path | None
    max_body_bytes: int
    threads: int
    host: str
    port: int
    watch_port: int
    clock: str
    clock_start: datetime | None
    clock_follower: tuple[str, ...]
    log_level: str
    log_form: str
    metrics_token: str = field(repr=False)
    otlp_url: str
    disk_free_mb: int
    clock_skew_seconds: int

    @property
    def is_production(self) -> bool:
        return self.environment == PRODUCTION


def read_settings(
    environ: Mapping[str, str] | None = None,
    overrides: Mapping[str, str | None] = MappingProxyType({}),
    *,
    is_test_authority: Callable[[Path], bool] = holds_test_authority,
) -> Settings:
    """The settings of this process; an override (by name) wins over a variable.

    Raises SettingInvalid naming every setting that is missing or wrong, never a value.
    """
    given = os.environ if environ is None else environ
    faults: list[str] = []
    texts = {row.name: _find_text(row, given, overrides, faults) for row in TABLE}
    production = (texts["environment"] or DEVELOPMENT) == PRODUCTION
    values: dict[str, Any] = {}
    for row in TABLE:
        text = texts[row.name]
        if text is None and row.required and production:
            faults.append(f"{row.variable} must be given in production")
        try:
            values[row.name] = READERS[row.kind](row, row.default if text is None else text)
        except ValueError as error:
            faults.append(f"{row.variable}: {error}")
    if not faults and values["revocation"] != OFF and not (values["ocsp_url"] or values["crl_urls"]):
        faults.append("ASP_REVOCATION asks for answers that neither ASP_OCSP_URL nor ASP_CRL_URLS can give")
    if not faults and values["engine"] == DISTRIBUTED:
        faults.extend(_find_lone(values))
    if not faults and production:
        faults.extend(_find_dangers(values, is_test_authority))
    if faults:
        raise SettingInvalid("; ".join(faults))
    return Settings(**values)


def is_production(environ: Mapping[str, str] | None = None) -> bool:
    """Whether this process runs as production, for commands that need nothing else of the settings."""
    return (os.environ if environ is None else environ).get(f"{PREFIX}ENVIRONMENT") == PRODUCTION


def bare_environment() -> dict[str, str]:
    """The environment of this process without settings: for processes that are started with their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def given_names() -> list[str]:
    """The variables of this process that look like settings; never a value."""
    return [name for name in os.environ if name.startswith(PREFIX)]


def _find_text(
    row: Setting, environ: Mapping[str, str], overrides: Mapping[str, str | None], faults: list[str]
) -> str | None:
    """None where the setting is not given; an empty text counts as not given."""
    text = overrides.get(row.name) or environ.get(row.variable) or None
    file = environ.get(f"{row.variable}_FILE") if row.secret else None
    if text is not None or not file:
        return text
    try:
        return Path(file).read_text(encoding="utf-8").splitlines()[0]
    except (OSError, UnicodeDecodeError, IndexError):
        faults.append(f"the file that {row.variable}_FILE names cannot be read, or is empty")
        return None


def _find_lone(values: Mapping[str, Any]) -> list[str]:
    """What only one process can have, where there are to be several."""
    faults = []
    if not values["database_url"].startswith("postgresql"):
        faults.append("ASP_ENGINE=distributed wants PostgreSQL in ASP_DATABASE_URL: an SQLite file takes one gateway")
    if values["clock"] != REAL:
        faults.append("ASP_ENGINE=distributed wants ASP_CLOCK=real: a virtual clock stands in one process alone")
    return faults


def _find_dangers(values: Mapping[str, Any], is_test_authority: Callable[[Path], bool]) -> list[str]:
    """What production refuses beside what is missing."""
    key_file, trust_folder = values["key_file"], values["trust_folder"]
    if not key_file.is_file():
        return ["ASP_KEY_FILE does not name a file"]
    if not trust_folder.is_dir():
        return ["ASP_TRUST_FOLDER does not name a folder"]
    if is_test_authority(trust_folder):
        return ["ASP_TRUST_FOLDER holds a test authority, whose keys anybody can make"]
    dangers = []
    if values["clock"] != REAL:
        dangers.append("ASP_CLOCK must be real in production: legal terms run by no other")
    if values["revocation"] != REQUIRE:
        dangers.append(f"ASP_REVOCATION must be {REQUIRE} in production")
    if values["shep_key_file"] is None:
        dangers.append("ASP_SHEP_KEY_FILE must name a key in production: what goes over the bus is signed")
    if not values["shep_bin"] and values["shep_certificates"] is None:
        told = "ASP_SHEP_BIN or ASP_SHEP_CERTIFICATES must say in production whose signature is the bus's"
        dangers.append(f"{told}: any company's system has a certificate of the same authorities")
    return dangers
