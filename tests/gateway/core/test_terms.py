"""Terms and subjects: the family is frozen as declared on T0, and each date is printed with its clause."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from contracts.application import Application
from contracts.request import Channel, Subject
from gateway.core.calendar import ALMATY
from gateway.core.subjects import freeze_subjects, pick_subjects
from gateway.core.terms import LegalDate, promise, read_terms
from tests.gateway.core.builders import (
    HUSBAND,
    LAW,
    NAMES,
    T0,
    WITH_BABY,
    WITH_HUSBAND,
    WITH_SON,
    make_application,
    make_case,
    make_iin,
    make_member,
)

BORN = date(2008, 10, 5)
OF_AGE = make_member("child", make_iin(BORN), BORN)
FAMILY = (WITH_HUSBAND, WITH_SON, WITH_BABY, OF_AGE)


def make_channel(**fields: Any) -> Channel:
    data = {"key": "c", "name": NAMES, "days": 15, "ticket": True, "clause": "art. 1", "confidence": 4}
    return Channel.model_validate(data | {"start_event": "package_registered"} | fields)


def test_the_subjects_are_the_applicant_the_members_in_order_and_the_household() -> None:
    subjects = make_case(*FAMILY).subjects
    assert [s.ref for s in subjects] == ["applicant", "member-1", "member-2", "member-3", "member-4", "household"]
    assert [s.age for s in subjects] == [36, 38, 11, 0, 18, 36]
    assert [s.sex for s in subjects] == ["female", "male", "male", None, "male", "female"]
    assert HUSBAND not in repr(subjects)


@pytest.mark.parametrize(
    ("rule", "refs"),
    [
        ({"rule": "applicant"}, ["applicant"]),
        ({"rule": "spouse"}, ["member-1"]),
        ({"rule": "each_member"}, ["applicant", "member-1", "member-2", "member-3", "member-4"]),
        ({"rule": "each_child"}, ["member-2", "member-3"]),
        ({"rule": "members_of_age", "age_from": 18}, ["applicant", "member-1", "member-4"]),
        ({"rule": "members_of_age", "age_from": 11, "age_to": 36}, ["applicant", "member-2", "member-4"]),
        ({"rule": "dependants_of_age", "age_from": 18, "age_to": 22}, ["member-4"]),
        ({"rule": "able_bodied_members", "age_from": 16}, ["applicant", "member-1", "member-4"]),
        ({"rule": "household"}, ["household"]),
    ],
)
def test_a_row_picks_its_subjects_from_the_family(rule: dict[str, Any], refs: list[str]) -> None:
    picked = pick_subjects(Subject.model_validate(rule), make_case(*FAMILY).subjects, 18)
    assert [subject.ref for subject in picked] == refs


@pytest.mark.parametrize(
    ("born", "ground", "asked"),
    [
        (date(2012, 4, 11), "guardianship", ["applicant"]),
        (date(2012, 4, 11), "power_of_attorney", []),
        (date(1990, 3, 4), "guardianship", []),
    ],
    ids=["ward", "by attorney", "of full age"],
)
def test_a_ward_who_applies_through_a_guardian_is_a_child_that_is_asked_about(
    born: date, ground: str, asked: list[str]
) -> None:
    representative = {
        "surname": "Опекунова", "name": "Жанар", "birth_date": "1961-04-09", "iin": make_iin(date(1961, 4, 9)),
        "ground": ground, "document_number": "12", "issued_on": "2026-01-12",
    }  # fmt: skip
    told = make_application().model_dump(mode="json", by_alias=True)
    told["applicant"] |= {"birth_date": str(born), "iin": make_iin(born)}
    application = Application.model_validate_json(json.dumps(told | {"representative": representative}))
    subjects = freeze_subjects(application, T0)
    picked = pick_subjects(Subject.model_validate({"rule": "each_child"}), subjects, 18)
    assert [subject.ref for subject in picked] == asked
    dependants = Subject.model_validate({"rule": "dependants_of_age", "age_from": 0, "age_to": 99})
    assert pick_subjects(dependants, subjects, 18) == ()


def test_a_child_comes_of_age_on_the_day_of_acceptance_and_not_before() -> None:
    rule = Subject.model_validate({"rule": "each_child"})
    before = make_case(OF_AGE, at=datetime(2026, 10, 4, 10, 0, tzinfo=ALMATY))
    assert [s.ref for s in pick_subjects(rule, before.subjects, 18)] == ["member-1"]
    assert pick_subjects(rule, make_case(OF_AGE).subjects, 18) == ()


def test_the_due_date_runs_from_the_registration_and_the_promised_one_stays() -> None:
    case = make_case()
    terms = read_terms(case, make_channel(), LAW)
    assert (terms.accepted_on, terms.promised.on, terms.due) == (date(2026, 10, 5), date(2026, 10, 27), None)
    registered = replace(case, registered_at=datetime(2026, 10, 12, 10, 0, tzinfo=ALMATY))
    terms = read_terms(registered, make_channel(), LAW)
    assert terms.due is not None
    assert (terms.promised.on, terms.due.on, terms.due.clause) == (date(2026, 10, 27), date(2026, 11, 3), "art. 1")


@pytest.mark.parametrize("event", ["handed_in", "accepted"])
def test_a_term_that_runs_from_the_acceptance_is_due_at_once(event: str) -> None:
    terms = read_terms(make_case(), make_channel(start_event=event, days=18), LAW)
    assert terms.due is not None
    assert terms.due.on == date(2026, 10, 30)


def filed(received: datetime, accepted: datetime) -> Any:
    return replace(make_case(at=accepted), received_at=received)


@pytest.mark.parametrize(("event", "due"), [("handed_in", date(2026, 11, 5)), ("accepted", date(2026, 11, 6))])
def test_a_term_from_the_handing_in_runs_from_its_day_whatever_the_hour(event: str, due: date) -> None:
    """Friday 18:30: accepted on Monday, handed in on Friday; 18 working days over 26 October, a holiday."""
    received = datetime(2026, 10, 9, 18, 30, tzinfo=ALMATY)
    accepted = datetime(2026, 10, 12, 9, 0, tzinfo=ALMATY)
    channel = make_channel(start_event=event, days=18)
    terms = read_terms(filed(received, accepted), channel, LAW)
    assert terms.due is not None
    assert (terms.due.on, terms.promised.on) == (due, due)
    assert terms.accepted_on == date(2026, 10, 12)
    assert promise(accepted, received, channel, LAW) == terms.promised


def test_a_filing_of_which_only_the_acceptance_is_known_counts_from_that() -> None:
    accepted = datetime(2026, 10, 12, 9, 0, tzinfo=ALMATY)
    assert promise(accepted, None, make_channel(start_event="handed_in", days=1), LAW).on == date(2026, 10, 13)


def test_before_the_package_is_registered_the_date_is_promised_as_from_the_acceptance() -> None:
    received = datetime(2026, 10, 9, 18, 30, tzinfo=ALMATY)
    accepted = datetime(2026, 10, 12, 9, 0, tzinfo=ALMATY)
    assert promise(accepted, received, make_channel(days=1), LAW).on == date(2026, 10, 13)


@pytest.mark.parametrize("event", ["handed_in", "package_registered"])
def test_what_was_promised_is_kept_whatever_the_calendar_says_later(event: str) -> None:
    kept = LegalDate(date(2026, 10, 28), "as it was", True, False)
    terms = read_terms(make_case(), make_channel(start_event=event), LAW, promised=kept)
    assert terms.promised == kept
    assert terms.due is None or terms.due.on == date(2026, 10, 27)


def test_a_date_says_when_its_clause_is_assumed_and_when_the_calendar_may_change() -> None:
    assert read_terms(make_case(), make_channel(confidence=3), LAW).promised.assumed
    assert not read_terms(make_case(), make_channel(), LAW).promised.assumed
    assert read_terms(make_case(), make_channel(days=80), LAW).promised.provisional
    assert not read_terms(make_case(), make_channel(), LAW).promised.provisional
