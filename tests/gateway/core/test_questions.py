"""Questions: the words that the source uses, without those of the ways to search that are not taken."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from contracts.passport import Passport
from contracts.words import QuestionWord
from gateway.core.calendar import ALMATY
from gateway.core.case import Case
from gateway.core.decide import decide
from gateway.core.questions import build_question, words_used
from gateway.core.steps import OpenInquiry
from tests.gateway.core.builders import (
    BABY_BORN,
    HEAD,
    HUSBAND,
    LAW,
    ROWS,
    SON,
    STRANGER,
    T0,
    WITH_BABY,
    WITH_SON,
    birth,
    carry_out,
    make_case,
    make_passport,
    make_row,
    tell,
)

PLAIN = make_row(1, (("x", "person"),))
OF_A_QUARTER = make_row(1, (("x", "person"),), period="quarter_before")
EVERY_WORD = tuple(word.value for word in QuestionWord)


def ask(case: Case, passport: Passport, ref: str = "applicant", row: Any = PLAIN) -> dict[str, str] | None:
    question = build_question(case, row, case.subject(ref), passport, LAW.rules)
    return None if question is None else {word.value: value for word, value in question.items()}


def test_a_source_is_told_the_words_that_its_request_uses() -> None:
    assert words_used(make_passport("x", ("iin", "iban"))) == {QuestionWord.IIN, QuestionWord.IBAN}
    assert ask(make_case(), make_passport("x", ("iin", "on_date"))) == {"iin": HEAD, "on_date": "2026-10-05"}


def test_who_is_found_by_iin_is_not_named_as_well() -> None:
    passport = make_passport(
        "x", ("iin", "surname", "name", "birth_date"), (("iin",), ("surname", "name", "birth_date"))
    )
    assert ask(make_case(), passport) == {"iin": HEAD}
    assert ask(make_case(WITH_BABY), passport, "member-1") == {
        "surname": "Ондасынов",
        "name": "Айша",
        "birth_date": BABY_BORN.isoformat(),
    }


def test_a_source_that_also_compares_names_is_told_them() -> None:
    passport = make_passport("x", ("iin", "surname", "name", "birth_date"))
    assert ask(make_case(), passport) == {
        "iin": HEAD,
        "surname": "Ондасынова",
        "name": "Гүлім",
        "birth_date": "1990-03-04",
    }


def test_of_two_people_the_source_is_told_the_one_that_it_searches() -> None:
    passport = make_passport("x", ("iin", "related_iin"), (("related_iin",), ("iin",)))
    row = make_row(1, (("x", "person"),), related="other_parent")
    assert ask(make_case(WITH_SON), passport, row=row) == {"iin": HEAD}
    declared = make_case(WITH_SON, alimony={"debtor_iin": HUSBAND})
    assert ask(declared, passport, row=row) == {"related_iin": HUSBAND}


def test_a_source_that_cannot_find_the_subject_cannot_be_asked() -> None:
    assert ask(make_case(WITH_BABY), make_passport("x"), "member-1") is None
    assert ask(make_case(WITH_SON), make_passport("x", ("iin", "iban"), (("iin", "iban"),)), "member-1") is None


def test_only_rows_with_a_period_tell_one_and_it_is_the_quarter_before() -> None:
    passport = make_passport("x", ("iin", "period_from", "period_to"))
    assert ask(make_case(), passport) == {"iin": HEAD}
    assert ask(make_case(), passport, row=OF_A_QUARTER) == {
        "iin": HEAD,
        "period_from": "2026-07-01",
        "period_to": "2026-09-30",
    }


@pytest.mark.parametrize(
    ("moment", "first"),
    [("2026-09-30T23:59:59", "2026-04-01"), ("2026-10-01T00:00:00", "2026-07-01")],
)
def test_the_quarter_turns_at_midnight_in_kazakhstan(moment: str, first: str) -> None:
    case = make_case(at=datetime.fromisoformat(moment).replace(tzinfo=ALMATY))
    question = ask(case, make_passport("x", ("iin", "period_from")), row=OF_A_QUARTER)
    assert question is not None
    assert question["period_from"] == first


@pytest.mark.parametrize(("option", "first"), [("filing", "2026-07-01"), ("acceptance", "2026-10-01")])
def test_the_rule_says_whether_the_filing_or_its_acceptance_places_the_quarter(option: str, first: str) -> None:
    case = replace(
        make_case(at=datetime(2027, 1, 4, 9, 0, tzinfo=ALMATY)),
        received_at=datetime(2026, 12, 31, 19, 0, tzinfo=ALMATY),
    )
    rule = LAW.rules.by_id["income.quarter_by"].model_copy(update={"value": option})
    rules = replace(LAW.rules, by_id=LAW.rules.by_id | {rule.id: rule})
    question = build_question(
        case, OF_A_QUARTER, case.subject("applicant"), make_passport("x", ("iin", "period_from")), rules
    )
    assert question is not None
    assert question[QuestionWord.PERIOD_FROM] == first


def test_the_account_and_the_phone_go_with_the_applicant_alone() -> None:
    passport = make_passport("x", ("iin", "iban", "phone"))
    case = make_case(WITH_SON)
    assert ask(case, passport) == {"iin": HEAD, "iban": "KZ86125KZT5004100100", "phone": "+77000000001"}
    assert ask(case, passport, "member-1") == {"iin": SON}


def test_the_related_person_is_the_one_that_the_row_names() -> None:
    passport = make_passport("x", ("iin", "related_iin"))
    by_applicant = make_row(1, (("x", "person"),), related="applicant")
    by_parent = make_row(1, (("x", "person"),), related="other_parent")
    case = make_case(WITH_SON)
    assert ask(case, passport, "member-1", by_applicant) == {"iin": SON, "related_iin": HEAD}
    assert ask(case, passport) == {"iin": HEAD}
    assert ask(case, passport, row=by_parent) == {"iin": HEAD}
    declared = make_case(WITH_SON, alimony={"debtor_iin": HUSBAND})
    assert ask(declared, passport, row=by_parent) == {"iin": HEAD, "related_iin": HUSBAND}
    told = carry_out(case, decide(case, T0, LAW))
    told = tell(told, "acts", "member-1", {"person": {"births": [birth(SON, HEAD, STRANGER)]}})
    assert ask(told, passport, row=by_parent) == {"iin": HEAD, "related_iin": STRANGER}


def test_the_address_code_is_told_once_a_register_has_told_it() -> None:
    passport = make_passport("x", ("iin", "ar_code"))
    case = carry_out(make_case(), decide(make_case(), T0, LAW))
    assert ask(case, passport, "household") == {"iin": HEAD}
    case = tell(case, "people", "applicant", {"person": {"address": {"ar_code": "0201"}}})
    assert ask(case, passport, "household") == {"iin": HEAD, "ar_code": "0201"}


def test_every_word_has_a_value_or_is_left_out_never_empty() -> None:
    case = make_case(WITH_BABY)
    for row in ROWS:
        for ref in ("applicant", "member-1", "household"):
            question = ask(case, make_passport("x", EVERY_WORD, (("birth_date",),)), ref, row)
            assert question is not None
            assert all(question.values())


def test_the_quarter_of_the_questions_is_the_one_before_the_day_of_acceptance() -> None:
    case = make_case(at=T0.astimezone(ALMATY))
    steps = [step for step in decide(case, T0, LAW) if isinstance(step, OpenInquiry) and step.number == 7]
    assert steps[0].parts[0].values == {"iin": HEAD, "period_from": "2026-07-01", "period_to": "2026-09-30"}
