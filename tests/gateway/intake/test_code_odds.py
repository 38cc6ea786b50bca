"""Whoever guesses codes without the phone: the odds for an application, an IIN and a day, as the limits leave them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from contracts.errors import CallerError, SettingInvalid, SignatureRefused
from gateway.intake.code_rules import CodeRules
from gateway.intake.code_signing import Waiting
from gateway.settings import read_settings
from gateway.store.database import Database
from gateway.wiring.intake import read_code_rules
from tests.gateway.intake.code_desk import Desk, wrong

CODES = 10 ** CodeRules().digits
MOST = 1 / 10_000
"""The odds that may be left to somebody who guesses for a whole day."""


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Database(f"sqlite:///{tmp_path / 'gateway.db'}") as database:
        yield Desk(database)


def guess_well(desk: Desk, waiting: Waiting, at: int) -> bool:
    """Whether a guesser who hits at the guess of that number, from 1, has signed."""
    for _ in range(at - 1):
        desk.refuse(waiting, wrong(desk.code))
    try:
        return desk.confirm(waiting).fresh
    except SignatureRefused:
        return False


def count_live_guesses(desk: Desk) -> int:
    """How many guesses at one code are good for anything, measured: each on a day of its own."""
    live = 0
    for at in range(1, 12):
        desk.now += timedelta(days=2)
        live += guess_well(desk, desk.begin(), at)
    return live


def exhaust_application(desk: Desk) -> int:
    """Codes of one application before the limits stop it, asked for as fast as they come."""
    waiting, codes = desk.begin(), 1
    for _ in range(200):
        desk.now += timedelta(seconds=10)
        try:
            waiting = desk.resend(waiting)
        except CallerError:
            continue
        codes += 1
    return codes


def exhaust_day(desk: Desk) -> int:
    """Codes of one IIN on one day, by as many applications as are taken."""
    before = len(desk.messages)
    for _ in range(40):
        try:
            waiting = desk.begin()
        except CallerError:
            break
        for _ in range(4):
            desk.now += timedelta(seconds=61)
            try:
                waiting = desk.resend(waiting)
            except CallerError:
                break
    return len(desk.messages) - before


def test_of_an_application_no_more_than_one_guess_in_ten_thousand_succeeds(desk: Desk) -> None:
    live, codes = count_live_guesses(desk), exhaust_application(desk)
    assert (live, codes) == (5, 4)
    assert live * codes / CODES < MOST


def test_of_a_day_of_an_iin_no_more_than_one_guess_in_ten_thousand_succeeds(desk: Desk) -> None:
    live = count_live_guesses(desk)
    desk.now += timedelta(days=2)
    codes = exhaust_day(desk)
    assert (live, codes) == (5, 10)
    assert live * codes / CODES < MOST


def test_settings_that_would_leave_more_do_not_start() -> None:
    assert read_code_rules(read_settings({})).odds < MOST
    with pytest.raises(SettingInvalid, match="ASP_OTP_TRIES"):
        read_code_rules(read_settings({"ASP_OTP_TRIES": "10", "ASP_OTP_A_DAY": "10"}))
    read_code_rules(read_settings({"ASP_OTP_TRIES": "10", "ASP_OTP_A_DAY": "10", "ASP_OTP_DIGITS": "7"}))
