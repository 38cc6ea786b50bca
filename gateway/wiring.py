"""The one place that joins the parts: settings in, a running gateway out; nothing here decides anything."""

from __future__ import annotations

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
from contracts.tables import Names
from gateway.alone import claim_database
from gateway.api.app import create_api
from gateway.api.parts import ApiParts, make_streams
from gateway.bus_signatures import Opener, load_bus_key, load_certificates, make_wrap
from gateway.clock import Clock, now
from gateway.core.law import FindLaw, Law, law_of
from gateway.core.terms import Terms, read_terms
from gateway.documents.model import OrganisationHead
from gateway.dossier.assemble import DossierAssembler
from gateway.dossier.page import render_page
from gateway.engine.embedded import EmbeddedEngine
from gateway.engine.periodic import Periodic
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.delivering import Deliverer
from gateway.gathering.rounds import Gathering
from gateway.http import WebhookLine
from gateway.intake.submit import Submit
from gateway.logs import log_crash
from gateway.office.files import Files
from gateway.office.letters import LetterDesk
from gateway.own_keys import check_own_key
from gateway.payload_signatures import load_payload_key, make_check_payload, make_sign_letter, make_sign_payload
from gateway.settings import Settings
from gateway.signature_checks import make_check_signature, make_verify
from gateway.signature_policy import MakePolicy, load_trust, make_document_policy, make_message_policy
from gateway.store.acting import Acting
from gateway.store.applications import Applications
from gateway.store.arrivals import ArrivalStore
from gateway.store.course import CourseStore
from gateway.store.course_reading import CourseReader
from gateway.store.database import Database, make_folder_of
from gateway.store.deliveries import DeliveryStore
from gateway.store.gathering import GatheringStore
from gateway.store.letter_acts import LetterActs
from gateway.store.rows import AttemptRow, Event, Evidence, StoredApplication
from gateway.store.sealing import Sealer, create_key_file
from gateway.store.wakeups import Wakeups
from gateway.store.waking import wake_waiting
from gateway.store.webhook_queue import WebhookQueue
from gateway.store.webhooks import WebhookStore
from gateway.telling import tell_changes
from gateway.webhooks.addresses import WebhookHosts
from gateway.webhooks.sending import Sender
from gateway.webhooks.sweeper import AT_ONCE, WebhookSweeper
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
def open_webhooks(settings: Settings, clock: Clock = now) -> Iterator[WebhookStore]:
    """Where clients are told of events, for the command that sets it."""
    with _open_foundation(settings, clock) as foundation:
        yield WebhookStore(foundation.database, foundation.sealer, clock)


@contextmanager
def open_gateway(settings: Settings, clock: Clock = now) -> Iterator[Flask]:
    """The whole gateway, working until the context ends. Raises OperatorError where the set-up is wrong."""
    with ExitStack() as stack:
        base = stack.enter_context(_open_foundation(settings, clock))
        stack.enter_context(claim_database(settings.database_url))
        policy = make_document_policy(settings, load_trust(settings))
        find_law = make_find_law(base.catalogue, settings.passports)
        adapters = _build_adapters(settings, base.catalogue, policy, clock)
        stack.callback(adapters.close)
        files = _open_files(base, find_law, settings)
        letters = _open_letter_desk(base, files, settings, policy, clock)
        gathering = _build_gathering(stack, base, adapters, find_law, files, letters, clock)
        adapters.breakers.listen(_make_wake(base, clock))
        engine = EmbeddedEngine(Wakeups(base.database), gathering.advance, clock)
        base.applications.listen(engine.poke)
        gathering.arrivals.recover()
        owed = Periodic("late-replies", _OWED_SECONDS, tell_changes("late-replies", gathering.arrivals.finish_owed))
        webhooks = _build_webhooks(stack, base, settings, clock)
        base.applications.follow(webhooks.poke)
        workers: list[EmbeddedEngine | Periodic | WebhookSweeper] = [engine, owed, webhooks]
        if settings.pull_seconds:
            fetch = tell_changes("pull", gathering.arrivals.fetch_pending)
            workers.append(Periodic("pull", settings.pull_seconds, fetch))
        for worker in workers:
            worker.start()
            stack.callback(worker.stop)
        assembler = DossierAssembler(base.catalogue, load_findings(), find_law)

        def assemble(
            stored: StoredApplication, attempts: Sequence[AttemptRow], events: Sequence[Event]
        ) -> dict[str, Any]:
            kept = gathering.store
            evidence = Evidence(
                attempts,
                kept.read_arrivals(stored.id),
                kept.read_all_questions(stored.id),
                kept.read_vouchers(stored.id),
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
                is_working=engine.is_working,
                render_html=lambda dossier, language: render_page(dossier, base.catalogue.vocabulary, language),
                max_body_bytes=settings.max_body_bytes,
                streams=make_streams(settings.threads),
            )
        )


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


