"""How the text of a setting is read, by its kind: a ValueError says what it must be, and never what it was."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from gateway.setting_rows import (
    DEVELOPMENT,
    DISTRIBUTED,
    EMBEDDED,
    LINES,
    NONE,
    OFF,
    PREFER,
    PRODUCTION,
    REAL,
    REQUIRE,
    TEXT,
    VIRTUAL,
    Kind,
    Setting,
)
from signing.trust_stores import find_trust_folder

_KAZAKHSTAN = timezone(timedelta(hours=5))
_HOST = re.compile(r"([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")
_SHORTEST_TOKEN = 16


def _read_number(row: Setting, text: str) -> int:
    if not (text.isascii() and text.isdigit()) or len(text) > 12 or not row.low <= int(text) <= row.high:
        raise ValueError(f"must be a whole number from {row.low} to {row.high}")
    return int(text)


def _read_url(row: Setting, text: str) -> str:
    try:
        parts, port = urlsplit(text), urlsplit(text).port
    except ValueError:
        parts, port = urlsplit(""), None
    if (
        port == 0
        or parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username
        or parts.query
        or parts.fragment
    ):
        raise ValueError("must be an http or https address without user, query and fragment")
    return text


def _read_urls(row: Setting, text: str) -> tuple[str, ...]:
    return tuple(_read_url(row, word) for word in _read_words(row, text))


def _read_words(_: Setting, text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(",") if word.strip())


def _read_hosts(row: Setting, text: str) -> tuple[str, ...]:
    hosts = tuple(word.lower() for word in _read_words(row, text))
    if not all(_HOST.fullmatch(host) for host in hosts):
        raise ValueError("must be hosts as they stand in addresses, without scheme and path")
    return hosts


def _read_pairs(row: Setting, text: str) -> Mapping[str, str]:
    pairs = [pair.partition("=") for pair in text.split(",") if pair.strip()]
    if any(not key.strip() or not value.strip() for key, _, value in pairs):
        raise ValueError("must be KEY=VALUE pairs, joined by commas")
    return MappingProxyType({key.strip(): value.strip() for key, _, value in pairs})


def _read_bin(_: Setting, text: str) -> str:
    if text and not (text.isascii() and text.isdigit() and len(text) == 12):
        raise ValueError("must be a BIN of 12 digits")
    return text


def _read_bins(row: Setting, text: str) -> Mapping[str, str]:
    pairs = _read_pairs(row, text)
    return MappingProxyType({name: _read_bin(row, number) for name, number in pairs.items()})


def _read_moment(_: Setting, text: str) -> datetime | None:
    """A moment without a zone is Kazakhstan's."""
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("must be a moment like 2026-10-05T10:00") from None
    return moment if moment.tzinfo else moment.replace(tzinfo=_KAZAKHSTAN)


def _read_token(_: Setting, text: str) -> str:
    if text and not (text.isascii() and text.isalnum() and len(text) >= _SHORTEST_TOKEN):
        raise ValueError(f"must be at least {_SHORTEST_TOKEN} letters and digits")
    return text


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
    Kind.TRUST: lambda row, text: find_trust_folder(text),
    Kind.KEY_FILE: lambda row, text: None if text == NONE else Path(text),
    Kind.OPTIONAL_URL: lambda row, text: _read_url(row, text) if text else "",
    Kind.URLS: _read_urls,
    Kind.WORDS: _read_words,
    Kind.HOSTS: _read_hosts,
    Kind.REVOCATION: _read_choice(REQUIRE, PREFER, OFF),
    Kind.BIN: _read_bin,
    Kind.BINS: _read_bins,
    Kind.ENVIRONMENT: _read_choice(DEVELOPMENT, PRODUCTION),
    Kind.CLOCK: _read_choice(REAL, VIRTUAL),
    Kind.ENGINE: _read_choice(EMBEDDED, DISTRIBUTED),
    Kind.MOMENT: _read_moment,
    Kind.LEVEL: _read_choice("DEBUG", "INFO", "WARNING", "ERROR"),
    Kind.LOG_FORM: _read_choice(TEXT, LINES),
    Kind.BEARER: _read_token,
}
