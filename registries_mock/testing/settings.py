"""The settings of a suite in a test, from the words in which a test says them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from registries_mock.bus.seals import Demand, Naming
from registries_mock.clock import KAZAKHSTAN
from registries_mock.settings import SENDERS, Settings


def settings_of(
    *,
    seed: int = 1,
    today: date | str | None = None,
    clock: datetime | str | None = None,
    senders: Mapping[str, str] | None = None,
    passports: Iterable[str | Path] = (),
    signatures: str = "verify",
    key_info: str = "key-identifier",
    ca: str | Path | None = None,
    latency: float = 0.0,
    async_delay: float = 0.0,
) -> Settings:
    """Words and meanings are those of `registries-mock serve`; `clock` is where a virtual clock begins.

    A late reply is sent at once, unless `async_delay` says otherwise. ValueError for what cannot be.
    """
    start = datetime.fromisoformat(clock) if isinstance(clock, str) else clock
    return Settings(
        seed=seed,
        today=date.fromisoformat(today) if isinstance(today, str) else today,
        clock_start=start if start is None or start.tzinfo else start.replace(tzinfo=KAZAKHSTAN),
        senders=MappingProxyType(dict(senders)) if senders else SENDERS,
        catalogue_folders=tuple(Path(one) for one in passports),
        signatures=Demand(signatures),
        naming=Naming(key_info),
        authority=Path(ca) if ca is not None else None,
        latency_seconds=latency,
        reply_delay_seconds=async_delay,
    )


def key_of(words: Mapping[str, Any]) -> str:
    """The same for the same words: one suite serves all tests that want it so."""
    return repr(sorted(words.items()))


def environment_with(url: str, settings: Settings) -> dict[str, str]:
    """This process's environment, and what a command needs to find the suite."""
    sender, password = next(iter(settings.senders.items()))
    return {
        **os.environ,
        "REGISTRIES_MOCK_URL": url,
        "REGISTRIES_MOCK_SENDER": sender,
        "REGISTRIES_MOCK_PASSWORD": password,
    }
