"""A message that the bus pushed: judged like any other application, kept once.

Whoever the bus does not vouch for begins nothing. What is wrong with a message is answered on its chain and kept by its
ids alone; a fault of ours, or a check that may succeed later, is a fault of the call, and the bus brings the message
again.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from logging import WARNING

from pydantic import ValidationError

from adapters.ports import Deadline
from contracts.errors import (
    CallerError,
    ContractBroken,
    InvalidInput,
    NotAllowed,
    NotFound,
    Problem,
    TooLarge,
    UntrustedAnswer,
)
from contracts.exchange import Arrival, StatusChange
from contracts.intakes import IntakeProfile
from gateway.gathering.arrivals import check_ids
from gateway.intake.envelope import ON_PAPER, Envelope, is_clerk
from gateway.intake.handed_in import MOST_PAPERS, MOST_PAPERS_BYTES, PaperBody
from gateway.intake.submit import Submit
from gateway.logs import log_event
from gateway.pushed.chain import Chain, Files, log_failure
from gateway.pushed.forms.documents import refuse_document
from gateway.pushed.forms.table import FORMS, Form
from gateway.pushed.settling import Settling
from gateway.pushed.submission import Announcement, Attachment, Submission
from gateway.store.bus_clients import BusClients
from gateway.store.pushed import PushedStore
from gateway.store.pushed_rows import PushedMessage, PushedState
from gateway.store.rows import Client, Origin

_SECONDS = 10.0
"""Total time of one fetch of messages, and of all files of a message."""
_KINDS = ("REQUEST", "UPDATE")
"""The protocol's message types by which a participant brings us something on a chain of its own."""
_AHEAD = timedelta(minutes=5)
"""By so much the sender's clock may run before ours."""


