"""Submission: envelope, shape, rules, signature, and the commit; what is refused on the way leaves nothing behind.

The signature is judged last: over content that is sound, so that a caller learns of all faults of the content at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from contracts.application import Application
from contracts.errors import CallerError, Conflict, MalformedInput, NotFound, Problem, SignatureRefused
from contracts.request import Service
from gateway.clock import Clock
from gateway.core.law import FindLaw
from gateway.intake.acceptance import FindMore, SoundApplication, build_new, check_content, check_paper, name_clerk
from gateway.intake.account_checks import refuse_statements
from gateway.intake.attestation import JudgeAttestation, attest_nothing
from gateway.intake.code_signing import CodeSigning, Waiting
from gateway.intake.envelope import ATTESTED, BY_CODE, ON_PAPER, Envelope, open_envelope
from gateway.intake.handed_in import check_bringer, read_papers
from gateway.intake.signature import Verify, judge_signature
from gateway.scans import recognise
from gateway.store.port import ApplicationStore
from gateway.store.rows import Client, NewApplication, Origin, StoredApplication

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
class Submit:
    """Port of the API: from bytes to committed."""

    store: ApplicationStore
    services: Mapping[str, Service]
    find_law: FindLaw
    verify: Verify
    clock: Clock
    judge_attestation: JudgeAttestation = attest_nothing
    codes: CodeSigning | None = None
    """None where nobody signs by code."""
    find_more: FindMore = refuse_statements
    """What is wrong with a statement about the account that an application carries."""

    def __call__(self, request: SubmitRequest, client: Client) -> Receipt | Waiting:
        """The receipt of an application that is committed, or what waits for a code.

        Raises CallerError, and then nothing is kept.
        """
        check_idempotency_key(request.idempotency_key)
        request_sha256 = hashlib.sha256(request.body).hexdigest()
        earlier = self._find_earlier(request.idempotency_key, request_sha256, client)
        if earlier is not None:
            return Receipt(earlier, fresh=False)
        envelope, received = open_envelope(request.body), self.clock()
        sound = self.check(envelope.content, client, received)
        if envelope.method == BY_CODE:
            name_clerk(envelope, client, sound.channel)
            return self._find_codes().begin(
                envelope, sound.application, sound.service, client, request.idempotency_key, request_sha256
            )
        check_bringer(envelope.papers, client)
        new = self._judge(envelope, sound, client, received)
        new = replace(new, idempotency_key=request.idempotency_key, request_sha256=request_sha256)
        return Receipt(*self.store.accept(new))

    def take(self, envelope: Envelope, client: Client, origin: Origin) -> Receipt:
        """An application that a message of the bus brought: the message's id stands for it, however often it comes.

        Raises CallerError, and then nothing is kept.
        """
        # With a blank, which no Idempotency-Key of the API has.
        key = f"bus {origin.arrival.message_id}"
        request_sha256 = hashlib.sha256(envelope.content + envelope.signature).hexdigest()
        earlier = self._find_earlier(key, request_sha256, client)
        if earlier is not None:
            return Receipt(earlier, fresh=False)
        received = self.clock()
        sound = self.check(envelope.content, client, received, phone_needed=envelope.phone_needed)
        new = self._judge(envelope, sound, client, received)
        new = replace(new, idempotency_key=key, request_sha256=request_sha256, origin=origin)
        return Receipt(*self.store.accept(new))

    def _judge_signature(
        self, envelope: Envelope, application: Application, client: Client, received: datetime, accepted_by: str
    ) -> dict[str, Any]:
        """The verdict as the dossier shows it; of paper, who took it and what the scan is."""
        if envelope.method == ATTESTED:
            return self.judge_attestation(envelope, application, client, received)
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

    def check(
        self, content: bytes, client: Client, received: datetime, *, phone_needed: bool = True
    ) -> SoundApplication:
        """The application in the bytes, were it signed; raises InvalidInput with every fault, NotAllowed."""
        return check_content(
            content, client, received, self.services, self.find_law, self.find_more, phone_needed=phone_needed
        )

    def find_waiting(self, application_id: str, client: Client) -> None:
        """Raises NotFound where nothing of the client waits for a code under the id, or was signed by one."""
        if self._find_own(application_id, client) is None:
            self._find_codes().find(application_id, client)

    def resend_code(self, application_id: str, client: Client) -> Waiting:
        """Another code for an application that waits for one."""

        def read(content: bytes) -> tuple[Application, Service]:
            sound = self.check(content, client, self.clock())
            return sound.application, sound.service

        return self._find_codes().resend(application_id, client, read)

    def confirm_code(self, application_id: str, code: str, client: Client) -> Receipt:
        """The application that the code signs, committed; where it is committed already, that one."""
        known = self._find_own(application_id, client)
        if known is not None:
            return Receipt(known, fresh=False)
        try:
            signed = self._find_codes().confirm(application_id, code, client)
        except CallerError:
            # Another call with the same code may have been quicker.
            known = self._find_own(application_id, client)
            if known is None:
                raise
            return Receipt(known, fresh=False)
        waiting, received = signed.waiting, self.clock()
        sound = self.check(waiting.content, client, received)
        envelope = Envelope(waiting.content, b"", BY_CODE, "", waiting.accepted_by)
        new = build_new(sound, envelope, client, received, self.find_law, signed.verdict)
        new = replace(
            new,
            application_id=application_id,
            idempotency_key=waiting.idempotency_key,
            request_sha256=waiting.request_sha256,
        )
        receipt = Receipt(*self.store.accept(new))
        self._find_codes().finish(application_id)
        return receipt

    def _find_codes(self) -> CodeSigning:
        if self.codes is None:
            detail = "nobody signs by code here"
            raise SignatureRefused(problems=(Problem("signature-method-unsupported", "/signature/method", detail),))
        return self.codes

    def _find_own(self, application_id: str, client: Client) -> StoredApplication | None:
        try:
            stored = self.store.read(application_id)
        except NotFound:
            return None
        return stored if stored.client.id == client.id else None

    def _judge(self, envelope: Envelope, sound: SoundApplication, client: Client, received: datetime) -> NewApplication:
        accepted_by = name_clerk(envelope, client, sound.channel)
        if envelope.method == ON_PAPER:
            check_paper(client, sound.channel)
        verdict = self._judge_signature(envelope, sound.application, client, received, accepted_by)
        new = build_new(sound, envelope, client, received, self.find_law, verdict)
        return replace(new, papers=read_papers(envelope.papers))


def check_idempotency_key(key: str) -> None:
    """Raises MalformedInput where the key is not 1 to 255 printable ASCII characters; "" means none was sent."""
    if key and not _KEY.fullmatch(key):
        detail = "an Idempotency-Key has 1 to 255 printable ASCII characters"
        raise MalformedInput(problems=(Problem("idempotency-key-invalid", "", detail),))
