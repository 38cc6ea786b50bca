"""What is not sent: to a registry that rests, is in maintenance, is switched off, or takes no more this minute."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from adapters.admission import Admission
from adapters.breakers import BreakerRule, Breakers
from adapters.ports import Deadline
from adapters.quotas import Quotas
from adapters.retrying import Retrying
from contracts.errors import (
    CatalogueInvalid,
    RegistryError,
    RegistryInMaintenance,
    RegistryNotAsked,
    RegistryResting,
    RegistrySwitchedOff,
    RegistryTimedOut,
    RegistryUnavailable,
    StoreUnavailable,
)
from contracts.exchange import Pending, Reply
from contracts.passport import Hours, Passport
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import FOUND, NOW, Rig, answer, fault, question, rig
from tests.adapters.stub_server import Asked, Behaviour, Conversation, always, http, serving
from tests.adapters.test_async_channel import ACCEPTED, late, reply_of
from tests.adapters.test_plain_soap import WSDL, plain
from tests.adapters.test_rest import small as rest
from tests.adapters.test_retrying import Hands

DOWN = http(503, b"busy")
ONCE = {"tries": 1}
RULE = BreakerRule(failures=2, first_rest=5.0, longest_rest=60.0)


def ask(made: Rig, small: Passport) -> Reply | Pending | RegistryError:
    try:
        return made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
    except RegistryError as error:
        return error


@pytest.fixture(params=["shep-sync", "shep-async", "soap", "rest"])
def each(request: pytest.FixtureRequest) -> Passport:
    """A passport of each protocol, with one try."""
    makers: dict[str, Callable[[], Passport]] = {
        "shep-sync": passport,
        "shep-async": late,
        "soap": plain,
        "rest": rest,
    }
    made = makers[request.param]()
    return made.model_copy(update={"limits": made.limits.model_copy(update=ONCE)})


def rig_of(small: Passport, url: str, folder: Path, **given: Any) -> Rig:
    (folder / "service.wsdl").write_text(WSDL.replace("{include}", ""), encoding="utf-8")
    return rig(catalogue_of(small, folders={small.key: folder}), url, **given)


def test_over_every_protocol_a_registry_that_fails_is_left_alone(each: Passport, tmp_path: Path) -> None:
    with serving(always(DOWN)) as server:
        made = rig_of(each, server.url, tmp_path, settings={"breaker": RULE})
        got = [ask(made, each) for _ in range(5)]
        made.adapters.close()
    assert [type(one) for one in got] == [RegistryUnavailable] * 2 + [RegistryResting] * 3
    assert len(server.asked) == len(made.attempts) == 2
    assert made.adapters.breakers.state("small") == "open"


def test_over_every_protocol_a_registry_that_is_switched_off_is_not_asked(each: Passport, tmp_path: Path) -> None:
    off = {"small"}
    with serving(always(DOWN)) as server:
        made = rig_of(each, server.url, tmp_path, is_switched_off=off.__contains__)
        refused = ask(made, each)
        assert isinstance(refused, RegistrySwitchedOff) and refused.retryable and not refused.may_have_arrived
        assert server.asked == [] and made.attempts == []
        off.clear()  # read before every ask: it holds from the next one on
        ask(made, each)
        made.adapters.close()
    assert len(server.asked) == 1


def test_a_kill_switch_that_cannot_be_read_lets_nothing_out() -> None:
    def broken(registry: str) -> bool:
        raise StoreUnavailable

    small = passport()
    with serving(always(DOWN)) as server:
        made = rig(catalogue_of(small), server.url, is_switched_off=broken)
        with pytest.raises(StoreUnavailable):
            ask(made, small)
        made.adapters.close()
    assert server.asked == []


NIGHT = {"maintenance": [{"start": "01:00:00", "end": "03:30:00"}, {"start": "23:00:00", "end": "00:15:00"}]}


@pytest.mark.parametrize(
    ("utc", "away"),
    [
        ("19:59:59", False), ("20:00:00", True), ("22:29:59", True), ("22:30:00", False),
        ("17:59:59", False), ("18:00:00", True), ("19:14:59", True), ("19:15:00", False),
    ],
)  # fmt: skip
def test_in_the_hours_of_maintenance_of_kazakhstans_clock_nothing_is_sent(utc: str, away: bool) -> None:
    small = passport(limits=NIGHT)
    at = datetime.combine(NOW, time.fromisoformat(utc), UTC)
    with serving(always(http(200, answer(FOUND)))) as server:
        made = rig(catalogue_of(small), server.url, clock=lambda: at)
        got = ask(made, small)
        made.adapters.close()
    assert isinstance(got, RegistryInMaintenance if away else Reply)
    assert len(server.asked) == (not away)


@pytest.mark.parametrize(
    "limits",
    [
        {"maintenance": [{"start": "01:00:00", "end": "01:00:00"}]},
        {"maintenance": [{"start": "01:00:00+05:00", "end": "02:00:00"}]},
        {"per_minute": 0},
    ],
)
def test_limits_that_nobody_can_obey_are_refused(limits: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        passport(limits=limits)


def test_hours_begin_with_their_start_and_end_before_their_end() -> None:
    hours = Hours(start=time(1), end=time(2))
    assert [hours.hold(time(0, 59)), hours.hold(time(1)), hours.hold(time(1, 59, 59)), hours.hold(time(2))] == [
        False, True, True, False
    ]  # fmt: skip


def flagging(up: threading.Event) -> Behaviour:
    return lambda asked, conversation: http(200, answer(FOUND)) if up.is_set() else http(500, fault("999"))


def test_a_resting_registry_is_tried_by_one_message_and_who_listens_is_told_when_it_answers() -> None:
    small, hands, up, told = passport(limits={"tries": 3}), Hands(), threading.Event(), list[str]()
    with serving(flagging(up)) as server:
        made = rig(catalogue_of(small), server.url, settings={"breaker": RULE}, monotonic=hands)
        made.adapters.breakers.listen(told.append)
        assert [type(ask(made, small)).__name__ for _ in range(3)] == ["RegistryFailed"] * 2 + ["RegistryResting"]
        sent = len(server.asked)
        hands.now += 5.0
        assert not isinstance(ask(made, small), RegistryNotAsked)
        assert len(server.asked) == sent + 1
        up.set()
        assert isinstance(ask(made, small), RegistryResting)
        hands.now += 10.0
        assert told == []
        assert isinstance(ask(made, small), Reply)
        made.adapters.close()
    assert told == ["small"]


def test_of_many_threads_one_tries_a_resting_registry_on_the_wire() -> None:
    small, hands, go = passport(limits=ONCE), Hands(), threading.Event()
    reached = threading.Event()

    def behave(asked: Asked, conversation: Conversation) -> bytes:
        if not go.is_set():
            return DOWN
        reached.set()
        held.wait(10)
        return http(200, answer(FOUND))

    held, got, lock = threading.Event(), list[object](), threading.Lock()
    with serving(behave) as server:
        made = rig(catalogue_of(small), server.url, settings={"breaker": RULE}, monotonic=hands)
        for _ in range(2):
            ask(made, small)
        hands.now += 5.0
        go.set()

        def come() -> None:
            one = ask(made, small)
            with lock:
                got.append(one)
                if len(got) == 23:
                    held.set()  # all but the one that is out have been refused

        threads = [threading.Thread(target=come) for _ in range(24)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        made.adapters.close()
    assert reached.is_set() and len(server.asked) == 3
    assert sorted(type(one).__name__ for one in got) == ["RegistryResting"] * 23 + ["Reply"]


def test_a_few_failures_of_one_application_open_nothing() -> None:
    small = passport(limits={"tries": 3})
    with serving(always(DOWN)) as server:
        made = rig(catalogue_of(small), server.url)
        for _ in range(7):
            assert isinstance(ask(made, small), RegistryUnavailable)
        assert made.adapters.breakers.state("small") == "closed"
        ask(made, small)
        assert made.adapters.breakers.state("small") == "open"
        made.adapters.close()


def test_a_passport_that_cannot_be_followed_and_a_full_house_say_nothing_of_the_registry() -> None:
    breakers = Breakers(BreakerRule(failures=1))
    retrying = Retrying(admission=Admission(breakers, lambda: NOW), quotas=Quotas())
    small = passport(limits={"at_once": 1, "tries": 1})

    def unusable(left: Deadline) -> None:
        raise CatalogueInvalid

    with pytest.raises(CatalogueInvalid):
        retrying.run(small, Deadline(5), unusable)
    entered, leave = threading.Event(), threading.Event()

    def occupy(left: Deadline) -> None:
        entered.set()
        leave.wait(10)

    holder = threading.Thread(target=retrying.run, args=(small, Deadline(30), occupy))
    holder.start()
    entered.wait(10)
    with pytest.raises(RegistryTimedOut, match="no free place"):
        retrying.run(small, Deadline(0.05), occupy)
    leave.set()
    holder.join(10)
    assert breakers.state("small") == "closed"


def test_silence_counts_only_after_half_of_the_time_that_a_message_usually_has() -> None:
    hands, breakers = Hands(), Breakers(BreakerRule(failures=1))
    retrying = Retrying(admission=Admission(breakers, lambda: NOW), quotas=Quotas())
    small = passport(limits={"attempt_seconds": 8, "timeout_seconds": 20, "tries": 1})

    def silence(left: Deadline) -> None:
        raise RegistryTimedOut

    for seconds, state in ((3.9, "closed"), (4.0, "open")):
        with pytest.raises(RegistryTimedOut):
            retrying.run(small, Deadline(seconds, hands), silence)
        assert breakers.state("small") == state


def test_the_bus_is_asked_for_messages_whatever_is_said_of_registries() -> None:
    small = late(limits={"tries": 1, "per_minute": 1})
    nothing = reply_of("getMessages", "")
    with serving(lambda asked, conversation: nothing if b"getMessages" in asked.body else ACCEPTED) as server:
        made = rig(catalogue_of(small), server.url, is_switched_off=lambda registry: True)
        assert isinstance(ask(made, small), RegistrySwitchedOff)
        for _ in range(3):
            assert made.adapters.shep_async.fetch("LATE", Deadline(10)) == []
        assert made.adapters.breakers.snapshot() == ()
        made.adapters.close()
    assert len(server.asked) == 3
