"""Other programs whose virtual clocks go with ours: the mock suite, over its /dev/clock."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from gateway.http import CallFailed, GatewayClient

_DAY_SECONDS = 86_400


class ClockFollower:
    """Port Follower. Raises GatewayError where the other side cannot be stepped."""

    def __init__(self, url: str, open_client: Callable[[str], GatewayClient] = GatewayClient) -> None:
        self._client = open_client(url)
        self._told: dict[str, Any] | None = None

    def move_to(self, moment: datetime) -> None:
        ahead = moment - self._read_moment("now")
        if ahead > timedelta():
            self._told = self._client.post("/dev/clock", {"step": write_duration(ahead)}).json()

    def next_due(self) -> datetime | None:
        self._told = self._client.get("/dev/clock").json()
        return self._read_moment("next") if self._told and self._told.get("next") else None

    def close(self) -> None:
        self._client.close()

    def _read_moment(self, name: str) -> datetime:
        if self._told is None:
            self._told = self._client.get("/dev/clock").json()
        try:
            return datetime.fromisoformat(self._told[name])
        except (KeyError, TypeError, ValueError) as error:
            raise CallFailed("the clock that follows tells no moment") from error


def write_duration(span: timedelta) -> str:
    """ISO 8601, to the microsecond: P2DT0.5S."""
    seconds = span.seconds + span.microseconds / 1_000_000
    return f"P{span.days}DT{seconds:.6f}S"
