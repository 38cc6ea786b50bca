"""Consents: asked for as seldom as can be, judged by their own word, the applicant's matter where they are missing."""

from __future__ import annotations

import dataclasses
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from contracts.errors import ConsentMissing, RegistryTimedOut, StoreUnavailable
from contracts.exchange import ConsentToken, Question, Reply
from contracts.words import QuestionWord
from gateway.core.calendar import ALMATY
from gateway.core.case import ExchangeState
from gateway.core.consents import holder_of
from gateway.core.gaps import GapCause, Move, find_gaps
from gateway.core.subjects import APPLICANT, HOUSEHOLD
from gateway.gathering.consents import Access, Consents, ask_consents
from tests.gateway.core.builders import coded, make_row
from tests.gateway.gathering.stage import (
    GUARDED,
    GUARDED_2,
    IIN,
    KDP,
    LAW,
    PEOPLE,
    ROW_GUARDED,
    Stage,
    answered,
    consent,
    failing,
    open_stage,
    rests,
)
from tests.support.waiting import wait_until


def test_a_granted_consent_goes_with_every_question_that_needs_it_and_is_asked_once(guarded: Stage) -> None:
    assert rests(guarded)
    sent = [question.consent for key, question in guarded.sources.asked if key in (GUARDED, GUARDED_2)]
    assert [token.token for token in sent if token] == ["t-1"] * 2
    assert all(question.consent is None for key, question in guarded.sources.asked if key == PEOPLE)
    assert guarded.sources.count(KDP.key) == 1


def test_a_young_token_is_used_again_in_a_later_round_and_an_old_one_is_not(guarded: Stage) -> None:
    guarded.sources.says[GUARDED] = failing(RegistryTimedOut())
    for minutes, asked in ((0, 1), (1, 1), (5, 1), (15, 2)):
        guarded.clock.move(minutes=minutes)
        guarded.gathering.advance(guarded.id)
        assert guarded.sources.count(KDP.key) == asked, minutes
    assert guarded.sources.count(GUARDED) == 4
    kept = guarded.store.find_or_add_exchanges(guarded.id, KDP.key, {APPLICANT: {QuestionWord.IIN: IIN}})
    assert kept[APPLICANT].answered_at == guarded.clock(), "the new token took the place of the old one"
    guarded.clock.move(minutes=5)
    guarded.sources.says[KDP.key] = lambda question: consent("granted", "t-2")
    guarded.sources.says[GUARDED] = lambda question: answered()
    guarded.clock.move(minutes=25)
    guarded.gathering.advance(guarded.id)
    last = [question.consent for key, question in guarded.sources.asked if key == GUARDED][-1]
    assert last is not None and last.token == "t-2"


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("refused", "consent-refused"), ("expired", "consent-expired"), ("revoked", "consent-revoked"),
        ("no_phone", "consent-no-phone"), (None, "consent-missing"),
    ],
)  # fmt: skip
def test_a_consent_that_is_not_given_stops_the_asking_and_is_the_applicants_matter(
    guarded: Stage, status: str | None, cause: str
) -> None:
    guarded.sources.says[KDP.key] = lambda question: consent(status or "", "t")
    guarded.gathering.advance(guarded.id)
    exchange = guarded.exchange(GUARDED)
    assert (exchange.state, exchange.cause) == (ExchangeState.STOPPED, cause)
    assert guarded.sources.count(GUARDED) == 0
    assert guarded.sources.count(KDP.key) == 1
    (gap,) = find_gaps(guarded.case, LAW, guarded.clock())
    assert (gap.move, {cell.cause for cell in gap.cells}) == (Move.APPLICANT, {GapCause.CONSENT})


@pytest.mark.parametrize("status", ["granted", "refused", "pending"])
def test_what_a_consent_came_to_is_not_asked_again_in_the_same_round(guarded: Stage, status: str) -> None:
    guarded.sources.says[KDP.key] = lambda question: consent(status)
    gathering, known = guarded.gathering, Consents()
    for results in (1, 0):
        known = ask_consents(
            guarded.case, [Access(APPLICANT)], known, LAW, gathering.asker, guarded.store, gathering.consent_pool
        )
        assert len(known.results) == results
    assert guarded.sources.count(KDP.key) == 1