def _open_files(base: Foundation, find_law: FindLaw, settings: Settings) -> Files:
    head = OrganisationHead(
        Names(ru=settings.organisation_name, kk=settings.organisation_name), settings.organisation_bin
    )
    folders = settings.passports
    return Files(
        base.applications,
        CourseReader(base.database, base.sealer),
        find_law,
        head,
        lru_cache(maxsize=64)(lambda service, on: load_reasons(service, on, folders)),
    )


def _open_letter_desk(
    base: Foundation, files: Files, settings: Settings, policy: MakePolicy, clock: Clock
) -> LetterDesk:
    key = load_payload_key(settings, base.catalogue)
    return LetterDesk(
        files,
        LetterActs(_make_acting(base, clock)),
        lambda content, cms, at: verify_cms(cms, policy(at), content),
        make_sign_letter(key, clock) if key is not None else None,
        clock,
    )


def _make_acting(base: Foundation, clock: Clock) -> Acting:
    return Acting(base.database, base.sealer, clock, partial(base.applications.announce, woken=True))


def _make_wake(base: Foundation, clock: Clock) -> Callable[[str], None]:
    """What waits for a registry is asked at once when its breaker closes."""

    def wake(registry: str) -> None:
        own = [one for one in base.catalogue.passports.values() if one.registry == registry]
        quotas = [one.limits.per_minute for one in own if one.limits.per_minute]
        if wake_waiting(base.database, [one.key for one in own], clock(), min(quotas, default=None)):
            base.applications.announce(woken=True)

    return wake


def _build_webhooks(stack: ExitStack, base: Foundation, settings: Settings, clock: Clock) -> WebhookSweeper:
    if settings.webhook_ca_file is not None and not settings.webhook_ca_file.is_file():
        raise SettingInvalid("ASP_WEBHOOK_CA_FILE does not name a file")
    line = WebhookLine(str(settings.webhook_ca_file or ""))
    stack.callback(line.close)
    hosts = WebhookHosts(frozenset(settings.webhook_hosts), settings.is_production)
    return WebhookSweeper(
        WebhookQueue(base.database, base.sealer),
        Sender(hosts, line.post, clock).send,
        clock,
        ThreadPoolExecutor(AT_ONCE, thread_name_prefix="webhook"),
        after_commit=base.applications.announce,
    )


def _build_gathering(
    stack: ExitStack,
    base: Foundation,
    adapters: Adapters,
    find_law: FindLaw,
    files: Files,
    letters: LetterDesk,
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
        deliver=Deliverer(adapters.send_text, files.write_text, DeliveryStore(base.database), find_law, clock).deliver,
        sign_letter=letters.sign_by_organisation,
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
        new_id=lambda: str(uuid.uuid4()),
        wrap=make_wrap(key) if key is not None else untouched,
        unwrap=opener.open,
        bus_signs=key is not None,
        sign_payload=make_sign_payload(payload_key) if payload_key is not None else None,
        check_payload=make_check_payload(policy, settings.registry_bins, clock),
        report_crash=log_crash,
    )


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
