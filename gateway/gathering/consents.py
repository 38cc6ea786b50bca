"""Consent tokens, asked for each adult whose data a source gives out only with consent; a child's go by the applicant.

Every ask may be a message to a citizen's phone. So a token is used again while it is young, and whatever a holder's
consent came to is not asked again in the same round. A consent that is not given is the applicant's matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType

from contracts.errors import ConsentMissing, ContractBroken, GatewayError, RegistryError, RegistryUnavailable, walk
from contracts.exchange import ConsentToken
from contracts.passport import Passport
from contracts.words import QuestionWord
from gateway.core.case import Case, Exchange, ExchangeState, Subject
from gateway.core.law import Law
from gateway.core.records import take_one, word_of
from gateway.core.subjects import APPLICANT, HOUSEHOLD
from gateway.gathering.asking import Asker, find_consent_passport, read_token
from gateway.store.gathering import ExchangeResult, GatheringStore, KeptAnswer
from gateway.store.rows import QuestionValues

_BY_CODE = {error.code: error for error in walk(RegistryError)}
_STATUS = "consent.status"
_GRANTED = "granted"
_UNDECIDED = frozenset({"pending", "failed"})
"""The person has not said no: the consent is asked for again in a later round."""
_YOUNG = timedelta(minutes=8)
"""A token lives for ten minutes; the last two are left for the exchange that carries it."""


@dataclass(frozen=True)
class Refusal:
    """Why there is no token, and whether a later round may bring one."""

    error: GatewayError
    again: bool


@dataclass(frozen=True)
class Consents:
    """What a round knows of consents: a token or what stands in its place, by the holder's subject ref."""

    tokens: Mapping[str, ConsentToken] = field(default_factory=lambda: MappingProxyType({}), repr=False)
    refusals: Mapping[str, Refusal] = field(default_factory=lambda: MappingProxyType({}))
    results: tuple[ExchangeResult, ...] = ()
    """The consent service's own exchanges, to be kept: those of the last asking."""


def needs_consent(passport: Passport) -> bool:
    return passport.consent != "none"


def holder_of(subject: Subject, adult_age: int) -> str:
    """Whose consent opens the subject's data: the adult's own, else the applicant's, who speaks for the household."""
    own = subject.ref != HOUSEHOLD and subject.age >= adult_age and subject.iin
    return subject.ref if own else APPLICANT


def ask_consents(
    case: Case, refs: Iterable[str], known: Consents, law: Law, asker: Asker, store: GatheringStore, pool: Executor
) -> Consents:
    """`known` with the tokens of all other holders, asked at once."""
    holders = sorted({*refs} - known.tokens.keys() - known.refusals.keys())
    if not holders:
        return replace(known, results=())
    passport = find_consent_passport(asker.passports)
    if passport is None:
        missing = Refusal(ConsentMissing("no service gives out consents"), again=False)
        return Consents(known.tokens, {**known.refusals, **dict.fromkeys(holders, missing)})
    questions: dict[str, QuestionValues] = {ref: {QuestionWord.IIN: str(case.subject(ref).iin)} for ref in holders}
    kept = store.find_or_add_exchanges(case.id, passport.key, questions)
    tokens, refusals = dict(known.tokens), dict(known.refusals)
    oldest = asker.clock() - _YOUNG
    for ref in holders:
        if _is_young(kept[ref], oldest):
            tokens[ref] = read_token(kept[ref].record)

    def ask(ref: str) -> ExchangeResult:
        exchange = Exchange(kept[ref].exchange_id, passport.key, ref, ExchangeState.WAITING)
        return replace(asker.ask(exchange, questions[ref], None, law), replaces=True)

    asked = [ref for ref in holders if ref not in tokens]
    results = list(pool.map(ask, asked))
    for ref, result in zip(asked, results, strict=True):
        said = _judge(result)
        if isinstance(said, Refusal):
            refusals[ref] = said
        else:
            tokens[ref] = said
    return Consents(tokens, refusals, tuple(results))


def _is_young(kept: KeptAnswer, oldest: datetime) -> bool:
    granted = word_of(take_one(kept.record, _STATUS)) == _GRANTED
    return granted and kept.answered_at is not None and kept.answered_at > oldest


def _judge(result: ExchangeResult) -> ConsentToken | Refusal:
    if result.state is ExchangeState.WAITING:
        return Refusal(RegistryUnavailable("the consent service did not answer"), again=True)
    if result.state is ExchangeState.STOPPED and result.cause != ConsentMissing.code:
        # A fault of the service is no refusal of the person's.
        error = _BY_CODE.get(result.cause, ContractBroken)("the consent service gave no answer that can be used")
        return Refusal(error, again=False)
    if result.state is not ExchangeState.ANSWERED:
        return Refusal(ConsentMissing("the consent was not granted"), again=False)
    status = word_of(take_one(result.record, _STATUS))
    if status != _GRANTED:
        # What is no word of ours is no consent either.
        return Refusal(ConsentMissing("the consent was not granted"), again=status in _UNDECIDED)
    try:
        return read_token(result.record or {})
    except GatewayError as error:
        return Refusal(error, error.retryable)
