"""A deployment's own rows, services and passports work by data alone: no line of Python is written for them here."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from schwifty import IBAN

from contracts.catalogue import load_catalogue
from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.deployment import NAMES, add_row, copy_passports, write_file
from tests.support.house import House, open_house, open_mock, parts_of

TERMS = f"""
[[term]]
path = "person.boats[].name"
type = "string"
title = {NAMES}
example = "Каспий"
[[term]]
path = "person.boats[].crew"
type = "integer"
title = {NAMES}
example = "4"
"""
HEAD = f"""
key = "boats"
title = {NAMES}
registry = "boats"
confidence = "assumed"
source = "Invented for a test."
consent_ground = {{ clause = "none", confidence = "assumed", words = {{ ru = "нет", kk = "жоқ" }} }}
search = [["iin"]]
"""
PASSPORTS = {
    "shep-sync": f"""{HEAD}
protocol = "shep-sync"
service_id = "INVENTED_BOATS"
namespaces = {{ b = "urn:invented:boats" }}
[[readings]]
at = "status"
answer = ["SCSS001"]
[[readings]]
at = "element"
path = "fleet/boat"
missing = "no_record"
[request]
form = "string"
root = "b:ask"
fields = [{{ path = "who", from = "question.iin" }}]
[reply]
form = "string"
root = "b:told"
fields = [
  {{ path = "fleet", type = "group", card = "0..1" }},
  {{ path = "fleet/boat", type = "group", card = "0..n", bind = "person.boats[]" }},
  {{ path = "fleet/boat/@name", bind = "person.boats[].name" }},
  {{ path = "fleet/boat/crew", type = "int", bind = "person.boats[].crew" }},
]
""",
    "rest": f"""{HEAD}
protocol = "rest"
address = "boats/of-person"
rest = {{ method = "POST" }}
[[readings]]
at = "http"
answer = ["200"]
[[readings]]
at = "element"
path = "fleet"
missing = "no_record"
[request]
form = "json"
fields = [{{ path = "who", from = "question.iin" }}]
[reply]
form = "json"
fields = [
  {{ path = "told", type = "dateTime", from = "message.date" }},
  {{ path = "fleet", type = "group", card = "0..n", bind = "person.boats[]" }},
  {{ path = "fleet/name", bind = "person.boats[].name" }},
  {{ path = "fleet/crew", type = "int", bind = "person.boats[].crew" }},
]
""",
}


@contextmanager
def house_over(folder: Path, registrar: Registrar, tmp_path: Path, **environ: str) -> Iterator[House]:
    """Gateway and mock suite over the same folder of a deployment."""
    clock = MovableClock()
    base = tmp_path / "gateway"
    base.mkdir()
    told = {"ASP_PASSPORTS": str(folder)} | environ
    with (
        open_mock(clock, registrar, catalogue_folders=(folder,)) as mock,
        open_house(base, registrar, clock, mock, told) as house,
    ):
        yield house


@pytest.mark.parametrize("protocol", PASSPORTS)
def test_a_25th_row_with_its_passport_is_published_asked_answered_and_shown(
    protocol: str, registrar: Registrar, tmp_path: Path
) -> None:
    folder = tmp_path / "deployment"
    write_file(folder / "vocabulary" / "boats.toml", TERMS)
    write_file(folder / "passports" / "boats" / "passport.toml", PASSPORTS[protocol])
    add_row(folder, "asp", 25, "boats", "boats", "person.boats[]")
    with house_over(folder, registrar, tmp_path) as house:
        published = house.provider.get("/v1/requests")["requests"]
        assert [row["number"] for row in published] == list(range(1, 26))
        dossier = house.gather(house.mock.application("lone-pensioner"))
        assert dossier["summary"] | {"accounted": 25, "requests": 25, "complete": True} == dossier["summary"]
        (part,) = [part for part in parts_of(dossier) if part["number"] == 25]
        assert part["outcome"] == "found"
        assert part["answer"]["person"]["boats"][0].keys() == {"name", "crew"}
        assert isinstance(part["answer"]["person"]["boats"][0]["crew"], int)
        assert [attempt["failure"] for attempt in part["attempts"]] == [""]
        assert house.mock.counts()["boats"] == 1
        page = house.provider.call(
            "GET", f"/v1/applications/{dossier['application']['id']}/dossier", headers={"Accept": "text/html"}
        )
        assert str(part["answer"]["person"]["boats"][0]["name"]) in page.text
        house.mock.fail(kind="no_record", passport="boats")
        again = house.gather(house.mock.application("lone-pensioner"))
        assert [p["outcome"] for p in parts_of(again) if p["number"] == 25] == ["no_record"]


SERVICE = f"""
code = "ferry"
egov_code = "pass999"
clause = "Invented rules of ferries"
name = {NAMES}
[[channels]]
key = "center"
name = {NAMES}
days = 8
unit = "working_days"
start_event = "package_registered"
ticket = true
clause = "Invented term"
confidence = 1
[[channels]]
key = "portal"
name = {NAMES}
days = 20
unit = "calendar_days"
start_event = "accepted"
ticket = false
clause = "Another invented term"
confidence = 1
[[banks]]
code = "998"
bic = "TSESKZKA"
name = {NAMES}
"""


def test_a_second_service_of_three_requests_with_terms_and_banks_of_its_own_works_by_data_alone(
    registrar: Registrar, tmp_path: Path
) -> None:
    folder = tmp_path / "deployment"
    write_file(folder / "services" / "ferry" / "service.toml", SERVICE)
    add_row(folder, "ferry", 1, "who", "gbdfl-universal", "person.documents[]")
    add_row(folder, "ferry", 2, "cars", "mvd-vehicles", "person.vehicles[]")
    add_row(folder, "ferry", 3, "labour", "oop-labour-history", "person.employments[]")
    with house_over(folder, registrar, tmp_path) as house:
        declared = house.mock.application("lone-pensioner")
        refused = house.provider.call(
            "POST", "/v1/applications", json=registrar.submission(declared | {"service": "ferry"})
        )
        assert (refused.status_code, refused.json()["code"]) == (422, "iban-bank")
        application = copy.deepcopy(declared) | {"service": "ferry"}
        application["account"]["iban"] = str(IBAN.generate("KZ", bank_code="998", account_code="MTB0000012345"))
        # From Monday 5 October 2026: 8 working days; 20 calendar days, which end on a Sunday or holiday and roll on.
        for caller, due_on in ((house.provider, "2026-10-15"), (house.portal, "2026-10-27")):
            application_id = caller.submit(registrar.submission(application))
            caller.wait(application_id)
            dossier = house.provider.dossier(application_id)
            assert [row["number"] for row in dossier["requests"]] == [1, 2, 3]
            assert dossier["summary"] | {"accounted": 3, "requests": 3, "complete": True} == dossier["summary"]
            due = house.provider.get(f"/v1/applications/{application_id}")["terms"]["due"]
            assert due["on"] == due_on
        assert len(house.provider.get("/v1/requests")["requests"]) >= 24


FOREIGN = {
    "mvd-vehicles": lambda key: (
        f"""
