"""Questions about a period: only the list items that lie in it are sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.vocabulary.terms import Record, Term
from contracts.words import QuestionWord


def within_period(record: Record, vocabulary: Mapping[str, Term], words: Mapping[str, str]) -> Record:
    """The record whose lists with a leaf `within_period` hold only items of the asked period; other lists are whole."""
    since, until = words.get(QuestionWord.PERIOD_FROM), words.get(QuestionWord.PERIOD_TO)
    if since is None or until is None:
        return record
    for term in vocabulary.values():
        if term.within_period and "[]." in term.path:
            prefix, _, leaf = term.path.partition("[].")
            record = _narrowed(record, prefix.split("."), leaf, since, until)
    return record


def _narrowed(place: Mapping[str, Any], steps: list[str], leaf: str, since: str, until: str) -> Record:
    """A copy of the way down to the list; the rest is shared."""
    step, *rest = steps
    here = place.get(step)
    if not rest and isinstance(here, list):
        return {**place, step: [item for item in here if _is_inside(item.get(leaf), since, until)]}
    if rest and isinstance(here, Mapping):
        return {**place, step: _narrowed(here, rest, leaf, since, until)}
    return dict(place)


def _is_inside(value: object, since: str, until: str) -> bool:
    """Dates by day, months (YYYY-MM) by month; an item without the leaf is not dated, thus sent."""
    text = str(value or "")
    return not text or since[: len(text)] <= text <= until[: len(text)]