@pytest.mark.parametrize(
    ("status", "cause", "moves"),
    [("pending", "consent-pending", [Move.APPLICANT]), ("failed", "consent-not-asked", [])],
)
def test_a_consent_that_is_still_to_come_is_asked_for_again_in_a_later_round(
    guarded: Stage, status: str, cause: str, moves: list[Move]
) -> None:
    guarded.sources.says[KDP.key] = lambda question: consent(status)
    wake = guarded.gathering.advance(guarded.id)
    exchange = guarded.exchange(GUARDED)
    assert (exchange.state, exchange.cause) == (ExchangeState.WAITING, cause)
    assert wake is not None and exchange.next_try_at == wake.at
    assert [gap.move for gap in find_gaps(guarded.case, LAW, guarded.clock())] == moves
    guarded.sources.says[KDP.key] = lambda question: consent("granted")
    guarded.clock.now = wake.at
    assert rests(guarded)
    assert guarded.case.registered_at is not None


def test_a_token_beside_a_status_that_is_not_granted_opens_nothing(guarded: Stage) -> None:
    said = consent("granted").record["consent"] | {"status": consent("refused").record["consent"]["status"]}
    guarded.sources.says[KDP.key] = lambda question: answered({"consent": said})
    guarded.gathering.advance(guarded.id)
    assert guarded.exchange(GUARDED).cause == "consent-refused"
    assert guarded.sources.count(GUARDED) == 0


def test_a_granted_consent_without_a_token_is_the_service_s_fault_and_nobody_else_s(guarded: Stage) -> None:
    said = {"status": consent("granted").record["consent"]["status"]}
    guarded.sources.says[KDP.key] = lambda question: answered({"consent": said})
    guarded.gathering.advance(guarded.id)
    assert guarded.exchange(GUARDED).cause == "consent-not-asked"
    gathering = guarded.gathering
    parts = (LAW, gathering.asker, guarded.store, gathering.consent_pool)
    known = ask_consents(guarded.case, [Access(APPLICANT)], Consents(), *parts)
    assert known.tokens == {}, "what was kept of it is no token either"


def test_where_the_consent_service_is_silent_what_needs_it_waits_and_all_else_is_answered(guarded: Stage) -> None:
    guarded.sources.says[KDP.key] = failing(RegistryTimedOut())
    guarded.gathering.advance(guarded.id)
    assert guarded.outcomes()[1] == ("found", "")
    exchange = guarded.exchange(GUARDED)
    assert (exchange.state, exchange.cause) == (ExchangeState.WAITING, "consent-not-asked")


def test_a_holder_whom_the_consent_service_does_not_know_has_given_none(guarded: Stage) -> None:
    guarded.sources.says[KDP.key] = lambda question: Reply("no_record", {})
    guarded.gathering.advance(guarded.id)
    assert guarded.exchange(GUARDED).cause == "consent-missing"


def test_a_store_that_fails_while_consents_are_asked_loses_no_other_answer(
    guarded: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*given: object) -> None:
        raise StoreUnavailable

    monkeypatch.setattr(guarded.store, "find_or_add_exchanges", fail)
    with pytest.raises(StoreUnavailable):
        guarded.gathering.advance(guarded.id)
    assert guarded.outcomes()[1] == ("found", "")


def test_the_household_is_spoken_for_by_the_applicant(guarded: Stage) -> None:
    household = guarded.case.subject(HOUSEHOLD)
    assert (household.iin, holder_of(household, 18)) == (IIN, APPLICANT)
    member = dataclasses.replace(guarded.case.subject(APPLICANT), ref="member-1")
    assert holder_of(member, 18) == "member-1"
    assert holder_of(dataclasses.replace(member, age=17), 18) == APPLICANT
    assert holder_of(dataclasses.replace(member, iin=None), 18) == APPLICANT


def test_a_token_that_a_source_does_not_take_is_asked_for_anew_once(guarded: Stage) -> None:
    tokens = iter(("t-1", "t-2", "t-3"))
    guarded.sources.says[KDP.key] = lambda question: consent("granted", next(tokens))

    def take(question: Question) -> Reply:
        if question.consent is None or question.consent.token == "t-1":
            raise ConsentMissing
        return answered()

    guarded.sources.says[GUARDED] = guarded.sources.says[GUARDED_2] = take
    assert rests(guarded)
    assert guarded.outcomes()[2] == ("found", "")
    assert guarded.course_notices() == []
    asked = [question.values.get(QuestionWord.OMIT_SMS) for key, question in guarded.sources.asked if key == KDP.key]
    assert asked == [None, "true"], "the second time nobody gets a message"


