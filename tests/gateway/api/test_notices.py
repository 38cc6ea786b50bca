"""Notices by the API: neutral unless the applicant reads them, which delivers them; on paper with a receipt."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select, update

from contracts.errors import RegistryFailed
from gateway.store.course_tables import notices
from tests.gateway.api.house import CLERK, SECRET, House, told

SHOWN = "?authenticated=true"
REFUSED = {"outcome": "refused", "number": "8", "reasons": ["unreliable-documents"]}
HANDED = {"channel": "paper", "receipt": "77"}


def deliveries(house: House, location: str) -> dict[str, str]:
    (notice,) = house.get(f"{location}/notices").get_json()["notices"]
    return {one["channel"]: one["state"] for one in notice["deliveries"]}


def test_a_portal_reads_a_neutral_notice_and_that_delivers_nothing(house: House) -> None:
    location = house.sent()
    (notice,) = house.get(f"{location}/notices", "portal").get_json()["notices"]
    assert (notice["kind"], notice["deliveries"], notice["clause"]) == ("extension", None, None)
    assert SECRET not in "".join(notice["paragraphs"])
    assert deliveries(house, location)["portal"] == "waiting"


def test_the_applicant_reads_it_whole_and_so_it_is_delivered_once(house: House) -> None:
    location = house.sent()
    for _ in range(2):
        (notice,) = house.get(f"{location}/notices{SHOWN}", "portal").get_json()["notices"]
        assert SECRET in "".join(notice["paragraphs"])
    assert deliveries(house, location)["portal"] == "delivered"
    events = house.desk.events(location.rpartition("/")[2])
    told = [data["channel"] for kind, data in events if kind == "notice_delivered"]
    assert sorted(told) == ["portal", "sms"]


@pytest.mark.parametrize("accept", ["application/json", "application/pdf"])
def test_one_notice_is_data_or_a_pdf_and_reading_it_delivers_it_too(house: House, accept: str) -> None:
    location = house.sent()
    response = house.get(f"{location}/notices/1{SHOWN}", "portal", Accept=accept)
    assert response.content_type == accept
    assert deliveries(house, location)["portal"] == "delivered"


def test_no_message_is_tried_again_once_another_delivery_has_told_the_applicant(house: House) -> None:
    location = house.drafted()
    house.desk.course.messages.broken = RegistryFailed()
    house.post(f"{location}/letters/1/sent", {"channel": "paper", "number": "1-2/3"})
    house.work(location)
    house.get(f"{location}/notices{SHOWN}", "portal")
    house.desk.course.messages.broken = None
    house.desk.move(hours=2)
    house.work(location)
    assert house.desk.course.messages.sent == {}
    assert deliveries(house, location) == {"portal": "delivered", "sms": "waiting"}


def test_a_message_is_tried_again_while_nothing_has_told_the_applicant(house: House) -> None:
    location = house.drafted()
    house.desk.course.messages.broken = RegistryFailed()
    house.post(f"{location}/letters/1/sent", {"channel": "paper", "number": "1-2/3"})
    house.work(location)
    house.desk.course.messages.broken = None
    house.desk.move(hours=2)
    house.work(location)
    assert deliveries(house, location)["sms"] == "delivered"


def test_neither_the_providers_reading_nor_a_look_at_the_headers_counts(house: House) -> None:
    location = house.sent()
    house.get(f"{location}/notices{SHOWN}", "clerk")
    house.get(f"{location}/notices/1{SHOWN}", "system")
    house.http.head(f"{location}/notices{SHOWN}", headers={"Authorization": f"Bearer {house.keys['portal']}"})
    assert deliveries(house, location)["portal"] == "waiting"


def test_another_portal_reads_and_delivers_nothing(house: House) -> None:
    location = house.sent()
    for path in (f"{location}/notices{SHOWN}", f"{location}/notices/1{SHOWN}"):
        assert told(house.get(path, "other")) == (404, "application-not-found")
    assert deliveries(house, location)["portal"] == "waiting"


def test_a_notice_speaks_the_callers_language(house: House) -> None:
    location = house.sent()
    titles = {
        house.get(f"{location}/notices/1", "portal", Accept_Language=language).get_json()["title"]
        for language in ("ru", "kk")
    }
    assert len(titles) == 2


def test_who_applied_at_the_counter_gets_it_on_paper_with_a_receipt(house: House) -> None:
    location = house.sent("clerk")
    assert deliveries(house, location)["paper"] == "waiting"
    for _ in range(2):
        notice = house.post(f"{location}/notices/1/delivered", HANDED).get_json()
    by_channel = {one["channel"]: one for one in notice["deliveries"]}
    assert (by_channel["paper"]["state"], by_channel["paper"]["delivered_by"]) == ("delivered", CLERK)
    assert by_channel["paper"]["receipt"] == "77"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"channel": "sms", "receipt": "1"}, 400, "invalid-value"),
        ({"channel": "paper"}, 400, "missing-field"),
        ({"channel": "paper", "receipt": ""}, 400, "invalid-value"),
        ({"channel": "paper", "receipt": "r" * 61}, 400, "invalid-value"),
        (HANDED | {"acted_by": "Ахметов Е."}, 400, "acted-by-misplaced"),
        (b"", 400, "malformed-json"),
    ],
)
def test_a_handing_over_that_is_not_told_in_order_is_none(house: House, body: Any, status: int, code: str) -> None:
    location = house.sent("clerk")
    assert told(house.post(f"{location}/notices/1/delivered", body)) == (status, code)
    assert deliveries(house, location)["paper"] == "waiting"


def test_a_notice_that_is_not_there_is_not_found(house: House) -> None:
    location = house.sent()
    for n in ("2", "x", "0"):
        assert told(house.get(f"{location}/notices/{n}", "portal")) == (404, "notice-not-found")
        assert told(house.post(f"{location}/notices/{n}/delivered", HANDED)) == (404, "notice-not-found")
    assert told(house.get(f"{location}/notices?authenticated=yes", "portal")) == (400, "invalid-value")


def test_what_a_notice_said_when_it_was_issued_it_says_for_ever(house: House) -> None:
    location = house.registered()
    house.post(f"{location}/decision", REFUSED | {"preliminary": True})
    house.work(location)
    before, printed = preliminary(house, location)
    house.desk.move(days=3)
    house.post(f"{location}/hearing", {"record": "Заслушан"})
    house.post(f"{location}/decision", REFUSED | {"reasons": ["no-consent"], "number": "9"})
    house.work(location)
    after, printed_again = preliminary(house, location)
    assert (after["title"], after["paragraphs"], after["sha256"]) == (
        before["title"], before["paragraphs"], before["sha256"],
    )  # fmt: skip
    assert printed_again == printed
    dossier = house.get(f"{location}/dossier").get_json()
    told = next(one for one in dossier["course"]["notices"] if one["kind"] == "preliminary_refusal")
    assert (told["content_sha256"], told["text"]["ru"]["paragraphs"]) == (before["sha256"], before["paragraphs"])


def test_a_notice_is_kept_sealed_and_what_was_tampered_with_is_never_shown(house: House) -> None:
    location = house.sent()
    database = house.desk.course.office.lists.database
    with database.read() as connection:
        row = connection.execute(select(notices)).one()
    assert row.sealed_content and SECRET.encode() not in row.sealed_content
    database.write(lambda c: c.execute(update(notices).values(sealed_content=row.sealed_content[:-1] + b"?")))
    assert told(house.get(f"{location}/notices/1")) == (503, "store-unavailable")


def test_a_notice_of_an_earlier_release_is_written_when_it_is_read(house: House) -> None:
    location = house.sent()
    kept = house.get(f"{location}/notices/1").get_json()
    empty = update(notices).values(sealed_content=None, content_sha256="")
    house.desk.course.office.lists.database.write(lambda connection: connection.execute(empty))
    assert house.get(f"{location}/notices/1").get_json() == kept | {"sha256": ""}
    assert house.get(f"{location}/dossier").get_json()["course"]["notices"][0]["text"] == {}


def preliminary(house: House, location: str) -> tuple[dict[str, Any], bytes]:
    found = house.get(f"{location}/notices").get_json()["notices"]
    notice = next(one for one in found if one["kind"] == "preliminary_refusal")
    return notice, house.get(f"{location}/notices/{notice['n']}", Accept="application/pdf").data
