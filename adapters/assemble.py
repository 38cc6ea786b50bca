"""The adapters put together: one a protocol, over shared transports; a registry has one breaker, quota, bulkhead and
retry budget for all of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from adapters.admission import Admission
from adapters.asking import Adapter
from adapters.breakers import BreakerRule, Breakers, ReportCrash, log_crash
from adapters.exchanging import Wire
from adapters.file_store import FileStore, find_file_passport
from adapters.http.curl import CurlTransport
from adapters.http.sessions import SessionTransport
from adapters.payloads.prepared import Preparations
from adapters.phone_base import PhoneBase, find_phone_passport
from adapters.ports import (
    CheckPayload,
    Clock,
    Deadline,
    IsSwitchedOff,
    Monotonic,
    NewId,
    SignPayload,
    Sleep,
    TellTrace,
    Transport,
    Unwrap,
    Wrap,
    never_switched_off,
    unlooked,
    untouched,
    untraced,
)
from adapters.quotas import Quotas
from adapters.rest import Rest
from adapters.retrying import Retrying, Wait
from adapters.shep.asynchronous import AsyncChannel
from adapters.shep.chains import Chains
from adapters.shep.sync import SyncChannel
from adapters.sms import SmsGateway, find_sms_passport
from adapters.soap import PlainSoap
from adapters.trust import Trust
from adapters.words import OurSide
from contracts.catalogue import Catalogue
from contracts.exchange import Pending, Question, RecordAttempt, Reply
from contracts.passport import Limits, Passport
from contracts.words import Protocol


@dataclass(frozen=True)
class AdapterConfig:
    """Where the registries are and who asks them. Addresses are absolute http or https URLs."""

    shep_sync_url: str
    shep_async_url: str
    soap_base: str
    rest_base: str
    sender_id: str
    sender_password: str = field(default="", repr=False)
    organisation_name: str = ""
    organisation_bin: str = ""
    responsible_name: str = ""
    api_keys: Mapping[str, str] = field(default_factory=dict, repr=False)
    """By registry (`aisoip`)."""
    sms_login: str = ""
    """Our account at the SMS gateway."""
    sms_password: str = field(default="", repr=False)
    sms_sender: str = ""
    """The name or short number that a citizen sees (`1414`)."""
    files_login: str = ""
    """Our account at the bus's file store; empty: the sender's own id and password."""
    files_password: str = field(default="", repr=False)
    connect_seconds: float = 3.0
    connections: int = 128
    """Kept open and idle, for each of the two transports."""
    ca_file: str = ""
    """PEM file of the authorities that TLS servers are checked against; empty = the library's own."""
    retry_ratio: float = 0.1
    """Retries as a part of calls, by registry."""
    retry_reserve: float = 10.0
    """Retries that a registry may have before its calls have earned any."""
    breaker: BreakerRule = field(default_factory=BreakerRule)
    """When a registry that fails is left alone, and for how long."""
    share: int = 1
    """How many processes ask the same registries: each keeps to its part of every quota, and of the places."""


@dataclass(frozen=True)
class Adapters:
    """All adapters; `ask` picks by the passport's protocol."""

    shep_sync: SyncChannel
    shep_async: AsyncChannel
    soap: PlainSoap
    rest: Rest
    breakers: Breakers = field(repr=False)
    """Who wants to know when a registry is back listens here."""
    read_budgets: Callable[[], Mapping[str, float]] = field(repr=False)
    """Retries that each registry which was asked may have now."""
    chains: Chains
    sms: SmsGateway
    phones: PhoneBase
    files: FileStore
    transports: tuple[Transport, ...] = field(repr=False)

    def by_protocol(self) -> Mapping[Protocol, Adapter]:
        return {
            Protocol.SHEP_SYNC: self.shep_sync,
            Protocol.SHEP_ASYNC: self.shep_async,
            Protocol.SOAP: self.soap,
            Protocol.REST: self.rest,
        }

    def ask(
        self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt
    ) -> Reply | Pending:
        """Return the source's answer, or Pending for an asynchronous one; raises RegistryError."""
        return self.by_protocol()[passport.protocol].ask(passport, question, deadline=deadline, record=record)

    def close(self) -> None:
        """Close the idle connections."""
        for transport in self.transports:
            transport.close()


