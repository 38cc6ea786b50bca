"""What is tried again: retryable errors alone, the same bytes, within tries, deadline, budget and places."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from adapters.admission import Admission
from adapters.breakers import BreakerRule, Breakers
from adapters.ports import Deadline
from adapters.quotas import Quotas
from adapters.retrying import SPENT, RetryBudget, Retrying
from contracts.errors import (
    AnswerUnclassified,
    RegistryError,
    RegistryFailed,
    RegistryTimedOut,
    RegistryUnavailable,
)
from contracts.exchange import Reply
from contracts.passport import Passport
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import FOUND, NOW, Rig, answer, fault, question, rig
from tests.adapters.stub_server import Asked, Behaviour, Conversation, StubServer, http, serving


def in_turn(*replies: bytes) -> Behaviour:
    """Answer the first request with the first reply, and so on; the last for all that follow."""
    left = list(replies)
    return lambda asked, conversation: left.pop(0) if len(left) > 1 else left[0]


def ask(
    small: Passport, behave: Behaviour, *, seconds: float = 10.0
) -> tuple[Reply | None, Rig, StubServer, RegistryError | None]:
    with serving(behave) as server:
        made = rig(catalogue_of(small), server.url)
        got, failed = None, None
        try:
            got = made.adapters.shep_sync.ask(
                small, question(), deadline=Deadline(seconds), record=made.attempts.append
            )
        except RegistryError as error:
            failed = error
        made.adapters.close()
    return got, made, server, failed


def test_a_failure_that_may_pass_is_tried_again_with_the_same_bytes() -> None:
    replies = in_turn(http(500, fault("999")), http(503, b"busy"), http(200, answer(FOUND)))
    got, made, server, _ = ask(passport(), replies)
    assert got is not None and got.outcome == "answered"
    assert len({asked.body for asked in server.asked}) == 1
    assert {attempt.message_id for attempt in made.attempts} == {"id-1"}
    assert made.failures == ["registry-failed", "registry-unavailable", ""]
    assert [attempt.http_status for attempt in made.attempts] == [500, 503, 200]
    assert made.attempts[0].reply == fault("999")
    assert all(attempt.request == server.asked[0].body for attempt in made.attempts)
    assert made.waits == [0.01, 0.01]


def test_tries_end_where_the_passport_says() -> None:
    got, made, server, failed = ask(passport(limits={"tries": 2}), in_turn(http(500, fault("999"))))
    assert got is None and isinstance(failed, RegistryFailed)
    assert len(server.asked) == len(made.attempts) == 2


def test_what_another_try_cannot_help_is_asked_once() -> None:
    for reply in (http(200, answer("<a/>")), http(500, fault("777")), http(404, b"no"), http(200, b"<html/>")):
        _, made, server, failed = ask(passport(), in_turn(reply))
        assert failed is not None and not failed.retryable
        assert (len(server.asked), len(made.attempts), made.waits) == (1, 1, [])
        assert made.failures == [failed.code]


def test_an_unlisted_fault_is_unclassified() -> None:
    assert isinstance(ask(passport(), in_turn(http(500, fault("777"))))[3], AnswerUnclassified)


def test_a_broken_exchange_leaves_an_attempt_without_a_reply() -> None:
    calls: list[int] = []

    def behave(asked: Asked, conversation: Conversation) -> bytes | None:
        calls.append(1)
        if len(calls) == 1:
            conversation.reset()
            return None
        return http(200, answer(FOUND))

    got, made, _, _ = ask(passport(), behave)
    assert got is not None
    assert [(attempt.reply != b"", attempt.http_status, attempt.failure) for attempt in made.attempts] == [
        (False, None, "registry-unavailable"),
        (True, 200, ""),
    ]


def test_the_deadline_holds_over_all_tries() -> None:
    def silence(asked: Asked, conversation: Conversation) -> None:
        conversation.stall()

    started = time.monotonic()
    small = passport(limits={"tries": 10, "attempt_seconds": 0.2, "timeout_seconds": 60})
    _, made, _, failed = ask(small, silence, seconds=0.5)
    assert time.monotonic() - started < 1.9  # ten tries would take 2; a busy machine may wake this thread late
    assert isinstance(failed, RegistryTimedOut)
    assert 1 <= len(made.attempts) <= 3


def test_the_passport_may_be_stricter_than_the_caller() -> None:
    def silence(asked: Asked, conversation: Conversation) -> None:
        conversation.stall()

    started = time.monotonic()
    _, _, _, failed = ask(passport(limits={"tries": 9, "timeout_seconds": 0.3}), silence, seconds=60)
    assert isinstance(failed, RegistryTimedOut)
    assert time.monotonic() - started < 5.0


class Hands:
    """A clock that moves when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def retrying_of(**given: Any) -> Retrying:
    """Retries alone: every ask is admitted, and nothing has a quota."""
    never = Breakers(BreakerRule(failures=10_000))
    return Retrying(admission=Admission(never, lambda: NOW), quotas=Quotas(), **given)


def failing(error: Callable[[], RegistryError], seen: list[float]) -> Callable[[Deadline], Reply]:
    def attempt(left: Deadline) -> Reply:
        seen.append(left.remaining())
        raise error()

    return attempt


