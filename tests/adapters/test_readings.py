"""Who decides what a reply means: status, fault, code, element or text, as the passport lists them."""

from html import escape

import pytest

from adapters.ports import Deadline
from contracts.errors import (
    AnswerAmbiguous,
    AnswerUnclassified,
    ConsentMissing,
    ContractBroken,
    RegistryError,
    RegistryFailed,
    RegistryRefused,
    RegistryUnavailable,
)
from contracts.exchange import Reply
from tests.adapters.asking import ask, ask_data
from tests.adapters.passports import catalogue_of, passport
from tests.adapters.rig import FOUND, PERSON, answer, fault, question, rig
from tests.adapters.stub_server import always, http, serving
from tests.adapters.test_sync_channel import WOMAN


@pytest.mark.parametrize("status", [500, 502, 503, 429, 408])
@pytest.mark.parametrize("body", [b"<html>busy</html>", b"busy", b"", answer(FOUND), b"<!DOCTYPE a><a/>"])
def test_a_server_error_without_a_fault_is_unavailable(status: int, body: bytes) -> None:
    with pytest.raises(RegistryUnavailable):
        ask(passport(limits={"tries": 1}), http(status, body))


@pytest.mark.parametrize("status", [400, 401, 403, 404])
def test_a_client_error_without_a_fault_is_a_refusal(status: int) -> None:
    with pytest.raises(RegistryRefused):
        ask(passport(), http(status, b"<html>no</html>"))


STATUSES: list[tuple[str, type[RegistryError] | None]] = [
    ("SCSE001", None),
    ("SCSE003", RegistryFailed),
    ("SCSE002", RegistryRefused),
    ("SCSE999", AnswerUnclassified),
]


@pytest.mark.parametrize(("status", "error"), STATUSES)
@pytest.mark.parametrize("data", ["", FOUND, "<something/>"])
def test_the_status_decides_before_the_data(status: str, error: type[RegistryError] | None, data: str) -> None:
    small = passport(limits={"tries": 1})
    if error is None:
        reply, _ = ask(small, http(200, answer(data, status=status)))
        assert (reply.outcome, reply.code, reply.message_id) == ("no_record", status, "reply-1")
        return
    with pytest.raises(error):
        ask(small, http(200, answer(data, status=status)))


CODES: list[tuple[str, type[RegistryError] | None]] = [
    ("10", None),
    ("20", RegistryFailed),
    ("30", RegistryRefused),
    ("40", ConsentMissing),
    ("50", AnswerAmbiguous),
    ("60", AnswerUnclassified),
]


@pytest.mark.parametrize(("code", "error"), CODES)
def test_the_code_in_the_data_decides(code: str, error: type[RegistryError] | None) -> None:
    body = http(200, answer(f"<result><code>{code}</code></result>{PERSON}"))
    small = passport(limits={"tries": 1})
    if error is None:
        # What it repeats of its question is read, so that the gateway can compare whom it is about.
        assert ask(small, body)[0] == Reply("no_record", WOMAN, code, "reply-1")
        return
    with pytest.raises(error):
        ask(small, body)


def test_an_empty_status_leaves_the_word_to_the_code_in_the_data() -> None:
    assert ask_data(FOUND, status="").record == WOMAN
    with pytest.raises(ContractBroken):
        ask_data(PERSON, status="")


def test_a_missing_element_means_what_the_passport_says() -> None:
    nothing = "<result><code>00</code></result>"
    for data in (nothing, f"{nothing}<persons/>", f"{nothing}<persons><person> <iin/></person></persons>"):
        assert ask_data(data) == Reply("no_record", {}, "element:persons/person", "reply-1")


def test_another_document_is_not_taken_for_a_missing_element() -> None:
    readings = [
        {"at": "status", "answer": ["SCSS001"]},
        {"at": "element", "path": "persons/person", "missing": "no_record"},
    ]
    for data in ("<o:other xmlns:o='urn:o'><o:error>x</o:error></o:other>", "<error>x</error>", ""):
        with pytest.raises(ContractBroken):
            ask(passport(readings=readings), http(200, answer(data)))


def test_several_elements_are_ambiguous_where_the_passport_says_so() -> None:
    with pytest.raises(AnswerAmbiguous, match="2 records"):
        ask_data(FOUND.replace("</persons>", "<person><iin>1</iin></person></persons>"))


def test_a_text_may_say_that_there_is_nothing() -> None:
    empty, objects = "persons/empty", "persons/person"
    reading = {"at": "text", "path": empty, "present": "no_record", "unless": objects}
    small = passport(readings=[reading, {"at": "status", "answer": ["SCSS001"]}])
    said = "<persons><empty>Сведений нет</empty>{}</persons>"
    assert ask(small, http(200, answer(said.format(""))))[0].outcome == "no_record"
    assert ask(small, http(200, answer(said.format("<person><iin>1</iin></person>"))))[0].outcome == "answered"


FAULTS: list[tuple[str, type[RegistryError] | None]] = [
    ("999", RegistryFailed),
    ("SCSE002", RegistryRefused),
    ("NO_CONSENT", ConsentMissing),
    ("SCSS001", AnswerUnclassified),
    ("", AnswerUnclassified),
    ("NOTHING", None),
]


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize(("code", "error"), FAULTS)
def test_a_fault_is_read_by_the_fault_table_alone(code: str, error: type[RegistryError] | None, status: int) -> None:
    small = passport(limits={"tries": 1})
    if error is None:
        assert ask(small, http(status, fault(code)))[0].outcome == "no_record"
        return
    with pytest.raises(error):
        ask(small, http(status, fault(code)))


def test_a_fault_with_escaped_xml_in_its_detail_is_read() -> None:
    inner = escape("<ErrorInfo><errorCode>SCSE002</errorCode></ErrorInfo>")
    body = (
        '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>s:Server</faultcode>'
        f"<detail>{inner}</detail></s:Fault></s:Body></s:Envelope>"
    )
    with pytest.raises(RegistryRefused):
        ask(passport(), http(500, body.encode()))


def test_nothing_is_sent_without_the_consent_that_the_passport_wants() -> None:
    small = passport(consent="kdp", consent_ground=None)
    with serving(always(http(200, answer(FOUND)))) as server:
        made = rig(catalogue_of(small), server.url)
        with pytest.raises(ConsentMissing):
            made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        assert (server.asked, made.attempts) == ([], [])
    assert ask(small, http(200, answer(FOUND)), consent=True)[0].record == WOMAN