def test_a_source_that_takes_no_token_at_all_is_asked_twice_and_the_applicant_is_told(guarded: Stage) -> None:
    guarded.sources.says[GUARDED] = failing(ConsentMissing())
    guarded.gathering.advance(guarded.id)
    assert (guarded.sources.count(GUARDED), guarded.sources.count(KDP.key)) == (2, 2)
    assert (guarded.exchange(GUARDED).state, guarded.exchange(GUARDED).cause) == (
        ExchangeState.STOPPED,
        "consent-missing",
    )


def test_a_no_after_a_yes_takes_the_consent_back(guarded: Stage) -> None:
    said = iter(("granted", "refused"))
    guarded.sources.says[KDP.key] = lambda question: consent(next(said))
    guarded.sources.says[GUARDED] = failing(ConsentMissing())
    guarded.gathering.advance(guarded.id)
    assert guarded.exchange(GUARDED).cause == "consent-revoked"
    assert guarded.course_notices() == ["consent_revoked"]


def test_what_was_granted_and_is_not_known_any_more_is_asked_for_with_a_message(guarded: Stage) -> None:
    said = iter(("granted", "expired", "granted"))
    guarded.sources.says[KDP.key] = lambda question: consent(next(said), f"t-{guarded.sources.count(KDP.key)}")
    refused = iter((ConsentMissing(), None))

    def take(question: Question) -> Reply:
        if (error := next(refused, None)) is not None:
            raise error
        return answered()

    guarded.sources.says[GUARDED] = take
    assert rests(guarded)
    asked = [question.values.get(QuestionWord.OMIT_SMS) for key, question in guarded.sources.asked if key == KDP.key]
    assert asked == [None, "true", None]


def test_sources_of_another_access_are_opened_by_a_consent_of_their_own(guarded: Stage) -> None:
    passports = dict(guarded.gathering.asker.passports)
    passports[GUARDED_2] = passports[GUARDED_2].model_copy(update={"consent_scope": "the bank"})
    asker = dataclasses.replace(guarded.gathering.asker, passports=passports)
    gathering = dataclasses.replace(guarded.gathering, asker=asker)
    gathering.advance(guarded.id)
    scopes = [q.values.get(QuestionWord.CONSENT_SCOPE) for key, q in guarded.sources.asked if key == KDP.key]
    assert scopes == [None, "the bank"]


def test_a_person_who_is_being_asked_at_this_moment_is_not_asked_beside_it(tmp_path: Path) -> None:
    identity = make_row(1, ((PEOPLE, "person.documents[]"),), provides=["citizenship"])
    second = make_row(4, ((GUARDED_2, "person.address"),), wave=2, applies=["not_citizen"], needs=["citizenship"])
    with open_stage(tmp_path, identity, ROW_GUARDED, second) as stage:

        def answer_late(question: Question) -> Reply:
            # Until the second wave is open, whose source wants the same consent.
            wait_until(lambda: any(inquiry.number == 4 and inquiry.parts for inquiry in stage.case.inquiries))
            return consent("granted")

        foreign = {"person": {"iin": IIN, "documents": [{"number": "1"}], "citizenship": coded("RUS")}}
        stage.sources.says[PEOPLE] = lambda question: answered(foreign)
        stage.sources.says[KDP.key] = answer_late
        assert rests(stage)
        assert (stage.sources.count(KDP.key), stage.sources.count(GUARDED_2)) == (1, 1)


def test_an_asking_brings_back_no_token_of_others_that_was_given_up_meanwhile() -> None:
    hers, his = Access("spouse"), Access(APPLICANT)
    old, new, other = (ConsentToken(word, "key") for word in ("old", "new", "other"))
    at_its_beginning = Consents({hers: old})
    now = at_its_beginning.without(hers).joined(Consents({hers: new}), frozenset({hers}))
    now = now.joined(Consents({**at_its_beginning.tokens, his: other}), frozenset({his}))
    assert now.tokens == {hers: new, his: other}


def test_a_service_that_comes_back_at_night_wakes_nobody(guarded: Stage) -> None:
    guarded.sources.says[KDP.key] = failing(RegistryTimedOut())
    guarded.gathering.advance(guarded.id)
    tries = guarded.sources.count(KDP.key)
    guarded.sources.says[KDP.key] = lambda question: consent("granted")
    guarded.clock.now = datetime.combine(guarded.clock().date() + timedelta(days=1), time(3), ALMATY)
    wake = guarded.gathering.advance(guarded.id)
    assert (guarded.sources.count(KDP.key), guarded.exchange(GUARDED).cause) == (tries, "consent-not-asked")
    assert wake is not None and wake.at.astimezone(ALMATY).hour == 8
    guarded.clock.now = wake.at
    assert rests(guarded)
    assert guarded.sources.count(KDP.key) == tries + 1
