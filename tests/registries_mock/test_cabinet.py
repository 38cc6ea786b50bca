"""The portal's cabinet: what is sent is found there once, and an account that is not known puts nothing there."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml import etree
from werkzeug.test import TestResponse

from contracts.catalogue import Catalogue
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import IIN, NOW, PASSWORD, request_data, small_app, sync_message

KEY = "egov-notification"


class Portal:
    def __init__(self, catalogue: Catalogue) -> None:
        self.passport = catalogue.passports[KEY]
        self.catalogue = catalogue
        self.client: FlaskClient = small_app().test_client()

    def send(self, iin: str = IIN, wrong: str = "", **words: str) -> TestResponse:
        data = request_data(self.catalogue, self.passport, iin, **words)
        data = data.replace(f"<password>{PASSWORD}<", f"<password>{wrong}<") if wrong else data
        return self.client.post("/bip-sync-wss-gost/", data=sync_message(self.passport.service_id, data))

    def shelf(self) -> list[dict[str, Any]]:
        return self.client.get("/_mock/notifications").json or []


@pytest.fixture
def portal(catalogue: Catalogue) -> Portal:
    return Portal(catalogue)


def test_a_notification_is_found_in_the_cabinet_once_with_both_texts(portal: Portal) -> None:
    for _ in range(2):
        root = assert_envelope(portal.send().data, "sync-types.xsd")
        said = {str(etree.QName(one).localname): one.text for one in root.iter() if one.text}
        assert (said["status"], said["notificationId"]) == ("SUCCESS", "notice-1")
    assert portal.shelf() == [
        {
            "id": "notice-1", "iin": IIN, "text_ru": "Есть <&> уведомление", "text_kk": "Хабарлама бар",
            "at": NOW.isoformat(timespec="seconds"), "received": 2,
        }
    ]  # fmt: skip


def test_an_account_that_is_not_known_puts_nothing_there(portal: Portal) -> None:
    reply = portal.send(wrong="other")
    assert (reply.status_code, b"999" in reply.data, portal.shelf()) == (500, True, [])


def test_the_newest_stands_first_and_all_is_forgotten_on_demand(portal: Portal) -> None:
    portal.send()
    portal.send(notice_id="notice-2")
    assert [one["id"] for one in portal.shelf()] == ["notice-2", "notice-1"]
    assert portal.client.delete("/_mock/notifications").status_code == 204
    assert portal.shelf() == []
