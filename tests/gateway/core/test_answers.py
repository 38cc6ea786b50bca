"""Answers and records: no record and no answer never mix, and an answer holds what its part may tell, and no more."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from contracts.catalogue import load_catalogue
from contracts.errors import RegistryTimedOut
from contracts.request import Part
from contracts.vocabulary.terms import Record
from contracts.words import Outcome
from gateway.core.answers import (
    NOT_ASKED_YET,
    WAITING_FOR_REPLY,
    Answer,
    is_found,
    is_gap,
    read_all,
    read_answer,
    read_part_answer,
)
from gateway.core.case import Case, ExchangeState
from gateway.core.decide import decide
from gateway.core.records import cut_where, is_present, keep_where, merge, project, take, take_one, word_of
from tests.gateway.core.builders import (
    CITIZEN,
    LAW,
    NAMES,
    OPEN_ACCOUNT,
    ROWS,
    T0,
    WITH_BABY,
    carry_out,
    coded,
    make_application,
    make_case,
    silence,
    tell,
    tell_rest,
)


def opened(*family: Any, **declared: Any) -> Case:
    case = make_case(*family, **declared)
    return carry_out(case, decide(case, T0, LAW))


def answer_of(case: Case, number: int, ref: str = "applicant") -> Answer:
    return next(read_answer(case, i) for i in case.inquiries if (i.number, i.subject_ref) == (number, ref))


def make_part(record: str | tuple[str, ...], *answers: str, **where: tuple[str, ...]) -> Part:
    data = {"key": "p", "title": NAMES, "passport": "x", "record": record, "answers": answers, "where": where}
    return Part.model_validate(data)


def test_a_record_is_found_and_its_absence_is_an_answer_too() -> None:
    case = tell(tell(opened(), "bank", "applicant", OPEN_ACCOUNT), "medical", "applicant", {})
    assert (answer_of(case, 6).outcome, answer_of(case, 6).closed) == (Outcome.FOUND, True)
    assert (answer_of(case, 5).outcome, answer_of(case, 5).closed) == (Outcome.NO_RECORD, True)


def test_a_reply_without_the_part_s_own_record_is_no_record() -> None:
    case = tell(opened(), "medical", "applicant", {"person": {"iin": "x", "disabilities": []}})
    assert answer_of(case, 5).outcome is Outcome.NO_RECORD


@pytest.mark.parametrize("state", [ExchangeState.WAITING, ExchangeState.PENDING, ExchangeState.STOPPED])
def test_silence_is_never_taken_for_no_record(state: ExchangeState) -> None:
    answer = answer_of(silence(opened(), "medical", "applicant", state=state), 5)
    assert (answer.outcome, answer.closed, answer.gap) == (Outcome.NO_ANSWER, False, False)
    assert answer.cause == (WAITING_FOR_REPLY if state is ExchangeState.PENDING else RegistryTimedOut.code)


def test_what_was_not_asked_yet_says_so() -> None:
    assert {answer.cause for answer in read_all(opened())} == {NOT_ASKED_YET, "no_subject"}


def test_one_silent_part_keeps_the_whole_inquiry_open_and_the_other_s_answer_is_shown() -> None:
    case = tell(opened(), "benefits", "applicant", {"person": {"benefits": [{"amount": 1}]}})
    answer = answer_of(silence(case, "wages", "applicant"), 7)
    assert (answer.outcome, answer.closed) == (Outcome.NO_ANSWER, False)
    assert [part.outcome for part in answer.parts] == [Outcome.NO_ANSWER, Outcome.FOUND]


def test_one_part_with_a_record_makes_the_inquiry_found() -> None:
    case = tell(opened(), "benefits", "applicant", {"person": {"benefits": [{"amount": 1}]}})
    assert answer_of(tell(case, "wages", "applicant", {}), 7).outcome is Outcome.FOUND


def test_a_part_that_cannot_be_asked_is_not_applicable_with_its_reason() -> None:
    answer = answer_of(opened(WITH_BABY), 5, "member-1")
    assert (answer.outcome, answer.closed, answer.cause) == (Outcome.NOT_APPLICABLE, True, "no_search_key")
    assert answer.parts[0].exchange_id is None


def test_no_record_is_a_gap_where_the_row_says_so() -> None:
    case = tell_rest(opened())
    assert answer_of(case, 1).gap
    assert answer_of(case, 6).gap
    assert not answer_of(case, 5).gap
    assert not answer_of(tell(case, "people", "applicant", CITIZEN), 1).gap


@pytest.mark.parametrize(("declared", "gap"), [({}, False), ({"marriage": True}, True)])
def test_what_was_declared_and_is_not_there_is_a_gap(declared: dict[str, bool], gap: bool) -> None:
    assert is_gap(ROWS[3], make_application(**declared).declared) is gap


def test_an_answer_holds_what_its_part_may_tell_and_no_more() -> None:
    record = {"person": {"iin": "1", "documents": [{"number": "2", "series": "3"}], "address": {"city": "x"}}}
    part = make_part("person.documents[]", "person.iin", "person.documents[].number")
    assert read_part_answer(part, record) == {"person": {"iin": "1", "documents": [{"number": "2"}]}}
    assert read_part_answer(make_part("person.address", "person.address.*"), record) == {
        "person": {"address": {"city": "x"}}
    }


def test_only_items_with_the_wanted_words_count() -> None:
    studies = [{"status": coded("studying"), "form": coded("evening")}, {"status": coded("left")}]
    part = make_part("person.studies[]", "person.studies[].*", status=("studying",))
    assert read_part_answer(part, {"person": {"studies": studies}}) == {"person": {"studies": studies[:1]}}
    assert read_part_answer(part, {"person": {"studies": studies[1:]}}) == {}
    both = make_part("person.studies[]", "person.studies[].*", status=("studying",), form=("full_time",))
    assert read_part_answer(both, {"person": {"studies": studies}}) == {}


def test_a_group_counts_by_its_own_words_and_keeps_its_shape() -> None:
    part = make_part("person.address", "person.address.*", status=("registered",))
    address = {"status": coded("registered"), "city": "x"}
    assert read_part_answer(part, {"person": {"address": address}}) == {"person": {"address": address}}
    assert read_part_answer(part, {"person": {"address": {"status": coded("removed"), "city": "x"}}}) == {}


def test_of_several_records_any_is_enough() -> None:
    paths = ("person.marriages[]", "person.divorces[]")
    part = make_part(paths, *(f"{path}.*" for path in paths))
    for leaf in ("marriages", "divorces"):
        told: Record = {"person": {leaf: [{"act_number": "1"}]}}
        assert read_part_answer(part, told) == told
    assert (
        read_part_answer(part, {"person": {"births": [{"act_number": "1"}], "divorces": [], "marriages": [{}]}}) == {}
    )


def test_where_is_said_of_one_record_alone() -> None:
    with pytest.raises(ValueError, match="one record"):
        make_part(("person.studies[]", "person.documents[]"), "person.studies[].*", status=("valid",))
    with pytest.raises(ValueError, match="has a record"):
        make_part((), "person.studies[].*")


@pytest.mark.parametrize(
    ("number", "key", "record", "found"),
    [
        (6, "residence", {"person": {"address": {"city": "x"}}}, True),
        (6, "residence", {"person": {"addresses": [{"type": coded("temporary"), "city": "x"}]}}, True),
        (6, "residence", {"person": {"iin": "1", "addresses": []}}, False),
        (9, "births", {"person": {"births": [{"act_number": "1", "child_name": "x"}]}}, True),
        (9, "births", {"person": {"marriages": [{"act_number": "1"}]}}, False),
        (10, "guardianship", {"person": {"guardianship": {"child_iin": "1", "guardian_iin": "2"}}}, True),
        (10, "guardianship", {"person": {"guardianship": {"decision_number": "1"}}}, True),
        (10, "guardianship", {"person": {"guardianship": {"child_iin": "1"}}}, False),
        (12, "marriages", {"person": {"marriages": [{"act_number": "1"}]}}, True),
        (12, "marriages", {"person": {"divorces": [{"act_number": "1"}]}}, True),
        (12, "marriages", {"person": {"births": [{"act_number": "1"}]}}, False),
        (13, "studies", {"person": {"studies": [{"status": coded("studying")}]}}, True),
        (13, "studies", {"person": {"studies": [{"status": coded("graduated")}]}}, False),
        (17, "farm", {"household": {"animals": [{"name_ru": "x"}]}}, True),
        (17, "farm", {"household": {"gardens": [{"name_ru": "x"}]}}, True),
        (17, "farm", {"household": {"holder_iin": "1", "members": [{"iin": "2"}]}}, False),
        (19, "education", {"person": {"studies": [{"status": coded("graduated")}]}}, True),
        (19, "education", {"person": {"studies": [{"status": coded("left")}]}}, False),
        (21, "treatment", {"person": {"dispensary": {"iin": "1", "psychiatry": "x"}}}, True),
        (21, "treatment", {"person": {"dispensary": {"iin": "1"}}}, False),
    ],
)
def test_what_counts_as_a_record_of_a_shipped_part(number: int, key: str, record: Record, found: bool) -> None:
    part = next(p for p in load_catalogue().services["asp"].request(number).parts if p.key == key)
    assert bool(read_part_answer(part, record)) is found
    assert is_found(part, record) is found


def test_lists_in_lists_are_cut_and_projected_where_they_stand() -> None:
    record: Record = {
        "person": {
            "real_estate": [
                {"kind": "flat", "rights": [{"kind": "own", "owner": "a"}, {"kind": "rent", "owner": "b"}]},
                {"kind": "house", "rights": [{"kind": "rent", "owner": "c"}]},
            ]
        }
    }
    path = "person.real_estate[].rights[]"
    part = make_part(path, "person.real_estate[].kind", "person.real_estate[].rights[].owner", kind=("own",))
    assert read_part_answer(part, record) == {
        "person": {"real_estate": [{"kind": "flat", "rights": [{"owner": "a"}]}, {"kind": "house", "rights": []}]}
    }
    assert take(record, f"{path}.owner") == ["a", "b", "c"]


def test_reading_an_answer_changes_nothing_in_the_evidence() -> None:
    record: Record = {"person": {"documents": [{"number": "2", "status": coded("valid")}, {"number": "3"}]}}
    before = copy.deepcopy(record)
    part = make_part("person.documents[]", "person.documents[].*", "person.documents[].number", status=("valid",))
    answer = read_part_answer(part, record)
    answer["person"]["documents"][0]["number"] = "other"
    assert record == before
    cut_where(record, "person.documents[]", {"number": ("9",)})
    assert record == before


def test_records_are_merged_without_repeats_and_of_two_leaves_the_first_stays() -> None:
    merged = merge(
        [
            {"person": {"name": "a", "documents": [{"number": "1"}]}},
            {"person": {"name": "b", "sex": "male", "documents": [{"number": "1"}, {"number": "2"}]}},
        ]
    )
    assert merged == {"person": {"name": "a", "sex": "male", "documents": [{"number": "1"}, {"number": "2"}]}}


def test_a_false_and_a_nought_are_something_and_empty_groups_are_nothing() -> None:
    something: tuple[Any, ...] = (False, 0, "", {"a": [{"b": False}]})
    nothing: tuple[Any, ...] = (None, {}, [], {"a": [{}], "b": {"c": None}})
    assert all(is_present(value) for value in something)
    assert not any(is_present(value) for value in nothing)


def test_words_are_our_own_where_the_dictionary_has_one() -> None:
    assert word_of(coded("male")) == "male"
    assert word_of(coded(None)) is None
    assert word_of(None) is None
    assert word_of(5) == "5"
    assert keep_where([{"a": coded(None)}], {"a": ("7",)}) == []
    assert take_one({}, "a.b") is None
    assert project({"a": "text"}, ["a.b", "c[].d"]) == {}
