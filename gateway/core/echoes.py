"""Whether a reply is about whom was asked: what the passport says must be repeated is compared with the question."""

from __future__ import annotations

from collections.abc import Mapping

from contracts.passport import Echo, Passport
from contracts.vocabulary.terms import Record
from contracts.words import QuestionWord
from gateway.core.records import take, word_of


def is_about_subject(passport: Passport, values: Mapping[QuestionWord, str], record: Record) -> bool:
    """False where the reply names somebody (or something) else.

    A reply that leaves a place empty is not refused for it: old acts lack a side's number, new ones the child's.
    """
    return all(_echoes(echo, values[echo.word], record) for echo in passport.echoes if echo.word in values)


def _echoes(echo: Echo, asked: str, record: Record) -> bool:
    for item in take(record, echo.each) if echo.each else [record]:
        places = [take(item, leaf) for leaf in echo.among]
        if all(places) and not any(asked == word_of(value) for place in places for value in place):
            return False
    return True
