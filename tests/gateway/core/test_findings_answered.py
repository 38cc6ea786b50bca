"""What counts as the answer that something is absent: all who look for it were asked and heard, by wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from contracts.words import Outcome
from gateway.core.decide import decide
from gateway.core.findings import find_contradictions
from tests.gateway.core.builders import (
    LAW,
    SON,
    T0,
    WITH_SON,
    birth,
    carry_out,
    coded,
    make_case,
    make_iin,
    make_member,
    make_row,
    silence,
    tell,
    tell_rest,
)
from tests.gateway.core.test_findings_declared import (
    KANDAS,
    NOT_BORNE_OUT,
    WARDS,
    WITH_ADOPTED,
    Declaration,
    person,
)


def test_one_silent_answer_among_several_makes_no_absence() -> None:
    other = make_member("child", make_iin(date(2016, 1, 2)), date(2016, 1, 2), name="Арман")
    case = make_case(WITH_SON, other, rows=(WARDS,), guardianship=True)
    case = silence(carry_out(case, decide(case, T0, LAW)), "guards", "member-2")
    assert find_contradictions(tell(case, "guards", "member-1", {}), LAW) == ()


def test_a_row_that_is_still_to_be_asked_makes_no_absence() -> None:
    later = make_row(2, (("courts", "person.repatriation.status"),))
    case = make_case(rows=(KANDAS, later), kandas_certificate=True)
    case = tell_rest(carry_out(case, decide(case, T0, LAW)))
    assert [found.rule for found in find_contradictions(case, LAW)] == ["declared_kandas"]
    asked_once = replace(case, inquiries=tuple(i for i in case.inquiries if i.number == 1))
    assert find_contradictions(asked_once, LAW) == ()


@pytest.mark.parametrize(("rule", "case", "told"), NOT_BORNE_OUT)
def test_an_inquiry_that_a_person_closed_in_the_register_s_place_contradicts_nothing(
    rule: str, case: Declaration, told: tuple[str, ...]
) -> None:
    opened = make_case(*case.family, rows=(case.row,), **{case.leaf: case.value})
    opened = carry_out(opened, decide(opened, T0, LAW))
    closed = tuple(replace(i, outcome=Outcome.FOUND, parts=()) for i in opened.inquiries)
    assert find_contradictions(replace(opened, inquiries=closed), LAW) == ()


def test_a_certificate_that_comes_on_paper_is_not_contradicted_by_what_another_row_tells() -> None:
    other = make_row(2, (("people", "person.documents[]"),))
    case = make_case(rows=(KANDAS, other), kandas_certificate=True)
    case = carry_out(case, decide(case, T0, LAW))
    case = tell(case, "people", "applicant", person(citizenship=coded("KAZ")))
    assert [found.rule for found in find_contradictions(case, LAW)] == ["declared_kandas"]
    on_paper = tuple(replace(i, outcome=Outcome.ON_PAPER) if i.number == 1 else i for i in case.inquiries)
    assert find_contradictions(replace(case, inquiries=on_paper), LAW) == ()


def test_of_a_row_with_several_sources_only_those_that_look_for_the_thing_tell_its_absence() -> None:
    row = make_row(1, (("courts", "person.adoption"), ("acts", "person.births[]")), "each_child")
    case = make_case(WITH_ADOPTED, rows=(row,))
    case = carry_out(case, decide(case, T0, LAW))
    case = tell(tell(case, "acts", "member-1", person(births=[birth(SON)])), "courts", "member-1", {})
    assert [(f.rule, f.sources) for f in find_contradictions(case, LAW)] == [("declared_adoption", ("courts",))]
