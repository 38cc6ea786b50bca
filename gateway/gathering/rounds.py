"""A gathering round: what `decide` says is carried out until it says to wait; a wave's exchanges run all at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.errors import OperatorError
from contracts.words import Outcome
from gateway.core.answers import Answer
from gateway.core.calendar import local_day
from gateway.core.case import Case, Exchange, Inquiry
from gateway.core.decide import decide
from gateway.core.law import FindLaw, Law
from gateway.core.steps import AskExchanges, OpenInquiry, RegisterPackage, WakeAt
from gateway.core.terms import LegalDate, read_terms
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.consents import Consents, ask_consents, holder_of, needs_consent
from gateway.gathering.news import apply_results, make_tell, tell_answer
from gateway.store.applications import Applications
from gateway.store.gathering import ExchangeResult, GatheringStore
from gateway.store.rows import Audience, QuestionValues, Told

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
        """Do all that can be done now; when to look again, or None where nothing is left to do.

        The case is carried on within the round. What others change meanwhile (late replies) comes with a wake-up of
        its own, after which the case is read anew.
        """
        stored = self.applications.read(application_id)
        case, consents = stored.case, Consents()
        law = self.find_law(case.service.code, local_day(case.accepted_at))
        for _ in range(_MOST_STEPS):
            now = self.clock()
            steps = decide(case, now, law)
            wakes = [step for step in steps if isinstance(step, WakeAt)]
            if len(wakes) == len(steps):
                return min(wakes, key=lambda wake: wake.at, default=None)
            opened = [step for step in steps if isinstance(step, OpenInquiry)]
            if opened:
                case = self._open(case, opened, now)
            for step in steps:
                match step:
                    case AskExchanges(exchange_ids):
                        case, consents = self._ask(case, exchange_ids, consents, law)
                    case RegisterPackage(at):
                        case = self._register(case, at, law, stored.promised)
            self.applications.announce()
        raise OperatorError("a case does not come to rest")

    def _open(self, case: Case, steps: list[OpenInquiry], now: datetime) -> Case:
        opened = self.store.open_cells(case.id, steps, now, tuple(_tell_opened(steps)))
        exchanges = {**case.exchanges, **opened.exchanges}
        asked = {part.exchange_id for inquiry in opened.inquiries for part in inquiry.parts if part.exchange_id}
        if len(opened.inquiries) != len(steps) or not asked <= exchanges.keys():
            return self._read_anew(case)
        return replace(case, inquiries=case.inquiries + opened.inquiries, exchanges=exchanges)

    def _ask(self, case: Case, exchange_ids: tuple[str, ...], consents: Consents, law: Law) -> tuple[Case, Consents]:
        """One wave. What fails for one exchange, or for one commit, takes nothing of the others with it."""
        exchanges = [case.exchanges[exchange_id] for exchange_id in exchange_ids]
        questions = self.store.read_questions(exchange_ids)
        adult = law.rules.number("ages.adult")
        holders = {x.id: holder_of(case.subject(x.subject_ref), adult) for x in exchanges if self._needs_consent(x)}
        futures = {
            self.pool.submit(self.asker.ask, x, questions[x.id], None, law) for x in exchanges if x.id not in holders
        }
        failures: list[Exception] = []
        try:
            consents = ask_consents(case, holders.values(), consents, law, self.asker, self.store, self.consent_pool)
            case = self._keep(case, list(consents.results))
            futures |= {
                self.pool.submit(self._ask_with_consent, x, questions[x.id], holders[x.id], consents, law)
                for x in exchanges
                if x.id in holders
            }
        except Exception as error:
            failures.append(error)
        for results in _in_groups(futures):
            try:
                case = self._keep(case, results)
            except Exception as error:
                failures.append(error)
        if failures:
            raise failures[0]
        return case, consents

    def _ask_with_consent(
        self, exchange: Exchange, question: QuestionValues, holder: str, consents: Consents, law: Law
    ) -> ExchangeResult:
        refusal = consents.refusals.get(holder)
        if refusal is not None:
            return self.asker.refuse(exchange, refusal.error, law, again=refusal.again)
        return self.asker.ask(exchange, question, consents.tokens[holder], law)

    def _keep(self, case: Case, results: list[ExchangeResult]) -> Case:
        """Commit results; the case with them."""
        applied = self.store.save_results(case.id, results, self.clock(), make_tell(case, results))
        self.applications.announce()
        awaited = [result.exchange_id for result in results if result.awaited_service]
        early = bool(awaited) and self.arrivals.answer_early(awaited)
        # Somebody else's answer was there first, or has come since: the database knows which.
        return apply_results(case, results) if applied and not early else self._read_anew(case)

    def _read_anew(self, case: Case) -> Case:
        return self.applications.read(case.id).case

    def _register(self, case: Case, at: datetime, law: Law, promised: LegalDate | None) -> Case:
        channel = case.service.channel(case.channel)
        if channel is None:
            raise OperatorError("the catalogue no longer has the channel of a stored application")
        terms = read_terms(case, channel, law, promised=promised)
        data = {"promised_on": terms.promised.on.isoformat()}
        self.store.register_package(case.id, at, (Told("package_registered", Audience.ALL, data),))
        return replace(case, registered_at=at)

    def _needs_consent(self, exchange: Exchange) -> bool:
        return needs_consent(self.asker.passports[exchange.passport])


def _in_groups(futures: set[Future[ExchangeResult]]) -> Iterator[list[ExchangeResult]]:
    """Results as they come, those that are there at the same time together: one commit serves them all."""
    left = futures
    while left:
        done, left = wait(left, return_when=FIRST_COMPLETED)
        # A call that is called off (the gateway stops) has no result; every other one has, whatever happened.
        yield [future.result() for future in done if not future.cancelled()]


def _tell_opened(steps: Iterable[OpenInquiry]) -> Iterator[Told]:
    """Cells that are closed as they are opened: nobody asks, and the table says why."""
    for step in steps:
        if step.outcome is not None:
            inquiry = Inquiry("", step.number, step.subject_ref, (), step.outcome, step.reason)
            yield tell_answer(
                Answer(inquiry, step.outcome, step.outcome is not Outcome.NO_ANSWER, step.reason, (), False)
            )
