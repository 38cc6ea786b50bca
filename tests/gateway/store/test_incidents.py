"""What an incident promises: an outage of one owner, and of a service; all of its letters are sent as one."""

from __future__ import annotations

from datetime import timedelta

import pytest

from contracts.errors import Conflict, InvalidInput, NotFound
from gateway.core.case import Case
from gateway.core.steps import AmendLetter, WithdrawLetter
from gateway.store.incident_acts import Sending
from gateway.store.lists import IncidentRow
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import CLERK, OTHER_CLERK, PDF, WHY, StoreDesk, act_at_once, code_of, draft, inquiry

ENOUGH = 5
PAPER = Sending("paper", "17-2", T0, T0)


def incidents(desk: StoreDesk, *, only_open: bool = True) -> tuple[IncidentRow, ...]:
    return desk.lists.list_incidents(10, only_open=only_open)


def letters_of(incident: IncidentRow) -> set[str]:
    return {one.application_id for one in incident.letters}


def draft_outage(desk: StoreDesk, *numbers: int, count: int = ENOUGH) -> list[Case]:
    return [desk.draft(*(numbers or (1,))) for _ in range(count)]


def test_the_letter_that_makes_them_enough_makes_an_incident_of_all_of_them(desk: StoreDesk) -> None:
    cases = draft_outage(desk, count=ENOUGH - 1)
    assert incidents(desk) == ()
    cases.append(desk.draft(1))
    (incident,) = incidents(desk)
    assert (incident.owner, incident.service, incident.opened_at) == ("interior", "asp", T0)
    assert letters_of(incident) == {case.id for case in cases}
    later = desk.draft(1)
    assert letters_of(incidents(desk)[0]) == {case.id for case in (*cases, later)}


def test_letters_of_another_owner_or_another_service_are_none_of_it(desk: StoreDesk) -> None:
    others = [desk.draft(3) for _ in range(ENOUGH - 1)]
    elsewhere = [desk.draft(1, service="other") for _ in range(ENOUGH - 1)]
    cases = draft_outage(desk)
    (incident,) = incidents(desk)
    assert letters_of(incident) == {case.id for case in cases}
    assert all(desk.read_course(case.id).letters[0].incident is None for case in (*others, *elsewhere))


def test_an_outage_in_one_service_takes_no_letters_from_that_of_another(desk: StoreDesk) -> None:
    elsewhere = [desk.draft(1, service="other") for _ in range(ENOUGH)]
    cases = draft_outage(desk)
    kept = {incident.service: letters_of(incident) for incident in incidents(desk)}
    assert kept == {"asp": {case.id for case in cases}, "other": {case.id for case in elsewhere}}


def test_that_registries_have_no_record_is_no_outage_however_many_letters_it_makes(desk: StoreDesk) -> None:
    for _ in range(ENOUGH + 1):
        desk.draft(1, no_record=[1])
    assert incidents(desk) == ()
    cases = draft_outage(desk, count=ENOUGH - 1)
    assert incidents(desk) == (), "letters for no record were counted"
    cases.append(desk.draft(1, 2, no_record=[2]))
    assert letters_of(incidents(desk)[0]) == {case.id for case in cases}


def test_one_silent_cell_among_others_makes_a_letter_one_of_the_outage(desk: StoreDesk) -> None:
    cases = [desk.draft(2, 1, no_record=[2]) for _ in range(ENOUGH)]
    assert letters_of(incidents(desk)[0]) == {case.id for case in cases}


def test_a_draft_comes_to_an_outage_or_leaves_it_with_the_cells_that_it_asks_for(desk: StoreDesk) -> None:
    draft_outage(desk, count=ENOUGH - 1)
    case = desk.answer(desk.open(1, 2), 1)
    desk.carry_out(case, draft(case, 1))
    assert incidents(desk) == ()
    both = (inquiry(case, 1).id, inquiry(case, 2).id)
    desk.carry_out(case, AmendLetter(1, both, WHY))
    (incident,) = incidents(desk)
    assert case.id in letters_of(incident)
    assert len(incident.letters) == ENOUGH
    desk.carry_out(case, AmendLetter(1, both[:1], WHY))
    assert case.id not in letters_of(incidents(desk)[0])


def test_letters_more_than_a_day_apart_are_of_no_one_outage(desk: StoreDesk) -> None:
    draft_outage(desk, count=ENOUGH - 1)
    desk.move_to(T0 + timedelta(hours=24))
    draft_outage(desk, count=ENOUGH - 1)
    assert incidents(desk) == ()


def test_an_incident_is_over_with_the_last_of_its_letters(desk: StoreDesk) -> None:
    cases = draft_outage(desk)
    for case in cases[:-1]:
        desk.carry_out(case, WithdrawLetter(1, WHY))
    assert len(incidents(desk)) == 1
    desk.move_to(T0 + timedelta(hours=1))
    desk.letters.withdraw_letter(cases[-1].id, 1, CLERK)
    assert incidents(desk) == ()
    (over,) = incidents(desk, only_open=False)
    assert over.closed_at == T0 + timedelta(hours=1)
    draft_outage(desk)
    assert len(incidents(desk)) == 1, "the next outage is another incident"


