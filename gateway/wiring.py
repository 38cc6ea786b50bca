"""The one place that joins the parts: settings in, a running gateway out; nothing here decides anything."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from flask import Flask

from adapters.assemble import AdapterConfig, Adapters, build_adapters
from adapters.ports import untouched
from contracts.catalogue import Catalogue, load_catalogue
from contracts.errors import SettingInvalid
from contracts.findings import load_findings
from contracts.legal.calendar import CalendarData, load_calendar
from contracts.legal.reasons import load_reasons
from contracts.legal.rules import load_rules
from gateway.alone import claim_database
from gateway.api.app import create_api
from gateway.api.parts import ApiParts, make_streams
from gateway.bus_signatures import Opener, load_bus_key, load_certificates, make_wrap
from gateway.clock import Clock, now
from gateway.core.law import FindLaw, Law, law_of
from gateway.core.terms import Terms, read_terms
from gateway.dossier.assemble import DossierAssembler
from gateway.dossier.page import render_page
from gateway.engine.embedded import EmbeddedEngine
from gateway.engine.owed import OwedWork
from gateway.engine.periodic import Periodic
from gateway.engine.time_steps import TimeSteps
from gateway.followers import ClockFollower
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.delivering import Deliverer
from gateway.gathering.rounds import Gathering
from gateway.intake.submit import Submit
from gateway.logs import log_crash
from gateway.office.assembling import OfficeBase, describe_organisation, open_office
from gateway.office.office import Office
from gateway.own_keys import check_own_key
from gateway.payload_signatures import load_payload_key, make_check_payload, make_sign_letter, make_sign_payload
from gateway.setting_rows import VIRTUAL
from gateway.settings import Settings
from gateway.signature_checks import make_check_signature, make_verify
from gateway.signature_policy import MakePolicy, load_trust, make_document_policy, make_message_policy
from gateway.store.applications import Applications
from gateway.store.arrivals import ArrivalStore
from gateway.store.course import CourseStore
from gateway.store.database import Database, make_folder_of
from gateway.store.deliveries import DeliveryStore
from gateway.store.gathering import GatheringStore
from gateway.store.rows import AttemptRow, Event, Evidence, StoredApplication
from gateway.store.sealing import Sealer, create_key_file
from gateway.store.wakeups import Wakeups
from gateway.store.waking import wake_waiting
from gateway.telling import tell_changes
from gateway.virtual_clock import VirtualClock
from signing.cms.verifying import verify_cms

_EXCHANGES_AT_ONCE = 128
_CONSENTS_AT_ONCE = 32
_DELIVERIES_AT_ONCE = 8
_NOTIFICATIONS_AT_ONCE = 4
_OWED_SECONDS = 30.0


@dataclass(frozen=True)
class Foundation:
    """What every command that touches the store needs."""

    catalogue: Catalogue
    database: Database
    sealer: Sealer
    applications: Applications


@contextmanager
def open_store(settings: Settings, clock: Clock = now) -> Iterator[Applications]:
    """The store alone, for the commands that keep clients."""
    with _open_foundation(settings, clock) as foundation:
        yield foundation.applications


@contextmanager
def open_gateway(settings: Settings, clock: Clock = now) -> Iterator[Flask]:
    """The whole gateway, working until the context ends. Raises OperatorError where the set-up is wrong."""
    if settings.clock == VIRTUAL:
        clock = VirtualClock(settings.clock_start or clock())
    with ExitStack() as stack:
        base = stack.enter_context(_open_foundation(settings, clock))
        stack.enter_context(claim_database(settings.database_url))
        policy = make_document_policy(settings, load_trust(settings))
        find_law = make_find_law(base.catalogue, settings.passports)
        adapters = _build_adapters(settings, base.catalogue, policy, clock)
        stack.callback(adapters.close)
        office = _open_office(settings, base, policy, find_law, clock)
        gathering = _build_gathering(stack, base, adapters, find_law, office, clock)
        adapters.breakers.listen(_make_wake(base, clock))
        engine = EmbeddedEngine(Wakeups(base.database), gathering.advance, clock)
        base.applications.listen(engine.poke)
        gathering.arrivals.recover()
        owed = Periodic("late-replies", _OWED_SECONDS, tell_changes("late-replies", gathering.arrivals.finish_owed))
        workers: list[EmbeddedEngine | Periodic] = [engine, owed]
        if settings.pull_seconds:
            fetch = tell_changes("pull", gathering.arrivals.fetch_pending)
            workers.append(Periodic("pull", settings.pull_seconds, fetch))
        for worker in workers:
            worker.start()
            stack.callback(worker.stop)
        steps = _make_steps(stack, settings, clock, engine, gathering.arrivals)
        assembler = DossierAssembler(base.catalogue, load_findings(), find_law, office.files.find_reasons)

        def assemble(
            stored: StoredApplication, attempts: Sequence[AttemptRow], events: Sequence[Event]
        ) -> dict[str, Any]:
            kept = gathering.store
            evidence = Evidence(
                attempts,
                kept.read_arrivals(stored.id),
                kept.read_all_questions(stored.id),
                kept.read_vouchers(stored.id),
                office.files.course.read(stored.id),
                office.files.course.read_letter_hashes(stored.id),
            )
            return assembler.assemble(stored, evidence, events, clock())

        yield create_api(
            ApiParts(
                catalogue=base.catalogue,
                clock=clock,
                submit=Submit(base.applications, base.catalogue.services, find_law, make_verify(policy), clock),
                store=base.applications,
                assemble=assemble,
                read_terms=_make_read_terms(find_law),
                receive=gathering.arrivals.receive,
                check_signature=make_check_signature(policy, load_certificates(settings), clock),
                office=office,
                is_working=engine.is_working,
                render_html=lambda dossier, language: render_page(dossier, base.catalogue.vocabulary, language),
                max_body_bytes=settings.max_body_bytes,
                time=steps,
                streams=make_streams(settings.threads),
            )
        )


def _make_steps(
    stack: ExitStack, settings: Settings, clock: Clock, engine: EmbeddedEngine, arrivals: Arrivals
) -> TimeSteps | None:
    """The steps of a virtual clock, with the clocks that follow; None where the time is real."""
    if not isinstance(clock, VirtualClock):
        return None
    followers = [ClockFollower(url) for url in settings.clock_follower]
    for follower in followers:
        stack.callback(follower.close)
    owed = OwedWork(arrivals.kept.next_owed, arrivals.finish_owed, clock)
    return TimeSteps(clock, [engine, owed], followers)


def make_find_law(catalogue: Catalogue, folders: Sequence[Path] = (), calendar: CalendarData | None = None) -> FindLaw:
    """The law of a service on a day: its rules in force, the calendar, the deployment's folders laid over both."""
    days = calendar or load_calendar(folders)

    @lru_cache(maxsize=512)
    def find_law(service: str, on: date) -> Law:
        return Law(load_rules(service, on, folders), days, catalogue.passports)

    return find_law


