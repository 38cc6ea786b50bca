"""decide: what happens next with an application, in which order, and who is waited for how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

from contracts.words import Outcome
from gateway.core.answers import read_all
from gateway.core.calendar import ALMATY
from gateway.core.case import Case, Exchange, ExchangeState, Inquiry
from gateway.core.decide import PATIENCE_OVER, TERM, decide
from gateway.core.opening import LEFT_TO_SPECIALIST, NO_SUBJECT
from gateway.core.proceedings import DateKind
from gateway.core.steps import (
    AskExchanges,
    DraftLetter,
    MarkTerm,
    OpenInquiry,
    RegisterPackage,
    SetDates,
    Step,
    WakeAt,
)
from tests.gateway.core.builders import (
    BABY_BORN,
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
    make_row,
    silence,
    tell,
    tell_rest,
)

GOOD_ANSWERS = {
    ("people", "applicant"): CITIZEN,
    ("bank", "applicant"): OPEN_ACCOUNT,
    ("acts", "member-1"): {"person": {"births": [birth(SON)]}},
}
"""What lets a mother with a son through: nothing else needs a record."""


def open_wave_one(case: Case) -> Case:
    return carry_out(case, decide(case, T0, LAW))


def cell(case: Case, number: int, ref: str = "applicant") -> Inquiry:
    return next(i for i in case.inquiries if (i.number, i.subject_ref) == (number, ref))


def opened(case: Case, number: int) -> bool:
    return any(inquiry.number == number for inquiry in case.inquiries)


def advance(case: Case) -> Case:
    """Carry out all openings that are possible at T0."""
    while steps := [step for step in decide(case, T0, LAW) if isinstance(step, OpenInquiry)]:
        case = carry_out(case, tuple(steps))
    return case


def tell_untried(case: Case) -> Case:
    """Everything that has not been tried yet is answered, what that opens included."""
    while untried := [x for x in advance(case).gather() if x.tries == 0 and x.state is ExchangeState.WAITING]:
        case = advance(case)
        for x in untried:
            case = tell(case, x.passport, x.subject_ref, GOOD_ANSWERS.get((x.passport, x.subject_ref), {}))
    return advance(case)


def come_to_rest(case: Case, now: datetime, busy: frozenset[str] = frozenset()) -> tuple[Case, tuple[Step, ...]]:
    """What is left once all that the gateway can do by itself at a moment is done."""
    for _ in range(20):
        steps = decide(case, now, LAW, busy)
        if not steps or isinstance(steps[0], WakeAt | AskExchanges):
            return case, steps
        case = carry_out(case, steps, now)
    raise AssertionError("no rest")


def test_the_first_step_opens_the_whole_first_wave_and_nothing_else() -> None:
    steps = decide(make_case(WITH_HUSBAND, WITH_SON), T0, LAW)
    assert {step.number for step in steps if isinstance(step, OpenInquiry)} == set(range(1, 10))
    assert all(isinstance(step, OpenInquiry) for step in steps)


def test_the_second_wave_is_never_opened_while_a_cell_of_the_first_is_not_open() -> None:
    case = make_case(WITH_SON)
    first = [step for step in decide(case, T0, LAW) if isinstance(step, OpenInquiry)]
    for left_out in first:
        almost = carry_out(case, tuple(step for step in first if step != left_out))
        assert decide(tell_rest(almost, GOOD_ANSWERS), T0, LAW) == (left_out,)


def test_a_first_wave_cell_that_cannot_be_judged_yet_holds_the_second_wave_back() -> None:
    rows = (
        make_row(1, (("people", "person.documents[]"),), provides=["citizenship"]),
        make_row(2, (("medical", "person.disabilities[]"),), applies=["not_citizen"]),
        make_row(3, (("aid", "person.social_aid"),), wave=2),
    )
    case = make_case(rows=rows)
    case = silence(carry_out(case, decide(case, T0, LAW)[:1]), "people", "applicant")
    assert [type(step) for step in decide(case, T0, LAW)] == [WakeAt]
    answered = tell(case, "people", "applicant", CITIZEN)
    (step,) = decide(answered, T0, LAW)
    assert step == OpenInquiry(2, "applicant", outcome=Outcome.NOT_APPLICABLE, reason="not_citizen")


def test_everything_that_is_due_is_asked_in_one_round() -> None:
    case = advance(make_case(WITH_SON))
    assert decide(case, T0, LAW) == (AskExchanges(tuple(x.id for x in case.gather())),)


def test_an_exchange_that_no_inquiry_rests_on_is_not_the_plan_s() -> None:
    case = tell_rest(open_wave_one(make_case()))
    consent = Exchange("consent", "consents", "applicant", ExchangeState.WAITING)
    with_consent = replace(case, exchanges=dict(case.exchanges) | {"consent": consent})
    assert decide(with_consent, T0, LAW) == decide(case, T0, LAW)


def test_every_row_has_a_cell_in_the_end_whatever_the_family() -> None:
    for family in ((), (WITH_SON,), (WITH_HUSBAND, WITH_SON, WITH_BABY)):
        case = advance(tell_rest(open_wave_one(make_case(*family)), GOOD_ANSWERS))
        assert {inquiry.number for inquiry in case.inquiries} == {row.number for row in ROWS}


def test_a_row_without_a_subject_in_the_family_is_accounted_for_as_such() -> None:
    case = open_wave_one(make_case())
    assert cell(case, 3, "").outcome is Outcome.NOT_APPLICABLE
    assert cell(case, 3, "").reason == NO_SUBJECT


def test_a_request_that_does_not_apply_says_by_which_predicate() -> None:
    case = advance(tell_rest(open_wave_one(make_case(WITH_SON)), GOOD_ANSWERS))
    reasons = {(i.number, i.subject_ref): i.reason for i in case.inquiries if i.outcome is Outcome.NOT_APPLICABLE}
    assert reasons[10, "applicant"] == "not_citizen"
    assert reasons[11, "member-1"] == "parents_not_in_family_or_guardianship_declared"
    assert reasons[13, "applicant"] == "in_employment_measures"


def test_a_marriage_registered_abroad_comes_on_paper() -> None:
    case = open_wave_one(make_case(married_abroad=True))
    assert cell(case, 4).outcome is Outcome.ON_PAPER


def test_a_complete_package_is_registered_once_and_then_its_term_is_all_that_is_left() -> None:
    case = advance(tell_rest(open_wave_one(make_case(WITH_SON)), GOOD_ANSWERS))
    case = tell_rest(case)
    steps = decide(case, T0, LAW)
    assert steps == (RegisterPackage(T0, True, LAW.why("package.registered_by")),)
    case = carry_out(case, steps)
    (dates,) = decide(case, T0, LAW)
    assert isinstance(dates, SetDates)
    assert [(one.kind, one.on) for one in dates.dates] == [(DateKind.DUE, date(2026, 10, 27))]
    case = carry_out(case, (dates,))
    assert decide(case, T0, LAW) == (WakeAt(datetime(2026, 10, 22, 9, 0, tzinfo=ALMATY), TERM),)
    marks = decide(case, T0 + timedelta(days=30), LAW)
    assert [(type(step), getattr(step, "passed", None)) for step in marks] == [(MarkTerm, False), (MarkTerm, True)]
    assert decide(carry_out(case, marks), T0 + timedelta(days=30), LAW) == ()


def test_a_missing_record_that_calls_for_a_letter_keeps_the_package_open() -> None:
    answers = {key: record for key, record in GOOD_ANSWERS.items() if key != ("people", "applicant")}
    case = tell_rest(advance(tell_rest(open_wave_one(make_case(WITH_SON)), answers)))
    why = LAW.why_row(case.row(1), "absence")
    steps = decide(case, T0, LAW)
    assert steps == (DraftLetter("interior", 1, ("1:applicant",), why),)
    assert [answer.inquiry.number for answer in read_all(case) if answer.gap] == [1]
    assert not any(isinstance(step, RegisterPackage) for step in come_to_rest(carry_out(case, steps), T0)[1])


def test_undetermined_facts_wait_for_patience_and_then_the_row_is_asked() -> None:
    case = silence(advance(make_case(WITH_SON)), "people", "applicant", next_try_at=T0 + timedelta(hours=90))
    case = tell_untried(case)
    assert not opened(case, 10)
    assert decide(case, T0, LAW) == (WakeAt(T0 + timedelta(hours=4), PATIENCE_OVER),)
    steps = decide(case, T0 + timedelta(hours=4), LAW)
    assert [(s.number, s.outcome, len(s.parts)) for s in steps if isinstance(s, OpenInquiry)] == [(10, None, 1)]


def silent_acts(**fields: Any) -> Case:
    """A family whose births are not told, everything else is."""
    return tell_untried(silence(open_wave_one(make_case(WITH_SON)), "acts", "member-1", **fields))


def test_after_patience_the_secret_of_adoption_is_left_to_the_specialist_and_not_asked() -> None:
    case = silent_acts(next_try_at=T0 + timedelta(days=9))
    assert not opened(case, 11)
    assert not opened(case, 12)
    later = T0 + timedelta(hours=4)
    case = carry_out(case, decide(case, later, LAW))
    assert cell(case, 11, "member-1").outcome is None
    assert (cell(case, 12, "member-1").outcome, cell(case, 12, "member-1").reason) == (
        Outcome.NO_ANSWER,
        LEFT_TO_SPECIALIST,
    )


def test_what_is_left_to_the_specialist_never_completes_a_package() -> None:
    case = tell_rest(carry_out(silent_acts(), decide(silent_acts(), T0 + timedelta(hours=4), LAW)))
    case = silence(case, "acts", "member-1", state=ExchangeState.STOPPED, next_try_at=None)
    left = next(answer for answer in read_all(case) if answer.inquiry.number == 12)
    assert (left.outcome, left.closed) == (Outcome.NO_ANSWER, False)
    case, steps = come_to_rest(case, T0 + timedelta(hours=4))
    assert [type(step) for step in steps] == [WakeAt]
    assert case.registered_at is None


def test_what_was_left_to_the_specialist_is_judged_anew_when_its_facts_come() -> None:
    later = T0 + timedelta(hours=4)
    case = carry_out(silent_acts(), decide(silent_acts(), later, LAW))
    assert cell(case, 12, "member-1").reason == LEFT_TO_SPECIALIST
    case = tell(case, "acts", "member-1", {"person": {"births": [birth(SON)]}})
    (step,) = decide(case, later, LAW)
    assert isinstance(step, OpenInquiry) and step.inquiry_id == cell(case, 12, "member-1").id
    case = carry_out(case, (step,))
    assert cell(case, 12, "member-1").outcome is Outcome.NOT_APPLICABLE
    assert sum((i.number, i.subject_ref) == (12, "member-1") for i in case.inquiries) == 1


def test_a_source_that_stopped_is_not_waited_for() -> None:
    case = silent_acts(state=ExchangeState.STOPPED, next_try_at=None)
    assert opened(case, 11)
    assert cell(case, 12, "member-1").reason == LEFT_TO_SPECIALIST


def test_a_silent_source_holds_back_only_what_rests_on_it() -> None:
    case = silence(open_wave_one(make_case(WITH_SON)), "bank", "applicant", next_try_at=T0 + timedelta(hours=1))
    case = tell(case, "people", "applicant", CITIZEN)
    case = silence(case, "acts", "member-1", next_try_at=None, state=ExchangeState.STOPPED)
    steps = [step for step in decide(case, T0, LAW) if isinstance(step, OpenInquiry)]
    assert {10, 11, 12} <= {step.number for step in steps}


def test_a_lost_late_reply_does_not_leave_the_case_without_a_wake_up() -> None:
    case = tell_rest(silence(open_wave_one(make_case(WITH_SON)), "wages", "applicant"), GOOD_ANSWERS)
    pending = next(x for x in case.gather() if x.passport == "wages")
    case = tell_rest(advance(case))
    case = change(case, pending.id, state=ExchangeState.PENDING, since=T0, record={}, next_try_at=None)
    assert decide(case, T0, LAW) == (WakeAt(T0 + timedelta(days=1), PATIENCE_OVER),)


def test_once_only_people_can_go_on_the_terms_alone_are_woken_for_and_past_them_nothing() -> None:
    case = tell_rest(advance(tell_rest(open_wave_one(make_case(WITH_SON)), GOOD_ANSWERS)))
    bank = next(x for x in case.gather() if x.passport == "bank")
    case = change(case, bank.id, state=ExchangeState.STOPPED, since=T0, cause="unclassified", record={})
    assert decide(case, T0, LAW) == (WakeAt(T0 + timedelta(hours=4), PATIENCE_OVER),)
    case, steps = come_to_rest(case, T0 + timedelta(hours=4))
    assert [(letter.owner, letter.cells) for letter in case.proceedings.letters] == [("owner-6", ("6:applicant",))]
    case, steps = come_to_rest(case, T0 + timedelta(days=300), busy=frozenset({bank.id}))
    assert steps == ()
    assert {mark.split(":")[1] for mark in case.proceedings.marks if mark.startswith("passed:")} == {
        "letter-1",
        "promised",
    }


def test_a_newborn_is_asked_about_by_name_and_where_a_source_wants_an_iin_it_says_so() -> None:
    case = open_wave_one(make_case(WITH_BABY))
    assert cell(case, 2, "member-1").parts[0].exchange_id is not None
    assert cell(case, 5, "member-1").parts[0].not_asked == "no_search_key"
    records = GOOD_ANSWERS | {
        ("acts", "member-1"): {"person": {"births": [birth(None, child_birth_date=BABY_BORN)]}},
    }
    case = tell_rest(advance(tell_rest(case, records)))
    assert decide(case, T0, LAW) == (RegisterPackage(T0, True, LAW.why("package.registered_by")),)


def test_able_bodied_members_are_asked_and_children_are_not_even_while_their_sources_are_silent() -> None:
    case = open_wave_one(make_case(WITH_HUSBAND, WITH_SON, employment_measures=True))
    case = silence(case, "medical", "member-2", state=ExchangeState.STOPPED, next_try_at=None)
    case = silence(case, "medical", "member-1", next_try_at=T0 + timedelta(hours=1))
    case = tell_untried(case)
    assert cell(case, 13, "applicant").outcome is None
    assert (cell(case, 13, "member-2").outcome, cell(case, 13, "member-2").reason) == (
        Outcome.NOT_APPLICABLE,
        "able_bodied",
    )
    assert not any((i.number, i.subject_ref) == (13, "member-1") for i in case.inquiries)


def test_a_foreigner_is_asked_about_and_a_citizen_is_not() -> None:
    foreign = {"person": {"documents": [{"number": "1"}], "citizenship": coded("UZB")}}
    case = advance(tell_rest(open_wave_one(make_case()), {("people", "applicant"): foreign}))
    assert cell(case, 10).outcome is None
