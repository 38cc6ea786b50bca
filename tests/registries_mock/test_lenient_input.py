"""What real clients get wrong (deviations seen on the wire) is understood, each of them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from contracts.catalogue import Catalogue
from contracts.passport import Passport
from contracts.words import DataForm, Protocol
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.small_world import request_body, request_data, small_app, sync_message

DEVIATIONS = {
    "the request takes itself out of the namespace": lambda text: text.replace("<request>", '<request xmlns="">'),
    "optional elements stand there empty": lambda text: text.replace(
        "</requestInfo>", "<routeId/><properties/><sessionId/></requestInfo>"
    ).replace("<correlationId>chain-1</correlationId>", "<correlationId/>"),
    "the session has no braces": lambda text: text.replace(
        "</requestInfo>", "<sessionId>0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d</sessionId></requestInfo>"
    ),
    "the date ends in Z": lambda text: text.replace("2026-02-10T09:15:00+05:00", "2026-02-10T04:15:00Z"),
    "the date has no zone": lambda text: text.replace("2026-02-10T09:15:00+05:00", "2026-02-10T09:15:00"),
    "two prefixes mean SOAP in one message": lambda text: text.replace(
        "<S:Body>",
        '<E:Header xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"/><S:Body>',
    ),
    "data stands in a foreign namespace": lambda text: text.replace(
        "<data", '<n:data xmlns:n="http://bip.bee.kz/SyncChannel/v10/Interfaces"', 1
    ).replace("</data>", "</n:data>"),
    "the body has a plain Id": lambda text: text.replace("<S:Body>", '<S:Body Id="id-1">'),
    "the message begins with a byte order mark": lambda text: "\ufeff" + text,
    "the message begins with white space": lambda text: "\r\n  " + text,
    "the type of data stands in the wrong namespace": lambda text: text.replace(
        'xsi:type="xs:string"', 'type="xsd:string"'
    ),
    "a password has white space around it": lambda text: text.replace("mock-password<", " mock-password\n<"),
    "other prefixes": lambda text: (
        text.replace("ns2", "typ").replace("S:", "soapenv:").replace("xmlns:S", "xmlns:soapenv")
    ),
    "comments stand between elements": lambda text: text.replace("<requestInfo>", "<!-- x --><requestInfo><!-- y -->"),
}


@pytest.fixture(scope="module")
def client() -> FlaskClient:
    return small_app().test_client()


def passports_by_form(catalogue: Catalogue) -> dict[DataForm, Passport]:
    return {
        one.request.form: one
        for one in catalogue.passports.values()
        if one.protocol is Protocol.SHEP_SYNC and not one.auxiliary
    }


def assert_answered(client: FlaskClient, message: bytes, passport: Passport) -> None:
    reply = client.post("/bip-sync-wss-gost/", data=message)
    assert reply.status_code == 200, reply.data
    root = assert_envelope(reply.data, "sync-types.xsd")
    assert root.findtext("response/responseInfo/status/code") == passport.success_status


@pytest.mark.parametrize("form", [DataForm.STRING, DataForm.INLINE, DataForm.TYPED, DataForm.ELEMENT])
@pytest.mark.parametrize("deviation", DEVIATIONS)
def test_a_deviation_of_real_clients_is_accepted(
    deviation: str, form: DataForm, client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = passports_by_form(catalogue)[form]
    message = sync_message(passport.service_id, request_data(catalogue, passport)).decode()
    assert_answered(client, DEVIATIONS[deviation](message).encode(), passport)


@pytest.mark.parametrize("form", [DataForm.STRING, DataForm.ELEMENT])
def test_a_document_is_read_as_text_as_cdata_and_inline_whatever_the_passport_says(
    form: DataForm, client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = passports_by_form(catalogue)[form]
    body = request_body(catalogue, passport).decode()
    escaped = body.replace("&", "&amp;").replace("<", "&lt;")
    declared = '&lt;?xml version="1.0" encoding="windows-1251"?>'
    for inside in (body, escaped, declared + escaped, f"<![CDATA[{body}]]>", f"\n  {body}\n", f"\ufeff{escaped}"):
        assert_answered(client, sync_message(passport.service_id, f"<data>{inside}</data>"), passport)


def test_the_service_is_found_without_the_trailing_slash_and_with_any_content_type_or_action(
    client: FlaskClient, catalogue: Catalogue
) -> None:
    passport = passports_by_form(catalogue)[DataForm.INLINE]
    message = sync_message(passport.service_id, request_data(catalogue, passport))
    for content_type in ("text/xml; charset=utf-8", "application/xml", "text/plain"):
        reply = client.post(
            "/bip-sync-wss-gost", data=message, content_type=content_type, headers={"SOAPAction": '"urn:SendMessage"'}
        )
        assert reply.status_code == 200


def test_the_replys_ids_and_session_follow_the_request(client: FlaskClient, catalogue: Catalogue) -> None:
    passport = passports_by_form(catalogue)[DataForm.INLINE]
    session = "0a1b2c3d-4e5f-4a6b-8c7d-9e0f1a2b3c4d"
    extra = f"<sessionId>{session}</sessionId>"
    message = sync_message(passport.service_id, request_data(catalogue, passport), extra=extra)
    info = assert_envelope(client.post("/bip-sync-wss-gost/", data=message).data, "sync-types.xsd").find(
        ".//responseInfo"
    )
    assert info is not None
    assert info.findtext("correlationId") == "chain-1"
    assert info.findtext("sessionId") == f"{{{session}}}"
    assert info.findtext("messageId") not in ("", "m-1")
    assert str(info.findtext("responseDate")).endswith("+05:00")
