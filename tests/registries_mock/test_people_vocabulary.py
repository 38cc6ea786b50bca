"""The people speak the vocabulary: every term can be had, and each value is of its term's type."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

from contracts.vocabulary.terms import load_vocabulary
from contracts.words import TermType
from registries_mock.people.numbers import complete
from tests.registries_mock.people_of_tests import families, leaves, population, records

_TYPES: dict[TermType, type] = {
    TermType.STRING: str, TermType.IIN: str, TermType.BIN: str, TermType.CODE: str, TermType.INTEGER: int,
    TermType.DECIMAL: Decimal, TermType.MONEY: Decimal, TermType.BOOLEAN: bool,
    TermType.DATE: date, TermType.MONTH: date,
}  # fmt: skip
_NOBODYS: frozenset[str] = frozenset()
"""Terms under the three roots that no person has, each with its reason; there are none."""


def test_every_term_of_the_three_roots_is_told_of_somebody() -> None:
    wanted = {path for path in load_vocabulary() if path.split(".")[0] in ("person", "household", "account")}
    extra = [family for seed in range(2, 6) for family in population().sample(300, seed=seed)]
    told = {
        path for family in (*families(), *extra) for record in records(family).values() for path, _ in leaves(record)
    }
    assert wanted - told == _NOBODYS


def test_every_value_is_of_the_type_of_its_term() -> None:
    vocabulary = load_vocabulary()
    for family in families():
        for record in records(family).values():
            for path, value in leaves(record):
                term = vocabulary[path]
                assert type(value) is _TYPES[term.type], path
                assert not term.values or value in term.values, path
                if term.type in (TermType.IIN, TermType.BIN):
                    assert complete(str(value)[:11]) == value, path
                if isinstance(value, str):
                    assert value, path
                    assert not re.search(r"[<>\x00-\x1f]", value), path


def test_coded_terms_without_own_words_speak_the_wire() -> None:
    """Open dictionaries: three digits for countries and nationalities, nine for regions."""
    patterns = {
        "person.citizenship": r"\d{3}", "person.nationality": r"\d{3}", "person.birth_country": r"\d{3}",
        "person.address.country": r"\d{3}", "person.address.district": r"\d{2}0{7}", "person.address.region": r"\d{9}",
    }  # fmt: skip
    for family in families():
        for record in records(family).values():
            for path, value in leaves(record):
                if path in patterns:
                    assert re.fullmatch(patterns[path], value), path
