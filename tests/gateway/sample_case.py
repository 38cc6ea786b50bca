"""An invented service, family and application for the gateway's tests; every number is computed, none is anybody's."""

from __future__ import annotations

import base64
import copy
import json
from datetime import UTC, date, datetime
from types import MappingProxyType
from typing import Any

from contracts.catalogue import Catalogue
from contracts.iin import calc_check_digit
from contracts.legal.calendar import load_calendar
from contracts.legal.rules import load_rules
from contracts.request import Service
from gateway.core.law import Law

NOW = datetime(2026, 3, 2, 7, 0, tzinfo=UTC)
"""A Monday, noon in Kazakhstan."""


def make_iin(born: date, century_digit: int, serial: int) -> str:
    """The first valid IIN from the serial number on (some numbers are never issued)."""
    while True:
        eleven = f"{born:%y%m%d}{century_digit}{serial:04d}"
        check = calc_check_digit(eleven)
        if check is not None:
            return f"{eleven}{check}"
        serial += 1


def make_iban(bank: str = "601", account: str = "A000000000001", country: str = "KZ") -> str:
    """An IBAN with the right check digits (ISO 13616)."""
    digits = "".join(str(int(c, 36)) for c in f"{bank}{account}{country}00")
    return f"{country}{98 - int(digits) % 97:02d}{bank}{account}"


APPLICANT_BORN, SPOUSE_BORN, CHILD_BORN = date(1990, 1, 1), date(1988, 5, 20), date(2015, 9, 3)
APPLICANT_IIN = make_iin(APPLICANT_BORN, 4, 9112)
SPOUSE_IIN = make_iin(SPOUSE_BORN, 3, 9134)
CHILD_IIN = make_iin(CHILD_BORN, 5, 9156)

_PART = {"key": "main", "passport": "sample", "record": "person.iin", "answers": ("person.iin",)}
_NAMES = {"ru": "Имя", "kk": "Аты", "en": "Name"}


def _row(number: int, **changes: Any) -> dict[str, Any]:
    row = {
        "number": number,
        "key": f"sample_{number}",
        "title": {"ru": f"Запрос {number}", "kk": f"Сұрау салу {number}"},
        "system": "Система",
        "owner": {"key": "owner", "name": _NAMES, "letter_to": _NAMES},
        "subject": {"rule": "applicant"},
        "wave": 1,
        "absence": "answer",
        "no_answer": "keep_trying",
        "clause": "Sample clause",
        "confidence": {"owner": 1, "system": 1, "fields": 1, "transport": 1},
        "parts": (_PART | {"title": _NAMES},),
    }
    return row | changes


def make_service() -> Service:
    """A service of two requests, with a channel that gives a ticket and one that gives a notice."""
    return Service.model_validate(
        {
            "code": "asp",
            "egov_code": "sample",
            "name": {"ru": "Услуга", "kk": "Қызмет", "en": "Service"},
            "clause": "Sample clause",
            "channels": [
                {"key": "portal", "name": _NAMES, "days": 15, "start_event": "package_registered", "ticket": False,
                 "clause": "Clause of the portal", "confidence": 2},
                {"key": "center", "name": _NAMES, "days": 15, "start_event": "handed_in", "ticket": True,
                 "clause": "Clause of the center", "confidence": 4},
            ],
            "banks": [
                {"code": "563", "bic": "KPSTKZKA", "name": _NAMES},
                {"code": "601", "bic": "HSBKKZKX", "name": _NAMES},
            ],
            "texts": {"sent": {"ru": "Отправлено", "kk": "Жіберілді", "en": "Sent"}},
            "requests": (_row(1), _row(2, absence="applicant_corrects")),
        }
    )  # fmt: skip


def make_catalogue() -> Catalogue:
    empty: MappingProxyType[str, Any] = MappingProxyType({})
    services = MappingProxyType({"asp": make_service()})
    return Catalogue(services=services, passports=empty, folders=empty, vocabulary=empty, dictionaries=empty)


def find_law(service: str, on: date) -> Law:
    return Law(load_rules(service, on), load_calendar(), {})


def make_application() -> dict[str, Any]:
    """A family of three that has everything right; change what the test is about."""
    return copy.deepcopy(
        {
            "schema": "urn:asp-gateway:application:1",
            "service": "asp",
            "applicant": {
                "iin": APPLICANT_IIN, "surname": "Примерова", "name": "Айгуль", "birth_date": str(APPLICANT_BORN),
                "phone": "+77000000001",
            },
            "family": [
                {"relation": "spouse", "iin": SPOUSE_IIN, "surname": "Примеров", "name": "Ерлан",
                 "birth_date": str(SPOUSE_BORN)},
                {"relation": "child", "iin": CHILD_IIN, "surname": "Примеров", "name": "Алихан",
                 "birth_date": str(CHILD_BORN)},
            ],
            "account": {"iban": make_iban()},
            "consents": {"personal_data": True, "verification": True},
        }
    )  # fmt: skip


def encode(application: Any) -> bytes:
    return json.dumps(application, ensure_ascii=False).encode()


def make_body(declared: Any = None, *, content: bytes | None = None, **changes: Any) -> bytes:
    """The body of a submission; the signature is whatever the test's verifier believes."""
    signed = content if content is not None else encode(make_application() if declared is None else declared)
    body = {
        "application": base64.b64encode(signed).decode(),
        "signature": {"method": "eds", "format": "cms", "value": base64.b64encode(b"signature").decode()},
    }
    return json.dumps(body | changes).encode()
