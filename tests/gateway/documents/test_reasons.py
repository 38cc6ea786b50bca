"""Reasons of a refusal: each stage keeps its own, in the words that were in force on the day of that stage."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from contracts.legal.reasons import Reason, load_reasons
from contracts.tables import Names
from gateway.core.calendar import ALMATY
from gateway.documents.reasons import StagedReasons, find_staged, word_reasons
from gateway.store.course_rows import DecisionRow

EARLY, LATE = date(2026, 10, 5), date(2026, 10, 20)


def find(service: str, on: date) -> Mapping[str, Reason]:
    """The words changed between the two days."""
    packaged = load_reasons(service, on)["no-consent"]
    words = f"Слова на {on}"
    return {"no-consent": packaged.model_copy(update={"text": Names(ru=words, kk=words)})}


def decided(preliminary: date | None, final: date | None) -> DecisionRow:
    at = [datetime(day.year, day.month, day.day, 0, 30, tzinfo=ALMATY) if day else None for day in (preliminary, final)]
    return DecisionRow(at[0], "", None, None, at[1], "", "refused" if final else None, (), "")


def words(known: Mapping[str, Reason]) -> list[str]:
    return [one.text.ru for one in word_reasons(["no-consent"], known)]


def test_each_stage_is_worded_as_on_its_own_day_in_kazakhstan() -> None:
    staged = find_staged(find, "asp", decided(EARLY, LATE))
    assert words(staged.preliminary) == ["Слова на 2026-10-05"]
    assert words(staged.final) == ["Слова на 2026-10-20"]


def test_a_stage_that_is_not_there_has_no_reasons() -> None:
    assert find_staged(find, "asp", None) == StagedReasons()
    assert find_staged(find, "asp", decided(EARLY, None)).final == {}
    assert find_staged(find, "asp", decided(None, LATE)).preliminary == {}


def test_a_reason_that_a_deployment_no_longer_has_is_told_by_its_code() -> None:
    assert words({}) == ["no-consent"]
