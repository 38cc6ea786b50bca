"""The request that all servers get, unsigned and signed, and the reply that our suite gives to it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Final

from contracts.catalogue import Catalogue
from gateway.clock import now
from registries_mock.ca.authority import Authority
from registries_mock.ca.subjects import Subject
from registries_mock.testing.handle import PeopleOfSuite
from signing.wsse.signing import sign_envelope
from tests.registries_mock.small_world import request_data, sync_message

PASSPORT: Final = "nobd-universal"
"""A service that wants no consent and tells a whole record."""
PERSONA: Final = "family-of-five"
WANTED: Final = "SendMessageResponse"
"""Stands in every right reply, ours and the peers'."""
_BIN: Final = "990140009992"


def write_request(catalogue: Catalogue, people: PeopleOfSuite) -> bytes:
    """About the applicant of the first persona."""
    passport = catalogue.passports[PASSPORT]
    return sync_message(passport.service_id, request_data(catalogue, passport, people.iin(PERSONA)))


def make_authority(folder: Path) -> Authority:
    """The authority of a suite, in a folder for `--ca`."""
    authority = Authority.create(now() - timedelta(days=30))
    authority.save(folder)
    return authority


def sign_request(request: bytes, authority: Authority) -> bytes:
    """By an organisation's system, with RSA."""
    key = authority.issue("information-system", Subject(bin=_BIN), at=now() - timedelta(days=30), algorithm="rsa")
    return sign_envelope(request, key)
