"""A deployment's own passport, of any shape, is followed without Python: order, nil, predicates, splits, own terms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from lxml import etree

from contracts.catalogue import load_catalogue
from contracts.vocabulary.terms import Coded, Record
from registries_mock.settings import Settings
from tests.registries_mock.judges import assert_envelope, body_root
from tests.registries_mock.small_world import IIN, NOBODY, Somebody, small_app, sync_message

HEAD = """
key = "foreign"
title = { ru = "Чужой", kk = "Бөтен", en = "Foreign" }
registry = "foreign"
confidence = "assumed"
source = "invented"
protocol = "shep-sync"
service_id = "FOREIGN"
consent_ground = { clause = "none", confidence = "assumed", words = { ru = "нет", kk = "жоқ" } }
search = [["iin"], ["surname"]]
namespaces = { f = "urn:foreign", g = "urn:other" }
"""
TERMS = """
[[term]]
path = "person.boats[].name"
type = "string"
title = { ru = "Лодка", kk = "Қайық" }
[[term]]
path = "person.boats[].crew"
type = "integer"
title = { ru = "Экипаж", kk = "Экипаж" }
example = "4"
[[term]]
path = "person.sailor"
type = "boolean"
title = { ru = "Моряк", kk = "Теңізші" }
"""
REQUEST = '[request]\nform = "{form}"\nroot = "f:ask"\nfields = [{{ path = "who/iin", from = "question.iin" }}, \
{{ path = "who/name", from = "question.surname", card = "0..1" }}, {{ path = "since", from = "question.period_from", \
type = "dateTime" }}, {{ path = "until", from = "question.period_to", type = "dateTime" }}]\n'


def client(
    tmp_path: Path, reply: str, records: Sequence[Record], readings: str = "", form: str = "element"
) -> FlaskClient:
    folder = tmp_path / "passports" / "foreign"
    folder.mkdir(parents=True)
    readings = readings or '[[readings]]\nat = "status"\nanswer = ["SCSS001"]\nno_record = ["404"]\n'
    (folder / "passport.toml").write_text(f"{HEAD}\n{readings}\n{REQUEST.format(form=form)}\n[reply]\n{reply}\n")
    (tmp_path / "vocabulary").mkdir()
    (tmp_path / "vocabulary" / "own.toml").write_text(TERMS)
    people = Somebody(load_catalogue([tmp_path]).vocabulary, records)
    return small_app(Settings(catalogue_folders=(tmp_path,)), people).test_client()


def ask(client: FlaskClient, extra: str = "", iin: str = IIN) -> etree._Element:
    data = f'<data><f:ask xmlns:f="urn:foreign"><who><iin>{iin}</iin></who>{extra}</f:ask></data>'
    reply = client.post("/bip-sync-wss-gost/", data=sync_message("FOREIGN", data))
    assert reply.status_code == 200, reply.data
    return assert_envelope(reply.data, "sync-types.xsd")


def root_in(reply: etree._Element) -> etree._Element:
    data = next(reply.iter("data"))
    return data[0] if len(data) else etree.fromstring(str(data.text).encode())


def text(element: etree._Element) -> str:
    return etree.tostring(element, method="c14n", exclusive=True).decode()


PERSON: Record = {
    "person": {
        "iin": IIN,
        "birth_date": date(1988, 3, 14),
        "surname": "ӘБДІ & Co",
        "sex": "female",
        "citizenship": "KZX",
        "documents": [{"type": Coded("77", None, "Иной", "Басқа"), "number": "1"}, {"type": "passport", "number": "2"}],
        "wages": [{"month": date(2025, month, 20), "contribution": Decimal(f"{month}000.50")} for month in (9, 10, 12)],
        "dispensary": {"narcology": "нет", "tuberculosis": "да"},
    }
}


def test_order_nil_dictionaries_predicates_attributes_and_splits_are_written_as_the_passport_says(
    tmp_path: Path,
) -> None:
    reply = """
