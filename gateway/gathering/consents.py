"""Consent tokens, asked for each adult whose data a source gives out only with consent; a child's go by the applicant.

Every ask may be a message to a citizen's phone. So a token is used again while it is young, one consent serves all
sources of one access, and whatever an access came to is not asked again in the same round. Where a question to the
person stands open, or was answered with yes before, it is only looked up, without a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from contracts.errors import (
    ConsentExpired,
    ConsentMissing,
    ConsentNotAsked,
    ConsentPending,
    ContractBroken,
    GatewayError,
)
from contracts.exchange import ConsentToken
from contracts.passport import Passport
from contracts.words import QuestionWord
from gateway.core.calendar import next_slot
from gateway.core.case import Case, Exchange, ExchangeState
from gateway.core.consents import (
    GRANTED,
    PENDING,
    STATES,
    is_asked_again,
    judge_status,
    may_send,
    wait_for_day,
)
from gateway.core.law import Law
from gateway.core.patience import SLOTS
from gateway.core.records import take_one, word_of
from gateway.gathering.asking import Asker, find_consent_passport, read_token
from gateway.logs import log_event
from gateway.store.gathering import GatheringStore, KeptAnswer
from gateway.store.results import ExchangeResult
from gateway.store.rows import QuestionValues

_STATUS = "consent.status"
_YOUNG = timedelta(minutes=8)
"""A token lives for ten minutes; the last two are left for the exchange that carries it."""


@dataclass(frozen=True, order=True)
class Access:
    """What one consent opens: all sources of one scope, for whom one person speaks."""

    holder: str
    """The subject's ref."""
    scope: str = ""


@dataclass(frozen=True)
class Refusal:
    """Why there is no token, and whether a later round may bring one."""

    error: GatewayError
    again: bool
    at: datetime | None = None
    """When, where it is not the next round: nobody is sent a message at night."""


@dataclass(frozen=True)
class Consents:
    """What a round knows of consents: a token or what stands in its place."""

    tokens: Mapping[Access, ConsentToken] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    refusals: Mapping[Access, Refusal] = field(default_factory=lambda: MappingProxyType({}))
    results: tuple[ExchangeResult, ...] = ()
    """The consent service's own exchanges, to be kept: those of the last asking."""

    def joined(self, came: Consents, accesses: frozenset[Access]) -> Consents:
        """With what an asking brought of its accesses; all else in it is as old as its beginning."""
        tokens = {access: token for access, token in came.tokens.items() if access in accesses}
        refusals = {access: refusal for access, refusal in came.refusals.items() if access in accesses}
        return Consents({**self.tokens, **tokens}, {**self.refusals, **refusals})

    def without(self, access: Access) -> Consents:
        """To be asked anew: its source did not take the token."""
        return Consents({key: token for key, token in self.tokens.items() if key != access}, self.refusals)


def needs_consent(passport: Passport) -> bool:
    return passport.consent != "none"


def ask_consents(
    case: Case,
    accesses: Iterable[Access],
    known: Consents,
    law: Law,
    asker: Asker,
    store: GatheringStore,
    pool: Executor,
    stale: frozenset[str] = frozenset(),
) -> Consents:
    """`known` with the tokens of all other accesses, asked at once. `stale`: tokens that a source did not take."""
    wanted = sorted({*accesses} - known.tokens.keys() - known.refusals.keys())
    if not wanted:
        return replace(known, results=())
    passport = find_consent_passport(asker.passports)
    if passport is None:
        missing = Refusal(ConsentMissing("no service gives out consents"), again=False)
        return Consents(known.tokens, {**known.refusals, **dict.fromkeys(wanted, missing)})
    service = _Service(passport, law, asker, stale)
    questions = {access: _question(case, access) for access in wanted}
    kept: dict[Access, KeptAnswer] = {}
    for scope in sorted({access.scope for access in wanted}):
        of_scope = {access.holder: questions[access] for access in wanted if access.scope == scope}
        found = store.find_or_add_exchanges(case.id, passport.key, of_scope)
        kept |= {Access(holder, scope): answer for holder, answer in found.items()}
    tokens, refusals = dict(known.tokens), dict(known.refusals)
    for access in wanted:
        if (young := service.reuse(kept[access])) is not None:
            tokens[access] = young
    asked = [access for access in wanted if access not in tokens]
    before = {x.id for x in case.exchanges.values() if x.since is not None}
    said = list(
        pool.map(
            lambda access: service.ask(
                access, questions[access], kept[access], first=kept[access].exchange_id not in before
            ),
            asked,
        )
    )
    for access, (came, _) in zip(asked, said, strict=True):
        if isinstance(came, Refusal):
            refusals[access] = came
        else:
            tokens[access] = came
    return Consents(tokens, refusals, tuple(result for _, result in said if result is not None))


