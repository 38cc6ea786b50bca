"""The house: store, office, gathering, intake and the bus's way joined over the settings; nothing runs yet."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache, partial

from adapters.assemble import Adapters
from contracts.errors import SettingInvalid
from contracts.legal.reasons import load_reasons
from gateway.carrying import CarryingPool
from gateway.clock import Clock
from gateway.core.calendar import local_day
from gateway.core.law import FindLaw, law_of
from gateway.core.steps import WakeAt
from gateway.core.terms import Terms, read_terms
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.delivering import Deliverer
from gateway.gathering.rounds import Gathering
from gateway.intake.account_checks import AccountChecks
from gateway.intake.submit import Submit
from gateway.letter_signing import check_signing
from gateway.office.assembling import OfficeBase, describe_organisation, open_office
from gateway.office.office import Office
from gateway.payload_signatures import load_payload_key, make_sign_letter
from gateway.pushed.taking import PushedIntake
from gateway.settings import Settings
from gateway.signature_policy import MakePolicy, load_trust, make_document_policy
from gateway.store.arrivals import ArrivalStore
from gateway.store.course import CourseStore
from gateway.store.deliveries import DeliveryStore
from gateway.store.gathering import GatheringStore
from gateway.store.issuing import NoticeIssuer
from gateway.store.rows import StoredApplication
from gateway.watching.eyes import Eyes
from gateway.wiring.adapters import build_registry_adapters
from gateway.wiring.foundation import Foundation, make_find_law
from gateway.wiring.intake import build_account_checks, build_submit
from gateway.wiring.pushed import BusWay, build_bus_way
from gateway.wiring.waking import make_wake, make_wake_if_back
from gateway.wiring.watching import build_eyes
from signing.cms.verifying import verify_cms

_EXCHANGES_AT_ONCE = 128
_CONSENTS_AT_ONCE = 32
_DELIVERIES_AT_ONCE = 8
_NOTIFICATIONS_AT_ONCE = 4


@dataclass(frozen=True)
class House:
    """The parts that a process has, whether it serves callers, carries applications forward, or both."""

    settings: Settings
    clock: Clock
    base: Foundation
    policy: MakePolicy
    find_law: FindLaw
    office: Office
    checks: AccountChecks
    submit: Submit
    read_terms: Callable[[StoredApplication], Terms]
    way: BusWay
    gathering: Gathering
    adapters: Adapters
    eyes: Eyes

    def advance(self, application_id: str) -> WakeAt | None:
        """One round of an application, watched, in the trace of the request that brought it."""
        watched = self.eyes.watch_rounds(self.gathering.advance, self.base.applications.read_traceparent)
        return watched(application_id)


def build_house(stack: ExitStack, base: Foundation, settings: Settings, clock: Clock) -> House:
    """Raises OperatorError where the set-up is wrong; what is opened is closed with the stack."""
    policy = make_document_policy(settings, load_trust(settings))
    find_law = make_find_law(base.catalogue, settings.passports)
    has_key = settings.payload_key_file.is_file()
    check_signing(base.catalogue.services, find_law, local_day(clock()), has_key=has_key)
    eyes = build_eyes(stack, settings, base.catalogue)
    adapters = build_registry_adapters(settings, base.catalogue, policy, clock)
    stack.callback(adapters.close)
    office = _open_office(settings, base, policy, find_law, clock)
    wake = make_wake(base, settings.quota_share, clock)
    checks = build_account_checks(settings, base, adapters, clock)
    submit = build_submit(settings, base, adapters, policy, find_law, clock, checks)
    read_terms = _make_read_terms(find_law)
    # What the bus is told outlives the round that found it owed, and is no write of it.
    notify = _open_pool(stack, _NOTIFICATIONS_AT_ONCE, "notify", ThreadPoolExecutor)
    way = build_bus_way(settings, base, adapters, submit, office.files, read_terms, clock, notify)
    gathering = _build_gathering(stack, base, adapters, find_law, office, clock, wake, way.intake, eyes)
    adapters.breakers.listen(wake)
    return House(
        settings, clock, base, policy, find_law, office, checks, submit, read_terms, way, gathering, adapters, eyes
    )  # fmt: skip


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
        packaged=eyes.see_package,
        rested=make_wake_if_back(base.catalogue, adapters.breakers, wake),
    )


def _open_pool(
    stack: ExitStack, size: int, name: str, kind: type[ThreadPoolExecutor] = CarryingPool
) -> ThreadPoolExecutor:
    pool = kind(size, thread_name_prefix=name)
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
