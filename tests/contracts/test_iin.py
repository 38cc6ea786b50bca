"""The IIN: every right number passes, every single mistake is found, and nothing but a masked one is shown."""

from __future__ import annotations

import doctest
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts import iin as iins

DAYS = st.dates(date(1900, 1, 1), date(2099, 12, 31))
SERIALS = st.integers(0, 9999)
BLIND_PLACE = 10
"""The eleventh digit has the weight 11, which modulo 11 is none: the control sum does not see it."""


def build(born: date, serial: int, female: bool = False) -> str | None:
    """The number, or None where the rest is 10 twice and it is never issued."""
    century = {19: 3, 20: 5}[born.year // 100] + female
    eleven = f"{born:%y%m%d}{century}{serial:04d}"
    check = iins.calc_check_digit(eleven)
    return None if check is None else f"{eleven}{check}"


def test_the_examples_of_the_module_hold() -> None:
    assert doctest.testmod(iins).failed == 0


def test_numbers_counted_by_hand_pass() -> None:
    """900101300017: 9·1+0+0+1·4+0+1·6+3·7+0+0+0+1·11 = 51, 51 mod 11 = 7."""
    assert iins.find_fault("900101300017") == ""
    assert iins.sex("900101300017") == "male"


def test_a_rest_of_ten_takes_the_second_weights_and_twice_ten_is_never_issued() -> None:
    found = {"second": 0, "never": 0}
    for serial in range(2000):
        eleven = f"900101300{serial % 100:02d}"[:9] + f"{serial % 100:02d}"
        first = sum(w * int(d) for w, d in zip(range(1, 12), eleven, strict=True)) % 11
        second = sum(w * int(d) for w, d in zip((3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2), eleven, strict=True)) % 11
        expected = first if first < 10 else second if second < 10 else None
        assert iins.calc_check_digit(eleven) == expected
        found["second"] += first == 10 and expected is not None
        found["never"] += expected is None
    assert all(found.values())


@given(DAYS, SERIALS, st.booleans())
def test_a_right_number_gives_back_what_it_was_made_of(born: date, serial: int, female: bool) -> None:
    number = build(born, serial, female)
    if number is not None:
        assert iins.find_fault(number) == ""
        assert iins.birth_date(number) == born
        assert iins.sex(number) == ("female" if female else "male")


@given(DAYS, SERIALS, st.sampled_from([place for place in range(12) if place != BLIND_PLACE]), st.integers(1, 9))
def test_one_wrong_digit_is_found_wherever_its_weight_tells(born: date, serial: int, place: int, shift: int) -> None:
    """The control sum catches every single mistake, but where one of the two sums has the rest 10."""
    number = build(born, serial)
    if number is None or _rest(number) == 10:
        return
    wrong = f"{number[:place]}{(int(number[place]) + shift) % 10}{number[place + 1 :]}"
    if _rest(wrong) != 10:
        assert iins.find_fault(wrong) != ""


def _rest(number: str) -> int:
    return sum(w * int(d) for w, d in zip(range(1, 12), number[:11], strict=True)) % 11


@pytest.mark.parametrize(
    "text", ["", "1", "90010130001", "9001013000177", "90010130001x", "９00101300017", "²00101300017"]
)
def test_what_has_not_twelve_plain_digits_is_a_fault_of_format(text: str) -> None:
    assert iins.find_fault(text) == "iin-format"


def test_a_foreigners_number_carries_no_birth_date_and_no_sex() -> None:
    eleven = "91070700001"
    number = f"{eleven}{iins.calc_check_digit(eleven)}"
    assert (iins.find_fault(number), iins.birth_date(number), iins.sex(number)) == ("", None, None)


@pytest.mark.parametrize("eleven", ["90023030001", "90130130001", "90010190001"])
def test_a_number_that_begins_with_no_date_is_a_fault(eleven: str) -> None:
    assert iins.find_fault(f"{eleven}{iins.calc_check_digit(eleven)}") == "iin-birth-date"


def test_a_masked_number_keeps_four_digits_and_a_wrong_one_none() -> None:
    assert iins.mask("900101300017") == "90********17"
    assert iins.mask("secret") == "*" * 12
