"""The operator's own samples, posted by curl: its signed message as it is, its shapes of `data` about our people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from contracts.catalogue import load_catalogue
from registries_mock.consents import Consents
from registries_mock.settings import Settings
from tests.registries_mock.judges import assert_envelope
from tests.registries_mock.stacks.posting import ASYNC, SYNC, post, say
from tests.registries_mock.stacks.served import PROMPT, SYNCHRONOUS, Served, served
from tests.registries_mock.stacks.told import assert_synchronous, read_synchronous
from tests.shared import shared_path

pytestmark = pytest.mark.needs_curl
OFFICIAL = """
key = "official-sample"
title = { ru = "Образец", kk = "Үлгі", en = "Sample" }
registry = "sample"
confidence = "attested"
source = "The payload of the operator's signed sample"
protocol = "shep-sync"
service_id = "TEST_SERVICE_ID"
consent_ground = { clause = "none", confidence = "assumed", words = { ru = "нет", kk = "жоқ" } }
search = [["iin"]]
namespaces = { n = "http://shep.nitec.kz/" }

[[readings]]
at = "status"
answer = ["SCSS001"]
no_record = ["SCSE001"]

[request]
form = "string"
root = "n:request"
fields = [
  { path = "requestNumber", from = "message.id" },
  { path = "uin", from = "question.iin" },
  { path = "date", type = "dateTime", from = "message.date" },
]

[reply]
form = "string"
root = "n:response"
fields = [{ path = "uin", bind = "person.iin" }]
"""


def test_the_official_signed_message_is_verified_and_answered_byte_for_byte(tmp_path: Path) -> None:
    """In its own year, because its certificate ran out in 2020; it has a byte order mark, and GOST of 2004."""
    message = shared_path("data", "shep", "examples", "signed_request_gost2004.xml").read_bytes()
    folder = tmp_path / "passports" / "official-sample"
    folder.mkdir(parents=True)
    (folder / "passport.toml").write_text(OFFICIAL, encoding="utf-8")
    settings = Settings(senders={"senderId": "senderPass"}, today=date(2019, 9, 24), catalogue_folders=(tmp_path,))
    with served(settings) as suite:
        reply = post(suite.url + SYNC, message)
        spoiled = post(suite.url + SYNC, message.replace(b"999999999999", b"900314499010"))
    assert b"KeyIdentifier" in reply, "who signs gets a signed reply"
    assert assert_envelope(reply, "sync-types.xsd").findtext(".//status/code") == "SCSE001", "nobody has this number"
    assert assert_envelope(spoiled, "sync-types.xsd").findtext(".//errorCode") == "BUS-009"


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Beside the service with consent, the one without, as the samples ask it; a third participant answers another."""
    folder = tmp_path_factory.mktemp("without")
    write_service_without_consent(folder)
    senders = dict(PROMPT.senders) | {"es": "es"}
    with served(replace(PROMPT, catalogue_folders=(folder,), senders=senders, providers={FORMS: "es"})) as one:
        yield one


FORMS = "MON_ES_REQUEST_FORM_IMPORT"
WITHOUT_CONSENT = "GBDFL_UniversalServiceSync"


def write_service_without_consent(folder: Path) -> None:
    """The universal service's passport under the id and without the consent that the samples have."""
    catalogue = load_catalogue()
    target = folder / "passports" / "gbdfl-without-consent"
    target.mkdir(parents=True)
    for file in catalogue.folders[SYNCHRONOUS].iterdir():
        (target / file.name).write_bytes(file.read_bytes())
    ground = 'consent_ground = { clause = "none", confidence = "assumed", words = { ru = "нет", kk = "жоқ" } }'
    text = (target / "passport.toml").read_text(encoding="utf-8")
    for was, now in (
        (f'key = "{SYNCHRONOUS}"', f'key = "{target.name}"'),
        (f'service_id = "{catalogue.passports[SYNCHRONOUS].service_id}"', f'service_id = "{WITHOUT_CONSENT}"'),
        ('consent = "kdp"', ground),
        ('{ path = "kdpToken", from = "consent.token" },', ""),
        ('{ path = "publicKey", from = "consent.public_key" },', ""),
    ):
        assert text.count(was) == 1, was
        text = text.replace(was, now)
    (target / "passport.toml").write_text(text, encoding="utf-8")


def test_each_official_shape_of_data_gets_the_person_by_curl(suite: Served) -> None:
    file = shared_path("data", "shep", "examples", "gbdfl_requests.xml")
    shapes = [etree.tostring(one, encoding="unicode", with_tail=False) for one in etree.parse(file).getroot()]
    consents = Consents(suite.suite.settings.seed)
    token = consents.issue(suite.applicant["iin"], suite.suite.outside.clock())
    assert len(shapes) == 3
    for shape in shapes:
        data = shape.replace("900101400005", suite.applicant["iin"])
        data = data.replace(">TOKEN<", f">{token}<").replace(">KEY<", f">{consents.public_key}<")
        service = suite.catalogue.passports[SYNCHRONOUS].service_id if "kdpToken" in data else WITHOUT_CONSENT
        assert_synchronous(
            read_synchronous(post(suite.url + SYNC, say("synchronous", service=service, data=data))), suite
        )


def test_the_official_notification_goes_by_curl_from_one_participant_to_the_other(suite: Served) -> None:
    def ask(name: str, **words: str) -> etree._Element:
        return assert_envelope(post(suite.url + ASYNC, say(name, service=FORMS, **words)), "async-types.xsd")

    chain = ask("send", data="anything").findtext(".//correlationId", "")
    official = etree.parse(shared_path("data", "shep", "examples", "async_sendMessage_notification_nobd.xml")).getroot()
    for element in official.iter("correlationId"):
        element.text = chain
    head = '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
    message = f"{head}{etree.tostring(official, encoding='unicode')}</S:Body></S:Envelope>"
    assert_envelope(post(suite.url + ASYNC, message.encode()), "async-types.xsd")
    got = ask("messages", correlation_id=chain)
    assert [one.text for one in got.iter("messageType")] == ["NOTIFICATION"]
    assert canonical(next(got.iter("data"))) == canonical(next(official.iter("data"))), "nothing is lost on the way"


def canonical(data: etree._Element) -> bytes:
    return etree.tostring(data, method="c14n", exclusive=True, with_tail=False)
