"""decide(case, now, law) -> steps: the one place that says what happens next with an application; pure.

The stages stand in the order in which they are looked at, and each is a file: what people and dates call for goes
before the asking of registries, which may take its time. The first stage that has something to do says it; when none
has, one wake-up says when something changes by itself. Exchanges and deliveries that are under way are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from gateway.core.answers import read_missing
from gateway.core.case import Case
from gateway.core.dates import keep_dates, limit_of_extension
from gateway.core.law import Law
from gateway.core.letters import keep_letters, opens_for_letters
from gateway.core.notices import deliver_notices, issue_notices, list_deliveries
from gateway.core.opening import has_undecided, judge_anew, open_cells
from gateway.core.patience import Try, list_ends, list_tries
from gateway.core.steps import AskExchanges, DeliverNotice, RegisterPackage, SignLetter, Step, WakeAt
from gateway.core.terms import end_of_promise
from gateway.core.watch import list_marks, mark_terms

NEXT_ROUND, PATIENCE_OVER, OFFICE_OPENS = "next_round", "patience_over", "office_opens"
LIMIT, TERM, DELIVERY = "limit_of_extension", "term", "delivery"
COMPLETE_OR_LIMIT, PROMISED_DATE = "complete_or_limit", "promised_date"
NOTHING: frozenset[str] = frozenset()


def decide(case: Case, now: datetime, law: Law, busy: frozenset[str] = NOTHING) -> tuple[Step, ...]:
    """What must be done now, or one wake-up; empty where only people can go on.

    `busy`: ids of exchanges that are being asked, of deliveries (see `name_delivery`) that are being made, and of
    letters (see `name_signature`) that cannot be signed now.
    """
    return (
        _open(case, now, law)
        or tuple(step for step in keep_letters(case, now, law) if name_signature(step) not in busy)
        or _keep_dates(case, now, law)
        or issue_notices(case, now, law)
        or mark_terms(case, now, law)
        or tuple(step for step in deliver_notices(case, now, law) if name_delivery(step) not in busy)
        or _ask(case, now, law, busy)
        or _register(case, now, law)
        or tuple(_wake(case, now, law, busy))
    )


def name_delivery(step: DeliverNotice) -> str:
    return f"notice-{step.n}:{step.channel.value}"


def name_signature(step: Step) -> str:
    """ "" for a step that signs nothing."""
    return f"letter-{step.n}:signature" if isinstance(step, SignLetter) else ""


def _is_gathering(case: Case) -> bool:
    return case.registered_at is None and not case.is_over


def _open(case: Case, now: datetime, law: Law) -> tuple[Step, ...]:
    return (open_cells(case, now, law) or judge_anew(case, now, law)) if _is_gathering(case) else ()


def _keep_dates(case: Case, now: datetime, law: Law) -> tuple[Step, ...]:
    return () if case.is_over else keep_dates(case, now, law)


def _ask(case: Case, now: datetime, law: Law, busy: frozenset[str]) -> tuple[Step, ...]:
    due = tuple(one.exchange.id for one in _tries(case, law) if one.at <= now and one.exchange.id not in busy)
    return (AskExchanges(due),) if due else ()


def _tries(case: Case, law: Law) -> tuple[Try, ...]:
    return () if case.is_over else list_tries(case, law)


def _register(case: Case, now: datetime, law: Law) -> tuple[Step, ...]:
    """Tp: all inquiries closed, or the limit of the forming, whichever is first."""
    if not _is_gathering(case):
        return ()
    why = law.why("package.registered_by")
    limit = _limit(case, law)
    if not read_missing(case) and not has_undecided(case, now, law):
        return (RegisterPackage(min(now, limit) if limit else now, True, why),)
    if limit is None or limit > now:
        return ()
    extended = limit_of_extension(case) is not None
    return (RegisterPackage(limit, False, why if extended else law.why("package.without_extension")),)


def _limit(case: Case, law: Law) -> datetime | None:
    """The end of the extension; without one that of the promised date, where the rule says so. A person may always
    register the package before."""
    if law.rules.word("package.registered_by") != COMPLETE_OR_LIMIT:
        return None
    extended = limit_of_extension(case)
    if extended is not None or law.rules.word("package.without_extension") != PROMISED_DATE:
        return extended
    return end_of_promise(case, law)


def _wake(case: Case, now: datetime, law: Law, busy: frozenset[str]) -> Iterator[WakeAt]:
    """The next moment at which something changes by itself."""
    moments = [(at, TERM) for at in list_marks(case, law)]
    moments += [(at, DELIVERY) for _, _, at in list_deliveries(case, law)]
    moments += [(one.at, NEXT_ROUND) for one in _tries(case, law) if one.exchange.id not in busy]
    if _is_gathering(case):
        moments += [(at, PATIENCE_OVER) for at in list_ends(case, law)]
        opening = opens_for_letters(case, now, law)
        moments += [(opening, OFFICE_OPENS)] if opening else []
        limit = _limit(case, law)
        moments += [(limit, LIMIT)] if limit else []
    ahead = [(at, reason) for at, reason in moments if at > now]
    if ahead:
        yield WakeAt(*min(ahead))
