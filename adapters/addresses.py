"""Where each registry is asked: the addresses of its passports, by the protocol of each."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.assemble import AdapterConfig
from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol


def list_addresses(config: AdapterConfig, catalogue: Catalogue) -> Mapping[str, tuple[str, ...]]:
    """Return the addresses that a registry's passports lead to, each once, by the registry's name."""
    found: dict[str, dict[str, None]] = {}
    for passport in catalogue.passports.values():
        found.setdefault(passport.registry, {})[_find_address(config, passport)] = None
    return {registry: tuple(addresses) for registry, addresses in sorted(found.items())}


def _find_address(config: AdapterConfig, passport: Passport) -> str:
    match passport.protocol:
        case Protocol.SHEP_SYNC:
            return config.shep_sync_url
        case Protocol.SHEP_ASYNC:
            return config.shep_async_url
        case Protocol.SOAP:
            return f"{config.soap_base.rstrip('/')}/{passport.address}"
        case Protocol.REST:
            return f"{config.rest_base.rstrip('/')}/{passport.address}"
