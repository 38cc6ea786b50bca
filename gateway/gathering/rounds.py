"""A gathering round: what `decide` says is carried out until it says to wait; a wave's exchanges run all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from datetime import datetime

from contracts.errors import OperatorError
from contracts.exchange import ConsentToken
from contracts.words import Outcome
from gateway.core.answers import Answer
from gateway.core.calendar import local_day
from gateway.core.case import Case, Exchange, Inquiry
from gateway.core.decide import decide
from gateway.core.law import FindLaw, Law
from gateway.core.steps import AskExchanges, OpenInquiry, RegisterPackage, WakeAt
from gateway.core.terms import read_terms
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.consents import Consents, ask_consents, holder_of, needs_consent
from gateway.gathering.news import apply_results, make_tell, tell_answer
from gateway.store.applications import Applications
from gateway.store.gathering import ExchangeResult, GatheringStore, Told
from gateway.store.rows import Audience

Clock = Callable[[], datetime]
_MOST_STEPS = 50
"""More steps than any case needs in one round: past it `decide` contradicts itself, and we stop rather than spin."""


@dataclass(frozen=True)
class Gathering:
    """Carries an application forward; one call at a time for one application, many applications at once."""

    applications: Applications
    store: GatheringStore
    arrivals: Arrivals
    asker: Asker
    find_law: FindLaw
    clock: Clock
    pool: Executor
    """Runs the exchanges of a wave, all at once."""
    consent_pool: Executor

    def advance(self, application_id: str) -> WakeAt | None:
        """Do all that can be done now; when to look again, or None where nothing is left to do."""
        for _ in range(_MOST_STEPS):
            case = self.applications.read(application_id).case
            law = self.find_law(case.service.code, local_day(case.accepted_at))
            now = self.clock()
            steps = decide(case, now, law)
            wakes = [step for step in steps if isinstance(step, WakeAt)]
            if len(wakes) == len(steps):
                return min(wakes, key=lambda wake: wake.at, default=None)
            opened = [step for step in steps if isinstance(step, OpenInquiry)]
            if opened:
                self.store.open_cells(case.id, opened, now, tuple(_tell_opened(opened)))
            for step in steps:
                match step:
                    case AskExchanges(exchange_ids):
                        self._ask(case, exchange_ids, law)
                    case RegisterPackage(at):
                        self._register(case, at, law)
            self.applications.announce()
        raise OperatorError("a case does not come to rest")

    def _ask(self, case: Case, exchange_ids: tuple[str, ...], law: Law) -> None:
        exchanges = [case.exchanges[exchange_id] for exchange_id in exchange_ids]
        adult = law.rules.number("ages.adult")
        holders = {x.id: holder_of(case.subject(x.subject_ref), adult) for x in exchanges if self._needs_consent(x)}
        consents = ask_consents(case, holders.values(), law, self.asker, self.store, self.consent_pool)
        self._keep(case, list(consents.results))
        futures = {
            self.pool.submit(self._ask_one, exchange, holders.get(exchange.id), consents, law) for exchange in exchanges
        }
        for results in _in_groups(futures):
            case = self._keep(case, results)

    def _ask_one(self, exchange: Exchange, holder: str | None, consents: Consents, law: Law) -> ExchangeResult:
        token: ConsentToken | None = None
        if holder is not None:
            refusal = consents.refusals.get(holder)
            if refusal is not None:
                return self.asker.refuse(exchange, refusal, law)
            token = consents.tokens[holder]
        return self.asker.ask(exchange, self.store.read_question(exchange.id), token, law)

    def _keep(self, case: Case, results: list[ExchangeResult]) -> Case:
        after = apply_results(case, results)
        self.store.save_results(case.id, results, self.clock(), make_tell(case, results))
        self.applications.announce()
        for result in results:
            if result.correlation_id:
                self.arrivals.match_early(result.correlation_id, result.exchange_id, case.id)
        return after

    def _register(self, case: Case, at: datetime, law: Law) -> None:
        channel = case.service.channel(case.channel)
        if channel is None:
            raise OperatorError("the catalogue no longer has the channel of a stored application")
        terms = read_terms(case, channel, law)
        data = {"promised_on": terms.promised.on.isoformat()}
        self.store.register_package(case.id, at, (Told("package_registered", Audience.ALL, data),))

    def _needs_consent(self, exchange: Exchange) -> bool:
        return needs_consent(self.asker.passports[exchange.passport])


def _in_groups(futures: set[Future[ExchangeResult]]) -> Iterator[list[ExchangeResult]]:
    """Results as they come, those that are there at the same time together: one commit serves them all."""
    left = futures
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        yield [future.result() for future in done]


def _tell_opened(steps: Iterable[OpenInquiry]) -> Iterator[Told]:
    """Cells that are closed as they are opened: nobody asks, and the table says why."""
    for step in steps:
        if step.outcome is not None:
            inquiry = Inquiry("", step.number, step.subject_ref, (), step.outcome, step.reason)
            yield tell_answer(
                Answer(inquiry, step.outcome, step.outcome is not Outcome.NO_ANSWER, step.reason, (), False)
            )
