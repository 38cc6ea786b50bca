"""What the mock suite is told at its start."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Final

from registries_mock.bus.seals import Demand, Naming

SENDERS: Final = MappingProxyType({"asp-gateway": "mock-password"})
"""Who may use the bus where nothing else is said."""


@dataclass(frozen=True)
class Settings:
    """One mock suite; the defaults are those of the command line."""

    seed: int = 1
    host: str = "127.0.0.1"
    port: int = 0
    """0: any free port."""
    today: date | None = None
    """The day that registries believe it is; None: the real one."""
    clock_start: datetime | None = None
    """Where a virtual clock begins, which stands until it is stepped (`/dev/clock`); None: time is real."""
    senders: Mapping[str, str] = field(default_factory=lambda: SENDERS, repr=False)
    """Passwords by sender id; a sender that is not here is refused."""
    participants: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Address of a participant's IAsyncChannelClient by sender id; who has none pulls."""
    providers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Who answers an asynchronous service, by service id: another participant in place of a registry of this house."""
    latency_seconds: float = 0.0
    """Every exchange takes at least so long."""
    reply_delay_seconds: float = 0.2
    """How late the late reply of an asynchronous service is."""
    catalogue_folders: tuple[Path, ...] = ()
    """Folders of a deployment, laid over the packaged catalogue."""
    scenario: Path | None = None
    """The scenario that begins with the suite."""
    authority: Path | None = None
    """Folder of `ca init`, whose authority certifies the registries' payload key; None: one made in memory."""
    signatures: Demand = Demand.VERIFY
    """What the bus makes of WS-Security on requests."""
    naming: Naming = Naming.KEY_IDENTIFIER
    """How the bus's own signatures name their certificate."""
    certificates: Path | None = None
    """Folder with certificates of participants who name theirs by issuer and serial number alone."""
    ncalayer: str = ""
    """The persona with whose keys an NCALayer beside the suite signs; empty: there is none."""
    ncalayer_port: int = 13579
    trusted: tuple[str, ...] = ("test",)
    """Whose signatures are believed beside the authority's: names of shipped stores, and folders of certificates."""
    tls: bool = False
    """HTTPS in place of HTTP: with a certificate of the authority, or with that of the two files."""
    tls_certificate: Path | None = None
    """PEM, with the certificates above it."""
    tls_key: Path | None = None
    threads: int = 128
    body_bytes: int = 8_000_000
    """The largest request that is read."""
