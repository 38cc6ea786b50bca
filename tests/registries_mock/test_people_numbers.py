"""Invented numbers carry right check digits, judged by numbers and libraries that are not ours."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from schwifty import IBAN

from registries_mock.people.numbers import (
    EMPLOYER_SERIALS,
    PERSONA_SERIALS,
    SERIALS,
    complete,
    holder_of,
    iban_of,
    read_iin,
    write_bin,
    write_iin,
)
from registries_mock.people.ordinary.plans import SEATS

_WEIGHTS = ((1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11), (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2))


def test_check_digits_follow_the_two_rows_of_weights() -> None:
    second = never = 0
    for eleven in (f"{number:011}" for number in range(90010130000, 90010131000)):
        sums = [sum(w * int(c) for w, c in zip(row, eleven, strict=True)) % 11 for row in _WEIGHTS]
        expected = next((rest for rest in sums if rest != 10), None)
        assert complete(eleven) == (None if expected is None else f"{eleven}{expected}")
        second += sums[0] == 10
        never += expected is None
    assert second
    assert never


@pytest.mark.parametrize(
    "text",
    [
        "",
        "90010130001",
        "900101300018",
        "9001013000177",
        "９00101300017",
        "900101700017",
        "901301300017",
        "900001300017",
    ],
)
def test_what_is_no_iin_is_not_read(text: str) -> None:
    assert read_iin(text) is None


@given(born=st.dates(date(1900, 1, 1), date(2099, 12, 31)), male=st.booleans(), serial=st.integers(0, 9999))
def test_an_iin_is_read_as_it_was_written(born: date, male: bool, serial: int) -> None:
    written = write_iin(born, "male" if male else "female", serial)
    if written is not None:
        assert read_iin(written) == (born, "male" if male else "female", serial)


@given(days=st.integers(0, 30000), serial=st.integers(9000, 9999), bank=st.sampled_from(["563", "601"]))
def test_an_iban_is_valid_and_holds_its_holder(days: int, serial: int, bank: str) -> None:
    iin = write_iin(date(1940, 1, 1) + timedelta(days), "female", serial)
    if iin is None:
        return
    iban = iban_of(iin, bank)
    assert str(IBAN(iban)) == iban
    assert iban[4:7] == bank
    assert holder_of(iban) == iin
    assert iin not in iban


@pytest.mark.parametrize(
    "iban", ["", "KZ16563T70791163849", "KZ17563T707911638490", "DE16563T707911638490", "KZ1656ÄT707911638490"]
)
def test_what_is_no_iban_of_ours_holds_nobody(iban: str) -> None:
    assert holder_of(iban) is None


def test_bins_are_right_and_differ() -> None:
    bins = [write_bin(number) for number in range(12_000)]
    assert len(set(bins)) == len(bins)
    assert all(complete(one[:11]) == one and int(one[6:11]) in EMPLOYER_SERIALS for one in bins)


def test_the_ordinary_serials_end_before_the_personas_begin() -> None:
    assert SERIALS[0] + len(SEATS) <= PERSONA_SERIALS[0]
    assert PERSONA_SERIALS[-1] == SERIALS[-1]
