"""What waking many at once promises: those who wait for a registry, paced; those whose dates another calendar told."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.core.case import Case, ExchangeState
from gateway.core.steps import RegisterPackage
from gateway.store.results import ExchangeResult
from gateway.store.wakeups import Wakeups
from gateway.store.waking import wake_waiting
from tests.gateway.core.builders import T0
from tests.gateway.store.desk import CLERK, WHY, StoreDesk, inquiry

NEXT = T0 + timedelta(hours=1)
SLEEP = timedelta(days=1)


def wait_for(desk: StoreDesk, *numbers: int) -> Case:
    """An application whose registries of these rows were silent, to be asked again in an hour."""
    case = desk.open(*numbers)
    for number in numbers:
        (part,) = inquiry(case, number).parts
        silent = ExchangeResult(str(part.exchange_id), ExchangeState.WAITING, T0, cause="timed-out", next_try_at=NEXT)
        desk.gathering.save_results(case.id, [silent], T0, lambda _: ())
    return desk.read(case.id)


def sleep(desk: StoreDesk) -> Wakeups:
    """Everything sleeps until tomorrow."""
    wakeups = Wakeups(desk.database)
    for claim in wakeups.claim_due(T0, 100, timedelta(hours=1)):
        wakeups.hand_back(claim, T0 + SLEEP, "asleep")
    return wakeups


def list_awake(wakeups: Wakeups) -> set[str]:
    return {claim.application_id for claim in wakeups.claim_due(T0, 100, timedelta(hours=1))}


def find_again(desk: StoreDesk, case: Case) -> dict[str, datetime | None]:
    return {x.passport: x.again_at for x in desk.read(case.id).exchanges.values()}


def test_who_waits_for_a_registry_that_is_back_is_woken_and_nobody_else_is(desk: StoreDesk) -> None:
    waiting, elsewhere, answered = wait_for(desk, 1, 3), wait_for(desk, 3), desk.answer(wait_for(desk, 1), 1)
    wakeups = sleep(desk)
    assert wake_waiting(desk.database, {"people"}, T0, None) == 1
    assert find_again(desk, waiting) == {"people": T0, "medical": None}
    assert find_again(desk, elsewhere) == {"medical": None}
    assert find_again(desk, answered) == {"people": None}
    assert list_awake(wakeups) == {waiting.id}


def test_what_is_registered_or_withdrawn_is_not_asked_for_again(desk: StoreDesk) -> None:
    registered, withdrawn = wait_for(desk, 1), wait_for(desk, 1)
    desk.carry_out(registered, RegisterPackage(T0, False, WHY))
    desk.decisions.withdraw(withdrawn.id, CLERK)
    wakeups = sleep(desk)
    assert wake_waiting(desk.database, {"people"}, T0, None) == 0
    assert list_awake(wakeups) == set()


def test_those_who_are_woken_for_a_registry_come_at_four_fifths_of_its_pace_each_once(desk: StoreDesk) -> None:
    cases = [wait_for(desk, 1) for _ in range(5)]
    assert wake_waiting(desk.database, {"people"}, T0, 2) == 5
    again = {find_again(desk, case)["people"] for case in cases}
    assert again == {T0 + n * timedelta(seconds=37.5) for n in range(5)}
