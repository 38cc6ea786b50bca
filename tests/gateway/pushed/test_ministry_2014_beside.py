"""What the ministry's message of 2014 carries beside the application, what it is answered, and what it may not be."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
from lxml import etree

from contracts.errors import InvalidInput
from contracts.tables import PACKAGED
from gateway.pushed.forms.ministry_2014 import derive_application
from gateway.pushed.forms.ministry_2014_carried import CarriedAnswer, read_carried
from gateway.pushed.forms.ministry_2014_reply import write_response
from gateway.pushed.forms.ministry_2014_words import load_words
from tests.gateway.pushed.documents import changed, hostile, refuses, sample
from tests.shared import shared_path

SAMPLE = sample("ministry-2014.xml")
APPLICANT, HUSBAND, SON = "881105491015", "860217392058", "150506593073"
AT = datetime(2026, 2, 10, 9, 15, tzinfo=timezone(timedelta(hours=5)))


def by_kind(kind: str, document: bytes = SAMPLE) -> CarriedAnswer:
    (found,) = (one for one in read_carried(document) if one.kind == kind)
    return found


def test_the_answers_that_the_portal_shipped_are_read_per_member_and_kind() -> None:
    kinds = [(one.kind, one.iin, one.member) for one in read_carried(SAMPLE)]
    assert kinds == [
        ("farm", APPLICANT, 1),
        ("disability", SON, 2),
        ("birth_act", "", 3),
        ("own_income", APPLICANT, 1),
        ("official_income", APPLICANT, 1),
        ("person", HUSBAND, 0),
        ("person", APPLICANT, 1),
        ("person", SON, 2),
        ("person", "", 3),
        ("social_status", APPLICANT, 1),
        ("unemployment", HUSBAND, 0),
        ("account", APPLICANT, None),
    ]
    farm = {value.label.ru: value.text for value in by_kind("farm").values}
    assert farm == {"Код ответа": "0", "Животные": "овцы; коровы", "Количество": "4; 1"}
    assert [value.text for value in by_kind("disability").values] == [
        "ребенок-инвалид",
        "2019-04-01",
        "2033-05-06",
        "1234567",
    ]


def test_every_kind_of_the_table_is_read_of_the_public_sample() -> None:
    document = shared_path("data", "payloads", "mtszn_sync", "getP06581.xml").read_bytes()
    assert {one.kind for one in read_carried(document)} == {row.kind for row in load_words().carried}
    for answer, row in zip(read_carried(document), load_words().carried, strict=True):
        unlike = {"Дата смерти"}  # the person of the sample lives
        assert {value.label.ru for value in answer.values} == {value.ru for value in row.values} - unlike, answer.kind


def test_our_schema_takes_the_public_reply_and_ours() -> None:
    schema = etree.XMLSchema(etree.parse(str(PACKAGED / "intakes" / "ministry-2014.xsd")))
    ours = write_response(APPLICANT, "refused", message_id="m-2", chain_id="c-1", at=AT, detail="iin-check-digit <&>")
    schema.assertValid(etree.fromstring(ours))
    schema.assertValid(etree.parse(str(shared_path("data", "payloads", "mtszn_sync", "getP06581Response.xml"))))


@pytest.mark.parametrize("outcome", ["accepted", "refused"])
def test_the_acknowledgement_says_whom_it_is_about_and_what_became_of_it(outcome: Any) -> None:
    reply = etree.fromstring(write_response(APPLICANT, outcome, message_id="m-2", chain_id="c-1", at=AT))
    words = load_words().acknowledgement[outcome]
    assert reply.tag == "{http://services.sync.mtszn/}getP06581Response"
    assert reply.findtext("return/responseData/iin") == APPLICANT
    system = reply.find("return/systemInfo")
    assert system is not None
    assert (system.findtext("ChainId"), system.findtext("MessageId")) == ("c-1", "m-2")
    assert (system.findtext("Status/Code"), system.findtext("Status/Message")) == (words.code, words.ru)


HOSTILE = hostile(SAMPLE, "p06581RequestData")
TOO_MUCH = {
    "a family of hundreds": (
        "</memberList>",
        "<member><participant2020>0</participant2020></member>" * 40 + "</memberList>",
    ),
    "incomes without end": (
        "<incomesList>",
        "<incomesList>" + "<ownIncome><incomeValue>1</incomeValue></ownIncome>" * 501,
    ),
    "a text without end": ("<gcvp_dep_id>1901", "<gcvp_dep_id>" + "1" * 1001),
    "no number": ("<incomeValue>30000.0", "<incomeValue>much"),
    "no day": ("<birthDate>1986-02-17", "<birthDate>1986-02-31"),
    "another order": ("<participant2020>0</participant2020>\n            <person>", "<person>"),
    "an attribute of its own": ("<unemp>", '<unemp xmlns:x="urn:x" x:y="1">'),
    "a type of its own": ("<person>", '<person xmlns:x="urn:x" xsi:type="x:Person">'),
    "a field twice": ("<requestorIin>", "<requestorIin>860217392058</requestorIin><requestorIin>"),
    "a field in another namespace": ("<requestorIin>", '<requestorIin xmlns="urn:x">'),
    "a signature in the middle": (
        "<help_type_id>",
        '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"/><help_type_id>',
    ),
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("read", [lambda document: derive_application(document, "asp"), read_carried])
def test_a_hostile_document_is_refused_whole(name: str, read: Any) -> None:
    refuses(read, HOSTILE[name], (APPLICANT, "ҮЛГІЕВА", "root:"))


@pytest.mark.parametrize("name", TOO_MUCH)
def test_what_the_schema_does_not_have_is_refused(name: str) -> None:
    refuses(
        lambda document: derive_application(document, "asp"),
        changed(SAMPLE, *TOO_MUCH[name]),
        (APPLICANT, "ҮЛГІЕВА", HUSBAND),
    )


def test_no_fault_and_no_answer_shows_a_person() -> None:
    with pytest.raises(InvalidInput) as refused:
        derive_application(changed(SAMPLE, "<requestorIin>881105491015", "<requestorIin>550308495020"), "asp")
    assert "550308495020" not in f"{refused.value!r}{refused.value.problems}"
    assert APPLICANT not in repr(read_carried(SAMPLE))
    assert "KZ65601" not in repr(read_carried(SAMPLE))


def test_the_words_say_that_they_are_assumed() -> None:
    words = load_words()
    assert words.confidence == "assumed"
    assert words.assumptions
    assert not any(row.codes for row in words.relation), "the codes are not public"
