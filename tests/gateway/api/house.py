"""The API over a real store and office, with registries that have no record: what people do to applications."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from contracts.catalogue import Catalogue
from contracts.findings import load_findings
from contracts.legal.reasons import load_reasons
from contracts.request import Service
from gateway.api.app import create_api
from gateway.api.parts import ApiParts
from gateway.core.law import Law, law_of
from gateway.core.terms import Terms, read_terms
from gateway.dossier.assemble import DossierAssembler
from gateway.dossier.page import render_page
from gateway.intake.draft import MakeDraft
from gateway.intake.envelope import Envelope
from gateway.intake.submit import Submit
from gateway.store.rows import AttemptRow, ClientKind, Event, Evidence, StoredApplication
from signing.verdict import Verdict
from tests.gateway.core.builders import HEAD, LAW, NAMES, PASSPORTS, make_application, make_iin, make_row, make_service
from tests.gateway.gathering.desk import Desk, open_desk
from tests.support.verdicts import passed

CLERK = "Иванова А. Б."
CLERK_IIN = make_iin(date(1980, 2, 3), "female", 9300)
OTHER_IIN = make_iin(date(1981, 2, 3), "female", 9400)
PDF = b"%PDF-1.7 an invented paper %%EOF"
SECRET = "Диагноз"
"""The title of what is sensitive."""


def make_house_service() -> Service:
    """Two rows: a sensitive one whose absence calls for a letter, and one whose absence is an answer."""
    rows = (
        make_row(
            1, (("medical", "person.disabilities[]"),), owner="medicine", absence="written_request",
            title={"ru": SECRET, "kk": SECRET}, sensitivity="health",
        ),
        make_row(2, (("aid", "person.social_aid"),), owner="welfare"),
    )  # fmt: skip
    plain = make_service(*rows).model_dump(mode="json", by_alias=True)
    center = plain["channels"][0]
    plain["channels"] = [center, center | {"key": "portal", "ticket": False}]
    plain["banks"] = [plain["banks"][0] | {"code": "125"}]
    plain["complaint_ways"] = [{"key": "electronic", "name": NAMES}]
    plain["remedies"] = [{"key": "minister", "name": NAMES, "clause": "Clause of complaints", "confidence": 4}]
    return Service.model_validate_json(json.dumps(plain))


def sign_letter(pdf: bytes, iin: str = CLERK_IIN) -> str:
    """What the house's verifier takes for a detached signature over the bytes, by a person."""
    return encode(f"{iin}:{hashlib.sha256(pdf).hexdigest()}".encode())


def encode(content: bytes) -> str:
    return base64.b64encode(content).decode()


@dataclass
class House:
    desk: Desk
    http: FlaskClient
    keys: dict[str, str]
    """By caller: portal, other, system, clerk."""

    def get(self, path: str, caller: str = "clerk", **headers: str) -> TestResponse:
        return self.http.get(path, headers=self._headers(caller, headers))

    def post(self, path: str, body: Any = None, caller: str = "clerk", **headers: str) -> TestResponse:
        data = body if isinstance(body, bytes) else json.dumps(body if body is not None else {})
        return self.http.post(
            path, data=data, content_type="application/json", headers=self._headers(caller, headers)
        )  # fmt: skip

    def submit(self, caller: str = "portal", **signature: str) -> str:
        """The address of an application that was handed in."""
        response = self.hand_in(caller, **signature)
        assert response.status_code == 202, response.get_json()
        return str(response.headers["Location"])

    def hand_in(self, caller: str = "portal", **signature: str) -> TestResponse:
        body = {
            "application": encode(make_application().model_dump_json(by_alias=True).encode()),
            "signature": signature or {"method": "eds", "format": "cms", "value": encode(b"cms")},
        }
        return self.post("/v1/applications", body, caller)

    def work(self, location: str) -> None:
        """Let the gateway do all that can be done now."""
        self.desk.gathering.advance(location.rpartition("/")[2])

    def drafted(self, caller: str = "portal") -> str:
        """An application for which a letter waits for its signature."""
        location = self.submit(caller)
        self.work(location)
        return location

    def sent(self, caller: str = "portal") -> str:
        """An application whose letter is with the owner, and whose forming is extended."""
        location = self.drafted(caller)
        response = self.post(f"{location}/letters/1/sent", {"channel": "paper", "number": "1-2/3"})
        assert response.status_code == 200, response.get_json()
        self.work(location)
        return location

    def registered(self, caller: str = "portal") -> str:
        """An application whose package is whole."""
        location = self.sent(caller)
        assert self.bring(location).status_code == 201
        self.work(location)
        return location

    def bring(self, location: str, **changes: Any) -> TestResponse:
        body = {"kind": "paper", "name": "Справка", "content": encode(PDF), "inquiries": [self.inquiry(location)]}
        return self.post(f"{location}/documents", body | changes)

    def inquiry(self, location: str, number: int = 1) -> str:
        rows = self.get(f"{location}/inquiries").get_json()["requests"]
        return str(next(row for row in rows if row["number"] == number)["cells"][0]["inquiry"])

    def _headers(self, caller: str, named: Mapping[str, str]) -> dict[str, str]:
        headers = {name.replace("_", "-"): value for name, value in named.items()}
        return headers | {"Authorization": f"Bearer {self.keys[caller]}"}