@contextmanager
def _open_foundation(settings: Settings, clock: Clock) -> Iterator[Foundation]:
    catalogue = load_catalogue(settings.passports, profiles=settings.profiles)
    if not settings.is_production:
        _make("ASP_KEY_FILE", lambda: create_key_file(settings.key_file))
        _make("ASP_DATABASE_URL", lambda: make_folder_of(settings.database_url))
    sealer = Sealer.from_file(settings.key_file)
    with Database(settings.database_url) as database:
        yield Foundation(catalogue, database, sealer, Applications(database, sealer, catalogue.services, clock))


def _make(variable: str, make: Callable[[], None]) -> None:
    try:
        make()
    except OSError as error:
        raise SettingInvalid(f"{variable}: the folder or file cannot be made: {error.strerror}") from error


def _open_office(settings: Settings, base: Foundation, policy: MakePolicy, find_law: FindLaw, clock: Clock) -> Office:
    key = load_payload_key(settings, base.catalogue)
    folders = settings.passports
    return open_office(
        OfficeBase(base.database, base.sealer, base.applications, find_law, clock),
        organisation=describe_organisation(settings.organisation_name, settings.organisation_bin),
        find_reasons=lru_cache(maxsize=64)(lambda service, on: load_reasons(service, on, folders)),
        verify=lambda content, cms, at: verify_cms(cms, policy(at), content),
        sign=make_sign_letter(key, clock) if key is not None else None,
    )


def _make_wake(base: Foundation, clock: Clock) -> Callable[[str], None]:
    """What waits for a registry is asked at once when its breaker closes."""

    def wake(registry: str) -> None:
        own = [one for one in base.catalogue.passports.values() if one.registry == registry]
        quotas = [one.limits.per_minute for one in own if one.limits.per_minute]
        if wake_waiting(base.database, [one.key for one in own], clock(), min(quotas, default=None)):
            base.applications.announce(woken=True)

    return wake


