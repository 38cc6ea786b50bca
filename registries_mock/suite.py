"""The whole suite put together: catalogue, people, registries, buses; without a socket."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

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
from registries_mock.ncalayer.behaviours import OBEDIENT, Behaviours
from registries_mock.own_authority import find_authority, find_centre
from registries_mock.payload_key import payload_signer
from registries_mock.ports import NewId, People, Timer
from registries_mock.rest.service import RestServices
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


def real_world(settings: Settings) -> Outside:
    """The real network, the clock and timer that the settings want, and the population of the seed."""
    # Here, because a test that brings its own people loads none of these.
    from registries_mock.people.population import Population

    time = VirtualTime(settings.clock_start) if settings.clock_start else None
    clock = time or clock_of(settings.today)
    return Outside(
        clock=clock,
        timer=time or ThreadTimer(),
        push=push,
        new_id=lambda: str(uuid.uuid4()),
        people=Population(settings.seed, clock().date()),
        time=time,
    )


class Suite:
    """All registries and buses of one settings object."""

    def __init__(self, settings: Settings, outside: Outside | None = None) -> None:
        self.settings = settings
        self.outside = outside or real_world(settings)
        self.catalogue: Catalogue = load_catalogue(settings.catalogue_folders)
        self.counts = Counts()
        self.mailbox = Mailbox()
        clock, new_id, timer = self.outside.clock, self.outside.new_id, self.outside.timer
        self.failures = Failures(self.catalogue.passports, clock, self.outside.people.iins_of, settings.seed)
        senders = Senders(settings.senders)
        self.inbox = Inbox(senders, clock)
        self.shelf = Shelf(senders, clock, new_id)
        self.cabinet = Cabinet(senders, clock)
        self.outage = Outage(
            self.failures, (one.key for one in self.catalogue.passports.values() if "sms.status" in one.binds)
        )
        self.desk = ConsentDesk(Consents(settings.seed), clock, self.inbox.put)
        self.ncalayer = Behaviours()
        self.authority = authority = find_authority(settings.authority, clock)
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
        self.seals = Seals(settings.signatures, settings.naming, authority, settings.certificates, clock)
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
            self.mailbox, settings.participants, self.seals, push=self.outside.push, timer=timer, clock=clock
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

    def close(self) -> None:
        """Stop what waits and works."""
        self.failures.reset()
        self.troubles.reset()
        self.outside.timer.close()
