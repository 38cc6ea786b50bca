"""The IBAN: the five ways to be wrong have each their code, and no number is repeated in a detail."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.iban import check_iban

BANKS = ("563", "601")
ACCOUNTS = st.text(string.ascii_uppercase + string.digits, min_size=13, max_size=13)
EXAMPLE = "KZ86125KZT5004100100"
"""The example of the SWIFT registry of IBANs: of a bank that no service here pays to."""


def build(bank: str, account: str, country: str = "KZ") -> str:
    digits = "".join(str(int(c, 36)) for c in f"{bank}{account}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bank}{account}"


def test_the_registrys_example_is_right_and_of_another_bank() -> None:
    assert check_iban(EXAMPLE, ["125"]).code == ""
    verdict = check_iban(EXAMPLE, BANKS)
    assert (verdict.code, verdict.bank_code) == ("iban-bank", "125")


@given(st.sampled_from(BANKS), ACCOUNTS)
def test_a_right_number_of_an_accepted_bank_passes_however_it_is_typed(bank: str, account: str) -> None:
    iban = build(bank, account)
    for typed in (iban, iban.lower(), f" {iban[:4]} {iban[4:8]}\u00a0{iban[8:]}\n"):
        verdict = check_iban(typed, BANKS)
        assert (verdict.code, verdict.iban, verdict.bank_code) == ("", iban, bank)


@given(st.sampled_from(BANKS), ACCOUNTS, st.integers(7, 19), st.sampled_from(string.ascii_uppercase + string.digits))
def test_one_wrong_character_is_found(bank: str, account: str, place: int, other: str) -> None:
    iban = build(bank, account)
    wrong = f"{iban[:place]}{other}{iban[place + 1 :]}"
    if len(str(int(other, 36))) == len(str(int(iban[place], 36))) and wrong != iban:
        assert check_iban(wrong, BANKS).code == "iban-checksum"


@pytest.mark.parametrize("letter", "АВЕКМНОРСТУХІЅЈ")
def test_a_cyrillic_letter_that_looks_latin_is_named(letter: str) -> None:
    verdict = check_iban(f"KZ31601{letter}000000000001", BANKS)
    assert verdict.code == "iban-look-alike"
    assert "CYRILLIC CAPITAL LETTER" in verdict.detail


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE89370400440532013000", "iban-country"), ("", "iban-format"), ("KZ", "iban-format"),
        (EXAMPLE[:-1], "iban-format"), (f"{EXAMPLE}0", "iban-format"), ("KZX6125KZT5004100100", "iban-format"),
        ("KZ8612AKZT5004100100", "iban-format"), ("KZ86-125KZT5004100100", "iban-format"),
        ("KZ86125KZT500410010Ж", "iban-format"), ("KZ87125KZT5004100100", "iban-checksum"),
        ("KZ86125KZT5004100100".replace("86", "٨٦"), "iban-format"),
    ],
)  # fmt: skip
def test_each_way_to_be_wrong_has_its_code(text: str, code: str) -> None:
    verdict = check_iban(text, ("125",))
    assert verdict.code == code
    assert EXAMPLE[4:] not in verdict.detail


@given(st.text(max_size=60))
def test_whatever_is_typed_there_is_a_verdict(text: str) -> None:
    assert check_iban(text, BANKS).code.startswith("iban-") or check_iban(text, BANKS).iban
