"""The distributed engine: one of several workers, over a fleet and jobs that a test holds in its hand."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta

from contracts.errors import LeaseLost, StoreUnavailable
from gateway.core.steps import WakeAt
from gateway.engine.distributed import DistributedEngine
from gateway.engine.duty import Duty
from gateway.store.fleet import Taken
from gateway.store.leases import Lease
from gateway.store.wakeups import Claim

NOW = datetime(2026, 3, 2, 5, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)


class FakeFleet:
    def __init__(self) -> None:
        self.free = {"app_1", "app_2"}
        self.back: list[tuple[str, datetime | None, str]] = []
        self.given_up: list[str] = []
        self.renewed: list[frozenset[str]] = []
        self.lost: set[str] = set()
        self.is_away = False

    def take(self, application_id: str) -> Taken | None:
        if self.is_away:
            raise StoreUnavailable
        if application_id not in self.free:
            return None
        self.free.remove(application_id)
        return Taken(Claim(application_id, 0), Lease(application_id, 1))

    def hand_back(self, taken: Taken, due_at: datetime | None, reason: str) -> None:
        if taken.lease.name in self.lost:
            raise LeaseLost
        self.back.append((taken.lease.name, due_at, reason))

    def give_up(self, taken: Taken) -> None:
        if self.is_away:
            raise StoreUnavailable
        self.given_up.append(taken.lease.name)

    def renew(self, names: Collection[str]) -> frozenset[str]:
        self.renewed.append(frozenset(names))
        return frozenset(names) - self.lost

    def sweep(self) -> int:
        return 0


class FakeJobs:
    """Jobs come when the test says so, on the test's thread."""

    def __init__(self, work: Callable[[str], None]) -> None:
        self.work = work
        self.stopped = False

    def start(self) -> None:
        pass

    def stop(self) -> None:
        self.stopped = True

    def is_working(self) -> bool:
        return not self.stopped


def open_engine(fleet: FakeFleet, advance: Callable[[str], WakeAt | None]) -> DistributedEngine:
    return DistributedEngine(fleet, advance, lambda: NOW, FakeJobs)


def test_what_a_job_names_is_carried_forward_and_handed_back_as_the_round_says() -> None:
    fleet, wakes = FakeFleet(), {"app_1": WakeAt(LATER, "patience"), "app_2": None}
    engine = open_engine(fleet, wakes.__getitem__)
    for name in (*wakes, "app_of_another"):
        engine.carry_forward(name)
    assert fleet.back == [("app_1", LATER, "patience"), ("app_2", None, "")]


def test_after_a_fault_of_our_own_it_is_looked_at_again_and_after_a_lost_lease_it_is_anothers() -> None:
    fleet = FakeFleet()

    def fail(name: str) -> None:
        raise LeaseLost if name == "app_1" else LookupError

    engine = open_engine(fleet, fail)
    engine.carry_forward("app_1")
    engine.carry_forward("app_2")
    assert fleet.back == [("app_2", NOW + timedelta(seconds=30), "round_failed")]


def test_a_fleet_that_is_away_or_took_the_lease_breaks_no_worker() -> None:
    fleet = FakeFleet()
    fleet.lost = {"app_1"}
    engine = open_engine(fleet, lambda _: None)
    engine.carry_forward("app_1")
    fleet.is_away = True
    engine.carry_forward("app_2")
    assert fleet.back == []


def test_leases_are_renewed_while_the_work_goes_on_and_no_longer() -> None:
    fleet = FakeFleet()
    engine = open_engine(fleet, lambda _: engine.renew())
    engine.carry_forward("app_1")
    engine.renew()
    assert fleet.renewed == [frozenset({"app_1"})]


def test_what_does_not_end_in_time_is_given_up_at_the_stop_and_nothing_more_is_taken() -> None:
    fleet = FakeFleet()

    def stop_in_the_middle(name: str) -> None:
        engine.stop()
        engine.carry_forward("app_2")

    engine = open_engine(fleet, stop_in_the_middle)
    engine.carry_forward("app_1")
    assert fleet.given_up == ["app_1"]
    assert fleet.free == {"app_2"}
    assert not engine.is_working()


class FakeDuties:
    def __init__(self) -> None:
        self.holder = ""
        self.number = 0

    def take_duty(self, name: str) -> Lease | None:
        if self.holder:
            return None
        self.holder, self.number = "ours", self.number + 1
        return Lease(name, self.number)

    def end_duty(self, lease: Lease) -> None:
        self.holder = ""

    def renew(self, names: Collection[str]) -> frozenset[str]:
        return frozenset(names) if self.holder == "ours" else frozenset()


class DutyDesk:
    def __init__(self) -> None:
        self.store = FakeDuties()
        self.seconds = 100.0
        self.done: list[str] = []
        self.duty = Duty(
            self.store, "duty:x", lambda: self.done.append("taken"), trusted_seconds=7, monotonic=lambda: self.seconds
        )
        self.work = self.duty.only(lambda: self.done.append("worked"))


def test_the_duty_is_done_by_who_has_it_and_what_comes_first_is_done_once() -> None:
    desk = DutyDesk()
    desk.work()
    desk.duty.look()
    desk.work()
    desk.duty.look()
    desk.work()
    assert desk.done == ["taken", "worked", "worked"]


def test_who_lost_the_duty_or_could_not_renew_it_in_time_does_it_no_more() -> None:
    desk = DutyDesk()
    desk.duty.look()
    desk.seconds += 8
    desk.work()
    assert desk.done == ["taken"]
    desk.duty.look()
    desk.work()
    assert desk.done == ["taken", "worked"]
    desk.store.holder = "another"
    desk.duty.look()
    desk.work()
    assert desk.done == ["taken", "worked"]


def test_whoever_leaves_lets_another_take_the_duty_and_takes_it_anew_from_the_beginning() -> None:
    desk = DutyDesk()
    desk.duty.look()
    desk.duty.leave()
    assert desk.store.holder == ""
    assert not desk.duty.is_mine()
    desk.duty.look()
    assert desk.done == ["taken", "taken"]
