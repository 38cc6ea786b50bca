"""One run: every requirement that is wanted, tried in the order of the table, whatever the target does."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from contracts.catalogue import Catalogue
from contracts.words import Protocol
from registries_mock.conform import (
    async_checks,
    fault_checks,
    service_checks,
    signature_checks,
    sync_checks,
    wsdl_checks,
)
from registries_mock.conform.consent import obtain_consent
from registries_mock.conform.errors import Differs, NotTried
from registries_mock.conform.excerpt import hide_numbers, make_excerpt
from registries_mock.conform.requirement import Requirement, Result, list_requirements, service_check_of
from registries_mock.conform.target import Target
from registries_mock.conform.visit import Visit, World
from registries_mock.journal.secret_elements import HIDDEN

CHECKS: Final[Mapping[str, Callable[[Visit], None]]] = MappingProxyType(
    {
        **wsdl_checks.CHECKS,
        **sync_checks.CHECKS,
        **fault_checks.CHECKS,
        **signature_checks.CHECKS,
        **async_checks.CHECKS,
        **service_checks.CHECKS,
    }
)
_ORDER: Final = (Protocol.SHEP_SYNC, Protocol.SHEP_ASYNC, Protocol.SOAP, Protocol.REST)
_SHORTEST_SECRET: Final = 4


def usual_services(catalogue: Catalogue) -> tuple[str, ...]:
    """The services that a run tries where none is named: those that only tell, and are no alternative to another.

    What does something (sends an SMS, keeps a file, asks a person) is auxiliary, and never among them.
    """
    chosen = [one for one in catalogue.passports.values() if not one.auxiliary and not one.alternative_to]
    return tuple(one.key for one in sorted(chosen, key=lambda one: (_ORDER.index(one.protocol), one.key)))


def conform(target: Target, catalogue: Catalogue, world: World, only: Iterable[str] = ()) -> list[Result]:
    """What each requirement came to; `only` are beginnings of ids. Nothing that a target does raises."""
    wanted = tuple(only)
    visit = Visit(target, catalogue, world)
    rows = [
        row
        for row in list_requirements(catalogue, target.passports)
        if not wanted or any(row.id.startswith(one) for one in wanted)
    ]
    refused = obtain_consent(visit) if target.ask_consent else ""
    return [_try(visit, row, refused) for row in rows]


def _try(visit: Visit, row: Requirement, no_consent: str) -> Result:
    if row.risky and not visit.target.risky:
        return Result(row, "not-tried", why="a real bus may mind it (--risky)")
    try:
        _check(visit, row)
    except NotTried as failure:
        told = str(failure)
        return Result(row, "not-tried", why=f"{told}; {no_consent}" if no_consent and "consent" in told else told)
    except Differs as differs:
        found = hide_numbers(differs.found)
        shown = make_excerpt(differs.body) if differs.body else ""
        return Result(row, "differs", _hide(visit, differs.wanted), _hide(visit, found), _hide(visit, shown))
    return Result(row, "holds")


def _check(visit: Visit, row: Requirement) -> None:
    if row.passport:
        service_checks.OF_EACH_SERVICE[service_check_of(row)](visit, visit.catalogue.passports[row.passport])
    else:
        CHECKS[row.id](visit)


def _hide(visit: Visit, text: str) -> str:
    """What the target may have sent back of what it was sent."""
    personal = (visit.words.get(word, "") for word in ("iin", "related_iin", "iban", "phone", "surname", "name"))
    for secret in sorted({*visit.secrets, *personal}, key=len, reverse=True):
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    return text
