"""One batch of applications, from the coming of the first to the end of the last, on a virtual clock of its own.

Engine, steps of time, clock, asking and `decide` are the gateway's; store, sources and people are in memory.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from contracts.catalogue import Catalogue, load_catalogue
from gateway.core.calendar import ALMATY, local_day, moment_of_acceptance
from gateway.core.case import Case
from gateway.core.law import FindLaw
from gateway.core.subjects import freeze_subjects
from gateway.core.terms import promise
from gateway.engine.embedded import EmbeddedEngine
from gateway.engine.time_steps import TimeSteps
from gateway.virtual_clock import VirtualClock
from gateway.wiring import make_find_law
from tests.simulation.year.agenda import Agenda
from tests.simulation.year.applicants import withdraw
from tests.simulation.year.arrivals import Batch, draw_arrival
from tests.simulation.year.assumptions import AMENDED, MOVED_DAYS, Outage, Year, load_year
from tests.simulation.year.at_once import AtOnce, SteppedEngine
from tests.simulation.year.chance import Chance
from tests.simulation.year.desk import Desk
from tests.simulation.year.families import SERVICE, Household, draw_families
from tests.simulation.year.memory import MemoryWakeups, OpenCase
from tests.simulation.year.rounds import Rounds
from tests.simulation.year.sources import Sources
from tests.simulation.year.tally import SHOWN, Tally, check_law, judge

_ROUNDS = 1
"""Of one look: each is over before the next begins."""
_STEP = timedelta(days=1)
_LONGEST = timedelta(days=240)
"""After this what is still open is left: far beyond any term of the law."""
_STEP_SECONDS = 3600.0
_WITHDRAWN_WITHIN_DAYS = 12


@dataclass(frozen=True)
class Country:
    """What all batches share."""

    catalogue: Catalogue
    year: Year
    households: Sequence[Household]
    seed: int
    find_law: FindLaw
    """Before the calendar changes, the amendment dated."""
    find_changed: FindLaw
    """After it."""
    checked_each: int = 50
    """Of so many applications one is judged at each of its looks: by the promises of the core's own tests, and against
    a case that remembers nothing."""


def open_country(seed: int, families: int = 0) -> Country:
    """The shipped catalogue, and the pool of families (or so many of them)."""
    catalogue, year = load_catalogue(), load_year()
    return Country(
        catalogue,
        year,
        draw_families(catalogue, year.families, year.first_day, seed, families),
        seed,
        _find_by_period(make_find_law(catalogue, (AMENDED,)), year),
        _find_by_period(make_find_law(catalogue, (AMENDED, MOVED_DAYS)), year),
    )


def _find_by_period(find_law: FindLaw, year: Year) -> FindLaw:
    """The rules change on one day of the year alone: they are read twice, and not once for each day."""
    first, changes = year.first_day, year.law_changes_on
    return lambda service, on: find_law(service, changes if on >= changes else first)


def run_batch(country: Country, batch: Batch) -> Tally:
    """What came of its applications: each is in the tally once."""
    began = time.process_time()
    gc.collect()
    gc.disable()
    try:
        tally = _run(country, batch)
    finally:
        gc.enable()
    tally.cpu_seconds = time.process_time() - began
    return tally


def _run(country: Country, batch: Batch) -> Tally:
    year, start = country.year, datetime.combine(batch.day, datetime.min.time(), ALMATY)
    clock = VirtualClock(start)
    changes_at = year.calendar_changes_at
    find_law = country.find_law if start < changes_at else country.find_changed
    desk = Desk(year, clock, find_law, Agenda(clock), MemoryWakeups())
    engine = EmbeddedEngine(desk.wakeups, Rounds(desk).advance, clock, workers=_ROUNDS, pool=AtOnce())
    # Each does all that is due before it returns, people first: nothing runs beside the stepper, or is waited for.
    steps = TimeSteps(clock, (desk.agenda, SteppedEngine(engine)), sleep=lambda seconds: None)
    outages = _group_outages(year)
    for number in range(batch.first, batch.first + batch.count):
        _expect(country, batch, desk, outages, number)
    if start < changes_at < start + _LONGEST:
        desk.agenda.put(changes_at, "", lambda now: _recount(desk, country.find_changed, now))
    while (standing := steps.advance(_STEP, _STEP_SECONDS)).next is not None and clock() < start + _LONGEST:
        if standing.next > clock() + _STEP:
            steps.advance(standing.next - clock(), _STEP_SECONDS)
    return _count(country, desk, batch, clock())


def _group_outages(year: Year) -> dict[str, list[Outage]]:
    found: dict[str, list[Outage]] = {}
    for outage in year.outages:
        found.setdefault(outage.registry, []).append(outage)
    return found


def _expect(country: Country, batch: Batch, desk: Desk, outages: Mapping[str, Sequence[Outage]], number: int) -> None:
    chance = Chance(country.seed, number)
    calendar = desk.find_law(SERVICE, batch.day).calendar
    arrival = draw_arrival(batch, country.year.arrivals, calendar, number, chance)
    household = country.households[chance.pick(len(country.households))]
    application_id = f"{number:07}"

    def accept(now: datetime) -> None:
        # The fraction of the second gives the case its place in the spread of the slots.
        received = now.replace(microsecond=arrival.received_at.microsecond)
        law = desk.find_law(SERVICE, batch.day)
        rules = law.rules
        hours = rules.hours("working_hours")
        at = moment_of_acceptance(received, rules.word("acceptance.outside_hours"), hours, law.calendar)
        law = desk.find_law(SERVICE, local_day(at))
        service = country.catalogue.services[SERVICE]
        channel = service.channel(arrival.channel)
        subjects = freeze_subjects(household.application, at)
        case = Case(
            application_id, service, household.application, arrival.channel, at, subjects,
            received_at=received, rules=law.rules,
            promised_on=promise(at, received, channel, law).on if channel else None,
        )  # fmt: skip
        sources = Sources(
            household, chance, country.year.sources, outages, desk.clock, desk.counts,
            lambda exchange_id: desk.cases[application_id].case.exchanges[exchange_id].subject_ref,
        )  # fmt: skip
        checked = number % country.checked_each == 0
        desk.cases[application_id] = OpenCase(case, chance, sources, checked)
        desk.counts["in"] += 1
        desk.wakeups.wake(application_id, now)
        if chance.happens(country.year.people.withdrawn):
            desk.plan_days(application_id, now, chance.between(0.0, _WITHDRAWN_WITHIN_DAYS), withdraw)

    desk.agenda.put(arrival.received_at.replace(second=0, microsecond=0), application_id, accept)


def _recount(desk: Desk, find_law: FindLaw, now: datetime) -> None:
    """Another calendar is known: every case that runs is looked at anew, as the gateway's own recount does."""
    desk.find_law = find_law
    for name, file in desk.cases.items():
        complains = any(one.answered_at is None for one in file.case.proceedings.complaints)
        if not file.case.is_over or complains:
            desk.counts["recounted"] += 1
            desk.wakeups.wake(name, now)


def _count(country: Country, desk: Desk, batch: Batch, now: datetime) -> Tally:
    tally = Tally(desk.counts)
    for name, file in desk.cases.items():
        waits = desk.wakeups.waits(name)
        judge(tally, name, file.case, desk.law(file.case), now, waits=waits)
        check_law(tally, name, file.case, country.year, country.find_law, country.find_changed)
    tally.counts["expected"] += batch.count
    tally.counts["faults"] += len(desk.faults)
    tally.troubles = desk.faults[:SHOWN] + tally.troubles[:SHOWN]
    return tally
