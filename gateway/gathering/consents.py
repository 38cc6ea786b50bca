"""Consent tokens: asked once a round for each adult whose data a source gives out only with consent.

Each adult's own; a child's data go by the applicant's. The token is kept with the exchange that brought it (sealed),
and asked for again in a later round, because it lives for minutes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from dataclasses import dataclass, field

from contracts.errors import ConsentMissing, GatewayError, RegistryUnavailable
from contracts.exchange import ConsentToken
from contracts.passport import Passport
from contracts.words import QuestionWord
from gateway.core.case import Case, Exchange, ExchangeState, Subject
from gateway.core.law import Law
from gateway.core.subjects import APPLICANT
from gateway.gathering.asking import Asker, find_consent_passport, read_token
from gateway.store.gathering import ExchangeResult, GatheringStore


@dataclass(frozen=True)
class Consents:
    """What the round knows of consents: a token or the error that stands in its place, by the holder's subject ref."""

    tokens: Mapping[str, ConsentToken] = field(repr=False)
    refusals: Mapping[str, GatewayError]
    results: tuple[ExchangeResult, ...]
    """The consent service's own exchanges, to be kept."""


def needs_consent(passport: Passport) -> bool:
    return passport.consent != "none"


def holder_of(subject: Subject, adult_age: int) -> str:
    """Whose consent opens the subject's data: the adult's own, else the applicant's."""
    return subject.ref if subject.age >= adult_age and subject.iin else APPLICANT


def ask_consents(
    case: Case, refs: Iterable[str], law: Law, asker: Asker, store: GatheringStore, pool: Executor
) -> Consents:
    """Tokens of all holders at once."""
    holders = sorted(set(refs))
    passport = find_consent_passport(asker.passports)
    if passport is None or not holders:
        missing = ConsentMissing("no service gives out consents")
        return Consents({}, dict.fromkeys(holders, missing), ())
    asked = [_open_exchange(case, ref, passport, store) for ref in holders]
    results = list(pool.map(lambda pair: asker.ask(pair[0], pair[1], None, law), asked))
    tokens: dict[str, ConsentToken] = {}
    refusals: dict[str, GatewayError] = {}
    for ref, result in zip(holders, results, strict=True):
        try:
            tokens[ref] = _token_of(result)
        except GatewayError as error:
            refusals[ref] = error
    return Consents(tokens, refusals, tuple(results))


def _open_exchange(
    case: Case, ref: str, passport: Passport, store: GatheringStore
) -> tuple[Exchange, dict[QuestionWord, str]]:
    # subject() never picks the household here: holder_of gives people only.
    values = {QuestionWord.IIN: str(case.subject(ref).iin)}
    exchange_id = store.find_or_add_exchange(case.id, passport.key, ref, values)
    return Exchange(exchange_id, passport.key, ref, ExchangeState.WAITING), values


def _token_of(result: ExchangeResult) -> ConsentToken:
    match result.state:
        case ExchangeState.ANSWERED:
            return read_token(result.record or {})
        case ExchangeState.WAITING:
            raise RegistryUnavailable("the consent service did not answer")
        case _:
            raise ConsentMissing("the consent was not granted")
