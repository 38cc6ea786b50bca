"""Changes of a case in memory: cells that are opened together, results, deliveries, what people do with it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.words import QuestionWord
from gateway.core.carrying import carry_memory
from gateway.core.case import Case, Exchange, ExchangeState, Inquiry, InquiryPart, renew_case
from gateway.core.law import Law
from gateway.core.notices import schedule_delivery
from gateway.core.proceedings import Delivery, DeliveryChannel, DeliveryState, Letter, Notice
from gateway.core.renewing import renew
from gateway.core.steps import OpenInquiry

Questions = dict[str, Mapping[QuestionWord, str]]


def open_cells(case: Case, steps: Iterable[OpenInquiry], questions: Questions) -> Case:
    """Parts that ask one source the same share an exchange; the questions are kept beside."""
    exchanges, inquiries = dict(case.exchanges), list(case.inquiries)
    for step in steps:
        inquiry_id = step.inquiry_id or f"{step.number}:{step.subject_ref}"
        parts = []
        for part in step.parts:
            if part.values is None:
                parts.append(InquiryPart(part.key, None, "no_search_key"))
                continue
            exchange_id = f"{part.passport}:{step.subject_ref}:{'|'.join(part.values.values())}"
            if exchange_id not in exchanges:
                waiting = ExchangeState.WAITING
                exchanges[exchange_id] = Exchange(exchange_id, part.passport, step.subject_ref, waiting)
                questions[exchange_id] = part.values
            parts.append(InquiryPart(part.key, exchange_id))
        inquiry = Inquiry(inquiry_id, step.number, step.subject_ref, tuple(parts), step.outcome, step.reason)
        if step.inquiry_id:
            inquiries = [one for one in inquiries if one.id != inquiry_id]
        inquiries.append(inquiry)
    return carry(case, renew_case(case, inquiries=tuple(inquiries), exchanges=exchanges))


def carry(before: Case, after: Case) -> Case:
    """What was read out of the registries' answers holds: none of them changed."""
    carry_memory(before, after)
    return after


def amend(case: Case, **fields: Any) -> Case:
    """Other facts of its proceedings."""
    return carry(case, renew_case(case, proceedings=renew(case.proceedings, **fields)))


def change_letter(case: Case, n: int, **fields: Any) -> Case:
    letters = tuple(replace(one, **fields) if one.n == n else one for one in case.proceedings.letters)
    return amend(case, letters=letters)


def find_letter(case: Case, n: int) -> Letter:
    return next(letter for letter in case.proceedings.letters if letter.n == n)


def end_delivery(case: Case, n: int, channel: DeliveryChannel, reached: bool, now: datetime, law: Law) -> Case:
    """One try to deliver; one that failed is made again."""

    def end(one: Delivery) -> Delivery:
        if one.channel is not channel or one.state is DeliveryState.DELIVERED:
            return one
        tries = one.tries + 1
        if reached:
            delivered = DeliveryState.DELIVERED
            return replace(one, state=delivered, tries=tries, next_try_at=None, delivered_at=now)
        return replace(one, tries=tries, next_try_at=schedule_delivery(tries, now, law))

    def change(notice: Notice) -> Notice:
        return replace(notice, deliveries=tuple(map(end, notice.deliveries))) if notice.n == n else notice

    return amend(case, notices=tuple(map(change, case.proceedings.notices)))
