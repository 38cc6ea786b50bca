"""`asp-gateway doctor`: what this machine and these settings give, and what is amiss; nothing is changed or sent."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import click

from contracts.errors import GatewayError
from gateway.cli.common import AS_JSON, WRONG, clear_errors, echo_json, load_settings

if TYPE_CHECKING:
    from gateway.settings import Settings
    from gateway.signature_policy import MakePolicy
    from signing.keys import SigningKey
    from signing.policy import Policy

_SOON = timedelta(days=30)


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at; `state` is ok, warning or fault."""

    subject: str
    state: str
    detail: str


Look = Callable[["Settings", datetime], Iterator[Finding]]


@click.command()
@AS_JSON
def doctor(as_json: bool) -> None:
    """Look at signatures, keys, trust, revocation and the database; exit code 1 where something is at fault."""
    from gateway.clock import now

    with clear_errors():
        settings = load_settings({})
    findings = [finding for look in LOOKS for finding in _look_safely(look, settings, now())]
    if as_json:
        echo_json([vars(finding) for finding in findings])
    else:
        for finding in findings:
            click.echo(f"{finding.state:<8} {finding.subject:<14} {finding.detail}")
    if any(finding.state == "fault" for finding in findings):
        raise SystemExit(WRONG)


def _look_safely(look: Look, settings: Settings, at: datetime) -> list[Finding]:
    try:
        return list(look(settings, at))
    except GatewayError as error:
        return [Finding(look.__name__.removeprefix("_look_at_").replace("_", " "), "fault", error.detail)]


def _look_at_gost(settings: Settings, _: datetime) -> Iterator[Finding]:
    from signing.gost.choosing import choose_backend, describe_backend
    from signing.gost.curves import TC26_512_A

    fast = choose_backend().may_sign(TC26_512_A)
    yield Finding("gost", "ok" if fast else "warning", describe_backend())


def _look_at_trust(settings: Settings, at: datetime) -> Iterator[Finding]:
    from gateway.signature_policy import load_trust
    from gateway.trial import holds_test_authority

    store = load_trust(settings)
    authorities = (*store.anchors, *store.intermediates)
    current = sum(one.not_before <= at <= one.not_after for one in authorities)
    told = f"{len(store.anchors)} anchors and {len(store.intermediates)} intermediates, {current} in force"
    yield Finding("trust", "ok" if current else "fault", told)
    if holds_test_authority(settings.trust_folder):
        yield Finding("trust", "warning", "a test authority is believed, whose keys anybody can make")


def _look_at_bus_key(settings: Settings, at: datetime) -> Iterator[Finding]:
    from gateway.bus_signatures import load_bus_key
    from gateway.signature_policy import make_message_policy

    key = load_bus_key(settings)
    if key is None:
        yield Finding("bus key", "warning", "none: what goes over the bus is not signed")
    else:
        yield _describe_key("bus key", key, make_message_policy(_policy_of(settings))(at))


def _look_at_payload_key(settings: Settings, at: datetime) -> Iterator[Finding]:
    from gateway.own_keys import load_key

    key = load_key(
        settings.payload_key_file,
        settings.payload_key_password,
        "ASP_PAYLOAD_KEY_FILE",
        production=settings.is_production,
    )
    yield _describe_key("payload key", key, _policy_of(settings)(at))


def _look_at_letters(settings: Settings, at: datetime) -> Iterator[Finding]:
    from contracts.catalogue import load_catalogue
    from gateway.core.calendar import local_day
    from gateway.letter_signing import check_signing, find_automatic
    from gateway.wiring import make_find_law

    catalogue = load_catalogue(settings.passports, profiles=settings.profiles)
    find_law, today = make_find_law(catalogue, settings.passports), local_day(at)
    check_signing(catalogue.services, find_law, today, has_key=settings.payload_key_file.is_file())
    automatic = find_automatic(catalogue.services, find_law, today)
    told = f"signed automatically for {', '.join(automatic)}" if automatic else "signed by specialists"
    yield Finding("letters", "ok", told)


def _look_at_bus_certificates(settings: Settings, at: datetime) -> Iterator[Finding]:
    from gateway.bus_signatures import load_certificates

    store = load_certificates(settings)
    if store is None:
        whose = f"any certificate of {settings.shep_bin}'s systems counts" if settings.shep_bin else ""
        yield Finding("bus", "ok" if whose else "warning", whose or "any company's system is taken for the bus")
        return
    current = sum(one.not_before <= at <= one.not_after for one in store.certificates)
    told = f"{len(store.certificates)} certificates pinned, {current} in force"
    yield Finding("bus", "ok" if current else "fault", told)


def _look_at_revocation(settings: Settings, _: datetime) -> Iterator[Finding]:
    addresses = [*([settings.ocsp_url] if settings.ocsp_url else []), *settings.crl_urls, *settings.crl_delta_urls]
    told = f"{settings.revocation}; " + (", ".join(addresses) or "no address is set")
    yield Finding("revocation", "warning" if settings.revocation == "off" else "ok", told)


def _look_at_database(settings: Settings, _: datetime) -> Iterator[Finding]:
    from gateway.store.database import reach_database

    there = reach_database(settings.database_url)
    yield Finding("database", "ok", "it answers" if there else "its file is not there yet; the first start makes it")


def _policy_of(settings: Settings) -> MakePolicy:
    from gateway.signature_policy import load_trust, make_document_policy

    return make_document_policy(settings, load_trust(settings))


def _describe_key(subject: str, key: SigningKey, policy: Policy) -> Finding:
    from gateway.own_keys import find_unfitness

    ends = key.certificate.not_after
    told = f"{key.suite.name}, certificate until {ends:%Y-%m-%d}"
    against = find_unfitness(key, policy)
    if against is not None:
        return Finding(subject, "fault", f"{told}: {against}")
    return Finding(subject, "warning" if ends - policy.at < _SOON else "ok", told)


LOOKS: tuple[Look, ...] = (
    _look_at_gost,
    _look_at_trust,
    _look_at_bus_key,
    _look_at_payload_key,
    _look_at_letters,
    _look_at_bus_certificates,
    _look_at_revocation,
    _look_at_database,
)
