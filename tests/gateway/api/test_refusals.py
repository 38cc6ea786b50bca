"""Refusals by the API: both stages keep their reasons, and who is told of them; see test_hearings.py."""

from __future__ import annotations

from typing import Any

from tests.gateway.api.house import House

REFUSED: dict[str, Any] = {"outcome": "refused", "number": "8", "reasons": ["unreliable-documents"]}


def status(house: House, location: str, caller: str = "portal") -> dict[str, Any]:
    body: dict[str, Any] = house.get(location, caller).get_json()
    return body


def test_the_final_refusal_leaves_the_preliminary_one_as_it_was(house: House) -> None:
    location = house.registered()
    first = house.post(f"{location}/decision", REFUSED | {"preliminary": True}).get_json()
    assert (first["preliminary_number"], first["number"], first["reasons"]) == ("8", "", [])
    assert [one["code"] for one in status(house, location)["reasons"]] == ["unreliable-documents"]
    house.work(location)
    house.desk.move(days=3)
    house.post(f"{location}/hearing", {"record": "Заслушан"})
    body = house.post(f"{location}/decision", REFUSED | {"number": "9", "reasons": ["no-consent"]}).get_json()
    assert (body["preliminary_number"], body["number"]) == ("8", "9")
    assert [one["code"] for one in body["preliminary_reasons"]] == ["unreliable-documents"]
    assert [one["code"] for one in body["reasons"]] == ["no-consent"]
    assert body["preliminary_at"] == first["preliminary_at"] and body["hearing_held_at"] > first["preliminary_at"]
    assert status(house, location)["reasons"] == body["reasons"]
    dossier = house.get(f"{location}/dossier").get_json()
    kept = dossier["course"]["decision"]
    assert (kept["preliminary_number"], kept["number"]) == ("8", "9")
    assert [one["code"] for one in kept["preliminary_reasons"]] == ["unreliable-documents"]
    events = {one["kind"]: one["data"] for one in dossier["events"]}
    assert (events["decision_preliminary_by"]["number"], events["decision_by"]["number"]) == ("8", "9")
    page = house.get(f"{location}/dossier", Accept="text/html").get_data(as_text=True)
    assert "№ 8" in page and "№ 9" in page and "недостоверны" in page and "Нет согласия" in page


def test_a_portals_events_say_that_there_is_a_decision_and_not_why(house: House) -> None:
    location = house.registered()
    refused = REFUSED | {"reasons": ["court-decision", "unreliable-documents"]}
    house.post(f"{location}/decision", refused | {"preliminary": True})
    house.work(location)
    house.desk.move(days=3)
    house.post(f"{location}/hearing", {"record": "Заслушан"})
    house.post(f"{location}/decision", refused)
    seen = house.get(f"{location}/events", "portal")
    kinds = {one["kind"]: one["data"] for one in seen.get_json()["events"]}
    assert (kinds["decision"], kinds["decision_preliminary"]["outcome"]) == ({"outcome": "refused"}, "refused")
    for word in ("court-decision", "unreliable-documents", '"by"', "number"):
        assert word not in seen.get_data(as_text=True)
    inside = {one["kind"]: one["data"] for one in house.get(f"{location}/events").get_json()["events"]}
    for kind in ("decision_preliminary_by", "decision_by"):
        assert inside[kind]["reasons"] == ["court-decision", "unreliable-documents"]


def test_a_sensitive_reason_is_named_to_the_authenticated_applicant_alone(house: House) -> None:
    location = house.registered()
    refused = REFUSED | {"reasons": ["court-decision", "unreliable-documents"], "preliminary": True}
    house.post(f"{location}/decision", refused)
    house.work(location)
    for shown, codes in (("", ["hidden", "unreliable-documents"]), ("?authenticated=true", refused["reasons"])):
        reasons = house.get(f"{location}{shown}", "portal").get_json()["reasons"]
        assert [one["code"] for one in reasons] == codes
        notices = house.get(f"{location}/notices{shown}", "portal").get_json()["notices"]
        text = " ".join(notices[-1]["paragraphs"])
        assert ("решение суда" in text) == bool(shown) and "недостоверны" in text
    assert [one["code"] for one in status(house, location, "clerk")["reasons"]] == refused["reasons"]