form = "string"
root = "f:answer"
qualified = "all"
dict_shape = ["c", "r", "k"]
fields = [
  { path = "@version", value = "2" },
  { path = ":plain", bind = "person.surname" },
  { path = "g:other/born", type = "dateTime", bind = "person.birth_date" },
  { path = "died", type = "date", nil = true, bind = "person.death_date" },
  { path = "never", type = "date", card = "0..1", bind = "person.death_date" },
  { path = "empty", bind = "person.patronymic" },
  { path = "sex", type = "dict", bind = "person.sex", dictionary = "mine" },
  { path = "country", type = "code", bind = "person.citizenship", dictionary = "none-such" },
  { path = "item[@code=a]/value", bind = "person.iin" },
  { path = "item[@code=b]/value", bind = "person.death_date", card = "0..1" },
  { path = "entry[key=k1]/value", bind = "person.iin" },
  { path = "list", type = "group", card = "0..1" },
  { path = "list/doc", type = "group", card = "0..n", bind = "person.documents[]", xsi_type = "g:Doc" },
  { path = "list/doc/@n", bind = "person.documents[].number" },
  { path = "list/doc/type", type = "dict", bind = "person.documents[].type", dictionary = "mine" },
  { path = "numbers", card = "0..n", bind = "person.documents[].number" },
  { path = "notes", bind = "person.dispensary.narcology", split = { separator = "; ", index = 0 } },
  { path = "notes", bind = "person.dispensary.psychiatry", split = { separator = "; ", index = 1 } },
  { path = "notes", bind = "person.dispensary.tuberculosis", split = { separator = "; ", index = 2 } },
  { path = "absent", type = "group", card = "0..1", bind = "person.address" },
  { path = "absent/must", bind = "person.address.city" },
  { path = "asked", from = "question.iin" },
]
[dictionaries]
mine = [
  { code = "2", value = "female", ru = "Женский", kk = "Әйел" },
  { code = "001", value = "passport", ru = "П", kk = "П" },
]
"""
    f = "f:"
    assert text(root_in(ask(client(tmp_path, reply, [PERSON])))).replace(' xmlns:f="urn:foreign"', "", 1) == (
        f'<{f}answer version="2"><plain>ӘБДІ &amp; Co</plain>'
        '<g:other xmlns:g="urn:other"><f:born>1988-03-14T00:00:00+05:00</f:born></g:other>'
        '<f:died xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:nil="true"></f:died><f:empty></f:empty>'
        "<f:sex><f:c>2</f:c><f:r>Женский</f:r><f:k>Әйел</f:k></f:sex><f:country>KZX</f:country>"
        f'<f:item code="a"><f:value>{IIN}</f:value></f:item>'
        f"<f:entry><f:key>k1</f:key><f:value>{IIN}</f:value></f:entry>"
        '<f:list><f:doc xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" n="1" xsi:type="g:Doc">'
        "<f:type><f:c>77</f:c><f:r>Иной</f:r><f:k>Басқа</f:k></f:type></f:doc>"
        '<f:doc xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" n="2" xsi:type="g:Doc">'
        "<f:type><f:c>001</f:c><f:r>П</f:r><f:k>П</f:k></f:type></f:doc></f:list>"
        "<f:numbers>1</f:numbers><f:numbers>2</f:numbers><f:notes>нет; ; да</f:notes>"
        f"<f:asked>{IIN}</f:asked></f:answer>"
    )


def test_a_question_about_a_period_gets_the_items_inside_it_and_all_undated_ones(tmp_path: Path) -> None:
    reply = """
