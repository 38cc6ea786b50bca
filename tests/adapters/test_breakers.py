"""The breaker: a registry that shows no sign of life is left alone, then tried by one ask at a time."""

import threading
from collections.abc import Callable

import pytest

from adapters.breakers import Entry, log_crash
from contracts.errors import (
    AnswerUnclassified,
    ConsentMissing,
    ContractBroken,
    RegistryError,
    RegistryFailed,
    RegistryRefused,
    RegistryResting,
    RegistryTimedOut,
    RegistryUnavailable,
    SignerUnconfirmed,
    UntrustedAnswer,
)
from tests.adapters.breaker_desk import RULE, Desk


@pytest.mark.parametrize("away", [RegistryUnavailable, RegistryTimedOut, RegistryFailed])
def test_a_registry_without_a_sign_of_life_in_many_asks_in_a_row_is_left_alone(away: type[RegistryError]) -> None:
    desk = Desk()
    for _ in range(RULE.failures):
        assert desk.breakers.state("small") == "closed"
        desk.ask(away())
    assert desk.breakers.state("small") == "open"
    with pytest.raises(RegistryResting, match="failed 3 times in a row and rests for 5 s") as caught:
        desk.breakers.enter("small")
    assert caught.value.retryable and not caught.value.may_have_arrived
    desk.ask(registry="other")


@pytest.mark.parametrize(
    "spoken",
    [RegistryRefused, AnswerUnclassified, ConsentMissing, ContractBroken, UntrustedAnswer, SignerUnconfirmed, None],
)
def test_an_answer_of_any_kind_is_a_sign_of_life(spoken: type[RegistryError] | None) -> None:
    desk = Desk()
    for _ in range(4):
        desk.fail(RULE.failures - 1)
        desk.ask(spoken() if spoken else None)
    assert desk.breakers.state("small") == "closed"


def test_an_ask_that_learnt_nothing_of_the_registry_does_not_count() -> None:
    desk = Desk()
    desk.fail(RULE.failures - 1)
    for _ in range(20):
        desk.breakers.leave("small", desk.breakers.enter("small"))
        desk.ask(RegistryTimedOut(), in_time=False)
    assert desk.breakers.state("small") == "closed"
    desk.fail(1)
    assert desk.breakers.state("small") == "open"


def test_one_sign_of_life_among_the_messages_of_an_ask_is_enough() -> None:
    for messages in ((SignerUnconfirmed(), RegistryTimedOut()), (RegistryTimedOut(), SignerUnconfirmed())):
        entry = Entry(0, is_probe=False)
        for message in messages:
            entry.hear(message)
        assert entry.alive


def test_after_the_rest_one_ask_at_a_time_tries_the_registry() -> None:
    desk = Desk()
    desk.fail()
    desk.now += 5.0
    assert desk.breakers.state("small") == "half-open"
    probe = desk.breakers.enter("small")
    assert probe.is_probe
    with pytest.raises(RegistryResting, match="another question is out"):
        desk.breakers.enter("small")
    desk.breakers.leave("small", probe)  # it learnt nothing: the next one tries
    assert desk.ask().is_probe
    assert desk.breakers.state("small") == "closed"
    assert not desk.ask().is_probe


def test_rests_grow_up_to_the_longest_and_begin_anew_after_an_answer() -> None:
    desk, rests = Desk(), list[float]()
    desk.fail()
    for _ in range(4):
        (reading,) = desk.breakers.snapshot()
        rests.append(reading.rests_for)
        desk.now += reading.rests_for
        desk.ask(RegistryFailed())
    assert rests == [5.0, 10.0, 15.0, 15.0]
    desk.now += 15.0
    desk.ask()
    desk.fail()
    assert desk.breakers.snapshot()[0].rests_for == 5.0


