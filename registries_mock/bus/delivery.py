"""PUSH: the bus brings messages to participants that have an address, again after a while where that fails."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import replace
from typing import Final
from xml.sax.saxutils import escape

from registries_mock.bus.mailbox import Mailbox, Message
from registries_mock.bus.seals import Seals
from registries_mock.clock import Clock
from registries_mock.errors import Refused
from registries_mock.http import Push, PushFailed
from registries_mock.journal.journal import Journal
from registries_mock.payloads.xml_in import local
from registries_mock.ports import Timer
from registries_mock.wire import Sealing, body_of, soap_reply

TYPES: Final = "http://bip.bee.kz/AsyncChannel/v10/Types"
PAUSES: Final = (0.2, 1.0, 5.0, 15.0)
"""Seconds before the second, third … attempt (assumed: the real ones are not public); then it waits for PULL."""


class Delivery:
    """Takes messages from the mailbox to where their owners listen."""

    def __init__(
        self,
        mailbox: Mailbox,
        participants: Mapping[str, str],
        seals: Seals,
        *,
        journal: Journal,
        push: Push,
        timer: Timer,
        clock: Clock,
    ) -> None:
        self._mailbox = mailbox
        self._lock = threading.Lock()
        self._addresses = dict(participants)
        self._seals = seals
        self._journal = journal
        self._push = push
        self._timer = timer
        self._clock = clock

    def register(self, participant: str, url: str) -> None:
        """From now on push to this address; what waits already stays for PULL."""
        with self._lock:
            self._addresses[participant] = url

    def participants(self) -> dict[str, str]:
        with self._lock:
            return dict(self._addresses)

    def open_chain(self, correlation_id: str, sender: str, provider: str = "") -> None:
        """From now on the sender, and the participant at the other end, may add messages to this chain."""
        self._mailbox.open_chain(correlation_id, sender, provider)

    def deliver(self, message: Message) -> None:
        """Put the message into its owner's box, and push it where the owner has an address."""
        self._mailbox.put(message)
        self._attempt(message.id, 0)

    def lose(self, message: Message) -> None:
        """Hold the message for delivered: its owner never gets it."""
        self._mailbox.put(replace(message, state="DELIVERED", changed=self._now()))

    def again(self, message_id: str, pause: float = PAUSES[0]) -> None:
        """Bring it once more, after a pause in seconds."""
        self._mailbox.mark(message_id, "ON_DELIVERY", self._now())
        self._timer.after(pause, lambda: self._attempt(message_id, 0))

    def tell_state(self, message_id: str) -> None:
        """Let the message's sender know, where it has an address, what has become of it."""
        message = self._mailbox.find(message_id)
        if message is not None and message.sender in self.participants():
            self._timer.after(0.0, lambda: self._push_state(message))

    def _push_state(self, message: Message) -> None:
        """Once: a sender who misses it asks with getMessageStatus (assumed)."""
        body = (
            f'<ns2:changeMassageStatusNotification xmlns:ns2="{TYPES}/Client"><request><notification>'
            f"<notificationId>{escape(message.id)}-state</notificationId><messageId>{escape(message.id)}</messageId>"
            f"<notificationDate>{self._now()}</notificationDate><messageState>{message.state}</messageState>"
            f"<status><statusCode>{message.state}</statusCode><statusMessage>{message.kind}</statusMessage>"
            f"<statusDate>{message.changed}</statusDate></status></notification>"
            f"<requestDate>{self._now()}</requestDate><sessionId>{message.session}</sessionId></request>"
            "</ns2:changeMassageStatusNotification>"
        )
        envelope = soap_reply(body).body
        if message.family:
            envelope = self._seals.sign(envelope, message.family, Sealing.OWN)
        url = self.participants().get(message.sender)
        if url is not None:
            self._bring(envelope, message, "changeMassageStatusNotification", url)

    def _attempt(self, message_id: str, tries: int) -> None:
        message = self._mailbox.find(message_id)
        if message is not None and message.is_held:
            self._mailbox.mark(message_id, "NOT_DELIVERED", self._now())
            return
        url = self.participants().get(message.owner) if message else None
        if message is None or url is None or message.state in ("DELIVERED", "DELIVERY_STOPPED"):
            return
        body = f'<ns2:sendMessage xmlns:ns2="{TYPES}"><request>{message.content()}</request></ns2:sendMessage>'
        envelope = soap_reply(body).body
        if message.family:
            envelope = self._seals.sign(envelope, message.family, message.sealing)
        if not self._bring(envelope, message, "sendMessage", url):
            if tries < len(PAUSES):
                self._timer.after(PAUSES[tries], lambda: self._attempt(message_id, tries + 1))
            else:
                self._mailbox.mark(message_id, "NOT_DELIVERED", self._now())

    def _bring(self, envelope: bytes, message: Message, operation: str, url: str) -> bool:
        """Whether the participant took it."""
        with self._journal.begin("push", url) as line:
            line.note(
                operation=operation,
                sender=message.sender,
                service_id=message.service_id,
                message_id=message.id,
                correlation_id=message.correlation_id,
            )
            line.came(envelope)
            try:
                answer = self._push(url, envelope)
            except PushFailed as failure:
                line.note(refused=str(failure))
                line.end(0, b"")
                return False
            try:
                reply = body_of(self._seals.open(answer, self._seals.family_of(answer)))
                taken = local(reply) == f"{operation}Response"
                line.note(**({} if taken else {"refused": "answered with something else", "root": local(reply)}))
            except Refused as refusal:
                taken = False
                line.note(refused=refusal.code)
            line.end(200, answer)
            return taken

    def _now(self) -> str:
        return self._clock().isoformat(timespec="milliseconds")
