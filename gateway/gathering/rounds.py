"""A gathering round: what `decide` says is carried out until it says to wait; nothing that hangs holds the rest back.

Exchanges and deliveries run beside the round. As each comes back its result is committed and the case is looked at
anew, so that what became possible is begun at once, while slower ones are still under way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.errors import (
    ConsentMissing,
    ConsentRevoked,
    ConsentStale,
    OperatorError,
    RegistryResting,
    SigningFailed,
)
from contracts.exchange import ConsentToken
from contracts.words import Outcome
from gateway.core.answers import Answer
from gateway.core.carrying import carry_memory
from gateway.core.case import OVER, Case, Exchange, ExchangeState, Inquiry
from gateway.core.consents import holder_of
from gateway.core.decide import NOTHING, decide, name_delivery, name_signature
from gateway.core.law import FindLaw, Law, law_of
from gateway.core.steps import AskExchanges, DeliverNotice, OpenInquiry, RegisterPackage, SignLetter, Step, WakeAt
from gateway.gathering.arrivals import Arrivals
from gateway.gathering.asking import Asker
from gateway.gathering.consents import Access, Consents, Refusal, ask_consents, needs_consent
from gateway.gathering.news import apply_and_tell, tell_answer
from gateway.gathering.under_way import Asking, Round
from gateway.logs import log_event
from gateway.store.applications import Applications
from gateway.store.course import CourseStore
from gateway.store.gathering import GatheringStore
from gateway.store.results import ExchangeResult
from gateway.store.rows import QuestionValues, Told

Clock = Callable[[], datetime]
_MOST_LOOKS = 50
"""More looks in a row without a result than any case needs: past it `decide` contradicts itself, and we stop."""


def _nobody_listens(_: frozenset[str]) -> None:
    pass


def _nobody_counts(_: Case, __: bool) -> None:
    pass


@dataclass(frozen=True)
class Gathering:
    """Carries an application forward; one call at a time for one application, many applications at once."""

    applications: Applications
    store: GatheringStore
    course: CourseStore
    arrivals: Arrivals
    asker: Asker
    find_law: FindLaw
    clock: Clock
    deliver: Callable[[Case, DeliverNotice], None]
    """Port: try one delivery and record what came of it; raises nothing but faults of our own."""
    sign_letter: Callable[[Case, SignLetter], None]
    """Port: sign a draft with the organisation's key and record it."""
    pool: Executor
    """Runs exchanges."""
    consent_pool: Executor
    delivery_pool: Executor
    packaged: Callable[[Case, bool], None] = _nobody_counts
    """Port: told of each package once it is registered, and whether it is complete."""
    rested: Callable[[frozenset[str]], None] = _nobody_listens
    """Port: told, once it is committed, of passports whose resting registry was not asked: it may be back since."""

    def advance(self, application_id: str) -> WakeAt | None:
        """Do all that can be done now; when to look again, or None where nothing is left to do.

        The case is carried on within the round. What others change meanwhile (late replies, people) comes with a
        wake-up of its own, after which the case is read anew.
        """
        case = self._read(application_id)
        now = Round(case, law_of(case, self.find_law))
        looks = 0
        while looks < _MOST_LOOKS:
            looks += 1
            steps = () if now.failures else decide(now.case, self.clock(), now.law, now.busy)
            if any(not isinstance(step, WakeAt) for step in steps):
                self._carry_out(now, steps)
            elif now.running:
                self._collect(now)
                looks = 0
            elif now.failures:
                raise now.failures[0]
            else:
                return next((step for step in steps if isinstance(step, WakeAt)), None)
        raise OperatorError("a case does not come to rest")

    def _carry_out(self, now: Round, steps: tuple[Step, ...]) -> None:
        """Steps of one look are of one kind: what is begun runs beside, what is decided is committed."""
        try:
            match steps[0]:
                case OpenInquiry():
                    self._open(now, [step for step in steps if isinstance(step, OpenInquiry)])
                case AskExchanges(exchange_ids):
                    self._ask(now, exchange_ids)
                case DeliverNotice():
                    for step in steps:
                        if isinstance(step, DeliverNotice):
                            future = self.delivery_pool.submit(self.deliver, now.case, step)
                            now.deliveries[future] = name_delivery(step)
                case SignLetter():
                    for step in steps:
                        if isinstance(step, SignLetter):
                            self._sign(now, step)
                    now.case = self._read(now.case.id)
                case _:
                    self.course.carry_out(now.case, steps, self.clock(), now.law.calendar.version)
                    now.case = self._read_course(now.case)
                    for step in steps:
                        if isinstance(step, RegisterPackage):
                            self.packaged(now.case, step.complete)
        except Exception as error:
            now.failures.append(error)
        self.applications.announce()

    def _sign(self, now: Round, step: SignLetter) -> None:
        """A letter that cannot be signed stays a draft, which is shown to people in time; the rest goes on."""
        try:
            self.sign_letter(now.case, step)
        except SigningFailed as error:
            now.unsigned.add(name_signature(step))
            log_event("letter not signed", code=error.code, application=now.case.id, letter=step.n)

    def _open(self, now: Round, steps: list[OpenInquiry]) -> None:
        case = now.case
        opened = self.store.open_cells(case.id, steps, self.clock(), _tell_opened)
        exchanges = {**case.exchanges, **opened.exchanges}
        asked = {part.exchange_id for inquiry in opened.inquiries for part in inquiry.parts if part.exchange_id}
        anew = any(step.inquiry_id for step in steps)
        if anew or len(opened.inquiries) != len(steps) or not asked <= exchanges.keys():
            now.case = self._read(case.id)
            return
        now.case = replace(case, inquiries=case.inquiries + opened.inquiries, exchanges=exchanges)
        now.questions.update(opened.questions)

    def _ask(self, now: Round, exchange_ids: tuple[str, ...]) -> None:
        """Begin asks; those that need a consent wait for it beside the others."""
        exchanges = [now.case.exchanges[exchange_id] for exchange_id in exchange_ids]
        questions = self._find_questions(now, exchange_ids)
        free = [x for x in exchanges if not self._needs_consent(x)]
        for exchange in free:
            self._begin(now, exchange, questions[exchange.id])
        self._ask_consents(now, [x for x in exchanges if self._needs_consent(x)])

    def _find_questions(self, now: Round, exchange_ids: Collection[str]) -> Mapping[str, QuestionValues]:
        """As this round wrote them down; else they are read."""
        unknown = [one for one in exchange_ids if one not in now.questions]
        return now.questions | self.store.read_questions(unknown) if unknown else now.questions

    def _ask_consents(self, now: Round, bound: list[Exchange], stale: frozenset[str] = NOTHING) -> None:
        """A person who is being asked at this moment is not asked beside it: the exchange waits for that answer."""
        for asking in now.consenting.values():
            asking.bound += [x for x in bound if self._access(now, x) in asking.accesses]
            bound = [x for x in bound if self._access(now, x) not in asking.accesses]
        if bound:
            accesses = frozenset(self._access(now, x) for x in bound)
            parts = (self.asker, self.store, self.consent_pool)
            future = self.pool.submit(ask_consents, now.case, accesses, now.consents, now.law, *parts, stale)
            now.consenting[future] = Asking(accesses, bound)

    def _begin(self, now: Round, exchange: Exchange, question: QuestionValues) -> None:
        token = refusal = None
        if self._needs_consent(exchange):
            access = self._access(now, exchange)
            token, refusal = now.consents.tokens.get(access), now.consents.refusals.get(access)
        if token is not None:
            now.brought[exchange.id] = token
        future = self.pool.submit(self._ask_one, exchange, question, token, refusal, now.law)
        now.exchanges[future] = exchange.id

    def _ask_one(
        self,
        exchange: Exchange,
        question: QuestionValues,
        token: ConsentToken | None,
        refusal: Refusal | None,
        law: Law,
    ) -> ExchangeResult:
        if refusal is not None:
            return self.asker.refuse(exchange, refusal.error, law, again=refusal.again, at=refusal.at)
        result = self.asker.ask(exchange, question, token, law)
        # Asked anew although it was answered: the newer answer counts.
        return replace(result, replaces=True, confirms=True) if exchange.state in OVER else result

    def _collect(self, now: Round) -> None:
        """Wait until something comes back, and commit what is there: one commit serves all of it."""
        done, _ = wait(now.running, return_when=FIRST_COMPLETED)
        # What is called off (the gateway stops) has no result; everything else has, whatever happened.
        answered = [f for f in now.exchanges if f in done]
        results = [f.result() for f in answered if not f.cancelled()]
        for future in answered:
            del now.exchanges[future]
        try:
            refused = [one for one in results if self._is_token_refused(now, one)]
            results = [self._hold(one) if one in refused else one for one in results]
            if results:
                now.case = self._keep(now.case, results)
            self._renew(now, [one.exchange_id for one in refused])
            for consenting in [f for f in now.consenting if f in done]:
                self._consented(now, consenting, now.consenting.pop(consenting))
            delivered = [f for f in now.deliveries if f in done]
            for delivery in delivered:
                del now.deliveries[delivery]
            if delivered:
                faults = (future.exception() for future in delivered if not future.cancelled())
                now.failures.extend(fault for fault in faults if isinstance(fault, Exception))
                now.case = self._read(now.case.id)
        except Exception as error:
            now.failures.append(error)

    def _consented(self, now: Round, future: Future[Consents], asking: Asking) -> None:
        if future.cancelled():
            return
        came = future.result()
        now.consents = now.consents.joined(came, asking.accesses)
        now.case = self._keep(now.case, list(came.results))
        questions = self._find_questions(now, [x.id for x in asking.bound])
        for exchange in asking.bound:
            self._begin(now, exchange, questions[exchange.id])

    def _is_token_refused(self, now: Round, result: ExchangeResult) -> bool:
        """Whether the source said no to the token that we brought, for the first time in this round."""
        if result.exchange_id in now.renewed or result.exchange_id not in now.brought:
            return False
        return result.cause in (ConsentMissing.code, ConsentRevoked.code)

    def _hold(self, result: ExchangeResult) -> ExchangeResult:
        return replace(result, state=ExchangeState.WAITING, cause=ConsentStale.code, next_try_at=result.at)

    def _renew(self, now: Round, exchange_ids: list[str]) -> None:
        """Ask once anew for the consents whose tokens were not taken: they may have run out, or been taken back."""
        bound = [now.case.exchanges[exchange_id] for exchange_id in exchange_ids]
        now.renewed.update(exchange_ids)
        for exchange in bound:
            access = self._access(now, exchange)
            # A neighbour's answer may have brought a newer one already.
            if now.consents.tokens.get(access) == now.brought[exchange.id]:
                now.consents = now.consents.without(access)
        self._ask_consents(now, bound, frozenset(now.brought[exchange_id].token for exchange_id in exchange_ids))

    def _keep(self, case: Case, results: list[ExchangeResult]) -> Case:
        """Commit results; the case with them."""
        renewed, tell = apply_and_tell(case, results)
        applied = self.store.save_results(case.id, results, self.clock(), tell)
        self.applications.announce()
        unasked = {result.exchange_id for result in results if result.cause == RegistryResting.code}
        if resting := frozenset(x.passport for x in case.exchanges.values() if x.id in unasked):
            self.rested(resting)
        awaited = [result.exchange_id for result in results if result.awaited_service]
        early = bool(awaited) and self.arrivals.answer_early(awaited)
        # Somebody else's answer was there first, or has come since: the database knows which.
        return renewed if applied and not early else self._read(case.id)

    def _read(self, application_id: str) -> Case:
        return self.applications.read(application_id).case

    def _read_course(self, case: Case) -> Case:
        """The case after steps of its course, which touch neither its cells nor what registries answered."""
        renewed = self.applications.read_course(case)
        carry_memory(case, renewed)
        return renewed

    def _access(self, now: Round, exchange: Exchange) -> Access:
        holder = holder_of(now.case.subject(exchange.subject_ref), now.law.rules.number("ages.adult"))
        return Access(holder, self.asker.passports[exchange.passport].consent_scope)

    def _needs_consent(self, exchange: Exchange) -> bool:
        return needs_consent(self.asker.passports[exchange.passport])


def _tell_opened(opened: Iterable[Inquiry]) -> tuple[Told, ...]:
    """Cells that are closed as they are opened: nobody asks, and the table says why."""
    return tuple(
        tell_answer(Answer(one, one.outcome, one.outcome is not Outcome.NO_ANSWER, one.reason, (), False))
        for one in opened
        if one.outcome is not None
    )
