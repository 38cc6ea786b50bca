"""Whatever order and outcomes the exchanges take, decide opens each cell once, makes progress, and ends well."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.words import Outcome
from gateway.core.answers import read_all
from gateway.core.case import OVER, Case, ExchangeState
from gateway.core.decide import decide
from gateway.core.gaps import Move, find_gaps
from gateway.core.patience import schedule_retry
from gateway.core.proceedings import DateKind
from gateway.core.steps import (
    AmendLetter,
    AskExchanges,
    DeliverNotice,
    DraftLetter,
    OpenInquiry,
    RegisterPackage,
    Step,
    WakeAt,
    WithdrawLetter,
)
from tests.gateway.core.builders import (
    CITIZEN,
    LAW,
    OPEN_ACCOUNT,
    ROWS,
    SON,
    T0,
    WITH_BABY,
    WITH_HUSBAND,
    WITH_SON,
    birth,
    carry_out,
    change,
    coded,
    make_case,
)
from tests.gateway.core.paper_shell import deliver_all

RECORDS = (
    CITIZEN,
    OPEN_ACCOUNT,
    {"person": {"citizenship": coded("UZB"), "documents": [{"number": "2"}]}},
    {"person": {"births": [birth(SON)]}},
    {"person": {"births": [birth(SON, None)], "marriages": [{"husband_iin": None, "wife_iin": None}]}},
    {"person": {"disabilities": [{"group": coded("1")}]}},
)
OUTCOMES = ("answered", "no_record", "failed", "stopped", "pending")
FAMILIES = ((), (WITH_SON,), (WITH_HUSBAND, WITH_SON), (WITH_HUSBAND, WITH_SON, WITH_BABY))
MOST_STEPS = 600
_LETTERS = (DraftLetter, AmendLetter, WithdrawLetter)


def _stage(step: Step) -> object:
    return _LETTERS if isinstance(step, _LETTERS) else type(step)


def end_exchange(case: Case, exchange_id: str, outcome: str, record: dict[str, object], now: datetime) -> Case:
    exchange = case.exchanges[exchange_id]
    if exchange.state in OVER and outcome not in ("answered", "no_record"):
        return change(case, exchange_id, asked_at=now)
    since, tries = exchange.since or now, exchange.tries + 1
    fields: dict[str, Any]
    match outcome:
        case "answered":
            fields = {"state": ExchangeState.ANSWERED, "record": record, "next_try_at": None}
        case "no_record":
            fields = {"state": ExchangeState.NO_RECORD, "next_try_at": None}
        case "pending":
            fields = {"state": ExchangeState.PENDING, "next_try_at": None}
        case _:
            state, next_try_at = schedule_retry(tries, outcome == "failed", now, LAW)
            fields = {"state": state, "next_try_at": next_try_at, "cause": "registry-failed"}
    return change(case, exchange_id, since=since, tries=tries, asked_at=now, **fields)


@settings(max_examples=30, deadline=None)
@given(
    data=st.data(),
    family=st.sampled_from(FAMILIES),
    measures=st.booleans(),
    abroad=st.booleans(),
    alimony=st.sampled_from((None, {"receives": True})),
)
def test_any_course_of_the_exchanges_ends_registered_or_with_people_to_move(
    data: st.DataObject, family: tuple[object, ...], measures: bool, abroad: bool, alimony: dict[str, bool] | None
) -> None:
    case = make_case(*family, employment_measures=measures, married_abroad=abroad, alimony=alimony)
    now = T0
    asked = 0
    for _ in range(MOST_STEPS):
        steps = decide(case, now, LAW)
        cells = [(i.number, i.subject_ref) for i in case.inquiries]
        assert len({_stage(step) for step in steps}) <= 1, "one stage speaks at a time"
        if not steps or now > T0 + timedelta(days=40):
            break
        if isinstance(steps[0], OpenInquiry):
            opened = [step for step in steps if isinstance(step, OpenInquiry)]
            new = [(step.number, step.subject_ref) for step in opened if not step.inquiry_id]
            assert len(set(new)) == len(new)
            assert not set(new) & set(cells), "a cell is never opened twice"
            assert all(step.inquiry_id in {i.id for i in case.inquiries} for step in opened if step.inquiry_id)
            waves = {case.row(number).wave for number, _ in new}
            assert len(waves) <= 1, "a wave is opened by itself"
            case = carry_out(case, steps, now)
        elif isinstance(steps[0], AskExchanges):
            asked += 1
            for exchange_id in steps[0].exchange_ids:
                # What fails for ever would be asked for ever: the course of a test has an end.
                outcome = data.draw(st.sampled_from(OUTCOMES)) if asked < 8 else "stopped"
                record = data.draw(st.sampled_from(RECORDS)) if outcome == "answered" else {}
                case = end_exchange(case, exchange_id, outcome, record, now)
        elif isinstance(steps[0], DeliverNotice):
            case = deliver_all(case)
        elif isinstance(steps[0], WakeAt):
            assert steps[0].at > now, "a wake-up is always ahead: decide never spins"
            late = [x.id for x in case.gather() if x.state is ExchangeState.PENDING]
            comes: bool = data.draw(st.booleans())
            if late and comes:
                case = end_exchange(case, data.draw(st.sampled_from(late)), "answered", CITIZEN, now)
            else:
                now = steps[0].at
        else:
            case = carry_out(case, steps, now)
    else:
        raise AssertionError("decide loops without progress")

    assert {inquiry.number for inquiry in case.inquiries} == {row.number for row in ROWS}
    if case.registered_at is not None:
        assert case.proceedings.registered_complete
        assert all(answer.closed and not answer.gap for answer in read_all(case))
        assert {told.kind for told in case.proceedings.dates} == {DateKind.DUE}
        return
    lettered = {cell for letter in case.proceedings.letters for cell in letter.cells}
    resting = {x.id for inquiry in lettered for x in case.exchanges_of(inquiry)}
    silent = [x for x in case.gather() if x.state not in OVER and x.id not in resting]
    assert all(x.state in (ExchangeState.STOPPED, ExchangeState.PENDING) for x in silent)
    gaps = find_gaps(case, LAW, now)
    in_gaps = {(cell.number, cell.subject_ref) for gap in gaps for cell in gap.cells}
    held = {
        (a.inquiry.number, a.inquiry.subject_ref)
        for a in read_all(case)
        if a.gap or not a.closed or a.outcome is Outcome.ON_PAPER
    }
    assert held, "what is not registered is held by something"
    assert in_gaps == held, "each thing that holds the package is somebody's move, and nothing else is"
    owners = {cell.inquiry_id for gap in gaps if gap.move is Move.OWNER for cell in gap.cells}
    under_way = [letter for letter in case.proceedings.letters if letter.is_under_way]
    assert sorted(cell for letter in under_way for cell in letter.cells) == sorted(owners)
    assert len({letter.owner for letter in under_way}) == len(under_way), "nothing was sent: one draft to each owner"


def test_registration_is_the_only_way_to_leave_an_answered_case() -> None:
    case = make_case(rows=ROWS[4:5])
    case = carry_out(case, decide(case, T0, LAW))
    case = end_exchange(case, case.gather()[0].id, "no_record", {}, T0)
    assert decide(case, T0, LAW) == (RegisterPackage(T0, True, LAW.why("package.registered_by")),)
