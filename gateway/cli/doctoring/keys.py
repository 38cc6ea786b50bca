"""The doctor's looks at signatures: the library for GOST, our keys, whom we trust, and how revocation is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from contracts.catalogue import load_catalogue
from gateway.bus_signatures import load_bus_key, load_certificates
from gateway.cli.doctoring.findings import FAULT, OK, SOON, WARNING, Finding, Visit, judge_end
from gateway.core.calendar import local_day
from gateway.letter_signing import check_signing, find_automatic
from gateway.own_keys import find_unfitness, load_key
from gateway.setting_rows import OFF
from gateway.settings import Settings
from gateway.signature_policy import MakePolicy, load_trust, make_document_policy, make_message_policy
from gateway.trial import holds_test_authority
from gateway.wiring import make_find_law
from signing.certificates import Certificate
from signing.gost.choosing import choose_backend, describe_backend
from signing.gost.curves import TC26_512_A
from signing.keys import SigningKey
from signing.policy import Policy


def look_at_gost(visit: Visit) -> Iterator[Finding]:
    fast = choose_backend().may_sign(TC26_512_A)
    yield Finding("gost", OK if fast else WARNING, describe_backend())


def look_at_trust(visit: Visit) -> Iterator[Finding]:
    store = load_trust(visit.settings)
    told = f"{len(store.anchors)} anchors and {len(store.intermediates)} intermediates"
    yield _describe_many("trust", told, (*store.anchors, *store.intermediates), visit.at)
    if holds_test_authority(visit.settings.trust_folder):
        yield Finding("trust", WARNING, "a test authority is believed, whose keys anybody can make")


def look_at_bus_key(visit: Visit) -> Iterator[Finding]:
    key = load_bus_key(visit.settings)
    if key is None:
        yield Finding("bus key", WARNING, "none: what goes over the bus is not signed")
    else:
        yield _describe_key("bus key", key, make_message_policy(_policy_of(visit.settings))(visit.at))


def look_at_payload_key(visit: Visit) -> Iterator[Finding]:
    settings = visit.settings
    file, password = settings.payload_key_file, settings.payload_key_password
    key = load_key(file, password, "ASP_PAYLOAD_KEY_FILE", production=settings.is_production)
    yield _describe_key("payload key", key, _policy_of(settings)(visit.at))


def look_at_letters(visit: Visit) -> Iterator[Finding]:
    settings, today = visit.settings, local_day(visit.at)
    catalogue = load_catalogue(settings.passports, profiles=settings.profiles)
    find_law = make_find_law(catalogue, settings.passports)
    check_signing(catalogue.services, find_law, today, has_key=settings.payload_key_file.is_file())
    automatic = find_automatic(catalogue.services, find_law, today)
    told = f"signed automatically for {', '.join(automatic)}" if automatic else "signed by specialists"
    yield Finding("letters", OK, told)


def look_at_bus_certificates(visit: Visit) -> Iterator[Finding]:
    store = load_certificates(visit.settings)
    if store is None:
        whose = f"any certificate of {visit.settings.shep_bin}'s systems counts" if visit.settings.shep_bin else ""
        yield Finding("bus", OK if whose else WARNING, whose or "any company's system is taken for the bus")
        return
    yield _describe_many("bus", f"{len(store.certificates)} certificates pinned", store.certificates, visit.at)


def look_at_revocation(visit: Visit) -> Iterator[Finding]:
    settings = visit.settings
    addresses = [*([settings.ocsp_url] if settings.ocsp_url else []), *settings.crl_urls, *settings.crl_delta_urls]
    told = f"{settings.revocation}; " + (", ".join(addresses) or "no address is set")
    yield Finding("revocation", WARNING if settings.revocation == OFF else OK, told)


def _policy_of(settings: Settings) -> MakePolicy:
    return make_document_policy(settings, load_trust(settings))


def _describe_key(subject: str, key: SigningKey, policy: Policy) -> Finding:
    ends = key.certificate.not_after
    told = f"{key.suite.name}, certificate until {ends:%Y-%m-%d}"
    against = find_unfitness(key, policy)
    if against is not None:
        return Finding(subject, FAULT, f"{told}: {against}")
    return Finding(subject, judge_end(ends, policy.at), told)


def _describe_many(subject: str, told: str, certificates: Sequence[Certificate], at: datetime) -> Finding:
    """Certificates of which some are in force: a fault where none is, a warning where one runs out soon."""
    current = [one for one in certificates if one.not_before <= at <= one.not_after]
    told = f"{told}, {len(current)} in force"
    if not current:
        return Finding(subject, FAULT, told)
    first = min(one.not_after for one in current)
    if first - at < SOON:
        return Finding(subject, WARNING, f"{told}, one only until {first:%Y-%m-%d}")
    return Finding(subject, OK, told)
