"""What a result changes in the table: the inquiries that it closes, told as events without personal data."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from gateway.core.answers import Answer, read_answer
from gateway.core.carrying import carry_memory
from gateway.core.case import OVER, Case, Exchange, ExchangeState, renew_case
from gateway.core.renewing import renew
from gateway.store.gathering import Tell
from gateway.store.results import ExchangeResult
from gateway.store.rows import Audience, Told


def apply_results(case: Case, results: Collection[ExchangeResult]) -> Case:
    """The case as it stands with these results; what is over keeps its answer, unless a newer one replaces it."""
    exchanges = dict(case.exchanges)
    for result in results:
        exchange = exchanges.get(result.exchange_id)
        if exchange is None:
            continue
        changed: dict[str, Any] = {}
        if result.tried:
            tries, again_at = exchange.tries + int(result.counts), _ask_on(exchange, result)
            changed |= {"tries": tries, "asked_at": result.at, "again_at": again_at}
        closes = result.state in OVER
        if exchange.state not in OVER or (result.replaces and closes):
            same = result.confirms and exchange.state is result.state
            changed |= {
                "state": result.state,
                "next_try_at": result.next_try_at,
                "cause": result.cause,
                "since": exchange.since or result.at,
                "accepted_at": exchange.accepted_at or (result.at if result.state is ExchangeState.PENDING else None),
                "record": result.record or {},
                "answered_at": (exchange.answered_at if same else None) or (result.at if closes else None),
            }
        exchanges[result.exchange_id] = renew(exchange, **changed)
    renewed = renew_case(case, exchanges=exchanges)
    carry_memory(case, renewed, {result.exchange_id for result in results})
    return renewed


def _ask_on(exchange: Exchange, result: ExchangeResult) -> datetime | None:
    """What was asked anew by hand although it was answered is asked on until something comes."""
    anew = exchange.again_at is not None and exchange.state in OVER and result.state not in OVER
    return result.next_try_at if anew else None


def make_tell(case: Case, results: Iterable[ExchangeResult]) -> Tell:
    """One event for each inquiry whose answer the results change, beside exchanges newer than the case knows."""
    return apply_and_tell(case, tuple(results))[1]


def apply_and_tell(case: Case, results: Sequence[ExchangeResult]) -> tuple[Case, Tell]:
    """The case with the results, and what they change: worked out once where no exchange is newer than the case."""
    applied = apply_results(case, results)
    told = _list_changes(case, applied, results)

    def tell(beside: Mapping[str, Exchange]) -> tuple[Told, ...]:
        if not beside:
            return told
        before = dataclasses.replace(case, exchanges={**case.exchanges, **beside})
        return _list_changes(before, apply_results(before, results), results)

    return applied, tell


def _list_changes(before: Case, after: Case, results: Sequence[ExchangeResult]) -> tuple[Told, ...]:
    touched = {result.exchange_id for result in results}
    told = []
    for inquiry in after.inquiries:
        if touched.isdisjoint(part.exchange_id for part in inquiry.parts):
            continue
        was, now = read_answer(before, inquiry), read_answer(after, inquiry)
        if (was.outcome, was.cause, was.closed) != (now.outcome, now.cause, now.closed):
            told.append(tell_answer(now))
    return tuple(told)


def tell_answer(answer: Answer) -> Told:
    kind = "inquiry_closed" if answer.closed else "inquiry_waits"
    data = {
        "number": answer.inquiry.number,
        "subject": answer.inquiry.subject_ref,
        "outcome": answer.outcome.value,
        "cause": answer.cause,
    }
    return Told(kind, Audience.PROVIDER, data)
