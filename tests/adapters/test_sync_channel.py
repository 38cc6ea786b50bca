"""SyncChannel end to end: all four forms of data, lenient in what it reads, exact in what it says of it."""

from datetime import date
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
from contracts.passport import Passport
from contracts.vocabulary.terms import Coded
from contracts.words import DataForm
from lxml import etree

from tests.adapters.passports import FORMS, catalogue_of, passport
from tests.adapters.rig import FOUND, IIN, PERSON, Rig, answer, fault, question, rig, texts_of
from tests.adapters.stub_server import always, http, serving

SHEP_DATA = {
    "string": escape(
        f'<?xml version="1.0" encoding="UTF-8"?><b:answer xmlns:b="urn:example:business">{FOUND}</b:answer>'
    ),
    "inline": FOUND,
    "typed": FOUND,
    "element": f'<x:answer xmlns:x="urn:example:business">{FOUND}</x:answer>',
}
WOMAN = {
    "person": {
        "iin": IIN,
        "surname": "АХМЕТОВА",
        "birth_date": date(1988, 3, 14),
        "sex": Coded("2", "female", "Женский", "Әйел"),
        "documents": [
            {"number": "N1", "valid_until": date(2030, 1, 2)},
            {"number": "N2", "valid_until": date(2031, 1, 2)},
        ],
    }
}


def ask(small: Passport, reply: bytes, *, consent: bool = False) -> tuple[Reply, Rig]:
    """Ask a stub that always answers with these HTTP bytes."""
    with serving(always(reply)) as server:
        made = rig(catalogue_of(small), server.url)
        try:
            got = made.adapters.shep_sync.ask(
                small, question(consent=consent), deadline=Deadline(10), record=made.attempts.append
            )
        finally:
            made.adapters.close()
    return got, made


def ask_data(data: str, *, form: str = "inline", status: str = "SCSS001", attributes: str = "") -> Reply:
    return ask(passport(form), http(200, answer(data, status=status, attributes=attributes)))[0]


@pytest.mark.parametrize("form", FORMS)
def test_a_question_is_written_in_the_form_of_its_passport(form: str) -> None:
    small = passport(form)
    with serving(always(http(200, answer(SHEP_DATA[form])))) as server:
        made = rig(catalogue_of(small), server.url)
        made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    sent = etree.fromstring(server.asked[0].body)
    data = next(sent.iter("data"))
    assert sent.findtext(".//requestInfo/serviceId") == small.service_id
    assert sent.findtext(".//requestInfo/messageId") == "id-1"
    assert sent.findtext(".//requestInfo/messageDate") == "2026-02-10T09:15:00.000+05:00"
    assert sent.findtext(".//sender/senderId") == "asp-gateway"
    assert (sent.findtext(".//properties/key"), sent.findtext(".//properties/value")) == ("inquiryId", "inquiry-1")
    kind = data.get("{http://www.w3.org/2001/XMLSchema-instance}type")
    match DataForm(form):
        case DataForm.STRING:
            assert kind == "xs:string" and data.nsmap["xs"] == "http://www.w3.org/2001/XMLSchema"
            fields = list(etree.fromstring(data.text or ""))
        case DataForm.ELEMENT:
            assert kind is None and data[0].tag == "{urn:example:business}question"
            fields = list(data[0])
        case DataForm.TYPED:
            assert kind == "b:Answer" and data.nsmap["b"] == "urn:example:business"
            fields = list(data)
        case _:
            assert kind is None
            fields = list(data)
    assert [(field.tag, field.text) for field in fields] == [
        ("messageId", "id-1"),
        ("messageDate", "2026-02-10T09:15:00+05:00"),
        ("iin", IIN),
    ]


@pytest.mark.parametrize("declared", FORMS)
@pytest.mark.parametrize("sent", SHEP_DATA)
def test_all_four_forms_are_read_whichever_the_passport_names(declared: str, sent: str) -> None:
    reply, made = ask(passport(declared), http(200, answer(SHEP_DATA[sent])))
    assert (reply.outcome, reply.record, reply.code, reply.message_id) == ("answered", WOMAN, "00", "reply-1")
    assert made.failures == [""]
    assert made.attempts[0].reply == answer(SHEP_DATA[sent])


def test_an_unused_way_to_search_stays_out() -> None:
    small = passport()
    with serving(always(http(200, answer(FOUND)))) as server:
        made = rig(catalogue_of(small), server.url)
        both = question(iin=IIN, surname="АХМЕТОВА", birth_date="1988-03-14")
        other = question(surname="АХМЕТОВА", birth_date="1988-03-14")
        for asked in (both, other):
            made.adapters.ask(small, asked, deadline=Deadline(10), record=made.attempts.append)
        with pytest.raises(RegistryRefused):
            made.adapters.ask(small, question(name="АЙГҮЛ"), deadline=Deadline(10), record=made.attempts.append)
        made.adapters.close()
    names = [[node.tag for node in next(etree.fromstring(each.body).iter("data"))][2:] for each in server.asked]
    assert names == [["iin"], ["surname", "birthDate"]]


LENIENT = {
    "CDATA": f"<![CDATA[<b:answer xmlns:b='urn:example:business'>{FOUND}</b:answer>]]>",
    "another namespace": f'<answer xmlns="urn:else">{FOUND}</answer>',
    "a mark and blanks": escape(f"\ufeff  <answer>{FOUND}</answer>"),
    "unknown elements": f"<more><iin>1</iin></more>{FOUND}<else/>",
    "blanks around": f"\n  {FOUND.replace('>АХМЕТОВА<', '>  АХМЕТОВА <')} ",
    "comments": f"<!-- a --><?b c?>{FOUND.replace('АХМЕТОВА', 'АХ<!-- -->МЕТОВА')}",
    "a foreign envelope": (
        '<k:sendMessageResponse xmlns:k="urn:k"><k:responseData><k:data>'
        + FOUND.replace("<", "<k:").replace("<k:/", "</k:")
        + "</k:data></k:responseData></k:sendMessageResponse>"
    ),
}