@dataclass(frozen=True)
class PushedIntake:
    chain: Chain
    files: Files
    profiles: Mapping[str, IntakeProfile]
    """By the bus's service id."""
    submit: Submit
    clients: BusClients
    kept: PushedStore
    settling: Settling
    clock: Callable[[], datetime]

    def take(self, arrival: Arrival) -> None:
        """Commit the application that the message carries, or its refusal; raises GatewayError where it did neither."""
        profile, client = self._let_in(arrival)
        known = self.kept.find(arrival.message_id)
        if known is not None:
            _check_same(arrival, known)
            # The bus brings it again because it does not know that we have it.
            self.settling.settle_soon(replace(known, notified_at=None))
            return
        now = self.clock()
        if not _is_fresh(arrival, profile, now):
            stale = Problem("push-stale", "", f"a message begins something for {profile.stale_hours} hours")
            kept = self.kept.keep_refused(arrival, client, PushedState.STALE, stale.code, (stale,), now)
        else:
            kept = self._judge(arrival, profile, client, now)
        self.settling.settle_soon(kept)

    def knows_chain(self, correlation_id: str) -> bool:
        return self.kept.knows_chain(correlation_id)

    def note_state(self, change: StatusChange) -> None:
        self.kept.note_state(change, self.clock())

    def fetch_pending(self) -> None:
        """PULL, for those whom the bus cannot reach."""
        for service_id in self.profiles:
            try:
                arrivals = self.chain.fetch(service_id, deadline=Deadline(_SECONDS))
            except Exception as error:
                log_failure(error, "fetch_failed", service_id)
                continue
            for arrival in arrivals:
                try:
                    self._turn_away(arrival)
                    self.take(arrival)
                except Exception as error:
                    log_failure(error, "fetched_message_not_taken", service_id)

    def _turn_away(self, arrival: Arrival) -> None:
        """Tell the bus of a fetched message that is let in at no time, and raise why; nothing where it may come in.

        One that is pushed the bus gives up; left where it is fetched, a hundred of them would hide all behind them.
        """
        try:
            self._let_in(arrival)
        except (CallerError, ContractBroken) as error:
            code = error.public_code if isinstance(error, CallerError) else error.code
            self.chain.refuse_delivery(arrival, code, Deadline(_SECONDS))
            raise

    def _let_in(self, arrival: Arrival) -> tuple[IntakeProfile, Client]:
        check_ids(arrival)
        if "bus" not in arrival.vouched_by:
            raise UntrustedAnswer("what begins an application must be signed by the bus")
        profile = self.profiles.get(arrival.service_id)
        if profile is None:
            raise NotFound(problems=(Problem("push-service-unknown", "", "no application comes under this service"),))
        client = self.clients.find(arrival.sender_id)
        if client is None:
            detail = "the message's sender is not one of this gateway's clients"
            raise NotAllowed(problems=(Problem("push-sender-unknown", "", detail),))
        if not arrival.correlation_id:
            raise ContractBroken("a message that the bus brings has a correlationId")
        if arrival.kind not in _KINDS:
            raise ContractBroken("only a REQUEST or an UPDATE carries something to begin")
        if self.kept.find_chain_client(arrival.correlation_id) not in ("", client.id):
            # What is begun on a chain is told on it: to whom it belongs.
            detail = "the chain was begun by another participant"
            raise NotAllowed(problems=(Problem("push-chain-foreign", "", detail),))
        return profile, client

    def _judge(self, arrival: Arrival, profile: IntakeProfile, client: Client, now: datetime) -> PushedMessage:
        form, reference = FORMS[profile.form], ""
        try:
            document = self._read_document(arrival)
            reference = form.read_reference(document)
            return self._accept(arrival, profile, form, document, reference, client, now)
        except CallerError as error:
            if error.retryable:
                raise
            code = error.public_code
            log_event("push refused", level=WARNING, code=code, service_id=arrival.service_id)
            refused = PushedState.REFUSED
            return self.kept.keep_refused(arrival, client, refused, code, error.problems, now, reference)

    def _accept(
        self,
        arrival: Arrival,
        profile: IntakeProfile,
        form: Form,
        document: bytes,
        reference: str,
        client: Client,
        now: datetime,
    ) -> PushedMessage:
        carried = form.read(document, profile)
        if carried.accepted_by and not is_clerk(carried.accepted_by):
            raise refuse_document("the name of who accepted the application is none", "/accepted_by")
        if isinstance(carried, Announcement):
            return self.kept.keep_announced(arrival, client, reference, carried.accepted_by, now)
        if not carried.accepted_by:
            announced = self.kept.find_announced(client, reference)
            carried = replace(carried, accepted_by=announced.accepted_by if announced else "")
        # Before its files are fetched: nobody makes us fetch them for what is no application.
        self.submit.check(carried.content, client, now, phone_needed=not profile.lacks_phone)
        self.submit.take(self._envelop(arrival, carried, profile), client, Origin(arrival, reference))
        kept = self.kept.find(arrival.message_id)
        if kept is None:
            raise ContractBroken("the message of an application is not there")
        return kept

    def _envelop(self, arrival: Arrival, carried: Submission, profile: IntakeProfile) -> Envelope:
        envelope = Envelope(
            content=carried.content,
            signature=carried.signature,
            method="eds",
            format="xmldsig",
            accepted_by=carried.accepted_by,
            derive=carried.derive,
            note=carried.note,
            phone_needed=not profile.lacks_phone,
        )
        deadline = Deadline(_SECONDS)
        envelope = replace(envelope, papers=tuple(self._bring_all(arrival, carried.attachments, deadline)))
        if carried.scan is None:
            return envelope
        scan = self._download(f"{arrival.message_id}-scan", carried.scan, deadline)
        return replace(envelope, signature=scan, method=ON_PAPER, format="")

    def _bring_all(
        self, arrival: Arrival, attachments: Sequence[Attachment], deadline: Deadline
    ) -> Iterator[PaperBody]:
        """No more of them, and no larger, than anybody else hands in: what is too much is not fetched."""
        detail = f"an application has at most {MOST_PAPERS} papers, of {MOST_PAPERS_BYTES} bytes together"
        if len(attachments) > MOST_PAPERS:
            raise TooLarge(problems=(Problem("papers-too-large", "/attachments", detail),))
        left = MOST_PAPERS_BYTES
        for n, one in enumerate(attachments):
            content = self._download(f"{arrival.message_id}-{n}", one, deadline)
            left -= len(content)
            if left < 0:
                raise TooLarge(problems=(Problem("papers-too-large", f"/attachments/{n}", detail),))
            yield _name_paper(content, one, n)

    def _download(self, question_id: str, attachment: Attachment, deadline: Deadline) -> bytes:
        found = self.files.download(question_id, attachment.file_id, deadline=deadline)
        if found is None:
            detail = "a file that the message names does not lie in the bus's file store"
            raise InvalidInput(problems=(Problem("push-file-missing", "", detail),))
        return found.content

    def _read_document(self, arrival: Arrival) -> bytes:
        try:
            return self.chain.read_document(arrival)
        except ContractBroken as error:
            raise refuse_document(error.detail) from error


def _name_paper(content: bytes, attachment: Attachment, n: int) -> PaperBody:
    try:
        return PaperBody(title=attachment.name, content=base64.b64encode(content).decode())
    except ValidationError:
        # `from None`: the validator's own words quote the name.
        raise refuse_document("the name of a file is none", f"/attachments/{n}") from None


def _check_same(arrival: Arrival, known: PushedMessage) -> None:
    """Raises ContractBroken: a second message under the id of another is not the other, and must not pass for it."""
    if (arrival.correlation_id, arrival.service_id) != (known.correlation_id, known.service_id):
        raise ContractBroken("another message came before under this messageId")


def _is_fresh(arrival: Arrival, profile: IntakeProfile, now: datetime) -> bool:
    """By the date that the sender gave it; a message without a readable one cannot be told from a replay."""
    date = arrival.message_date
    return date is not None and now - timedelta(hours=profile.stale_hours) <= date <= now + _AHEAD
