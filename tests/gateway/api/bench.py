"""The API over a store in memory, with a client for each kind of caller."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.errors import MalformedInput
from contracts.tables import Names
from gateway.api.app import create_api
from gateway.api.parts import ApiParts
from gateway.core.terms import Terms, read_terms
from gateway.documents.composing import CaseFile
from gateway.documents.model import OrganisationHead
from gateway.documents.reasons import StagedReasons
from gateway.intake.draft import MakeDraft
from gateway.intake.envelope import Envelope
from gateway.intake.submit import Submit
from gateway.store.course_rows import Course
from gateway.store.rows import AttemptRow, ClientKind, Event, StoredApplication
from signing.errors import DocumentUnrecognised
from signing.reports import report
from signing.verdict import Verdict
from tests.gateway.fake_store import FakeStore
from tests.gateway.sample_case import APPLICANT_IIN, NOW, find_law, make_body, make_catalogue
from tests.support.verdicts import passed

LIMIT = 20_000


class FakeFiles:
    """The files of applications of which nothing but the submission is there."""

    def open_stored(self, stored: StoredApplication) -> CaseFile:
        head = OrganisationHead(Names(ru="Центр", kk="Орталық"), "000000000000")
        return CaseFile(stored.case, stored.number, find_law("asp", NOW.date()), Course(), head, StagedReasons())


@dataclass
class FakeOffice:
    files: FakeFiles


class Bench:
    """An API with two portals and a provider; `calls` holds what the parts were asked."""

    def __init__(self, **changes: Any) -> None:
        self.catalogue = make_catalogue()
        self.store = FakeStore(self.catalogue.services["asp"])
        self.calls: list[Any] = []
        submit = Submit(self.store, self.catalogue.services, find_law, self._verify, lambda: NOW)
        parts: dict[str, Any] = {
            "catalogue": self.catalogue,
            "clock": lambda: NOW,
            "submit": submit,
            "make_draft": MakeDraft(submit.check, lambda: NOW),
            "store": self.store,
            "assemble": self._assemble,
            "read_terms": self._read_terms,
            "receive": self._receive,
            "check_signature": self._check_signature,
            "office": FakeOffice(FakeFiles()),
            "render_html": lambda dossier, language: f"<p>{dossier['id']} {language}</p>",
            "max_body_bytes": LIMIT,
        }
        self.parts = ApiParts(**(parts | changes))
        self.app = create_api(self.parts)
        self.http: FlaskClient = self.app.test_client()
        self.portal, self.portal_key = self.store.add_client("Portal", ClientKind.PORTAL, "portal")
        self.other, self.other_key = self.store.add_client("Other portal", ClientKind.PORTAL, "portal")
        self.center, self.center_key = self.store.add_client("Center", ClientKind.PROVIDER, "center")

    def get(self, path: str, key: str = "", **headers: str) -> TestResponse:
        return self.http.get(path, headers=_headers(key, headers))

    def post(
        self, path: str, body: bytes, key: str = "", media: str = "application/json", **headers: str
    ) -> TestResponse:
        return self.http.post(path, data=body, content_type=media, headers=_headers(key, headers))

    def submit(self, key: str, body: bytes | None = None, **headers: str) -> TestResponse:
        return self.post("/v1/applications", make_body() if body is None else body, key, **headers)

    def _verify(self, envelope: Envelope, at: datetime) -> Verdict:
        return passed(APPLICANT_IIN, envelope.content)

    def _check_signature(self, document: bytes, content: bytes | None, certificate: bytes | None) -> dict[str, Any]:
        self.calls.append((document, content, certificate))
        if document == b"noise":
            raise DocumentUnrecognised("the bytes are no signature")
        return report(passed(APPLICANT_IIN, content or document))

    def _assemble(
        self, stored: StoredApplication, attempts: Sequence[AttemptRow], events: Sequence[Event]
    ) -> dict[str, Any]:
        return {"id": stored.id, "text": "Ә", "events": len(events)}

    def _read_terms(self, stored: StoredApplication) -> Terms:
        case = stored.case
        channel = case.service.channel(case.channel)
        assert channel is not None
        return read_terms(case, channel, find_law("asp", NOW.date()), promised=stored.promised)

    def _receive(self, message: bytes) -> bytes:
        self.calls.append(message)
        if b"bad" in message:
            raise MalformedInput("secret of the message")
        return b"<answer/>"


def _headers(key: str, named: Mapping[str, str]) -> dict[str, str]:
    headers = {name.replace("_", "-"): value for name, value in named.items()}
    return headers | ({"Authorization": f"Bearer {key}"} if key else {})
