"""A draft of an application: judged like a submission but for the signature, and given back ready to be signed."""

from __future__ import annotations

import base64

from flask import Response
from pydantic import Field

from contracts.application import Application
from gateway.api.answers import answer_json
from gateway.api.call import Call
from gateway.api.routes import JSON, Access, Route
from gateway.api.schemas import Body
from gateway.documents.drafts import write_draft_text
from gateway.logs import log_event


class DraftTextBody(Body):
    """Lines to read before signing; the first is the title."""

    kk: tuple[str, ...]
    ru: tuple[str, ...]


class DraftBody(Body):
    application: str = Field(description="base64 of the bytes to sign; the `application` of the submission")
    xml: str = Field(description="base64 of the document to sign as XMLDSig (enveloped); signed, it is `value`")
    text: DraftTextBody


def make_draft(call: Call) -> Response:
    draft = call.parts.make_draft(call.read_json_body(), call.caller)
    texts = {
        language: write_draft_text(draft.sound.application, draft.sound.service, language)
        for language in DraftTextBody.model_fields
    }
    log_event("draft made", client=call.caller.id)
    return answer_json(
        DraftBody(
            application=base64.b64encode(draft.application).decode(),
            xml=base64.b64encode(draft.xml).decode(),
            text=DraftTextBody(**texts),
        )
    )


ROUTES = (
    Route(
        "POST", "/v1/drafts", make_draft, Access.PORTAL,
        "An application before it is signed: the bytes to sign, the XML to sign, and what a person reads first.",
        body=Application, answers={JSON: DraftBody}, refusals=(400, 403, 413, 415, 422),
    ),
)  # fmt: skip