key = "{key}"
title = {NAMES}
registry = "mvd"
confidence = "assumed"
source = "Invented for a test: another root, other namespaces, another form, other codes."
protocol = "shep-sync"
service_id = "FOREIGN_VEHICLES"
consent_ground = {{ clause = "none", confidence = "assumed", words = {{ ru = "нет", kk = "жоқ" }} }}
search = [["iin"]]
success_status = "OK-1"
namespaces = {{ q = "urn:foreign:ask", a = "urn:foreign:answer", c = "urn:foreign:cars" }}
[[readings]]
at = "status"
answer = ["OK-1"]
[[readings]]
at = "code"
path = "a:state"
answer = ["HAS"]
no_record = ["HAS-NOT"]
[request]
form = "element"
root = "q:question"
qualified = "all"
fields = [
  {{ path = "head/sent", type = "dateTime", from = "message.date" }},
  {{ path = "key[kind=IIN]/value", from = "question.iin" }},
]
[reply]
form = "element"
root = "a:answer"
qualified = "none"
fields = [
  {{ path = "a:state", value = "HAS" }},
  {{ path = "c:garage", type = "group", card = "0..1" }},
  {{ path = "c:garage/c:car", type = "group", card = "0..n", bind = "person.vehicles[]" }},
  {{ path = "c:garage/c:car/@made", type = "int", bind = "person.vehicles[].year" }},
  {{ path = "c:garage/c:car/c:since", type = "dateTime", bind = "person.vehicles[].registered_on" }},
  {{ path = "c:garage/c:car/c:brand", bind = "person.vehicles[].make" }},
  {{ path = "c:garage/c:car/c:plate", bind = "person.vehicles[].plate" }},
]
"""
    ),
}


@pytest.mark.parametrize("key", FOREIGN)
def test_a_passport_of_a_foreign_shape_is_followed_by_both_sides(
    key: str, registrar: Registrar, tmp_path: Path, house: House
) -> None:
    folder = tmp_path / "passports-of-a-deployment"
    make: Callable[[str], str] = FOREIGN[key]
    write_file(folder / key / "passport.toml", make(key))
    asked = ("year", "registered_on", "make", "plate")
    own_row = [part for _, row, part in load_catalogue([folder.parent]).parts() if part.passport == key]
    assert own_row
    with house_over(folder, registrar, tmp_path) as foreign:
        told = {}
        for name, where in (("foreign", foreign), ("shipped", house)):
            dossier = where.gather(where.mock.application("two-dwellings-two-cars"))
            told[name] = [
                [{word: vehicle.get(word) for word in asked} for vehicle in part["answer"]["person"]["vehicles"]]
                for part in parts_of(dossier)
                if part["passport"] == key and part["outcome"] == "found"
            ]
        assert told["foreign"] == told["shipped"]
        assert told["foreign"]
        empty = foreign.gather(foreign.mock.application("lone-pensioner"))
        assert {p["outcome"] for p in parts_of(empty) if p["passport"] == key} == {"no_record"}


def test_an_alternative_profile_takes_the_place_of_the_passport_that_it_is_an_alternative_to(
    registrar: Registrar, tmp_path: Path
) -> None:
    empty = tmp_path / "nothing-of-its-own"
    empty.mkdir()
    alternatives = [p for p in load_catalogue().passports.values() if p.alternative_to]
    assert alternatives
    chosen = ",".join(f"{one.alternative_to}={one.key}" for one in alternatives)
    with house_over(empty, registrar, tmp_path, ASP_PROFILES=chosen) as house:
        dossier = house.gather(house.mock.application("lone-pensioner"))
        used: dict[str, Any] = {part["passport"]: part for part in parts_of(dossier)}
        for one in alternatives:
            assert used[one.key]["outcome"] == "found"
            assert one.alternative_to not in used
            assert one.alternative_to not in house.mock.counts()
        assert dossier["summary"]["complete"]


def test_copies_of_all_shipped_passports_in_a_folder_change_nothing(
    registrar: Registrar, tmp_path: Path, house: House
) -> None:
    folder = copy_passports(tmp_path / "copies")
    with house_over(folder, registrar, tmp_path) as copied:
        dossiers = [where.gather(where.mock.application("lone-pensioner")) for where in (copied, house)]
        first, second = (
            [(p["number"], p["subject"], p["outcome"], p["answer"]) for p in parts_of(d)] for d in dossiers
        )
        assert first == second
