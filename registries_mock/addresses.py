"""Where things are posted: the bus's two channels as SHEP has them, and the registries that speak for themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

SYNC: Final = "/bip-sync-wss-gost/"
ASYNC: Final = "/bip-async-wss-gost/"
SOAP: Final = "/soap/"
REST: Final = "/rest/"


@dataclass(frozen=True)
class Paths:
    """What stands before the addresses of each protocol, at the proxy as at the contour."""

    sync: str = SYNC
    asynchronous: str = ASYNC
    soap: str = SOAP
    rest: str = REST

    def find(self, path: str) -> tuple[str, str]:
        """The channel and the address behind it; ("", "") for neither."""
        for channel, start in (("sync", self.sync), ("async", self.asynchronous)):
            if path.rstrip("/") == start.rstrip("/"):
                return channel, ""
        for channel, start in (("soap", self.soap), ("rest", self.rest)):
            if path.startswith(start):
                return channel, path.removeprefix(start)
        return "", ""
