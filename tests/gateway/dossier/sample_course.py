"""A legal course as the dossier tells it, with hostile text wherever a person may write."""

from __future__ import annotations

from typing import Any

EVIL = "<script>alert(1)</script>\"'&"
_NAMES = {"ru": "Название", "kk": "Атауы", "en": "Title"}
_AT = "2026-03-02T12:00:00+05:00"
_CELLS = [{"inquiry": "inq_1", "number": 1, "subject": "applicant"}]

COURSE: dict[str, Any] = {
    "withdrawn_at": _AT,
    "dates": [
        {"kind": kind, "on": "2026-04-01", "cause": cause, "set_at": _AT, "clause": EVIL, "assumed": True,
         "provisional": True}
        for kind, cause in (("extension_until", "first"), ("no_later_than", "calendar"), ("due", "course"))
    ],
    "letters": [
        {
            "n": n, "owner_name": _NAMES, "round": n, "state": state, "incident": "inc_1", "drafted_at": _AT,
            "signed_at": _AT, "signed_by": EVIL, "sent_at": _AT, "sent_number": EVIL, "sent_channel": "paper",
            "sent_by": EVIL, "answered_at": _AT, "withdrawn_at": _AT, "cells": _CELLS, "signature_sha256": "ab" * 32,
            "paper_sha256": "ba" * 32,
        }
        for n, state in enumerate(("drafted", "signed", "sent", "answered", "withdrawn"), start=1)
    ],
    "documents": [
        {"name": EVIL, "kind": "paper", "media_type": "image/png", "size": 3, "received_at": _AT, "received_by": EVIL,
         "sha256": "cd" * 32}
    ],
    "notices": [
        {
            "n": 1, "kind": "extension", "issued_at": _AT, "clause": EVIL, "deliver_by": "2026-03-04", "cells": _CELLS,
            "content_sha256": "ef" * 32, "text": {"ru": {"title": EVIL, "paragraphs": [EVIL]}, "kk": {"title": EVIL,
            "paragraphs": [EVIL]}},
            "deliveries": [
                {"channel": "sms", "state": "failed", "delivered_at": None, "delivered_by": "",
                 "cause": "delivery-refused"},
                {"channel": "paper", "state": "delivered", "delivered_at": _AT, "delivered_by": EVIL, "cause": ""},
            ],
        }
    ],
    "decision": {
        "preliminary_at": _AT, "preliminary_by": EVIL, "preliminary_number": EVIL,
        "preliminary_reasons": [{"code": "x", "text": _NAMES, "clause": EVIL}],
        "hearing_on": "2026-03-10", "hearing_held_at": _AT,
        "hearings": [{"n": 1, "on": "2026-03-06", "set_at": _AT, "set_by": EVIL},
        {"n": 2, "on": "2026-03-10", "set_at": _AT, "set_by": EVIL}], "hearing_held_by": EVIL,
        "hearing_record": EVIL, "decided_at": _AT, "decided_by": EVIL, "outcome": "refused",
        "number": EVIL, "reasons": [{"code": "x", "text": _NAMES, "clause": EVIL}],
    },
    "complaints": [
        {"n": 1, "text": EVIL, "registered_at": _AT, "answered_at": _AT, "answered_by": EVIL, "answer": EVIL},
        {"n": 2, "text": EVIL, "registered_at": _AT, "answered_at": None, "answered_by": "", "answer": ""},
    ],
    "marks": [{"mark": "passed:due:2026-04-01", "passed": True, "on": "2026-04-01", "at": _AT, "clause": EVIL}],
}  # fmt: skip
