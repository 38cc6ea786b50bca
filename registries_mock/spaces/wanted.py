"""What a space is made with, read from JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final

from registries_mock.clock import KAZAKHSTAN
from registries_mock.settings import Settings
from registries_mock.virtual_time import check_start

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_WORDS: Final = ("name", "senders", "participants", "seed", "clock", "async_delay", "latency")
_LONGEST_DELAY: Final = 3600.0
_LONGEST_LATENCY: Final = 60.0


@dataclass(frozen=True)
class WantedSpace:
    """A space; what is None is as in the suite that it lies beside."""

    name: str
    senders: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """Passwords by sender id: what these send over the bus belongs to this space, without a word more."""
    participants: Mapping[str, str] | None = None
    seed: int | None = None
    clock: datetime | None = None
    """Where a virtual clock of its own begins."""
    async_delay: float | None = None
    latency: float | None = None

    def settings(self, beside: Settings) -> Settings:
        """Those of the suite beside it, with what is wanted otherwise."""
        changes: dict[str, Any] = {
            "senders": {**beside.senders, **self.senders},
            "participants": self.participants if self.participants is not None else {},
            "seed": self.seed if self.seed is not None else beside.seed,
            "clock_start": self.clock or beside.clock_start,
            "today": None if self.clock else beside.today,
            "ncalayer": "",
            "scenario": None,
        }
        if self.async_delay is not None:
            changes["reply_delay_seconds"] = self.async_delay
        if self.latency is not None:
            changes["latency_seconds"] = self.latency
        return replace(beside, **changes)


def read_space(said: Any) -> WantedSpace:
    """From an object of `name` and what is to be otherwise; raises ValueError with a sentence."""
    if not isinstance(said, dict):
        raise ValueError("a space is a JSON object")
    if unknown := sorted(set(said) - set(_WORDS)):
        raise ValueError(f"{unknown[0]} is none of {', '.join(_WORDS)}")
    name = said.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise ValueError("name is 1 to 64 letters, digits, dots, dashes and underscores, the first a letter or digit")
    participants = _read_texts(said, "participants")
    if not all(url.startswith(("http://", "https://")) for url in participants.values()):
        raise ValueError("a participant's address begins with http:// or https://")
    seed = said.get("seed")
    if seed is not None and (isinstance(seed, bool) or not isinstance(seed, int)):
        raise ValueError("seed is a whole number")
    return WantedSpace(
        name,
        senders=_read_texts(said, "senders"),
        participants=participants if "participants" in said else None,
        seed=seed,
        clock=_read_clock(said.get("clock")),
        async_delay=_read_seconds(said, "async_delay", _LONGEST_DELAY),
        latency=_read_seconds(said, "latency", _LONGEST_LATENCY),
    )


def _read_texts(said: Mapping[str, Any], name: str) -> dict[str, str]:
    texts = said.get(name, {})
    if not isinstance(texts, dict) or not all(isinstance(one, str) and one for pair in texts.items() for one in pair):
        raise ValueError(f"{name} is an object of texts by sender id")
    return texts


def _read_clock(text: Any) -> datetime | None:
    if text is None:
        return None
    try:
        start = datetime.fromisoformat(text)
        start = start if start.tzinfo else start.replace(tzinfo=KAZAKHSTAN)
        check_start(start)
    except (TypeError, ValueError) as failure:
        raise ValueError("clock is where a virtual clock begins, like 2026-10-05T10:00") from failure
    return start


def _read_seconds(said: Mapping[str, Any], name: str, most: float) -> float | None:
    seconds = said.get(name)
    if seconds is None:
        return None
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds <= most:
        raise ValueError(f"{name} is a number of seconds from 0 to {most:.0f}")
    return float(seconds)
