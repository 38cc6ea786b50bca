"""SyncChannel end to end: all four forms of data, lenient in what it reads, exact in what it says of it."""

from datetime import date
from html import escape

import pytest
from lxml import etree

from adapters.ports import Deadline
from contracts.errors import (
    ContractBroken,
    RegistryRefused,
)
from contracts.vocabulary.terms import Coded
from contracts.words import DataForm
from tests.adapters.asking import ask, ask_data
from tests.adapters.passports import FORMS, catalogue_of, passport
from tests.adapters.rig import FOUND, IIN, PERSON, answer, question, rig, texts_of
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
    "another envelope of the service's": (
        '<k:sendMessageResponse xmlns:k="urn:k"><k:responseData><k:data>'
        + FOUND.replace("<", "<k:").replace("<k:/", "</k:")
        + "</k:data></k:responseData></k:sendMessageResponse>"
    ),
}


@pytest.mark.parametrize("data", LENIENT.values(), ids=LENIENT.keys())
@pytest.mark.parametrize("form", ["element", "inline"])
def test_what_does_not_matter_is_not_looked_at(form: str, data: str) -> None:
    assert ask_data(data, form=form, within=("b:sendMessageResponse/b:responseData/b:data",)).record == WOMAN


def test_an_envelope_that_the_passport_does_not_know_is_none_of_ours() -> None:
    data = LENIENT["another envelope of the service's"]
    with pytest.raises(ContractBroken):
        ask_data(data, form="element")


def test_an_envelope_in_other_prefixes_and_versions_is_read() -> None:
    body = answer(FOUND).replace(
        b"http://schemas.xmlsoap.org/soap/envelope/", b"http://www.w3.org/2003/05/soap-envelope"
    )
    body = body.replace(b"ns2:", b"typ:").replace(b":ns2=", b":typ=")
    assert ask(passport(), http(200, b"\xef\xbb\xbf" + body, "application/soap+xml"))[0].record == WOMAN


def test_an_envelope_of_the_service_s_own_in_place_of_the_bus_s_is_read() -> None:
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
    "too deep beside the data": answer(FOUND + "<x>" * 80 + "</x>" * 80),
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
