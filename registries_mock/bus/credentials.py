"""Who sends: SHEP's sender id and password."""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from lxml import etree

from registries_mock.errors import WrongCredentials
from registries_mock.journal.line import hide, note
from registries_mock.payloads.xml_in import text_of


class Senders:
    """The systems that the bus knows; nobody else gets further."""

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = dict(passwords)

    def check(self, info: etree._Element | None) -> str:
        """The sender id of an element that holds `sender`; raises WrongCredentials, which never says what was wrong."""
        sender, password = text_of(info, "sender", "senderId"), text_of(info, "sender", "password")
        note(sender=sender)
        if not self.know(sender, password):
            raise WrongCredentials("the sender is not known, or the password is wrong")
        return sender

    def know(self, sender: str, password: str) -> bool:
        """Whether there is such a sender, and the password is its own."""
        hide(password)
        known = self._passwords.get(sender)
        return known is not None and hmac.compare_digest(known.encode(), password.encode())
