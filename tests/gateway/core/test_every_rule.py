"""Every rule of the packaged file is followed: what comes out under its value, and under each other one.

Reverting, changing or ignoring any one rule fails a test here that names the rule and its clause.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from contracts.errors import ConsentPending
from gateway.core.calendar import ALMATY
from gateway.core.consents import may_send, schedule_consent, wait_for_day
from gateway.core.notices import schedule_delivery
from gateway.core.patience import schedule_retry
from gateway.core.proceedings import NoticeKind
from gateway.core.refusals import earliest_hearing
from tests.gateway.core.builders import (
    LAW,
    T0,
    lay,
)
from tests.gateway.core.course import SILENT
from tests.gateway.core.shows import (
    Show,
    accepted,
    asked_anew,
    at,
    children_at_17,
    complained,
    complained_on_thursday,
    handed_in_at_an_akim,
    handed_over,
    heard,
    lengths,
    marked,
    names,
    notice,
    of_age,
    passed,
    quarter,
    registered,
    registered_without_letter,
    satisfying,
    sent,
    sent_to_dead_phones,
    signed,
    silent,
    told_of_a_hearing,
    told_of_a_later_result,
    tries_of_next_day,
    until,
    waited_for,
)

NOTICE, OTHER = NoticeKind.EXTENSION, NoticeKind.COMPLAINT_REGISTERED
NOVEMBER_4 = datetime(2026, 11, 4, 23, 59, 59, tzinfo=ALMATY)
CONSEQUENCES: dict[str, tuple[Show, list[tuple[Any, Any]]]] = {
    "acceptance.outside_hours": (
        accepted(at(9, 20)),
        [("next_working_day", at(12, 9)), ("same_moment", at(9, 20))],
    ),
    "ages.adult": (children_at_17, [(18, ["member-1"]), (17, [""])]),
    "ages.able_bodied_from": (of_age(17, "male"), [(16, True), (18, False)]),
    "ages.pension.male": (of_age(64, "male"), [(63, False), (65, True)]),
    "ages.pension.female": (of_age(62, "female"), [(61, False), (63, True)]),
    "income.quarter_by": (
        quarter,
        [("filing", ("2026-04-01", "2026-06-30")), ("acceptance", ("2026-07-01", "2026-09-30"))],
    ),
    "rounds.minutes": (
        lengths(lambda tries, law: schedule_retry(tries, True, T0, law)[1]),
        [([1, 5, 15, 30, 60], [1, 5, 15, 30, 60, 60]), ([5, 30, 60], [5, 30, 60, 60, 60, 60])],
    ),
    "patience.minutes.synchronous": (waited_for("medical"), [(240, at(5, 14)), (120, at(5, 12))]),
    "patience.minutes.asynchronous": (waited_for("guards"), [(540, at(6, 10)), (1080, at(7, 10))]),
    "working_hours": (
        accepted(at(9, 18, 10)),
        [(["09:00", "18:00"], at(12, 9)), (["09:00", "18:30"], at(9, 18, 10))],
    ),
    "package.registered_by": (registered, [("complete_or_limit", (NOVEMBER_4, False)), ("complete", None)]),
    "package.without_extension": (
        registered_without_letter,
        [("by_specialist", None), ("promised_date", (datetime(2026, 10, 27, 23, 59, 59, tzinfo=ALMATY), False))],
    ),
    "term.of_handed_in": (
        handed_in_at_an_akim,
        [
            ("unmoved", (None, date(2026, 10, 30), ["passed:due:2026-10-30"])),
            ("from_registration", (date(2026, 11, 30), date(2026, 11, 30), ["passed:due:2026-11-30"])),
        ],
    ),
    "letter.signing": (signed, [("specialist", ["drafted"] * 2), ("automatic", ["signed"] * 2)]),
    "letter.escalate_working_days": (marked("letter-1", silent, at(8, 9)), [(1, at(6, 18)), (2, at(7, 18))]),
    "consent.first_ask": (
        lambda law: [may_send(at(5, hour), law, first=True) for hour in (3, 10)],
        [("at_once", [True, True]), ("by_day", [False, True])],
    ),
    "consent.asked_again": (
        lambda law: [schedule_consent(ConsentPending, 4, moment, law) for moment in (at(5, 11), at(5, 20, 45))],
        [("by_day", [at(5, 11, 30), at(6, 8)]), ("slots", [at(5, 16), at(6, 10)])],
    ),
    "consent.day": (
        lambda law: [wait_for_day(moment, law) for moment in (at(5, 8), at(5, 20), at(9, 22))],
        [
            (["08:00", "21:00"], [at(5, 8), at(5, 20), at(10, 8)]),
            (["09:00", "18:00"], [at(5, 9), at(6, 9), at(10, 9)]),
        ],
    ),
    "letter.tries_at": (
        tries_of_next_day(("medical", SILENT)),
        [(["10:00", "16:00"], ["10:00", "16:00"]), (["11:00"], ["11:00"])],
    ),
    "letter.tries_spread_minutes": (
        tries_of_next_day(("medical", SILENT), came=timedelta(milliseconds=750)),
        [(30, ["10:22", "16:22"]), (0, ["10:00", "16:00"])],
    ),
    "letter.tries_for": (
        tries_of_next_day(("medical", {})),
        [("every_gap", ["10:00", "16:00"]), ("no_answer", [])],
    ),
    "extension.days": (until(at(5, 15)), [(30, date(2026, 11, 4)), (20, date(2026, 10, 27))]),
    "extension.anchor": (
        until(at(5, 15), at(13, 11)),
        [("first", date(2026, 11, 4)), ("last", date(2026, 11, 12))],
    ),
    "extension.end": (until(at(9, 11)), [("next_working_day", date(2026, 11, 9)), ("same_day", date(2026, 11, 8))]),
    "notice.days": (
        notice(NOTICE, lambda step: step.deliver_by, sent),
        [(2, date(2026, 10, 7)), (4, date(2026, 10, 9))],
    ),
    "notice.channels": (
        notice(NOTICE, lambda step: names(step.channels), sent),
        [(["sms", "portal_or_paper"], ["sms", "paper"]), (["portal_or_paper"], ["paper"])],
    ),
    "notice.satisfied_by": (
        satisfying,
        [(ways, ways) for ways in (["sms", "portal", "paper"], ["portal", "paper"], ["paper"])],
    ),
    "notice.of_later_result": (
        told_of_a_later_result,
        [("owed", [("date_recounted", date(2026, 10, 14))]), ("shown", [])],
    ),
    "notice.hand_over": (
        handed_over,
        [("until_satisfied", [True, False]), ("every_channel", [True, True])],
    ),
    "notice.tries.minutes": (
        lengths(lambda tries, law: schedule_delivery(tries, T0, law)),
        [([1, 5, 15, 60], [1, 5, 15, 60, 60, 60]), ([5, 30, 60], [5, 30, 60, 60, 60, 60])],
    ),
    "notice.warn_working_minutes": (
        marked("notice-1", sent_to_dead_phones, at(7, 20)),
        [(540, at(7, 9)), (240, at(7, 14))],
    ),
    "notice.other_days": (
        notice(OTHER, lambda step: step.deliver_by, complained),
        [(1, date(2026, 10, 6)), (2, date(2026, 10, 7))],
    ),
    "term.warn_working_days": (marked("promised", silent, at(23, 9)), [(2, at(22, 9)), (3, at(21, 9))]),
    "refusal.hearing": (heard, [("required", [False, False, True]), ("none", [True, True, True])]),
    "hearing.working_days": (
        lambda law: earliest_hearing(date(2026, 10, 8), law),
        [(3, date(2026, 10, 13)), (5, date(2026, 10, 15))],
    ),
    "hearing.counted_from": (
        told_of_a_hearing,
        [("notice_delivered", [None, date(2026, 10, 13)]), ("decision", [date(2026, 10, 9), date(2026, 10, 9)])],
    ),
    "complaint.days": (passed("complaint-1", complained), [(5, ["2026-10-12"]), (15, ["2026-10-27"])]),
    "complaint.unit": (
        passed("complaint-1", complained_on_thursday),
        [("working_days", ["2026-10-15"]), ("calendar_days", ["2026-10-13"])],
    ),
    "answers.age_days": (asked_anew, [(0, [T0]), (30, [T0, T0 + timedelta(days=30)])]),
}
"""By rule: something that follows from it, and what comes out under the packaged value and under each other one."""


@pytest.mark.parametrize("rule_id", CONSEQUENCES)
def test_a_rule_is_followed(rule_id: str) -> None:
    rule = LAW.rules.rule(rule_id)
    show, cases = CONSEQUENCES[rule_id]
    packaged, expected = cases[0]
    names = f"{rule_id} is not what the clause says it is: {rule.clause}"
    assert (list(rule.value) if isinstance(rule.value, tuple | list) else rule.value) == packaged, names
    assert show(LAW) == expected, names
    for value, other in cases[1:]:
        assert show(lay(rule_id, value)) == other, f"{rule_id} = {value} is not followed; clause: {rule.clause}"


def test_every_rule_of_the_file_has_its_consequence_here() -> None:
    assert set(CONSEQUENCES) == set(LAW.rules.by_id)


@pytest.mark.parametrize("rule_id", CONSEQUENCES)
def test_each_option_is_shown_and_makes_a_difference(rule_id: str) -> None:
    cases = CONSEQUENCES[rule_id][1]
    options = [list(o) if isinstance(o, tuple | list) else o for o in LAW.rules.rule(rule_id).options]
    assert [option for option in options if option not in [value for value, _ in cases]] == []
    assert len({str(expected) for _, expected in cases}) == len(cases) > 1
