"""What a person's consent came to: whose it is, each state as an error of its own, whose move that is, and when again.

A consent that waits, was refused, ran out, was taken back or has no phone to be asked on is the applicant's matter at
once. What kept the consent service from asking is nobody's fault there: after patience the specialist sees it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from contracts.errors import (
    ConsentExpired,
    ConsentMissing,
    ConsentNoPhone,
    ConsentNotAsked,
    ConsentPending,
    ConsentRefused,
    ConsentRevoked,
    ConsentStale,
    walk,
)
from gateway.core.calendar import ALMATY, next_slot
from gateway.core.case import Subject
from gateway.core.law import Law
from gateway.core.patience import CONSENT_AGAIN, SLOTS, round_after
from gateway.core.subjects import APPLICANT, HOUSEHOLD

GRANTED, PENDING, EXPIRED, REFUSED, REVOKED = "granted", "pending", "expired", "refused", "revoked"
DAY, FIRST = "consent.day", "consent.first_ask"
"""The rules of asking a person, beside that of asking again."""
IN_SLOTS, AT_ONCE = "slots", "at_once"

STATES: Mapping[str, type[ConsentMissing]] = {
    PENDING: ConsentPending,
    REFUSED: ConsentRefused,
    EXPIRED: ConsentExpired,
    REVOKED: ConsentRevoked,
    "no_phone": ConsentNoPhone,
    "failed": ConsentNotAsked,
}
"""By our word for the status; any other word is no consent either."""
CODES = frozenset(error.code for error in walk(ConsentMissing))
OF_APPLICANT = CODES - {ConsentNotAsked.code, ConsentStale.code}
"""Causes that are the applicant's matter at once."""


def holder_of(subject: Subject, adult_age: int) -> str:
    """Whose consent opens the subject's data: the adult's own, else the applicant's, who speaks for the household."""
    own = subject.ref != HOUSEHOLD and subject.age >= adult_age and subject.iin
    return subject.ref if own else APPLICANT


def judge_status(status: str, before: str) -> type[ConsentMissing] | None:
    """What a status means where the last one was `before`; None = granted. A no after a yes takes the consent back."""
    if status == GRANTED:
        return None
    if status == REFUSED and before == GRANTED:
        return ConsentRevoked
    return STATES.get(status, ConsentMissing)


def is_asked_again(error: type[ConsentMissing], silently: bool) -> bool:
    """Whether the gateway asks again by itself: the person has not said no, and has not let a message go by.

    One that was looked up `silently` has let none go by: a message is still to come.
    """
    return error in (ConsentPending, ConsentNotAsked) or (silently and error is ConsentExpired)


def schedule_consent(error: type[ConsentMissing], tries: int, now: datetime, law: Law) -> datetime:
    """When a consent that is still to come is asked for again, after try number `tries` (from 1)."""
    if error is ConsentNotAsked:
        # The service itself is tried, in whatever round is next; one that would send a message waits there for day.
        return round_after(tries, now, law)
    if law.rules.word(CONSENT_AGAIN) == IN_SLOTS:
        return next_slot(now, law.rules.times(SLOTS), law.calendar)
    return wait_for_day(round_after(tries, now, law), law)


def wait_for_day(moment: datetime, law: Law) -> datetime:
    """The moment itself where people are awake, else the next morning."""
    opening, closing = law.rules.hours(DAY)
    local = moment.astimezone(ALMATY)
    if opening <= local.time() < closing:
        return moment
    day = local.date() + (timedelta() if local.time() < opening else timedelta(days=1))
    return datetime.combine(day, opening, ALMATY)


def may_send(now: datetime, law: Law, *, first: bool) -> bool:
    """Whether a person may be sent a message now: the first one goes as its rule says, any other one by day."""
    if first and law.rules.word(FIRST) == AT_ONCE:
        return True
    return wait_for_day(now, law) == now
