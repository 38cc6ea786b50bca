"""The whole suite put together: catalogue, people, registries, buses; without a socket."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, replace

from contracts.catalogue import Catalogue, load_catalogue
from registries_mock.answering import Registries
from registries_mock.bus.async_channel import AsyncChannel
from registries_mock.bus.credentials import Senders
from registries_mock.bus.delivery import Delivery
from registries_mock.bus.late_replies import LateReplies
from registries_mock.bus.mailbox import Mailbox
from registries_mock.bus.seals import Seals
from registries_mock.bus.sync import SyncChannel
from registries_mock.ca.troubles import Troubles
from registries_mock.cabinet.shelf import Shelf as Cabinet
from registries_mock.clock import Clock, clock_of
from registries_mock.consent_desk import ConsentDesk
from registries_mock.consents import Consents
from registries_mock.counts import Counts
from registries_mock.failures import Failures
from registries_mock.files.shelf import Shelf
from registries_mock.http import Push, push
from registries_mock.journal.journal import Journal
from registries_mock.ncalayer.behaviours import OBEDIENT, Behaviours
from registries_mock.own_authority import FindAuthority, find_authority, find_centre
from registries_mock.payload_key import payload_signer
from registries_mock.ports import NewId, People, Timer
from registries_mock.rest.service import RestServices
from registries_mock.scenario.playing import begin_scenario, load_scenario
from registries_mock.settings import Settings
from registries_mock.sms.inbox import Inbox
from registries_mock.sms.outage import Outage
from registries_mock.soap.service import SoapServices
from registries_mock.timer import ThreadTimer
from registries_mock.virtual_time import VirtualTime


@dataclass(frozen=True)
class Outside:
    """What the suite takes from the world; tests give their own."""

    clock: Clock
    timer: Timer
    push: Push
    new_id: NewId
    people: People
    time: VirtualTime | None = None
    """Where time is virtual: the clock and the timer in one, to be stepped."""

    def beside(self, settings: Settings, other: Settings) -> Outside:
        """The same world for a suite beside the `other` one: its timer is its own, and its clock if that is virtual."""
        time = VirtualTime(settings.clock_start) if settings.clock_start else None
        return replace(
            self,
            clock=time or self.clock,
            timer=time or ThreadTimer(),
            time=time,
            people=self.people if settings.seed == other.seed else people_of(settings.seed, self.clock),
        )


def real_world(settings: Settings) -> Outside:
    """The real network, the clock and timer that the settings want, and the population of the seed."""
    time = VirtualTime(settings.clock_start) if settings.clock_start else None
    clock = time or clock_of(settings.today)
    return Outside(
        clock=clock,
        timer=time or ThreadTimer(),
        push=push,
        new_id=lambda: str(uuid.uuid4()),
        people=people_of(settings.seed, clock),
        time=time,
    )


def people_of(seed: int, clock: Clock) -> People:
    """The population of a seed, as it is on this day."""
    # Here, because a test that brings its own people loads none of these.
    from registries_mock.people.population import Population

    return Population(seed, clock().date())


class Suite:
    """All registries and buses of one settings object."""

    def __init__(self, settings: Settings, outside: Outside | None = None, beside: Suite | None = None) -> None:
        """`beside` gives what knows nothing of who asks: catalogue and keys are the same in all suites of a process."""
        self._ending: list[Callable[[], None]] = []
        self.settings = settings
        self.outside = outside or real_world(settings)
        self.catalogue: Catalogue = beside.catalogue if beside else load_catalogue(settings.catalogue_folders)
        self.counts = Counts()
        self.journal = Journal(self.outside.clock)
        self.mailbox = Mailbox()
        clock, new_id, timer = self.outside.clock, self.outside.new_id, self.outside.timer
        self.failures = Failures(self.catalogue.passports, clock, self.outside.people, settings.seed)
        if settings.scenario is not None:
            begin_scenario(self.failures, load_scenario(settings.scenario), clock())
        senders = Senders(settings.senders)
        self.inbox = Inbox(senders, clock)
        self.shelf = Shelf(senders, clock, new_id)
        self.cabinet = Cabinet(senders, clock)
        self.outage = Outage(
            self.failures, (one.key for one in self.catalogue.passports.values() if "sms.status" in one.binds)
        )
        self.desk = ConsentDesk(Consents(settings.seed), clock, self.inbox.put)
        self.ncalayer = Behaviours()
        self.authority: FindAuthority = beside.authority if beside else find_authority(settings.authority, clock)
        authority = self.authority
        self.troubles = Troubles(clock)
        self.centre = find_centre(authority, self.troubles, clock)
        self.registries = registries = Registries(
            self.catalogue,
            self.outside.people,
            seed=settings.seed,
            clock=clock,
            new_id=new_id,
            sign=payload_signer(authority, clock),
            take=(self.inbox.take, self.cabinet.take, self.shelf.take),
            desk=self.desk,
        )
        self.seals: Seals = (
            beside.seals
            if beside and self.outside.time is None
            else Seals(settings.signatures, settings.naming, authority, settings.certificates, settings.trusted, clock)
        )
        self.sync = SyncChannel(
            self.catalogue,
            registries,
            senders,
            self.seals,
            failures=self.failures,
            counts=self.counts,
            clock=clock,
            new_id=new_id,
        )
        self.delivery = Delivery(
            self.mailbox,
            settings.participants,
            self.seals,
            journal=self.journal,
            push=self.outside.push,
            timer=timer,
            clock=clock,
        )
        replies = LateReplies(
            self.catalogue,
            registries,
            self.delivery,
            self.seals,
            delay_seconds=settings.reply_delay_seconds,
            failures=self.failures,
            counts=self.counts,
            timer=timer,
            clock=clock,
            new_id=new_id,
        )
        self.asynchronous = AsyncChannel(
            senders,
            self.mailbox,
            self.delivery,
            replies,
            self.seals,
            providers=settings.providers,
            clock=clock,
            new_id=new_id,
        )
        self.soap = SoapServices(self.catalogue, registries, failures=self.failures, counts=self.counts)
        self.rest = RestServices(self.catalogue, registries, failures=self.failures, counts=self.counts)

    def reset(self) -> None:
        """Forget failures, counts, messages and what was to come; held replies go at once."""
        self.failures.reset()
        self.ncalayer.set(OBEDIENT)
        self.troubles.reset()
        self.outside.timer.reset()
        self.mailbox.reset()
        self.inbox.reset()
        self.shelf.reset()
        self.cabinet.reset()
        self.desk.reset()
        self.counts.reset()
        self.journal.reset()

    def close_with(self, close: Callable[[], None]) -> None:
        """Something else ends with this suite."""
        self._ending.append(close)

    def close(self) -> None:
        """Stop what waits and works."""
        for close in self._ending:
            close()
        self.failures.reset()
        self.troubles.reset()
        self.outside.timer.close()
