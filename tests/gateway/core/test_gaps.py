"""Gaps: what no machine can close any more, grouped by whose move it is; never before its time."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from contracts.catalogue import load_catalogue
from contracts.errors import ConsentMissing
from contracts.request import RequestRow
from contracts.words import NoAnswer
from gateway.core.case import Case, Exchange, ExchangeState, Inquiry, InquiryPart
from gateway.core.consents import CODES, OF_APPLICANT
from gateway.core.decide import decide
from gateway.core.gaps import Gap, GapCause, GapCell, Move, find_gaps
from gateway.core.steps import OpenInquiry, RegisterPackage
from tests.gateway.core.builders import (
    CITIZEN,
    LAW,
    OPEN_ACCOUNT,
    SON,
    T0,
    WITH_SON,
    birth,
    carry_out,
    lay,
    make_case,
    silence,
    tell,
    tell_rest,
)

CATALOGUE = load_catalogue()
LATER = T0 + timedelta(hours=4)
NEXT_DAY = T0 + timedelta(days=1)


def opened(**declared: Any) -> Case:
    case = make_case(WITH_SON, **declared)
    return carry_out(case, decide(case, T0, LAW))


def complete(case: Case) -> Case:
    """What lets the family through, but for the exchanges that are silent already."""
    records = {
        ("people", "applicant"): CITIZEN,
        ("bank", "applicant"): OPEN_ACCOUNT,
        ("acts", "member-1"): {"person": {"births": [birth(SON)]}},
    }
    for _ in range(3):
        for x in case.gather():
            if x.tries == 0 and x.state is ExchangeState.WAITING:
                case = tell(case, x.passport, x.subject_ref, records.get((x.passport, x.subject_ref), {}))
        case = carry_out(case, tuple(s for s in decide(case, T0, LAW) if isinstance(s, OpenInquiry)))
    return case


def test_a_complete_case_has_no_gaps() -> None:
    case = complete(opened())
    assert find_gaps(case, LAW, NEXT_DAY) == ()
    assert (
        find_gaps(carry_out(case, (RegisterPackage(T0, True, LAW.why("package.registered_by")),)), LAW, NEXT_DAY) == ()
    )


def test_missing_records_call_for_one_letter_to_each_owner_and_the_applicant_corrects_his_own() -> None:
    gaps = find_gaps(tell_rest(opened(marriage=True)), LAW, T0)
    assert gaps == (
        Gap(
            Move.OWNER,
            "interior",
            {"ru": "interior ru", "kk": "interior kk"},
            (GapCell(1, "applicant", GapCause.NO_RECORD),),
        ),
        Gap(
            Move.OWNER,
            "justice",
            {"ru": "justice ru", "kk": "justice kk"},
            (GapCell(3, "member-1", GapCause.NO_RECORD), GapCell(4, "applicant", GapCause.NO_RECORD)),
        ),
        Gap(Move.APPLICANT, "", {}, (GapCell(6, "applicant", GapCause.NO_RECORD),)),
    )


@pytest.mark.parametrize("state", [ExchangeState.WAITING, ExchangeState.STOPPED])
def test_silence_calls_for_a_letter_when_patience_is_over_and_not_before(state: ExchangeState) -> None:
    case = complete(silence(opened(), "medical", "applicant", state=state))
    assert find_gaps(case, LAW, LATER - timedelta(seconds=1)) == ()
    (gap,) = find_gaps(case, LAW, LATER)
    assert (gap.move, gap.owner, gap.cells) == (
        Move.OWNER,
        "owner-5",
        (GapCell(5, "applicant", GapCause.NO_ANSWER),),
    )


def test_gaps_are_found_by_the_law_and_the_moment_that_are_asked_about_whatever_was_asked_before() -> None:
    case = complete(silence(opened(), "medical", "applicant"))
    sooner, early = lay("patience.minutes.synchronous", 120), T0 + timedelta(hours=2)
    assert find_gaps(case, LAW, early) == ()
    (gap,) = find_gaps(case, sooner, early)
    assert gap.owner == "owner-5"
    assert find_gaps(case, LAW, early) == ()
    assert find_gaps(case, LAW, LATER) == (gap,)


def test_a_late_reply_is_given_its_working_day() -> None:
    case = complete(silence(opened(), "wages", "applicant", state=ExchangeState.PENDING, next_try_at=None))
    assert find_gaps(case, LAW, LATER) == ()
    assert [gap.owner for gap in find_gaps(case, LAW, NEXT_DAY)] == ["owner-7"]


def test_a_missing_consent_is_the_applicant_s_matter_at_once_and_never_a_letter() -> None:
    case = silence(opened(), "medical", "applicant", state=ExchangeState.STOPPED)
    exchange = next(x for x in case.gather("applicant") if x.passport == "medical")
    case = complete(case)
    case = carry_out(case, ())
    consents = replace(case, exchanges={**case.exchanges, exchange.id: _with_cause(exchange, ConsentMissing.code)})
    for now in (T0, NEXT_DAY):
        (gap,) = find_gaps(consents, LAW, now)
        assert (gap.move, gap.cells[0].cause) == (Move.APPLICANT, GapCause.CONSENT)


GUARDED = [
    (service.code, row, part.key)
    for service, row, part in CATALOGUE.parts()
    if CATALOGUE.passport_of(part).consent == "kdp"
]


@pytest.mark.parametrize("code", sorted(CODES))
@pytest.mark.parametrize(("service", "row", "part"), GUARDED, ids=[f"{row.key}-{part}" for _, row, part in GUARDED])
def test_a_consent_that_is_not_there_never_leads_to_an_owner_whatever_the_row(
    service: str, row: RequestRow, part: str, code: str
) -> None:
    rows = (row.model_copy(update={"no_answer": NoAnswer.WRITTEN_REQUEST}),)
    case = make_case(WITH_SON, rows=rows)
    parts = tuple(InquiryPart(one.key, f"x-{one.key}") for one in row.parts)
    inquiry = Inquiry("i-1", row.number, "applicant", parts)
    exchanges = {
        f"x-{one.key}": Exchange(
            f"x-{one.key}", one.passport, "applicant", ExchangeState.STOPPED, 1, since=T0,
            cause=code if one.key == part else "registry-timed-out",
        )
        for one in row.parts
    }  # fmt: skip
    case = replace(case, inquiries=(inquiry,), exchanges=exchanges)
    law = replace(LAW, passports=CATALOGUE.passports)
    for now, moves in ((T0, OF_APPLICANT), (NEXT_DAY + timedelta(days=9), CODES)):
        gaps = find_gaps(case, law, now)
        assert [gap.move for gap in gaps] == (
            [Move.APPLICANT if code in OF_APPLICANT else Move.SPECIALIST] if code in moves else []
        )
        assert {cell.consent for gap in gaps for cell in gap.cells} <= {code}


def _with_cause(exchange: Any, cause: str) -> Any:
    return type(exchange)(**{**vars(exchange), "cause": cause})


def test_a_row_that_is_kept_being_tried_troubles_nobody_until_nothing_tries_any_more() -> None:
    case = complete(opened(employment_measures=True))
    trying = silence(case, "labour", "applicant", record={})
    assert find_gaps(trying, LAW, NEXT_DAY) == ()
    stopped = silence(case, "labour", "applicant", record={}, state=ExchangeState.STOPPED)
    (gap,) = find_gaps(stopped, LAW, NEXT_DAY)
    assert (gap.move, gap.cells) == (Move.SPECIALIST, (GapCell(13, "applicant", GapCause.NO_ANSWER),))


def test_what_comes_on_paper_is_the_specialist_s_to_expect() -> None:
    (gap,) = find_gaps(complete(opened(married_abroad=True)), LAW, T0)
    assert (gap.move, gap.cells) == (Move.SPECIALIST, (GapCell(4, "applicant", GapCause.ON_PAPER),))


def test_what_cannot_be_judged_is_left_to_the_specialist() -> None:
    case = complete(silence(opened(), "acts", "member-1", state=ExchangeState.STOPPED))
    causes = {(gap.move, cell.number): cell.cause for gap in find_gaps(case, LAW, T0) for cell in gap.cells}
    assert causes == {(Move.SPECIALIST, 12): GapCause.UNDETERMINED}
