"""What an SMS is: to one phone, from one id, short enough to be sent; and what is known once it is taken."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from contracts.errors import DeliveryRefused

MAX_PARTS: Final = 4
"""More parts than this nobody reads, and each is paid for (assumed)."""
ONE_PART: Final = 70
"""UCS-2, which Cyrillic and Kazakh letters need: 16-bit units of a message that is one part (3GPP TS 23.038)."""
OF_SEVERAL: Final = 67
"""Units of each part where there are several: three go to the header that joins them."""
_PHONE: Final = re.compile(r"\+7[0-9]{10}")
_ID: Final = re.compile(r"[A-Za-z0-9-]{1,36}")


@dataclass(frozen=True)
class SmsMessage:
    """One SMS. The sender that a citizen sees is a setting of the deployment.

    Raises DeliveryRefused for a phone that is not +7 and ten digits, and for a text that is empty, holds what cannot
    be sent, or has more than `MAX_PARTS` parts: no try will change that.
    """

    id: str
    """At most 36 Latin letters, digits and hyphens; the same in every try, so that the person gets it once."""
    phone: str = field(repr=False)
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise DeliveryRefused("a message's id is 1 to 36 Latin letters, digits and hyphens")
        if not _PHONE.fullmatch(self.phone):
            raise DeliveryRefused("the phone is not +7 and ten digits")
        if not self.text.strip():
            raise DeliveryRefused("the text is empty")
        if not all(sign.isprintable() or sign == "\n" for sign in self.text):
            raise DeliveryRefused("the text holds a character that cannot be sent")
        parts = count_parts(self.text)
        if parts > MAX_PARTS:
            raise DeliveryRefused(f"the text has {parts} parts, and at most {MAX_PARTS} are sent")


@dataclass(frozen=True)
class Receipt:
    """The gateway has taken the message. It says nothing about whether the phone has got it."""

    provider_id: str
    """Under which the gateway knows the message."""


def count_parts(text: str) -> int:
    """How many parts a text is sent in; 0 for an empty one."""
    units = len(text.encode("utf-16-le", "surrogatepass")) // 2
    return -(-units // (ONE_PART if units <= ONE_PART else OF_SEVERAL))