@pytest.mark.parametrize("data", LENIENT.values(), ids=LENIENT.keys())
@pytest.mark.parametrize("form", ["element", "inline"])
def test_what_does_not_matter_is_not_looked_at(form: str, data: str) -> None:
    assert ask_data(data, form=form).record == WOMAN


def test_an_envelope_in_other_prefixes_and_versions_is_read() -> None:
    body = answer(FOUND).replace(
        b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"
    )
    body = body.replace(b"ns2:", b"typ:").replace(b":ns2=", b":typ=")
    assert ask(passport(), http(200, b"\xef\xbb\xbf" + body, "application/soap+xml"))[0].record == WOMAN


def test_the_foreign_envelope_of_the_consent_service_is_read() -> None:
    whole = FOUND.replace("<", "<k:").replace("<k:/", "</k:")
    body = (
        '<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body>'
        '<k:sendMessageResponse xmlns:k="urn:k">'
        f"<k:responseData><k:data>{whole}</k:data></k:responseData></k:sendMessageResponse></S:Body></S:Envelope>"
    )
    assert ask(passport("element"), http(200, body.encode()))[0].record == WOMAN


def test_a_declared_charset_is_obeyed_and_utf8_is_assumed() -> None:
    text = answer(FOUND).decode()
    cyrillic = b'<?xml version="1.0" encoding="windows-1251"?>' + text.replace("Әйел", "Айел").encode("windows-1251")
    for body, kind in (
        (cyrillic, "text/xml; charset=utf-8"),
        (text.replace("Әйел", "Айел").encode("windows-1251"), "text/xml; charset=windows-1251"),
        (text.encode(), "text/xml; charset=no-such"),
        (text.encode("utf-16"), "text/xml"),
    ):
        record = ask(passport(), http(200, body, kind))[0].record
        assert record["person"]["surname"] == "АХМЕТОВА"


NOT_XML = {
    "cut off": answer(FOUND)[:-40],
    "wrong charset": answer(FOUND).decode().replace("Әйел", "Айел").encode("windows-1251"),
    "no envelope": b"<a/>",
    "two bodies": answer(FOUND).replace(b"<S:Body>", b"<S:Body/><S:Body>"),
    "empty body": b'<S:Envelope xmlns:S="http://schemas.xmlsoap.org/soap/envelope/"><S:Body/></S:Envelope>',
    "another answer": answer(FOUND).replace(b"SendMessageResponse", b"SomethingResponse"),
    "nothing": b"",
    "JSON": b'{"iin": "880314490010"}',
    "a DTD": b'<!DOCTYPE a [<!ENTITY b "c">]>' + answer(FOUND),
    "a DTD in UTF-16": ('<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE a>' + answer(FOUND).decode()).encode(
        "utf-16"
    ),
    "entities": (
        b'<!DOCTYPE l [<!ENTITY a "ha">'
        + b"".join(b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(20))
        + b"]><l>&u;</l>"
    ),
    "an outside entity": b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
    "too deep": b"<a>" * 200 + b"</a>" * 200,
    "far too deep": b"<a>" * 100_000,
    "HTML": b"<!DOCTYPE html><html><body>880314490010</body></html>",
    "HTML by its type": b"Login please",
    "text in data": answer("880314490010"),
    "a DTD in data": answer(escape("<!DOCTYPE a><answer/>")),
    "another document in data": answer(f"<o:other xmlns:o='urn:o'><o:inner>{PERSON}</o:inner></o:other>"),
    "no data": answer("").replace(b"<data></data>", b""),
    "empty data": answer(""),
    "an answer without content": answer("<result><code>00</code></result><persons><person><a>b</a></person></persons>"),
    "a bad date": answer(FOUND.replace("1988-03-14", "880314490010")),
    "a date that is none": answer(FOUND.replace("1988-03-14", "1988-02-30")),
}


@pytest.mark.parametrize("body", NOT_XML.values(), ids=NOT_XML.keys())
def test_what_was_not_agreed_on_is_a_broken_contract_that_quotes_nothing(body: bytes) -> None:
    kind = "text/html" if body.startswith((b"<!DOCTYPE html", b"Login")) else "text/xml; charset=utf-8"
    with pytest.raises(ContractBroken) as caught:
        ask(passport(), http(200, body, kind))
    assert not caught.value.retryable
    assert not any(secret in text for text in texts_of(caught.value) for secret in ("8803144", "1988", "АХМЕТОВА"))


def test_a_broken_value_is_named_by_its_path() -> None:
    with pytest.raises(ContractBroken, match="persons/person/birthDate is not a date"):
        ask_data(FOUND.replace("1988-03-14", "14.03.1988"))


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
        assert ask(small, http(200, answer(data, status=status)))[0] == Reply("no_record", {}, status, "reply-1")
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
        assert ask(small, body)[0] == Reply("no_record", {}, code, "reply-1")
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
    small = passport(consent="kdp")
    with serving(always(http(200, answer(FOUND)))) as server:
        made = rig(catalogue_of(small), server.url)
        with pytest.raises(ConsentMissing):
            made.adapters.ask(small, question(), deadline=Deadline(10), record=made.attempts.append)
        assert (server.asked, made.attempts) == ([], [])
    assert ask(small, http(200, answer(FOUND)), consent=True)[0].record == WOMAN
