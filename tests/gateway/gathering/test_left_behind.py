"""Late replies that meet trouble: nothing kept is lost, strangers answer nothing, and one message holds up no other."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from contracts.errors import ContractBroken, Overloaded, StoreUnavailable
from gateway.core.case import ExchangeState
from gateway.gathering.arrivals import _NOTIFICATIONS_AT_MOST as MOST_TRIES
from gateway.store import arrivals as kept_arrivals
from tests.gateway.gathering.stage import IIN, LATE, PEOPLE, Stage, push


@pytest.fixture
def asked(plain: Stage) -> Stage:
    """The late source was asked: its reply is awaited."""
    plain.gathering.advance(plain.id)
    assert plain.exchange(LATE).state is ExchangeState.PENDING
    plain.woken.clear()
    return plain


def chain(stage: Stage) -> str:
    return f"chain-of-{stage.exchange(LATE).id}"


def test_what_a_fault_left_unanswered_is_not_told_of_and_answered_by_the_sweep(
    asked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise StoreUnavailable

    with monkeypatch.context() as broken:
        broken.setattr(asked.store, "save_late_reply", fail)
        assert asked.arrivals.receive(push("late-1", chain=chain(asked))) == b"<received/>"
    assert asked.bus.notified == []
    assert asked.exchange(LATE).state is ExchangeState.PENDING
    asked.arrivals.finish_owed()
    assert asked.bus.notified == [], "its time has not come"
    asked.clock.move(minutes=1)
    asked.arrivals.finish_owed()
    assert asked.bus.notified == ["late-1"]
    assert asked.outcomes()[3] == ("found", "")
    assert asked.woken == ["woken"]


def test_a_start_does_at_once_what_a_kill_left_undone(asked: Stage) -> None:
    asked.kept.keep(asked.bus.read_pushed(push("late-1", chain=chain(asked))), asked.clock())
    asked.arrivals.recover()
    asked.arrivals.finish_owed()
    assert asked.outcomes()[3] == ("found", "")
    assert asked.bus.notified == ["late-1"]


def test_a_kill_between_the_acceptance_and_the_early_reply_loses_nothing(
    plain: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    say = plain.sources.says[LATE]

    def killed(exchange_ids: object) -> bool:
        raise KeyboardInterrupt

    def pushed_first(question: object) -> object:
        plain.arrivals.receive(push("late-1", chain=f"chain-of-{question.id}"))  # type: ignore[attr-defined]
        return say(question)  # type: ignore[arg-type]

    plain.sources.says[LATE] = pushed_first  # type: ignore[assignment]
    monkeypatch.setattr(type(plain.arrivals), "answer_early", lambda self, ids: killed(ids))
    with pytest.raises(KeyboardInterrupt):
        plain.gathering.advance(plain.id)
    assert plain.exchange(LATE).state is ExchangeState.PENDING
    plain.arrivals.recover()
    plain.arrivals.finish_owed()
    assert plain.outcomes()[3] == ("found", "")


def test_a_fault_of_our_own_while_reading_is_a_cause_and_the_question_is_asked_again(asked: Stage) -> None:
    asked.arrivals.receive(push("late-1", chain=chain(asked), crash=True))
    exchange = asked.exchange(LATE)
    assert (exchange.state, exchange.cause) == (ExchangeState.WAITING, "ask-crashed")
    assert asked.bus.notified == ["late-1"]


def test_a_reply_about_somebody_else_is_no_answer(asked: Stage) -> None:
    asked.arrivals.receive(push("late-1", chain=chain(asked), record={"person": {"iin": "880520391346"}}))
    assert asked.outcomes()[3] == ("no_answer", "another-subject")


def test_a_message_before_the_answer_changes_nothing_and_is_told_of(asked: Stage) -> None:
    before = asked.kinds()
    asked.arrivals.receive(push("note-1", chain=chain(asked), kind="NOTIFICATION"))
    assert (asked.kinds(), asked.bus.notified, asked.woken) == (before, ["note-1"], [])


@pytest.mark.parametrize(
    ("service", "passport"), [("", LATE), ("", PEOPLE), (PEOPLE, PEOPLE), (LATE, PEOPLE), (PEOPLE, LATE)]
)
def test_a_push_answers_nothing_that_no_late_reply_is_awaited_for(asked: Stage, service: str, passport: str) -> None:
    """Synchronous sources, and messages without a service, or of another."""
    states = {key: asked.exchange(key).state for key in (PEOPLE, LATE)}
    forged = {"person": {"iin": IIN, "adoption": {"exists": False}}}
    inquiry = asked.exchange(passport).id
    asked.arrivals.receive(push("forged-1", inquiry=inquiry, service=service, record=forged))
    assert {key: asked.exchange(key).state for key in (PEOPLE, LATE)} == states
    assert asked.look("select exchange_id, application_id from arrivals") == [(None, None)]
    assert asked.bus.notified == []


def test_an_exchange_that_was_never_sent_is_answered_by_no_push(plain: Stage) -> None:
    plain.sources.says[LATE] = lambda question: (_ for _ in ()).throw(ContractBroken())
    plain.gathering.advance(plain.id)
    plain.arrivals.receive(push("forged-1", inquiry=plain.exchange(LATE).id))
    assert plain.exchange(LATE).state is ExchangeState.STOPPED


def test_one_message_that_cannot_be_told_of_holds_up_no_other_and_is_given_up_at_last(asked: Stage) -> None:
    asked.bus.deaf_to = {"late-1"}
    for message_id in ("late-1", "late-2"):
        asked.kept.keep(asked.bus.read_pushed(push(message_id, chain=chain(asked))), asked.clock())
    asked.arrivals.recover()
    asked.arrivals.finish_owed()
    assert asked.bus.notified == ["late-2"]
    for _ in range(MOST_TRIES + 5):
        asked.clock.move(hours=2)
        asked.arrivals.finish_owed()
    assert asked.look("select tries, due_at from arrivals where message_id = 'late-1'") == [(MOST_TRIES + 1, None)]


def test_what_nobody_awaits_is_never_told_of_kept_within_bounds_and_forgotten(
    asked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_arrivals, "UNMATCHED_AT_MOST", 3)
    for n in range(3):
        asked.arrivals.receive(push(f"stray-{n}", chain="nobodys"))
    with pytest.raises(Overloaded):
        asked.arrivals.receive(push("stray-3", chain="nobodys"))
    asked.arrivals.receive(push("late-1", chain=chain(asked)))
    asked.clock.move(days=59)
    asked.arrivals.finish_owed()
    assert asked.bus.notified == ["late-1"]
    assert len(asked.look("select message_id from arrivals")) == 4, "an operator finds it longer than an extension runs"
    asked.clock.move(days=2)
    asked.arrivals.finish_owed()
    assert asked.look("select message_id from arrivals") == [("late-1",)]


def test_what_nobody_awaits_takes_no_more_than_so_many_bytes(asked: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_arrivals, "UNMATCHED_BYTES_AT_MOST", 300)
    asked.arrivals.receive(push("stray-1", chain="nobodys"))
    with pytest.raises(Overloaded):
        asked.arrivals.receive(push("stray-2", chain="nobodys", note="n" * 300))


@pytest.mark.parametrize("name", ["id", "chain", "inquiry", "service"])
def test_a_message_with_an_endless_id_is_refused_and_not_kept(asked: Stage, name: str) -> None:
    told = json.loads(push("late-1", chain=chain(asked))) | {name: "x" * 201}
    with pytest.raises(ContractBroken):
        asked.arrivals.receive(json.dumps(told).encode())
    assert asked.look("select count(*) from arrivals") == [(0,)]


def test_a_pull_goes_on_after_a_message_and_a_service_that_fail(asked: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    bad, good = push("x" * 101, chain=chain(asked)), push("late-1", chain=chain(asked))
    asked.bus.mailbox = {LATE: [asked.bus.read_pushed(raw) for raw in (bad, good)]}
    monkeypatch.setattr(asked.kept, "list_awaited_services", lambda: ("broken", LATE))
    asked.bus.broken_services = {"broken"}
    assert asked.arrivals.fetch_pending() == 1
    assert asked.outcomes()[3] == ("found", "")


def test_what_was_fetched_and_not_told_of_is_told_of_later(asked: Stage) -> None:
    """What a PULL brings is no envelope: it is never read as a push again."""
    asked.bus.deaf_to = {"late-1"}
    asked.bus.mailbox = {LATE: [asked.bus.read_pushed(push("late-1", chain=chain(asked)))]}
    asked.arrivals.fetch_pending()
    asked.bus.deaf_to = set()
    asked.clock.move(minutes=1)
    asked.bus.read_pushed = None  # type: ignore[method-assign, assignment]
    asked.arrivals.finish_owed()
    assert asked.bus.notified == ["late-1"]


def test_the_evidence_of_a_late_reply_and_the_question_are_kept(asked: Stage) -> None:
    raw = push("late-1", chain=chain(asked))
    asked.clock.move(minutes=3)
    asked.arrivals.receive(raw)
    (row,) = asked.store.read_arrivals(asked.id)
    assert (row.exchange_id, row.message_id, row.kind) == (asked.exchange(LATE).id, "late-1", "RESPONSE")
    assert row.received_at == row.answered_at == asked.clock()
    assert row.message_date == asked.clock() - timedelta(minutes=3)
    assert len(row.sha256) == 64
    questions = asked.store.read_all_questions(asked.id)
    assert {word.value: value for word, value in questions[row.exchange_id].items()} == {"iin": IIN}