form = "element"
root = "f:answer"
fields = [
  { path = "pay", type = "group", card = "0..n", bind = "person.wages[]" },
  { path = "pay/on", type = "date", bind = "person.wages[].month" },
  { path = "pay/sum", type = "decimal", bind = "person.wages[].contribution" },
  { path = "doc", card = "0..n", bind = "person.documents[].number" },
]
"""
    here = client(tmp_path, reply, [PERSON])
    period = "<since>2025-10-01T00:00:00+05:00</since><until>2025-12-31T00:00:00+05:00</until>"
    answer = root_in(ask(here, period))
    assert answer.xpath("pay/on/text()") == ["2025-10-20", "2025-12-20"]
    assert answer.xpath("pay/sum/text()") == ["10000.50", "12000.50"]
    assert answer.xpath("doc/text()") == ["1", "2"]
    assert len(root_in(ask(here)).findall("pay")) == 3


def test_terms_of_the_deployment_get_invented_values_that_stay(tmp_path: Path) -> None:
    reply = """
form = "element"
root = "f:answer"
fields = [
  { path = "sailor", type = "boolean", bind = "person.sailor" },
  { path = "boat", type = "group", card = "1..n", bind = "person.boats[]" },
  { path = "boat/name", bind = "person.boats[].name" },
  { path = "boat/crew", type = "int", bind = "person.boats[].crew" },
]
"""
    here = client(tmp_path, reply, [PERSON])
    first, second = (root_in(ask(here)) for _ in range(2))
    assert text(first) == text(second)
    assert first.findtext("boat/crew") == "4"
    assert str(first.findtext("boat/name")).startswith("Лодка")
    assert first.findtext("sailor") in ("true", "false")


ONE = """
form = "element"
root = "f:answer"
fields = [
  { path = "code", value = "OK" },
  { path = "persons/person", type = "group", card = "0..n" },
  { path = "persons/person/iin", bind = "person.iin" },
  { path = "persons/note", card = "0..1" },
]
"""
READING = '[[readings]]\nat = "{at}"\npath = "{path}"\n{rest}\n'


@pytest.mark.parametrize(
    ("at", "path", "rest", "expected"),
    [
        ("code", "code", 'answer = ["OK"]\nno_record = ["NONE"]', "<code>NONE</code>"),
        ("element", "persons/person", 'missing = "no_record"', "<code>OK</code>"),
        (
            "text",
            "persons/note",
            'present = "no_record"',
            "<code>OK</code><persons><note>Данные не найдены</note></persons>",
        ),
        (
            "text",
            "persons/note",
            'no_record = ["пусто"]\npresent = "no_record"',
            "<code>OK</code><persons><note>пусто</note></persons>",
        ),
    ],
)
def test_nobody_is_said_in_the_passports_own_way(at: str, path: str, rest: str, expected: str, tmp_path: Path) -> None:
    here = client(tmp_path, ONE, [PERSON], READING.format(at=at, path=path, rest=rest))
    assert expected in text(root_in(ask(here, iin=NOBODY)))
    assert IIN in text(root_in(ask(here)))


def test_nobody_may_be_said_by_a_fault(tmp_path: Path) -> None:
    here = client(tmp_path, ONE, [PERSON], '[[readings]]\nat = "fault"\nno_record = ["NOT-THERE"]\n')
    data = f"<data><who><iin>{NOBODY}</iin></who></data>"
    reply = here.post("/bip-sync-wss-gost/", data=sync_message("FOREIGN", data))
    assert body_root(reply.data).findtext("detail/*/errorCode") == "NOT-THERE"


def test_several_people_who_fit_are_said_by_a_code_or_sent_all(tmp_path: Path) -> None:
    twice = [PERSON, PERSON]
    status = '[[readings]]\nat = "status"\nanswer = ["SCSS001"]\nambiguous = ["MANY"]\n'
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    reply = ask(client(tmp_path / "a", ONE, twice, status))
    assert reply.findtext(".//status/code") == "MANY"
    element = READING.format(at="element", path="persons/person", rest='missing = "no_record"\nmany = "ambiguous"')
    assert len(root_in(ask(client(tmp_path / "b", ONE, twice, element))).findall("persons/person")) == 2