def build_adapters(
    config: AdapterConfig,
    catalogue: Catalogue,
    *,
    clock: Clock,
    new_id: NewId,
    wrap: Wrap = untouched,
    unwrap: Unwrap = unlooked,
    bus_signs: bool = False,
    sign_payload: SignPayload | None = None,
    check_payload: CheckPayload | None = None,
    shep_transport: Transport | None = None,
    plain_transport: Transport | None = None,
    wait: Wait | None = None,
    sleep: Sleep = time.sleep,
    monotonic: Monotonic = time.monotonic,
    is_switched_off: IsSwitchedOff = never_switched_off,
    report_crash: ReportCrash = log_crash,
    tell_trace: TellTrace = untraced,
) -> Adapters:
    """Return the adapters; nothing is sent or read yet. Transports and waits may be given, for tests.

    `monotonic` counts the rests of breakers alone, so that it may run ahead with a virtual clock: deadlines and quotas
    are counted in real seconds. `report_crash` is told what a listener of the breakers raises. `tell_trace` says
    what each message carries as its `traceparent`.
    """
    seconds, kept, ca_file = config.connect_seconds, config.connections, config.ca_file
    shep = shep_transport or CurlTransport(connect_seconds=seconds, kept=kept, ca_file=ca_file)
    plain = plain_transport or SessionTransport(connect_seconds=seconds, kept=kept, ca_file=ca_file)
    side = OurSide(
        sender_id=config.sender_id,
        sender_password=config.sender_password,
        organisation_name=config.organisation_name,
        organisation_bin=config.organisation_bin,
        responsible_name=config.responsible_name,
        api_keys=config.api_keys,
        sms_login=config.sms_login,
        sms_password=config.sms_password,
        sms_sender=config.sms_sender,
        files_login=config.files_login or config.sender_id,
        files_password=config.files_password if config.files_login else config.sender_password,
    )
    breakers = Breakers(config.breaker, monotonic=monotonic, report_crash=report_crash)
    retrying = Retrying(
        admission=Admission(breakers, clock, is_switched_off),
        quotas=Quotas(_smallest(catalogue, lambda limits: limits.per_minute), share=config.share, sleep=sleep),
        places=_share(_smallest(catalogue, lambda limits: limits.at_once), config.share),
        ratio=config.retry_ratio,
        reserve=config.retry_reserve,
        wait=wait,
        sleep=sleep,
    )
    preparations, trust = Preparations(catalogue), Trust(wrap, unwrap, sign_payload, check_payload, bus_signs)
    bus, direct = Wire(shep, clock, tell_trace), Wire(plain, clock, tell_trace)
    shep_sync = SyncChannel(config.shep_sync_url, side, bus, retrying, preparations, new_id, trust)
    shep_async = AsyncChannel(config.shep_async_url, side, bus, retrying, preparations, new_id, trust)
    soap = PlainSoap(config.soap_base, side, direct, retrying, preparations, new_id, catalogue)
    rest = Rest(config.rest_base, side, direct, retrying, preparations, new_id)
    answering: dict[Protocol, Adapter] = {Protocol.SHEP_SYNC: shep_sync, Protocol.SOAP: soap, Protocol.REST: rest}
    return Adapters(
        breakers=breakers,
        read_budgets=retrying.read_budgets,
        shep_sync=shep_sync,
        shep_async=shep_async,
        soap=soap,
        rest=rest,
        chains=Chains(shep_async),
        sms=SmsGateway(find_sms_passport(catalogue.passports), answering),
        phones=PhoneBase(find_phone_passport(catalogue.passports), answering),
        files=FileStore(find_file_passport(catalogue.passports), answering),
        transports=(shep, plain),
    )


def _share(places: Mapping[str, int], share: int) -> dict[str, int]:
    """This process's part; no registry is left without a place."""
    return {registry: max(1, number // share) for registry, number in places.items()}


def _smallest(catalogue: Catalogue, limit: Callable[[Limits], int | None]) -> dict[str, int]:
    """A limit by registry: where its passports differ, the most careful one holds for all; none = not limited."""
    smallest: dict[str, int] = {}
    for passport in catalogue.passports.values():
        own = limit(passport.limits)
        if own is not None:
            smallest[passport.registry] = min(own, smallest.get(passport.registry, own))
    return smallest
