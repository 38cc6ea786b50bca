"""The family of five, from a signed application to a complete dossier, through HTTP alone."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import Any

import pytest
import requests

from tests.support.authority import Registrar
from tests.support.clock import MovableClock
from tests.support.house import House, inquiries_of, open_house, open_mock, parts_of

PERSONA = "family-of-five"
CELLS_OF_FIVE = 5


class Story:
    """What came of one submission; gathered once, looked at by every test here."""

    def __init__(self, house: House) -> None:
        self.house = house
        before = house.mock.counts()
        self.application = house.mock.application(PERSONA)
        self.submission = house.registrar.submission(self.application)
        self.accepted = house.provider.call("POST", "/v1/applications", json=self.submission)
        self.id = str(self.accepted.json()["id"])
        house.provider.wait(self.id)
        self.dossier = house.provider.dossier(self.id)
        after = house.mock.counts()
        self.asked = Counter(after) - Counter(before)


@pytest.fixture(scope="module")
def story(tmp_path_factory: pytest.TempPathFactory, registrar: Registrar) -> Any:
    clock = MovableClock()
    with (
        open_mock(clock, registrar) as mock,
        open_house(tmp_path_factory.mktemp("five"), registrar, clock, mock) as house,
    ):
        yield Story(house)


def test_the_dossier_is_complete_and_accounts_for_every_one_of_the_24_requests(story: Story) -> None:
    numbers = [row["number"] for row in story.dossier["requests"]]
    assert numbers == list(range(1, 25))
    assert all(type(number) is int for number in numbers)
    assert story.dossier["summary"]["complete"]
    assert story.dossier["summary"]["accounted"] == 24
    assert all(inquiry["closed"] and not inquiry["gap"] for inquiry in inquiries_of(story.dossier))


def test_the_acceptance_says_the_number_and_hands_out_a_ticket(story: Story) -> None:
    body = story.accepted.json()
    assert story.accepted.status_code == 202
    assert story.accepted.headers["Location"] == f"/v1/applications/{story.id}"
    assert body["ticket"]["number"] == body["number"]
    assert body["ticket"]["result_by"]["clause"]
    assert story.house.provider.get(f"/v1/applications/{story.id}/ticket") == body["ticket"]


def test_a_portal_gets_a_notice_of_processing_and_no_ticket(story: Story) -> None:
    submission = story.house.registrar.submission(story.house.mock.application("lone-pensioner"))
    answer = story.house.portal.call("POST", "/v1/applications", json=submission).json()
    assert "notice" in answer
    assert not answer.get("ticket")


def test_the_status_says_that_the_package_is_registered_and_when_the_service_is_due(story: Story) -> None:
    status = story.house.provider.get(f"/v1/applications/{story.id}")
    assert status["status"]["code"] == "package_registered"
    assert status["next_date"]["what"] == "due"
    assert status["terms"]["registered_on"] == "2026-10-05"
    assert status["terms"]["due"]["clause"]
    assert status["terms"]["due"]["on"] == story.dossier["terms"]["due"]["on"] > status["terms"]["registered_on"]


def test_the_table_of_inquiries_is_the_one_of_the_dossier(story: Story) -> None:
    table = story.house.provider.get(f"/v1/applications/{story.id}/inquiries")
    cells = {(row["number"], cell["subject"], cell["outcome"]) for row in table["requests"] for cell in row["cells"]}
    told = {
        (i["number"], i["subject"]["ref"] if i["subject"] else "", i["outcome"]) for i in inquiries_of(story.dossier)
    }
    assert cells == told
    assert len([s for s in table["subjects"] if s["ref"] != "household"]) == CELLS_OF_FIVE


def test_every_inquiry_is_told_once_as_an_event_and_the_registration_with_its_date_last(story: Story) -> None:
    events = story.house.provider.get(f"/v1/applications/{story.id}/events")["events"]
    assert [event["seq"] for event in events] == sorted(event["seq"] for event in events)
    assert events[0]["kind"] == "application_accepted"
    assert [event["kind"] for event in events[-2:]] == ["package_registered", "date_set"]
    closed = Counter((e["data"]["number"], e["data"]["subject"]) for e in events if e["kind"] == "inquiry_closed")
    cells = {(i["number"], i["subject"]["ref"] if i["subject"] else "") for i in inquiries_of(story.dossier)}
    assert closed == Counter(cells)


def test_a_live_stream_tells_the_same_events(story: Story) -> None:
    url = f"{story.house.gateway_url}/v1/applications/{story.id}/events"
    headers = {"Authorization": f"Bearer {story.house.provider.key}", "Accept": "text/event-stream"}
    listed = story.house.provider.get(f"/v1/applications/{story.id}/events")["events"]
    streamed: list[dict[str, Any]] = []
    with requests.get(url, headers=headers, timeout=20, stream=True) as live:
        for line in live.iter_lines(decode_unicode=True):
            if line.startswith("data: "):
                streamed.append(json.loads(line[6:]))
            if len(streamed) == len(listed):
                break
    assert streamed == listed


def test_every_inquiry_that_applies_has_attempts_with_times_and_hashes(story: Story) -> None:
    parts = parts_of(story.dossier)
    assert len(parts) > 24
    for part in parts:
        assert part["attempts"], f"{part['number']} {part['key']}"
        for attempt in part["attempts"]:
            assert attempt["started_at"] <= attempt["ended_at"]
            assert attempt["failure"] == ""
            assert re.fullmatch(r"[0-9a-f]{64}", attempt["request_sha256"])
            assert re.fullmatch(r"[0-9a-f]{64}", attempt["reply_sha256"])
    for inquiry in inquiries_of(story.dossier):
        assert inquiry["outcome"] in ("found", "no_record") or inquiry["reason"]


def test_one_reply_that_answers_several_requests_was_fetched_once(story: Story) -> None:
    parts = parts_of(story.dossier)
    numbers: dict[tuple[str, str], set[int]] = {}
    exchanges: dict[tuple[str, str], set[str]] = {}
    for part in parts:
        source = (part["passport"], part["subject"])
        numbers.setdefault(source, set()).add(part["number"])
        exchanges.setdefault(source, set()).add(part["exchange"])
    assert max(len(told) for told in numbers.values()) >= 3
    assert all(len(one) == 1 for one in exchanges.values())
    messages = {attempt["message_id"] for part in parts for attempt in part["attempts"]}
    assert len(messages) == len({part["exchange"] for part in parts})


def test_the_registries_count_as_many_questions_as_the_dossier_tells(story: Story) -> None:
    """And nobody was asked who is not in the dossier, but for the consents."""
    told: Counter[str] = Counter()
    for passport, _ in {(part["passport"], part["exchange"]) for part in parts_of(story.dossier)}:
        told[passport] += 1
    extra = story.asked - told
    assert not told - story.asked
    assert set(extra) == {"kdp-consent"}


def test_the_page_for_people_shows_every_request_with_its_official_title(story: Story) -> None:
    url = f"{story.house.gateway_url}/v1/applications/{story.id}/dossier"
    headers = {"Authorization": f"Bearer {story.house.provider.key}", "Accept": "text/html", "Accept-Language": "ru"}
    page = requests.get(url, headers=headers, timeout=20)
    assert page.headers["Content-Type"].startswith("text/html")
    for row in story.dossier["requests"]:
        assert row["title"]["ru"][:30] in page.text
    assert "http://" not in page.text.replace("http://www.w3.org", "")
