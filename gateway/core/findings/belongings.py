"""Rules of belongings: distinct things of the whole family; one flat of two spouses is one flat.

A thing without a number or an address cannot be told from another: it counts as one of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from contracts.findings import FindingCode
from gateway.core.case import Case
from gateway.core.findings.finding import Finding, Told, make_finding, normalise
from gateway.core.law import Law
from gateway.core.records import take, word_of
from gateway.core.subjects import HOUSEHOLD

_REAL_ESTATE, _VEHICLES = "person.real_estate[]", "person.vehicles[]"
_DWELLINGS = frozenset({"house", "flat"})


def find_several_dwellings(case: Case, law: Law) -> Iterator[Finding]:
    """The family owns more than one house or flat."""
    things: dict[str, Told] = {}
    for exchange in case.gather():
        for thing in take(exchange.record, _REAL_ESTATE):
            if word_of(thing.get("kind")) in _DWELLINGS:
                name = thing.get("cadastral_number") or thing.get("address") or f"№ {len(things) + 1}"
                things.setdefault(normalise(name), Told(str(name), exchange.passport))
    if len(things) > 1:
        yield make_finding(FindingCode.SEVERAL_DWELLINGS, case.subject(HOUSEHOLD), _REAL_ESTATE, "", things.values())


def find_several_vehicles(case: Case, law: Law) -> Iterator[Finding]:
    """The family owns more than one vehicle that is not deregistered."""
    things: dict[str, Told] = {}
    for exchange in case.gather():
        for thing in take(exchange.record, _VEHICLES):
            if thing.get("deregistered_on") is None:
                name = thing.get("vin") or thing.get("plate") or f"№ {len(things) + 1}"
                things.setdefault(normalise(name), Told(str(name), exchange.passport))
    if len(things) > 1:
        yield make_finding(FindingCode.SEVERAL_VEHICLES, case.subject(HOUSEHOLD), _VEHICLES, "", things.values())
