"""A message to a phone is one that can be sent, or is refused before anything is sent, without a word of it told."""

import pytest

from contracts.errors import DeliveryRefused
from contracts.sms import MAX_PARTS, SmsMessage, count_parts

PHONE = "+77000000417"
LONGEST = 67 * MAX_PARTS


@pytest.mark.parametrize(
    ("units", "parts"), [(0, 0), (1, 1), (70, 1), (71, 2), (134, 2), (135, 3), (LONGEST, MAX_PARTS), (LONGEST + 1, 5)]
)
def test_one_part_holds_70_units_and_each_of_several_67(units: int, parts: int) -> None:
    assert count_parts("ң" * units) == parts


def test_a_sign_outside_the_basic_plane_takes_two_units() -> None:
    assert (count_parts("𐍈" * 35), count_parts("𐍈" * 36)) == (1, 2)


def test_the_longest_text_is_a_message_and_one_unit_more_is_refused() -> None:
    assert SmsMessage("id-1", PHONE, "я" * LONGEST).text
    with pytest.raises(DeliveryRefused, match="5 parts"):
        SmsMessage("id-1", PHONE, "я" * (LONGEST + 1))


@pytest.mark.parametrize("phone", ["", "87000000417", "+7700000041", "+770000004170", "+7700000041٧", "+77000000417\n"])
def test_a_phone_is_plus_seven_and_ten_digits(phone: str) -> None:
    with pytest.raises(DeliveryRefused) as refused:
        SmsMessage("id-1", phone, "текст")
    assert not phone or phone not in str(refused.value)


@pytest.mark.parametrize("text", ["", " \n", "a\x00b", "a\x1bb", "a\ud800b", "a\ufffeb", "a\u202eb"])
def test_a_text_is_not_empty_and_holds_what_can_be_sent(text: str) -> None:
    with pytest.raises(DeliveryRefused):
        SmsMessage("id-1", PHONE, text)


@pytest.mark.parametrize("number", ["", "x" * 37, "ид", "a b", "a\n"])
def test_an_id_is_short_and_latin(number: str) -> None:
    with pytest.raises(DeliveryRefused):
        SmsMessage(number, PHONE, "текст")


def test_a_message_shows_neither_phone_nor_text() -> None:
    shown = repr(SmsMessage("id-1", PHONE, "Уведомление по заявлению"))
    assert shown == "SmsMessage(id='id-1')"
