"""A running gateway: store, office, gathering, engine and API joined over the settings; nothing here decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import lru_cache, partial
from typing import Any

from flask import Flask

from adapters.assemble import Adapters
from adapters.breakers import Breakers
from contracts.catalogue import Catalogue
from contracts.errors import SettingInvalid
from contracts.findings import load_findings
from contracts.legal.calendar import load_calendar
from contracts.legal.reasons import load_reasons
from gateway.alone import claim_database
from gateway.api.app import create_api
from gateway.api.parts import ApiParts, make_streams
from gateway.bus_signatures import load_certificates
from gateway.clock import Clock, now
from gateway.core.calendar import local_day
from gateway.core.law import FindLaw, law_of
from gateway.core.terms import Terms, read_terms
from gateway.dossier.assemble import DossierAssembler
from gateway.dossier.page import render_page
from gateway.engine.embedded import EmbeddedEngine
from gateway.engine.owed import OwedWork
from gateway.engine.periodic import Periodic
from gateway.engine.time_steps import Steppable, TimeSteps
from gateway.followers import ClockFollower
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.delivering import Deliverer
from gateway.gathering.rounds import Gathering
from gateway.intake.draft import MakeDraft
from gateway.letter_signing import check_signing
from gateway.office.assembling import OfficeBase, describe_organisation, open_office
from gateway.office.office import Office
from gateway.payload_signatures import load_payload_key, make_sign_letter
from gateway.pushed.taking import PushedIntake
from gateway.setting_rows import VIRTUAL
from gateway.settings import Settings
from gateway.signature_checks import make_check_signature
from gateway.signature_policy import MakePolicy, load_trust, make_document_policy
from gateway.stopping import Stop
from gateway.store.arrivals import ArrivalStore
from gateway.store.course import CourseStore
from gateway.store.deliveries import DeliveryStore
from gateway.store.gathering import GatheringStore
from gateway.store.issuing import NoticeIssuer
from gateway.store.recounting import wake_recount
from gateway.store.rows import AttemptRow, Event, Evidence, StoredApplication
from gateway.store.wakeups import Wakeups
from gateway.store.waking import wake_waiting
from gateway.telling import tell_changes
from gateway.traces import CarryingPool
from gateway.virtual_clock import VirtualClock
from gateway.watching.eyes import Eyes
from gateway.webhooks.sweeper import WebhookSweeper
from gateway.wiring.adapters import build_registry_adapters
from gateway.wiring.foundation import Foundation, make_find_law, open_foundation
from gateway.wiring.intake import build_account_checks, build_submit
from gateway.wiring.pushed import build_bus_way
from gateway.wiring.watching import build_eyes, build_readiness, make_write_figures
from gateway.wiring.webhooks import build_webhooks
from signing.cms.verifying import verify_cms

_EXCHANGES_AT_ONCE = 128
_CONSENTS_AT_ONCE = 32
_DELIVERIES_AT_ONCE = 8
_NOTIFICATIONS_AT_ONCE = 4
_OWED_SECONDS = 30.0
_FORGET_SECONDS = 900.0


@contextmanager
def open_gateway(settings: Settings, clock: Clock = now, stop: Stop | None = None) -> Iterator[Flask]:
    """The whole gateway, working until the context ends. Raises OperatorError where the set-up is wrong.

    `stop`: whoever keeps the time of the process's end.
    """
    if settings.clock == VIRTUAL:
        clock = VirtualClock(settings.clock_start or clock())
    stop = stop or Stop(settings.stop_seconds)
    with ExitStack() as stack:
        base = stack.enter_context(open_foundation(settings, clock))
        stack.enter_context(claim_database(settings.database_url))
        policy = make_document_policy(settings, load_trust(settings))
        find_law = make_find_law(base.catalogue, settings.passports)
        has_key = settings.payload_key_file.is_file()
        check_signing(base.catalogue.services, find_law, local_day(clock()), has_key=has_key)
        eyes = build_eyes(stack, settings, base.catalogue)
        adapters = build_registry_adapters(settings, base.catalogue, policy, clock)
        stack.callback(adapters.close)
        office = _open_office(settings, base, policy, find_law, clock)
        wake = _make_wake(base, clock)
        checks = build_account_checks(settings, base, adapters, clock)
        submit = build_submit(settings, base, adapters, policy, find_law, clock, checks)
        read_terms, notify = _make_read_terms(find_law), _open_pool(stack, _NOTIFICATIONS_AT_ONCE, "notify")
        way = build_bus_way(settings, base, adapters, submit, office.files, read_terms, clock, notify)
        gathering = _build_gathering(stack, base, adapters, find_law, office, clock, wake, way.intake, eyes)
        adapters.breakers.listen(wake)
        advance = eyes.watch_rounds(gathering.advance, base.applications.read_traceparent)
        engine = EmbeddedEngine(Wakeups(base.database), advance, clock)
        base.applications.listen(engine.poke)
        gathering.arrivals.recover()
        wake_recount(base.database, load_calendar(settings.passports).version, clock())
        way.intake.settling.recover()
        owed = Periodic("late-replies", _OWED_SECONDS, tell_changes("late-replies", gathering.arrivals.finish_owed))
        pushes = Periodic("pushes", _OWED_SECONDS, tell_changes("pushes", way.intake.settling.settle_owed))
        webhooks = build_webhooks(stack, base, settings, clock, way.telling.send)
        base.applications.follow(webhooks.poke)
        workers: list[EmbeddedEngine | Periodic | WebhookSweeper] = [engine, owed, pushes, webhooks]
        if submit.codes is not None:
            workers.append(Periodic("codes", _FORGET_SECONDS, submit.codes.forget_old))
        if settings.pull_seconds:
            fetch = tell_changes("pull", gathering.arrivals.fetch_pending)
            workers.append(Periodic("pull", settings.pull_seconds, fetch))
        stop.listen(engine.hold)
        stop.listen(base.applications.announce)
        stop.hand_back_by(Wakeups(base.database).release_all)
        for worker in workers:
            worker.start()
            stack.callback(worker.stop)
        steps = _make_steps(stack, settings, clock, [engine, webhooks], gathering.arrivals, way.intake)
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
                way.intake.kept.find_origin(stored.id),
                way.intake.kept.list_sent(stored.id),
            )
            return assembler.assemble(stored, evidence, events, clock())

        yield create_api(
            ApiParts(
                catalogue=base.catalogue,
                clock=clock,
                submit=submit,
                make_draft=MakeDraft(submit.check, clock),
                check_account=checks,
                store=base.applications,
                assemble=assemble,
                read_terms=read_terms,
                receive=gathering.arrivals.receive,
                check_signature=make_check_signature(policy, load_certificates(settings), clock),
                office=office,
                find_problems=build_readiness(settings, base, policy, clock, engine.is_working).find_problems,
                write_figures=make_write_figures(eyes, base, adapters, clock),
                metrics_token=settings.metrics_token,
                is_stopping=stop.is_begun,
                watch_request=eyes.watch_request,
                render_html=lambda dossier, language: render_page(dossier, base.catalogue.vocabulary, language),
                max_body_bytes=settings.max_body_bytes,
                time=steps,
                streams=make_streams(settings.threads),
            )
        )


def _make_steps(
    stack: ExitStack,
    settings: Settings,
    clock: Clock,
    workers: Sequence[Steppable],
    arrivals: Arrivals,
    intake: PushedIntake,
) -> TimeSteps | None:
    """The steps of a virtual clock, with the clocks that follow; None where the time is real."""
    if not isinstance(clock, VirtualClock):
        return None
    followers = [ClockFollower(url) for url in settings.clock_follower]
    for follower in followers:
        stack.callback(follower.close)
    owed = OwedWork(arrivals.kept.next_owed, arrivals.finish_owed, clock)
    pushes = OwedWork(intake.kept.next_owed, intake.settling.settle_owed, clock)
    return TimeSteps(clock, [*workers, owed, pushes], followers)


def _open_office(settings: Settings, base: Foundation, policy: MakePolicy, find_law: FindLaw, clock: Clock) -> Office:
    key = load_payload_key(settings, base.catalogue)
    check_signing(base.catalogue.services, find_law, local_day(clock()), has_key=key is not None)
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


def _make_wake_if_back(
    catalogue: Catalogue, breakers: Breakers, wake: Callable[[str], None]
) -> Callable[[frozenset[str]], None]:
    """Who was turned away by a breaker and is committed only after it closed was not there to be woken: it is now."""

    def wake_if_back(passports: frozenset[str]) -> None:
        for registry in sorted({catalogue.passports[key].registry for key in passports}):
            if breakers.state(registry) == "closed":
                wake(registry)

    return wake_if_back


def _build_gathering(
    stack: ExitStack,
    base: Foundation,
    adapters: Adapters,
    find_law: FindLaw,
    office: Office,
    clock: Clock,
    wake: Callable[[str], None],
    begun: PushedIntake,
    eyes: Eyes,
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
        pool=begun.settling.pool,
        begun=begun,
    )
    return Gathering(
        applications=base.applications,
        store=store,
        course=CourseStore(base.database, NoticeIssuer(office.files.course, office.files.write_notice)),
        arrivals=arrivals,
        asker=Asker(adapters.by_protocol(), base.catalogue.passports, clock, eyes.watch_exchange),
        find_law=find_law,
        clock=clock,
        pool=_open_pool(stack, _EXCHANGES_AT_ONCE, "exchange"),
        deliver=Deliverer(adapters.sms, office.files.write_text, DeliveryStore(base.database), find_law, clock).deliver,
        sign_letter=office.letters.sign_by_organisation,
        consent_pool=_open_pool(stack, _CONSENTS_AT_ONCE, "consent"),
        delivery_pool=_open_pool(stack, _DELIVERIES_AT_ONCE, "delivery"),
        rested=_make_wake_if_back(base.catalogue, adapters.breakers, wake),
    )


def _open_pool(stack: ExitStack, size: int, name: str) -> CarryingPool:
    pool = CarryingPool(size, thread_name_prefix=name)
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
