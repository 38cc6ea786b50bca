"""REST: a JSON object posted, a JSON object read; personal data never travels in a URL."""

from __future__ import annotations

import json
from dataclasses import dataclass

from adapters.asking import refuse_without_consent
from adapters.exchanging import Message, Wire
from adapters.http.statuses import judge_status
from adapters.payloads.forms import as_json
from adapters.payloads.nodes import JsonNode
from adapters.payloads.parsing import parse_json
from adapters.payloads.prepared import Preparations, Prepared
from adapters.payloads.verdicts import Heard
from adapters.ports import Deadline, HttpReply, NewId
from adapters.retrying import Retrying
from adapters.words import OurSide, gather_words
from contracts.errors import ContractBroken
from contracts.exchange import Question, RecordAttempt, Reply
from contracts.passport import Passport


@dataclass(frozen=True)
class Rest:
    """Asks services at `<base>/<address of the passport>`. Safe for threads."""

    base: str
    side: OurSide
    wire: Wire
    retrying: Retrying
    preparations: Preparations
    new_id: NewId

    def ask(self, passport: Passport, question: Question, *, deadline: Deadline, record: RecordAttempt) -> Reply:
        """Return the service's answer; raises RegistryError, after recording every attempt."""
        refuse_without_consent(passport, question)
        prepared = self.preparations.of(passport)
        message_id, now = self.new_id(), self.wire.clock()
        words = gather_words(passport, question, self.side, message_id=message_id, message_date=now)
        headers = {
            "Content-Type": "application/json",
            "Accept": "application/json",
            "X-Request-Id": message_id,
            "X-Inquiry-Id": question.id,
        }
        if key := self.side.api_keys.get(passport.registry):
            headers["X-Api-Key"] = key
        body = json.dumps(as_json(prepared.fill_request(words)), ensure_ascii=False).encode("utf-8")
        url = f"{self.base.rstrip('/')}/{passport.address}"
        message = Message(message_id, url, body, headers, passport.limits.reply_bytes)

        def attempt(left: Deadline) -> Reply:
            return self.wire.exchange(
                message, deadline=left, record=record, read=lambda reply: read_reply(prepared, reply)
            )

        return self.retrying.run(passport, deadline, attempt)


def read_reply(prepared: Prepared, reply: HttpReply) -> Reply:
    """Return what the reply says; raises the RegistryError that it stands for."""
    listed = prepared.lists_http(reply.status)
    if reply.status >= 300 and not listed:
        raise judge_status(reply.status)
    payload: JsonNode | None = None
    try:
        payload = parse_json(reply.body)
        if prepared.reply.first_names.isdisjoint(payload.names()):
            raise ContractBroken("the reply has none of the agreed members")
    except ContractBroken as broken:
        return prepared.understand_without(Heard(http=reply.status), broken)
    return prepared.understand(Heard(http=reply.status, payload=payload))
