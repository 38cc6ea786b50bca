"""The rules of intake: each fault with its code and place, all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from contracts.application import Application
from gateway.intake.rules import find_problems
from tests.gateway.sample_case import (
    APPLICANT_BORN,
    APPLICANT_IIN,
    CHILD_BORN,
    CHILD_IIN,
    encode,
    make_application,
    make_iban,
    make_iin,
    make_service,
)

ON = date(2026, 3, 2)
ADULT = 18
Change = Callable[[dict[str, Any]], Any]


def faults(change: Change) -> list[tuple[str, str]]:
    application = make_application()
    change(application)
    read = Application.model_validate_json(encode(application))
    return [(problem.code, problem.pointer) for problem in find_problems(read, make_service(), ON, ADULT)]


def mistyped(number: str) -> str:
    return f"{number[:-1]}{(int(number[-1]) + 1) % 10}"


def no_iin(member: dict[str, Any], **changes: Any) -> Any:
    member.update(birth_record={"number": "10-1", "date": str(CHILD_BORN)}, **changes)
    return member.pop("iin")


def represented(application: dict[str, Any], born: date = date(1961, 4, 9), **changes: Any) -> None:
    application["representative"] = {
        "iin": make_iin(born, 3 if born.year < 2000 else 5, 7000), "surname": "Опекунова", "name": "Жанар",
        "birth_date": str(born), "ground": "guardianship", "document_number": "12", "issued_on": "2026-01-12",
    } | changes  # fmt: skip


FAULTS: list[tuple[Change, list[tuple[str, str]]]] = [
    (lambda a: None, []),
    (lambda a: a["applicant"].pop("phone"), [("phone-missing", "/applicant/phone")]),
    (lambda a: a["applicant"].update(phone=None), [("phone-missing", "/applicant/phone")]),
    (lambda a: a["applicant"].update(iin=mistyped(APPLICANT_IIN)), [("iin-check-digit", "/applicant/iin")]),
    (lambda a: a["family"][1].update(iin=mistyped(CHILD_IIN)), [("iin-check-digit", "/family/1/iin")]),
    (lambda a: a["applicant"].update(birth_date="1990-01-02"), [("iin-birth-date-mismatch", "/applicant/birth_date")]),
    (lambda a: a["family"][0].update(birth_date="1888-05-20"), [("iin-birth-date-mismatch", "/family/0/birth_date")]),
    (lambda a: a["applicant"].update(iin=make_iin(date(1991, 7, 7), 0, 1)), []),
    (lambda a: a["applicant"].update(iin=make_iin(date(1991, 7, 7), 9, 1)), [("iin-birth-date", "/applicant/iin")]),
    (lambda a: a["family"][1].update(birth_date="2026-03-03"), [("birth-date-in-future", "/family/1/birth_date")]),
    (lambda a: a["applicant"].update(document={"kind": "passport", "number": "N1", "issued_on": "2026-03-03"}),
     [("date-in-future", "/applicant/document/issued_on")]),
    (lambda a: a["account"].update(iban=make_iban("125")), [("iban-bank", "/account/iban")]),
    (lambda a: a["account"].update(iban="DE89370400440532013000"), [("iban-country", "/account/iban")]),
    (lambda a: a["account"].update(iban="KZ00601A000000000001"), [("iban-checksum", "/account/iban")]),
    (lambda a: a["account"].update(iban=make_iban().replace("A", "А")), [("iban-look-alike", "/account/iban")]),
    (lambda a: a["account"].update(iban="KZ31"), [("iban-format", "/account/iban")]),
    (lambda a: a["account"].update(iban=make_iban("563").lower()), []),
    (lambda a: a["consents"].update(verification=False), [("consent-missing", "/consents/verification")]),
    (lambda a: a["family"][1].pop("iin"), [("member-without-iin", "/family/1/iin")]),
    (lambda a: no_iin(a["family"][1]), []),
    (lambda a: a["family"].append(dict(a["family"][1])), [("duplicate-member", "/family/2/iin")]),
    (lambda a: a["family"][0].update(iin=APPLICANT_IIN, birth_date="1990-01-01"),
     [("duplicate-member", "/family/0/iin")]),
    (lambda a: (a["family"].append(dict(a["family"][1])), no_iin(a["family"][2], surname=" ПРИМЕРОВ ")),
     [("duplicate-member", "/family/2")]),
    (lambda a: (no_iin(a["family"][1]), a["family"].append(dict(a["family"][1]))), [("duplicate-member", "/family/2")]),
    (lambda a: a["family"].append(dict(a["family"][0], iin=make_iin(date(1988, 5, 20), 3, 7000), name="Дамир")),
     [("duplicate-member", "/family/2/relation")]),
    (lambda a: a["family"].append(dict(a["family"][1], iin=make_iin(CHILD_BORN, 5, 7000))), []),
    (represented, []),
    (lambda a: represented(a, iin=mistyped(APPLICANT_IIN)), [("iin-check-digit", "/representative/iin")]),
    (lambda a: represented(a, birth_date="1961-04-10"), [("iin-birth-date-mismatch", "/representative/birth_date")]),
    (lambda a: represented(a, issued_on="2026-03-03"), [("date-in-future", "/representative/issued_on")]),
    (lambda a: represented(a, iin=APPLICANT_IIN, birth_date=str(APPLICANT_BORN)),
     [("representative-is-applicant", "/representative/iin")]),
    (lambda a: represented(a, date(2008, 3, 3)), [("representative-minor", "/representative/birth_date")]),
    (lambda a: represented(a, date(2008, 3, 2)), []),
    (lambda a: represented(a, ground="power_of_attorney", valid_until="2026-03-01"),
     [("representative-expired", "/representative/valid_until")]),
    (lambda a: represented(a, ground="power_of_attorney", valid_until="2026-03-02", phone="+77000000009"), []),
    (lambda a: a.update(declared={"alimony": {"debtor_iin": mistyped(CHILD_IIN)}}),
     [("iin-check-digit", "/declared/alimony/debtor_iin")]),
]  # fmt: skip


@pytest.mark.parametrize(("change", "expected"), FAULTS)
def test_a_fault_has_its_code_and_its_place(change: Change, expected: list[tuple[str, str]]) -> None:
    assert faults(change) == expected


def test_all_faults_are_told_at_once_by_place() -> None:
    def spoil(application: dict[str, Any]) -> None:
        application["account"]["iban"] = "KZ00601A000000000001"
        application["consents"] = {"personal_data": False, "verification": False}
        application["applicant"]["iin"] = mistyped(APPLICANT_IIN)
        application["family"] *= 2

    assert faults(spoil) == [
        ("iban-checksum", "/account/iban"),
        ("iin-check-digit", "/applicant/iin"),
        ("consent-missing", "/consents/personal_data"),
        ("consent-missing", "/consents/verification"),
        ("duplicate-member", "/family/2/iin"),
        ("duplicate-member", "/family/2/relation"),
        ("duplicate-member", "/family/3/iin"),
    ]


def test_an_unknown_service_has_no_other_faults_because_the_rules_hang_on_its_row() -> None:
    application = Application.model_validate_json(encode(make_application() | {"service": "other"}))
    assert [(p.code, p.pointer) for p in find_problems(application, None, ON, ADULT)] == [
        ("service-unknown", "/service")
    ]


@pytest.mark.parametrize(("change", "expected"), FAULTS)
def test_no_fault_repeats_what_was_typed(change: Change, expected: list[tuple[str, str]]) -> None:
    application = make_application()
    change(application)
    read = Application.model_validate_json(encode(application))
    said = str(find_problems(read, make_service(), ON, ADULT))
    assert not any(value in said for value in (APPLICANT_IIN, CHILD_IIN, make_iban(), "Примеров", "1990-01-0"))


def test_a_form_without_a_place_for_a_phone_may_lack_it() -> None:
    application = make_application()
    application["applicant"].pop("phone")
    read = Application.model_validate_json(encode(application))
    assert find_problems(read, make_service(), ON, ADULT, phone_needed=False) == ()
