"""The registries as rows of the page: where each service is, how far its shape is known, and how it fares now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import Protocol
from registries_mock.failure_rows import Failure
from registries_mock.failure_words import is_within
from registries_mock.journal.nearest import ADDRESSES
from registries_mock.page.words import Speech
from registries_mock.suite import Suite


@dataclass(frozen=True)
class RegistryRow:
    key: str
    title: str
    service_id: str
    address: str
    """Path below the address of the suite."""
    wsdl: str
    """Path of what describes it; "" for REST."""
    protocol: str
    confidence: str
    requests: tuple[int, ...]
    """Numbers of the requests that it answers a part of; () for an auxiliary one."""
    exchanges: int
    failing: tuple[str, ...]
    """Kinds of the failures in force that befall its exchanges about anybody."""
    failing_some: tuple[str, ...]
    """Those about some people, or by some sender."""


def list_registries(suite: Suite, speech: Speech) -> list[RegistryRow]:
    """In the order of the requests that they answer, the auxiliary ones last."""
    counts, failures = suite.counts.all(), suite.failures.rows()
    requests = _requests_by_passport(suite.catalogue)
    now = suite.outside.clock()
    rows = [
        _row(
            one,
            requests.get(one.key, ()),
            counts.get(one.key, 0),
            (
                row
                for row in failures
                if row.is_about(one) and row.can_happen(one) and is_within(now, row.since, row.until)
            ),
            speech,
        )
        for one in suite.catalogue.passports.values()
    ]
    return sorted(rows, key=lambda row: (not row.requests, row.requests, row.key))


def address_of(passport: Passport) -> str:
    return ADDRESSES[passport.protocol] + passport.address


def _row(
    passport: Passport, requests: tuple[int, ...], exchanges: int, failing: Iterable[Failure], speech: Speech
) -> RegistryRow:
    address, rows = address_of(passport), list(failing)
    return RegistryRow(
        key=passport.key,
        title=speech.pick(passport.title),
        service_id=passport.service_id,
        address=address,
        wsdl="" if passport.protocol is Protocol.REST else f"{address}?wsdl",
        protocol=str(passport.protocol),
        confidence=str(passport.confidence),
        requests=requests,
        exchanges=exchanges,
        failing=_kinds(row for row in rows if not _is_narrow(row)),
        failing_some=_kinds(row for row in rows if _is_narrow(row)),
    )


def _is_narrow(row: Failure) -> bool:
    return bool(row.iin or row.persona or row.sender)


def _kinds(rows: Iterable[Failure]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.kind for row in rows))


def _requests_by_passport(catalogue: Catalogue) -> dict[str, tuple[int, ...]]:
    found: dict[str, set[int]] = {}
    for service in catalogue.services.values():
        for row in service.requests:
            for part in row.parts:
                found.setdefault(part.passport, set()).add(row.number)
    return {key: tuple(sorted(numbers)) for key, numbers in found.items()}
