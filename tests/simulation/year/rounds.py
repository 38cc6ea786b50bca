"""A round in memory: what `decide` says is carried out until it says to wait, as the gateway's own rounds do."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from contracts.words import Protocol
from gateway.core.case import OVER, Case, ExchangeState
from gateway.core.decide import decide
from gateway.core.law import Law
from gateway.core.steps import AskExchanges, DeliverNotice, OpenInquiry, Step, WakeAt
from gateway.gathering.asking import AskCrashed, Asker, close_with
from gateway.gathering.news import apply_results
from gateway.store.results import ExchangeResult
from tests.gateway.core.paper_shell import carry_out
from tests.gateway.core.promises import check_terms
from tests.simulation.year.changes import carry, end_delivery, open_cells
from tests.simulation.year.desk import Desk
from tests.simulation.year.memory import OpenCase
from tests.simulation.year.office import react
from tests.simulation.year.sources import Sources

_MOST_LOOKS = 50


class Rounds:
    """`advance` carries one application forward; called by the engine's workers."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def advance(self, application_id: str) -> WakeAt | None:
        """When to look again; None where nothing is left to do, or where it broke: such a fault is told."""
        file = self._desk.cases[application_id]
        with file.lock:
            try:
                return self._advance(application_id, file)
            except Exception as error:
                self._desk.faults.append(f"{application_id} at {self._desk.clock()}: {type(error).__name__}: {error}")
                return None

    def _advance(self, application_id: str, file: OpenCase) -> WakeAt | None:
        now, law = self._desk.clock(), self._desk.law(file.case)
        for _ in range(_MOST_LOOKS):
            self._desk.counts["looks"] += 1
            steps = decide(file.case, now, law)
            if file.is_checked:
                anew = decide(replace(file.case), now, law)
                assert anew == steps, "what was carried on decides otherwise than what is read anew"
            if not steps or isinstance(steps[0], WakeAt):
                wake = steps[0] if steps and isinstance(steps[0], WakeAt) else None
                if file.is_checked:
                    check_terms(file.case, now, law, wake)
                return wake
            self._carry_out(application_id, file, steps, now, law)
        raise AssertionError("a case does not come to rest")

    def _carry_out(self, application_id: str, file: OpenCase, steps: tuple[Step, ...], now: datetime, law: Law) -> None:
        match steps[0]:
            case OpenInquiry():
                opened = [step for step in steps if isinstance(step, OpenInquiry)]
                file.case = open_cells(file.case, opened, file.questions)
            case AskExchanges(exchange_ids):
                file.case = self._ask(application_id, file, exchange_ids, now, law)
            case DeliverNotice():
                for step in steps:
                    if isinstance(step, DeliverNotice):
                        reached = file.chance.happens(self._desk.year.people.phone_reached)
                        file.case = end_delivery(file.case, step.n, step.channel, reached, now, law)
            case _:
                file.case = carry(file.case, carry_out(file.case, steps, now, law.calendar.version))
                for step in steps:
                    react(self._desk, application_id, step, now)
        self._desk.counts.update(type(step).__name__ for step in steps)

    def _ask(self, application_id: str, file: OpenCase, exchange_ids: Collection[str], now: datetime, law: Law) -> Case:
        asker = Asker(dict.fromkeys(Protocol, file.sources), law.passports, self._desk.clock)
        results = []
        for exchange_id in exchange_ids:
            exchange = file.case.exchanges[exchange_id]
            result = asker.ask(exchange, file.questions[exchange_id], None, law)
            if result.cause == AskCrashed.code:
                raise AssertionError(f"the ask of {exchange.passport} crashed")
            results.append(replace(result, replaces=True, confirms=True) if exchange.state in OVER else result)
            if result.state is ExchangeState.PENDING:
                self._plan_late(application_id, file, exchange_id, now)
        return apply_results(file.case, results)

    def _plan_late(self, application_id: str, file: OpenCase, exchange_id: str, now: datetime) -> None:
        exchange = file.case.exchanges[exchange_id]
        if file.sources.is_lost(exchange.passport, exchange.subject_ref):
            self._desk.counts["late replies lost"] += 1
            return
        minutes = file.chance.draw(self._desk.year.sources.late_minutes)

        def arrive(desk: Desk, application_id: str, now: datetime) -> None:
            desk.change(application_id, now, lambda case, now, law: _answer_late(case, file.sources, exchange_id, now))

        self._desk.plan(application_id, now + timedelta(minutes=minutes), arrive)


def _answer_late(case: Case, sources: Sources, exchange_id: str, now: datetime) -> Case:
    """What is over keeps its answer."""
    exchange = case.exchanges[exchange_id]
    if exchange.state in OVER:
        return case
    reply = sources.reply(exchange.passport, exchange.subject_ref)
    result: ExchangeResult = close_with(exchange_id, reply, now, tried=False)
    return apply_results(case, [result])