def test_the_grouped_letter_that_went_out_marks_each_of_its_letters_once(desk: StoreDesk) -> None:
    cases = draft_outage(desk)
    (incident,) = incidents(desk)
    desk.move_to(T0 + timedelta(minutes=5))
    sent = desk.incidents.send_letters(incident.id, CLERK, PAPER)
    assert sorted(sent) == sorted((case.id, 1) for case in cases)
    for case in cases:
        (letter,) = desk.read_course(case.id).letters
        assert (letter.state, letter.sent_at, letter.sent_by) == ("sent", T0, CLERK.name)
        assert (letter.sent_channel, letter.sent_number) == ("paper", "17-2")
        assert desk.kinds(case.id) == ["letter_drafted", "letter_sent"]
        assert desk.read(case.id).proceedings.letters[0].sent_at == T0
    with pytest.raises(Conflict) as refused:
        desk.incidents.send_letters(incident.id, OTHER_CLERK, PAPER)
    assert refused.value.public_code == "letter-state"
    assert desk.read_course(cases[0].id).letters[0].sent_by == CLERK.name


def test_only_what_was_printed_and_waits_is_marked(desk: StoreDesk) -> None:
    cases = draft_outage(desk, count=ENOUGH + 3)
    (incident,) = incidents(desk)
    alone, withdrawn, over = cases[:3]
    desk.letters.send_letter(alone.id, 1, OTHER_CLERK, "paper", "own", T0)
    desk.letters.withdraw_letter(withdrawn.id, 1, CLERK)
    desk.decisions.withdraw(over.id, CLERK)
    desk.move_to(T0 + timedelta(minutes=5))
    since = desk.draft(1)
    sending = Sending("paper", "17-2", T0 + timedelta(minutes=5), T0)
    sent = desk.incidents.send_letters(incident.id, CLERK, sending)
    assert {application_id for application_id, _ in sent} == {case.id for case in cases[3:]}
    states = [desk.read_course(case.id).letters[0] for case in (alone, withdrawn, over, since)]
    assert [letter.state for letter in states] == ["sent", "withdrawn", "drafted", "drafted"]
    assert states[0].sent_number == "own"


def test_a_draft_among_them_that_nobody_signed_keeps_all_of_them_from_going_out_electronically(
    desk: StoreDesk,
) -> None:
    cases = draft_outage(desk)
    (incident,) = incidents(desk)
    for case in cases[1:]:
        cells = desk.read_course(case.id).letters[0].cells
        desk.letters.sign_letter(case.id, 1, CLERK, "specialist", PDF, b"cms", cells)
    electronic = Sending("electronic", "17-2", T0, T0)
    with pytest.raises(Conflict) as refused:
        desk.incidents.send_letters(incident.id, CLERK, electronic)
    assert refused.value.public_code == "letter-unsigned"
    assert {desk.read_course(case.id).letters[0].state for case in cases[1:]} == {"signed"}
    assert all("letter_sent" not in desk.kinds(case.id) for case in cases)
    cells = desk.read_course(cases[0].id).letters[0].cells
    desk.letters.sign_letter(cases[0].id, 1, CLERK, "specialist", PDF, b"cms", cells)
    assert len(desk.incidents.send_letters(incident.id, CLERK, electronic)) == ENOUGH


def test_of_two_who_send_a_grouped_letter_at_the_same_moment_one_does(desk: StoreDesk, beside: StoreDesk) -> None:
    for _ in range(3):
        cases = draft_outage(desk)
        (incident,) = incidents(desk)
        came = act_at_once(
            lambda: desk.incidents.send_letters(incident.id, CLERK, PAPER),  # noqa: B023
            lambda: beside.incidents.send_letters(incident.id, OTHER_CLERK, PAPER),  # noqa: B023
        )
        assert sorted(map(code_of, came)) == ["", "letter-state"]
        for case in cases:
            assert desk.kinds(case.id) == ["letter_drafted", "letter_sent"]
            desk.letters.withdraw_letter(case.id, 1, CLERK)


def test_an_incident_that_is_not_there_and_moments_that_cannot_be_are_refused(desk: StoreDesk) -> None:
    draft_outage(desk)
    (incident,) = incidents(desk)
    with pytest.raises(NotFound) as unknown:
        desk.incidents.send_letters("inc_404", CLERK, PAPER)
    assert unknown.value.public_code == "incident-not-found"
    later, before = T0 + timedelta(seconds=1), T0 - timedelta(seconds=1)
    for sent_at, printed_at in ((later, T0), (T0, later), (before, T0)):
        with pytest.raises(InvalidInput):
            desk.incidents.send_letters(incident.id, CLERK, Sending("paper", "1", sent_at, printed_at))
    with pytest.raises(Conflict):
        desk.incidents.send_letters(incident.id, CLERK, Sending("paper", "1", before, before))


def test_what_is_printed_is_what_waits_and_once_nothing_waits_what_went_out(desk: StoreDesk) -> None:
    cases = draft_outage(desk)
    desk.letters.send_letter(cases[0].id, 1, CLERK, "paper", "own", T0)
    desk.letters.withdraw_letter(cases[1].id, 1, CLERK)
    (incident,) = incidents(desk)
    assert {one.application_id for one in incident.to_print} == {case.id for case in cases[2:]}
    desk.incidents.send_letters(incident.id, CLERK, PAPER)
    assert {one.application_id for one in incidents(desk)[0].to_print} == {case.id for case in (cases[0], *cases[2:])}
