"""The quota: never more messages in a minute than a registry takes, evenly paced, and nobody waits in vain."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.admission import Admission
from adapters.breakers import BreakerRule, Breakers
from adapters.ports import Deadline
from adapters.quotas import MINUTE, Quota, Quotas
from adapters.retrying import NO_TURN, Retrying
from contracts.errors import QuotaUsedUp, RegistryUnavailable
from contracts.exchange import Reply
from contracts.passport import Passport
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import FOUND, NOW, answer, question, rig
from tests.adapters.stub_server import always, http, serving
from tests.adapters.test_retrying import Hands


def turns(quota: Quota, hands: Hands, arrivals: list[float]) -> list[float]:
    """When each of those who ask, so many seconds after one another, has its turn."""
    given: list[float] = []
    for gap in arrivals:
        hands.now += gap
        wait = quota.reserve(1e9)
        assert wait is not None
        given.append(hands.now + wait)
    return given


@given(
    per_minute=st.integers(1, 1200),
    gaps=st.lists(st.sampled_from([0.0, 0.0, 0.0, 0.01, 0.3, 1.0, 20.0, 90.0]), max_size=150),
)
def test_no_minute_has_more_turns_than_the_registry_takes(per_minute: int, gaps: list[float]) -> None:
    hands = Hands()
    given = turns(Quota(per_minute, monotonic=hands), hands, [*gaps, *[0.0] * 50])
    assert given == sorted(given)
    for first in range(len(given) - per_minute):
        assert given[first + per_minute] - given[first] >= MINUTE - 1e-6


@pytest.mark.parametrize(("per_minute", "share"), [(60, 4), (6, 4), (2, 4), (1000, 3)])
def test_processes_that_share_a_quota_together_keep_to_it(per_minute: int, share: int) -> None:
    limited = passport(limits={"per_minute": per_minute})
    sent: list[float] = []
    for _ in range(share):
        hands = Hands()
        quotas = Quotas(share=share, sleep=hands.sleep, monotonic=hands)
        began = hands.now
        for _ in range(per_minute // share + 2):
            quotas.await_turn(limited, Deadline(1e9, hands))
            sent.append(hands.now - began)
    assert len([at for at in sent if at < MINUTE - 1e-6]) <= max(per_minute, share)


@pytest.mark.parametrize(("per_minute", "at_once"), [(1, 1), (9, 1), (10, 1), (60, 6), (100, 10), (6000, 10)])
def test_after_a_pause_a_few_go_at_once_and_the_others_evenly(per_minute: int, at_once: int) -> None:
    hands = Hands()
    given = turns(Quota(per_minute, monotonic=hands), hands, [0.0] * (per_minute + 1))
    assert len([at for at in given if at - hands.now < 1e-6]) == at_once
    gaps = [after - before for before, after in zip(given[at_once - 1 :], given[at_once:], strict=False)]
    assert gaps == pytest.approx([MINUTE / (per_minute - at_once + 1)] * len(gaps))
    assert given[-1] - given[0] == pytest.approx(MINUTE)  # and not one less than it takes


def test_a_turn_is_waited_for_within_half_of_the_deadline() -> None:
    hands = Hands()
    quotas = Quotas(sleep=hands.sleep, monotonic=hands)
    small = passport(limits={"per_minute": 6})
    quotas.await_turn(small, Deadline(30.0, hands))
    quotas.await_turn(small, Deadline(30.0, hands))
    assert hands.now == pytest.approx(110.0)
    with pytest.raises(QuotaUsedUp) as caught:
        quotas.await_turn(small, Deadline(15.0, hands))
    assert hands.now == pytest.approx(110.0)  # refused at once, not after waiting
    assert caught.value.retryable and not caught.value.may_have_arrived
    quotas.await_turn(small, Deadline(30.0, hands))  # who was refused has taken no turn
    assert hands.now == pytest.approx(120.0)


def test_without_a_quota_nobody_waits() -> None:
    hands = Hands()
    quotas = Quotas(sleep=hands.sleep, monotonic=hands)
    for _ in range(1000):
        quotas.await_turn(passport(), Deadline(1.0, hands))
    assert hands.now == 100.0


def test_a_registry_has_one_quota_for_all_its_passports() -> None:
    hands = Hands()
    quotas = Quotas({"small": 2}, sleep=hands.sleep, monotonic=hands)
    for each in (passport(limits={"per_minute": 60}), passport("typed")):
        quotas.await_turn(each, Deadline(100.0, hands))
    assert hands.now == pytest.approx(130.0)
    quotas.await_turn(passport(registry="other"), Deadline(1.0, hands))
    assert hands.now == pytest.approx(130.0)


def counted(hands: Hands, **limits: Any) -> tuple[Retrying, Passport, Breakers]:
    breakers = Breakers(BreakerRule(failures=1), monotonic=hands)
    quotas = Quotas(sleep=hands.sleep, monotonic=hands)
    retrying = Retrying(
        admission=Admission(breakers, lambda: NOW), quotas=quotas, wait=lambda state: 0.1, sleep=hands.sleep
    )
    return retrying, passport(limits=limits), breakers


def test_each_message_waits_for_its_turn_and_an_ask_without_one_is_told_at_once() -> None:
    hands, sent = Hands(), list[float]()
    retrying, small, breakers = counted(hands, per_minute=6, timeout_seconds=25)
    for _ in range(3):
        retrying.run(small, Deadline(60.0, hands), lambda left: sent.append(hands.now))
    assert sent == pytest.approx([100.0, 110.0, 120.0])
    with pytest.raises(QuotaUsedUp) as caught:
        retrying.run(small, Deadline(15.0, hands), lambda left: sent.append(hands.now))
    assert not caught.value.may_have_arrived
    assert len(sent) == 3 and hands.now == pytest.approx(120.0)
    assert breakers.state("small") == "closed"


def test_a_retry_without_a_turn_leaves_the_registrys_own_failure_as_the_cause() -> None:
    hands = Hands()
    retrying, small, breakers = counted(hands, per_minute=1, timeout_seconds=20, tries=3)

    def down(left: Deadline) -> None:
        raise RegistryUnavailable("nobody there")

    with pytest.raises(RegistryUnavailable) as caught:
        retrying.run(small, Deadline(60.0, hands), down)
    assert NO_TURN in caught.value.detail and "nobody there" in caught.value.detail
    assert caught.value.may_have_arrived
    assert breakers.state("small") == "open"


def test_the_most_careful_quota_of_a_registrys_passports_holds_for_all() -> None:
    small = passport(limits={"per_minute": 600})
    strict = passport("typed", limits={"per_minute": 1})
    with serving(always(http(200, answer(FOUND)))) as server:
        made = rig(catalogue_of(small, strict, passport("string")), server.url)

        def ask() -> object:
            return made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)

        assert isinstance(ask(), Reply)
        with pytest.raises(QuotaUsedUp):
            ask()
        made.adapters.close()
    assert len(server.asked) == 1
