"""Settings: one table (name, kind, default, help), from which the frozen object, the options and the page are made.

A setting is read from `ASP_<NAME>`; a secret also from the file that `ASP_<NAME>_FILE` names, and never from an option.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from contracts.errors import SettingInvalid
from gateway.trial import holds_test_authority

PREFIX = "ASP_"
DEVELOPMENT, PRODUCTION = "development", "production"


class Kind(StrEnum):
    """How the text of a setting is read."""

    TEXT = "text"
    NUMBER = "whole number"
    URL = "address"
    PATH = "path"
    PATHS = "paths, joined by the path separator"
    PAIRS = "pairs KEY=VALUE, joined by commas"
    ENVIRONMENT = "development or production"
    LEVEL = "DEBUG, INFO, WARNING or ERROR"


@dataclass(frozen=True)
class Setting:
    name: str
    kind: Kind
    default: str
    help: str
    required: bool = False
    """In production there is no default: it must be given."""
    secret: bool = False
    low: int = 0
    high: int = 999_999_999_999

    @property
    def variable(self) -> str:
        return PREFIX + self.name.upper()

    @property
    def option(self) -> str:
        return "--" + self.name.replace("_", "-")


TABLE: tuple[Setting, ...] = (
    Setting("environment", Kind.ENVIRONMENT, DEVELOPMENT, "Production refuses whatever is only fit for trying out."),
    Setting(
        "database_url",
        Kind.TEXT,
        "sqlite:///var/gateway.db",
        "The database, as SQLAlchemy names it; SQLite: one gateway.",
        True,
    ),
    Setting("key_file", Kind.PATH, "var/gateway.key", "The AES-256 key under which raw messages are sealed.", True),
    Setting("trust_folder", Kind.PATH, "var/ca/trust", "Certificates of the authorities that are believed.", True),
    Setting("shep_sync_url", Kind.URL, "http://127.0.0.1:8088/bip-sync-wss-gost/", "SHEP, synchronous channel.", True),
    Setting("shep_async_url", Kind.URL, "http://127.0.0.1:8088/bip-async-wss-gost/", "SHEP, asynchronous.", True),
    Setting("soap_base", Kind.URL, "http://127.0.0.1:8088/soap/", "Where services with a WSDL of their own are.", True),
    Setting("rest_base", Kind.URL, "http://127.0.0.1:8088/rest/", "Where REST services are.", True),
    Setting("sender_id", Kind.TEXT, "asp-gateway", "Our id on the bus.", True),
    Setting("sender_password", Kind.TEXT, "mock-password", "The password of that id.", True, secret=True),
    Setting("api_keys", Kind.PAIRS, "", "Keys of services that want one: REGISTRY=KEY.", secret=True),
    Setting("ca_file", Kind.PATH, "", "PEM file of authorities for TLS with registries; none = the machine's own."),
    Setting("registry_bins", Kind.PAIRS, "", "Whose signature in a payload counts: REGISTRY=BIN; else any system's."),
    Setting("organisation_name", Kind.TEXT, "Test organisation", "Who asks, where a registry wants to know.", True),
    Setting("organisation_bin", Kind.TEXT, "000000000000", "The BIN of the one who asks.", True),
    Setting("organisation_responsible", Kind.TEXT, "Test specialist", "The person who answers for asking.", True),
    Setting("payload_key_file", Kind.PATH, "var/organisation.p12", "PKCS#12 for signatures inside payloads.", True),
    Setting("payload_key_password", Kind.TEXT, "mock-password", "The password of that file.", True, secret=True),
    Setting("passports", Kind.PATHS, "", "Folders with a deployment's own passports, services, dictionaries."),
    Setting("profiles", Kind.PAIRS, "", "Alternative passports: PASSPORT=ALTERNATIVE."),
    Setting("pull_seconds", Kind.NUMBER, "0", "How often late answers are fetched; 0 = the bus pushes them."),
    Setting("max_body_bytes", Kind.NUMBER, "5000000", "The largest body that is accepted.", low=1024),
    Setting(
        "threads",
        Kind.NUMBER,
        "8",
        "Threads that serve the API; at most half hold live streams.",
        low=2,
        high=512,
    ),
    Setting("host", Kind.TEXT, "127.0.0.1", "The address that the API listens on."),
    Setting("port", Kind.NUMBER, "8080", "Its port; 0 = any free one.", high=65_535),
    Setting("log_level", Kind.LEVEL, "INFO", "From which level on the log is written."),
)


@dataclass(frozen=True)
class Settings:
    """Everything that a deployment decides; one field for each row of the table."""

    environment: str
    database_url: str = field(repr=False)
    key_file: Path
    trust_folder: Path
    shep_sync_url: str
    shep_async_url: str
    soap_base: str
    rest_base: str
    sender_id: str
    sender_password: str = field(repr=False)
    api_keys: Mapping[str, str] = field(repr=False)
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
    max_body_bytes: int
    threads: int
    host: str
    port: int
    log_level: str

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
    if not faults and production:
        faults.extend(_find_dangers(values, is_test_authority))
    if faults:
        raise SettingInvalid("; ".join(faults))
    return Settings(**values)


def bare_environment() -> dict[str, str]:
    """The environment of this process without settings: for processes that are started with their own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


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


def _find_dangers(values: Mapping[str, Any], is_test_authority: Callable[[Path], bool]) -> list[str]:
    """What production refuses beside what is missing."""
    key_file, trust_folder = values["key_file"], values["trust_folder"]
    if not key_file.is_file():
        return ["ASP_KEY_FILE does not name a file"]
    if not trust_folder.is_dir():
        return ["ASP_TRUST_FOLDER does not name a folder"]
    if is_test_authority(trust_folder):
        return ["ASP_TRUST_FOLDER holds a test authority, whose keys anybody can make"]
    return []


def _read_number(row: Setting, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or not row.low <= int(text) <= row.high:
        raise ValueError(f"must be a whole number from {row.low} to {row.high}")
    return int(text)


def _read_url(row: Setting, text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.query or parts.fragment:
        raise ValueError("must be an http or https address without user, query and fragment")
    return text


def _read_pairs(row: Setting, text: str) -> Mapping[str, str]:
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if any(not key.strip() or not value.strip() for key, _, value in pairs):
        raise ValueError("must be KEY=VALUE pairs, joined by commas")
    return MappingProxyType({key.strip(): value.strip() for key, _, value in pairs})


def _read_choice(*words: str) -> Callable[[Setting, str], str]:
    def read(row: Setting, text: str) -> str:
        if text not in words:
            raise ValueError(f"must be one of {', '.join(words)}")
        return text

    return read


READERS: Mapping[Kind, Callable[[Setting, str], Any]] = {
    Kind.TEXT: lambda row, text: text,
    Kind.NUMBER: _read_number,
    Kind.URL: _read_url,
    Kind.PATH: lambda row, text: Path(text) if text else None,
    Kind.PATHS: lambda row, text: tuple(Path(part) for part in text.split(os.pathsep) if part),
    Kind.PAIRS: _read_pairs,
    Kind.ENVIRONMENT: _read_choice(DEVELOPMENT, PRODUCTION),
    Kind.LEVEL: _read_choice("DEBUG", "INFO", "WARNING", "ERROR"),
}
