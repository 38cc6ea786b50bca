"""All who ask about a person are told from one record, so nobody may change it."""

import json
from copy import deepcopy
from datetime import datetime, timedelta, timezone

from contracts.catalogue import Catalogue
from registries_mock.payloads.xml_in import parse_bytes
from registries_mock.settings import Settings
from registries_mock.suite import Suite
from tests.registries_mock.people_of_tests import TODAY, population
from tests.registries_mock.small_world import outside, request_body

_NOON = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=timezone(timedelta(hours=5)))


def test_a_person_has_one_record_and_no_registry_changes_it(catalogue: Catalogue) -> None:
    people = population()
    suite = Suite(Settings(), outside(people, clock=lambda: _NOON))
    for citizen in people.persona("family-of-five").family.people:
        record = people.record(citizen.iin or "")
        before = deepcopy(record)
        about = {"surname": citizen.surname, "name": citizen.name, "birth_date": citizen.born.isoformat()}
        for key, passport in catalogue.passports.items():
            body = request_body(catalogue, passport, citizen.iin or "", **about)
            reader = suite.registries.reader(key)
            asked = reader.read_object(json.loads(body)) if body.startswith(b"{") else reader.read(parse_bytes(body))
            suite.registries.answer(passport, asked, "asp-gateway")
        assert people.record(citizen.iin or "") is record
        assert record == before
    suite.close()