def test_a_failure_that_is_older_than_the_latest_change_says_nothing() -> None:
    desk = Desk()
    old = [desk.breakers.enter("small") for _ in range(5)]
    desk.fail()
    desk.now += 5.0
    probe = desk.breakers.enter("small")
    for entry in old:
        entry.hear(RegistryTimedOut())
        desk.breakers.leave("small", entry)
    assert desk.is_refused()  # the probe is still out
    probe.hear()
    desk.breakers.leave("small", probe)
    assert desk.breakers.snapshot()[0].failures == 0


def test_an_answer_closes_it_however_old_the_question_and_the_probe_that_fails_later_opens_nothing() -> None:
    desk = Desk()
    old = desk.breakers.enter("small")
    desk.fail()
    desk.now += 5.0
    probe = desk.breakers.enter("small")
    old.hear()
    desk.breakers.leave("small", old)
    assert desk.breakers.state("small") == "closed" and desk.told == ["small"]
    probe.hear(RegistryTimedOut())
    desk.breakers.leave("small", probe)
    assert desk.breakers.state("small") == "closed"


def test_who_listens_is_told_once_when_a_registry_is_back_and_not_before() -> None:
    desk = Desk()
    states = list[str]()
    desk.breakers.listen(lambda registry: states.append(desk.breakers.state(registry)))
    desk.ask()
    desk.fail()
    desk.now += 5.0
    desk.fail(1)
    assert desk.told == []
    desk.now += 10.0
    desk.ask()
    desk.ask()
    assert desk.told == ["small"]
    assert states == ["closed"]  # told outside of locks: it may look, and ask


def test_a_listener_that_fails_is_reported_and_harms_nobody() -> None:
    desk = Desk()

    def fail(registry: str) -> None:
        raise LookupError(registry)

    after = list[str]()
    desk.breakers.listen(fail)
    desk.breakers.listen(after.append)
    desk.fail()
    desk.now += 5.0
    desk.ask()
    assert [type(error) for error in desk.crashes] == [LookupError]
    assert desk.told == after == ["small"]


def test_by_default_the_log_says_of_what_kind_the_fault_of_a_listener_was(caplog: pytest.LogCaptureFixture) -> None:
    log_crash(LookupError("880314490010"))
    assert "LookupError" in caplog.text and "880314490010" not in caplog.text


def test_an_operator_sees_every_registry_that_was_asked() -> None:
    desk = Desk()
    desk.fail()
    desk.ask(registry="able")
    desk.now += 1.5
    assert [(r.registry, r.state, r.failures, r.rests_for) for r in desk.breakers.snapshot()] == [
        ("able", "closed", 0, 0.0),
        ("small", "open", 3, 3.5),
    ]
    assert desk.breakers.state("unheard-of") == "closed"


def test_of_many_threads_that_come_after_the_rest_exactly_one_tries() -> None:
    desk = Desk()
    desk.fail()
    for _ in range(20):
        desk.now += RULE.longest_rest
        start, got, lock = threading.Barrier(32), list[Entry](), threading.Lock()

        def come(start: threading.Barrier = start, got: list[Entry] = got, lock: threading.Lock = lock) -> None:
            start.wait(10)
            try:
                entry = desk.breakers.enter("small")
            except RegistryResting:
                return
            with lock:
                got.append(entry)

        run_all([come] * 32)
        assert [entry.is_probe for entry in got] == [True]
        got[0].hear(RegistryUnavailable())
        desk.breakers.leave("small", got[0])


def test_of_many_answers_at_once_one_closes_it_and_the_listeners_are_told_once() -> None:
    desk = Desk()
    old = [desk.breakers.enter("small") for _ in range(32)]
    desk.fail()
    start = threading.Barrier(32)

    def answer(entry: Entry) -> Callable[[], None]:
        def come() -> None:
            entry.hear()
            start.wait(10)
            desk.breakers.leave("small", entry)

        return come

    run_all([answer(entry) for entry in old])
    assert desk.told == ["small"]


def run_all(targets: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
