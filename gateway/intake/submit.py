"""Submission: envelope, shape, rules, signature, and the commit; what is refused on the way leaves nothing behind.

The signature is judged last: over content that is sound, so that a caller learns of all faults of the content at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from contracts.application import Application
from contracts.errors import Conflict, InvalidInput, MalformedInput, NotAllowed, Problem
from contracts.request import Channel, Service
from gateway.clock import Clock
from gateway.core.calendar import local_day, moment_of_acceptance
from gateway.core.law import FindLaw, Law
from gateway.core.terms import promise
from gateway.intake.envelope import ON_PAPER, Envelope, open_envelope
from gateway.intake.model import read_application
from gateway.intake.rules import find_problems
from gateway.intake.signature import Verify, judge_signature
from gateway.scans import recognise
from gateway.store.port import ApplicationStore
from gateway.store.rows import Client, ClientKind, NewApplication, StoredApplication

_KEY = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True)
class SubmitRequest:
    """The body as it came, and the caller's `Idempotency-Key` ("" where there is none)."""

    body: bytes = field(repr=False)
    idempotency_key: str = ""


@dataclass(frozen=True)
class Receipt:
    """The committed application; `fresh` is False where an earlier answer is given again."""

    application: StoredApplication
    fresh: bool


@dataclass(frozen=True)
class SoundApplication:
    """Content without a fault, and what it is judged by on the day of filing."""

    application: Application
    service: Service
    channel: Channel
    law: Law


@dataclass(frozen=True)
class Submit:
    """Port of the API: from bytes to committed."""

    store: ApplicationStore
    services: Mapping[str, Service]
    find_law: FindLaw
    verify: Verify
    clock: Clock

    def __call__(self, request: SubmitRequest, client: Client) -> Receipt:
        """The receipt of an application that is committed; raises CallerError, and then nothing is kept."""
        check_idempotency_key(request.idempotency_key)
        request_sha256 = hashlib.sha256(request.body).hexdigest()
        earlier = self._find_earlier(request.idempotency_key, request_sha256, client)
        if earlier is not None:
            return Receipt(earlier, fresh=False)
        envelope = open_envelope(request.body)
        new = self._judge(envelope, client, request.idempotency_key, request_sha256)
        return Receipt(*self.store.accept(new))

    def _judge_signature(
        self, envelope: Envelope, application: Application, received: datetime, accepted_by: str
    ) -> dict[str, Any]:
        """The verdict as the dossier shows it; of paper, who took it and what the scan is."""
        if envelope.method != ON_PAPER:
            return judge_signature(envelope, application, received, self.verify)
        media_type = recognise(envelope.signature, "/signature/scan")
        scan = {"media_type": media_type, "size": len(envelope.signature)}
        return {"method": ON_PAPER, "accepted_by": accepted_by, "scan": scan}

    def _find_earlier(self, key: str, request_sha256: str, client: Client) -> StoredApplication | None:
        found = self.store.find_accepted(client.id, key) if key else None
        if found is None:
            return None
        application_id, first_sha256 = found
        if first_sha256 != request_sha256:
            detail = "the Idempotency-Key was used before with another body"
            raise Conflict(problems=(Problem("idempotency-conflict", "", detail),))
        return self.store.read(application_id)

    def check(self, content: bytes, client: Client, received: datetime) -> SoundApplication:
        """The application in the bytes, were it signed; raises InvalidInput with every fault, NotAllowed."""
        on = local_day(received)
        application = read_application(content)
        service = self.services.get(application.service)
        law = self.find_law(service.code, on) if service is not None else None
        problems = find_problems(application, service, on, law.rules.number("ages.adult") if law else 0)
        if problems or service is None or law is None:
            raise InvalidInput(problems=problems)
        channel = service.channel(client.channel)
        if channel is None:
            raise NotAllowed("the service has no such channel as the caller's key is for")
        return SoundApplication(application, service, channel, law)

    def _judge(self, envelope: Envelope, client: Client, idempotency_key: str, request_sha256: str) -> NewApplication:
        received = self.clock()
        sound = self.check(envelope.content, client, received)
        application, service, channel, law = sound.application, sound.service, sound.channel, sound.law
        accepted_by = envelope.accepted_by or (client.employee if channel.ticket else "")
        if envelope.method == ON_PAPER:
            _check_paper(client, channel)
        _check_accepted_by(accepted_by, channel)
        verdict = self._judge_signature(envelope, application, received, accepted_by)
        outside, hours = law.rules.word("acceptance.outside_hours"), law.rules.hours("working_hours")
        accepted_at = moment_of_acceptance(received, outside, hours, law.calendar)
        # From T0 on the case is judged by the rules of that day; those of the filing said which day it is.
        law = self.find_law(service.code, local_day(accepted_at))
        return NewApplication(
            service=service.code,
            client=client,
            body=envelope.content,
            signature=envelope.signature,
            verdict=verdict,
            received_at=received,
            accepted_at=accepted_at,
            promised=promise(accepted_at, received, channel, law),
            rules_version=law.rules.version,
            rules=law.rules,
            accepted_by=accepted_by,
            idempotency_key=idempotency_key,
            request_sha256=request_sha256,
        )


def _check_paper(client: Client, channel: Channel) -> None:
    """What is signed by hand is taken by a person of the provider."""
    if client.kind is not ClientKind.PROVIDER or not channel.ticket:
        detail = "only a provider takes applications that are signed on paper, in a channel where a person accepts them"
        raise NotAllowed(problems=(Problem("signature-method-not-allowed", "/signature/method", detail),))


def _check_accepted_by(name: str, channel: Channel) -> None:
    """A ticket bears the name of who accepted the application; a notice of processing has nobody to name."""
    if channel.ticket and not name:
        code, detail = "accepted-by-missing", "in this channel a person accepts the application, and must be named"
    elif name and not channel.ticket:
        code, detail = "accepted-by-misplaced", "in this channel no person accepts the application"
    else:
        return
    raise MalformedInput(problems=(Problem(code, "/accepted_by", detail),))


def check_idempotency_key(key: str) -> None:
    """Raises MalformedInput where the key is not 1 to 255 printable ASCII characters; "" means none was sent."""
    if key and not _KEY.fullmatch(key):
        detail = "an Idempotency-Key has 1 to 255 printable ASCII characters"
        raise MalformedInput(problems=(Problem("idempotency-key-invalid", "", detail),))
