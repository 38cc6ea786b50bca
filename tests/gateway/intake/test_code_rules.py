"""A one-time code: bound to one application, phone and message; nothing that is kept gives it away."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import timedelta

import pytest

from gateway.intake.code_rules import Binding, CodeRules, bind_code, is_same, make_code, mask_phone, may_resend
from tests.gateway.sample_case import NOW

RULES = CodeRules()
BINDING = Binding("app_1", b"{}", "+77000000001", 1)


def fingerprint(plain: bytes) -> str:
    return hashlib.sha256(b"key" + plain).hexdigest()


def test_codes_are_digits_of_the_length_and_differ() -> None:
    codes = {make_code(replace(RULES, digits=8)) for _ in range(200)}
    assert len(codes) > 190
    assert all(len(code) == 8 and code.isdigit() for code in codes)


@pytest.mark.parametrize(
    "other",
    [
        replace(BINDING, application_id="app_2"),
        replace(BINDING, content=b"{ }"),
        replace(BINDING, phone="+77000000002"),
        replace(BINDING, n=2),
    ],
)
def test_a_code_is_good_for_nothing_but_what_it_was_sent_for(other: Binding) -> None:
    kept = bind_code(BINDING, "123456", fingerprint)
    assert is_same(kept, bind_code(BINDING, "123456", fingerprint))
    assert not is_same(kept, bind_code(other, "123456", fingerprint))
    assert not is_same(kept, bind_code(BINDING, "123457", fingerprint))
    assert "123456" not in kept


def test_another_code_comes_after_a_minute_and_three_times() -> None:
    assert not may_resend(NOW, 1, NOW + timedelta(seconds=59), RULES)
    assert may_resend(NOW, 1, NOW + timedelta(seconds=60), RULES)
    later = NOW + timedelta(minutes=2)
    assert [may_resend(NOW, codes, later, RULES) for codes in (1, 2, 3, 4)] == [True, True, True, False]


def test_a_phone_is_shown_by_its_ends() -> None:
    assert mask_phone("+77001230417") == "+7******0417"
