"""A running gateway: the house with its engine and its API, or with its engine alone; nothing here decides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from flask import Flask

from contracts.errors import SettingInvalid
from contracts.findings import load_findings
from gateway.alone import claim_database
from gateway.api import health
from gateway.api.app import create_api
from gateway.api.parts import ApiParts, make_streams
from gateway.api.routes import Route
from gateway.api.table import ROUTES
from gateway.bus_signatures import load_certificates
from gateway.clock import Clock, now
from gateway.dossier.assemble import DossierAssembler
from gateway.dossier.page import render_page
from gateway.engine.time_steps import TimeSteps
from gateway.intake.draft import MakeDraft
from gateway.setting_rows import DISTRIBUTED, VIRTUAL
from gateway.settings import Settings
from gateway.signature_checks import make_check_signature
from gateway.stopping import Stop
from gateway.store.rows import AttemptRow, Event, Evidence, StoredApplication
from gateway.store.side_by_side import stand_side_by_side
from gateway.virtual_clock import VirtualClock
from gateway.watching.checks import check_bell, check_engine
from gateway.watching.readiness import Check
from gateway.wiring.foundation import open_foundation
from gateway.wiring.house import House, build_house
from gateway.wiring.one_process import run_alone
from gateway.wiring.seen import build_readiness, make_write_figures

if TYPE_CHECKING:
    from gateway.wiring.fleet import Worker


@dataclass(frozen=True)
class WatchedWorker:
    worker: Worker
    app: Flask
    """Its health and figures alone."""


@contextmanager
def open_gateway(settings: Settings, clock: Clock = now, stop: Stop | None = None) -> Iterator[Flask]:
    """The gateway with its API, working until the context ends. Raises OperatorError where the set-up is wrong.

    With the embedded engine it is the whole gateway; with the distributed one, workers carry applications forward.
    `stop`: whoever keeps the time of the process's end.
    """
    if settings.clock == VIRTUAL:
        clock = VirtualClock(settings.clock_start or clock())
    with ExitStack() as stack:
        stop = stop or Stop(settings.grace_seconds)
        house = _open_house(stack, settings, clock, stop)
        stop.listen(house.base.applications.announce)
        if settings.engine == DISTRIBUTED:
            # Its library is not loaded where one process does all.
            from gateway.wiring.fleet import serve_beside

            yield _open_api(house, partial(check_bell, serve_beside(stack, house)), None, stop)
        else:
            alone = run_alone(stack, house, stop)
            yield _open_api(house, partial(check_engine, alone.engine.is_working), alone.time, stop)


@contextmanager
def open_worker(settings: Settings, clock: Clock = now, stop: Stop | None = None) -> Iterator[WatchedWorker]:
    """A worker of the distributed engine, until the context ends. Raises OperatorError."""
    if settings.engine != DISTRIBUTED:
        raise SettingInvalid("a worker wants ASP_ENGINE=distributed: with the embedded engine, serve does all")
    from gateway.wiring.fleet import work_beside

    with ExitStack() as stack:
        stop = stop or Stop(0)
        house = _open_house(stack, settings, clock, stop)
        one = work_beside(stack, house)
        check_work = partial(check_engine, one.is_working)
        yield WatchedWorker(one, _open_api(house, check_work, None, stop, health.ROUTES))


def _open_house(stack: ExitStack, settings: Settings, clock: Clock, stop: Stop) -> House:
    base = stack.enter_context(open_foundation(settings, clock))
    stack.enter_context(claim_database(settings.database_url))
    alone = settings.engine != DISTRIBUTED
    # The embedded engine asks for no lease when it writes: beside others it may not even end what it began.
    ousted = stop.end_at_once if alone else stop.begin_at_fault
    stack.enter_context(stand_side_by_side(settings.database_url, alone=alone, ousted=ousted))
    return build_house(stack, base, settings, clock)


def _open_api(
    house: House, check_work: Check, steps: TimeSteps | None, stop: Stop, routes: Iterable[Route] = ROUTES
) -> Flask:
    settings, base, clock, office = house.settings, house.base, house.clock, house.office
    assembler = DossierAssembler(base.catalogue, load_findings(), house.find_law, office.files.find_reasons)

    def assemble(stored: StoredApplication, attempts: Sequence[AttemptRow], events: Sequence[Event]) -> dict[str, Any]:
        kept, way = house.gathering.store, house.way
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

    return create_api(
        ApiParts(
            catalogue=base.catalogue,
            clock=clock,
            submit=house.submit,
            make_draft=MakeDraft(house.submit.check, clock),
            check_account=house.checks,
            store=base.applications,
            assemble=assemble,
            read_terms=house.read_terms,
            receive=house.gathering.arrivals.receive,
            check_signature=make_check_signature(house.policy, load_certificates(settings), clock),
            office=office,
            find_problems=build_readiness(house, check_work).find_problems,
            write_figures=make_write_figures(house),
            metrics_token=settings.metrics_token,
            is_stopping=stop.is_begun,
            watch_request=house.eyes.watch_request,
            render_html=lambda dossier, language: render_page(dossier, base.catalogue.vocabulary, language),
            max_body_bytes=settings.max_body_bytes,
            time=steps,
            streams=make_streams(settings.threads),
        ),
        routes,
    )
