"""One ask: an exchange turned into a question, put to the adapter of its protocol, and its end as a result to keep."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from adapters.asking import Adapter
from adapters.ports import Deadline
from contracts.errors import (
    AnswerOfAnother,
    ConsentMissing,
    ContractBroken,
    GatewayError,
    OperatorError,
    RegistryNotAsked,
)
from contracts.exchange import Attempt, ConsentToken, Pending, Question, Reply
from contracts.passport import Passport
from contracts.words import Protocol, QuestionWord
from gateway.core.case import Exchange, ExchangeState
from gateway.core.consents import schedule_consent
from gateway.core.echoes import is_about_subject
from gateway.core.law import Law
from gateway.core.patience import schedule_retry, schedule_unasked
from gateway.logs import log_crash
from gateway.store.results import ExchangeResult

Clock = Callable[[], datetime]
UNCERTAIN = "send-uncertain"


Watch = Callable[[Exchange, Callable[[], ExchangeResult]], ExchangeResult]
"""Port: does the ask of an exchange, and sees how long it took and what it came to."""


def unwatched(_: Exchange, ask: Callable[[], ExchangeResult]) -> ExchangeResult:
    return ask()


class AskCrashed(OperatorError):
    code = "ask-crashed"
    title = "A fault of our own program kept a source from being asked; the log says where."
    retryable = True


@dataclass(frozen=True)
class Asker:
    """Asks one source at a time; called from many threads at once."""

    adapters: Mapping[Protocol, Adapter]
    passports: Mapping[str, Passport]
    clock: Clock
    watch: Watch = unwatched

    def ask(
        self,
        exchange: Exchange,
        values: Mapping[QuestionWord, str],
        consent: ConsentToken | None,
        law: Law,
    ) -> ExchangeResult:
        """The result, whatever happened: an error becomes the cause of a no-answer, and the next round's moment."""
        return self.watch(exchange, lambda: self._ask_whole(exchange, values, consent, law))

    def _ask_whole(
        self, exchange: Exchange, values: Mapping[QuestionWord, str], consent: ConsentToken | None, law: Law
    ) -> ExchangeResult:
        attempts: list[Attempt] = []
        try:
            return self._ask(exchange, values, consent, law, attempts)
        except GatewayError as error:
            # An OperatorError too: one passport that cannot be followed must not hold up the rest of the family.
            return self._failed(exchange, error, tuple(attempts), law, error.retryable)
        except Exception as error:
            log_crash(error, exchange=exchange.id, passport=exchange.passport)
            return self._failed(exchange, AskCrashed(), tuple(attempts), law, AskCrashed.retryable)

    def refuse(
        self, exchange: Exchange, error: GatewayError, law: Law, *, again: bool, at: datetime | None = None
    ) -> ExchangeResult:
        """The result of an ask that could not be made, for lack of consent or of the consent service.

        `at`: when it is tried again, where that is known already.
        """
        now = self.clock()
        if again and at is None and isinstance(error, ConsentMissing):
            at = schedule_consent(type(error), exchange.tries + 1, now, law)
        if again and at is not None:
            return ExchangeResult(exchange.id, ExchangeState.WAITING, now, cause=error.code, next_try_at=at)
        return self._failed(exchange, error, (), law, again)

    def _ask(
        self,
        exchange: Exchange,
        values: Mapping[QuestionWord, str],
        consent: ConsentToken | None,
        law: Law,
        attempts: list[Attempt],
    ) -> ExchangeResult:
        passport = self.passports[exchange.passport]
        reply = self.adapters[passport.protocol].ask(
            passport,
            Question(exchange.id, values, consent),
            deadline=Deadline(passport.limits.timeout_seconds),
            record=attempts.append,
        )
        if isinstance(reply, Pending):
            return self._await(exchange, passport, reply, tuple(attempts), law)
        if not is_about_subject(passport, values, reply.record):
            raise AnswerOfAnother
        return close_with(exchange.id, reply, self.clock(), tuple(attempts))

    def _await(
        self, exchange: Exchange, passport: Passport, pending: Pending, attempts: tuple[Attempt, ...], law: Law
    ) -> ExchangeResult:
        """The bus has the question; or may have it: then it is sent again round by round, until a reply finds it."""
        at = self.clock()
        state: ExchangeState = ExchangeState.PENDING
        next_try_at: datetime | None = None
        if pending.uncertain:
            state, next_try_at = schedule_retry(exchange.tries + 1, True, at, law)
        return ExchangeResult(
            exchange.id,
            state,
            at,
            attempts,
            cause=UNCERTAIN if pending.uncertain else "",
            correlation_id=pending.correlation_id,
            awaited_service=passport.service_id,
            next_try_at=next_try_at,
        )

    def _failed(
        self, exchange: Exchange, error: GatewayError, attempts: tuple[Attempt, ...], law: Law, again: bool
    ) -> ExchangeResult:
        at = self.clock()
        if isinstance(error, RegistryNotAsked):
            waits, soon = ExchangeState.WAITING, schedule_unasked(at, law)
            return ExchangeResult(exchange.id, waits, at, attempts, cause=error.code, next_try_at=soon, counts=False)
        state, next_try_at = schedule_retry(exchange.tries + 1, again, at, law)
        return ExchangeResult(exchange.id, state, at, attempts, cause=error.code, next_try_at=next_try_at)


def close_with(
    exchange_id: str, reply: Reply, at: datetime, attempts: tuple[Attempt, ...] = (), *, tried: bool = True
) -> ExchangeResult:
    """The result of an exchange that was answered: with a record, or with "no record", which is an answer."""
    answered = reply.outcome == "answered"
    return ExchangeResult(
        exchange_id,
        ExchangeState.ANSWERED if answered else ExchangeState.NO_RECORD,
        at,
        attempts,
        code=reply.code,
        record=reply.record if answered else {},
        vouched_by=reply.vouched_by,
        tried=tried,
    )


def find_consent_passport(passports: Mapping[str, Passport]) -> Passport | None:
    """The auxiliary service that gives out consent tokens: the one whose reply fills `consent.token`."""
    return next((p for p in passports.values() if p.auxiliary and "consent.token" in p.binds), None)


def read_token(record: Mapping[str, object]) -> ConsentToken:
    """The token pair out of the consent service's record; raises ContractBroken where it is not whole."""
    consent = record.get("consent")
    if isinstance(consent, dict) and consent.get("token") and consent.get("public_key"):
        return ConsentToken(str(consent["token"]), str(consent["public_key"]))
    raise ContractBroken("the consent service granted without a token")