def test_a_wait_that_would_outlast_the_deadline_is_not_begun() -> None:
    hands, seen = Hands(), list[float]()
    retrying = retrying_of(wait=lambda state: 3.0, sleep=hands.sleep)
    small = passport(limits={"tries": 9, "attempt_seconds": 5})
    with pytest.raises(RegistryUnavailable):
        retrying.run(small, Deadline(7.0, hands), failing(RegistryUnavailable, seen))
    assert seen == [5.0, 4.0, 1.0]
    assert hands.now == 106.0


def test_waits_grow_and_are_never_the_same_for_all() -> None:
    waits = list[float]()
    retrying = retrying_of(sleep=waits.append, reserve=1000)
    for _ in range(50):
        with pytest.raises(RegistryUnavailable):
            retrying.run(passport(limits={"tries": 3}), Deadline(60), failing(RegistryUnavailable, []))
    assert len(waits) == 100
    assert max(waits[0::2]) <= 0.2 and max(waits[1::2]) <= 0.4
    assert len(set(waits)) > 90


def test_the_budget_of_a_registry_ends_its_retries_and_says_so() -> None:
    seen = list[float]()
    retrying = retrying_of(ratio=0.1, reserve=3.0, wait=lambda state: 0.0, sleep=lambda seconds: None)
    errors = list[RegistryError]()
    for _ in range(20):
        with pytest.raises(RegistryUnavailable) as caught:
            retrying.run(passport(limits={"tries": 3}), Deadline(60), failing(RegistryUnavailable, seen))
        errors.append(caught.value)
    assert 20 + 3 + 1 <= len(seen) <= 20 + 3 + 2  # one a call, the reserve, and a tenth of the calls
    assert SPENT in errors[-1].detail and SPENT not in errors[0].detail
    assert errors[-1].retryable and errors[-1].code == "registry-unavailable"
    other = passport(key="other", registry="other", limits={"tries": 3})
    before = len(seen)
    with pytest.raises(RegistryUnavailable):
        retrying.run(other, Deadline(60), failing(RegistryUnavailable, seen))
    assert len(seen) - before == 3


def test_a_budget_is_earned_back_by_calls() -> None:
    budget = RetryBudget(ratio=0.5, reserve=1.0)
    assert budget.withdraw() and not budget.withdraw()
    budget.deposit()
    assert not budget.withdraw()
    budget.deposit()
    budget.deposit()
    assert budget.withdraw() and not budget.withdraw()


def test_no_more_exchanges_at_once_than_the_registry_takes() -> None:
    small, other = passport(limits={"at_once": 3}), passport(form="typed", limits={"at_once": 5})
    lock, now, most = threading.Lock(), [0], [0]

    def behave(asked: Asked, conversation: Conversation) -> bytes:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        conversation.stopped.wait(0.02)
        with lock:
            now[0] -= 1
        return http(200, answer(FOUND))

    with serving(behave) as server:
        made = rig(catalogue_of(small, other), server.url)

        def ask_one(each: Passport) -> None:
            made.adapters.ask(each, question(), deadline=Deadline(20), record=made.attempts.append)

        threads = [threading.Thread(target=ask_one, args=((small, other)[number % 2],)) for number in range(20)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
        made.adapters.close()
    assert made.failures == [""] * 20
    assert most[0] == 3


def test_waiting_for_a_free_place_counts_against_the_deadline() -> None:
    retrying = retrying_of(wait=lambda state: 0.0, sleep=lambda seconds: None)
    small = passport(limits={"at_once": 1, "tries": 1})
    entered, leave = threading.Event(), threading.Event()

    def occupy(left: Deadline) -> None:
        entered.set()
        leave.wait(10)

    holder = threading.Thread(target=retrying.run, args=(small, Deadline(30), occupy))
    holder.start()
    entered.wait(10)
    with pytest.raises(RegistryTimedOut, match="no free place") as caught:
        retrying.run(small, Deadline(0.05), occupy)
    leave.set()
    holder.join(10)
    assert not caught.value.may_have_arrived


def test_96_threads_ask_at_once_and_each_gets_its_own_answer() -> None:
    small = passport(limits={"at_once": 96})

    def behave(asked: Asked, conversation: Conversation) -> bytes:
        iin = asked.body.partition(b"<iin>")[2].partition(b"</iin>")[0].decode()
        return http(200, answer(FOUND.replace("880314490010", iin)))

    got: dict[str, str] = {}
    with serving(behave) as server:
        made = rig(catalogue_of(small), server.url)

        def ask_one(iin: str) -> None:
            reply = made.adapters.ask(small, question(iin=iin), deadline=Deadline(30), record=made.attempts.append)
            assert isinstance(reply, Reply)
            got[iin] = reply.record["person"]["iin"]

        threads = [threading.Thread(target=ask_one, args=(f"{number:012d}",)) for number in range(1, 97)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        made.adapters.close()
    assert got == {f"{number:012d}": f"{number:012d}" for number in range(1, 97)}
    assert len(made.attempts) == 96
