"""What a round promises: everything that can be done is done, and what fails for one takes nothing of the others."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from contracts.errors import RegistryFailed, RegistryRefused, RegistryResting, RegistryTimedOut, StoreUnavailable
from contracts.exchange import Pending, Question, Reply
from gateway.core.case import Case, ExchangeState
from gateway.gathering.asking import UNCERTAIN
from gateway.store.acting import Actor
from tests.gateway.gathering.stage import IIN, LATE, NOW, PEOPLE, RECORD, Stage, answered, failing, push, rests


def test_a_round_asks_all_that_can_be_asked_and_says_when_to_look_again(plain: Stage) -> None:
    wake = plain.gathering.advance(plain.id)
    assert wake is not None and wake.reason == "patience_over"
    assert plain.outcomes() == {1: ("found", ""), 3: ("no_answer", "waiting-for-late-reply")}
    assert sorted(plain.kinds()) == ["application_accepted", "inquiry_closed", "inquiry_waits"]


def test_a_package_that_is_whole_is_registered_and_counted_once(plain: Stage) -> None:
    counted: list[tuple[str, bool]] = []
    seen = lambda case, complete: counted.append((case.id, complete))  # noqa: E731 - a port of one line
    plain.gathering = replace(plain.gathering, packaged=seen)
    plain.sources.says[LATE] = lambda question: answered()
    assert rests(plain)
    assert plain.case.registered_at == NOW
    plain.clock.move(hours=1)
    assert rests(plain)
    assert counted == [(plain.id, True)]
    assert plain.case.registered_at == NOW
    assert plain.kinds().count("package_registered") == 1


def test_what_failed_is_asked_again_when_its_time_has_come_and_not_before(plain: Stage) -> None:
    plain.sources.says[PEOPLE] = failing(RegistryTimedOut())
    wake = plain.gathering.advance(plain.id)
    assert wake is not None and wake.reason == "next_round"
    plain.gathering.advance(plain.id)
    assert plain.sources.count(PEOPLE) == 1
    plain.clock.now = wake.at
    plain.gathering.advance(plain.id)
    assert plain.sources.count(PEOPLE) == 2
    assert plain.exchange(PEOPLE).tries == 2


@pytest.mark.parametrize(
    ("fault", "state", "cause"),
    [
        (RegistryRefused(), ExchangeState.STOPPED, "registry-refused"),
        (RegistryTimedOut(), ExchangeState.WAITING, "registry-timed-out"),
        (ZeroDivisionError(), ExchangeState.WAITING, "ask-crashed"),
    ],
)
def test_a_fault_of_one_source_is_its_cause_and_nobody_elses(
    plain: Stage, fault: Exception, state: ExchangeState, cause: str
) -> None:
    plain.sources.says[PEOPLE] = failing(fault)
    plain.gathering.advance(plain.id)
    assert (plain.exchange(PEOPLE).state, plain.exchange(PEOPLE).cause) == (state, cause)
    assert plain.exchange(LATE).state is ExchangeState.PENDING


def test_who_was_turned_away_by_a_breaker_is_told_of_once_it_is_committed_and_can_be_woken(plain: Stage) -> None:
    """The breaker may have closed, and woken all that waited, before this one waited."""
    seen: list[tuple[frozenset[str], ExchangeState]] = []

    def look(passports: frozenset[str]) -> None:
        seen.append((passports, plain.exchange(PEOPLE).state))

    gathering = replace(plain.gathering, rested=look)
    plain.sources.says[PEOPLE] = failing(RegistryTimedOut())
    wake = gathering.advance(plain.id)
    assert wake is not None
    assert seen == []
    plain.sources.says[PEOPLE] = failing(RegistryResting())
    plain.clock.now = wake.at
    gathering.advance(plain.id)
    assert seen == [(frozenset({PEOPLE}), ExchangeState.WAITING)]


def test_an_answer_about_somebody_else_is_no_answer(plain: Stage) -> None:
    plain.sources.says[PEOPLE] = lambda question: answered({"person": {"iin": "880520391346", "address": {"a": "b"}}})
    plain.gathering.advance(plain.id)
    assert plain.outcomes()[1] == ("no_answer", "another-subject")


def test_a_commit_that_fails_takes_nothing_of_the_other_results(plain: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    save, say, failed = plain.store.save_results, plain.sources.says[LATE], threading.Event()

    def save_but_people(application_id: str, results: Any, *rest: Any) -> bool:
        if any(result.state is ExchangeState.ANSWERED for result in results):
            failed.set()
            raise StoreUnavailable
        return save(application_id, results, *rest)

    def say_later(question: Question) -> Pending | Reply:
        assert failed.wait(10)
        return say(question)

    plain.sources.says[LATE] = say_later
    monkeypatch.setattr(plain.store, "save_results", save_but_people)
    with pytest.raises(StoreUnavailable):
        plain.gathering.advance(plain.id)
    assert plain.exchange(LATE).state is ExchangeState.PENDING
    monkeypatch.setattr(plain.store, "save_results", save)
    plain.gathering.advance(plain.id)
    assert plain.outcomes()[1] == ("found", "")
    assert plain.sources.count(LATE) == 1


def test_a_question_that_may_have_arrived_is_sent_again_and_awaited(plain: Stage) -> None:
    plain.sources.says[LATE] = lambda question: Pending("", "", uncertain=True)
    plain.gathering.advance(plain.id)
    exchange = plain.exchange(LATE)
    assert (exchange.state, exchange.cause) == (ExchangeState.WAITING, UNCERTAIN)
    plain.arrivals.receive(push("late-1", inquiry=exchange.id))
    assert plain.outcomes()[3] == ("found", "")


def test_the_case_is_read_once_its_course_after_each_legal_step_and_stands_as_the_store_has_it(
    plain: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    reads: list[str] = []
    courses: list[str] = []
    read, read_course = plain.applications.read, plain.applications.read_course

    def count(application_id: str) -> Any:
        reads.append(application_id)
        return read(application_id)

    def count_course(case: Case) -> Case:
        courses.append(case.id)
        return read_course(case)

    monkeypatch.setattr(plain.applications, "read", count)
    monkeypatch.setattr(plain.applications, "read_course", count_course)
    plain.sources.says[LATE] = lambda question: answered()
    plain.gathering.advance(plain.id)
    assert (len(reads), len(courses)) == (1, len(["the registration", "the date that follows"]))
    assert plain.case.registered_at == NOW


def test_a_reply_that_comes_while_its_question_is_still_on_the_way_is_read_in_the_same_round(plain: Stage) -> None:
    def pushed_first(question: Any) -> Pending:
        plain.arrivals.receive(push("late-1", chain="c-1", inquiry="unknown"))
        assert plain.look("select exchange_id from arrivals") == [(None,)]
        return Pending("m-1", "c-1")

    plain.sources.says[LATE] = pushed_first
    assert rests(plain)
    assert plain.outcomes()[3] == ("found", "")
    assert plain.case.registered_at == NOW
    assert plain.bus.notified == ["late-1"]


def test_an_answer_that_is_asked_for_anew_replaces_the_record_and_keeps_the_moment_of_the_first(plain: Stage) -> None:
    plain.sources.says[LATE] = lambda question: answered()
    plain.gathering.advance(plain.id)
    first = plain.exchange(PEOPLE)
    plain.clock.move(days=1)
    newer = {"person": {"iin": IIN, "address": {"ar_code": "2"}}}
    plain.sources.says[PEOPLE] = lambda question: answered(newer)
    inquiry = next(one for one in plain.case.inquiries if one.number == 1)
    plain.course.office.document_acts.ask_again(plain.id, inquiry.id, Actor("client", "Clerk A."))
    plain.gathering.advance(plain.id)
    again = plain.exchange(PEOPLE)
    assert (again.tries, again.record, again.answered_at) == (2, newer, first.answered_at)


def test_a_failure_never_takes_the_place_of_an_answer(plain: Stage) -> None:
    plain.sources.says[LATE] = lambda question: answered()
    plain.gathering.advance(plain.id)
    plain.clock.move(days=1)
    plain.sources.says[PEOPLE] = failing(RegistryFailed())
    inquiry = next(one for one in plain.case.inquiries if one.number == 1)
    plain.course.office.document_acts.ask_again(plain.id, inquiry.id, Actor("client", "Clerk A."))
    plain.gathering.advance(plain.id)
    again = plain.exchange(PEOPLE)
    assert (again.state, again.record, again.tries) == (ExchangeState.ANSWERED, RECORD, 2)
