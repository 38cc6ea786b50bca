"""The client on the bus is told: each event of its application, on the chain that it began; the end is the RESPONSE."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from logging import WARNING

from adapters.ports import Deadline
from contracts.errors import GatewayError, OperatorError
from contracts.exchange import LaterKind
from contracts.intakes import IntakeProfile
from gateway.logs import log_event
from gateway.pushed.chain import Chain
from gateway.pushed.forms.table import FORMS
from gateway.pushed.messages import ChainIds, ToldEvent
from gateway.store.pushed import PushedStore
from gateway.store.webhook_queue import Owed

_SECONDS = 20.0
"""Total time of one message; below the lease of what is owed."""

_PATIENT_TRIES = 3
"""So often an event waits for the file store; then it is told without the file: the words are in the message."""

Describe = Callable[[Owed], ToldEvent]
"""Port: an event with where its application stands now."""
PrintNotice = Callable[[str, int], bytes]
"""Port: the PDF of an application's notice, as anybody may see it."""
LayDown = Callable[[str, str, bytes], str]
"""Port: (key, name, PDF) -> its id in the bus's file store; under one key it is kept once. Raises GatewayError."""


class ProfileGone(OperatorError):
    """An application's chain can be told of nothing: the profile under which it came is not there any more."""

    code = "intake-profile-gone"
    title = "The intake profile of an application that came over the bus is gone."


@dataclass(frozen=True)
class BusTelling:
    chain: Chain
    profiles: Mapping[str, IntakeProfile]
    kept: PushedStore
    describe: Describe
    print_notice: PrintNotice
    lay_down: LayDown
    organisation: str
    clock: Callable[[], datetime]

    def send(self, owed: Owed) -> None:
        """Raises GatewayError where the bus did not take it, and the event is owed still.

        What came otherwise than over the bus has no chain to be told on: its events are read where all are.
        """
        origin = self.kept.find_origin(owed.application_id)
        profile = self.profiles.get(origin.service_id) if origin else None
        if origin is None:
            return
        if profile is None:
            raise ProfileGone
        if any(sent.seq == owed.event.seq for sent in self.kept.list_sent(owed.application_id)):
            # A killed process had sent it, and not yet come to write that nothing more is owed of it.
            return
        told = self._lay_down_notice(self.describe(owed), owed.tries)
        chain = ChainIds(origin.message_id, origin.correlation_id, origin.reference, self.organisation, self.clock())
        kind: LaterKind = "RESPONSE" if told.outcome else "NOTIFICATION"
        message_id = self.chain.send(
            FORMS[profile.form].write_event(told, chain),
            kind=kind,
            correlation_id=origin.correlation_id,
            service_id=origin.service_id,
            deadline=Deadline(_SECONDS),
        )
        self.kept.keep_sent(message_id, owed.application_id, owed.event.seq, kind, self.clock())

    def _lay_down_notice(self, told: ToldEvent, tries: int) -> ToldEvent:
        """The event with its notice's PDF in the bus's file store."""
        if told.notice is None:
            return told
        n = told.notice.n
        content = self.print_notice(told.application_id, n)
        try:
            file_id = self.lay_down(f"{told.application_id}-{n}", f"notice-{n}.pdf", content)
        except GatewayError as error:
            if tries < _PATIENT_TRIES:
                raise
            log_event("notice_not_laid_down", level=WARNING, application=told.application_id, code=error.code)
            return told
        return replace(told, notice=replace(told.notice, file_id=file_id))