def told(response: TestResponse) -> tuple[int, str]:
    """The status and code of a refusal."""
    return response.status_code, str((response.get_json() or {}).get("code"))


@contextmanager
def open_house(folder: Path) -> Iterator[House]:
    service = make_house_service()
    empty: MappingProxyType[str, Any] = MappingProxyType({})
    catalogue = Catalogue(
        services=MappingProxyType({"asp": service}), passports=MappingProxyType(PASSPORTS), folders=empty,
        vocabulary=empty, dictionaries=empty,
    )  # fmt: skip
    law = Law(LAW.rules, LAW.calendar, PASSPORTS)

    def verify(content: bytes, cms: bytes, at: datetime) -> Verdict:
        iin, _, digest = cms.decode().partition(":")
        return passed(iin if digest == hashlib.sha256(content).hexdigest() else "", content)

    def verify_application(envelope: Envelope, at: datetime) -> Verdict:
        return passed(HEAD, envelope.content)

    def find_law(service: str, on: date) -> Law:
        return law

    def count(stored: StoredApplication) -> Terms:
        channel = stored.case.service.channel(stored.case.channel)
        assert channel is not None
        return read_terms(stored.case, channel, law_of(stored.case, find_law), promised=stored.promised)

    assembler = DossierAssembler(catalogue, load_findings(), find_law, load_reasons)
    with open_desk(folder, service=service, verify=verify) as desk:

        def clock() -> datetime:
            return desk.now

        def assemble(stored: StoredApplication, attempts: Any, events: Any) -> dict[str, Any]:
            kept: tuple[AttemptRow, ...] = tuple(attempts)
            told: tuple[Event, ...] = tuple(events)
            course = desk.course.office.files.course
            evidence = Evidence(
                kept, course=course.read(stored.id), letter_hashes=course.read_letter_hashes(stored.id)
            )  # fmt: skip
            return assembler.assemble(stored, evidence, told, clock())

        submit = Submit(desk.applications, catalogue.services, find_law, verify_application, clock)
        parts = ApiParts(
            catalogue=catalogue, clock=clock, submit=submit, make_draft=MakeDraft(submit.check, clock),
            store=desk.applications, assemble=assemble, read_terms=count, receive=lambda message: message,
            check_signature=lambda *_: {}, office=desk.course.office,
            render_html=lambda dossier, language: render_page(dossier, {}, language), max_body_bytes=100_000,
        )  # fmt: skip
        add = desk.applications.add_client
        keys = {
            "portal": add("Portal", ClientKind.PORTAL, "portal")[1],
            "other": add("Other portal", ClientKind.PORTAL, "portal")[1],
            "system": add("Center", ClientKind.PROVIDER, "center")[1],
            "clerk": add(
                "Desk 1", ClientKind.PROVIDER, "center", employee=CLERK, role="specialist", employee_iin=CLERK_IIN
            )[1],
        }  # fmt: skip
        yield House(desk, create_api(parts).test_client(), keys)
