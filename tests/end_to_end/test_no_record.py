"""A registry without a record: where the row calls for a letter one is drawn up at once, elsewhere it is an answer."""

from __future__ import annotations

import pytest

from tests.support.house import OVER
from tests.support.time_house import TimeHouse


def test_no_record_of_residence_calls_for_a_letter_at_once(times: TimeHouse) -> None:
    case = times.submit(times.family("no-residence-record"))
    times.settle()
    (letter,) = [one for one in case.letters() if 6 in {cell["number"] for cell in one["cells"]}]
    assert (letter["state"], letter["round"]) == ("drafted", 1)
    assert letter["drafted_at"] == times.started_at.isoformat()
    assert case.cell(6)["outcome"] == "no_record"
    assert case.cell(6)["gap"]
    (drafted,) = [one for one in case.events("letter_drafted") if one["data"]["letter"] == letter["n"]]
    assert drafted["data"]["why"]["rule"] == "request.6.absence"


@pytest.mark.parametrize(("number", "passport"), [(24, "mvd-vehicles"), (15, "kgd-taxpayer-2014"), (8, "mtszn-p06560")])
def test_no_record_is_an_answer_where_the_row_says_so(number: int, passport: str, times: TimeHouse) -> None:
    times.mock.fail(kind="no_record", passport=passport)
    case = times.submit(times.family())
    times.settle()
    assert (case.cell(number)["outcome"], case.cell(number)["gap"]) == ("no_record", False)
    assert case.letters() == []
    assert case.status() == OVER


def test_no_account_at_the_bank_is_the_applicants_to_correct_and_no_bank_is_written_to(times: TimeHouse) -> None:
    times.mock.fail(kind="no_record", passport="bank-account")
    case = times.submit(times.family(), times.portal)
    times.settle()
    assert case.letters() == []
    assert case.status() == "need_paper"
    assert case.get()["whose_move"]["code"] == "applicant"
    assert case.notice_kinds() == ["applicant_corrects"]


@pytest.mark.parametrize("declared", [True, False])
def test_no_act_of_marriage_calls_for_a_letter_only_where_a_marriage_is_declared(
    declared: bool, times: TimeHouse
) -> None:
    family = times.family()
    family["declared"]["marriage"] = declared
    times.mock.fail(kind="no_record", passport="gbdfl-family-acts")
    case = times.submit(family)
    times.settle()
    assert case.cell(12)["outcome"] == "no_record"
    assert case.cell(12)["gap"] is declared
    assert case.letter_states() == ([("justice", "drafted")] if declared else [])