def _question(case: Case, access: Access) -> QuestionValues:
    scope = {QuestionWord.CONSENT_SCOPE: access.scope} if access.scope else {}
    return {QuestionWord.IIN: str(case.subject(access.holder).iin), **scope}


@dataclass(frozen=True)
class _Service:
    """The consent service, as one round asks it."""

    passport: Passport
    law: Law
    asker: Asker
    stale: frozenset[str]

    def reuse(self, kept: KeptAnswer) -> ConsentToken | None:
        """The token that was given a moment ago, where nothing speaks against it."""
        if _status_of(kept.record) != GRANTED or kept.answered_at is None:
            return None
        young = kept.answered_at > self.asker.clock() - _YOUNG
        token = _token_of(kept)
        return token if token and young and token.token not in self.stale else None

    def ask(
        self, access: Access, question: QuestionValues, kept: KeptAnswer, *, first: bool
    ) -> tuple[ConsentToken | Refusal, ExchangeResult | None]:
        """A token or what stands in its place; with the exchange to keep, where one was made.

        `first`: nobody has tried to ask before, so that the applicant has just signed.
        """
        before, now = _status_of(kept.record), self.asker.clock()
        silently = before in (GRANTED, PENDING)
        if not silently and not may_send(now, self.law, first=first and not before):
            held = STATES.get(before, ConsentPending if first else ConsentNotAsked)
            return Refusal(held("it is asked for by day"), again=True, at=wait_for_day(now, self.law)), None
        result = self._send(access, question, kept, silently)
        error = judge_status(_status_of(result.record), before)
        if before == GRANTED and result.state is ExchangeState.ANSWERED and error in (ConsentPending, ConsentExpired):
            if not self._may_repeat(kept, now):
                # Nothing new was learnt: the next look is again one of a consent that was given.
                at = wait_for_day(next_slot(now, self.law.rules.times(SLOTS), self.law.calendar), self.law)
                idle = replace(result, state=ExchangeState.WAITING, record=None)
                return Refusal(ConsentPending("the person is asked anew by day"), again=True, at=at), idle
            sent = self._send(access, question, kept, silently=False)
            result, silently = replace(sent, attempts=(*result.attempts, *sent.attempts)), False
        return self._judge(result, before, silently), result

    def _may_repeat(self, kept: KeptAnswer, now: datetime) -> bool:
        """Another message about a consent that was given before: at once where its token was not taken, else seldom."""
        if not may_send(now, self.law, first=False):
            return False
        token, slots = _token_of(kept), self.law.rules.times(SLOTS)
        refused = token is None or token.token in self.stale
        return refused or (
            kept.answered_at is not None and next_slot(kept.answered_at, slots, self.law.calendar) <= now
        )

    def _send(self, access: Access, question: QuestionValues, kept: KeptAnswer, silently: bool) -> ExchangeResult:
        exchange = Exchange(kept.exchange_id, self.passport.key, access.holder, ExchangeState.WAITING)
        words = {**question, QuestionWord.OMIT_SMS: "true"} if silently else question
        return replace(self.asker.ask(exchange, words, None, self.law), replaces=True)

    def _judge(self, result: ExchangeResult, before: str, silently: bool) -> ConsentToken | Refusal:
        if result.state is ExchangeState.NO_RECORD or result.cause == ConsentMissing.code:
            return Refusal(ConsentMissing("the consent was not granted"), again=False)
        if result.state is not ExchangeState.ANSWERED:
            # A fault of the service is no refusal of the person's.
            log_event("consent not asked", code=result.cause, exchange=result.exchange_id)
            return Refusal(ConsentNotAsked(), again=result.state is ExchangeState.WAITING)
        error = judge_status(_status_of(result.record), before)
        if error is not None:
            return Refusal(error(), again=is_asked_again(error, silently))
        try:
            return read_token(result.record or {})
        except GatewayError as broken:
            log_event("consent not asked", code=broken.code, exchange=result.exchange_id)
            return Refusal(ConsentNotAsked("the consent service granted without a token"), broken.retryable)


def _token_of(kept: KeptAnswer) -> ConsentToken | None:
    """None also where the service granted without one."""
    try:
        return read_token(kept.record)
    except ContractBroken:
        return None


def _status_of(record: Mapping[str, object] | None) -> str:
    """Our word for the status; "" where nothing was answered, or in a word that is none of ours."""
    return word_of(take_one(record, _STATUS)) or ""
