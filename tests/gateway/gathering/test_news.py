"""A case with new results: what they touch is read anew, and what they do not touch is not read twice."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta

import pytest

from gateway.core.answers import read_all
from gateway.core.case import Case, Exchange, ExchangeState
from gateway.core.decide import decide
from gateway.gathering.news import apply_results
from gateway.store.results import ExchangeResult
from tests.gateway.core.builders import CITIZEN, LAW, T0, WITH_SON, carry_out, make_case, tell_rest


def opened() -> Case:
    case = make_case(WITH_SON)
    return carry_out(case, decide(case, T0, LAW))


def test_an_answer_that_no_result_touches_is_carried_on_and_every_other_is_what_a_fresh_reading_says() -> None:
    case = opened()
    before = {answer.inquiry.id: answer for answer in read_all(case)}
    asked = next(x for x in case.gather("applicant") if x.passport == "people")
    result = ExchangeResult(asked.id, ExchangeState.ANSWERED, T0, record=CITIZEN)
    after = apply_results(case, [result])
    resting = {i.id for i in case.inquiries if asked.id in {part.exchange_id for part in i.parts}}
    assert resting
    fresh = read_all(replace(after))
    assert read_all(after) == fresh
    for answer in read_all(after):
        assert (answer is before[answer.inquiry.id]) == (answer.inquiry.id not in resting)


@pytest.mark.parametrize("state", ExchangeState)
def test_a_result_changes_nothing_of_an_exchange_but_its_fields(state: ExchangeState) -> None:
    case = opened()
    asked = next(iter(case.exchanges))
    after = apply_results(case, [ExchangeResult(asked, state, T0)]).exchanges[asked]
    assert vars(after).keys() == {field.name for field in fields(Exchange)}


def test_a_case_that_was_read_as_whole_before_is_read_with_its_new_results() -> None:
    case = tell_rest(opened())
    assert all(answer.closed for answer in read_all(case) if answer.inquiry.number == 5)
    asked = next(x for x in case.gather("applicant") if x.passport == "medical")
    anew = ExchangeResult(asked.id, ExchangeState.ANSWERED, T0, record=CITIZEN, replaces=True)
    after = apply_results(case, [anew])
    assert read_all(after) == read_all(replace(after))


def test_what_was_asked_anew_by_hand_is_asked_on_until_something_comes() -> None:
    case = tell_rest(opened())
    asked = next(x for x in case.gather("applicant") if x.passport == "medical")
    by_hand = replace(case, exchanges={**case.exchanges, asked.id: replace(asked, again_at=T0)})
    later = T0 + timedelta(minutes=5)
    failed = ExchangeResult(asked.id, ExchangeState.WAITING, T0, cause="registry-timed-out", next_try_at=later)
    told = apply_results(by_hand, [failed]).exchanges[asked.id]
    assert (told.state, told.again_at) == (asked.state, later)
    assert apply_results(case, [failed]).exchanges[asked.id].again_at is None, "nobody asked for it"
