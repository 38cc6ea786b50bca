"""Files beside an application on the bus, and a bus or a file store that is away: nothing half, nothing lost."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
import requests

from tests.end_to_end.conftest import BeginAt
from tests.end_to_end.test_shep_intake import look, open_bus_house, sign, told
from tests.support.bus_portal import BusPortal, open_bus_portal
from tests.support.time_house import PDF, TimeHouse


@pytest.fixture
def times(begin_at: BeginAt) -> TimeHouse:
    return open_bus_house(begin_at)


@pytest.fixture
def portal(times: TimeHouse) -> BusPortal:
    return open_bus_portal(times.mock.url, times.registrar.payload_key, times.now)


def lay_down(times: TimeHouse, content: bytes) -> str:
    """The id of a file in the bus's store."""
    wanted = {"name": "f", "media_type": "application/pdf", "content": base64.b64encode(content).decode()}
    return str(requests.post(f"{times.mock.url}/_mock/files", json=wanted, timeout=20).json()["id"])


def submit(signed: bytes, file_id: str) -> bytes:
    return (
        f'<submission xmlns="urn:asp-gateway:bus:1"><signed>{base64.b64encode(signed).decode()}</signed>'
        f"<attachment><fileId>{file_id}</fileId><name>справка.pdf</name></attachment></submission>"
    ).encode()


def test_files_beside_the_application_are_kept_with_it(times: TimeHouse, portal: BusPortal) -> None:
    laid = lay_down(times, PDF)
    portal.send(submit(sign(times, times.family()), laid))
    application_id = told(times, portal)[0].text("application")
    documents = times.provider.get(f"/v1/applications/{application_id}/documents")["documents"]
    assert [(one["name"], one["media_type"]) for one in documents] == [("справка.pdf", "application/pdf")]


def test_a_file_that_no_reader_should_open_is_refused_with_all_of_it(times: TimeHouse, portal: BusPortal) -> None:
    portal.send(submit(sign(times, times.family()), lay_down(times, b"MZ invented program")))
    (answer,) = told(times, portal)
    assert (answer.kind, answer.text("code")) == ("RESPONSE", "document-type-unsupported")
    assert look(times, "SELECT count(*) FROM applications") == [(0,)]


def test_a_file_that_is_not_there_is_refused_with_all_of_it(times: TimeHouse, portal: BusPortal) -> None:
    portal.send(submit(sign(times, times.family()), "nowhere"))
    (answer,) = told(times, portal)
    assert (answer.kind, answer.text("code")) == ("RESPONSE", "push-file-missing")


def test_while_the_file_store_fails_nothing_is_kept_and_the_bus_brings_it_again(
    times: TimeHouse, portal: BusPortal
) -> None:
    laid = lay_down(times, PDF)
    times.mock.fail(kind="html_503", passport="eds-temp-files")
    portal.send(submit(sign(times, times.family()), laid))
    times.step(timedelta(seconds=1))
    assert look(times, "SELECT (SELECT count(*) FROM pushed), (SELECT count(*) FROM applications)") == [(0, 0)]
    times.mock.mend()
    times.step(timedelta(minutes=1))
    assert look(times, "SELECT (SELECT count(*) FROM pushed), (SELECT count(*) FROM documents)") == [(1, 1)]


def test_what_is_owed_to_a_bus_that_is_away_is_told_in_order_after_a_restart(
    times: TimeHouse, portal: BusPortal
) -> None:
    portal.send(sign(times, times.family()))
    times.settle()
    away = {"ASP_SHEP_ASYNC_URL": "http://127.0.0.1:9/"}
    application_id = portal.fetch()[0].text("application")
    times.restart(away)
    body = {"outcome": "approved", "number": "15-a", "acted_by": "МАМАН М.М."}
    answer = times.provider.call("POST", f"/v1/applications/{application_id}/decision", json=body)
    assert answer.status_code == 200, answer.text
    times.settle()
    assert portal.fetch() == []
    times.restart()
    times.step(timedelta(hours=1))
    later = told(times, portal)
    seqs = [int(one.text("seq")) for one in later]
    assert seqs == sorted(set(seqs)) and [one.kind for one in later].count("RESPONSE") == 1
