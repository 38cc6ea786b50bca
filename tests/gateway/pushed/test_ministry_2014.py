"""The ministry's application of 2014: what application its signed bytes make, and where they make none."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any

import pytest
from lxml import etree

from contracts.application import Application, Relation
from contracts.errors import InvalidInput
from gateway.intake.model import read_application
from gateway.intake.rules import find_problems
from gateway.pushed.forms.ministry_2014 import derive_application
from gateway.pushed.forms.ministry_2014_carried import read_carried
from tests.gateway.pushed.documents import changed, sample
from tests.gateway.sample_case import make_service
from tests.shared import shared_path

SAMPLE = sample("ministry-2014.xml")
APPLICANT, HUSBAND, SON = "881105491015", "860217392058", "150506593073"
AT = datetime(2026, 2, 10, 9, 15, tzinfo=timezone(timedelta(hours=5)))


def derive(document: bytes = SAMPLE) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(derive_application(document, "asp"))
    return made


def faults(document: bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refused:
        derive_application(document, "asp")
    return [(problem.code, problem.pointer) for problem in refused.value.problems]


def test_the_sample_makes_a_sound_application() -> None:
    application = read_application(derive_application(SAMPLE, "asp"))
    assert (application.applicant.iin, application.applicant.phone) == (APPLICANT, "+77990000417")
    assert application.applicant.citizenship == "KAZ"
    assert application.applicant.document is not None
    assert (application.applicant.document.number, application.applicant.document.issued_on) == (
        "990000417",
        date(2018, 1, 10),
    )
    assert application.applicant.address == "ТУРКЕСТАНСКАЯ, ТУРКЕСТАН, УЛИЦА ВЫДУМАННАЯ, 17, 4"
    assert [(one.relation, one.iin, one.birth_date) for one in application.family] == [
        (Relation.SPOUSE, HUSBAND, date(1986, 2, 17)),
        (Relation.CHILD, SON, date(2015, 5, 6)),
        (Relation.CHILD, None, date(2026, 1, 4)),
    ]
    baby = application.family[2].birth_record
    assert baby is not None
    assert (baby.number, baby.date) == ("10-190-26-0000417", date(2026, 1, 12))
    assert application.consents.personal_data
    assert application.consents.verification
    assert find_problems(application, make_service(), date(2026, 2, 10), 18) == ()


def test_what_the_portal_was_told_of_a_member_counts_as_declared() -> None:
    declared = derive()["declared"]
    assert {fact for fact, value in declared.items() if value} == {"marriage", "employment_measures", "private_farm"}


def test_the_same_bytes_always_make_the_same_application() -> None:
    assert derive_application(SAMPLE, "asp") == derive_application(SAMPLE, "asp")
    assert derive_application(SAMPLE, "other") == derive_application(SAMPLE, "asp").replace(b'"asp"', b'"other"')


def test_the_application_says_every_field_in_the_order_of_the_model() -> None:
    assert list(derive()) == [
        field.alias or name for name, field in Application.model_fields.items() if name != "representative"
    ]


def test_the_operation_around_the_data_is_taken_too() -> None:
    inside = SAMPLE.decode().partition("-->")[2].replace("m:p06581RequestData", "requestData")
    system = "<systemInfo><MessageId>m-1</MessageId></systemInfo>"
    call = f'<m:getP06581 xmlns:m="http://services.sync.mtszn/"><request>{system}{inside}</request></m:getP06581>'
    assert derive_application(call.encode(), "asp") == derive_application(SAMPLE, "asp")


def test_a_signature_at_the_end_changes_nothing() -> None:
    signature = '<ds:Signature xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:SignedInfo/></ds:Signature>'
    signed = changed(SAMPLE, "</m:p06581RequestData>", f"{signature}</m:p06581RequestData>")
    assert derive_application(signed, "asp") == derive_application(SAMPLE, "asp")
    assert read_carried(signed) == read_carried(SAMPLE)


def test_a_comment_inside_a_text_cuts_nothing_off() -> None:
    for cut in ("<!-- x -->", "<?x y?>"):
        document = changed(SAMPLE, "<requestorIin>881105", f"<requestorIin>88{cut}1105")
        assert derive_application(document, "asp") == derive_application(SAMPLE, "asp")


def test_canonical_xml_makes_the_same_application() -> None:
    canonical = etree.tostring(etree.fromstring(SAMPLE), method="c14n", exclusive=True)
    assert derive_application(canonical, "asp") == derive_application(SAMPLE, "asp")


UNCLEAR = {
    "nobody applies": ("<requestorIin>881105491015</requestorIin>", "", [("missing-field", "/requestorIin")]),
    "a stranger applies": (
        "<requestorIin>881105491015",
        "<requestorIin>550308495020",
        [("ministry-applicant-unclear", "/iin"), ("ministry-applicant-unclear", "/requestorIin")],
    ),
    "two people apply": (
        "<iin>881105491015</iin>",
        "<iin>860217392058</iin>",
        [("ministry-applicant-unclear", "/iin")],
    ),
    "an unknown relation": (
        "<kname>ұлы</kname>\n                <rname>Сын</rname>",
        "<rname>свояк</rname><code>02</code>",
        [("ministry-relation-unknown", "/memberList/2/relationship")],
    ),
    "a relation that contradicts itself": (
        "<rname>Сын</rname>",
        "<rname>Супруг</rname>",
        [("ministry-relation-unknown", "/memberList/2/relationship")],
    ),
    "no relation": (
        "<relationship>\n                <kname>қызы</kname>\n            </relationship>",
        "",
        [("ministry-relation-unknown", "/memberList/3/relationship")],
    ),
    "no account": (
        "<pep:IBAN>KZ656010000000000417</pep:IBAN>",
        "<pep:IBAN/>",
        [("missing-field", "/pepIbanResponse/IBAN")],
    ),
    "a name without letters": (
        "<surname>ҮЛГІЕВА</surname>\n                    <firstname>АЙША</firstname>",
        "<surname> </surname><firstname/>",
        [
            ("missing-field", "/memberList/1/person/fio/firstname"),
            ("missing-field", "/memberList/1/person/fio/surname"),
        ],
    ),
}


@pytest.mark.parametrize("name", UNCLEAR)
def test_a_message_that_makes_no_application_says_where(name: str) -> None:
    old, new, told = UNCLEAR[name]
    assert faults(changed(SAMPLE, old, new)) == told


def test_the_applicant_stands_there_once() -> None:
    document = changed(SAMPLE, "<iin>860217392058</iin>\n                <fio>", f"<iin>{APPLICANT}</iin><fio>")
    assert ("duplicate-member", "/memberList/1/person/iin") in faults(document)


def test_an_unknown_citizenship_is_never_taken_for_our_own() -> None:
    place = SAMPLE.index("АЙША</firstname>\n                </fio>".encode())
    document = SAMPLE[:place] + changed(SAMPLE[place:], "<code>398</code>", "<code>01</code>")
    assert faults(document) == [("ministry-citizenship-unknown", "/memberList/1/person/citizenship/code")]


def test_a_relation_by_its_name_in_either_language_is_enough() -> None:
    document = changed(SAMPLE, "<rname>Сын</rname>", "")
    assert derive_application(document, "asp") == derive_application(SAMPLE, "asp")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("+77990000417", "+77990000417"),
        ("77990000417", "+77990000417"),
        ("8 725 33 12345", None),
        ("+77172000001", None),
        ("+19990000417", None),
        ("", None),
    ],
)
def test_a_phone_is_taken_where_it_is_a_mobile_one(written: str, told: str | None) -> None:
    assert derive(changed(SAMPLE, "8 (799) 000-04-17", written))["applicant"].get("phone") == told


def test_a_message_without_a_phone_is_sound_where_its_form_may_lack_one() -> None:
    document = changed(SAMPLE, "<phone>8 (799) 000-04-17</phone>", "")
    application = read_application(derive_application(document, "asp"))
    assert application.applicant.phone is None
    assert [p.code for p in find_problems(application, make_service(), AT.date(), 18)] == ["phone-missing"]
    assert find_problems(application, make_service(), AT.date(), 18, phone_needed=False) == ()


def test_an_act_of_another_birth_stands_for_nobody() -> None:
    act = "<name>МӘРИЯМ</name>\n                    <birthDate>2026-01-04"
    document = changed(SAMPLE, act, act.replace("-04", "-05"))
    assert "birth_record" not in derive(document)["family"][2]


DECLARES = {
    "kandas_certificate": (
        "<participant2020>1</participant2020>",
        "<oralman><docNumber>1</docNumber></oralman><participant2020>1</participant2020>",
    ),
    "guardianship": ("<rname>Сын</rname>", "<rname>подопечный</rname>"),
    "adoption": ("<rname>Сын</rname>", "<rname>Усыновленный</rname>"),
    "full_time_study": (
        "<officialIncomesList>",
        "<monHigh><birthdate>1988-11-05T00:00:00</birthdate><educationType>Очная</educationType><iin>881105491015</iin>"
        "<schoolName>x</schoolName><specialtyName>x</specialtyName><studentStatus>x</studentStatus><surname>x</surname>"
        "<month1>x</month1><month1amount>1</month1amount><month2>x</month2><month2amount>1</month2amount>"
        "<month3>x</month3><month3amount>1</month3amount></monHigh><officialIncomesList>",
    ),
}


@pytest.mark.parametrize("fact", DECLARES)
def test_each_fact_follows_from_what_stands_for_it(fact: str) -> None:
    assert not derive()["declared"][fact]
    document = changed(SAMPLE, *DECLARES[fact])
    if fact in ("guardianship", "adoption"):
        document = changed(document, "<kname>ұлы</kname>", "")
    assert derive(document)["declared"][fact]


def test_who_is_not_married_by_any_word_declares_no_marriage() -> None:
    document = changed(SAMPLE, "<rname>Замужем</rname>", "<rname>не замужем</rname>")
    document = changed(document, "<rname>Супруг</rname>", "<rname>Брат</rname>")
    document = changed(document, "<kname>жұбайы</kname>", "")
    assert not derive(document)["declared"]["marriage"]


def test_the_public_sample_has_our_shape_and_makes_no_application() -> None:
    """Its person stands for every type: relation and citizenship are the word «образец»."""
    document = shared_path("data", "payloads", "mtszn_sync", "getP06581.xml").read_bytes()
    assert faults(document) == [("ministry-citizenship-unknown", "/memberList/0/person/citizenship/code")]
