"""The target of a run: where it is, as whom it is asked, about whom, and what may be tried."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from registries_mock.addresses import ASYNC, SYNC

if TYPE_CHECKING:
    from signing.keys import SigningKey
    from signing.trust import TrustStore
    from signing.wsse.certificates import CertificateStore


@dataclass(frozen=True)
class Seal:
    """With what questions are signed, and whom the replies' signatures must lead to."""

    key: SigningKey
    trust: TrustStore
    certificates: CertificateStore


@dataclass(frozen=True)
class Target:
    base: str
    """Address before every path, without the last slash."""
    sync_path: str = SYNC
    async_path: str = ASYNC
    soap_path: str = "/soap/"
    rest_path: str = "/rest/"
    sender: str = ""
    password: str = field(default="", repr=False)
    words: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    """Question words and context words: who is asked about, and what else requests are filled from."""
    secrets: tuple[str, ...] = field(default=(), repr=False)
    """Values that no report shows."""
    passports: tuple[str, ...] = ()
    """Keys of the services that are tried, the first of each protocol for the protocol itself."""
    seal: Seal | None = field(default=None, repr=False)
    authorities: str = ""
    """File of the authorities that https believes."""
    ask_consent: bool = False
    """Ask the consent service for a token first: a real one sends the person a message."""
    risky: bool = False
    seconds: float = 20.0
    """For one exchange."""
    late_seconds: float = 10.0
    """For an asynchronous answer."""
    total_seconds: float = 600.0
    most_bytes: int = 10_000_000

    def url(self, path: str) -> str:
        return f"{self.base}{path}"
