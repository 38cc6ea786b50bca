"""Whom a reply is about: of somebody else, neither a record nor its absence is an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from adapters.ports import Deadline
from contracts.exchange import Pending, Question, RecordAttempt, Reply
from contracts.legal.rules import load_rules
from contracts.passport import Echo, Passport
from contracts.vocabulary.terms import Record
from contracts.words import Protocol, QuestionWord
from gateway.core.case import Exchange, ExchangeState
from gateway.core.law import Law
from gateway.gathering.asking import Asker
from tests.gateway.core.builders import HEAD, STRANGER, make_passport
from tests.gateway.gathering.stage import LAW

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
PASSPORT = make_passport("x", ("iin",)).model_copy(
    update={"echoes": (Echo(word=QuestionWord.IIN, among=("person.iin",)),)}
)


@dataclass(frozen=True)
class Telling:
    """An adapter that gives one reply."""

    reply: Reply

    def ask(
        self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt
    ) -> Reply | Pending:
        return self.reply


def ask(reply: Reply) -> tuple[ExchangeState, str]:
    adapters = dict.fromkeys(Protocol, Telling(reply))
    law = Law(load_rules("asp", NOW.date()), LAW.calendar, {"x": PASSPORT})
    asker = Asker(adapters, {"x": PASSPORT}, lambda: NOW)
    result = asker.ask(Exchange("e", "x", "applicant", ExchangeState.WAITING), {QuestionWord.IIN: HEAD}, None, law)
    return result.state, result.cause


@pytest.mark.parametrize("outcome", ["answered", "no_record"])
def test_a_reply_about_somebody_else_is_no_answer(outcome: str) -> None:
    record: Record = {"person": {"iin": STRANGER}}
    reply = Reply("answered", record) if outcome == "answered" else Reply("no_record", record)
    assert ask(reply) == (ExchangeState.STOPPED, "another-subject")


def test_no_record_about_the_person_asked_about_is_an_answer() -> None:
    assert ask(Reply("no_record", {"person": {"iin": HEAD}})) == (ExchangeState.NO_RECORD, "")
    assert ask(Reply("no_record", {})) == (ExchangeState.NO_RECORD, "")