def _build_gathering(
    stack: ExitStack,
    base: Foundation,
    adapters: Adapters,
    find_law: FindLaw,
    office: Office,
    clock: Clock,
) -> Gathering:
    store = GatheringStore(base.database, base.sealer)
    arrivals = Arrivals(
        channel=adapters.shep_async,
        passports=base.catalogue.passports,
        kept=ArrivalStore(base.database, base.sealer),
        store=store,
        applications=base.applications,
        find_law=find_law,
        clock=clock,
        pool=_open_pool(stack, _NOTIFICATIONS_AT_ONCE, "notify"),
    )
    return Gathering(
        applications=base.applications,
        store=store,
        course=CourseStore(base.database),
        arrivals=arrivals,
        asker=Asker(adapters.by_protocol(), base.catalogue.passports, clock),
        find_law=find_law,
        clock=clock,
        pool=_open_pool(stack, _EXCHANGES_AT_ONCE, "exchange"),
        deliver=Deliverer(adapters.sms, office.files.write_text, DeliveryStore(base.database), find_law, clock).deliver,
        sign_letter=office.letters.sign_by_organisation,
        consent_pool=_open_pool(stack, _CONSENTS_AT_ONCE, "consent"),
        delivery_pool=_open_pool(stack, _DELIVERIES_AT_ONCE, "delivery"),
    )


def _build_adapters(settings: Settings, catalogue: Catalogue, policy: MakePolicy, clock: Clock) -> Adapters:
    key, payload_key = load_bus_key(settings), load_payload_key(settings, catalogue)
    messages = make_message_policy(policy)
    if key is not None:
        check_own_key(key, "ASP_SHEP_KEY_FILE", messages(clock()), production=settings.is_production)
    if payload_key is not None:
        check_own_key(payload_key, "ASP_PAYLOAD_KEY_FILE", policy(clock()), production=settings.is_production)
    opener = Opener(
        messages,
        load_certificates(settings),
        settings.shep_bin,
        settings.registry_bins,
        clock,
    )
    return build_adapters(
        describe_adapters(settings, catalogue),
        catalogue,
        clock=clock,
        monotonic=_make_monotonic(clock),
        new_id=lambda: str(uuid.uuid4()),
        wrap=make_wrap(key) if key is not None else untouched,
        unwrap=opener.open,
        bus_signs=key is not None,
        sign_payload=make_sign_payload(payload_key) if payload_key is not None else None,
        check_payload=make_check_payload(policy, settings.registry_bins, clock),
        report_crash=log_crash,
    )


def _make_monotonic(clock: Clock) -> Callable[[], float]:
    """What the rests of breakers are counted by: the virtual clock where there is one."""
    return (lambda: clock().timestamp()) if isinstance(clock, VirtualClock) else time.monotonic


def describe_adapters(settings: Settings, catalogue: Catalogue) -> AdapterConfig:
    """Where the registries are and who asks them; raises SettingInvalid where a file or a registry is not there."""
    registries = {passport.registry for passport in catalogue.passports.values()}
    for name, pairs in (("ASP_API_KEYS", settings.api_keys), ("ASP_REGISTRY_BINS", settings.registry_bins)):
        if not pairs.keys() <= registries:
            # Not repeated: what stands there by mistake may be a key.
            raise SettingInvalid(f"{name} names a registry that no passport has")
    alone = {one.registry for one in catalogue.passports.values() if one.signature == "registry"}
    if settings.is_production and not alone <= settings.registry_bins.keys():
        missing = ", ".join(sorted(alone - settings.registry_bins.keys()))
        raise SettingInvalid(f"ASP_REGISTRY_BINS must say in production whose signature counts for {missing}")
    if settings.ca_file is not None and not settings.ca_file.is_file():
        raise SettingInvalid("ASP_CA_FILE does not name a file")
    return AdapterConfig(
        shep_sync_url=settings.shep_sync_url,
        shep_async_url=settings.shep_async_url,
        soap_base=settings.soap_base,
        rest_base=settings.rest_base,
        sender_id=settings.sender_id,
        sender_password=settings.sender_password,
        organisation_name=settings.organisation_name,
        organisation_bin=settings.organisation_bin,
        responsible_name=settings.organisation_responsible,
        api_keys=settings.api_keys,
        sms_login=settings.sms_login,
        sms_password=settings.sms_password,
        sms_sender=settings.sms_sender,
        ca_file=str(settings.ca_file or ""),
    )


def _open_pool(stack: ExitStack, size: int, name: str) -> ThreadPoolExecutor:
    pool = ThreadPoolExecutor(size, thread_name_prefix=name)
    stack.callback(partial(pool.shutdown, wait=True, cancel_futures=True))
    return pool


def _make_read_terms(find_law: FindLaw) -> Callable[[StoredApplication], Terms]:
    def read(stored: StoredApplication) -> Terms:
        case = stored.case
        channel = case.service.channel(case.channel)
        if channel is None:
            raise SettingInvalid("the catalogue no longer has the channel of a stored application")
        law = law_of(case, find_law)
        return read_terms(case, channel, law, promised=stored.promised)

    return read
