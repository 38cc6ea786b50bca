"""The breaker: a registry that shows no sign of life is left alone, then tried by one ask at a time."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, multiple, rule

from adapters.breakers import BreakerRule, Breakers, Entry, log_crash
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

RULE = BreakerRule(failures=3, first_rest=5.0, longest_rest=15.0)


@dataclass
class Desk:
    """Breakers whose time is moved by hand."""

    now: float = 100.0
    told: list[str] = field(default_factory=list)
    crashes: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.breakers = Breakers(RULE, monotonic=lambda: self.now, report_crash=self.crashes.append)
        self.breakers.listen(self.told.append)

    def ask(self, error: RegistryError | None = None, registry: str = "small", *, in_time: bool = True) -> Entry:
        entry = self.breakers.enter(registry)
        entry.hear(error, in_time=in_time)
        self.breakers.leave(registry, entry)
        return entry

    def fail(self, times: int = RULE.failures) -> None:
        for _ in range(times):
            self.ask(RegistryUnavailable())

    def is_refused(self) -> bool:
        try:
            entry = self.breakers.enter("small")
        except RegistryResting:
            return True
        self.breakers.leave("small", entry)
        return False


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


class AnyOrder(RuleBasedStateMachine):
    """Asks that come, end and overlap in any order, beside a model that only remembers what the promises speak of."""

    inside = Bundle("inside")

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.probes: list[Entry] = []
        """Out at this moment, and not overtaken by an answer."""
        self.in_a_row = 0
        """Failures since the last answer, of asks that began closed and are not overtaken."""

    @rule(target=inside)
    def enter(self) -> object:
        state = self.desk.breakers.state("small")
        try:
            entry = self.desk.breakers.enter("small")
        except RegistryResting:
            assert state == "open" or self.probes  # nobody is refused for nothing
            return multiple()
        assert state != "open" and entry.is_probe == (state == "half-open")
        if entry.is_probe:
            self.probes.append(entry)
        return entry

    @rule(entry=consumes(inside))
    def answer(self, entry: Entry) -> None:
        was, told = self.desk.breakers.state("small"), len(self.desk.told)
        entry.hear()
        self.desk.breakers.leave("small", entry)
        self.probes.clear()
        assert self.desk.breakers.state("small") == "closed"
        assert len(self.desk.told) - told == (was != "closed")

    @rule(entry=consumes(inside), learnt=st.booleans())
    def fail(self, entry: Entry, learnt: bool) -> None:
        was = self.desk.breakers.snapshot()[0]
        if learnt:
            entry.hear(RegistryTimedOut())
        self.desk.breakers.leave("small", entry)
        now = self.desk.breakers.snapshot()[0]
        is_probe = entry in self.probes
        self.probes = [probe for probe in self.probes if probe is not entry]
        if is_probe and learnt:
            assert now.state == "open"
        elif was.state == "closed":
            assert now.failures - was.failures in (0, 1)
            assert (now.state == "open") == (now.failures >= RULE.failures)
        else:
            assert now == was
        if not learnt:
            assert now == was

    @rule(seconds=st.sampled_from([0.5, 5.0, 20.0]))
    def wait(self, seconds: float) -> None:
        self.desk.now += seconds

    @invariant()
    def one_probe_at_a_time(self) -> None:
        assert len(self.probes) <= 1

    @invariant()
    def no_rest_is_longer_than_the_longest(self) -> None:
        assert all(reading.rests_for <= RULE.longest_rest for reading in self.desk.breakers.snapshot())


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
