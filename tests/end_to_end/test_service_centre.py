"""An application that a service centre's desk took: registered and handed on over the bus, with its papers."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import requests

from contracts.intakes import load_intakes
from gateway.intake.wrapper import write_wrapper
from tests.end_to_end.conftest import BeginAt
from tests.end_to_end.test_shep_intake import look
from tests.support.authority import write_application
from tests.support.bus_portal import BusPortal, Told, let_in, open_bus_portal
from tests.support.clock import MONDAY
from tests.support.house import SENDER, SENDER_PASSWORD, describe
from tests.support.time_house import PDF, TimeHouse

CENTRE, SERVICE = "iis-con", "IISCON_APPLICATION"
SPACE = 'xmlns="http://schemas.letograf.kz/iiscon/bus/v1"'
CLERK = "ОРАЛОВА Д.К."


@pytest.fixture
def times(begin_at: BeginAt) -> TimeHouse:
    """A house whose center hands its applications on over the bus."""
    told: dict[str, Any] = {
        "senders": {SENDER: SENDER_PASSWORD, CENTRE: "invented-portal-password"},
        "providers": dict.fromkeys(load_intakes(), SENDER),
    }
    house = begin_at(MONDAY, None, **told)
    let_in(describe(house.folder, house.registrar, house.mock.url), house.keys[0], CENTRE)
    return house


@pytest.fixture
def centre(times: TimeHouse) -> BusPortal:
    return open_bus_portal(times.mock.url, times.registrar.payload_key, times.now, CENTRE)


def register(number: str, employee: str = CLERK) -> bytes:
    return (
        f"<registerApplicationRequest {SPACE}><registerApplication><applicationId>{number}</applicationId>"
        "<applicationRegistrationData><registerId>7</registerId><registerOrgCode>1901</registerOrgCode>"
        f"<serviceTypeCode>asp</serviceTypeCode><registerDate>2026-10-05T10:00:00+05:00</registerDate>"
        f"<registerEmployee>{employee}</registerEmployee></applicationRegistrationData></registerApplication>"
        "</registerApplicationRequest>"
    ).encode()


def update(number: str, application: dict[str, Any], wrapper: bytes, scan: str = "") -> bytes:
    person = application["applicant"]
    documents = (
        "<documents><document><documentId>1</documentId><docTypeCode>APPLICATION</docTypeCode>"
        "<copyType>ORIGINAL</copyType><docName>Заявление</docName><documentBinary>"
        f"<url>{scan}</url><mimeType>application/pdf</mimeType></documentBinary></document></documents>"
    )
    return (
        f"<updateApplication {SPACE}><applicationId>{number}</applicationId>"
        "<callOrigin><orgCode>1901</orgCode></callOrigin><applicationData><applicant><person>"
        f"<iin>{person['iin']}</iin></person></applicant>{documents if scan else ''}"
        f"<data>{wrapper.decode().replace('<', '&lt;')}</data></applicationData></updateApplication>"
    ).encode()


def told(times: TimeHouse, centre: BusPortal) -> list[Told]:
    times.settle()
    return centre.fetch(SERVICE)


def state(one: Told) -> str:
    return one.text("applicationStatus", "executionStatus", "appState")


def test_a_registration_and_its_content_make_an_application_whose_ticket_names_the_clerk(
    times: TimeHouse, centre: BusPortal
) -> None:
    chain = centre.send(register("CON-1"), service=SERVICE)
    (first,) = told(times, centre)
    assert (first.kind, first.name) == ("NOTIFICATION", "checkApplicationResponse")
    assert (first.text("applicationId"), first.text("isApplicationRegistered")) == ("CON-1", "true")
    application = times.family()
    signed = times.registrar.sign_xml(write_application(application), application["applicant"]["iin"])
    centre.send(update("CON-1", application, signed), service=SERVICE, kind="UPDATE", correlation_id=chain)
    later = told(times, centre)
    assert {(one.name, one.correlation_id, one.text("applicationId")) for one in later} == {
        ("changeApplicationStatus", chain, "CON-1")
    }
    assert [state(one) for one in later][-1] == "STARTED"
    application_id = look(times, "SELECT id FROM applications")[0][0]
    ticket = times.provider.get(f"/v1/applications/{application_id}/ticket")
    assert (ticket["kind"], ticket["accepted_by"]) == ("ticket", CLERK)


def test_a_paper_signed_by_hand_comes_as_a_file_of_the_buss_store(times: TimeHouse, centre: BusPortal) -> None:
    wanted = {"name": "scan.pdf", "media_type": "application/pdf", "content": base64.b64encode(PDF).decode()}
    laid = requests.post(f"{times.mock.url}/_mock/files", json=wanted, timeout=20).json()
    application = times.family()
    centre.send(register("CON-2"), service=SERVICE)
    wrapper = write_wrapper(write_application(application))
    centre.send(update("CON-2", application, wrapper, laid["id"]), service=SERVICE)
    told(times, centre)
    application_id = look(times, "SELECT id FROM applications")[0][0]
    verdict = times.provider.get(f"/v1/applications/{application_id}/dossier")["signature"]["verdict"]
    assert verdict["method"] == "paper" and verdict["scan"]["media_type"] == "application/pdf"


def test_a_centres_application_that_comes_in_a_second_message_is_taken_once_and_stands(
    times: TimeHouse, centre: BusPortal
) -> None:
    wanted = {"name": "scan.pdf", "media_type": "application/pdf", "content": base64.b64encode(PDF).decode()}
    laid = requests.post(f"{times.mock.url}/_mock/files", json=wanted, timeout=20).json()
    application = times.family()
    centre.send(register("CON-2"), service=SERVICE)
    document = update("CON-2", application, write_wrapper(write_application(application)), laid["id"])
    centre.send(document, service=SERVICE)
    told(times, centre)
    chain = centre.send(document, service=SERVICE)
    (answer,) = (one for one in told(times, centre) if one.correlation_id == chain)
    assert (answer.kind, answer.name, answer.text("code")) == (
        "NOTIFICATION", "applicationRefusal", "push-reference-known",
    )  # fmt: skip
    assert look(times, "SELECT count(*) FROM applications") == [(1,)]


def test_a_file_that_does_not_lie_there_is_told_in_the_centres_words(times: TimeHouse, centre: BusPortal) -> None:
    application = times.family()
    wrapper = write_wrapper(write_application(application))
    centre.send(update("CON-3", application, wrapper, "nowhere"), service=SERVICE)
    (answer,) = told(times, centre)
    assert (answer.kind, answer.name, state(answer)) == ("RESPONSE", "changeApplicationStatus", "FINISHED")
    assert "push-file-missing" in answer.text("applicationStatus", "executionStatus", "statusInfo")
    assert look(times, "SELECT count(*) FROM applications") == [(0,)]


def test_nobody_named_as_the_one_who_took_it_is_refused(times: TimeHouse, centre: BusPortal) -> None:
    application = times.family()
    signed = times.registrar.sign_xml(write_application(application), application["applicant"]["iin"])
    centre.send(update("CON-4", application, signed), service=SERVICE)
    (answer,) = told(times, centre)
    assert "accepted-by-missing" in answer.text("applicationStatus", "executionStatus", "statusInfo")
    assert look(times, "SELECT count(*) FROM applications") == [(0,)]
